# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a slave shall be."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, Iterable, Optional, Union

from . import _ipvlan
from ._values import Address, AnyFlags, AnyMode, Route, flags_number, mode_number

NetnsChoice = Union[str, "os.PathLike[str]", _ipvlan.Netns]
"""A namespace: by name, by the path of a file such as ``Path("/proc/1/ns/net")``, or opened before."""


def _one_or_many(value: Union[None, str, Address, Route, Iterable[Any]]) -> tuple[Any, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, (str, Address, Route)) else tuple(value)


@dataclasses.dataclass(frozen=True)
class Slave:
    """A slave to be made, or to be described in a topology. What is None is left to the kernel or to the siblings."""

    parent: Union[str, int]
    """The parent's name, or its index."""
    name: Optional[str] = None
    """None has the kernel choose one."""
    mode: AnyMode = None
    """None joins the siblings, and means l3 for a parent's first slave."""
    flags: AnyFlags = None
    mtu: Optional[int] = None
    netns: Optional[NetnsChoice] = None
    """Where to make it."""
    netns_pid: Optional[int] = None
    """Where to make it: in the namespace of this process."""
    addresses: Union[None, str, Address, Iterable[Union[str, Address]]] = ()
    gateway: Union[None, str, Iterable[str]] = ()
    """Of the default route, one for each family; ``dev`` and ``dev6`` lead straight to the link."""
    routes: Union[None, str, Route, Iterable[Union[str, Route]]] = ()
    up: bool = False
    loopback_up: bool = False
    """Bring lo up in its namespace, too."""
    change_siblings: bool = False
    """Agree to mode and flags of siblings being changed: they belong to the parent."""

    def _wish(self) -> dict[str, Any]:
        wish: dict[str, Any] = {
            "parent_index" if isinstance(self.parent, int) else "parent": self.parent,
            "name": self.name,
            "mtu": self.mtu,
            "netns_pid": self.netns_pid,
            "addresses": tuple(a._wish() if isinstance(a, Address) else a for a in _one_or_many(self.addresses)),
            "gateways": _one_or_many(self.gateway),
            "routes": tuple(r._wish() if isinstance(r, Route) else (r, None) for r in _one_or_many(self.routes)),
            "up": self.up,
            "loopback_up": self.loopback_up,
            "change_siblings": self.change_siblings,
        }
        if self.mode is not None:
            wish["mode"] = mode_number(self.mode)
        if self.flags is not None:
            wish["flags"] = flags_number(self.flags)
        if isinstance(self.netns, _ipvlan.Netns):
            wish["netns_fd"] = self.netns.fileno()
        elif isinstance(self.netns, str):
            wish["netns_name"] = self.netns
        elif self.netns is not None:
            wish["netns_path"] = os.fspath(self.netns)
        return wish
