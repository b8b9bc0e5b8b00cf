# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites about disks: one session, devices that come and go with each test, and
# raw commands. To be read by the suite after lib.sh; gives it shunit2's functions.
#
#	give LUN NAME PATH [WORD...]	open a device, map it; its disk is in $disk
#	take NAME			close it
#	sg_of LUN			the LUN's /dev/sgN
#	good DISK [-r N] [-s N] CDB	a command that must end GOOD
#	sense KEY TEXT DISK ... CDB	one that must end with this sense data, which
#					is then in $_said
#	sum FILE [direct|fullblock]	of all of its data
#	fio_verify DISK...		random writes, read back and compared
#	trace_on, trace_off		record the bios of all devices
#	kinds_are, kinds_are_not WHAT PATTERN DEVICE	those since the last question
#	make_flakey, flakey_go bad|good	a device ($path) that can fail all writes

INI=vdisk-ini
OPEN=	# devices that are open, for tearDown()

oneTimeSetUp() {
	load_modules target=vdisk-tgt initiator=$INI
	modprobe -q dm-flakey
	return 0
}

oneTimeTearDown() {
	unload_modules
}

setUp() {
	OPEN=
	dmesg_mark
}

tearDown() {
	for name in $OPEN; do
		printf 'close %s\n' "$name" | proc_write vdisk/vdisk >/dev/null
	done
	! grep -q " /tmp/mnt" /proc/mounts || umount /tmp/mnt
	! dmsetup info bad >/dev/null 2>&1 || dmsetup remove bad
	rm -f /dev/mapper/bad
	drop_backing
}

# give LUN NAME PATH [WORD...]: open a device and map it, wait for its disk, and
# put that into $disk. The first command to a new disk may get the news that
# there are others, which is not what a test wants to see.
give() {
	_lun=$1
	shift
	proc_ok vdisk/vdisk "open $*" || return
	OPEN="$OPEN $1"
	proc_ok groups/Default/devices "add $1 $_lun" || return
	disk=$(wait_disk $INI "$_lun") || return
	sg_turs "$disk" >/dev/null 2>&1
	return 0
}

# The LUN's SCSI generic device: it takes writes even where sd takes none.
sg_of() {
	for _dir in /sys/class/scsi_device/*:"$1"/device/scsi_generic/*; do
		echo "/dev/${_dir##*/}"
	done
}

# take NAME: close it; its LUN goes with it.
take() {
	proc_ok vdisk/vdisk "close $1"
}

# sense KEY ADDITIONAL DISK SG_RAW_ARGUMENTS...: the command must fail like that.
sense() {
	_key=$1 _more=$2 _disk=$3
	shift 3
	# Options go before the device, the CDB behind it.
	_options=
	while [ "${1#-}" != "$1" ]; do
		_options="$_options $1 $2"
		shift 2
	done
	# shellcheck disable=SC2086 # a list of words
	_said=$(sg_raw $_options "$_disk" "$@" 2>&1)
	case $_said in
	*"Sense key: $_key"*"Additional sense: $_more"*) ;;
	*) fail "CDB $*: expected $_key, $_more; got: $(echo "$_said" | tr '\n' ' ')" ;;
	esac
}

# good DISK SG_RAW_ARGUMENTS...
good() {
	_disk=$1
	shift
	_options=
	while [ "${1#-}" != "$1" ]; do
		_options="$_options $1 $2"
		shift 2
	done
	# shellcheck disable=SC2086 # a list of words
	sg_raw $_options "$_disk" "$@" >/tmp/raw.log 2>&1 ||
		fail "CDB $*: $(tr '\n' ' ' </tmp/raw.log)"
}

sum() {
	dd if="$1" bs=1M iflag="${2:-direct}" 2>/dev/null | sha256sum | cut -c 1-64
}

# Random blocks through all disks at once, each read back and compared.
fio_verify() {
	set -- "$@"
	_jobs=
	for _disk in "$@"; do
		_jobs="$_jobs --name=$(basename "$_disk") --filename=$_disk"
	done
	# shellcheck disable=SC2086 # a list of words
	fio --ioengine=libaio --direct=1 --iodepth=8 --rw=randwrite --bsrange=4k-64k --bs_unaligned=0 \
		--size=1M --verify=crc32c --verify_fatal=1 --randseed=7 $_jobs >/tmp/fio.log 2>&1 ||
		fail "fio: $(grep -iE 'verify|error|err=' /tmp/fio.log | head -n 3)"
}

# A device of 4 MiB that fails all writes while it is "bad", and no reads.
make_flakey() {
	dmsetup targets 2>/dev/null | grep -q flakey || {
		skip "no dm-flakey in this kernel"
		return 1
	}
	flakey_below=$(make_block 4) || return
	echo "0 8192 flakey $flakey_below 0 600 0" | dmsetup create bad || return
	[ -e /dev/mapper/bad ] || dmsetup mknodes
	# shellcheck disable=SC2034 # for the suite
	path=/dev/mapper/bad
}

flakey_go() {
	case $1 in
	bad) _table="0 8192 flakey $flakey_below 0 0 600 1 error_writes" ;;
	good) _table="0 8192 flakey $flakey_below 0 600 0" ;;
	esac
	# Without a flush of what is dirty: that is to fail later.
	if ! dmsetup suspend --noflush --nolockfs bad || ! echo "$_table" | dmsetup load bad ||
		! dmsetup resume bad; then
		fail "dmsetup can't make the device $1"
	fi
}

# What goes down to the backing, as the kernel's tracer sees it.

trace_on() {
	tracing=/sys/kernel/tracing
	[ -d "$tracing/events" ] || mount -t tracefs none "$tracing" 2>/dev/null
	[ -e "$tracing/events/block/block_bio_queue/enable" ] || return
	# Names of tasks would be recorded by a hook in the scheduler, whose code is
	# changed for it while other CPUs run it: emulated ones may trip over that.
	echo 0 >"$tracing/options/record-cmd"
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/block/block_bio_queue/enable"
}

trace_off() {
	echo 0 >"$tracing/events/block/block_bio_queue/enable"
}

# Kinds of bios to a device, such as "WFS", one a line.
trace_of() {
	echo 0 >"$tracing/events/block/block_bio_queue/enable"
	_number=$(tr : , <"/sys/class/block/$(basename "$1")/dev")
	sed -n "s/.*block_bio_queue: $_number \([A-Z]*\) .*/\1/p" "$tracing/trace"
	echo 1 >"$tracing/events/block/block_bio_queue/enable"
	echo >"$tracing/trace"
}

# kinds_are WHAT PATTERN DEVICE: one of the device's bios must be like PATTERN.
kinds_are() {
	_kinds=$(trace_of "$3")
	echo "$_kinds" | grep -qE "$2" || fail "$1: bios $(echo "$_kinds" | tr '\n' ' '), none like $2"
}

kinds_are_not() {
	_kinds=$(trace_of "$3")
	! echo "$_kinds" | grep -qE "$2" || fail "$1: bios $(echo "$_kinds" | tr '\n' ' '), some like $2"
}
