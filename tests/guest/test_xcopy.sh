# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# EXTENDED COPY(LID1) and RECEIVE COPY RESULTS: copies between disks of a session,
# and what must not be copied.

# shellcheck source=tests/guest/copies.sh
. "$GUEST/copies.sh"

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
	hex "$_head" "$(be 4 $(($# * 28)))" 00 00 00 00 "$_targets" "$@" >/tmp/list
	_n=$(stat -c %s /tmp/list)
	copy="83 00 00 00 00 00 00 00 00 00 $(be 4 "$_n") 00 00"
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

# Whatever another one may keep from READ and WRITE, it keeps from copies.
test_reserved() {
	two_disks || return
	cp "$file_b" /tmp/before
	copy_list 00 18 "$(naa "$a")" "$(naa "$b")" "$(segment 0 1 10 3 10)"
	other_sees 2 || return
	# RESERVE(6) of the destination.
	good "$other" 16 00 00 00 00 00
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	# The source.
	copy_list 00 18 "$(naa "$b")" "$(naa "$a")" "$(segment 0 1 10 3 10)"
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	good "$other" 17 00 00 00 00 00
	# Write exclusive: of that others may read.
	sg_persist -n -o -G -S 0x1 "$other" >/dev/null 2>&1
	sg_persist -n -o -R -K 0x1 -T 1 "$other" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	copy_list 00 18 "$(naa "$a")" "$(naa "$b")" "$(segment 0 1 10 3 10)"
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "untouched" "cmp $file_b /tmp/before"
	sg_persist -n -o -C -K 0x1 "$other" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	del_session vdisk-tgt other-ini
}

# Nor through a port in standby.
test_asymmetric_access() {
	two_disks || return
	cp "$file_b" /tmp/before
	copy_list 00 18 "$(naa "$a")" "$(naa "$b")" "$(segment 0 1 10 3 10)"
	proc_ok tpg "set_state 1 standby b"
	proc_ok tpg "mode implicit"
	sg_turs "$a" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	sense "Copy Aborted" "Third party device failure" "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "untouched" "cmp $file_b /tmp/before"
	proc_ok tpg "set_state 1 nonoptimized b"
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	assertTrue "copied" "same_blocks $file_a 3 $file_b 10 10"
	proc_ok tpg "mode off"
	proc_ok tpg "set_state 1 optimized"
}

# Six segments of 2 s and more: a time-out of one second aborts the command.
test_abort() {
	two_disks || return
	slow=$(make_slow_block 4 500) || return
	give 3 slow "$slow" BLOCKIO || return
	_one=$(segment 1 0 8000 0 0)
	copy_list 00 18 "$(naa "$a")" "$(naa "$(sg_of 3)")" "$_one" "$_one" "$_one" "$_one" "$_one" "$_one"
	begin=$(date +%s)
	# shellcheck disable=SC2086 # words
	sg_raw -t 1 -s "$_n" -i /tmp/list "$a" $copy >/tmp/raw.log 2>&1
	assertNotEquals "aborted" 0 $?
	took=$(($(date +%s) - begin))
	assertTrue "aborted after $took s" "[ $took -lt 8 ]"
	# Nothing of it goes on.
	sg_turs "$a" >/dev/null 2>&1
	cp "$file_a" /tmp/after
	sleep 2
	assertTrue "nothing is written any more" "cmp $file_a /tmp/after"
	take a
	take slow
}

# PREEMPT AND ABORT of another initiator ends a copy to the disk: when it is back,
# nothing is written any more.
test_preempted() {
	two_disks || return
	slow=$(make_slow_block 4 300) || return
	give 3 slow "$slow" BLOCKIO || return
	_s=$(sg_of 3)
	other_sees 3 || return
	sg_turs "$_s" >/dev/null 2>&1
	sg_persist -n -o -G -S 0x1 "$_s" >/dev/null 2>&1
	sg_persist -n -o -G -S 0x2 "$other" >/dev/null 2>&1
	sg_persist -n -o -R -K 0x2 -T 5 "$other" >/dev/null 2>&1
	_one=$(segment 0 1 8000 0 0)
	copy_list 00 18 "$(naa "$a")" "$(naa "$_s")" "$_one" "$_one" "$_one" "$_one" "$_one" "$_one"
	# shellcheck disable=SC2086 # words
	sg_raw -s "$_n" -i /tmp/list "$a" $copy >/tmp/copy.log 2>&1 &
	sleep 1
	sg_persist -n -o -A -K 0x2 -S 0x1 -T 5 "$other" >/dev/null 2>&1
	assertEquals "PREEMPT AND ABORT" 0 $?
	good "$other" -s 512 -i /dev/zero 2a 00 00 00 00 00 00 00 01 00
	wait
	assertTrue "the copy: $(tr '\n' ' ' </tmp/copy.log)" "grep -q 'Third party device failure' /tmp/copy.log"
	dd if="$slow" bs=512 count=1 status=none >/tmp/first
	assertEquals "what the other has written stays" 0 "$(tr -d '\0' </tmp/first | wc -c)"
	sg_persist -n -o -C -K 0x2 "$other" >/dev/null 2>&1
	del_session vdisk-tgt other-ini
	take slow
}

# Copies both ways and COMPARE AND WRITE on the same blocks: none waits for ever, and
# COMPARE AND WRITE finds its eight blocks and leaves them as they belong together.
test_compare_and_write() {
	two_disks || return
	head -c 4096 /dev/zero | tr '\0' A >/tmp/as
	head -c 4096 /dev/zero | tr '\0' B >/tmp/bs
	cat /tmp/as /tmp/bs >/tmp/ab
	dd if=/tmp/as of="$file_a" conv=notrunc status=none
	dd if=/tmp/as of="$file_b" conv=notrunc status=none
	copy_list 00 18 "$(naa "$b")" "$(naa "$a")" "$(segment 0 1 7000 1000 1000)"
	mv /tmp/list /tmp/back
	copy_list 00 18 "$(naa "$a")" "$(naa "$b")" "$(segment 0 1 8000 0 0)"
	swapped=0
	for _round in 1 2 3 4 5 6 7 8; do
		# shellcheck disable=SC2086 # words
		sg_raw -s "$_n" -i /tmp/list "$a" $copy >/dev/null 2>&1 &
		# shellcheck disable=SC2086 # words
		sg_raw -s "$_n" -i /tmp/back "$b" $copy >/dev/null 2>&1 &
		sg_raw -s 8192 -i /tmp/ab "$b" 89 00 00 00 00 00 00 00 00 00 00 00 00 08 00 00 \
			>/dev/null 2>&1 && swapped=$((swapped + 1))
		wait
		head -c 4096 "$file_b" >/tmp/now
		cmp -s /tmp/now /tmp/as || cmp -s /tmp/now /tmp/bs || fail "round $_round: torn"
	done
	assertTrue "some found what they compare with" "[ $swapped -gt 0 ]"
}

# LIST ID USAGE 10b keeps nothing of one that has ended; a reset forgets the rest.
test_forgotten() {
	two_disks || return
	id=$(naa "$a")
	status="84 00 05 00 00 00 00 00 00 00 00 00 00 0c 00 00"
	copy_list 05 10 "$id" "$id" "$(segment 0 1 10 3 1000)"
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 12 $status
	copy_list 05 00 "$id" "$id" "$(segment 0 1 10 3 1000)"
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	sg_reset -d "$a" >/dev/null 2>&1
	sg_turs "$a" >/dev/null 2>&1
	# shellcheck disable=SC2086 # words
	sense "Illegal Request" "Invalid field in cdb" "$a" -r 12 $status
	# shellcheck disable=SC2086 # words
	good "$a" -s "$_n" -i /tmp/list $copy
	# shellcheck disable=SC2086 # words
	good "$a" -r 12 $status
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
