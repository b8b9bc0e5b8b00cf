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
