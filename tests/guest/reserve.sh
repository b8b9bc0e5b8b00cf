# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the suites about reservations: initiators of one disk, and what they are told.
#
#	sessions NAME...		log ini.NAME in at t1; $NAME: sg device of LUN 0
#	sg_of DISK			its sg device
#	result DEVICE CDB-WORD...	good, conflict, or the sense data in words; $data
#					has options of sg_raw
#	expect WANTED DEVICE CDB-WORD...	that must be the result
#	ready WANTED DEVICE		of TEST UNIT READY
#	reads WANTED DEVICE, writes WANTED DEVICE
#	out WANTED DEVICE OPTION...	of sg_persist --out
#	raw_out WANTED DEVICE ACTION SCOPE+TYPE LENGTH, with what bytes HEX... has made
#	forget DEVICE			take all unit attentions

sessions() {
	for name; do
		add_session t1 "ini.$name" || return
		disk=$(wait_disk "ini.$name" 0) || return
		eval "$name=$(sg_of "$disk")"
	done
}

# Whoever is logged in.
no_sessions() {
	[ -e "$PROC/scst_local/scst_local" ] || return 0
	sed 1d "$PROC/scst_local/scst_local" >/tmp/local.sessions
	while read -r target initiator _; do
		del_session "$target" "$initiator"
	done </tmp/local.sessions
}

sg_of() {
	basename "$(echo "/sys/block/${1#/dev/}"/device/scsi_generic/sg*)" | sed 's,^,/dev/,'
}

# What a command of sg3_utils has ended with, from its status and what it has said.
verdict() {
	case $1 in
	0) echo good ;;
	24) echo conflict ;;
	*)
		sed -n 's/.*[Ss]ense key: *//p; s/.*Additional sense: *//p; s/^ *Field pointer: *//p
			s/.*Error in \(Data\|Command\).*: byte \([0-9]*\).*/\1 byte \2/p' "$2" | tr '\n' '|'
		;;
	esac
}

result() {
	device=$1
	shift
	# shellcheck disable=SC2086 # options
	sg_raw ${data:-} "$device" "$@" >/tmp/raw.log 2>&1
	verdict $? /tmp/raw.log
}

expect() {
	wanted=$1
	shift
	got=$(result "$@")
	case $got in
	"$wanted"*) ;;
	*) fail "$*: '$got', expected '$wanted'" ;;
	esac
}

ready() {
	expect "$1" "$2" 00 00 00 00 00 00
}

reads() {
	data="-r 512" expect "$1" "$2" 28 00 00 00 00 00 00 00 01 00
}

writes() {
	data="-s 512 -i /dev/zero" expect "$1" "$2" 2a 00 00 00 00 00 00 00 01 00
}

# Some may have two things to say.
forget() {
	while [ "$(result "$1" 00 00 00 00 00 00)" != good ]; do
		left=$((${left:-20} - 1))
		[ $left -gt 0 ] || break
	done
	left=
}

# persist DEVICE OPTION...: PERSISTENT RESERVE OUT; prints its result.
persist() {
	device=$1
	shift
	sg_persist -n -v -o "$@" "$device" >/tmp/persist.log 2>&1
	verdict $? /tmp/persist.log
}

out() {
	wanted=$1
	shift
	got=$(persist "$@")
	case $got in
	"$wanted"*) ;;
	*) fail "$*: '$got', expected '$wanted'" ;;
	esac
}

# bytes HEX...: as a file for sg_raw.
bytes() {
	echo "$*" | xxd -r -p >/tmp/list
}

# raw_out WANTED DEVICE ACTION SCOPE+TYPE LENGTH: with the list of bytes().
raw_out() {
	data="-s $(wc -c </tmp/list) -i /tmp/list" expect "$1" "$2" \
		5f "$3" "$4" 00 00 00 00 00 "$5" 00
}
