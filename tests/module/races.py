# SPDX-License-Identifier: GPL-2.0-or-later
"""One request after the other, each in a loop of its own and as fast as the kernel takes it, while others send as fast as
they can: for a kernel that looks for data races.

  netns n1: ipvl0 --+-- p1 (r0, now and then n2) --- e1 (netns r1)
  netns n2: ipvl1 --+

Arguments: SECONDS for each request in each mode [REQUEST]...
"""
import sys
import time

import soak
from family import (ADDRESS_GET, ALL, DUMP, GUARD, IFINDEX, LOCK, PORT_GET, PORT_SET, QUEUE_LIMIT, SLAVE_GET, SLAVE_IFINDEX,
                    SLAVE_NETNS_FD, UNLOCK, Family, address, bits, gateways)
from netlink import ALLMULTI, DELADDR, NEWADDR, attr
from operations import V4, V6, Runs

soak.PAUSE = 0
# Of so many accesses one waits. The kernel would not boot in reasonable time so.
WATCHED = 400


class Races(Runs):
    def __init__(self):
        super().__init__(1)
        _, self.n1, self.n2 = self.places
        self.families = {netns: Family(netns) for netns in self.places}
        for i, netns in enumerate((self.n1, self.n2)):
            self.r0.ipvlan(f'ipvl{i}', 'p1', 'l2', to=netns)
            self.dress(i, netns)

    @staticmethod
    def dress(i, netns):
        netns.up(f'ipvl{i}')
        netns.address(NEWADDR, f'{V4[i]}/24', f'ipvl{i}')
        netns.address(NEWADDR, f'{V6[i]}/64', f'ipvl{i}')

    def ask(self, command, body=b'', flags=None):
        home = self.parents['p1']
        port = attr(IFINDEX, home.index('p1')) + body
        return self.families[home].ask(command, port, *([flags] if flags else []))

    def mac(self, i):
        self.parents['p1'].set('p1', address=f'02:00:00:00:01:0{(1, 9)[i % 2]}')

    def mode(self, i):
        self.n1.change('ipvl0', ('l2', 'l3', 'l3s')[i % 3], ('bridge', 'private', 'vepa')[i // 3 % 3])

    def options(self, i):
        self.ask(PORT_SET, bits(i % (ALL + 1), ALL) + attr(QUEUE_LIMIT, (2, 100, 2000)[i % 3]) + gateways(*V4[4:4 + i % 3]))

    def lock(self, i):
        body = address(V4[i // 2 % 4])
        if i % 2:
            self.ask(UNLOCK, body)
        else:
            self.ask(LOCK, attr(SLAVE_IFINDEX, self.n1.index('ipvl0')) + attr(SLAVE_NETNS_FD, self.n1.fd) + body)

    def address(self, i):
        kind = DELADDR if i % 2 else NEWADDR
        self.n2.address(kind, f'{V4[2]}/24', 'ipvl1')
        self.n2.address(kind, f'{V6[2]}/64', 'ipvl1')

    def allmulti(self, i):
        self.n2.set('ipvl1', flags=ALLMULTI if i % 2 else 0, mask=ALLMULTI)

    def up(self, i):
        if i % 2:
            self.dress(1, self.n2)
        else:
            self.n2.down('ipvl1')

    def create(self, i):
        if i % 2:
            self.n2.delete('ipvl2')
        else:
            self.parents['p1'].ipvlan('ipvl2', 'p1', None, to=self.n2)
            self.dress(2, self.n2)

    def move(self, i):
        to = self.n2 if i % 2 else self.r0
        (self.r0 if i % 2 else self.n2).set('ipvl1', to=to)
        self.dress(1, to)

    def parent(self, i):
        if not i:
            self.ask(PORT_SET, bits(GUARD))
        to = self.r0 if i % 2 else self.n2
        self.parents['p1'].set('p1', to=to)
        self.parents['p1'] = to
        to.up('p1')

    def mtu(self, i):
        self.parents['p1'].set('p1', mtu=(1500, 1400)[i % 2])

    def read(self, _):
        for command in SLAVE_GET, ADDRESS_GET:
            self.ask(command, b'', DUMP)
        self.ask(PORT_GET)
        self.n1.show('ipvl0')

    REQUESTS = (mac, mode, options, lock, address, allmulti, up, create, move, parent, mtu, read)

    def loop(self, request, seconds):
        """Twice at least: each second one undoes the first."""
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end or count % 2:
            request(self, count)
            count += 1
        return count


def main():
    seconds, wanted = float(sys.argv[1]), sys.argv[2:]
    races = Races()
    with open('/sys/module/kcsan/parameters/skip_watch', 'w', encoding='ascii') as file:
        file.write(str(WATCHED))
    senders = soak.Senders([(races.n1, 'ipvl'), (races.outside, 'e')], 1)
    for mode in 'l2', 'l3', 'l3s':
        for request in Races.REQUESTS:
            if wanted and request.__name__ not in wanted:
                continue
            races.n1.change('ipvl0', mode, 'bridge')
            print(f'{mode} {request.__name__}: {races.loop(request, seconds)}', flush=True)
    print('senders:', senders.end())


if __name__ == '__main__':
    main()
