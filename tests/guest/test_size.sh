# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The capacity follows the backing: files and block devices that grow and shrink
# while they are exported, how initiators are told, and what becomes of commands
# beyond the end.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

MODES="FILEIO O_DIRECT BLOCKIO"

# flags_of MODE: the words of the open command.
flags_of() {
	[ "$1" = FILEIO ] || echo "$1"
}

# A device of dm whose size can be changed: size_dm MIB
size_dm() {
	echo "0 $(($1 * 2048)) linear $below 0" | dmsetup load bad && dmsetup suspend bad && dmsetup resume bad
}

make_dm() {
	below=$(make_block 16) || return
	echo "0 8192 linear $below 0" | dmsetup create bad || return
	[ -e /dev/mapper/bad ] || dmsetup mknodes
	path=/dev/mapper/bad
}

has_size() {
	[ "$(blockdev --getsize64 "$disk")" = $(($1 << 20)) ]
}

told() {
	dmesg_has "Capacity data has changed"
}

# The initiator's disk follows, without anybody's help there.
follows() {
	wait_for has_size "$1" || fail "$2: the disk has $(blockdev --getsize64 "$disk") bytes, not $1 MiB"
	wait_for told || fail "$2: no unit attention"
	dmesg_mark
}

test_block_device_by_command() {
	make_dm || return
	for mode in $MODES; do
		size_dm 4
		give 1 v "$path" "$(flags_of "$mode")" || return
		dmesg_mark
		proc_ok vdisk/vdisk "resync_size v"
		assertFalse "nothing has changed" told
		size_dm 12
		proc_ok vdisk/vdisk "resync_size v"
		follows 12 "$mode grown"
		assertTrue "$mode: the table: $(proc_read vdisk/vdisk)" "proc_read vdisk/vdisk | grep -q '^v  *12 '"
		good "$disk" -s 512 -i /dev/zero 2a 00 00 00 5f ff 00 00 01 00
		size_dm 8
		proc_ok vdisk/vdisk "resync_size v"
		follows 8 "$mode shrunk"
		take v
		no_disk $INI 1
	done
	proc_err EINVAL vdisk/vdisk "resync_size w"
	proc_err EINVAL vdisk/vdisk resync_size
	proc_err EINVAL vdisk/vdisk "resync_size v v"
	dmsetup remove bad
}

# Without a command: an initiator asks for the capacity, or whether the disk is there.
test_file_noticed_by_what_initiators_ask() {
	path=$(make_file 4)
	give 1 v "$path" || return
	dmesg_mark
	truncate -s 6M "$path"
	assertTrue "READ CAPACITY (10)" "sg_readcap $disk | grep -q 'blocks=12288'"
	follows 6 "READ CAPACITY"
	truncate -s 8M "$path"
	sg_turs "$disk" >/dev/null 2>&1
	wait_for told || fail "TEST UNIT READY: no unit attention"
	wait_for has_size 8 || fail "TEST UNIT READY"
	truncate -s 4195000 "$path"
	assertTrue "READ CAPACITY (16)" "sg_readcap --long $disk | grep -q 'blocks=8193'"
}

# One command beyond the end makes it look; the initiator that knew better tries again.
test_file_noticed_by_what_goes_beyond() {
	path=$(make_file 4)
	give 1 v "$path" || return
	truncate -s 8M "$path"
	# Linux may look at the disk by itself meanwhile, and so be the one that notices.
	_said=$(sg_raw -r 512 "$disk" 28 00 00 00 30 00 00 00 01 00 2>&1)
	assertTrue "$_said" "echo '$_said' | grep -qE 'address out of range|Capacity data has changed'"
	wait_for has_size 8 || fail "size: $(blockdev --getsize64 "$disk")"
	good "$disk" -r 512 28 00 00 00 30 00 00 00 01 00
}

# beyond MODE DIRECTION: blocks 2046 to 2049, of which 2048 is the first that is gone.
beyond() {
	case $2 in
	read) sense "Illegal Request" "Logical block address out of range" "$disk" \
		-r 2048 28 00 00 00 07 fe 00 00 04 00 ;;
	write) sense "Illegal Request" "Logical block address out of range" "$disk" \
		-s 2048 -i /dev/zero 2a 00 00 00 07 fe 00 00 04 00 ;;
	esac
	case $_said in
	*0x800*) ;;
	*) fail "$1: the INFORMATION field isn't 800h: $_said" ;;
	esac
}

test_shrunk() {
	for mode in $MODES; do
		for do in read write; do
			make_dm || return
			give 1 v "$path" "$(flags_of "$mode")" || return
			good "$disk" -r 512 28 00 00 00 08 00 00 00 01 00
			size_dm 1
			beyond "$mode" $do
			# Now it is known, also to the initiator.
			wait_for has_size 1 || fail "$mode: size after the $do"
			beyond "$mode" $do
			good "$disk" -r 512 28 00 00 00 07 ff 00 00 01 00
			take v
			no_disk $INI 1
			dmsetup remove bad
			drop_backing
		done
	done
}

# A write must not make a file grow again around what was cut off.
test_shrunk_files_stay_so() {
	path=$(make_block 64) || return
	mkfs.ext4 -q "$path"
	mkdir -p /tmp/mnt
	mount "$path" /tmp/mnt
	for mode in FILEIO O_DIRECT; do
		rm -f /tmp/mnt/file
		fill /tmp/mnt/file 4
		give 1 v /tmp/mnt/file "$(flags_of $mode)" || return
		truncate -s 1M /tmp/mnt/file
		beyond $mode write
		assertEquals "$mode: size of the file" 1048576 "$(stat -c %s /tmp/mnt/file)"
		beyond $mode read
		take v
		no_disk $INI 1
	done
}

test_nothing_left() {
	path=$(make_file 4)
	give 1 v "$path" || return
	dmesg_mark
	: >"$path"
	# The disk driver may ask first.
	sg_turs "$disk" >/dev/null 2>&1
	wait_for told || fail "no unit attention"
	sense "Medium Error" "Medium format corrupted" "$(sg_of 1)" -r 8 25 00 00 00 00 00 00 00 00 00
	sense "Medium Error" "Medium format corrupted" "$(sg_of 1)" -r 32 9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00
	sense "Illegal Request" "Logical block address out of range" "$(sg_of 1)" -r 512 28 00 00 00 00 00 00 00 01 00
	truncate -s 4M "$path"
	proc_ok vdisk/vdisk "resync_size v"
	wait_for has_size 4 || fail "size: $(blockdev --getsize64 "$disk")"
}

# All initiators are told, whichever of them found out.
test_all_initiators_are_told() {
	path=$(make_file 4)
	give 1 v "$path" || return
	add_session vdisk-tgt other-ini || return
	other=$(wait_disk other-ini 1) || return
	sg_turs "$other" >/dev/null 2>&1
	truncate -s 8M "$path"
	assertTrue "READ CAPACITY" "sg_readcap $disk >/dev/null"
	for disk in "$disk" "$other"; do
		wait_for has_size 8 || fail "$disk: $(blockdev --getsize64 "$disk")"
	done
	del_session vdisk-tgt other-ini
}
