# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Tape drives that are passed through: scsi_debug's, in kernels that have one. Of each
# block it keeps the first four bytes, the others are zeros.

INI=tapes-ini

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

setUp() {
	dmesg_mark
	modprobe -q st
	modprobe scst && modprobe scst_local target=tapes-tgt initiator=$INI "${own:-own_buffers=0}" &&
		modprobe scst_tape && real_device ptype=1 no_uld=1 || return
	# Of a tape there is a block descriptor.
	rm -f /tmp/mode
	quiet_lun "$real"
	sg_raw -r 12 -o /tmp/mode "$real" 1a 00 00 00 0c 00 >/dev/null 2>&1
	[ "$(od -An -tu1 -j3 -N1 /tmp/mode 2>/dev/null | tr -d ' ')" = 8 ] || {
		skip "scsi_debug of this kernel has no tapes"
		return 0
	}
	assertTrue "$(proc_read scsi_tgt)" "has_handler dev_tape"
	give_real 1
}

tearDown() {
	[ ! -e "$PROC/groups" ] || proc_ok groups/Default/devices clear
	no_real_device
	for module in scst_local scst_tape scst_passthru scst; do
		! is_loaded "$module" || wait_for rmmod "$module" 2>/tmp/rmmod.err ||
			fail "can't unload $module: $(cat /tmp/rmmod.err)"
	done
}

# blocks SIZE COUNT: a number and zeros, each
blocks() {
	_block=0
	while [ "$_block" -lt "$2" ]; do
		_block=$((_block + 1))
		printf '%04d' "$_block"
		head -c $(($1 - 4)) /dev/zero
	done
}

# what CDB...: status, sense key and flags, INFORMATION, and how much came (to /tmp/in)
what() {
	rm -f /tmp/in
	sg_raw -r "${room:-8192}" -o /tmp/in "$sg" "$@" >/tmp/raw 2>&1
	awk '/Status:/ { sub(/.*Status: */, ""); sub(/ *$/, ""); status = $0 }
		/ense key:/ { sub(/.*ense key: */, ""); sub(/ *$/, ""); key = " " $0 }
		/Info fld/ { sub(/.*Info fld=0x/, ""); gsub(/\[[0-9]*\]/, ""); gsub(/ +/, " "); sub(/ *$/, ""); info = " " $0 }
		END { printf "%s%s%s", status, key, info }' /tmp/raw
	[ ! -s /tmp/in ] || printf ' %d bytes' "$(stat -c %s /tmp/in)"
}

rewind() {
	assertEquals "REWIND" "Good" "$(what 01 00 00 00 00 00)"
}

filemark() {
	assertEquals "WRITE FILEMARKS" "Good" "$(what 10 00 00 00 01 00)"
}

# put FILE CDB...
put() {
	_file=$1
	shift
	sg_raw -s "$(stat -c %s "$_file")" -i "$_file" "$sg" "$@" >/tmp/raw 2>&1 || fail "$*: $(cat /tmp/raw)"
}

# block_size SIZE: by MODE SELECT
block_size() {
	# shellcheck disable=SC2059 # that is how a byte is made
	printf "$(printf '\\0\\0\\020\\010\\0\\0\\0\\0\\0\\%03o\\%03o\\%03o' $(($1 >> 16)) $(($1 >> 8 & 255)) $(($1 & 255)))" >/tmp/select
	put /tmp/select 15 10 00 00 0c 00
}

test_variable_blocks() {
	isSkipping && return
	blocks 3000 1 >/tmp/out
	put /tmp/out 0a 00 00 0b b8 00
	filemark
	rewind
	assertEquals "READ of more than the block" "Check Condition No Sense 448 ILI 3000 bytes" "$(what 08 00 00 10 00 00)"
	assertTrue "its data" "cmp /tmp/in /tmp/out"
	rewind
	room=1024
	assertEquals "READ of less" "Check Condition No Sense fffff848 ILI 1024 bytes" "$(what 08 00 00 04 00 00)"
	room=8192
	rewind
	assertEquals "SILI" "Good 3000 bytes" "$(what 08 02 00 10 00 00)"
	assertEquals "filemark" "Check Condition No Sense 1000 FMK" "$(what 08 00 00 10 00 00)"
	assertEquals "end of data" "Check Condition Blank Check 1000" "$(what 08 00 00 10 00 00)"
	assertEquals "READ BLOCK LIMITS" "Good 6 bytes" "$(what 05 00 00 00 00 00)"
	assertEquals "READ POSITION" "Good 20 bytes" "$(what 34 00 00 00 00 00 00 00 00 00)"
	assertEquals "VERIFY(6), which it doesn't have" "Check Condition Illegal Request" "$(what 13 00 00 00 00 00)"
}

test_fixed_blocks() {
	isSkipping && return
	for size in 512 1040; do
		block_size $size
		blocks $size 7 >/tmp/out
		rewind
		put /tmp/out 0a 01 00 00 07 00
		filemark
		rewind
		room=$((16 * size))
		assertEquals "READ beyond a filemark" "Check Condition No Sense 9 FMK $((7 * size)) bytes" \
			"$(what 08 01 00 00 10 00)"
		assertTrue "data of $size bytes" "cmp /tmp/in /tmp/out"
		rewind
		assertEquals "READ of all" "Good $((7 * size)) bytes" "$(what 08 01 00 00 07 00)"
	done
	room=8192
	# Whoever sets it: MODE SENSE through the LUN tells the handler as well.
	printf '\0\0\020\010\0\0\0\0\0\0\010\0' >/tmp/select
	sg_raw -s 12 -i /tmp/select "$real" 15 10 00 00 0c 00 >/dev/null 2>&1 || fail "MODE SELECT on the device"
	assertEquals "MODE SENSE(10)" "Good 16 bytes" "$(what 5a 00 00 00 00 00 00 00 10 00)"
	rewind
	blocks 2048 3 >/tmp/out
	put /tmp/out 0a 01 00 00 03 00
	rewind
	assertEquals "READ of blocks of 2048" "Good 6144 bytes" "$(what 08 01 00 00 03 00)"
	assertTrue "all of them" "cmp /tmp/in /tmp/out"
}

# A reset of the device puts an end to what MODE SELECT said.
test_reset_is_heard_of() {
	isSkipping && return
	[ -e "$PROC/dev_tape/trace_level" ] || {
		skip "no tracing in this build"
		return
	}
	proc_ok dev_tape/trace_level "add scsi"
	block_size 1024
	dmesg_mark
	sg_reset -d "$real" || fail "reset"
	assertEquals "told" "Check Condition Unit Attention" "$(what 00 00 00 00 00 00)"
	assertTrue "asked again: $(dmesg | tail -n 3)" "wait_for dmesg_has 'blocks of 0 bytes, was 1024: asked'"
	proc_ok dev_tape/trace_level default
}

find_tape() {
	_host=$(host_of $INI) || return 1
	for _dir in /sys/class/scsi_device/"${_host#host}":*:*:1/device/scsi_tape/nst[0-9]; do
		[ -c "/dev/${_dir##*/}" ] || continue
		echo "/dev/${_dir##*/}"
		return 0
	done
	return 1
}

# Linux's driver of tapes, on the initiator's side.
test_linux_st() {
	isSkipping && return
	wait_for find_tape >/tmp/tape || fail "no tape at the initiator"
	tape=$(cat /tmp/tape)
	# It writes a filemark when it is closed after a write.
	blocks 1024 20 >/tmp/one
	blocks 4096 5 >/tmp/two
	mt -f "$tape" setblk 1024 || fail "setblk 1024"
	dd if=/tmp/one of="$tape" bs=5k status=none || fail "write of fixed blocks"
	mt -f "$tape" setblk 0 || fail "setblk 0"
	dd if=/tmp/two of="$tape" bs=4k status=none || fail "write of variable blocks"
	mt -f "$tape" rewind || fail "rewind"
	mt -f "$tape" setblk 1024
	dd if="$tape" of=/tmp/in bs=10k status=none || fail "read of fixed blocks"
	assertTrue "the first file" "cmp /tmp/in /tmp/one"
	mt -f "$tape" setblk 0
	mt -f "$tape" rewind
	mt -f "$tape" fsf 1 || fail "fsf"
	dd if="$tape" of=/tmp/in bs=64k status=none || fail "read of variable blocks"
	assertTrue "the second file" "cmp /tmp/in /tmp/two"
	mt -f "$tape" bsf 2 || fail "bsf"
	mt -f "$tape" fsf 1
	dd if="$tape" of=/tmp/in bs=4k count=1 status=none
	assertTrue "its first block" "cmp -n 4096 /tmp/in /tmp/two"
	mt -f "$tape" rewind
}

# The core's own buffers, as drivers of networks have them.
test_copied_data() {
	isSkipping && return
	tearDown
	own=own_buffers=1
	setUp
	own=
	test_variable_blocks
	test_fixed_blocks
}
