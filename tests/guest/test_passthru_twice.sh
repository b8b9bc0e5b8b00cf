# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Twice through the stack: what a session of ours sees is passed through to another.

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"
# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

# A virtual disk for lower, as LUN 1; upper has a group of its own.
setUp() {
	load_modules target=twice || return
	modprobe scst_disk
	for side in lower upper; do
		proc_ok scsi_tgt "add_group $side"
		proc_ok "groups/$side/names" "add $side"
		add_session twice $side
	done
	file=$(make_file 16)
	proc_ok vdisk/vdisk "open below $file"
	proc_ok groups/lower/devices "add below 1"
	disk=$(wait_disk lower 1) || return
	hcil=$(basename "$(readlink -f "/sys/block/${disk#/dev/}/device")")
}

tearDown() {
	unload_real
	drop_backing
}

pass() {
	proc_ok scsi_tgt "assign $hcil dev_disk"
	proc_ok groups/upper/devices "add $hcil 2"
	upper=$(wait_disk upper 2)
}

test_data_through_both() {
	assertFalse "not by itself" "proc_read scsi_tgt | grep -q '^$hcil '"
	pass || return
	assertTrue "now it is" "has_handler dev_disk"
	head -c 16777216 /dev/urandom >/tmp/data
	dd if=/tmp/data of="$upper" bs=1M oflag=direct status=none || fail "write"
	blockdev --flushbufs "$upper"
	assertTrue "read back" "cmp $upper /tmp/data"
	assertTrue "in the file" "cmp $file /tmp/data"
	rm -f /tmp/data
	assertEquals "it is the virtual disk" below \
		"$(sg_inq "$upper" | sed -n 's/ *Product identification: *//p' | tr -d ' ')"
	sg_reset -d "$upper" || fail "reset"
	sg_turs -n 3 "$upper" >/dev/null 2>&1
	sg_turs "$upper" || fail "not ready after a reset"
}

# The lower host takes 4 MiB at once.
test_more_than_a_queue_takes() {
	proc_ok scsi_tgt "assign $hcil dev_disk"
	load_testtgt
	dmesg_mark
	real_nexuses
	tt cmd i 0 4 simple direct 28000000000000200000 in=4194304
	tt cmd i 0 5 simple direct 28000000000000200100 in=4194816
	tt wait
	assertEquals "fits: $(tt_log)" 1 "$(tt_count '^done 4 00 - 0 4194304')"
	assertEquals "doesn't: $(tt_log)" 1 "$(tt_count '^done 5 02 5/24/00 4194816 0')"
	assertTrue "says why" "dmesg_has 'READ\(10\) of 4194816 bytes in [0-9]+ segments is more than the device takes \(4194304 bytes, [0-9]+ segments\)'"
}

# "other" is another host that has the lower disk, and not through the upper session.
test_reservations() {
	proc_ok groups/lower/names "add other"
	add_session twice other
	other=$(wait_disk other 1) || return
	pass || return
	for sg in "$upper" "$other"; do
		sg_turs -n 3 "$sg" >/dev/null 2>&1
	done
	sg_raw "$upper" 16 0 0 0 0 0 2>/dev/null || fail "RESERVE"
	assertTrue "kept out" "sg_raw $other 0 0 0 0 0 0 2>&1 | grep -qi 'reservation conflict'"
	sg_raw "$upper" 0 0 0 0 0 0 2>/dev/null || fail "the holder is kept out"
	sg_raw "$upper" 17 0 0 0 0 0 2>/dev/null || fail "RELEASE"
	sg_raw "$other" 16 0 0 0 0 0 2>/dev/null || fail "RESERVE of the other"
	assertTrue "refused" "sg_raw $upper 16 0 0 0 0 0 2>&1 | grep -qi 'reservation conflict'"
	sg_raw "$other" 17 0 0 0 0 0 2>/dev/null || fail "RELEASE of the other"
	sg_raw "$upper" 16 0 0 0 0 0 2>/dev/null || fail "RESERVE, again"
	# The session goes, and its reservation with it.
	del_session twice upper
	wait_for sg_raw "$other" 0 0 0 0 0 0 2>/dev/null || fail "still kept out"
}

# What the lower disk has to tell is asked for by i with REQUEST SENSE; j hears it as well.
test_told_in_the_data_of_request_sense() {
	proc_ok groups/lower/names "add other"
	add_session twice other
	other=$(wait_disk other 1) || return
	sg_turs -n 3 "$other" >/dev/null 2>&1
	proc_ok scsi_tgt "assign $hcil dev_disk"
	load_testtgt
	real_nexuses
	printf '\000\000\000\000\012\012\006\020\000\000\000\000\377\377\000\000' >/tmp/list
	sg_raw -s 16 -i /tmp/list "$other" 15 10 00 00 10 00 >/dev/null 2>&1 || fail "MODE SELECT"
	tt cmd i 0 4 simple direct 030000001200 in=18 show
	tt wait
	assertEquals "in the data: $(tt_log)" 1 "$(tt_count '^data 4 ..0006.*2a01')"
	tt cmd j 0 5 simple direct 000000000000
	tt cmd i 0 6 simple direct 000000000000
	tt wait
	assertEquals "j: $(tt_log)" 1 "$(tt_count '^done 5 02 6/2a/01')"
	assertEquals "i: $(tt_log)" 1 "$(tt_count '^done 6 00')"
}

test_no_loops() {
	pass || return
	proc_err ELOOP groups/lower/devices "add $hcil 5"
	proc_err EBUSY scsi_tgt "assign $hcil dev_disk_perf"
	top=$(basename "$(readlink -f "/sys/block/${upper#/dev/}/device")")
	proc_ok scsi_tgt "assign $top dev_disk"
	proc_err ELOOP groups/lower/devices "add $top 5"
	proc_err ELOOP groups/upper/devices "add $top 5"
	proc_ok groups/upper/devices clear
	proc_ok scsi_tgt "assign $hcil dev_disk_perf"
	assertTrue "assigned" "has_handler dev_disk_perf"
}

# The lower disk goes while the upper one is read; then the lower session does.
test_what_lies_below_goes() {
	pass || return
	dd if="$upper" of=/dev/null bs=64k iflag=direct count=2000 2>/dev/null &
	reader=$!
	sleep 0.3
	proc_ok groups/lower/devices clear
	wait $reader
	wait_for sh -c "! grep -q '^$hcil ' $PROC/scsi_tgt" || fail "it stays: $(proc_read scsi_tgt)"
	no_disk upper 2
	proc_ok groups/lower/devices "add below 1"
	disk=$(wait_disk lower 1) || return
	hcil=$(basename "$(readlink -f "/sys/block/${disk#/dev/}/device")")
	pass || return
	dd if="$upper" of=/dev/null bs=64k iflag=direct count=2000 2>/dev/null &
	reader=$!
	sleep 0.3
	del_session twice lower
	wait $reader
	no_disk upper 2
}
