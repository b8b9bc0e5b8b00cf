# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The virtual tape drive of libscst_user's examples, by the kernel's tape driver: mt and
# tar, filemarks, blocks of all kinds, and the end of the tape.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"
# shellcheck source=tests/guest/programs.sh
. "$GUEST/programs.sh"

oneTimeSetUp() {
	programs_load
	modprobe -q st
	return 0
}

oneTimeTearDown() {
	rmmod st 2>/dev/null
	programs_unload
}

setUp() {
	dmesg_mark
}

tearDown() {
	end_all
	rm -rf /tmp/vtape.image /tmp/files
}

has_tape() {
	tape=$(ls -d /sys/class/scsi_device/*:1/device/scsi_tape/nst? 2>/dev/null) &&
		tape=/dev/${tape##*/} && [ -c "$tape" ]
}

no_tape() {
	! has_tape
}

# load [ARG...]: a drive with the tape /tmp/vtape.image, in $tape.
load() {
	serve tape vtape tape /tmp/vtape.image "$@" && map tape 1 || return
	wait_for has_tape || fail "no tape drive"
}

mt() {
	mt-st -f "$tape" "$@" >/tmp/mt.log 2>&1 || fail "mt $*: $(cat /tmp/mt.log)"
}

# at FILE BLOCK: where the driver says that the tape is.
at() {
	_at=$(mt-st -f "$tape" status | sed -n 's/^File number=\(-*[0-9]*\), block number=\(-*[0-9]*\).*/\1 \2/p')
	assertEquals "position" "$1 $2" "$_at"
}

make_files() {
	mkdir -p /tmp/files
	for _n in 1 2 3; do
		: >/tmp/files/$_n
		fill /tmp/files/$_n 1 $_n
		truncate -s 300K /tmp/files/$_n
	done
}

test_tar_and_filemarks() {
	make_files
	load || return
	mt rewind
	for n in 1 2 3; do
		tar -C /tmp/files -cf "$tape" $n 2>/tmp/tar.log || fail "tar: $(cat /tmp/tar.log)"
	done
	at 3 0
	mt rewind
	mt fsf 1
	mkdir /tmp/files/back
	tar -C /tmp/files/back -xf "$tape" 2>/tmp/tar.log || fail "tar: $(cat /tmp/tar.log)"
	assertTrue "second archive" "cmp /tmp/files/2 /tmp/files/back/2"
	mt bsfm 1
	at 1 0
	mt eod
	at 3 -1
	end tape
	wait_for no_tape || fail "the drive stays"
	# It is on the tape.
	load || return
	mt rewind
	mt asf 2
	tar -C /tmp/files/back -xf "$tape" 2>/tmp/tar.log || fail "tar: $(cat /tmp/tar.log)"
	assertTrue "third archive, later" "cmp /tmp/files/3 /tmp/files/back/3"
	mt rewind
	mt erase
	mt rewind
	dd if="$tape" of=/tmp/files/none bs=64k count=1 2>/dev/null
	assertEquals "an erased tape" 0 "$(stat -c %s /tmp/files/none)"
	mt offline
	sense "Not Ready" "Medium not present" "$(sg_of 1)" 01 00 00 00 00 00
	mt load
	mt rewind
}

# read_block BYTES: reads a block of the tape with such a buffer; its size
read_block() {
	dd if="$tape" of=/tmp/files/block bs="$1" count=1 2>/tmp/dd.log || return
	stat -c %s /tmp/files/block
}

test_blocks() {
	make_files
	load || return
	mt setblk 0
	for size in 1 1000 65536 512; do
		dd if=/tmp/files/1 of="$tape" bs=$size count=1 2>/tmp/dd.log || fail "write of $size: $(cat /tmp/dd.log)"
	done
	# dd closes the tape after each: so there are filemarks between them.
	mt rewind
	for size in 1 1000 65536 512; do
		assertEquals "variable" $size "$(read_block 262144)"
		assertTrue "data" "cmp -n $size /tmp/files/block /tmp/files/1"
		mt fsf 1
	done
	# A buffer that is too small: the block is lost, and said to be.
	mt rewind
	mt fsf 1
	! read_block 999 >/dev/null || fail "a block that is longer than the buffer"
	mt rewind
	mt setblk 512
	dd if=/tmp/files/1 of="$tape" bs=16384 count=2 2>/dev/null
	mt rewind
	assertEquals "fixed: blocks of 512" 10240 "$(read_block 10240)"
	mt seek 3
	assertEquals "LOCATE, READ POSITION" "At block 3." "$(mt-st -f "$tape" tell)"
	assertEquals 512 "$(read_block 512)"
	assertTrue "fourth block" "dd if=/tmp/files/1 bs=512 skip=3 count=1 2>/dev/null | cmp - /tmp/files/block"
	mt bsr 2
	assertEquals "At block 2." "$(mt-st -f "$tape" tell)"
	mt fsr 1
	assertEquals "At block 3." "$(mt-st -f "$tape" tell)"
}

# What the driver makes invisible: sense data, residuals.
test_sense_data() {
	make_files
	load || return
	mt setblk 0
	dd if=/tmp/files/1 of="$tape" bs=1000 count=2 2>/dev/null
	mt rewind
	sg=$(sg_of 1)
	good "$sg" -r 6 05 00 00 00 00 00
	sense "No Sense" "No additional sense" "$sg" -r 4096 08 00 00 10 00 00
	case $_said in
	*"ILI"*) ;;
	*) fail "no ILI: $_said" ;;
	esac
	case $_said in
	*"0xc18"* | *"c18"* | *3096*) ;;
	*) fail "INFORMATION isn't 3096 bytes: $_said" ;;
	esac
	good "$sg" -r 4096 08 02 00 10 00 00	# SILI
	sense "No Sense" "Filemark detected" "$sg" -r 4096 08 00 00 10 00 00
	sense "Blank Check" "End-of-data detected" "$sg" -r 4096 08 00 00 10 00 00
	sense "No Sense" "Beginning-of-partition/medium detected" "$sg" 11 01 ff ff f0 00
	sense "Illegal Request" "Invalid field in cdb" "$sg" -r 512 08 03 00 00 01 00
	good "$sg" -r 20 34 00 00 00 00 00 00 00 00 00
	good "$sg" -r 32 34 06 00 00 00 00 00 00 00 00
}

test_end_of_tape() {
	make_files
	load 1 || return
	mt setblk 0
	# The early warning comes once, then goes on to the very end.
	! dd if=/dev/zero of="$tape" bs=64k count=64 2>/tmp/dd.log || fail "4 MiB on a tape of 1"
	grep -q "No space left" /tmp/dd.log || fail "$(cat /tmp/dd.log)"
	mt rewind
	dd if="$tape" of=/tmp/files/all bs=64k 2>/tmp/dd.log || fail "read: $(cat /tmp/dd.log)"
	assertTrue "most of the tape" "[ $(stat -c %s /tmp/files/all) -ge 851968 ]"
	end tape
	wait_for no_tape || fail "the drive stays"
	serve tape vtape -r tape /tmp/vtape.image && map tape 1 || return
	wait_for has_tape || fail "no tape drive"
	! dd if=/dev/zero of="$tape" bs=64k count=1 2>/dev/null || fail "write to a protected tape"
}
