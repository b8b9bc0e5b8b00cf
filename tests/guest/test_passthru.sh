# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Real SCSI devices (scsi_debug's) that are passed through to initiators.

INI=pass-ini

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

setUp() {
	modprobe scst && modprobe scst_local target=pass-tgt initiator=$INI
	dmesg_mark
}

tearDown() {
	unload_real
}

give_disk() {
	proc_ok groups/Default/devices "add $hcil 1" || return
	disk=$(wait_disk $INI 1) || return
	sg_turs "$disk" >/dev/null 2>&1
	return 0
}

test_handlers_take_devices() {
	real_device dev_size_mb=8 || return
	assertTrue "no handler: $(proc_read scsi_tgt)" "has_handler -"
	proc_err EINVAL groups/Default/devices "add $hcil 1"
	modprobe scst_disk
	assertTrue "a handler comes: $(proc_read scsi_tgt)" "has_handler dev_disk"
	proc_ok scsi_tgt "assign $hcil dev_disk_perf"
	assertTrue "assigned" "has_handler dev_disk_perf"
	proc_err EINVAL scsi_tgt "assign $hcil dev_nothing"
	proc_err EINVAL scsi_tgt "assign 9:9:9:9 dev_disk"
	rmmod scsi_debug
	assertFalse "the device goes" "proc_read scsi_tgt | grep -q '^$hcil '"
	real_device dev_size_mb=8 || return
	assertTrue "another comes" "has_handler dev_disk"
}

test_reads_and_writes() {
	modprobe scst_disk
	real_device dev_size_mb=16 || return
	give_disk || return
	head -c 16777216 /dev/urandom >/tmp/data
	dd if=/tmp/data of="$disk" bs=1M oflag=direct status=none || fail "write"
	blockdev --flushbufs "$disk"
	assertTrue "read back" "cmp $disk /tmp/data"
	real=$(echo /sys/class/scsi_device/"$hcil"/device/block/*)
	assertTrue "on the device itself" "cmp /dev/${real##*/} /tmp/data"
	assertEquals "INQUIRY is the device's" "Linux" \
		"$(sg_inq "$disk" | sed -n 's/ *Vendor identification: *//p' | tr -d ' ')"
	rm -f /tmp/data
}
