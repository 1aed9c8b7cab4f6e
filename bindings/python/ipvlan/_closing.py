# SPDX-License-Identifier: LGPL-2.1-or-later
"""What holds something of the library's that can be let go of now, and not only when Python finds the time."""

from types import TracebackType
from typing import Optional, Self


class Closing:
    """Closed at the end of a with block."""

    def close(self) -> None:
        """Let go of it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exception: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()
