# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Devices of programs: what an initiator sees of them with each option.

# shellcheck source=tests/guest/user.sh
. "$GUEST/user.sh"
# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

pattern() {
	[ -e /tmp/pattern ] || {
		truncate -s 1M /tmp/pattern
		fill /tmp/pattern 1 7
	}
}

# What is written is read, directly and in the sizes that the kernel likes.
serves() {
	pattern
	dd if=/tmp/pattern of="$1" bs=256k oflag=direct conv=fsync status=none || fail "$2: write"
	dd if="$1" of=/tmp/back bs=96k count=11 iflag=direct status=none || fail "$2: read"
	head -c 1048576 /tmp/back | cmp - /tmp/pattern || fail "$2: other data"
	rm -f /tmp/back
}

test_file_system() {
	give 0 fs mib=16 || return
	mkfs.ext4 -q "$disk" || fail "mkfs"
	mkdir -p /tmp/mnt
	mount "$disk" /tmp/mnt || fail "mount"
	pattern
	cp /tmp/pattern /tmp/mnt/ && sync
	umount /tmp/mnt
	e2fsck -fn "$disk" >/tmp/fsck.log 2>&1 || fail "fsck: $(cat /tmp/fsck.log)"
	mount "$disk" /tmp/mnt
	cmp /tmp/pattern /tmp/mnt/pattern || fail "other data"
	umount /tmp/mnt
	stop fs
}

test_options() {
	for how in "parse=1" "parse=2 reuse=3 on_free=1" "reuse=1 parse=1" "reuse=2 old" "multi nonblock" \
			"block=4096 multi reuse=3 prealloc" "background reuse=3" "insist reuse=3 parse=1 nonblock"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 opts $how || return
		serves "$disk" "$how"
		assertTrue "$how: sessions" "[ $(counts opts attach) = 1 ]"
		stop opts
	done
}

# "make check-long" has the compiler for it.
test_program_of_32_bits() {
	[ -e "$PEERS/udisk32" ] || {
		skip "no program of 32 bits: see gcc-multilib"
		return
	}
	UDISK=udisk32
	for how in "parse=1" "multi reuse=3 prealloc" "background reuse=1 old"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 bits $how || break
		serves "$disk" "$how"
		stop bits
	done
	unset UDISK
}

# raw DISK BYTES CDB: what a command reads, as hexadecimal digits.
raw() {
	_disk=$1 _bytes=$2
	shift 2
	sg_raw -o /tmp/raw.data -r "$_bytes" "$_disk" "$@" >/tmp/raw.log 2>&1 || fail "$*: $(cat /tmp/raw.log)"
	od -An -v -tx1 /tmp/raw.data | tr -d ' \n'
	rm -f /tmp/raw.data
}

refused() {
	_what=$1 _disk=$2
	shift 2
	! sg_raw -r 512 "$_disk" "$@" >/tmp/raw.log 2>&1 || fail "$*: was accepted"
	grep -qi "$_what" /tmp/raw.log || fail "$*: $(cat /tmp/raw.log)"
}

# Operation codes that no standard knows are the program's business, if it wants them.
test_commands_that_only_the_program_knows() {
	give 0 vendor parse=0 || return
	refused "invalid command operation code" "$disk" c1 00 00 00 00 00
	stop vendor
	for parse in 1 2; do
		give 0 vendor parse=$parse || return
		assertEquals "parse=$parse" 76656e646f72210a "$(raw "$disk" 8 c1 00 00 00 00 00)"
		refused "invalid command operation code" "$disk" c2 00 00 00 00 00
		if [ $parse = 2 ]; then
			assertEquals "asked for nothing else" 2 "$(counts vendor parse)"
		else
			assertTrue "asked for all" "[ $(counts vendor parse) -gt 5 ]"
		fi
		stop vendor
	done
}

# A CDB of 32 bytes: the program has to ask for the second half.
test_long_cdb() {
	give 0 long || return
	pattern
	dd if=/tmp/pattern of="$disk" bs=64k oflag=direct status=none
	assertEquals "READ(32) of block 5" "$(dd if=/tmp/pattern bs=512 skip=5 count=1 status=none | od -An -v -tx1 | tr -d ' \n')" \
		"$(raw "$disk" 512 7f 00 00 00 00 00 00 18 00 09 00 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 01)"
	stop long
}

# sum LEN: of a CDB with 7e as its first byte, and each other one its place.
sum() {
	_full=$(($1 / 256)) _rest=$(($1 % 256))
	echo $((_full * 32640 + _rest * (_rest - 1) / 2 + 126))
}

# CDBs of up to 64 KiB, as XCDB and extended variable lengths have them.
test_extended_cdb() {
	through_testtgt ext parse=1 || return
	for len in 33 63 255 256 257 260 4096 65535; do
		tt cmd i 0 5 simple direct 7e in=8 cdb=$len show
		tt expect "data 5 $(printf %08x%08x $len "$(sum $len)")"
		tt wait
		tt clear
	done
	# In memory of the core's; beyond what there can be; more than the opcode has.
	tt cmd i 0 6 simple atomic 7e in=8 cdb=300 show core
	tt expect "data 6 $(printf %08x%08x 300 "$(sum 300)")"
	s 7 simple 7e in=8 cdb=65536
	s 8 simple 28000000000000000100 in=512 cdb=33
	tt wait
	assertEquals "too long: $(tt_log)" 2 "$(tt_count '^done (7 02 5/20|8 02 5/24)/00')"
	rmmod scst_testtgt
	stop ext
	# Without PARSE nobody knows it.
	through_testtgt ext parse=0 || return
	s 7 simple 7e in=8 cdb=300
	tt wait
	assertEquals "unknown: $(tt_log)" 1 "$(tt_count '^done 7 02 5/20/00')"
	rmmod scst_testtgt
	stop ext
}

# WRITE SAME: by the program, or as WRITEs that the kernel makes of it.
test_write_same() {
	head -c 512 /dev/urandom >/tmp/block
	for how in "write_same=0" "write_same" "write_same reuse=3"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 same $how || return
		sg_raw -s 512 -i /tmp/block "$disk" 93 00 00 00 00 00 00 00 00 03 00 00 01 00 00 00 >/tmp/raw.log 2>&1 ||
			fail "$how: $(cat /tmp/raw.log)"
		for block in 3 4 200 258; do
			dd if="$disk" bs=512 skip=$block count=1 iflag=direct status=none | cmp - /tmp/block ||
				fail "$how: block $block"
		done
		for block in 2 259; do
			! dd if="$disk" bs=512 skip=$block count=1 iflag=direct status=none | cmp -s - /tmp/block ||
				fail "$how: block $block, too"
		done
		stop same
	done
}

test_capacity_changes() {
	give 0 grow || return
	was=$(blockdev --getsz "$disk")
	kill -USR2 "$pid"
	sleep 0.2
	sg_raw "$disk" 00 00 00 00 00 00 >/tmp/raw.log 2>&1
	assertTrue "told: $(cat /tmp/raw.log)" "grep -qi 'capacity data has changed' /tmp/raw.log || has_grown $was"
	wait_for has_grown "$was" || fail "still $was blocks"
	stop grow
}

has_grown() {
	echo 1 >"/sys/block/${disk#/dev/}/device/rescan"
	[ "$(blockdev --getsz "$disk")" = $(($1 * 3 / 2)) ]
}

# Buffers are kept, and come back: when they get old, and when the cache is flushed.
test_buffers_are_kept() {
	give 0 kept reuse=3 threads=1 || return
	for _n in 1 2 3 4 5 6 7 8; do
		dd if=/dev/zero of="$disk" bs=64k count=8 oflag=direct status=none
	done
	assertTrue "asked for few: $(counts kept alloc)" "[ $(counts kept alloc) -lt 16 ]"
	kill -HUP "$pid"
	wait_for all_are_back || fail "after a flush $(counts kept outstanding) are kept"
	dd if=/dev/zero of="$disk" bs=64k count=1 oflag=direct status=none
	assertTrue "kept again" "[ $(counts kept outstanding) -gt 0 ]"
	wait_for all_are_back || fail "$(counts kept outstanding) are kept though they are old"
	stop kept
}

asks_no_more() {
	_before=$(counts "$1" alloc)
	sleep 0.5
	[ "$_before" = "$(counts "$1" alloc)" ]
}

# Two devices of a program use each other's buffers, if it wants that.
test_shared_buffers() {
	for shared in 0 1; do
		give 0 twin twin nonblock threads=1 reuse=3 purge=-1 shared=$shared || return
		proc_ok groups/Default/devices "add twin2 1"
		second=$(wait_disk $INI 1)
		# Of a size that nobody has used yet; the disks have been looked at.
		wait_for asks_no_more twin
		_asked=$(counts twin alloc)
		dd if=/dev/zero of="$disk" bs=256k count=4 oflag=direct status=none
		wait_for asks_no_more twin	# and all buffers are back
		_first=$(counts twin alloc)
		dd if=/dev/zero of="$second" bs=256k count=4 oflag=direct status=none
		_second=$(counts twin alloc)
		assertTrue "shared=$shared: the first one asks" "[ $_first -gt $_asked ]"
		assertEquals "shared=$shared: the second one asks" $((1 - shared)) $((_second > _first))
		serves "$second" "shared=$shared, both"
		# One goes; the other one keeps what it has used last, and gets all back.
		kill -ALRM "$pid"
		gone twin2
		no_disk $INI 1
		serves "$disk" "shared=$shared, alone"
		stop twin
	done
	timeout 5 "$PEERS/udisk" no nonblock twin reuse=3 shared twin_single=8 >/tmp/udisk.log 2>&1
	assertEquals "of another kind" "register: 22" "$(cat /tmp/udisk.log)"
}

# sgv_disable_clustered_pool: what the target driver gets of adjacent pages. Whether
# there are any depends on the order in which the program has touched its memory.
test_clustering() {
	_few=0
	for how in no_cluster "no_cluster backwards" "" backwards; do
		# shellcheck disable=SC2086 # a list of words
		through_testtgt clust reuse=3 $how || return
		for _tag in 2 3 4; do
			s $_tag simple 28000000000000200000 in=4194304 segments
		done
		tt wait
		case $how in
		no*) assertEquals "an entry for each page: $(tt_log)" 3 "$(tt_count '^segments [234] 1024$')" ;;
		*) _few=$((_few + $(tt_count '^segments [234] [0-9]{1,3}$'))) ;;
		esac
		rmmod scst_testtgt
		stop clust
	done
	assertTrue "adjacent pages are one entry" "[ $_few -ge 1 ]"
}

# What the kernel does of PERSISTENT RESERVE OUT, programs may be told of.
test_persistent_reservations_are_told() {
	for how in "" pr_notify "pr_notify pr_fail" "pr_notify parse=1 old"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 pr $how || return
		sg_persist -o -G -S a1 "$disk" >/tmp/raw.log 2>&1
		_status=$?
		sg_persist -o -R -K a1 -T 1 "$disk" >>/tmp/raw.log 2>&1
		# A conflict changes nothing, and isn't told.
		! sg_persist -o -R -K b1 -T 1 "$disk" >>/tmp/raw.log 2>&1 || fail "a wrong key"
		assertTrue "$how: done: $(sg_persist -i -k "$disk")" "sg_persist -i -k $disk | grep -q 0xa1"
		case $how in
		"pr_notify pr_fail")
			assertEquals "its answer is the command's: $(cat /tmp/raw.log)" "11 2" "$_status $(counts pr pr_out)"
			;;
		"") assertEquals "not told" "0 0" "$_status $(counts pr pr_out)" ;;
		*) assertEquals "$how" "0 2" "$_status $(counts pr pr_out)" ;;
		esac
		sg_persist -o -C -K a1 "$disk" >/dev/null 2>&1
		stop pr
	done
}

# It is carried out by the program, or by nobody.
test_extended_copy() {
	give 0 copy remaps || return
	sg_raw -s 16 -i /dev/zero "$disk" 83 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 >/tmp/raw.log 2>&1 ||
		fail "$(cat /tmp/raw.log)"
	assertEquals "as EXEC" "1 0" "$(counts copy xcopy) $(counts copy remap)"
	stop copy
}

all_are_back() {
	[ "$(counts kept outstanding)" = 0 ]
}

# The bits of the control mode page that the core acts on.
test_control_bits() {
	give 0 bits swp || return
	! dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct status=none 2>/tmp/dd.log || fail "written"
	stop bits
	give 0 bits d_sense || return
	sg_raw -r 512 "$disk" c2 00 00 00 00 00 >/tmp/raw.log 2>&1
	assertTrue "$(cat /tmp/raw.log)" "grep -qi 'descriptor format' /tmp/raw.log"
	stop bits
}

# A driver without memory of its own gets the program's pages.
test_pages_of_the_program() {
	rmmod scst_local
	modprobe scst_local target=user-tgt initiator=$INI own_buffers=1 || fail "own_buffers"
	for how in "reuse=0" "reuse=3 multi" "parse=1" "background" "write_same reuse=2"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 pages $how || return
		serves "$disk" "own_buffers $how"
		stop pages
	done
	rmmod scst_local
	modprobe scst_local target=user-tgt initiator=$INI
}
