# SPDX-License-Identifier: GPL-2.0-or-later
"""The binding on a real kernel; tests/lab/python.lab runs it in a guest that has made the wire:

    here: eth0 ------ eth0 in namespace router: 10.0.0.1/24, fd00::1/64

Each test makes what it needs in namespaces a, b, … and leaves nothing behind.
"""

import asyncio
import ctypes
import errno
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
import unittest
from pathlib import Path

import ipvlan
from ipvlan import Address, Context, EventAction, EventKind, ModuleOption, Route, Slave, Topology
from test_files import manual_examples


class Wired(unittest.TestCase):
    """A context, namespaces, and a look whether all is gone at the end."""

    def setUp(self):
        self.ctx = Context()
        self.addCleanup(self.ctx.close)
        self.addCleanup(self.clean)
        self.before = self.state()

    def state(self):
        """Links here and named namespaces."""
        links = sorted(link.name for link in self.ctx.links(ipvlan.Links.ANY_KIND))
        return links, sorted(name for info in self.ctx.netns_list() for name in info.names)

    def clean(self):
        """Slaves first: a namespace that goes takes its links along a moment later."""
        self.ctx.set_netns(None)
        for link in self.ctx.links(ipvlan.Links.EVERYWHERE):
            if link.netns and link.netns != "router":
                with self.ctx.inside(link.netns):
                    self.ctx.delete(link.name)
            else:
                self.ctx.delete(link.name)
        for name in self.state()[1]:
            if name != "router":
                self.ctx.delete_netns(name)
        self.assertEqual(self.state(), self.before)

    def netns(self, *names):
        """Namespaces, closed at once: their names keep them."""
        for name in names:
            self.ctx.create_netns(name).close()


class Links(Wired):
    """One link at a time."""

    def test_create(self):
        self.netns("a")
        link = self.ctx.create(
            "eth0",
            "ipvl0",
            mode="l2",
            flags="private",
            mtu=1400,
            netns="a",
            addresses=["10.0.0.2/24", Address("fd00::2/64", nodad=True)],
            gateway="10.0.0.1",
            routes=[Route("10.9.0.0/16", gateway="10.0.0.1", metric=7), "10.8.0.0/16"],
            up=True,
            loopback_up=True,
        )
        self.assertEqual((link.name, link.kind), ("ipvl0", "ipvlan"))
        self.assertEqual((link.mode, link.flags), (ipvlan.Mode.L2, ipvlan.Flags.PRIVATE))
        self.assertEqual((link.parent, link.mtu, link.is_up, link.is_slave), ("eth0", 1400, True, True))
        self.assertEqual(link.mac, self.ctx.link("eth0").mac)
        self.assertEqual([str(a) for a in link.addresses if a.scope == 0], ["10.0.0.2/24", "fd00::2/64"])
        self.assertEqual(repr(link).split()[1], "ipvl0")
        with self.ctx.inside("a") as inside:
            self.assertEqual(inside.link("ipvl0").ifindex, link.ifindex)
            routes = {route.destination: route for route in inside.routes("ipvl0", family=socket.AF_INET)}
            self.assertEqual(routes["default"].gateway, "10.0.0.1")
            self.assertEqual(routes["10.9.0.0/16"].metric, 7)
            self.assertIsNone(routes["10.8.0.0/16"].gateway)
            self.assertEqual(routes["10.8.0.0/16"].ifindex, link.ifindex)
            self.assertTrue(inside.link("lo").is_up)
        self.assertRaises(ipvlan.NoDeviceError, self.ctx.link, "ipvl0")
        self.assertEqual(self.ctx.exec("a", ["ping", "-c", "1", "-W", "5", "10.0.0.1"]), 0)
        with self.ctx.inside("a"):
            self.assertGreater(self.ctx.link("ipvl0").stats.rx_packets, 0)

    def test_ways_to_name_a_namespace(self):
        sleeper = subprocess.Popen(["unshare", "-n", "sleep", "60"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        while os.readlink(f"/proc/{sleeper.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        self.netns("a")
        parent = self.ctx.link("eth0").ifindex
        with self.ctx.open_netns("a") as opened:
            self.ctx.create(Slave("eth0", "s0", netns="a"))
            self.ctx.create(Slave(parent, "s1", netns=Path("/run/netns/a")))
            self.ctx.create(Slave("eth0", "s2", netns=opened))
            self.ctx.create(Slave("eth0", netns=opened), "s3")
            self.ctx.create(Slave("eth0", "s4", netns_pid=sleeper.pid))
            with self.ctx.inside(opened):
                self.assertEqual([link.name for link in self.ctx.links()], ["s0", "s1", "s2", "s3"])
            with self.ctx.open_netns_pid(sleeper.pid) as other, self.ctx.inside(other):
                self.assertEqual([link.name for link in self.ctx.links()], ["s4"])
                self.ctx.delete("s4")

    def test_inside_one_another(self):
        for name in "abc":
            self.netns(name)
            self.ctx.create("eth0", f"in-{name}", netns=name)

        def here():
            return [link.name for link in self.ctx.links() if link.name != "eth0"]

        before = sorted(os.listdir("/proc/self/fd"))
        with self.ctx.inside("a"):
            with self.assertRaises(KeyError), self.ctx.inside("b"):
                self.assertEqual(here(), ["in-b"])
                with self.ctx.open_netns("c") as opened, self.ctx.inside(opened):
                    opened.close()
                    self.assertEqual(here(), ["in-c"])
                    with self.ctx.inside("a"):
                        self.assertEqual(here(), ["in-a"])
                    self.assertEqual(here(), ["in-c"])
                self.assertEqual(here(), ["in-b"])
                self.ctx.set_netns("c")
                raise KeyError("b")
            self.assertEqual(here(), ["in-a"])
            with self.assertRaises(FileNotFoundError), self.ctx.inside("nowhere"):
                self.fail("there is no such namespace")
            self.assertEqual(here(), ["in-a"])
        self.assertEqual(here(), [])
        self.ctx.set_netns("b")
        with self.ctx.inside("c"):
            self.assertEqual(here(), ["in-c"])
        self.assertEqual(here(), ["in-b"])
        # What was worked in is kept by its name as long as that takes.
        with self.assertRaisesRegex(ipvlan.Error, "in namespace b"):
            self.ctx.link("nothing")
        self.ctx.set_netns(None)
        # Or by its path, which links tell, too.
        with self.ctx.open_netns(Path("/run/netns/b")) as opened, self.ctx.inside(opened):
            self.assertEqual(self.ctx.link("in-b").netns_path, "/run/netns/b")
            with self.ctx.inside("c"):
                self.assertEqual(self.ctx.link("in-c").netns_path, None)
            self.assertEqual(self.ctx.link("in-b").netns_path, "/run/netns/b")
            with self.assertRaisesRegex(ipvlan.Error, "/run/netns/b"):
                self.ctx.link("nothing")
        self.assertEqual(here(), [])
        self.assertEqual(sorted(os.listdir("/proc/self/fd")), before)

    def test_change(self):
        self.netns("a")
        link = self.ctx.create("eth0", mode="l2")
        name = link.name
        self.ctx.set_up(name)
        self.assertTrue(self.ctx.link(name).is_up)
        self.ctx.set_mtu(name, 1300)
        self.ctx.set_down(name)
        self.ctx.rename(name, "other")
        self.assertEqual(self.ctx.link("other").mtu, 1300)
        self.ctx.change("other", mode=ipvlan.Mode.L3S, flags="vepa")
        self.assertEqual(self.ctx.link("other").mode, ipvlan.Mode.L3S)
        self.ctx.change("other", mode="l2")
        self.assertEqual(self.ctx.link("other").flags, ipvlan.Flags.VEPA)
        self.ctx.move("other", "a", "moved")
        with self.ctx.inside("a"):
            moved = self.ctx.link("moved")
        self.assertEqual((moved.parent, moved.parent_index), ("eth0", self.ctx.link("eth0").ifindex))
        self.assertIsNotNone(moved.parent_nsid)
        self.assertEqual(moved.parent_netns_inode, self.ctx.link("eth0").netns_inode)

    def test_hardware_address(self):
        self.ctx.create("eth0", "ipvl0")
        with self.assertRaises(ipvlan.NotSupportedError):
            self.ctx.set_mac("ipvl0", "02:00:00:00:00:01")
        before = self.ctx.link("eth0").mac
        self.ctx.delete("ipvl0")
        self.ctx.set_mac("eth0", "02:00:00:00:00:01")
        self.assertEqual(self.ctx.link("eth0").mac, bytes.fromhex("020000000001"))
        self.ctx.set_mac("eth0", before)
        self.assertRaises(ValueError, self.ctx.set_mac, "eth0", b"short")

    def test_everywhere(self):
        self.netns("a", "b")
        self.ctx.create("eth0", "s0", mode="l2")
        self.ctx.create("eth0", "s1", netns="a")
        self.ctx.create("eth0", "s2", netns="b")
        found = {link.name: link for link in self.ctx.links(ipvlan.Links.EVERYWHERE)}
        self.assertEqual({name: link.netns for name, link in found.items()}, {"s0": None, "s1": "a", "s2": "b"})
        port = self.ctx.port("eth0")
        self.assertEqual(port.parent.name, "eth0")
        self.assertEqual((port.mode, port.flags), (ipvlan.Mode.L2, ipvlan.Flags.BRIDGE))
        self.assertEqual({link.name for link in port.slaves}, {"s0", "s1", "s2"})
        self.ctx.change_port("eth0", mode="l3", change_siblings=True)
        self.assertEqual(self.ctx.port("eth0").mode, ipvlan.Mode.L3)

    def test_delete_many(self):
        for number in range(3):
            self.ctx.create("eth0", f"s{number}")
        self.assertRaises(ipvlan.NoDeviceError, self.ctx.delete_many, ["s0", "nix", "s1"])
        self.assertRaises(TypeError, self.ctx.delete_many, "s0")
        self.assertRaises(TypeError, self.ctx.delete_many, ["s0", 7])
        self.assertEqual(len(self.ctx.links()), 3)
        self.ctx.delete_many(["s0", "s2"])
        self.ctx.delete_many([])
        self.assertEqual([link.name for link in self.ctx.links()], ["s1"])

    def test_port_without_slaves(self):
        port = self.ctx.port("eth0")
        self.assertEqual((port.mode, port.flags, port.slaves), (None, None, ()))


class AddressesAndRoutes(Wired):
    """What was read goes down again as it is."""

    def setUp(self):
        super().setUp()
        self.netns("a")
        self.ctx.create("eth0", "ipvl0", netns="a", addresses="10.0.0.2/24", up=True)
        self.ctx.set_netns("a")

    def test_addresses(self):
        ctx = self.ctx
        wanted = Address("10.0.1.2", peer="10.0.1.9/32", label="ipvl0:x", valid_lifetime=600)
        ctx.add_address("ipvl0", wanted)
        ctx.add_address("ipvl0", "fd00::2/64")
        read = {address.address: address for address in ctx.addresses("ipvl0")}
        self.assertEqual((read["10.0.1.2"].peer, read["10.0.1.2"].label), ("10.0.1.9", "ipvl0:x"))
        self.assertGreater(read["10.0.1.2"].valid_lifetime, 500)
        self.assertEqual({a.family for a in ctx.addresses(family=socket.AF_INET6)}, {socket.AF_INET6})
        with self.assertRaises(FileExistsError):
            ctx.add_address("ipvl0", "10.0.0.2/24")
        ctx.replace_address("ipvl0", Address("10.0.0.2/24", valid_lifetime=900))
        for address in ctx.addresses("ipvl0"):
            ctx.delete_address("ipvl0", address)
        self.assertEqual(ctx.addresses("ipvl0"), ())
        with self.assertRaises(ipvlan.Error) as caught:
            ctx.delete_address("ipvl0", "10.0.0.2/24")
        self.assertEqual(caught.exception.errno, errno.EADDRNOTAVAIL)

    def test_routes(self):
        ctx = self.ctx
        for destination in ("10.9.0.0/16", "10.8.0.0/16", "default"):
            ctx.add_route(Route(destination, gateway="10.0.0.1", metric=5))
        ctx.add_route("10.7.0.0/16", "ipvl0")
        self.assertEqual(ctx.route_to("10.7.0.9").ifindex, ctx.link("ipvl0").ifindex)
        self.assertEqual(ctx.route_to("10.7.0.9", link="ipvl0").destination, "10.7.0.9")
        with self.assertRaises(ipvlan.InvalidError):
            ctx.route_to("10.7.0.9", source="fd00::1")
        self.assertRaises(FileNotFoundError, ctx.change_route, Route("10.8.0.0/16", gateway="10.0.0.9"), "ipvl0")
        ctx.replace_route(Route("10.9.0.0/16", gateway="10.0.0.9", metric=5), "ipvl0")
        ctx.change_route(Route("10.9.0.0/16", gateway="10.0.0.9", metric=5), "ipvl0")
        beside = Route("10.9.0.0/16", gateway="10.0.0.3", metric=5)
        ctx.append_route(beside, "ipvl0")
        ctx.delete_route(beside, "ipvl0")
        ctx.prepend_route(beside, "ipvl0")
        ctx.delete_route(beside, "ipvl0")
        ctx.add_route(Route("10.6.0.0/16", gateway="192.0.2.1", onlink=True, table=7), "ipvl0")
        self.assertEqual([str(route) for route in ctx.routes(table=7)], ["10.6.0.0/16 via 192.0.2.1"])
        ctx.add_route(Route("10.5.0.0/16", gateway="10.0.0.1", mtu=1400, advmss=1300, table=8))
        ctx.add_route(Route("10.4.0.0/16", type=7, table=8))
        eighth = {route.destination: (route.type, route.mtu, route.advmss) for route in ctx.routes(table=8)}
        self.assertEqual(eighth, {"10.5.0.0/16": (1, 1400, 1300), "10.4.0.0/16": (7, None, None)})
        for route in ctx.routes(table=8):
            ctx.delete_route(route)
        made = [route for route in ctx.routes("ipvl0", table=0, family=socket.AF_INET) if route.protocol == 3]
        self.assertEqual(len(made), 5)
        self.assertIn(Route("10.9.0.0/16", gateway="10.0.0.9", metric=5), made)
        for route in made:
            ctx.delete_route(route, "ipvl0")
        with self.assertRaises(ProcessLookupError):
            ctx.delete_route("10.7.0.0/16", "ipvl0")


class Errors(Wired):
    """Who, where, what to do."""

    def setUp(self):
        super().setUp()
        self.netns("a", "b")
        self.ctx.create("eth0", "s0", mode="l2", netns="a", addresses="10.0.0.2/24")

    def test_address_in_use(self):
        with self.assertRaises(ipvlan.AddressInUseError) as caught:
            self.ctx.create("eth0", "s1", netns="b", addresses=["10.0.0.3/24", "10.0.0.2/24"])
        error = caught.exception
        self.assertEqual(error.errno, errno.EADDRINUSE)
        self.assertEqual((error.stage, error.step), (ipvlan.Stage.ADDRESS, 1))
        self.assertEqual(error.holder, "s0 in namespace a")
        self.assertIn("10.0.0.2/24", error.message)
        self.assertIn(error.holder, str(error))
        with self.ctx.inside("b"):
            self.assertEqual(self.ctx.links(), ())

    def test_consent(self):
        with self.assertRaises(ipvlan.BusyError) as caught:
            self.ctx.create("eth0", "s1", mode="l3")
        self.assertEqual(caught.exception.stage, ipvlan.Stage.CONSENT)
        self.assertIn("s0", caught.exception.holder)
        self.assertTrue(caught.exception.hint)
        self.ctx.create("eth0", "s1", mode="l3", change_siblings=True)

    def test_kernels_words(self):
        with self.assertRaises(ipvlan.Error) as caught:
            self.ctx.set_mtu("eth0", 70000)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertIn("mtu", caught.exception.extack)

    def test_others(self):
        self.assertRaises(ipvlan.NoDeviceError, self.ctx.create, "nix", "s1")
        self.assertRaises(FileExistsError, self.ctx.create, "eth0", "s0", netns="a")
        self.assertRaises(FileNotFoundError, self.ctx.create, "eth0", "s1", netns="nowhere")
        self.assertRaises(FileExistsError, self.ctx.create_netns, "a")
        self.assertRaises(FileNotFoundError, self.ctx.delete_netns, "nowhere")
        self.assertRaises(ipvlan.InvalidError, self.ctx.create, "lo", "s1")

    def test_not_permitted(self):
        child = os.fork()
        if not child:
            status = 1
            try:
                with Context() as ctx:
                    os.setgroups([])
                    os.setuid(65534)
                    try:
                        ctx.create("eth0", "s1")
                    except PermissionError:
                        status = 0
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)


class Namespaces(Wired):
    """Running something inside."""

    def setUp(self):
        super().setUp()
        self.netns("a")
        self.ctx.create("eth0", "s0", mode="l2", netns="a", addresses="10.0.0.2/24", up=True, loopback_up=True)

    def test_call(self):
        here = os.readlink("/proc/thread-self/ns/net")
        there = self.ctx.call("a", os.readlink, "/proc/thread-self/ns/net")
        self.assertNotEqual(there, here)
        self.assertEqual(os.readlink("/proc/thread-self/ns/net"), here)
        with self.ctx.call("a", socket.socket, socket.AF_INET, type=socket.SOCK_DGRAM) as inside:
            inside.bind(("10.0.0.2", 4711))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
            self.assertRaises(OSError, outside.bind, ("10.0.0.2", 4711))
        self.assertNotEqual(self.ctx.call("a", threading.get_native_id), threading.get_native_id())

    def test_call_that_raises(self):
        def fail():
            raise KeyError("inside")

        try:
            self.ctx.call("a", fail)
        except KeyError as error:
            self.assertEqual(error.args, ("inside",))
            self.assertIn("fail", [frame.name for frame in traceback.extract_tb(error.__traceback__)])
        else:
            self.fail("it went well")

    def test_no_way_in_twice(self):
        self.assertRaisesRegex(RuntimeError, "in use", self.ctx.call, "a", lambda: self.ctx.links())
        with self.ctx.open_netns("a") as opened:
            self.assertRaisesRegex(RuntimeError, "in use", self.ctx.call, opened, opened.close)
            self.assertRaisesRegex(RuntimeError, "in use", self.ctx.call, opened, self.ctx.close)

        def other():
            with Context() as ctx:
                return [link.name for link in ctx.links()]

        self.assertEqual(self.ctx.call("a", other), ["s0"])

    def test_exec(self):
        self.assertEqual(self.ctx.exec("a", ["true"]), 0)
        self.assertEqual(self.ctx.exec("a", ["sh", "-c", "exit 7"]), 7)
        self.assertEqual(self.ctx.exec("a", ["sh", "-c", "kill -9 $$"]), -9)
        self.assertRaises(FileNotFoundError, self.ctx.exec, "a", ["no-such-command"])
        self.assertRaises(TypeError, self.ctx.exec, "a", "true")
        self.assertRaises(TypeError, self.ctx.exec, "a", ["echo", 7])
        self.assertRaises(ValueError, self.ctx.exec, "a", [])

    def test_others_run_meanwhile(self):
        """The interpreter is not held while the library waits."""
        reading, writing = os.pipe()
        os.set_inheritable(reading, True)
        self.addCleanup(os.close, reading)

        def end():
            os.write(writing, b"now\n")
            os.close(writing)

        thread = threading.Timer(0.1, end)
        thread.start()
        # The command ends when the thread has had its turn; were the interpreter held, only when its time is over.
        self.assertEqual(self.ctx.exec("a", ["timeout", "60", "grep", "-q", "now", f"/proc/self/fd/{reading}"]), 0)
        thread.join()

    def test_threads(self):
        """Each thread with a context of its own: all do their work."""
        failures = []

        def work(number):
            try:
                with Context() as ctx:
                    for turn in range(5):
                        ctx.create("eth0", f"t{number}", netns="a", addresses=f"10.0.1.{number}/24")
                        with ctx.inside("a"):
                            self.assertEqual(ctx.link(f"t{number}").parent, "eth0")
                            ctx.delete(f"t{number}")
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Logs(Wired):
    """Lines that a user should be told."""

    def test_notice(self):
        lines = []
        self.ctx.create("eth0", "s0", mode="l2")
        self.ctx.set_log(lambda level, text: lines.append((level, text)))
        self.ctx.create("eth0", "s1")
        self.assertEqual([level for level, _ in lines], [ipvlan.LogLevel.NOTICE])
        self.assertIn("s1 joins", lines[0][1])
        with Context(log=lambda level, text: lines.append((level, text)), log_level=ipvlan.LogLevel.DEBUG) as ctx:
            ctx.links()
        self.ctx.set_log(None)
        count = len(lines)
        self.ctx.create("eth0", "s2")
        self.assertEqual(len(lines), count)

    def test_function_that_fails(self):
        """It can neither stop the call nor use the context."""
        told = []
        hook, sys.unraisablehook = sys.unraisablehook, lambda unraisable: told.append(unraisable.exc_value)
        self.addCleanup(setattr, sys, "unraisablehook", hook)
        self.ctx.create("eth0", "s0", mode="l2")
        self.ctx.set_log(lambda level, text: self.ctx.links())
        self.ctx.create("eth0", "s1")
        self.assertIn("in use", str(told[0]))
        self.assertEqual(len(self.ctx.links()), 2)


def described(count=3, parent="eth0"):
    """Slaves s1, s2, … in namespaces of their own."""
    return Topology.from_dict(
        {
            "parents": {parent: {"mode": "l2"}},
            "slaves": [
                {"name": f"s[1-{count}]", "parent": parent, "netns": f"n[1-{count}]", "addresses": "10.0.0.0/24 + 10"}
            ],
        }
    )


class Plans(Wired):
    """From what lives to what is described, and all the way back."""

    def test_apply(self):
        calls = []
        with self.ctx.plan(described()) as plan:
            self.assertEqual([step.kind for step in plan][:2], ["netns", "slave"])
            self.assertEqual(str(plan[0]), "+ netns n1")
            self.assertEqual(len(plan), len(plan.steps))
            plan.apply(lambda *args: calls.append(args))
            self.assertEqual([done for done, _, _, _ in calls], list(range(len(plan))))
            self.assertEqual([step for _, _, step, _ in calls], list(plan))
            self.assertEqual({undoing for _, _, _, undoing in calls}, {False})
        self.assertEqual(len(self.ctx.plan(described())), 0)
        topology = self.ctx.read_topology()
        self.assertEqual([slave.name for slave in topology.slaves], ["s1", "s2", "s3"])
        with self.ctx.plan(described(1), prune=True) as plan:
            self.assertEqual([str(step)[:4] for step in plan], ["- s2", "- s3"])
            plan.apply()

    def test_exception_leads_back(self):
        undone = []

        class Enough(Exception):
            """Of our own."""

        def progress(done, total, step, undoing):
            if undoing:
                undone.append(step)
            elif done == 5:
                raise Enough("no more")

        plan = self.ctx.plan(described())
        with self.assertRaisesRegex(Enough, "no more") as caught:
            plan.apply(progress)
        self.assertIsInstance(caught.exception.__context__, ipvlan.CanceledError)
        self.assertEqual(self.state(), self.before)
        plan.apply()
        self.assertEqual(len(self.ctx.read_topology().slaves), 3)

    def test_failure_leads_back(self):
        self.netns("n9")
        self.ctx.create("eth0", "x", mode="l2", netns="n9")
        plan = self.ctx.plan(described())
        with self.ctx.inside("n9"):
            self.ctx.add_address("x", "10.0.0.12/24")
        told = []
        with self.assertRaises(ipvlan.AddressInUseError) as caught:
            plan.apply(lambda done, total, step, undoing: told.append((step, undoing)))
        self.assertEqual(caught.exception.holder, "x in namespace n9")
        self.assertEqual(plan[caught.exception.step].name, "s3")
        self.assertIn(True, [undoing for _, undoing in told])
        self.assertEqual(self.state()[1], sorted([*self.before[1], "n9"]))

    def test_keyboard_interrupt(self):
        """Without a progress function, too, it is heard between two steps."""
        plan = self.ctx.plan(described(60))

        def interrupt():
            while not os.path.exists("/run/netns/n3"):
                pass
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        thread.start()
        try:
            with self.assertRaises(KeyboardInterrupt):
                plan.apply()
        finally:
            thread.join()
            signal.signal(signal.SIGINT, before)
        self.assertEqual(self.state(), self.before)

    def test_refused(self):
        topology = described()
        topology.add_slave(Slave("eth0", "y", netns="n1", addresses="10.0.0.10/24"))
        with self.assertRaisesRegex(ipvlan.InvalidError, "10.0.0.10"):
            self.ctx.plan(topology)
        self.assertRaises(ipvlan.NoDeviceError, self.ctx.plan, described(parent="nix"))
        plan = self.ctx.plan(described())
        plan.close()
        self.assertRaisesRegex(ValueError, "closed", plan.apply)

    def test_in_use(self):
        """A plan, its context and its topology cannot go while it is carried out."""
        plan = self.ctx.plan(described(1))
        for trouble in (plan.close, self.ctx.close, self.ctx.links, plan.apply):
            with self.assertRaisesRegex(RuntimeError, "in use"):
                plan.apply(lambda *args, trouble=trouble: trouble())
        self.assertEqual(self.state(), self.before)

    def test_as_ipvlanctl(self):
        """The manual's files lead to the plans that ipvlanctl shows."""
        try:
            import yaml  # noqa: F401
        except ImportError:
            self.skipTest("PyYAML is not installed")
        for number, example in enumerate(manual_examples()):
            if "eth1" in example:
                continue
            path = f"/tmp/{number}.yaml"
            Path(path).write_text(example, encoding="utf-8")
            diff = subprocess.run(["ipvlanctl", "diff", path], capture_output=True, text=True, check=False)
            shown = diff.stdout
            if "of libipvlan's own module, which is not loaded" in diff.stderr:
                self.assertRaises(ipvlan.NotSupportedError, self.ctx.plan, Topology.from_file(path))
                continue
            with self.ctx.plan(Topology.from_file(path)) as plan:
                self.assertGreater(len(plan), 1)
                self.assertEqual([str(step) for step in plan], shown.splitlines())


class Leaks(Wired):
    """Nothing grows: no descriptor, no object of Python's, no memory of C's."""

    def turn(self):
        """Everything once, what fails included."""
        with Context(log=lambda level, text: None) as ctx:
            ctx.create_netns("a").close()
            ctx.create("eth0", "s0", mode="l2", netns="a", addresses=["10.0.0.2/24"], routes=["10.9.0.0/16"])
            for wrong in (
                lambda: ctx.create("eth0", "s1", addresses=["10.0.0.2/24"]),
                lambda: ctx.create("eth0", "s1", addresses=["x"]),
                lambda: ctx.create("eth0", "s1", routes=[Route("10.0.0.0/8"), "x"]),
                lambda: ctx.link("nix"),
                lambda: ctx.call("a", int, "x"),
                lambda: ctx.exec("a", ["no-such-command"]),
                lambda: Address("x"),
                lambda: Topology.from_dict({"slaves": [{"name": "a", "parent": "b", "addresses": ["x"]}]}),
                lambda: ctx.plan(described(2)).apply(lambda *args: int("x")),
            ):
                try:
                    wrong()
                except (ipvlan.Error, ValueError, FileNotFoundError):
                    pass
                else:
                    raise AssertionError("it went well")
            ctx.links(ipvlan.Links.EVERYWHERE)
            ctx.port("eth0")
            ctx.routes()
            ctx.netns_list()
            ctx.call("a", socket.socket).close()
            ctx.read_topology().check()
            with ctx.plan(described(1)) as plan:
                plan.apply(lambda *args: None)
            for name, netns in (("s0", "a"), ("s1", "n1")):
                with ctx.inside(netns):
                    ctx.delete(name)
                ctx.delete_netns(netns)

    @staticmethod
    def used():
        """Descriptors, blocks of Python's allocator, references to a few immortal-like objects, bytes of malloc()."""
        gc.collect()
        references = sum(sys.getrefcount(thing) for thing in (None, ipvlan.Link, ipvlan.Netns, ipvlan.Mode.L2, ""))
        blocks = sys.getallocatedblocks()
        fds = len(os.listdir("/proc/self/fd"))
        return fds, blocks, references, bytes_in_use()

    def test_turns(self):
        turns = 5
        growths = []
        # Caches fill for a while and then do not grow; a leak grows every time, and by at least one for each turn.
        for _ in range(8):
            before = self.used()
            for _ in range(turns):
                self.turn()
            growths.append([after - start for after, start in zip(self.used(), before)])
            fds, blocks, references, size = map(min, zip(*growths))
            if fds == 0 and blocks < turns and references < turns and size < 64 * turns:
                return
        self.fail(f"descriptors, blocks, references, bytes: {growths}")


class Mallinfo(ctypes.Structure):
    """struct mallinfo2 of <malloc.h>."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


# Looked up once: each time leaves a class of its own behind until it is collected.
mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Mallinfo


def bytes_in_use():
    """What malloc() has given out; 0 where another allocator has taken its place."""
    return mallinfo2().uordblks


class Changes(Wired):
    """The monitor, in a loop of its own, in asyncio's, and waiting for one link."""

    def slave(self, name="ipvl0", **settings):
        return self.ctx.create("eth0", name, mode="l2", **settings)

    def test_iterator(self):
        self.slave(up=True)
        with Context() as other, other.monitor(kinds=[EventKind.LINK]) as monitor:
            events = iter(monitor)
            first = next(events)
            self.assertEqual((first.kind, first.action), (EventKind.LINK, EventAction.ADDED))
            self.assertTrue(first.is_initial)
            self.assertEqual((first.link.name, first.parent), ("ipvl0", "eth0"))
            self.assertEqual((first.mode, first.flags), (ipvlan.Mode.L2, ipvlan.Flags.BRIDGE))
            self.assertLess(abs(first.time - time.time()), 3600)
            self.ctx.set_mtu("ipvl0", 1400)
            change = next(events)
            self.assertEqual(change.changes, (ipvlan.Changed("mtu", "1500", "1400"),))
            self.assertEqual(str(change), "link changed ipvl0, mtu 1500 -> 1400")
            self.ctx.delete("ipvl0")
            while (last := next(events)).action is not EventAction.REMOVED:
                pass
            self.assertEqual(last.link.name, "ipvl0")
            self.assertIsNone(monitor.read())
            self.assertFalse(monitor.wait(0.01))

    def test_everywhere(self):
        self.netns("a")
        with Context() as other, other.monitor(everywhere=True) as monitor:
            self.assertGreaterEqual(monitor.netns_count, 3)
            list(monitor.pending())
            self.slave(netns="a", addresses="10.0.0.2/24")
            for event in monitor:
                if event.kind is EventKind.ADDRESS and event.address.family == socket.AF_INET:
                    break
            self.assertEqual((event.netns, event.link.name, str(event.address)), ("a", "ipvl0", "10.0.0.2/24"))

    def test_closed_in_its_loop(self):
        self.slave()
        other = Context()
        self.addCleanup(other.close)
        monitor = other.monitor()
        for event in monitor:
            monitor.close()
        self.assertTrue(event.is_initial)

        async def closed():
            monitor = other.monitor()
            async for event in monitor:
                monitor.close()
            return event

        self.assertTrue(asyncio.run(asyncio.wait_for(closed(), 30)).is_initial)

    def test_closed_by_another_task(self):
        async def ended():
            with Context() as other:
                monitor = other.monitor(kinds={EventKind.LINK})
                asyncio.get_running_loop().call_later(0.05, monitor.close)
                return [event async for event in monitor if not event.is_initial]

        self.assertEqual(asyncio.run(asyncio.wait_for(ended(), 30)), [])

    def test_asyncio(self):
        async def heard():
            with Context() as other, other.monitor(kinds={EventKind.LINK}) as monitor:
                asyncio.get_running_loop().call_later(0.05, self.slave)
                async for event in monitor:
                    return event
            return None

        event = asyncio.run(asyncio.wait_for(heard(), 30))
        self.assertEqual((event.action, event.link.name), (EventAction.ADDED, "ipvl0"))

    def test_two_tasks(self):
        """An event is for one of them, and nobody waits in vain."""

        async def first(monitor):
            async for event in monitor:
                return event

        async def heard():
            with Context() as other, other.monitor(kinds={EventKind.LINK}) as monitor:
                tasks = [asyncio.create_task(first(monitor)) for _ in range(3)]
                await asyncio.sleep(0.05)
                for i in range(3):
                    self.slave(f"ipvl{i}")
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                return await asyncio.gather(*tasks)

        events = asyncio.run(asyncio.wait_for(heard(), 30))
        self.assertEqual({event.link.name for event in events}, {"ipvl0", "ipvl1", "ipvl2"})

    def test_life(self):
        other = Context()
        monitor = other.monitor()
        self.assertRaisesRegex(RuntimeError, "monitors first", other.close)
        self.assertGreater(monitor.fileno(), 2)
        monitor.close()
        monitor.close()
        self.assertTrue(monitor.closed)
        self.assertRaisesRegex(ValueError, "closed", monitor.read)
        self.assertRaisesRegex(ValueError, "closed", monitor.fileno)
        self.assertRaisesRegex(ValueError, "closed", monitor.wait, 0)
        other.close()
        other = Context()
        left = other.monitor()
        del other, left
        gc.collect()

    def test_interrupt(self):
        """A handler that raises ends the wait; one that does not lets it go on."""
        hit = []
        before = signal.signal(signal.SIGALRM, lambda *_: hit.append(1))
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        with Context() as other, other.monitor() as monitor:
            list(monitor.pending())
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            self.assertFalse(monitor.wait(0.5))
            self.assertEqual(hit, [1])
            raised = []

            def interrupt(*_):
                if not raised:
                    raised.append(1)
                    raise KeyboardInterrupt

            signal.signal(signal.SIGALRM, interrupt)
            # Again and again, for the wait would not hear of one that comes just before it begins.
            self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
            with self.assertRaises(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
                self.ctx.wait("ipvl9", ipvlan.Condition.EXISTS)

    def test_the_interpreter_goes_on(self):
        """While one thread waits, this one works."""
        maker = threading.Timer(0.05, self.slave)
        maker.start()
        with Context() as other:
            other.wait("ipvl0", ipvlan.Condition.EXISTS, timeout=30)
        maker.join()
        self.assertTrue(self.ctx.link("ipvl0").is_slave)

    def test_wait(self):
        self.slave(addresses="fd00::2/64", up=True)
        self.ctx.wait("ipvl0", ipvlan.Condition.ADDRESS_READY, timeout=30)
        self.assertFalse(any(address.is_tentative for address in self.ctx.addresses("ipvl0")))
        with self.assertRaises(ipvlan.TimedOutError) as caught:
            self.ctx.wait("ipvl0", ipvlan.Condition.GONE, timeout=0.05)
        self.assertIsInstance(caught.exception, TimeoutError)


class Transactions(Wired):
    """All or not at all."""

    def test_commit(self):
        with self.ctx.transaction() as todo:
            todo.add_netns("a")
            todo.create("eth0", "ipvl0", mode="l2", target="a", addresses="10.0.0.2/24")
            todo.set_up("ipvl0", netns="a")
            todo.set_mtu("ipvl0", 1400, netns="a")
            todo.add_address("ipvl0", "10.1.0.3/24", netns="a")
            todo.delete_address("ipvl0", "10.0.0.2/24", netns="a")
            todo.replace_address("ipvl0", Address("10.1.0.3/24", valid_lifetime=500), netns="a")
            todo.add_route("ipvl0", Route("10.9.0.0/16"), netns="a")
            todo.replace_route("ipvl0", Route("10.8.0.0/16", gateway="10.1.0.1"), netns="a")
            todo.change_route("ipvl0", Route("10.9.0.0/16", mtu=1300), netns="a")
            todo.change_port("eth0", flags="private", change_siblings=True)
            todo.set_mac("eth0", self.ctx.link("eth0").mac)
            self.assertEqual(len(todo), 12)
            self.assertEqual(todo.steps[-1].kind, "mac")
            self.assertRaises(ValueError, todo.set_mac, "eth0", "02:00")
            self.assertEqual(todo.steps[0].kind, "netns")
        with self.ctx.inside("a"):
            link = self.ctx.link("ipvl0")
            self.assertEqual((link.mtu, link.flags, link.is_up), (1400, ipvlan.Flags.PRIVATE, True))
            self.assertEqual([str(a) for a in link.addresses if a.family == socket.AF_INET], ["10.1.0.3/24"])
            routes = {route.destination: route for route in self.ctx.routes("ipvl0")}
            self.assertEqual((routes["10.8.0.0/16"].gateway, routes["10.9.0.0/16"].mtu), ("10.1.0.1", 1300))
        todo = self.ctx.transaction()
        todo.delete_route("ipvl0", Route("10.9.0.0/16"), netns="a")
        todo.change("ipvl0", flags="bridge", netns="a")
        todo.move("ipvl0", None, new_name="moved", netns="a")
        todo.delete("moved")
        todo.delete_netns("a")
        seen = []
        todo.commit(lambda done, total, step, undoing: seen.append((done, total, undoing)))
        todo.close()
        self.assertEqual(seen[-1][1:], (5, False))
        self.assertEqual(self.state(), self.before)

    def test_rollback(self):
        with self.assertRaises(ipvlan.AddressInUseError) as caught, self.ctx.transaction() as todo:
            todo.add_netns("a")
            todo.create("eth0", "ipvl0", mode="l2", addresses="10.0.0.2/24")
            todo.set_line(7)
            todo.create("eth0", "ipvl1", target="a", addresses="10.0.0.2/24")
        self.assertEqual(caught.exception.left_count, 0)
        self.assertEqual(self.state(), self.before)

    def test_left_by_an_exception(self):
        with self.assertRaises(ZeroDivisionError), self.ctx.transaction() as todo:
            todo.add_netns("a")
            1 // 0
        self.assertEqual(self.state(), self.before)
        self.assertRaises(ValueError, todo.add_netns, "a")
        todo = self.ctx.transaction()
        self.assertRaises(ipvlan.InvalidError, todo.set_mtu, "ipvl0", 0)
        self.assertRaises(TypeError, todo.create, Slave("eth0", "x"), "y")


class Reports(Wired):
    """Faults, the host's way, our module."""

    def test_diagnose(self):
        self.netns("a")
        self.ctx.create("eth0", "ipvl0", mode="l2", netns="a", addresses="10.0.0.2/24", up=True)
        found = self.ctx.diagnose("eth0")
        known = {kind.id for kind in Context.diagnosis_kinds()}
        self.assertTrue(found)
        for finding in found:
            self.assertIn(finding.id, known)
            self.assertTrue(finding.evidence and finding.remedy and finding.section)
        self.assertIn("ipvl0", {finding.link for finding in found})
        topology = Topology()
        topology.add_parent("eth0", mode="l3")
        ids = {finding.id for finding in self.ctx.diagnose("eth0", topology)}
        self.assertTrue(ids - {finding.id for finding in found}, "the difference from a topology is found")
        self.assertRaises(ipvlan.NoDeviceError, self.ctx.diagnose, "no-such-link")
        self.assertRaises(TypeError, self.ctx._context.diagnose, None, "topology")

    def test_host_access(self):
        self.netns("a")
        self.ctx.create("eth0", "ipvl0", mode="l2", netns="a", addresses="10.0.0.2/24", up=True)
        self.assertFalse(self.ctx.host_access("eth0"))
        self.assertEqual(self.ctx.host_access("eth0").missing_count, 1)
        self.ctx.enable_host_access("eth0", "10.0.0.250")
        access = self.ctx.host_access("eth0")
        self.assertTrue(access)
        self.assertEqual([route.destination for route in access.routes], ["10.0.0.2"])
        self.assertEqual(access.missing_count, 0)
        self.ctx.enable_host_access("eth0")
        self.assertRaises(ipvlan.InvalidError, self.ctx.enable_host_access, "eth0", ["nonsense"])
        self.ctx.disable_host_access("eth0")
        self.assertFalse(self.ctx.host_access("eth0"))

    def test_counters(self):
        self.ctx.create("eth0", "ipvl0", mode="l2", addresses="10.0.0.2/24", up=True)
        (counters,) = self.ctx.counters()
        self.assertEqual((counters.link.name, counters.link.addresses), ("ipvl0", ()))
        self.assertLessEqual(counters.link.stats.tx_packets, self.ctx.link("ipvl0").stats.tx_packets)
        self.assertEqual(bool(counters.drops), self.ctx.module_is_loaded())
        self.assertTrue(all(reason[2:8] == "_drop_" for reason in counters.drops))

    def test_module(self):
        self.ctx.create("eth0", "ipvl0", mode="l2", addresses="10.0.0.2/24", up=True)
        guarded = Topology()
        guarded.add_parent("eth0", options={ModuleOption.GUARD: True}, gateways=["10.0.0.1"])
        if not self.ctx.module_is_loaded():
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.module_port, "eth0")
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.change_module_port, "eth0", {ModuleOption.GUARD: True})
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.lock_address, "eth0", "10.0.0.2", "ipvl0")
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.unlock_address, "eth0", "10.0.0.2")
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.announce, "eth0")
            self.assertRaises(ipvlan.NotSupportedError, self.ctx.plan, guarded)
            return
        self.ctx.change_module_port("eth0", {ModuleOption.SOURCE_CHECK: True}, queue_limit=100, gateways=["10.0.0.1"])
        self.ctx.lock_address("eth0", "10.0.0.2", "ipvl0")
        port = self.ctx.module_port("eth0")
        self.assertEqual(port.options, {ModuleOption.SOURCE_CHECK})
        self.assertEqual((port.queue_limit, port.gateways), (100, ("10.0.0.1",)))
        self.assertTrue(port.counters and port.knows_addresses)
        held = {address.address: address for address in port.addresses}
        self.assertTrue(held["10.0.0.2"].is_locked and held["10.0.0.2"].is_held)
        self.ctx.announce("eth0", "ipvl0")
        self.ctx.unlock_address("eth0", "10.0.0.2")
        self.ctx.change_module_port("eth0", {ModuleOption.SOURCE_CHECK: False}, gateways=[])
        self.assertEqual(self.ctx.module_port("eth0").gateways, ())

        with self.ctx.plan(guarded) as plan:
            self.assertEqual([step.kind for step in plan], ["options"])
            plan.apply()
        (parent,) = self.ctx.read_topology().parents
        self.assertEqual((parent.options, parent.gateways), ({ModuleOption.GUARD: True}, ("10.0.0.1",)))
        self.assertEqual(parent.queue_limit, 100)
        with self.ctx.transaction() as todo:
            todo.change_module_port("eth0", {ModuleOption.GUARD: False}, gateways=[])
        self.assertEqual(self.ctx.module_port("eth0").options, frozenset())

    def test_options_are_checked(self):
        self.assertRaises(ipvlan.InvalidError, self.ctx.change_module_port, "eth0", gateways=["nonsense"])
        self.assertRaises(ipvlan.InvalidError, self.ctx.change_module_port, "eth0", queue_limit=1)
        self.assertRaises(ValueError, self.ctx.change_module_port, "eth0", {"nonsense": True})
        self.assertRaises(TypeError, self.ctx._context.module_announce, "eth0", None, "a")

if __name__ == "__main__":
    unittest.main()
