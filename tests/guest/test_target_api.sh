# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The interface for target drivers, by a driver that does what it is told: every
# context and callback, in every order, with failures at each step.

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

setUp() {
	load_testtgt
}

tearDown() {
	unload_testtgt
}

test_a_command_has_one_end() {
	tt_setup
	tt cmd i 0 2 simple direct $TUR v
	tt wait
	tt_is "pre 2 direct" "exec 2" "xmit 2 direct" "done 2 00 - 0 0" "free 2 direct"
	tt cmd i 0 3 simple direct $READ1 in=512 show
	tt cmd i 0 4 simple direct $READ1 in=100 resp=50
	tt cmd i 0 6 simple direct $READ1 in=100
	tt cmd i 0 5 simple direct $WRITE1 out=512 data=010203 v
	tt wait
	tt_is "exec 3" \
		"data 3 $(seq -s ' ' 0 63 | xargs printf %02x)" \
		"data+64 3 $(seq -s ' ' 64 127 | xargs printf %02x)" \
		"done 3 00 - 0 512" \
		"exec 4" "done 4 00 - 50 50" "exec 6" "done 6 00 - -412 100" \
		"rdy 5 direct" "pre 5 direct" \
		"got 5 01020300000000000000000000000000" "exec 5" "xmit 5 direct" \
		"done 5 00 - 0 0" "free 5 direct"
}

test_commands_stay_in_exec_until_told() {
	tt_setup hold
	tt cmd i 0 2 simple direct $TUR
	tt cmd i 0 3 simple direct $TUR
	tt cmd i 0 4 simple direct $TUR pass
	tt cmd i 0 5 simple direct $TUR
	tt_is "exec 2" "exec 3" "exec 4" "done 4 00 - 0 0" "exec 5"
	tt release 3
	tt fail 2 4 0x44 0
	tt status 5 0x18 thread
	tt wait
	tt_is "done 3 00 - 0 0" "done 2 02 4/44/00 0 0" "done 5 18 - 0 0"
	tt_err release 3
}

test_unloading_lets_go_of_what_is_held() {
	tt_setup hold
	tt cmd i 0 2 simple direct $TUR
	tt cmd i 0 3 simple direct $WRITE1 out=512 rx=hold
	tt cmd i 0 4 simple direct $TUR pass xmit=hold
	tt tm i abort_task tag=2
	unload_testtgt
}

test_task_management_waits_for_the_device() {
	tt_setup hold
	tt cmd i 0 2 simple direct $TUR
	tt tm i abort_task tag=2
	tt tm i abort_task tag=77 id=none
	tt_expect tm none -1
	tt settle
	assertEquals "not answered yet" 0 "$(tt_count '^tm abort_task ')"
	tt release 2
	tt_expect tm abort_task 0
	tt wait
	assertEquals "no response" 1 "$(tt_count '^aborted 2$')"
}
