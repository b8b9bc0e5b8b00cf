# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the functional suites: our modules, /proc/scsi_tgt, the disks that appear
# on the initiator's side, and things to export. A helper that can't do its work
# fails the test (shunit2's fail) and returns non-zero.
#
#	load_modules [ARG...]		scst, scst_vdisk, scst_local (ARGs to it)
#	unload_modules			in reverse; must succeed
#	proc_ok FILE COMMAND		a command that must be accepted
#	proc_err ERRNO FILE COMMAND	one that must be refused, and change nothing
#	proc_read FILE			what the file shows
#	add_session/del_session TARGET INITIATOR
#	host_of INITIATOR		hostN of the session's SCSI host
#	disk_of INITIATOR LUN		/dev/sdX
#	wait_disk INITIATOR LUN		wait for it, print it
#	no_disk INITIATOR LUN		wait until it is gone
#	make_file MIB			print the path of a new, empty file
#	make_block MIB [BLOCKSIZE]	print the path of a new block device
#	make_slow_block MIB MS		the same, each request takes MS milliseconds
#	drop_backing			remove those files and devices again
#	fill FILE MIB [SEED]		fill with data that repeats for a seed
#	dmesg_mark			forget the kernel's log so far
#	dmesg_has PATTERN		has the log a line like this since then?
#	skip REASON			skip what follows of this test
#
# FILE is below /proc/scsi_tgt.

PROC=/proc/scsi_tgt
BACKING=/tmp/backing
NULLB=/sys/kernel/config/nullb
TRIES=${TRIES:-300}		# of a tenth of a second each

# wait_for COMMAND...: until it succeeds.
wait_for() {
	_left=$TRIES
	until "$@"; do
		_left=$((_left - 1))
		[ $_left -gt 0 ] || return 1
		sleep 0.1
	done
}

skip() {
	echo "SKIP:$*"
	startSkipping
}

# Our modules

load_modules() {
	for _module in scst scst_vdisk; do
		modprobe $_module || {
			fail "can't load $_module: see the kernel's log"
			return 1
		}
	done
	modprobe scst_local "$@" || {
		fail "can't load scst_local $*: see the kernel's log"
		return 1
	}
}

is_loaded() {
	[ -d "/sys/module/$1" ]
}

unload_modules() {
	for _module in scst_local scst_vdisk scst; do
		is_loaded $_module || continue
		# A reader of /proc, or a disk's last close, may hold it for a moment.
		wait_for rmmod $_module 2>/tmp/rmmod.err || {
			fail "can't unload $_module: $(tail -n 1 /tmp/rmmod.err)"
			return 1
		}
	done
}

# /proc/scsi_tgt

# The name of the error that a program's message ends with.
errno_name() {
	case $1 in
	*"Invalid argument") echo EINVAL ;;
	*"Value too large for "*) echo EOVERFLOW ;;
	*"No such file or directory") echo ENOENT ;;
	*"Cannot allocate memory") echo ENOMEM ;;
	*"Interrupted system call") echo EINTR ;;
	*"Permission denied") echo EACCES ;;
	*"Operation not permitted") echo EPERM ;;
	*"Device or resource busy") echo EBUSY ;;
	*"File exists") echo EEXIST ;;
	*"Is a directory") echo EISDIR ;;
	*"Not a directory") echo ENOTDIR ;;
	*"No such device") echo ENODEV ;;
	*"No such device or address") echo ENXIO ;;
	*"Block device required") echo ENOTBLK ;;
	*"Read-only file system") echo EROFS ;;
	*"No space left on device") echo ENOSPC ;;
	*"Input/output error") echo EIO ;;
	*"Bad address") echo EFAULT ;;
	*"File name too long") echo ENAMETOOLONG ;;
	*"Too many levels of symbolic links") echo ELOOP ;;
	*"Text file busy") echo ETXTBSY ;;
	*) echo "${1:-no message}" ;;
	esac
}

# Write all of stdin with one write(); print nothing, or the error's name.
proc_write() {
	cat >/tmp/proc.command
	_said=$(dd if=/tmp/proc.command of="$PROC/$1" bs=1M conv=notrunc 2>&1) && return 0
	errno_name "$(echo "$_said" | grep -m 1 -E 'dd: |open')"
	return 1
}

proc_read() {
	cat "$PROC/$1"
}

proc_ok() {
	_got=$(printf '%s\n' "$2" | proc_write "$1") && return 0
	fail "$1: '$(echo "$2" | cut -c 1-80)' was refused: $_got, $(cat $PROC/last_result 2>/dev/null)"
	return 1
}

# All that commands can change. Counts of commands in flight are no state.
proc_state() {
	for _file in "$PROC"/scsi_tgt "$PROC"/threads "$PROC"/groups/*/names "$PROC"/groups/*/devices \
		"$PROC"/vdisk/vdisk "$PROC"/vcdrom/vcdrom "$PROC"/scst_local/scst_local; do
		[ ! -e "$_file" ] || {
			echo "== $_file"
			cat "$_file"
		}
	done
	[ ! -e "$PROC/sessions" ] || awk '{ $NF = ""; print }' "$PROC/sessions"
}

proc_err() {
	proc_state >/tmp/state.before
	_got=$(printf '%s\n' "$3" | proc_write "$2") && {
		fail "$2: '$(echo "$3" | cut -c 1-80)' was accepted; expected $1"
		return 1
	}
	proc_state >/tmp/state.after
	[ "$_got" = "$1" ] || {
		fail "$2: '$(echo "$3" | cut -c 1-80)' gave $_got; expected $1"
		return 1
	}
	cmp -s /tmp/state.before /tmp/state.after || {
		fail "$2: '$(echo "$3" | cut -c 1-80)' was refused, but changed: $(diff /tmp/state.before /tmp/state.after)"
		return 1
	}
}

# The initiator's side

add_session() {
	proc_ok scst_local/scst_local "add_session $1 $2"
}

del_session() {
	proc_ok scst_local/scst_local "del_session $1 $2"
}

host_of() {
	for _file in /sys/class/scsi_host/host*/initiator_name; do
		[ "$(cat "$_file" 2>/dev/null)" = "$1" ] || continue
		basename "$(dirname "$_file")"
		return 0
	done
	return 1
}

# LUNs from 256 on carry their addressing method in Linux's number.
disk_of() {
	_host=$(host_of "$1") || return 1
	for _lun in "$2" $(($2 + 16384)); do
		for _dir in /sys/class/scsi_device/"${_host#host}":*:*:"$_lun"/device/block/*; do
			[ -e "$_dir" ] || continue
			echo "/dev/${_dir##*/}"
			return 0
		done
	done
	return 1
}

# A disk is there when sd is done with it and it can be opened.
disk_ready() {
	_disk=$(disk_of "$1" "$2") && [ -b "$_disk" ] &&
		blockdev --getsize64 "$_disk" >/dev/null 2>&1
}

disk_gone() {
	! disk_of "$1" "$2" >/dev/null
}

wait_disk() {
	wait_for disk_ready "$1" "$2" || {
		fail "no disk for LUN $2 of $1" >&2
		dmesg | tail -n 20 >&2
		return 1
	}
	disk_of "$1" "$2"
}

no_disk() {
	wait_for disk_gone "$1" "$2" || fail "LUN $2 of $1 is still a disk: $(disk_of "$1" "$2")"
}

# Things to export

make_file() {
	mkdir -p $BACKING
	_path=$(mktemp $BACKING/file.XXXXXX) && truncate -s "${1}M" "$_path" && echo "$_path" && return
	fail "can't make a file of $1 MiB" >&2
	return 1
}

# A ram disk of null_blk: any size and block size; further attributes NAME=VALUE.
make_block() {
	[ -d $NULLB ] || modprobe null_blk nr_devices=0
	_number=0
	while [ -d "$NULLB/scst$_number" ]; do
		_number=$((_number + 1))
	done
	_dir=$NULLB/scst$_number
	_mib=$1 _bs=${2:-512}
	shift; [ $# = 0 ] || shift
	mkdir "$_dir" || return
	for _attribute in "size=$_mib" "blocksize=$_bs" memory_backed=1 "$@" power=1; do
		echo "${_attribute#*=}" >"$_dir/${_attribute%%=*}" || {
			fail "null_blk has no $_attribute" >&2
			return 1
		}
	done
	# Older kernels number the disk, newer ones give it the directory's name.
	for _path in "/dev/scst$_number" "/dev/nullb$(cat "$_dir/index")"; do
		[ ! -b "$_path" ] || {
			echo "$_path"
			return 0
		}
	done
	fail "null_blk gave no block device of $_mib MiB" >&2
	return 1
}

# make_slow_block MIB MS: as make_block, each request takes MS milliseconds.
make_slow_block() {
	make_block "$1" 512 irqmode=2 "completion_nsec=$(($2 * 1000000))"
}

drop_backing() {
	rm -rf $BACKING
	for _dir in "$NULLB"/scst*; do
		[ ! -d "$_dir" ] || {
			echo 0 >"$_dir/power"
			rmdir "$_dir"
		}
	done
}

# Nine bytes a line, and no line twice in 70 MiB.
fill() {
	seq $((10000000 + ${3:-1} * 7)) 99999999 2>/dev/null |
		dd of="$1" bs=1M count="$2" iflag=fullblock conv=notrunc,fsync 2>/dev/null
}

# The kernel's log

dmesg_mark() {
	dmesg -c >/dev/null
}

dmesg_has() {
	dmesg | grep -qE "$1"
}
