# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of slaves, up and with addresses; the module is unloaded under them, loaded again, and so on. Each time nothing
is left, of links and of memory.

Arguments: SLAVES (default: 10000), CYCLES (default: 3).
"""
import os
import socket
import subprocess
import sys
import time

from netlink import NEWADDR, Netns

# What a slave takes is some 40 KiB: a leak of one object in each would be more.
ALLOWED = 64
LATE = 30
KMEMLEAK = '/sys/kernel/debug/kmemleak'


def unreclaimable():
    """KiB of the kernel's own memory, once what is to be freed later has been."""
    time.sleep(1)
    with open('/proc/sys/vm/drop_caches', 'w', encoding='ascii') as file:
        file.write('3')
    with open('/proc/meminfo', encoding='ascii') as file:
        sizes = {line.split(':')[0]: int(line.split()[1]) for line in file}
    return sizes['SUnreclaim'] + sizes['Percpu']


def left_over(sizes, count):
    """The same, once it is no more than after the first cycle: later comes late on a busy machine, but it comes."""
    end = time.monotonic() + LATE
    size = unreclaimable()
    while sizes and (size - sizes[0]) * 1024 > ALLOWED * count and time.monotonic() < end:
        size = unreclaimable()
    return size


def fill(places, count):
    home = places[0]
    for i in range(count):
        netns, name = places[i % len(places)], f'ipvl{i}'
        error, text = home.ipvlan(name, 'd0', 'l2', 'bridge', to=netns)
        error = error or netns.up(name)[0]
        address = f'10.{i >> 14 & 255}.{i >> 7 & 127}.{(i & 127) + 1}/32' if i % 2 else f'fd00::{i + 1:x}/128'
        error = error or netns.address(NEWADDR, address, name)[0]
        if error:
            print(f'FAILED: {name}: {os.strerror(error)} {text}')
            return 1
    return 0


def left(places):
    count = 0
    for netns in places:
        netns.enter()
        count += sum(name.startswith('ipvl') for _, name in socket.if_nameindex())
    return count


def main():
    count = int(sys.argv[1]) if sys.argv[1:] else 10000
    cycles = int(sys.argv[2]) if sys.argv[2:] else 3
    places = [Netns(f'n{i}') for i in range(10)]
    places[0].add('d0', 'dummy', address='02:00:00:00:03:01')
    places[0].up('d0')
    sizes, failed = [], 0
    for cycle in range(cycles):
        start = time.monotonic()
        failed |= fill(places, count)
        made, full = time.monotonic(), unreclaimable()
        there = left(places)
        start_unload = time.monotonic()
        failed |= subprocess.run(['rmmod', 'ipvlan'], check=False).returncode
        unloaded = time.monotonic()
        gone = left(places)
        failed |= subprocess.run(['modprobe', 'ipvlan'], check=False).returncode
        sizes.append(left_over(sizes, count))
        print(f'cycle {cycle + 1}: {there} slaves in {made - start:.1f} s, {full - sizes[-1]} KiB of them; unloaded in '
              f'{unloaded - start_unload:.1f} s, {gone} left, {sizes[-1]} KiB of the kernel\'s own', flush=True)
        if there != count or gone:
            failed = 1
    if os.path.exists(KMEMLEAK):
        print('this kernel keeps what was freed for a while, and looks for leaks itself')
        sys.exit(failed)
    # The first cycle fills pools that stay.
    grown = (sizes[-1] - sizes[0]) / max(cycles - 1, 1)
    print(f'each further cycle leaves {grown:.0f} KiB more, {grown * 1024 / count:.1f} bytes for each slave')
    if grown * 1024 / count > ALLOWED:
        failed = 1
    sys.exit(failed)


if __name__ == '__main__':
    main()
