# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# How commands of real devices end: status, sense data, residual; order; and what a
# device's queue doesn't take.

# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"
# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

setUp() {
	modprobe scst_disk && load_testtgt || return
	real_device dev_size_mb=64 || return
	real_nexuses
	dmesg_mark
}

tearDown() {
	unload_real
}

# ends CDB RESULT [OPTION...]: one command of i, and "STATUS SENSE RESIDUAL LEN".
ends() {
	_cdb=$1 _result=$2
	shift 2
	tt clear
	tt cmd i 0 9 simple direct "$_cdb" "$@"
	tt wait
	assertEquals "$_cdb $*" "done 9 $_result" "$(tt_log | grep '^done')"
}

bounced() {
	proc_read statistics | sed -n "s/^device name=$hcil .* bounced=//p"
}

test_errors_and_residuals() {
	real_set opts 2
	ends 28000000123000001000 "02 3/11/00 8192 0" in=8192 show
	assertEquals "INFORMATION: $(tt_log)" 1 "$(tt_count '^sense 9 f000030000123[4-9a-d]0a')"
	ends 28000000122000001000 "00 - 0 8192" in=8192
	real_set every_nth 1
	real_set opts 256
	ends 28000000000000001000 "00 - 4096 4096" in=8192
	real_set opts 0
	real_set every_nth 0
	ends 2800ffffff0000000100 "02 5/21/00 512 0" in=512
	ends fe0000000000 "02 5/20/00 0 0"
	# More than the device gives.
	ends a00000000000000004000000 "00 - 1008 16" in=1024
	ends 2a000000000000000200 "00 - 0 0" out=1024
}

test_what_is_copied() {
	ends 28000000000000400000 "00 - 0 8388608" in=8388608
	assertEquals "nothing is copied" 0 "$(bounced)"
	# Five bytes are none that DMA moves.
	ends 120000000500 "00 - 0 5" in=5 show
	assertEquals "data: $(tt_log)" 1 "$(tt_count '^data 9 0000..02..$')"
	assertEquals "copied, and counted" 1 "$(bounced)"
}

# Of those, the mid-level itself tries BUSY and TASK SET FULL again.
test_status_of_the_device() {
	rules=/sys/kernel/debug/scsi_debug/$hcil/error
	[ -e "$rules" ] || {
		skip "this scsi_debug ends no command with a status of choice"
		return
	}
	for _status in 18 40; do
		echo "2 -1 0x28 0 0 0x$_status 0 0 0" >"$rules"
		ends "$READ1" "$_status - 512 0" in=512
		ends "$READ1" "00 - 0 512" in=512
	done
	before=$(commands_of_device)
	for _status in 08 28; do
		echo "2 -1 0x28 0 0 0x$_status 0 0 0" >"$rules"
		ends "$READ1" "00 - 0 512" in=512
	done
	assertEquals "each twice" $((before + 4)) "$(commands_of_device)"
}

# What the queue shows while the device takes its time.
shows_a_request() {
	shown=$(cat "$requests")
	[ -n "$shown" ]
}

# limit_is SECONDS CDB [OPTION...]
limit_is() {
	_seconds=$1
	shift
	tt cmd i 0 3 simple direct "$@"
	wait_for shows_a_request || fail "$*: nothing is at the device"
	assertEquals "$*: $shown" "$_seconds.000" \
		"$(echo "$shown" | sed -n 's/.*timeout=\([0-9.]*\).*/\1/p')"
	tt wait
}

test_time_limits() {
	requests=/sys/kernel/debug/block/$(ls "/sys/class/scsi_device/$hcil/device/block")/hctx0/busy
	[ -e "$requests" ] || {
		skip "this kernel doesn't show the requests of a queue"
		return
	}
	real_set delay 60
	tt cmd i 0 3 simple direct "$READ1" in=512
	wait_for shows_a_request
	tt wait
	case $shown in
	*timeout=*) ;;
	*)
		skip "this kernel doesn't show the limits of requests that aren't its own"
		return
		;;
	esac
	limit_is 60 "$READ1" in=512
	limit_is 3600 2f000000000000000100
	limit_is 43200 93000000000000000000000000010000 out=512
	echo 5000 >"/sys/class/scsi_device/$hcil/device/timeout"
	limit_is 5000 2f000000000000000100
}

# ORDERED waits in the core for all before it, so that no queue can reorder it.
test_ordered_commands() {
	real_set delay 100
	before=$(commands_of_device)
	tt cmd i 0 4 simple direct "$READ1" in=512
	tt cmd i 0 5 ordered direct "$READ1" in=512
	tt cmd i 0 6 simple direct "$READ1" in=512
	sleep 0.2
	assertEquals "only the first is at the device" $((before + 1)) "$(commands_of_device)"
	tt wait
	assertEquals "order" "4 5 6" "$(tt_log | sed -n 's/^done \([0-9]\) 00 .*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
}

# One of two hears it from the device, and the other one from the core.
test_a_change_told_to_all() {
	real_set virtual_gb 1
	ends $TUR "02 6/2a/09 0 0"
	ends $TUR "00 - 0 0"
	tt clear
	tt cmd j 0 8 simple direct $TUR
	tt wait
	assertEquals "j: $(tt_log)" 1 "$(tt_count '^done 8 02 6/2a/09')"
}
