# SPDX-License-Identifier: LGPL-2.1-or-later
"""Values: what was read, or is described. All are immutable and outlive the context that they were read with."""

from __future__ import annotations

import dataclasses
import enum
import ipaddress
import types
from typing import Any, Iterable, Mapping, Optional, Union

from . import _ipvlan

IFA_F_NODAD = 0x02
IFA_F_NOPREFIXROUTE = 0x200
RTNH_F_ONLINK = 4


def _open_member(cls: type[Any], value: object, format_value: Any) -> Any:
    """A member for a value that only a newer kernel knows, by the name that the library gives it."""
    if not isinstance(value, int) or not 0 <= value <= 65535:
        return None
    member = int.__new__(cls, value)
    member._name_ = format_value(value)
    member._value_ = value
    return member


class Mode(enum.IntEnum):
    """The mode of a port. An open set: a newer kernel's mode is a member that prints as its number."""

    L2 = _ipvlan.MODE_L2
    L3 = _ipvlan.MODE_L3
    L3S = _ipvlan.MODE_L3S

    @classmethod
    def parse(cls, text: str) -> Mode:
        """Read ``l2``, ``l3``, ``l3s`` or a number."""
        return cls(_ipvlan.mode_from_string(text))

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return _open_member(cls, value, _ipvlan.mode_format)

    def __str__(self) -> str:
        return _ipvlan.mode_to_string(self._value_) or _ipvlan.mode_format(self._value_)


class Flags(enum.IntEnum):
    """The flags of a port, as one value: they exclude each other. An open set as well."""

    BRIDGE = _ipvlan.FLAGS_BRIDGE
    PRIVATE = _ipvlan.FLAGS_PRIVATE
    VEPA = _ipvlan.FLAGS_VEPA

    @classmethod
    def parse(cls, text: str) -> Flags:
        """Read ``bridge``, ``private``, ``vepa`` or a number."""
        return cls(_ipvlan.flags_from_string(text))

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return _open_member(cls, value, _ipvlan.flags_format)

    def __str__(self) -> str:
        return _ipvlan.flags_to_string(self._value_) or _ipvlan.flags_format(self._value_)


class Links(enum.IntEnum):
    """Which links a list shall hold."""

    IPVLAN = _ipvlan.LINKS_IPVLAN
    """ipvlan and ipvtap links of the context's namespace."""
    ANY_KIND = _ipvlan.LINKS_ANY_KIND
    """All links of the context's namespace."""
    EVERYWHERE = _ipvlan.LINKS_EVERYWHERE
    """ipvlan and ipvtap links of all namespaces that can be found and entered."""


class LogLevel(enum.IntEnum):
    """How much a log line matters."""

    NOTICE = _ipvlan.LOG_NOTICE
    DEBUG = _ipvlan.LOG_DEBUG


class Change(enum.IntEnum):
    """What a step of a plan does."""

    ADD = _ipvlan.CHANGE_ADD
    REMOVE = _ipvlan.CHANGE_REMOVE
    SET = _ipvlan.CHANGE_SET

    def __str__(self) -> str:
        return "+-~"[self._value_]


class Severity(enum.IntEnum):
    """How bad a finding is."""

    WARNING = _ipvlan.SEVERITY_WARNING
    ERROR = _ipvlan.SEVERITY_ERROR
    INFO = _ipvlan.SEVERITY_INFO
    """Good to know."""


AnyMode = Union[Mode, int, str, None]
AnyFlags = Union[Flags, int, str, None]


def mode_number(mode: AnyMode) -> int:
    """The library's number for a mode in any form; None is unset."""
    if mode is None:
        return _ipvlan.MODE_UNSET
    return Mode.parse(mode) if isinstance(mode, str) else int(mode)


def flags_number(flags: AnyFlags) -> int:
    """The library's number for flags in any form; None is unset."""
    if flags is None:
        return _ipvlan.FLAGS_UNSET
    return Flags.parse(flags) if isinstance(flags, str) else int(flags)


def _fill(value: object, fields: dict[str, Any]) -> None:
    """Fill a frozen object that is being made."""
    vars(value).update(fields)


@dataclasses.dataclass(frozen=True, init=False, repr=False)
class Address:
    """An IPv4 or IPv6 address with its prefix: described, or read from a link.

    >>> Address("10.0.0.2/24").prefix_length
    24
    """

    prefix: str
    """Address and prefix length: ``10.0.0.2/24``."""
    address: str
    """The bare address."""
    prefix_length: int
    family: int
    """AF_INET or AF_INET6."""
    peer: Optional[str]
    """The other end of a point-to-point link."""
    broadcast: Optional[str]
    label: Optional[str] = dataclasses.field(compare=False)
    scope: int
    """RT_SCOPE_UNIVERSE (0), RT_SCOPE_LINK (253), RT_SCOPE_HOST (254)."""
    flags: int = dataclasses.field(compare=False)
    """The IFA_F_ flags of <linux/if_addr.h>."""
    is_tentative: bool = dataclasses.field(compare=False)
    is_duplicate: bool = dataclasses.field(compare=False)
    valid_lifetime: Optional[int] = dataclasses.field(compare=False)
    """Seconds; None for ever."""
    preferred_lifetime: Optional[int] = dataclasses.field(compare=False)
    ifindex: Optional[int] = dataclasses.field(compare=False)
    """The link that it was read from; None for one that was only described."""

    def __init__(
        self,
        prefix: str,
        *,
        peer: Optional[str] = None,
        broadcast: Optional[str] = None,
        label: Optional[str] = None,
        scope: Optional[int] = None,
        nodad: bool = False,
        noprefixroute: bool = False,
        valid_lifetime: Optional[int] = None,
        preferred_lifetime: Optional[int] = None,
    ) -> None:
        """Describe an address. Without a prefix length it is the whole address.

        ``broadcast`` may be ``+`` for all host bits set, ``-`` for all clear; ``nodad`` uses an IPv6 address at once,
        ``noprefixroute`` makes no route to the prefix; lifetimes are seconds, None for ever.
        """
        wish = {
            "prefix": prefix,
            "peer": peer,
            "broadcast": broadcast,
            "label": label,
            "scope": scope,
            "nodad": nodad,
            "noprefixroute": noprefixroute,
            "valid_lifetime": valid_lifetime,
            "preferred_lifetime": preferred_lifetime,
        }
        _fill(self, _ipvlan.describe_address(wish))

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Address:
        address = cls.__new__(cls)
        _fill(address, fields)
        return address

    def _wish(self) -> dict[str, Any]:
        names = ("prefix", "broadcast", "label", "scope", "valid_lifetime", "preferred_lifetime")
        wish = {name: getattr(self, name) for name in names}
        # The prefix of a point-to-point address is the peer's.
        wish["prefix"] = self.address if self.peer else self.prefix
        wish["peer"] = f"{self.peer}/{self.prefix_length}" if self.peer else None
        wish["nodad"] = self.nodad
        wish["noprefixroute"] = self.noprefixroute
        return wish

    @property
    def nodad(self) -> bool:
        """Whether it is used without duplicate address detection."""
        return bool(self.flags & IFA_F_NODAD)

    @property
    def noprefixroute(self) -> bool:
        """Whether no route is made to its prefix."""
        return bool(self.flags & IFA_F_NOPREFIXROUTE)

    @property
    def interface(self) -> Union[ipaddress.IPv4Interface, ipaddress.IPv6Interface]:
        """As the standard library knows it."""
        return ipaddress.ip_interface(self.prefix)

    def __str__(self) -> str:
        return self.prefix

    def __repr__(self) -> str:
        return f"Address({self.prefix!r})"


@dataclasses.dataclass(frozen=True, init=False, repr=False)
class Route:
    """A route: described, or read.

    >>> str(Route("10.9.0.0/16", gateway="10.0.0.1"))
    '10.9.0.0/16 via 10.0.0.1'
    """

    destination: str
    """``default``, or address and prefix length."""
    gateway: Optional[str]
    source: Optional[str]
    """The preferred source address."""
    family: int
    metric: Optional[int]
    table: int
    scope: Optional[int] = dataclasses.field(compare=False)
    """None for one that was described without: chosen when it is added."""
    protocol: int
    """Who made it: the RTPROT_ number."""
    type: int = dataclasses.field(compare=False)
    """What becomes of packets: the RTN_ type, such as RTN_UNICAST, or RTN_BLACKHOLE."""
    mtu: Optional[int] = dataclasses.field(compare=False)
    """How long packets may be; None leaves it to the link."""
    advmss: Optional[int] = dataclasses.field(compare=False)
    """The segment size that TCP asks for; None: what the MTU leaves."""
    flags: int = dataclasses.field(compare=False)
    """The RTNH_F_ flags."""
    preference: int = dataclasses.field(compare=False)
    """Of an IPv6 router (RFC 4191): 0 medium, 1 high, 3 low."""
    ifindex: Optional[int] = dataclasses.field(compare=False)
    """The link that it leads through; None for one that was only described."""

    def __init__(
        self,
        destination: str,
        *,
        gateway: Optional[str] = None,
        source: Optional[str] = None,
        family: Optional[int] = None,
        metric: Optional[int] = None,
        table: Optional[int] = None,
        scope: Optional[int] = None,
        protocol: Optional[int] = None,
        type: Optional[int] = None,
        mtu: Optional[int] = None,
        advmss: Optional[int] = None,
        onlink: bool = False,
    ) -> None:
        """Describe a route. ``family`` is for a default route; None: the gateway's, or IPv4."""
        wish = {
            "destination": destination,
            "gateway": gateway,
            "source": source,
            "family": family,
            "metric": metric,
            "table": table,
            "scope": scope,
            "protocol": protocol,
            "type": type,
            "mtu": mtu,
            "advmss": advmss,
            "onlink": onlink,
        }
        _fill(self, {**_ipvlan.describe_route(wish), "scope": scope})

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Route:
        route = cls.__new__(cls)
        _fill(route, fields)
        return route

    def _wish(self) -> dict[str, Any]:
        names = (
            *("destination", "gateway", "source", "family", "metric", "table", "scope", "protocol"),
            *("type", "mtu", "advmss", "onlink"),
        )
        return {name: getattr(self, name) for name in names}

    @property
    def onlink(self) -> bool:
        """Whether the gateway is taken as reachable though no address says so."""
        return bool(self.flags & RTNH_F_ONLINK)

    def __str__(self) -> str:
        return f"{self.destination} via {self.gateway}" if self.gateway else self.destination

    def __repr__(self) -> str:
        gateway = f", gateway={self.gateway!r}" if self.gateway else ""
        return f"Route({self.destination!r}{gateway})"


def mac_bytes(mac: Union[bytes, str]) -> bytes:
    """As the library takes it: 02:00:00:00:00:01, or its bytes."""
    return bytes.fromhex(mac.replace(":", "")) if isinstance(mac, str) else mac


def address_wish(address: Union[str, Address]) -> dict[str, Any]:
    """What goes down of an address, which may be given as text."""
    return (Address(address) if isinstance(address, str) else address)._wish()


def route_wish(route: Union[str, Route]) -> dict[str, Any]:
    """What goes down of a route, which may be given as text."""
    return (Route(route) if isinstance(route, str) else route)._wish()


@dataclasses.dataclass(frozen=True)
class Stats:
    """Counters of a link since it was made."""

    rx_packets: int
    tx_packets: int
    rx_bytes: int
    tx_bytes: int
    rx_errors: int
    tx_errors: int
    rx_dropped: int
    tx_dropped: int
    multicast: int
    rx_over_errors: int
    rx_missed: int
    tx_carrier_errors: int
    collisions: int


@dataclasses.dataclass(frozen=True, repr=False)
class Link:
    """A link as it was when it was read."""

    name: str
    ifindex: int
    """In its namespace."""
    kind: Optional[str]
    """``ipvlan``, ``veth``, …; None for a link without one, such as a network card."""
    is_slave: bool
    """Whether it is an ipvlan or ipvtap slave."""
    mode: Optional[Mode]
    """Of its port; None when the link is no slave."""
    flags: Optional[Flags]
    """Of its port; None when the link is no slave or the kernel does not say."""
    parent_index: Optional[int]
    """In the parent's namespace."""
    parent: Optional[str]
    """The parent's name; None without a parent, or when the caller may not look at it."""
    parent_nsid: Optional[int]
    """The parent's namespace id as the link's namespace knows it; None when both are in the same one."""
    parent_netns: Optional[str]
    """A name of the parent's namespace; None when it has none, is unknown, or is the link's own."""
    parent_netns_inode: Optional[int]
    netns: Optional[str]
    """A name of the namespace that it was found in, as far as that is known."""
    netns_inode: int
    netns_pid: Optional[int]
    """A process in that namespace when it has no name."""
    netns_path: Optional[str]
    """A path to it when neither a name nor a process leads there."""
    device_flags: int
    """The IFF_ flags of <linux/if.h>."""
    is_up: bool
    operstate: int
    operstate_name: str
    """As ip(8) writes it: ``UP``, ``DOWN``, ``UNKNOWN``, …"""
    mtu: int
    min_mtu: Optional[int]
    max_mtu: Optional[int]
    type: int
    """The hardware type: ARPHRD_ETHER, …"""
    mac: Optional[bytes]
    broadcast: Optional[bytes]
    """The hardware broadcast address."""
    controller_index: Optional[int]
    """The bridge, bond, … that it belongs to."""
    qdisc: Optional[str]
    txqlen: int
    group: int
    link_mode: int
    promiscuity: int
    allmulti: int
    tx_queues: int
    rx_queues: int
    stats: Stats
    addresses: tuple[Address, ...]

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Link:
        link = cls.__new__(cls)
        if fields["mode"] is not None:
            fields["mode"] = Mode(fields["mode"])
        if fields["flags"] is not None:
            fields["flags"] = Flags(fields["flags"])
        fields["stats"] = Stats(**fields["stats"])
        fields["addresses"] = tuple(map(Address._read, fields["addresses"]))
        _fill(link, fields)
        return link

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        parts = [self.name]
        if self.is_slave:
            parts.append(f"@ {self.parent or self.parent_index} ({self.mode}, {self.flags})")
        if self.netns:
            parts.append(f"in {self.netns}")
        return f"<ipvlan.Link {' '.join([*parts, *map(str, self.addresses)])}>"


@dataclasses.dataclass(frozen=True)
class Counters:
    """What went through a slave, and why packets did not."""

    link: Link
    """Without addresses."""
    drops: Mapping[str, int]
    """Packets by the reason they were dropped for; empty with the kernel's own driver, which does not tell."""

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Counters:
        return cls(Link._read(fields["link"]), types.MappingProxyType(fields["drops"]))


@dataclasses.dataclass(frozen=True)
class Port:
    """A parent with its mode, its flags and all its slaves, in whatever namespace they live."""

    parent: Link
    mode: Optional[Mode]
    """None while the parent has no slave."""
    flags: Optional[Flags]
    slaves: tuple[Link, ...]

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Port:
        return cls(
            parent=Link._read(fields["parent"]),
            mode=None if fields["mode"] is None else Mode(fields["mode"]),
            flags=None if fields["flags"] is None else Flags(fields["flags"]),
            slaves=tuple(map(Link._read, fields["slaves"])),
        )


@dataclasses.dataclass(frozen=True)
class NetnsInfo:
    """A namespace that was found on this machine."""

    name: Optional[str]
    """The first of its names."""
    names: tuple[str, ...]
    inode: int
    nsid: Optional[int]
    """Its id as the context's namespace knows it."""
    is_own: bool
    """Whether it is the one in which the context works."""
    pids: tuple[int, ...]
    """The processes in it, as far as the caller may see."""
    path: Optional[str]
    """Such as ``/proc/42/fd/7``, when neither a name nor a process leads to it."""


@dataclasses.dataclass(frozen=True)
class Step:
    """A step of a plan."""

    change: Change
    kind: str
    """``netns``, ``port``, ``lo``, ``slave``, ``mtu``, ``up``, ``address``, ``route`` or ``options``; of a transaction
    also ``move`` or ``mac``."""
    name: str
    """The link or namespace that it is about."""
    netns: Optional[str]
    """Where it happens; None for the context's own namespace."""
    line: Optional[int]
    """The line of the description that asks for it."""
    sibling_count: int
    """Slaves that it changes though nobody described them."""
    text: str

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Step:
        fields["change"] = Change(fields["change"])
        return cls(**fields)

    def __str__(self) -> str:
        return f"{self.change} {self.text}"


@dataclasses.dataclass(frozen=True)
class Finding:
    """What a check has found in a topology."""

    severity: Severity
    text: str
    line: Optional[int]
    other_line: Optional[int]
    """Of the other one, where two things contradict each other."""

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Finding:
        fields["severity"] = Severity(fields["severity"])
        return cls(**fields)

    def __str__(self) -> str:
        return self.text


class ModuleOption(enum.Enum):
    """Options that our module gives a port."""

    GROUP_ISOLATION = "group-isolation"
    SOURCE_CHECK = "source-check"
    GUARD = "guard"
    DHCP = "dhcp"
    DIRECT_ARP = "direct-arp"


def known_options(options: Mapping[str, bool]) -> dict[ModuleOption, bool]:
    """Without those that only a newer library knows."""
    known = {option.value: option for option in ModuleOption}
    return {known[name]: on for name, on in options.items() if name in known}


def option_words(
    options: Optional[Mapping[ModuleOption, bool]],
    queue_limit: Optional[int],
    gateways: Optional[Iterable[str]],
) -> list[str]:
    """What the extension reads."""
    words = [f"{ModuleOption(option).value}={int(on)}" for option, on in (options or {}).items()]
    if queue_limit is not None:
        words.append(f"queue-limit={int(queue_limit)}")
    if gateways is not None:
        words += ["gateways", *(f"gateway={gateway}" for gateway in gateways)]
    return words


@dataclasses.dataclass(frozen=True)
class TopologyParent:
    """A parent of a topology."""

    name: str
    mode: Optional[Mode]
    flags: Optional[Flags]
    options: Mapping[ModuleOption, bool] = dataclasses.field(default_factory=dict, hash=False)
    """Those of our module of which something is said."""
    queue_limit: Optional[int] = None
    gateways: Optional[tuple[str, ...]] = None
    """None when nothing is said of them."""

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> TopologyParent:
        return cls(
            fields["name"],
            None if fields["mode"] is None else Mode(fields["mode"]),
            None if fields["flags"] is None else Flags(fields["flags"]),
            types.MappingProxyType(known_options(fields["options"])),
            fields["queue_limit"],
            fields["gateways"],
        )


@dataclasses.dataclass(frozen=True)
class TopologySlave:
    """A slave of a topology."""

    name: str
    parent: str
    netns: Optional[str]
    """None for the context's own namespace."""
    mtu: Optional[int]
    """None for the parent's."""
    up: bool
    loopback_up: bool
    addresses: tuple[Address, ...]
    routes: tuple[Route, ...]

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> TopologySlave:
        fields["addresses"] = tuple(map(Address._read, fields["addresses"]))
        fields["routes"] = tuple(map(Route._read, fields["routes"]))
        return cls(**fields)
