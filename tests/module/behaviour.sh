#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# behaviour.sh MODULE [SECTION]...: in a guest, what the driver MODULE does: "ipvlan" for the kernel's own or the path
# of an ipvlan.ko. diff of two runs is the check; lines with "reason" and "text of" are the drivers' own.
here=$(cd "$(dirname "$0")" && pwd -P)
module=$1
shift
for needed in dummy veth bridge macvlan sit ip_tables nf_conntrack; do modprobe -q $needed; done
case $module in
*/*) insmod "$module" ;;
*) modprobe "$module" ;;
esac || exit 99
PYTHONDONTWRITEBYTECODE=1 python3 "$here/behaviour.py" "$@"
status=$?
sleep 1
rmmod ipvlan && echo "unloaded"
dmesg | grep -E 'WARNING:|BUG:|Oops|KASAN|UBSAN:|possible (circular|recursive) locking|suspicious RCU|refcount_t|unregister_netdevice: waiting'
exit $status
