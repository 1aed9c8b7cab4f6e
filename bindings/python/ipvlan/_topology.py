# SPDX-License-Identifier: LGPL-2.1-or-later
"""Topologies, and the plans that lead to them."""

from __future__ import annotations

import os
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Union

from . import _files, _ipvlan
from ._closing import Closing
from ._slave import Slave
from ._values import (
    AnyFlags,
    AnyMode,
    Finding,
    ModuleOption,
    Step,
    TopologyParent,
    TopologySlave,
    flags_number,
    mode_number,
    option_words,
)

Progress = Callable[[int, int, Step, bool], object]
"""``progress(done, total, step, undoing)``"""


class Topology(Closing):
    """What a whole host shall look like: parents, namespaces, slaves. Only a description: nothing touches the kernel.

    >>> topology = Topology()
    >>> topology.add_parent("eth0", mode="l2")
    >>> topology.add_slave(Slave("eth0", "ipvl0", netns="ns0", addresses="10.0.0.2/24"))
    >>> topology.check()
    ()
    """

    def __init__(self) -> None:
        """An empty topology."""
        self._topology = _ipvlan.Topology()

    @classmethod
    def _wrap(cls, topology: _ipvlan.Topology) -> Topology:
        wrapped = cls.__new__(cls)
        wrapped._topology = topology
        return wrapped

    @classmethod
    def from_dict(cls, description: Mapping[str, Any]) -> Topology:
        """A topology from what a file of ipvlan-topology(5) holds, as dictionaries and lists.

        Raises TopologyFileError, which tells where in it something is wrong.
        """
        topology = cls()
        _files.load_mapping(description, topology)
        return topology

    @classmethod
    def from_text(cls, text: str) -> Topology:
        """A topology from the text of a file of ipvlan-topology(5), YAML or JSON; findings and steps name its lines.

        Wants PyYAML.
        """
        topology = cls()
        _files.load_text(text, topology)
        return topology

    @classmethod
    def from_file(cls, path: Union[str, os.PathLike[str]]) -> Topology:
        """As from_text(), from a file."""
        with open(path, encoding="utf-8") as file:
            return cls.from_text(file.read(_files.LARGEST + 1))

    def close(self) -> None:
        """Free it now instead of some time later."""
        self._topology.close()

    def set_line(self, line: Optional[int]) -> None:
        """Say from which line of a file the things come that are added from here on."""
        self._topology.set_line(line or 0)

    def add_parent(
        self,
        name: str,
        *,
        mode: AnyMode = None,
        flags: AnyFlags = None,
        options: Optional[Mapping[ModuleOption, bool]] = None,
        queue_limit: Optional[int] = None,
        gateways: Optional[Iterable[str]] = None,
    ) -> None:
        """Describe a parent. It must exist when a plan is made.

        Options, limit and gateways are those of our own module: what is not named stays as it is. Where the module is
        not loaded a plan raises NotSupportedError.
        """
        words = option_words(options, queue_limit, gateways)
        self._topology.add_parent(name, mode_number(mode), flags_number(flags), words or None)

    def add_netns(self, name: str, *, must_exist: bool = False) -> None:
        """Describe a namespace. Those that slaves name are described by that already."""
        self._topology.add_netns(name, must_exist)

    def add_slave(self, slave: Slave) -> None:
        """Describe a slave: with a name, its parent by name, and its namespace by name or not at all."""
        self._topology.add_slave(slave._wish())

    def check(self) -> tuple[Finding, ...]:
        """Check the rules that need no kernel."""
        return tuple(map(Finding._read, self._topology.check()))

    @property
    def parents(self) -> tuple[TopologyParent, ...]:
        """The parents that it describes."""
        return tuple(map(TopologyParent._read, self._topology.get_parents()))

    @property
    def slaves(self) -> tuple[TopologySlave, ...]:
        """The slaves that it describes."""
        return tuple(map(TopologySlave._read, self._topology.get_slaves()))


class Plan(Closing):
    """Steps that lead to a topology, in the order in which they are taken: a sequence of Step."""

    def __init__(self, context: _ipvlan.Context, plan: _ipvlan.Plan) -> None:
        """Made by Context.plan()."""
        self._context = context
        self._plan = plan
        self.steps: tuple[Step, ...] = tuple(map(Step._read, plan.get_steps()))

    def apply(self, progress: Optional[Progress] = None) -> None:
        """Carry it out, all or nothing: when a step fails, those before it are undone in reverse order.

        ``progress(done, total, step, undoing)`` is called before each step, and while undoing. An exception that it
        raises stops the plan, has it undone, and comes out of here with the CanceledError as its context. A keyboard
        interrupt does the same between two steps.
        """
        tell = None if progress is None else told(progress)
        self._context.plan_apply(self._plan, tell)

    def close(self) -> None:
        """Free it now instead of some time later."""
        self._plan.close()

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, index: int) -> Step:
        return self.steps[index]

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


def told(progress: Progress) -> Callable[[int, int, dict[str, Any], int], object]:
    """What the extension calls, for what a user gave."""

    def tell(done: int, total: int, step: dict[str, Any], undoing: int) -> object:
        return progress(done, total, Step._read(step), bool(undoing))

    return tell
