# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions: changes that are gathered one by one, and carried out all or not at all."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Iterable, Mapping, Optional, Union

from . import _ipvlan
from ._closing import Closing
from ._slave import Slave
from ._topology import Progress, told
from ._values import (
    Address,
    AnyFlags,
    AnyMode,
    ModuleOption,
    Route,
    Step,
    address_wish,
    flags_number,
    mac_bytes,
    mode_number,
    option_words,
    route_wish,
)


class Transaction(Closing):
    """Changes, in the order in which they will be carried out. Nothing touches the kernel before commit().

    Namespaces go by name or by path; None is the one in which the context works. As a context manager it is committed at the end
    of its block, unless an exception leaves that.

    >>> with ctx.transaction() as todo:
    ...     todo.add_netns("ns0")
    ...     todo.create("eth0", "ipvl0", target="ns0", addresses="10.0.0.2/24")
    """

    def __init__(self, context: _ipvlan.Context) -> None:
        """Made by Context.transaction()."""
        self._context = context
        self._transaction = _ipvlan.Transaction()

    def create(
        self,
        slave: Union[Slave, str],
        name: Optional[str] = None,
        *,
        target: Optional[str] = None,
        netns: Optional[str] = None,
        **settings: Any,
    ) -> None:
        """Make a slave, as Context.create() does; ``netns`` is its parent's namespace, ``target`` its own.

        A ``Slave`` says its own target itself.
        """
        if not isinstance(slave, Slave):
            slave = Slave(slave, name, netns=target, **settings)
        elif name is not None or target is not None or settings:
            raise TypeError("a Slave says everything itself")
        self._transaction.create(netns, slave._wish())

    def delete(self, name: str, *, netns: Optional[str] = None) -> None:
        """Delete a slave."""
        self._transaction.delete(netns, name)

    def set_up(self, name: str, up: bool = True, *, netns: Optional[str] = None) -> None:
        """Bring a link up, or down."""
        self._transaction.set_up(netns, name, up)

    def set_mtu(self, name: str, mtu: int, *, netns: Optional[str] = None) -> None:
        """Set a link's MTU."""
        self._transaction.set_mtu(netns, name, mtu)

    def set_mac(self, name: str, mac: Union[bytes, str], *, netns: Optional[str] = None) -> None:
        """Set a link's hardware address."""
        self._transaction.set_mac(netns, name, mac_bytes(mac))

    def move(
        self, name: str, target: Optional[str], *, new_name: Optional[str] = None, netns: Optional[str] = None
    ) -> None:
        """Move a slave to another namespace, or rename it."""
        self._transaction.move(netns, name, target, new_name)

    def change(
        self,
        name: str,
        *,
        mode: AnyMode = None,
        flags: AnyFlags = None,
        change_siblings: bool = False,
        netns: Optional[str] = None,
    ) -> None:
        """Change mode or flags through one slave."""
        self._transaction.change(netns, name, mode_number(mode), flags_number(flags), change_siblings)

    def change_port(
        self,
        parent: str,
        *,
        mode: AnyMode = None,
        flags: AnyFlags = None,
        change_siblings: bool = False,
        netns: Optional[str] = None,
    ) -> None:
        """Change mode or flags of a port."""
        self._transaction.change_port(netns, parent, mode_number(mode), flags_number(flags), change_siblings)

    def change_module_port(
        self,
        parent: str,
        options: Optional[Mapping[ModuleOption, bool]] = None,
        *,
        queue_limit: Optional[int] = None,
        gateways: Optional[Iterable[str]] = None,
        netns: Optional[str] = None,
    ) -> None:
        """Change options of a port, as Context.change_module_port() does."""
        self._transaction.change_options(netns, parent, option_words(options, queue_limit, gateways))

    def add_address(self, link: str, address: Union[str, Address], *, netns: Optional[str] = None) -> None:
        """Add an address."""
        self._transaction.add_address(netns, link, address_wish(address))

    def replace_address(self, link: str, address: Union[str, Address], *, netns: Optional[str] = None) -> None:
        """Add an address, or update it."""
        self._transaction.replace_address(netns, link, address_wish(address))

    def delete_address(self, link: str, address: Union[str, Address], *, netns: Optional[str] = None) -> None:
        """Delete an address."""
        self._transaction.delete_address(netns, link, address_wish(address))

    def add_route(self, link: Optional[str], route: Union[str, Route], *, netns: Optional[str] = None) -> None:
        """Add a route; without a link the kernel chooses one by the gateway."""
        self._transaction.add_route(netns, link, route_wish(route))

    def replace_route(self, link: Optional[str], route: Union[str, Route], *, netns: Optional[str] = None) -> None:
        """Add a route, or put it in the place of the one with that destination and metric."""
        self._transaction.replace_route(netns, link, route_wish(route))

    def change_route(self, link: Optional[str], route: Union[str, Route], *, netns: Optional[str] = None) -> None:
        """Put a route in the place of the one with that destination and metric, which must be there."""
        self._transaction.change_route(netns, link, route_wish(route))

    def delete_route(self, link: Optional[str], route: Union[str, Route], *, netns: Optional[str] = None) -> None:
        """Delete a route."""
        self._transaction.delete_route(netns, link, route_wish(route))

    def add_netns(self, name: str) -> None:
        """Make a namespace."""
        self._transaction.add_netns(name)

    def delete_netns(self, name: str) -> None:
        """Take the name from a namespace."""
        self._transaction.delete_netns(name)

    def set_line(self, line: Optional[int]) -> None:
        """Say from which line of a file the changes come that are added from here on."""
        self._transaction.set_line(line or 0)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was gathered so far."""
        return tuple(map(Step._read, self._transaction.get_steps()))

    def commit(self, progress: Optional[Progress] = None) -> None:
        """Carry it out, all or nothing; ``progress`` as for Plan.apply()."""
        self._context.transaction_apply(self._transaction, None if progress is None else told(progress))

    def close(self) -> None:
        """Free it now instead of some time later."""
        self._transaction.close()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exception: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        try:
            if exception is None:
                self.commit()
        finally:
            self.close()

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))
