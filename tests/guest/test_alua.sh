# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Asymmetric access (SPC-5 5.17.2): target port groups and what their states do to
# one disk behind two targets.
# shellcheck disable=SC2154 # log_in() sets $a, $b and $c

# shellcheck source=tests/guest/reserve.sh
. "$GUEST/reserve.sh"

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	load_modules target=t1 initiator= || return
	proc_ok scst_local/scst_local "add_target t2"
	file=$(make_file 4)
	proc_ok vdisk/vdisk "open adisk $file"
	proc_ok groups/Default/devices "add adisk 0"
}

oneTimeTearDown() {
	unload_modules
	drop_backing
}

# t1 in group 1, t2 in group 2
setUp() {
	proc_ok tpg "add_tpg 2"
	proc_ok tpg "add_target 2 t2"
	proc_ok tpg "mode both"
}

# a at t1; b and c at t2
log_all_in() {
	log_in t1 a
	log_in t2 b
	log_in t2 c
}

tearDown() {
	[ -e "$PROC/tpg" ] || return 0
	no_sessions
	proc_ok tpg "mode off"
	[ -z "$(sed -n '/^group id=2/p' "$PROC/tpg")" ] || proc_ok tpg "del_tpg 2"
	proc_ok tpg "set_state 1 optimized"
	proc_ok tpg "pref 1 no"
}

log_in() {
	add_session "$1" "ini.$2" || return
	disk=$(wait_disk "ini.$2" 0) || return
	eval "$2=$(sg_of "$disk")"
	forget "$(sg_of "$disk")"
}

# told DEVICE...: once that a state has changed, as SPC-5 has it through all ports.
told() {
	[ $# -gt 0 ] || set -- "$a" "$b" "$c"
	for device; do
		ready "Unit Attention|Asymmetric access state changed" "$device"
	done
}

standby="Not Ready|Logical unit not accessible, target port in standby state"
unavailable="Not Ready|Logical unit not accessible, target port in unavailable state"
transition="Not Ready|Logical unit not accessible, asymmetric access state transition"

# rtpg DEVICE [FORMAT-BYTE]: the parameter data as hex digits
rtpg() {
	sg_raw -b -r 256 -o /tmp/rtpg "$1" a3 "${2:-0a}" 00 00 00 00 00 00 01 00 00 00 \
		>/tmp/rtpg.log 2>&1 || fail "RTPG: $(cat /tmp/rtpg.log)"
	xxd -p /tmp/rtpg | tr -d '\n'
}

# The number of a target's port.
port_of() {
	sed -n "s/^target .*port=\([0-9]*\) .*name=$1\$/\1/p" "$PROC/tpg"
}

test_groups_are_reported() {
	log_all_in
	p1=$(printf '0000%04x' "$(port_of t1)")
	p2=$(printf '0000%04x' "$(port_of t2)")
	proc_ok tpg "pref 1 yes"
	groups=808f000100000001${p1}008f000200000001${p2}
	assertEquals "00000018$groups" "$(rtpg "$a")"
	assertEquals "from the other" "00000018$groups" "$(rtpg "$b")"
	assertEquals "extended" "0000001c10000000$groups" "$(rtpg "$a" 2a)"
	data="-r 256" expect "Illegal Request|Invalid field in cdb|Command byte 1" "$a" \
		a3 4a 00 00 00 00 00 00 01 00 00 00
	assertContains "$(sg_rtpg -d "$b")" "active/optimized"
}

test_inquiry_tells() {
	log_all_in
	assertContains "$(sg_inq "$a")" "TPGS=3"
	assertContains "$(sg_vpd -p di "$a")" "Target port group: 0x1"
	assertContains "$(sg_vpd -p di "$b")" "Target port group: 0x2"
	proc_ok tpg "mode implicit"
	ready "Unit Attention|Inquiry data has changed" "$a"
	assertContains "$(sg_inq "$a")" "TPGS=1"
	data="-s 8 -i /dev/zero" expect "Illegal Request" "$a" \
		a4 0a 00 00 00 00 00 00 00 08 00 00
	proc_ok tpg "mode off"
	ready "Unit Attention|Inquiry data has changed" "$a"
	assertContains "$(sg_inq "$a")" "TPGS=0"
	assertNotContains "$(sg_vpd -p di "$a")" "Target port group"
	data="-r 64" expect "Illegal Request" "$a" a3 0a 00 00 00 00 00 00 00 40 00 00
}

# The echo buffer modes of WRITE BUFFER and READ BUFFER through b.
echoes() {
	data="-s 4 -i /dev/zero" expect "$1" "$b" 3b 0a 00 00 00 00 00 00 04 00
	data="-r 4" expect "$1" "$b" 3c 0a 00 00 00 00 00 00 04 00
	data="-r 4" expect "$1" "$b" 3c 0b 00 00 00 00 00 00 04 00
}

test_states_act() {
	log_all_in
	disk=$(disk_of ini.b 0)
	proc_ok tpg "set_state 2 standby"
	told
	ready good "$a"
	ready "$standby" "$b"
	reads "$standby" "$b"
	writes "$standby" "$b"
	assertFalse "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
	data="-r 36" expect good "$b" 12 00 00 00 24 00
	data="-r 192" expect good "$b" 1a 00 3f 00 c0 00
	data="-r 8" expect good "$b" 5e 00 00 00 00 00 00 00 08 00
	data="-r 16" expect good "$b" a0 00 00 00 00 00 00 00 00 10 00 00
	echoes good
	reads good "$a"

	proc_ok tpg "set_state 2 unavailable"
	told
	reads "$unavailable" "$b"
	data="-r 192" expect "$unavailable" "$b" 1a 00 3f 00 c0 00
	data="-r 8" expect "$unavailable" "$b" 5e 00 00 00 00 00 00 00 08 00
	data="-r 36" expect good "$b" 12 00 00 00 24 00
	echoes good
	data="-r 4" expect "$unavailable" "$b" 3c 03 00 00 00 00 00 00 04 00
	assertContains "$(rtpg "$b")" "038f0002000200"

	proc_ok tpg "set_state 2 transitioning"
	told
	reads "$transition" "$b"
	echoes "$transition"
	assertContains "$(rtpg "$b")" "0f8f0002000200"

	proc_ok tpg "set_state 2 nonoptimized"
	told
	reads good "$b"
	writes good "$b"
	proc_ok tpg "set_state 2 nonoptimized"
	ready good "$b"
	assertTrue "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
	ready good "$a"
}

test_initiators_set_them() {
	log_all_in
	sg_stpg --tp=1,2 --state=s,ao "$b" >/tmp/stpg.log 2>&1 || fail "$(cat /tmp/stpg.log)"
	ready good "$b"
	told "$a" "$c"
	ready "$standby" "$a"
	ready good "$c"
	assertContains "$(rtpg "$b")" "028f0001000100"
	# From a port in standby.
	sg_stpg --tp=1,2 --state=ao,u "$a" >/tmp/stpg.log 2>&1 || fail "$(cat /tmp/stpg.log)"
	ready good "$a"
	told "$b" "$c"
	ready "$unavailable" "$c"
	assertContains "$(sed -n '/group=2 name=adisk/p' "$PROC/tpg")" "state=unavailable"
}

stpg() {
	wanted=$1
	shift
	bytes "$*"
	data="-s $(wc -c </tmp/list) -i /tmp/list" expect "$wanted" "$a" a4 0a 00 00 00 00 \
		00 00 00 "$(printf %02x "$(wc -c </tmp/list)")" 00 00
}

# All of a list or nothing.
test_bad_lists_change_nothing() {
	log_all_in
	bad="Illegal Request|Invalid field in parameter list|Data byte"
	stpg "$bad 8" 00000000 02000002 0f000001
	stpg "$bad 4" 00000000 04000001
	stpg "$bad 4" 00000000 0e000001
	stpg "$bad 10" 00000000 02000002 02000003
	stpg "$bad 6" 00000000 02000000
	stpg "Illegal Request|Parameter list length error" 00000000 0200
	stpg "Illegal Request|Parameter list length error" 0000
	stpg good 00000000
	expect good "$a" a4 0a 00 00 00 00 00 00 00 00 00 00
	for device in "$a" "$b" "$c"; do
		ready good "$device"
	done
}

inquiry_changed="Unit Attention|Inquiry data has changed"

# Whose port has another group reads VPD page 83h anew; all hear of the state.
test_groups_come_and_go_with_sessions() {
	log_all_in
	proc_ok tpg "set_state 2 standby"
	told
	proc_ok tpg "del_tpg 2"
	both_told
	told "$a"
	ready good "$b"
	case $(rtpg "$b") in
	00000010008f000100??0002*) ;;
	*) fail "$(rtpg "$b")" ;;
	esac
	proc_ok tpg "add_tpg 2"
	proc_ok tpg "set_state 2 unavailable adisk"
	told
	proc_ok tpg "add_target 2 t2 scst_local"
	both_told
	told "$a"
	ready "$unavailable" "$b"
	ready good "$a"
}

# b and c have both to hear, in the order of the table. Linux looks at its device anew
# after the first, and may take the second, which it then logs.
both_told() {
	for name in b c; do
		dmesg_mark
		eval "device=\$$name"
		ready "$inquiry_changed" "$device"
		forget "$device"
		host=$(host_of ini.$name)
		wait_for dmesg_has " ${host#host}:0:0:0: Asymmetric access state changed" ||
			fail "ini.$name was not told of the state"
	done
}

test_a_move_into_the_same_state_tells_only_of_the_group() {
	log_all_in
	proc_ok tpg "del_tpg 2"
	ready "$inquiry_changed" "$b"
	ready good "$b"
	ready good "$a"
}

# Without sd: that of Linux 7 stumbles over a disk whose capacity can't be read (a shift
# by -1 in sd_revalidate_disk()).
test_new_sessions_find_the_state() {
	proc_ok tpg "set_state 1 standby"
	echo 0 >/sys/bus/scsi/drivers_autoprobe
	add_session t1 ini.d
	wait_for sg_is_there ini.d || fail "no device"
	# What power on has to say.
	result "/dev/$d" 00 00 00 00 00 00 >/dev/null
	ready "$standby" "/dev/$d"
	reads "$standby" "/dev/$d"
	no_sessions
	echo 1 >/sys/bus/scsi/drivers_autoprobe
}

sg_is_there() {
	host=$(host_of "$1") && d=$(ls "/sys/class/scsi_device/${host#host}:0:0:0/device/scsi_generic")
}

# SET TARGET PORT GROUPS while asymmetric access comes and goes: a state that was
# accepted is the one that counts, and with "off" none does.
test_set_races_with_off() {
	log_all_in
	printf '\0\0\0\0\2\0\0\2' >/tmp/list.standby
	printf '\0\0\0\0\0\0\0\2' >/tmp/list.optimized
	rm -f /tmp/race.stop
	setters >/tmp/race.log 2>&1 &
	for round in 1 2 3 4 5; do
		for _ in $(seq 10); do
			echo "mode off" >"$PROC/tpg"
			echo "mode both" >"$PROC/tpg"
		done
		wait_for accepted $((round * 2)) || fail "none was accepted in round $round"
	done
	touch /tmp/race.stop
	wait $!
	# Illegal request, or a unit attention; nothing else.
	assertEquals "" "$(grep -vE '^set (0|5|6)$' /tmp/race.log)"
	proc_ok tpg "mode both"
	last=$(sed -n 's/^device group=2 name=adisk state=//p' "$PROC/tpg")
	for device in "$b" "$c"; do
		forget "$device"
		case $last in
		standby) ready "$standby" "$device" ;;
		optimized) ready good "$device" ;;
		*) fail "state '$last'" ;;
		esac
	done
	proc_ok tpg "set_state 2 standby"
	proc_ok tpg "mode off"
	forget "$b"
	ready good "$b"
	reads good "$b"
}

accepted() {
	[ "$(grep -c "^set 0" /tmp/race.log)" -ge "$1" ]
}

setters() {
	while [ ! -e /tmp/race.stop ]; do
		for state in standby optimized; do
			sg_raw -s 8 -i /tmp/list.$state "$a" a4 0a 00 00 00 00 00 00 00 08 00 00 \
				>/dev/null 2>&1
			echo "set $?"
		done
	done
}

test_bad_commands() {
	before=$(cat "$PROC/tpg")
	for command in "mode" "mode on" "add_tpg 0" "add_tpg 65536" "add_tpg x" "add_tpg" \
		"del_tpg 1" "del_tpg 3" "add_target 3 t1" "add_target 2 t3" "add_target 2 t1 vdisk" \
		"set_state 2 fast" "set_state 3 standby" "set_state 2 standby nodisk" \
		"pref 2" "pref 2 maybe" "pref 3 yes"; do
		refused EINVAL "$command"
	done
	refused EEXIST "add_tpg 1"
	refused EEXIST "add_tpg 2"
	for i in $(seq 3 32); do
		echo "add_tpg $i" >"$PROC/tpg" || fail "add_tpg $i"
	done
	refused ENOSPC "add_tpg 33"
	for i in $(seq 3 32); do
		echo "del_tpg $i" >"$PROC/tpg" || fail "del_tpg $i"
	done
	assertEquals "$before" "$(cat "$PROC/tpg")"
}

# The state is compared once, not for each: that takes long.
refused() {
	assertEquals "$2" "$1" "$(echo "$2" | proc_write tpg)"
}

test_targets_leave_their_group() {
	proc_ok scst_local/scst_local "add_target t3"
	proc_ok tpg "add_target 2 t3"
	proc_ok scst_local/scst_local "del_target t3"
	assertNotContains "$(cat "$PROC/tpg")" "name=t3"
	proc_ok scst_local/scst_local "add_target t3"
	assertContains "$(sed -n '/name=t3$/p' "$PROC/tpg")" "group=1"
	proc_ok scst_local/scst_local "del_target t3"
}

# What Linux makes of it: its handler of asymmetric access follows the states.
test_linux_follows() {
	modprobe -q scsi_dh_alua || {
		skip "this kernel has no scsi_dh_alua"
		return
	}
	proc_ok tpg "set_state 2 nonoptimized"
	proc_ok tpg "pref 1 yes"
	sessions_of_linux
	wait_for access_is l1 active/optimized || fail "l1: $(access_of l1)"
	wait_for access_is l2 active/non-optimized || fail "l2: $(access_of l2)"
	assertEquals 1 "$(cat "$(scsi_device ini.l1)/preferred_path")"
	proc_ok tpg "set_state 2 standby"
	for name in l1 l2; do
		dd if="$(disk_of ini.$name 0)" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null
	done
	wait_for access_is l2 standby || fail "l2: $(access_of l2)"
	wait_for access_is l1 active/optimized || fail "l1: $(access_of l1)"
	no_sessions
	wait_for rmmod scsi_dh_alua 2>/dev/null || fail "scsi_dh_alua is in use"
}

sessions_of_linux() {
	add_session t1 ini.l1
	add_session t2 ini.l2
	for name in l1 l2; do
		wait_for scsi_device "ini.$name" >/dev/null || fail "no device for ini.$name"
	done
}

scsi_device() {
	host=$(host_of "$1") && dir=/sys/class/scsi_device/${host#host}:0:0:0/device &&
		[ -e "$dir/access_state" ] && echo "$dir"
}

access_of() {
	cat "$(scsi_device "ini.$1")/access_state" 2>/dev/null
}

access_is() {
	[ "$(access_of "$1")" = "$2" ]
}
