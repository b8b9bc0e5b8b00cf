# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Storms: everything changes under load, all at once. At their end everything can be
# unloaded, nothing hangs, leaks or is complained of by the kernel, and data that
# nobody has written is as it was. STORM_SECONDS: how long each takes.

STOP=/tmp/storm.stop
SECONDS_EACH=${STORM_SECONDS:-2}

# Two files, and two initiators that see the first; "keep" sees the second one.
setUp() {
	rm -f $STOP
	WORKERS=
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules || return
	proc_ok scst_local/scst_local "add_target t1"
	data=$(make_file 8) && kept=$(make_file 8) && fill "$kept" 8 5 || return
	sum_before=$(sha256sum <"$kept")
	proc_ok vdisk/vdisk "open storm $data" && proc_ok vdisk/vdisk "open kept $kept"
	for name in a b keep; do
		proc_ok scsi_tgt "add_group $name"
		proc_ok groups/$name/names "add ini.$name"
		proc_ok groups/$name/devices "add $([ $name = keep ] && echo kept || echo storm) 0"
		add_session t1 ini.$name || return
	done
	a=$(wait_disk ini.a 0) && b=$(wait_disk ini.b 0) && keep=$(wait_disk ini.keep 0)
}

tearDown() {
	touch $STOP
	unload_modules
	drop_backing
	return 0
}

sg_of() {
	echo "/dev/$(ls "/sys/block/${1#/dev/}/device/scsi_generic" 2>/dev/null)"
}

# worker COMMAND...: again and again, until the end of the storm.
worker() {
	while [ ! -e $STOP ]; do
		"$@"
	done >/dev/null 2>&1 &
	WORKERS="$WORKERS $!"
}

# Lets it blow, and waits until all workers are home.
storm() {
	sleep "$SECONDS_EACH"
	touch $STOP
	for _worker in $WORKERS; do
		wait_for worker_is_home "$_worker" || fail "a worker hangs: $(cat "/proc/$_worker/stack" 2>/dev/null)"
	done
	wait
	assertEquals "data that nobody wrote" "$sum_before" \
		"$(dd if="$keep" bs=1M iflag=direct 2>/dev/null | sha256sum)"
}

worker_is_home() {
	[ ! -d "/proc/$1" ]
}

# What an initiator does; errors don't matter while the storm blows. Disks come and go:
# nothing may make a file of the name of one that is gone.
reads() {
	dd if="$1" of=/dev/null bs=64k count="${2:-64}" iflag=direct
}

writes() {
	dd if=/dev/zero of="$1" bs=32k count=64 oflag=direct conv=notrunc,nocreat
}

load() {
	fio --name=load --filename="$1" --ioengine=libaio --direct=1 --iodepth=16 --rw=randrw --bs=4k \
		--allow_file_create=0 --size=4M --time_based --runtime=1 --continue_on_error=all
}

# After the storm a disk works as ever.
works() {
	sg_turs "$1" >/dev/null 2>&1
	sg_turs "$1" >/dev/null 2>&1
	fio --name=verify --filename="$1" --ioengine=libaio --direct=1 --iodepth=8 --rw=randwrite --bs=4k \
		--size=1M --verify=crc32c --verify_fatal=1 >/tmp/fio.log 2>&1 ||
		fail "$1 afterwards: $(grep -iE 'verify|error|err=' /tmp/fio.log | head -n 3)"
}

# ---- aborts and resets ----

resets() {
	for _level in d t H; do
		sg_reset -N "-$_level" "$1"
	done
}

# Commands time out after a second, while each takes longer: the mid-level aborts them.
aborts() {
	sg_raw -t 1 -r 65536 "$1" 28 00 00 00 00 00 00 00 80 00
	sg_raw -t 1 "$1" 2f 00 00 00 00 00 00 40 00 00
}

test_aborts_and_resets() {
	slow=$(make_slow_block 8 300) || return
	proc_ok vdisk/vdisk "open slow $slow BLOCKIO" && proc_ok groups/a/devices "add slow 1" || return
	slow=$(wait_disk ini.a 1) || return
	worker load "$a"
	worker load "$b"
	worker reads "$slow" 2
	worker resets "$(sg_of "$a")"
	worker resets "$(sg_of "$b")"
	worker aborts "$(sg_of "$slow")"
	storm
	works "$a"
}

# ---- sessions ----

# session N: logs in, reads, and logs out while it reads.
session() {
	echo "add_session t1 s.$1" >"$PROC/scst_local/scst_local"
	_disk=$(disk_of "s.$1" 0) && { reads "$_disk" & }
	[ "$1" = 1 ] || sleep 0.2
	echo "del_session t1 s.$1" >"$PROC/scst_local/scst_local"
	wait
}

test_sessions() {
	proc_ok groups/a/names "add s.*"
	worker load "$a"
	worker writes "$b"
	for n in 1 2 3; do
		worker session $n
	done
	storm
	works "$a"
}

# ---- masks and devices ----

masks() {
	for _group in a b; do
		echo "del storm" >"$PROC/groups/$_group/devices"
		echo "add storm 3 READ_ONLY" >"$PROC/groups/$_group/devices"
		echo "clear" >"$PROC/groups/$_group/devices"
		echo "add storm 0" >"$PROC/groups/$_group/devices"
	done
}

# device N: comes, is mapped, is read, and is closed meanwhile.
device() {
	echo "open dev$1 $2" >"$PROC/vdisk/vdisk"
	echo "add dev$1 $1" >"$PROC/groups/a/devices"
	echo "add dev$1 $1" >"$PROC/groups/b/devices"
	_disk=$(disk_of ini.a "$1") && { reads "$_disk" & }
	sleep 0.1
	echo "close dev$1" >"$PROC/vdisk/vdisk"
	wait
}

test_masks_and_devices() {
	one=$(make_file 4) && two=$(make_block 4) || return
	worker reads "$a"
	worker writes "$b"
	worker masks
	worker device 4 "$one"
	worker device 5 "$two BLOCKIO"
	worker device 6 NULLIO
	worker resets "$(sg_of "$keep")"
	storm
	for name in a b; do
		echo clear >"$PROC/groups/$name/devices"
		proc_ok groups/$name/devices "add storm 0"
	done
	works "$(wait_disk ini.a 0)"
}

# ---- reservations ----

# holder SG KEY OTHER_KEY
holder() {
	sg_persist -n -o -I -S "$2" "$1"
	sg_persist -n -o -R -K "$2" -T 5 "$1"
	sg_persist -n -o -A -K "$2" -S "$3" -T 5 "$1"
	sg_persist -n -i -s "$1"
	sg_persist -n -o -P -K "$2" -S "$3" -T 1 "$1"
	sg_persist -n -o -L -K "$2" -T 1 "$1"
	sg_persist -n -o -C -K "$2" "$1"
	sg_raw "$1" 16 00 00 00 00 00
	sg_raw "$1" 17 00 00 00 00 00
}

nothing_reserved() {
	for disk in "$a" "$b"; do
		for _try in 1 2 3; do
			! sg_persist -n -o -I -S 0x1 "$disk" >/tmp/persist.log 2>&1 || break
		done
	done
	assertTrue "cleared: $(cat /tmp/persist.log)" "sg_persist -n -o -C -K 0x1 $a >/tmp/persist.log 2>&1"
}

test_reservations() {
	worker load "$a"
	worker writes "$b"
	worker holder "$(sg_of "$a")" 0xa 0xb
	worker holder "$(sg_of "$b")" 0xb 0xa
	worker resets "$(sg_of "$b")"
	worker session 1
	storm
	nothing_reserved
	works "$a"
	works "$b"
}

# ---- sizes ----

sizes() {
	for _mib in 12 5 9 8; do
		truncate -s "${_mib}M" "$data"
		echo "resync_size storm" >"$PROC/vdisk/vdisk"
		blockdev --rereadpt "$a"
	done
}

test_sizes() {
	worker load "$a"
	worker reads "$b"
	worker sizes
	worker resets "$(sg_of "$b")"
	storm
	truncate -s 8M "$data"
	proc_ok vdisk/vdisk "resync_size storm"
	works "$a"
}

# ---- memory that fails at random ----

FAULTS=/sys/kernel/debug/failslab

# reject DIRECTORY FUNCTION: no failures in a function of the kernel's.
reject() {
	sort /proc/kallsyms | awk -v name="$2" '
		start && $1 > start { print start, $1; exit }
		$3 == name { start = $1 }' >/tmp/reject
	read -r _start _end </tmp/reject || return 0
	echo "0x$_start" >"$1/reject-start"
	echo "0x$_end" >"$1/reject-end"
}

# memory_fails PERCENT: in modules, where the kernel can tell; otherwise in the core's
# threads and in work items.
memory_fails() {
	for _dir in $FAULTS /sys/kernel/debug/fail_page_alloc; do
		echo 0 >"$_dir/verbose"
		echo N >"$_dir/ignore-gfp-wait"
		echo -1 >"$_dir/times"
		if [ -e "$_dir/require-start" ]; then
			echo 32 >"$_dir/stacktrace-depth"
			awk '{ print $6 }' /proc/modules | sort | head -n 1 >"$_dir/require-start"
			# Without memory it destroys a device that it hasn't initialised.
			reject "$_dir" scsi_alloc_sdev
		else
			echo Y >"$_dir/task-filter"
		fi
		echo "$1" >"$_dir/probability"
	done
	[ -e $FAULTS/require-start ] || for _comm in /proc/[0-9]*/comm; do
		{ read -r _name <"$_comm"; } 2>/dev/null || continue
		case $_name in
		scst* | kworker/u*) echo 1 >"${_comm%comm}make-it-fail" ;;
		esac
	done
}

# Without a LUN, and so without a scan: see memory_fails().
device_alone() {
	echo "open dev$1 $2" >"$PROC/vdisk/vdisk"
	sleep 0.1
	echo "close dev$1" >"$PROC/vdisk/vdisk"
}

# Each command has an end, whichever.
commands() {
	sg_raw -r 255 "$1" 1a 00 3f 00 ff 00
	sg_raw -s 8 -i /dev/zero "$1" 55 10 00 00 00 00 00 00 08 00
	sg_raw -s 512 -i /dev/zero "$1" 41 00 00 00 00 00 00 08 00 00
	sg_raw -s 1024 -i /dev/zero "$1" 89 00 00 00 00 00 00 00 00 10 00 00 00 01 00 00
	sg_raw "$1" 8f 00 00 00 00 00 00 00 00 00 00 00 40 00 00 00
	sg_luns "$1"
	sg_opcodes "$1"
	sg_logs -a "$1"
}

test_memory() {
	[ -e $FAULTS ] || {
		skip "this kernel has no failslab"
		return
	}
	one=$(make_file 4) || return
	worker load "$a"
	worker writes "$b"
	worker commands "$(sg_of "$a")"
	worker holder "$(sg_of "$a")" 0xa 0xb
	worker holder "$(sg_of "$b")" 0xb 0xa
	worker resets "$(sg_of "$b")"
	if [ -e $FAULTS/require-start ]; then
		worker device 6 "$one"
	else
		worker device_alone 6 "$one"
	fi
	memory_fails 5
	sleep "$SECONDS_EACH"
	memory_fails 0
	storm
	nothing_reserved
	works "$a"
	works "$b"
}

# ---- what is unloaded under load ----

test_unloading() {
	worker reads "$a"
	worker writes "$b"
	worker resets "$(sg_of "$a")"
	sleep 1
	proc_ok vdisk/vdisk "close storm"
	storm
	unload_modules
}
