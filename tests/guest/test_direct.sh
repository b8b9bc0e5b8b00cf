# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# O_DIRECT: data over files and block devices of each block size, buffers and lengths
# that need a copy, what is refused, that the page cache is not used, and that no
# thread waits for the backing.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# mount_fs TYPE DEVICE: an empty file system at /tmp/mnt.
mount_fs() {
	mkdir -p /tmp/mnt
	case $1 in
	ext4) mkfs.ext4 -q -b 4096 "$2" >/tmp/mkfs.log 2>&1 ;;
	xfs) mkfs.xfs -q -f "$2" >/tmp/mkfs.log 2>&1 ;;
	esac && mount -t "$1" "$2" /tmp/mnt 2>>/tmp/mkfs.log && return
	fail "no $1: $(tail -n 1 /tmp/mkfs.log)"
	return 1
}

# verify PATH MIB BLOCKSIZE: through an initiator, then compared with the backing.
verify() {
	give 1 v "$1" "$3" O_DIRECT || return
	assertEquals "block size" "$3" "$(blockdev --getss "$disk")"
	assertEquals "size" "$(($2 << 20))" "$(blockdev --getsize64 "$disk")"
	fio_verify "$disk"
	_sum=$(sum "$disk")
	assertTrue "synchronize cache" "sg_sync $disk"
	take v
	no_disk $INI 1
	assertEquals "$1: backing" "$_sum" "$(sum "$1")"
	assertTrue "nothing was written" \
		"[ $_sum != $(dd if=/dev/zero bs=1M count="$2" 2>/dev/null | sha256sum | cut -c 1-64) ]"
}

# A file that has no blocks yet, and one that has them all.
files_on() {
	path=$(make_block 96 "$2") || return
	mount_fs "$1" "$path" || return
	shift 2
	for _bs in "$@"; do
		truncate -s 4M "/tmp/mnt/sparse$_bs"
		verify "/tmp/mnt/sparse$_bs" 4 "$_bs"
		fill "/tmp/mnt/full$_bs" 4
		verify "/tmp/mnt/full$_bs" 4 "$_bs"
	done
	umount /tmp/mnt
}

test_files() {
	files_on ext4 512 512 2048 4096
}

test_files_on_large_blocks() {
	files_on ext4 4096 4096
}

test_files_on_xfs() {
	if ! command -v mkfs.xfs >/dev/null || ! modprobe -q xfs; then
		skip "no XFS here"
		return
	fi
	path=$(make_block 320) || return
	mount_fs xfs "$path" || return
	truncate -s 4M /tmp/mnt/file
	verify /tmp/mnt/file 4 512
	umount /tmp/mnt
}

test_block_devices() {
	for bs in 512 1024 4096; do
		verify "$(make_block 4 512)" 4 $bs
	done
	verify "$(make_block 4 4096)" 4 4096
	modprobe -q brd rd_nr=1 rd_size=4096
	[ ! -b /dev/ram0 ] || verify /dev/ram0 4 512
	file=$(make_file 4)
	modprobe -q loop
	loop=$(losetup -f --show "$file" 2>/dev/null) || return 0
	verify "$loop" 4 512
	losetup -d "$loop"
}

# The largest commands that there are: more vectors than fit one bio.
test_large_transfers() {
	path=$(make_block 32)
	give 1 v "$path" O_DIRECT || return
	queue=/sys/block/${disk##*/}/queue
	cat "$queue/max_hw_sectors_kb" >"$queue/max_sectors_kb"
	fill /tmp/data 16
	for len in 16777216 1048576 69632; do
		dd if=/tmp/data of="$disk" bs=$len count=1 oflag=direct 2>/dev/null
		dd if="$disk" of=/tmp/back bs=$len count=1 iflag=direct 2>/dev/null
		assertTrue "$len bytes" "cmp -n $len /tmp/data /tmp/back"
		assertEquals "$len bytes: length" $len "$(stat -c %s /tmp/back)"
	done
	assertTrue "the backing" "cmp -n 16777216 /tmp/data $path"
	rm -f /tmp/data /tmp/back
}

# Transfers that end within a block, from buffers that start anywhere.
test_odd_lengths() {
	path=$(make_block 4)
	fill "$path" 4 5
	give 1 v "$path" 512 O_DIRECT || return
	for len in 1 511 512 513 700 1500; do
		rm -f /tmp/odd
		# READ (10), LBA 3, 3 blocks
		sg_raw -r $len -o /tmp/odd "$disk" 28 00 00 00 00 03 00 00 03 00 >/tmp/raw.log 2>&1 ||
			fail "read of $len bytes: $(tr '\n' ' ' </tmp/raw.log)"
		dd if="$path" bs=512 skip=3 count=3 2>/dev/null | head -c $len >/tmp/expected
		assertTrue "$len bytes differ" "cmp /tmp/odd /tmp/expected"
	done
}

test_core_buffers() {
	unload_modules
	load_modules target=vdisk-tgt initiator=$INI own_buffers=1
	give 1 v "$(make_block 4)" O_DIRECT || return
	fio_verify "$disk"
	take v
	OPEN=
	unload_modules
	load_modules target=vdisk-tgt initiator=$INI
}

test_refused() {
	path=$(make_block 4 4096)
	proc_err EINVAL vdisk/vdisk "open v $path 512 O_DIRECT"
	assertTrue "the reason" "proc_read last_result | grep -q 'multiples of 4096 bytes'"
	give 1 v "$path" O_DIRECT || return
	assertEquals "default block size is what the device needs" 4096 "$(blockdev --getss "$disk")"
	assertTrue "the table: $(proc_read vdisk/vdisk)" "proc_read vdisk/vdisk | grep -q '^v .* DR .*$path'"
	take v
	mkdir -p /tmp/mnt
	mount -t ramfs none /tmp/mnt
	truncate -s 4M /tmp/mnt/file
	proc_err EINVAL vdisk/vdisk "open v /tmp/mnt/file O_DIRECT"
	assertTrue "the reason" "proc_read last_result | grep -q 'no direct I/O'"
	umount /tmp/mnt
	path=$(make_block 4)
	give 1 v "$path" O_DIRECT || return
	proc_err EBUSY vdisk/vdisk "open w $path O_DIRECT"
}

test_read_only() {
	path=$(make_block 4)
	fill "$path" 4
	give 1 v "$path" O_DIRECT READ_ONLY || return
	assertEquals 1 "$(blockdev --getro "$disk")"
	assertEquals "$(sum "$path")" "$(sum "$disk")"
}

# Each read of the same block is one of the device's.
test_the_page_cache_is_not_used() {
	trace_on || {
		skip "no block events in this kernel"
		return
	}
	path=$(make_block 64)
	mount_fs ext4 "$path" || return
	fill /tmp/mnt/file 4
	sync
	give 1 v /tmp/mnt/file O_DIRECT || return
	for _ in 1 2 3; do
		trace_of "$path" >/dev/null
		good "$disk" -r 4096 28 00 00 00 00 10 00 00 08 00
		kinds_are "a read" "^R" "$path"
		good "$disk" -s 4096 -i /dev/zero 2a 00 00 00 00 20 00 00 08 00
		kinds_are "a write" "^W" "$path"
	done
	trace_off
}

# A device that takes 0.1 s for everything, 64 reads of it, 32 at a time.
test_no_thread_waits() {
	modprobe null_blk nr_devices=0
	_dir=$NULLB/scst80
	mkdir "$_dir" && echo 4 >"$_dir/size" && echo 2 >"$_dir/irqmode" &&
		echo 100000000 >"$_dir/completion_nsec" && echo 1 >"$_dir/memory_backed" && echo 1 >"$_dir/power"
	for path in /dev/scst80 "/dev/nullb$(cat "$_dir/index")"; do
		[ ! -b "$path" ] || break
	done
	give 1 v "$path" O_DIRECT || return
	fio --name=slow --filename="$disk" --ioengine=libaio --direct=1 --iodepth=32 --rw=randread --bs=4k \
		--number_ios=64 --output-format=terse --terse-version=3 >/tmp/fio.log 2>&1 || fail "fio: $(cat /tmp/fio.log)"
	# Field 9: milliseconds. With a thread for each they would take 6.4 s, 3.2 s with two.
	ms=$(grep '^3;' /tmp/fio.log | cut -d ';' -f 9)
	assertTrue "64 reads took $ms ms" "[ ${ms:-9999} -lt 2000 ]"
}

test_close_under_load() {
	path=$(make_block 64)
	mount_fs ext4 "$path" || return
	truncate -s 16M /tmp/mnt/file
	give 1 v /tmp/mnt/file O_DIRECT || return
	(while dd if=/dev/zero of="$disk" bs=64k oflag=direct; do :; done) 2>/dev/null &
	sleep 1
	take v
	no_disk $INI 1
	wait
	assertTrue "the file is free" "umount /tmp/mnt"
	OPEN=
}
