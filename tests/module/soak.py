# SPDX-License-Identifier: GPL-2.0-or-later
"""Slaves come, go and move, addresses flap, modes, flags, options and parents change, all while packets flow; in the end
each packet has been delivered or counted.

  netns r0, n1, n2: ipvl0 … ipvl7, now here, now there --+-- p1, p2 (now here, now there) --- e1, e2 (netns r1)
                    keep1, keep2 (r0), which stay ------+

Arguments: SECONDS [SEED (default: 1)]. Senders, one in each namespace, run beside the operations.
"""
import errno
import os
import random
import signal
import socket
import struct
import sys
import time

import frames
from books import Book
from family import ADDRESS_GET, ALL, ANNOUNCE, COUNTER, DUMP, IFINDEX, LOCK, PORT_GET, PORT_SET, QUEUE_LIMIT, SLAVE_GET
from family import SLAVE_IFINDEX, SLAVE_NETNS_FD, UNLOCK, Family, address, bits, each_attr, gateways, number
from netlink import NEWADDR, UP, attr, attrs
from operations import NAMES, PARENTS, V4, V6, Runs

MACS = ('02:00:00:00:01:01', '02:00:00:00:01:09', '02:00:00:00:01:02', '02:00:00:00:02:01', '02:00:00:00:02:02',
        'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01', '01:00:5e:00:00:01')
BURST, PAUSE, FRAMES = 24, 0.004, 300


# ---- packets


def frame(rng):
    """Mostly what somebody could have sent, some of it cut short or with a byte that lies."""
    dst, src = rng.choice(MACS), rng.choice(MACS[:5])
    six = rng.random() < 0.4
    addresses = V6 + ['fd01::1', 'fd01::2', 'ff02::1'] if six else V4 + ['10.1.0.1', '10.1.0.2', '255.255.255.255', '224.0.0.1']
    source, to = rng.choice(V6 if six else V4), rng.choice(addresses)
    kind = rng.choice(('udp6', 'udp6', 'udp6', 'ns') if six else ('udp4', 'udp4', 'udp4', 'arp', 'dhcp'))
    text = f'{kind}:dst={dst},src={src},from={source},to={to},data={"x" * rng.choice((1, 20, 500, 1400))}'
    if kind == 'ns':
        text += f',target={rng.choice(V6)}'
    if kind == 'dhcp':
        text = f'udp4:dst={dst},src={src},from=0.0.0.0,to=255.255.255.255,sport=68,dport=67,data={"d" * 240}'
    data = bytearray(frames.build(text))
    if rng.random() < 0.15:
        data[rng.randrange(12, min(60, len(data)))] = rng.randrange(256)
    if rng.random() < 0.1:
        data = data[:rng.randrange(14, len(data) + 1)]
    return bytes(data)


def send_bursts(sock, rng, wanted, pool, outcomes):
    names = [name for _, name in socket.if_nameindex() if name.startswith(wanted)]
    for _ in range(BURST if names else 0):
        data, name = rng.choice(pool), rng.choice(names)
        try:
            sock.sendto(data, (name, int.from_bytes(data[12:14], 'big')))
            outcomes['sent'] += 1
        except OSError as error:
            outcomes[error.errno] = outcomes.get(error.errno, 0) + 1


def sender(netns, wanted, seed, pipe):
    """A process: sends on whatever slaves there are, until told to end; then tells how it went."""
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    netns.enter()
    rng, outcomes = random.Random(seed), {'sent': 0}
    pool = [frame(rng) for _ in range(FRAMES)]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp6:
        while not ended:
            send_bursts(raw, rng, wanted, pool, outcomes)
            for s, table in (udp, V4), (udp6, V6):
                try:
                    s.sendto(b'hello', socket.MSG_DONTWAIT, (rng.choice(table), 9))
                except OSError:
                    pass
            time.sleep(PAUSE)
    os.write(pipe, b''.join(struct.pack('=iQ', 0 if key == 'sent' else key, n) for key, n in outcomes.items()))
    os._exit(0)


class Senders:
    def __init__(self, places, seed):
        self.children = []
        for i, (netns, wanted) in enumerate(places):
            ours, theirs = os.pipe()
            pid = os.fork()
            if not pid:
                sender(netns, wanted, seed + i, theirs)
            os.close(theirs)
            self.children.append((pid, ours))

    def end(self):
        """What became of all that they sent, by errno."""
        total = {}
        for pid, pipe in self.children:
            os.kill(pid, signal.SIGTERM)
            while data := os.read(pipe, 12):
                key, n = struct.unpack('=iQ', data)
                total[key] = total.get(key, 0) + n
            os.waitpid(pid, 0)
            os.close(pipe)
        return total


# ---- operations


class Soak(Runs):
    def __init__(self, seed):
        super().__init__(seed)
        self.families = {netns: Family(netns) for netns in self.places}
        self.modes = dict.fromkeys(PARENTS, 'l3')
        self.books, self.parent_of = {}, {}
        self.drops = {name: {} for name in PARENTS}
        self.wrong, self.packets, self.done = [], {'tx': 0, 'rx': 0}, {}
        for i, name in enumerate(PARENTS, 1):
            self.r0.ipvlan(f'keep{i}', name, 'l3')
            self.open_book(f'keep{i}', self.r0, name)
            self.r0.up(f'keep{i}')
            self.r0.address(NEWADDR, f'10.1.{i}.200/24', f'keep{i}')

    def open_book(self, name, netns, parent):
        self.parent_of[name] = parent
        self.books[name] = Book(netns, name)
        self.books[name].was_l3s = self.modes[parent] == 'l3s'

    def close_book(self, name, netns):
        netns.down(name)
        wrong, seen, reasons = self.books.pop(name).close()
        self.wrong += wrong
        drops = self.drops[self.parent_of[name]]
        for reason, n in reasons.items():
            drops[reason] = drops.get(reason, 0) + n
        for way, n in seen.items():
            self.packets[way] += n

    def note_mode(self, parent, mode):
        self.modes[parent] = mode
        for name, book in self.books.items():
            if self.parent_of[name] == parent and mode == 'l3s':
                book.was_l3s = True

    def create(self):
        name, parent, to = self.random.choice(NAMES), self.random.choice(PARENTS), self.random.choice(self.places)
        mode, flags = self.random.choice(['l2', 'l3', 'l3s']), self.random.choice(['bridge', 'private', 'vepa', None])
        if name in self.where:
            return None
        answer = self.parents[parent].ipvlan(name, parent, mode, flags, to=to)
        if not answer[0]:
            self.where[name] = to
            self.note_mode(parent, mode)
            self.open_book(name, to, parent)
        return 'create', answer

    def delete(self):
        name = self.slave()
        if name:
            self.close_book(name, self.where[name])
        return name and ('delete', self.where.pop(name).delete(name))

    def change(self):
        name, mode = self.slave(), self.random.choice(['l2', 'l3', 'l3s'])
        if not name:
            return None
        answer = self.where[name].change(name, mode, self.random.choice(['bridge', 'private', 'vepa', None]))
        if not answer[0]:
            self.note_mode(self.parent_of[name], mode)
        return 'change', answer

    def move(self):
        name, to = self.slave(), self.random.choice(self.places)
        if not name or to is self.where[name]:
            return None
        self.close_book(name, self.where[name])
        answer = self.where[name].set(name, to=to)
        if not answer[0]:
            self.where[name] = to
        self.open_book(name, self.where[name], self.parent_of[name])
        return 'move', answer

    # What our driver's own family has.

    def port(self):
        name = self.random.choice(PARENTS)
        netns = self.parents[name]
        return self.families[netns], attr(IFINDEX, netns.index(name))

    def options(self):
        family, port = self.port()
        body = bits(self.random.randrange(ALL + 1), ALL) + attr(QUEUE_LIMIT, self.random.choice((2, 100, 2000)))
        if self.random.random() < 0.3:
            body += gateways(*self.random.sample(V4, 2))
        return 'options', family.ask(PORT_SET, port + body)[:2]

    def lock(self):
        name = self.slave()
        if not name:
            return None
        family, port = self.port()
        slave = attr(SLAVE_IFINDEX, self.where[name].index(name)) + attr(SLAVE_NETNS_FD, self.where[name].fd)
        return 'lock', family.ask(LOCK, port + slave + address(self.random.choice(V4 + V6)))[:2]

    def unlock(self):
        family, port = self.port()
        return 'unlock', family.ask(UNLOCK, port + address(self.random.choice(V4 + V6)))[:2]

    def announce(self):
        family, port = self.port()
        return 'announce', family.ask(ANNOUNCE, port)[:2]

    def read(self):
        family, port = self.port()
        for command in SLAVE_GET, ADDRESS_GET:
            family.ask(command, port, DUMP)
        return 'read', family.ask(PORT_GET, port)[:2]

    OPERATIONS = ([create] * 5 + [delete] * 2 + [change] * 3 + [Runs.up] * 6 + [Runs.down] + [Runs.mtu] +
                  [Runs.parent_mtu] + [Runs.parent_flap] + [Runs.parent_mac] + [Runs.allmulti] + [Runs.add] * 8 +
                  [Runs.remove] * 4 + [move] * 2 + [Runs.move_parent] + [options] * 2 + [lock, unlock, announce, read])

    def step(self, _):
        done = self.random.choice(self.OPERATIONS)(self)
        if done:
            name = done[0].split()[0]
            self.done[name] = self.done.get(name, 0) + 1

    # In the end.

    def port_drops(self, name):
        netns = self.parents[name]
        _, _, answers = self.families[netns].ask(PORT_GET, attr(IFINDEX, netns.index(name)))
        counters = [attrs(data) for kind, data in each_attr(answers[0]) if kind == COUNTER]
        return {nest[2].rstrip(b'\0').decode(): number(nest[3]) for nest in counters}

    def close_books(self):
        for name in sorted(self.books):
            self.close_book(name, self.where.get(name, self.r0))
        for parent in PARENTS:
            port = self.port_drops(parent)
            # What came from outside and was nobody's yet is the port's alone.
            self.wrong += [f'{parent} {reason}: {n}, its slaves\' {self.drops[parent].get(reason, 0)}'
                           for reason, n in port.items() if reason.startswith('tx_') and n != self.drops[parent].get(reason, 0)]
            print(f'{parent} dropped', {reason: n for reason, n in port.items() if n})

    def still_works(self):
        """After all that: two slaves reach each other."""
        r0, (_, n1, n2) = self.r0, self.places
        r0.add('d0', 'dummy', address='02:00:00:00:03:01')
        r0.up('d0')
        for i, netns in (1, n1), (2, n2):
            r0.ipvlan(f'last{i}', 'd0', 'l2', to=netns)
            netns.up(f'last{i}')
            netns.address(NEWADDR, f'10.77.0.{i}/24', f'last{i}')
        n2.enter()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to:
            to.bind(('10.77.0.2', 9))
            to.settimeout(30)
            n1.enter()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.sendto(b'still', ('10.77.0.2', 9))
            try:
                return to.recv(10) == b'still'
            except TimeoutError:
                return False


def main():
    seconds, seed = int(sys.argv[1]), int(sys.argv[2] if sys.argv[2:] else 1)
    print(f'seed {seed}, {seconds} s')
    soak = Soak(seed)
    senders = Senders([(netns, 'ipvl') for netns in soak.places] + [(soak.outside, 'e')], seed)
    end, steps = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        soak.step(steps)
        steps += 1
    outcomes = senders.end()
    soak.close_books()
    works = soak.still_works()
    print(f'{steps} operations', soak.done)
    print('senders:', {'sent' if not key else errno.errorcode[key]: n for key, n in sorted(outcomes.items())})
    print(f'in the books: {soak.packets["tx"]} packets sent, {soak.packets["rx"]} received, {len(soak.wrong)} differences')
    print('\n'.join(soak.wrong[:20]))
    if not works:
        print('FAILED: slaves do not reach each other any more')
    if soak.wrong or not works or not soak.packets['tx'] or not soak.packets['rx']:
        print('FAILED')
        sys.exit(1)


if __name__ == '__main__':
    main()
