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
)
from ._files import TopologyFileError
from ._ipvlan import Netns, version
from ._slave import Slave
from ._topology import Plan, Topology
from ._values import (
    Address,
    Change,
    Finding,
    Flags,
    Link,
    Links,
    LogLevel,
    Mode,
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
    "Context",
    "Error",
    "ExistsError",
    "Finding",
    "Flags",
    "InterruptedReadError",
    "InvalidError",
    "Link",
    "Links",
    "LogLevel",
    "Mode",
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
    "Topology",
    "TopologyFileError",
    "TopologyParent",
    "TopologySlave",
    "version",
]
