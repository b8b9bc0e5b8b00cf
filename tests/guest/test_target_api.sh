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
		"alloc 5 direct" "rdy 5 direct" "pre 5 direct" "pieces 5 1 of 1, 512 bytes" \
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

# Its last command keeps the nexus, but nobody is there any more to be told things:
# what is queued for a session would outlive it.
test_a_session_that_goes_hears_of_nothing() {
	tt_setup
	path=$(make_file 4) || return
	modprobe scst_vdisk
	proc_ok vdisk/vdisk "open v $path" && proc_ok groups/Default/devices "add v 7" || return
	tt settle
	tt clear
	truncate -s 8M "$path"
	proc_ok vdisk/vdisk "resync_size v"
	tt_expect aen i 1
	tt cmd i 7 2 simple direct $TUR xmit=hold
	tt del_session i nowait
	tt settle
	tt clear
	truncate -s 12M "$path"
	proc_ok vdisk/vdisk "resync_size v"
	tt settle
	assertEquals "events" 0 "$(tt_count '^aen')"
	tt sent 2
	tt_expect unregistered i
	tt del_target t
	rmmod scst_vdisk
	drop_backing
}

# How a command has ended.
end_of() {
	tt_log | grep -E "^(done|aborted|dropped) $1( |$)"
}

# ends TAG LINE COMMAND...: the command's end, once nothing is left.
ends() {
	_tag=$1 _line=$2
	shift 2
	tt cmd i 0 "$_tag" simple "$@"
	tt wait
	assertEquals "$*" "$_line" "$(end_of "$_tag")"
}

test_each_context() {
	tt_setup
	tag=10
	for context in direct block atomic tasklet thread; do
		where=$context
		[ $context != tasklet ] || where=atomic
		tt cmd i 0 $tag simple $context $WRITE1 out=512 v
		tt wait
		tt_is "alloc $tag $where" "rdy $tag $where" "pre $tag $where" \
			"pieces $tag 1 of 1, 512 bytes" "got $tag 00000000000000000000000000000000" \
			"exec $tag" "xmit $tag $where" "done $tag 00 - 0 0" "free $tag $where"
		tag=$((tag + 1))
	done
	# The answers choose where it goes on.
	tt cmd i 0 20 simple direct $WRITE1 out=512 rx=hold v park
	tt rx 20 success atomic
	tt release 20 tasklet
	tt wait
	assertEquals "contexts" "alloc 20 direct
rdy 20 direct
pre 20 atomic
xmit 20 atomic
free 20 atomic" "$(tt_log | grep -E '^(alloc|rdy|pre|xmit|free)')"
	tt clear
	tt cmd i 0 21 simple atomic $WRITE1 out=512 back=thread v
	tt wait
	assertEquals "contexts" "alloc 21 atomic
rdy 21 atomic
pre 21 thread
xmit 21 thread
free 21 thread" "$(tt_log | grep -E '^(alloc|rdy|pre|xmit|free)')"
}

# With EXTRACHECKS a driver is caught that says it may sleep with interrupts off.
test_context_that_lies() {
	grep -q ^EXTRACHECKS "$PROC/version" || {
		skip "not built with EXTRACHECKS"
		return
	}
	tt_setup
	dmesg_mark
	tt cmd i 0 10 simple direct $WRITE1 out=512 lie v
	tt wait
	assertEquals "no call where it could sleep" "alloc 10 atomic" \
		"$(tt_log | grep ^alloc)"
	assertTrue "told" "dmesg_has 'came where nothing may sleep'"
}

# A driver and a device none of whose calls may be made in atomic context.
test_nothing_atomic() {
	tt add_target t lean
	tt add_device d thr
	proc_ok groups/Default/devices "add d 0"
	tt add_session t i
	tt cmd i 0 1 simple atomic $TUR
	tt wait
	tt clear
	tt cmd i 0 2 simple atomic $WRITE1 out=512 v
	tt cmd i 0 3 simple tasklet $READ1 in=512 v two=success
	tt wait
	assertEquals "calls of 2" "rdy 2 thread
pieces 2 1 of 1, 512 bytes
got 2 00000000000000000000000000000000
exec 2
dev_done 2
xmit 2 thread
done 2 00 - 0 0
free 2 thread" "$(tt_log | grep -E '^[a-z_]* 2( |$)')"
	assertEquals "calls of 3" "prep 3 thread
pieces 3 1 of 1, 512 bytes
exec 3
dev_done 3
xmit 3 thread
done 3 00 - 0 512
free 3 thread" "$(tt_log | grep -E '^[a-z_]* 3( |$)')"
	# Four entries of a page each, and no more.
	tt cmd i 0 4 simple thread 28000000000000002000 in=16384 v
	tt cmd i 0 5 simple thread 28000000000000002100 in=16896
	tt wait
	assertEquals "pieces" 1 "$(tt_count '^pieces 4 4 of 4, 16384 bytes$')"
	assertEquals "too long" "done 5 02 5/24/00 16896 0" "$(end_of 5)"
}

test_queue_full_and_need_thread() {
	tt_setup
	tt cmd i 0 2 simple direct $WRITE1 out=512 rdy_full=2 xmit_full=3 v
	tt wait
	assertEquals "rdy_to_xfer" "rdy 2 direct
rdy 2 thread
rdy 2 thread" "$(tt_log | grep ^rdy)"
	assertEquals "xmit_response" 4 "$(tt_count ^xmit)"
	assertEquals "end" "done 2 00 - 0 0" "$(end_of 2)"
	tt clear
	tt cmd i 0 3 simple atomic $WRITE1 out=512 rdy_thread v
	tt cmd i 0 4 simple tasklet $TUR xmit_thread v
	tt cmd i 0 5 simple atomic $TUR pre=thread v
	tt cmd i 0 6 simple atomic $TUR exec_thread v
	tt wait
	assertEquals "rdy_to_xfer" "rdy 3 atomic
rdy 3 thread" "$(tt_log | grep ^rdy)"
	assertEquals "xmit_response" "xmit 4 atomic
xmit 4 thread" "$(tt_log | grep '^xmit 4')"
	assertEquals "pre_exec" "pre 5 atomic
pre 5 thread" "$(tt_log | grep '^pre 5')"
	assertEquals "exec" "pre 6 atomic
exec 6
xmit 6 thread" "$(tt_log | grep -E '^(pre|exec|xmit) 6')"
	for tag in 3 4 5 6; do
		assertEquals "end" "done $tag 00 - 0 0" "$(end_of $tag)"
	done
}

test_failures_at_each_step() {
	tt_setup
	ends 2 "dropped 2" direct $WRITE1 out=512 rdy_fail
	ends 3 "dropped 3" atomic $WRITE1 out=512 rx=fatal
	ends 4 "done 4 02 b/4b/00 512 0" tasklet $WRITE1 out=512 rx=error
	ends 5 "done 5 02 b/08/01 512 0" thread $WRITE1 out=512 rx=sense
	ends 6 "dropped 6" direct $TUR pre=fatal
	ends 7 "done 7 02 b/44/00 0 0" atomic $TUR pre=error
	ends 8 "done 8 02 b/08/01 0 0" tasklet $TUR pre=sense
	ends 9 "dropped 9" atomic $READ1 in=512 xmit_fail
	ends 10 "done 10 08 - 512 0" direct $READ1 in=512 alloc=fail
	ends 11 "done 11 08 - 512 0" atomic $READ1 in=512 alloc=fail
	ends 12 "done 12 00 - 0 512" atomic $READ1 in=512 alloc=thread
	ends 13 "done 13 00 - 0 512" tasklet $READ1 in=512 alloc=own core
	ends 14 "done 14 00 - 0 512" direct $READ1 in=512 lend
	ends 15 "done 15 00 - 0 512" direct $READ1 noexpect
	# Nothing of that was executed but what has succeeded.
	assertEquals "executed" "9 12 13 14 15" "$(tt_log | sed -n 's/^exec //p' | xargs)"
	# A unit attention that was not delivered is reported again.
	tt ua d 4
	ends 16 "done 16 02 6/2a/09 0 0" direct $TUR undelivered
	tt ua d 4
	ends 17 "dropped 17" direct $TUR xmit_fail
	ends 18 "done 18 02 6/2a/09 0 0" direct $TUR
	ends 19 "done 19 00 - 0 0" direct $TUR
}

test_two_stages() {
	tt_setup
	for context in direct atomic tasklet thread; do
		where=$context
		[ $context != tasklet ] || where=atomic
		tt cmd i 0 2 simple $context $WRITE1 out=512 data=0a0b two=success v
		tt wait
		tt_is "alloc 2 $where" "prep 2 $where" "pre 2 $where" "pieces 2 1 of 1, 512 bytes" \
			"got 2 0a0b0000000000000000000000000000" "exec 2" "xmit 2 $where" \
			"done 2 00 - 0 0" "free 2 $where"
	done
	ends 3 "done 3 00 - 0 512" atomic $READ1 in=512 two=thread v
	assertEquals "in a thread" 1 "$(tt_count '^pre 3 thread$')"
	ends 4 "done 4 02 b/44/00 512 0" direct $READ1 in=512 two=error
	ends 5 "done 5 02 b/08/01 512 0" direct $READ1 in=512 two=sense
	ends 6 "dropped 6" atomic $READ1 in=512 two=fatal
	# The driver hears of those that fail in the first stage as well.
	ends 7 "done 7 02 5/20/00 0 0" direct ff0000000000 two=success v
	ends 8 "done 8 08 - 512 0" direct $READ1 in=512 alloc=fail two=success v
	assertEquals "told" "prep_failed 7 direct
prep_failed 8 direct" "$(tt_log | grep ^prep_failed)"
	tt clear
	tt cmd i 0 9 simple direct $WRITE1 out=512 two=hold
	tt cmd i 0 10 simple direct $WRITE1 out=512 two=hold
	tt tm i abort_task tag=9
	tt settle
	tt_is
	tt restart 9 success atomic
	tt restart 10 success tasklet
	tt wait
	tt_err restart 9 success
	assertEquals "aborted" "aborted 9" "$(end_of 9)"
	assertEquals "goes on" "done 10 00 - 0 0" "$(end_of 10)"
}

test_a_driver_finds_its_commands() {
	tt_setup hold
	tt cmd i 0 0x123456789ab simple direct $TUR
	tt cmd i 0 3 simple thread $WRITE1 out=512 rx=hold
	tt_expect exec 1250999896491
	tt settle
	tt clear
	tt find i 1250999896491
	tt find i 3
	tt find i 4
	tt_is "found 1250999896491" "found 3" "no 4"
}

test_activity_can_be_suspended() {
	tt_setup hold
	tt cmd i 0 2 simple direct $TUR
	echo suspend >"$TT" &
	tt settle 300
	tt cmd i 0 3 simple direct $TUR pass
	tt cmd i 0 4 simple atomic $TUR pass
	tt tm i abort_task tag=4
	tt settle
	tt_is "exec 2"
	tt release 2
	tt_expect suspended
	wait
	tt cmd i 0 5 simple tasklet $TUR pass
	tt settle
	assertEquals "held" 0 "$(tt_count '^exec [345]')"
	tt resume
	tt wait
	assertEquals "ends" "aborted 4
done 2 00 - 0 0
done 3 00 - 0 0
done 5 00 - 0 0" "$(tt_log | grep -E '^(done|aborted)' | sort)"
	tt clear
	tt get
	echo suspend >"$TT" &
	tt settle 300
	tt_is
	tt put
	tt_expect suspended
	wait
	tt resume
	tt_err resume
}

test_threads_and_detection() {
	tt_setup
	threads=$(proc_read threads)
	tt threads add 3
	assertEquals "more threads" $((threads + 3)) "$(proc_read threads)"
	tt_err threads add 100000
	tt_err threads add 2147483647
	tt threads del 3
	assertEquals "threads" "$threads" "$(proc_read threads)"
	tt detect ok
	assertTrue "no directory" "[ -d $PROC/testtgt_detect ]"
	tt_err detect ok
	tt detect off
	tt_expect released detected
	assertFalse "still a directory" "[ -d $PROC/testtgt_detect ]"
	tt clear
	tt_err detect fail
	tt_is "released detected"
	assertFalse "a directory" "[ -d $PROC/testtgt_detect ]"
}

# stale ARGS...: a module that must be refused, saying why.
stale() {
	dmesg_mark
	_said=$(modprobe scst_stale "$@" 2>&1) && {
		rmmod scst_stale
		fail "$* was accepted"
		return
	}
	case $_said in
	*"Invalid argument"*) ;;
	*) fail "$*: $_said" ;;
	esac
	dmesg_has 'scst: .* stale was built against another SCST \(interface .*this core has .*: rebuild' ||
		fail "$*: nothing in the log"
}

test_stale_drivers_are_refused() {
	for what in version options cmd objs; do
		stale what=$what
		stale what=$what handler=1
	done
	assertFalse "has a directory" "[ -e $PROC/stale ]"
	# Nothing else is wrong with it.
	for handler in 0 1; do
		modprobe scst_stale what=none handler=$handler || fail "refused"
		assertTrue "has no directory" "[ -d $PROC/stale ]"
		rmmod scst_stale
	done
}
