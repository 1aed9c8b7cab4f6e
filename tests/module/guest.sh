#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# guest.sh SCRIPT [ARG]...: in a guest, the Python script beside this file on the ipvlan that is found there, which is
# then unloaded. Ends with "unloaded" and what the kernel complained of meanwhile, if anything. Exit status: SCRIPT's;
# 97 after a complaint, 98 when the driver could not be unloaded.
here=$(cd "$(dirname "$0")" && pwd -P)
script=$1
shift
# shellcheck source=lab/complaints.sh
. "$here/../../lab/complaints.sh"
leaks=/sys/kernel/debug/kmemleak
races=/sys/kernel/debug/kcsan

for needed in dummy veth bridge macvlan sit ip_tables nf_conntrack; do modprobe -q $needed; done
mount -t debugfs none /sys/kernel/debug 2>/dev/null
if [ -e $leaks ]; then echo clear >$leaks; fi
modprobe ipvlan || exit 99
PYTHONDONTWRITEBYTECODE=1 python3 "$here/$script" "$@"
status=$?
sleep 1
# How often a race was looked for, and seen: the kernel has some, too.
if [ -e $races ]; then grep -E 'setup_watchpoints|data_races' $races >&2; fi
# modprobe -r would take ipvlan along, which is to be seen to go.
rmmod ipvtap 2>/dev/null
if rmmod ipvlan; then echo "unloaded"; else status=98; fi
# What is five seconds old may be a leak, and is one when nothing about it has changed since it was last seen.
if [ -e $leaks ]; then
	sleep 6
	echo scan >$leaks
	echo scan >$leaks
	cat $leaks
fi
if dmesg | complaints 30; then status=97; fi
exit $status
