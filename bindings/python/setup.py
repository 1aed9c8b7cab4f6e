# SPDX-License-Identifier: LGPL-2.1-or-later
"""The extension, against a libipvlan that pkg-config finds. Everything else is said in pyproject.toml."""

import glob
import shlex
import subprocess

from setuptools import Extension, setup


def pkg_config(*options: str) -> str:
    """What pkg-config says of libipvlan."""
    return subprocess.run(
        ["pkg-config", *options, "libipvlan"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


setup(
    version=pkg_config("--modversion"),
    ext_modules=[
        Extension(
            "ipvlan._ipvlan",
            sorted(glob.glob("ext/*.c")),
            depends=["ext/ext.h"],
            extra_compile_args=["-fvisibility=hidden", *shlex.split(pkg_config("--cflags"))],
            extra_link_args=shlex.split(pkg_config("--libs")),
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
