# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# scst_local: targets and sessions that come and go, the disks behind them, what
# the initiator's mid-level is told, error handling, and unloading.

LOCAL=scst_local/scst_local
MNT=/tmp/local.mnt
export DM_DISABLE_UDEV=1		# dmsetup makes its nodes itself

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	mkdir -p $MNT
	load_modules target=t1 initiator= || return
	file=$(make_file 32) block=$(make_block 32)
	proc_ok vdisk/vdisk "open lfile $file"
	proc_ok vdisk/vdisk "open lblock $block BLOCKIO"
	proc_ok vdisk/vdisk "open lnull NULLIO"
	proc_ok groups/Default/devices "add lfile 0"
	proc_ok groups/Default/devices "add lblock 7"
}

oneTimeTearDown() {
	unload_modules
	drop_backing
}

# Whatever a failed test has left.
tearDown() {
	umount $MNT 2>/dev/null
	for name in stuck stuck2; do
		dmsetup resume $name 2>/dev/null
		put vdisk/vdisk "close $name"
		dmsetup remove $name 2>/dev/null
	done
	sed 1d "$PROC/$LOCAL" >/tmp/local.sessions 2>/dev/null
	while read -r target initiator _; do
		put $LOCAL "del_session $target $initiator"
	done </tmp/local.sessions
}

put() {
	{ printf '%s\n' "$2" >"$PROC/$1"; } 2>/dev/null
}

# last_says PATTERN: the reason of the last refusal.
last_says() {
	# shellcheck disable=SC2254 # a pattern is wanted
	case $(cat "$PROC/last_result") in
	$1) ;;
	*) fail "last_result is '$(cat "$PROC/last_result")', expected '$1'" ;;
	esac
}

rows() {
	sed 1d "$PROC/$LOCAL" | wc -l
}

sg_of() {
	basename "$(echo "/sys/block/${1#/dev/}"/device/scsi_generic/sg*)" | sed 's,^,/dev/,'
}

# Reads of data with verification, and of what was written before.
verify() {
	fio --name=verify --filename="$1" --direct=1 --ioengine=libaio --iodepth=16 --rw=randrw --bsrange=512-64k \
		--size="${2:-4M}" --verify=crc32c --verify_fatal=1 --randseed=3 >/tmp/verify.log 2>&1 &&
		return
	tail -n 20 /tmp/verify.log
	fail "fio on $1 found something wrong"
}

# load DEVICE: verified I/O in the background until load_stop.
load_start() {
	fio --name=load --filename="$1" --direct=1 --ioengine=libaio --iodepth=8 --rw=randrw --bs=4k --size=2M \
		--verify=crc32c --verify_fatal=1 --time_based --runtime=600 --loops=10000 >/tmp/load.log 2>&1 &
	load_pid=$!
	sleep 1
}

load_stop() {
	kill -0 "$load_pid" 2>/dev/null || fail "the background I/O ended early"
	kill -INT "$load_pid" 2>/dev/null
	wait "$load_pid"
	assertFalse "the background I/O had errors" "grep -E 'verify:|err= *[1-9]|error' /tmp/load.log"
}

# disk_is INITIATOR LUN NAME: by what it says itself.
disk_is() {
	_disk=$(disk_of "$1" "$2") && sg_inq "$_disk" 2>/dev/null | grep -q "Product identification: $3 *\$"
}

# done_within SECONDS PID: 0 when it has ended.
done_within() {
	left=$(($1 * 10))
	while [ -d "/proc/$2" ] && ! grep -q '^State:.Z' "/proc/$2/status" 2>/dev/null; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.1
	done
}

test_table_and_attributes() {
	assertEquals "Target name          Initiator name                      Host" "$(cat "$PROC/$LOCAL")"
	add_session t1 ini.a || return
	host=$(host_of ini.a)
	assertEquals "$(printf '%-20s %-35s %s' t1 ini.a "$host")" "$(sed 1d "$PROC/$LOCAL")"
	assertEquals "the target's file" "t1
$(cat "$PROC/$LOCAL")" "$(cat "$PROC/scst_local/0")"
	assertEquals t1 "$(cat "/sys/class/scsi_host/$host/target_name")"
	assertEquals ini.a "$(cat "/sys/class/scsi_host/$host/initiator_name")"
	assertEquals scst_local "$(cat "/sys/class/scsi_host/$host/proc_name")"
	assertTrue "row in sessions" "grep -q '^scst_local  *ini.a  *Default  *[0-9]' $PROC/sessions"
	del_session t1 ini.a
	assertEquals "no row left" 0 "$(rows)"
	assertFalse "no host left" "host_of ini.a"
}

test_commands_refused() {
	long=$(printf '%0255d' 7)
	add_session t1 ini.a || return
	proc_err EINVAL $LOCAL "add_target"
	proc_err EINVAL $LOCAL "add_target t2 t3"
	proc_err EINVAL $LOCAL "add_target t1"
	last_says "*t1: there is a target of this name already*"
	proc_err EINVAL $LOCAL "add_target 1$long"
	proc_err EINVAL $LOCAL "del_target nosuch"
	last_says "*nosuch: there is no such target*"
	proc_err EINVAL $LOCAL "del_target t1"
	last_says "*t1: 1 sessions, one of initiator ini.a: del_session first*"
	proc_err EINVAL $LOCAL "add_session t1"
	proc_err EINVAL $LOCAL "add_session t1 x y"
	proc_err EINVAL $LOCAL "add_session nosuch ini.a"
	last_says "*nosuch: there is no such target: add_target first*"
	proc_err EINVAL $LOCAL "add_session t1 ini.a"
	last_says "*ini.a: this initiator has a session with the target already*"
	proc_err EINVAL $LOCAL "add_session t1 1$long"
	proc_err EINVAL $LOCAL "del_session t1 nosuch"
	last_says "*nosuch: the target has no session of this initiator*"
	proc_err EINVAL $LOCAL "del_session nosuch ini.a"
	proc_err EINVAL $LOCAL "del_session t1"
	proc_err EINVAL $LOCAL "rename t1 t2"
	for verb in add_target del_target add_session del_session; do
		assertTrue "help has $verb" "grep -q '$verb' $PROC/scst_local/help"
	done
}

test_longest_names() {
	long=$(printf '%0255d' 7)
	proc_ok $LOCAL "add_target $long" || return
	add_session "$long" "$long"
	assertEquals "$long" "$(cat "/sys/class/scsi_host/$(host_of "$long")/target_name")"
	wait_disk "$long" 7 >/dev/null
	del_session "$long" "$long"
	proc_ok $LOCAL "del_target $long"
}

test_targets() {
	proc_ok $LOCAL "add_target t2" && proc_ok $LOCAL "add_target t3" || return
	assertTrue "a file for each target" "[ -e $PROC/scst_local/2 ]"
	add_session t2 ini.a
	add_session t3 ini.a
	assertEquals 2 "$(rows)"
	assertEquals "t2's own" 1 "$(sed 1,2d "$PROC/scst_local/1" | wc -l)"
	del_session t2 ini.a
	proc_ok $LOCAL "del_target t2"
	assertFalse "its file is gone" "[ -e $PROC/scst_local/1 ]"
	proc_ok $LOCAL "add_target t4"
	assertEquals "the lowest number is free again" t4 "$(sed 1q "$PROC/scst_local/1")"
	del_session t3 ini.a
	proc_ok $LOCAL "del_target t3"
	proc_ok $LOCAL "del_target t4"
}

test_disks() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) disk7=$(wait_disk ini.a 7) || return
	assertEquals 33554432 "$(blockdev --getsize64 "$disk")"
	assertEquals "no I/O scheduler" "[none]" "$(grep -o '\[.*\]' "/sys/block/${disk#/dev/}/queue/scheduler")"
	assertTrue "sg_inq" "sg_inq $disk | grep -q 'Product identification: lfile'"
	assertTrue "sg_luns" "sg_luns $disk | grep -q '2 lun entries'"
	verify "$disk"
	verify "$disk7"
	# A medium that the initiator has written holds it for all to see.
	fill "$disk" 2 5
	assertEquals "the file has what the disk got" "$(head -c 2097152 "$disk" | sha256sum)" \
		"$(head -c 2097152 "$file" | sha256sum)"
}

# Transfers of one command: the largest, and one scattered over many pages.
test_large_transfers() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) || return
	queue=/sys/block/${disk#/dev/}/queue
	assertEquals 4096 "$(cat "$queue/max_hw_sectors_kb")"
	# shellcheck disable=SC2094 # these are two files
	cat "$queue/max_hw_sectors_kb" >"$queue/max_sectors_kb"
	head -c 8388608 /dev/urandom >/tmp/random
	dd if=/tmp/random of="$disk" bs=8M oflag=direct 2>/dev/null
	assertEquals "4 MiB writes" "$(sha256sum </tmp/random)" "$(head -c 8388608 "$file" | sha256sum)"
	assertEquals "4 MiB reads" "$(sha256sum </tmp/random)" \
		"$(dd if="$disk" bs=8M count=1 iflag=direct 2>/dev/null | sha256sum)"
	before=$(awk '{ print $1 }' "${queue%queue}stat")
	dd if="$disk" of=/dev/null bs=8M count=1 iflag=direct 2>/dev/null
	commands=$(($(awk '{ print $1 }' "${queue%queue}stat") - before))
	assertTrue "$commands commands for 8 MiB" "[ $commands -ge 2 ] && [ $commands -le 4 ]"
	rm /tmp/random
}

# What only a raw command sees: sense data and residuals.
test_raw_commands() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) && sg=$(sg_of "$disk") || return
	sg_raw -r 512 "$sg" 12 00 00 00 24 00 >/tmp/raw.log 2>&1
	assertEquals "INQUIRY of 36 bytes" 0 $?
	assertTrue "36 bytes of 512" "grep -q 'Received 36 bytes' /tmp/raw.log"
	sg_raw -r 16 "$sg" 12 00 00 00 60 00 >/tmp/raw.log 2>&1
	assertTrue "a buffer shorter than the answer" "grep -q 'Received 16 bytes' /tmp/raw.log"
	sg_raw "$sg" 02 00 00 00 00 00 >/tmp/raw.log 2>&1
	assertTrue "unknown operation code" "grep -qi 'illegal request' /tmp/raw.log"
	assertTrue "its additional sense" "grep -qi 'invalid command operation code' /tmp/raw.log"
	sg_raw -r 512 "$sg" 28 00 7f ff ff ff 00 00 01 00 >/tmp/raw.log 2>&1
	assertTrue "beyond the end" "grep -qi 'logical block address out of range' /tmp/raw.log"
	sg_raw -r 512 "$sg" 28 00 00 00 00 00 00 00 01 00 >/tmp/raw.log 2>&1
	assertTrue "a block" "grep -q 'Received 512 bytes' /tmp/raw.log"
}

test_queue_depth() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) || return
	depth=/sys/block/${disk#/dev/}/device/queue_depth
	assertEquals 40 "$(cat "$depth")"
	for n in 1 2 100; do
		echo $n >"$depth"
		assertEquals $n "$(cat "$depth")"
		verify "$disk" 1M
	done
}

test_own_buffers() {
	unload_modules && load_modules target=t1 own_buffers=1 hw_queues=1 can_queue=16 || return
	proc_ok vdisk/vdisk "open lfile $file"
	proc_ok vdisk/vdisk "open lblock $block BLOCKIO"
	proc_ok groups/Default/devices "add lfile 0"
	proc_ok groups/Default/devices "add lblock 7"
	disk=$(wait_disk scst_local_host 0) disk7=$(wait_disk scst_local_host 7) || return
	verify "$disk"
	verify "$disk7"
	fill "$disk" 2 6
	assertEquals "the file has what the disk got" "$(head -c 2097152 "$disk" | sha256sum)" \
		"$(head -c 2097152 "$file" | sha256sum)"
	assertTrue "sgv was used" "awk '/^sgv/ && \$3 > 0 { found = 1 } END { exit !found }' $PROC/sgv"
	sg_raw -r 512 "$(sg_of "$disk")" 12 00 00 00 24 00 >/tmp/raw.log 2>&1
	assertTrue "36 bytes of 512" "grep -q 'Received 36 bytes' /tmp/raw.log"
	unload_modules
	drop_backing
	oneTimeSetUp
}

test_parameters() {
	unload_modules && load_modules || return
	assertEquals "$(printf '%-20s %-35s host' scst_local_tgt scst_local_host)" \
		"$(sed '1d; s/[0-9]*$//' "$PROC/$LOCAL")"
	rmmod scst_local
	modprobe scst_local target=
	assertEquals "neither target nor session" 0 "$(rows)"
	assertFalse "no target" "[ -e $PROC/scst_local/0 ]"
	rmmod scst_local
	assertFalse "a name with a blank" "modprobe scst_local 'initiator=\"a b\"' 2>/dev/null"
	assertTrue "why" "dmesg | tail -n 40 | grep -q 'scst_local: can.t start with'"
	assertFalse "nothing is left of it" "[ -e $PROC/scst_local ]"
	unload_modules
	drop_backing
	oneTimeSetUp
}

# A LUN that becomes another device must become another disk.
test_lun_is_replaced() {
	add_session t1 ini.a || return
	wait_disk ini.a 7 >/dev/null || return
	proc_ok groups/Default/devices "del lblock"
	proc_ok groups/Default/devices "add lnull 7"
	wait_for disk_is ini.a 7 lnull || fail "LUN 7 still is the old disk"
	disk=$(wait_disk ini.a 7)
	assertEquals "size of the new one" 1649267441664 "$(blockdev --getsize64 "$disk")"
	proc_ok groups/Default/devices "del lnull"
	no_disk ini.a 7
	proc_ok groups/Default/devices "add lblock 7"
	disk=$(wait_disk ini.a 7)
	assertEquals "size of the old one" 33554432 "$(blockdev --getsize64 "$disk")"
}

# The disk of a mounted file system keeps the module; its session does not.
test_unload_while_mounted() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 7) || return
	assertTrue "mkfs, mount" "mkfs.ext4 -q $disk && mount $disk $MNT"
	fill $MNT/data 4 8
	sum=$(sha256sum <$MNT/data)
	for module in scst_local scst; do
		assertFalse "rmmod $module" "rmmod $module 2>/dev/null"
	done
	assertEquals "the data is still there" "$sum" "$(echo 3 >/proc/sys/vm/drop_caches; sha256sum <$MNT/data)"
	umount $MNT
	unload_modules || return
	assertFalse "no host left" "host_of ini.a"
	load_modules target=t1 initiator=
	proc_ok vdisk/vdisk "open lblock $block BLOCKIO"
	proc_ok groups/Default/devices "add lblock 7"
	add_session t1 ini.a
	disk=$(wait_disk ini.a 7) || return
	assertTrue "fsck" "e2fsck -fn $disk >/tmp/fsck.log 2>&1"
	mount "$disk" $MNT
	assertEquals "the data came back" "$sum" "$(sha256sum <$MNT/data)"
	umount $MNT
	proc_ok vdisk/vdisk "open lfile $file"
	proc_ok vdisk/vdisk "open lnull NULLIO"
	proc_ok groups/Default/devices "add lfile 0"
}

# As pulling a cable: errors for whoever uses the disk, nothing worse.
test_session_goes_while_in_use() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 7) || return
	assertTrue "mkfs, mount" "mkfs.ext4 -q $disk && mount $disk $MNT"
	fio --name=x --filename=$MNT/x --direct=1 --ioengine=libaio --iodepth=4 --rw=randwrite --bs=4k --size=2M \
		--time_based --runtime=60 >/tmp/fio.log 2>&1 &
	pid=$!
	sleep 2
	del_session t1 ini.a
	assertFalse "the host is gone" "host_of ini.a"
	done_within 30 $pid || fail "fio hangs on a disk that is gone"
	umount $MNT || umount -l $MNT
	add_session t1 ini.a
	disk=$(wait_disk ini.a 7) || return
	assertTrue "the file system recovers" "e2fsck -fy $disk >/tmp/fsck.log 2>&1 || [ \$? = 1 ]"
}

# Sessions and targets come and go, while one session does I/O.
test_loops_under_load() {
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) || return
	load_start "$disk"
	(
		for n in $(seq 8); do
			put $LOCAL "add_target loop" || echo "add_target failed in round $n"
			put $LOCAL "add_session loop ini.x" || echo "add_session failed in round $n"
			put $LOCAL "del_session loop ini.x" || echo "del_session failed in round $n"
			put $LOCAL "del_target loop" || echo "del_target failed in round $n"
		done
	) >/tmp/loop1.log 2>&1 &
	loop1=$!
	# The same session from two sides: one may lose, none may hang or crash.
	for side in 1 2; do
		(
			for n in $(seq 8); do
				put $LOCAL "add_session t1 ini.y"
				cat "$PROC/$LOCAL" "$PROC/sessions" "$PROC/scst_local"/* >/dev/null 2>&1
				put $LOCAL "del_session t1 ini.y"
			done
		) &
		eval "side$side=$!"
	done
	# shellcheck disable=SC2154 # set by eval
	wait $loop1 "$side1" "$side2"
	assertEquals "" "$(cat /tmp/loop1.log)"
	load_stop
	put $LOCAL "del_session t1 ini.y"
	assertEquals "only the session with the load is left" 1 "$(rows)"
}

test_unload_during_commands() {
	(
		while put $LOCAL "add_session t1 ini.z"; do
			put $LOCAL "del_session t1 ini.z"
		done
	) &
	pid=$!
	sleep 1
	unload_modules
	wait $pid
	assertEquals "no SCSI host of ours" "" "$(grep -ls scst_local /sys/class/scsi_host/*/proc_name)"
	drop_backing
	oneTimeSetUp
}

# stuck_disk NAME INITIATOR LUN: a disk whose backing can be suspended.
stuck_disk() {
	dm_backing=$(make_block 16)
	dmsetup create "$1" --table "0 32768 linear $dm_backing 0" || return
	proc_ok vdisk/vdisk "open $1 /dev/mapper/$1 BLOCKIO" || return
	proc_ok groups/Default/devices "add $1 $3"
	disk=$(wait_disk "$2" "$3") || return
	# What reads a disk when it appears shall be through.
	dd if="$disk" of=/dev/null bs=64k count=1 iflag=direct 2>/dev/null
	sg=$(sg_of "$disk")
}

stick() {
	dmsetup suspend --noflush --nolockfs "$1"
}

timeouts() {
	printf '%d\n' "$(cat "/sys/block/${disk#/dev/}/device/iotmo_cnt")"
}

test_abort_of_a_stuck_command() {
	add_session t1 ini.a || return
	stuck_disk stuck ini.a 30 || return
	other=$(wait_disk ini.a 0)
	echo 1 >"/sys/block/${disk#/dev/}/device/timeout"
	stick stuck
	dd if="$disk" of=/dev/null bs=4k count=1 skip=100 iflag=direct 2>/tmp/dd.log &
	pid=$!
	sleep 4
	assertTrue "it timed out" "[ $(timeouts) -gt 0 ]"
	assertTrue "its memory is in use: it must not have ended" "[ -d /proc/$pid ]"
	assertTrue "another LUN goes on" "timeout 10 dd if=$other of=/dev/null bs=4k count=10 iflag=direct 2>/dev/null"
	dmsetup resume stuck
	done_within 15 $pid || fail "the aborted read hangs"
	wait $pid
	assertEquals "the disk's driver tried again" 0 $?
	verify "$disk" 1M
}

# Nobody tries a raw command again: its abort is seen as an error.
test_abort_of_a_raw_command() {
	add_session t1 ini.a || return
	stuck_disk stuck ini.a 30 || return
	stick stuck
	sg_raw -t 1 -r 4096 "$sg" 28 00 00 00 01 00 00 00 08 00 >/tmp/raw.log 2>&1 &
	pid=$!
	sleep 3
	assertTrue "it has not ended" "[ -d /proc/$pid ]"
	dmsetup resume stuck
	done_within 15 $pid || fail "the aborted command hangs"
	wait $pid
	assertNotEquals "it failed" 0 $?
	assertTrue "the next one works" "sg_raw -r 4096 $sg 28 00 00 00 01 00 00 00 08 00 2>/dev/null"
}

test_resets_of_a_stuck_disk() {
	add_session t1 ini.a || return
	stuck_disk stuck ini.a 30 || return
	for level in d t H; do
		stick stuck
		dd if="$disk" of=/dev/null bs=4k count=1 skip=200 iflag=direct 2>/tmp/dd.log &
		pid=$!
		sleep 1
		sg_reset -N -$level "$sg" >/tmp/reset.log 2>&1 &
		reset=$!
		sleep 1
		assertTrue "reset -$level waits" "[ -d /proc/$reset ]"
		dmsetup resume stuck
		done_within 15 $reset || fail "reset -$level hangs"
		wait $reset
		assertEquals "reset -$level" 0 $?
		done_within 15 $pid || fail "the read that -$level aborted hangs"
		wait $pid
		assertEquals "the read was tried again" 0 $?
	done
}

test_resets_under_load() {
	add_session t1 ini.a && add_session t1 ini.b || return
	disk=$(wait_disk ini.a 7) && sg=$(sg_of "$(wait_disk ini.b 7)") || return
	own=$(sg_of "$disk")
	load_start "$disk"
	for level in d t H; do
		for by in "$own" "$sg"; do
			assertTrue "sg_reset -$level" "sg_reset -N -$level $by"
			sleep 0.3
		done
	done
	load_stop
}

# The mid-level's whole error handler: a command times out again after an abort.
test_second_timeout() {
	add_session t1 ini.a || return
	stuck_disk stuck ini.a 30 || return
	echo 1 >"/sys/block/${disk#/dev/}/device/timeout"
	stick stuck
	dd if="$disk" of=/dev/null bs=4k count=1 skip=300 iflag=direct 2>/tmp/dd.log &
	pid=$!
	sleep 2.5
	# Long enough for the abort to end, too short for the retry to succeed.
	dmsetup resume stuck
	stick stuck
	sleep 3
	dmsetup resume stuck
	done_within 30 $pid || fail "the command hangs"
	assertEquals "the disk is online" running "$(cat "/sys/block/${disk#/dev/}/device/state")"
	verify "$disk" 1M
}

# A session can't go before its commands; it goes when they do.
test_session_goes_while_stuck() {
	add_session t1 ini.a || return
	stuck_disk stuck ini.a 30 || return
	stick stuck
	dd if="$disk" of=/dev/null bs=4k count=1 skip=100 iflag=direct 2>/dev/null &
	pid=$!
	sleep 1
	put $LOCAL "del_session t1 ini.a" &
	del=$!
	sleep 2
	assertTrue "tables can be read meanwhile" "timeout 5 cat $PROC/$LOCAL $PROC/sessions >/dev/null"
	proc_err EINVAL $LOCAL "add_session t1 ini.a"
	proc_err EINVAL $LOCAL "del_target t1"
	dmsetup resume stuck
	done_within 15 $del || fail "del_session hangs"
	done_within 15 $pid || fail "the read hangs"
	assertFalse "the host is gone" "host_of ini.a"
}
