# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# What the tests of the Python binding share: they run in the build folder, or in a guest with both folders named.

top_srcdir=${top_srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)}
builddir=$(cd "${top_builddir:-.}" && pwd -P)
binding=$top_srcdir/bindings/python
stage=$builddir/bindings/python/stage

skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	printf 'FAILED: %s\n' "$*"
	exit 1
}

configured() { sed -n "s/^S\\[\"$1\"\\]=\"\\(.*\\)\"\$/\\1/p" "$builddir/config.status"; }

[[ -e $stage/ipvlan/_ipvlan.so ]] || skip "configure has found no Python 3.11 with its headers (Debian: python3-dev)"
python=$(configured PYTHON)

# The interpreter was not built with the sanitizer that the library and the extension were built with: its runtime must
# come first. What the interpreter never frees is no leak of ours; the tests count for themselves.
preload=
if [[ $(configured SANITIZE_CFLAGS) == *address* ]]; then
	read -ra cc <<<"$(configured CC)"
	preload=$("${cc[@]}" -print-file-name=libasan.so)
	[[ $preload == /* ]] || skip "the address sanitizer of $(configured CC) cannot be loaded first"
fi

# run_python ARG...
run_python() {
	env ${preload:+"LD_PRELOAD=$preload"} ASAN_OPTIONS="detect_leaks=0:${ASAN_OPTIONS:-}" PYTHONPATH="$stage" \
		PYTHONDONTWRITEBYTECODE=1 PYTHONDEVMODE=1 PYTHONWARNINGS=error "$python" -s "$@"
}

# unittest MODULE...: those of the tests folder.
unittest() { (cd "$binding/tests" && run_python -m unittest -v "$@"); }
