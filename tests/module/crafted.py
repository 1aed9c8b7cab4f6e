# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets made to confuse, through every path of the module: cut short, fragmented, with lengths that lie, with options and
extension headers in each other, as large as can be, and yet to be segmented; from slaves and from outside, in each mode,
with each flag, without options and with all. None may harm the kernel, and each is found in one counter.

  netns n1: ipvl1 10.1.0.11, fd01::11 --+
  netns n2: ipvl2 10.1.0.12, fd01::12 --+-- p1 (r0: 10.1.0.1, fd01::1) --- e0 (netns r1: 10.1.0.2, fd01::2)

Arguments: RANDOM-PACKETS for each combination (default: 100), SEED (default: 1).
"""
import errno
import random
import socket
import struct
import sys
import time

import family
import frames
from books import Book
from family import ALL, EVERYONE, PARENT, ROUTER, World, check

VNET_HEADER = 15
# A tag and what it says is behind it. What is cut shorter, the kernel drops ahead of the packet sockets that the books are
# kept by.
TAGS, BEHIND_TAG = (0x8100, 0x88a8), 6
# struct virtio_net_hdr: wants a checksum; kinds of what is to be segmented, one of which no kernel knows.
NEEDS_CHECKSUM = 1
GSO = {'none': 0, 'tcp4': 1, 'udp': 3, 'tcp6': 4, 'udp-l4': 5, 'unknown': 9, 'tcp4-ecn': 0x81}
LARGE = 65000


def ethernet(dst, src, kind, payload):
    return frames.mac(dst) + frames.mac(src) + struct.pack('!H', kind) + payload


def ipv4(payload, to='10.1.0.12', source='10.1.0.11', words=5, length=None, fragment=0, protocol=17, options=b'', version=4):
    total = 20 + len(options) + len(payload) if length is None else length
    head = struct.pack('!BBHHHBBH4s4s', version << 4 | words, 0, total & 0xffff, 7, fragment, 64, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(to)) + options
    return head[:10] + struct.pack('!H', frames.checksum(head)) + head[12:] + payload


def ipv6(payload, to='fd01::12', source='fd01::11', following=17, length=None, version=6):
    return struct.pack('!IHBB', version << 28, (len(payload) if length is None else length) & 0xffff, following, 255) + \
        socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, to) + payload


def udp(payload, source=1000, to=9, length=None):
    return struct.pack('!HHHH', source, to, 8 + len(payload) if length is None else length, 0) + payload


def extensions(kinds, inner, lengths=0):
    """Headers, each naming the next."""
    data = inner
    for kind, following in reversed(list(zip(kinds, kinds[1:] + [58]))):
        data = struct.pack('!BB', following, lengths) + bytes(6) + data
    return data


def tcp(payload):
    return struct.pack('!HHIIBBHHH', 1000, 9, 1, 0, 0x50, 0x10, 1000, 0, 0) + payload


def strange_v4():
    yield from (ipv4(udp(b'x' * 20), words=words) for words in (0, 4, 5, 6, 15))
    yield from (ipv4(udp(b'x' * 20), length=length) for length in (0, 19, 20, 27, 1500, 65535))
    yield from (ipv4(udp(b'x' * 20), version=version) for version in (0, 5, 6, 15))
    yield from (ipv4(udp(b'x' * 24), fragment=fragment) for fragment in (0x2000, 0x2001, 1, 0x1fff, 0x4000, 0xffff))
    yield from (ipv4(udp(b'x'), words=5 + len(options) // 4, options=options) for options in (
        b'\x44\x28\x05\x00' + bytes(36), b'\x07\x27\x04' + bytes(37), b'\x83\x03\x04\x00', b'\xff' * 40, b'\x94\x04\x00\x00'))
    yield from (ipv4(udp(b'x'), source=source, to=to) for source in ('0.0.0.0', '127.0.0.1', '224.0.0.1', '10.1.0.1')
                for to in ('10.1.0.12', '0.0.0.0', '255.255.255.255', '224.0.0.1', '127.0.0.1', '10.1.0.1', '10.77.0.1'))
    yield from (ipv4(udp(bytes([kind]) + b'\1\6\0' + bytes(size), *ports), source='0.0.0.0', to='255.255.255.255')
                for kind in (1, 2, 3) for ports in ((68, 67), (67, 68)) for size in (0, 30, 39, 40, 240))


def strange_v6():
    icmp = struct.pack('!BBHI', 135, 0, 0, 0) + socket.inet_pton(socket.AF_INET6, 'fd01::12')
    for kinds in [0], [43], [60], [44], [0] * 8, [60] * 9, [0, 43, 60], [0, 60] * 30, [50], [51]:
        yield from (ipv6(extensions(kinds, inner, lengths), following=kinds[0]) for inner in (icmp, icmp[:9], b'')
                    for lengths in (0, 1, 255))
    yield from (ipv6(udp(b'x' * 20), length=length) for length in (0, 1, 27, 29, 65535))
    yield from (ipv6(udp(b'x' * 20), version=version) for version in (0, 4, 5, 15))
    yield from (ipv6(bytes([kind]) + icmp[1:size], source=source, to=to, following=58) for kind in (133, 134, 135, 136, 137)
                for size in (1, 4, 8, 23, 24) for source in ('::', 'fd01::11', 'fd01::12')
                for to in ('fd01::12', 'ff02::1:ff00:12'))


def strange_arp():
    good = struct.pack('!HHBBH6s4s6s4s', 1, 0x0800, 6, 4, 1, frames.mac(PARENT), socket.inet_aton('10.1.0.11'), bytes(6),
                       socket.inet_aton('10.1.0.12'))
    yield from (good[:size] for size in (0, 1, 6, 8, 18, 24, 27, 28))
    yield from (good[:at] + bytes([value]) + good[at + 1:] for at in range(8) for value in (0, 4, 6, 8, 255))
    yield good + bytes(1400)


def strange():
    """(EtherType, payload)"""
    yield from ((0x0800, data) for data in strange_v4())
    yield from ((0x86dd, data) for data in strange_v6())
    yield from ((0x0806, data) for data in strange_arp())
    for kind, whole in (0x0800, ipv4(udp(b'x' * 30))), (0x86dd, ipv6(udp(b'x' * 30))):
        yield from ((kind, whole[:size]) for size in range(0, 50))
        # Behind tags, which say what is behind them; and under a wrong name.
        yield from ((tag, struct.pack('!HH', 5, kind) + whole) for tag in TAGS)
        yield 0x8100, struct.pack('!HHHH', 5, 0x8100, 6, kind) + whole
        yield 0x0800 ^ 0x86dd ^ kind, whole
    yield from ((0x88b5, bytes(size)) for size in (0, 1, 1500))
    yield from ((kind, b'') for kind in (0, 4, 0x05dc, 0x0600, 0xffff))


def unsegmented():
    """(virtio_net_hdr, EtherType, payload): what a device that segments would be given, and what says so and is not."""
    header = struct.Struct('=BBHHHH')
    for name, kind in GSO.items():
        six, l4 = name.endswith('6'), tcp if 'tcp' in name else udp
        for size in 100, 4200, LARGE:
            inner = l4(b'y' * size)
            payload = ipv6(inner, following=6 if l4 is tcp else 17) if six else ipv4(inner, protocol=6 if l4 is tcp else 17)
            start = 14 + (40 if six else 20)
            # A byte in each segment: not for the largest, which would be all that is done here.
            for gso_size in (0, 1000, 65535) if size == LARGE else (0, 1, 1000, 65535):
                for linear in 0, 14, start, start + 20, 65535:
                    for flags, offset in (NEEDS_CHECKSUM, 16 if l4 is tcp else 6), (0, 0), (NEEDS_CHECKSUM, 60000):
                        yield header.pack(flags, kind, linear, gso_size, start, offset), 0x86dd if six else 0x0800, payload
    # 64 KiB and more say 0.
    yield header.pack(1, 1, 54, 1400, 34, 16), 0x0800, ipv4(tcp(b'z' * LARGE), length=0, protocol=6)


def mutated(rng, known):
    kind, payload = rng.choice(known)
    data = bytearray(payload)
    for _ in range(rng.randrange(1, 6)):
        if data:
            data[rng.randrange(min(len(data), 80))] = rng.choice((0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)))
    kind = rng.choice((kind, kind, kind, 0x0800, 0x86dd, 0x0806))
    if rng.random() < 0.3:
        del data[rng.randrange(BEHIND_TAG if kind in TAGS else 0, len(data) + 1):]
    return kind, bytes(data)


class Way:
    """From where frames are sent, by both sockets, and what became of them."""

    def __init__(self, netns, device, macs):
        netns.enter()
        self.device, self.macs, self.outcomes = device, macs, {}
        self.plain = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.virtual = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.virtual.setsockopt(frames.SOL_PACKET, VNET_HEADER, 1)

    def send(self, kind, payload, virtio=None):
        for dst, src in self.macs:
            frame = ethernet(dst, src, kind, payload)
            try:
                if virtio is None:
                    self.plain.sendto(frame, (self.device, kind))
                else:
                    self.virtual.sendto(virtio + frame, (self.device, kind))
                outcome = 'sent'
            except OSError as error:
                outcome = errno.errorcode[error.errno]
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def close(self):
        self.plain.close()
        self.virtual.close()


def through(w, mode, flags, option, packets, large):
    """Sends all of them, and closes the sender's book."""
    w.slaves(mode, flags)
    for place in w.places:
        place.close()
    w.set(family.bits(option, ALL) + (family.gateways('10.1.0.254') if option else b''))
    for netns, name in (w.n1, 'ipvl1'), (w.n2, 'ipvl2'):
        netns.down(name)
    books = [Book(w.n1, 'ipvl1'), Book(w.n2, 'ipvl2')]
    for book in books:
        book.was_l3s = mode == 'l3s'
    for netns, name in (w.n1, 'ipvl1'), (w.n2, 'ipvl2'):
        netns.up(name)
        netns.set(name, mtu=65535)
    ways = [Way(w.n1, 'ipvl1', ((PARENT, PARENT), (ROUTER, PARENT), (EVERYONE, PARENT))),
            Way(w.r1, 'e0', ((PARENT, ROUTER), (EVERYONE, ROUTER), (EVERYONE, PARENT)))]
    for way in ways:
        for kind, payload in packets:
            way.send(kind, payload)
        for virtio, kind, payload in large:
            way.send(kind, payload, virtio)
        way.close()
    for netns, name in (w.n1, 'ipvl1'), (w.n2, 'ipvl2'):
        netns.down(name)
    name = f'{mode} {flags} {"all options" if option else "no option"}'
    seen = []
    for book in books:
        wrong, packets_seen, _ = book.close()
        check(f'{name}: the books of {book.place.name}', [], wrong)
        seen.append(packets_seen)
    print(f'{name}: from the slave {ways[0].outcomes}, from outside {ways[1].outcomes}; in the books {seen}', flush=True)
    w.places = []
    w.no_slaves()


def main():
    count = int(sys.argv[1]) if sys.argv[1:] else 100
    seed = int(sys.argv[2]) if sys.argv[2:] else 1
    rng, known, large = random.Random(seed), list(strange()), list(unsegmented())
    w = World()
    w.r0.set('p1', mtu=65535)
    w.r1.set('e0', mtu=65535)
    print(f'{len(known)} strange packets, {len(large)} to be segmented, {count} random ones, seed {seed}')
    for mode in 'l2', 'l3', 'l3s':
        for flags in 'bridge', 'private', 'vepa':
            for option in 0, ALL:
                packets = known + [mutated(rng, known) for _ in range(count)]
                through(w, mode, flags, option, packets, large if flags == 'bridge' else large[::7])
    print(f'{family.checks} checks, {family.failures} failed')
    time.sleep(0.5)
    sys.exit(bool(family.failures))


if __name__ == '__main__':
    main()
