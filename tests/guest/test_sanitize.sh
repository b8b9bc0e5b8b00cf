# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# SANITIZE and FORMAT UNIT: what they leave, what others are told meanwhile, progress,
# failure, aborts.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# bytes TEXT...: as hex, into /tmp/list.
list() {
	for _byte in "$@"; do
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %o "0x$_byte")"
	done >/tmp/list
}

# all_like DISK FILE WHAT: are all 8192 blocks like the file of one?
all_like() {
	cp "$2" /tmp/expected
	for _i in $(seq 13); do
		cat /tmp/expected /tmp/expected >/tmp/twice && mv /tmp/twice /tmp/expected
	done
	dd if="$1" bs=1M iflag=direct 2>/dev/null | cmp -s - /tmp/expected || fail "$3"
}

# The pattern starts anew in each block; each other pass has its complement.
test_overwrite() {
	for mode in "" BLOCKIO; do
		path=$(make_block 4) || return
		fill "$path" 4
		give 1 v "$path" $mode || return
		list 01 00 00 03 11 22 33
		good "$disk" -s 7 -i /tmp/list 48 01 00 00 00 00 00 00 07 00
		for _i in $(seq 171); do printf '\021\042\063'; done | head -c 512 >/tmp/block
		all_like "$disk" /tmp/block "$mode: one pass"
		list 82 00 00 01 0f
		good "$disk" -s 5 -i /tmp/list 48 01 00 00 00 00 00 00 05 00
		head -c 512 /dev/zero | tr '\0' '\360' >/tmp/block
		all_like "$disk" /tmp/block "$mode: two passes, inverted"
		take v
		no_disk $INI 1
		dd if="$path" bs=1M 2>/dev/null | cmp -s - /tmp/expected || fail "$mode: the backing"
	done
	assertTrue "the log says who" "dmesg_has 'vdisk v: SANITIZE, OVERWRITE begins, by initiator $INI'"
}

# Nobody has a command there, but the work has not ended when the device goes: each
# of its writes takes a while.
test_close_while_it_runs() {
	path=$(make_slow_block 4 1500) || return
	give 1 v "$path" BLOCKIO || return
	list 01 00 00 01 0f
	good "$disk" -s 5 -i /tmp/list 48 81 00 00 00 00 00 00 05 00
	sleep 0.1
	take v
	no_disk $INI 1
	sleep 2
	assertTrue "it is told that it did not end" "dmesg_has 'SANITIZE, OVERWRITE has failed'"
}

test_overwrite_checks() {
	path=$(make_block 4) || return
	fill "$path" 4
	sum=$(sum "$path" fullblock)
	give 1 v "$path" || return
	refused() {
		_what=$1 _len=$2
		shift 2
		list "$@"
		# shellcheck disable=SC2046 # a list of words
		sense "Illegal Request" "$_what" "$disk" -s "$_len" -i /tmp/list 48 01 00 00 00 00 00 $(printf '%02x %02x' $((_len >> 8)) $((_len & 255))) 00
	}
	refused "Invalid field in cdb" 4 01 00 00 01
	refused "Invalid field in parameter list" 5 00 00 00 01 00
	refused "Invalid field in parameter list" 5 21 00 00 01 00
	refused "Invalid field in parameter list" 5 01 00 00 00 00
	refused "Invalid field in parameter list" 5 01 00 00 02 00
	head -c 520 /dev/zero >/tmp/list
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 517 -i /tmp/list 48 01 00 00 00 00 00 02 05 00
	# BLOCK ERASE needs a backing that can; there is no key to destroy.
	sense "Illegal Request" "Invalid field in cdb" "$disk" 48 02 00 00 00 00 00 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" 48 03 00 00 00 00 00 00 00 00
	good "$disk" 48 1f 00 00 00 00 00 00 00 00
	assertEquals "unchanged" "$sum" "$(sum "$disk")"
	take v
	no_disk $INI 1
	give 1 v "$path" READ_ONLY || return
	list 01 00 00 01 00
	sense "Data Protect" "Write protected" "$(sg_of 1)" -s 5 -i /tmp/list 48 01 00 00 00 00 00 00 05 00
}

# A device that takes a while: 31 passes over 64 MiB.
start_long() {
	path=$(make_block 64) || return
	give 1 v "$path" || return
	list 1f 00 00 01 55
	good "$disk" -s 5 -i /tmp/list 48 "$1" 00 00 00 00 00 00 05 00
}

progress() {
	sg_requests --progress "$disk" 2>&1 | sed -n 's/.*[Pp]rogress indication: *\([0-9]*\).*/\1/p'
}

test_others_meanwhile() {
	start_long 81 || return
	for cdb in "00 00 00 00 00 00" "35 00 00 00 00 00 00 00 00 00" "48 1f 00 00 00 00 00 00 00 00"; do
		# shellcheck disable=SC2086 # a list of words
		sense "Not Ready" "Logical unit not ready, sanitize in progress" "$disk" $cdb
	done
	sense "Not Ready" "Logical unit not ready, sanitize in progress" "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
	sense "Not Ready" "Logical unit not ready, sanitize in progress" "$disk" -s 5 -i /tmp/list 48 01 00 00 00 00 00 00 05 00
	assertTrue "INQUIRY" "sg_inq $disk"
	assertTrue "REPORT LUNS" "sg_luns $disk"
	assertTrue "MODE SENSE" "sg_modes -p 8 $disk"
	sg_requests "$disk" >/tmp/requests 2>&1
	assertTrue "REQUEST SENSE: $(cat /tmp/requests)" "grep -q 'sanitize in progress' /tmp/requests"
	_first=$(progress)
	wait_for progress_after "${_first:-100}" || fail "no progress beyond ${_first:-none}"
	# Closing the device ends it.
	take v
	assertTrue "the log says so" "dmesg_has 'vdisk v: SANITIZE, OVERWRITE has failed'"
}

progress_after() {
	_now=$(progress)
	[ "${_now:-0}" -gt "$1" ]
}

# It goes on when the command that began it is aborted.
test_abort() {
	path=$(make_block 64) || return
	give 1 v "$path" || return
	list 1f 00 00 01 55
	sg_raw -t 600 -s 5 -i /tmp/list "$disk" 48 01 00 00 00 00 00 00 05 00 >/tmp/raw.log 2>&1 &
	wait_for not_ready || fail "it didn't begin"
	sg_reset --device --no-esc "$disk" >/tmp/reset.log 2>&1 || fail "reset: $(cat /tmp/reset.log)"
	wait $!
	wait_for not_ready || fail "the reset has ended it"
	take v
}

not_ready() {
	sg_raw "$disk" 00 00 00 00 00 00 2>&1 | grep -q "sanitize in progress"
}

test_block_erase() {
	mkdir -p /tmp/mnt
	mount -t tmpfs -o size=16M none /tmp/mnt
	path=/tmp/mnt/file
	fill "$path" 4
	give 1 v "$path" THIN || return
	assertTrue "sg_sanitize" "sg_sanitize --block --quick --wait $disk"
	cmp -s -n 4194304 "$disk" /dev/zero || fail "no zeros"
	assertEquals "no space is used" 0 "$(stat -c %b "$path")"
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 5 -i /tmp/list 48 02 00 00 00 00 00 00 05 00
}

# What fails stays failed, until another one succeeds, or the way out is taken that
# AUSE has opened.
test_failure() {
	make_flakey || return 0
	give 1 v "$path" BLOCKIO || return
	list 01 00 00 01 00
	flakey_go bad
	sense "Medium Error" "Sanitize command failed" "$disk" -s 5 -i /tmp/list 48 01 00 00 00 00 00 00 05 00
	sense "Medium Error" "Sanitize command failed" "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
	sense "Medium Error" "Sanitize command failed" "$disk" 00 00 00 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" 48 1f 00 00 00 00 00 00 00 00
	sense "Illegal Request" "Invalid field in cdb" "$disk" -s 5 -i /tmp/list 48 21 00 00 00 00 00 00 05 00
	flakey_go good
	good "$disk" -s 5 -i /tmp/list 48 01 00 00 00 00 00 00 05 00
	good "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
	flakey_go bad
	sense "Medium Error" "Sanitize command failed" "$disk" -s 5 -i /tmp/list 48 21 00 00 00 00 00 00 05 00
	good "$disk" 48 1f 00 00 00 00 00 00 00 00
	good "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
	flakey_go good
	take v
}

test_format_unit() {
	mkdir -p /tmp/mnt
	mount -t tmpfs -o size=16M none /tmp/mnt
	path=/tmp/mnt/file
	fill "$path" 4
	sum=$(sum "$path" fullblock)
	give 1 v "$path" THIN || return
	# Protection information, an initialization pattern, defects
	sense "Illegal Request" "Invalid field in cdb" "$disk" 04 80 00 00 00 00
	list 00 88 00 00
	sense "Illegal Request" "Invalid field in parameter list" "$disk" -s 4 -i /tmp/list 04 10 00 00 00 00
	list 00 00 00 08
	sense "Illegal Request" "Invalid field in parameter list" "$disk" -s 4 -i /tmp/list 04 10 00 00 00 00
	list 00 40 00 00
	sense "Illegal Request" "Invalid field in parameter list" "$disk" -s 4 -i /tmp/list 04 10 00 00 00 00
	assertEquals "unchanged" "$sum" "$(sum "$disk")"
	list 00 82 00 00
	good "$disk" -s 4 -i /tmp/list 04 10 00 00 00 00
	wait_for sg_turs "$disk" 2>/dev/null
	assertEquals "no space is used" 0 "$(stat -c %b "$path")"
	take v
	no_disk $INI 1
	path=$(make_block 4) || return
	fill "$path" 4
	sum=$(sum "$path" fullblock)
	give 1 v "$path" BLOCKIO || return
	good "$disk" 04 00 00 00 00 00
	assertEquals "left as it is" "$sum" "$(sum "$disk")"
}
