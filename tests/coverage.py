# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments: BUILD LIST. Of what the programs in the build folder have counted, says how many lines of each file were
run, which functions of the library were not run whole, and what of that LIST (doc/coverage.md) does not know.
Exit status 1 when there is such, or when fewer lines were run than LIST wants."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

FOLDERS = ('libipvlan', 'libipvlan/nl3', 'cli', 'cni')
LISTED = 'libipvlan'
# Gaps of so few lines are told, and not listed: which of them a run has depends on the faults that it tries.
SMALL = 3


def notes(build):
    for folder in FOLDERS:
        for place in (os.path.join(build, folder), os.path.join(build, folder, '.libs')):
            if os.path.isdir(place):
                yield from (os.path.join(place, name) for name in sorted(os.listdir(place)) if name.endswith('.gcno'))


def read(note):
    return subprocess.run(['gcov', '--json-format', '--stdout', note], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def counted(build):
    """{file: {line: [function, how often]}}: a line of a header has been run when it has in one of its objects."""
    top = os.path.dirname(os.path.dirname(build))
    lines = {}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for text in pool.map(read, notes(build)):
            unit = json.loads(text)
            for file in unit['files']:
                name = os.path.relpath(os.path.join(unit['current_working_directory'], file['file']), top)
                of_file = lines.setdefault(name, {})
                for line in file['lines']:
                    known = of_file.setdefault(line['line_number'], [line.get('function_name', ''), 0])
                    known[1] += line['count']
    return {name: of_file for name, of_file in sorted(lines.items()) if os.path.dirname(name) in FOLDERS}


def share(lines):
    run = sum(count > 0 for _, count in lines)
    return run, len(lines), 100 * run / len(lines)


def spans(lines):
    """[1, 2, 3, 7] -> '1-3 7'"""
    found = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ' '.join(f'{first}-{last}' if first != last else f'{first}' for first, last in found)


def missed(lines):
    """{(file, function): [line]} of the library."""
    found = {}
    for name, of_file in lines.items():
        for line, (function, count) in of_file.items():
            if not count and os.path.dirname(name) == LISTED:
                found.setdefault((name, function), []).append(line)
    return dict(sorted(found.items()))


def read_list(path):
    """{(file, function): lines}, per cent; of the table's rows '| file | function | lines |'."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    rows = re.findall(r'^\| (\S+) \| `(\w+)` \| (\d+) \|$', text, re.M)
    return {(os.path.join(LISTED, name), function): int(count) for name, function, count in rows}, \
        float(re.search(r'^At least ([\d.]+) %', text, re.M).group(1))


def unknown(path, gaps, percent):
    known, wanted = read_list(path)
    if percent < wanted:
        yield f'{percent:.1f} % of {LISTED}/ are run; {path} wants {wanted} %'
    for (name, function), lines in gaps.items():
        if len(lines) > max(SMALL, known.get((name, function), 0)):
            yield f'{name}: {function}: not run: {spans(lines)}; {path} knows {known.get((name, function), "nothing")}'


def main():
    lines, totals = counted(os.path.realpath(sys.argv[1])), {}
    for name, of_file in lines.items():
        print('{:34} {:5} of {:5}  {:5.1f} %'.format(name, *share(of_file.values())))
        totals.setdefault(os.path.dirname(name), []).extend(of_file.values())
    gaps = missed(lines)
    print('\nnot run:')
    for (name, function), where in gaps.items():
        print(f'{name}: {function}: {spans(where)}')
    print()
    for folder, of_folder in totals.items():
        print('{:34} {:5} of {:5}  {:5.1f} %'.format(folder + '/', *share(of_folder)))
    wrong = list(unknown(sys.argv[2], gaps, share(totals[LISTED])[2]))
    print(*wrong, sep='\n')
    sys.exit(bool(wrong))


main()
