# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Persistent reservations (SPC-5 5.14) with three initiators of one disk.
# shellcheck disable=SC2154 # sessions() sets $a, $b, $c and $d

# shellcheck source=tests/guest/reserve.sh
. "$GUEST/reserve.sh"

export DM_DISABLE_UDEV=1		# dmsetup makes its nodes itself

KEPT=/var/lib/scst/pr
PREEMPTED="Unit Attention|Reservations preempted|"
UNREGISTERED="Unit Attention|Registrations preempted|"
RELEASED="Unit Attention|Reservations released|"

open_disks() {
	proc_ok vdisk/vdisk "open pdisk $file"
	proc_ok groups/Default/devices "add pdisk 0"
}

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	mkdir -p $KEPT
	load_modules target=t1 initiator= || return
	file=$(make_file 4)
	open_disks
	sessions a b c
}

oneTimeTearDown() {
	unload_modules
	drop_backing
	rm -rf $KEPT
}

# Nothing registered, nothing to be told. $eye: who looks at what there is, which
# takes a unit attention away.
setUp() {
	eye=$a
	forget "$a"
	persist "$a" -I -S 99 >/dev/null
	persist "$a" -C -K 99 >/dev/null
	for device in "$a" "$b" "$c"; do
		forget "$device"
	done
}

keys() {
	sg_persist -n -i -k "$eye" | sed -n 's/^ *0x\([0-9a-f]*\)$/\1/p' | tr '\n' ' '
}

generation() {
	sg_persist -n -i -k "$eye" | sed -n 's/.*PR generation=0x\([0-9a-f]*\).*/\1/p'
}

has_keys() {
	assertEquals "keys" "$1" "$(keys | sed 's/ $//')"
}

# has_reservation KEY TYPE-WORDS, or nothing
has_reservation() {
	assertEquals "reservation" "$*" "$(sg_persist -n -i -r "$eye" |
		sed -n 's/.*Key=0x//p; s/.*type: //p' | tr '\n' ' ' | sed 's/ $//')"
}

test_register() {
	out conflict "$a" -G -K 1 -S 2
	out good "$a" -G -K 0 -S 0
	has_keys ""
	before=$(generation)
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	has_keys "a1 b1"
	assertEquals 2 $((0x$(generation) - 0x$before))
	out conflict "$a" -G -K b1 -S a2
	out conflict "$a" -G -S a2
	out good "$a" -G -K a1 -S a2
	has_keys "a2 b1"
	out good "$b" -I -S b2
	out good "$c" -I -S 0
	has_keys "a2 b2"
	out good "$a" -G -K a2 -S 0
	out good "$b" -I -S 0
	has_keys ""
	ready good "$a"
	ready good "$b"
}

# What the holder, another registered one and a stranger may do.
test_matrix() {
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	while read -r type breads bwrites creads cwrites name; do
		out good "$a" -R -T "$type" -K a1
		# shellcheck disable=SC2086 # words
		case $type in
		7 | 8) has_reservation 0 $name ;;
		*) has_reservation a1 $name ;;
		esac
		reads good "$a"
		writes good "$a"
		reads "$breads" "$b"
		writes "$bwrites" "$b"
		reads "$creads" "$c"
		writes "$cwrites" "$c"
		ready good "$c"
		data="-r 36" expect good "$c" 12 00 00 00 24 00
		data="-r 8" expect good "$c" 25 00 00 00 00 00 00 00 00 00
		data="-r 192" expect "$creads" "$c" 1a 00 3f 00 c0 00
		expect "$cwrites" "$c" 35 00 00 00 00 00 00 00 00 00
		out good "$a" -R -T "$type" -K a1
		[ "$type" = 1 ] || out conflict "$a" -R -T 1 -K a1
		case $type in
		7 | 8) out good "$b" -R -T "$type" -K b1 ;;
		*) out conflict "$b" -R -T "$type" -K b1 ;;
		esac
		out conflict "$c" -R -T "$type" -K b1
		out good "$a" -L -T "$type" -K a1
		writes good "$c"
		forget "$b"
	done <<-END
		1 good conflict good conflict Write Exclusive
		3 conflict conflict conflict conflict Exclusive Access
		5 good good good conflict Write Exclusive, registrants only
		6 good good conflict conflict Exclusive Access, registrants only
		7 good good good conflict Write Exclusive, all registrants
		8 good good conflict conflict Exclusive Access, all registrants
	END
}

test_dd_of_others_fails() {
	out good "$a" -G -S a1
	out good "$a" -R -T 1 -K a1
	disk=$(disk_of ini.b 0)
	assertTrue "read" "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
	assertFalse "write" "dd if=/dev/zero of=$disk bs=4k count=1 oflag=direct 2>/dev/null"
}

test_release() {
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$a" -R -T 5 -K a1
	out conflict "$c" -L -T 5 -K 0
	out conflict "$a" -L -T 5 -K b1
	out good "$b" -L -T 5 -K b1
	has_reservation a1 "Write Exclusive, registrants only"
	out "Illegal Request|Invalid release of persistent reservation" "$a" -L -T 6 -K a1
	out good "$a" -L -T 5 -K a1
	has_reservation
	ready "$RELEASED" "$b"
	ready good "$a"
	ready good "$c"
	out good "$a" -L -T 5 -K a1

	# Nobody hears of the others' types.
	out good "$a" -R -T 1 -K a1
	out good "$a" -L -T 1 -K a1
	ready good "$b"
}

test_unregistering_releases() {
	for type in 1 6; do
		out good "$a" -G -S a1
		out good "$b" -I -S b1
		out good "$a" -R -T $type -K a1
		out good "$a" -G -K a1 -S 0
		has_keys b1
		has_reservation
		[ $type = 1 ] || ready "$RELEASED" "$b"
		ready good "$b"
	done
	# All registrants: with the last of them only.
	out good "$a" -G -S a1
	out good "$a" -R -T 8 -K a1
	out good "$a" -G -K a1 -S 0
	has_reservation 0 "Exclusive Access, all registrants"
	reads conflict "$a"
	out good "$b" -G -K b1 -S 0
	has_reservation
	reads good "$a"
}

test_clear() {
	eye=$b
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$a" -R -T 3 -K a1
	out conflict "$c" -C -K a1
	out conflict "$b" -C -K a1
	out good "$b" -C -K b1
	has_keys ""
	has_reservation
	ready "$PREEMPTED" "$a"
	ready good "$b"
	ready good "$c"
}

test_preempt() {
	eye=$b
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$c" -G -S c1
	out good "$a" -R -T 5 -K a1
	out conflict "$b" -P -T 1 -K a1 -S a1
	out conflict "$b" -P -T 1 -K b1 -S 77
	out "Illegal Request|Invalid field in parameter list|" "$b" -P -T 1 -K b1 -S 0

	# Not the holder's key: only registrations go.
	out good "$b" -P -T 1 -K b1 -S c1
	has_keys "a1 b1"
	has_reservation a1 "Write Exclusive, registrants only"
	ready "$UNREGISTERED" "$c"
	ready good "$a"

	out good "$c" -G -S c1
	out "Illegal Request|Invalid field in cdb|" "$b" -P -T 2 -K b1 -S a1
	out good "$b" -P -T 3 -K b1 -S a1
	has_keys "b1 c1"
	has_reservation b1 "Exclusive Access"
	reads conflict "$c"
	ready "$RELEASED" "$c"
	ready "$UNREGISTERED" "$a"
	ready good "$b"
	reads conflict "$a"

	# The same type: nothing to tell those that stay.
	out good "$a" -G -S a1
	out good "$c" -P -T 3 -K c1 -S b1
	eye=$c
	has_reservation c1 "Exclusive Access"
	ready good "$a"
	ready "$UNREGISTERED" "$b"

	# Oneself: the key stays, the type changes.
	out good "$c" -P -T 1 -K c1 -S c1
	has_keys "c1 a1"
	has_reservation c1 "Write Exclusive"
}

test_preempt_all_registrants() {
	eye=$b
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$c" -G -S c1
	out good "$a" -R -T 7 -K a1
	out good "$b" -P -T 7 -K b1 -S c1
	has_keys "a1 b1"
	has_reservation 0 "Write Exclusive, all registrants"
	out good "$b" -P -T 5 -K b1 -S 0
	has_keys b1
	has_reservation b1 "Write Exclusive, registrants only"
	ready "$UNREGISTERED" "$a"
	writes conflict "$a"
}

# Two nexuses with one key go together.
test_preempt_by_shared_key() {
	eye=$c
	out good "$a" -G -S 11
	out good "$b" -G -S 11
	out good "$c" -G -S c1
	out good "$a" -R -T 1 -K 11
	out good "$c" -P -T 1 -K c1 -S 11
	has_keys c1
	ready "$UNREGISTERED" "$a"
	ready "$UNREGISTERED" "$b"
}

test_bad_parameters() {
	bad="Illegal Request|Invalid field in parameter list|Data byte"
	length="Illegal Request|Parameter list length error|"
	bytes 0000000000000000 00000000000000a1 00000000 00 00 0000
	raw_out "$length" "$a" 00 00 17
	raw_out "$length" "$a" 00 00 00
	bytes 0000000000000000 00000000000000a1 00000000 00 00 0000 00
	raw_out "$length" "$a" 00 00 19
	has_keys ""
	out good "$a" -G -S a1
	bytes 00000000000000a1 0000000000000000 00000000 08 00 0000 00000000
	for action in 01 02 03 04 05; do
		raw_out "$bad 20" "$a" $action 01 1c
	done
	raw_out "$bad 20" "$a" 06 00 1c
	bytes 00000000000000a1 0000000000000000 00000000 00 00 0000
	for type in 00 02 04 09 0f; do
		raw_out "Illegal Request|Invalid field in cdb|Command byte 2" "$a" 01 $type 18
	done
	raw_out "Illegal Request|Invalid field in cdb|Command byte 2" "$a" 01 11 18
	expect "Illegal Request|" "$a" 5e 04 00 00 00 00 00 00 08 00
	has_reservation
	# Nothing was lost.
	raw_out "Illegal Request|Invalid field in cdb|Command byte 1" "$a" 08 01 18
}

# The initiator port, the target port, and who holds it.
test_full_status() {
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$a" -R -T 6 -K a1
	sg_persist -n -i -s "$c" >/tmp/full
	assertEquals "$(cat /tmp/full)" "a1 holder ini.a b1 ini.b" "$(sed -n 's/^ *Key=0x//p
		s/.*<< Reservation holder.*/holder/p; s/.*iSCSI name: //p' /tmp/full |
		tr '\n' ' ' | sed 's/ $//')"
	data="-r 16" expect good "$c" 5e 03 00 00 00 00 00 00 10 00
	grep -q "^ 00  *00 00 00 .. 00 00 00 60  00 00 00 00 00 00 00 a1" /tmp/raw.log ||
		fail "cut: $(cat /tmp/raw.log)"
	data="-r 8" expect good "$c" 5e 02 00 00 00 00 00 00 08 00
	grep -q "^ 00  *00 08 9d 90 ea 01 00 00" /tmp/raw.log ||
		fail "capabilities: $(cat /tmp/raw.log)"
}

test_proc_file() {
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$a" -R -T 3 -K a1
	sed 1d "$PROC/reservations" >/tmp/rows
	assertEquals "pdisk holder exclusive_access 0x00000000000000a1 no t1 ini.a
pdisk registered - 0x00000000000000b1 no t1 ini.b" \
		"$(awk '{ print $1, $2, $3, $4, $5, $9, $10 }' /tmp/rows)"
	out good "$a" -C -K a1
	forget "$b"
	expect good "$b" 16 00 00 00 00 00
	assertEquals "pdisk reserve - t1 ini.b" \
		"$(awk 'NR > 1 { print $1, $2, $3, $9, $10 }' "$PROC/reservations")"
	expect good "$b" 17 00 00 00 00 00
}

# SPC-5 5.14.3: CRH; SPC-2 7.12: nothing while RESERVE is in force.
test_beside_reserve() {
	expect good "$a" 16 00 00 00 00 00
	out conflict "$a" -G -S a1
	out conflict "$b" -G -S b1
	data="-r 8" expect conflict "$a" 5e 00 00 00 00 00 00 00 08 00
	expect good "$a" 17 00 00 00 00 00

	out good "$a" -G -S a1
	out good "$b" -G -S b1
	for device in "$a" "$b" "$c"; do
		expect conflict "$device" 16 00 00 00 00 00
		expect conflict "$device" 17 00 00 00 00 00
	done
	out good "$a" -R -T 1 -K a1
	expect good "$a" 16 00 00 00 00 00
	expect good "$a" 17 00 00 00 00 00
	expect conflict "$b" 16 00 00 00 00 00
	expect conflict "$b" 17 00 00 00 00 00
	has_reservation a1 "Write Exclusive"
	out good "$a" -L -T 1 -K a1
	out good "$a" -R -T 5 -K a1
	expect good "$b" 56 00 00 00 00 00 00 00 00 00
	expect conflict "$c" 56 00 00 00 00 00 00 00 00 00
	writes good "$a"
}

# A registration is the initiator's, not the session's.
test_over_logout_and_remapping() {
	out good "$b" -G -S b1
	out good "$b" -R -T 3 -K b1
	del_session t1 ini.b
	has_keys b1
	reads conflict "$a"
	sessions b
	reads good "$b"
	sg_reset -d "$b"
	forget "$b"
	forget "$a"
	reads good "$b"
	reads conflict "$a"
	proc_ok groups/Default/devices "del pdisk"
	no_disk ini.a 0
	proc_ok groups/Default/devices "add pdisk 0"
	for name in a b c; do
		eval "$name=$(sg_of "$(wait_disk ini.$name 0)")"
	done
	reads good "$b"
	reads conflict "$a"
}

# rtpi TARGET
rtpi() {
	awk -v target="$1" '$9 == target { print $7; exit }' "$PROC/reservations"
}

test_register_and_move() {
	id=05000014$(printf %s ini.b | od -An -tx1 | tr -d ' \n')000000000000000000000000000000
	out good "$a" -G -S a1
	port=$(printf %04x "$(rtpi t1)")
	bytes 00000000000000a1 00000000000000b1 00 00 "$port" 00000018 "$id"
	raw_out conflict "$a" 07 00 30
	out good "$a" -R -T 1 -K a1
	raw_out good "$a" 07 00 30
	has_keys "a1 b1"
	has_reservation b1 "Write Exclusive"
	writes good "$b"
	writes conflict "$a"
	raw_out conflict "$a" 07 00 30

	# Back again, and away with the own registration.
	id=05000014$(printf %s ini.a | od -An -tx1 | tr -d ' \n')000000000000000000000000000000
	bytes 00000000000000b1 00000000000000a2 00 02 "$port" 00000018 "$id"
	raw_out good "$b" 07 00 30
	has_keys a2
	has_reservation a2 "Write Exclusive"

	bad="Illegal Request|Invalid field in parameter list|Data byte"
	bytes 00000000000000a2 00000000000000a3 00 00 "$port" 00000018 "$id"
	raw_out "$bad 24" "$a" 07 00 30
	bytes 00000000000000a2 00000000000000a3 00 00 fff0 00000018 "$id"
	raw_out "$bad 18" "$a" 07 00 30
	bytes 00000000000000a2 0000000000000000 00 00 "$port" 00000018 "$id"
	raw_out "$bad 8" "$a" 07 00 30
	bytes 00000000000000a2 00000000000000a3 00 00 "$port" 00000014 "$id"
	raw_out "Illegal Request|Parameter list length error|" "$a" 07 00 30
	has_keys a2
	# All registrants hold it: nobody can move it.
	out good "$a" -L -T 1 -K a2
	out good "$a" -R -T 7 -K a2
	bytes 00000000000000a2 00000000000000a3 00 00 "$port" 00000018 "${id%?}1"
	raw_out conflict "$a" 07 00 30
}

# Others are registered in their absence; all target ports at once.
test_spec_i_pt_and_all_tg_pt() {
	proc_ok scst_local/scst_local "add_target t2"
	out good "$a" -G -Y -S a1
	assertEquals "t1 ini.a
t2 ini.a" "$(awk 'NR > 1 { print $9, $10 }' "$PROC/reservations" | sort)"
	out good "$a" -G -Y -K a1 -S 0
	has_keys ""

	pad=000000000000000000000000000000
	b_id=05000014$(printf %s ini.b | od -An -tx1 | tr -d ' \n')$pad
	d_id=05000014$(printf %s ini.d | od -An -tx1 | tr -d ' \n')$pad
	bytes 0000000000000000 00000000000000a1 00000000 0c 00 0000 00000030 "$b_id$d_id"
	raw_out good "$a" 00 00 4c
	assertEquals "t1 ini.a
t1 ini.b
t1 ini.d
t2 ini.a
t2 ini.b
t2 ini.d" "$(awk 'NR > 1 { print $9, $10 }' "$PROC/reservations" | sort)"
	out good "$a" -R -T 6 -K a1
	reads good "$b"
	reads conflict "$c"
	sessions d
	reads good "$d"
	del_session t1 ini.d

	# Only for one that is not registered yet; of the port's protocol; whole.
	bytes 00000000000000a1 00000000000000a2 00000000 08 00 0000 00000018 "$b_id"
	raw_out "Illegal Request|Invalid field in parameter list|Data byte 20" "$a" 00 00 34
	out good "$a" -C -K a1
	forget "$b"
	bytes 0000000000000000 00000000000000a1 00000000 08 00 0000 00000018 "00${b_id#05}"
	raw_out "Illegal Request|Invalid field in parameter list|Data byte 28" "$a" 00 00 34
	bytes 0000000000000000 00000000000000a1 00000000 08 00 0000 00000019 "$b_id"
	raw_out "Illegal Request|Parameter list length error|" "$a" 00 00 34
	has_keys ""
	proc_ok scst_local/scst_local "del_target t2"
}

# The commands of the preempted one end before the answer comes.
test_preempt_and_abort() {
	modprobe -q dm-mod
	proc_ok groups/Default/devices "del pdisk"
	block=$(make_block 8)
	dmsetup create stuck --table "0 $(blockdev --getsz "$block") linear $block 0"
	proc_ok vdisk/vdisk "open pstuck /dev/mapper/stuck BLOCKIO"
	proc_ok groups/Default/devices "add pstuck 0"
	for name in a b; do
		eval "$name=$(sg_of "$(wait_disk ini.$name 0)")"
		eval "forget \$$name"
	done
	out good "$a" -G -S a1
	out good "$b" -G -S b1
	out good "$b" -R -T 3 -K b1
	dmsetup suspend --noflush --nolockfs stuck
	sg_raw -t 60 -r 512 "$b" 28 00 00 00 00 64 00 00 01 00 >/tmp/stuck.log 2>&1 &
	reader=$!
	sleep 1
	sg_persist -n -o -A -T 3 -K a1 -S b1 "$a" >/tmp/abort.log 2>&1 &
	abort=$!
	sleep 3
	assertTrue "it waits for the read" "[ -d /proc/$abort ]"
	assertTrue "the read is there" "[ -d /proc/$reader ]"
	dmsetup resume stuck
	wait $abort
	assertEquals "PREEMPT AND ABORT" 0 $?
	wait $reader
	assertNotEquals "the read was aborted" 0 $?
	eye=$a
	has_keys a1
	has_reservation a1 "Exclusive Access"
	ready "$UNREGISTERED" "$b"
	reads conflict "$b"
	reads good "$a"
	proc_ok vdisk/vdisk "close pstuck"
	dmsetup remove stuck
	proc_ok groups/Default/devices "add pdisk 0"
	for name in a b c; do
		eval "$name=$(sg_of "$(wait_disk ini.$name 0)")"
	done
}
