# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# scst_vdisk as an initiator sees it: data in each mode and block size, identity,
# capacity, mode pages, sense data of what goes wrong, and the promises about
# stable storage; and the open and close commands, right and wrong.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

SIZES="512 1024 2048 4096"

# A mode with each block size: through the initiator, then compared with what the
# backing has. WORDS follow the block size of the open command.
each_block_size() {
	_kind=$1 _words=$2
	_disks=
	for _bs in $SIZES; do
		_path=$($_kind 2 "$_bs") || return
		give "$_bs" "v$_bs" "$_path" "$_bs" "$_words" || return
		assertEquals "block size" "$_bs" "$(blockdev --getss "$disk")"
		assertEquals "size" 2097152 "$(blockdev --getsize64 "$disk")"
		_disks="$_disks $disk"
		eval "path_$_bs=$_path disk_$_bs=$disk"
	done
	# shellcheck disable=SC2086 # a list of words
	fio_verify $_disks
	for _bs in $SIZES; do
		eval "_path=\$path_$_bs disk=\$disk_$_bs"
		_sum=$(sum "$disk")
		assertTrue "synchronize cache" "sg_sync $disk"
		take "v$_bs"
		assertEquals "$_bs: backing" "$_sum" "$(sum "$_path" fullblock)"
	done
	assertTrue "nothing was written" "[ $_sum != $(head -c 2097152 /dev/zero | sha256sum | cut -c 1-64) ]"
}

test_fileio_file() {
	each_block_size make_file ""
}

test_fileio_block_device() {
	each_block_size make_block ""
}

test_fileio_write_through() {
	each_block_size make_file WRITE_THROUGH
}

test_blockio() {
	each_block_size make_block BLOCKIO
}

# 512-byte blocks are the smallest of 512-byte media; 4096 on them works as well.
test_blockio_larger_blocks() {
	path=$(make_block 4 512)
	give 1 v "$path" 4096 BIO || return
	assertEquals 4096 "$(blockdev --getss "$disk")"
	fill "$disk" 4
	sum=$(sum "$disk")
	take v
	assertEquals "$sum" "$(sum "$path")"
	path=$(make_block 4 4096)
	proc_err EINVAL vdisk/vdisk "open v $path 512 BLOCKIO"
	give 1 v "$path" 512 || return
	assertEquals "FILEIO can make smaller blocks" 512 "$(blockdev --getss "$disk")"
	fill "$disk" 4 3
	sum=$(sum "$disk")
	take v
	give 1 v "$path" || return
	assertEquals "default block size is the device's" 4096 "$(blockdev --getss "$disk")"
	assertEquals "$sum" "$(sum "$disk")"
}

# Transfers that end within a block, from buffers that start anywhere.
test_odd_lengths() {
	for mode in "" BLOCKIO; do
		path=$(make_block 4)
		fill "$path" 4 5
		give 1 v "$path" 512 $mode || return
		for len in 1 511 512 513 700 1500; do
			rm -f /tmp/odd
			# READ (10), LBA 3, 3 blocks
			sg_raw -r $len -o /tmp/odd "$disk" 28 00 00 00 00 03 00 00 03 00 >/tmp/raw.log 2>&1 ||
				fail "$mode: read of $len bytes: $(tr '\n' ' ' </tmp/raw.log)"
			dd if="$path" bs=512 skip=3 count=3 2>/dev/null | head -c $len >/tmp/expected
			assertTrue "$mode: $len bytes differ" "cmp /tmp/odd /tmp/expected"
		done
		take v
	done
}

test_read_sees_holes_and_outside_writes() {
	path=$(make_file 4)
	give 1 v "$path" || return
	assertEquals "holes are zeroes" "$(head -c 4194304 /dev/zero | sha256sum | cut -c 1-64)" "$(sum "$disk")"
	fill "$path" 4 9
	assertEquals "what was written to the file" "$(sum "$path" fullblock)" "$(sum "$disk")"
}

# Context switches of the core's threads so far.
thread_switches() {
	for _comm in /proc/[0-9]*/comm; do
		case $(cat "$_comm" 2>/dev/null) in
		scst*) sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "${_comm%comm}status" ;;
		esac
	done | awk '{ n += $1 } END { print n + 0 }'
}

# What is in the page cache is read where the command arrives; so is everything
# of the other modes.
test_no_thread_is_needed() {
	for args in "$(make_file 4)" NULLIO "$(make_block 4) BLOCKIO"; do
		# shellcheck disable=SC2086 # a list of words
		give 1 v $args || return
		[ "$args" = "${args#/tmp}" ] || dd if=/dev/zero of="${args%% *}" bs=1M count=4 conv=notrunc 2>/dev/null
		before=$(thread_switches)
		dd if="$disk" of=/dev/null bs=64k iflag=direct 2>/dev/null count=64
		used=$(($(thread_switches) - before))
		assertTrue "$args: 64 reads woke threads $used times" "[ $used -le 4 ]"
		take v
		no_disk $INI 1
	done
}

test_inquiry() {
	give 1 "a.name-of_more:than16" NULLIO || return
	out=$(sg_inq "$disk")
	for line in "Vendor identification: SCST_FIO" "Product identification: a.name-of_more:t" \
		"PQual=0  PDT=0  RMB=0" "version=0x06" "CmdQue=1" "Protect=0"; do
		case $out in
		*"$line"*) ;;
		*) fail "sg_inq doesn't say '$line': $out" ;;
		esac
	done
	give 2 b "$(make_block 4)" BLOCKIO || return
	assertTrue "vendor of BLOCKIO" "sg_inq $disk | grep -q 'identification: SCST_BIO'"
	assertTrue "product is padded" "sg_inq -r $disk | dd bs=1 skip=16 count=16 2>/dev/null | grep -q '^b               $'"
	out=$(sg_inq -d "$disk")
	for standard in SAM-5 SPC-4 SBC-3; do
		case $out in
		*"$standard"*) ;;
		*) fail "no version descriptor of $standard: $out" ;;
		esac
	done
}

test_vpd_pages() {
	give 1 v NULLIO || return
	pages=$(sg_vpd -p 0 -H "$disk" | sed -n 's/^ 00  *//p' | cut -c 1-46)
	case $pages in
	"00 00 00 0b 00 80 83 86  87 88 8f b0 b1 b2 b4"*) ;;
	*) fail "supported pages: $pages" ;;
	esac
	assertTrue "extended INQUIRY" "sg_vpd -p 0x86 $disk | grep -q 'SIMPSUP=1'"
	assertTrue "mode page policy" "sg_vpd -p 0x87 $disk | grep -q 'shared'"
	assertTrue "SCSI ports" "sg_vpd -p 0x88 $disk | grep -q 'Relative port=1'"
	sg_vpd -p 0x83 "$disk" >/tmp/vpd.log
	for line in "designator type: T10 vendor identification" "designator type: NAA" \
		"designator type: Relative target port"; do
		assertTrue "page 83h has no '$line'" "grep -qi '$line' /tmp/vpd.log"
	done
	serial=$(sg_vpd -p 0x80 "$disk" | sed -n 's/.*serial number: *//p')
	assertEquals "length of the serial number" 16 ${#serial}
	assertEquals "NAA 3h: locally assigned" 3 "${serial%???????????????}"
	assertTrue "the NAA is the serial number" "grep -q 0x$serial /tmp/vpd.log"
	assertTrue "maximum transfer length" "sg_vpd -p 0xb0 $disk | grep -q 'Maximum transfer length: 32768 blocks'"
	assertTrue "granularity" "sg_vpd -p 0xb0 $disk | grep -qE 'ptimal transfer length granularity: 8 blocks'"
	assertTrue "rotation" "sg_vpd -p 0xb1 $disk | grep -qi 'non-rotating'"
	assertTrue "no unmap" "sg_vpd -p 0xb2 $disk | grep -q '(LBPU): 0'"
	assertTrue "one block length" "sg_vpd -p 0xb4 $disk | grep -q 'ogical block length: 512'"
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 252 12 01 b3 00 fc 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 252 12 01 c0 00 fc 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 252 12 00 83 00 fc 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 252 12 02 00 00 fc 00
}

serial_of() {
	sg_vpd -p 0x80 "$1" | sed -n 's/.*serial number: *//p'
}

# The same after each open, whatever the LUN and the mode; another for each name.
test_identity_is_stable() {
	give 1 v NULLIO || return
	first=$(serial_of "$disk")
	give 2 w NULLIO || return
	assertNotEquals "two devices" "$first" "$(serial_of "$disk")"
	take v
	no_disk $INI 1
	give 3 v "$(make_file 4)" 4096 || return
	assertEquals "opened again" "$first" "$(serial_of "$disk")"
}

test_capacity() {
	for bs in $SIZES; do
		path=$(make_file 4)
		give 1 v "$path" "$bs" || return
		out=$(sg_readcap "$disk")$(sg_readcap --long "$disk")
		for line in "Number of logical blocks=$((4194304 / bs))" "Logical block length=$bs bytes"; do
			case $out in
			*"$line"*"$line"*) ;;
			*) fail "READ CAPACITY (10) and (16) don't both say '$line': $out" ;;
			esac
		done
		take v
		no_disk $INI 1
	done
	truncate -s 4195000 "$path"
	give 1 v "$path" || return
	assertEquals "rounded down" 4194816 "$(blockdev --getsize64 "$disk")"
}

test_capacity_beyond_32_bits() {
	path=$(make_file 4)
	truncate -s 3T "$path"
	give 1 v "$path" || return
	assertEquals 3298534883328 "$(blockdev --getsize64 "$disk")"
	good "$disk" -r 8 -o /tmp/cap 25 00 00 00 00 00 00 00 00 00
	assertEquals "READ CAPACITY (10)" "ffffffff" "$(dd if=/tmp/cap bs=4 count=1 2>/dev/null | od -An -tx1 | tr -d ' ')"
	fill /tmp/block 1
	dd if=/tmp/block of="$disk" bs=1M seek=3145727 oflag=direct 2>/dev/null
	dd if="$path" bs=1M skip=3145727 count=1 2>/dev/null | cmp - /tmp/block ||
		fail "the last MiB is not where it belongs"
	rm /tmp/block
}

test_physical_blocks() {
	path=$(make_block 4 4096)
	give 1 v "$path" 512 || return
	assertEquals "physical block size" 4096 "$(cat "/sys/block/${disk##*/}/queue/physical_block_size")"
	take v
	no_disk $INI 1
	give 1 v "$path" BLOCKIO || return
	assertEquals "block size" 4096 "$(blockdev --getss "$disk")"
}

test_nullio() {
	give 1 v NULLIO || return
	assertEquals "1.5 TiB" 1649267441664 "$(blockdev --getsize64 "$disk")"
	assertTrue "write" "dd if=/dev/zero of=$disk bs=1M count=4 oflag=direct"
	assertTrue "read" "dd if=$disk of=/dev/null bs=1M count=4 skip=1572860 iflag=direct"
	path=$(make_file 4)
	give 2 w "$path" 4096 NULLIO || return
	assertEquals "size of the file" 4194304 "$(blockdev --getsize64 "$disk")"
	assertTrue "write" "dd if=/dev/urandom of=$disk bs=1M count=4 oflag=direct"
	assertEquals "the file is left alone" "$(head -c 4194304 /dev/zero | sha256sum | cut -c 1-64)" \
		"$(sum "$path" fullblock)"
}

test_sg3_view() {
	give 1 v "$(make_file 4)" || return
	assertTrue "TEST UNIT READY" "sg_turs $disk"
	assertTrue "REQUEST SENSE" "sg_requests $disk"
	assertTrue "REPORT LUNS" "sg_luns $disk | grep -q 0001000000000000"
	assertTrue "SYNCHRONIZE CACHE (10)" "sg_sync $disk"
	assertTrue "SYNCHRONIZE CACHE (16)" "sg_sync -S $disk"
	assertTrue "with a range" "sg_sync -l 8 -c 16 $disk"
	assertTrue "up to the end" "sg_sync -l 8192 $disk"
	for cdb in "08 00 00 05 02 00" "28 08 00 00 00 05 00 00 02 00" "a8 08 00 00 00 05 00 00 00 02 00 00" \
		"88 08 00 00 00 00 00 00 00 05 00 00 00 02 00 00" "28 10 00 00 00 05 00 00 02 00"; do
		# shellcheck disable=SC2086 # a list of words
		good "$disk" -r 1024 $cdb
	done
	head -c 1024 /dev/urandom >/tmp/two
	for cdb in "0a 00 00 07 02 00" "2a 08 00 00 00 07 00 00 02 00" "aa 08 00 00 00 07 00 00 00 02 00 00" \
		"8a 08 00 00 00 00 00 00 00 07 00 00 00 02 00 00"; do
		# shellcheck disable=SC2086 # a list of words
		good "$disk" -s 1024 -i /tmp/two $cdb
		good "$disk" -r 1024 -o /tmp/back 28 00 00 00 00 07 00 00 02 00
		assertTrue "CDB $cdb" "cmp /tmp/two /tmp/back"
		head -c 1024 /dev/urandom >/tmp/two
	done
	good "$disk" 28 00 00 00 00 00 00 00 00 00
	good "$disk" 2a 00 00 00 20 00 00 00 00 00
}

wce() {
	sg_modes -p 8 "$1" -r | od -An -tx1 -j "${2:-14}" -N 1 | tr -d ' '
}

# Byte 2 of the caching page, behind header and block descriptor of 8 bytes each.
test_write_cache_enabled() {
	path=$(make_file 4)
	for want in "04" "00 WRITE_THROUGH" "00 NV_CACHE" "00 NV_CACHE WRITE_THROUGH"; do
		# shellcheck disable=SC2086 # words or nothing
		give 1 v "$path" ${want#??} || return
		good "$disk" -r 64 -o /tmp/page 5a 08 08 00 00 00 00 00 40 00
		assertEquals "WCE with '${want#??}'" "${want%% *}" "$(od -An -tx1 -j 10 -N 1 /tmp/page | tr -d ' ')"
		take v
		no_disk $INI 1
	done
	assertTrue "NV_CACHE is warned of" "dmesg_has 'vdisk v: NV_CACHE: '"
}

test_mode_pages() {
	give 1 v NULLIO || return
	sg_modes -a "$disk" >/tmp/modes.log 2>&1 || fail "sg_modes -a: $(cat /tmp/modes.log)"
	for page in "Read-Write error recovery" "Caching" "Control" "Informational exceptions"; do
		assertTrue "no page '$page'" "grep -qi '$page' /tmp/modes.log"
	done
	assertTrue "DPOFUA" "grep -qE 'DpoFua=1' /tmp/modes.log"
	assertTrue "not write protected" "grep -qE 'WP=0' /tmp/modes.log"
	# MODE SENSE (6): block descriptor of 3221225472 blocks of 512 bytes
	good "$disk" -r 64 -o /tmp/page 1a 00 0a 00 40 00
	assertEquals "MODE SENSE (6)" "17001008c0000000000002000a0a0210" \
		"$(od -An -tx1 -N 16 /tmp/page | tr -d ' \n')"
	# (10) with a long descriptor; then changeable values
	good "$disk" -r 64 -o /tmp/page 5a 10 0a 00 00 00 00 00 40 00
	assertEquals "long descriptor" "00220010010000100000" "$(od -An -tx1 -N 10 /tmp/page | tr -d ' \n')"
	good "$disk" -r 64 -o /tmp/page 1a 08 4a 00 40 00
	assertEquals "changeable" "0f0010000a0ae4060840000000000000" \
		"$(od -An -tx1 -N 16 /tmp/page | tr -d ' \n')"
	sense "Illegal Request" "Saving parameters not supported" "$disk" -r 64 1a 08 c8 00 40 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 64 1a 08 03 00 40 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 64 1a 08 08 01 40 00
}

test_read_only() {
	path=$(make_file 4)
	fill "$path" 4
	before=$(sum "$path" fullblock)
	give 1 v "$path" READ_ONLY || return
	assertEquals "the initiator knows" 1 "$(blockdev --getro "$disk")"
	assertTrue "WP" "sg_modes $disk | grep -q WP=1"
	assertEquals "reads work" "$before" "$(sum "$disk")"
	for cdb in "0a 00 00 07 01 00" "2a 00 00 00 00 07 00 00 01 00" "aa 00 00 00 00 07 00 00 00 01 00 00" \
		"8a 00 00 00 00 00 00 00 00 07 00 00 00 01 00 00"; do
		# shellcheck disable=SC2086 # a list of words
		sense "Data Protect" "Write protected" "$(sg_of 1)" -s 512 -i /dev/zero $cdb
	done
	assertEquals "unchanged" "$before" "$(sum "$path" fullblock)"
	take v
	no_disk $INI 1
	proc_ok vdisk/vdisk "open v $path"
	OPEN=v
	proc_ok groups/Default/devices "add v 1 READ_ONLY"
	disk=$(wait_disk $INI 1) || return
	assertEquals "mapped read-only" 1 "$(blockdev --getro "$disk")"
	assertTrue "WP" "sg_modes $disk | grep -q WP=1"
}

test_read_only_backing() {
	mkdir -p /tmp/mnt
	mount -t tmpfs none /tmp/mnt
	truncate -s 4M /tmp/mnt/file
	mount -o remount,ro /tmp/mnt
	proc_err EROFS vdisk/vdisk "open v /tmp/mnt/file"
	give 1 v /tmp/mnt/file READ_ONLY || return
	assertEquals 1 "$(blockdev --getro "$disk")"
	take v
	path=$(make_block 4)
	blockdev --setro "$path"
	for mode in "" BLOCKIO; do
		_got=$(printf 'open v %s %s\n' "$path" $mode | proc_write vdisk/vdisk) &&
			fail "a read-only block device was opened for writing ($mode)"
		case $_got in
		EROFS | EACCES | EPERM) ;;
		*) fail "errno of a read-only block device: $_got" ;;
		esac
	done
	give 1 v "$path" READ_ONLY BLOCKIO || return
	assertEquals 1 "$(blockdev --getro "$disk")"
}

test_refused_commands() {
	give 1 v "$(make_file 4)" || return
	out="Logical block address out of range"
	# 8192 blocks: the last one, one too far, a range across the end, 64 bits
	good "$disk" -r 512 28 00 00 00 1f ff 00 00 01 00
	sense "Illegal Request" "$out" "$disk" -r 512 28 00 00 00 20 00 00 00 01 00
	sense "Illegal Request" "$out" "$disk" -r 1024 28 00 00 00 1f ff 00 00 02 00
	sense "Illegal Request" "$out" "$disk" -s 1024 -i /dev/zero 2a 00 00 00 1f ff 00 00 02 00
	sense "Illegal Request" "$out" "$disk" -r 512 88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
	sense "Illegal Request" "$out" "$disk" -s 512 -i /dev/zero 8a 00 7f ff ff ff ff ff ff ff 00 00 00 01 00 00
	sense "Illegal Request" "$out" "$disk" 35 00 00 00 20 01 00 00 00 00
	sense "Illegal Request" "$out" "$disk" 35 00 00 00 1f ff 00 00 02 00
	sense "Illegal Request" "$out" "$disk" 91 00 ff ff ff ff ff ff ff ff ff ff ff ff 00 00
	sense "Illegal Request" "Invalid command operation code" "$disk" 02 00 00 00 00 00
	sense "Illegal Request" "Invalid command operation code" "$disk" c1 00 00 00 00 00 00 00 00 00
	# RDPROTECT, WRPROTECT: there is no protection information
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 512 28 20 00 00 00 00 00 00 01 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 512 -i /dev/zero 2a e0 00 00 00 00 00 00 01 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 32 9e 1f 00 00 00 00 00 00 00 00 00 00 00 20 00 00
}

test_transfer_limit() {
	give 1 v NULLIO || return
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 512 28 00 00 00 00 00 00 80 01 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 512 a8 00 00 00 00 00 00 00 80 01 00 00
	# Nothing is transferred by these.
	good "$disk" 35 00 00 00 00 00 00 ff ff 00
	good "$disk" 91 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00
}

# ---- errors of the backing ----

test_no_space() {
	mkdir -p /tmp/mnt
	mount -t tmpfs -o size=1M none /tmp/mnt
	truncate -s 8M /tmp/mnt/file
	give 1 v /tmp/mnt/file || return
	dd if=/dev/urandom of="$disk" bs=64k count=32 oflag=direct 2>/dev/null
	head -c 65536 /dev/urandom >/tmp/64k
	sense "Data Protect" "Space allocation failed write protect" "$disk" \
		-s 65536 -i /tmp/64k 2a 00 00 00 30 00 00 00 80 00
	take v
}

# GOOD is only for what is stable: each way to ask for that hears
# of the error, and a plain write into the cache doesn't.
test_write_errors_are_reported() {
	make_flakey || return 0
	head -c 4096 /dev/urandom >/tmp/4k
	give 1 v "$path" || return
	flakey_go bad
	good "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 08 00 00 08 00
	sense "Medium Error" "Write error" "$disk" 35 00 00 00 00 00 00 00 00 00
	sense "Medium Error" "Write error" "$disk" -s 4096 -i /tmp/4k 2a 08 00 00 00 10 00 00 08 00
	flakey_go good
	good "$disk" -s 4096 -i /tmp/4k 2a 08 00 00 00 10 00 00 08 00
	# Nobody knows whether it was that write's data alone.
	sense "Medium Error" "Write error" "$disk" 35 00 00 00 00 00 00 00 00 00
	good "$disk" 35 00 00 00 00 00 00 00 00 00
	take v
	no_disk $INI 1
	give 1 v "$path" WRITE_THROUGH || return
	flakey_go bad
	sense "Medium Error" "Write error" "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 18 00 00 08 00
	flakey_go good
	take v
}

test_write_errors_of_blockio() {
	make_flakey || return 0
	head -c 4096 /dev/urandom >/tmp/4k
	give 1 v "$path" BLOCKIO || return
	flakey_go bad
	sense "Medium Error" "Write error" "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 20 00 00 08 00
	flakey_go good
	good "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 20 00 00 08 00
	take v
}

test_nv_cache_ignores_synchronization() {
	make_flakey || return 0
	head -c 4096 /dev/urandom >/tmp/4k
	give 1 v "$path" NV_CACHE || return
	flakey_go bad
	good "$disk" -s 4096 -i /tmp/4k 2a 08 00 00 00 08 00 00 08 00
	good "$disk" 35 00 00 00 00 00 00 00 00 00
	flakey_go good
	take v
	assertTrue "written in the end" "dd if=$path bs=4096 skip=1 count=1 2>/dev/null | cmp - /tmp/4k"
}

# make_cached_block MIB: a ram disk with a volatile cache, for which the kernel passes
# flushes.
make_cached_block() {
	modprobe null_blk nr_devices=0
	_dir=$NULLB/scst90
	mkdir "$_dir" && echo "$1" >"$_dir/size" && echo 1 >"$_dir/cache_size" &&
		echo 1 >"$_dir/memory_backed" && echo 1 >"$_dir/power"
	for _path in /dev/scst90 "/dev/nullb$(cat "$_dir/index")"; do
		[ ! -b "$_path" ] || {
			echo "$_path"
			return 0
		}
	done
	fail "null_blk gave no block device with a cache" >&2
	return 1
}

# Write-back splits what it submits, and waits for what it has submitted before it
# goes on: bios that a command makes in between must be on their way by then. It
# waits for all of it where the disk has a volatile cache (the kernel's wbt).
test_buffered_writes_through_blockio() {
	path=$(make_cached_block 96) || return
	give 1 v "$path" BLOCKIO || return
	assertEquals "a volatile cache" "write back" "$(cat "/sys/block/${disk#/dev/}/queue/write_cache")"
	# A short queue makes it wait early, requests of this size leave the plug one by one.
	echo 4 >"/sys/block/${disk#/dev/}/device/queue_depth"
	echo 128 >"/sys/block/${disk#/dev/}/queue/max_sectors_kb"
	mkfs.ext4 -q "$disk" >/tmp/mkfs.log 2>&1 || fail "mkfs: $(tail -n 1 /tmp/mkfs.log)"
	mkdir -p /tmp/mnt
	mount "$disk" /tmp/mnt || fail "mount"
	rm -f /tmp/written
	{ fill /tmp/mnt/data 48 && sync && echo >/tmp/written; } &
	wait_for [ -e /tmp/written ] || {
		fail "write-back does not end: $(dmesg | grep -c 'still waits') complaints of scst_local"
		return
	}
	umount /tmp/mnt
	mount "$disk" /tmp/mnt || fail "mount again"
	fill /tmp/expected 48
	assertTrue "data" "cmp /tmp/mnt/data /tmp/expected"
	umount /tmp/mnt
	rm -f /tmp/expected
	e2fsck -fn "$disk" >/tmp/fsck.log 2>&1 || fail "fsck: $(tail -n 1 /tmp/fsck.log)"
}

# ---- what goes down to the backing, as the kernel's tracer sees it ----

test_flushes_reach_the_backing() {
	trace_on || {
		skip "no block events in this kernel"
		return
	}
	path=$(make_cached_block 4) || return
	for mode in BLOCKIO "" O_DIRECT; do
		give 1 v "$path" $mode || return
		trace_of "$path" >/dev/null
		# A write and a read alone ask for nothing stable.
		good "$disk" -s 512 -i /dev/zero 2a 00 00 00 00 08 00 00 01 00
		good "$disk" -r 512 28 00 00 00 00 08 00 00 01 00
		kinds_are_not "$mode: plain write" F "$path"
		good "$disk" 35 00 00 00 00 00 00 00 00 00
		kinds_are "$mode: SYNCHRONIZE CACHE" "^FW?" "$path"
		good "$disk" -s 512 -i /dev/zero 2a 08 00 00 00 08 00 00 01 00
		kinds_are "$mode: FUA" "F" "$path"
		good "$disk" -r 512 28 08 00 00 00 08 00 00 01 00
		kinds_are "$mode: read with FUA" "^FW?" "$path"
		take v
		no_disk $INI 1
		give 1 v "$path" $mode WRITE_THROUGH || return
		trace_of "$path" >/dev/null
		good "$disk" -s 512 -i /dev/zero 2a 00 00 00 00 08 00 00 01 00
		kinds_are "$mode: WRITE_THROUGH" "F" "$path"
		take v
		no_disk $INI 1
		give 1 v "$path" $mode NV_CACHE || return
		trace_of "$path" >/dev/null
		good "$disk" -s 512 -i /dev/zero 2a 08 00 00 00 08 00 00 01 00
		good "$disk" 35 00 00 00 00 00 00 00 00 00
		kinds_are_not "$mode: NV_CACHE" F "$path"
		take v
		no_disk $INI 1
	done
	trace_off
}

# ---- the commands ----

# refused ERRNO COMMAND
refused() {
	_got=$(printf '%s\n' "$2" | proc_write vdisk/vdisk) && fail "'$2' was accepted; expected $1"
	assertEquals "'$2'" "$1" "$_got"
}

test_open_refused() {
	path=$(make_file 4)
	before=$(proc_read vdisk/vdisk)
	for args in v "v /no/path 511" "v $path 0" "v $path 256" "v $path 513" "v $path 8192" "v $path 512x" \
		"v $path 99999999999999999999" "v $path 512 512" "v $path READ_ONLY 512" "v $path read_only" \
		"v $path READONLY" "v ${path#/}" "v BLOCKIO" "v 512" "v $path NULLIO BLOCKIO" \
		"v $path BLOCKIO" "a/b $path" "a,b $path" "/ $path" "v /tmp" "v /dev/null" "v /dev/zero BIO" ""; do
		refused EINVAL "open $args"
	done
	refused ENOENT "open v $path.not"
	refused ENOENT "open v $path.not BLOCKIO"
	refused ENOENT "open v $path.not NULLIO"
	refused ENOTDIR "open v $path/below"
	: >"$path"
	refused EINVAL "open v $path"
	truncate -s 1023 "$path"
	refused EINVAL "open v $path 1024"
	rm "$path"
	mkfifo "$path"
	refused EINVAL "open v $path"
	refused EINVAL "open v $path READ_ONLY"
	assertEquals "something changed" "$before" "$(proc_read vdisk/vdisk)"
}

test_names_are_taken_once() {
	path=$(make_file 4)
	proc_ok vdisk/vdisk "open v $path"
	OPEN=v
	proc_err EINVAL vdisk/vdisk "open v $path"
	proc_err EINVAL vdisk/vdisk "open v NULLIO"
	proc_err EINVAL vdisk/vdisk "close w"
	proc_err EINVAL vdisk/vdisk "close v v"
	proc_err EINVAL vdisk/vdisk close
	take v
	proc_err EINVAL vdisk/vdisk "close v"
	proc_ok vdisk/vdisk "open v $path 0x1000 READ_ONLY"
	take v
	OPEN=
}

test_block_devices_are_held() {
	path=$(make_block 32)
	mkfs.ext4 -q "$path"
	mkdir -p /tmp/mnt
	mount "$path" /tmp/mnt
	proc_err EBUSY vdisk/vdisk "open v $path"
	proc_err EBUSY vdisk/vdisk "open v $path BLOCKIO"
	umount /tmp/mnt
	for mode in "" BLOCKIO; do
		proc_ok vdisk/vdisk "open v $path $mode"
		OPEN=v
		proc_err EBUSY vdisk/vdisk "open w $path"
		proc_err EBUSY vdisk/vdisk "open w $path BLOCKIO"
		assertFalse "mounted while exported" "mount $path /tmp/mnt"
		take v
	done
	assertTrue "free again" "mount $path /tmp/mnt"
	umount /tmp/mnt
	OPEN=
}

# row NAME MIB BLOCKSIZE OPTIONS PATH
row() {
	printf '%-17s %-11u %-12u%-16s%s\n' "$@"
}

test_table() {
	file=$(make_file 5)
	block=$(make_block 4)
	proc_ok vdisk/vdisk "open v1 $file"
	proc_ok vdisk/vdisk "open v2 $block 4096 BIO WRITE_THROUGH"
	proc_ok vdisk/vdisk "open v3 512 NULLIO"
	proc_ok vdisk/vdisk "open v4 label 1024 NULLIO READ_ONLY NV_CACHE WRITE_THROUGH"
	OPEN="v1 v2 v3 v4"
	{
		printf '%-17s %-11s %-11s %-15s %s\n' Name "Size(MB)" "Block size" Options "File name"
		row v1 5 512 "" "$file"
		row v2 4 4096 "WT BIO " "$block"
		row v3 1572864 512 "NIO " ""
		row v4 1572864 1024 "WT NV RO NIO " label
	} >/tmp/expected
	proc_read vdisk/vdisk >/tmp/got
	assertTrue "the table: $(diff /tmp/got /tmp/expected)" "cmp -s /tmp/got /tmp/expected"
	assertTrue "handler of FILEIO" "proc_read scsi_tgt | grep -q '^v1 .* vdisk$'"
	assertTrue "handler of BLOCKIO" "proc_read scsi_tgt | grep -q '^v2 .* vdisk_blk$'"
	assertFalse "vdisk_blk has no directory" "[ -e $PROC/vdisk_blk ]"
}

# Commands in flight finish; nothing acknowledged is lost.
test_close_under_load() {
	for mode in "" BLOCKIO; do
		path=$(make_block 4)
		give 1 v "$path" $mode || return
		(while dd if=/dev/zero of="$disk" bs=64k oflag=direct; do :; done) 2>/dev/null &
		sleep 1
		take v
		no_disk $INI 1
		wait
		assertFalse "still in the group" "proc_read groups/Default/devices | grep -q '^v '"
		proc_ok vdisk/vdisk "open v $path $mode"
		take v
	done
	OPEN=
}

test_unload_closes_all() {
	path=$(make_block 4)
	give 1 v "$path" BLOCKIO || return
	fill "$disk" 4
	sum=$(sum "$disk")
	unload_modules
	assertEquals "$sum" "$(sum "$path")"
	load_modules target=vdisk-tgt initiator=$INI
	assertEquals "only the header" 1 "$(proc_read vdisk/vdisk | wc -l)"
	give 1 v "$path" || return
	assertEquals "$sum" "$(sum "$disk")"
}

# Buffers of the core's instead of the initiator's pages.
test_core_buffers() {
	unload_modules
	load_modules target=vdisk-tgt initiator=$INI own_buffers=1
	give 1 v1 "$(make_file 2)" || return
	disks=$disk
	give 2 v2 "$(make_block 2)" BLOCKIO || return
	fio_verify "$disks" "$disk"
	# What others had in the pool's pages must not be seen here.
	give 3 v3 NULLIO || return
	assertEquals "NULLIO reads zeroes" "$(head -c 1048576 /dev/zero | sha256sum)" \
		"$(dd if="$disk" bs=64k count=16 iflag=direct 2>/dev/null | sha256sum)"
	unload_modules
	load_modules target=vdisk-tgt initiator=$INI
	OPEN=
}
