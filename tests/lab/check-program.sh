# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154
#
# A Check program of this folder in a guest: . it after lib.sh.

# Runs plainly what the address sanitizer watches already, or where there is no valgrind; under valgrind otherwise.
lab_watched() {
	if grep -q __asan_init "$1"; then
		"$@"
	elif command -v valgrind >/dev/null; then
		# The programs count their descriptors themselves; valgrind would list those of every child that ends.
		memcheck --track-fds=no "$@"
	else
		echo "without valgrind: no leak would be seen"
		"$@"
	fi
}

# lab_check_program NAME [plain]: tests/lab/test-NAME is one check here; how many it makes itself, it tells.
lab_check_program() {
	modprobe ipv6
	if [ "${2:-}" = plain ]; then
		lab_run "$builddir/tests/lab/test-$1"
	else
		lab_run lab_watched "$builddir/tests/lab/test-$1"
	fi
	[ "$lab_status" != 77 ] || lab_skip "${lab_output#skipped: }"
	echo "$lab_output"
	[ "$lab_status" = 0 ] || lab_fail "test-$1" "expected: exit status 0" "got:      exit status $lab_status"
}
