# SPDX-License-Identifier: GPL-2.0-or-later
"""As much rtnetlink as the module's behaviour tests need: a process for each question would take seconds in a guest."""
import ctypes
import os
import socket
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SOL_NETLINK, CAP_ACK, EXT_ACK, STRICT = 270, 10, 11, 12
NEWLINK, DELLINK, GETLINK, NEWADDR, DELADDR, NEWROUTE, NEWNEIGH = 16, 17, 18, 20, 21, 24, 28
REQUEST, ACK, CREATE, EXCL, REPLACE = 1, 4, 0x400, 0x200, 0x100
UP, NOARP, PROMISC, ALLMULTI = 1, 0x80, 0x100, 0x200
FLAG_NAMES = {1: 'UP', 2: 'BROADCAST', 0x40: 'RUNNING', 0x80: 'NOARP', 0x100: 'PROMISC', 0x200: 'ALLMULTI',
              0x1000: 'MULTICAST', 0x10000: 'LOWER_UP', 0x20000: 'DORMANT'}
STATES = 'UNKNOWN NOTPRESENT DOWN LOWERLAYERDOWN TESTING DORMANT UP'.split()
MODES = {'l2': 0, 'l3': 1, 'l3s': 2}
FLAGS = {'bridge': 0, 'private': 1, 'vepa': 2}


def attr(kind, data):
    if isinstance(data, str):
        data = data.encode() + b'\0'
    elif isinstance(data, int):
        data = struct.pack('I', data)
    length = 4 + len(data)
    return struct.pack('HH', length, kind) + data + bytes(-length % 4)


def attrs(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from('HH', data)
        if length < 4:
            break
        found[kind & 0x3fff] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def ip(text):
    return socket.inet_pton(socket.AF_INET6 if ':' in text else socket.AF_INET, text)


def family(text):
    return socket.AF_INET6 if ':' in text else socket.AF_INET


class Netns:
    """A namespace of its own, gone with the last of its file descriptors."""

    def __init__(self, name):
        self.name = name
        if LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), 'unshare')
        self.open()
        for path, value in (('ipv6/conf/default/accept_dad', 0), ('ipv6/conf/default/router_solicitations', 0),
                            ('ipv6/conf/default/addr_gen_mode', 1), ('ipv4/conf/default/rp_filter', 0),
                            ('ipv4/conf/all/rp_filter', 0), ('ipv4/ip_forward', 1),
                            # Reports at once, so that they do not come amidst what is counted.
                            ('ipv4/conf/default/igmpv3_unsolicited_report_interval', 1),
                            ('ipv6/conf/default/mldv2_unsolicited_report_interval', 1)):
            self.sysctl(path, value)
        self.set('lo', flags=UP)

    def open(self):
        self.fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        for option in CAP_ACK, EXT_ACK, STRICT:
            self.socket.setsockopt(SOL_NETLINK, option, 1)

    @classmethod
    def here(cls, name):
        """Where this process is."""
        netns = cls.__new__(cls)
        netns.name = name
        netns.open()
        return netns

    def twin(self):
        """The same, for another process, which is not to take this one's answers."""
        self.enter()
        return self.here(self.name)

    def enter(self):
        if LIBC.setns(self.fd, 0):
            raise OSError(ctypes.get_errno(), 'setns')

    def close(self):
        self.socket.close()
        os.close(self.fd)

    def sysctl(self, path, value):
        self.enter()
        with open('/proc/sys/net/' + path, 'w') as file:
            file.write(f'{value}\n')

    def read(self, path):
        self.enter()
        with open('/proc/thread-self/net/' + path) as file:
            return file.read()

    def ask(self, kind, flags, body):
        """(errno, extack text, answer)"""
        message = struct.pack('IHHII', 16 + len(body), kind, REQUEST | flags, 1, 0) + body
        self.socket.send(message)
        data = self.socket.recv(65536)
        length, kind, flags = struct.unpack_from('IHH', data)
        if kind != 2:
            return 0, '', data[16:length]
        error = -struct.unpack_from('i', data, 16)[0]
        text = attrs(data[36:length]).get(1, b'') if flags & 0x200 else b''
        return error, text.rstrip(b'\0').decode(), b''

    def index(self, name):
        self.enter()
        return socket.if_nametoindex(name) if isinstance(name, str) else name

    def add(self, name, kind, link=None, to=None, data=b'', address=None, mtu=None, link_netns=None):
        body = struct.pack('BBHiII', 0, 0, 0, 0, 0, 0) + attr(3, name)
        if link is not None:
            body += attr(5, self.index(link))
        if link_netns is not None:
            body += attr(37, link_netns)
        if to:
            body += attr(28, to.fd)
        if address:
            body += attr(1, mac(address))
        if mtu:
            body += attr(4, mtu)
        info = attr(1, kind) + (attr(2, data) if data else b'')
        return self.ask(NEWLINK, ACK | CREATE | EXCL, body + attr(18, info))[:2]

    def ipvlan(self, name, link, mode=None, flags=None, **more):
        return self.add(name, 'ipvlan', link, data=ipvlan_data(mode, flags), **more)

    def veth(self, name, address, peer, peer_address, to):
        peer = struct.pack('BBHiII', 0, 0, 0, 0, 0, 0) + attr(3, peer) + attr(1, mac(peer_address)) + attr(28, to.fd)
        return self.add(name, 'veth', address=address, data=attr(1, peer))

    def change(self, name, mode=None, flags=None, data=True):
        info = attr(1, 'ipvlan') + (attr(2, ipvlan_data(mode, flags)) if data else b'')
        return self.ask(NEWLINK, ACK, struct.pack('BBHiII', 0, 0, 0, self.index(name), 0, 0) + attr(18, info))[:2]

    def set(self, name, flags=None, mask=None, to=None, address=None, mtu=None, master=None):
        flags, mask = (flags or 0), (mask if mask is not None else flags or 0)
        body = struct.pack('BBHiII', 0, 0, 0, self.index(name), flags, mask)
        if to:
            body += attr(28, to.fd)
        if address:
            body += attr(1, mac(address))
        if mtu:
            body += attr(4, mtu)
        if master is not None:
            body += attr(10, self.index(master) if master else 0)
        return self.ask(NEWLINK, ACK, body)[:2]

    def up(self, name):
        return self.set(name, flags=UP)

    def down(self, name):
        return self.set(name, flags=0, mask=UP)

    def delete(self, name):
        return self.ask(DELLINK, ACK, struct.pack('BBHiII', 0, 0, 0, self.index(name), 0, 0))[:2]

    def address(self, what, address, name, peer=None, flags=CREATE | EXCL, lifetimes=None):
        address, _, length = address.partition('/')
        body = struct.pack('BBBBI', family(address), int(length or 32), 0x02 if ':' in address else 0, 0,
                           self.index(name))
        body += attr(2, ip(address)) + attr(1, ip(peer or address))
        if lifetimes:
            body += attr(6, struct.pack('IIII', *lifetimes, 0, 0))
        return self.ask(what, ACK | (flags if what == NEWADDR else 0), body)[:2]

    def neighbour(self, address, lladdr, name):
        body = struct.pack('BBHiHBB', family(address), 0, 0, self.index(name), 0x80, 0, 0)
        return self.ask(NEWNEIGH, ACK | CREATE | REPLACE, body + attr(1, ip(address)) + attr(2, mac(lladdr)))[:2]

    def route(self, to, length, name, via=None, mtu=None):
        body = struct.pack('BBBBBBBBI', family(to), length, 0, 0, 254, 4, 0 if via else 253, 1, 0)
        body += attr(1, ip(to)) + attr(4, self.index(name)) + (attr(5, ip(via)) if via else b'')
        body += attr(8, attr(2, mtu)) if mtu else b''
        return self.ask(NEWROUTE, ACK | CREATE, body)[:2]

    def show(self, name):
        error, _, data = self.ask(GETLINK, 0, struct.pack('BBHiII', 0, 0, 0, 0, 0, 0) + attr(3, name))
        if error:
            return {}
        flags = struct.unpack_from('I', data, 8)[0]
        a = attrs(data[16:])
        info = attrs(a.get(18, b''))
        link = {
            'flags': '+'.join(text for bit, text in FLAG_NAMES.items() if flags & bit),
            'state': STATES[a[16][0]], 'mac': a[1].hex(':'), 'broadcast': a[2].hex(':'),
            'kind': info.get(1, b'').rstrip(b'\0').decode(),
        }
        numbers = {'mtu': 4, 'txqlen': 13, 'link': 5, 'link_netnsid': 37, 'min_mtu': 50, 'max_mtu': 51, 'txq': 31,
                   'rxq': 32, 'gso_segs': 40, 'gso_size': 41, 'promisc': 30, 'allmulti': 61, 'tso_size': 59,
                   'tso_segs': 60, 'gro_size': 58}
        for key, kind in numbers.items():
            if kind in a:
                link[key] = struct.unpack('i', a[kind])[0]
        for key, kind in ('mode', 1), ('ipvlan_flags', 2):
            own = attrs(info.get(2, b''))
            if link['kind'] in ('ipvlan', 'ipvtap') and kind in own:
                link[key] = struct.unpack('H', own[kind])[0]
        return link


def ipvlan_data(mode, flags):
    data = b''
    if mode is not None:
        data += attr(1, struct.pack('H', MODES.get(mode, mode)))
    if flags is not None:
        data += attr(2, struct.pack('H', FLAGS.get(flags, flags)))
    return data
