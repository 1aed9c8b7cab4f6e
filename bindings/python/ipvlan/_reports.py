# SPDX-License-Identifier: LGPL-2.1-or-later
"""Values about a machine's faults, the host's way to its slaves, and what only our own kernel module has."""

from __future__ import annotations

import dataclasses
from typing import Any, Mapping, Optional

from ._values import Link, ModuleOption, Route, Severity, known_options


@dataclasses.dataclass(frozen=True)
class Diagnosis:
    """One fault: what it is about, what was seen, what to do."""

    id: str
    """Such as ``duplicate-address``; later versions keep it."""
    severity: Severity
    title: str
    link: Optional[str]
    netns: Optional[str]
    netns_inode: Optional[int]
    subject: str
    """Link and namespace for people."""
    evidence: str
    """What was seen."""
    remedy: str
    """Commands, a line each; one that begins with ``#`` is for people."""
    section: str
    """Of ipvlan-doctor(7)."""

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Diagnosis:
        fields["severity"] = Severity(fields["severity"])
        return cls(**fields)

    def __str__(self) -> str:
        return f"{self.subject}: {self.title}"


@dataclasses.dataclass(frozen=True)
class DiagnosisKind:
    """A sort of fault that this version can find."""

    id: str
    title: str
    section: str


@dataclasses.dataclass(frozen=True)
class HostAccess:
    """The host's own way to the slaves of a parent."""

    link: Optional[Link]
    """The host's own slave; None when there is no host access."""
    routes: tuple[Route, ...]
    missing_count: int
    """How many addresses of slaves have no such route."""

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> HostAccess:
        link = fields.get("link")
        return cls(
            link=None if link is None else Link._read(link),
            routes=tuple(map(Route._read, fields["routes"])),
            missing_count=fields["missing_count"],
        )

    def __bool__(self) -> bool:
        return self.link is not None


@dataclasses.dataclass(frozen=True)
class ModuleAddress:
    """An address that a slave has, or that is locked to it."""

    address: str
    slave: str
    ifindex: int
    nsid: Optional[int]
    """The id that the parent's namespace has for the slave's; None when they are the same."""
    is_held: bool
    is_locked: bool


@dataclasses.dataclass(frozen=True)
class ModulePort:
    """A port as our module sees it."""

    options: frozenset[ModuleOption]
    queue_length: int
    queue_limit: int
    gateways: tuple[str, ...]
    counters: Mapping[str, int]
    """Packets dropped, by reason."""
    knows_addresses: bool
    """Whether the addresses could be read, which wants CAP_NET_ADMIN."""
    addresses: tuple[ModuleAddress, ...]

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> ModulePort:
        fields["options"] = frozenset(option for option, on in known_options(fields["options"]).items() if on)
        fields["addresses"] = tuple(ModuleAddress(**address) for address in fields["addresses"])
        return cls(**fields)
