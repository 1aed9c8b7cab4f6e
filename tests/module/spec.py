# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares module/ynl/ipvlan_port.yaml with include/uapi/linux/ipvlan_port.h: every name, every number, both ways.

Numbers are the compiler's: what the specification says becomes static assertions over the header.
"""
import os
import re
import subprocess
import sys

import yaml

BESIDE = re.compile(r'__.*|.*_UNSPEC|.*_MAX')
top = sys.argv[1]
header = 'linux/ipvlan_port.h'


def c_name(prefix, name):
    return (prefix + name).upper().replace('-', '_')


def constants(spec):
    """(name in C, number) of all that the specification defines."""
    family = spec['name'].replace('_', '-') + '-'
    for definition in spec['definitions']:
        if definition['type'] == 'const':
            yield c_name(family, definition['name']), definition['value']
        else:
            for i, entry in enumerate(definition['entries']):
                yield c_name(definition['name-prefix'], entry['name']), 1 << i
    for attributes in spec['attribute-sets']:
        for i, attribute in enumerate(attributes['attributes'], 1):
            yield c_name(attributes['name-prefix'], attribute['name']), i
        yield c_name(attributes['name-prefix'], 'max'), len(attributes['attributes'])
    operations = spec['operations']
    for i, operation in enumerate(operations['list'], 1):
        yield c_name(operations['name-prefix'], operation['name']), i
    yield c_name(operations['name-prefix'], 'max'), len(operations['list'])


def compile_assertions(spec, found):
    lines = [f'#include <{header}>', '#include <string.h>']
    lines += [f'_Static_assert({name} == {number}, "{name}");' for name, number in found.items()]
    lines.append(f'_Static_assert({c_name("", spec["c-version-name"])} == {spec["version"]}, "version");')
    lines.append(f'_Static_assert(sizeof({c_name("", spec["c-family-name"])}) == {len(spec["name"]) + 1}, "name");')
    lines.append('int main(void) { return strcmp(' + c_name('', spec['c-family-name']) + f', "{spec["name"]}"); }}')
    command = [*os.environ.get('CC', 'cc').split(), '-I', f'{top}/include/uapi', '-Wall', '-Werror', '-fsyntax-only',
               '-x', 'c', '-']
    return subprocess.run(command, input='\n'.join(lines), text=True, check=False).returncode


def header_names(text):
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    yield from re.findall(r'^\t(\w+)\b', text, flags=re.M)
    yield from re.findall(r'^#define (IPVLAN_\w+) ', text, flags=re.M)


def known_attributes(spec):
    """Attributes that operations name, and sets that attributes lead to, are there."""
    sets = {s['name']: {a['name'] for a in s['attributes']} for s in spec['attribute-sets']}
    for attributes in spec['attribute-sets']:
        for attribute in attributes['attributes']:
            if attribute.get('nested-attributes', 'port') not in sets:
                yield f'{attribute["name"]}: no set {attribute["nested-attributes"]}'
    for operation in spec['operations']['list']:
        for way in 'do', 'dump':
            for part in operation.get(way, {}).values():
                for name in set(part['attributes']) - sets[operation['attribute-set']]:
                    yield f'{operation["name"]}: no attribute {name}'


def main():
    with open(f'{top}/module/ynl/ipvlan_port.yaml') as file:
        spec = yaml.safe_load(file)
    with open(f'{top}/include/uapi/{header}') as file:
        names = set(header_names(file.read()))
    assert spec['uapi-header'] == header
    found = dict(constants(spec))
    family = {c_name('', spec['c-family-name']), c_name('', spec['c-version-name'])}
    faults = [f'only in the header: {name}' for name in sorted(names - set(found) - family) if not BESIDE.fullmatch(name)]
    faults += list(known_attributes(spec))
    print('\n'.join(faults), end='\n' if faults else '')
    if compile_assertions(spec, found):
        faults.append('the numbers differ')
    print(f'{len(found)} names, {len(faults)} faults')
    sys.exit(bool(faults) or len(found) < 40)


main()
