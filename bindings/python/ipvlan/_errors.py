# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is raised. The extension makes its exceptions here, so this file may not import it."""

from __future__ import annotations

import enum
import errno as numbers
import os
from typing import Any, Optional


class Stage(enum.IntEnum):
    """Where in an operation a failure happened. A stage of a newer library is a member without a name of its own."""

    NONE = 0
    SETTINGS = 1
    SOCKET = 2
    NETNS = 3
    PARENT = 4
    CONSENT = 5
    CREATE = 6
    RENAME = 7
    LOOPBACK = 8
    ADDRESS = 9
    UP = 10
    ROUTE = 11
    READ = 12
    CHANGE = 13
    MOVE = 14
    DELETE = 15
    EXEC = 16

    @classmethod
    def _missing_(cls, value: object) -> Optional[Stage]:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = str(value)
        member._value_ = value
        return member

    def __str__(self) -> str:
        from . import _ipvlan

        return _ipvlan.stage_to_string(self) or self._name_


class Error(OSError):
    """A call that failed: the kernel's errno, and the whole story around it.

    ``str(error)`` is the story as one text: what was tried, what was wrong, who stands in the way, what to do.
    """

    message: str
    """What was tried and what was wrong, without the hint."""
    stage: Stage
    """The part of the operation that failed."""
    step: int
    """Which of several like things failed within its stage, or which step of a plan; counted from 0."""
    extack: Optional[str]
    """The kernel's own words."""
    attribute: Optional[str]
    """The attribute that the kernel objected to, such as ``IFLA_MTU``."""
    holder: Optional[str]
    """Who stands in the way, such as ``ipvl0 in namespace ns0``."""
    hint: Optional[str]
    """What to do about it."""
    left_count: int
    """How many steps of a plan that failed could not be undone; 0 when all is as it was before."""

    def __init__(self, number: int, text: str, details: Optional[dict[str, Any]] = None) -> None:
        super().__init__(number, text)
        found = details or {}
        self.message = found.get("message") or text
        self.stage = Stage(found.get("stage", 0))
        self.step = found.get("step", 0)
        self.extack = found.get("extack")
        self.attribute = found.get("attribute")
        self.holder = found.get("holder")
        self.hint = found.get("hint")
        self.left_count = found.get("left_count", 0)

    def __str__(self) -> str:
        return self.strerror or os.strerror(self.errno or 0)

    def __reduce__(self) -> Any:
        names = ("message", "stage", "step", "extack", "attribute", "holder", "hint", "left_count")
        return type(self), (self.errno, self.strerror, {name: getattr(self, name) for name in names})


class InvalidError(Error, ValueError):
    """EINVAL: what was asked for makes no sense."""


class PermissionDeniedError(Error, PermissionError):
    """EPERM or EACCES: a capability is missing."""


class NotFoundError(Error, FileNotFoundError):
    """ENOENT: no such namespace, or a parent without slaves."""


class ExistsError(Error, FileExistsError):
    """EEXIST: the name, address or route is there already."""


class NoProcessError(Error, ProcessLookupError):
    """ESRCH: no such process or route."""


class NoDeviceError(Error):
    """ENODEV: no such link or parent."""


class BusyError(Error):
    """EBUSY: the parent belongs to another driver, or siblings would change without consent."""


class AddressInUseError(Error):
    """EADDRINUSE: a sibling holds the address; ``holder`` names it."""


class NotSupportedError(Error):
    """EOPNOTSUPP: this kernel, or this link, cannot do that."""


class InterruptedReadError(Error, BlockingIOError):
    """EAGAIN: what was read changed again and again."""


class CanceledError(Error):
    """ECANCELED: a plan was stopped, and what it had done was undone."""


class TimedOutError(Error, TimeoutError):
    """ETIMEDOUT: what was waited for did not come in time."""


_CLASSES: dict[int, type[Error]] = {
    numbers.EINVAL: InvalidError,
    numbers.EPERM: PermissionDeniedError,
    numbers.EACCES: PermissionDeniedError,
    numbers.ENOENT: NotFoundError,
    numbers.EEXIST: ExistsError,
    numbers.ESRCH: NoProcessError,
    numbers.ENODEV: NoDeviceError,
    numbers.EBUSY: BusyError,
    numbers.EADDRINUSE: AddressInUseError,
    numbers.EOPNOTSUPP: NotSupportedError,
    numbers.EAGAIN: InterruptedReadError,
    numbers.ECANCELED: CanceledError,
    numbers.ETIMEDOUT: TimedOutError,
}


def make_error(number: int, details: dict[str, Any]) -> Error:
    """The exception for an errno and what the library told about it."""
    return _CLASSES.get(number, Error)(number, details.get("text") or os.strerror(number), details)
