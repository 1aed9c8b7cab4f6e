# SPDX-License-Identifier: GPL-2.0-or-later
"""What an ipvlan driver does, as a table: run it with the in-tree driver loaded and with ours, and compare.

Names, MACs and addresses are fixed, so that only behaviour differs:

  netns n1: ipvl1 10.1.0.11, fd01::11 --+
  netns n2: ipvl2 10.1.0.12, fd01::12 --+-- p1 (r0: 10.1.0.1, fd01::1) --- e0 (netns r1: 10.1.0.2, fd01::2)
                                            p2 (r0: 10.2.0.1, fd02::1) --- e0 (netns r2: 10.2.0.2, fd02::2)

Arguments: the sections to run; without, all.
"""
import os
import subprocess
import sys
import time

import frames
from netlink import ALLMULTI, DELADDR, NEWADDR, PROMISC, UP, Netns

PARENT = '02:00:00:00:01:01'
ROUTER = '02:00:00:00:01:02'


def say(name, result):
    """Extack texts are each driver's own: that there is one is the behaviour."""
    error, text = result
    print(f'{name}: {"ok" if not error else os.strerror(error)}{" (with text)" if text else ""}')
    if text:
        print(f'text of {name}: {text}')


def show(netns, *names, when=''):
    for name in names:
        link = netns.show(name)
        print(f'  {netns.name}/{name}{when}', ' '.join(f'{key}={value}' for key, value in link.items()) or 'gone')


class World:
    def __init__(self):
        self.r0, self.r1, self.r2, self.n1, self.n2, self.n3 = map(Netns, ('r0', 'r1', 'r2', 'n1', 'n2', 'n3'))
        for i, router in (1, self.r1), (2, self.r2):
            here, there = f'02:00:00:00:0{i}:01', f'02:00:00:00:0{i}:02'
            self.r0.veth(f'p{i}', here, 'e0', there, router)
            self.parent_up(self.r0, i)
            self.router_up(router, i)

    @staticmethod
    def parent_up(netns, i):
        netns.up(f'p{i}')
        for address in f'10.{i}.0.1/24', f'fd0{i}::1/64':
            netns.address(NEWADDR, address, f'p{i}')
        for address in f'10.{i}.0.2', f'fd0{i}::2':
            netns.neighbour(address, f'02:00:00:00:0{i}:02', f'p{i}')

    @staticmethod
    def router_up(netns, i):
        netns.up('e0')
        for address in f'10.{i}.0.2/24', f'fd0{i}::2/64':
            netns.address(NEWADDR, address, 'e0')
        for host in '1', '11', '12':
            for address in f'10.{i}.0.{host}', f'fd0{i}::{host}':
                netns.neighbour(address, f'02:00:00:00:0{i}:01', 'e0')

    def slaves(self, mode, flags):
        for i, netns in (1, self.n1), (2, self.n2):
            self.r0.ipvlan(f'ipvl{i}', 'p1', mode, flags, to=netns)
            netns.up(f'ipvl{i}')
            for address in f'10.1.0.1{i}/24', f'fd01::1{i}/64':
                netns.address(NEWADDR, address, f'ipvl{i}')

    def no_slaves(self):
        self.n1.delete('ipvl1')
        self.n2.delete('ipvl2')


# ---- links


def refusals(w):
    r0 = w.r0
    say('no parent', r0.ipvlan('ipvl0', None))
    say('no such parent', r0.ipvlan('ipvl0', 999))
    say('on loopback', r0.ipvlan('ipvl0', 'lo'))
    r0.add('br0', 'bridge', address='02:00:00:00:04:01')
    r0.add('d1', 'dummy')
    r0.set('d1', master='br0')
    say('on a bridge port', r0.ipvlan('ipvl0', 'd1'))
    say('on a bridge', r0.ipvlan('ipvl0', 'br0', 'l2', 'bridge'))
    say('as a bridge port', r0.set('ipvl0', master='br0'))
    r0.delete('br0')
    say('macvlan', r0.add('mv0', 'macvlan', 'd1'))
    say('beside a macvlan', r0.ipvlan('ipvl0', 'd1'))
    say('on a macvlan', r0.ipvlan('ipvl0', 'mv0'))
    r0.delete('d1')
    say('not Ethernet', r0.ipvlan('ipvl0', 'sit0'))
    show(r0, 'ipvl0')


def creation(w):
    r0 = w.r0
    refusals(w)
    r0.add('d0', 'dummy', address='02:00:00:00:03:01')
    say('plain', r0.ipvlan('ipvl0', 'd0'))
    show(r0, 'ipvl0')
    say('second', r0.ipvlan('ipvl1', 'd0', 'l2', 'private'))
    say('on a slave', r0.ipvlan('ipvl2', 'ipvl0', 'l3s', 'vepa'))
    say('with an MTU', r0.ipvlan('ipvl3', 'd0', 'l2', 'bridge', mtu=1400))
    say('with a MAC', r0.ipvlan('ipvl4', 'd0', 'l2', address='02:00:00:00:09:09'))
    say('name taken', r0.ipvlan('ipvl4', 'd0', 'l3'))
    show(r0, 'ipvl0', 'ipvl1', 'ipvl2', 'ipvl3', 'ipvl4')
    say('another MAC', r0.set('ipvl0', address='02:00:00:00:09:08'))
    for mtu in 67, 68, 65535, 65536:
        say(f'MTU {mtu}', r0.set('ipvl0', mtu=mtu))
    say('macvlan on a slave', r0.add('x0', 'macvlan', 'ipvl0'))
    for mode, flags in (0, 3), (3, 0), (9, 0), (0, 4), (0, 0x100), (None, 2), (0, None), (None, None), (None, 3):
        say(f'mode {mode} flags {flags}', r0.ipvlan('ipvl9', 'd0', mode, flags))
        show(r0, 'ipvl9')
        r0.delete('ipvl9') if r0.show('ipvl9') else None
    r0.delete('ipvl1')
    say('after a deletion', r0.ipvlan('ipvl1', 'd0', 'l2'))
    subprocess.run('mount -t sysfs none /mnt && grep . /mnt/class/net/ipvl?/dev_id /mnt/class/net/ipvl?/addr_assign_type'
                   ' /mnt/class/net/ipvl?/type /mnt/class/net/ipvl?/iflink; umount /mnt', shell=True, check=False,
                   stdout=sys.stdout, preexec_fn=r0.enter)
    r0.enter()
    print('driver', frames.driver('ipvl0'), 'link', frames.link('ipvl0'))
    print('\n'.join(frames.features('ipvl0')))
    r0.delete('d0')
    show(r0, 'ipvl0', 'ipvl4')


def modes(w):
    r0 = w.r0
    r0.add('d0', 'dummy', address='02:00:00:00:03:01')
    r0.up('d0')
    for i in 0, 1:
        r0.ipvlan(f'ipvl{i}', 'd0', 'l2', 'bridge')
    r0.up('ipvl0')
    for mode in 'l3 l3s l2 l3s l3 l2 l2'.split():
        for flags in 'private', 'vepa', 'bridge':
            say(f'to {mode} {flags}', r0.change('ipvl0', mode, flags))
            show(r0, 'ipvl0', 'ipvl1')
    for mode, flags in ('l3', None), (None, 'vepa'), (9, 0), ('l2', 7), (None, 7), (None, None):
        say(f'to {mode} {flags}', r0.change('ipvl0', mode, flags))
        show(r0, 'ipvl0', 'ipvl1')
    say('without data', r0.change('ipvl0', data=False))
    say('l2 link joins', r0.ipvlan('ipvl2', 'd0', 'l2', 'bridge'))
    say('link without a mode joins', r0.ipvlan('ipvl3', 'd0'))
    show(r0, 'ipvl0', 'ipvl1', 'ipvl2', 'ipvl3')
    r0.delete('d0')


# ---- addresses


def addresses(w):
    w.r0.add('d0', 'dummy', address='02:00:00:00:03:01')
    for i in 0, 1, 2:
        w.r0.ipvlan(f'ipvl{i}', 'd0', 'l2', 'bridge', to=w.n1)

    def add(netns, address, name, peer=None, **more):
        say(f'add {address} {peer or ""} to {netns.name}/{name}', netns.address(NEWADDR, address, name, peer, **more))

    def remove(netns, address, name, peer=None):
        say(f'remove {address} {peer or ""} from {netns.name}/{name}', netns.address(DELADDR, address, name, peer))

    add(w.n1, '10.9.0.1/24', 'ipvl0')
    add(w.n1, '10.9.0.1/24', 'ipvl0')
    add(w.n1, '10.9.0.1/16', 'ipvl0')
    add(w.n1, '10.9.0.1/24', 'ipvl1')
    add(w.n1, '10.9.0.5/32', 'ipvl1', '10.9.0.1')
    add(w.n1, '10.9.0.5/32', 'ipvl1', '10.9.0.6')
    add(w.n1, '10.9.0.5/24', 'ipvl2')
    add(w.n1, '10.9.0.6/24', 'ipvl2')
    remove(w.n1, '10.9.0.5/32', 'ipvl1', '10.9.0.6')
    add(w.n1, '10.9.0.6/24', 'ipvl2')
    add(w.n1, 'fd09::1/64', 'ipvl0')
    add(w.n1, 'fd09::1/128', 'ipvl1')
    add(w.n1, 'fd09::1/64', 'ipvl0')
    add(w.n1, 'fd09::1/64', 'ipvl0', flags=0x100, lifetimes=(100, 200))
    add(w.n1, '::ffff:10.9.0.1/128', 'ipvl1')
    remove(w.n1, '10.9.0.1/24', 'ipvl0')
    add(w.n1, '10.9.0.1/24', 'ipvl1')
    remove(w.n1, 'fd09::1/64', 'ipvl0')
    add(w.n1, 'fd09::1/64', 'ipvl1')
    w.n1.up('ipvl1')
    w.n1.down('ipvl1')
    add(w.n1, 'fd09::1/64', 'ipvl2')
    add(w.n1, '10.9.0.1/24', 'ipvl2')
    add(w.r0, '10.9.0.1/24', 'd0')
    say('move', w.n1.set('ipvl1', to=w.n2))
    add(w.n1, '10.9.0.1/24', 'ipvl2')
    add(w.n2, '10.9.0.1/24', 'ipvl1')
    w.n1.delete('ipvl2')
    add(w.n2, '10.9.0.1/24', 'ipvl1')
    w.n1.sysctl('ipv6/conf/ipvl0/keep_addr_on_down', 1)
    w.n1.up('ipvl0')
    add(w.n1, 'fd09::7/64', 'ipvl0')
    w.n1.down('ipvl0')
    add(w.n2, 'fd09::7/64', 'ipvl1')
    w.n1.up('ipvl0')
    add(w.n2, 'fd09::7/64', 'ipvl1')
    many(w)
    w.r0.delete('d0')


def many(w):
    for i in range(1000):
        w.n1.address(NEWADDR, f'10.10.{i >> 8}.{i & 255}/32', 'ipvl0')
        w.n1.address(NEWADDR, f'fd10::{i:x}/128', 'ipvl0')
    taken = [w.n2.address(NEWADDR, f'10.10.{i >> 8}.{i & 255}/32', 'ipvl1')[0] for i in range(0, 1000, 50)]
    taken += [w.n2.address(NEWADDR, f'fd10::{i:x}/128', 'ipvl1')[0] for i in range(0, 1000, 50)]
    print('of 2000 addresses taken', sorted(set(taken)), len(taken))


# ---- the parent, and namespaces


def parents(w):
    r0, n1, n3 = w.r0, w.n1, w.n3
    w.slaves('l2', 'bridge')
    show(n1, 'ipvl1')
    r0.set('p1', mtu=1400)
    show(n1, 'ipvl1')
    n1.set('ipvl1', mtu=1300)
    r0.set('p1', mtu=1500)
    show(n1, 'ipvl1')
    say('MAC of the parent', r0.set('p1', address='02:00:00:00:01:09'))
    show(n1, 'ipvl1')
    r0.set('p1', address=PARENT)
    print('listening')
    n1.set('ipvl1', flags=ALLMULTI, mask=ALLMULTI)
    show(r0, 'p1')
    n1.down('ipvl1')
    show(r0, 'p1', when=' (slave down)')
    n1.set('ipvl1', flags=UP | PROMISC, mask=UP | PROMISC)
    show(r0, 'p1')
    n1.set('ipvl1', flags=0, mask=ALLMULTI | PROMISC)
    show(r0, 'p1')
    groups(w)
    print('carrier')
    for change in w.r1.down, w.r1.up:
        change('e0')
        time.sleep(1)
        show(r0, 'p1')
        show(n1, 'ipvl1')
    print('parent down')
    r0.down('p1')
    time.sleep(0.5)
    show(n1, 'ipvl1', when=' (parent down)')
    r0.up('p1')
    time.sleep(0.5)
    show(n1, 'ipvl1')
    moves(w)
    w.parent_up(r0, 1)
    w.router_up(w.r1, 1)
    n3.set('ipvl1', to=n1)
    w.no_slaves()


def groups(w):
    def has(netns, name):
        return any(line.split()[1] == name and line.endswith('01005e010203')
                   for line in netns.read('dev_mcast').splitlines())

    w.n1.address(NEWADDR, '10.1.0.11/24', 'ipvl1')
    w.n1.enter()
    with frames.socket.socket(frames.socket.AF_INET, frames.socket.SOCK_DGRAM) as s:
        s.setsockopt(frames.socket.IPPROTO_IP, frames.socket.IP_ADD_MEMBERSHIP,
                     frames.socket.inet_aton('224.1.2.3') + frames.struct.pack('4sI', bytes(4), w.n1.index('ipvl1')))
        time.sleep(0.2)
        print('group joined', has(w.n1, 'ipvl1'), has(w.r0, 'p1'))
    time.sleep(0.2)
    print('group left', has(w.n1, 'ipvl1'), has(w.r0, 'p1'))


def moves(w):
    n1, n2, n3 = w.n1, w.n2, w.n3
    say('slave moves', n1.set('ipvl1', to=n3))
    show(n3, 'ipvl1')
    say('parent moves', w.r0.set('p1', to=n3))
    show(n3, 'p1')
    show(n3, 'ipvl1', when=' (parent down)')
    show(n2, 'ipvl2', when=' (parent down)')
    say('parent moves back', n3.set('p1', to=w.r0))
    show(n3, 'ipvl1', when=' (parent down)')


def namespaces(w):
    g1, g2 = Netns('g1'), Netns('g2')
    g1.add('d0', 'dummy', address='02:00:00:00:05:01')
    for i, netns in enumerate((g2, w.n3)):
        g1.ipvlan(f'ipvl{i}', 'd0', 'l3s', 'bridge', to=netns)
        netns.up(f'ipvl{i}')
        netns.address(NEWADDR, f'10.8.0.{i + 1}/24', f'ipvl{i}')
    g2.close()
    w.r0.enter()
    time.sleep(1)
    print('the slave\'s namespace is gone:')
    show(w.n3, 'ipvl1')
    g1.ipvlan('ipvl2', 'd0', 'l3s', 'bridge')
    say('its address is free', (g1.address(NEWADDR, '10.8.0.1/24', 'ipvl2')))
    g1.close()
    w.r0.enter()
    time.sleep(1.5)
    print('the parent\'s namespace is gone:')
    show(w.n3, 'ipvl1')


# ---- where frames come out


def frame_table():
    own, wire = f'dst={PARENT},src={PARENT}', f'dst={ROUTER},src={PARENT}'
    everyone = f'dst=ff:ff:ff:ff:ff:ff,src={PARENT}'
    incoming, incoming_all = f'dst={PARENT},src={ROUTER}', f'dst=ff:ff:ff:ff:ff:ff,src={ROUTER}'
    slave, sibling, host, router = '10.1.0.11', '10.1.0.12', '10.1.0.1', '10.1.0.2'
    slave6, sibling6, host6, router6 = 'fd01::11', 'fd01::12', 'fd01::1', 'fd01::2'
    broken = '00010000401100000a01000b0a01000c000100090008ffff'
    return [line.split() for line in f'''
tx-sibling ipvl1 udp4:{own},from={slave},to={sibling}
tx-sibling6 ipvl1 udp6:{own},from={slave6},to={sibling6}
tx-host ipvl1 udp4:{own},from={slave},to={host}
tx-host6 ipvl1 udp6:{own},from={slave6},to={host6}
tx-host-far ipvl1 udp4:{own},from={slave},to=10.2.0.1
tx-host-far6 ipvl1 udp6:{own},from={slave6},to=fd02::1
tx-unknown ipvl1 udp4:{own},from={slave},to=10.1.0.99
tx-self ipvl1 udp4:{own},from={sibling},to={slave}
tx-wire ipvl1 udp4:{wire},from={slave},to={router}
tx-wire6 ipvl1 udp6:{wire},from={slave6},to={router6}
tx-wire-sibling ipvl1 udp4:{wire},from={slave},to={sibling}
tx-far ipvl1 udp4:{own},from={slave},to=10.2.0.2
tx-far6 ipvl1 udp6:{own},from={slave6},to=fd02::2
tx-no-route6 ipvl1 udp6:{own},from={slave6},to=2001:db8::1
tx-linklocal6 ipvl1 udp6:{own},from=fe80::11,to=fe80::12
tx-broadcast ipvl1 udp4:{everyone},from={slave},to=255.255.255.255
tx-net-broadcast ipvl1 udp4:{everyone},from={slave},to=10.1.0.255
tx-multicast ipvl1 udp4:dst=01:00:5e:00:00:01,src={PARENT},from={slave},to=224.0.0.1
tx-multicast-own ipvl1 udp4:{own},from={slave},to=224.0.0.1
tx-multicast-alone ipvl1 udp4:dst=01:00:5e:00:00:77,src={PARENT},from={slave},to=224.0.0.119
tx-multicast6 ipvl1 udp6:dst=33:33:00:00:00:01,src={PARENT},from={slave6},to=ff02::1
tx-arp-sibling ipvl1 arp:{everyone},from={slave},to={sibling}
tx-arp-router ipvl1 arp:{everyone},from={slave},to={router}
tx-arp-answer ipvl1 arp:{own},op=2,from={slave},to={sibling}
tx-arp-out ipvl1 arp:{wire},op=2,from={slave},to={router}
tx-dad ipvl1 ns:dst=33:33:ff:00:00:12,src={PARENT},from=::,to=ff02::1:ff00:12,target={sibling6}
tx-raw-own ipvl1 raw:{own},type=88b5,hex=0102030405
tx-raw-wire ipvl1 raw:{wire},type=88b5,hex=0102030406
tx-raw-all ipvl1 raw:{everyone},type=88b5,hex=0102030407
tx-short ipvl1 raw:{own},type=0800,hex=4500001c
tx-short6 ipvl1 raw:{own},type=86dd,hex=6abcdef0
tx-short-arp ipvl1 raw:{own},type=0806,hex=00010203aabb
tx-version-5 ipvl1 raw:{own},type=0800,hex=5500001c{broken}
tx-long-header ipvl1 raw:{own},type=0800,hex=4f00001c{broken}
tx-long-total ipvl1 raw:{own},type=0800,hex=450000ff{broken}
tx-other-mac ipvl1 udp4:dst=02:00:00:00:0a:0a,src={PARENT},from={slave},to={sibling}
rx-slave e0 udp4:{incoming},from={router},to={slave}
rx-slave6 e0 udp6:{incoming},from={router6},to={sibling6}
rx-host e0 udp4:{incoming},from={router},to={host}
rx-host6 e0 udp6:{incoming},from={router6},to={host6}
rx-unknown e0 udp4:{incoming},from={router},to=10.1.0.99
rx-broadcast e0 udp4:{incoming_all},from={router},to=255.255.255.255
rx-broadcast-unicast e0 udp4:{incoming_all},from={router},to={slave}
rx-multicast e0 udp4:dst=01:00:5e:00:00:01,src={ROUTER},from={router},to=224.0.0.1
rx-multicast-alone e0 udp4:dst=01:00:5e:00:00:77,src={ROUTER},from={router},to=224.0.0.119
rx-multicast6 e0 udp6:dst=33:33:00:00:00:01,src={ROUTER},from={router6},to=ff02::1
rx-hairpin e0 udp4:{everyone},from={slave},to=255.255.255.255
rx-hairpin-unicast e0 udp4:{own},from={slave},to={sibling}
rx-other-mac e0 udp4:dst=02:00:00:00:0a:0a,src={ROUTER},from={router},to={slave}
rx-arp-slave e0 arp:{incoming_all},from={router},to={slave}
rx-arp-host e0 arp:{incoming_all},from={router},to={host}
rx-arp-unknown e0 arp:{incoming_all},from={router},to=10.1.0.99
rx-arp-answer e0 arp:{incoming},op=2,from={router},to={slave}
rx-dad e0 ns:dst=33:33:ff:00:00:12,src={ROUTER},from=::,to=ff02::1:ff00:12,target={sibling6}
rx-dad-host e0 ns:dst=33:33:ff:00:00:01,src={ROUTER},from=::,to=ff02::1:ff00:1,target={host6}
rx-ns e0 ns:dst=33:33:ff:00:00:12,src={ROUTER},from={router6},to=ff02::1:ff00:12,target={sibling6}
rx-ns-unicast e0 ns:{incoming},from={router6},to={sibling6},target={sibling6}
rx-raw e0 raw:{incoming},type=88b5,hex=0102030408
rx-raw-all e0 raw:{incoming_all},type=88b5,hex=0102030409
rx-short e0 raw:{incoming},type=0800,hex=4500001d
rx-version-5 e0 raw:{incoming},type=0800,hex=5500001c{broken}
rx-long-total e0 raw:{incoming},type=0800,hex=450000ff{broken}
host-broadcast p1 udp4:{everyone},from={host},to=255.255.255.255
host-slave p1 udp4:{own},from={host},to={slave}
'''.strip().splitlines()]


def watch(prefix, places, wanted=None):
    by_device = {place.device: place for place in places}
    for name, sender, text in frame_table():
        if wanted and name not in wanted or sender not in by_device:
            continue
        # The name is the payload: no two frames of a run are alike.
        if text.startswith('udp'):
            text += f',data={prefix.replace(" ", "-")}-{name}'
        frames.watch(prefix, name, by_device[sender], frames.build(text), places)


def paths(w):
    for mode in 'l2', 'l3', 'l3s':
        for flags in 'bridge', 'private', 'vepa':
            w.slaves(mode, flags)
            time.sleep(0.5)
            places = [frames.Place(*p) for p in ((w.n1, 'ipvl1'), (w.n2, 'ipvl2'), (w.r0, 'p1'), (w.r1, 'e0'))]
            places.append(frames.Place(w.r2, 'e0'))
            places[-1].device = 'e0 of r2'
            watch(f'{mode} {flags}', places)
            w.n2.down('ipvl2')
            watch(f'{mode} {flags} sibling down', places,
                  ('tx-sibling', 'tx-broadcast', 'rx-slave6', 'rx-broadcast', 'rx-arp-slave'))
            for place in places:
                place.close()
            w.no_slaves()


def bypass(w):
    """Frames that go past the queueing layer, and frames too short to be any."""
    for mode in 'l2', 'l3':
        w.slaves(mode, 'bridge')
        time.sleep(0.5)
        sibling, sender = frames.Place(w.n2, 'ipvl2'), frames.Place(w.n1, 'ipvl1')
        for name, _, text in frame_table():
            if name in ('tx-sibling', 'tx-broadcast', 'tx-wire6', 'tx-short', 'tx-arp-answer', 'tx-raw-own'):
                frame = frames.build(text)
                print(f'{mode} bypass {name}{sender.send(frame, bypass=True)} ->',
                      *frames.gather([sibling], frame[14:], frames.WAIT) or ['nobody'])
        for length in 14, 15:
            print(f'{mode} {length} bytes{sender.send(frames.build(text)[:length], bypass=True)}')
        sibling.close()
        sender.close()
        w.no_slaves()


def loops(w):
    """A route of the parent's namespace that leads back into the slave."""
    r0 = w.r0
    r0.ipvlan('ipvl0', 'p1', 'l3', 'bridge')
    r0.up('ipvl0')
    r0.address(NEWADDR, 'fd01::10/128', 'ipvl0')
    say('route', r0.route('2001:db8::', 32, 'ipvl0'))
    sender = frames.Place(r0, 'ipvl0')
    frame = frames.build(f'udp6:dst={PARENT},src={PARENT},from=fd01::10,to=2001:db8::1,data=loop')
    frames.watch('loops', 'route-to-itself', sender, frame, [sender])
    sender.close()
    r0.delete('ipvl0')


# ---- L3S goes through the host's INPUT and connection tracking


def l3s(w):
    def run(netns, command):
        return subprocess.run(command, shell=True, check=False, preexec_fn=netns.enter, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.strip()

    def ping(netns, to):
        return 'answered' if ' 0% packet loss' in run(netns, f'ping -q -c 1 -W 2 {to}') else 'lost'

    w.slaves('l3s', 'bridge')
    print(run(w.r0, '''
iptables-legacy -A INPUT -d 10.1.0.11 -p udp --dport 9 -j ACCEPT
iptables-legacy -A INPUT -d 10.1.0.11 -m conntrack --ctstate ESTABLISHED -j ACCEPT
iptables-legacy -A INPUT -d 10.1.0.11 -j DROP'''))
    print('connection tracking lets the answer in:', ping(w.n1, '10.1.0.2'))
    print('but no question:', ping(w.r1, '10.1.0.11'))
    places = [frames.Place(*p) for p in ((w.n1, 'ipvl1'), (w.n2, 'ipvl2'), (w.r0, 'p1'), (w.r1, 'e0'))]
    watch('l3s filtered', places, ('rx-slave', 'rx-slave6'))
    bound(w)
    for place in places:
        place.close()
    print(run(w.r0, "iptables-legacy -vnL INPUT | awk '/10.1.0.11/ { print $1, $3 }'"))
    say('parent moves away from the filters', w.r0.set('p1', to=w.n3))
    w.parent_up(w.n3, 1)
    print('there:', ping(w.r1, '10.1.0.11'))
    say('back to l3', w.n1.change('ipvl1', 'l3'))
    print('there in l3:', ping(w.r1, '10.1.0.12'))
    w.no_slaves()
    w.n3.delete('p1')


def bound(w):
    """A socket bound to the slave's device gets what comes in by L3S."""
    for family, address in (frames.socket.AF_INET, '10.1.0.12'), (frames.socket.AF_INET6, 'fd01::12'):
        w.n2.enter()
        with frames.socket.socket(family, frames.socket.SOCK_DGRAM) as s:
            s.setsockopt(frames.socket.SOL_SOCKET, frames.socket.SO_BINDTODEVICE, b'ipvl2')
            s.bind((address, 77))
            s.settimeout(1)
            w.r1.enter()
            with frames.socket.socket(family, frames.socket.SOCK_DGRAM) as c:
                c.sendto(b'bound', (address, 77))
            try:
                print('bound to the device:', s.recv(100))
            except frames.socket.timeout:
                print('bound to the device: nothing')


SECTIONS = creation, modes, addresses, parents, namespaces, paths, bypass, loops, l3s


def main():
    world = World()
    for section in SECTIONS:
        if not sys.argv[1:] or section.__name__ in sys.argv[1:]:
            print(f'==== {section.__name__}', flush=True)
            section(world)
    sys.stdout.flush()


main()
