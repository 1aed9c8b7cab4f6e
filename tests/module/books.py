# SPDX-License-Identifier: GPL-2.0-or-later
"""Books of what a slave was given and what it counted: each packet is found in exactly one of its counters.

What it was given is seen by packet sockets: the kernel shows them what it is about to hand to a driver for sending, and
what a driver has handed to the stack.
"""
import ctypes
import socket
import struct
import time

from frames import OUTGOING, Place

ALL_PROTOCOLS, SO_ATTACH_FILTER, SOL_PACKET, PACKET_STATISTICS = 3, 26, 263, 6
LOAD_WORD, LOAD_BYTE, JUMP_EQUAL, RETURN = 0x20, 0x30, 0x15, 0x06
IFINDEX_OF_PACKET, TYPE_OF_PACKET = 0xfffff008, 0xfffff004
SETTLE = 2
LIBC = ctypes.CDLL(None, use_errno=True)


def bind_to_all(packets):
    """Devices, that is: which socket.bind() cannot say."""
    address = struct.pack('=HHiHBB8x', socket.AF_PACKET, socket.htons(ALL_PROTOCOLS), 0, 0, 0, 0)
    if LIBC.bind(packets.fileno(), address, len(address)):
        raise OSError(ctypes.get_errno(), 'bind')


class Tap:
    """Counts the packets of a device that go out, or that come in, wherever it stands and whether it is up."""

    def __init__(self, netns, name, outgoing):
        index = netns.index(name)
        # Bound when all is set: another processor may have let a packet through before there was a filter, and count it after.
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        program = b''.join(struct.pack('HBBI', *line) for line in (
            (LOAD_WORD, 0, 0, IFINDEX_OF_PACKET), (JUMP_EQUAL, 0, 3, index), (LOAD_BYTE, 0, 0, TYPE_OF_PACKET),
            (JUMP_EQUAL, *((0, 1) if outgoing else (1, 0)), OUTGOING), (RETURN, 0, 0, 1), (RETURN, 0, 0, 0)))
        code = ctypes.create_string_buffer(program)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                               struct.pack('HxxxxxxP', len(program) // 8, ctypes.addressof(code)))
        # What does not fit is counted all the same.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.seen = 0
        bind_to_all(self.socket)

    def count(self):
        # Reading takes it away. Packets are all, also those that did not fit.
        packets, _ = struct.unpack('II', self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self.seen += packets
        return self.seen


class Book:
    """Of a slave that is down, from now until it is closed; which is to be where it now is."""

    def __init__(self, netns, name):
        self.place = Place(netns, name, listen=False)
        self.taps = {way: Tap(netns, name, way == 'tx') for way in ('tx', 'rx')}
        self.at_first = self.counted()
        # In L3S a packet becomes the slave's behind the place where packet sockets look.
        self.was_l3s = False

    def counted(self):
        counts, reasons = self.place.counts(), self.place.reasons()
        # Of a frame to a group, copies may be dropped: it is sent all the same.
        return {'tx': counts['tx'] + sum(n for name, n in reasons.items() if name[:3] == 'tx_' and 'copies' not in name),
                'rx': counts['rx'], 'reasons': reasons}

    def differences(self):
        now = self.counted()
        ways = ('tx',) if self.was_l3s else ('tx', 'rx')
        return [f'{self.place.name} {way}: {self.taps[way].count()} packets, {now[way] - self.at_first[way]} counted'
                for way in ways if self.taps[way].count() != now[way] - self.at_first[way]]

    def close(self):
        """(differences, packets seen, drops by reason). The slave is down: nothing new comes, what is under way does."""
        end = time.monotonic() + SETTLE
        while (wrong := self.differences()) and time.monotonic() < end:
            time.sleep(0.05)
        reasons = {name: n - self.at_first['reasons'][name] for name, n in self.counted()['reasons'].items()}
        seen = {way: tap.count() for way, tap in self.taps.items()}
        for tap in self.taps.values():
            tap.socket.close()
        self.place.close()
        return wrong, seen, reasons
