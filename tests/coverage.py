# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments: BUILD [LIST]. Of what the programs in the build folder counted: how many lines of each file have been run,
and for each folder; and, of the library, what has not been, function by function. LIST is doc/coverage.md: it must have
a line for each of these functions, with the number of lines at least, and a total that is reached."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

FOLDERS = ('libipvlan', 'libipvlan/nl3', 'cli', 'cni')
LISTED = 'libipvlan'


def objects(build):
    for folder in FOLDERS:
        for place in (folder, folder + '/.libs'):
            place = os.path.join(build, place)
            if os.path.isdir(place):
                yield from (os.path.join(place, name) for name in sorted(os.listdir(place)) if name.endswith('.gcno'))


def read(note):
    return subprocess.run(['gcov', '--json-format', '--stdout', note], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def counted(build, top):
    """{name of a file: {line: [function, how often]}}; a file of several objects has been run when it has in one."""
    lines = {}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for text in pool.map(read, objects(build)):
            unit = json.loads(text)
            for file in unit['files']:
                name = os.path.relpath(os.path.join(unit['current_working_directory'], file['file']), top)
                of_file = lines.setdefault(name, {})
                for line in file['lines']:
                    known = of_file.setdefault(line['line_number'], [line.get('function_name', ''), 0])
                    known[1] += line['count']
    return lines


def folder_of(name):
    folder = os.path.dirname(name)
    return folder if folder in FOLDERS else None


def share(run, all_lines):
    return f'{run:5} of {all_lines:5}  {100 * run / all_lines:5.1f} %'


def spans(lines):
    """[1, 2, 3, 7] -> '1-3 7'"""
    found = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ' '.join(f'{a}-{b}' if a != b else f'{a}' for a, b in found)


def missed_by_function(lines):
    missed = {}
    for line, (function, count) in lines.items():
        if not count:
            missed.setdefault(function, []).append(line)
    return missed


def read_list(path):
    """({(file, function): lines}, per cent): the lines '| file | function | lines | why |'."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    rows = re.findall(r'^\| `?([\w./-]+\.[ch])`? \| `?(\w+)`? \| (\d+) \|', text, re.M)
    return {(file, function): int(count) for file, function, count in rows}, \
        float(re.search(r'^At least ([\d.]+) %', text, re.M).group(1))


def differences(path, missed, percent):
    known, wanted = read_list(path)
    if percent < wanted:
        yield f'{percent:.1f} % of {LISTED} are run, {path} wants {wanted} %'
    for (file, function), lines in sorted(missed.items()):
        if len(lines) > known.get((file, function), 0):
            yield f'{file}: {function}: not run: {spans(lines)}; {path} knows of {known.get((file, function), 0)}'


def main():
    build = os.path.realpath(sys.argv[1])
    totals, missed = {}, {}
    for name, lines in sorted(counted(build, os.path.dirname(os.path.dirname(build))).items()):
        folder = folder_of(name)
        if not folder:
            continue
        run = sum(count > 0 for _, count in lines.values())
        print(f'{name:34} {share(run, len(lines))}')
        total = totals.setdefault(folder, [0, 0])
        total[0] += run
        total[1] += len(lines)
        if folder == LISTED:
            missed.update({(name, function): where for function, where in missed_by_function(lines).items()})
    print('\nnot run:')
    for (name, function), where in sorted(missed.items()):
        print(f'| {name} | {function} | {len(where)} | {spans(where)}')
    print()
    for folder, (run, everything) in totals.items():
        print(f'{folder + "/":34} {share(run, everything)}')
    run, everything = totals[LISTED]
    wrong = list(differences(sys.argv[2], missed, 100 * run / everything)) if len(sys.argv) > 2 else []
    if wrong:
        print('\n' + '\n'.join(wrong))
    sys.exit(bool(wrong))


main()
