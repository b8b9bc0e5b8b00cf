# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Virtual CD-ROM drives as initiators see them: discs that Linux mounts, exchanges,
# ejects, loads and locks; two initiators at one drive; what a drive tells of itself
# and of its disc, byte by byte; and the commands open, close and change.

INI=cdrom-ini
INI2=cdrom-ini2
ISO=/tmp/iso
MNT=/tmp/mnt
MEDIUM="Not Ready"

oneTimeSetUp() {
	load_modules target=cdrom-tgt initiator=$INI
	modprobe -q isofs
	modprobe -q udf
	mkdir -p $ISO $MNT
	make_iso one 3
	make_iso two 5
}

oneTimeTearDown() {
	unload_modules
	rm -rf $ISO
}

setUp() {
	dmesg_mark
}

tearDown() {
	! grep -q " $MNT" /proc/mounts || umount $MNT
	rm -f $ISO/big
	[ -e "$PROC/vcdrom" ] || return 0
	! host_of $INI2 >/dev/null || del_session cdrom-tgt $INI2
	for name in $(proc_read vcdrom/vcdrom | sed '1d; s/ .*//'); do
		proc_ok vcdrom/vcdrom "close $name"
	done
}

# make_iso NAME MIB: an image with a file of so many MiB and one with its name, for
# ISO 9660 and UDF.
make_iso() {
	mkdir -p "$ISO/$1.dir"
	echo "$1" >"$ISO/$1.dir/name"
	: >"$ISO/$1.dir/data"
	fill "$ISO/$1.dir/data" "$2" "$2"
	genisoimage -quiet -R -J -udf -V "disc_$1" -o "$ISO/$1" "$ISO/$1.dir" 2>/tmp/iso.log ||
		fail "genisoimage: $(tail -n 1 /tmp/iso.log)"
}

blocks_of() {
	echo $(($(stat -c %s "$1") / 2048))
}

# give LUN NAME [PATH]: open a drive and map it; $cd and $sg are its devices.
give() {
	_lun=$1
	shift
	proc_ok vcdrom/vcdrom "open $*" || return
	proc_ok groups/Default/devices "add $1 $_lun" || return
	wait_for disk_of $INI "$_lun" >/dev/null || {
		fail "no drive at LUN $_lun"
		return 1
	}
	cd=$(disk_of $INI "$_lun")
	sg=$(sg_of $INI "$_lun")
	settle "$sg"
}

sg_of() {
	_host=$(host_of "$1") || return 1
	for _dir in /sys/class/scsi_device/"${_host#host}":*:*:"$2"/device/scsi_generic/*; do
		[ ! -e "$_dir" ] || echo "/dev/${_dir##*/}"
	done
}

# The news of new devices is not what a test wants to see.
settle() {
	for _try in 1 2 3 4; do
		case $(sg_raw "$1" 0 0 0 0 0 0 2>&1) in
		*"Unit Attention"*) ;;
		*) return ;;
		esac
	done
}

# second_session: $sg2 is the drive's device there.
second_session() {
	add_session cdrom-tgt $INI2
	wait_for disk_of $INI2 "$1" >/dev/null || fail "no drive for the second session"
	sg2=$(sg_of $INI2 "$1")
	settle "$sg2"
	settle "$sg"
}

# answer LENGTH DEVICE CDB...: what it says, in hex.
answer() {
	_len=$1 _dev=$2
	shift 2
	rm -f /tmp/answer
	sg_raw -r "$_len" -o /tmp/answer "$_dev" "$@" >/tmp/raw.log 2>&1 || {
		echo "failed: $(tr '\n' ' ' </tmp/raw.log)"
		return 1
	}
	hexdump -v -e '1/1 "%02x"' /tmp/answer
}

# refused KEY ADDITIONAL DEVICE CDB...: it must fail like that.
refused() {
	_key=$1 _more=$2 _dev=$3
	shift 3
	_said=$(sg_raw -r 4096 "$_dev" "$@" 2>&1)
	case $_said in
	*"Sense key: $_key"*"Additional sense: $_more"*) return 0 ;;
	esac
	fail "CDB $*: expected $_key, $_more; got: $(echo "$_said" | tr '\n' ' ')"
}

good() {
	_dev=$1
	shift
	_said=$(sg_raw "$_dev" "$@" 2>&1) || fail "CDB $*: $(echo "$_said" | tr '\n' ' ')"
}

unhex() {
	for _byte in $(echo "$1" | sed 's/../& /g'); do
		# shellcheck disable=SC2059 # an escape is made
		printf "\\$(printf %03o "0x$_byte")"
	done
}

eject() { good "$1" 1b 0 0 0 2 0; }
load() { good "$1" 1b 0 0 0 3 0; }
prevent() { good "$1" 1e 0 0 0 "$2" 0; }

# media_event DEVICE: event code and status of the class "media".
media_event() {
	answer 8 "$1" 4a 1 0 0 10 0 0 0 8 0 | cut -c 9-12
}

# quiet DEVICE: events so far have been told.
quiet() {
	for _try in 1 2 3 4; do
		answer 8 "$1" 4a 1 0 0 12 0 0 0 8 0 >/dev/null
	done
}

same_files() {
	assertEquals "$1: name" "$1" "$(cat "$MNT/name")"
	cmp "$ISO/$1.dir/data" "$MNT/data" || fail "$1: the file differs"
}

test_mount_and_change() {
	give 0 drive "$ISO/one" || return
	assertEquals "size" "$(stat -c %s $ISO/one)" "$(blockdev --getsize64 "$cd")"
	assertEquals "block size" 2048 "$(blockdev --getss "$cd")"
	assertTrue "mount" "mount -t iso9660 -o ro $cd $MNT"
	same_files one
	umount $MNT
	assertTrue "mount as UDF" "mount -t udf -o ro $cd $MNT"
	same_files one
	umount $MNT

	proc_ok vcdrom/vcdrom "change drive $ISO/two"
	assertEquals "size after the change" "$(stat -c %s $ISO/two)" "$(blockdev --getsize64 "$cd")"
	assertTrue "mount the second" "mount -t iso9660 -o ro $cd $MNT"
	same_files two
	umount $MNT
	assertEquals "raw" "$(sha256sum <$ISO/two)" "$(dd if="$cd" bs=64k 2>/dev/null | sha256sum)"

	proc_ok vcdrom/vcdrom "change drive"
	assertFalse "an empty drive has no size" "blockdev --getsize64 $cd 2>/dev/null"
	proc_ok vcdrom/vcdrom "change drive $ISO/one"
	assertEquals "size after the return" "$(stat -c %s $ISO/one)" "$(blockdev --getsize64 "$cd")"
}

test_block_device() {
	path=$(make_block 8) || return
	dd if=$ISO/one of="$path" bs=1M conv=fsync 2>/dev/null
	give 0 drive "$path" || return
	mount -t iso9660 -o ro "$cd" $MNT || fail "mount"
	same_files one
	umount $MNT
	proc_ok vcdrom/vcdrom "change drive"
	assertTrue "the device is free again" "dd if=/dev/zero of=$path bs=4k count=1 conv=fsync 2>/dev/null"
	drop_backing
}

test_table() {
	assertEquals "header" "Name              Size(MB)  File name" "$(proc_read vcdrom/vcdrom)"
	assertEquals "type" "5 - $(proc_read vcdrom/type | sed 's/^5 - //')" "$(proc_read vcdrom/type)"
	give 0 drive "$ISO/one" || return
	proc_ok vcdrom/vcdrom "open empty"
	mib=$(($(stat -c %s $ISO/one) >> 20))
	assertEquals "rows" "$(printf '%-17s %-9u %s\n%-17s %-9u ' drive $mib $ISO/one empty 0)" \
		"$(proc_read vcdrom/vcdrom | sed 1d)"
	eject "$sg"
	assertEquals "on the tray" "$(printf '%-17s %-9u %s' drive 0 $ISO/one)" \
		"$(proc_read vcdrom/vcdrom | grep ^drive)"
	proc_ok vcdrom/vcdrom "change drive"
	assertEquals "ejected" "$(printf '%-17s %-9u ' drive 0)" "$(proc_read vcdrom/vcdrom | grep ^drive)"
	assertEquals "in the table of devices" 2 "$(proc_read scsi_tgt | grep -c ' vcdrom$')"
}

test_wrong_commands() {
	mkdir -p "$BACKING"
	: >"$BACKING/nothing"
	head -c 2047 /dev/zero >"$BACKING/small"
	proc_ok vcdrom/vcdrom "open drive $ISO/one"
	proc_err EINVAL vcdrom/vcdrom "open"
	proc_err EINVAL vcdrom/vcdrom "open drive"
	proc_err EINVAL vcdrom/vcdrom "open a/b $ISO/one"
	proc_err EINVAL vcdrom/vcdrom "open two relative"
	proc_err EINVAL vcdrom/vcdrom "open two $ISO/one 2048"
	proc_err EINVAL vcdrom/vcdrom "open two $BACKING/nothing"
	proc_err EINVAL vcdrom/vcdrom "open two $BACKING/small"
	proc_err EINVAL vcdrom/vcdrom "open two $BACKING"
	proc_err ENOENT vcdrom/vcdrom "open two /no/such"
	proc_err EINVAL vcdrom/vcdrom "change"
	proc_err EINVAL vcdrom/vcdrom "change two"
	proc_err EINVAL vcdrom/vcdrom "change drive relative"
	proc_err ENOENT vcdrom/vcdrom "change drive /no/such"
	proc_err EINVAL vcdrom/vcdrom "change drive $BACKING/small"
	proc_err EINVAL vcdrom/vcdrom "close two"
	proc_err EINVAL vcdrom/vcdrom "eject drive"
	proc_ok vdisk/vdisk "open disk $ISO/one READ_ONLY"
	proc_err EINVAL vcdrom/vcdrom "open disk $ISO/two"
	proc_err EINVAL vcdrom/vcdrom "close disk"
	proc_ok vdisk/vdisk "close disk"
	drop_backing
}

test_empty_drive() {
	give 0 drive || return
	for cdb in "0 0 0 0 0 0" "1b 0 0 0 1 0" "25 0 0 0 0 0 0 0 0 0" "28 0 0 0 0 0 0 0 1 0" \
		"a8 0 0 0 0 0 0 0 0 1 0 0" "be 0 0 0 0 0 0 0 1 10 0 0" "b9 0 0 0 2 0 0 2 1 10 0 0" \
		"43 0 0 0 0 0 0 0 40 0" "51 0 0 0 0 0 0 0 22 0" "52 0 0 0 0 0 0 0 24 0" \
		"42 0 40 1 0 0 0 0 10 0" "2b 0 0 0 0 0 0 0 0 0" "ad 0 0 0 0 0 0 0 0 20 0 0"; do
		# shellcheck disable=SC2086 # a list of words
		refused "$MEDIUM" "Medium not present" "$sg" $cdb
	done
	assertEquals "no profile" "0000" "$(answer 8 "$sg" 46 0 0 0 0 0 0 0 8 0 | cut -c 13-16)"
	assertEquals "no media" "0000" "$(media_event "$sg")"
	eject "$sg"
	refused "$MEDIUM" "Medium not present - tray open" "$sg" 0 0 0 0 0 0
	assertEquals "door open" "10" "$(answer 8 "$sg" bd 0 0 0 0 0 0 0 0 8 0 0 | cut -c 3-4)"
	assertEquals "tray open" "0001" "$(media_event "$sg")"
	load "$sg"
	refused "$MEDIUM" "Medium not present" "$sg" 0 0 0 0 0 0
	assertEquals "tray closed" "0000" "$(media_event "$sg")"
	assertEquals "inquiry" "05" "$(answer 36 "$sg" 12 0 0 0 24 0 | cut -c 1-2)"
}

test_eject_and_load() {
	give 0 drive "$ISO/one" || return
	quiet "$sg"
	assertEquals "no event, a disc" "0002" "$(media_event "$sg")"
	eject "$sg"
	refused "$MEDIUM" "Medium not present - tray open" "$sg" 0 0 0 0 0 0
	refused "$MEDIUM" "Medium not present - tray open" "$sg" 28 0 0 0 0 0 0 0 1 0
	assertEquals "removal, tray open" "0301" "$(media_event "$sg")"
	assertEquals "told once" "0001" "$(media_event "$sg")"
	eject "$sg"
	assertEquals "out already" "0001" "$(media_event "$sg")"
	load "$sg"
	assertEquals "new media" "0202" "$(media_event "$sg")"
	refused "Unit Attention" "Not ready to ready change, medium may have changed" "$sg" 28 0 0 0 0 0 0 0 1 0
	good "$sg" 0 0 0 0 0 0
	load "$sg"
	good "$sg" 0 0 0 0 0 0
	good "$sg" 1b 0 0 0 0 0
	good "$sg" 1b 0 0 0 1 0
	good "$sg" 1b 0 0 0 30 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" 1b 0 0 0 40 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" 1b 0 0 0 6 0
	good "$sg" 0 0 0 0 0 0
}

# The administrator closes the tray with what he puts in.
test_change_of_an_open_tray() {
	give 0 drive "$ISO/one" || return
	eject "$sg"
	quiet "$sg"
	proc_ok vcdrom/vcdrom "change drive $ISO/two"
	assertEquals "new media" "0202" "$(media_event "$sg")"
	refused "Unit Attention" "Not ready to ready change" "$sg" 0 0 0 0 0 0
	assertEquals "its size" "$(printf '%08x' $(($(blocks_of $ISO/two) - 1)))00000800" \
		"$(answer 8 "$sg" 25 0 0 0 0 0 0 0 0 0)"
}

test_change_is_two_events() {
	give 0 drive "$ISO/one" || return
	quiet "$sg"
	proc_ok vcdrom/vcdrom "change drive $ISO/two"
	assertEquals "removal" "0302" "$(media_event "$sg")"
	assertEquals "new media" "0202" "$(media_event "$sg")"
	assertEquals "nothing else" "0002" "$(media_event "$sg")"
}

test_lock() {
	give 0 drive "$ISO/one" || return
	quiet "$sg"
	prevent "$sg" 1
	refused "Illegal Request" "Medium removal prevented" "$sg" 1b 0 0 0 2 0
	proc_err EBUSY vcdrom/vcdrom "change drive $ISO/two"
	assertEquals "eject request" "0102" "$(media_event "$sg")"
	proc_err EBUSY vcdrom/vcdrom "change drive"
	good "$sg" 28 0 0 0 0 0 0 0 1 0
	prevent "$sg" 0
	proc_ok vcdrom/vcdrom "change drive $ISO/two"
	settle "$sg"

	# Of both kinds of lock each has to be taken back.
	prevent "$sg" 3
	prevent "$sg" 1
	prevent "$sg" 0
	assertEquals "persistent prevented" "80" "$(answer 8 "$sg" 4a 1 0 0 2 0 0 0 8 0 | cut -c 11-12)"
	refused "Illegal Request" "Medium removal prevented" "$sg" 1b 0 0 0 2 0
	prevent "$sg" 2
	assertEquals "not any more" "00" "$(answer 8 "$sg" 4a 1 0 0 2 0 0 0 8 0 | cut -c 11-12)"
	eject "$sg"
}

test_mounted_disc_is_locked() {
	give 0 drive "$ISO/one" || return
	mount -t iso9660 -o ro "$cd" $MNT || fail "mount"
	proc_err EBUSY vcdrom/vcdrom "change drive $ISO/two"
	same_files one
	umount $MNT
	proc_ok vcdrom/vcdrom "change drive $ISO/two"
}

test_two_initiators() {
	give 0 drive "$ISO/one" || return
	second_session 0
	quiet "$sg"
	quiet "$sg2"
	prevent "$sg2" 1
	refused "Illegal Request" "Medium removal prevented" "$sg" 1b 0 0 0 2 0
	prevent "$sg" 1
	prevent "$sg2" 0
	refused "Illegal Request" "Medium removal prevented" "$sg2" 1b 0 0 0 2 0
	prevent "$sg" 0
	eject "$sg2"
	refused "$MEDIUM" "Medium not present - tray open" "$sg" 0 0 0 0 0 0
	load "$sg"
	for _dev in "$sg" "$sg2"; do
		assertEquals "new media" "0202" "$(media_event "$_dev" | sed s/0302/0202/)"
		refused "Unit Attention" "Not ready to ready change" "$_dev" 0 0 0 0 0 0
		good "$_dev" 0 0 0 0 0 0
	done
}

# A lock ends with the nexus that holds it, and with a reset.
test_lock_ends() {
	give 0 drive "$ISO/one" || return
	second_session 0
	prevent "$sg2" 1
	prevent "$sg2" 3
	refused "Illegal Request" "Medium removal prevented" "$sg" 1b 0 0 0 2 0
	del_session cdrom-tgt $INI2
	settle "$sg"
	eject "$sg"
	load "$sg"
	settle "$sg"

	second_session 0
	prevent "$sg2" 1
	assertTrue "reset" "sg_reset -d $sg"
	settle "$sg"
	eject "$sg"
	load "$sg"
	settle "$sg"

	# SPC-5 6.16: and with an I_T NEXUS LOSS, or PREEMPT AND ABORT.
	settle "$sg2"
	prevent "$sg2" 3
	assertTrue "loss" "sg_reset -N -H $sg2"
	settle "$sg"
	settle "$sg2"
	eject "$sg"
	load "$sg"
	settle "$sg"
	settle "$sg2"
	for _dev in "$sg" "$sg2"; do
		assertTrue "register" "sg_persist -n -o -G -S 0x${_dev#/dev/sg}1 $_dev >/tmp/persist.log 2>&1"
	done
	prevent "$sg2" 1
	assertTrue "preempt and abort: $(cat /tmp/persist.log)" \
		"sg_persist -n -o -A -K 0x${sg#/dev/sg}1 -S 0x${sg2#/dev/sg}1 $sg >/tmp/persist.log 2>&1"
	eject "$sg"
}

test_toc() {
	give 0 drive "$ISO/one" || return
	n=$(blocks_of $ISO/one)
	end=$(printf %08x "$n")
	f=$((n + 150))
	msf=$(printf '%02x%02x%02x' $((f / 4500)) $((f / 75 % 60)) $((f % 75)))
	assertEquals "all tracks" "00120101""0014010000000000""0014aa00$end" \
		"$(answer 64 "$sg" 43 0 0 0 0 0 0 0 40 0)"
	assertEquals "MSF" "00120101""0014010000000200""0014aa0000$msf" \
		"$(answer 64 "$sg" 43 2 0 0 0 0 1 0 40 0)"
	assertEquals "lead-out" "000a0101""0014aa00$end" "$(answer 64 "$sg" 43 0 0 0 0 0 aa 0 40 0)"
	assertEquals "cut" "0012" "$(answer 64 "$sg" 43 0 0 0 0 0 0 0 2 0)"
	assertEquals "sessions" "000a0101""0014010000000000" "$(answer 64 "$sg" 43 0 1 0 0 0 0 0 c 0)"
	assertEquals "sessions, as ATAPI" "000a0101""0014010000000000" "$(answer 64 "$sg" 43 0 0 0 0 0 0 0 c 40)"
	assertEquals "raw" "002e0101""011400a000000000010000""011400a100000000010000""011400a200000000$msf""0114000100000000000200" \
		"$(answer 64 "$sg" 43 2 2 0 0 0 1 0 40 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 43 0 0 0 0 0 2 0 40 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" 43 0 2 0 0 0 2 0 40 0
	for format in 3 4 5 6; do
		refused "Illegal Request" "Invalid field in cdb" "$sg" 43 0 $format 0 0 0 0 0 40 0
	done

	assertEquals "disc" "00200e0101010120000000000000""0000""ffffffffffffffff""0000000000000000""0000" \
		"$(answer 34 "$sg" 51 0 0 0 0 0 0 0 22 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 51 1 0 0 0 0 0 0 22 0
	track=0022010100040100"$(printf %032d 0)$end$(printf %016d 0)"
	assertEquals "track by block" "$track" "$(answer 36 "$sg" 52 0 0 0 0 5 0 0 24 0)"
	assertEquals "track by number" "$track" "$(answer 36 "$sg" 52 1 0 0 0 1 0 0 24 0)"
	assertEquals "track by session" "$track" "$(answer 36 "$sg" 52 2 0 0 0 1 0 0 24 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 52 1 0 0 0 2 0 0 24 0
	# shellcheck disable=SC2046 # a list of words
	refused "Illegal Request" "Invalid field in cdb" "$sg" 52 0 $(echo "$end" | sed 's/../& /g') 0 0 24 0

	assertEquals "sub-channel" "0015000c""0114010100000000""00000000" "$(answer 16 "$sg" 42 0 40 1 0 0 0 0 10 0)"
	assertEquals "sub-channel, header" "00150000" "$(answer 16 "$sg" 42 0 0 1 0 0 0 0 10 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 42 0 40 4 0 0 0 0 10 0
}

test_read_cd() {
	give 0 drive "$ISO/one" || return
	n=$(blocks_of $ISO/one)
	dd if=$ISO/one bs=2048 skip=16 count=4 of=/tmp/want 2>/dev/null
	for cdb in "be 0 0 0 0 10 0 0 4 10 0 0" "be 8 0 0 0 10 0 0 4 10 0 0" "b9 0 0 0 2 10 0 2 14 10 0 0" \
		"28 0 0 0 0 10 0 0 4 0" "a8 0 0 0 0 10 0 0 0 4 0 0"; do
		# shellcheck disable=SC2086 # a list of words
		answer 8192 "$sg" $cdb >/dev/null
		cmp /tmp/want /tmp/answer || fail "$cdb: wrong data"
	done
	good "$sg" be 0 0 0 0 10 0 0 4 0 0 0
	good "$sg" 2b 0 0 0 0 10 0 0 0 0
	good "$sg" 35 0 0 0 0 0 0 0 0 0
	good "$sg" 2f 0 0 0 0 0 0 7 0 0
	refused "Illegal Request" "Logical block address out of range" "$sg" 2f 0 0 0 0 0 0 ff ff 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" 2f 2 0 0 0 0 0 0 0 0
	good "$sg" bb 0 ff ff 0 0 0 0 0 0 0 0
	last=$(printf '%04x' $((n - 1)) | sed 's/../& /g')
	end=$(printf '%04x' "$n" | sed 's/../& /g')
	# shellcheck disable=SC2086 # lists of words
	{
		answer 2048 "$sg" 28 0 0 0 $last 0 0 1 0 >/dev/null
		dd if=$ISO/one bs=2048 skip=$((n - 1)) of=/tmp/want 2>/dev/null
		cmp /tmp/want /tmp/answer || fail "the last block differs"
		refused "Illegal Request" "Logical block address out of range" "$sg" 28 0 0 0 $last 0 0 2 0
		refused "Illegal Request" "Logical block address out of range" "$sg" a8 0 0 0 $end 0 0 0 1 0 0
		refused "Illegal Request" "Logical block address out of range" "$sg" be 0 0 0 $end 0 0 1 10 0 0
		refused "Illegal Request" "Logical block address out of range" "$sg" 2b 0 0 0 $end 0 0 0 0
		good "$sg" 28 0 0 0 $end 0 0 0 0
	}
	refused "Illegal Request" "Illegal mode for this track" "$sg" be 4 0 0 0 10 0 0 1 10 0 0
	for byte9 in f8 90 30 18 12 11; do
		refused "Illegal Request" "Invalid field in cdb" "$sg" be 0 0 0 0 10 0 0 1 $byte9 0 0
	done
	refused "Illegal Request" "Invalid field in cdb" "$sg" be 0 0 0 0 10 0 0 1 10 1 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" be 18 0 0 0 10 0 0 1 10 0 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" b9 0 0 0 2 10 0 2 0f 10 0 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" b9 0 0 0 3c 10 0 3d 0 10 0 0
	refused "Illegal Request" "Logical block address out of range" "$sg" b9 0 0 0 1 10 0 2 0f 10 0 0
	refused "Illegal Request" "Invalid command operation code" "$sg" 2a 0 0 0 0 0 0 0 1 0
	refused "Illegal Request" "Invalid command operation code" "$sg" 88 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0
	refused "Illegal Request" "Invalid command operation code" "$sg" a1 0 0 0 0 0 0 0 0 0 0 0
}

test_configuration() {
	give 0 drive "$ISO/one" || return
	said=$(sg_get_config "$sg" 2>&1)
	for word in "Current profile: CD-ROM" "Core" "Morphing" "Tray type" "Random readable" "CD read" "DVD read" \
		"Power management" "Timeout" "serial number"; do
		echo "$said" | grep -q "$word" || fail "no $word in: $said"
	done
	assertEquals "profile" "0008" "$(answer 8 "$sg" 46 0 0 0 0 0 0 0 8 0 | cut -c 13-16)"
	assertEquals "profiles" "00000010""00000008""00000308""00100000""00080100" \
		"$(answer 64 "$sg" 46 2 0 0 0 0 0 0 40 0)"
	assertEquals "random readable" "00000010""00000008""00100108""00000800""00010100" \
		"$(answer 64 "$sg" 46 2 0 10 0 0 0 0 40 0)"
	assertEquals "DVD read is not current" "0000000c""00000008""001f0404""00000000" \
		"$(answer 64 "$sg" 46 2 0 1f 0 0 0 0 40 0)"
	assertEquals "no such feature" "0000000400000008" "$(answer 64 "$sg" 46 2 0 20 0 0 0 0 40 0)"
	all=$(answer 256 "$sg" 46 0 0 0 0 0 0 1 0 0)
	current=$(answer 256 "$sg" 46 1 0 0 0 0 0 1 0 0)
	assertEquals "DVD read is left out" 16 $((${#all} - ${#current}))
	refused "Illegal Request" "Invalid field in cdb" "$sg" 46 3 0 0 0 0 0 0 40 0
	eject "$sg"
	assertEquals "no profile" "0000" "$(answer 8 "$sg" 46 0 0 0 0 0 0 0 8 0 | cut -c 13-16)"
}

test_mode_pages() {
	give 0 drive "$ISO/one" || return
	caps="2a1e0800000029002130000000002130$(printf %032d 0)"
	assertEquals "capabilities" "0026000000000000$caps" "$(answer 64 "$sg" 5a 0 2a 0 0 0 0 0 40 0)"
	prevent "$sg" 1
	locked="2a1e080000002b00${caps#????????????????}"
	assertEquals "locked" "23000000$locked" "$(answer 64 "$sg" 1a 0 2a 0 40 0)"
	assertEquals "changeable" "230000002a1e$(printf %060d 0)" "$(answer 64 "$sg" 1a 0 6a 0 40 0)"

	# What is read can be written back, and nothing else.
	unhex "00000000$locked" >/tmp/list
	assertTrue "as it is" "sg_raw -s 36 -i /tmp/list $sg 15 10 0 0 24 0 2>/dev/null"
	prevent "$sg" 0
	sg_raw -s 36 -i /tmp/list "$sg" 15 10 0 0 24 0 2>&1 | grep -q "Invalid field in parameter list" ||
		fail "a lock can't be written"
	assertEquals "timeouts" "0d0000001d0800000000003c003c" "$(answer 64 "$sg" 1a 0 1d 0 40 0)"
	assertEquals "power" "0f0000001a0a$(printf %020d 0)" "$(answer 64 "$sg" 1a 0 1a 0 40 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 1a 0 8 0 40 0

	# Linux knows the drive by them.
	for word in "drive speed:.*48" "Can close tray:.*1" "Can open tray:.*1" "Can lock tray:.*1" \
		"Can read DVD:.*1" "Can write CD-R:.*0"; do
		grep -q "$word" /proc/sys/dev/cdrom/info || fail "no $word in: $(cat /proc/sys/dev/cdrom/info)"
	done
}

test_inquiry() {
	give 0 drive "$ISO/one" || return
	said=$(sg_inq -d "$sg" 2>&1)
	for word in "PDT=5" "RMB=1" "Vendor identification: SCST_FIO" "Product identification: drive" "MMC-6"; do
		echo "$said" | grep -q "$word" || fail "no $word in: $said"
	done
	assertEquals "pages" "05000006""008083868788" "$(answer 64 "$sg" 12 1 0 0 40 0)"
	serial=$(answer 64 "$sg" 12 1 80 0 40 0)
	proc_ok vcdrom/vcdrom "change drive $ISO/two"
	settle "$sg"
	assertEquals "the same drive with another disc" "$serial" "$(answer 64 "$sg" 12 1 80 0 40 0)"
}

test_events() {
	give 0 drive "$ISO/one" || return
	quiet "$sg"
	eject "$sg"
	load "$sg"
	settle "$sg"
	assertEquals "operational change first" "00060156""02000001" "$(answer 8 "$sg" 4a 1 0 0 12 0 0 0 8 0)"
	assertEquals "removal" "00060456""03020000" "$(answer 8 "$sg" 4a 1 0 0 12 0 0 0 8 0)"
	assertEquals "new media" "00060456""02020000" "$(answer 8 "$sg" 4a 1 0 0 12 0 0 0 8 0)"
	assertEquals "nothing" "00060156""00000000" "$(answer 8 "$sg" 4a 1 0 0 12 0 0 0 8 0)"
	assertEquals "power" "00060256""00010000" "$(answer 8 "$sg" 4a 1 0 0 4 0 0 0 8 0)"
	assertEquals "busy" "00060656""00000000" "$(answer 8 "$sg" 4a 1 0 0 40 0 0 0 8 0)"
	assertEquals "no such class" "00028056" "$(answer 8 "$sg" 4a 1 0 0 28 0 0 0 8 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" 4a 0 0 0 10 0 0 0 8 0
	eject "$sg"
	assertEquals "header only" "00060456" "$(answer 8 "$sg" 4a 1 0 0 10 0 0 0 4 0)"
	assertEquals "the event is still there" "0301" "$(media_event "$sg")"
}

test_dvd() {
	truncate -s 900M $ISO/big
	give 0 drive "$ISO/big" || return
	n=$(blocks_of $ISO/big)
	assertEquals "profile" "0010" "$(answer 8 "$sg" 46 0 0 0 0 0 0 0 8 0 | cut -c 13-16)"
	assertEquals "blocking" "0010" "$(answer 20 "$sg" 46 2 0 10 0 0 0 0 14 0 | cut -c 33-36)"
	head="08020000""010f010000030000$(printf %08x $((0x30000 + n - 1)))"
	assertEquals "physical format" "$head" "$(answer 2052 "$sg" ad 0 0 0 0 0 0 0 8 4 0 0 | cut -c 1-32)"
	assertEquals "its length" 2052 "$(stat -c %s /tmp/answer)"
	assertEquals "copyright" "00060000""00000000" "$(answer 8 "$sg" ad 0 0 0 0 0 0 1 0 8 0 0)"
	assertEquals "list" "000e0000""00400804""01400008""04400804" "$(answer 64 "$sg" ad 0 0 0 0 0 0 ff 0 40 0 0)"
	refused "Illegal Request" "Invalid field in cdb" "$sg" ad 0 0 0 0 0 0 3 0 40 0 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" ad 0 0 0 0 0 1 0 0 40 0 0
	refused "Illegal Request" "Invalid field in cdb" "$sg" 43 0 2 0 0 0 1 0 40 0
	refused "Illegal Request" "Cannot read medium - incompatible format" "$sg" be 0 0 0 0 10 0 0 1 10 0 0
	proc_ok vcdrom/vcdrom "change drive $ISO/one"
	settle "$sg"
	refused "Illegal Request" "Cannot read medium - incompatible format" "$sg" ad 0 0 0 0 0 0 0 0 20 0 0
}

# Reads go on while discs come and go; none ends with anything but data or news.
test_change_under_load() {
	give 0 drive "$ISO/one" || return
	: >/tmp/discs.stop
	for job in 1 2 3; do
		while [ -e /tmp/discs.stop ]; do
			sg_raw -r 65536 "$sg" 28 0 0 0 0 $job 0 0 20 0 2>&1 |
				grep -E "Sense key|Additional sense" >>/tmp/discs.$job
		done &
	done
	for disc in two one "" two "" one two one; do
		proc_ok vcdrom/vcdrom "change drive ${disc:+$ISO/$disc}"
		sleep 0.2
	done
	rm /tmp/discs.stop
	wait
	assertTrue "changes were seen" "cat /tmp/discs.* | grep -q 'medium may have changed'"
	bad=$(cat /tmp/discs.* | grep -v -E 'Not Ready|Unit Attention|may have changed|Medium not present|removal')
	assertEquals "nothing else was" "" "$bad"
	settle "$sg"
	answer 65536 "$sg" 28 0 0 0 0 10 0 0 20 0 >/dev/null
	dd if=$ISO/one bs=2048 skip=16 count=32 of=/tmp/want 2>/dev/null
	cmp /tmp/want /tmp/answer || fail "wrong data after the changes"
}

# A file that is cut short is a medium with errors, not one with other contents.
test_disc_that_shrinks() {
	cp $ISO/one $ISO/big
	give 0 drive "$ISO/big" || return
	truncate -s 1M $ISO/big
	refused "Medium Error" "Unrecovered read error" "$sg" 28 0 0 0 2 10 0 0 4 0
	# 1 MiB is 512 blocks: the first bad one is number 200h.
	said=$(sg_raw "$sg" 2f 0 0 0 0 0 0 3 0 0 2>&1)
	case $said in
	*"Medium Error"*"Info fld=0x200"*) ;;
	*) fail "verify: $(echo "$said" | tr '\n' ' ')" ;;
	esac
	good "$sg" 2f 0 0 0 0 0 0 2 0 0
	good "$sg" 0 0 0 0 0 0
	answer 2048 "$sg" 28 0 0 0 0 10 0 0 1 0 >/dev/null
}

test_close_and_unload() {
	give 0 drive "$ISO/one" || return
	give 1 other || return
	proc_ok vcdrom/vcdrom "close drive"
	no_disk $INI 0
	assertEquals "unmapped" "" "$(proc_read groups/Default/devices | grep ^drive)"
	proc_ok vcdrom/vcdrom "change other $ISO/two"
	unload_modules
	assertTrue "the file is free" "rm -f $ISO/two && make_iso two 5"
	load_modules target=cdrom-tgt initiator=$INI
}
