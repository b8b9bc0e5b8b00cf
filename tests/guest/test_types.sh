# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Handlers of real devices by type: who takes what, what goes to the device, what
# the performance handlers keep from it, and the change of handlers under load.

INI=types-ini

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

HANDLERS="scst_disk scst_tape scst_processor scst_cdrom scst_modisk scst_changer scst_raid"

setUp() {
	modprobe scst && modprobe scst_local target=types-tgt initiator=$INI
	dmesg_mark
}

tearDown() {
	[ ! -e "$PROC/groups" ] || proc_ok groups/Default/devices clear
	no_real_device
	for module in scst_local $HANDLERS scst_passthru scst; do
		! is_loaded "$module" || wait_for rmmod "$module" 2>/tmp/rmmod.err ||
			fail "can't unload $module: $(cat /tmp/rmmod.err)"
	done
}

load_handlers() {
	for module in $HANDLERS; do
		modprobe "$module" || fail "can't load $module"
	done
}

# sense_of CDB...: "key asc ascq" and, of descriptor format data, "d"
sense_of() {
	sg_raw -r 4096 -o /tmp/data "$sg" "$@" >/tmp/sense 2>&1
	awk '/Descriptor format/ { d = " d" } /Sense key:|sense key:/ { sub(/.*ense key: */, ""); key = $0; sub(/ *$/, "", key) }
		/Additional sense:/ { sub(/.*Additional sense: */, ""); text = $0; sub(/ *$/, "", text) }
		END { print key "/" text d }' /tmp/sense
}

# By type: handler, and a command that scsi_debug doesn't have.
test_each_type_has_its_handler() {
	load_handlers
	while read -r type handler text cdb; do
		# dsense: what is the device's own is in descriptor format
		real_device "ptype=$type" dev_size_mb=8 no_uld=1 dsense=1 || return
		assertTrue "type $type: $(proc_read scsi_tgt)" "has_handler $handler"
		assertEquals "type of $handler" "$type - $text" "$(sed 's/ .*//; q' "$PROC/$handler/type") - $text"
		give_real 1 || return
		sg_raw -r 36 -o /tmp/inquiry "$sg" 12 0 0 0 24 0 >/dev/null 2>&1
		assertEquals "INQUIRY through $handler" "$type Linux" \
			"$(od -An -tu1 -N1 /tmp/inquiry | tr -d ' ') $(dd if=/tmp/inquiry bs=1 skip=8 count=8 2>/dev/null | tr -d ' ')"
		assertTrue "TEST UNIT READY" "sg_turs $sg"
		# shellcheck disable=SC2086 # the bytes of a CDB
		assertEquals "$text has the device's own sense" \
			"Illegal Request/Invalid command operation code d" "$(sense_of $cdb)"
		proc_ok groups/Default/devices clear
		no_real_device
	done <<-END
	0 dev_disk READ_DEFECT_DATA 37 00 00 00 00 00 00 10 00 00
	3 dev_processor RECEIVE_DIAGNOSTIC 1c 00 00 10 00 00
	5 dev_cdrom READ_TOC 43 00 00 00 00 00 00 10 00 00
	7 dev_modisk READ_DEFECT_DATA 37 00 00 00 00 00 00 10 00 00
	8 dev_changer READ_ELEMENT_STATUS b8 00 00 00 00 ff 00 00 10 00 00 00
	12 dev_raid VOLUME_SET_IN be 00 00 00 00 00 00 00 10 00 00 00
	END
}

test_no_handler() {
	real_device ptype=13 dev_size_mb=8 no_uld=1 || return
	assertTrue "no handler: $(proc_read scsi_tgt)" "has_handler -"
	assertTrue "the log: $(dmesg | tail -n 3)" "dmesg_has 'scst: device $hcil: no handler for type 13'"
	proc_err EINVAL groups/Default/devices "add $hcil 1"
	modprobe scst_disk
	proc_err EINVAL scsi_tgt "assign $hcil dev_disk"
}

# ask FILE SG CDB...
ask() {
	_file=$1 _sg=$2
	shift 2
	sg_raw -r 8192 -o "$_file" "$_sg" "$@" >/tmp/ask.out 2>&1 || cat /tmp/ask.out >"$_file"
}

test_who_answers() {
	modprobe scst_disk
	real_device dev_size_mb=8 no_uld=1 dsense=1 || return
	give_real 1 || return
	while read -r what cdb; do
		# shellcheck disable=SC2086 # the bytes of a CDB
		ask /tmp/through "$sg" $cdb
		# shellcheck disable=SC2086
		ask /tmp/direct "$real" $cdb
		assertTrue "$what is not the device's" "cmp /tmp/through /tmp/direct && [ -s /tmp/through ]"
	done <<-END
	INQUIRY 12 00 00 01 00 00
	VPD_83 12 01 83 01 00 00
	VPD_B0 12 01 b0 01 00 00
	REPORT_SUPPORTED_OPERATION_CODES a3 0c 80 00 00 00 00 00 20 00 00 00
	REPORT_TARGET_PORT_GROUPS a3 0a 00 00 00 00 00 00 20 00 00 00
	LOG_SENSE 4d 00 40 00 00 00 00 10 00 00
	MODE_SENSE 1a 00 3f 00 ff 00
	END
	assertEquals "LUNs are the session's" "0001000000000000" \
		"$(sg_luns -H "$sg" >/dev/null; sg_raw -r 16 -o /tmp/luns "$sg" a0 0 0 0 0 0 0 0 0 10 0 0 >/dev/null 2>&1; od -An -tx1 -j8 /tmp/luns | tr -d ' \n')"
	# What the device says by itself to REQUEST SENSE: it is stopped.
	sg_raw "$sg" 1b 00 00 00 00 00 >/dev/null 2>&1
	sg_raw -r 18 -o /tmp/sense "$sg" 03 00 00 00 12 00 >/dev/null 2>&1
	assertEquals "REQUEST SENSE" "02 04" "$(od -An -tx1 /tmp/sense | awk 'NR == 1 { print $3, $13 }')"
	sg_raw "$sg" 1b 00 00 00 01 00 >/dev/null 2>&1
}

# What the opcode table doesn't have: only with USE_EXPECTED_VALUES the device is asked.
test_unknown_commands() {
	modprobe scst_disk
	real_device dev_size_mb=8 no_uld=1 dsense=1 || return
	give_real 1 || return
	alone_with "$sg"
	got=$(sense_of c0 01 02 03 04 00)
	before=$(commands_of_device)
	sense_of c1 00 00 00 00 00 00 00 00 00 >/dev/null
	if grep -q ^USE_EXPECTED_VALUES "$PROC/version"; then
		assertEquals "the device's" "Illegal Request/Invalid command operation code d" "$got"
		assertEquals "it has come" $((before + 1)) "$(commands_of_device)"
		proc_ok groups/Default/devices clear
		wait_for lun_is_gone 1
		proc_ok groups/Default/devices "add $hcil 1 READ_ONLY" && sg=$(lun_sg 1) && quiet_lun "$sg"
		assertEquals "it may write" "Data Protect/Write protected" "$(sense_of c0 01 02 03 04 00)"
	else
		assertEquals "ours" "Illegal Request/Invalid command operation code" "$got"
		assertTrue "the log" "dmesg_has 'Unknown opcode c0 for device $hcil'"
		assertEquals "it has not come" "$before" "$(commands_of_device)"
	fi
}

# perf_case TYPE HANDLER WRITE READ: CDBs of 4096 bytes each.
perf_case() {
	real_device "ptype=$1" dev_size_mb=8 no_uld=1 || return
	give_real 1 || return
	alone_with "$sg"
	proc_ok scsi_tgt "assign $hcil $2"
	assertTrue "assigned" "has_handler $2"
	before=$(commands_of_device)
	# shellcheck disable=SC2086 # the bytes of a CDB
	sg_raw -s 4096 -i /tmp/out "$sg" $3 >/tmp/raw 2>&1 || fail "$2: WRITE: $(cat /tmp/raw)"
	# shellcheck disable=SC2086
	sg_raw -r 4096 -o /tmp/in "$sg" $4 >/tmp/raw 2>&1 || fail "$2: READ: $(cat /tmp/raw)"
	assertEquals "$2: all of it is there" 4096 "$(stat -c %s /tmp/in)"
	assertEquals "$2: commands of the device" "$before" "$(commands_of_device)"
	sg_turs "$sg"
	assertEquals "$2: TEST UNIT READY arrives" $((before + 1)) "$(commands_of_device)"
	proc_ok groups/Default/devices clear
	no_real_device
}

# READ and WRITE of these don't reach the device; all other commands do.
test_performance_handlers() {
	load_handlers
	head -c 4096 /dev/urandom >/tmp/out
	perf_case 0 dev_disk_perf "2a 00 00 00 00 05 00 00 08 00" "28 00 00 00 00 05 00 00 08 00"
	perf_case 0 dev_disk_perf "8a 00 00 00 00 00 00 00 00 05 00 00 00 08 00 00" "a8 00 00 00 00 05 00 00 00 08 00 00"
	perf_case 0 dev_disk_perf \
		"7f 00 00 00 00 00 00 18 00 0b 00 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 08" \
		"7f 00 00 00 00 00 00 18 00 09 00 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 08"
	perf_case 7 dev_modisk_perf "0a 00 00 05 08 00" "08 00 00 05 08 00"
	perf_case 1 dev_tape_perf "0a 00 00 10 00 00" "08 00 00 10 00 00"
}

test_performance_handlers_leave_data_alone() {
	modprobe scst_disk
	modprobe -r scst_local
	modprobe scst_local target=types-tgt initiator=$INI own_buffers=1
	real_device dev_size_mb=8 no_uld=1 || return
	give_real 1 || return
	head -c 4096 /dev/urandom >/tmp/one
	head -c 4096 /dev/urandom >/tmp/two
	sg_raw -s 4096 -i /tmp/one "$sg" 2a 00 00 00 00 05 00 00 08 00 >/dev/null 2>&1 || fail "WRITE"
	proc_ok scsi_tgt "assign $hcil dev_disk_perf"
	sg_raw -s 4096 -i /tmp/two "$sg" 2a 00 00 00 00 05 00 00 08 00 >/dev/null 2>&1 || fail "pretended WRITE"
	sg_raw -r 4096 -o /tmp/in "$sg" 28 00 00 00 00 05 00 00 08 00 >/dev/null 2>&1 || fail "pretended READ"
	assertTrue "no data of anybody's" "cmp -n 4096 /tmp/in /dev/zero"
	proc_ok scsi_tgt "assign $hcil dev_disk"
	sg_raw -r 4096 -o /tmp/in "$sg" 28 00 00 00 00 05 00 00 08 00 >/dev/null 2>&1 || fail "READ"
	assertTrue "what was written before" "cmp /tmp/in /tmp/one"
}

test_assign_under_load() {
	modprobe scst_disk
	real_device dev_size_mb=16 no_uld=1 || return
	proc_ok groups/Default/devices "add $hcil 1"
	disk=$(wait_disk $INI 1) || return
	fio --name=load --filename="$disk" --direct=1 --rw=randrw --bs=4k --iodepth=8 --ioengine=libaio \
		--runtime=6 --time_based --output=/tmp/fio.out &
	load=$!
	for _round in 1 2 3 4 5 6; do
		proc_ok scsi_tgt "assign $hcil dev_disk_perf"
		sleep 0.3
		proc_ok scsi_tgt "assign $hcil dev_disk"
		sleep 0.3
	done
	wait $load || fail "commands failed: $(grep -m 1 error /tmp/fio.out)"
	assertFalse "no error in the log" "dmesg_has 'I/O error'"
	assertTrue "back" "has_handler dev_disk"
}
