# SPDX-License-Identifier: GPL-2.0-or-later
"""Values, descriptions, errors, and the life of a context: no kernel with ipvlan is wanted."""

import asyncio
import copy
import dataclasses
import doctest
import errno
import gc
import ipaddress
import math
import os
import pickle
import signal
import socket
import threading
import time
import unittest
from pathlib import Path

import ipvlan
from ipvlan import _context, _ipvlan, _topology, _values


class Enumerations(unittest.TestCase):
    """Modes and flags are open sets."""

    def test_names(self):
        for mode in ipvlan.Mode:
            self.assertIs(ipvlan.Mode.parse(str(mode)), mode)
        for flags in ipvlan.Flags:
            self.assertIs(ipvlan.Flags.parse(str(flags)), flags)
        self.assertEqual([str(mode) for mode in ipvlan.Mode], ["l2", "l3", "l3s"])
        self.assertEqual(ipvlan.Mode.L2, 0)

    def test_newer_kernel(self):
        self.assertEqual(str(ipvlan.Mode(7)), "7")
        self.assertEqual(ipvlan.Mode(7), 7)
        self.assertEqual(str(ipvlan.Flags(6)), "0x6")
        for wrong in (-1, 65536, "l2"):
            self.assertRaises(ValueError, ipvlan.Mode, wrong)

    def test_refused(self):
        with self.assertRaisesRegex(ipvlan.InvalidError, "'l4' is no mode"):
            ipvlan.Mode.parse("l4")
        self.assertRaises(ValueError, ipvlan.Flags.parse, "open")

    def test_stages_are_the_librarys(self):
        for stage in ipvlan.Stage:
            self.assertEqual(_ipvlan.stage_to_string(stage), str(stage))
        self.assertIsNone(_ipvlan.stage_to_string(len(ipvlan.Stage)), "a stage that Stage does not name")
        self.assertEqual(str(ipvlan.Stage(4711)), "4711")


class Addresses(unittest.TestCase):
    """What is described is checked at once."""

    def test_described(self):
        address = ipvlan.Address("10.0.0.2/24", broadcast="+", label="ipvl0:1", scope=253, noprefixroute=True)
        self.assertEqual(address.address, "10.0.0.2")
        self.assertEqual(address.prefix_length, 24)
        self.assertEqual(address.family, socket.AF_INET)
        self.assertEqual(address.broadcast, "10.0.0.255")
        self.assertEqual(address.label, "ipvl0:1")
        self.assertEqual(address.scope, 253)
        self.assertTrue(address.noprefixroute)
        self.assertFalse(address.nodad)
        self.assertIsNone(address.valid_lifetime)
        self.assertIsNone(address.ifindex)
        self.assertEqual(address.interface, ipaddress.ip_interface("10.0.0.2/24"))

    def test_ipv6(self):
        address = ipvlan.Address("fd00:0::2/64", nodad=True, valid_lifetime=60, preferred_lifetime=0)
        self.assertEqual(str(address), "fd00::2/64")
        self.assertTrue(address.nodad)
        self.assertEqual((address.valid_lifetime, address.preferred_lifetime), (60, 0))

    def test_only_valid(self):
        self.assertEqual(ipvlan.Address("10.0.0.2", valid_lifetime=60).preferred_lifetime, 60)

    def test_again(self):
        """What a description says survives on its way down again."""
        for address in (
            ipvlan.Address("10.0.0.2/32", peer="10.0.0.9/32"),
            ipvlan.Address("10.0.0.2", peer="10.1.0.0/16", broadcast="10.0.0.7"),
            ipvlan.Address("fd00::1/64", nodad=True, noprefixroute=True, valid_lifetime=7),
            ipvlan.Address("127.0.0.2/8"),
        ):
            self.assertEqual(vars(ipvlan.Address._read(_ipvlan.describe_address(address._wish()))), vars(address))

    def test_refused(self):
        for prefix, options, culprit in (
            ("10.0.0.300/24", {}, "prefix"),
            ("10.0.0.2/33", {}, "prefix"),
            ("fd00::1/64", {"broadcast": "+"}, "broadcast"),
            ("fd00::1/64", {"label": "x"}, "label"),
            ("10.0.0.2/24", {"label": "x" * 16}, "label"),
            ("10.0.0.2/24", {"peer": "fd00::1"}, "peer"),
            ("10.0.0.2/24", {"scope": 256}, "scope"),
            ("10.0.0.2/24", {"scope": -1}, "scope"),
            ("10.0.0.2/24", {"valid_lifetime": 0}, "valid_lifetime"),
            ("10.0.0.2/24", {"valid_lifetime": 1 << 32}, "valid_lifetime"),
            ("10.0.0.2/24", {"valid_lifetime": 5, "preferred_lifetime": 6}, "valid_lifetime"),
        ):
            with self.subTest(prefix=prefix, options=options):
                with self.assertRaisesRegex(ipvlan.InvalidError, f"^{culprit} cannot be ") as caught:
                    ipvlan.Address(prefix, **options)
                self.assertEqual(caught.exception.stage, ipvlan.Stage.SETTINGS)
        self.assertRaises(TypeError, ipvlan.Address, 7)
        self.assertRaises(ValueError, ipvlan.Address, "10.0.0.2\0")

    def test_is_a_value(self):
        address = ipvlan.Address("10.0.0.2/24")
        self.assertEqual(address, ipvlan.Address("10.0.0.2/24"))
        self.assertNotEqual(address, ipvlan.Address("10.0.0.2/25"))
        self.assertEqual({address, ipvlan.Address("10.0.0.2/24")}, {address})
        self.assertEqual(pickle.loads(pickle.dumps(address)), address)
        self.assertEqual(copy.deepcopy(address), address)
        with self.assertRaises(dataclasses.FrozenInstanceError):
            address.prefix = "10.0.0.3/24"


class Routes(unittest.TestCase):
    """Routes likewise."""

    def test_described(self):
        route = ipvlan.Route("10.9.0.0/16", gateway="10.0.0.1", source="10.0.0.2", metric=5, table=7, onlink=True)
        self.assertEqual((route.destination, route.gateway, route.source), ("10.9.0.0/16", "10.0.0.1", "10.0.0.2"))
        self.assertEqual((route.metric, route.table, route.scope), (5, 7, None))
        self.assertTrue(route.onlink)
        self.assertEqual(str(route), "10.9.0.0/16 via 10.0.0.1")

    def test_what_becomes_of_packets(self):
        route = ipvlan.Route("10.9.0.0/16", gateway="10.0.0.1", mtu=1400, advmss=1300)
        self.assertEqual((route.type, route.mtu, route.advmss), (1, 1400, 1300))
        self.assertEqual(ipvlan.Route("10.9.0.0/16", type=6).type, 6)
        self.assertIsNone(ipvlan.Route("10.9.0.0/16").mtu)
        with self.assertRaises(ipvlan.InvalidError):
            ipvlan.Route("10.9.0.0/16", type=2)

    def test_default(self):
        self.assertEqual(ipvlan.Route("default").family, socket.AF_INET)
        self.assertEqual(ipvlan.Route("default", family=socket.AF_INET6).family, socket.AF_INET6)
        self.assertEqual(ipvlan.Route("default", gateway="fd00::1").family, socket.AF_INET6)
        self.assertIsNone(ipvlan.Route("default").metric)
        self.assertEqual(ipvlan.Route("default").table, 254)

    def test_again(self):
        for route in (
            ipvlan.Route("default", gateway="fd00::1", metric=9),
            ipvlan.Route("10.9.0.0/16", gateway="fe80::1"),
            ipvlan.Route("default", gateway="fe80::1", family=socket.AF_INET),
            ipvlan.Route("10.9.0.0/16", scope=253, protocol=4),
            ipvlan.Route("default", family=socket.AF_INET6),
        ):
            again = _ipvlan.describe_route(route._wish())
            again["scope"] = route.scope
            self.assertEqual(vars(ipvlan.Route._read(again)), vars(route))

    def test_refused(self):
        for destination, options, culprit in (
            ("10.9.0.1/16", {}, "destination"),
            ("x", {}, "destination"),
            ("fd00:9::/48", {"gateway": "10.0.0.1"}, "gateway"),
            ("10.9.0.0/16", {"source": "x"}, "source"),
            ("10.9.0.0/16", {"family": socket.AF_INET6}, "family"),
            ("10.9.0.0/16", {"protocol": 256}, "protocol"),
        ):
            with self.subTest(destination=destination, options=options):
                with self.assertRaisesRegex(ipvlan.InvalidError, f"^{culprit} cannot be "):
                    ipvlan.Route(destination, **options)


class Slaves(unittest.TestCase):
    """The settings of a slave, as a topology takes them or not."""

    def refused(self, culprit, **settings):
        topology = ipvlan.Topology()
        with self.assertRaisesRegex(ipvlan.InvalidError, f"{culprit} cannot be "):
            topology.add_slave(ipvlan.Slave(**{"parent": "eth0", "name": "ipvl0", **settings}))
        self.assertEqual(topology.slaves, ())

    def test_refused(self):
        self.refused("addresses", addresses=["10.0.0.2/24", "x"])
        self.refused("gateways", gateway="router")
        self.refused("routes", routes=["10.9.0.1/16"])
        self.refused("mode", mode=70000)
        self.refused("flags", flags=3)
        self.refused("mtu", mtu=67)
        self.refused("netns_name", netns="a/b")
        self.refused("slave", name=None)
        self.refused("slave", netns=Path("/proc/self/ns/net"))
        self.assertRaises(ValueError, ipvlan.Topology().add_slave, ipvlan.Slave("eth0", "a", mode="l4"))

    def test_accepted(self):
        topology = ipvlan.Topology()
        address = ipvlan.Address("fd00::2/64", nodad=True)
        topology.add_parent("eth0", mode="l3", flags=ipvlan.Flags.VEPA)
        topology.add_netns("ns0")
        topology.add_slave(
            ipvlan.Slave(
                "eth0",
                "ipvl0",
                netns="ns0",
                mtu=1400,
                addresses=["10.0.0.2/24", address],
                gateway="dev",
                routes=[ipvlan.Route("10.9.0.0/16", metric=7), "10.8.0.0/16"],
                loopback_up=True,
            )
        )
        self.assertEqual(topology.parents, (ipvlan.TopologyParent("eth0", ipvlan.Mode.L3, ipvlan.Flags.VEPA),))
        (slave,) = topology.slaves
        self.assertEqual((slave.name, slave.parent, slave.netns, slave.mtu), ("ipvl0", "eth0", "ns0", 1400))
        self.assertTrue(slave.loopback_up)
        self.assertEqual([str(a) for a in slave.addresses], ["10.0.0.2/24", "fd00::2/64"])
        metrics = {route.destination: route.metric for route in slave.routes}
        self.assertEqual(metrics, {"default": None, "10.9.0.0/16": 7, "10.8.0.0/16": None})
        self.assertEqual(topology.check(), ())

    def test_options(self):
        topology = ipvlan.Topology()
        guard = {ipvlan.ModuleOption.GUARD: True, ipvlan.ModuleOption.DHCP: False}
        topology.add_parent("eth0", options=guard, queue_limit=100, gateways=["10.0.0.1", "fd00::1"])
        topology.add_parent("eth1", gateways=[])
        topology.add_parent("eth2")
        first, second, third = topology.parents
        self.assertEqual((first.options, first.queue_limit), (guard, 100))
        self.assertEqual(first.gateways, ("10.0.0.1", "fd00::1"))
        self.assertEqual((second.options, second.queue_limit, second.gateways), ({}, None, ()))
        self.assertEqual(third, ipvlan.TopologyParent("eth2", None, None))
        self.assertEqual(len({first, second, third}), 3)
        for wrong in ({"queue_limit": 1}, {"gateways": ["router"]}, {"gateways": ["10.0.0.1"] * 17}):
            self.assertRaisesRegex(ipvlan.Error, "cannot be", topology.add_parent, "eth3", **wrong)
        self.assertEqual(len(topology.parents), 3)
        topology.add_slave(ipvlan.Slave("eth0", "a", addresses="10.0.0.1/24"))
        self.assertIn("its parent eth0 guards", str(topology.check()[0]))

    def test_findings(self):
        topology = ipvlan.Topology()
        for line, name in ((3, "a"), (5, "b")):
            topology.set_line(line)
            topology.add_slave(ipvlan.Slave("eth0", name, addresses="10.0.0.2/24"))
        (finding,) = topology.check()
        self.assertEqual(finding.severity, ipvlan.Severity.ERROR)
        self.assertEqual({finding.line, finding.other_line}, {3, 5})
        self.assertIn("10.0.0.2", str(finding))

    def test_closed(self):
        with ipvlan.Topology() as topology:
            pass
        self.assertRaisesRegex(ValueError, "closed", topology.check)
        topology.close()


class Silent:
    """In the place of the library's monitor: it never has anything to tell."""

    def __init__(self):
        self.ends = os.pipe()
        self.closed = False

    def fileno(self):
        return self.ends[0]

    def read(self):
        return None

    def close(self):
        self.closed = True
        for end in self.ends:
            os.close(end)


class Monitors(unittest.TestCase):
    """What a monitor does in asyncio, whatever there is to hear."""

    def test_closed_after_its_loop(self):
        monitor = ipvlan.Monitor(Silent())

        async def listen():
            async for _ in monitor:
                pass

        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)  # which would say that the task never came to an end
        task = loop.create_task(listen())
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
        monitor.close()
        self.assertTrue(monitor.closed)
        self.assertFalse(task.done())


class Contexts(unittest.TestCase):
    """A context's life, and its errors."""

    def test_reads(self):
        with ipvlan.Context() as ctx:
            self.assertEqual(ctx.link("lo").name, "lo")
            self.assertEqual(ctx.link(1).name, "lo")
            self.assertIn("lo", [link.name for link in ctx.links(ipvlan.Links.ANY_KIND)])
            loopback = ctx.link("lo")
            self.assertFalse(loopback.is_slave)
            self.assertIsNone(loopback.mode)
            self.assertIsNone(loopback.parent)
            self.assertEqual(ctx.addresses("lo"), loopback.addresses)
        self.assertTrue(ctx.closed)
        self.assertEqual(loopback, pickle.loads(pickle.dumps(loopback)))

    def test_closed(self):
        ctx = ipvlan.Context()
        ctx.close()
        ctx.close()
        self.assertRaisesRegex(ValueError, "closed", ctx.links)
        self.assertRaisesRegex(ValueError, "closed", ctx.set_log, print)

    def test_error(self):
        with ipvlan.Context() as ctx:
            with self.assertRaises(ipvlan.NoDeviceError) as caught:
                ctx.link("nix")
            error = caught.exception
            self.assertIsInstance(error, OSError)
            self.assertEqual(error.errno, errno.ENODEV)
            self.assertEqual(error.stage, ipvlan.Stage.READ)
            self.assertIn("nix", error.message)
            self.assertTrue(error.hint)
            self.assertTrue(str(error).endswith(error.hint))
            self.assertIsNone(error.holder)
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual(vars(again), vars(error))
            self.assertEqual(str(again), str(error))
            self.assertRaises(FileNotFoundError, ctx.open_netns, "no-such-namespace")
            self.assertRaises(FileNotFoundError, ctx.open_netns, Path("/no/such/file"))
            self.assertRaises(ProcessLookupError, ctx.open_netns_pid, 2**22 + 1)
            self.assertRaises(ValueError, ctx.open_netns, "a/b")
            # An error of Python's own leaves the context usable.
            self.assertRaises(TypeError, ctx.link, None)
            self.assertEqual(ctx.link("lo").name, "lo")

    def test_a_signal_ends_a_wait(self):
        """Whenever it comes: also while the library prepares to wait."""

        class Ended(Exception):
            pass

        def end(*_):
            raise Ended

        before = signal.signal(signal.SIGALRM, end)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        with ipvlan.Context() as ctx:
            for microseconds in range(50, 3000, 50):
                started = time.monotonic()
                with self.assertRaises(Ended):
                    signal.setitimer(signal.ITIMER_REAL, microseconds / 1e6)
                    ctx.wait("no-such-link", timeout=30)
                self.assertLess(time.monotonic() - started, 20)

    def test_a_wait_takes_its_time(self):
        with ipvlan.Context() as ctx:
            started = time.monotonic()
            self.assertRaises(ipvlan.TimedOutError, ctx.wait, "no-such-link", timeout=0.5)
            self.assertGreater(time.monotonic() - started, 0.49)
            ctx.wait("no-such-link", ipvlan.Condition.GONE, timeout=math.inf)
            self.assertRaises(ipvlan.TimedOutError, ctx.wait, "no-such-link", timeout=0)

    def test_numbers_that_do_not_fit(self):
        """None becomes another number on its way down."""
        topology = ipvlan.Topology()
        with ipvlan.Context() as ctx, ctx.transaction() as todo:
            for wrong in (-1, 2**32, 2**32 + 1400):
                self.assertRaises(OverflowError, ctx.set_mtu, "no-such-link", wrong)
                self.assertRaises(OverflowError, ctx.routes, table=wrong)
                self.assertRaises(OverflowError, todo.set_mtu, "no-such-link", wrong)
                self.assertRaises(OverflowError, todo.set_line, wrong)
                self.assertRaises(OverflowError, topology.set_line, wrong)
                self.assertRaises(ipvlan.InvalidError, ctx.change_module_port, "lo", queue_limit=wrong)
            self.assertRaises(OverflowError, ctx.monitor, receive_buffer=2**32)
            self.assertRaises(OverflowError, ctx.monitor, scan_interval=2**32)
            self.assertEqual(len(todo), 0)

    def test_routes_without_a_link(self):
        with ipvlan.Context() as ctx:
            todo = ctx.transaction()
            todo.add_route(None, ipvlan.Route("10.66.0.0/16", type=6))
            todo.delete_route(None, "10.67.0.0/16", netns="ns0")
            self.assertEqual(str(todo), "+ route blackhole 10.66.0.0/16\n- route 10.67.0.0/16 in ns0")

    def test_names_that_are_no_utf8(self):
        with ipvlan.Context() as ctx:
            with self.assertRaises(ipvlan.NoDeviceError):
                ctx.link(os.fsdecode(b"\xff\xfe"))

    def test_namespaces(self):
        with ipvlan.Context() as ctx:
            here, mine = ctx.current_netns(), ctx.open_netns_pid(os.getpid())
            with here, mine, ctx.open_netns_fd(here.fileno()) as same:
                self.assertEqual(here, mine)
                self.assertEqual(len({here, mine, same}), 1)
                self.assertEqual(os.fstat(here.fileno()).st_ino, here.inode)
                self.assertIsNone(here.name)
                own = [info for info in ctx.netns_list() if info.is_own]
                self.assertEqual([info.inode for info in own], [here.inode])
                self.assertIn(os.getpid(), own[0].pids)
                with ctx.open_netns(own[0]) as again:
                    self.assertEqual(again, here)
                with self.assertRaises(ipvlan.NotFoundError):
                    ctx.open_netns(dataclasses.replace(own[0], inode=1))
            self.assertTrue(here.closed)
            self.assertRaisesRegex(ValueError, "closed", here.fileno)
            self.assertRaisesRegex(ValueError, "closed", hash, here)
            self.assertNotEqual(here, mine)
            self.assertRaises(TypeError, type(here))

    def test_one_thread_at_a_time(self):
        """The library's calls release the interpreter, so two threads do meet in one context."""
        outcomes = set()
        ctx = ipvlan.Context()

        def use():
            for _ in range(200):
                try:
                    ctx.netns_list()
                    outcomes.add("served")
                except RuntimeError as error:
                    outcomes.add(str(error))

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertIn("served", outcomes)
        self.assertTrue(any("context of its own" in outcome for outcome in outcomes), outcomes)
        ctx.close()

    def test_cycle_through_log_function(self):
        """A log function that knows its context is a cycle; the collector finds it."""
        fds = len(os.listdir("/proc/self/fd"))
        for _ in range(3):
            ctx = ipvlan.Context()
            ctx.set_log(lambda level, text, ctx=ctx: None, ipvlan.LogLevel.DEBUG)
            del ctx
        gc.collect()
        self.assertEqual(len(os.listdir("/proc/self/fd")), fds)


def load_tests(loader, tests, pattern):
    """The examples of the documentation strings that need no ipvlan."""
    for module in (_values, _topology, _context):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


if __name__ == "__main__":
    unittest.main()
