# SPDX-License-Identifier: GPL-2.0-or-later
"""The module's own netlink family: what it answers, what it refuses, and each option both ways.

  netns n1: ipvl1 10.1.0.11, fd01::11 --+
  netns n2: ipvl2 10.1.0.12, fd01::12 --+-- p1 (r0: 10.1.0.1, fd01::1) --- e0 (netns r1: 10.1.0.2, fd01::2)
  netns n3: ipvl3 (no address)        --+

Arguments: the sections to run; without, all.
"""
import collections
import errno
import fcntl
import os
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

import frames
from netlink import (ACK, CAP_ACK, DELADDR, EXT_ACK, NEWADDR, NEWLINK, REQUEST, SOL_NETLINK, Netns, attr, attrs, ip,
                     ipvlan_data)

PARENT, ROUTER = '02:00:00:00:01:01', '02:00:00:00:01:02'
EVERYONE = 'ff:ff:ff:ff:ff:ff'
NETLINK_GENERIC, GENL_CTRL, GETFAMILY = 16, 16, 3
DUMP, MULTI, INTERRUPTED, NESTED = 0x300, 2, 0x10, 0x8000
PORT_GET, PORT_SET, SLAVE_GET, ADDRESS_GET, LOCK, UNLOCK, ANNOUNCE = range(1, 8)
(IFINDEX, IFNAME, MODE, FLAGS, SLAVES, OPTIONS, QUEUE_LENGTH, QUEUE_LIMIT, GATEWAYS, LOCKS, COUNTER, SLAVE_IFINDEX,
 SLAVE_NETNSID, SLAVE_NETNS_FD, DEV_ID, IS_UP, ADDRESSES, ADDRESS4, ADDRESS6, HELD, LOCKED) = range(2, 23)
BOND_MODE, BOND_ACTIVE, BOND_MIIMON = 1, 2, 3
ALL_GROUPS = 2 # of packet sockets
TXQLEN, TUNSETOFFLOAD, TUN_F_CSUM, TUN_F_TSO4, TAP_HEADER = 13, 0x400454d0, 1, 2, 10
GROUP_ISOLATION, SOURCE_CHECK, GUARD, DHCP, DIRECT_ARP = 1, 2, 4, 8, 16
ALL = 31

checks = failures = 0


def check(name, wanted, got):
    global checks, failures
    checks += 1
    if wanted == got:
        return
    failures += 1
    print(f'FAILED: {name}\n  wanted {wanted}\n  got    {got}', flush=True)


class Family:
    """The family, in one namespace."""

    def __init__(self, netns, name='ipvlan_port'):
        netns.enter()
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        for option in CAP_ACK, EXT_ACK:
            self.socket.setsockopt(SOL_NETLINK, option, 1)
        self.id = GENL_CTRL
        error, _, answers = self.ask(GETFAMILY, attr(2, name))
        self.id = 0 if error else struct.unpack('H', attrs(answers[0])[1])[0]

    def send(self, command, body=b'', flags=ACK):
        self.interrupted = False
        self.socket.send(struct.pack('IHHIIBBH', 20 + len(body), self.id, REQUEST | flags, 1, 0, command, 1, 0) + body)

    def receive(self, answers, size=65536):
        """(errno, text) when the answer is complete, else None"""
        data = self.socket.recv(size)
        while data:
            length, kind, flags = struct.unpack_from('IHH', data)
            self.interrupted = self.interrupted or bool(flags & INTERRUPTED)
            if kind in (2, 3):
                error = -struct.unpack_from('i', data, 16)[0]
                text = attrs(data[20 if kind == 3 else 36:length]).get(1, b'') if flags & 0x200 else b''
                return error, text.rstrip(b'\0').decode()
            answers.append(data[20:length])
            data = data[(length + 3) & ~3:]
        return None

    def ask(self, command, body=b'', flags=ACK):
        """(errno, text, answers)"""
        answers = []
        self.send(command, body, flags)
        while not (end := self.receive(answers)):
            pass
        return end[0], end[1], answers

    def errno(self, command, body=b'', flags=ACK):
        """The error, which every refusal explains."""
        error, text, _ = self.ask(command, body, flags)
        if error and not text:
            check(f'command {command} is refused with a text', True, False)
        return error


def bits(value, selector=None):
    return attr(OPTIONS, struct.pack('II', value, value if selector is None else selector))


def address(text):
    return attr(ADDRESS6 if ':' in text else ADDRESS4, ip(text))


def gateways(*texts):
    return attr(GATEWAYS | NESTED, b''.join(map(address, texts)))


def text_of(a):
    if ADDRESS4 in a:
        return socket.inet_ntop(socket.AF_INET, a[ADDRESS4])
    return socket.inet_ntop(socket.AF_INET6, a[ADDRESS6])


def each_attr(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from('HH', data)
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def number(data):
    return int.from_bytes(data, sys.byteorder)


def reasons_of(place):
    try:
        return place.reasons()
    except OSError:
        return {}


class World:
    def __init__(self):
        self.home = Netns.here('home')
        self.r0, self.r1, self.n1, self.n2, self.n3 = map(Netns, ('r0', 'r1', 'n1', 'n2', 'n3'))
        self.r0.veth('p1', PARENT, 'e0', ROUTER, self.r1)
        for netns, name, host in (self.r0, 'p1', 1), (self.r1, 'e0', 2):
            netns.up(name)
            netns.address(NEWADDR, f'10.1.0.{host}/24', name)
            netns.address(NEWADDR, f'fd01::{host}/64', name)
        self.family = Family(self.r0)
        self.parent = attr(IFINDEX, self.r0.index('p1'))

    def slaves(self, mode='l2', flags='bridge'):
        for i, netns in enumerate((self.n1, self.n2, self.n3), 1):
            self.r0.ipvlan(f'ipvl{i}', 'p1', mode, flags, to=netns)
            netns.up(f'ipvl{i}')
            if i < 3:
                netns.address(NEWADDR, f'10.1.0.1{i}/24', f'ipvl{i}')
                netns.address(NEWADDR, f'fd01::1{i}/64', f'ipvl{i}')
        self.places = [frames.Place(*p) for p in ((self.n1, 'ipvl1'), (self.n2, 'ipvl2'), (self.n3, 'ipvl3'),
                                                  (self.r0, 'p1'), (self.r1, 'e0'))]
        time.sleep(0.5)

    def no_slaves(self):
        for place in self.places:
            place.close()
        for i, netns in enumerate((self.n1, self.n2, self.n3), 1):
            if netns.show(f'ipvl{i}'):
                netns.delete(f'ipvl{i}')

    def port(self, index=None):
        error, _, answers = self.family.ask(PORT_GET, self.parent if index is None else attr(IFINDEX, index))
        return {} if error else attrs(answers[0])

    def counters(self):
        error, _, answers = self.family.ask(PORT_GET, self.parent)
        counters = {}
        for kind, data in [] if error else each_attr(answers[0]):
            if kind == COUNTER:
                nest = attrs(data)
                counters[nest[2].rstrip(b'\0').decode()] = number(nest[3])
        return counters

    def set(self, body):
        return self.family.errno(PORT_SET, self.parent + body)

    def slave(self, i):
        netns = (self.n1, self.n2, self.n3)[i - 1]
        return attr(SLAVE_IFINDEX, netns.index(f'ipvl{i}')) + attr(SLAVE_NETNS_FD, netns.fd)

    def watch(self, at, text, who=()):
        """Who got a frame that was sent at a device, and the counters of the port and its slaves that moved."""
        frame = frames.build(text)
        frames.drain(self.places)
        before, slaves = self.counters(), [reasons_of(p) for p in self.places[:3]]
        next(p for p in self.places if p.device == at).send(frame)
        got = frames.gather(self.places, frame[14:], frames.WAIT, who)
        after = self.counters()
        moved = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        own = {}
        for place, old in zip(self.places, slaves):
            own.update({name: value - old[name] for name, value in reasons_of(place).items() if value != old[name]})
        check(f'what the port counts of {text} is what slaves count', moved, own)
        return sorted({name.split('/')[1].split(':')[0] for name in got}), moved

    def expect(self, name, at, text, who, reason=None):
        check(name, (sorted(who), {reason: 1} if reason else {}), self.watch(at, text, who))


# ---- sections


def reading(w):
    check('no port yet', errno.ENOENT, w.family.errno(PORT_GET, w.parent))
    check('no ports', (0, []), (lambda a: (a[0], a[2]))(w.family.ask(PORT_GET, flags=DUMP)))
    w.slaves('l2', 'private')
    port = w.port()
    check('name', 'p1', port[IFNAME].rstrip(b'\0').decode())
    for name, kind, wanted in (('mode', MODE, 0), ('flags', FLAGS, 1), ('slaves', SLAVES, 3), ('queue', QUEUE_LENGTH, 0),
                               ('limit', QUEUE_LIMIT, 2000), ('locks', LOCKS, 0)):
        check(name, wanted, number(port[kind]))
    check('options', struct.pack('II', 0, ALL), port[OPTIONS])
    check('no gateways', b'', port[GATEWAYS])
    check('counters', True, len(w.counters()) >= 20 and not any(w.counters().values()))
    _, _, ports = w.family.ask(PORT_GET, flags=DUMP)
    check('all ports', [port[IFINDEX]], [attrs(p)[IFINDEX] for p in ports])
    _, _, slaves = w.family.ask(SLAVE_GET, w.parent, DUMP)
    slaves = [attrs(s) for s in slaves]
    check('slaves', ['ipvl1', 'ipvl2', 'ipvl3'], [s[IFNAME].rstrip(b'\0').decode() for s in slaves])
    check('addresses of each', [2, 2, 0], [number(s[ADDRESSES]) for s in slaves])
    check('up', [True] * 3, [IS_UP in s for s in slaves])
    check('numbers', 3, len({s[DEV_ID] for s in slaves}))
    check('namespaces', 3, len({s[SLAVE_NETNSID] for s in slaves}))
    _, _, addresses = w.family.ask(ADDRESS_GET, w.parent, DUMP)
    addresses = [attrs(a) for a in addresses]
    check('addresses', ['10.1.0.11', '10.1.0.12', 'fd01::11', 'fd01::12'],
          sorted(map(text_of, addresses)))
    check('held, not locked', True, all(HELD in a and LOCKED not in a for a in addresses))
    w.no_slaves()
    check('the port is gone', {}, w.port())


def refusals(w):
    f = w.family
    for command in PORT_GET, PORT_SET, LOCK, UNLOCK, ANNOUNCE:
        check(f'{command} of nothing', errno.EINVAL, f.errno(command))
        check(f'{command} of no device', errno.ENODEV, f.errno(command, attr(IFINDEX, 999)))
        check(f'{command} of no port', errno.ENOENT, f.errno(command, w.parent))
        check(f'{command} with an unknown attribute', errno.EINVAL, f.errno(command, w.parent + attr(99, 1)))
        check(f'{command} with a short index', errno.EINVAL, f.errno(command, attr(IFINDEX, b'xy')))
        check(f'{command} with index 0', errno.ERANGE, f.errno(command, attr(IFINDEX, 0)))
    for command in SLAVE_GET, ADDRESS_GET:
        check(f'dump {command} of nothing', errno.EINVAL, f.errno(command, b'', DUMP))
        check(f'dump {command} of no port', errno.ENOENT, f.errno(command, w.parent, DUMP))
    check('an unknown command', errno.EOPNOTSUPP, f.ask(99)[0])
    w.slaves()
    check('nothing to change', errno.EINVAL, w.set(b''))
    check('an unknown option', errno.EINVAL, w.set(bits(32)))
    check('a value without selector', errno.EINVAL, w.set(bits(2, 1)))
    for limit in 0, 1, 65537:
        check(f'limit {limit}', errno.ERANGE, w.set(attr(QUEUE_LIMIT, limit)))
    check('mode is not set here', errno.EINVAL, w.set(attr(MODE, b'\0\0')))
    check('a gateway for all', errno.EINVAL, w.set(gateways('255.255.255.255')))
    check('a gateway for none', errno.EINVAL, w.set(gateways('::')))
    check('a gateway for a group', errno.EINVAL, w.set(gateways('ff02::1')))
    check('too many gateways', errno.E2BIG, w.set(gateways(*[f'10.7.0.{i}' for i in range(1, 18)])))
    check('half a gateway', errno.ERANGE, w.set(attr(GATEWAYS | NESTED, attr(ADDRESS6, b'1234'))))
    check('a strange gateway', errno.EINVAL, w.set(attr(GATEWAYS | NESTED, attr(MODE, b'12'))))
    check('all or nothing', errno.EINVAL, w.set(attr(QUEUE_LIMIT, 100) + bits(GUARD) + gateways('224.0.0.1')))
    check('nothing', (2000, struct.pack('II', 0, ALL)), (number(w.port()[QUEUE_LIMIT]), w.port()[OPTIONS]))
    here, one = w.parent, address('10.1.0.50')
    check('lock no address', errno.EINVAL, f.errno(LOCK, here + w.slave(1)))
    check('lock two', errno.EINVAL, f.errno(LOCK, here + w.slave(1) + one + address('fd01::50')))
    check('lock a group', errno.EINVAL, f.errno(LOCK, here + w.slave(1) + address('224.0.0.1')))
    check('lock to nobody', errno.EINVAL, f.errno(LOCK, here + one))
    check('lock to no slave', errno.ENODEV, f.errno(LOCK, here + one + attr(SLAVE_IFINDEX, 999)))
    check('lock to the parent', errno.ENODEV, f.errno(LOCK, here + one + attr(SLAVE_IFINDEX, w.r0.index('p1'))))
    check('lock nowhere', errno.ENOENT, f.errno(LOCK, here + one + attr(SLAVE_IFINDEX, 2) + attr(SLAVE_NETNSID, 77)))
    check('lock at no file', errno.EBADF, f.errno(LOCK, here + one + attr(SLAVE_IFINDEX, 2) + attr(SLAVE_NETNS_FD, 999)))
    check('lock at two places', errno.EINVAL, f.errno(LOCK, here + one + w.slave(1) + attr(SLAVE_NETNSID, 0)))
    check('unlock what is free', errno.ENOENT, f.errno(UNLOCK, here + one))
    check('a slave is no parent', errno.ENOENT,
          Family(w.n1).errno(PORT_GET, attr(IFINDEX, w.n1.index('ipvl1'))))
    w.no_slaves()


def queue(w):
    """Copies for few are made at once, those for more wait, no more of them than they may."""
    def dropped_of(count):
        before = w.counters()
        frame = frames.build(f'udp4:dst={EVERYONE},src={PARENT},from=10.1.0.11,to=255.255.255.255,data=flood')
        for _ in range(count):
            w.places[0].send(frame)
        time.sleep(0.3)
        return w.counters()['tx_drop_copies_queue_full'] - before['tx_drop_copies_queue_full']

    w.slaves()
    check('a limit', 0, w.set(attr(QUEUE_LIMIT, 2)))
    check('is told', 2, number(w.port()[QUEUE_LIMIT]))
    check('for few nothing waits', 0, dropped_of(2000))
    more = [f'more{i}' for i in range(4)]
    for name in more:
        w.r0.ipvlan(name, 'p1', 'l2', 'bridge')
        w.r0.up(name)
    few = dropped_of(2000)
    check('the default again', 0, w.set(attr(QUEUE_LIMIT, 65536)))
    many = dropped_of(2000)
    print(f'dropped of 2000: {few} with the smallest queue, {many} with the largest')
    check('a small queue drops, a large one does not', (True, 0), (few > 0, many))
    for name in more:
        w.r0.delete(name)
    w.no_slaves()


def targets(listener, wanted, at):
    """What frames at a packet socket have at an offset, once all that is wanted has come, or is late."""
    seen, end = set(), time.monotonic() + frames.LATEST
    while not seen.issuperset(wanted) and select.select([listener], [], [], max(end - time.monotonic(), 0))[0]:
        seen.add(listener.recv(2000)[at:at + len(wanted[0])])
    return [target in seen for target in wanted]


def noisy(w):
    """One that floods makes only itself wait: all is heard that its sibling asks by ARP, and says by ND to all."""
    w.slaves()
    more = [f'more{i}' for i in range(4)]
    for name in more:
        w.r0.ipvlan(name, 'p1', 'l2', 'bridge')
        w.r0.up(name)
    check('a small queue', 0, w.set(attr(QUEUE_LIMIT, 20)))
    w.n3.enter()
    arp, nd = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) for _ in range(2))
    arp.bind(('ipvl3', 0x0806))
    nd.bind(('ipvl3', 0x86dd))
    asked = [f'10.1.0.{i}' for i in range(101, 151)]
    told = [f'fd01::{i:x}' for i in range(101, 151)]
    before = [reasons_of(place)['tx_drop_copies_queue_full'] for place in w.places[:2]]
    child = os.fork()
    if not child:
        flood = frames.build(f'udp4:dst={EVERYONE},src={PARENT},from=10.1.0.11,to=255.255.255.255,data=flood')
        while True:
            w.places[0].send(flood)
    time.sleep(0.2)
    for ask, tell in zip(asked, told):
        w.places[1].send(frames.build(f'arp:dst={EVERYONE},src={PARENT},from=10.1.0.12,to={ask}'))
        w.places[1].send(frames.build(advertisement('fd01::12', tell)))
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    check('beside one that floods: by ARP', [True] * 50, targets(arp, [ip(a) for a in asked], 38))
    check('beside one that floods: by ND', [True] * 50, targets(nd, [ip(a) for a in told], 62))
    dropped = [reasons_of(place)['tx_drop_copies_queue_full'] - n for place, n in zip(w.places[:2], before)]
    check('who floods loses, and nobody else', (True, 0), (dropped[0] > 0, dropped[1]))
    print(f'dropped of the one that floods: {dropped[0]}')
    arp.close()
    nd.close()
    for name in more:
        w.r0.delete(name)
    w.no_slaves()


def crowd(w):
    """More listeners than the kernel's backlog holds: each of them has its copy, and has it once."""
    def heard_by():
        lines = [line.split() for line in w.n3.read('dev').splitlines()]
        return {words[0]: int(words[8]) for words in lines if words[0].startswith('crowd')}

    w.slaves()
    for i in range(100):
        w.r0.ipvlan(f'crowd{i}', 'p1', 'l2', 'bridge', to=w.n3)
        w.n3.up(f'crowd{i}')
    time.sleep(0.5)
    w.home.sysctl('core/netdev_max_backlog', 8)
    before, start = heard_by(), time.monotonic()
    got, moved = w.watch('e0', f'udp4:dst={EVERYONE},src={ROUTER},from=10.1.0.2,to=255.255.255.255,data=crowd',
                         ['ipvl1', 'ipvl2', 'ipvl3', 'p1'])
    check('a crowd: the others', (['ipvl1', 'ipvl2', 'ipvl3', 'p1'], {}), (got, moved))
    while (heard := heard_by()) and any(heard[name] == before[name] for name in heard) and time.monotonic() < start + 10:
        time.sleep(0.1)
    check('a crowd: each hears it once', {1: 100}, collections.Counter(heard[name] - before[name] for name in heard))
    w.home.sysctl('core/netdev_max_backlog', 1000)
    for i in range(100):
        w.n3.delete(f'crowd{i}')
    w.no_slaves()


def groups(w):
    from_slave = f'udp4:dst={EVERYONE},src={PARENT},from=10.1.0.11,to=255.255.255.255,data='
    outside = f'udp4:dst={EVERYONE},src={ROUTER},from=10.1.0.2,to=255.255.255.255,data='
    for flags in 'bridge', 'private', 'vepa':
        w.slaves('l2', flags)
        for option in 0, GROUP_ISOLATION:
            name = f'{flags} {option}'.replace(' ', '-')
            check(f'set {name}', 0, w.set(bits(option, ALL)))
            isolated = option and flags != 'bridge'
            w.expect(f'{name}: a slave\'s broadcast', 'ipvl1', from_slave + name,
                     ['e0'] if isolated else ['e0', 'ipvl2', 'ipvl3'])
            w.expect(f'{name}: one from outside', 'e0', outside + name, ['ipvl1', 'ipvl2', 'ipvl3', 'p1'])
            # Only then the switch's copy is the siblings' first; never the sender's.
            w.expect(f'{name}: one that comes back', 'e0', from_slave + name + '-back',
                     ['ipvl2', 'ipvl3', 'p1'] if option and flags == 'vepa' else ['p1'])
            # Who probes has not got the address, and who has it is to say so. IPv6 gives itself what it then asks for.
            for kind, to, owner in (('arp', '10.1.0.12', []), ('ns', 'fd01::12', ['ipvl2'])):
                macs = f'dst={EVERYONE if kind == "arp" else "33:33:ff:00:00:12"},src={PARENT}'
                ends = f'from=0.0.0.0,to={to}' if kind == 'arp' else f'from=::,to=ff02::1:ff00:12,target={to}'
                got, _ = w.watch('e0', f'{kind}:{macs},{ends}', ['p1'])
                check(f'{name}: a probe for {to} that comes back', option and flags == 'vepa' and not owner, 'ipvl2' in got)
        w.no_slaves()


def source(w):
    for mode in 'l2', 'l3':
        w.slaves(mode)
        own, group = f'dst={PARENT},src={PARENT}', f'dst={EVERYONE},src={PARENT}'
        good = [('sibling', f'udp4:{own},from=10.1.0.11,to=10.1.0.12,data={mode}-good', ['ipvl2']),
                ('sibling6', f'udp6:{own},from=fd01::11,to=fd01::12,data={mode}-good', ['ipvl2'])]
        bad = [('address', f'udp4:{own},from=10.1.0.99,to=10.1.0.12,data={mode}-bad', ['ipvl2']),
               ('sibling\'s address', f'udp4:{own},from=10.1.0.12,to=10.1.0.12,data={mode}-bad2', ['ipvl2']),
               ('address6', f'udp6:{own},from=fd01::99,to=fd01::12,data={mode}-bad', ['ipvl2']),
               ('MAC', f'udp4:dst={PARENT},src=02:00:00:00:0a:0b,from=10.1.0.11,to=10.1.0.12,data={mode}-bad3',
                ['e0'] if mode == 'l2' else ['ipvl2'])]
        if mode == 'l2':
            good += [('dhcp', f'udp4:{group},from=0.0.0.0,to=255.255.255.255,data=0-good', ['e0', 'ipvl2', 'ipvl3']),
                     ('arp', f'arp:{group},from=10.1.0.11,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3']),
                     ('arp probe', f'arp:{group},from=0.0.0.0,to=10.1.0.77', ['e0', 'ipvl2', 'ipvl3']),
                     ('dad', f'ns:dst=33:33:ff:00:00:77,src={PARENT},from=::,to=ff02::1:ff00:77,target=fd01::77', ['e0'])]
            bad += [('arp', f'arp:{group},from=10.1.0.98,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3']),
                    ('protocol', f'raw:{group},type=88b5,hex=0102', ['e0', 'ipvl2', 'ipvl3']),
                    ('na', advertisement('fd01::11', 'fd01::98'), ['e0', 'ipvl2', 'ipvl3'])]
        # What has not been checked is where it was without the option.
        for option in 0, SOURCE_CHECK:
            check(f'{mode} option {option}', 0, w.set(bits(option, ALL)))
            for name, frame, who in good:
                w.expect(f'{mode} {option} own {name}', 'ipvl1', frame, who)
            for name, frame, who in bad:
                w.expect(f'{mode} {option} foreign {name}', 'ipvl1', frame, [] if option else who,
                         'tx_drop_foreign_source' if option else None)
        # A tag hides the header behind it.
        tagged = f'raw:{own},type=8100,hex=00000800' + frames.build(good[0][1])[14:].hex()
        w.expect(f'{mode} tagged', 'ipvl1', tagged, [], 'tx_drop_foreign_source')
        w.n1.address(NEWADDR, '10.1.0.41/32', 'ipvl1', '10.1.0.42')
        w.expect(f'{mode} with a peer', 'ipvl1', f'udp4:{own},from=10.1.0.41,to=10.1.0.12,data={mode}-peer', ['ipvl2'])
        # Nobody is asked about what has a peer.
        check(f'{mode}: a sibling\'s address, with a peer', 0, w.n1.address(NEWADDR, '10.1.0.12/32', 'ipvl1', '10.1.0.43')[0])
        w.expect(f'{mode} by a sibling\'s address with a peer', 'ipvl1',
                 f'udp4:{own},from=10.1.0.12,to=10.1.0.12,data={mode}-peer2', [], 'tx_drop_foreign_source')
        w.no_slaves()


def advertisement(source_address, target, extensions=0):
    """An unsolicited one, to all nodes; behind so many empty destination options."""
    f = {'from': source_address, 'to': 'ff02::1'}
    message = struct.pack('!BBHI', 136, 0, 0, 0x20000000) + ip(target)
    _, packet = frames.ipv6(f, 58, message)
    if extensions:
        message = b''.join(bytes([60 if i + 1 < extensions else 58, 0, 1, 4, 0, 0, 0, 0])
                           for i in range(extensions)) + packet[40:]
        packet = struct.pack('!IHBB', 6 << 28, len(message), 60, 255) + packet[8:40] + message
    return f'raw:dst=33:33:00:00:00:01,src={PARENT},type=86dd,hex={packet.hex()}'


def locks(w):
    w.slaves()
    group, own = f'dst={EVERYONE},src={PARENT}', f'dst={PARENT},src={PARENT}'
    everybody = ['e0', 'ipvl1', 'ipvl3']
    spoofed = f'arp:{group},op=2,from=10.1.0.50,to=10.1.0.2'
    w.expect('free, anybody says so', 'ipvl2', spoofed, everybody)
    for text in '10.1.0.50', 'fd01::50':
        length = '64' if ':' in text else '24'
        check(f'lock {text}', 0, w.family.errno(LOCK, w.parent + w.slave(1) + address(text)))
        check('again', 0, w.family.errno(LOCK, w.parent + w.slave(1) + address(text)))
        check('to another', errno.EADDRINUSE, w.family.errno(LOCK, w.parent + w.slave(2) + address(text)))
        error, words = w.n2.address(NEWADDR, f'{text}/{length}', 'ipvl2')
        check('another takes it', (errno.EADDRINUSE, True), (error, 'locked' in words))
    check('two locks', 2, number(w.port()[LOCKS]))
    check('a neighbour\'s is taken', errno.EADDRINUSE,
          w.family.errno(LOCK, w.parent + w.slave(1) + address('10.1.0.12')))
    w.expect('another says so', 'ipvl2', spoofed, [], 'tx_drop_locked_address')
    w.expect('another probes', 'ipvl2', f'arp:{group},from=0.0.0.0,to=10.1.0.50', [], 'tx_drop_locked_address')
    w.expect('another sends so', 'ipvl2', f'udp4:{own},from=10.1.0.50,to=10.1.0.11,data=spoof', [],
             'tx_drop_locked_address')
    w.expect('another advertises', 'ipvl2', advertisement('fd01::12', 'fd01::50'), [], 'tx_drop_locked_address')
    w.expect('another advertises behind eight options', 'ipvl2', advertisement('fd01::12', 'fd01::50', 8), [],
             'tx_drop_locked_address')
    w.expect('another advertises behind nine', 'ipvl2', advertisement('fd01::12', 'fd01::50', 9), [], 'tx_drop_malformed')
    w.expect('what is its own', 'ipvl2', f'udp4:{own},from=10.1.0.12,to=10.1.0.11,data=own', ['ipvl1'])
    w.expect('nobody has it yet', 'e0', f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.50,data=to50', ['p1'])
    check('the holder takes it', 0, w.n1.address(NEWADDR, '10.1.0.50/24', 'ipvl1')[0])
    check('once', errno.EADDRINUSE, w.n1.address(NEWADDR, '10.1.0.50/16', 'ipvl1')[0])
    w.expect('and has it', 'e0', f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.50,data=to50', ['ipvl1'])
    w.n1.address(DELADDR, '10.1.0.50/24', 'ipvl1')
    check('given up, it is still locked', errno.EADDRINUSE, w.n2.address(NEWADDR, '10.1.0.50/24', 'ipvl2')[0])
    _, _, answers = w.family.ask(ADDRESS_GET, w.parent, DUMP)
    told = sorted((text_of(a), HELD in a) for a in map(attrs, answers) if LOCKED in a)
    check('both are told', [('10.1.0.50', False), ('fd01::50', False)], told)
    check('unlock', 0, w.family.errno(UNLOCK, w.parent + address('10.1.0.50')))
    check('then another may', 0, w.n2.address(NEWADDR, '10.1.0.50/24', 'ipvl2')[0])
    check('lock what it has', 0, w.family.errno(LOCK, w.parent + w.slave(2) + address('10.1.0.50')))
    check('unlock what it has', 0, w.family.errno(UNLOCK, w.parent + address('10.1.0.50')))
    w.expect('which stays its own', 'e0', f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.50,data=to50b', ['ipvl2'])
    w.n1.delete('ipvl1')
    check('its locks go with the slave', 0, number(w.port()[LOCKS]))
    check('and what it had locked is free', 0, w.n2.address(NEWADDR, 'fd01::50/64', 'ipvl2')[0])
    w.expect('no locks, no checks', 'ipvl2', f'arp:{group},op=2,from=10.1.0.77,to=10.1.0.2', ['e0', 'ipvl3'])
    w.no_slaves()


def complaints_of_addresses():
    return subprocess.run(['dmesg'], capture_output=True, text=True, check=True).stdout.count('could not be registered')


def promoted(w):
    """IPv4 tells of an address again when it has become the first of its network."""
    w.slaves()
    w.n1.sysctl('ipv4/conf/all/promote_secondaries', 1)
    check('a second address', 0, w.n1.address(NEWADDR, '10.1.0.60/24', 'ipvl1')[0])
    before = complaints_of_addresses()
    check('the first one goes', 0, w.n1.address(DELADDR, '10.1.0.11/24', 'ipvl1')[0])
    check('the kernel\'s log', before, complaints_of_addresses())
    w.expect('the second has its packets', 'e0',
             f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.60,data=to60', ['ipvl1'])
    w.n1.sysctl('ipv4/conf/all/promote_secondaries', 0)
    w.no_slaves()


def guard(w):
    w.slaves()
    group = f'dst={EVERYONE},src={PARENT}'
    claims = [('parent by ARP', f'arp:{group},op=2,from=10.1.0.1,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3']),
              ('gateway by ARP', f'arp:{group},op=1,from=10.1.0.2,to=10.1.0.12', ['e0', 'ipvl2', 'ipvl3']),
              ('gateway by a probe', f'arp:{group},op=1,from=0.0.0.0,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3']),
              ('parent by ND', advertisement('fd01::1', 'fd01::1'), ['e0', 'ipvl2', 'ipvl3']),
              ('gateway by ND', advertisement('fd01::11', 'fd01::2'), ['e0', 'ipvl2', 'ipvl3']),
              ('gateway by hidden ND', advertisement('fd01::11', 'fd01::2', 3), ['e0', 'ipvl2', 'ipvl3'])]
    for name, frame, who in claims:
        w.expect(f'by default: {name}', 'ipvl1', frame, who)
    check('by default a slave takes the gateway\'s', 0, w.n3.address(NEWADDR, '10.1.0.2/24', 'ipvl3')[0])
    check('guard what is taken', errno.EADDRINUSE, w.set(bits(GUARD) + gateways('10.1.0.2', 'fd01::2')))
    check('is not on then', struct.pack('II', 0, ALL), w.port()[OPTIONS])
    check('nor has it gateways', b'', w.port()[GATEWAYS])
    w.n3.address(DELADDR, '10.1.0.2/24', 'ipvl3')
    check('guard', 0, w.set(bits(GUARD) + gateways('10.1.0.2', 'fd01::2')))
    check('gateways', ['10.1.0.2', 'fd01::2'], [text_of({k: v}) for k, v in each_attr(w.port()[GATEWAYS])])
    for name, frame, _ in claims:
        w.expect(f'guarded: {name}', 'ipvl1', frame, [], 'tx_drop_guarded_address')
    # More than are looked at, and read by neighbours.
    for sender, target in ('fd01::1', 'fd01::1'), ('fd01::11', 'fd01::2'), ('fd01::11', 'fd01::11'):
        w.expect(f'guarded: {target} behind nine options', 'ipvl1', advertisement(sender, target, 9), [], 'tx_drop_malformed')
    # Neighbours take off a tag of priority only.
    hidden = f'raw:{group},type=8100,hex=00000806' + frames.build(claims[1][1])[14:].hex()
    w.expect('guarded: gateway by ARP behind a tag', 'ipvl1', hidden, [], 'tx_drop_foreign_source')
    w.expect('its own', 'ipvl1', f'arp:{group},op=2,from=10.1.0.11,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3'])
    w.expect('asking for the gateway', 'ipvl1', f'arp:{group},op=1,from=10.1.0.11,to=10.1.0.2', ['e0', 'ipvl2', 'ipvl3'])
    for text in '10.1.0.1/24', '10.1.0.2/24', 'fd01::1/64', 'fd01::2/64':
        error, words = w.n3.address(NEWADDR, text, 'ipvl3')
        check(f'take {text}', (errno.EADDRINUSE, True), (error, 'gateway' in words))
    # Nobody is asked about what has a peer.
    check('take the gateway\'s, with a peer', 0, w.n1.address(NEWADDR, '10.1.0.2/32', 'ipvl1', '10.1.0.44')[0])
    spoofed = f'udp4:dst={PARENT},src={PARENT},from=10.1.0.2,to=10.1.0.12,data=peer'
    check('check sources', 0, w.set(bits(SOURCE_CHECK)))
    w.expect('the gateway\'s, with a peer', 'ipvl1', spoofed, [], 'tx_drop_foreign_source')
    check('check no sources', 0, w.set(bits(0, SOURCE_CHECK)))
    w.n1.address(DELADDR, '10.1.0.2/32', 'ipvl1', '10.1.0.44')
    w.r0.address(NEWADDR, '10.1.0.3/24', 'p1')
    check('take what the parent has got', errno.EADDRINUSE, w.n3.address(NEWADDR, '10.1.0.3/24', 'ipvl3')[0])
    w.r0.address(DELADDR, '10.1.0.3/24', 'p1')
    check('and given up', 0, w.n3.address(NEWADDR, '10.1.0.3/24', 'ipvl3')[0])
    check('other gateways, one taken', errno.EADDRINUSE, w.set(gateways('10.1.0.3')))
    check('no gateways', 0, w.set(gateways()))
    check('take the former gateway\'s', 0, w.n3.address(NEWADDR, '10.1.0.2/24', 'ipvl3')[0])
    check('off', 0, w.set(bits(0, GUARD)))
    check('take the parent\'s', 0, w.n3.address(NEWADDR, '10.1.0.1/24', 'ipvl3')[0])
    w.no_slaves()


def direct(w):
    """Of ARP requests only who is asked hears, and who listens to all groups; of whatever else is ARP, everybody."""
    def settle(option, flags='bridge'):
        w.slaves('l2', flags)
        check(f'{flags} {option}', 0, w.set(bits(option, ALL)))
        # A packet socket that wants all groups, on a slave that has no address.
        w.n3.enter()
        listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        if option & DIRECT_ARP and listens:
            listener.setsockopt(frames.SOL_PACKET, 1, struct.pack('IHH8s', w.n3.index('ipvl3'), ALL_GROUPS, 0, b''))
        return listener

    group = f'dst={EVERYONE},src={PARENT}'
    outside = f'dst={EVERYONE},src={ROUTER}'
    everybody, within = ['e0', 'ipvl2', 'ipvl3'], ['ipvl1', 'ipvl2', 'ipvl3', 'p1']
    questions = [
        ('a sibling', 'ipvl1', f'arp:{group},from=10.1.0.11,to=10.1.0.12', everybody, ['e0', 'ipvl2']),
        ('by the router', 'e0', f'arp:{outside},from=10.1.0.2,to=10.1.0.12', within, ['ipvl2', 'p1']),
        ('itself', 'ipvl1', f'arp:{group},from=10.1.0.90,to=10.1.0.11', everybody, ['e0']),
        ('nobody here', 'ipvl1', f'arp:{group},from=10.1.0.11,to=10.1.0.2', everybody, everybody),
        ('the host', 'e0', f'arp:{outside},from=10.1.0.2,to=10.1.0.1', within, None),
        ('by a probe', 'ipvl1', f'arp:{group},from=0.0.0.0,to=10.1.0.12', everybody, everybody),
        ('announced', 'ipvl1', f'arp:{group},from=10.1.0.12,to=10.1.0.12', everybody, everybody),
        ('in another\'s name', 'ipvl3', f'arp:{group},from=10.1.0.11,to=10.1.0.12', ['e0', 'ipvl1', 'ipvl2'], None),
        ('by another\'s from outside', 'e0', f'arp:{outside},from=10.1.0.11,to=10.1.0.12', within, None),
        ('an answer', 'ipvl1', f'arp:{group},op=2,from=10.1.0.11,to=10.1.0.12', everybody, everybody),
        ('no ARP', 'ipvl1', f'udp4:{group},from=10.1.0.11,to=255.255.255.255,data=direct', everybody, everybody),
    ]
    for listens in False, True:
        for option in 0, DIRECT_ARP:
            listener = settle(option)
            for name, at, frame, all_of_them, who in questions:
                who = set(who or all_of_them) if option else set(all_of_them)
                if listens and option and at != 'ipvl3':
                    who.add('ipvl3')
                w.expect(f'{name} is asked for: {option} {listens}', at, frame, who)
            listener.close()
            w.no_slaves()
    listens = False
    listener = settle(DIRECT_ARP | GROUP_ISOLATION, 'vepa')
    w.expect('vepa: it comes back', 'e0', f'arp:{group},from=10.1.0.11,to=10.1.0.12', ['ipvl2', 'p1'])
    w.n2.down('ipvl2')
    w.expect('vepa: who is down is nobody', 'e0', f'arp:{group},from=10.1.0.11,to=10.1.0.12', ['ipvl3', 'p1'])
    listener.close()
    w.no_slaves()


def dhcp_message(operation, xid, client='\0\0\0\0'):
    chaddr = ''.join(map(chr, bytes.fromhex(PARENT.replace(':', '')))) + '\0' * 10
    return f'{operation}\x01\x06\0{xid}\0\0\0\0{client}' + '\0' * 12 + chaddr + '\0' * 192


def dhcp(w):
    w.slaves()
    question = f'udp4:dst={EVERYONE},src={PARENT},from=0.0.0.0,to=255.255.255.255,sport=68,dport=67,data='
    answer = f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.60,sport=67,dport=68,data='
    heard = ['e0', 'ipvl1', 'ipvl2']
    w.expect('asked by default', 'ipvl3', question + dhcp_message('\1', 'AAAA'), heard)
    w.expect('the answer is the host\'s', 'e0', answer + dhcp_message('\2', 'AAAA'), ['p1'])
    check('option', 0, w.set(bits(DHCP)))
    w.expect('not learnt before', 'e0', answer + dhcp_message('\2', 'AAAA'), ['p1'])
    w.expect('asked', 'ipvl3', question + dhcp_message('\1', 'AAAA'), heard)
    w.expect('the answer', 'e0', answer + dhcp_message('\2', 'AAAA'), ['ipvl3'])
    w.expect('another number', 'e0', answer + dhcp_message('\2', 'BBBB'), ['p1'])
    w.expect('no answer', 'e0', answer + dhcp_message('\1', 'AAAA'), ['p1'])
    w.expect('asked as another has', 'ipvl2', question + dhcp_message('\1', 'AAAA'), ['e0', 'ipvl1', 'ipvl3'])
    w.expect('who was first', 'e0', answer + dhcp_message('\2', 'AAAA'), ['ipvl3'])
    sibling = answer.replace(f'src={ROUTER}', f'src={PARENT}').replace('from=10.1.0.2', 'from=10.1.0.11')
    w.expect('a sibling is the server', 'ipvl1', sibling + dhcp_message('\2', 'AAAA'), ['ipvl3'])
    # One that asks more than its share loses its own oldest only.
    w.expect('asked by a neighbour', 'ipvl2', question + dhcp_message('\1', 'CCCC'), ['e0', 'ipvl1', 'ipvl3'])
    for i in range(300):
        w.places[2].send(frames.build(question + dhcp_message('\1', f'D{i:03}')))
    time.sleep(0.3)
    w.expect('flooded', 'e0', answer + dhcp_message('\2', 'AAAA'), ['p1'])
    w.expect('the last', 'e0', answer + dhcp_message('\2', 'D299'), ['ipvl3'])
    w.expect('beyond the share', 'e0', answer + dhcp_message('\2', 'D283'), ['p1'])
    w.expect('the neighbour\'s', 'e0', answer + dhcp_message('\2', 'CCCC'), ['ipvl2'])
    check('off', 0, w.set(bits(0, DHCP)))
    w.expect('as before', 'e0', answer + dhcp_message('\2', 'CCCC'), ['p1'])
    check('on', 0, w.set(bits(DHCP)))
    w.n3.delete('ipvl3')
    w.expect('the slave is gone', 'e0', answer + dhcp_message('\2', 'D299'), ['p1'])
    w.no_slaves()


def heard(listener, wanted=()):
    """Whose addresses are announced; what is wanted may take its time on a busy machine."""
    seen, start = set(), time.monotonic()
    while select.select([listener], [], [],
                        max(start + (0.5 if seen.issuperset(wanted) else frames.LATEST) - time.monotonic(), 0))[0]:
        frame = listener.recv(2000)
        kind, packet = frame[12:14], frame[14:]
        if kind == b'\x08\x06' and packet[14:18] == packet[24:28]:
            seen.add(socket.inet_ntop(socket.AF_INET, packet[14:18]))
        if kind == b'\x86\xdd' and packet[6] == 58 and packet[40] == 136:
            seen.add(socket.inet_ntop(socket.AF_INET6, packet[48:64]))
    return sorted(text for text in seen if not text.startswith('fe80'))


def listener_at(netns, device):
    netns.enter()
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    listener.bind((device, 3))
    return listener


def announcements(w):
    w.slaves()
    listener = listener_at(w.r1, 'e0')
    heard(listener)
    check('all', 0, w.family.errno(ANNOUNCE, w.parent))
    addresses = ['10.1.0.11', '10.1.0.12', 'fd01::11', 'fd01::12']
    check('all are heard', addresses, heard(listener, addresses))
    check('one', 0, w.family.errno(ANNOUNCE, w.parent + w.slave(2)))
    check('one is heard', addresses[1::2], heard(listener, addresses[1::2]))
    check('none of the port', errno.ENODEV, w.family.errno(ANNOUNCE, w.parent + attr(SLAVE_IFINDEX, 12345)))
    w.n2.down('ipvl2')
    check('one that is down', errno.ENETDOWN, w.family.errno(ANNOUNCE, w.parent + w.slave(2)))
    heard(listener)
    w.n1.change('ipvl1', 'l3')
    check('in l3', errno.EOPNOTSUPP, w.family.errno(ANNOUNCE, w.parent))
    check('nothing is heard', [], heard(listener))
    listener.close()
    w.no_slaves()


def bond(w):
    """Slaves of a bond: they announce their addresses where it has gone over to, and its VLAN filter is theirs."""
    for module in 'bonding', '8021q':
        subprocess.run(['modprobe', '-q', module], check=False)
    if w.r0.add('bond1', 'bond', data=attr(BOND_MODE, b'\1') + attr(BOND_MIIMON, 20))[0]:
        print('no bonds here')
        return
    for i in 1, 2:
        w.r0.veth(f'b{i}', f'02:00:00:00:02:0{i}', f'f{i}', f'02:00:00:00:03:0{i}', w.r1)
        w.r1.up(f'f{i}')
        check(f'port {i} of the bond', (0, ''), w.r0.set(f'b{i}', master='bond1'))
    w.r0.up('bond1')
    check('a slave of the bond', (0, ''), w.r0.ipvlan('ipvl4', 'bond1', 'l2', 'bridge', to=w.n3))
    w.n3.enter()
    check('its VLAN filter', ['rx-vlan-filter: on [fixed]'],
          [text for text in frames.features('ipvl4') if text.startswith('rx-vlan-filter')])
    check('up', (0, ''), w.n3.up('ipvl4'))
    for text in '10.2.0.11/24', 'fd02::11/64':
        check(text, (0, ''), w.n3.address(NEWADDR, text, 'ipvl4'))
    time.sleep(0.5)
    for i in 2, 1:
        listener = listener_at(w.r1, f'f{i}')
        info = attr(1, 'bond') + attr(2, attr(BOND_ACTIVE, w.r0.index(f'b{i}')))
        check(f'to port {i}', (0, ''), w.r0.ask(NEWLINK, ACK, struct.pack('BBHiII', 0, 0, 0, w.r0.index('bond1'), 0, 0) +
                                                attr(18, info))[:2])
        check(f'announced by port {i}', ['10.2.0.11', 'fd02::11'], heard(listener, ('10.2.0.11', 'fd02::11')))
        listener.close()
    check('down', (0, ''), w.n3.down('ipvl4'))
    w.r0.delete('bond1')
    check('the slave is gone with the bond', {}, w.n3.show('ipvl4'))
    for i in 1, 2:
        w.r0.delete(f'b{i}')


def follows(w):
    """What of a parent's features is a slave's; and a parent that has addresses of its own to route by."""
    def offload(text):
        w.n1.enter()
        return next(state for state in frames.features('ipvl1') if state.startswith('rx-checksum')) == f'rx-checksum: {text}'

    w.slaves()
    for text in 'off', 'on':
        w.r0.enter()
        frames.set_feature('p1', 'rx-checksum', text == 'on')
        check(f'rx-checksum is {text} as the parent\'s is', True, offload(text) or offload(f'{text} [fixed]'))
    subprocess.run(['modprobe', '-q', 'vrf'], check=False)
    if w.r0.add('vrf1', 'vrf', data=attr(1, 10))[0]:
        print('no VRF here')
    else:
        error, text = w.r0.ipvlan('ipvl4', 'vrf1', 'l3s', 'bridge')
        check('on a VRF', (errno.EINVAL, True), (error, bool(text)))
        w.r0.delete('vrf1')
    w.no_slaves()


def tap_frame(file):
    """What a tap's reader gets, behind the header that tells of offloads."""
    return os.read(file, 65536)[TAP_HEADER:] if select.select([file], [], [], 1)[0] else b''


def tap(w):
    """A link that ends in a character device: frames both ways, its queue, and what is dropped."""
    def dropped(reason):
        w.n3.enter()
        return dict(frames.named_stats('tap1'))[reason]

    subprocess.run(['modprobe', '-q', 'ipvtap'], check=False)
    check('tap', (0, ''), w.r0.add('tap1', 'ipvtap', 'p1', data=ipvlan_data('l2', 'bridge'), to=w.n3))
    w.n3.up('tap1')
    w.n3.address(NEWADDR, '10.1.0.13/24', 'tap1')
    with open('/proc/devices', encoding='ascii') as file:
        major = next(int(line.split()[0]) for line in file if line.split()[1:] == ['ipvtap'])
    # The only one has the first number.
    node = f'/tmp/tap{os.getpid()}'
    os.mknod(node, 0o600 | stat.S_IFCHR, os.makedev(major, 1))
    outside = frames.Place(w.r1, 'e0')
    w.n3.enter()
    file = os.open(node, os.O_RDWR | os.O_NONBLOCK)
    os.unlink(node)
    to_tap = frames.build(f'udp4:dst={PARENT},src={ROUTER},from=10.1.0.2,to=10.1.0.13,data=in')
    outside.send(to_tap)
    check('from outside', to_tap, tap_frame(file))
    from_tap = frames.build(f'udp4:dst={ROUTER},src={PARENT},from=10.1.0.13,to=10.1.0.2,data=out')
    frames.drain([outside])
    os.write(file, bytes(TAP_HEADER) + from_tap)
    check('to outside', ['r1/e0:host', 'r1/e0:udp'], frames.gather([outside], from_tap[14:], frames.WAIT, ('e0',)))
    for offloads in TUN_F_CSUM | TUN_F_TSO4, 0:
        check(f'offloads {offloads}', 0, fcntl.ioctl(file, TUNSETOFFLOAD, offloads))
    try:
        os.write(file, bytes(TAP_HEADER + 4))
        check('a frame without a header', 'refused', 'taken')
    except OSError as error:
        check('a frame without a header', errno.EINVAL, error.errno)
    check('which is counted', 1, dropped('tx_drop_tap'))
    body = struct.pack('BBHiII', 0, 0, 0, w.n3.index('tap1'), 0, 0) + attr(TXQLEN, 1)
    check('a queue of one', (0, ''), w.n3.ask(NEWLINK, ACK, body)[:2])
    for _ in range(3):
        outside.send(to_tap)
    check('one of three is read', (to_tap, b''), (tap_frame(file), tap_frame(file)))
    check('two are counted', 2, dropped('rx_drop_tap'))
    os.close(file)
    outside.close()
    check('delete', (0, ''), w.n3.delete('tap1'))


def dumps(w):
    """Many slaves and addresses come whole; what changes meanwhile is told."""
    many, each = 600, 5
    for i in range(many):
        w.r0.ipvlan(f'i{i}', 'p1', 'l2', 'bridge')
    for i in range(0, many, 10):
        for j in range(each):
            w.r0.address(NEWADDR, f'10.20.{i // 10}.{j + 1}/32', f'i{i}')
    for i in range(2000):
        w.r0.address(NEWADDR, f'10.30.{i >> 8}.{i & 255}/32', 'i7')
    f = w.family
    _, _, slaves = f.ask(SLAVE_GET, w.parent, DUMP)
    check('every slave once', [f'i{i}' for i in range(many)], [attrs(s)[IFNAME].rstrip(b'\0').decode() for s in slaves])
    _, _, answers = f.ask(ADDRESS_GET, w.parent, DUMP)
    wanted = {f'10.20.{i}.{j + 1}' for i in range(many // 10) for j in range(each)}
    wanted |= {f'10.30.{i >> 8}.{i & 255}' for i in range(2000)}
    got = [text_of(attrs(a)) for a in answers]
    check('every address once', (wanted, len(wanted)), (set(got), len(got)))
    for name, command, change in (
            ('quiet', SLAVE_GET, lambda: None), ('a slave goes', SLAVE_GET, lambda: w.r0.delete('i599')),
            ('quiet', ADDRESS_GET, lambda: None),
            ('an address goes', ADDRESS_GET, lambda: w.r0.address(DELADDR, '10.30.0.1/32', 'i7')),
            ('a port goes', ADDRESS_GET, lambda: [w.r0.delete(f'i{i}') for i in range(many - 1)])):
        f.send(command, w.parent, DUMP)
        answers = []
        end = f.receive(answers)
        change()
        while not end:
            end = f.receive(answers)
        check(f'{name}: interrupted', name != 'quiet', f.interrupted)


def moving(w):
    """A port that moves away while all are told, so that others take its place in the row."""
    many = [f'd{i}' for i in range(120)]
    for i, name in enumerate(many):
        w.r0.add(name, 'dummy')
        w.r0.ipvlan(f'm{i}', name, 'l2', 'bridge', to=w.n3)
    for name, change in (('quiet', lambda: None), ('a port moves away', lambda: w.r0.set(many[0], to=w.n3)),
                         ('a port comes', lambda: w.n3.set(many[0], to=w.r0))):
        w.family.send(PORT_GET, b'', DUMP)
        answers = []
        end = w.family.receive(answers)
        change()
        while not end:
            end = w.family.receive(answers)
        check(f'{name}: interrupted', name != 'quiet', w.family.interrupted)
        if name == 'quiet':
            check('every port once', many, [attrs(a)[IFNAME].rstrip(b'\0').decode() for a in answers])
    for name in many:
        w.r0.delete(name)


def unprivileged(w):
    """Root of another user namespace reads the port, and nothing else."""
    w.slaves()
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        # A user namespace of its own, in the network namespace of the parent.
        w.r0.enter()
        from netlink import LIBC
        if LIBC.unshare(0x10000000):
            os._exit(3)
        # The socket is made by who has no capability here.
        f = object.__new__(Family)
        f.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        for option in CAP_ACK, EXT_ACK:
            f.socket.setsockopt(SOL_NETLINK, option, 1)
        f.id = w.family.id
        results = [f.ask(PORT_GET, w.parent)[0], f.ask(PORT_GET, flags=DUMP)[0]]
        for command, body, flags in ((PORT_SET, bits(GUARD), ACK), (SLAVE_GET, b'', DUMP), (ADDRESS_GET, b'', DUMP),
                                     (LOCK, attr(SLAVE_IFINDEX, 2) + address('10.1.0.70'), ACK),
                                     (UNLOCK, address('10.1.0.70'), ACK), (ANNOUNCE, b'', ACK)):
            error, text, _ = f.ask(command, w.parent + body, flags)
            results.append(error if 'CAP_NET_ADMIN' in text else -1)
        socket.send_fds(theirs, [repr(results).encode()], [f.socket.fileno()])
        os._exit(0)
    theirs.close()
    got, lent, _, _ = socket.recv_fds(ours, 4096, 1)
    os.waitpid(child, 0)
    check('without capability', repr([0, 0] + [errno.EPERM] * 6), got.decode())
    # Nor does it help to have somebody who may ask by a socket of one's own.
    f = object.__new__(Family)
    f.socket, f.id = socket.socket(fileno=lent[0]), w.family.id
    check('by a socket of theirs', errno.EPERM, f.ask(PORT_SET, w.parent + bits(GUARD))[0])
    check('nothing has changed', struct.pack('II', 0, ALL), w.port()[OPTIONS])
    w.no_slaves()
    # In a user namespace with network namespaces of its own it may all.
    own = subprocess.run(['unshare', '-Urn', sys.executable, __file__, '--own'], check=False, text=True,
                         stdout=subprocess.PIPE)
    check('in a user namespace of its own', 'options 4 slaves 2\n', own.stdout)


def own():
    n = Netns('own')
    n.add('d0', 'dummy', address='02:00:00:00:05:01')
    n.ipvlan('i0', 'd0', 'l2', 'bridge')
    n.ipvlan('i1', 'd0', 'l2', 'bridge')
    f = Family(n)
    parent = attr(IFINDEX, n.index('d0'))
    f.ask(PORT_SET, parent + bits(GUARD))
    slaves = f.ask(SLAVE_GET, parent, DUMP)[2]
    port = attrs(f.ask(PORT_GET, parent)[2][0])
    print('options', struct.unpack('II', port[OPTIONS])[0], 'slaves', len(slaves))


def trace(w):
    """Every drop that is counted is traced, with its device and reason."""
    tracing = '/sys/kernel/tracing'
    subprocess.run(['mount', '-t', 'tracefs', 'none', tracing], check=False, stderr=subprocess.DEVNULL)
    if not os.path.exists(f'{tracing}/events'):
        print('skipped: this kernel has no tracepoints')
        return
    with open(f'{tracing}/events/ipvlan/drop/enable', 'w') as file:
        file.write('1')
    w.slaves('l2', 'private')
    w.expect('private', 'ipvl1', f'udp4:dst={PARENT},src={PARENT},from=10.1.0.11,to=10.1.0.12,data=trace', [],
             'tx_drop_private')
    check('and source', 0, w.set(bits(SOURCE_CHECK)))
    w.expect('foreign', 'ipvl2', f'udp4:dst={PARENT},src={PARENT},from=10.1.0.11,to=10.1.0.12,data=trace', [],
             'tx_drop_foreign_source')
    with open(f'{tracing}/events/ipvlan/drop/enable', 'w') as file:
        file.write('0')
    with open(f'{tracing}/trace') as file:
        lines = [line.split(' drop: ')[1].split() for line in file if ' drop: ' in line]
    check('traced', [('dev=ipvl1', 'reason=tx_drop_private'), ('dev=ipvl2', 'reason=tx_drop_foreign_source')],
          [(line[0], line[2]) for line in lines])
    w.no_slaves()


def lives(w):
    """Options outlast a change of mode and a move of the parent, and end with the last slave."""
    w.slaves()
    check('set', 0, w.set(bits(GUARD | DHCP | SOURCE_CHECK) + attr(QUEUE_LIMIT, 100)))
    w.n1.change('ipvl1', 'l3', 'private')
    check('after a change of mode', struct.pack('II', GUARD | DHCP | SOURCE_CHECK, ALL), w.port()[OPTIONS])
    check('mode and flags', (1, 1), (number(w.port()[MODE]), number(w.port()[FLAGS])))
    w.no_slaves()
    w.slaves()
    check('a new port', (2000, struct.pack('II', 0, ALL)), (number(w.port()[QUEUE_LIMIT]), w.port()[OPTIONS]))
    w.no_slaves()


def traffic(w):
    """What a slave has sent is counted as its own, and a new one has sent nothing, whatever the one before it has."""
    many = Netns('many')
    many.sysctl('ipv6/conf/default/disable_ipv6', 1)
    frame = frames.build(f'udp4:dst={ROUTER},src={PARENT},from=10.1.0.50,to=10.1.0.2,data=counted')
    names = [f't{i}' for i in range(40)]
    odd = dict.fromkeys(names[1::2], 0)
    sent = dict.fromkeys(names, 0)

    def make(names):
        for name in names:
            w.r0.ipvlan(name, 'p1', 'l2', 'bridge', to=many)
            many.up(name)

    def send():
        for i, name in enumerate(names):
            place = frames.Place(many, name, listen=False)
            for _ in range(i + 1):
                place.send(frame)
            place.close()
            sent[name] += i + 1

    def counted():
        lines = (line.split(':') for line in many.read('dev').splitlines() if ':' in line)
        return {name.strip(): int(values.split()[9]) for name, values in lines if name.strip() in names}

    make(names)
    check('of new ones', sent, counted())
    send()
    check('of each', sent, counted())
    for name in odd:
        many.delete(name)
    make(odd)
    sent.update(odd)
    check('of those made again, and of the others', sent, counted())
    send()
    check('of all', sent, counted())
    for name in names:
        many.delete(name)
    check('the port is gone', {}, w.port())


SECTIONS = (reading, refusals, queue, noisy, crowd, groups, source, locks, promoted, guard, direct, dhcp, announcements,
            bond, follows, tap, dumps, moving, unprivileged, trace, lives, traffic)


def main():
    if '--own' in sys.argv:
        own()
        return
    world = World()
    check('the family is there', True, world.family.id != 0)
    for section in SECTIONS:
        if not sys.argv[1:] or section.__name__ in sys.argv[1:]:
            print(f'==== {section.__name__}', flush=True)
            section(world)
    print(f'{checks} checks, {failures} failed')
    sys.exit(bool(failures))


if __name__ == '__main__':
    main()
