# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites about devices of programs (tests/user/udisk.c). To be read after lib.sh;
# gives the suite shunit2's functions.
#
#	start NAME [WORD...]	a program with a device; its number is in $pid
#	give LUN NAME [WORD...]	the same, mapped; its disk is in $disk
#	through_testtgt NAME WORD...	likewise, for sessions i and j of the test driver
#				(tests/guest/testtgt.sh) as well
#	counts NAME WHAT	how often the program has had such a subcommand
#	stop NAME		end it, it must have nothing to complain about
#	die NAME		kill -9
#	gone NAME		wait until the device is

PEERS=${GUEST%/*}/peers
INI=user-ini

oneTimeSetUp() {
	modprobe scst
	modprobe scst_user
	modprobe scst_local target=user-tgt initiator=$INI "$@" || fail "can't load the modules"
}

oneTimeTearDown() {
	is_loaded scst || return 0
	for _module in scst_local scst_user scst; do
		wait_for rmmod $_module 2>/tmp/rmmod.err || fail "can't unload $_module: $(cat /tmp/rmmod.err)"
	done
}

setUp() {
	dmesg_mark
}

# Whatever a test has left.
tearDown() {
	rm -f /tmp/udisk.hold
	! is_loaded scst_testtgt || rmmod scst_testtgt || fail "can't unload scst_testtgt"
	for _pid in /tmp/udisk.*.pid; do
		[ ! -e "$_pid" ] || ! kill -9 "$(cat "$_pid")" 2>/dev/null || wait "$(cat "$_pid")" 2>/dev/null
	done
	wait_for no_devices || fail "a device stays"
	rm -f /tmp/udisk.*
	! grep -q " /tmp/mnt" /proc/mounts || umount /tmp/mnt
}

no_devices() {
	! is_loaded scst || ! proc_read scsi_tgt | grep -q dev_user
}

is_ready() {
	grep -qsE '^(ready|register)' "/tmp/udisk.$1.log"
}

start() {
	_name=$1
	rm -f "/tmp/udisk.$1.log"
	"$PEERS/${UDISK:-udisk}" "$@" >"/tmp/udisk.$_name.log" 2>&1 &
	pid=$!
	echo $pid >"/tmp/udisk.$_name.pid"
	wait_for is_ready "$_name"
	grep -q '^ready' "/tmp/udisk.$_name.log" || {
		fail "no device $*: $(cat "/tmp/udisk.$_name.log")"
		return 1
	}
}

give() {
	_lun=$1
	shift
	start "$@" && proc_ok groups/Default/devices "add $1 $_lun" || return
	disk=$(wait_disk $INI "$_lun") || return
	sg_turs "$disk" >/dev/null 2>&1
	return 0
}

through_testtgt() {
	modprobe scst_testtgt || fail "no scst_testtgt"
	give 0 "$@" || return
	tt add_target t
	tt add_session t i
	tt add_session t j
	tt cmd i 0 1 simple direct "$TUR"
	tt cmd j 0 1 simple direct "$TUR"
	tt wait
	tt clear
}

has_count() {
	[ "$(counts "$1" "$2")" = "$3" ]
}

has_counts() {
	[ "$(grep -c '^attach=' "/tmp/udisk.$1.log")" -gt "$2" ]
}

counts() {
	_before=$(grep -c '^attach=' "/tmp/udisk.$1.log")
	kill -USR1 "$(cat "/tmp/udisk.$1.pid")"
	wait_for has_counts "$1" "$_before"
	grep '^attach=' "/tmp/udisk.$1.log" | tail -n 1 | tr ' ' '\n' | sed -n "s/^$2=//p"
}

gone() {
	wait_for is_gone "$1" || fail "device $1 stays"
}

is_gone() {
	! proc_read scsi_tgt | grep -q "^$1 "
}

stop() {
	_pid=$(cat "/tmp/udisk.$1.pid")
	kill -TERM "$_pid"
	wait "$_pid" || fail "$1 complains: $(grep BAD "/tmp/udisk.$1.log" | sort | uniq -c)"
	rm "/tmp/udisk.$1.pid"
	gone "$1"
}

die() {
	_pid=$(cat "/tmp/udisk.$1.pid")
	kill -9 "$_pid"
	wait "$_pid" 2>/dev/null
	rm "/tmp/udisk.$1.pid"
	gone "$1"
}
