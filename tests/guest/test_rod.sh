# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# POPULATE TOKEN and WRITE USING TOKEN: copies by tokens, and tokens that must not work.

# shellcheck source=tests/guest/copies.sh
. "$GUEST/copies.sh"

# ranges LBA BLOCKS [LBA BLOCKS...]: their length, two bytes, and descriptors.
ranges() {
	be 2 $(($# * 8))
	while [ $# != 0 ]; do
		be 8 "$1"
		be 4 "$2"
		echo 00 00 00 00
		shift 2
	done
}

# populate_list TIMEOUT TYPE RANGE...: /tmp/list for POPULATE TOKEN; TYPE 0: no RTV. The
# CDB is then $populate. Of the list 5.
populate_list() {
	_flags=02
	[ "$2" != 00000000 ] || _flags=00
	_head="$_flags 00 $(be 4 "$1") $2 00 00"
	shift 2
	hex "$(be 2 $((14 + $# * 8)))" "$_head" "$(ranges "$@")" >/tmp/list
	_n=$(stat -c %s /tmp/list)
	populate="83 10 00 00 00 00 00 00 00 05 $(be 4 "$_n") 00 00"
}

# write_list FLAGS OFFSET RANGE...: /tmp/list for WRITE USING TOKEN with the token in
# /tmp/token; the CDB is then $write. Of the list 6.
write_list() {
	_flags=$1 _offset=$2
	shift 2
	hex "$(be 2 $((534 + $# * 8)))" "$_flags" 00 00 00 00 00 "$(be 8 "$_offset")" >/tmp/list
	cat /tmp/token >>/tmp/list
	hex 00 00 00 00 00 00 "$(ranges "$@")" >>/tmp/list
	_n=$(stat -c %s /tmp/list)
	write="83 11 00 00 00 00 00 00 00 06 $(be 4 "$_n") 00 00"
}

# information DISK LIST: /tmp/info has what RECEIVE ROD TOKEN INFORMATION says.
information() {
	sg_raw -r 1024 -b "$1" 84 07 00 00 00 "$2" 00 00 00 00 00 00 04 00 00 00 2>/dev/null >/tmp/info
}

# make_token DISK TIMEOUT TYPE RANGE...: in /tmp/token.
make_token() {
	_disk=$1
	shift
	populate_list "$@"
	# shellcheck disable=SC2086 # words
	good "$_disk" -s "$_n" -i /tmp/list $populate
	information "$_disk" 05
	tail -c 512 /tmp/info >/tmp/token
}

# writes_token DISK: what write_list() has made ends GOOD. refuses TEXT DISK: or so.
writes_token() {
	# shellcheck disable=SC2086 # words
	good "$1" -s "$_n" -i /tmp/list $write
}

refuses() {
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "$1" "$2" -s "$_n" -i /tmp/list $write
}

test_copy() {
	two_disks || return
	cp "$file_b" /tmp/before
	make_token "$a" 0 00000000 100 10 3 7
	assertEquals "length, POPULATE TOKEN, good, once" 0000022210010001 "$(bytes_of /tmp/info 0 | cut -c 1-16)"
	assertEquals "17 blocks" f10000000000000011 "$(bytes_of /tmp/info 15 | cut -c 1-18)"
	assertEquals "length of the descriptors" 000002020000 "$(bytes_of /tmp/info 32 | cut -c 1-12)"
	assertEquals "type, length" 00800001000001f8 "$(bytes_of /tmp/token 0 | cut -c 1-16)"
	assertEquals "bytes" 00000000000000000000000000002200 "$(bytes_of /tmp/token 48 | cut -c 1-32)"
	# From its fifth block on, to two places.
	write_list 00 5 1000 4 2000 8
	writes_token "$b"
	information "$b" 06
	assertEquals "WRITE USING TOKEN, good" 11010001 "$(bytes_of /tmp/info 4 | cut -c 1-8)"
	assertEquals "12 blocks" f1000000000000000c "$(bytes_of /tmp/info 15 | cut -c 1-18)"
	assertTrue "to the first place" "same_blocks $file_a 105 $file_b 1000 4"
	assertTrue "the rest of the first range" "same_blocks $file_a 109 $file_b 2000 1"
	assertTrue "and the second" "same_blocks $file_a 3 $file_b 2001 7"
	assertTrue "before it" "same_blocks /tmp/before 0 $file_b 0 1000"
	assertTrue "between" "same_blocks /tmp/before 1004 $file_b 1004 996"
	assertTrue "behind" "same_blocks /tmp/before 2008 $file_b 2008 6000"
	# More than there is.
	write_list 00 10 1000 8
	refuses "Invalid field in parameter list" "$b"
	# LID4's status; the lists of another nexus are not ours.
	sg_raw -r 64 -b "$b" 84 05 00 00 00 06 00 00 00 00 00 00 00 40 00 00 2>/dev/null >/tmp/status
	assertEquals "RECEIVE COPY STATUS" 0000001c11010001 "$(bytes_of /tmp/status 0 | cut -c 1-16)"
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 64 84 05 00 00 00 06 00 00 00 00 00 00 00 40 00 00
}

# Large enough for several chunks; on the same disk, too.
test_large() {
	two_disks || return
	make_token "$a" 0 00800001 0 3000 3001 3000
	write_list 00 0 2000 6000
	writes_token "$b"
	assertTrue "one" "same_blocks $file_a 0 $file_b 2000 3000"
	assertTrue "two" "same_blocks $file_a 3001 $file_b 5000 3000"
	write_list 00 0 7000 1000
	writes_token "$a"
	assertTrue "on the disk itself" "same_blocks $file_a 0 $file_a 7000 1000"
}

# Known to all: zeros.
test_zeros() {
	two_disks || return
	head -c 512 /dev/zero >/tmp/token
	hex ff ff 00 01 00 00 01 f8 | dd of=/tmp/token conv=notrunc status=none
	write_list 00 0 100 3000
	writes_token "$b"
	dd if="$file_b" bs=512 skip=100 count=3000 status=none | tr -d '\0' >/tmp/rest
	assertEquals "zeros" 0 "$(stat -c %s /tmp/rest)"
	assertNotEquals "behind" 0 "$(dd if="$file_b" bs=512 skip=3100 count=1 status=none | tr -d '\0' | wc -c)"
	hex 00 00 00 00 00 00 00 10 | dd of=/tmp/token conv=notrunc status=none
	write_list 00 0 100 3000
	refuses "Invalid token operation, invalid token length" "$b"
	hex 00 80 00 02 00 00 01 f8 | dd of=/tmp/token conv=notrunc status=none
	write_list 00 0 100 3000
	refuses "Invalid token operation, unsupported token type" "$b"
}

# put DISK LBA: a block of zeros, WRITE(10).
put() {
	good "$1" -s 512 -i /dev/zero 2a 00 "$(printf %02x $(($2 >> 24 & 255)))" "$(printf %02x $(($2 >> 16 & 255)))" \
		"$(printf %02x $(($2 >> 8 & 255)))" "$(printf %02x $(($2 & 255)))" 00 00 01 00
}

# Data as they were are not to be had any more once they change, however that is.
test_changed() {
	two_disks || return
	for _change in "-s 512 2a 00 00 00 00 6d 00 00 01 00" \
		"-s 512 41 00 00 00 00 69 00 00 01 00" \
		"-s 1024 89 00 00 00 00 00 00 00 00 64 00 00 00 01 00 00"; do
		make_token "$a" 0 00800001 100 10
		# Others next to them.
		put "$a" 99
		put "$a" 110
		write_list 00 0 1000 10
		writes_token "$b"
		dd if="$file_a" bs=512 skip=100 count=1 status=none >/tmp/data
		cat /tmp/data /tmp/data >/tmp/data.2
		# shellcheck disable=SC2086 # words
		set -- $_change
		_len=$2
		shift 2
		good "$a" -s "$_len" -i /tmp/data.2 "$@"
		write_list 00 0 1000 10
		refuses "Invalid token operation, token revoked" "$b"
	done
	# By a token, too.
	make_token "$a" 0 00800001 100 10
	cp /tmp/token /tmp/token.1
	make_token "$b" 0 00800001 0 1
	write_list 00 0 105 1
	writes_token "$a"
	cp /tmp/token.1 /tmp/token
	write_list 00 0 1000 10
	refuses "Invalid token operation, token revoked" "$b"
	# Or as they are when they are used.
	make_token "$a" 0 00010000 100 10
	put "$a" 105
	write_list 00 0 1000 10
	writes_token "$b"
	assertTrue "new data" "same_blocks $file_a 100 $file_b 1000 10"
}

test_invalid() {
	two_disks || return
	cp "$file_b" /tmp/before
	head -c 512 /dev/urandom >/tmp/random
	make_token "$a" 0 00000000 100 10
	cp /tmp/token /tmp/mine
	# Of another number; with another byte in the secret part, and in the last one.
	dd if=/tmp/random of=/tmp/token bs=1 skip=8 seek=8 count=8 conv=notrunc status=none
	write_list 00 0 1000 10
	refuses "Invalid token operation, token unknown" "$b"
	for _at in 20 63 260 511; do
		cp /tmp/mine /tmp/token
		dd if=/tmp/mine bs=1 skip=$_at count=1 status=none | tr '\000-\377' '\001-\377\000' |
			dd of=/tmp/token bs=1 seek=$_at conv=notrunc status=none
		write_list 00 0 1000 10
		refuses "Invalid token operation, token corrupt" "$b"
	done
	# DEL_TKN.
	cp /tmp/mine /tmp/token
	write_list 02 0 1000 10
	writes_token "$b"
	write_list 00 0 1000 10
	refuses "Invalid token operation, token deleted" "$b"
	# A second without use.
	make_token "$a" 1 00000000 100 10
	sleep 2
	write_list 00 0 2000 10
	refuses "Invalid token operation, token expired" "$b"
	assertTrue "untouched" "same_blocks /tmp/before 1010 $file_b 1010 7000"
	# The device goes; another one of the same name has no part in it.
	make_token "$a" 0 00000000 100 10
	take a
	give 1 a "$file_a" || return
	sg_turs "$b" >/dev/null 2>&1
	write_list 00 0 2000 10
	refuses "Invalid token operation, token unknown" "$b"
}

# Who has a token needs no LUN of its blocks; the blocks are those of another length.
test_without_lun() {
	two_disks || return
	make_token "$a" 0 00000000 100 10
	proc_ok groups/Default/devices "del a" || return
	no_disk $INI 1
	sg_turs "$b" >/dev/null 2>&1
	write_list 00 0 2000 10
	writes_token "$b"
	assertTrue "the data" "same_blocks $file_a 100 $file_b 2000 10"
	give 3 large "$(make_file 4)" 4096 || return
	write_list 00 0 20 1
	refuses "Invalid token operation, cause not reportable" "$(sg_of 3)"
}

# With IMMED the command ends at once.
test_immed() {
	two_disks || return
	slow=$(make_slow_block 4 400) || return
	give 3 slow "$slow" BLOCKIO || return
	sg_turs "$a" >/dev/null 2>&1
	make_token "$a" 0 00000000 0 8192
	write_list 01 0 0 8192
	writes_token "$(sg_of 3)"
	information "$(sg_of 3)" 06
	assertEquals "in the background" 12 "$(bytes_of /tmp/info 5 | cut -c 1-2)"
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "operation in progress" "$(sg_of 3)" -s "$_n" -i /tmp/list $write
	_try=0
	while information "$(sg_of 3)" 06; [ "$(bytes_of /tmp/info 5 | cut -c 1-2)" = 12 ]; do
		_try=$((_try + 1))
		[ $_try -lt 300 ] || break
		sleep 0.1
	done
	assertEquals "good" 01 "$(bytes_of /tmp/info 5 | cut -c 1-2)"
	assertEquals "8192 blocks" f10000000000002000 "$(bytes_of /tmp/info 15 | cut -c 1-18)"
	assertTrue "all data" "same_blocks $file_a 8000 $slow 8000 100"
	# A reset stops one.
	write_list 01 0 0 8192
	writes_token "$(sg_of 3)"
	sg_reset -d "$(sg_of 3)" >/dev/null 2>&1
	sg_turs "$(sg_of 3)" >/dev/null 2>&1
	sense "Illegal Request" "Invalid field in cdb" "$(sg_of 3)" -r 64 84 05 00 00 00 06 00 00 00 00 00 00 00 40 00 00
	# And nothing keeps its device.
	take slow
	take a
}

test_protected() {
	two_disks || return
	make_token "$a" 0 00000000 100 10
	other_sees 2 || return
	good "$other" 16 00 00 00 00 00
	write_list 00 0 2000 10
	# shellcheck disable=SC2086 # words
	sg_raw -s "$_n" -i /tmp/list "$b" $write >/dev/null 2>&1
	assertEquals "reservation conflict" 24 $?
	good "$other" 17 00 00 00 00 00
	del_session vdisk-tgt other-ini
	proc_ok groups/Default/devices "del b" || return
	no_disk $INI 2
	proc_ok groups/Default/devices "add b 2 READ_ONLY" || return
	wait_disk $INI 2 >/dev/null
	sg_turs "$(sg_of 2)" >/dev/null 2>&1
	write_list 00 0 2000 10
	# shellcheck disable=SC2086 # words
	sense "Data Protect" "" "$(sg_of 2)" -s "$_n" -i /tmp/list $write
}

# What the lists must not say, and page 8Fh.
test_refused() {
	two_disks || return
	for _case in "0 00800002 0 1" "601 00000000 0 1" "0 00000000 5 10 14 2"; do
		# shellcheck disable=SC2086 # words
		populate_list $_case
		# shellcheck disable=SC2086 # words
		sense "Illegal Request" "Invalid field in parameter list" "$a" -s "$_n" -i /tmp/list $populate
	done
	populate_list 0 00000000 8190 3
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "Logical block address out of range" "$a" -s "$_n" -i /tmp/list $populate
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 64 84 07 00 00 00 05 00 00 00 00 00 00 00 40 00 00
	assertTrue "page 8Fh" "sg_vpd -p 0x8f $a >/tmp/vpd"
	for _line in "Maximum range descriptors: 64" "Maximum token transfer size: 524288" \
		"Populate token" "Write using token" "Receive ROD token information"; do
		assertTrue "$_line" "grep -qi '$_line' /tmp/vpd"
	done
}

# A device has 64 tokens; those that are over make room.
test_many() {
	two_disks || return
	populate_list 3 00000000 0 1
	_i=0
	while [ $_i -lt 64 ]; do
		# shellcheck disable=SC2086 # words
		sg_raw -s "$_n" -i /tmp/list "$a" $populate >/dev/null 2>&1 || break
		_i=$((_i + 1))
		[ $((_i % 16)) != 0 ] || put "$a" 0
	done
	assertEquals "those that are invalid make room" 64 $_i
}
