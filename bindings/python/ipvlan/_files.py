# SPDX-License-Identifier: LGPL-2.1-or-later
"""Topology files, see ipvlan-topology(5): dictionaries and lists, or YAML where PyYAML is there."""

from __future__ import annotations

import ipaddress
import os
import re
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Optional, Sequence, Union

from ._errors import InvalidError
from ._slave import Slave
from ._values import ModuleOption, Route, flags_number, mode_number

if TYPE_CHECKING:
    from ._topology import Topology

MOST_THINGS = 1_000_000
LONGEST_RANGE = 65536
MOST_DIGITS = 9
MOST_GATEWAYS = 16
LARGEST = 64 * 1024 * 1024
SHOWN = 80


class TopologyFileError(InvalidError):
    """Something in the description of a topology is wrong: ``str()`` tells what, and where."""


class _Mapping(dict[str, Any]):
    """A mapping of a file, which knows its line; of a dictionary that was given, None."""

    line: Optional[int] = None


def _shown(value: object) -> str:
    """A value in a message. A list may stand for more than there is memory; and a text may be long."""
    if not isinstance(value, (str, int)):
        return "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, Sequence) else "this"
    text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _wrong(where: str, what: str) -> TopologyFileError:
    """What a file says commands no terminal."""
    import errno

    text = "".join(c if c.isprintable() else "?" for c in f"{where}: {what}")
    return TopologyFileError(errno.EINVAL, text, {"stage": 1})


# ---- ranges: one entry for many

_RANGE = re.compile(r"\\(?P<plain>[\[\\])|\[(?P<first>[0-9]+)-(?P<last>[0-9]+)\]")


class _Text:
    """A text that may hold one range."""

    def __init__(self, text: str, where: str) -> None:
        self.count = 0
        self._first = self._width = 0
        self._parts = [""]
        end = 0
        while match := _RANGE.search(text, end):
            self._parts[-1] += text[end : match.start()]
            end = match.end()
            if match["plain"]:
                self._parts[-1] += match["plain"]
            else:
                self._read_range(match, text, where)
        self._parts[-1] += text[end:]

    def _read_range(self, match: re.Match[str], text: str, where: str) -> None:
        first, last = match["first"], match["last"]
        if self.count:
            raise _wrong(where, f"'{_shown(text)}' has more than one range")
        if len(first) > MOST_DIGITS or len(last) > MOST_DIGITS:
            raise _wrong(where, f"the numbers of the range {_shown(match[0])} are too long")
        self._first, self.count = int(first), int(last) - int(first) + 1
        if self.count <= 0:
            raise _wrong(where, f"the range {match[0]} goes backwards")
        if self.count > LONGEST_RANGE:
            raise _wrong(where, f"the range {match[0]} has more than {LONGEST_RANGE} members")
        self._width = len(first) if first[0] == "0" else 0
        self._parts.append("")

    def format(self, number: int) -> str:
        """The text of the thing with this number, counted from 0."""
        return f"{self._first + number:0{self._width}}".join(self._parts)


def _row(text: str, number: int, where: str) -> str:
    """``NETWORK/LENGTH + OFFSET``: an address for each number; other texts stay as they are."""
    network, plus, offset = text.partition("+")
    if not plus:
        return text
    try:
        base = ipaddress.ip_interface(network.strip())
        if "/" not in network or not offset.strip().isdecimal():
            raise ValueError
        address = base.ip + (int(offset) + number)
    except (ValueError, ipaddress.AddressValueError):
        raise _wrong(where, f"'{_shown(text)}' is no row of addresses (such as 10.1.0.0/16 + 10)") from None
    if address not in base.network:
        raise _wrong(where, f"'{_shown(text)}' leaves its network with number {number + 1}")
    edges = (base.network.network_address, base.network.broadcast_address)
    if base.version == 4 and base.network.prefixlen < 31 and address in edges:
        raise _wrong(where, f"'{_shown(text)}' comes to {address} with number {number + 1}, which is no host's address")
    return f"{address}/{base.network.prefixlen}"


# ---- reading one value


def _scalar(value: object, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _wrong(where, "a text is wanted here")
    text = str(value)
    try:
        if b"\0" not in os.fsencode(text):
            return text
    except UnicodeEncodeError:
        pass
    raise _wrong(where, "a text cannot hold this character")


def _boolean(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise _wrong(where, "true or false is wanted here")


def _switch(value: object, where: str) -> bool:
    if value in ("on", "off"):
        return value == "on"
    try:
        return _boolean(value, where)
    except TopologyFileError:
        raise _wrong(where, "on or off, true or false is wanted here") from None


def _number(value: object, least: int, most: int, where: str) -> int:
    text = _scalar(value, where)
    if not re.fullmatch("[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise _wrong(where, f"a number from {least} to {most} is wanted here")
    return int(text)


def _keys(value: object, known: Sequence[str], needed: Sequence[str], where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where, "a mapping is wanted here")
    for key in value:
        if key not in known:
            raise _wrong(where, f"there is no key '{_shown(key)}'; there are: {', '.join(known)}")
    for key in needed:
        if key not in value:
            raise _wrong(where, f"the key '{key}' is missing")
    return value


def _items(value: object, where: str) -> Sequence[Any]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise _wrong(where, "a list is wanted here")
    return value


def _one_or_many(value: object, where: str) -> Sequence[Any]:
    return [value] if isinstance(value, str) else _items(value, where)


# ---- the parts of a file


class _Entry:
    """One entry of a list, which ranges make into many things of one kind, all of the same number."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.count = 1
        self._is_ruled = False

    def text(self, value: object, number: int, what: str) -> str:
        """A text with its range's number."""
        where = f"{self.where}, {what}"
        text = _Text(_scalar(value, where), where)
        if text.count and not self._is_ruled:
            self.count, self._is_ruled = text.count, True
        elif text.count not in (0, self.count):
            raise _wrong(where, f"this range has {text.count} members, but another one of the entry has {self.count}")
        return text.format(number)


class _Loader:
    """Adds what a description holds to a topology."""

    PARENT_KEYS = ("mode", "flags", *(option.value for option in ModuleOption), "gateway", "queue-limit")
    SLAVE_KEYS = ("name", "parent", "netns", "mode", "flags", "mtu", "addresses", "gateway", "routes", "up", "lo")
    ROUTE_KEYS = ("to", "via", "metric", "src", "onlink")

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._things = 0

    def load(self, description: object) -> None:
        """The whole file."""
        if description is None:
            return
        known = _keys(description, ("parents", "namespaces", "slaves"), (), "topology")
        if "parents" in known:
            self._named(known["parents"], "parent", self.PARENT_KEYS, self._add_parent)
        if "namespaces" in known:
            self._named(known["namespaces"], "namespace", ("must-exist",), self._add_netns)
        if "slaves" in known:
            for index, slave in enumerate(_items(known["slaves"], "slaves")):
                self._slave(slave, f"slave {index + 1}")

    def _count(self, where: str, count: int = 1) -> None:
        self._things += count
        if self._things > MOST_THINGS:
            raise _wrong(where, f"this comes to more than {MOST_THINGS} things in one file")

    def _begin(self, value: object, where: str) -> _Entry:
        line = getattr(value, "line", None)
        self._topology.set_line(line)
        return _Entry(f"line {line}" if line else where)

    def _named(
        self, value: object, what: str, keys: Sequence[str], add: Callable[[_Entry, str, Mapping[str, Any], int], None]
    ) -> None:
        pairs: Iterable[tuple[object, object, object]]
        if isinstance(value, Mapping):
            pairs = ((name, {} if rest is None else rest, rest) for name, rest in value.items())
        else:
            pairs = (self._named_item(item, what, keys) for item in _items(value, f"{what}s"))
        for name, rest, marked in pairs:
            entry = self._begin(name if hasattr(name, "line") else marked, f"{what} {_shown(name)}")
            known = _keys(rest, keys, (), entry.where)
            number = 0
            while number < entry.count:
                self._count(entry.where)
                add(entry, entry.text(name, number, "name"), known, number)
                number += 1

    @staticmethod
    def _named_item(item: object, what: str, keys: Sequence[str]) -> tuple[object, object, object]:
        if not isinstance(item, Mapping):
            return item, {}, item
        known = _keys(item, ("name", *keys), ("name",), what)
        return known["name"], {key: value for key, value in known.items() if key != "name"}, item

    def _port(self, known: Mapping[str, Any], where: str) -> tuple[Optional[int], Optional[int]]:
        found: list[Optional[int]] = []
        for key, read in (("mode", mode_number), ("flags", flags_number)):
            try:
                found.append(read(_scalar(known[key], where)) if key in known else None)
            except ValueError as error:
                raise _wrong(where, str(error)) from None
        return found[0], found[1]

    def _refused(self, where: str, add: Callable[[], None]) -> None:
        try:
            add()
        except TopologyFileError:
            raise
        except InvalidError as error:
            raise _wrong(where, error.message) from None

    @staticmethod
    def _guarded(entry: _Entry, known: Mapping[str, Any], number: int) -> Optional[list[str]]:
        if "gateway" not in known:
            return None
        where = f"{entry.where}, gateway"
        texts = [entry.text(item, number, "gateway") for item in _one_or_many(known["gateway"], where)]
        if len(texts) > MOST_GATEWAYS:
            raise _wrong(where, f"a port has no more than {MOST_GATEWAYS} gateways")
        return [text for text in texts if text != "none"]

    def _add_parent(self, entry: _Entry, name: str, known: Mapping[str, Any], number: int) -> None:
        mode, flags = self._port(known, entry.where)
        options = {
            option: _switch(known[option.value], f"{entry.where}, {option.value}")
            for option in ModuleOption
            if option.value in known
        }
        limit = known.get("queue-limit")
        self._refused(
            entry.where,
            lambda: self._topology.add_parent(
                name,
                mode=mode,
                flags=flags,
                options=options,
                queue_limit=None if limit is None else _number(limit, 2, 65536, f"{entry.where}, queue-limit"),
                gateways=self._guarded(entry, known, number),
            ),
        )

    def _add_netns(self, entry: _Entry, name: str, known: Mapping[str, Any], _number: int) -> None:
        must_exist = "must-exist" in known and _boolean(known["must-exist"], entry.where)
        self._refused(entry.where, lambda: self._topology.add_netns(name, must_exist=must_exist))

    def _slave(self, value: object, where: str) -> None:
        entry = self._begin(value, where)
        known = _keys(value, self.SLAVE_KEYS, ("name", "parent"), entry.where)
        number = 0
        while number < entry.count:
            self._refused(entry.where, lambda: self._add_slave(entry, known, number))
            number += 1

    def _add_slave(self, entry: _Entry, known: Mapping[str, Any], number: int) -> None:
        mode, flags = self._port(known, entry.where)
        name = entry.text(known["name"], number, "name")
        parent = entry.text(known["parent"], number, "parent")
        self._count(entry.where)
        slave = Slave(
            parent,
            name,
            netns=entry.text(known["netns"], number, "netns") if "netns" in known else None,
            mode=mode,
            flags=flags,
            mtu=_number(known["mtu"], 68, 65535, f"{entry.where}, mtu") if "mtu" in known else None,
            addresses=self._addresses(entry, known, number),
            routes=self._routes(entry, known, number),
            up=_boolean(known.get("up", True), f"{entry.where}, up"),
            loopback_up=_boolean(known.get("lo", "netns" in known), f"{entry.where}, lo"),
        )
        self._topology.add_slave(slave)

    def _addresses(self, entry: _Entry, known: Mapping[str, Any], number: int) -> list[str]:
        where = f"{entry.where}, addresses"
        items = _one_or_many(known.get("addresses", ()), where)
        self._count(where, len(items))
        return [_row(entry.text(item, number, "addresses"), number, where) for item in items]

    def _routes(self, entry: _Entry, known: Mapping[str, Any], number: int) -> list[Route]:
        """A gateway may be reached by one of the routes straight to the link, so these come first."""
        gateways = self._gateways(entry, known)
        self._count(entry.where, len(gateways))
        routes = [self._default(entry, item, number) for item in gateways]
        for item in _items(known.get("routes", ()), f"{entry.where}, routes"):
            self._count(entry.where)
            routes.append(self._route(entry, item, number))
        return sorted(routes, key=self._rank)

    @staticmethod
    def _rank(route: Route) -> int:
        return 0 if route.gateway is None else 1

    @staticmethod
    def _gateways(entry: _Entry, known: Mapping[str, Any]) -> Sequence[Any]:
        return _one_or_many(known.get("gateway", ()), f"{entry.where}, gateway")

    @staticmethod
    def _default(entry: _Entry, value: object, number: int) -> Route:
        import socket

        text = entry.text(value, number, "gateway")
        if text in ("dev", "dev6"):
            return Route("default", family=socket.AF_INET6 if text == "dev6" else socket.AF_INET)
        return Route("default", gateway=text)

    def _route(self, entry: _Entry, value: object, number: int) -> Route:
        where = f"{entry.where}, routes"
        known = _keys(value, self.ROUTE_KEYS, ("to",), where)
        return Route(
            entry.text(known["to"], number, "to"),
            gateway=entry.text(known["via"], number, "via") if "via" in known else None,
            source=entry.text(known["src"], number, "src") if "src" in known else None,
            metric=(_number(known["metric"], 0, 2**32 - 1, where) if "metric" in known else 0) or None,
            onlink=_boolean(known.get("onlink", False), where),
        )


def load_mapping(description: Union[Mapping[str, Any], None], topology: Topology) -> None:
    """Add what a description holds."""
    _Loader(topology).load(description)


# ---- YAML


def _line_loader() -> Any:
    """PyYAML's loader that leaves every scalar a text, as ipvlanctl does; mappings know their lines."""
    import yaml

    class LineLoader(yaml.BaseLoader):
        """Refuses a key that comes twice."""

        def construct_mapping(self, node: Any, deep: bool = False) -> _Mapping:
            """With the line at which it begins."""
            mapping = _Mapping()
            mapping.line = node.start_mark.line + 1
            for key_node, value_node in node.value:
                line = key_node.start_mark.line + 1
                if not isinstance(key_node, yaml.ScalarNode):
                    raise _wrong(f"line {line}", "a key must be a text")
                found = self.construct_object(key_node, deep=True)
                if found is None:
                    raise _wrong(f"line {line}", "there is no value where a key is wanted")
                key = _Scalar(found)
                key.line = line
                if key in mapping:
                    raise _wrong(f"line {line}", f"the key '{_shown(key)}' comes twice")
                mapping[key] = self.construct_object(value_node, deep=deep)
            return mapping

        def construct_scalar(self, node: Any) -> Any:
            """A text that knows its line, or None: a null within quotes is a text."""
            if node.style is None and node.value in ("", "~", "null"):
                return None
            scalar = _Scalar(super().construct_scalar(node))
            scalar.line = node.start_mark.line + 1
            return scalar

    LineLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))
    return LineLoader


class _Scalar(str):
    line: Optional[int] = None


def load_text(text: str, topology: Topology) -> None:
    """Add what a text of YAML or JSON holds."""
    import yaml

    if len(text) > LARGEST:
        raise _wrong("text", f"it is longer than {LARGEST} characters")
    try:
        description = yaml.load(text, Loader=_line_loader())  # noqa: S506 - a BaseLoader makes texts only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "text"
        raise _wrong(where, str(getattr(error, "problem", None) or error)) from None
    except RecursionError:
        raise _wrong("text", "this nests too deep") from None
    load_mapping(description, topology)
