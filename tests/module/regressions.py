# SPDX-License-Identifier: GPL-2.0-or-later
"""What once went wrong in the in-tree driver, or still does, tried on ours; TABLE says what each is known as and where it
is tried.

  netns n1: ipvl1 10.1.0.11, fd01::11 --+
  netns n2: ipvl2 10.1.0.12, fd01::12 --+-- p1 (r0: 10.1.0.1, fd01::1) --- e0 (netns r1: 10.1.0.2, fd01::2)
  netns n3: ipvl3 (no address)        --+

That the kernel is none the worse is seen in its log, best of a kernel that watches. Arguments: the functions to run.
"""
import contextlib
import errno
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

import family
import frames
from family import ADDRESS_GET, DUMP, EVERYONE, PARENT, ROUTER, World, check, text_of
from netlink import DELADDR, LIBC, NEWADDR, PROMISC, Netns, attrs

OWN, WIRE, INCOMING = f'dst={PARENT},src={PARENT}', f'dst={ROUTER},src={PARENT}', f'dst={PARENT},src={ROUTER}'
VNET_HEADER, IP_MTU_DISCOVER, IP_PKTINFO = 15, 10, 8
ADD_MEMBERSHIP, PROMISCUOUS, ALL_GROUPS = 1, 1, 2
NEWUSER, NEWNET = 0x10000000, 0x40000000
ROUNDS = 30


def unlinear(place, frame, linear=14):
    """Sends a frame of more than a page so that only its first bytes lie in the linear part."""
    place.netns.enter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.setsockopt(frames.SOL_PACKET, VNET_HEADER, 1)
        s.sendto(struct.pack('=BBHHHH', 0, 0, linear, 0, 0, 0) + frame, (place.device, frame[12] << 8 | frame[13]))


def who_got(w, frame, wanted):
    got = frames.gather(w.places, frame[14:], frames.WAIT, wanted)
    return sorted({name.split('/')[1].split(':')[0] for name in got})


def beside(*loops):
    """Processes that repeat something, each in its namespace, until ended; returns what ends them."""
    children = []
    for netns, loop in loops:
        pid = os.fork()
        if not pid:
            netns = netns.twin()
            while True:
                try:
                    loop(netns)
                except OSError:
                    pass
        children.append(pid)

    def end():
        for pid in children:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    return end


def receiver(netns, address, port=79):
    netns.enter()
    s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, port))
    s.settimeout(5)
    return s


def received(s, size=65536):
    try:
        return s.recv(size)
    except TimeoutError:
        return b''
    finally:
        s.close()


def send_udp(netns, data, to, port=79):
    netns.enter()
    with socket.socket(socket.AF_INET6 if ':' in to else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 0)
        s.sendto(data, (to, port))


# ---- packets


def no_mac_header(w):
    for mode in 'l2', 'l3':
        w.slaves(mode)
        for n in range(3):
            frame = frames.build(f'udp4:{OWN},from=10.1.0.11,to=10.1.0.12,data={mode}-bypass{n}')
            w.places[0].send(frame, bypass=True)
            check(f'{mode}: past the queueing layer', ['ipvl2'], who_got(w, frame, ['ipvl2']))
        for length in 14, 15, 20, 34:
            w.places[0].send(frame[:length], bypass=True)
        w.no_slaves()


def stale_control_block(w):
    for mode in 'l3', 'l3s':
        w.slaves(mode)
        w.n1.set('ipvl1', mtu=4000)
        w.n1.enter()
        # A queueing discipline leaves its own in the block where options of IP would be looked for when it is fragmented.
        for kind in 'fq_codel', 'pfifo':
            if not subprocess.run(['tc', 'qdisc', 'replace', 'dev', 'ipvl1', 'root', kind], check=False,
                                  stderr=subprocess.DEVNULL).returncode:
                break
        data, there = os.urandom(3500), receiver(w.r1, '10.1.0.2')
        send_udp(w.n1, data, '10.1.0.2')
        check(f'{mode}: fragments of what has been queued ({kind})', True, received(there) == data)
        w.no_slaves()


def headers_in_fragments(w):
    for name, netns in ('p1', w.r0), ('e0', w.r1):
        netns.set(name, mtu=9000)
    ways = {'l2': ((0, OWN, '10.1.0.11', '10.1.0.12', ['ipvl2']), (4, INCOMING, '10.1.0.2', '10.1.0.11', ['ipvl1']),
                   (0, f'dst={EVERYONE},src={PARENT}', '10.1.0.11', '255.255.255.255', ['e0', 'ipvl2', 'ipvl3'])),
            'l3': ((0, OWN, '10.1.0.11', '10.1.0.12', ['ipvl2']), (0, OWN, '10.1.0.11', '10.1.0.2', ['e0']),
                   (4, INCOMING, '10.1.0.2', '10.1.0.11', ['ipvl1'])),
            'l3s': ((0, OWN, '10.1.0.11', '10.1.0.12', ['ipvl2']), (4, INCOMING, '10.1.0.2', '10.1.0.11', ['ipvl1']))}
    for mode, table in ways.items():
        w.slaves(mode)
        for option in 0, family.SOURCE_CHECK | family.GUARD | family.DHCP:
            w.set(family.bits(option, family.ALL))
            for at, macs, source, to, who in table:
                for linear in 14, 20, 33, 41:
                    frame = frames.build(f'udp4:{macs},from={source},to={to},data={mode}{option}-{linear}-' + 'x' * 4500)
                    frames.drain(w.places)
                    unlinear(w.places[at], frame, linear)
                    # By the UDP socket: packet sockets cut L3S's and routed ones, whose Ethernet header is another.
                    got = who_got(w, frame, who)
                    check(f'{mode} {option}: {linear} linear bytes from {source} to {to}', True, set(who) <= set(got))
        w.no_slaves()


def virtual(place, frame, linear, start, offset):
    """As unlinear(), of a packet that is yet to be summed, if there is anything to sum. Returns the error."""
    place.netns.enter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.setsockopt(frames.SOL_PACKET, VNET_HEADER, 1)
        try:
            s.sendto(struct.pack('=BBHHHH', 1, 0, linear, 0, start, offset) + frame,
                     (place.device, frame[12] << 8 | frame[13]))
        except OSError as error:
            return error.errno
    return 0


def frame_with(listener, data):
    """The frame with these bytes among all that is heard, or none."""
    end = time.monotonic() + frames.LATEST
    while select.select([listener], [], [], max(end - time.monotonic(), 0))[0]:
        frame = listener.recv(65536)
        if data in frame:
            return frame
    return b''


def padded(w):
    for address in '10.1.0.2', 'fd01::2':
        w.r0.neighbour(address, ROUTER, 'p1')
    for mode in 'l3', 'l3s':
        w.slaves(mode)
        for kind, source, to in ('udp4', '10.1.0.11', '10.1.0.2'), ('udp6', 'fd01::11', 'fd01::2'):
            data = f'{mode}-{kind}'
            frame = frames.build(f'{kind}:{OWN},from={source},to={to},data={data}')
            outside, own = family.listener_at(w.r1, 'e0'), family.listener_at(w.n1, 'ipvl1')
            w.places[0].send(frame + b'padding')
            packet, sent = frame_with(outside, data.encode())[14:], frame_with(own, data.encode())
            if kind == 'udp4':
                check(f'{mode}: its header is right', 0, frames.checksum(packet[:20]))
                packet = packet[:10] + frame[24:26] + packet[12:]
            check(f'{mode}: {kind} goes on as it was, without what filled the frame', frame[14:], packet)
            check(f'{mode}: who looks on sees of {kind} what was sent', frame + b'padding', sent)
            for listener in outside, own:
                listener.close()
        w.no_slaves()


def tagged(w):
    """Of VLAN 0, which only says a priority, and of one that nobody here has."""
    inner = [(f'{kind} to {to}', to.endswith('12'), frames.build(f'{kind}:{OWN},from={source},to={to},data=tagged')[12:])
             for kind, source, to in (('udp4', '10.1.0.11', '10.1.0.12'), ('udp6', 'fd01::11', 'fd01::12'),
                                      ('arp', '10.1.0.11', '10.1.0.12'), ('udp4', '10.1.0.11', '10.1.0.1'))]
    for flags in 'private', 'bridge':
        w.slaves('l2', flags)
        for vlan in 0, 7:
            for kind in '8100', '88a8':
                for name, sibling, data in inner:
                    text = f'raw:{OWN},type={kind},hex={vlan:04x}{data.hex()}'
                    frame, before = frames.build(text), w.places[0].reasons()
                    wanted = ['ipvl2' if sibling else 'p1'], ''
                    if flags == 'private' and sibling:
                        wanted = [], 'tx_drop_private+1'
                    frames.drain(w.places)
                    w.places[0].send(frame)
                    got = who_got(w, bytes(12) + data, wanted[0])
                    drops = frames.difference(before, w.places[0].reasons(), before)
                    check(f'{flags}: {kind}, VLAN {vlan}, {name}', wanted, (got, drops))
        w.places[0].send(frames.build(f'raw:{OWN},type=8100,hex=0000'))
        w.places[0].send(frames.build(f'raw:{OWN},type=8100,hex=00000800450000'))
        w.no_slaves()


def sum_behind_the_end(w):
    w.slaves('l3')
    for length in 20, 26, 27, 28:
        frame = bytearray(frames.build(f'udp4:{OWN},from=10.1.0.11,to=10.1.0.2,data=' + 'x' * 100))
        frame[16:18] = struct.pack('!H', length)
        before = w.places[0].reasons()['tx_drop_malformed']
        refused = length < 28
        check(f'a packet of {length} bytes, its sum in bytes 26 and 27', errno.ENOBUFS if refused else 0,
              virtual(w.places[0], bytes(frame), 70, 34, 6))
        check('is refused by name' if refused else 'is not', before + refused, w.places[0].reasons()['tx_drop_malformed'])
    w.no_slaves()


def options_in_fragments(w):
    for name, netns in ('p1', w.r0), ('e0', w.r1):
        netns.set(name, mtu=9000)
    w.slaves('l3')
    udp = struct.pack('!HHHH', 1000, 9, 4508, 0) + b'x' * 4500
    for linear in 14, 34, 54, 74:
        options = bytes((7, 39, 4, linear)) + os.urandom(36)
        head = struct.pack('!BBHHHBBH4s4s', 0x4f, 0, 60 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton('10.1.0.11'),
                           socket.inet_aton('10.1.0.2')) + options
        head = head[:10] + struct.pack('!H', frames.checksum(head)) + head[12:]
        outside = family.listener_at(w.r1, 'e0')
        unlinear(w.places[0], frames.mac(PARENT) * 2 + b'\x08\0' + head + udp, linear)
        check(f'{linear} linear bytes: the sum is of the header', head, frame_with(outside, options)[14:74])
        outside.close()
    w.no_slaves()


def pktgen(file, *lines):
    for line in lines:
        with open(f'/proc/thread-self/net/pktgen/{file}', 'w', encoding='ascii') as f:
            f.write(line + '\n')


def shared(w):
    subprocess.run(['modprobe', '-q', 'pktgen'], check=False)
    for mode in 'l2', 'l3', 'l3s':
        w.slaves(mode)
        if mode == 'l2':
            # The fragments of an answer that nobody asked for are looked at, too.
            w.set(family.bits(family.DHCP))
        w.r0.enter()
        if not os.path.exists('/proc/thread-self/net/pktgen/pgctrl'):
            print('no pktgen here')
            w.no_slaves()
            return
        for fragments in 0, 2:
            for to, port, place in ('10.1.0.11', 9, w.places[0]), ('10.1.0.99', 68, w.places[3]):
                before = place.counts()['rx']
                w.r0.enter()
                pktgen('kpktgend_0', 'rem_device_all', 'add_device p1')
                pktgen('p1', 'xmit_mode netif_receive', 'count 10', 'burst 5', 'pkt_size 1400', f'frags {fragments}',
                       f'dst_mac {PARENT}', f'src_mac {ROUTER}', f'dst_min {to}', f'dst_max {to}', 'src_min 10.1.0.2',
                       'src_max 10.1.0.2', f'udp_src_min {port - 1}', f'udp_src_max {port - 1}', f'udp_dst_min {port}',
                       f'udp_dst_max {port}')
                pktgen('pgctrl', 'start')
                pktgen('kpktgend_0', 'rem_device_all')
                # The parent counts nothing of these.
                if place is w.places[0]:
                    check(f'{mode}, {fragments} fragments: each comes from the parent', 10, place.counts()['rx'] - before)
        w.no_slaves()


def packet_socket_routed(w):
    for mode in 'l3', 'l3s':
        w.slaves(mode)
        for n, (to, who, reason) in enumerate((('10.1.0.2', ['e0'], None), ('224.0.0.1', [], 'tx_drop_l3_multicast'),
                                               ('10.1.0.255', [], 'tx_drop_bad_route'))):
            w.expect(f'{mode} from a packet socket to {to}', 'ipvl1',
                     f'udp4:{OWN},from=10.1.0.11,to={to},data={mode}-socket{n}', who, reason)
        w.no_slaves()


def route_into_itself(w):
    w.slaves('l3')
    w.r0.ipvlan('ipvl0', 'p1', 'l3')
    w.r0.up('ipvl0')
    w.r0.address(NEWADDR, 'fd01::10/128', 'ipvl0')
    w.r0.route('2001:db8::', 32, 'ipvl0')
    place = frames.Place(w.r0, 'ipvl0', listen=False)
    place.send(frames.build(f'udp6:{OWN},from=fd01::10,to=2001:db8::1,data=loop'))
    check('ends by name', True, place.reasons()['tx_drop_loop'] >= 1)
    place.close()
    w.r0.delete('ipvl0')
    w.no_slaves()


def host_broadcast(w):
    w.slaves('l2')
    got, _ = w.watch('p1', f'udp4:dst={EVERYONE},src={PARENT},from=10.1.0.1,to=255.255.255.255,data=host', ['e0'])
    check('the host\'s broadcast does not come back to it', False, 'p1' in got)
    before = w.places[3].counts()['tx']
    time.sleep(0.5)
    check('and does not go round', True, w.places[3].counts()['tx'] - before < 20)
    w.no_slaves()


def result_of_sending(w):
    w.slaves('l2', 'private')
    before = w.places[0].counts()
    error = w.places[0].send(frames.build(f'udp4:{OWN},from=10.1.0.11,to=10.1.0.12,data=private'))
    after = w.places[0].counts()
    check('who sends hears of the drop', f' errno {errno.ENOBUFS}', error)
    check('which is a drop, no error', (1, 0), (after['tx_drop'] - before['tx_drop'], after['tx_err'] - before['tx_err']))
    w.no_slaves()


def host_by_local_route(w):
    for mode in 'l3', 'l3s':
        w.slaves(mode)
        there = receiver(w.r0, '10.1.0.1', 77)
        send_udp(w.n1, b'local', '10.1.0.1', 77)
        check(f'{mode}: a local route leads to the host', b'local', received(there))
        w.no_slaves()


def bound_sockets(w):
    w.slaves('l3s')
    for address in '10.1.0.12', 'fd01::12':
        there = receiver(w.n2, address, 78)
        there.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'ipvl2')
        w.r1.neighbour(address, PARENT, 'e0')
        send_udp(w.r1, b'bound', address, 78)
        check(f'l3s: a socket bound to the device hears {address}', b'bound', received(there))
    w.no_slaves()


def packet_info(w):
    """As a name server asks for it, to answer from where it was asked."""
    # The second one has another number than the parent.
    w.slaves('l3s')
    w.no_slaves()
    w.slaves('l3s')
    check('devices of different numbers', True, w.n2.index('ipvl2') != w.r0.index('p1'))
    for level, option, address, at in ((socket.IPPROTO_IP, IP_PKTINFO, '10.1.0.12', 0),
                                       (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 'fd01::12', 16)):
        there = receiver(w.n2, address, 78)
        there.setsockopt(level, option, 1)
        w.r1.neighbour(address, PARENT, 'e0')
        send_udp(w.r1, b'where', address, 78)
        data, info, _, _ = there.recvmsg(100, 100)
        check(f'l3s: what {address} got came by its device', (b'where', w.n2.index('ipvl2')),
              (data, struct.unpack_from('I', info[0][2], at)[0]))
        there.close()
    w.no_slaves()


# ---- objects that come and go


def parent_goes_while_asked(w):
    for n in range(ROUNDS):
        w.r0.add('d0', 'dummy', address='02:00:00:00:03:01')
        w.r0.ipvlan('gone0', 'd0', 'l2', to=w.n3)
        w.n3.up('gone0')
        end = beside((w.n3, lambda n3: n3.show('gone0')), (w.n3, lambda n3: n3.read('dev')))
        sender = frames.Place(w.n3, 'gone0', listen=False)
        frame = frames.build(f'raw:{WIRE},type=88b5,hex=0102')
        for _ in range(5):
            sender.send(frame)
        w.r0.delete('d0')
        sender.send(frame)
        end()
        sender.close()
    check('the slave went with its parent', {}, w.n3.show('gone0'))


def namespace_goes_in_use(w):
    for n in range(ROUNDS // 3):
        there = Netns('there')
        w.r0.ipvlan('gone0', 'p1', ('l2', 'l3', 'l3s')[n % 3], to=there)
        there.up('gone0')
        there.address(NEWADDR, f'10.1.0.{50 + n}/24', 'gone0')
        there.neighbour('10.1.0.2', ROUTER, 'gone0')
        there.route('10.9.0.0', 16, 'gone0', '10.1.0.2')
        try:
            send_udp(there, b'x', '10.9.0.1')
            send_udp(w.r1, b'x', f'10.1.0.{50 + n}')
        except OSError:
            pass
        w.r0.enter()
        there.close()
    end = time.monotonic() + 20
    while w.port() and time.monotonic() < end:
        time.sleep(0.2)
    check('the port went with its last slave', {}, w.port())


def l3s_comes_and_goes(w):
    w.slaves('l3s')
    frame = frames.build(f'udp4:{INCOMING},from=10.1.0.2,to=10.1.0.11,data=flood')
    end = beside((w.r1, lambda _: w.places[4].send(frame)))
    for n in range(ROUNDS * 3):
        w.n1.change('ipvl1', ('l2', 'l3s', 'l3', 'l3s')[n % 4])
    end()
    w.no_slaves()
    w.r0.ipvlan('ipvl1', 'p1', 'l3s', to=w.n1)
    w.n1.up('ipvl1')
    w.n1.address(NEWADDR, '10.1.0.11/24', 'ipvl1')
    sender = frames.Place(w.r1, 'e0', listen=False)
    end = beside((w.r1, lambda _: sender.send(frame)))
    for _ in range(ROUNDS):
        w.n1.delete('ipvl1')
        w.r0.ipvlan('ipvl1', 'p1', 'l3s', to=w.n1)
        w.n1.up('ipvl1')
        w.n1.address(NEWADDR, '10.1.0.11/24', 'ipvl1')
    end()
    there = receiver(w.n1, '10.1.0.11')
    w.r1.neighbour('10.1.0.11', PARENT, 'e0')
    send_udp(w.r1, b'after', '10.1.0.11')
    check('l3s works after that', b'after', received(there))
    sender.close()
    w.n1.delete('ipvl1')


def failed_creation(w):
    """Refused when the port is there already: a name is looked at only when the device is registered."""
    w.r0.add('d0', 'dummy', address='02:00:00:00:03:01')
    for mode in ('l2', 'l3', 'l3s') * (ROUNDS // 3):
        check('a name that no device can have', errno.EINVAL, w.r0.ipvlan('a/b', 'd0', mode)[0])
        check('leaves no port', {}, w.port(w.r0.index('d0')))
    check('the parent is free', 0, w.r0.add('mv0', 'macvlan', 'd0')[0])
    error, text = w.r0.ipvlan('ipvl9', 'd0', 'l2')
    check('and now is not, with a text', (errno.EBUSY, True), (error, bool(text)))
    w.r0.delete('d0')


def mtu_is_kept(w):
    w.r0.ipvlan('ipvl1', 'p1', 'l2', mtu=1400)
    check('the MTU that was asked for', 1400, w.r0.show('ipvl1')['mtu'])
    w.r0.delete('ipvl1')


def listeners_flags(w):
    w.slaves('l2')

    def flags():
        return [[netns.show(name)[key] for key in ('promisc', 'allmulti')] for netns, name in ((w.n1, 'ipvl1'), (w.r0, 'p1'))]

    for kind, name, listening in ((PROMISCUOUS, 'everything', [[1, 0], [0, 0]]), (ALL_GROUPS, 'all groups', [[0, 1], [0, 1]])):
        w.n1.enter()
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
            s.setsockopt(frames.SOL_PACKET, ADD_MEMBERSHIP, struct.pack('iHH8x', w.n1.index('ipvl1'), kind, 0))
            check(f'somebody listens to {name}', listening, flags())
            for mode in 'l3', 'l2', 'l3s', 'l2':
                check(f'to {mode}', (0, ''), w.n1.change('ipvl1', mode))
            check(f'still listens to {name}', listening, flags())
        check(f'no longer listens to {name}', [[0, 0], [0, 0]], flags())
    w.n1.set('ipvl1', flags=PROMISC, mask=PROMISC)
    w.n1.change('ipvl1', 'l3')
    check('what the user has set stays', [[1, 0], [0, 0]], flags())
    w.no_slaves()


def foreign_user(w):
    """Root of a user namespace, whom a slave was given."""
    w.slaves('l2')
    ready, go, done = os.pipe(), os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        LIBC.unshare(NEWUSER)
        LIBC.unshare(NEWNET)
        theirs = Netns.here('theirs')
        os.write(ready[1], b'x')
        os.read(go[0], 1)
        answers = [theirs.change('ipvl1', 'l3'), theirs.change('ipvl1', None, 'private'), theirs.ipvlan('ipvl9', 'ipvl1')]
        os.write(done[1], repr([(error, bool(text)) for error, text in answers]).encode())
        os._exit(0)
    os.read(ready[0], 1)
    with open(f'/proc/{child}/ns/net', encoding='ascii') as there:
        target = Netns.__new__(Netns)
        target.fd = there.fileno()
        w.n1.set('ipvl1', to=target)
    os.write(go[1], b'x')
    answers = os.read(done[0], 1000).decode()
    os.waitpid(child, 0)
    check('may change nothing for the others, and is told why', repr([(errno.EPERM, True)] * 3), answers)
    check('nothing has changed', (0, 0), tuple(w.n2.show('ipvl2')[key] for key in ('mode', 'ipvlan_flags')))
    w.no_slaves()


# ---- addresses


def advertisement(prefix, n):
    """A router's: whoever hears it makes an address of the prefix, in a softirq."""
    option = struct.pack('!BBBBIII', 3, 4, 64, 0xc0, 600, 300, 0) + socket.inet_pton(socket.AF_INET6, prefix)
    f = {'from': 'fe80::2', 'to': 'ff02::1'}
    ethertype, payload = frames.ipv6(f, 58, struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 0, 0, 0) + option)
    return frames.mac('33:33:00:00:00:01') + frames.mac(ROUTER) + struct.pack('!H', ethertype) + payload


def table_of(w):
    return sorted(text_of(attrs(a)) for a in w.family.ask(ADDRESS_GET, w.parent, DUMP)[2])


def held_by_links(w):
    found = []
    for netns in w.n1, w.n2, w.n3:
        for name in ('ipvl1', 'ipvl2', 'ipvl3'):
            if not netns.show(name):
                continue
            netns.enter()
            for line in subprocess.run(['ip', '-o', 'addr', 'show', 'dev', name], check=False, text=True,
                                       stdout=subprocess.PIPE).stdout.splitlines():
                found.append(line.split()[3].split('/')[0])
    return sorted(found)


def addresses_from_everywhere(w):
    w.slaves('l2')
    for netns, name in (w.n1, 'ipvl1'), (w.n2, 'ipvl2'):
        for knob, value in ('addr_gen_mode', 0), ('accept_ra', 2), ('autoconf', 1), ('max_addresses', 1000):
            netns.sysctl(f'ipv6/conf/{name}/{knob}', value)
        netns.down(name)
        netns.up(name)
        netns.address(NEWADDR, 'fd01::77/64', name)
    router = frames.Place(w.r1, 'e0', listen=False)
    rng = random.Random(1)

    def flap(netns, name):
        address = f'10.1.0.{rng.randrange(100, 110)}/24' if rng.random() < 0.5 else f'fd01::{rng.randrange(100, 110)}/64'
        netns.address(rng.choice((NEWADDR, DELADDR)), address, name)

    end = beside((w.n1, lambda n: flap(n, 'ipvl1')), (w.n2, lambda n: flap(n, 'ipvl2')), (w.n3, lambda n: flap(n, 'ipvl3')))
    for n in range(ROUNDS * 4):
        router.send(advertisement(f'fd20:{n % 40:x}::', n))
        time.sleep(0.005)
    end()
    # What was sent last may not have been heard yet.
    for _ in range(10):
        time.sleep(1)
        held, table = held_by_links(w), table_of(w)
        if held == table:
            break
    check('the table holds what the links hold', held, table)
    check('made from advertisements', True, sum(a.startswith('fd20') for a in table_of(w)) > 10)
    router.close()
    w.no_slaves()


def learnt_mtu(netns, address):
    """What a socket that may not fragment takes the way's MTU for after it has sent too much, and once more."""
    netns.enter()
    v6 = ':' in address
    level, discover, mtu = (socket.IPPROTO_IPV6, 23, 24) if v6 else (socket.IPPROTO_IP, IP_MTU_DISCOVER, 14)
    with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(level, discover, 2)
        s.connect((address, 79))
        end = time.monotonic() + 3
        while time.monotonic() < end:
            try:
                s.send(bytes(1400))
            except OSError as error:
                if error.errno == errno.EMSGSIZE:
                    break
                raise
            time.sleep(0.05)
        return s.getsockopt(level, mtu)


def tcp(client, server, address, port=80):
    """How many of 60,000 bytes come through."""
    kind = socket.AF_INET6 if ':' in address else socket.AF_INET
    server.enter()
    with socket.create_server((address, port), family=kind) as listener:
        client.enter()
        with socket.create_connection((address, port), timeout=5) as sender:
            sender.sendall(bytes(60000))
            there, got = listener.accept()[0], 0
            there.settimeout(5)
            try:
                while got < 60000:
                    got += len(there.recv(65536))
            except TimeoutError:
                pass
            there.close()
    return got


def all_of(listener):
    listener.setblocking(False)
    with listener:
        while True:
            try:
                yield listener.recv(65536)
            except BlockingIOError:
                return


def too_big(frame):
    return (frame[12:14], frame[23], frame[34:36]) == (b'\x08\0', 1, b'\3\4') or \
        (frame[12:14], frame[20], frame[54:55]) == (b'\x86\xdd', 58, b'\2')


def longer_than_the_route(w):
    """The way has a bottleneck that the parent's namespace knows of. The wire is where that has the slave's address."""
    ways = (('10.9.0.', '0', 24, '10.1.0.2', '10.1.0.11'), ('fd09::', '', 64, 'fd01::2', 'fd01::11'))
    for network, zero, length, gateway, _ in ways:
        w.r0.neighbour(gateway, ROUTER, 'p1')
        w.r0.route(network + zero, length, 'p1', gateway, mtu=1300)
        for host in '1', '2', '3', '4':
            w.r1.address(NEWADDR, f'{network}{host}/{128 if ":" in network else 32}', 'e0')
    for mode, hosts in ('l3', '12'), ('l3s', '34'):
        w.slaves(mode)
        for network, zero, length, _, own in ways:
            w.n1.route(network + zero, length, 'ipvl1')
            w.r1.neighbour(own, PARENT, 'e0')
            w.r0.neighbour(own, ROUTER, 'p1')
            wire, before = family.listener_at(w.r1, 'e0'), w.places[0].reasons()
            check(f'{mode}: how long a packet to {network}{hosts[0]} may be', 1300, learnt_mtu(w.n1, network + hosts[0]))
            check('told once, by name', 'tx_drop_too_big+1', frames.difference(before, w.places[0].reasons(), before))
            check('and not by the wire', [], [frame.hex() for frame in all_of(wire) if too_big(frame)])
            check(f'{mode}: TCP to {network}{hosts[1]}', 60000, tcp(w.n1, w.r1, network + hosts[1]))
            # What may be cut is cut.
            there = receiver(w.r1, network + hosts[0])
            send_udp(w.n1, b'cut' * 1000, network + hosts[0])
            check(f'{mode}: fragments to {network}{hosts[0]}', b'cut' * 1000, received(there))
        w.no_slaves()


def as_other(place, frame):
    """Sends it as a protocol that nobody knows, so that nobody has looked for the header behind IP's."""
    place.netns.enter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.sendto(frame, (place.device, 0x1234))


def longer_than_the_route_and_odd(w):
    """To tell of it the kernel reads and writes where it has not seen to it that it may."""
    for name, netns in ('p1', w.r0), ('e0', w.r1):
        netns.set(name, mtu=9000)
    w.r0.neighbour('10.1.0.2', ROUTER, 'p1')
    w.r0.neighbour('fd01::2', ROUTER, 'p1')
    w.r0.route('10.9.0.0', 24, 'p1', '10.1.0.2', mtu=1300)
    w.r0.route('fd09::', 64, 'p1', 'fd01::2', mtu=1300)
    w.slaves('l3')
    mac = frames.mac(PARENT) * 2

    def icmp(kind, options=b''):
        length = 20 + len(options) + 4400
        head = struct.pack('!BBHHHBBH4s4s', 0x45 + len(options) // 4, 0, length, 1, 0x4000, 64, 1, 0,
                           socket.inet_aton('10.1.0.11'), socket.inet_aton('10.9.0.1')) + options
        head = head[:10] + struct.pack('!H', frames.checksum(head)) + head[12:]
        return mac + b'\x08\0' + head + bytes((kind,)) + bytes(4399)

    six = mac + b'\x86\xdd' + struct.pack('!IHBB16s16s', 6 << 28, 4400, 58, 64, socket.inet_pton(socket.AF_INET6, 'fd01::11'),
                                          socket.inet_pton(socket.AF_INET6, 'fd09::1')) + b'\x80' + bytes(4399)
    for name, frame, told in (('an echo', icmp(8), 1), ('with options', icmp(8, bytes((1,)) * 40), 1), ('IPv6', six, 1),
                              ('an error', icmp(3), 0), ('an error with options', icmp(3, bytes((1,)) * 40), 0)):
        for linear in None, 14, 34:
            before, own = w.places[0].reasons()['tx_drop_too_big'], family.listener_at(w.n1, 'ipvl1')
            # What nobody is told of is an error.
            with contextlib.suppress(OSError):
                if linear:
                    unlinear(w.places[0], frame, linear)
                else:
                    as_other(w.places[0], frame)
            text = f'{name}, {f"{linear} linear bytes" if linear else "of no known protocol"}'
            check(f'{text}: told', before + told, w.places[0].reasons()['tx_drop_too_big'])
            check(f'{text}: heard', told, sum(too_big(heard) for heard in all_of(own)))
    w.no_slaves()


def many_addresses(w):
    w.slaves('l2')
    for i in range(1000):
        w.n3.address(NEWADDR, f'10.30.{i >> 8}.{i & 255}/32', 'ipvl3')
        w.n3.address(NEWADDR, f'fd30::{i:x}/128', 'ipvl3')
    check('all of them', 2004, len(table_of(w)))
    check('taken', errno.EADDRINUSE, w.n2.address(NEWADDR, 'fd30::7/128', 'ipvl2')[0])
    w.no_slaves()


TABLE = (
    ('out of bounds when the MAC header is not set (CVE-2022-48651)', no_mac_header),
    ('out of bounds from a stale control block (CVE-2023-3090)', stale_control_block),
    ('stack use on the IPv6 outbound route (CVE-2023-52796), endless transmit recursion', route_into_itself),
    ('the socket asked on the L3 outbound path (CVE-2024-33621)', packet_socket_routed),
    ('use after free in get_iflink (CVE-2025-21652), parent used after free', parent_goes_while_asked),
    ('network headers not in the linear part (CVE-2025-21891)', headers_in_fragments),
    ('NULL operations in l3mdev receive (CVE-2025-22103)', l3s_comes_and_goes),
    ('address lock per slave (CVE-2026-23103), address list corruption', addresses_from_everywhere),
    ('broadcast from the parent looping in L2', host_broadcast),
    ('a reference leaked when the namespace goes', namespace_goes_in_use),
    ('wrong return value of xmit, tx_errors', result_of_sending),
    ('bound-device checks in IPv6 L3S, skb_iif in L3S', bound_sockets),
    ('the parent told as where a packet came from, which no answer then leaves by (L3S, IPv4)', packet_info),
    ('local routes', host_by_local_route),
    ('softlockup when many addresses are scanned', many_addresses),
    ('port freed twice when creation fails', failed_creation),
    ('what fills a short frame becomes part of the packet (L3), headers are written that others see', padded),
    ('private left by a frame with a tag', tagged),
    ('warned of by the kernel: a sum that lies behind the packet\'s end', sum_behind_the_end),
    ('the IPv4 checksum of options that are not in the linear part', options_in_fragments),
    ('the device changed of packets that others have, too', shared),
    ('promiscuous for good, as who listened while the mode changed', listeners_flags),
    ('who sends more than the route of the parent\'s namespace bears is not told (L3)', longer_than_the_route),
    ('PMTU discovery of tunnels: ICMP\'s header read where none was looked for, IP\'s after it was freed',
     longer_than_the_route_and_odd),
    ('unprivileged user changes the port\'s mode', foreign_user),
    ('IFLA_MTU ignored', mtu_is_kept),
)


def main():
    world = World()
    for name, function in TABLE:
        if not sys.argv[1:] or function.__name__ in sys.argv[1:]:
            print(f'{name}: {function.__name__}', flush=True)
            function(world)
    print(f'{family.checks} checks, {family.failures} failed')
    sys.exit(bool(family.failures))


if __name__ == '__main__':
    main()
