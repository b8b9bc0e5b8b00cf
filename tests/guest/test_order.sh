# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Task sets: the order of commands by their task attributes, what an ACA holds up,
# what QErr aborts, and how many commands an initiator may have (SAM-5 5.9, 8).

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

NACA_TUR=000000000004
NACA_BEYOND=28000000090000000104	# READ 10 beyond the end
PREEMPT_ABORT=5f050000000000001800

setUp() {
	load_testtgt
}

tearDown() {
	unload_testtgt
}

nothing() {
	tt settle
	assertEquals "nothing happens" "" "$(tt_log)"
}

test_simple_commands_do_not_wait() {
	tt_setup hold
	s 2 simple
	s 3 untagged
	s 4 simple
	tt_is "exec 2" "exec 3" "exec 4"
	tt release all
	now "done 2 00 - 0 0" "done 3 00 - 0 0" "done 4 00 - 0 0"
}

test_ordered_waits_and_is_waited_for() {
	tt_setup hold
	s 2 simple
	s 3 simple
	s 4 ordered
	s 5 simple
	s 6 simple
	s 7 ordered
	now "exec 2" "exec 3"
	tt release 3
	now "done 3 00 - 0 0"
	tt release 2
	now "done 2 00 - 0 0" "exec 4"
	tt release 4
	now "done 4 00 - 0 0" "exec 5" "exec 6"
	tt release 6
	tt release 5
	now "done 5 00 - 0 0" "done 6 00 - 0 0" "exec 7"
	tt release 7
	tt wait
	tt_is "done 7 00 - 0 0"
	# Long after the last of them nothing is counted any more.
	sleep 1.2
	s 8 simple
	s 9 simple
	tt release 8
	s 10 ordered
	now "exec 8" "exec 9" "done 8 00 - 0 0"
	tt release 9
	now "done 9 00 - 0 0" "exec 10"
	tt release 10
}

test_ordered_commands_keep_their_order() {
	tt_setup hold
	for tag in 11 12 13 14 15; do
		s $tag ordered
	done
	now "exec 11"
	for tag in 11 12 13 14; do
		tt release $tag
		now "done $tag 00 - 0 0" "exec $((tag + 1))"
	done
	tt release 15
}

test_head_of_queue_goes_first() {
	tt_setup hold
	s 2 simple
	s 3 ordered
	s 4 simple
	s 5 hoq
	now "exec 2" "exec 5"
	tt release 2
	now "done 2 00 - 0 0"
	s 6 hoq
	now "exec 6"
	tt release 5
	now "done 5 00 - 0 0"
	tt release 6
	now "done 6 00 - 0 0" "exec 3"
	s 7 hoq
	now "exec 7"
	tt release 3
	now "done 3 00 - 0 0"
	tt release 7
	now "done 7 00 - 0 0" "exec 4"
	tt release 4
}

# A command has its place from its arrival on, not from its data's.
test_place_is_that_of_arrival() {
	tt_setup
	s 2 simple "$WRITE1" out=512 rx=hold
	s 3 ordered
	s 4 simple
	nothing
	tt rx 2 success
	now "exec 2" "done 2 00 - 0 0" "exec 3" "done 3 00 - 0 0" "exec 4" "done 4 00 - 0 0"
	# An ORDERED one that is not ready holds up those after it.
	s 5 ordered "$WRITE1" out=512 rx=hold
	s 6 simple
	nothing
	tt rx 5 success
	tt wait
	assertEquals "exec 5 before 6" "exec 5
exec 6" "$(tt_log | grep exec)"
}

# It counts until its response is sent.
test_ended_is_after_the_response() {
	tt_setup
	s 2 simple $TUR xmit=hold
	s 3 ordered
	now "exec 2" "done 2 00 - 0 0"
	tt sent 2
	now "exec 3" "done 3 00 - 0 0"
}

test_a_refused_command_holds_up_nobody() {
	tt_setup hold
	s 2 simple
	s 3 ordered ff0000000000
	s 4 simple
	tt settle
	assertEquals "refused" 1 "$(tt_count '^done 3 02 5/20/00')"
	assertEquals "goes on" 1 "$(tt_count '^exec 4')"
	tt release all
}

test_every_context() {
	for dev in "" thr; do
		# shellcheck disable=SC2086
		tt_setup $dev
		tag=10
		for context in direct block atomic tasklet thread; do
			for attr in simple ordered hoq simple ordered; do
				tag=$((tag + 1))
				tt cmd i 0 $tag $attr $context $TUR back=$context
				tt cmd i 0 $((tag + 500)) $attr $context $WRITE1 out=512 back=$context
			done
		done
		tt wait
		assertEquals "all end" 50 "$(tt_count '^done [0-9]* 00 - 0 0')"
		unload_testtgt
		load_testtgt
	done
}

test_an_aborted_one_leaves_the_queue_at_once() {
	tt_setup hold
	s 2 simple
	s 3 ordered
	s 4 simple
	s 5 ordered
	s 6 simple
	now "exec 2"
	tt tm i abort_task tag=5
	now "aborted 5" "tm abort_task 0"
	tt tm i abort_task tag=3
	now "aborted 3" "tm abort_task 0" "exec 4" "exec 6"
	s 7 ordered
	s 8 ordered
	s 9 simple
	tt tm i abort_task_set lun=0
	tt settle
	assertEquals "the waiting ones are gone" 3 "$(tt_count '^aborted [789]')"
	assertEquals "no answer yet" 0 "$(tt_count '^tm')"
	tt release all
	tt_expect "tm abort_task_set 0"
	assertEquals "so are the others" 6 "$(tt_count '^aborted')"
	s 10 simple $TUR pass
	tt wait
	assertEquals "and the way is free" 1 "$(tt_count '^done 10 00')"
}

# Aborted while its data come: it does not hold up others meanwhile.
test_an_aborted_one_that_is_not_ready() {
	tt_setup
	s 2 ordered "$WRITE1" out=512 rx=hold
	s 3 simple
	nothing
	tt tm i abort_task tag=2
	now "exec 3" "done 3 00 - 0 0"
	tt rx 2 success
	now "aborted 2" "tm abort_task 0"
}

test_sets_of_all_and_of_each_nexus() {
	tt_setup hold
	add_other
	s 2 simple
	o 3 ordered
	s 4 simple
	now "exec 2"
	tt release 2
	now "done 2 00 - 0 0" "exec 3"
	tt release 3
	now "done 3 00 - 0 0" "exec 4"
	tt release 4
	tt wait
	tt clear
	tt control d tst=1
	s 12 simple
	o 13 ordered
	s 14 simple
	o 15 simple
	now "exec 12" "exec 13" "exec 14"
	tt release 13
	now "done 13 00 - 0 0" "exec 15"
	tt release all
}

test_nexus_goes_while_its_commands_wait() {
	tt_setup hold
	add_other
	s 2 simple
	o 3 ordered
	o 4 simple
	s 5 simple
	now "exec 2"
	tt del_session j nowait
	tt release 2
	tt settle
	tt release 3
	now "done 2 00 - 0 0" "exec 3" "done 3 00 - 0 0" "exec 4" "exec 5"
	tt release 5
	tt release 4
	tt_expect "unregistered j"
	tt wait
}

# ---- ACA ----

test_aca_is_established_and_cleared() {
	tt_setup hold
	s 2 simple
	s 3 simple
	tt clear
	s 4 simple $NACA_BEYOND in=512
	tt_is "done 4 02 5/21/00 512 0"
	# New ones of this nexus, but with the ACA attribute, and one of those.
	s 5 simple
	s 6 ordered
	s 7 hoq
	tt_is "done 5 30 - 0 0" "done 6 30 - 0 0" "done 7 30 - 0 0"
	s 8 aca
	s 9 aca
	now "exec 8" "done 9 30 - 0 0"
	# What runs goes on.
	tt release 2
	now "done 2 00 - 0 0"
	# CLEAR ACA takes the ACA commands along.
	tt tm i clear_aca lun=0
	nothing_but_dev_tm
	tt release 8
	now "aborted 8" "tm clear_aca 0"
	s 10 simple
	now "exec 10"
	tt release all
	tt wait
	tt clear
	# Without an ACA the function does nothing, and the attribute is wrong.
	tt tm i clear_aca lun=0
	now "dev_tm d 2" "tm clear_aca 0"
	s 11 aca
	tt_is "done 11 02 5/49/00 0 0"
}

nothing_but_dev_tm() {
	tt settle
	assertEquals "not answered yet" "dev_tm d 2" "$(tt_log)"
	tt clear
}

test_aca_command_ends_it_or_goes_on() {
	tt_setup hold
	s 2 simple $NACA_BEYOND in=512
	s 3 aca
	tt fail 3 4 0x44 0	# NACA = 0: the ACA is over
	tt clear
	s 4 simple
	now "exec 4"
	tt release 4
	s 5 simple $NACA_BEYOND in=512
	s 6 aca $NACA_TUR
	tt fail 6 4 0x44 0	# NACA = 1: there is a new one
	tt wait
	tt clear
	s 7 simple
	tt_is "done 7 30 - 0 0"
	s 8 aca $TUR pass	# GOOD: it stays
	tt wait
	tt clear
	s 9 simple
	tt_is "done 9 30 - 0 0"
	tt tm i lun_reset lun=0
	tt_expect "tm lun_reset 0"
	s 10 simple $TUR pass
	s 11 simple $TUR pass
	tt wait
	assertEquals "the reset's unit attention" 1 "$(tt_count '^done 10 02 6/29/03')"
	assertEquals "and no ACA" 1 "$(tt_count '^done 11 00')"
}

test_aca_holds_up_what_has_not_begun() {
	tt_setup
	s 2 simple "$WRITE1" out=512 rx=hold
	s 3 simple $NACA_BEYOND in=512
	tt rx 2 success
	tt settle
	assertEquals "blocked" 0 "$(tt_count '^exec')"
	tt clear
	tt tm i clear_aca lun=0
	now "dev_tm d 2" "tm clear_aca 0" "exec 2" "done 2 00 - 0 0"
	# One that is blocked can be aborted.
	s 4 simple "$WRITE1" out=512 rx=hold
	s 5 simple $NACA_BEYOND in=512
	tt rx 4 success
	tt clear
	tt tm i abort_task tag=4
	now "aborted 4" "tm abort_task 0"
	tt tm i clear_aca lun=0
	tt wait
}

test_aca_and_other_initiators() {
	tt_setup
	add_other
	s 2 simple $NACA_BEYOND in=512
	tt clear
	o 3 simple
	o 4 simple $NACA_TUR
	o 5 aca
	tt_is "done 3 08 - 0 0" "done 4 30 - 0 0" "done 5 08 - 0 0"
	o 6 simple $PREEMPT_ABORT out=24
	tt wait
	assertEquals "the way out" 0 "$(tt_count '^done 6 (08|30)')"
	tt clear
	tt tm j clear_aca lun=0
	tt wait
	o 7 simple
	assertEquals "it is not theirs to clear" 1 "$(tt_count '^done 7 08')"
	# The faulted nexus goes, and so does its ACA.
	tt del_session i
	tt clear
	o 8 simple
	now "exec 8" "done 8 00 - 0 0"
	tt control d tst=1
	tt add_session t i
	s 9 simple
	s 10 simple $NACA_BEYOND in=512
	tt clear
	s 11 simple
	o 12 simple
	now "done 11 30 - 0 0" "exec 12" "done 12 00 - 0 0"
}

# ---- QErr, TAS ----

test_qerr() {
	tt_setup hold
	add_other
	tt control d qerr=0
	s 2 simple
	s 3 simple
	o 4 simple
	tt fail 2 4 0x44 0
	tt release 3
	tt release 4
	now "exec 2" "exec 3" "exec 4" "done 2 02 4/44/00 0 0" "done 3 00 - 0 0" "done 4 00 - 0 0"

	tt control d qerr=1
	for tag in 12 13; do
		s $tag simple
		o $((tag + 10)) simple
	done
	s 14 ordered
	tt clear
	tt fail 12 4 0x44 0
	now "aborted 14" "done 12 02 4/44/00 0 0"
	tt release all
	now "aborted 13" "aborted 22" "aborted 23"
	# TAS = 0: the other one is told by a unit attention, once.
	o 24 simple $TUR pass
	o 25 simple $TUR pass
	s 15 simple $TUR pass
	now "done 24 02 6/2f/00 0 0" "exec 25" "done 25 00 - 0 0" "exec 15" "done 15 00 - 0 0"

	tt control d tas=1
	s 32 simple
	o 33 simple
	tt clear
	tt fail 32 4 0x44 0
	tt release 33
	o 34 simple $TUR pass
	now "done 32 02 4/44/00 0 0" "done 33 40 - 0 0" "exec 34" "done 34 00 - 0 0"

	tt control d qerr=3
	s 42 simple
	s 43 simple
	o 44 simple
	tt clear
	tt fail 42 4 0x44 0
	tt release all
	now "done 42 02 4/44/00 0 0" "aborted 43" "done 44 00 - 0 0"
	tt control d qerr=1 tst=1
	s 52 simple
	s 53 simple
	o 54 simple
	tt clear
	tt fail 52 4 0x44 0
	tt release all
	now "done 52 02 4/44/00 0 0" "aborted 53" "done 54 00 - 0 0"
}

# ---- the limit ----

test_task_set_full() {
	assertEquals 48 "$(cat /sys/module/scst/parameters/scst_max_tgt_dev_commands)"
	tt_setup hold
	add_other
	tag=100
	while [ $tag -lt 148 ]; do
		echo "cmd i 0 $tag simple direct $TUR" >"$TT"
		tag=$((tag + 1))
	done
	assertEquals "all are let in" 48 "$(tt_count '^exec')"
	tt clear
	s 200 simple
	s 201 hoq
	tt_is "done 200 28 - 0 0" "done 201 28 - 0 0"
	o 202 simple $TUR pass
	tt_is "exec 202" "done 202 00 - 0 0"
	tt release 117
	tt_is "done 117 00 - 0 0"
	s 203 simple
	s 204 simple
	tt_is "exec 203" "done 204 28 - 0 0"
	tt release all
	tt wait
	tt clear
	# Refused ones have not used anything up.
	while [ $tag -lt 196 ]; do
		echo "cmd i 0 $tag simple direct $TUR" >"$TT"
		tag=$((tag + 1))
	done
	assertEquals "as many as before" 48 "$(tt_count '^exec')"
	tt release all
}

# fill NUMBER: as many commands at once; the log has their exec.
fill_up() {
	_tag=0
	while [ $_tag -lt "$1" ]; do
		_tag=$((_tag + 1))
		echo "cmd i 0 $((_tag + 300)) simple direct $TUR" >"$TT"
	done
}

test_limit_is_a_parameter() {
	for max in 1 5 0; do
		unload_testtgt
		modprobe scst scst_max_tgt_dev_commands=$max
		load_testtgt
		tt_setup hold
		fill_up 70
		if [ $max = 0 ]; then
			assertEquals "no limit" 70 "$(tt_count ^exec)"
		else
			assertEquals "limit $max" $max "$(tt_count ^exec)"
			assertEquals "the others" $((70 - max)) "$(tt_count '^done [0-9]* 28')"
		fi
		tt release all
		tt wait
	done
}

# Arrivals on one CPU, ends on another.
test_limit_over_cpus() {
	tt_setup hold
	for round in 1 2 3 4 5 6; do
		for cpu in 0 $(($(nproc) - 1)); do
			taskset $((1 << cpu)) sh -c "
				for tag in $(seq -s ' ' $((round * 1000 + cpu * 100)) $((round * 1000 + cpu * 100 + 23))); do
					echo \"cmd i 0 \$tag simple direct $TUR\" >$TT
				done"
		done
		assertEquals "48 in round $round" 48 "$(tt_count '^exec')"
		taskset $((1 << (round % 2 * ($(nproc) - 1)))) sh -c "
			echo \"cmd i 0 9$round simple direct $TUR\" >$TT"
		assertEquals "and no more" 1 "$(tt_count "^done 9$round 28")"
		tt release all
		tt wait
		tt clear
	done
}

# ---- build options ----

test_strict_serializing() {
	grep -q "Strict serializing" "$PROC/version" || {
		skip "not built with STRICT_SERIALIZING"
		return
	}
	tt_setup hold
	add_other
	tt control d tst=1
	s 2 simple
	s 3 simple
	s 4 hoq
	o 5 simple
	now "exec 2"
	tt release 2
	now "done 2 00 - 0 0" "exec 4"
	tt tm i abort_task tag=4
	tt settle
	tt release 4
	now "aborted 4" "tm abort_task 0" "exec 3"
	tt release 3
	now "done 3 00 - 0 0" "exec 5"
	tt release 5
	tt wait
}
