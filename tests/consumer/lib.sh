# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# What these tests share: they run in the build folder.

top_srcdir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# configured NAME: what configure found for a variable.
configured() { sed -n "s/^S\\[\"$1\"\\]=\"\\(.*\\)\"\$/\\1/p" config.status; }

# is_built NAME: what the makefile's conditional BUILD_NAME, or HAVE_NAME, says.
is_built() { grep -qE "^S\\[\"(BUILD|HAVE)_$1_TRUE\"\\]=\"\"\$" config.status; }

# What was installed for all tests, by make install DESTDIR= (tests/local.mk).
installed=$PWD/tests/installed

# listed MAP: what a library exports, in order.
listed() { sed -n '/global:/,/local:/s/^\t\([a-z_0-9]*\);$/\1/p' "$1" | sort; }

fail() {
	printf 'FAILED: %s\n' "$*"
	exit 1
}

# The makefile that runs the tests tells its children things that are not meant for ours.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
read -ra cc <<<"$(configured CC)"
read -ra sanitize <<<"$(configured SANITIZE_CFLAGS)"
