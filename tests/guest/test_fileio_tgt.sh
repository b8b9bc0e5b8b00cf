# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# fileio_tgt as an initiator sees it: what vdisk's own suite asks, and the cases of
# tests/conformance, put to its disks; what each of its options changes; discs; and how
# it ends.

# shellcheck source=tests/guest/test_vdisk.sh
. "$GUEST/test_vdisk.sh"
# shellcheck source=tests/guest/programs.sh
. "$GUEST/programs.sh"

oneTimeSetUp() {
	programs_load
	modprobe -q dm-flakey
	return 0
}

oneTimeTearDown() {
	programs_unload
}

setUp() {
	dmesg_mark
}

tearDown() {
	! grep -q " /tmp/mnt" /proc/mounts || umount /tmp/mnt
	end_all
	! dmsetup info bad >/dev/null 2>&1 || dmsetup remove bad
	rm -f /dev/mapper/bad
	drop_backing
}

# In the words of vdisk's "open" command: give LUN NAME PATH [BLOCK_SIZE] [WORD...].
give() {
	_lun=$1 _name=$2 _path=$3 _options=
	shift 3
	for _word in "$@"; do
		case $_word in
		"") ;;
		WRITE_THROUGH) _options="$_options --write_through" ;;
		NV_CACHE) _options="$_options --nv_cache" ;;
		READ_ONLY) _options="$_options --read_only" ;;
		O_DIRECT) _options="$_options --direct" ;;
		-*) _options="$_options $_word" ;;
		*) _options="$_options --block=$_word" ;;
		esac
	done
	[ "$_path" != NULLIO ] || {
		_options="$_options --nullio"
		_path=-
	}
	# shellcheck disable=SC2086 # a list of words
	serve "$_name" fileio_tgt $_options "$_name" "$_path" && map "$_name" "$_lun" || return
	disk=$(wait_disk $INI "$_lun") || return
	sg_turs "$disk" >/dev/null 2>&1
	return 0
}

take() {
	end "$1"
}

# Programs say it on their own.
dmesg_has() {
	dmesg | grep -qE "$1" || cat /tmp/log.* | grep -qE "$1"
}

# ---- as vdisk ----

test_as_vdisk_data() {
	test_fileio_file
	end_all
	for mode in "" O_DIRECT; do
		path=$(make_block 4)
		fill "$path" 4 5
		give 1 v "$path" 512 $mode || return
		for len in 1 511 512 513 1500; do
			rm -f /tmp/odd
			good "$disk" -r $len -o /tmp/odd 28 00 00 00 00 03 00 00 03 00
			dd if="$path" bs=512 skip=3 count=3 2>/dev/null | head -c $len >/tmp/expected
			assertTrue "$mode: $len bytes differ" "cmp /tmp/odd /tmp/expected"
		done
		take v
		no_disk $INI 1
	done
}

test_as_vdisk_parameters() {
	test_capacity
	end_all
	test_write_cache_enabled
	end_all
	test_no_space
}

# What can't be written is no secret.
test_write_errors() {
	test_write_errors_are_reported
}

# What a program can't know: more data than it has asked for (the kernel tells it of
# what is asked for), and what REQUEST SENSE, which the kernel answers, has to tell.
CASES_OF_THE_KERNEL="^not ok (WRITE SAME\(1[06]\): more data than a block: status|unit attention: (as parameter data of|gone after) REQUEST SENSE:)"

test_conformance() {
	serve cf fileio_tgt cf "$(make_file 32)" || return
	for _who in rw ro other; do
		proc_ok scsi_tgt "add_group $_who"
		proc_ok groups/$_who/names "add ini.$_who"
		proc_ok groups/$_who/devices "add cf 0$([ $_who != ro ] || echo ' READ_ONLY')"
		add_session programs-tgt ini.$_who || return
	done
	rw=$(wait_disk ini.rw 0) && ro=$(wait_disk ini.ro 0) && other=$(wait_disk ini.other 0)
	"$PEERS/conformance" "$rw" "$ro" "$other" >/tmp/cases 2>&1
	grep '^not ok ' /tmp/cases | grep -vE "$CASES_OF_THE_KERNEL" >/tmp/failed
	cat /tmp/failed
	assertEquals "failed cases" 0 "$(grep -c . /tmp/failed)"
	assertTrue "cases: $(tail -n 1 /tmp/cases)" "[ $(grep -c '^ok ' /tmp/cases) -ge 600 ]"
	for _who in rw ro other; do
		del_session programs-tgt ini.$_who
		proc_ok scsi_tgt "del_group $_who"
	done
}

# ---- options ----

# With each of them a file system is made, used, and found whole again.
test_options() {
	for how in "-p call -m none -l" "-p excpt -m read -f call --batch 1" "-m write -t -e 4" \
		"-o -b 4096" "-o -b 4096 -m none -f call -p call -l"; do
		case $how in
		-o*) path=$(make_block 8 4096) ;;	# a tmpfs has no direct I/O
		*) path=$(make_file 8) ;;
		esac
		# shellcheck disable=SC2086 # a list of words
		serve v fileio_tgt $how v "$path" && map v 1 || return
		disk=$(wait_disk $INI 1) || return
		mkfs.ext4 -q "$disk" >/tmp/mkfs.log 2>&1 || fail "$how: mkfs: $(tail -n 1 /tmp/mkfs.log)"
		mkdir -p /tmp/mnt
		mount "$disk" /tmp/mnt || fail "$how: mount"
		: >/tmp/mnt/data
		fill /tmp/mnt/data 1 3
		sum=$(sum /tmp/mnt/data fullblock)
		umount /tmp/mnt
		dd if="$disk" of=/dev/null bs=60k iflag=direct 2>/dev/null || fail "$how: read"
		end v
		no_disk $INI 1
		e2fsck -fn "$path" >/tmp/fsck.log 2>&1 || fail "$how: fsck: $(tail -n 1 /tmp/fsck.log)"
		[ -b "$path" ] || _loop="-o loop"
		# shellcheck disable=SC2086 # two words or none
		mount ${_loop:-} "$path" /tmp/mnt || fail "$how: mount of the file"
		assertEquals "$how: data" "$sum" "$(sum /tmp/mnt/data fullblock)"
		umount /tmp/mnt
		drop_backing
		_loop=
	done
}

# What the kernel's tracer sees of stable storage, and of the page cache.
test_what_options_change() {
	give 1 v "$(make_file 4)" READ_ONLY || return
	sense "Data Protect" "Write protected" "$(sg_of 1)" -s 512 -i /dev/zero 2a 00 00 00 00 08 00 00 01 00
	take v
	no_disk $INI 1
	give 1 v NULLIO || return
	assertEquals "size of --nullio" $((3 << 39)) "$(blockdev --getsize64 "$disk")"
	dd if=/dev/urandom of="$disk" bs=4k count=1 oflag=direct 2>/dev/null
	assertTrue "reads are zeros" "dd if=$disk bs=4k count=1 iflag=direct 2>/dev/null | cmp -n 4096 - /dev/zero"
	take v
	no_disk $INI 1
	trace_on || {
		skip "no block events in this kernel"
		return
	}
	path=$(make_cached_block 4) || return
	for mode in "" O_DIRECT; do
		give 1 v "$path" $mode || return
		trace_of "$path" >/dev/null
		good "$disk" -s 4096 -i /dev/zero 2a 00 00 00 00 08 00 00 08 00
		kinds_are_not "$mode: plain write" F "$path"
		good "$disk" 35 00 00 00 00 00 00 00 00 00
		kinds_are "$mode: SYNCHRONIZE CACHE" "^FW?" "$path"
		good "$disk" -s 4096 -i /dev/zero 2a 08 00 00 00 08 00 00 08 00
		kinds_are "$mode: FUA" "F" "$path"
		good "$disk" -r 4096 28 00 00 00 00 10 00 00 08 00
		good "$disk" -r 4096 28 00 00 00 00 10 00 00 08 00
		if [ "$mode" ]; then
			kinds_are "$mode: a second read" R "$path"
		else
			trace_of "$path" >/dev/null
			good "$disk" -r 4096 28 00 00 00 00 10 00 00 08 00
			kinds_are_not "cached read" R "$path"
		fi
		take v
		no_disk $INI 1
		give 1 v "$path" $mode WRITE_THROUGH || return
		trace_of "$path" >/dev/null
		good "$disk" -s 4096 -i /dev/zero 2a 00 00 00 00 08 00 00 08 00
		kinds_are "$mode: --write_through" "F" "$path"
		take v
		no_disk $INI 1
		give 1 v "$path" $mode NV_CACHE || return
		trace_of "$path" >/dev/null
		good "$disk" -s 4096 -i /dev/zero 2a 08 00 00 00 08 00 00 08 00
		good "$disk" 35 00 00 00 00 00 00 00 00 00
		kinds_are_not "$mode: --nv_cache" F "$path"
		take v
		no_disk $INI 1
	done
	trace_off
}

# refuses STATUS TEXT ARG...
refuses() {
	_status=$1 _text=$2
	shift 2
	"$PEERS/fileio_tgt" "$@" >/tmp/said 2>&1
	assertEquals "$*: status" "$_status" $?
	grep -q -- "$_text" /tmp/said || fail "$*: doesn't say '$_text': $(cat /tmp/said)"
}

test_messages() {
	refuses 0 "usage: fileio_tgt" --help
	refuses 0 "^fileio_tgt [0-9]" --version
	refuses 2 "a name without a path" v
	refuses 2 "give 512, 1024, 2048 or 4096" -b 700 v /tmp/x
	refuses 2 "choose one of std call excpt" -p what v /tmp/x
	refuses 2 "exclude each other" -n -o v /tmp/x
	refuses 1 "v: /tmp/none: no such file" v /tmp/none
	refuses 1 "neither a regular file nor a block device" v /dev/null
	: >/tmp/empty
	refuses 1 "smaller than one block of 512 bytes" v /tmp/empty
	path=$(make_file 4)
	serve v fileio_tgt v "$path" || return
	refuses 1 "in use" v "$path"
	end v
	# It needs the module.
	programs_unload
	refuses 1 "modprobe scst_user" v "$path"
	programs_load
}

# ---- discs ----

test_cdrom() {
	mkdir -p /tmp/disc
	: >/tmp/disc/data
	fill /tmp/disc/data 3 2
	genisoimage -quiet -R -o /tmp/disc.iso /tmp/disc 2>/tmp/iso.log || fail "$(cat /tmp/iso.log)"
	serve cd fileio_tgt --cdrom cd /tmp/disc.iso && map cd 1 || return
	cd=$(wait_disk $INI 1) || return
	case $cd in
	/dev/sr*) ;;
	*) fail "no drive: $cd" ;;
	esac
	mkdir -p /tmp/mnt
	mount -t iso9660 -o ro "$cd" /tmp/mnt || fail "mount"
	assertTrue "data" "cmp /tmp/mnt/data /tmp/disc/data"
	sense "Illegal Request" "Medium removal prevented" "$(sg_of 1)" 1b 00 00 00 02 00
	umount /tmp/mnt
	good "$(sg_of 1)" 1e 00 00 00 00 00
	good "$(sg_of 1)" 1b 00 00 00 02 00
	sense "Not Ready" "Medium not present - tray open" "$(sg_of 1)" 00 00 00 00 00 00
	good "$(sg_of 1)" 1b 00 00 00 03 00
	sense "Unit Attention" "Not ready to ready change" "$(sg_of 1)" 00 00 00 00 00 00
	assertTrue "READ TOC" "sg_raw -r 12 $(sg_of 1) 43 00 00 00 00 00 01 00 0c 00"
	end cd
	rm -rf /tmp/disc /tmp/disc.iso
}

# ---- its end ----

# Several devices in one process; SIGTERM under load, with LUNs and without.
test_end() {
	a=$(make_file 8) b=$(make_file 8)
	serve a fileio_tgt a "$a" b "$b" || return
	end a
	is_unknown b || fail "b stays"
	serve a fileio_tgt a "$a" b "$b" && map a 1 && map b 2 || return
	disk=$(wait_disk $INI 1) && other=$(wait_disk $INI 2) || return
	fill "$disk" 8 1
	fill "$other" 8 2
	dd if="$disk" of=/dev/null bs=4k iflag=direct 2>/dev/null &
	load=$!
	dd if=/dev/zero of="$other" bs=4k count=200 oflag=direct 2>/dev/null &
	more=$!
	end a
	no_disk $INI 1
	no_disk $INI 2
	wait $load $more 2>/dev/null
	fill /tmp/expected 8 1
	assertTrue "data of a" "cmp $a /tmp/expected"
	rm -f /tmp/expected
	# With I/O of the ring under way, and work on all blocks.
	serve c fileio_tgt -o -b 4096 c "$(make_slow_block 8 50)" && map c 3 || return
	disk=$(wait_disk $INI 3) || return
	dd if=/dev/zero of="$disk" bs=4k count=200 oflag=direct 2>/dev/null &
	load=$!
	sleep 0.5
	printf '\001\000\000\001\000' >/tmp/list
	sg_raw -s 5 -i /tmp/list "$disk" 48 01 00 00 00 00 00 00 05 00 >/tmp/raw.log 2>&1 &
	more=$!
	sleep 0.5
	end c
	no_disk $INI 3
	wait $load $more 2>/dev/null || :
}

# A file that grows: SIGHUP tells, and initiators hear of it.
test_size() {
	path=$(make_file 4)
	give 1 v "$path" || return
	truncate -s 8M "$path"
	kill -HUP "$(cat /tmp/served.v)"
	wait_for grep -q "has grown" /tmp/log.v
	sense "Unit Attention" "Capacity data has changed" "$(sg_of 1)" 00 00 00 00 00 00
	assertTrue "READ CAPACITY" "sg_readcap $disk | grep -q 'logical blocks=16384'"
	end v
}

test_ramdisk() {
	serve ram ramdisk ram 8 && map ram 1 || return
	disk=$(wait_disk $INI 1) || return
	fio_verify "$disk"
	assertEquals "size" 8388608 "$(blockdev --getsize64 "$disk")"
	end ram
}
