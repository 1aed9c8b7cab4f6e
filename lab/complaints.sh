# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
#
# What a kernel says when something is wrong in it, as an extended regular expression: for whoever reads its log.

COMPLAINTS='WARNING:|BUG:|Oops|KASAN:|UBSAN:|KCSAN:|ODEBUG:|refcount_t:|ref_tracker:|INFO: (possible|trying|inconsistent|task|rcu)'
COMPLAINTS="$COMPLAINTS|possible (circular|recursive) locking|suspicious RCU|unregister_netdevice: waiting"
COMPLAINTS="$COMPLAINTS|kmemleak: [0-9]+ new|(page allocation|stack) (failure|guard page)|general protection fault|list_(add|del) corruption"
