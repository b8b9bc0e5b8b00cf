# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Suite "example": the driver of packaging/devel/example, built out of tree against an
# installed core (tests/kmod/example). Commands go through its character device, as the
# head of its source describes.

DEVICE=/dev/scst_example
REQUEST=/tmp/example.request
RESPONSE=/tmp/example.response
HEAD=112			# of a response

# request CDB DIRECTION LENGTH [LUN [FILE]]: what is to be written.
request() {
	printf '%02x%02x%04x%08x%-64s' $((${#1} / 2)) "$2" "${4:-0}" "$3" "$1" | tr ' ' 0 |
		xxd -r -p >$REQUEST
	[ -z "${5:-}" ] || cat "$5" >>$REQUEST
}

# A write to file descriptor 3, a read from it: one system call each.
give() {
	dd if=$REQUEST bs=2M 2>/tmp/dd.err >&3
}

take() {
	dd of=$RESPONSE bs="${1:-2M}" count=1 2>/tmp/dd.err <&3
}

# ask ARGS-OF-REQUEST...: a command and its response.
ask() {
	request "$@"
	exec 3<>$DEVICE
	{ give && take; } || fail "command $1: $(grep dd: /tmp/dd.err)"
	exec 3>&-
	head=$(xxd -p -c $HEAD -l $HEAD $RESPONSE)
}

data() {
	tail -c +$((HEAD + 1)) $RESPONSE
}

# answered STATUS LENGTH RESIDUAL: by the response, in hex.
answered() {
	case $head in
	"$1"??"0000$2${3}00000000"*) ;;
	*) fail "response $head; expected $1 .. 0000 $2 $3 00000000" ;;
	esac
	assertEquals "size" $((HEAD + 0x$2)) "$(stat -c %s $RESPONSE)"
}

# sense KEY ASC: of the response, fixed format (SPC-5 4.4.3).
sense() {
	case ${head#????????????????????????????????} in
	[7f]000$1??????????????????$2*) ;;
	*) fail "response $head; expected sense key $1, additional sense $2" ;;
	esac
}

# refused ERROR: the request is; dd's message says why.
refused() {
	exec 3<>$DEVICE
	give && fail "accepted: $2"
	assertEquals "$2" "$1" "$(errno_name "$(grep -m 1 dd: /tmp/dd.err)")"
	exec 3>&-
}

setUp() {
	modprobe -a scst_vdisk scst_example || fail "can't load scst_example: see the kernel's log"
	file=$(make_file 4)
	proc_ok vdisk/vdisk "open disk $file"
	proc_ok groups/Default/devices "add disk 0"
}

tearDown() {
	[ ! -d /sys/module/scst_example ] || rmmod scst_example || fail "can't unload scst_example"
	unload_modules
	drop_backing
}

test_commands_and_responses() {
	ask 120000002400 2 36
	answered 00 00000024 00000000
	assertEquals "vendor and product" "SCST_FIO" "$(data | dd bs=1 skip=8 count=8 2>/dev/null)"
	# The power-on of a new session (SPC-5 4.4, fixed format), once.
	ask 000000000000 0 0
	answered 02 00000000 00000000
	sense 06 2900
	ask 000000000000 0 0
	answered 00 00000000 00000000
	assertEquals "no sense data" "$(printf %0192d 0)" "${head#????????????????????????????????}"

	fill /tmp/data 1
	ask 2a000000010000080000 1 1048576 0 /tmp/data
	answered 00 00000000 00000000
	ask 28000000010000080000 2 1048576
	answered 00 00100000 00000000
	data | cmp -s - /tmp/data || fail "what was read isn't what was written"
	cmp -s -n 1048576 /tmp/data "$file" 0 131072 || fail "the file has something else"
	# Less than there is room for, and more.
	ask 28000000010000000100 2 1024
	answered 00 00000200 00000200
	ask 28000000010000000400 2 512
	answered 00 00000200 fffffa00
	data | cmp -s -n 512 - /tmp/data || fail "the first block is another one"
	# What the core refuses: an unknown LUN, an LBA that isn't there.
	ask 000000000000 0 0 5
	answered 02 00000000 00000000
	sense 05 2500
	ask 28000100000000000100 2 512
	answered 02 00000000 00000200
	sense 05 2100
	rm -f /tmp/data
}

test_what_a_program_may_not_write() {
	request 000000000000 0 0
	truncate -s 39 $REQUEST
	refused EINVAL "too short"
	request 000000000000 0 0 0 /etc/passwd
	refused EINVAL "data that were not announced"
	request "" 0 0
	refused EINVAL "no CDB"
	request 000000000000 0 0
	printf '\041' | dd of=$REQUEST bs=1 conv=notrunc 2>/dev/null
	refused EINVAL "a CDB of 33 bytes"
	request 000000000000 3 512
	refused EINVAL "an unknown direction"
	request 000000000000 0 512
	refused EINVAL "a length without data"
	request 2a000000000000000100 1 0
	refused EINVAL "data without a length"
	request 2a000000000000000100 1 512
	refused EINVAL "data that are missing"
	request 28000000000000000100 2 1048577
	refused EINVAL "too much data"
	request 28000000000000000100 2 4294967295
	refused EINVAL "far too much data"
	# Nothing of that has come to the device: its power-on is still to be told.
	ask 000000000000 0 0
	answered 02 00000000 00000000
}

test_order_of_calls() {
	exec 3<>$DEVICE
	take && fail "a response to nothing"
	assertEquals ENODATA "$(sed -n 's/.*No data available/ENODATA/p' /tmp/dd.err)"
	request 120000002400 2 36
	give || fail "refused"
	give && fail "a second command"
	assertEquals EBUSY "$(errno_name "$(grep -m 1 dd: /tmp/dd.err)")"
	take 147 && fail "no room for the last byte"
	assertEquals EMSGSIZE "$(sed -n 's/.*Message too long/EMSGSIZE/p' /tmp/dd.err)"
	take 148 || fail "the response is gone"
	assertEquals "the response" 148 "$(stat -c %s $RESPONSE)"
	take && fail "the response twice"
	# A program that ends without reading, and a module that is in use.
	give || fail "refused"
	rmmod scst_example 2>/dev/null && fail "unloaded while the device is open"
	exec 3>&-
	assertEquals "commands" 0 "$(awk '$2 == "scst_example_host" { print $NF }' "$PROC/sessions")"
}

# Masking goes by the name of the initiator.
test_another_initiator_sees_other_luns() {
	rmmod scst_example
	proc_ok scsi_tgt "add_group others"
	proc_ok groups/others/names "add somebody"
	modprobe scst_example initiator=somebody target=port || fail "can't load it again"
	ask 120000002400 2 36
	assertEquals "no device there" 7f "$(data | xxd -p -l 1)"
	rmmod scst_example
	modprobe scst_example initiator="two words" 2>/dev/null && fail "loaded with an impossible name"
	modprobe scst_example target= 2>/dev/null && fail "loaded without a target"
	assertFalse "left its directory" "[ -e $PROC/example ]"
	assertFalse "left its device" "[ -e $DEVICE ]"
	proc_ok scsi_tgt "del_group others"
}

test_one_of_another_interface_is_refused() {
	rmmod scst_example
	dmesg_mark
	said=$(modprobe scst_example_stale 2>&1) && fail "loaded"
	case $said in
	*"Invalid argument"*) ;;
	*) fail "modprobe said: $said" ;;
	esac
	dmesg_has 'scst: target driver example was built against another SCST \(interface 1\..*, this core has .*\): rebuild and reinstall it' ||
		fail "nothing in the log"
	assertFalse "left its directory" "[ -e $PROC/example ]"
	# It has taken nothing: the right one loads.
	modprobe scst_example || fail "the right one is refused"
}
