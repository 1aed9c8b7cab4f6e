# SPDX-License-Identifier: GPL-2.0-or-later
"""Booted with ipv6.disable=1 the kernel has no tables of IPv6. What a slave sends of it is dropped or sent on, and the kernel
is none the worse; IPv4 works as ever.

  ipvl1 10.1.0.11, ipvl2 10.1.0.12 --- d0 10.1.0.1
"""
import errno
import os
import sys

import family
import frames
from family import ALL, GUARD, LOCK, PARENT, PORT_SET, SLAVE_IFINDEX, Family, address, advertisement, bits, check, gateways
from netlink import NEWADDR, Netns, attr

OWN = f'dst={PARENT},src={PARENT}'


def main():
    here = Netns.here('here')
    check('IPv6 is off', False, os.path.exists('/proc/sys/net/ipv6/conf/all'))
    check('a parent', 0, here.add('d0', 'dummy', address=PARENT)[0])
    here.up('d0')
    here.address(NEWADDR, '10.1.0.1/24', 'd0')
    for i in 1, 2:
        check(f'slave {i}', 0, here.ipvlan(f'ipvl{i}', 'd0', 'l2', 'bridge')[0])
        here.up(f'ipvl{i}')
        check(f'address {i}', 0, here.address(NEWADDR, f'10.1.0.1{i}/24', f'ipvl{i}')[0])
    asked, parent = Family(here), attr(family.IFINDEX, here.index('d0'))
    sender, sibling = (frames.Place(here, f'ipvl{i}', listen=False) for i in (1, 2))
    # It is asked whether the parent has what is locked.
    check('a lock', 0, asked.errno(LOCK, parent + attr(SLAVE_IFINDEX, here.index('ipvl2')) + address('fd01::12')))
    for mode in 'l3', 'l3s', 'l2':
        check(f'to {mode}', 0, here.change('ipvl1', mode)[0])
        for option in 0, GUARD:
            check(f'options {option}', 0, asked.errno(PORT_SET, parent + bits(option, ALL) + gateways('fd01::2')))
            for name, text in (('unicast', f'udp6:{OWN},from=fd01::11,to=fd01::99'),
                               ('advertisement', advertisement('fd01::11', 'fd01::11'))):
                before = sender.reasons()
                error = sender.send(frames.build(text))
                drops = frames.difference(before, sender.reasons(), before)
                if mode == 'l2':
                    check(f'{mode} {option}: {name}', ('', ''), (error, drops))
                elif name == 'unicast':
                    check(f'{mode} {option}: {name}', (f' errno {errno.ENETUNREACH}', 'tx_drop_no_route+1'), (error, drops))
            before = sibling.counts()['rx']
            sender.send(frames.build(f'udp4:{OWN},from=10.1.0.11,to=10.1.0.12'))
            check(f'{mode} {option}: IPv4 works', before + 1, sibling.counts()['rx'])
    for place in sender, sibling:
        place.close()
    here.delete('d0')
    print(f'{family.checks} checks, {family.failures} failed')
    sys.exit(bool(family.failures))


if __name__ == '__main__':
    main()
