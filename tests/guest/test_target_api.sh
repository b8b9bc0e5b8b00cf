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

# A session that is not registered yet: d's attach_tgt() holds it up.
slow_session() {
	tt add_target t
	tt add_device d
	proc_ok groups/Default/devices "add d 0"
	tt attach d slow
	tt add_session t i "$@"
	tt_expect attach_tgt d
	tt clear
}

test_commands_wait_for_the_registration() {
	for how in async atomic; do
		slow_session $how
		tt cmd i 0 2 simple atomic $TUR v
		tt cmd i 0 3 simple thread $TUR
		tt cmd i 0 4 simple direct $TUR core
		tt cmd i 1 5 simple tasklet $TUR
		tt tm i lun_reset lun=0
		tt settle
		tt_is
		tt attach d ok
		tt wait
		tt_expect registered i 0
		# All in their order; the first has met the power-on unit attention.
		assertEquals "commands" "done 2 02 6/29/00 0 0
done 3 00 - 0 0
done 4 00 - 0 0
done 5 02 5/25/00 0 0" "$(tt_log | grep ^done)"
		assertEquals "the reset" 1 "$(tt_count '^tm lun_reset 0$')"
		tt del_session i
		tt del_device d
		tt del_target t
		tt clear
	done
}

test_a_registration_can_fail() {
	slow_session atomic
	tt cmd i 0 2 simple atomic $TUR
	tt cmd i 0 3 simple thread $WRITE1 out=512
	tt tm i abort_task tag=2
	tt attach d fail
	tt wait
	tt_expect registered i -28
	assertEquals "held commands" "done 2 08 - 0 0
done 3 08 - 512 0" "$(tt_log | grep ^done)"
	assertEquals "task management" 1 "$(tt_count '^tm abort_task -[12]$')"
	tt_err cmd i 0 4 simple direct $TUR
	tt_err tm i lun_reset lun=0
	tt del_session i
	tt del_target t
	# From inside the driver's callback.
	tt add_target t
	tt attach d fail
	tt add_session t i async auto_del
	tt_expect unregistered i
	# Synchronously, nothing is left.
	tt_err add_session t i
	assertEquals "sessions" 0 "$(grep -c ' i ' "$PROC/sessions")"
	tt attach d ok
	tt add_session t i
}

test_a_session_can_go_while_it_comes() {
	slow_session async
	tt cmd i 0 2 simple thread $TUR
	echo "del_session i nowait" >"$TT" &
	sleep 0.3
	tt attach d ok
	wait
	tt_expect unregistered i
	assertEquals "its command" 1 "$(tt_count '^done 2 02 6/29/00 0 0$')"
}

test_a_session_goes_when_its_commands_are_gone() {
	tt_setup hold
	tt cmd i 0 2 simple direct $TUR
	tt cmd i 0 3 simple direct $WRITE1 out=512 rx=hold
	tt cmd i 0 4 simple direct $TUR pass xmit=hold
	tt del_session i nowait
	tt_err cmd i 0 5 simple direct $TUR
	tt settle
	assertEquals "waits" 0 "$(tt_count ^unregistered)"
	tt release 2
	tt rx 3 success
	tt release 3
	tt settle
	assertEquals "waits for the response" 0 "$(tt_count ^unregistered)"
	tt sent 4
	tt_expect unregistered i
	tt del_target t
}
