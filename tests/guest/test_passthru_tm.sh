# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Task management of real devices: what is aborted and reset is so on the device.

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"
# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

# A disk as LUN 0 of i and j, whose unit attentions are gone.
setUp() {
	modprobe scst_disk && load_testtgt || return
	real_device dev_size_mb=8 opts=$REAL_NOISE || return
	real_nexuses
	dmesg_mark
}

tearDown() {
	unload_real
}

# slow JIFFIES NEXUS TAG...: READs that take so long; all others do, too, till "fast".
slow() {
	real_set delay "$1"
	_nexus=$2
	shift 2
	for _tag; do
		tt cmd "$_nexus" 0 "$_tag" simple direct "$READ1" in=512
	done
	sleep 0.2
}

# scsi_debug takes another delay when it has no command.
fast() {
	wait_for sh -c "{ echo 1 >$REAL/delay; } 2>/dev/null" || fail "scsi_debug is still busy"
}

ua_is() {
	tt clear
	tt cmd "$1" 0 99 simple direct $TUR
	tt wait
	assertEquals "what $1 is told: $(tt_log)" 1 "$(tt_count "^done 99 $2")"
	tt clear
}

test_aborts_reach_the_device() {
	slow 5000 i 4 5
	slow 5000 j 6
	tt tm i abort_task tag=4
	tt_expect "tm abort_task 0"
	tt_is "aborted 4" "tm abort_task 0"
	assertEquals "aborts" 1 "$(real_aborts)"
	tt tm i abort_task_set lun=0
	tt_expect "tm abort_task_set 0"
	tt_is "aborted 5" "tm abort_task_set 0"
	assertEquals "aborts" 2 "$(real_aborts)"
	tt tm i clear_task_set lun=0
	tt_expect "tm clear_task_set 0"
	tt_is "aborted 6" "tm clear_task_set 0"
	assertEquals "aborts" 3 "$(real_aborts)"
	assertEquals "no reset" 0 "$(real_resets)"
	fast
	ua_is i 00
	ua_is j "02 6/2f/00"
	ua_is j 00
}

test_resets_reach_the_device() {
	slow 400 i 4
	slow 400 j 5
	tt tm i lun_reset lun=0
	tt_expect "tm lun_reset 0"
	assertEquals "both end: $(tt_log)" 2 "$(tt_count '^aborted [45]$')"
	assertEquals "resets" 1 "$(real_resets)"
	fast
	for nexus in i j; do
		ua_is $nexus "02 6/29/03"
		ua_is $nexus 00
	done
	tt tm j target_reset
	tt_expect "tm target_reset 0"
	assertEquals "resets" 2 "$(real_resets)"
	ua_is i "02 6/29/03"
	ua_is i 00
}

# Somebody else on this machine resets it: whoever hears of it, the others do, too.
test_resets_of_others() {
	disk=$(echo /sys/class/scsi_device/"$hcil"/device/scsi_generic/*)
	sg_reset -d "/dev/${disk##*/}" || fail "sg_reset"
	ua_is i "02 6/29/00"
	ua_is i 00
	ua_is j "02 6/29/00"
	ua_is j 00
}

# The device never answers: the mid-level's own error handling is what ends it.
test_a_lost_command() {
	real_set every_nth 1
	real_set opts $((REAL_NOISE + 4))
	tt cmd i 0 4 simple direct "$READ1" in=512
	sleep 0.2
	real_set opts "$REAL_NOISE"
	real_set every_nth 0
	tt tm i abort_task tag=4
	tt_expect "tm abort_task 0"
	assertEquals "it has ended: $(tt_log)" 1 "$(tt_count '^aborted 4$')"
	assertEquals "aborts" 1 "$(real_aborts)"
}

test_a_device_goes_with_commands_under_way() {
	slow 5000 i 4 5
	(echo 1 >"/sys/class/scsi_device/$hcil/device/delete")
	tt_expect "done 4 02 5/25/00 512 0"
	tt_expect "done 5 02 5/25/00 512 0"
	assertFalse "it is gone" "proc_read scsi_tgt | grep -q '^$hcil '"
}
