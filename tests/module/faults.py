# SPDX-License-Identifier: GPL-2.0-or-later
"""Each allocation that a request makes in the kernel fails once, and each notifier that may refuse does: the request is
refused and all is as it was, or it is done in spite of that, and wholly: links, addresses, ports and who gets which frame are
then as without a failure.

  netns n1: ipvl1 10.1.0.11, fd01::11 --+-- p1 (r0) --- e0 (netns r1)
  netns n2: ipvl2 ----------------------+

For a kernel with fault injection. Arguments: the cases to run; without, all.
"""
import contextlib
import ctypes
import errno
import os
import re
import select
import socket
import subprocess
import struct
import sys
import time

import frames
from family import (ADDRESS_GET, ALL, ANNOUNCE, COUNTER, DHCP, DUMP, GUARD, IFINDEX, LOCK, PORT_GET, PORT_SET, QUEUE_LIMIT,
                    SLAVE_GET, SLAVE_IFINDEX, SLAVE_NETNS_FD, SLAVE_NETNSID, IFNAME, QUEUE_LENGTH, UNLOCK, Family, address,
                    bits, each_attr, gateways)
from netlink import ACK, ALLMULTI, DELADDR, LIBC, NEWADDR, UP, Netns, attr, attrs, ipvlan_data, mac

DEBUGFS = '/sys/kernel/debug'
NOTIFIERS = DEBUGFS + '/notifier-error-inject/netdev/actions'
GETADDR = 22
TENTATIVE = 0x40
MOST = 600
# What the kernel's own layers do without when their memory fails, and tell nobody: not a driver's to mend.
SILENT = {
    'addrconf_add_mroute': 'the route to IPv6 groups',
    'igmp_group_added': 'an IPv4 group', 'igmp6_group_added': 'an IPv6 group',
    # Of a link that moves nobody asks whether there is memory for it in its new place.
    'inetdev_init': 'no IPv4', 'ipv6_add_dev': 'no IPv6',
}
# A link that cannot listen to one group more listens to all: frames more, and none less.
MORE = {
    'ipvlan:ipvl_flood_listen': 'listens to all groups', 'ipvlan:listener_make': 'listens to all groups',
}
# What the kernel's own layers call otherwise.
MISNAMED = {
    'dev_set_name': 'EINVAL, for a device without a name',
}
# So long nothing comes any more: then all has come.
QUIET, SETTLED = 0.015, 1
EVERYONE, ALL_NODES, NODES_OF_11 = 'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01', '33:33:ff:00:00:11'
GROUP_OF_11 = 'ff0200000000000000000001ff000011'
OUTSIDE = '02:00:00:00:01:02'


class Faults:
    """The n-th allocation of this thread fails."""

    def __init__(self):
        for knob in ('failslab/ignore-gfp-wait', 'failslab/cache-filter', 'fail_page_alloc/ignore-gfp-wait'):
            self.write(f'{DEBUGFS}/{knob}', 'N')
        self.write(f'{DEBUGFS}/fail_page_alloc/min-order', '0')
        for kind in 'failslab', 'fail_page_alloc':
            self.write(f'{DEBUGFS}/{kind}/verbose', '2')
            self.write(f'{DEBUGFS}/{kind}/verbose_ratelimit_interval_ms', '0')
        self.fd = os.open('/proc/thread-self/fail-nth', os.O_RDWR)
        self.log = os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)

    @staticmethod
    def write(path, text):
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)

    def set(self, n):
        os.pwrite(self.fd, str(n).encode(), 0)

    def left(self):
        """Until the one that fails."""
        return int(os.pread(self.fd, 20, 0))

    def said(self):
        """What the kernel has said since this was last asked for."""
        lines = []
        while True:
            try:
                lines.append(os.read(self.log, 8192).decode(errors='replace'))
            except BlockingIOError:
                return ''.join(lines)
            except BrokenPipeError:
                # Some was overwritten before it was read.
                pass

    def where(self):
        """The functions, innermost first, in which the allocation failed: none for one of which the kernel is not to tell."""
        # What the stack still holds of calls that are over is marked.
        found = re.findall(r'\] (\w+)\+0x\S*(?: \[(\w+)\])?', self.said())
        names = [f'{module}:{name}' if module else name for name, module in found]
        return names[names.index('should_fail_ex') + 1:] if 'should_fail_ex' in names else []

    def end(self):
        """Whether there were so many."""
        happened = self.left() == 0
        self.set(0)
        return happened


class World:
    def __init__(self):
        self.r0, self.r1, self.n1, self.n2, self.n3 = self.all = [Netns(name) for name in ('r0', 'r1', 'n1', 'n2', 'n3')]
        for netns in self.all:
            # IPv6 listens to the groups of its addresses at once, when a link comes to have neighbours.
            netns.sysctl('ipv6/conf/default/router_solicitation_delay', 0)
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
        # IPv6's worker is not to do the rest amidst what is asked for.
        end = time.monotonic() + SETTLED
        while mode == 'l2' and GROUP_OF_11 not in self.n1.read('igmp6') and time.monotonic() < end:
            time.sleep(QUIET)

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

    def works(self, kind):
        return not self.r0.add('ipvl1', kind, 'p1', data=ipvlan_data('l3s', 'bridge'))[0] and not self.r0.delete('ipvl1')[0]

    @staticmethod
    def names(netns):
        netns.enter()
        return socket.if_nameindex()

    def addresses(self, netns):
        names = dict(self.names(netns))
        netns.socket.send(struct.pack('IHHII', 24, GETADDR, 0x301, 1, 0) + struct.pack('BBBBI', 0, 0, 0, 0, 0))
        found = []
        while True:
            data = netns.socket.recv(65536)
            while data:
                length, kind = struct.unpack_from('IH', data)
                if kind == 3:
                    return sorted(found)
                a = attrs(data[24:length])
                name, tentative = names.get(struct.unpack_from('I', data, 20)[0]), data[18] & TENTATIVE
                found.append((name, a.get(1, b'').hex(), a.get(2, b'').hex(), 'tentative' if tentative else ''))
                data = data[(length + 3) & ~3:]

    def ours(self):
        """What our driver says of the port. What moves by itself, and numbers that are given anew, left aside."""
        _, _, ports = self.family.ask(PORT_GET, flags=DUMP)
        _, _, slaves = self.family.ask(SLAVE_GET, self.parent, DUMP)
        _, _, addresses = self.family.ask(ADDRESS_GET, self.parent, DUMP)
        slaves, addresses = list(map(attrs, slaves)), list(map(attrs, addresses))
        names = {(a.get(SLAVE_NETNSID), a[SLAVE_IFINDEX]): a[IFNAME] for a in slaves}
        for a in addresses:
            a[IFNAME] = names.get((a.get(SLAVE_NETNSID), a.pop(SLAVE_IFINDEX)))
        for a in slaves:
            del a[SLAVE_IFINDEX]
        return ([[item for item in each_attr(port) if item[0] not in (COUNTER, QUEUE_LENGTH)] for port in ports],
                *(sorted(str(sorted(a.items())) for a in answers) for answers in (slaves, addresses)))

    def probes(self, own, places):
        """(sender, frame, what of it is to be found again)"""
        to_group = f'src={OUTSIDE},from=fd01::2'
        texts = [('e0', f'arp:dst={EVERYONE},src={OUTSIDE},from=10.1.0.2,to=10.1.0.11'),
                 ('e0', f'udp4:dst={own},src={OUTSIDE},from=10.1.0.2,to=10.1.0.11'),
                 ('e0', f'udp6:dst={own},src={OUTSIDE},from=fd01::2,to=fd01::11'),
                 ('e0', f'udp4:dst={EVERYONE},src={OUTSIDE},from=10.1.0.2,to=255.255.255.255'),
                 ('e0', f'udp6:dst={ALL_NODES},{to_group},to=ff02::1'), ('e0', f'udp6:dst={NODES_OF_11},{to_group},to=ff02::1')]
        for place in places:
            if place.device.startswith('ipvl'):
                texts.append((place.device, f'udp4:dst={own},src={own},from=10.1.0.11,to=10.1.0.11'))
                texts.append((place.device, f'udp4:dst={EVERYONE},src={own},from=10.1.0.11,to=255.255.255.255'))
        for i, (sender, text) in enumerate(texts):
            data = f'probe{i:02}'
            yield sender, frames.build(text if text.startswith('arp') else f'{text},data={data}'), data

    def deliveries(self, links):
        """Who gets what of frames to one, to a group and to all."""
        up = [(netns, name) for netns in self.all for _, name in self.names(netns)
              if name != 'lo' and 'UP' in links[f'{netns.name}/{name}'].get('flags', '').split('+')]
        # One socket of UDP for each namespace: two could not have the same port.
        first = {netns: name for netns, name in reversed(up)}
        places = [frames.Place(netns, name, udp=first[netns] == name) for netns, name in up]
        frames.drain(places)
        by, sent = {place.device: place for place in places}, {}
        own = next(link['mac'] for name, link in links.items() if name.endswith('/p1'))
        for sender, frame, data in self.probes(own, places):
            if sender in by:
                by[sender].send(frame)
                sent[frame[14:]] = f'{sender} {data}'
        got = self.gather(places, sent)
        for place in places:
            place.close()
        return got

    @staticmethod
    def gather(places, sent):
        got, poll = [], select.poll()
        owner = {s.fileno(): (place, s) for place in places for s in place.sockets}
        for fd in owner:
            poll.register(fd, select.POLLIN)
        while ready := poll.poll(QUIET * 1000):
            for fd, _ in ready:
                place, s = owner[fd]
                data, address = s.recvfrom(65536)
                if s is place.udp:
                    got.append(f'{place.name}: udp {data.decode(errors="replace")}')
                elif address[2] != frames.OUTGOING:
                    got += [f'{place.name}: {frames.PACKET_TYPES[address[2]]} {text}'
                            for payload, text in sent.items() if data[14:14 + len(payload)] == payload]
        return sorted(got)

    def settled(self, links):
        """All addresses, once IPv6's worker is done with those of links that are up."""
        end = time.monotonic() + SETTLED
        while True:
            found = [(netns.name, *item) for netns in self.all for item in self.addresses(netns)]
            unsettled = [item for item in found if item[4] and 'LOWER_UP' in links[f'{item[0]}/{item[1]}'].get('flags', '')]
            if not unsettled or time.monotonic() > end:
                return [str(item) for item in found]
            time.sleep(QUIET)

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
        return {'links': [f'{name} {link}' for name, link in sorted(links.items())], 'addresses': self.settled(links),
                'ours': [str(item) for part in self.ours() for item in part], 'delivered': self.deliveries(links)}


# ---- cases: how it is before, what is asked for, and what else that is to be seen, without faults


def slave(w, netns, name):
    return attr(SLAVE_IFINDEX, netns.index(name)) + attr(SLAVE_NETNS_FD, netns.fd)


def locked(w):
    w.slaves('l2')
    w.family.ask(LOCK, w.parent + slave(w, w.n2, 'ipvl2') + address('10.1.0.12'))


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
        yield f'move-{mode}', with_slaves[mode], lambda: w.n1.set('ipvl1', to=w.n3), lambda: w.n3.up('ipvl1')
        # Where mode l3s had no memory in its new place, it comes with the next request for it.
        yield (f'move-parent-{mode}', with_slaves[mode], lambda: w.r0.set('p1', to=w.n3),
               lambda mode=mode: (w.n3.up('p1'), w.n1.change('ipvl1', mode)))
    yield 'delete', with_slaves['l2'], lambda: w.n1.delete('ipvl1')
    yield 'delete-parent-less', with_slaves['l3s'], lambda: w.n2.delete('ipvl2')
    yield 'options', with_slaves['l2'], lambda: f.ask(PORT_SET, w.parent + options)[:2]
    yield 'lock', with_slaves['l2'], lambda: f.ask(LOCK, w.parent + slave(w, w.n2, 'ipvl2') + address('10.1.0.12'))[:2]
    yield 'unlock', lambda: locked(w), lambda: f.ask(UNLOCK, w.parent + address('10.1.0.12'))[:2]
    yield 'announce', with_slaves['l2'], lambda: f.ask(ANNOUNCE, w.parent)[:2]
    yield 'port-get', with_slaves['l2'], lambda: f.ask(PORT_GET, w.parent)
    yield 'slave-dump', with_slaves['l2'], lambda: f.ask(SLAVE_GET, w.parent, DUMP)
    yield 'address-dump', with_slaves['l2'], lambda: f.ask(ADDRESS_GET, w.parent, DUMP)


def differing(before, after):
    """What is gone (-) and what has come (+)."""
    return [f'{sign}{item}' for key in before for sign, one, other in (('-', before, after), ('+', after, before))
            for item in one[key] if one[key].count(item) != other[key].count(item)]


class Trial:
    def __init__(self, world, faults):
        self.world, self.faults, self.failed = world, faults, []

    def once(self, request, n):
        """(errno or None for no answer, how many answers, whether a fault happened)"""
        self.faults.said()
        self.faults.set(n)
        answer = None, '', ()
        try:
            answer = request()
        except OSError:
            pass
        happened = self.faults.end()
        return answer[0], len(answer[2]) if len(answer) > 2 else 0, happened

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

    def try_it(self, n, prepare, request, finish=None):
        """(errno, answers, whether a fault happened, before, after); n 0: without one, and before is told only then"""
        self.world.clean()
        prepare()
        before = None if n else self.world.state()
        error, answers, happened = self.once(request, n)
        self.drain()
        if finish and not error:
            # Without an answer it may not have been done, and what it is about is not there.
            with contextlib.suppress(OSError):
                finish()
        return error, answers, happened and n > 0, before, self.world.state()

    def judge(self, error, answers, after, before, wanted):
        """What is wrong with an outcome, or None."""
        if error is None:
            wrong = after not in (before, wanted[2]) and 'no answer, and half done'
        elif error:
            wrong = after != before and 'refused, but not all is as before'
        else:
            wrong = (wanted[0] and 'done, and is refused else' or answers != wanted[1] and f'{answers} answers' or
                     after != wanted[2] and 'done, but not all')
        if not wrong:
            return None
        return f'{wrong}: ' + '; '.join(differing(wanted[2] if not error else before, after))

    def note(self, wrong, knowns):
        where = self.faults.where()
        # The first that is known, or ours.
        known = knowns.get(next((function for function in where if function in knowns or ':' in function), None))
        print(f'  {wrong}\n    {"known: " + known if known else " ".join(where)}')
        if not known:
            self.failed.append(wrong)

    def run(self, name, *steps):
        outcomes, faults = {}, 0
        error, answers, _, before, after = self.try_it(0, *steps)
        wanted = error, answers, after
        for n in range(1, MOST):
            error, answers, happened, _, after = self.try_it(n, *steps)
            faults += happened
            outcome = 'no answer' if error is None else errno.errorcode.get(error, error) if error else 'done'
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if judged := self.judge(error, answers, after, before, wanted):
                more = error == 0 and all(item[0] == '+' for item in differing(wanted[2], after))
                self.note(f'{name}, allocation {n}: {outcome}: {judged}', {**SILENT, **(MORE if more else {})})
            elif error not in (0, None, errno.ENOMEM, errno.ENOBUFS, wanted[0]):
                self.note(f'{name}, allocation {n}: {outcome} is not want of memory', MISNAMED)
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


def sending(trial, world, mode, text, wanted):
    """A frame of ipvl1's, with memory failing on its way: who is to have it gets it, or a slave counts why not."""
    world.clean()
    world.slaves(mode)
    world.n2.up('ipvl2')
    world.n2.address(NEWADDR, '10.1.0.12/24', 'ipvl2')
    places = [frames.Place(*place) for place in ((world.n1, 'ipvl1'), (world.n2, 'ipvl2'), (world.r1, 'e0'))]
    outcomes = {}
    for n in range(1, MOST):
        frame = frames.build(f'{text},data=frame{n:03}')
        frames.drain(places)
        before = [place.reasons() for place in places[:2]]
        trial.faults.said()
        trial.faults.set(n)
        refused = places[0].send(frame)
        happened = trial.faults.end()
        got = World.gather(places, {frame[14:]: ''})
        lost = [name for name in wanted if not any(f'/{name}:' in item for item in got)]
        counted = {name: value - old[name] for place, old in zip(places, before) for name, value in place.reasons().items()
                   if value != old[name]}
        outcome = refused.strip() or ' '.join([*(f'no {name}' for name in lost), *counted]) or 'all'
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if not refused and sum(counted.values()) != len(lost):
            trial.note(f'{mode} {text}, allocation {n}: not at {lost}, counted as {counted}', {})
        if not happened:
            break
    print(f'sending in {mode} {text}: {outcomes}', flush=True)
    if lost or n == 1:
        trial.failed.append(f'{mode} {text}: without a fault not at {lost}')
    for place in places:
        place.close()


class Loading:
    """A module is loaded and works, or refused and gone: each of the last allocations of that fails once, its own among
    them. works() makes a link and takes it away."""

    FINIT, DELETE, LAST = 313, 176, 500
    COUNTED = 1 << 20

    def __init__(self, trial, name, works):
        self.trial, self.name, self.works = trial, name, works
        path = subprocess.run(['modinfo', '-n', name], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        self.file = os.open(path, os.O_RDONLY)

    def call(self, *words):
        return ctypes.get_errno() if LIBC.syscall(*words) else 0

    def load(self, n):
        """(errno, how many allocations were left until the n-th: 0 when it has failed)"""
        self.trial.faults.set(n)
        error = self.call(self.FINIT, self.file, b'', 0)
        left = self.trial.faults.left()
        self.trial.faults.set(0)
        return error, left

    def unload(self):
        return self.call(self.DELETE, self.name.encode(), os.O_NONBLOCK)

    def is_there(self):
        return os.path.exists(f'/sys/module/{self.name}')

    def run(self):
        self.unload()
        outcomes, faults = {}, 0
        error, left = self.load(self.COUNTED)
        total = self.COUNTED - left
        for n in range(max(total - self.LAST, 1), total + 1):
            if not error:
                error = self.unload()
                if error:
                    self.trial.failed.append(f'{self.name} is not unloaded: {errno.errorcode[error]}')
            error, left = self.load(n)
            faults += not left
            outcome = errno.errorcode[error] if error else 'done'
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if error not in (0, errno.ENOMEM) or bool(error) == self.is_there() or not error and not self.works():
                self.trial.note(f'load {self.name}, allocation {n}: {outcome}, there: {self.is_there()}', {})
        if error and (error := self.load(0)[0]):
            self.trial.failed.append(f'{self.name} is not loaded: {errno.errorcode[error]}')
        print(f'load {self.name}: {total} allocations, {faults} faults among the last, {outcomes}', flush=True)
        if not faults:
            self.trial.failed.append(f'{self.name} loads with so many allocations that none of the last was met')


def main():
    wanted = sys.argv[1:]
    world, faults = World(), Faults()
    trial = Trial(world, faults)
    for name, *steps in cases(world):
        if name in wanted or not wanted:
            trial.run(name, *steps)
    if not wanted and not subprocess.run(['modprobe', '-q', 'netdev-notifier-error-inject'], check=False).returncode:
        for action in 'NETDEV_POST_INIT', 'NETDEV_REGISTER', 'NETDEV_PRECHANGEUPPER', 'NETDEV_CHANGEUPPER':
            trial.refuse(action, lambda: world.r0.ipvlan('ipvl3', 'p1', 'l3s', 'private', to=world.n3))
        subprocess.run(['modprobe', '-r', 'netdev-notifier-error-inject'], check=False)
    if 'sending' in wanted or not wanted:
        own = 'src=02:00:00:00:01:01,from=10.1.0.11'
        sending(trial, world, 'l2', f'udp4:dst={EVERYONE},{own},to=255.255.255.255', ('ipvl2', 'e0'))
        sending(trial, world, 'l2', f'udp4:dst=02:00:00:00:01:01,{own},to=10.1.0.12', ('ipvl2',))
        sending(trial, world, 'l2', f'udp4:dst={OUTSIDE},{own},to=10.1.0.2', ('e0',))
        sending(trial, world, 'l3', f'udp4:dst=02:00:00:00:01:01,{own},to=10.1.0.12', ('ipvl2',))
    world.clean()
    if 'load' in wanted or not wanted:
        # Along with what it needs.
        subprocess.run(['modprobe', 'ipvtap'], check=True)
        Loading(trial, 'ipvtap', lambda: world.works('ipvtap')).run()
        subprocess.run(['rmmod', 'ipvtap'], check=True)
        Loading(trial, 'ipvlan', lambda: Family(world.r0).id and world.works('ipvlan')).run()
    print('\n'.join(trial.failed))
    print(f'{len(trial.failed)} failed')
    sys.exit(bool(trial.failed))


if __name__ == '__main__':
    main()
