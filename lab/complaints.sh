# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
#
# What a kernel says when something is wrong in it, as an extended regular expression: for whoever reads its log.
#
# A data race is one when a function of ours is named where it was seen, at either end. The kernel itself has races that it
# lives with, on every path that a packet takes through it.

COMPLAINTS='WARNING:|BUG: ([^K]|K[^C])|Oops|KASAN:|UBSAN:|KCSAN: .*\[ipv(lan|tap)\]|ODEBUG:|refcount_t:|ref_tracker:'
COMPLAINTS="$COMPLAINTS|INFO: (possible|trying|inconsistent|task|rcu)"
COMPLAINTS="$COMPLAINTS|possible (circular|recursive) locking|suspicious RCU|unregister_netdevice: waiting"
COMPLAINTS="$COMPLAINTS|kmemleak: [0-9]+ new|(page allocation|stack) (failure|guard page)|general protection fault|list_(add|del) corruption"

# complaints LINES <LOG: each, with so many lines of what follows. What a test has provoked, and knows to be harmless, it
# says in LAB_HARMLESS, an expression, too.
complaints() { grep -vE -e "${LAB_HARMLESS:-^never$}" | grep -E -A "$1" "$COMPLAINTS"; }
