# SPDX-License-Identifier: GPL-2.0-or-later
"""Topology files: the examples of ipvlan-topology(5), and what is refused."""

import os
import re
import unittest
import unittest.mock
from pathlib import Path

import ipvlan

try:
    import yaml
except ImportError:
    yaml = None

TOP = Path(os.environ.get("top_srcdir", Path(__file__).resolve().parents[3]))


def manual_examples():
    """The examples as they stand in the manual."""
    text = (TOP / "man" / "ipvlan-topology.5").read_text(encoding="utf-8").partition(".Sh EXAMPLES")[2]
    return re.findall(r"^\.Bd[^\n]*\n(.*?)^\.Ed$", text, re.MULTILINE | re.DOTALL)


class Dictionaries(unittest.TestCase):
    """from_dict() knows all keys."""

    def test_everything(self):
        topology = ipvlan.Topology.from_dict(
            {
                "parents": {"eth0": {"mode": "l2", "flags": "private"}, "eth1": None},
                "namespaces": ["ns0", {"name": "ns1", "must-exist": True}],
                "slaves": [
                    {
                        "name": "a",
                        "parent": "eth0",
                        "netns": "ns0",
                        "mtu": 1400,
                        "addresses": "10.0.0.2/24",
                        "gateway": ["10.0.0.1", "fd00::1"],
                        "routes": [
                            {"to": "10.9.0.0/16", "via": "10.0.0.1", "metric": 5, "src": "10.0.0.2", "onlink": True},
                            {"to": "10.8.0.0/16"},
                        ],
                        "up": False,
                        "lo": False,
                    },
                    {"name": "b", "parent": "eth1"},
                ],
            }
        )
        self.assertEqual([parent.name for parent in topology.parents], ["eth0", "eth1"])
        self.assertEqual(topology.parents[0].flags, ipvlan.Flags.PRIVATE)
        a, b = topology.slaves
        self.assertEqual((a.mtu, a.loopback_up), (1400, False))
        # Straight to the link first.
        self.assertEqual(a.routes[0].destination, "10.8.0.0/16")
        route = next(route for route in a.routes if route.destination == "10.9.0.0/16")
        self.assertEqual((route.gateway, route.metric, route.source, route.onlink), ("10.0.0.1", 5, "10.0.0.2", True))
        self.assertEqual((b.up, b.loopback_up, b.netns), (True, False, None))

    def test_options(self):
        topology = ipvlan.Topology.from_dict(
            {
                "parents": {
                    "eth[0-1]": {"guard": "on", "dhcp": False, "gateway": ["10.[7-8].0.1", "fd00::1"]},
                    "eth2": {"gateway": "none", "queue-limit": 100},
                }
            }
        )
        options = {ipvlan.ModuleOption.GUARD: True, ipvlan.ModuleOption.DHCP: False}
        first, second, third = topology.parents
        self.assertEqual((first.options, first.gateways), (options, ("10.7.0.1", "fd00::1")))
        self.assertEqual((second.options, second.gateways), (options, ("10.8.0.1", "fd00::1")))
        self.assertEqual((third.options, third.gateways, third.queue_limit), ({}, (), 100))

    def test_ranges(self):
        topology = ipvlan.Topology.from_dict(
            {
                "slaves": [
                    {
                        "name": "web[08-11]",
                        "parent": "eth0",
                        "netns": r"w\[[8-11]",
                        "addresses": ["10.1.0.0/16 + 254", "10.2.[1-4].1/24"],
                    }
                ]
            }
        )
        self.assertEqual([slave.name for slave in topology.slaves], ["web08", "web09", "web10", "web11"])
        self.assertEqual([slave.netns for slave in topology.slaves], ["w[8", "w[9", "w[10", "w[11"])
        self.assertEqual(
            [[str(address) for address in slave.addresses] for slave in topology.slaves],
            [
                ["10.1.0.254/16", "10.2.1.1/24"],
                ["10.1.0.255/16", "10.2.2.1/24"],
                ["10.1.1.0/16", "10.2.3.1/24"],
                ["10.1.1.1/16", "10.2.4.1/24"],
            ],
        )

    def test_refused(self):
        slave = {"name": "a", "parent": "eth0"}
        for description, words in (
            ({"slave": []}, "no key 'slave'"),
            ({"parents": "eth0"}, "a list is wanted"),
            ({"parents": {"eth0": {"mode": "l4"}}}, "'l4' is no mode"),
            ({"parents": {"eth0": {"flag": "private"}}}, "no key 'flag'"),
            ({"parents": {"eth0": {"guard": "yes"}}}, "on or off, true or false is wanted"),
            ({"parents": {"eth0": {"queue-limit": 1}}}, "2 to 65536"),
            ({"parents": {"eth0": {"gateway": ["10.0.0.1"] * 17}}}, "no more than 16 gateways"),
            ({"parents": {"eth0": {"gateway": "router"}}}, "this option cannot be: gateway=router"),
            ({"parents": [{"mode": "l2"}]}, "'name' is missing"),
            ({"parents": ["a/b"]}, "parent cannot be"),
            ({"namespaces": {"ns0": {"must-exist": "maybe"}}}, "true or false"),
            ({"slaves": [{"name": "a"}]}, "'parent' is missing"),
            ({"slaves": [{**slave, "mtu": 67}]}, "68 to 65535"),
            ({"slaves": [{**slave, "up": 1}]}, "true or false"),
            ({"slaves": [{**slave, "addresses": ["x"]}]}, "addresses cannot be 'x'"),
            ({"slaves": [{**slave, "addresses": ["10.0.0.0/30 + 2", "10.0.0.0/30 + 3"]}]}, "no host's address"),
            ({"slaves": [{**slave, "addresses": ["10.0.0.0/30 + 4"]}]}, "leaves its network"),
            ({"slaves": [{**slave, "addresses": ["10.0.0.0 + 4"]}]}, "no row of addresses"),
            ({"slaves": [{**slave, "gateway": "router"}]}, "gateway"),
            ({"slaves": [{**slave, "routes": [{"via": "10.0.0.1"}]}]}, "'to' is missing"),
            ({"slaves": [{**slave, "routes": [{"to": "10.9.0.0/16", "table": 7}]}]}, "no key 'table'"),
            ({"slaves": [{**slave, "name": "a[1-2][3-4]"}]}, "more than one range"),
            ({"slaves": [{**slave, "name": "a[2-1]"}]}, "goes backwards"),
            ({"slaves": [{**slave, "name": "a[1-2]", "netns": "n[1-3]"}]}, "but another one of the entry has 2"),
            ({"slaves": [{**slave, "name": "a[1-70000]"}]}, "more than 65536 members"),
            ({"slaves": {}}, "a list is wanted"),
            ([], "a mapping is wanted"),
        ):
            with self.subTest(description=description):
                with self.assertRaisesRegex(ipvlan.TopologyFileError, re.escape(words)):
                    ipvlan.Topology.from_dict(description)

    def test_a_million(self):
        slaves = [{"name": "a[1-65536]", "parent": "eth0", "addresses": ["10.0.0.2/24"] * 4}] * 4
        with self.assertRaisesRegex(ipvlan.TopologyFileError, "more than 1000000 things"):
            ipvlan._files._Loader(_Sink()).load({"slaves": slaves})


class _Sink:
    """Takes whatever a topology takes, and forgets it."""

    def set_line(self, line):
        """Nothing."""

    def add_slave(self, slave):
        """Nothing."""


@unittest.skipIf(yaml is None, "PyYAML is not installed (Debian: python3-yaml)")
class Texts(unittest.TestCase):
    """YAML and JSON, read as texts, with lines."""

    def test_manual(self):
        examples = manual_examples()
        self.assertGreaterEqual(len(examples), 5)
        counts = []
        for example in examples:
            topology = ipvlan.Topology.from_text(example)
            self.assertEqual(topology.check(), ())
            counts.append(len(topology.slaves))
        self.assertEqual(counts[:6], [1, 500, 20, 9, 0, 1])

    def test_everything_is_text(self):
        topology = ipvlan.Topology.from_text("slaves: [ { name: 007, parent: 1e3, netns: no } ]")
        self.assertEqual([(s.name, s.parent, s.netns) for s in topology.slaves], [("007", "1e3", "no")])

    def test_lines(self):
        topology = ipvlan.Topology.from_text(
            "slaves:\n"
            "- { name: a, parent: eth0, addresses: 10.0.0.2/24 }\n"
            "\n"
            "- { name: b, parent: eth0, addresses: 10.0.0.2/24 }\n"
        )
        (finding,) = topology.check()
        self.assertEqual({finding.line, finding.other_line}, {2, 4})

    def test_refused(self):
        for text, words in (
            ("a: [", "line 1"),
            ("parents:\n  eth0: {}\n  eth0: {}\n", "line 3: the key 'eth0' comes twice"),
            ("parents:\n- eth0\n- { name: eth1, mode: l4 }\n", "line 3: 'l4' is no mode"),
            ("slaves:\n- name: a\n", "line 2: the key 'parent' is missing"),
            ("a: 1\n---\nb: 2\n", "line 2"),
            ("slaves:\n- { name: null, parent: eth0 }\n", "line 2, name: a text is wanted here"),
            ("namespaces: [ a, ~ ]\n", "a text is wanted here"),
            ("parents: { ~: { mode: l2 } }\n", "line 1: there is no value where a key is wanted"),
            ('parents: { eth0: "~" }\n', "a mapping is wanted here"),
            ("slaves:\n- &a { name: a, parent: eth0 }\n- { <<: *a, name: b }\n", "there is no key '<<'"),
        ):
            with self.subTest(text=text):
                with self.assertRaisesRegex(ipvlan.TopologyFileError, re.escape(words)):
                    ipvlan.Topology.from_text(text)

    def test_little_text_for_very_much(self):
        """Each would take all memory, or all time."""
        bomb = "[" + ", ".join(
            "&a0 [" + "x, " * 10 + "]" if i == 0 else f"&a{i} [" + f"*a{i - 1}, " * 10 + "]" for i in range(12)
        )
        for text, words in (
            (f"slaves: {bomb}]\nparents: [*a11]\n", "a text is wanted here"),
            (f"? {bomb}]\n: 1\n", "a key must be a text"),
            (f"x: {bomb}]\nparents: {{ ? *a11 : {{ mode: l2 }} }}\n", "a key must be a text"),
            (f"parents: {{ eth0: {bomb}] }}\n", "a mapping is wanted here"),
            ("[" * 10000 + "]" * 10000, "this nests too deep"),
            ('slaves: [ { name: "a\\0b", parent: eth0 } ]', "cannot hold this character"),
            ('slaves: [ { name: "a\\ud800b", parent: eth0 } ]', "cannot hold this character"),
        ):
            with self.subTest(words=words):
                with self.assertRaisesRegex(ipvlan.TopologyFileError, re.escape(words)):
                    ipvlan.Topology.from_text(text)

    def test_gateways_are_counted(self):
        gateways = "dev, " * 100
        with unittest.mock.patch.object(ipvlan._files, "MOST_THINGS", 1000):
            with self.assertRaisesRegex(ipvlan.TopologyFileError, "more than 1000 things"):
                ipvlan.Topology.from_text(f'slaves: [ {{ name: "a[1-10]", parent: eth0, gateway: [{gateways}] }} ]')

    def test_without_end(self):
        with self.assertRaises(ipvlan.TopologyFileError):
            ipvlan.Topology.from_file("/dev/zero")

    def test_messages_command_no_terminal(self):
        for text in (
            '"\\e]0;mine\\a": 1',
            'parents: { "\\e[2J": { mode: "l\\e[2J" } }',
            'parents: { "\\u202e\\x9b2J": [] }',
            'slaves: [ { name: "\\e[2J[2-1]", parent: eth0 } ]',
            'slaves: [ { name: a, parent: eth0, addresses: "\\e[2J + 1" } ]',
            'slaves: [ { name: a, parent: eth0, "\\n\\e[2J": 1, "\\n\\e[2J": 1 } ]',
        ):
            with self.subTest(text=text):
                with self.assertRaises(ipvlan.TopologyFileError) as raised:
                    ipvlan.Topology.from_text(text)
                self.assertTrue(str(raised.exception).isprintable(), repr(str(raised.exception)))

    def test_empty(self):
        for text in ("", "# nothing\n", "~"):
            self.assertEqual(ipvlan.Topology.from_text(text).slaves, ())

    def test_null_within_quotes(self):
        topology = ipvlan.Topology.from_text('slaves: [ { name: "null", parent: eth0 } ]')
        self.assertEqual([slave.name for slave in topology.slaves], ["null"])


if __name__ == "__main__":
    unittest.main()
