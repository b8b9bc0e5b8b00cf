# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Commands on blocks that are more than a transfer: VERIFY, WRITE AND VERIFY, WRITE
# SAME, UNMAP, GET LBA STATUS, COMPARE AND WRITE, ORWRITE, WRITE ATOMIC, PRE-FETCH,
# READ DEFECT DATA, and what is refused.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# bytes N OCTAL FILE: N times the same byte.
bytes() {
	head -c "$1" /dev/zero | tr '\0' "\\$2" >"$3"
}

# same DISK BLOCKSIZE LBA BLOCKS FILE: those blocks are as the file begins.
same() {
	dd if="$1" bs="$2" skip="$3" count="$4" iflag=direct 2>/dev/null >/tmp/same.got
	head -c $(($2 * $4)) "$5" | cmp -s - /tmp/same.got || fail "blocks $3 to $(($3 + $4 - 1)) aren't $5"
}

# A disk of 4 MiB in each mode and of two block sizes: calls FUNCTION with the block
# size; the disk is $disk, its backing $path.
each_disk() {
	for _bs in 512 4096; do
		for _kind in make_file make_block; do
			_words=
			[ $_kind = make_file ] || _words=BLOCKIO
			path=$($_kind 4 $_bs) || return
			fill "$path" 4 $_bs
			# shellcheck disable=SC2086 # words or nothing
			give 1 v "$path" $_bs $_words || return
			"$1" $_bs
			take v
			no_disk $INI 1
		done
	done
}

# A file of 4 MiB that is all data, on ext4 (its path in $path).
make_ext4_file() {
	_under=$(make_block 24) || return
	mkfs.ext4 -q -b 4096 "$_under" >/tmp/mkfs.log 2>&1 || fail "mkfs: $(tail -n 1 /tmp/mkfs.log)"
	mkdir -p /tmp/mnt
	mount -t ext4 "$_under" /tmp/mnt || fail "no ext4"
	path=/tmp/mnt/file
	fill "$path" 4
}

# A ram disk of 4 MiB that can discard (its path in $path).
make_discard_block() {
	[ -d "$NULLB" ] || modprobe null_blk nr_devices=0
	_dir=$NULLB/scst80
	mkdir "$_dir" && echo 4 >"$_dir/size" && echo 1 >"$_dir/memory_backed" &&
		echo 1 >"$_dir/discard" && echo 1 >"$_dir/power" || return
	for path in /dev/scst80 "/dev/nullb$(cat "$_dir/index")"; do
		[ ! -b "$path" ] || return 0
	done
	fail "no block device that can discard"
	return 1
}

# be WIDTH NUMBER: as so many hex bytes.
be() {
	printf "%0$((2 * $1))x" "$2" | sed 's/../& /g'
}

# ---- VERIFY ----

verify_each() {
	dd if="$path" of=/tmp/three bs="$1" skip=5 count=3 2>/dev/null
	for op in "2f @ 00 00 00 05 00 00 03 00" "af @ 00 00 00 05 00 00 00 03 00 00" \
		"8f @ 00 00 00 00 00 00 00 05 00 00 00 03 00 00" \
		"7f 00 00 00 00 00 00 18 00 0a @ 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 03"; do
		cdb() { echo "$op" | sed "s/@/$1/"; }
		# shellcheck disable=SC2046 # lists of words
		good "$disk" $(cdb 00)
		# shellcheck disable=SC2046
		good "$disk" -s $((3 * $1)) -i /tmp/three $(cdb 02)
		cp /tmp/three /tmp/other
		printf x | dd of=/tmp/other bs=1 seek=$(($1 + 17)) conv=notrunc 2>/dev/null
		# shellcheck disable=SC2046
		sense Miscompare "Miscompare during verify operation" "$disk" -s $((3 * $1)) -i /tmp/other $(cdb 02)
		assertTrue "INFORMATION is LBA 6: $_said" "echo '$_said' | grep -q 'Info fld=0x6 '"
		# One block for all: the first is it, the second is not.
		# shellcheck disable=SC2046
		sense Miscompare "Miscompare during verify operation" "$disk" -s "$1" -i /tmp/three $(cdb 06)
		assertTrue "INFORMATION is LBA 6: $_said" "echo '$_said' | grep -q 'Info fld=0x6 '"
		# BYTCHK 2 is reserved, there is no protection information.
		# shellcheck disable=SC2046
		sense "Illegal Request" "Invalid field in cdb" "$disk" $(cdb 04)
		# shellcheck disable=SC2046
		sense "Illegal Request" "Invalid field in cdb" "$disk" $(cdb 20)
	done
}

test_verify() {
	each_disk verify_each
}

test_verify_alike() {
	path=$(make_file 4)
	truncate -s 32M "$path"
	give 1 v "$path" || return
	bytes 512 252 /tmp/block
	sg_write_same -i /tmp/block --lba=8 --num=300 --10 "$disk" >/tmp/ws.log 2>&1 || fail "$(cat /tmp/ws.log)"
	good "$disk" -s 512 -i /tmp/block 2f 06 00 00 00 08 00 01 2c 00
	sense Miscompare "Miscompare" "$disk" -s 512 -i /tmp/block 2f 06 00 00 00 08 00 01 2d 00
	assertTrue "INFORMATION is LBA 308: $_said" "echo '$_said' | grep -q 'Info fld=0x134 '"
	good "$disk" 2f 00 00 00 00 08 00 00 00 00
	sense "Illegal Request" "Logical block address out of range" "$disk" 2f 00 00 00 ff ff 00 00 02 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" af 00 00 00 00 00 00 00 80 01 00 00
	assertTrue "sg_verify" "sg_verify --lba=8 --count=300 $disk"
}

# What can't be read is found where it is, though it is in the cache.
test_verify_reads_the_medium() {
	path=$(make_block 4) || return
	fill "$path" 4
	echo "0 80 linear $path 0
80 1 error
81 8111 linear $path 81" | dmsetup create bad || {
		skip "no device-mapper"
		return
	}
	[ -e /dev/mapper/bad ] || dmsetup mknodes
	give 1 v /dev/mapper/bad BLOCKIO || return
	good "$disk" 2f 00 00 00 00 00 00 00 50 00
	sense "Medium Error" "Unrecovered read error" "$disk" 2f 00 00 00 00 40 00 00 40 00
	assertTrue "INFORMATION is LBA 80: $_said" "echo '$_said' | grep -q 'Info fld=0x50 '"
	sense "Medium Error" "Write error" "$disk" -s 65536 -i "$path" 2e 00 00 00 00 40 00 00 80 00
	assertTrue "INFORMATION is LBA 80: $_said" "echo '$_said' | grep -q 'Info fld=0x50 '"
	take v
}

write_and_verify_each() {
	for op in "2e 02 00 00 00 05 00 00 03 00" "ae 00 00 00 00 05 00 00 00 03 00 00" \
		"8e 02 00 00 00 00 00 00 00 05 00 00 00 03 00 00" \
		"7f 00 00 00 00 00 00 18 00 0c 02 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 03"; do
		head -c $((3 * $1)) /dev/urandom >/tmp/three
		# shellcheck disable=SC2086 # a list of words
		good "$disk" -s $((3 * $1)) -i /tmp/three $op
		same "$disk" "$1" 5 3 /tmp/three
	done
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s $((3 * $1)) -i /tmp/three 2e 06 00 00 00 05 00 00 03 00
}

test_write_and_verify() {
	each_disk write_and_verify_each
}

# ---- WRITE SAME ----

write_same_each() {
	bytes "$1" 125 /tmp/block
	bytes $(($1 * 40)) 125 /tmp/blocks
	dd if="$path" of=/tmp/around bs="$1" count=60 2>/dev/null
	for op in "41 00 00 00 00 0a 00 00 28 00" "93 00 00 00 00 00 00 00 00 0a 00 00 00 28 00 00" \
		"7f 00 00 00 00 00 00 18 00 0d 00 00 00 00 00 00 00 00 00 0a 00 00 00 00 00 00 00 00 00 00 00 28"; do
		# shellcheck disable=SC2086 # a list of words
		good "$disk" -s "$1" -i /tmp/block $op
		same "$disk" "$1" 10 40 /tmp/blocks
		# Zeros, which the backing may make by itself.
		# shellcheck disable=SC2086
		good "$disk" -s "$1" -i /dev/zero $op
		same "$disk" "$1" 10 40 /dev/zero
	done
	same "$disk" "$1" 0 10 /tmp/around
	tail -c $((10 * $1)) /tmp/around >/tmp/behind
	same "$disk" "$1" 50 10 /tmp/behind
	# NDOB: no data, zeros are meant.
	good "$disk" -s "$1" -i /tmp/block 93 00 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	good "$disk" 93 01 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	same "$disk" "$1" 20 5 /dev/zero
	# 0 blocks: up to the end.
	_last=$((4194304 / $1 - 3))
	# shellcheck disable=SC2046 # a list of words
	good "$disk" -s "$1" -i /tmp/block 41 00 $(be 4 $_last) 00 00 00 00
	same "$disk" "$1" $_last 3 /tmp/blocks
	sense "Illegal Request" "Invalid field in command information unit" "$disk" -s $((2 * $1)) -i /dev/zero 93 00 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s "$1" -i /tmp/block 93 10 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s "$1" -i /tmp/block 93 20 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s "$1" -i /tmp/block 41 04 00 00 00 0a 00 00 28 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s "$1" -i /tmp/block 41 01 00 00 00 0a 00 00 28 00
	# shellcheck disable=SC2046
	sense "Illegal Request" "Logical block address out of range" "$disk" -s "$1" -i /tmp/block 41 00 $(be 4 $_last) 00 00 04 00
}

test_write_same() {
	each_disk write_same_each
}

test_write_same_limit() {
	path=$(make_file 4)
	truncate -s 1G "$path"
	give 1 v "$path" || return
	assertTrue "limit" "sg_vpd -p 0xb0 $disk | grep -q 'Maximum write same length: 0x8000 blocks'"
	good "$disk" -s 512 -i /dev/zero 93 00 00 00 00 00 00 00 00 00 00 00 80 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 512 -i /dev/zero 93 00 00 00 00 00 00 00 00 00 00 00 80 01 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 512 -i /dev/zero 93 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
}

# ---- space ----

allocated() {
	echo $(($(stat -c %b "$1") * 512))
}

test_unmap_file() {
	make_ext4_file || return
	give 1 v "$path" THIN || return
	assertTrue "LBPME, LBPRZ" "sg_readcap --long $disk | grep -q 'lbpme=1, lbprz=1'"
	sg_vpd -p 0xb2 "$disk" >/tmp/b2.log
	for line in "(LBPU): 1" "(LBPWS): 1" "(LBPWS10): 1" "(LBPRZ): 1" "Provisioning type: 2"; do
		assertTrue "page B2h: $line: $(cat /tmp/b2.log)" "grep -qF '$line' /tmp/b2.log"
	done
	assertTrue "descriptors" "sg_vpd -p 0xb0 $disk | grep -q 'Maximum unmap block descriptor count: 256'"
	_before=$(allocated "$path")
	# 1 MiB, and two blocks that are no page
	sg_unmap --lba=2048,9 --num=2048,2 "$disk" >/tmp/unmap.log 2>&1 || fail "sg_unmap: $(cat /tmp/unmap.log)"
	same "$disk" 512 2048 2048 /dev/zero
	same "$disk" 512 9 2 /dev/zero
	fill /tmp/expected 4
	dd if=/tmp/expected of=/tmp/block bs=512 skip=11 count=8 2>/dev/null
	same "$disk" 512 11 8 /tmp/block
	assertEquals "space given back" 1048576 $((_before - $(allocated "$path")))
	sg_write_same --16 --unmap --lba=4096 --num=2048 -i /dev/zero --xferlen=512 "$disk" >/tmp/ws.log 2>&1 ||
		fail "sg_write_same: $(cat /tmp/ws.log)"
	same "$disk" 512 4096 2048 /dev/zero
	assertEquals "by WRITE SAME too" 2097152 $((_before - $(allocated "$path")))
	# Data that are no zeros are written.
	bytes 512 125 /tmp/block
	sg_write_same --16 --unmap --lba=6144 --num=8 -i /tmp/block --xferlen=512 "$disk" >/tmp/ws.log 2>&1 ||
		fail "sg_write_same: $(cat /tmp/ws.log)"
	bytes 4096 125 /tmp/block
	same "$disk" 512 6144 8 /tmp/block
	assertTrue "blkdiscard" "blkdiscard -o 0 -l 1048576 $disk"
	same "$disk" 512 0 2048 /dev/zero
}

test_get_lba_status() {
	make_ext4_file || return
	give 1 v "$path" THIN || return
	sg_get_lba_status --lba=0 --maxlen=248 "$disk" >/tmp/status 2>&1 || fail "sg_get_lba_status: $(cat /tmp/status)"
	assertTrue "all mapped: $(tr '\n' ' ' </tmp/status)" "grep -qiE '(8192|0x0*2000) .*mapped' /tmp/status"
	sg_unmap --lba=2048 --num=1024 "$disk" >/dev/null 2>&1 || fail "sg_unmap"
	good "$disk" -r 56 -o /tmp/status 9e 12 00 00 00 00 00 00 07 f0 00 00 00 38 00 00
	assertEquals "header" "00000034" "$(od -An -tx1 -N 4 /tmp/status | tr -d ' \n')"
	assertEquals "mapped" "00000000000007f00000001000000000" "$(od -An -tx1 -j 8 -N 16 /tmp/status | tr -d ' \n')"
	assertEquals "a hole" "00000000000008000000040001000000" "$(od -An -tx1 -j 24 -N 16 /tmp/status | tr -d ' \n')"
	assertEquals "mapped to the end" "0000000000000c000000140000000000" "$(od -An -tx1 -j 40 -N 16 /tmp/status | tr -d ' \n')"
	good "$disk" -r 24 -o /tmp/status 7f 00 00 00 00 00 00 18 00 12 00 00 00 00 00 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00 00 18
	assertEquals "32 bytes" "00000000000008000000040001000000" "$(od -An -tx1 -j 8 -N 16 /tmp/status | tr -d ' \n')"
	sense "Illegal Request" "Logical block address out of range" "$disk" -r 24 9e 12 00 00 00 00 00 00 20 00 00 00 00 18 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 24 9e 12 00 00 00 00 00 00 00 00 00 00 00 18 02 00
}

# unmap_list HEADER DESCRIPTOR...: each as hex bytes, into /tmp/list.
unmap_list() {
	for _part in "$@"; do
		for _byte in $_part; do
			# shellcheck disable=SC2059 # an octal escape
			printf "\\$(printf %o "0x$_byte")"
		done
	done >/tmp/list
}

test_unmap_parameter_list() {
	make_ext4_file || return
	give 1 v "$path" THIN || return
	none="00 00 00 00 00 00 00 00"
	one="00 00 00 00 00 00 00 10 00 00 00 01 00 00 00 00"
	sum=$(sum "$disk")
	good "$disk" 42 00 00 00 00 00 00 00 00 00
	unmap_list "$none"
	good "$disk" -s 8 -i /tmp/list 42 00 00 00 00 00 00 00 08 00
	sense "Illegal Request" "Parameter list length error" "$disk" -s 7 -i /tmp/list 42 00 00 00 00 00 00 00 07 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 8 -i /tmp/list 42 01 00 00 00 00 00 00 08 00
	# A part of a descriptor doesn't count.
	unmap_list "00 15 00 0f 00 00 00 00" "00 00 00 00 00 00 00 10 00 00 00 01 00 00 00"
	good "$disk" -s 23 -i /tmp/list 42 00 00 00 00 00 00 00 17 00
	# The second is beyond the end: the first must not be unmapped.
	unmap_list "00 26 00 20 00 00 00 00" "$one" "00 00 00 00 00 00 20 00 00 00 00 01 00 00 00 00"
	sense "Illegal Request" "Logical block address out of range" "$disk" -s 40 -i /tmp/list 42 00 00 00 00 00 00 00 28 00
	assertEquals "nothing was unmapped" "$sum" "$(sum "$disk")"
	unmap_list "00 16 00 10 00 00 00 00" "$one"
	good "$disk" -s 24 -i /tmp/list 42 00 00 00 00 00 00 00 18 00
	same "$disk" 512 16 1 /dev/zero
	assertNotEquals "one block was" "$sum" "$(sum "$disk")"
	# 257 descriptors
	unmap_list "10 16 10 10 00 00 00 00"
	head -c 4112 /dev/zero >>/tmp/list
	sense "Illegal Request" "Invalid field in parameter list" "$disk" -s 4120 -i /tmp/list 42 00 00 00 00 00 00 10 18 00
}

# A device whose reads after a discard are anything: no LBPRZ, no WRITE SAME with it.
test_unmap_block_device() {
	make_discard_block || return
	fill "$path" 4
	give 1 v "$path" BLOCKIO || return
	assertTrue "LBPME" "sg_readcap --long $disk | grep -q 'lbpme=1, lbprz=0'"
	assertTrue "LBPU only" "sg_vpd -p 0xb2 $disk | grep -q '(LBPWS): 0'"
	trace_on || fail "no tracer"
	sg_unmap --lba=2048 --num=2048 "$disk" >/tmp/unmap.log 2>&1 || fail "sg_unmap: $(cat /tmp/unmap.log)"
	kinds_are "UNMAP" D "$path"
	trace_off
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 512 -i /dev/zero 93 08 00 00 00 00 00 00 00 14 00 00 00 05 00 00
	fill /tmp/expected 4
	same "$disk" 512 0 2048 /tmp/expected
}

test_nothing_to_unmap() {
	give 1 v "$(make_block 4)" BLOCKIO || return
	assertTrue "block device: no LBPME" "sg_readcap --long $disk | grep -q 'lbpme=0'"
	assertTrue "page B2h" "sg_vpd -p 0xb2 $disk | grep -q '(LBPU): 0'"
	sense "Illegal Request" "Invalid command operation code" "$disk" -s 8 -i /dev/zero 42 00 00 00 00 00 00 00 08 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 512 -i /dev/zero 41 08 00 00 00 00 00 00 05 00
	give 2 w NULLIO || return
	assertTrue "NULLIO: no LBPME" "sg_readcap --long $disk | grep -q 'lbpme=0'"
	make_ext4_file || return
	give 3 x "$path" READ_ONLY || return
	assertTrue "READ_ONLY: no LBPME" "sg_readcap --long $(sg_of 3) | grep -q 'lbpme=0'"
	take x
	give 3 x "$path" || return
	assertTrue "all allocated: no LBPME" "sg_readcap --long $disk | grep -q 'lbpme=0'"
	take x
	truncate -s 5M "$path"
	give 3 x "$path" || return
	assertTrue "not all allocated: LBPME" "sg_readcap --long $disk | grep -q 'lbpme=1, lbprz=1'"
	proc_err EINVAL vdisk/vdisk "open y NULLIO THIN"
	proc_err EINVAL vdisk/vdisk "open y /tmp/mnt/file READ_ONLY THIN"
}

# ---- those that have their blocks for themselves ----

compare_and_write_each() {
	dd if="$path" of=/tmp/pair bs="$1" skip=5 count=3 2>/dev/null
	head -c $((3 * $1)) /dev/urandom >/tmp/new
	cat /tmp/new >>/tmp/pair
	good "$disk" -s $((6 * $1)) -i /tmp/pair 89 00 00 00 00 00 00 00 00 05 00 00 00 03 00 00
	same "$disk" "$1" 5 3 /tmp/new
	# The same again: now it differs, and nothing is written.
	sense Miscompare "Miscompare during verify operation" "$disk" -s $((6 * $1)) -i /tmp/pair 89 00 00 00 00 00 00 00 00 05 00 00 00 03 00 00
	cat /tmp/new /tmp/new >/tmp/pair
	printf '\0\377' | dd of=/tmp/pair bs=1 seek=$((2 * $1 + 17)) conv=notrunc 2>/dev/null
	sense Miscompare "Miscompare during verify operation" "$disk" -s $((6 * $1)) -i /tmp/pair 89 00 00 00 00 00 00 00 00 05 00 00 00 03 00 00
	_at=$(cmp -l /tmp/pair /tmp/new 2>/dev/null | awk 'NR == 1 { print $1 }')
	assertTrue "INFORMATION is the offset $((_at - 1)): $_said" \
		"echo '$_said' | grep -q 'Info fld=$(printf 0x%x $((_at - 1))) '"
	same "$disk" "$1" 5 3 /tmp/new
	good "$disk" 89 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s $((6 * $1)) -i /tmp/pair 89 20 00 00 00 00 00 00 00 05 00 00 00 03 00 00
}

test_compare_and_write() {
	each_disk compare_and_write_each
}

test_compare_and_write_counts() {
	path=$(make_file 4)
	give 1 v "$path" || return
	assertTrue "limit" "sg_vpd -p 0xb0 $disk | grep -q 'Maximum compare and write length: 255 blocks'"
	head -c $((255 * 512)) /dev/zero >/tmp/pair
	bytes $((255 * 512)) 101 /tmp/new
	cat /tmp/new >>/tmp/pair
	good "$disk" -s $((510 * 512)) -i /tmp/pair 89 00 00 00 00 00 00 00 00 05 00 00 00 ff 00 00
	same "$disk" 512 5 255 /tmp/new
	# 256 blocks, whose count is cut to its byte
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s $((512 * 512)) -i /dev/zero 89 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00
	sense "Illegal Request" "Logical block address out of range" "$disk" -s 2048 -i /dev/zero 89 00 00 00 00 00 00 00 1f ff 00 00 00 02 00 00
}

# count_up DISK FILE: 30 times, one more in the block at LBA 7: by COMPARE AND WRITE,
# with what a READ says before. How often somebody else was faster is in FILE.
count_up() {
	_n=0 _misses=0
	while [ $_n -lt 30 ]; do
		dd if="$1" of="$2.block" bs=512 skip=7 count=1 iflag=direct 2>/dev/null
		_old=$(tr -d '\0' <"$2.block")
		{ cat "$2.block"; printf %-16d $((${_old:-0} + 1)); head -c 496 /dev/zero; } >"$2.pair"
		if sg_raw -s 1024 -i "$2.pair" "$1" 89 00 00 00 00 00 00 00 00 07 00 00 00 01 00 00 >/dev/null 2>&1; then
			_n=$((_n + 1))
		else
			_misses=$((_misses + 1))
		fi
	done
	echo $_misses >"$2"
}

# Two sessions count in one block, a third one writes and reads around it.
test_compare_and_write_race() {
	add_session vdisk-tgt blocks-two || return
	for mode in "" BLOCKIO; do
		path=$(make_block 4) || return
		give 1 v "$path" $mode || return
		two=$(wait_disk blocks-two 1) || return
		sg_turs "$two" >/dev/null 2>&1
		fio --ioengine=libaio --direct=1 --iodepth=4 --rw=randrw --bs=4k --size=1M --time_based --runtime=60 --rate_iops=40 \
			--offset=64k --name=around --filename="$disk" >/tmp/fio.log 2>&1 &
		_fio=$!
		count_up "$disk" /tmp/count.1 &
		_one=$!
		count_up "$two" /tmp/count.2
		wait $_one
		kill $_fio 2>/dev/null
		wait $_fio
		assertEquals "none is lost" 60 "$(dd if="$disk" bs=512 skip=7 count=1 iflag=direct 2>/dev/null | tr -d '\0 ')"
		take v
		no_disk $INI 1
	done
	del_session vdisk-tgt blocks-two
}

# Blocks that are written as a whole, or compared and written as a whole, are never
# seen half.
test_no_torn_blocks() {
	give 1 v "$(make_block 4)" BLOCKIO || return
	bytes 65536 101 /tmp/a
	bytes 65536 102 /tmp/b
	cat /tmp/a /tmp/b >/tmp/ab
	cat /tmp/b /tmp/a >/tmp/ba
	good "$disk" -s 65536 -i /tmp/a 2a 00 00 00 00 00 00 00 80 00
	for _i in $(seq 60); do
		sg_raw -s 131072 -i /tmp/ab "$disk" 89 00 00 00 00 00 00 00 00 00 00 00 00 80 00 00 >/dev/null 2>&1
		sg_raw -s 131072 -i /tmp/ba "$disk" 89 00 00 00 00 00 00 00 00 00 00 00 00 80 00 00 >/dev/null 2>&1
	done &
	_writer=$!
	for _i in $(seq 60); do
		sg_raw -r 65536 -o /tmp/got "$disk" 28 00 00 00 00 00 00 00 80 00 >/dev/null 2>&1
		cmp -s /tmp/got /tmp/a || cmp -s /tmp/got /tmp/b || fail "half of one and half of the other"
	done
	wait $_writer
}

orwrite_each() {
	bytes $((3 * $1)) 360 /tmp/high
	bytes $((3 * $1)) 005 /tmp/low
	bytes $((3 * $1)) 365 /tmp/both
	good "$disk" -s $((3 * $1)) -i /tmp/high 8a 00 00 00 00 00 00 00 00 05 00 00 00 03 00 00
	good "$disk" -s $((3 * $1)) -i /tmp/low 8b 00 00 00 00 00 00 00 00 05 00 00 00 03 00 00
	same "$disk" "$1" 5 3 /tmp/both
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s $((3 * $1)) -i /tmp/low 8b 20 00 00 00 00 00 00 00 05 00 00 00 03 00 00
}

test_orwrite() {
	each_disk orwrite_each
}

test_write_atomic() {
	path=$(make_block 4 4096) || return
	give 1 v "$path" BLOCKIO || return
	assertTrue "limit" "sg_vpd -p 0xb0 -H $disk | grep -qE '^ 20 .*00 00 00 01'"
	assertTrue "granularity" "sg_vpd -p 0xb0 -H $disk | grep -qE '^ 30 +00 00 00 00 00 00 00 01'"
	head -c 4096 /dev/urandom >/tmp/block
	good "$disk" -s 4096 -i /tmp/block 9c 08 00 00 00 00 00 00 00 05 00 00 00 01 00 00
	same "$disk" 4096 5 1 /tmp/block
	good "$disk" 9c 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 8192 -i /dev/zero 9c 00 00 00 00 00 00 00 00 05 00 00 00 02 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 4096 -i /dev/zero 9c 00 00 00 00 00 00 00 00 05 00 01 00 01 00 00
	take v
	no_disk $INI 1
	# Blocks of eight of the backing's may be torn when the power fails.
	drop_backing
	give 1 v "$(make_block 4 512)" 4096 BLOCKIO || return
	sense "Illegal Request" "Invalid command operation code" "$disk" -s 4096 -i /dev/zero 9c 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00
}

# Where no loss of power can be survived, more than a block; or none of it.
test_write_atomic_on_tmpfs() {
	mkdir -p /tmp/mnt
	mount -t tmpfs -o size=1M none /tmp/mnt
	truncate -s 4M /tmp/mnt/file
	give 1 v /tmp/mnt/file || return
	head -c 524288 /dev/urandom >/tmp/half
	good "$disk" -s 524288 -i /tmp/half 9c 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00
	same "$disk" 512 0 1024 /tmp/half
	# 2048 blocks from 512 on: there is space for the first part only.
	cat /tmp/half /tmp/half >/tmp/all
	sense "Data Protect" "Space allocation failed write protect" "$disk" -s 1048576 -i /tmp/all 9c 00 00 00 00 00 00 00 02 00 00 00 08 00 00 00
	same "$disk" 512 0 1024 /tmp/half
	take v
}

# ---- PRE-FETCH, defects, what is refused ----

# status SG_RAW_ARGUMENTS...
status() {
	sg_raw -v "$@" 2>&1 | sed -n 's/.*SCSI Status: *//p' | sed 's/ *$//'
}

test_prefetch() {
	make_ext4_file || return
	give 1 v "$path" || return
	_fs=$(dirname "$path")
	sync
	echo 3 >/proc/sys/vm/drop_caches
	_reads() { awk '{ print $1 }' "/sys/block/$(basename "$_under")/stat"; }
	_before=$(_reads)
	assertEquals "CONDITION MET" "Condition Met" "$(status "$disk" 34 00 00 00 00 00 00 10 00 00)"
	assertTrue "the backing was read" "[ $(_reads) -gt $_before ]"
	_before=$(_reads)
	good "$disk" -r 65536 28 00 00 00 00 80 00 00 80 00
	assertEquals "and a read needs it no more" "$_before" "$(_reads)"
	assertEquals "IMMED" "Condition Met" "$(status "$disk" 90 02 00 00 00 00 00 00 00 00 00 00 00 08 00 00)"
	assertEquals "all" "Condition Met" "$(status "$disk" 34 00 00 00 00 00 00 00 00 00)"
	sense "Illegal Request" "Logical block address out of range" "$disk" 34 00 00 00 1f ff 00 00 02 00
	take v
	no_disk $INI 1
	give 1 v "$(make_block 4)" BLOCKIO || return
	assertEquals "no cache" "Good" "$(status "$disk" 34 00 00 00 00 00 00 10 00 00)"
}

test_no_defects() {
	give 1 v "$(make_file 4)" || return
	good "$disk" -r 4 -o /tmp/list 37 00 1d 00 00 00 00 00 04 00
	assertEquals "(10)" "001d0000" "$(od -An -tx1 -N 4 /tmp/list | tr -d ' \n')"
	good "$disk" -r 8 -o /tmp/list b7 0d 00 00 00 00 00 00 00 08 00 00
	assertEquals "(12)" "000d000000000000" "$(od -An -tx1 -N 8 /tmp/list | tr -d ' \n')"
}

test_refused_commands() {
	give 1 v "$(make_file 4)" || return
	# READ LONG, WRITE LONG, REASSIGN BLOCKS
	sense "Illegal Request" "Invalid command operation code" "$disk" -r 520 3e 00 00 00 00 00 00 02 08 00
	sense "Illegal Request" "Invalid command operation code" "$disk" -s 520 -i /dev/zero 3f 00 00 00 00 00 00 02 08 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -r 520 9e 11 00 00 00 00 00 00 00 00 00 00 02 08 00 00
	sense "Illegal Request" "Invalid" "$disk" -s 520 -i /dev/zero 9f 11 00 00 00 00 00 00 00 00 00 00 02 08 00 00
	sense "Illegal Request" "Invalid command operation code" "$disk" -s 8 -i /dev/zero 07 00 00 00 00 00
}

test_read_only() {
	make_ext4_file || return
	give 1 v "$path" READ_ONLY || return
	sum=$(sum "$path" fullblock)
	for cdb in "2e 00 00 00 00 05 00 00 01 00" "41 00 00 00 00 05 00 00 01 00" \
		"8b 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00" "93 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00"; do
		# shellcheck disable=SC2086 # a list of words
		sense "Data Protect" "Write protected" "$(sg_of 1)" -s 512 -i /dev/zero $cdb
	done
	sense "Data Protect" "Write protected" "$(sg_of 1)" -s 1024 -i /dev/zero 89 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00
	good "$(sg_of 1)" 2f 00 00 00 00 05 00 00 01 00
	assertEquals "unchanged" "$sum" "$(sum "$path" fullblock)"
}

# Commands that only NULLIO makes of nothing.
test_nullio() {
	give 1 v NULLIO || return
	good "$disk" 2f 00 00 00 00 05 00 00 03 00
	good "$disk" -s 512 -i /dev/zero 41 00 00 00 00 05 00 00 10 00
	good "$disk" -s 1024 -i /dev/zero 89 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00
	bytes 1024 101 /tmp/pair
	sense Miscompare Miscompare "$disk" -s 1024 -i /tmp/pair 89 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00
	assertEquals "PRE-FETCH" "Condition Met" "$(status "$disk" 34 00 00 00 00 00 00 10 00 00)"
}
