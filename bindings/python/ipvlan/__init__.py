# SPDX-License-Identifier: LGPL-2.1-or-later
"""Linux ipvlan links: make, read, change and move them across network namespaces.

The way in is a context:

>>> with Context() as ctx:
...     for link in ctx.links():
...         print(link.name, link.parent, link.mode)

Everything that is read is an immutable value. Errors are OSErrors that tell the whole story, see Error.
"""

from ._context import Context
from ._errors import (
    AddressInUseError,
    BusyError,
    CanceledError,
    Error,
    ExistsError,
    InterruptedReadError,
    InvalidError,
    NoDeviceError,
    NoProcessError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    Stage,
    TimedOutError,
)
from ._files import TopologyFileError
from ._ipvlan import Netns, version
from ._monitor import Changed, Condition, Event, EventAction, EventKind, Monitor
from ._reports import Diagnosis, DiagnosisKind, HostAccess, ModuleAddress, ModulePort
from ._slave import Slave
from ._topology import Plan, Topology
from ._transaction import Transaction
from ._values import (
    Address,
    Change,
    Counters,
    Finding,
    Flags,
    Link,
    Links,
    LogLevel,
    Mode,
    ModuleOption,
    NetnsInfo,
    Port,
    Route,
    Severity,
    Stats,
    Step,
    TopologyParent,
    TopologySlave,
)

__all__ = [
    "Address",
    "AddressInUseError",
    "BusyError",
    "CanceledError",
    "Change",
    "Changed",
    "Condition",
    "Context",
    "Counters",
    "Diagnosis",
    "DiagnosisKind",
    "Error",
    "Event",
    "EventAction",
    "EventKind",
    "ExistsError",
    "Finding",
    "Flags",
    "HostAccess",
    "InterruptedReadError",
    "InvalidError",
    "Link",
    "Links",
    "LogLevel",
    "Mode",
    "ModuleAddress",
    "ModuleOption",
    "ModulePort",
    "Monitor",
    "Netns",
    "NetnsInfo",
    "NoDeviceError",
    "NoProcessError",
    "NotFoundError",
    "NotSupportedError",
    "PermissionDeniedError",
    "Plan",
    "Port",
    "Route",
    "Severity",
    "Slave",
    "Stage",
    "Stats",
    "Step",
    "TimedOutError",
    "Topology",
    "TopologyFileError",
    "TopologyParent",
    "TopologySlave",
    "Transaction",
    "version",
]
