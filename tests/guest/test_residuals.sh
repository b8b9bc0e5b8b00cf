# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the CDB says against what the transport provides for: too much, too
# little, the other direction; and the residuals that follow. Lines of the log:
# done TAG STATUS SENSE RESIDUAL LENGTH; a residual below 0 is an overflow.

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

# INVALID FIELD IN COMMAND INFORMATION UNIT
IU=5/0e/03

oneTimeSetUp() {
	load_testtgt
	modprobe scst_vdisk
	# shellcheck disable=SC2119 # a device without options
	tt_setup
	proc_ok vdisk/vdisk "open v NULLIO"
	proc_ok groups/Default/devices "add v 1"
	tt cmd i 1 1 simple direct $TUR
	tt cmd i 0 1 simple direct $TUR
	tt wait
}

oneTimeTearDown() {
	unload_testtgt
}

setUp() {
	tt clear
}

# gives "STATUS SENSE RESIDUAL LENGTH" LUN CDB OPTION...
gives() {
	_want=$1 _lun=$2
	shift 2
	tt cmd i "$_lun" 9 simple direct "$@"
	tt wait
	assertEquals "CDB $*" "done 9 $_want" "$(tt_log | grep ^done)"
	tt clear
}

test_blocks_in() {
	gives "00 - 0 512" 0 $READ1 in=512
	gives "00 - 100 512" 0 $READ1 in=612
	gives "00 - -412 100" 0 $READ1 in=100
	gives "00 - -512 0" 0 $READ1
	gives "00 - 512 0" 0 28000000000000000000 in=512
	gives "00 - 0 0" 0 28000000000000000000
	# READ(6): 0 means 256 blocks
	gives "00 - 0 131072" 0 080000000000 in=131072
	gives "00 - -131071 1" 0 080000000000 in=1
}

# Nothing is written of a command that sends less than it says.
test_blocks_out() {
	gives "00 - 0 0" 0 $WRITE1 out=512
	gives "00 - 100 0" 0 $WRITE1 out=612
	gives "02 $IU -412 0" 0 $WRITE1 out=100
	gives "02 $IU -512 0" 0 $WRITE1
	gives "00 - 512 0" 0 2a000000000000000000 out=512
	tt cmd i 0 9 simple direct $WRITE1 out=100
	tt wait
	assertEquals "never executed" 0 "$(tt_count '^exec')"
}

test_wrong_direction() {
	gives "02 $IU 512 0" 0 $READ1 out=512
	gives "02 $IU 512 0" 0 $WRITE1 in=512
	gives "02 $IU 96 0" 1 120000006000 out=96
	# No data to move: no direction to be wrong
	gives "00 - 512 0" 0 28000000000000000000 out=512
	gives "00 - 512 0" 0 $TUR in=512
	gives "00 - 512 0" 0 $TUR out=512
}

test_blocks_that_are_not_the_length() {
	# VERIFY(10): BYTCHK 0, 1, 3
	gives "00 - 0 0" 0 2f000000000000000800
	gives "00 - 0 0" 0 2f020000000000000800 out=4096
	gives "02 $IU -3584 0" 0 2f020000000000000800 out=512
	gives "00 - 0 0" 0 2f060000000000000800 out=512
	gives "02 $IU 512 0" 0 2f060000000000000800 in=512
	# WRITE SAME(10), (16), NDOB
	gives "00 - 0 0" 0 41000000000000000800 out=512
	gives "00 - 0 0" 0 93000000000000000000000000080000 out=512
	gives "00 - 0 0" 0 93010000000000000000000000080000
	gives "00 - 512 0" 0 93010000000000000000000000080000 out=512
	# COMPARE AND WRITE: twice the blocks
	gives "00 - 0 0" 0 89000000000000000000000000020000 out=2048
	gives "02 $IU -1024 0" 0 89000000000000000000000000020000 out=1024
}

# Allocation lengths are limits: only data that there were can be missing.
test_allocation_lengths() {
	tt cmd i 1 9 simple direct 120000006000 in=96
	tt wait
	there=$(tt_log | sed -n 's/^done.* //p')
	tt clear
	assertTrue "standard INQUIRY data: $there" "[ $there -gt 36 ] && [ $there -le 96 ]"
	gives "00 - $((200 - there)) $there" 1 12000000c800 in=200
	gives "00 - 0 36" 1 120000002400 in=36
	gives "00 - 4 36" 1 120000002400 in=40
	gives "00 - $((36 - there)) 36" 1 120000006000 in=36
	gives "00 - -4 32" 1 120000002400 in=32
	# The core's own: REPORT LUNS has two, 24 bytes
	gives "00 - 0 24" 0 a00000000000000001000000 in=24
	gives "00 - -8 16" 0 a00000000000000001000000 in=16
	gives "00 - 0 16" 0 a00000000000000000100000 in=16
	gives "00 - 232 24" 0 a00000000000000001000000 in=256
}

# What has no length in the CDB has what the transport provides for.
test_lengths_from_the_transport() {
	tt cmd i 0 9 simple direct 041000000000 out=8 data=0000000400000007 v
	tt wait
	tt_expect got 9 0000000400000007
	assertEquals 1 "$(tt_count '^done 9 00 - 0 0')"
	tt clear
	gives "00 - 0 0" 0 040000000000
	gives "02 $IU 8 0" 0 041000000000 in=8
}

# Reservations and unit attentions come before what is wrong with a CDB.
test_what_comes_first() {
	tt add_session t j
	tt cmd j 1 8 simple direct 28000000000040000100 in=512
	tt cmd j 1 7 simple direct 28000000000040000100 in=512
	tt wait
	assertEquals "done 8 02 6/29/00 512 0
done 7 02 5/24/00 512 0" "$(tt_log | grep ^done)"
	tt clear
	gives "00 - 0 0" 1 160000000000
	tt cmd j 1 7 simple direct 28000000000040000100 in=512
	tt wait
	assertEquals "done 7 18 - 512 0" "$(tt_log | grep ^done)"
	tt clear
	gives "00 - 0 0" 1 170000000000
	tt del_session j
}

# CDBs of the wrong length.
test_cdb_lengths() {
	gives "02 5/24/00 0 0" 0 0000000000
	gives "02 5/24/00 512 0" 0 280000000000000001 in=512
	gives "00 - 0 512" 0 2800000000000000010000000000 in=512
	gives "00 - 0 512" 0 7f00000000000018000900000000000000000000000000000000000000000001 in=512
	gives "02 5/24/00 512 0" 0 7f00000000000010000900000000000000000000000000000000000000000001 in=512
	gives "02 5/24/00 512 0" 0 7f000000000000180009000000000000000000000000000000000000000001 in=512
}

# USE_EXPECTED_VALUES: the transport's length and direction count, not the CDB's.
test_expected_values() {
	if grep -q ^USE_EXPECTED_VALUES "$PROC/version"; then
		gives "00 - 0 40" 1 120000002400 in=40
	else
		gives "00 - 4 36" 1 120000002400 in=40
	fi
}
