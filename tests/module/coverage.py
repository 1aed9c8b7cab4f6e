# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments: FOLDER SOURCES. Of the counts that the kernel left in the folder: how many lines of the module's sources have
been run, and which have not. What is inlined in several files has been run when it has in one."""
import json
import os
import subprocess
import sys


def counted(folder):
    lines = {}
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            if not name.endswith('.gcda'):
                continue
            text = subprocess.run(['gcov', '--json-format', '--stdout', os.path.join(place, name)], check=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            for file in (file for line in text.splitlines() if line for file in json.loads(line)['files']):
                of_file = lines.setdefault(file['file'], {})
                for line in file['lines']:
                    of_file[line['line_number']] = of_file.get(line['line_number'], 0) + line['count']
    return lines


def main():
    folder, sources = sys.argv[1:]
    run = everything = 0
    for name, lines in sorted(counted(folder).items()):
        own = name.split('/module-', 1)[-1].partition('/')[2] if '/module-' in name else ''
        if not own or own.startswith('selftest') or not os.path.exists(os.path.join(sources, own)):
            continue
        missed = [line for line, count in sorted(lines.items()) if not count]
        run += len(lines) - len(missed)
        everything += len(lines)
        print(f'{own:16} {len(lines) - len(missed):4} of {len(lines):4}  {100 - 100 * len(missed) / len(lines):5.1f} %',
              'not:' if missed else '', *missed)
    print(f'{"all":16} {run:4} of {everything:4}  {100 * run / everything:5.1f} %')


main()
