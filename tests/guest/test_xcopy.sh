# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# EXTENDED COPY(LID1) and RECEIVE COPY RESULTS: copies between disks of a session,
# and what must not be copied.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# naa DISK: its NAA designator, as hex bytes.
naa() {
	sg_vpd -p 0x83 -r "$1" | dd bs=1 skip=52 count=8 2>/dev/null | od -An -tx1
}

# hex BYTE...: those bytes. be WIDTH NUMBER: as so many hex bytes.
hex() {
	# shellcheck disable=SC2048 # some are several
	for _byte in $*; do
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %03o "0x$_byte")"
	done
}

be() {
	printf "%0$((2 * $1))x" "$2" | sed 's/../& /g'
}

# bytes_of FILE FROM: as hex digits.
bytes_of() {
	dd if="$1" bs=1 skip="$2" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# target NAA BLOCKSIZE, segment SRC DST BLOCKS SRC_LBA DST_LBA: descriptors.
target() {
	echo "e4 00 00 00 01 03 00 08 $1 00 00 00 00 00 00 00 00 00 00 00 00" "$(be 4 "$2")"
}

segment() {
	echo "02 00 00 18 $(be 2 "$1") $(be 2 "$2") 00 00 $(be 2 "$3") $(be 8 "$4") $(be 8 "$5")"
}

# copy_list ID USAGE SOURCE_NAA DESTINATION_NAA SEGMENT...: makes /tmp/list; of 512-byte
# blocks. The CDB is then $copy.
copy_list() {
	_head="$1 $2 00 40 00 00 00 00"
	_targets="$(target "$3" 512) $(target "$4" 512)"
	shift 4
	# shellcheck disable=SC2046,SC2086 # lists of words
	hex $_head $(be 4 $(($# * 28))) 00 00 00 00 $_targets "$@" >/tmp/list
	_n=$(stat -c %s /tmp/list)
	copy="83 00 00 00 00 00 00 00 00 00 $(be 4 "$_n") 00 00"
}

# Two disks of 4 MiB: $a and $b, their files $file_a and $file_b.
two_disks() {
	file_a=$(make_file 4)
	file_b=$(make_file 4)
	fill "$file_a" 4
	fill "$file_b" 4 5
	give 1 a "$file_a" || return
	a=$(sg_of 1)
	give 2 b "$file_b" || return
	b=$(sg_of 2)
	sg_turs "$a" >/dev/null 2>&1
	sg_turs "$b" >/dev/null 2>&1
}

# same_blocks FILE LBA FILE LBA COUNT
same_blocks() {
	dd if="$1" bs=512 skip="$2" count="$5" 2>/dev/null >/tmp/one
	dd if="$3" bs=512 skip="$4" count="$5" 2>/dev/null | cmp -s - /tmp/one
}

test_two_disks() {
	two_disks || return
	cp "$file_b" /tmp/before
	sg_xcopy if="$a" of="$b" bs=512 skip=11 seek=100 count=5000 >/tmp/xcopy.log 2>&1 ||
		fail "sg_xcopy: $(tr '\n' ' ' </tmp/xcopy.log)"
	assertTrue "what was to be copied" "same_blocks $file_a 11 $file_b 100 5000"
	assertTrue "what is before" "same_blocks /tmp/before 0 $file_b 0 100"
	assertTrue "what is behind" "same_blocks /tmp/before 5100 $file_b 5100 3092"
}

test_one_disk() {
	two_disks || return
	cp "$file_a" /tmp/before
	id=$(naa "$a")
	copy_list 05 00 "$id" "$id" "$(segment 0 1 10 3 1000)" "$(segment 1 0 2300 1000 4000)"
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "the first segment" "same_blocks /tmp/before 3 $file_a 1000 10"
	assertTrue "the second one" "same_blocks $file_a 1000 $file_a 4000 2300"
	# RECEIVE COPY STATUS: both segments, 2310 blocks.
	sg_raw -r 12 -b "$a" 84 00 05 00 00 00 00 00 00 00 00 00 00 0c 00 00 2>/dev/null >/tmp/status
	assertEquals "status" "0000000801000200$(printf %08x $((2310 * 512)))" "$(bytes_of /tmp/status 0)"
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 12 84 00 05 00 00 00 00 00 00 00 00 00 00 0c 00 00
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 12 84 00 06 00 00 00 00 00 00 00 00 00 00 0c 00 00
	# There is no held data.
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 12 84 01 05 00 00 00 00 00 00 00 00 00 00 0c 00 00
}

# A disk that the session doesn't have can't be reached, whatever is known of it.
test_hidden() {
	two_disks || return
	cp "$file_b" /tmp/before
	copy_list 07 00 "$(naa "$a")" "$(naa "$b")" "$(segment 0 0 1 3 3)" "$(segment 0 1 10 3 10)"
	proc_ok groups/Default/devices "del b" || return
	no_disk $INI 2
	sg_turs "$a" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Copy target device not reachable" "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "untouched" "cmp $file_b /tmp/before"
	# One segment was done; the sense data can be had once more.
	sg_raw -r 12 -b "$a" 84 00 07 00 00 00 00 00 00 00 00 00 00 0c 00 00 2>/dev/null >/tmp/status
	assertEquals "status" 000000080200010000000200 "$(bytes_of /tmp/status 0)"
	sg_raw -r 128 -b "$a" 84 04 07 00 00 00 00 00 00 00 00 00 00 80 00 00 2>/dev/null >/tmp/details
	assertEquals "details: sense data, segment 1" \
		0200001270000a000000000a000000010d0200000000 "$(bytes_of /tmp/details 56)"
}

# What can't be written, or is reserved by others, isn't by way of a copy either.
test_protected() {
	two_disks || return
	cp "$file_b" /tmp/before
	copy_list 00 18 "$(naa "$a")" "$(naa "$b")" "$(segment 0 1 10 3 10)"
	proc_ok groups/Default/devices "del b" || return
	no_disk $INI 2
	proc_ok groups/Default/devices "add b 2 READ_ONLY" || return
	wait_disk $INI 2 >/dev/null
	sg_turs "$a" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "untouched" "cmp $file_b /tmp/before"
	# Reading is another matter.
	copy_list 00 18 "$(naa "$(sg_of 2)")" "$(naa "$a")" "$(segment 0 1 10 3 10)"
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "copied" "same_blocks $file_b 3 $file_a 10 10"
}

test_refused() {
	two_disks || return
	id=$(naa "$a")
	cp "$file_a" /tmp/before
	copy_list 00 18 "$id" "$id" "$(segment 0 1 10 8190 10)"
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	copy_list 00 18 "$id" "$id" "$(segment 0 2 10 1 10)"
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Copy target device not reachable" "$a" -s "$_n" -i /tmp/list $copy
	# No more than one bit of LIST ID USAGE: reserved.
	copy_list 00 08 "$id" "$id" "$(segment 0 1 10 1 10)"
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "Invalid field in parameter list" "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "byte 1: $_said" "echo '$_said' | grep -q 'byte 1 '"
	assertTrue "untouched" "cmp $file_a /tmp/before"
	good "$a" 83 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
	assertTrue "3PC" "sg_inq $a | grep -q '3PC=1'"
	assertTrue "page 8Fh" "sg_vpd -p 0x8f $a"
	assertTrue "operating parameters" "sg_copy_results -p $a"
	sg_raw -r 46 -b "$a" 84 03 00 00 00 00 00 00 00 00 00 00 00 2e 00 00 2>/dev/null >/tmp/parameters
	assertEquals "types of descriptors" 0202e4 "$(bytes_of /tmp/parameters 43)"
}
