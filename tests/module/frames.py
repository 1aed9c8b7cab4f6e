# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames by hand, where they come out, and ethtool's questions."""
import array
import fcntl
import select
import socket
import struct
import time

SIOCETHTOOL = 0x8946
LISTENED = 0x0800, 0x0806, 0x86dd, 0x88b5
PORT = 9
WAIT, LATEST = 0.12, 5
OUTGOING = 4
COUNTS = 'rx', 'rx_err', 'rx_drop', 'mc', 'tx', 'tx_err', 'tx_drop'
SOL_PACKET, PACKET_QDISC_BYPASS = 263, 20
PACKET_TYPES = {0: 'host', 1: 'broadcast', 2: 'multicast', 3: 'otherhost', 4: 'outgoing'}


def ethtool(device, request, size):
    data = array.array('B', request + bytes(size - len(request)))
    address, _ = data.buffer_info()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCETHTOOL, struct.pack('16sP', device.encode(), address) + bytes(16))
    return bytes(data)


def string_set(device, which):
    head = ethtool(device, struct.pack('IIQ', 0x37, 0, 1 << which), 20)
    mask, count = struct.unpack_from('QI', head, 8)
    if not mask or not count:
        return []
    data = ethtool(device, struct.pack('III', 0x1b, which, count), 12 + 32 * count)
    return [data[12 + 32 * i:44 + 32 * i].split(b'\0')[0].decode() for i in range(count)]


def features(device):
    names = string_set(device, 4)
    blocks = (len(names) + 31) // 32
    data = ethtool(device, struct.pack('II', 0x3a, blocks), 8 + 16 * blocks)
    for i, name in enumerate(names):
        available, _, active, never = struct.unpack_from('IIII', data, 8 + 16 * (i // 32))
        bit = 1 << i % 32
        state = 'on' if active & bit else 'off'
        if never & bit or not available & bit:
            state += ' [fixed]'
        if name:
            yield f'{name}: {state}'


def set_feature(device, name, on):
    names = string_set(device, 4)
    at, blocks = names.index(name), (len(names) + 31) // 32
    words = [word for i in range(blocks) for word in ((1 << at % 32, on << at % 32) if i == at // 32 else (0, 0))]
    ethtool(device, struct.pack(f'II{2 * blocks}I', 0x3b, blocks, *words), 8 + 8 * blocks)


def driver(device):
    data = ethtool(device, struct.pack('I', 3), 196)
    return data[4:36].split(b'\0')[0].decode()


def link(device):
    return struct.unpack_from('I', ethtool(device, struct.pack('I', 0xa), 8), 4)[0]


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def build_arp(f):
    return 0x0806, struct.pack('!HHBBH6s4s6s4s', 1, 0x0800, 6, 4, int(f.get('op', 1)), mac(f['src']),
                               socket.inet_aton(f['from']), bytes(6), socket.inet_aton(f['to']))


def build_udp4(f):
    payload = f.get('data', 'x').encode()
    src, dst = socket.inet_aton(f['from']), socket.inet_aton(f['to'])
    ports = int(f.get('sport', 1000)), int(f.get('dport', 9))
    udp = struct.pack('!HHHH', *ports, 8 + len(payload), 0) + payload
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, src, dst)
    return 0x0800, head[:10] + struct.pack('!H', checksum(head)) + head[12:] + udp


def ipv6(f, following, payload):
    src, dst = socket.inet_pton(socket.AF_INET6, f['from']), socket.inet_pton(socket.AF_INET6, f['to'])
    pseudo = src + dst + struct.pack('!II', len(payload), following)
    at = 6 if following == 17 else 2
    payload = payload[:at] + struct.pack('!H', checksum(pseudo + payload) or 0xffff) + payload[at + 2:]
    return 0x86dd, struct.pack('!IHBB', 6 << 28, len(payload), following, 255) + src + dst + payload


def build_udp6(f):
    payload = f.get('data', 'x').encode()
    ports = int(f.get('sport', 1000)), int(f.get('dport', 9))
    return ipv6(f, 17, struct.pack('!HHHH', *ports, 8 + len(payload), 0) + payload)


def build_ns(f):
    return ipv6(f, 58, struct.pack('!BBHI', 135, 0, 0, 0) + socket.inet_pton(socket.AF_INET6, f['target']))


def build_raw(f):
    return int(f['type'], 16), bytes.fromhex(f.get('hex', ''))


BUILDERS = {'arp': build_arp, 'udp4': build_udp4, 'udp6': build_udp6, 'ns': build_ns, 'raw': build_raw}


def build(text):
    kind, _, rest = text.partition(':')
    if kind not in BUILDERS:
        return bytes.fromhex(text)
    fields = dict(item.split('=', 1) for item in rest.split(','))
    ethertype, payload = BUILDERS[kind](fields)
    return mac(fields['dst']) + mac(fields['src']) + struct.pack('!H', ethertype) + payload


class Place:
    """A device in a namespace: what its stack gets from it, taps before the receive handler left aside."""

    def __init__(self, netns, device, udp=True, listen=True):
        self.netns, self.device, self.device_name = netns, device, device
        self.name = f'{netns.name}/{device}'
        netns.enter()
        self.sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sender.bind((device, 0))
        self.sockets = []
        for protocol in LISTENED if listen else ():
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.bind((device, protocol))
            self.sockets.append(s)
        self.udp = None
        if udp and listen:
            self.udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self.udp.bind(('::', PORT))
            self.sockets.append(self.udp)

    def close(self):
        for s in self.sockets + [self.sender]:
            s.close()

    def send(self, frame, bypass=False):
        self.sender.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, bypass)
        try:
            self.sender.sendto(frame, (self.device_name, struct.unpack_from('!H', frame, 12)[0]))
        except OSError as error:
            return f' errno {error.errno}'
        return ''

    def counts(self):
        for line in self.netns.read('dev').splitlines():
            name, _, values = line.partition(':')
            if name.strip() == self.device:
                values = [int(v) for v in values.split()]
                return dict(zip(COUNTS, values[1:4] + values[7:8] + values[9:12]))
        return {}

    def reasons(self):
        self.netns.enter()
        return dict(named_stats(self.device))


def named_stats(device):
    names = string_set(device, 1)
    if not names:
        return []
    data = ethtool(device, struct.pack('II', 0x1d, len(names)), 8 + 8 * len(names))
    return zip(names, struct.unpack_from(f'{len(names)}Q', data, 8))


def drain(places):
    for place in places:
        for s in place.sockets:
            s.setblocking(False)
            # Which ends with "would block", or with the news that the device went down meanwhile.
            try:
                while s.recv(65536):
                    pass
            except OSError:
                pass


def gather(places, payload, seconds, wanted=()):
    """Who got what was sent, and as what. On a busy machine what is wanted at some devices may take its time; and what has
    come by the end is taken, also when it has only then its turn."""
    seen, missing = [], set(wanted)
    poll = select.poll()
    owner = {s.fileno(): (place, s) for place in places for s in place.sockets}
    for fd in owner:
        poll.register(fd, select.POLLIN)
    start = time.monotonic()
    while ready := poll.poll(max(start + (LATEST if missing else seconds) - time.monotonic(), 0) * 1000):
        for fd, _ in ready:
            place, s = owner[fd]
            data, address = s.recvfrom(65536)
            if s is place.udp:
                if data and data in payload:
                    seen.append(f'{place.name}:udp')
                    missing.discard(place.device)
            elif address[2] != OUTGOING and data[14:14 + len(payload)] == payload:
                seen.append(f'{place.name}:{PACKET_TYPES[address[2]]}')
                missing.discard(place.device)
    return sorted(seen)


def difference(before, after, wanted):
    return ','.join(f'{key}+{after[key] - before[key]}' for key in wanted if after.get(key, 0) != before.get(key, 0))


def grown(before, after, wanted):
    return sum(after.get(key, 0) - before.get(key, 0) for key in wanted)


def watch(prefix, name, sender, frame, places):
    """Sends a frame; says where it came out, which counters moved, and for which reason it was dropped."""
    counted = [place for place in places if place.device.startswith('ipvl')]
    drain(places)
    before = {place: (place.counts(), place.reasons()) for place in counted}
    error = sender.send(frame)
    got = gather(places, frame[14:], WAIT)
    print(f'{prefix} {name}{error} -> {" ".join(got) or "nobody"}')
    for place in counted:
        counts, reasons = place.counts(), place.reasons()
        moved = difference(before[place][0], counts, COUNTS)
        if moved:
            print(f'{prefix} {name} counts {place.name} {moved}')
        moved = difference(before[place][1], reasons, reasons)
        if moved:
            print(f'{prefix} {name} reason {place.name} {moved}')
        unnamed = grown(before[place][0], counts, ('rx_drop', 'tx_drop')) - grown(before[place][1], reasons, reasons)
        if reasons and unnamed:
            print(f'{prefix} {name} at {place.name}: {unnamed} drops without a reason of their own')
