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
