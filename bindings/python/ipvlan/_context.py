# SPDX-License-Identifier: LGPL-2.1-or-later
"""The context: everything that touches the kernel."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import math
import os
import socket
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Sequence, TypeVar, Union

from . import _ipvlan
from ._closing import Closing
from ._errors import Error, TimedOutError
from ._ipvlan import Netns
from ._monitor import Condition, EventKind, Monitor, Remaining, kinds_mask
from ._reports import Diagnosis, DiagnosisKind, HostAccess, ModulePort
from ._slave import NetnsChoice, Slave
from ._topology import Plan, Topology
from ._transaction import Transaction
from ._values import (
    Address,
    AnyFlags,
    AnyMode,
    Counters,
    Link,
    Links,
    LogLevel,
    ModuleOption,
    NetnsInfo,
    Port,
    Route,
    address_wish,
    flags_number,
    mac_bytes,
    mode_number,
    option_words,
    route_wish,
)

Result = TypeVar("Result")

LogFunction = Callable[[LogLevel, str], object]

RT_TABLE_MAIN = 254


class Context(Closing):
    """A context works in one namespace at a time; functions that take a link's name mean a link there.

    It serves one call at a time: give each thread a context of its own. A call that comes while another thread, or a
    function that was called back, is still inside, raises RuntimeError. The interpreter's lock is not held while the
    library works.

    >>> with Context() as ctx:
    ...     ctx.link("lo").name
    'lo'
    """

    def __init__(self, *, log: Optional[LogFunction] = None, log_level: LogLevel = LogLevel.NOTICE) -> None:
        """A context in the namespace that the calling thread is in now.

        ``log`` gets lines such as a mode that was taken over from siblings; it must not use this context.
        """
        self._context = _ipvlan.Context()
        # Where it works, so that there is a way back: a reference of our own, and what was given, which may be closed
        # meanwhile; None for where it was made.
        self._place: Optional[Netns] = None
        self._given: Optional[Netns] = None
        if log:
            self.set_log(log, log_level)

    def close(self) -> None:
        """Close the socket and let the namespace go. What was read stays valid."""
        self._context.close()
        self._leave(self._place)
        self._place = self._given = None

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._context.closed

    def set_log(self, log: Optional[LogFunction], level: LogLevel = LogLevel.NOTICE) -> None:
        """Have log lines delivered; None for silence."""
        if log is None:
            self._context.set_log(None, level)
            return
        deliver = log
        self._context.set_log(lambda number, text: deliver(LogLevel(number), text), level)

    # ---- links

    def create(self, slave: Union[Slave, str], name: Optional[str] = None, **settings: Any) -> Link:
        """Make a slave, all or nothing: the link, straight in its namespace, its addresses, its routes, up.

        Either a ``Slave``, or what one is made of: ``create("eth0", "ipvl0", mode="l2", netns="ns0")``.
        """
        if not isinstance(slave, Slave):
            slave = Slave(slave, name, **settings)
        elif name is not None or settings:
            slave = dataclasses.replace(slave, name=slave.name if name is None else name, **settings)
        return Link._read(self._context.link_create(slave._wish()))

    def link(self, name: Union[str, int]) -> Link:
        """Read one link of any kind, by its name or its index."""
        if isinstance(name, int):
            return Link._read(self._context.link_get_by_index(name))
        return Link._read(self._context.link_get(name))

    def links(self, scope: Links = Links.IPVLAN) -> tuple[Link, ...]:
        """Read many links, with their addresses."""
        return tuple(map(Link._read, self._context.link_list(scope)))

    def counters(self) -> tuple[Counters, ...]:
        """Read the counters of all slaves of the machine, for programs that do so again and again.

        Their links come without addresses.
        """
        return tuple(map(Counters._read, self._context.link_list_counters()))

    def set_up(self, name: str) -> None:
        """Bring a link up."""
        self._context.link_set_up(name)

    def set_down(self, name: str) -> None:
        """Bring a link down."""
        self._context.link_set_down(name)

    def set_mtu(self, name: str, mtu: int) -> None:
        """Set the MTU in bytes."""
        self._context.link_set_mtu(name, mtu)

    def set_mac(self, name: str, mac: Union[bytes, str]) -> None:
        """Set the hardware address; a slave has its parent's and refuses."""
        self._context.link_set_mac(name, mac_bytes(mac))

    def rename(self, name: str, new_name: str) -> None:
        """Rename a link."""
        self._context.link_rename(name, new_name)

    def move(self, name: str, netns: NetnsChoice, new_name: Optional[str] = None) -> None:
        """Move a link to another namespace. The kernel takes its addresses and routes away and brings it down."""
        with self._opened(netns) as target:
            self._context.link_move(name, target, new_name)

    def change(
        self, name: str, *, mode: AnyMode = None, flags: AnyFlags = None, change_siblings: bool = False
    ) -> None:
        """Change mode or flags through one slave: they belong to its port, so all siblings change with it."""
        self._context.link_change(name, mode_number(mode), flags_number(flags), change_siblings)

    def delete(self, name: str) -> None:
        """Delete a link."""
        self._context.link_delete(name)

    def delete_many(self, names: Iterable[str]) -> None:
        """Delete several links, all or none; much quicker than one after the other."""
        if isinstance(names, str):
            raise TypeError("several names are wanted")
        self._context.link_delete_many(tuple(names))

    # ---- ports

    def port(self, parent: str) -> Port:
        """Read a parent with all its slaves, in whatever namespace they live."""
        return Port._read(self._context.port_get(parent))

    def change_port(
        self, parent: str, *, mode: AnyMode = None, flags: AnyFlags = None, change_siblings: bool = False
    ) -> None:
        """Change mode or flags of a port and so of all its slaves."""
        self._context.port_change(parent, mode_number(mode), flags_number(flags), change_siblings)

    # ---- addresses

    def addresses(self, link: Optional[str] = None, family: int = socket.AF_UNSPEC) -> tuple[Address, ...]:
        """Read the addresses of a link, or of all."""
        return tuple(map(Address._read, self._context.address_list(link, family)))

    def add_address(self, link: str, address: Union[str, Address]) -> None:
        """Add an address to a link."""
        self._context.address_add(link, address_wish(address))

    def replace_address(self, link: str, address: Union[str, Address]) -> None:
        """Add an address, or update the one that is there."""
        self._context.address_replace(link, address_wish(address))

    def delete_address(self, link: str, address: Union[str, Address]) -> None:
        """Delete an address from a link."""
        self._context.address_delete(link, address_wish(address))

    # ---- routes

    def routes(
        self, link: Optional[str] = None, *, family: int = socket.AF_UNSPEC, table: int = RT_TABLE_MAIN
    ) -> tuple[Route, ...]:
        """Read the routes through a link, or all; ``table`` 0 for all tables."""
        return tuple(map(Route._read, self._context.route_list(link, family, table)))

    def route_to(self, address: str, *, source: Optional[str] = None, link: Optional[str] = None) -> Route:
        """Ask which way the kernel would send a packet, from ``source`` and by ``link`` if these are given."""
        return Route._read(self._context.route_get(address, source, link))

    def add_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Add a route; without a link the kernel chooses one by the gateway."""
        self._context.route_add(link, route_wish(route))

    def replace_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Add a route in the place of one of that destination and metric."""
        self._context.route_replace(link, route_wish(route))

    def append_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Add a route behind those of that destination and metric; for IPv6 those with gateways become one."""
        self._context.route_append(link, route_wish(route))

    def prepend_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Add a route before those of that destination and metric; for IPv6 it is append_route()."""
        self._context.route_prepend(link, route_wish(route))

    def change_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Put a route in the place of one of that destination and metric, which must be there."""
        self._context.route_change(link, route_wish(route))

    def delete_route(self, route: Union[str, Route], link: Optional[str] = None) -> None:
        """Delete a route."""
        self._context.route_delete(link, route_wish(route))

    # ---- namespaces

    def open_netns(self, netns: Union[str, os.PathLike[str], NetnsInfo]) -> Netns:
        """Open a namespace by its name, by the path of a file (a ``pathlib.Path``), or as it was listed."""
        if isinstance(netns, NetnsInfo):
            return self._context.netns_open_inode(netns.inode)
        if isinstance(netns, str):
            return self._context.netns_open_name(netns)
        return self._context.netns_open_path(os.fspath(netns))

    def open_netns_pid(self, pid: int) -> Netns:
        """Open the namespace that a process is in."""
        return self._context.netns_open_pid(pid)

    def open_netns_fd(self, fd: int) -> Netns:
        """Take a namespace from an open file descriptor, which stays the caller's."""
        return self._context.netns_open_fd(fd)

    def current_netns(self) -> Netns:
        """Open the namespace that the calling thread is in."""
        return self._context.netns_open_current()

    def create_netns(self, name: str) -> Netns:
        """Make a namespace with a name."""
        return self._context.netns_create(name)

    def delete_netns(self, name: str) -> None:
        """Take the name from a namespace; it goes when nobody holds it any more."""
        self._context.netns_delete(name)

    def netns_list(self) -> tuple[NetnsInfo, ...]:
        """Find the namespaces of this machine, each once."""
        return tuple(NetnsInfo(**info) for info in self._context.netns_list())

    @contextlib.contextmanager
    def _opened(self, netns: NetnsChoice) -> Iterator[Netns]:
        if isinstance(netns, Netns):
            yield netns
        else:
            with self.open_netns(netns) as opened:
                yield opened

    def set_netns(self, netns: Optional[NetnsChoice]) -> None:
        """Choose the namespace in which this context works; None for the one that it was made in."""
        former = self._place
        self._enter(netns)
        self._leave(former)

    def _own(self, netns: Netns) -> Netns:
        """A reference that nobody else closes, by name where that leads to it: errors then tell the name."""
        if netns.name is not None:
            with contextlib.suppress(Error):
                named = self.open_netns(netns.name)
                if named == netns:
                    return named
                named.close()
        return self._context.netns_open_fd(netns.fileno())

    def _enter(self, netns: Optional[NetnsChoice]) -> None:
        """Work there from now on. What was given also tells the path that it was opened by."""
        place: Optional[Netns]
        given: Optional[Netns]
        if isinstance(netns, Netns):
            place, given = self._own(netns), netns
        else:
            place = given = None if netns is None else self.open_netns(netns)
        try:
            self._context.set_netns(given)
        except BaseException:
            self._leave(place)
            raise
        self._place, self._given = place, given

    @staticmethod
    def _leave(place: Optional[Netns]) -> None:
        if place is not None:
            place.close()

    @contextlib.contextmanager
    def inside(self, netns: NetnsChoice) -> Iterator[Context]:
        """Work in another namespace for a while, then again where the context worked before: one may be in another."""
        before, given = self._place, self._given
        self._enter(netns)
        try:
            yield self
        finally:
            inner = self._place
            self._context.set_netns(before if given is None or given.closed else given)
            self._place, self._given = before, given
            self._leave(inner)

    def call(self, netns: NetnsChoice, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
        """Call a function inside a namespace, on a thread of its own: a socket that it makes belongs there.

        The caller waits and never leaves its own namespace. Signals reach the caller when the function has returned.
        """
        with self._opened(netns) as opened:
            result: Result = self._context.netns_call(opened, functools.partial(function, *args, **kwargs))
            return result

    def exec(self, netns: NetnsChoice, argv: Sequence[str]) -> int:
        """Run a command inside a namespace and wait for it. Returns its exit code, or -N when signal N ended it."""
        if isinstance(argv, str):
            raise TypeError("a command is a sequence of words")
        with self._opened(netns) as opened:
            return os.waitstatus_to_exitcode(self._context.netns_exec(opened, argv))

    # ---- topologies and plans

    def read_topology(self) -> Topology:
        """Read what lives: the ports of this namespace's parents, and their slaves here and in named namespaces."""
        return Topology._wrap(self._context.topology_read())

    def plan(self, topology: Topology, *, prune: bool = False) -> Plan:
        """Plan the way from what lives to a topology. The kernel is only read.

        With ``prune`` the parents that it lists are described whole: their other slaves go, and so do other addresses
        and routes of the slaves that it describes.
        """
        return Plan(self._context, self._context.plan_new(topology._topology, prune))

    def transaction(self) -> Transaction:
        """Begin to gather changes that are then carried out all or not at all."""
        return Transaction(self._context)

    # ---- what changes

    def monitor(
        self,
        *,
        everywhere: bool = False,
        kinds: Optional[Iterable[EventKind]] = None,
        receive_buffer: Optional[int] = None,
        scan_interval: Optional[float] = None,
    ) -> Monitor:
        """Begin to watch this namespace, or all; what is there comes first, as events that are initial.

        ``kinds`` None: all. ``receive_buffer``: bytes of each socket's. ``scan_interval``: seconds between two looks
        for namespaces that nothing announces; 0 for never.
        """
        buffer = -1 if receive_buffer is None else receive_buffer
        interval = -1 if scan_interval is None else math.ceil(scan_interval * 1000)
        return Monitor(self._context.monitor_new(everywhere, kinds_mask(kinds), buffer, interval))

    def wait(self, name: str, condition: Condition = Condition.UP, timeout: Optional[float] = None) -> None:
        """Wait, by events, until a link of this namespace is ready; ``timeout`` in seconds.

        Raises TimedOutError when it is not by then, AddressInUseError when duplicate address detection found another
        holder of an address.
        """
        left = Remaining(timeout)
        # A signal that comes while a wait is set up does not end it, so its handler runs when that one is over.
        for part in itertools.chain((100, 300, 1000, 3000), itertools.repeat(10000)):
            whole = left.milliseconds
            try:
                if self._context.link_wait(name, condition, part if whole < 0 else min(part, whole)):
                    return
            except TimedOutError:
                if 0 <= whole <= part:
                    raise

    # ---- what is wrong

    def diagnose(self, name: Optional[str] = None, topology: Optional[Topology] = None) -> tuple[Diagnosis, ...]:
        """Look for faults of a port, or of all, and for differences from a topology; the worst first."""
        wanted = None if topology is None else topology._topology
        return tuple(map(Diagnosis._read, self._context.diagnose(name, wanted)))

    @staticmethod
    def diagnosis_kinds() -> tuple[DiagnosisKind, ...]:
        """The sorts of faults that this version can find."""
        return tuple(DiagnosisKind(*kind) for kind in _ipvlan.finding_kinds())

    # ---- the host's way to its slaves

    def host_access(self, parent: str) -> HostAccess:
        """Read the host access of a parent."""
        return HostAccess._read(self._context.host_access_get(parent))

    def enable_host_access(self, parent: str, addresses: Optional[Iterable[str]] = None) -> None:
        """Give the host a way to all slaves of a parent, or bring it up to date.

        ``addresses`` are those of the host's own slave; None leaves what it has.
        """
        if isinstance(addresses, str):
            addresses = (addresses,)
        self._context.host_access_enable(parent, None if addresses is None else tuple(addresses))

    def disable_host_access(self, parent: str) -> None:
        """Take it away."""
        self._context.host_access_disable(parent)

    # ---- our own module

    def module_is_loaded(self) -> bool:
        """Whether the ipvlan module is the one that comes with this library."""
        return self._context.module_is_loaded()

    def module_port(self, parent: str) -> ModulePort:
        """Read a port as our module sees it; NotSupportedError without the module."""
        return ModulePort._read(self._context.module_port_get(parent))

    def change_module_port(
        self,
        parent: str,
        options: Optional[Mapping[ModuleOption, bool]] = None,
        *,
        queue_limit: Optional[int] = None,
        gateways: Optional[Iterable[str]] = None,
    ) -> None:
        """Switch options of a port on or off, and put others in the place of its limit and its guarded gateways."""
        self._context.module_port_change(parent, option_words(options, queue_limit, gateways))

    @contextlib.contextmanager
    def _perhaps_opened(self, netns: Optional[NetnsChoice]) -> Iterator[Optional[Netns]]:
        if netns is None:
            yield None
        else:
            with self._opened(netns) as opened:
                yield opened

    def lock_address(self, parent: str, address: str, slave: str, netns: Optional[NetnsChoice] = None) -> None:
        """Lock an address to a slave: no other slave of the port can add it or send in its name."""
        with self._perhaps_opened(netns) as opened:
            self._context.module_lock_address(parent, address, slave, opened)

    def unlock_address(self, parent: str, address: str) -> None:
        """Give a locked address free."""
        self._context.module_unlock_address(parent, address)

    def announce(self, parent: str, slave: Optional[str] = None, netns: Optional[NetnsChoice] = None) -> None:
        """Tell the neighbours where the addresses of a slave are, or those of all that are up."""
        with self._perhaps_opened(netns) as opened:
            self._context.module_announce(parent, slave, opened)
