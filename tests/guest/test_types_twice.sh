# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Virtual drives that are passed through, twice through the stack: an exchange of the
# medium below is told to everybody above.

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

PEERS=${GUEST%/*}/peers

setUp() {
	load_modules target=twice || return
	modprobe scst_cdrom
	for side in lower upper other; do
		proc_ok scsi_tgt "add_group $side"
		proc_ok "groups/$side/names" "add $side"
		add_session twice $side
	done
}

tearDown() {
	for side in other upper lower; do
		[ ! -e "$PROC/groups/$side" ] || proc_ok groups/$side/devices clear
	done
	# Before the core, which unload_real removes.
	! is_loaded scst_user || wait_for rmmod scst_user 2>/tmp/rmmod.err ||
		fail "can't unload scst_user: $(cat /tmp/rmmod.err)"
	unload_real
	rm -f /tmp/*.iso
}

# image NAME MIB: not a file system, but data that repeats for its name
image() {
	truncate -s "${2}M" "/tmp/$1.iso"
	fill "/tmp/$1.iso" "$2" "$2"
}

# sg_at INITIATOR LUN
sg_at() {
	INI=$1 lun_sg "$2"
}

ask() {
	_sg=$1
	shift
	sg_raw -r 4096 -o /tmp/answer "$_sg" "$@" >/tmp/raw 2>&1
}

# Capacity in blocks of 2048, after all that there is to tell.
capacity() {
	quiet_lun "$1"
	ask "$1" 25 00 00 00 00 00 00 00 00 00
	od -An -tx1 /tmp/answer | tr -d ' \n'
}

test_cdrom_and_its_disc() {
	image one 4
	image two 6
	proc_ok vcdrom/vcdrom "open drive /tmp/one.iso"
	proc_ok groups/lower/devices "add drive 1"
	lower=$(sg_at lower 1) || return
	quiet_lun "$lower"
	hcil=$(basename "$(readlink -f "/sys/class/scsi_generic/${lower#/dev/}/device")")
	proc_ok scsi_tgt "assign $hcil dev_cdrom"
	assertTrue "$(proc_read scsi_tgt)" "has_handler dev_cdrom"
	proc_ok groups/upper/devices "add $hcil 2"
	proc_ok groups/other/devices "add $hcil 3"
	upper=$(sg_at upper 2) && other=$(sg_at other 3) || return
	assertEquals "capacity" 000007ff00000800 "$(capacity "$upper")"
	assertEquals "at the other one" 000007ff00000800 "$(capacity "$other")"
	ask "$upper" 28 00 00 00 00 10 00 00 02 00 || fail "READ: $(cat /tmp/raw)"
	assertTrue "its data" "dd if=/tmp/one.iso bs=2048 skip=16 count=2 status=none | cmp - /tmp/answer"
	proc_ok vcdrom/vcdrom "change drive /tmp/two.iso"
	for sg in "$upper" "$other"; do
		: >/tmp/told
		for _try in 1 2 3 4; do
			ask "$sg" 00 00 00 00 00 00 && break
			cat /tmp/raw >>/tmp/told
		done
		assertTrue "$sg is told: $(cat /tmp/told)" "grep -qi 'medium may have changed' /tmp/told"
		assertEquals "the other disc" 00000bff00000800 "$(capacity "$sg")"
	done
	ask "$other" 28 00 00 00 0b ff 00 00 01 00 || fail "READ: $(cat /tmp/raw)"
	assertTrue "its last block" "tail -c 2048 /tmp/two.iso | cmp - /tmp/answer"
	ask "$other" 28 00 00 00 0c 00 00 00 01 00
	assertTrue "beyond it, the drive's own sense" "grep -qi 'block address out of range' /tmp/raw"
}

# A disk with blocks of 520 bytes, which a program makes.
test_disk_of_odd_blocks() {
	modprobe scst_disk
	modprobe scst_user || fail "can't load scst_user"
	"$PEERS/udisk" odd block=520 told_block=512 parse=1 >/tmp/udisk.log 2>&1 &
	program=$!
	wait_for grep -q '^odd ' "$PROC/scsi_tgt" || fail "no disk: $(cat /tmp/udisk.log)"
	proc_ok groups/lower/devices "add odd 1"
	lower=$(sg_at lower 1) || return
	quiet_lun "$lower"
	hcil=$(basename "$(readlink -f "/sys/class/scsi_generic/${lower#/dev/}/device")")
	proc_ok scsi_tgt "assign $hcil dev_disk"
	assertTrue "$(proc_read scsi_tgt)" "has_handler dev_disk"
	proc_ok groups/upper/devices "add $hcil 2"
	upper=$(sg_at upper 2) || return
	assertEquals "length of a block" 00000208 "$(capacity "$upper" | cut -c 9-)"
	head -c 4680 /dev/urandom >/tmp/odd
	sg_raw -s 4680 -i /tmp/odd "$upper" 2a 00 00 00 00 05 00 00 09 00 >/tmp/raw 2>&1 || fail "WRITE: $(cat /tmp/raw)"
	sg_raw -r 4680 -o /tmp/answer "$upper" 28 00 00 00 00 05 00 00 09 00 >/tmp/raw 2>&1 || fail "READ: $(cat /tmp/raw)"
	assertTrue "all of it" "cmp /tmp/answer /tmp/odd"
	sg_raw -r 520 -o /tmp/answer "$lower" 28 00 00 00 00 0d 00 00 01 00 >/tmp/raw 2>&1 || fail "READ below: $(cat /tmp/raw)"
	assertTrue "the last block is where it belongs" "tail -c 520 /tmp/odd | cmp - /tmp/answer"
	proc_ok groups/upper/devices clear
	proc_ok groups/lower/devices clear
	kill -TERM $program
	wait $program || fail "udisk: $(cat /tmp/udisk.log)"
}

find_tape() {
	_host=$(host_of upper) || return 1
	for _dir in /sys/class/scsi_device/"${_host#host}":*:*:2/device/scsi_tape/nst[0-9]; do
		[ -c "/dev/${_dir##*/}" ] || continue
		echo "/dev/${_dir##*/}"
		return 0
	done
	return 1
}

# The tape drive of libscst_user's examples, by Linux's st and tar.
test_tape_of_a_program() {
	[ -x "$PEERS/vtape" ] || {
		skip "vtape was not built"
		return
	}
	modprobe -q st
	for module in scst_tape scst_user; do
		modprobe $module || fail "can't load $module"
	done
	"$PEERS/vtape" drive /tmp/tape.image >/tmp/vtape.log 2>&1 &
	program=$!
	wait_for grep -q '^drive ' "$PROC/scsi_tgt" || fail "no drive: $(cat /tmp/vtape.log)"
	proc_ok groups/lower/devices "add drive 1"
	lower=$(sg_at lower 1) || return
	quiet_lun "$lower"
	hcil=$(basename "$(readlink -f "/sys/class/scsi_generic/${lower#/dev/}/device")")
	proc_ok scsi_tgt "assign $hcil dev_tape"
	assertTrue "$(proc_read scsi_tgt)" "has_handler dev_tape"
	proc_ok groups/upper/devices "add $hcil 2"
	wait_for find_tape >/tmp/tape || fail "no tape at the initiator"
	tape=$(cat /tmp/tape)
	mkdir -p /tmp/files /tmp/back
	head -c 700000 /dev/urandom >/tmp/files/random
	seq 20000 >/tmp/files/numbers
	mt -f "$tape" rewind || fail "rewind"
	# Variable blocks, then such that aren't a power of two, in another file.
	mt -f "$tape" setblk 0
	tar -cf - -C /tmp/files . | dd of="$tape" obs=10k status=none || fail "tar"
	mt -f "$tape" setblk 1000 || fail "setblk"
	head -c 500000 /tmp/files/random | dd of="$tape" bs=20000 iflag=fullblock status=none || fail "write of fixed blocks"
	mt -f "$tape" rewind
	mt -f "$tape" setblk 0
	dd if="$tape" bs=64k status=none | tar -xf - -C /tmp/back || fail "untar"
	assertTrue "the archive" "cmp /tmp/files/random /tmp/back/random && cmp /tmp/files/numbers /tmp/back/numbers"
	mt -f "$tape" setblk 1000
	dd if="$tape" of=/tmp/back/fixed bs=30000 status=none || fail "read of fixed blocks"
	assertTrue "the fixed blocks" "cmp -n 500000 /tmp/back/fixed /tmp/files/random && [ $(stat -c %s /tmp/back/fixed) = 500000 ]"
	mt -f "$tape" rewind
	proc_ok groups/upper/devices clear
	proc_ok groups/lower/devices clear
	kill -TERM $program
	wait $program
	rm -rf /tmp/files /tmp/back /tmp/tape.image
}
