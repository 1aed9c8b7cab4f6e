# SPDX-License-Identifier: GPL-2.0-or-later
"""The README's session, as it stands there, in a guest: what it prints is what it must print."""

import doctest
import unittest
from pathlib import Path


def load_tests(loader, tests, pattern):
    """The session is one test."""
    readme = Path(__file__).resolve().parents[1] / "README.md"
    tests.addTests(doctest.DocFileSuite(str(readme), module_relative=False, optionflags=doctest.ELLIPSIS))
    return tests


if __name__ == "__main__":
    unittest.main()
