# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Programs behind /dev/scst_user that die, stop, or say what makes no sense: initiators
# get errors in time, and nothing stays behind.

# shellcheck source=tests/guest/user.sh
. "$GUEST/user.sh"
# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

# Direct reads and writes without an end; their errors don't matter.
load() {
	while [ -e /tmp/load ]; do
		dd if="$1" of=/dev/null bs=128k iflag=direct status=none
		dd if=/dev/zero of="$1" bs=64k count=16 oflag=direct conv=nocreat status=none
	done 2>/dev/null
}

# took SECONDS COMMAND...: it ends in less than that, well or not.
took() {
	_limit=$1
	shift
	_began=$(cut -d. -f1 /proc/uptime)
	"$@" >/dev/null 2>&1
	_took=$(($(cut -d. -f1 /proc/uptime) - _began))
	assertTrue "$*: $_took s" "[ $_took -le $_limit ]"
}

test_killed_under_load() {
	for how in "reuse=3 multi" "parse=1" "background reuse=3" "slow=20 reuse=3" "forget"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 die $how || return
		touch /tmp/udisk.go
		touch /tmp/load
		load "$disk" &
		_load=$!
		sleep 0.7
		took 3 die die
		rm /tmp/load
		rm /tmp/udisk.go
		wait $_load
		no_disk $INI 0
	done
}

# A read that nobody answers ends with the program, not with its time limit.
test_forgotten_commands_end_with_the_program() {
	give 0 die forget || return
	touch /tmp/udisk.go
	sg_raw -t 120 -r 4096 "$disk" 28 00 00 00 00 00 00 00 08 00 >/tmp/raw.log 2>&1 &
	_raw=$!
	wait_for has_exec || fail "no command"
	kill -9 "$pid"
	took 2 wait $_raw
	assertTrue "HARDWARE ERROR, or no unit any more: $(cat /tmp/raw.log)" \
		"grep -qE 'Hardware Error|not supported|No such device|offline|transport' /tmp/raw.log"
	gone die
}

has_exec() {
	[ "$(cut -d' ' -f1 "/sys/block/${disk#/dev/}/device/iorequest_cnt" | xargs printf '%d')" -gt \
		"$(xargs printf '%d' <"/sys/block/${disk#/dev/}/device/iodone_cnt")" ]
}

# The reset of a unit whose program is stopped is answered, and so are its commands.
test_stopped_program() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	give 0 halt || return
	kill -STOP "$pid"
	sg_raw -t 120 -r 4096 "$disk" 28 00 00 00 00 00 00 00 08 00 >/tmp/raw.log 2>&1 &
	_raw=$!
	wait_for has_exec || fail "no command"
	took 6 sg_reset -N -d "$disk"
	took 6 wait $_raw
	kill -CONT "$pid"
	sg_turs "$disk" >/dev/null 2>&1
	sg_turs "$disk" >/dev/null 2>&1
	dd if="$disk" of=/dev/null bs=64k count=4 iflag=direct status=none || fail "doesn't go on"
	assertTrue "told of the reset" "[ $(counts halt tm_received) -ge 1 ]"
	stop halt
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
}

# A command that the program holds is aborted; late answers are no mistake.
test_aborted_while_held() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	for how in "slow=3000" "slow=3000 reuse=3 multi"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 held $how || return
		touch /tmp/udisk.go
		sg_raw -t 120 -r 4096 "$disk" 28 00 00 00 00 00 00 00 08 00 >/tmp/raw.log 2>&1 &
		_raw=$!
		wait_for has_exec || fail "no command"
		sleep 0.3
		took 4 sg_reset -N -d "$disk"
		took 4 wait $_raw
		rm /tmp/udisk.go
		sleep 4
		assertTrue "$how: told" "[ $(counts held tm_received) -ge 1 ] && [ $(counts held tm_done) -ge 1 ]"
		stop held
	done
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
}

# A session ends while the program has commands of it, and hasn't got others.
test_session_ends_while_the_program_is_stopped() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	through_testtgt ends threads=1 slow=800 || return
	touch /tmp/udisk.go
	s 5 simple $READ1 in=512
	sleep 0.3
	kill -STOP "$pid"
	s 6 simple $READ1 in=512
	s 7 simple $READ1 in=512
	tt del_session i nowait
	tt expect aborted 6
	tt expect aborted 7
	took 3 tt expect unregistered i
	assertEquals "all are aborted" 3 "$(tt_count '^aborted')"
	rm /tmp/udisk.go
	kill -CONT "$pid"
	o 8 simple $READ1 in=512
	tt expect "done 8 00 - 0 512"
	wait_for has_count ends detach 1 || fail "the program isn't told of the end"
	assertEquals "told first" "1 1" "$(counts ends tm10) $(counts ends tm_done)"
	# The program is there: nothing has to be waited for.
	o 9 simple $READ1 in=512
	tt del_session j nowait
	took 2 tt expect unregistered j
	wait_for has_count ends detach 2 || fail "the program isn't told of the second end"
	assertEquals "each has its end" "2 2" "$(counts ends tm10) $(counts ends tm_done)"
	rmmod scst_testtgt
	stop ends
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
}

# pr SESSION TAG SA-AND-TYPE OLD-KEY NEW-KEY: PERSISTENT RESERVE OUT
pr() {
	tt cmd "$1" 0 "$2" simple direct "5f${3}00000000001800" out=24 "data=${4}${5}"
}

test_preempt_and_abort_while_the_program_is_stopped() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	through_testtgt pr threads=1 slow=800 || return
	pr i 2 0000 0000000000000000 00000000000000a1
	pr j 2 0000 0000000000000000 00000000000000b1
	pr i 3 0101 00000000000000a1 0000000000000000
	tt wait
	assertEquals "registered, reserved: $(tt_log)" 3 "$(tt_count '^done [23] 00')"
	tt clear
	touch /tmp/udisk.go
	s 5 simple $READ1 in=512
	sleep 0.3
	kill -STOP "$pid"
	s 6 simple $READ1 in=512
	pr j 7 0501 00000000000000b1 00000000000000a1
	took 3 tt expect "done 7 00 - 0 0"
	assertEquals "of the one that is preempted: $(tt_log)" 2 "$(tt_count '^aborted [56]')"
	rm /tmp/udisk.go
	kill -CONT "$pid"
	o 8 simple $READ1 in=512
	tt expect "done 8 00 - 0 512"
	wait_for has_count pr tm_done 1 || fail "the end isn't told"
	assertEquals "PR_ABORT_ALL, once" "1 1" "$(counts pr tm11) $(counts pr tm_received)"
	# The program answers: the command waits for its answer, and ends.
	s 9 simple $TUR
	pr i 10 0000 0000000000000000 00000000000000a2
	tt wait
	assertEquals "told, registered again: $(tt_log)" 2 "$(tt_count '^done (9 02 6/2a/05|10 00)')"
	pr j 11 0501 00000000000000b1 00000000000000a2
	took 1 tt expect "done 11 00 - 0 0"
	assertEquals "told again, to its end" "2 2" "$(counts pr tm11) $(counts pr tm_done)"
	rmmod scst_testtgt
	stop pr
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
}

# Memory that isn't there: HARDWARE ERROR, and the device goes on.
test_bad_memory() {
	for how in bad_memory lost_memory "bad_memory reuse=3" "lost_memory reuse=3"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 mem $how || return
		kill -HUP "$pid"	# no good buffer is left
		sleep 0.2
		touch /tmp/udisk.go
		for cdb in "12 00 00 00 24 00" "28 00 00 00 00 00 00 00 08 00"; do
			# shellcheck disable=SC2086
			sg_raw -r 4096 "$disk" $cdb >/tmp/raw.log 2>&1
			assertTrue "$how: $(cat /tmp/raw.log)" "grep -q 'Hardware Error' /tmp/raw.log"
		done
		sg_raw -s 512 -i /dev/zero "$disk" 2a 00 00 00 00 00 00 00 01 00 >/tmp/raw.log 2>&1
		assertTrue "$how, out: $(cat /tmp/raw.log)" "grep -q 'Hardware Error' /tmp/raw.log"
		rm /tmp/udisk.go
		sg_raw -r 4096 "$disk" 28 00 00 00 00 00 00 00 08 00 >/tmp/raw.log 2>&1 ||
			fail "$how, later: $(cat /tmp/raw.log)"
		die mem
		no_disk $INI 0
	done
}

test_refused_sessions() {
	start refuse refuse || return
	proc_err EPERM groups/Default/devices "add refuse 0"
	no_disk $INI 0
	assertEquals "no end of what didn't begin" 0 "$(counts refuse detach)"
	stop refuse
}

test_registration_is_checked() {
	"$PEERS/udisk" no license=Proprietary >/tmp/udisk.log 2>&1
	assertEquals "licence" "register: 1" "$(cat /tmp/udisk.log)"
	for how in "no block=500" "no type=31" "no parse=9" "no qerr=2" "no d_sense=2" "no queue_alg=2" "a/b" "a!b"; do
		# shellcheck disable=SC2086
		timeout 5 "$PEERS/udisk" $how >/tmp/udisk.log 2>&1
		assertEquals "$how" "register: 22" "$(cat /tmp/udisk.log)"
	done
	start twice || return
	"$PEERS/udisk" twice >/tmp/udisk.log 2>&1
	assertEquals "name in use" "register: 22" "$(cat /tmp/udisk.log)"
	stop twice
}

# Random ioctls, while what they register is mapped and used (tests/user/fuzz_user.c).
test_random_ioctls() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	"$PEERS/fuzz_user" "${STORM_SECONDS:-2}" ${FUZZ_SEED:+"$FUZZ_SEED"} >/tmp/fuzz.log 2>&1 &
	_fuzz=$!
	while kill -0 $_fuzz 2>/dev/null; do
		for _n in 0 1 2 3 4 5 6 7; do
			is_gone fz$_n || echo "add fz$_n $_n" | proc_write groups/Default/devices >/dev/null
			sleep 0.1
		done
	done
	wait $_fuzz || fail "$(cat /tmp/fuzz.log)"
	tail -n 1 /tmp/fuzz.log
	wait_for no_devices || fail "a device stays: $(proc_read scsi_tgt)"
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
	give 0 after reuse=3 || return
	stop after
}
