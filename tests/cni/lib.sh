# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154
#
# For tests of the plugin in a guest: . it after the lab's lib.sh. A process is dear in a guest, so there are few.
#
#   c1: eth0 ---+
#               +--- eth0 ------ router: 10.0.0.1/24, fd00::1/64
#   c2: eth0 ---+

# Libtool's wrapper is a shell more; the library's folder is known in the guest already.
cni_own=$builddir/cni
[ -x "$cni_own/.libs/ipvlan-cni" ] && cni_own=$cni_own/.libs
cni_stock=/usr/lib/cni
cni_work=$(mktemp -d)
mkdir "$cni_work/bin"
CNI_PATH=$cni_own:$cni_stock:$cni_work/bin
cni_plugin=$cni_own/ipvlan-cni
cni_host_local='"ipam": {"type": "host-local", "dataDir": "/run/ipam", "routes": [{"dst": "0.0.0.0/0"}], "ranges": [[
	{"subnet": "10.0.0.0/24", "rangeStart": "10.0.0.10", "rangeEnd": "10.0.0.12", "gateway": "10.0.0.1"}]]}'

[ -x "$cni_stock/host-local" ] || lab_skip "the reference plugins are not installed in $cni_stock"
command -v jq >/dev/null || lab_skip "jq is not installed"

cni_begin() {
	lab_parent
	ip -batch - <<-EOF
		netns add c1
		netns add c2
	EOF
}

cni_end() {
	rm -rf "$cni_work" /run/ipam /run/ipvlan-cni
	ip -batch - <<-EOF
		netns del c1
		netns del c2
	EOF
	lab_parent_del
	lab_done
}

# net KEYS [NAME [VERSION]]: the configuration is one with these keys, a piece of JSON.
net() {
	conf="{\"cniVersion\": \"${3:-1.1.0}\", \"name\": \"${2:-net1}\", \"type\": \"ipvlan-cni\"${1:+, $1}}"
}

# The result of the last cni_add becomes the configuration's prevResult.
with_prev() {
	conf="${conf%\}}, \"prevResult\": $cni_result}"
}

# cni COMMAND CONTAINER NETNS [IFNAME]: runs the plugin. NETNS is a name or "".
cni() {
	CNI_COMMAND=$1 CNI_CONTAINERID=$2 CNI_NETNS=${3:+/run/netns/$3} CNI_IFNAME=${4-eth0} CNI_PATH=$CNI_PATH \
		"$cni_plugin" <<-EOF
			$conf
		EOF
}

cni_add() {
	expect_ok cni ADD "$@"
	cni_result=$lab_output
}

# expect_json FILTER: the last output fulfils it.
expect_json() {
	lab_checks=$((lab_checks + 1))
	echo "$lab_output" | jq -e "$1" >/dev/null 2>&1 && return
	lab_fail "$1" "expected: true of the output" "output:   $lab_output"
}

# expect_refused CODE PATTERN COMMAND CONTAINER NETNS [IFNAME]: an error object, alone on stdout, and status 1.
expect_refused() {
	cni_code=$1 cni_pattern=$2
	shift 2
	expect_fail 1 "$cni_pattern" cni "$@"
	expect_json ".code == $cni_code and (.msg | length > 0) and (.cniVersion | length > 0)"
}

# Everything that attachments in c1 consist of, without what time alone changes.
cni_state() {
	{
		ip -o link
		ip -n c1 -o addr
		ip -n c1 route
	} | sed 's/qdisc.*//; s/ tentative//; s/valid_lft.*//; /inet6 fe80/d'
	find /run/ipvlan-cni /run/ipam -name '[!.]*[@.]*' 2>/dev/null
}

# ipam_plugin NAME <SCRIPT: an IPAM plugin that writes down its calls, knows 1.1.0, and else does as told.
ipam_plugin() {
	{
		# shellcheck disable=SC2016
		printf '#!/bin/sh\necho "$CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME $CNI_NETNS" >>%s/calls\n' "$cni_work"
		# shellcheck disable=SC2016
		printf '[ "$CNI_COMMAND" = VERSION ] && echo %s && exit\n' \
			"'{\"cniVersion\": \"1.1.0\", \"supportedVersions\": [\"1.0.0\", \"1.1.0\"]}'"
		cat
	} >"$cni_work/bin/$1"
	chmod +x "$cni_work/bin/$1"
	: >"$cni_work/calls"
}
