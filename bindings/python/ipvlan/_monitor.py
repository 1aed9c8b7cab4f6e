# SPDX-License-Identifier: LGPL-2.1-or-later
"""What changes: a monitor, to be looped over, or to be waited for in a program's own loop."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import time
from typing import Any, AsyncIterator, Callable, Iterable, Iterator, Optional

from . import _ipvlan
from ._closing import Closing
from ._values import Address, Flags, Link, Mode, Route


class EventKind(enum.Enum):
    """What an event is about."""

    RESYNC = "resync"
    """The kernel dropped messages; the differences follow as ordinary events."""
    LINK = "link"
    PORT = "port"
    ADDRESS = "address"
    ROUTE = "route"
    NETNS = "netns"

    @property
    def _bit(self) -> int:
        return 1 << int(getattr(_ipvlan, f"EVENT_{self.name}"))


class EventAction(enum.Enum):
    """What happened to it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Condition(enum.IntEnum):
    """What Context.wait() waits for."""

    EXISTS = _ipvlan.CONDITION_EXISTS
    GONE = _ipvlan.CONDITION_GONE
    UP = _ipvlan.CONDITION_UP
    """It is up and has carrier."""
    ADDRESS_READY = _ipvlan.CONDITION_ADDRESS_READY
    """It is up, has carrier, and no address of it is tentative any more."""


@dataclasses.dataclass(frozen=True)
class Changed:
    """One property: what it was, and what it is now."""

    property: str
    """Such as ``mtu``, ``up``, ``mode``."""
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.property} {self.old} -> {self.new}"


@dataclasses.dataclass(frozen=True)
class Event:
    """One event."""

    kind: EventKind
    action: EventAction
    is_initial: bool
    """Whether it tells of what was there when the monitor began."""
    time: float
    """When the message was read: seconds, as time.time()."""
    netns: Optional[str]
    """A name of the namespace where it happened; for a port the parent's."""
    netns_inode: Optional[int]
    netns_pid: Optional[int]
    link: Optional[Link]
    """The slave that it happened to, or that has the address or the route; without addresses."""
    address: Optional[Address]
    route: Optional[Route]
    parent: Optional[str]
    mode: Optional[Mode]
    flags: Optional[Flags]
    slave_count: int
    """How many slaves of the port are watched."""
    changes: tuple[Changed, ...]

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Event:
        optional = (("link", Link._read), ("address", Address._read), ("route", Route._read))
        for name, read in optional:
            if fields[name] is not None:
                fields[name] = read(fields[name])
        for name, number in (("mode", Mode), ("flags", Flags)):
            if fields[name] is not None:
                fields[name] = number(fields[name])
        fields["kind"] = EventKind(fields["kind"])
        fields["action"] = EventAction(fields["action"])
        fields["changes"] = tuple(Changed(*change) for change in fields["changes"])
        return cls(**fields)

    def __str__(self) -> str:
        subject = self.link.name if self.link else self.parent or self.netns or ""
        detail = self.address or self.route
        words = [self.kind.value, self.action.value, subject, *([str(detail)] if detail else [])]
        return ", ".join([" ".join(filter(None, words)), *map(str, self.changes)])


class Remaining:
    """What is left of a timeout, in whole milliseconds as the library takes them."""

    def __init__(self, seconds: Optional[float]) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def milliseconds(self) -> int:
        """-1 for no end; at most some days, after which the caller asks again."""
        if self._end is None:
            return -1
        return max(0, int(min((self._end - time.monotonic()) * 1000 + 0.999, 1 << 30)))


class Monitor(Closing):
    """Events as they happen: an iterator, which waits, and an asynchronous one.

    It uses its context, which cannot be closed before it, and which nobody else can use while it waits.

    >>> with Context() as ctx, ctx.monitor() as monitor:
    ...     for event in monitor:
    ...         print(event)
    """

    def __init__(self, monitor: _ipvlan.Monitor) -> None:
        """Made by Context.monitor()."""
        self._monitor = monitor
        self._waiters: set[_Waiter] = set()

    def fileno(self) -> int:
        """For select() and the like: readable when read() may have something, or has work to do on its way."""
        return self._monitor.fileno()

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Wait until read() may have something to give; False when so many seconds are over. None: without end."""
        left = Remaining(timeout)
        while True:
            part = left.milliseconds
            result = self._monitor.wait(part)
            if result or (result is False and part < 1 << 30):
                return result

    def read(self) -> Optional[Event]:
        """Read one event, without waiting; None when there is none now."""
        fields = self._monitor.read()
        return None if fields is None else Event._read(fields)

    def pending(self) -> Iterator[Event]:
        """All events that can be read without waiting."""
        while (event := self.read()) is not None:
            yield event

    def __iter__(self) -> Iterator[Event]:
        while not self.closed:
            event = self.read()
            if event is None:
                self.wait()
            else:
                yield event

    async def __aiter__(self) -> AsyncIterator[Event]:
        while not self.closed:
            event = self.read()
            if event is None:
                await self._readable()
            else:
                yield event

    async def _readable(self) -> None:
        waiter = _Waiter(asyncio.get_running_loop(), self.fileno())
        self._waiters.add(waiter)
        waiter.start(self._wake)
        try:
            await waiter.woken
        finally:
            self._waiters.discard(waiter)
            waiter.stop()
            # A loop has one reader of a descriptor, and others may wait in it.
            for other in self._waiters:
                if other.loop is waiter.loop:
                    other.start(self._wake)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        for waiter in self._waiters:
            if waiter.loop is loop:
                waiter.wake()

    @property
    def netns_count(self) -> int:
        """How many namespaces are watched now."""
        return self._monitor.get_netns_count()

    def close(self) -> None:
        """Close all that it has open. Events that were read stay valid; who waits in asyncio for more comes to an end."""
        for waiter in self._waiters:
            waiter.stop()
            waiter.wake()
        self._monitor.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._monitor.closed


class _Waiter:
    """One who waits in asyncio's loop until there is something to read, or nothing any more."""

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int) -> None:
        self.loop = loop
        self._fd: Optional[int] = fd
        self.woken: asyncio.Future[None] = loop.create_future()

    def start(self, wake: Callable[[asyncio.AbstractEventLoop], None]) -> None:
        """Have all woken who wait in the loop, which takes the last reader that it is given."""
        if self._fd is not None:
            self.loop.add_reader(self._fd, wake, self.loop)

    def wake(self) -> None:
        """Nobody waits any more in a loop that was closed, and nothing can be told to it."""
        if not self.woken.done() and not self.loop.is_closed():
            self.woken.set_result(None)

    def stop(self) -> None:
        """Before the descriptor is closed, for its number may be another file's soon."""
        if self._fd is not None:
            self.loop.remove_reader(self._fd)
        self._fd = None


def kinds_mask(kinds: Optional[Iterable[EventKind]]) -> int:
    """The library's set of kinds; below 0 for all, also future ones."""
    if kinds is None:
        return -1
    mask = 0
    for kind in kinds:
        mask |= kind._bit
    return mask
