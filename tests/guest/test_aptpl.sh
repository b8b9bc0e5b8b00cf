# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Persistent reservations that are kept (APTPL): over reloads of the modules, on a
# file system that fails, and in a file that is damaged.
# shellcheck disable=SC2154 # sessions() sets $a and $b

# shellcheck source=tests/guest/reserve.sh
. "$GUEST/reserve.sh"

KEPT=/var/lib/scst/pr
LOST="Hardware Error|Persistent reservation information lost|"
NO_ROOM="Illegal Request|Insufficient registration resources|"

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	modprobe -q loop
	modprobe -q ext4
	mkdir -p $KEPT
	truncate -s 8M /tmp/kept.img
	mkfs.ext4 -q -F /tmp/kept.img
	mount -o loop /tmp/kept.img $KEPT || fail "no file system for $KEPT"
	rmdir $KEPT/lost+found
	file=$(make_file 4)
}

oneTimeTearDown() {
	[ -d $KEPT ] || return 0
	umount $KEPT
	rm -rf $KEPT /tmp/kept.img
	drop_backing
}

setUp() {
	start
}

tearDown() {
	[ -d $KEPT ] || return 0
	mount -o remount,rw $KEPT
	! is_loaded scst || unload_modules
	rm -f $KEPT/*
}

start() {
	load_modules target=t1 initiator= || return
	proc_ok vdisk/vdisk "open kdisk $file"
	proc_ok groups/Default/devices "add kdisk 0"
	sessions a b
}

reload() {
	unload_modules && start
}

state() {
	awk 'NR > 1 { print $2, $3, $4, $5, $9, $10 }' "$PROC/reservations"
}

test_kept_over_reload() {
	out good "$a" -G -Z -S a1
	out good "$b" -G -Z -S b1
	out good "$a" -R -T 5 -K a1
	before=$(state)
	reload
	assertEquals "$before" "$(state)"
	assertContains "$(sg_persist -n -i -k "$b")" "generation=0x0"
	data="-r 8" expect good "$b" 5e 02 00 00 00 00 00 00 08 00
	grep -q "^ 00  *00 08 9d 91 ea 01 00 00" /tmp/raw.log || fail "capabilities: $(cat /tmp/raw.log)"
	sessions c
	writes conflict "$c"
	writes good "$a"
	writes good "$b"
	out good "$b" -P -T 3 -K b1 -S a1
	before=$(state)
	reload
	assertEquals "$before" "$(state)"
	reads conflict "$a"
	out good "$b" -C -K b1
	reload
	assertEquals "" "$(state)"
}

# All registrants hold it; more target ports than there are when it is loaded.
test_kept_with_all_target_ports() {
	proc_ok scst_local/scst_local "add_target t2"
	out good "$a" -G -Y -Z -S a1
	out good "$a" -R -T 8 -K a1
	reload
	assertEquals "holder exclusive_access_all_registrants 0x00000000000000a1 yes t1 ini.a
holder exclusive_access_all_registrants 0x00000000000000a1 yes t2 ini.a" "$(state)"
	reads conflict "$b"
	reads good "$a"
	out good "$a" -C -K a1
}

test_not_kept_without_aptpl() {
	out good "$a" -G -S a1
	out good "$a" -R -T 3 -K a1
	assertFalse "no file" "[ -e $KEPT/kdisk ]"
	reload
	assertEquals "" "$(state)"
	out good "$a" -G -Z -S a1
	out good "$a" -R -T 3 -K a1
	out good "$a" -G -K a1 -S a2
	reload
	assertEquals "" "$(state)"
	assertFalse "no temporary file" "[ -e '$KEPT/kdisk%new' ]"
}

# Nothing is acknowledged, nothing changes, the log tells.
test_it_cannot_be_kept() {
	out good "$a" -G -Z -S a1
	before=$(state)
	mount -o remount,ro $KEPT
	dmesg_mark
	out "$NO_ROOM" "$a" -R -T 3 -K a1
	out "$NO_ROOM" "$b" -G -Z -S b1
	dmesg_has "kdisk.*can't be kept" || fail "no line in the log"
	assertEquals "$before" "$(state)"
	writes good "$b"
	mount -o remount,rw $KEPT
	out good "$a" -R -T 3 -K a1
	reads conflict "$b"

	umount $KEPT
	rmdir $KEPT
	dmesg_mark
	out "$NO_ROOM" "$a" -L -T 3 -K a1
	dmesg_has "make that directory" || fail "no line in the log"
	reads conflict "$b"
	mkdir -p $KEPT
	mount -o loop /tmp/kept.img $KEPT
	out good "$a" -L -T 3 -K a1
}

test_it_is_full() {
	out good "$a" -G -Z -S a1
	dd if=/dev/zero of=$KEPT/filler bs=1k 2>/dev/null
	out "$NO_ROOM" "$b" -G -Z -S b1
	assertEquals "registered - 0x00000000000000a1 yes t1 ini.a" "$(state)"
	rm $KEPT/filler
	out good "$b" -G -Z -S b1
	reload
	assertEquals 2 "$(state | wc -l)"
}

# A file that can't be understood is not "no reservations".
test_damaged_file() {
	out good "$a" -G -Z -S a1
	out good "$a" -R -T 1 -K a1
	for damage in "seek=30 count=1" "seek=100 count=1"; do
		unload_modules
		# shellcheck disable=SC2086 # words
		tr '\0' x </dev/zero | dd of=$KEPT/kdisk bs=1 conv=notrunc $damage 2>/dev/null
		dmesg_mark
		load_modules target=t1 initiator= || return
		proc_ok vdisk/vdisk "open kdisk $file"
		dmesg_has "kdisk: .*can't be used: its checksum is wrong" || fail "no line in the log"
		dmesg_has "kdisk: its persistent reservations are lost" || fail "no line in the log"
		assertEquals "lost" "$(state | cut -d ' ' -f 1)"
	done
	unload_modules
	truncate -s 20 $KEPT/kdisk
	load_modules target=t1 initiator= || return
	proc_ok vdisk/vdisk "open kdisk $file"
	assertEquals "lost" "$(state | cut -d ' ' -f 1)"
	proc_ok vdisk/vdisk "close kdisk"
	rm $KEPT/kdisk
	proc_ok vdisk/vdisk "open kdisk $file"
	assertEquals "" "$(state)"
}

# sd gives up such a disk; the sg device is there.
lost_sg() {
	add_session t1 "ini.$1" || return
	wait_for find_sg "ini.$1" >/dev/null || fail "no sg device"
	find_sg "ini.$1"
}

find_sg() {
	host=$(host_of "$1") || return
	for dir in /sys/class/scsi_device/"${host#host}":*:0/device/scsi_generic/sg*; do
		[ ! -e "$dir" ] || echo "/dev/${dir##*/}"
	done | grep .
}

test_replace_lost_reservation() {
	out good "$a" -G -Z -S a1
	out good "$a" -R -T 1 -K a1
	unload_modules
	echo garbage >$KEPT/kdisk
	load_modules target=t1 initiator= || return
	proc_ok vdisk/vdisk "open kdisk $file"
	proc_ok groups/Default/devices "add kdisk 0"
	a=$(lost_sg a) b=$(lost_sg b)
	for device in "$a" "$b"; do
		result "$device" 00 00 00 00 00 00 >/dev/null
		ready "$LOST" "$device"
		reads "$LOST" "$device"
		writes "$LOST" "$device"
		data="-r 36" expect good "$device" 12 00 00 00 24 00
		data="-r 8" expect good "$device" 25 00 00 00 00 00 00 00 00 00
		data="-r 32" expect good "$device" 9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00
		data="-r 8" expect good "$device" 5e 02 00 00 00 00 00 00 08 00
		data="-r 8" expect "$LOST" "$device" 5e 00 00 00 00 00 00 00 08 00
		expect "$LOST" "$device" 16 00 00 00 00 00
		out "$LOST" "$device" -G -S 1
	done
	bytes 0000000000000001 00000000000000b1 00000000 01 00 0000
	raw_out "Illegal Request|Invalid field in parameter list|Data byte 0" "$b" 08 05 18
	bytes 0000000000000000 0000000000000000 00000000 01 00 0000
	raw_out "Illegal Request|Invalid field in parameter list|Data byte 8" "$b" 08 05 18
	bytes 0000000000000000 00000000000000b1 00000000 01 00 0000
	raw_out "Illegal Request|Invalid field in cdb|Command byte 2" "$b" 08 02 18
	raw_out good "$b" 08 05 18
	assertEquals "holder write_exclusive_registrants_only 0x00000000000000b1 yes t1 ini.b" "$(state)"
	writes good "$b"
	ready "Unit Attention|Reservations preempted|" "$a"
	writes conflict "$a"
	before=$(state)
	reload
	assertEquals "$before" "$(state)"
}
