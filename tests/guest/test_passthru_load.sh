# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Real devices, their handlers and modules come and go while initiators use them.

INI=load-ini

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

setUp() {
	modprobe scst_disk && modprobe scst_local target=load-tgt initiator=$INI || return
	real_device dev_size_mb=16 ndelay=50000 || return
	start_load
}

tearDown() {
	stop_load
	unload_real
}

# Readers and writers that don't mind errors, of LUN 1, whatever its disk is now.
start_load() {
	rm -f /tmp/stop
	proc_ok groups/Default/devices "add $hcil 1"
	wait_disk $INI 1 >/dev/null || return
	# Not "of" alone: in place of a disk that has just gone it would make a file.
	for way in "iflag=direct of=/dev/null if=" "oflag=direct conv=nocreat if=/dev/zero of="; do
		while [ ! -e /tmp/stop ]; do
			disk=$(disk_of $INI 1) || disk=/dev/null
			# shellcheck disable=SC2086 # words
			[ ! -b "$disk" ] || dd ${way}"$disk" bs=16k count=64 2>/dev/null
			sleep 0.05
		done &
	done
}

stop_load() {
	touch /tmp/stop
	wait
}

# Some blocks are moved after this.
is_used() {
	before=$(reads)
	wait_for more_reads || fail "nobody reads: $(proc_read statistics | grep "name=$hcil ")"
}

reads() {
	proc_read statistics | sed -n "s/^device name=$hcil .* reads=\([0-9]*\) .*/\1/p"
}

more_reads() {
	now=$(reads)
	[ "${now:-0}" -gt "${before:-0}" ]
}

test_assign() {
	for handler in dev_disk_perf dev_disk; do
		is_used
		proc_ok scsi_tgt "assign $hcil $handler"
		assertTrue "$handler" "has_handler $handler"
	done
	is_used
}

test_unplug() {
	is_used
	echo 1 >"/sys/class/scsi_device/$hcil/device/delete"
	assertFalse "gone" "proc_read scsi_tgt | grep -q '^$hcil '"
	echo "- - -" >"/sys/class/scsi_host/host${hcil%%:*}/scan"
	wait_for has_handler dev_disk || fail "it is not back"
	proc_ok groups/Default/devices "add $hcil 1"
	is_used
	rmmod scsi_debug || fail "scsi_debug stays"
	assertFalse "gone with its host" "proc_read scsi_tgt | grep -q '^$hcil '"
}

test_handler_goes() {
	is_used
	rmmod scst_disk || fail "scst_disk stays"
	assertTrue "no handler" "has_handler -"
	proc_err EINVAL groups/Default/devices "add $hcil 1"
	modprobe scst_disk
	assertTrue "it is back" "has_handler dev_disk"
	proc_ok groups/Default/devices "add $hcil 1"
	is_used
}

# What the device has lost keeps nobody from unplugging it.
test_unplug_with_lost_commands() {
	is_used
	real_set every_nth 3
	real_set opts 4
	sleep 0.5
	echo 1 >"/sys/class/scsi_device/$hcil/device/delete"
	real_set opts 0
	assertFalse "gone" "proc_read scsi_tgt | grep -q '^$hcil '"
}
