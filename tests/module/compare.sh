#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# compare.sh IN-TREE OURS: two outputs of guest.sh; fails on every difference that differences.txt does not allow
here=$(cd "$(dirname "$0")" && pwd -P)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

grep -v -e '^#' -e '^$' "$here/differences.txt" >"$work/allowed"
table() { grep -vEf "$work/allowed" "$1" | sed 's/ (with text)$//'; }
table "$1" >"$work/in-tree"
table "$2" >"$work/ours"
diff -u "$work/in-tree" "$work/ours"
