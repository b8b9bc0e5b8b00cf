# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Who sees what: names that choose the group, LUNs that come and go under I/O,
# READ_ONLY, and many LUNs.

LOCAL=scst_local/scst_local
DISKS="a b c d"
MANY=${MANY:-1000}	# LUNs
MANY_SECONDS=${MANY_SECONDS:-120}

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	load_modules target=t1 initiator= || return
	proc_ok $LOCAL "add_target t2"
	for name in $DISKS; do
		file=$(make_file 4)
		echo "this is $name" | dd of="$file" bs=512 seek=99 conv=sync,notrunc 2>/dev/null
		proc_ok vdisk/vdisk "open $name $file"
	done
}

oneTimeTearDown() {
	unload_modules
	drop_backing
}

put() {
	{ printf '%s\n' "$2" >"$PROC/$1"; } 2>/dev/null
}

tearDown() {
	[ -e "$PROC/$LOCAL" ] || return 0
	sed 1d "$PROC/$LOCAL" >/tmp/local.sessions
	while read -r target initiator _; do
		put $LOCAL "del_session $target $initiator"
	done </tmp/local.sessions
	for dir in "$PROC"/groups/*; do
		put "groups/${dir##*/}/devices" clear
		put "groups/${dir##*/}/names" clear
		[ "${dir##*/}" = Default ] || put scsi_tgt "del_group ${dir##*/}"
	done
}

# group NAME LUN=DEVICE... [-- INITIATOR...]
group() {
	group=$1
	shift
	[ "$group" = Default ] || proc_ok scsi_tgt "add_group $group" || return
	while [ $# != 0 ] && [ "$1" != -- ]; do
		proc_ok "groups/$group/devices" "add ${1#*=} ${1%%=*}"
		shift
	done
	[ $# = 0 ] || shift
	for name; do
		proc_ok "groups/$group/names" "add $name"
	done
}

group_of() {
	awk -v initiator="$1" '$2 == initiator { print $3 }' "$PROC/sessions"
}

# What an initiator has: "LUN=DEVICE", sorted, by what the disks say they are.
luns_of() {
	host=$(host_of "$1") || return
	for dir in /sys/class/scsi_device/"${host#host}":*; do
		[ -e "$dir" ] || continue
		lun=${dir##*:}
		[ "$lun" -lt 16384 ] || lun=$((lun - 16384))
		echo "$lun=$(tr -d ' ' <"$dir/device/model")"
	done | sort -n | tr '\n' ' ' | sed 's/ $//'
}

has_luns() {
	[ "$(luns_of "$1")" = "$2" ]
}

sees() {
	wait_for has_luns "$1" "$2" || fail "$1 has LUNs '$(luns_of "$1")', expected '$2'"
}

sg_of() {
	basename "$(echo "/sys/block/${1#/dev/}"/device/scsi_generic/sg*)" | sed 's,^,/dev/,'
}

test_names_choose_the_group() {
	group Default 0=a
	group Default_t2 0=b
	group Exact 0=c -- ini.exact 'at@t2'
	group Wild 0=d -- 'ini.*' 'ini.lo?g*' 'other@t?'
	while read -r initiator target expected; do
		add_session "$target" "$initiator" || return
		assertEquals "group of $initiator at $target" "$expected" "$(group_of "$initiator")"
		del_session "$target" "$initiator"
	done <<-END
		ini.exact t1 Exact
		ini.exact t2 Exact
		at t1 Default
		at t2 Exact
		ini.long t1 Wild
		ini.unknown t2 Wild
		other t1 Wild
		xother t1 Default
		xother t2 Default_t2
		ini t1 Default
		INI.exact t1 Default
	END
}

test_the_most_specific_pattern_wins() {
	group Short -- 'ab*'
	group Long -- 'abc*'
	group First -- '?b?x'
	group Second -- 'a?x?'
	for pair in abz=Short abcz=Long abcdef=Long; do
		add_session t1 "${pair%=*}"
		assertEquals "group of ${pair%=*}" "${pair#*=}" "$(group_of "${pair%=*}")"
		del_session t1 "${pair%=*}"
	done
}

# A session keeps its group; a name counts from the next login on.
test_names_count_at_login() {
	group Default 0=a
	group New 0=b
	add_session t1 ini.a || return
	sees ini.a 0=a
	proc_ok groups/New/names "add ini.a"
	assertEquals Default "$(group_of ini.a)"
	del_session t1 ini.a
	add_session t1 ini.a
	assertEquals New "$(group_of ini.a)"
	sees ini.a 0=b
	proc_err EINVAL scsi_tgt "del_group New"
}

test_two_masks() {
	group A 0=a 1=b 300=c -- ini.a
	group B 0=d 1=a -- ini.b
	add_session t1 ini.a && add_session t1 ini.b && add_session t1 stranger || return
	sees ini.a "0=a 1=b 300=c"
	sees ini.b "0=d 1=a"
	sees stranger ""
	for pair in ini.a:0:a ini.a:1:b ini.a:300:c ini.b:0:d ini.b:1:a; do
		lun=${pair#*:}
		disk=$(wait_disk "${pair%%:*}" "${lun%:*}") || return
		assertEquals "this is ${pair##*:}" \
			"$(dd if="$disk" bs=512 skip=99 count=1 iflag=direct 2>/dev/null | head -c 9)"
	done
	# The same device behind both.
	disk=$(disk_of ini.b 1) other=$(disk_of ini.a 0)
	echo "written by b" | dd of="$disk" bs=512 conv=sync,notrunc oflag=direct 2>/dev/null
	assertEquals "written by b" "$(dd if="$other" bs=512 count=1 iflag=direct 2>/dev/null | head -c 12)"
}

# What isn't mapped can't be reached: not by REPORT LUNS, not by asking for it.
test_hidden_luns_stay_hidden() {
	group A 0=a -- ini.a
	group B 0=b 1=c 2=d -- ini.b
	add_session t1 ini.a && add_session t1 ini.b || return
	disk=$(wait_disk ini.a 0) || return
	assertEquals "REPORT LUNS" "0000000000000000" "$(sg_luns "$disk" | grep -o '[0-9a-f]\{16\}')"
	host=$(host_of ini.a)
	for lun in 1 2 255 256 16384 16385 16640 32767 49409; do
		echo "0 0 $lun" >"/sys/class/scsi_host/$host/scan" 2>/dev/null
	done
	assertEquals "after INQUIRY to each" "0=a" "$(luns_of ini.a)"
	echo "- - -" >"/sys/class/scsi_host/$host/scan"
	sees ini.a "0=a"
}

# Initiators ask LUN 0 for the list, whether it is mapped or not.
test_lun_0_unmapped() {
	group A 5=a 16383=b -- ini.a
	add_session t1 ini.a || return
	sees ini.a "5=a 16383=b"
	disk=$(wait_disk ini.a 5) || return
	assertEquals "0005000000000000 7fff000000000000" \
		"$(sg_luns "$disk" | grep -o '[0-9a-f]\{16\}' | tr '\n' ' ' | sed 's/ $//')"
	proc_ok groups/A/devices "add c 0"
	sees ini.a "0=c 5=a 16383=b"
	proc_ok groups/A/devices "del c"
	sees ini.a "5=a 16383=b"
}

test_read_only() {
	proc_ok scsi_tgt "add_group RO" && proc_ok groups/RO/names "add ini.ro"
	proc_ok groups/RO/devices "add a 0 READ_ONLY"
	group RW 0=a -- ini.rw
	add_session t1 ini.ro && add_session t1 ini.rw || return
	ro=$(wait_disk ini.ro 0) rw=$(wait_disk ini.rw 0) || return
	assertEquals 1 "$(blockdev --getro "$ro")"
	assertEquals 0 "$(blockdev --getro "$rw")"
	before=$(sha256sum <"$rw")
	assertFalse "dd" "dd if=/dev/zero of=$ro bs=4k count=1 oflag=direct 2>/dev/null"
	# Past Linux's own check, and every WRITE that moves data.
	head -c 512 /dev/zero >/tmp/zeroes
	for cdb in "0a 00 00 00 01 00" "2a 00 00 00 00 00 00 00 01 00" "aa 00 00 00 00 00 00 00 00 01 00 00" \
		"8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00"; do
		# shellcheck disable=SC2086 # bytes
		sg_raw -s 512 -i /tmp/zeroes "$(sg_of "$ro")" $cdb >/tmp/raw.log 2>&1
		assertNotEquals "CDB $cdb" 0 $?
		assertTrue "DATA PROTECT for $cdb" "grep -qi 'data protect' /tmp/raw.log"
	done
	assertEquals "nothing was written" "$before" "$(dd if="$rw" bs=1M iflag=direct 2>/dev/null | sha256sum)"
	assertTrue "the other one writes" "dd if=/dev/zero of=$rw bs=4k count=1 oflag=direct 2>/dev/null"
	# The same device, mapped anew: no reader of the old mapping is left.
	proc_ok groups/RO/devices "del a"
	no_disk ini.ro 0
	proc_ok groups/RO/devices "add a 0"
	ro=$(wait_disk ini.ro 0)
	assertEquals "writable now" 0 "$(blockdev --getro "$ro")"
}

disk_is_read_only() {
	_disk=$(disk_of "$1" "$2") && [ "$(blockdev --getro "$_disk" 2>/dev/null)" = 1 ]
}

# A remap that is seen at once, without a time in between when it is gone.
test_read_only_in_place() {
	group A 0=a 1=b -- ini.a
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 1) || return
	assertEquals 0 "$(blockdev --getro "$disk")"
	proc_ok groups/A/devices "del b"
	proc_ok groups/A/devices "add b 1 READ_ONLY"
	wait_for disk_is_read_only ini.a 1 || fail "LUN 1 still is writable"
	sees ini.a "0=a 1=b"
}

# The unit attention that initiators which get no events rely on.
test_luns_changed_attention() {
	group A 0=a -- ini.a
	add_session t1 ini.a || return
	sg=$(sg_of "$(wait_disk ini.a 0)") || return
	sg_raw "$sg" 00 00 00 00 00 00 >/dev/null 2>&1
	assertTrue "ready" "sg_raw $sg 00 00 00 00 00 00 2>/dev/null"
	proc_ok groups/A/devices "add b 1"
	sees ini.a "0=a 1=b"
	sg_raw "$sg" 00 00 00 00 00 00 >/tmp/raw.log 2>&1
	assertTrue "unit attention" "grep -qi 'unit attention' /tmp/raw.log"
	assertTrue "which one" "grep -qi 'reported luns data has changed' /tmp/raw.log"
	assertTrue "once" "sg_raw $sg 00 00 00 00 00 00 2>/dev/null"
	proc_ok groups/A/devices "del b"
	# Whoever asks for the list has heard of it.
	sg_luns "$sg" >/dev/null
	assertTrue "REPORT LUNS clears it" "sg_raw $sg 00 00 00 00 00 00 2>/dev/null"
}

test_changes_under_io() {
	group A 0=a 9=d -- ini.a
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) other=$(wait_disk ini.a 9) || return
	fio --direct=1 --ioengine=libaio --iodepth=8 --rw=randrw --bs=4k --size=2M --verify=crc32c --verify_fatal=1 \
		--time_based --runtime=600 --name=x --filename="$disk" --name=y --filename="$other" >/tmp/fio.log 2>&1 &
	pid=$!
	for _ in 1 2 3; do
		proc_ok groups/A/devices "add b 1"
		proc_ok groups/A/devices "add c 2"
		sees ini.a "0=a 1=b 2=c 9=d"
		proc_ok groups/A/devices "del b"
		proc_ok groups/A/devices "add b 3"
		sees ini.a "0=a 2=c 3=b 9=d"
		proc_ok groups/A/devices "del b"
		proc_ok groups/A/devices "del c"
		sees ini.a "0=a 9=d"
	done
	# Faster than any scan.
	for _ in $(seq 40); do
		put groups/A/devices "add b 1"
		put groups/A/devices "del b"
		put groups/A/devices "add c 1"
		put groups/A/devices "del c"
	done
	proc_ok groups/A/devices "add c 1"
	sees ini.a "0=a 1=c 9=d"
	assertTrue "I/O goes on" "kill -0 $pid"
	kill -INT $pid
	wait $pid
	assertFalse "errors" "grep -E 'verify:|err= *[1-9]|error' /tmp/fio.log"
}

# A LUN that is removed while it is in use: errors there, and only there.
test_removal_under_io() {
	group A 0=a 1=b -- ini.a
	add_session t1 ini.a || return
	disk=$(wait_disk ini.a 0) gone=$(wait_disk ini.a 1) || return
	fio --direct=1 --ioengine=libaio --iodepth=8 --rw=randrw --bs=4k --size=2M --time_based --runtime=600 \
		--name=stays --filename="$disk" --verify=crc32c >/tmp/stays.log 2>&1 &
	stays=$!
	fio --direct=1 --ioengine=libaio --iodepth=8 --rw=randrw --bs=4k --size=2M --time_based --runtime=600 \
		--name=goes --filename="$gone" >/tmp/goes.log 2>&1 &
	goes=$!
	sleep 2
	proc_ok groups/A/devices "del b"
	no_disk ini.a 1
	wait $goes
	assertNotEquals "I/O to the LUN that is gone" 0 $?
	assertTrue "I/O to the other goes on" "kill -0 $stays"
	kill -INT $stays
	wait $stays
	assertFalse "errors" "grep -E 'verify:|err= *[1-9]|error' /tmp/stays.log"
	proc_ok groups/A/devices "add b 1"
	gone=$(wait_disk ini.a 1)
	assertTrue "it is back" "dd if=$gone of=/dev/null bs=64k count=1 iflag=direct 2>/dev/null"
}

# count HOST: its devices.
count() {
	set -- /sys/class/scsi_device/"${1#host}":*
	if [ -e "$1" ]; then
		echo $#
	else
		echo 0
	fi
}

count_is() {
	[ "$(count "$1")" = "$2" ]
}

test_many_luns() {
	group Many -- ini.many
	add_session t1 ini.many || return
	host=$(host_of ini.many)
	i=0
	began=$(date +%s)
	while [ $i -lt "$MANY" ]; do
		if ! put vdisk/vdisk "open many$i NULLIO" || ! put groups/Many/devices "add many$i $i"; then
			fail "LUN $i: $(cat "$PROC/last_result")"
			break
		fi
		i=$((i + 1))
	done
	echo "$MANY devices mapped after $(($(date +%s) - began)) s"
	TRIES=$((MANY_SECONDS * 10)) wait_for count_is "$host" "$MANY" ||
		fail "after $MANY_SECONDS s only $(count "$host") of $MANY devices"
	echo "$MANY LUNs scanned after $(($(date +%s) - began)) s"
	for lun in 0 255 256 $((MANY - 1)); do
		[ "$lun" -lt "$MANY" ] || continue
		disk=$(wait_disk ini.many "$lun")
		assertTrue "read LUN $lun" "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
		assertTrue "LUN $lun is many$lun" "sg_inq $disk | grep -q 'identification: many$lun *\$'"
	done
	assertTrue "REPORT LUNS" "sg_luns --maxlen=131072 $disk | grep -q 'imples $MANY lun entries'"
	proc_ok groups/Many/devices "del many7"
	no_disk ini.many 7
	put groups/Many/devices "add many7 7"
	wait_disk ini.many 7 >/dev/null
	proc_ok groups/Many/devices clear
	TRIES=$((MANY_SECONDS * 10)) wait_for count_is "$host" 0 || fail "not all devices are gone"
	echo "all gone after $(($(date +%s) - began)) s"
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		put vdisk/vdisk "close many$i"
	done
}
