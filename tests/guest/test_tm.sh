# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Task management (SAM-5 7): every function, commands in every state, and the unit
# attentions that initiators are told (SAM-5 5.14).

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

REPORT_LUNS=a00000000000000010000000
REQUEST_SENSE=030000001200
INQUIRY=120000002400

setUp() {
	load_testtgt
}

tearDown() {
	unload_testtgt
}

# A second device, LUN 1 of all sessions that come later.
add_second() {
	tt add_device e "$@"
	proc_ok groups/Default/devices "add e 1"
}

# ua_is NEXUS TAG UA: what the next command reports, "-": nothing.
ua_is() {
	tt clear
	tt cmd "$1" "${4:-0}" "$2" simple direct $TUR pass
	tt wait
	if [ "$3" = - ]; then
		assertEquals "command $2 of $1" 1 "$(tt_count "^done $2 00 ")"
	else
		assertEquals "command $2 of $1 reports $3" 1 "$(tt_count "^done $2 02 $3 ")"
	fi
	tt clear
}

# ---- commands in every state ----

test_abort_of_what_is_not_there() {
	tt_setup
	tt tm i abort_task tag=77
	tt_expect "tm abort_task -1"
	tt tm i abort_task_set lun=5
	tt_expect "tm abort_task_set -2"
	tt tm i lun_reset lun=5
	tt_expect "tm lun_reset -2"
	tt_err tm i 99
	tt_err tm i 10
	tt_err tm i lun_reset tag=5
}

test_abort_in_the_driver_and_in_the_handler() {
	tt_setup
	s 2 simple "$WRITE1" out=512 rx=hold
	s 3 simple $TUR park
	s 4 simple "$READ1" in=512 xmit=hold
	tt clear
	for tag in 2 3 4; do
		tt tm i abort_task tag=$tag
	done
	now
	tt release 3
	now "aborted 3" "tm abort_task 0"
	tt sent 4
	now "tm abort_task 0"
	# Its data are not for the handler any more.
	tt rx 2 success
	now "aborted 2" "tm abort_task 0"
}

# Its response has been given to the driver.
test_abort_of_a_finished_one() {
	tt_setup
	s 2 simple $TUR xmit=hold
	tt clear
	tt tm i abort_task tag=2
	if grep -q ^ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING "$PROC/version"; then
		now "tm abort_task -1"
		tt sent 2
	else
		now
		tt sent 2
		now "tm abort_task 0"
	fi
	tt wait
}

test_abort_while_the_driver_is_full() {
	tt_setup
	s 2 simple $TUR xmit_full=100
	tt tm i abort_task tag=2
	tt_expect "tm abort_task 0"
	assertEquals "gone before the answer" "exec 2
aborted 2" "$(tt_log | head -n 2)"
	tt clear
	s 3 simple "$WRITE1" out=512 rdy_full=100
	tt tm i abort_task tag=3
	tt_expect "tm abort_task 0"
	assertEquals "never executed" 0 "$(tt_count ^exec)"
}

test_abort_before_a_thread_takes_it() {
	tt_setup thr
	s 2 simple $TUR park	# holds the only thread's device, not the thread
	for tag in 3 4 5 6; do
		tt cmd i 0 $tag simple atomic $TUR
		tt tm i abort_task_set lun=0 atomic
	done
	tt settle
	tt release 2
	tt wait
	assertEquals "all are answered" 4 "$(tt_count '^tm abort_task_set 0')"
	assertEquals "each has one end" 5 "$(tt_count '^(done|aborted) [2-6]( |$)')"
}

test_only_the_right_ones() {
	tt_setup hold
	add_other
	add_second hold
	tt del_session i
	tt add_session t i
	s 1 simple
	tt cmd i 1 1 simple direct $TUR
	ua_is j 1 6/3f/0e
	s 2 simple
	tt cmd i 1 3 simple direct $TUR
	o 4 simple
	tt tm i abort_task_set lun=0
	tt settle
	tt release all
	now "exec 2" "exec 3" "exec 4" "dev_tm d 1" "aborted 2" "tm abort_task_set 0" \
		"done 3 00 - 0 0" "done 4 00 - 0 0"
	# The tag alone does not do if the LUN is another one.
	s 5 simple
	tt tm i abort_task tag=5 lun=1
	now "exec 5" "tm abort_task -1"
	tt tm i abort_task tag=5 lun=0
	tt settle
	tt release 5
	now "aborted 5" "tm abort_task 0"
}

test_each_waits_for_its_own() {
	tt_setup hold
	s 2 simple
	s 3 simple
	tt tm i abort_task tag=2 id=two
	tt tm i abort_task tag=3 id=three
	tt tm i abort_task_set lun=0 id=both
	tt settle
	tt release 3
	tt_expect "tm three 0"
	tt settle
	assertEquals "both waits" 0 "$(tt_count '^tm (both|two)')"
	tt release 2
	tt_expect "tm two 0"
	tt_expect "tm both 0"
}

# ---- resets ----

test_lun_reset() {
	tt_setup hold
	add_other
	s 2 simple
	o 3 simple
	o 4 ordered
	tt tm i lun_reset lun=0
	now "exec 2" "exec 3" "dev_tm d 4" "aborted 4"
	tt release 2
	now "aborted 2"
	tt release 3
	now "aborted 3" "tm lun_reset 0"
	ua_is i 5 6/29/03
	ua_is i 6 -
	ua_is j 7 6/29/03
	ua_is j 8 -
	tt control d tas=1
	s 12 simple
	o 13 simple
	o 14 ordered
	tt clear
	tt tm i lun_reset lun=0
	tt settle
	tt release all
	now "dev_tm d 4" "done 14 40 - 0 0" "aborted 12" "done 13 40 - 0 0" "tm lun_reset 0"
}

# Commands of a session that is being unregistered.
test_lun_reset_of_a_session_that_goes() {
	tt_setup hold
	add_other
	o 2 simple
	o 3 ordered
	tt del_session j nowait
	tt tm i lun_reset lun=0
	now "exec 2" "dev_tm d 4" "aborted 3"
	tt release 2
	now "aborted 2" "tm lun_reset 0" "unregistered j"
}

test_target_reset_is_of_each_device() {
	tt_setup hold
	add_second hold
	tt del_session i
	tt add_session t i
	tt add_target u
	tt add_session u k
	for lun in 0 1; do
		tt cmd i $lun 1 simple direct $TUR
		tt cmd k $lun 1 simple direct $TUR
	done
	tt wait
	tt clear
	s 2 simple
	tt cmd i 1 3 simple direct $TUR
	tt cmd k 1 4 simple direct $TUR
	tt tm i target_reset
	tt settle
	tt release all
	now "exec 2" "exec 3" "exec 4" "dev_tm d 5" "dev_tm e 5" "aborted 2" "aborted 3" "aborted 4" \
		"tm target_reset 0"
	ua_is i 5 6/29/03 0
	ua_is i 6 6/29/03 1
	ua_is k 7 6/29/03 1
}

test_clear_task_set() {
	tt_setup hold
	add_other
	tt add_session t k
	tt cmd k 0 1 simple direct $TUR
	tt wait
	tt clear
	s 2 simple
	o 3 simple
	o 4 simple
	tt tm i clear_task_set lun=0
	tt settle
	tt release all
	now "exec 2" "exec 3" "exec 4" "dev_tm d 3" "aborted 2" "aborted 3" "aborted 4" "tm clear_task_set 0"
	# Once to those who have lost commands, not to others.
	ua_is j 5 6/2f/00
	ua_is j 6 -
	ua_is k 7 -
	ua_is i 8 -
	tt control d tas=1
	s 12 simple
	o 13 simple
	tt tm i clear_task_set lun=0
	tt settle
	tt release all
	now "exec 12" "exec 13" "dev_tm d 3" "aborted 12" "done 13 40 - 0 0" "tm clear_task_set 0"
	ua_is j 14 -
	tt control d tst=1
	s 22 simple
	o 23 simple
	tt tm i clear_task_set lun=0
	tt settle
	tt release all
	now "exec 22" "exec 23" "dev_tm d 3" "aborted 22" "done 23 00 - 0 0" "tm clear_task_set 0"
}

test_functions_of_sessions() {
	tt_setup hold
	add_other
	s 2 simple
	o 3 simple
	tt tm i abort_all_sess
	tt settle
	tt release all
	now "exec 2" "exec 3" "dev_tm d 7" "aborted 2" "done 3 00 - 0 0" "tm abort_all_sess 0"
	ua_is i 4 -
	s 12 simple
	o 13 simple
	tt tm i nexus_loss_sess
	tt settle
	tt release all
	now "exec 12" "exec 13" "dev_tm d 6" "aborted 12" "done 13 00 - 0 0" "tm nexus_loss_sess 0"
	ua_is i 14 6/29/07
	ua_is j 15 -
	s 22 simple
	o 23 simple
	tt tm i abort_all
	tt settle
	tt release all
	now "exec 22" "exec 23" "dev_tm d 9" "dev_tm d 9" "aborted 22" "aborted 23" "tm abort_all 0"
	ua_is j 24 -
	s 32 simple
	o 33 simple
	tt tm i nexus_loss
	tt settle
	tt release all
	now "exec 32" "exec 33" "dev_tm d 8" "dev_tm d 8" "aborted 32" "aborted 33" "tm nexus_loss 0"
	ua_is i 34 6/29/07
	ua_is j 35 6/29/07
}

test_queries() {
	tt_setup hold
	add_other
	tt tm i query_task_set lun=0
	tt_expect "tm query_task_set 0"
	o 2 simple
	tt tm i query_task_set lun=0
	tt settle
	assertEquals "of others it says nothing" 2 "$(tt_count '^tm query_task_set 0')"
	s 3 ordered
	tt tm i query_task_set lun=0
	tt_expect "tm query_task_set 1"
	tt tm i query_task tag=3
	tt_expect "tm query_task 1"
	tt tm i query_task tag=4
	tt_expect "tm query_task 0"
	tt mode d pass
	tt release all
	tt wait
	tt clear
	tt tm i query_async_event lun=0
	now "tm query_async_event 0"
	tt ua d 5
	tt tm i query_async_event lun=0
	now "tm query_async_event 1 162a01"
	tt ua d 3
	tt tm i query_async_event lun=0
	now "tm query_async_event 1 263f0e"
	# It only looks.
	ua_is i 6 6/3f/0e
}

# ---- unit attentions ----

test_unit_attentions_in_order_once() {
	tt_setup
	for ua in 8 7 6 5 4 3 5 3; do
		tt ua d $ua
	done
	tag=10
	for sense in 6/3f/0e 6/2a/09 6/2a/01 6/3f/03 6/2f/00 6/28/00 -; do
		tag=$((tag + 1))
		ua_is i $tag $sense
	done
	# What says reset stands for what says less.
	for ua in 2 1 0; do
		tt ua d $ua
	done
	ua_is i 20 6/29/00
	ua_is i 21 -
}

test_exempt_commands() {
	tt_setup
	tt ua d 5
	tt ua d 3
	s 2 simple "$INQUIRY" in=36
	s 3 simple "$REPORT_LUNS" in=16
	now "exec 2" "done 2 00 - 0 36" "done 3 00 - 0 16"
	# REPORT LUNS has told that one; REQUEST SENSE tells the other.
	s 4 simple "$REQUEST_SENSE" in=18 show
	now "data 4 700006000000000a000000002a0100000000" "done 4 00 - 0 18"
	s 5 simple "$REQUEST_SENSE" in=18 show
	now "data 5 700000000000000a00000000000000000000" "done 5 00 - 0 18"
	ua_is i 6 -
}

test_unit_attention_that_did_not_arrive() {
	tt_setup hold
	tt ua d 5
	s 2 simple $TUR undelivered
	ua_is i 3 6/2a/01
	ua_is i 4 -
	tt ua d 5
	s 5 simple $TUR xmit_fail
	ua_is i 6 6/2a/01
	tt ua d 5
	s 7 simple $TUR xmit=hold
	tt tm i abort_task tag=7
	tt settle
	tt sent 7
	tt wait
	ua_is i 8 6/2a/01
	tt ua d 5
	s 9 simple "$REQUEST_SENSE" in=18 undelivered
	ua_is i 10 6/2a/01
	tt ua d 3
	s 11 simple "$REPORT_LUNS" in=16 undelivered
	ua_is i 12 6/3f/0e
	ua_is i 13 -
}

# ---- build options ----

# n_commands FIRST LAST: as many commands, of which those that are not held end.
n_commands() {
	_tag=$1
	while [ "$_tag" -le "$2" ]; do
		s "$_tag" simple
		_tag=$((_tag + 1))
	done
}

# DEBUG_TM holds two of sixteen; the set-up has sent the first.
test_debug_tm() {
	grep -q "^DEBUG_TM" "$PROC/version" || {
		skip "not built with DEBUG_TM"
		return
	}
	tt_setup
	dmesg_mark
	n_commands 2 16
	tt settle
	assertEquals "most go on" 13 "$(tt_count ^done)"
	assertEquals "two are held" 0 "$(tt_count '^done (15|16)')"
	for tag in 15 16; do
		tt tm i abort_task tag=$tag
	done
	tt_expect "aborted 15"
	tt_expect "aborted 16"
	for first in 17 33 49; do
		n_commands $first $((first + 15))
		tt tm i abort_task_set lun=0
		tt wait
	done
	wait_for dmesg_has "only resets help" || fail "no next phase"
	tt clear
	n_commands 65 80
	tt tm i abort_task_set lun=0
	tt settle 2000
	assertEquals "aborts do not help" 0 "$(tt_count '^(aborted|tm)')"
	tt tm i lun_reset lun=0
	tt wait
	assertEquals "a reset does" 2 "$(tt_count '^aborted')"
	grep -q ^TM_DBG_GO_OFFLINE "$PROC/version" || {
		assertTrue "and around again" "dmesg_has 'aborts help'"
		return
	}
	assertTrue "it says so" "dmesg_has 'it is offline'"
	tt clear
	n_commands 81 83
	tt tm i lun_reset lun=0
	tt settle 2000
	assertEquals "nothing is answered" "dev_tm d 4" "$(tt_log)"
	proc_ok groups/Default/devices "del d"
	tt wait
	assertEquals "until it is unmapped" 3 "$(tt_count '^aborted 8[123]')"
}

# ---- storm ----

# writer N SESSION: commands of every attribute and context, as fast as it goes.
storm_writer() {
	_n=$1 _stop=/tmp/storm.stop
	while [ ! -e $_stop ]; do
		for _attr in simple ordered simple hoq simple simple ordered aca; do
			for _context in direct atomic tasklet thread; do
				_n=$((_n + 1))
				echo "cmd $2 0 $_n $_attr $_context $TUR back=$_context"
				echo "cmd $2 0 $_n $_attr $_context $WRITE1 out=512"
				echo "cmd $2 0 $_n $_attr $_context $3 in=512 park"
			done
		done
		_n=$(($1 + _n % 100))
	done | while read -r _line; do
		echo "$_line" >"$TT"
		_writes=$((_writes + 1))
		[ $((_writes % 16)) != 0 ] || echo "release all" >"$TT"
	done 2>/dev/null
}

storm_tm() {
	while [ ! -e /tmp/storm.stop ]; do
		for _fn in "abort_task tag=1050" "abort_task_set lun=0" "clear_aca lun=0" "clear_task_set lun=0" \
			"abort_task tag=2020" "lun_reset lun=0" "query_task_set lun=0" target_reset; do
			echo "tm $1 $_fn" >"$TT"
			echo "release all" >"$TT"
		done
		echo clear >"$TT"
		for _control in tst=1 qerr=1 tas=1 qerr=3 tst=0 qerr=0 tas=0; do
			echo "control d $_control" >"$TT"
		done
	done 2>/dev/null
}

test_storm() {
	tt_setup
	add_other
	rm -f /tmp/storm.stop
	storm_writer 1000 i "$READ1" &
	storm_writer 2000 j 28000000090000000104 &
	storm_tm i &
	storm_tm j &
	for _second in 1 2 3 4 5 6; do
		sleep 2
		tt add_session t k
		echo "cmd k 0 1 simple direct $TUR" >"$TT"
		echo "cmd k 0 2 ordered thread $TUR" >"$TT"
		tt del_session k nowait
	done
	touch /tmp/storm.stop
	wait
	tt release all
	tt control d tst=0 qerr=0 tas=0
	tt tm i lun_reset lun=0
	tt release all
	tt wait
	# One unit attention for each kind of thing that happened: commands cleared, reset.
	for tag in 4001 4002 4003 4004; do
		s $tag simple
		tt wait
	done
	tt clear
	s 5001 ordered
	s 5002 simple
	tt wait
	assertEquals "its end is clean" "exec 5001
exec 5002" "$(tt_log | grep exec)"
	unload_testtgt
}
