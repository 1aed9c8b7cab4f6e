# SPDX-License-Identifier: GPL-2.0-or-later
"""Random operations on links, addresses, namespaces and parents, and what is to be seen after each: run it with the
in-tree driver and with ours, and compare.

Arguments: SEED OPERATIONS. The same two give the same run. Frames are sent now and then, to everybody's addresses; who
got them is printed, too.
"""
import os
import random
import sys
import time

import frames
from netlink import ALLMULTI, DELADDR, NEWADDR, UP, Netns

FRAME_EVERY = 8
# In-tree, slaves follow their parent's going down since Linux 6.10. Before, it goes by without their carrier's changing,
# until which the state of a link that works is called unknown.
FOLLOWS_DOWN = tuple(map(int, os.uname().release.split('.')[:2])) >= (6, 10)
QUIET, SETTLE, SETTLED = 0.06, 0.05, 3
NAMES = [f'ipvl{i}' for i in range(8)]
PARENTS = 'p1', 'p2'
# Few, so that they meet.
V4 = [f'10.1.0.{i}' for i in range(11, 19)]
V6 = [f'fd01::{i}' for i in range(11, 19)]


def is_settled(link):
    flags = link.get('flags', '').split('+')
    return 'UP' not in flags or ('RUNNING' in flags) == ('LOWER_UP' in flags)


class Runs:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.places = [Netns(name) for name in ('r0', 'n1', 'n2')]
        self.r0 = self.places[0]
        self.outside = Netns('r1')
        self.where = {}
        self.parents = {}
        self.added = {4: V4[:1], 6: V6[:1]}
        for i, name in enumerate(PARENTS, 1):
            self.r0.veth(name, f'02:00:00:00:0{i}:01', f'e{i}', f'02:00:00:00:0{i}:02', self.outside)
            self.r0.up(name)
            self.outside.up(f'e{i}')
            self.parents[name] = self.r0
        for netns, host in (self.r0, 1), (self.outside, 2):
            netns.address(NEWADDR, f'10.1.0.{host}/24', 'p1' if host == 1 else 'e1')
        self.r0.neighbour('10.1.0.2', '02:00:00:00:01:02', 'p1')

    # Each returns its name and the kernel's answer, or None when there is nothing to do it to.

    def slave(self):
        return self.random.choice(sorted(self.where)) if self.where else None

    def create(self):
        name, parent = self.random.choice(NAMES), self.random.choice(('p1', 'p1', 'p1', 'p2'))
        mode = self.random.choice(['l2', 'l2', 'l3', 'l3', 'l3s', None, 7])
        flags = self.random.choice(['bridge', 'bridge', 'private', 'vepa', None, 3])
        to = self.random.choice(self.places)
        home = self.parents[parent]
        answer = home.ipvlan(name, parent, mode, flags, to=to)
        if not answer[0]:
            self.where[name] = to
        return f'create {name} on {parent} {mode} {flags} in {to.name}', answer

    def delete(self):
        name = self.slave()
        return name and (f'delete {name}', self.where.pop(name).delete(name))

    def change(self):
        name = self.slave()
        mode = self.random.choice(['l2', 'l3', 'l3s', None])
        flags = self.random.choice(['bridge', 'private', 'vepa', None])
        return name and (f'change {name} {mode} {flags}', self.where[name].change(name, mode, flags))

    def up(self):
        name = self.slave()
        return name and (f'up {name}', self.where[name].up(name))

    def down(self):
        name = self.slave()
        return name and (f'down {name}', self.where[name].down(name))

    def mtu(self):
        # None below IPv6's 1280: in-tree, slaves get their parent's MTU without a word to IPv6, which then stays off.
        name, mtu = self.slave(), self.random.choice([67, 1280, 1400, 1500, 9000])
        return name and (f'mtu {name} {mtu}', self.where[name].set(name, mtu=mtu))

    def parent_mtu(self):
        name, mtu = self.random.choice(PARENTS), self.random.choice([1280, 1400, 1500])
        return f'mtu {name} {mtu}', self.parents[name].set(name, mtu=mtu)

    def parent_flap(self):
        name = self.random.choice(PARENTS)
        self.parents[name].down(name)
        return f'flap {name}', self.parents[name].up(name)

    def parent_mac(self):
        name = self.random.choice(PARENTS)
        address = f'02:00:00:00:0{name[1]}:0{self.random.choice("19")}'
        return f'mac {name} {address}', self.parents[name].set(name, address=address)

    def allmulti(self):
        name, flags = self.slave(), self.random.choice([0, ALLMULTI])
        return name and (f'allmulti {name} {flags}', self.where[name].set(name, flags=flags, mask=ALLMULTI))

    def add(self):
        name = self.slave()
        address = self.random.choice([a + '/24' for a in V4] + [a + '/64' for a in V6])
        if not name:
            return None
        answer = self.where[name].address(NEWADDR, address, name)
        if not answer[0]:
            recent = self.added[6 if ':' in address else 4]
            recent[:] = recent[-3:] + [address.split('/')[0]]
        return f'add {address} {name}', answer

    def remove(self):
        name = self.slave()
        address = self.random.choice([a + '/24' for a in V4] + [a + '/64' for a in V6])
        return name and (f'remove {address} {name}', self.where[name].address(DELADDR, address, name))

    def move(self):
        name, to = self.slave(), self.random.choice(self.places)
        if not name:
            return None
        answer = self.where[name].set(name, to=to)
        if not answer[0]:
            self.where[name] = to
        return f'move {name} to {to.name}', answer

    def move_parent(self):
        name, to = self.random.choice(PARENTS), self.random.choice(self.places)
        answer = self.parents[name].set(name, to=to)
        if not answer[0]:
            self.parents[name] = to
            to.up(name)
        return f'move {name} to {to.name}', answer

    OPERATIONS = ([create] * 5 + [delete] + [change] * 3 + [up] * 6 + [down] + [mtu] + [parent_mtu] + [parent_flap] +
                  [parent_mac] + [allmulti] + [add] * 8 + [remove] * 2 + [move] * 2 + [move_parent])

    def links(self):
        """Slaves and parents, each list in the order of names."""
        return [[(f'{netns.name}/{name}', netns.show(name)) for name, netns in sorted(place.items())]
                for place in (self.where, self.parents)]

    def settled(self):
        """The links, once the carrier of each has been told to all: the kernel does that once a second."""
        end = time.monotonic() + SETTLED
        slaves, parents = self.links()
        while time.monotonic() < end and not all(is_settled(link) for _, link in slaves + parents):
            time.sleep(QUIET)
            slaves, parents = self.links()
        return slaves, parents

    def show(self):
        slaves, parents = self.settled()
        for name, link in slaves:
            # A parent elsewhere is told by the number that this namespace happens to have for that one.
            link.pop('link_netnsid', None)
            if not FOLLOWS_DOWN and link.get('state') == 'UNKNOWN':
                link['state'] = 'UP'
            print(f'  {name}', ' '.join(f'{key}={value}' for key, value in link.items()) or 'gone')
        for name, link in parents:
            print(f'  {name}', *(f'{key}={link[key]}' for key in ('flags', 'mac', 'mtu', 'promisc')))

    def frame(self, number):
        own, router = '02:00:00:00:01:01', '02:00:00:00:01:02'
        destination = self.random.choice([own, own, own, router, 'ff:ff:ff:ff:ff:ff'])
        six = self.random.random() < 0.3
        # Mostly to those that somebody has, or had just now.
        table = self.added[6] * 2 + V6[:2] if six else self.added[4] * 3 + V4[:2] + ['10.1.0.1', '255.255.255.255']
        to, source = self.random.choice(table), self.random.choice(V6 if six else V4)
        arp = not six and self.random.random() < 0.2
        kind, data = ('arp', '') if arp else ('udp6' if six else 'udp4', f',data=n{number}')
        return f'{kind}:dst={destination},src={{}},from={source},to={to}{data}', destination, to

    def send(self, number):
        text, destination, to = self.frame(number)
        senders = [name for name in sorted(self.where) if 'UP' in self.where[name].show(name).get('flags', '').split('+')]
        sender = self.random.choice(senders + ['e1'])
        frame = frames.build(text.format('02:00:00:00:01:02' if sender == 'e1' else '02:00:00:00:01:01'))
        devices = [(self.where[name], name) for name in senders] + [(self.parents[name], name) for name in PARENTS]
        devices.append((self.outside, 'e1'))
        first = {netns: name for netns, name in reversed(devices)}
        # One socket of UDP for each namespace: two could not have the same port.
        places = [frames.Place(netns, name, udp=first[netns] == name) for netns, name in devices]
        by = {place.device: place for place in places}
        # Addresses of IPv6 are a worker's to finish.
        time.sleep(SETTLE)
        frames.drain(places)
        error = by[sender].send(frame)
        got = frames.gather(places, frame[14:], QUIET)
        print(f'frame {sender} {text.split(":")[0]} {destination} {to}{error} -> {" ".join(got) or "nobody"}')
        for place in places:
            place.close()

    def step(self, number):
        done = self.random.choice(self.OPERATIONS)(self)
        if not done:
            return
        name, (error, text) = done
        print(f'{number} {name}: {os.strerror(error) if error else "ok"}{" (with text)" if text else ""}')
        self.show()
        if not number % FRAME_EVERY:
            self.send(number)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    runs = Runs(seed)
    for number in range(count):
        runs.step(number)


if __name__ == '__main__':
    main()
