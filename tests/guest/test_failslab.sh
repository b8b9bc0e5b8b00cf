# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Memory that fails, at one allocation after the other (tests/storm/failnth.c), and at
# random. Only the debug kernels can do that. What leaks is seen by kmemleak at the end.

PEERS=${GUEST%/*}/peers
FAULTS=/sys/kernel/debug/failslab
PAGES=/sys/kernel/debug/fail_page_alloc

can_fail() {
	if [ ! -e $FAULTS ] || [ ! -e /proc/self/fail-nth ]; then
		skip "this kernel has no failslab"
		return 1
	fi
}

# Of allocations that may wait, too, and without a word for each in the log.
oneTimeSetUp() {
	[ -e $FAULTS ] || return 0
	for _dir in $FAULTS $PAGES; do
		echo N >"$_dir/ignore-gfp-wait"
		echo 0 >"$_dir/verbose"
	done
	echo N >$PAGES/ignore-gfp-highmem
	echo 0 >$PAGES/min-order
}

# null_blk of newer kernels has faults of its own, which are counted along; it too is not
# to say a word for each.
quiet_block() {
	make_block "$@" || return
	for _verbose in "$NULLB"/scst*/*_inject/verbose; do
		[ ! -e "$_verbose" ] || echo 0 >"$_verbose"
	done
}

tearDown() {
	unload_modules
	drop_backing
}

# fails AT_LEAST MODE ARG...: failures at every allocation, and as many as that.
fails() {
	_least=$1
	shift
	if ! "$PEERS/failnth" "$@" >/tmp/failnth.log 2>&1; then
		fail "$(cat /tmp/failnth.log)"
		return 1
	fi
	_count=$(sed -n '$s/ failures: .*//p' /tmp/failnth.log)
	[ "$_count" -ge "$_least" ] || fail "$*: only $_count allocations"
}

test_groups() {
	can_fail || return 0
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules || return
	proc_ok scst_local/scst_local "add_target t"
	proc_ok vdisk/vdisk "open d $(make_file 4)"
	fails 3 proc scsi_tgt "add_group g" scsi_tgt "del_group g"
	fails 1 proc groups/g/names "add ini*" groups/g/names "del ini*"
	fails 3 proc groups/g/devices "add d 0" groups/g/devices "del d"
	proc_ok groups/g/devices "del d"
	add_session t ini.1
	fails 5 proc groups/g/devices "add d 0" groups/g/devices "del d"
	wait_disk ini.1 0 >/dev/null
	fails 0 proc groups/g/devices "del d" groups/g/devices "add d 0"
	no_disk ini.1 0
	del_session t ini.1
	fails 0 proc groups/g/names clear groups/g/names "add ini*"
	fails 0 proc scsi_tgt "del_group g" scsi_tgt "add_group g"
}

test_devices() {
	can_fail || return 0
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules || return
	file=$(make_file 4) && block=$(quiet_block 4) || return
	for how in "$file" "$file 4096" "$block O_DIRECT" "$block BLOCKIO" "$block" NULLIO; do
		fails 5 proc vdisk/vdisk "open d $how" vdisk/vdisk "close d"
		[ "$how" = NULLIO ] || fails 0 proc vdisk/vdisk "resync_size d"
		fails 0 proc vdisk/vdisk "close d" vdisk/vdisk "open d $how"
	done
	fails 5 proc vcdrom/vcdrom "open c" vcdrom/vcdrom "close c"
	fails 3 proc vcdrom/vcdrom "change c $file" vcdrom/vcdrom "change c"
	fails 0 proc vcdrom/vcdrom "change c" vcdrom/vcdrom "change c $file"
	fails 0 proc vcdrom/vcdrom "close c" vcdrom/vcdrom "open c"
	fails 1 proc threads 9 threads "$(proc_read threads)"
}

test_sessions() {
	can_fail || return 0
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules || return
	proc_ok vdisk/vdisk "open d $(make_file 4)"
	proc_ok groups/Default/devices "add d 0"
	fails 3 proc scst_local/scst_local "add_target t" scst_local/scst_local "del_target t"
	fails 10 proc scst_local/scst_local "add_session t ini.1" scst_local/scst_local "del_session t ini.1"
	disk=$(wait_disk ini.1 0) || return
	fails 0 proc scst_local/scst_local "del_session t ini.1" scst_local/scst_local "add_session t ini.1"
	fails 0 proc scst_local/scst_local "del_target t" scst_local/scst_local "add_target t"
}


# cdb HEX [in|out LENGTH]: to the disk.
cdb() {
	fails 0 cdb "$sg" "$@"
}

commands() {
	cdb 000000000000
	cdb 120000002400 in 36
	cdb 120183004000 in 64
	cdb 1201b0004000 in 64
	cdb a00000000000000010000000 in 4096
	cdb 1a003f00ff00 in 255
	cdb 55100000000000000800 out 8
	cdb 4d00400000000000ff00 in 255
	cdb a30c80000000000040000000 in 16384
	cdb 28000000000000008000 in 65536
	cdb 2a000000000000008000 out 65536
	cdb 2a080000000000000800 out 4096
	cdb 35000000000000000000
	cdb 2f000000000000000800
	cdb 41000000000000000800 out 512
	cdb 89000000000000000000000000010000 out 1024
	cdb 9e120000000000000000000000400000 in 64
	cdb 5e000000000000004000 in 64
	cdb 5e030000000000004000 in 64
	cdb 5f060000000000001800 out 24
	cdb 1d0000000000
	cdb 56000000000000000000
	cdb 57000000000000000000
}

# own_buffers: the core allocates them, as for drivers of networks.
test_commands() {
	can_fail || return 0
	for own in 0 1; do
		load_modules own_buffers=$own || return
		proc_ok scst_local/scst_local "add_target t"
		for how in "$(make_file 4)" "$(quiet_block 4)" "$(quiet_block 4) BLOCKIO"; do
			proc_ok vdisk/vdisk "open d $how"
			proc_ok groups/Default/devices "add d 0"
			add_session t ini.1
			disk=$(wait_disk ini.1 0) || return
			sg=/dev/$(ls "/sys/block/${disk#/dev/}/device/scsi_generic")
			sg_turs "$sg" >/dev/null 2>&1
			fill "$disk" 4 7
			before=$(sum_of "$disk" 1)
			commands
			assertEquals "what was not written" "$before" "$(sum_of "$disk" 1)"
			del_session t ini.1
			proc_ok vdisk/vdisk "close d"
		done
		unload_modules
	done
}

# sum_of DISK FIRST_MIB: from there to the end.
sum_of() {
	dd if="$1" bs=1M skip="$2" iflag=direct 2>/dev/null | sha256sum
}
