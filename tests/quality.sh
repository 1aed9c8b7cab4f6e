#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The gates that look at the sources instead of running them. Says what it looks at, and everything that it finds.
# shellcheck disable=SC2317 # gate() calls them all, by name
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
failed=0

# gate NAME COMMAND...: quiet while it holds.
gate() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "ok   $name"
	else
		failed=1
		printf 'FAIL %s\n%s\n' "$name" "$output"
	fi
}

sources() { git ls-files -co --exclude-standard -- "$@"; }

c_files() { sources '*.c' '*.h'; }

shell_files() {
	local file
	sources | while read -r file; do
		case $file in
		*.sh | *.lab | *.test) echo "$file" ;;
		*) if [[ -f $file ]] && head -n 1 "$file" | grep -qaE '^#!.*\b(ba)?sh\b'; then echo "$file"; fi ;;
		esac
	done
}

formatted() { c_files | xargs -r clang-format --dry-run --Werror; }

shell_checked() { shell_files | xargs -r shellcheck -x; }

# Definitions of the build, so that the analysers see what the compiler sees.
readonly DEFINES=(-D_GNU_SOURCE -DPACKAGE_VERSION='"0"')
readonly INCLUDES=(-Iinclude -Ilibipvlan -Icli)

# cppcheck does not read jansson's headers.
readonly JANSSON_LOOP='-Djson_array_foreach(a,i,v)=while((v=json_array_get(a,i=0)))'

# ctunullpointer and ctuuninitvar follow a pointer through functions, but not the condition under which it is looked at.
cppchecked() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=ctunullpointer --suppress=ctuuninitvar \
		"$JANSSON_LOOP" "${DEFINES[@]}" "${INCLUDES[@]}" \
		libipvlan cli cni bench
}

tidy_files() {
	clang-tidy --quiet --warnings-as-errors='*' "$@" -- -std=gnu11 "${DEFINES[@]}" -DPKGLIBDIR='"/"' "${INCLUDES[@]}" \
		-isystem /usr/include/libnl3 2>/dev/null
}

tidy() {
	local file status=0

	for file in $(sources 'libipvlan/*.c' 'cli/*.c' 'cni/*.c'); do
		while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || status=1; done
		tidy_files "$file" &
	done
	while [[ -n $(jobs -p) ]]; do wait -n || { (($? == 127)) && break; status=1; }; done
	return "$status"
}

manuals() {
	local output
	# A manual that is not installed here is no fault of the page that names it.
	output=$(mandoc -T lint -W warning man/*.[0-9] 2>&1 | grep -v 'referenced manual not found\|mandoc.db')
	# A quote goes to the end of its line, so a second one stands within the first.
	output+=$(grep -nE '^\.(.* )?[DSQ]q .* [DSQ]q ' man/*.[0-9])
	[[ -z $output ]] || {
		echo "$output"
		return 1
	}
}

# Files whose format has no place for a comment, and texts of licences, are told by REUSE's own convention.
licensed() {
	local missing
	missing=$(sources | grep -vE '^(LICENSES/|NEWS$|debian/(changelog|copyright|source/format|[^/]*\.doc-base)$|tests/fuzz/corpus/|bench/results/)' |
		xargs -r grep -LI 'SPDX-License-Identifier')
	[[ -z $missing ]] || {
		echo "no SPDX line: $missing"
		return 1
	}
}

builds_with_clang() { ./dev build --clang; }

# What has been built is not built again, and nothing is said of it.
is_quiet() {
	local output
	output=$(./dev build --clang 2>&1)
	[[ -z $output ]] || {
		echo "./dev build, a second time, said: $output"
		return 1
	}
}

distributes() {
	[[ -f build/release/Makefile ]] || ./dev build || return 1
	# What the lab proves does not change with the way the sources got here.
	IPVLAN_LAB_KERNEL=none make -s -C build/release distcheck
}

gate "clang-format" formatted
gate "shellcheck" shell_checked
gate "cppcheck" cppchecked
gate "clang-tidy" tidy
gate "manuals" manuals
gate "SPDX lines" licensed
gate "clang -Wall -Wextra -Werror" builds_with_clang
gate "nothing to do" is_quiet
gate "make distcheck" distributes
exit "$failed"
