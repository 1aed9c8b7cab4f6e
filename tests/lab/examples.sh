# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# For tests that run a document's examples, in order, as they stand there. In a fence of ```console each line that
# begins with "# " is a command; where other lines follow it, that is what it must print. A fence with the name of a
# file, such as ```yaml host.yaml, is that file. A fence of ```console module is for libipvlan's own module only.

# What depends on the machine, or is said again after an error, is not the document's business.
normalize() { grep -vE '^ipvlanctl: (hint|the kernel says): |Host: |^\|  *\|$' | sed 's/ *$//'; }

# Splits a document into steps N.command, with N.expected, in the folder $work. Prints their number.
split_examples() {
	awk -v dir="$work" -v ours="$([[ ${IPVLAN_MODULE:-stock} == ours ]] && echo 1)" '
		function step(command) {
			n++
			print command > (dir "/" n ".command")
			printf "" > (dir "/" n ".expected")
		}
		/^```/ && inside {inside = 0; console = 0; file = ""; next}
		/^```/ {
			inside = 1
			console = $1 == "```console" && (NF == 1 || ($2 == "module" && ours))
			if (NF == 2 && $2 ~ /\./) {
				file = dir "/" $2
				step("cat " $2 " >/dev/null")
			}
			next
		}
		file {print > file}
		console && /^# / {step(substr($0, 3)); next}
		console {print > (dir "/" n ".expected")}
		END {print n}' "$1"
}

run_step() {
	local command=$work/$1.command expected=$work/$1.expected output=$work/$1.output status=0

	bash "$command" >"$output" 2>&1 || status=$?
	if [[ -s $expected ]]; then
		expect_same "$(normalize <"$expected")" "$(normalize <"$output")" "$(cat "$command")"
	else
		expect_same 0 "$status" "$(cat "$command"; cat "$output")"
	fi
}

# run_examples FILE LEAST: all of them, and there must be so many.
run_examples() {
	local steps step

	steps=$(split_examples "$1")
	expect_same 1 "$((steps >= $2))" "$1 has its examples ($steps)"
	for ((step = 1; step <= steps; step++)); do run_step "$step"; done
}
