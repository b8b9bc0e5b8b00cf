# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites about our programs behind /dev/scst_user. To be read after lib.sh.
#
#	programs_load, programs_unload	the modules, with a session of $INI
#	serve NAME PROGRAM [ARG...]	start it, wait for its device NAME
#	end NAME			SIGTERM; it must end with status 0
#	end_all				whatever is left, and wait for the devices to go
#	map NAME LUN			give it to initiators

PEERS=${GUEST%/*}/peers
INI=programs-ini

programs_load() {
	modprobe scst
	modprobe scst_user
	modprobe scst_local target=programs-tgt initiator=$INI || fail "can't load the modules"
	rm -f /tmp/served.*
}

programs_unload() {
	is_loaded scst || return 0	# shunit2 calls it again at its end
	for _module in scst_local scst_user scst; do
		wait_for rmmod $_module 2>/tmp/rmmod.err || fail "can't unload $_module: $(cat /tmp/rmmod.err)"
	done
}

is_served() {
	proc_read scsi_tgt | grep -q "^$1 " || ! kill -0 "$(cat "/tmp/served.$1")" 2>/dev/null
}

serve() {
	_name=$1 _program=$2
	shift 2
	"$PEERS/$_program" "$@" >"/tmp/log.$_name" 2>&1 &
	echo $! >"/tmp/served.$_name"
	wait_for is_served "$_name"
	proc_read scsi_tgt | grep -q "^$_name " || {
		fail "$_program $*: no device $_name: $(cat "/tmp/log.$_name")"
		return 1
	}
}

is_unknown() {
	! is_loaded scst || ! proc_read scsi_tgt | grep -q "^$1 "
}

end() {
	_pid=$(cat "/tmp/served.$1") || return
	rm -f "/tmp/served.$1"
	kill -TERM "$_pid"
	wait "$_pid" || fail "$1: status $?: $(tail -n 3 "/tmp/log.$1")"
	wait_for is_unknown "$1" || fail "device $1 stays"
}

end_all() {
	for _file in /tmp/served.*; do
		[ ! -e "$_file" ] || end "${_file#/tmp/served.}"
	done
}

map() {
	proc_ok groups/Default/devices "add $1 $2"
}
