# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What initiators are told when the backing fails: which block, deferred errors of
# the page cache, disks that vanish, and errors that pass.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# A disk of 4 MiB of which one sector can't be read or written: block 1028, which
# shares a page with blocks 1024 to 1031.
make_holed() {
	below=$(make_block 4) || return
	dmsetup create bad <<-END || return
		0 1028 linear $below 0
		1028 1 error
		1029 7163 linear $below 1029
	END
	[ -e /dev/mapper/bad ] || dmsetup mknodes
	path=/dev/mapper/bad
}

heal() {
	echo "0 8192 linear $below 0" | dmsetup load bad
	dmsetup suspend --noflush --nolockfs bad
	dmsetup resume bad
}

# info HEX: the INFORMATION field of the last sense() is that.
info() {
	case $_said in
	*"Info fld=0x$1 "* | *"Info fld=0x$1"[!0-9a-f]*) ;;
	*) fail "$2: INFORMATION isn't 0x$1: $(echo "$_said" | tr '\n' ' ')" ;;
	esac
}

drop_caches() {
	echo 3 >/proc/sys/vm/drop_caches
}

# Blocks 1000 to 1063. The page cache knows pages only.
each_mode() {
	for mode in FILEIO:400 O_DIRECT:404 BLOCKIO:404; do
		flags=${mode%:*} first=${mode#*:}
		[ "$flags" != FILEIO ] || flags=
		make_holed || return
		give 1 v "$path" "$flags" "$1" || return
		"$2" "${mode%:*}" "$first"
		take v
		no_disk $INI 1
		dmsetup remove bad
		drop_backing
	done
}

check_read() {
	drop_caches
	sense "Medium Error" "Unrecovered read error" "$disk" -r 32768 28 00 00 00 03 e8 00 00 40 00
	info "$2" "$1: read"
	good "$disk" -r 12288 28 00 00 00 03 e8 00 00 18 00
	heal
	good "$disk" -r 32768 28 00 00 00 03 e8 00 00 40 00
}

test_the_block_of_a_read_error() {
	each_mode "" check_read
}

check_write() {
	head -c 32768 /dev/urandom >/tmp/32k
	sense "Medium Error" "Write error" "$disk" -s 32768 -i /tmp/32k 2a 00 00 00 03 e8 00 00 40 00
	info "$2" "$1: write"
	heal
	good "$disk" -s 32768 -i /tmp/32k 2a 00 00 00 03 e8 00 00 40 00
	good "$disk" 35 00 00 00 00 00 00 00 00 00
	assertTrue "$1: stored" "dd if=$below bs=512 skip=1000 count=64 iflag=direct 2>/dev/null | cmp - /tmp/32k"
}

test_the_block_of_a_write_error() {
	each_mode WRITE_THROUGH check_write
}

# counter PAGE TEXT: of an error counter log page
counter() {
	sg_logs -p "$1" "$disk" | sed -n "s/^ *$2 *= *//p"
}

test_errors_are_counted() {
	make_holed || return
	give 1 v "$path" BLOCKIO || return
	head -c 32768 /dev/urandom >/tmp/32k
	read_bytes=$(counter 3 "Total bytes processed")
	sense "Medium Error" "Unrecovered read error" "$disk" -r 32768 28 00 00 00 03 e8 00 00 40 00
	sense "Medium Error" "Unrecovered read error" "$disk" 2f 00 00 00 04 04 00 00 01 00
	sense "Medium Error" "Write error" "$disk" -s 32768 -i /tmp/32k 2a 00 00 00 03 e8 00 00 40 00
	good "$disk" -r 4096 28 00 00 00 00 00 00 00 08 00
	assertEquals "reads" 2 "$(counter 3 "Total uncorrected errors")"
	assertEquals "writes" 1 "$(counter 2 "Total uncorrected errors")"
	assertEquals "second tries" 1 "$(counter 2 "Total rewrites or rereads")"
	assertEquals "nothing went well then" 0 "$(counter 2 "Total errors corrected")"
	assertEquals "bytes" $((read_bytes + 4096)) "$(counter 3 "Total bytes processed")"
	# LOG SELECT resets a page by itself.
	good "$disk" 4c 02 43 00 00 00 00 00 00 00
	assertEquals "reset" 0 "$(counter 3 "Total uncorrected errors")"
	assertEquals "reset" 0 "$(counter 3 "Total bytes processed")"
	assertEquals "not reset" 1 "$(counter 2 "Total uncorrected errors")"
	sense "Medium Error" "Unrecovered read error" "$disk" -r 512 28 00 00 00 04 04 00 00 01 00
	assertEquals "from there on" 1 "$(counter 3 "Total uncorrected errors")"
	take v
	no_disk $INI 1
	dmsetup remove bad
}

# Errors that come once: the data are moved all the same, and the initiator doesn't
# hear of them.
test_errors_that_pass() {
	fault=/sys/kernel/debug/fail_make_request
	[ -d $fault ] || {
		skip "no fail_make_request in this kernel"
		return
	}
	for flags in O_DIRECT BLOCKIO; do
		path=$(make_block 4)
		fill "$path" 4
		give 1 v "$path" "$flags" || return
		echo 100 >$fault/probability
		echo 0 >$fault/verbose
		for cdb in "-r 4096 28" "-s 4096 -i /tmp/4k 2a"; do
			head -c 4096 /dev/urandom >/tmp/4k
			echo 1 >"/sys/class/block/$(basename "$path")/make-it-fail"
			echo 1 >$fault/times
			dmesg_mark
			# shellcheck disable=SC2086 # words
			good "$disk" $cdb 00 00 00 00 08 00 00 08 00
			assertTrue "$flags $cdb: the error" "dmesg_has 'vdisk v: command .. at LBA 8 failed first'"
			page=$((2 + (${#cdb} < 12)))
			assertEquals "$flags $cdb: corrected" 1 "$(counter $page "Errors corrected with possible delays")"
		done
		echo 0 >$fault/probability
		assertTrue "$flags: stored" "dd if=$path bs=4096 skip=1 count=1 iflag=direct 2>/dev/null | cmp - /tmp/4k"
		take v
		no_disk $INI 1
	done
}

# deferred DISK: its next command tells a deferred error.
deferred() {
	_said=$(sg_raw -r 512 "$1" 28 00 00 00 10 00 00 00 01 00 2>&1)
	case $_said in
	*eferred*"Sense key: Medium Error"*"Additional sense: Write error"*) ;;
	*) fail "$1: no deferred error: $(echo "$_said" | tr '\n' ' ')" ;;
	esac
}

# Data that ended GOOD, and that the page cache can't get rid of: each initiator is
# told once with its next command, and once when it asks whether all is stable.
test_deferred_errors() {
	make_flakey || return 0
	head -c 4096 /dev/urandom >/tmp/4k
	give 1 v "$path" || return
	add_session vdisk-tgt other-ini || return
	other=$(wait_disk other-ini 1) || return
	sg_turs "$other" >/dev/null 2>&1
	good "$disk" -r 512 28 00 00 00 10 00 00 00 01 00
	good "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 08 00 00 08 00
	flakey_go bad
	sync
	flakey_go good
	for _disk in "$disk" "$other"; do
		deferred "$_disk"
		good "$_disk" -r 512 28 00 00 00 10 00 00 00 01 00
		sense "Medium Error" "Write error" "$_disk" 35 00 00 00 00 00 00 00 00 00
		case $_said in
		*eferred*) fail "SYNCHRONIZE CACHE gave a deferred error: $_said" ;;
		esac
		good "$_disk" 35 00 00 00 00 00 00 00 00 00
	done
	# Nor is a write with FUA taken for the one that failed.
	good "$disk" -s 4096 -i /tmp/4k 2a 00 00 00 00 10 00 00 08 00
	flakey_go bad
	sync
	flakey_go good
	_said=$(sg_raw -s 4096 -i /tmp/4k "$disk" 2a 08 00 00 00 18 00 00 08 00 2>&1)
	case $_said in
	*eferred*"Sense key: Medium Error"*) ;;
	*) fail "no deferred error with FUA: $_said" ;;
	esac
	good "$disk" -s 4096 -i /tmp/4k 2a 08 00 00 00 18 00 00 08 00
	sense "Medium Error" "Write error" "$disk" 35 00 00 00 00 00 00 00 00 00
	del_session vdisk-tgt other-ini
}

# vanished DISK CDB...: an error, of the disk or of its medium.
vanished() {
	_said=$(sg_raw -r 4096 "$1" 28 00 00 00 "$2" 00 00 00 08 00 2>&1)
	case $_said in
	*"Sense key: Hardware Error"* | *"Sense key: Medium Error"* | *"address out of range"*) ;;
	*) fail "$mode: a read of a disk that is gone: $_said" ;;
	esac
	_said=$(sg_raw -s 4096 -i /dev/zero "$1" 2a 08 00 00 "$2" 00 00 00 08 00 2>&1)
	case $_said in
	*"Sense key: Hardware Error"* | *"Sense key: Medium Error"* | *"address out of range"*) ;;
	*) fail "$mode: a write to a disk that is gone: $_said" ;;
	esac
}

test_disks_that_vanish() {
	modprobe -q scsi_debug dev_size_mb=8 add_host=0 || {
		skip "no scsi_debug in this kernel"
		return
	}
	for mode in FILEIO O_DIRECT BLOCKIO; do
		flags=$mode
		[ $mode != FILEIO ] || flags=
		echo 1 >/sys/bus/pseudo/drivers/scsi_debug/add_host
		wait_for debug_disk >/dev/null || {
			fail "no disk of scsi_debug"
			return
		}
		give 1 v "$(debug_disk)" "$flags" || return
		good "$disk" -r 4096 28 00 00 00 10 00 00 00 08 00
		echo -1 >/sys/bus/pseudo/drivers/scsi_debug/add_host
		drop_caches
		vanished "$disk" 20
		take v
		no_disk $INI 1
	done
	wait_for rmmod scsi_debug 2>/dev/null || fail "scsi_debug is still in use"
}

debug_disk() {
	for _file in /sys/block/sd*/device/model; do
		case $(cat "$_file" 2>/dev/null) in
		scsi_debug*)
			_name=${_file#/sys/block/}
			blockdev --getsize64 "/dev/${_name%%/*}" >/dev/null 2>&1 && echo "/dev/${_name%%/*}" && return
			;;
		esac
	done
	return 1
}
