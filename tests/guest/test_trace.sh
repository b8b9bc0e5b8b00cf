# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Those who watch see what happens: tracepoints, and traces in the kernel's log.

TRACEFS=/sys/kernel/tracing

setUp() {
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules && proc_ok scst_local/scst_local "add_target tr" &&
		proc_ok vdisk/vdisk "open traced $(make_file 8)" &&
		proc_ok groups/Default/devices "add traced 0" &&
		add_session tr ini.trace && disk=$(wait_disk ini.trace 0)
}

tearDown() {
	[ ! -e $TRACEFS/events/scst ] || echo 0 >$TRACEFS/events/scst/enable
	[ ! -e "$PROC/trace_level" ] || proc_ok trace_level default
	unload_modules
	drop_backing
}

# Record events of scst while COMMAND... runs.
recorded() {
	[ -e $TRACEFS/events ] || mount -t tracefs tracefs $TRACEFS 2>/dev/null
	[ -e $TRACEFS/events/scst/enable ] || return 1
	echo >$TRACEFS/trace
	echo 1 >$TRACEFS/events/scst/enable
	"$@" >/tmp/recorded.out 2>&1
	echo 0 >$TRACEFS/events/scst/enable
	cp $TRACEFS/trace /tmp/recorded
}

test_tracepoints_of_a_command() {
	recorded sg_raw -r 512 "$disk" 28 00 00 00 00 05 00 00 01 00 || {
		skip "this kernel has no tracefs"
		return
	}
	assertTrue "arrival: $(cat /tmp/recorded)" \
		"grep -q 'scst_cmd_arrived: .*initiator=ini.trace device=traced lun=0 .*expected=512 cdb=28 00 00 00 00 05 00 00 01 00' /tmp/recorded"
	assertTrue "its states" "grep -q 'scst_cmd_state: ' /tmp/recorded"
	assertTrue "its end" \
		"grep -q 'scst_cmd_ended: .*opcode=28 status=00 aborted=0 resp_len=512 ' /tmp/recorded"
}

test_tracepoints_of_an_error() {
	recorded sg_raw "$disk" ff 00 00 00 00 00 || {
		skip "this kernel has no tracefs"
		return
	}
	assertTrue "its end: $(cat /tmp/recorded)" \
		"grep -q 'scst_cmd_ended: .*opcode=ff status=02 .*sense=70 00 05 ' /tmp/recorded"
}

test_tracepoints_of_luns() {
	recorded proc_ok groups/Default/devices "del traced" || {
		skip "this kernel has no tracefs"
		return
	}
	assertTrue "removal: $(cat /tmp/recorded)" \
		"grep -q 'scst_lun: removed initiator=ini.trace lun=0 device=traced' /tmp/recorded"
}

test_tokens() {
	[ -e "$PROC/trace_level" ] || {
		skip "built without TRACING"
		return
	}
	proc_ok trace_level none
	dmesg_mark
	dd if="$disk" of=/dev/null bs=512 count=1 iflag=direct 2>/dev/null
	assertFalse "nothing is logged with all tokens off" "dmesg_has 'initiator ini.trace'"
	proc_ok trace_level "set recv_top"
	dd if="$disk" of=/dev/null bs=512 count=1 iflag=direct 2>/dev/null
	assertTrue "the CDB" "dmesg_has 'initiator ini.trace, LUN 0 .traced., tag [0-9a-f]+: CDB 28 00 '"
	proc_ok trace_level "set send_bot"
	printf 'SEEN' | dd of="$disk" bs=512 conv=sync oflag=direct 2>/dev/null
	dd if="$disk" of=/dev/null bs=512 count=1 iflag=direct 2>/dev/null
	assertTrue "the data" "dmesg_has 'Data-In of 512 bytes: 53 45 45 4e 00'"
	proc_err EINVAL vdisk/trace_level "set recv_top"
	for handler in vdisk vcdrom; do
		assertEquals "$handler: from the beginning" "out_of_mem | special | mgmt" "$(proc_read $handler/trace_level)"
	done
	dmesg_mark
	sg_raw "$disk" 00 00 00 00 00 00 >/dev/null 2>&1
	assertFalse "not yet" "dmesg_has 'vdisk traced: operation code'"
	proc_ok vdisk/trace_level "set debug"
	sg_raw -r 512 "$disk" 28 00 00 00 00 07 00 00 01 00 >/dev/null 2>&1
	assertTrue "vdisk's command" "dmesg_has 'vdisk traced: operation code 28, LBA 7, 512 bytes'"
	proc_ok vdisk/trace_level none
	proc_ok trace_level "set minor"
	sg_raw "$disk" ff 00 00 00 00 00 >/dev/null 2>&1
	assertTrue "the error" "dmesg_has 'tag [0-9a-f]+: status 02, .*sense data 70 00 05'"
}
