# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Virtual drives that are passed through, twice through the stack: an exchange of the
# medium below is told to everybody above.

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

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
