# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites with real devices (scsi_debug's), in addition to lib.sh. The
# initiator is $INI.
#
#	real_device [PARAMETER...]	load scsi_debug; $hcil is its device's name,
#				$real its /dev/sgN
#	no_real_device		unload it
#	has_handler NAME	is this the device's handler?
#	lun_sg LUN		the LUN's /dev/sgN, once it is there
#	lun_is_gone LUN		is there no device any more?
#	give_real LUN		map the device; $sg is the initiator's
#	quiet_lun SG		until it has no unit attention to tell
#	alone_with SG		only what is sent to it here reaches it from now on
#	commands_of_device	how many commands the device has got
#	real_set NAME VALUE	a parameter of scsi_debug's
#	real_aborts, real_resets	how many it has seen since dmesg_mark, with
#				$REAL_NOISE in its opts
#	real_nexuses		the test driver's i and j have the device as LUN 0,
#				and have been told all that it has to tell
#	unload_real		our modules and scsi_debug

REAL=/sys/bus/pseudo/drivers/scsi_debug
# shellcheck disable=SC2034 # for suites
REAL_NOISE=8192

# shellcheck disable=SC2034 # $real is for suites
real_device() {
	modprobe scsi_debug "$@" || {
		fail "can't load scsi_debug $*"
		return 1
	}
	for _dir in /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*:*; do
		[ -d "$_dir/scsi_device" ] || continue
		hcil=${_dir##*/}
		real=/dev/$(basename "$_dir"/scsi_generic/sg*)
	done
	[ -n "$hcil" ] || fail "scsi_debug has no device"
}

no_real_device() {
	hcil=
	! is_loaded scsi_debug || wait_for rmmod scsi_debug 2>/tmp/rmmod.err ||
		fail "can't unload scsi_debug: $(cat /tmp/rmmod.err)"
}

has_handler() {
	proc_read scsi_tgt | grep -qE "^$hcil +$1\$"
}

find_lun_sg() {
	_host=$(host_of "$INI") || return 1
	for _dir in /sys/class/scsi_device/"${_host#host}":*:*:"$1"/device/scsi_generic/sg*; do
		[ -e "/dev/${_dir##*/}" ] || continue
		echo "/dev/${_dir##*/}"
		return 0
	done
	return 1
}

lun_is_gone() {
	! find_lun_sg "$1" >/dev/null
}

lun_sg() {
	wait_for find_lun_sg "$1" >/tmp/lun_sg || {
		fail "no device for LUN $1" >&2
		return 1
	}
	cat /tmp/lun_sg
}

give_real() {
	proc_ok groups/Default/devices "add $hcil $1" && sg=$(lun_sg "$1") && quiet_lun "$sg"
}

quiet_lun() {
	for _try in 1 2 3 4 5 6; do
		case $(sg_raw "$1" 0 0 0 0 0 0 2>&1) in
		*"Unit Attention"*) ;;
		*) return 0 ;;
		esac
	done
}

# The disk driver probes on its own time; its lock is held meanwhile, and for leaving it.
alone_with() {
	_dev=$(readlink -f "/sys/class/scsi_generic/${1##*/}/device")
	case $(cat "$_dev/type") in
	0 | 7) wait_for has_disk "$_dev" && echo "${_dev##*/}" >/sys/bus/scsi/drivers/sd/unbind ;;
	esac || fail "${_dev##*/} has no disk driver to leave"
}

has_disk() {
	[ -d "$1/block" ] && [ -n "$(ls "$1/block")" ]
}

commands_of_device() {
	echo $(($(cat "/sys/class/scsi_device/$hcil/device/iorequest_cnt")))
}

real_set() {
	echo "$2" >"$REAL/$1" || fail "scsi_debug takes no $1=$2"
}

# Its own counters are in a file that newer kernels don't have.
real_aborts() {
	dmesg | grep -cE 'command( not)? found'
}

real_resets() {
	dmesg | grep -cE 'scsi_debug_device_reset|doing device reset'
}

real_nexuses() {
	proc_ok groups/Default/devices "add $hcil 0"
	tt add_target t
	for _nexus in i j; do
		tt add_session t $_nexus
		for _tag in 1 2 3; do
			tt cmd $_nexus 0 $_tag simple direct 000000000000
			tt wait
		done
	done
	assertEquals "the device is ready: $(tt_log)" 2 "$(tt_count '^done 3 00 ')"
	tt clear
}

unload_real() {
	printf 'clear\n' | proc_write groups/Default/devices >/dev/null
	for _module in scst_testtgt scst_local scsi_debug scst_disk scst_tape scst_cdrom \
			scst_passthru scst_vdisk scst; do
		! is_loaded $_module || wait_for rmmod $_module 2>/tmp/rmmod.err ||
			fail "can't unload $_module: $(cat /tmp/rmmod.err)"
	done
}
