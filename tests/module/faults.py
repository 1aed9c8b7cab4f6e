# SPDX-License-Identifier: GPL-2.0-or-later
"""Each allocation that a request makes in the kernel fails once, and each notifier that may refuse does: the request is
refused and all is as it was, or it is done in spite of that.

  netns n1: ipvl1 10.1.0.11, fd01::11 --+-- p1 (r0) --- e0 (netns r1)
  netns n2: ipvl2 ----------------------+

For a kernel with fault injection. Arguments: the cases to run; without, all.
"""
import errno
import os
import socket
import subprocess
import struct
import sys

from family import (ADDRESS_GET, ALL, ANNOUNCE, COUNTER, DHCP, DUMP, GUARD, IFINDEX, LOCK, PORT_GET, PORT_SET, QUEUE_LIMIT,
                    SLAVE_GET, SLAVE_IFINDEX, SLAVE_NETNS_FD, UNLOCK, Family, address, bits, each_attr, gateways)
from netlink import ACK, ALLMULTI, DELADDR, NEWADDR, UP, Netns, attr, attrs, ipvlan_data, mac

DEBUGFS = '/sys/kernel/debug'
NOTIFIERS = DEBUGFS + '/notifier-error-inject/netdev/actions'
GETADDR = 22
MOST = 600


class Faults:
    """The n-th allocation of this thread fails."""

    def __init__(self):
        for knob in ('failslab/ignore-gfp-wait', 'failslab/cache-filter', 'fail_page_alloc/ignore-gfp-wait'):
            self.write(f'{DEBUGFS}/{knob}', 'N')
        self.write(f'{DEBUGFS}/fail_page_alloc/min-order', '0')
        for kind in 'failslab', 'fail_page_alloc':
            self.write(f'{DEBUGFS}/{kind}/verbose', '0')
        self.fd = os.open('/proc/thread-self/fail-nth', os.O_RDWR)

    @staticmethod
    def write(path, text):
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)

    def set(self, n):
        os.pwrite(self.fd, str(n).encode(), 0)

    def end(self):
        """Whether there were so many."""
        happened = int(os.pread(self.fd, 20, 0)) == 0
        self.set(0)
        return happened


class World:
    def __init__(self):
        self.r0, self.r1, self.n1, self.n2, self.n3 = self.all = [Netns(name) for name in ('r0', 'r1', 'n1', 'n2', 'n3')]
        self.r0.veth('p1', '02:00:00:00:01:01', 'e0', '02:00:00:00:01:02', self.r1)
        self.r0.up('p1')
        self.r1.up('e0')
        self.family = Family(self.r0)
        self.parent = attr(IFINDEX, self.r0.index('p1'))

    def slaves(self, mode):
        self.r0.ipvlan('ipvl1', 'p1', mode, 'bridge', to=self.n1)
        self.r0.ipvlan('ipvl2', 'p1', mode, 'bridge', to=self.n2)
        self.n1.up('ipvl1')
        self.n1.address(NEWADDR, '10.1.0.11/24', 'ipvl1')
        self.n1.address(NEWADDR, 'fd01::11/64', 'ipvl1')

    def clean(self):
        """As at the beginning, wherever things have come to."""
        for netns in self.all:
            for _, name in self.names(netns):
                if name.startswith(('ipvl', 'tap')):
                    netns.delete(name)
        if not self.r0.show('p1'):
            home = next(netns for netns in self.all if netns.show('p1'))
            home.set('p1', to=self.r0)
        self.r0.set('p1', mtu=1500)
        self.r0.set('p1', address='02:00:00:00:01:01')
        self.r0.up('p1')
        self.parent = attr(IFINDEX, self.r0.index('p1'))

    @staticmethod
    def names(netns):
        netns.enter()
        return socket.if_nameindex()

    def addresses(self, netns):
        netns.socket.send(struct.pack('IHHII', 24, GETADDR, 0x301, 1, 0) + struct.pack('BBBBI', 0, 0, 0, 0, 0))
        found = []
        while True:
            data = netns.socket.recv(65536)
            while data:
                length, kind = struct.unpack_from('IH', data)
                if kind == 3:
                    return sorted(found)
                a = attrs(data[24:length])
                found.append((struct.unpack_from('I', data, 20)[0], a.get(1, b'').hex(), a.get(2, b'').hex()))
                data = data[(length + 3) & ~3:]

    def ours(self):
        """What our driver says of the port. Counters, and numbers that are given anew, left aside."""
        _, _, ports = self.family.ask(PORT_GET, flags=DUMP)
        _, _, slaves = self.family.ask(SLAVE_GET, self.parent, DUMP)
        _, _, addresses = self.family.ask(ADDRESS_GET, self.parent, DUMP)
        return ([[item for item in each_attr(port) if item[0] != COUNTER] for port in ports],
                sorted(attrs(slave).get(3, b'') + attrs(slave).get(18, b'') for slave in slaves),
                sorted(str(sorted(attrs(a).items())) for a in addresses))

    def state(self):
        links = {}
        for netns in self.all:
            for _, name in self.names(netns):
                link = netns.show(name)
                for key in 'link', 'link_netnsid', 'state':
                    link.pop(key, None)
                # Whether a carrier has been told to all yet.
                link['flags'] = link.get('flags', '').replace('+RUNNING', '')
                links[f'{netns.name}/{name}'] = link
        return {'links': links, 'addresses': [self.addresses(netns) for netns in self.all], 'ours': self.ours()}


# ---- cases: how it is before, and what is asked for


def slave(w, netns, name):
    return attr(SLAVE_IFINDEX, netns.index(name)) + attr(SLAVE_NETNS_FD, netns.fd)


def cases(w):
    here, f, tap = (lambda *_: None), w.family, {'data': ipvlan_data('l2', 'bridge')}
    with_slaves = {mode: (lambda mode=mode: w.slaves(mode)) for mode in ('l2', 'l3', 'l3s')}
    options = bits(DHCP | GUARD, ALL) + attr(QUEUE_LIMIT, 100) + gateways('10.1.0.254', 'fd01::ff')
    for mode in 'l2', 'l3', 'l3s':
        yield f'create-first-{mode}', here, lambda mode=mode: w.r0.ipvlan('ipvl3', 'p1', mode, 'private')
    yield 'create-elsewhere', here, lambda: w.r0.ipvlan('ipvl3', 'p1', 'l2', 'bridge', to=w.n3)
    yield 'create-tap', here, lambda: w.r0.add('tap0', 'ipvtap', 'p1', **tap)
    yield 'create-another', with_slaves['l2'], lambda: w.r0.ipvlan('ipvl3', 'p1', 'l2', 'bridge')
    yield 'create-flips-mode', with_slaves['l2'], lambda: w.r0.ipvlan('ipvl3', 'p1', 'l3s', 'vepa', to=w.n3)
    for old, new in ('l2', 'l3'), ('l3', 'l2'), ('l2', 'l3s'), ('l3s', 'l2'), ('l3s', 'l3'):
        yield f'change-{old}-{new}', with_slaves[old], lambda new=new: w.n1.change('ipvl1', new, 'private')
    yield 'address-v4', with_slaves['l2'], lambda: w.n2.address(NEWADDR, '10.1.0.12/24', 'ipvl2')
    yield 'address-v6', with_slaves['l2'], lambda: w.n2.address(NEWADDR, 'fd01::12/64', 'ipvl2')
    yield 'address-taken-v4', with_slaves['l2'], lambda: w.n2.address(NEWADDR, '10.1.0.11/24', 'ipvl2')
    yield 'address-taken-v6', with_slaves['l2'], lambda: w.n2.address(NEWADDR, 'fd01::11/64', 'ipvl2')
    yield 'address-del-v4', with_slaves['l2'], lambda: w.n1.address(DELADDR, '10.1.0.11/24', 'ipvl1')
    yield 'address-del-v6', with_slaves['l2'], lambda: w.n1.address(DELADDR, 'fd01::11/64', 'ipvl1')
    yield 'up', with_slaves['l2'], lambda: w.n2.up('ipvl2')
    yield 'down', with_slaves['l2'], lambda: w.n1.down('ipvl1')
    yield 'allmulti', with_slaves['l2'], lambda: w.n1.set('ipvl1', flags=ALLMULTI, mask=ALLMULTI)
    yield 'mtu', with_slaves['l2'], lambda: w.r0.set('p1', mtu=1400)
    yield 'mac', with_slaves['l2'], lambda: w.r0.set('p1', address='02:00:00:00:01:09')
    for mode in 'l2', 'l3s':
        yield f'move-{mode}', with_slaves[mode], lambda: w.n1.set('ipvl1', to=w.n3)
        yield f'move-parent-{mode}', with_slaves[mode], lambda: w.r0.set('p1', to=w.n3)
    yield 'delete', with_slaves['l2'], lambda: w.n1.delete('ipvl1')
    yield 'delete-parent-less', with_slaves['l3s'], lambda: w.n2.delete('ipvl2')
    yield 'options', with_slaves['l2'], lambda: f.ask(PORT_SET, w.parent + options)[:2]
    yield 'lock', with_slaves['l2'], lambda: f.ask(LOCK, w.parent + slave(w, w.n2, 'ipvl2') + address('10.1.0.12'))[:2]
    yield 'unlock', with_slaves['l2'], lambda: f.ask(UNLOCK, w.parent + address('10.1.0.12'))[:2]
    yield 'announce', with_slaves['l2'], lambda: f.ask(ANNOUNCE, w.parent)[:2]
    yield 'port-get', with_slaves['l2'], lambda: f.ask(PORT_GET, w.parent)[:2]
    yield 'slave-dump', with_slaves['l2'], lambda: f.ask(SLAVE_GET, w.parent, DUMP)[:2]
    yield 'address-dump', with_slaves['l2'], lambda: f.ask(ADDRESS_GET, w.parent, DUMP)[:2]


def differing(before, after):
    return {key: [item for item in zip(sorted(map(str, before[key].items() if key == 'links' else before[key])),
                                       sorted(map(str, after[key].items() if key == 'links' else after[key])))
                  if item[0] != item[1]] for key in before if before[key] != after[key]}


class Trial:
    def __init__(self, world, faults):
        self.world, self.faults, self.failed = world, faults, []

    def once(self, request, n):
        """(errno or None for no answer, whether a fault happened)"""
        self.faults.set(n)
        try:
            error = request()[0]
        except OSError:
            error = None
        return error, self.faults.end()

    def drain(self):
        """Answers that came late, after one that could not be given."""
        for s in [netns.socket for netns in self.world.all] + [self.world.family.socket]:
            s.setblocking(False)
            try:
                while s.recv(65536):
                    pass
            except OSError:
                pass
            s.setblocking(True)

    def run(self, name, prepare, request):
        outcomes, faults = {}, 0
        for n in range(1, MOST):
            self.world.clean()
            prepare()
            before = self.world.state()
            error, happened = self.once(request, n)
            self.drain()
            after = self.world.state()
            faults += happened
            outcome = 'no answer' if error is None else errno.errorcode.get(error, error) if error else 'done'
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if error and after != before:
                self.failed.append(f'{name}, allocation {n}: {outcome}, but not all is as before: {differing(before, after)}')
            if not happened:
                break
        print(f'{name}: {faults} faults, {outcomes}', flush=True)
        if n == MOST - 1:
            self.failed.append(f'{name}: no end of allocations')

    def refuse(self, action, request, number=errno.ENOMEM):
        """A notifier refuses: so does the request."""
        self.world.clean()
        self.world.slaves('l2')
        before = self.world.state()
        self.faults.write(f'{NOTIFIERS}/{action}/error', str(-number))
        error = request()[0]
        self.faults.write(f'{NOTIFIERS}/{action}/error', '0')
        if error != number:
            self.failed.append(f'{action} refuses: {error}')
        if self.world.state() != before:
            self.failed.append(f'{action} refuses, but not all is as before: {differing(before, self.world.state())}')
        print(f'{action}: {errno.errorcode.get(error, error)}')


def main():
    wanted = sys.argv[1:]
    world, faults = World(), Faults()
    trial = Trial(world, faults)
    for name, prepare, request in cases(world):
        # The kernel's core warns of its own allocations that fail amidst a move: only where that is asked for.
        if name in wanted or not wanted and not name.startswith('move'):
            trial.run(name, prepare, request)
    if not wanted and not subprocess.run(['modprobe', '-q', 'netdev-notifier-error-inject'], check=False).returncode:
        for action in 'NETDEV_POST_INIT', 'NETDEV_REGISTER', 'NETDEV_PRECHANGEUPPER', 'NETDEV_CHANGEUPPER':
            trial.refuse(action, lambda: world.r0.ipvlan('ipvl3', 'p1', 'l3s', 'private', to=world.n3))
        subprocess.run(['modprobe', '-r', 'netdev-notifier-error-inject'], check=False)
    world.clean()
    print('\n'.join(trial.failed))
    print(f'{len(trial.failed)} failed')
    sys.exit(bool(trial.failed))


if __name__ == '__main__':
    main()
