# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What is refused before a device sees it: unknown operation codes and service
# actions, reserved bits; and what REPORT SUPPORTED OPERATION CODES says is there.

INI=opcodes-ini
END=00,00,20,00	# LBA of the first block behind the disk, 4 MiB of 512

oneTimeSetUp() {
	load_modules target=opcodes-tgt initiator=$INI
}

oneTimeTearDown() {
	unload_modules
}

setUp() {
	dmesg_mark
	proc_ok vdisk/vdisk "open v $(make_file 4)" &&
		proc_ok groups/Default/devices "add v 1" &&
		disk=$(wait_disk $INI 1) && sg_turs "$disk" >/dev/null 2>&1
	return 0
}

tearDown() {
	printf 'close v\n' | proc_write vdisk/vdisk >/dev/null
	no_disk $INI 1
	drop_backing
}

# sense_of SG_RAW_ARGUMENTS...: the sense data as one line of hex bytes. Options go
# first, the CDB's bytes last, also as FF,FF.
sense_of() {
	_options=
	while [ "${1#-}" != "$1" ]; do
		_options="$_options $1 $2"
		shift 2
	done
	# shellcheck disable=SC2046,SC2086 # lists of words
	sg_raw -v $_options "$disk" $(echo "$*" | tr , ' ') >/tmp/raw.log 2>&1
	sed '1,/Raw sense data/d; s/^ *\([0-9a-f][0-9a-f ]*\).*/\1/' /tmp/raw.log | tr -s ' \n' '  '
}

# refused ASC/ASCQ SG_RAW_ARGUMENTS...: with ILLEGAL REQUEST.
refused() {
	_want=$1
	shift
	# shellcheck disable=SC2046 # a list of words
	set -- "$*" $(sense_of "$@")
	assertEquals "CDB $1" "5 $_want" "$((0x${4:-0} & 15)) ${14:-none}/${15:-none}"
}

test_unsupported_operation_codes() {
	refused 20/00 02 00 00 00 00 00
	refused 20/00 c1 00 00 00 00 00 00 00 00 00
	# A tape's, and one of disks that vdisk doesn't have: not even beyond the end.
	refused 20/00 01 00 00 00 00 00
	refused 20/00 9a,00,00,00,00,00,$END,00,00,00,01,00,00
	assertTrue "the log names it" "dmesg_has 'Unknown opcode 9a for device v .*$INI'"
}

test_unsupported_service_actions() {
	refused 24/00 -r 32 9e 1f 00 00 00 00 00 00 00 00 00 00 00 20 00 00
	# STREAM CONTROL is in the table, not in vdisk.
	refused 24/00 -r 32 9e 14 00 00 00 00 00 00 00 00 00 00 00 20 00 00
}

# refused_at BYTE BIT SG_RAW_ARGUMENTS...: INVALID FIELD IN CDB, pointing there.
refused_at() {
	_want="5 24/00 c$(printf %x $((8 + $2))) $(printf %04x "$1")"
	shift 2
	# shellcheck disable=SC2046 # a list of words
	set -- "$*" $(sense_of "$@")
	assertEquals "CDB $1" "$_want" "$((0x${4:-0} & 15)) ${14:-none}/${15:-none} ${17:-none} ${18:-}${19:-}"
}

accepted() {
	assertEquals "CDB $*" "" "$(sense_of "$@")"
}

test_reserved_bits() {
	refused_at 1 0 00 01 00 00 00 00
	refused_at 4 7 00 00 00 00 80 00
	refused_at 1 1 -r 96 12 02 00 00 60 00
	refused_at 1 5 -r 96 1a 20 3f 00 60 00
	# LINK, FLAG and vendor-specific bits of CONTROL
	refused_at 9 0 -r 512 28 00 00 00 00 00 00 00 01 01
	refused_at 9 7 -r 512 28 00 00 00 00 00 00 00 01 80
	# The LUN of SCSI-1, the group number's reserved bits, RDPROTECT
	refused_at 1 7 -r 512 08 e0 00 00 01 00
	refused_at 6 6 -r 512 28 00 00 00 00 00 40 00 01 00
	refused_at 1 7 -r 512 28 20 00 00 00 00 00 00 01 00
	refused_at 1 7 -s 512 -i /dev/zero 2a e0 00 00 00 00 00 00 01 00
	refused_at 10 7 -r 16 a0 00 00 00 00 00 00 00 00 10 80 00
	refused_at 14 1 -r 32 9e 10 00 00 00 00 00 00 00 00 00 00 00 20 02 00
	# DPO, FUA, RARC, FUA_NV; the group number; IMMED and SYNC_NV
	accepted -r 512 28 1e 00 00 00 00 3f 00 01 00
	accepted -s 512 -i /dev/zero 2a 1a 00 00 00 00 3f 00 01 00
	accepted -r 512 88,1e,00,00,00,00,00,00,00,00,00,00,00,01,3f,00
	accepted 35 06 00 00 00 00 3f 00 00 00
}

# data SG_RAW_ARGUMENTS...: Data-In as one line of hex digits.
data() {
	rm -f /tmp/data
	_len=$1
	shift
	# shellcheck disable=SC2046 # a list of words
	sg_raw -o /tmp/data -r "$_len" "$disk" $(echo "$*" | tr , ' ') >/tmp/raw.log 2>&1
	od -An -v -tx1 /tmp/data 2>/dev/null | tr -d ' \n'
}

# one OPTIONS OPCODE SERVICE_ACTION: one_command parameter data.
one() {
	data 128 a3,0c,"$1","$2","$3",00,00,01,00,00,00
}

test_report_all_operation_codes() {
	out=$(sg_opcodes --no-inquiry "$disk" 2>&1)
	for line in "00 .* Test Unit Ready" "12 .* Inquiry" "28 .* Read(10)" "9e *10 .* Read capacity(16)" \
		"a0 .* Report luns" "a3 *c .* Report supported operation codes"; do
		echo "$out" | grep -qi "^ *$line" || fail "sg_opcodes doesn't list '$line': $out"
	done
	# Nothing that is not there: PRE-FETCH(10) of a tape's table, tapes' REWIND.
	echo "$out" | grep -qiE "rewind|erase\(" && fail "commands of other devices: $out"

	# The descriptors: the length, the order, flags and CDB lengths.
	out=$(data 4096 a3,0c,00,00,00,00,00,00,10,00,00,00)
	len=$((0x$(echo "$out" | cut -c 1-8)))
	assertEquals "length" $((${#out} / 2 - 4)) $len
	assertEquals "of eights" 0 $((len % 8))
	assertContains "READ(10)" "$out" 280000000000000a
	assertContains "READ CAPACITY(16)" "$out" 9e00001000010010
	assertEquals "sorted" "" "$(echo "${out#????????}" | fold -w 16 | cut -c 1-8 | sort -c 2>&1)"
	# A buffer that is too small gets what fits, and the whole length.
	assertEquals "$(echo "$out" | cut -c 1-40)" "$(data 20 a3,0c,00,00,00,00,00,00,00,14,00,00)"
	# Timeouts: 12 bytes more for each, and CTDP
	n=$((len / 8))
	out=$(data 8192 a3,0c,80,00,00,00,00,00,20,00,00,00)
	assertEquals "with timeouts" $((20 * n)) $((0x$(echo "$out" | cut -c 1-8)))
	assertContains "READ(10)" "$out" 280000000002000a000a00000000000000000000
}

test_report_one_operation_code() {
	assertEquals "READ(10)" 0003000a281effffffff3fffff04 "$(one 01 28 00,00)"
	assertEquals "READ(10), any" 0003000a281effffffff3fffff04 "$(one 03 28 00,00)"
	assertEquals "READ(10), timeouts" 0083000a281effffffff3fffff04000a00000000000000000000 "$(one 81 28 00,00)"
	assertEquals "RSOC" 0003000ca30c87ffffffffffffff0004 "$(one 02 a3 00,0c)"
	assertEquals "RSOC, any" 0003000ca30c87ffffffffffffff0004 "$(one 03 a3 00,0c)"
	# READ(32): opcode, CONTROL, ADDITIONAL CDB LENGTH, service action.
	assertEquals "READ(32)" 000300207f04 "$(one 02 7f 00,09 | cut -c 1-12)"
	assertEquals "READ CAPACITY(16)" 000300109e100000000000000000ffffffff0004 "$(one 02 9e 00,10)"
	# Not there: a tape's opcode, a service action, one of an opcode that has none
	for args in "01 11 00,00" "03 11 00,00" "02 11 00,01" "02 9e 00,1f" "02 9e 01,10" "03 28 00,01"; do
		# shellcheck disable=SC2086 # a list of words
		assertEquals "$args" 00010000 "$(one $args)"
	done
	refused_at 2 2 -r 64 a3 0c 01 9e 00 00 00 00 00 40 00 00
	refused_at 2 2 -r 64 a3 0c 02 28 00 00 00 00 00 40 00 00
	refused_at 2 2 -r 64 a3 0c 04 28 00 00 00 00 00 40 00 00
	refused_at 2 6 -r 64 a3 0c 41 28 00 00 00 00 00 40 00 00
	accepted a3 0c 00 00 00 00 00 00 00 00 00 00
}

# What is listed isn't refused as unknown, what isn't listed is.
test_report_is_true() {
	out=$(data 4096 a3,0c,00,00,00,00,00,00,10,00,00,00)
	listed=" $(echo "${out#????????}" | fold -w 16 | cut -c 1-2 | tr '\n' ' ')"
	for op in 01 23 2b 37 3e 42 4d 83 a2; do
		cdb=$op,00,00,00,00,00
		[ $((0x$op)) -lt $((0x20)) ] || cdb=$cdb,00,00,00,00
		[ $((0x$op)) -lt $((0x80)) ] || cdb=$cdb,00,00
		[ $((0x$op)) -lt $((0x80)) ] || [ $((0x$op)) -ge $((0xa0)) ] || cdb=$cdb,00,00,00,00
		case $(sense_of "$cdb") in
		7?" 00 05 "*" 20 00 "*)	assertNotContains "refused, but listed" "$listed" " $op " ;;
		*)	assertContains "known, but not listed" "$listed" " $op " ;;
		esac
	done
}

test_report_task_management() {
	# ABORT TASK, ABORT TASK SET, CLEAR ACA, CLEAR TASK SET, LOGICAL UNIT RESET,
	# QUERY TASK; QUERY ASYNCHRONOUS EVENT, QUERY TASK SET, I_T NEXUS RESET
	assertEquals fc070000 "$(data 64 a3,0d,00,00,00,00,00,00,00,40,00,00)"
	assertEquals fc07000c000000000000000000000000 "$(data 64 a3,0d,80,00,00,00,00,00,00,40,00,00)"
	refused 24/00 -r 16 a3 0d 00 00 00 00 00 00 00 03 00 00
	refused_at 2 6 -r 16 a3 0d 40 00 00 00 00 00 00 10 00 00
	assertTrue "sg_opcodes --tmf" "sg_opcodes --no-inquiry --tmf $disk"
}
