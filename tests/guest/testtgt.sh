# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the functional suites: the test driver and its devices (tests/kmod/testtgt,
# whose main.c explains commands and log). Source it after lib.sh.
#
#	load_testtgt			scst_testtgt, and so scst
#	unload_testtgt			likewise; both must succeed
#	tt COMMAND...			a command that must be accepted
#	tt_err COMMAND...		one that must be refused
#	tt_setup DEVICE-OPTION...	target t, device d as LUN 0 of Default,
#					session i; its power-on unit attention is gone
#	tt_log				the log
#	tt_is LINE...			the whole log must be these lines; clears it
#	tt_expect LINE			wait until the log has this line
#	tt_count PATTERN		how many lines match

TT=$PROC/testtgt/testtgt
# CDBs; for the suites.
# shellcheck disable=SC2034
TUR=000000000000
# shellcheck disable=SC2034
READ1=28000000000000000100	# READ 10, one block
# shellcheck disable=SC2034
WRITE1=2a000000000000000100

load_testtgt() {
	modprobe scst_testtgt || fail "can't load scst_testtgt: see the kernel's log"
}

unload_testtgt() {
	! is_loaded scst_testtgt || wait_for rmmod scst_testtgt 2>/tmp/rmmod.err || {
		fail "can't unload scst_testtgt: $(tail -n 1 /tmp/rmmod.err)"
		return 1
	}
	unload_modules
}

# Without a process for each: a test has hundreds of them.
tt() {
	{ printf '%s\n' "$*" >"$TT"; } 2>/dev/null && return
	fail "testtgt: '$*' was refused: $(cat "$PROC/last_result")"
	return 1
}

tt_err() {
	printf '%s\n' "$*" | proc_write testtgt/testtgt >/dev/null || return 0
	fail "'$*' was accepted"
	return 1
}

tt_log() {
	cat "$TT"
}

tt_expect() {
	tt expect "$@" || {
		echo "the log:"
		tt_log
		return 1
	}
}

tt_is() {
	assertEquals "the log" "$(printf '%s\n' "$@")" "$(tt_log)"
	tt clear
}

tt_count() {
	tt_log | grep -cE "$1"
}

tt_setup() {
	tt add_target t
	tt add_device d "$@"
	proc_ok groups/Default/devices "add d 0"
	tt add_session t i
	tt cmd i 0 1 simple direct $TUR
	tt wait
	tt clear
}

# s TAG ATTR [CDB [OPTION...]]: a command of session i; o: of session j.
s() {
	_tag=$1 _attr=$2 _cdb=${3:-$TUR}
	shift 2
	[ $# = 0 ] || shift
	tt cmd i 0 "$_tag" "$_attr" direct "$_cdb" "$@"
}

o() {
	_tag=$1 _attr=$2 _cdb=${3:-$TUR}
	shift 2
	[ $# = 0 ] || shift
	tt cmd j 0 "$_tag" "$_attr" direct "$_cdb" "$@"
}

# A second initiator, whose power-on unit attention is gone.
add_other() {
	tt add_session t j
	o 1 simple
	tt wait
	tt clear
}

# now LINE...: the log is these lines, once it has come to rest; in any order.
now() {
	for _line in "$@"; do
		tt expect "$_line" || break
	done
	tt settle
	assertEquals "the log" "$(printf '%s\n' "$@" | sort)" "$(tt_log | sort)"
	tt clear
}
