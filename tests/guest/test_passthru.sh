# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Real SCSI devices (scsi_debug's) that are passed through to initiators.

INI=pass-ini

# real_device MODULE [PARAMETER...]: one of scsi_debug's; its name is in $hcil.
real_device() {
	modprobe scsi_debug "$@" || {
		fail "can't load scsi_debug $*"
		return 1
	}
	for _dir in /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*:*; do
		[ -d "$_dir/scsi_device" ] || continue
		hcil=${_dir##*/}
	done
}

setUp() {
	modprobe scst && modprobe scst_local target=pass-tgt initiator=$INI
	dmesg_mark
}

tearDown() {
	printf 'clear\n' | proc_write groups/Default/devices >/dev/null
	for module in scst_local scsi_debug scst_disk scst_tape scst_cdrom scst_passthru scst; do
		! is_loaded $module || wait_for rmmod $module 2>/tmp/rmmod.err ||
			fail "can't unload $module: $(cat /tmp/rmmod.err)"
	done
}

handler_of() {
	proc_read scsi_tgt/scsi_tgt 2>/dev/null || proc_read scsi_tgt
}

# Is this its handler?
has_handler() {
	proc_read scsi_tgt | grep -qE "^$hcil +$1\$"
}

give_real() {
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
	give_real || return
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
