#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# operations.sh SEED OPERATIONS: in a guest, operations.py with the ipvlan that is found there, and what the kernel said
# meanwhile.
here=$(cd "$(dirname "$0")" && pwd -P)
for needed in dummy veth; do modprobe -q $needed; done
modprobe ipvlan || exit 99
PYTHONDONTWRITEBYTECODE=1 python3 "$here/operations.py" "$@"
status=$?
sleep 1
rmmod ipvlan && echo "unloaded"
dmesg | grep -E 'WARNING:|BUG:|Oops|KASAN|UBSAN:|possible (circular|recursive) locking|suspicious RCU|refcount_t|unregister_netdevice: waiting'
exit $status
