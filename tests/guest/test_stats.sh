# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# /proc/scsi_tgt/statistics: what initiators did is what is counted.

setUp() {
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules && proc_ok scst_local/scst_local "add_target st" &&
		proc_ok vdisk/vdisk "open counted $(make_file 8)" &&
		proc_ok groups/Default/devices "add counted 0" &&
		add_session st ini.stats && disk=$(wait_disk ini.stats 0)
}

tearDown() {
	unload_modules
	drop_backing
}

SESSION="session driver=scst_local target=st initiator=ini.stats"

# counter LINE NAME: of the session or the device
counter() {
	proc_read statistics | sed -n "/^$1 /s/.* $2=\\([0-9,]*\\).*/\\1/p"
}

# How much a counter goes up by COMMAND...
grown() {
	_line=$1 _name=$2
	shift 2
	_before=$(counter "$_line" "$_name")
	"$@" >/tmp/grown.out 2>&1
	echo $(($(counter "$_line" "$_name") - _before))
}

sum() {
	echo $(($(echo "$1" | tr , +)))
}

test_format() {
	assertEquals "version 1" "$(proc_read statistics | head -n 1)"
	assertEquals "one line for the session" 1 \
		"$(proc_read statistics | grep -c '^session driver=scst_local target=st initiator=ini.stats group=Default reads=')"
	assertEquals "one line for the device" 1 \
		"$(proc_read statistics | grep -c '^device name=counted handler=vdisk reads=')"
	assertEquals "buckets of a histogram" 26 "$(counter device read_latency | tr , '\n' | grep -c .)"
}

test_reads_and_writes() {
	for _of in "$SESSION" device; do
		assertEquals "$_of: reads" 16 \
			"$(grown "$_of" reads dd if="$disk" of=/dev/null bs=4k count=16 iflag=direct)"
		assertEquals "$_of: read bytes" 65536 \
			"$(grown "$_of" read_bytes dd if="$disk" of=/dev/null bs=4k count=16 iflag=direct)"
		assertEquals "$_of: writes" 8 \
			"$(grown "$_of" writes dd if=/dev/zero of="$disk" bs=8k count=8 oflag=direct)"
		assertEquals "$_of: written bytes" 65536 \
			"$(grown "$_of" write_bytes dd if=/dev/zero of="$disk" bs=8k count=8 oflag=direct)"
		assertEquals "$_of: no errors by that" 0 \
			"$(grown "$_of" errors dd if=/dev/zero of="$disk" bs=8k count=8 oflag=direct)"
		assertEquals "$_of: reads in the histogram" "$(counter "$_of" reads)" \
			"$(sum "$(counter "$_of" read_latency)")"
		assertEquals "$_of: writes in the histogram" "$(counter "$_of" writes)" \
			"$(sum "$(counter "$_of" write_latency)")"
	done
}

test_others_and_errors() {
	for _of in "$SESSION" device; do
		assertEquals "$_of: others" 1 "$(grown "$_of" others sg_raw "$disk" 00 00 00 00 00 00)"
		# READ(10) of the block after the last.
		assertEquals "$_of: errors" 1 \
			"$(grown "$_of" errors sg_raw -r 512 "$disk" 28 00 00 00 40 00 00 00 01 00)"
		assertEquals "$_of: a failed read moves nothing" 0 \
			"$(grown "$_of" read_bytes sg_raw -r 512 "$disk" 28 00 00 00 40 00 00 00 01 00)"
	done
}

# A session's counters are its own; the device's are those of all.
test_two_sessions() {
	add_session st ini.other
	_disk2=$(wait_disk ini.other 0) || return
	assertEquals "the other session's reads" 0 \
		"$(grown "$SESSION" reads \
			dd if="$_disk2" of=/dev/null bs=4k count=4 iflag=direct)"
	assertEquals "the device's reads" 4 \
		"$(grown device reads dd if="$_disk2" of=/dev/null bs=4k count=4 iflag=direct)"
}
