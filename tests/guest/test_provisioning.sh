# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Thin provisioning as initiators see it: how much space there is, thresholds that are
# reached, and what happens when there is none.

# shellcheck source=tests/guest/pages.sh
. "$GUEST/pages.sh"

POOL=/tmp/pool

# pool MIB: a file system of that size with a file of 64 MiB in it, which is device v.
pool() {
	mkdir -p $POOL
	mount -t tmpfs -o size="$1M" none $POOL
	truncate -s 64M $POOL/file
	give $POOL/file || return
	generic
}

tearDown() {
	take
	umount $POOL 2>/dev/null
	drop_backing
}

# others MIB: so much of the file system is somebody else's.
others() {
	dd if=/dev/zero of=$POOL/other bs=1M count="$1" 2>/dev/null
}

# resource AVAILABLE-OR-USED: a count of log page 0Ch, in sets of 1 MiB
resource() {
	case $1 in
	available) log_page "$one" 0c | cut -c 17-24 ;;
	used) log_page "$one" 0c | cut -c 41-48 ;;
	esac | sed 's/^/0x/' | xargs printf '%d\n'
}

# sets MIB: four bytes
sets() {
	printf '%02x %02x %02x %02x' 0 0 $(($1 / 256)) $(($1 % 256))
}

# thresholds DISK AVAILABLE USED: set them, in MiB; -: not enabled
thresholds() {
	_available="00 01 00 00 $(sets 0)" _used="01 02 00 00 $(sets 0)"
	[ "$2" = - ] || _available="80 01 00 00 $(sets "$2")"
	[ "$3" = - ] || _used="81 02 00 00 $(sets "$3")"
	select6 "$1" 00 00 00 00 5c 02 00 1c 00 00 00 00 00 00 00 00 00 00 00 00 "$_available" "$_used"
}

# reached DISK...: each is told within some seconds, once.
reached() {
	for _told; do
		wait_for is_reached "$_told" || fail "$_told is not told: $(sense_words)"
		good "$_told" 00 00 00 00 00 00
	done
}

is_reached() {
	! raw "$1" 00 00 00 00 00 00 && [ "$(sense_words)" = 6/38/07 ]
}

test_what_is_used_and_available() {
	pool 16 || return
	head -c 1048576 /dev/urandom >/tmp/mib
	assertEquals "sets of 2^11 blocks" 0b "$(vpd b2 | cut -c 9-10)"
	assertEquals "page 0C" 8c000018000103080000001002000000000203080000000001000000 "$(log_page "$one" 0c)"
	write_mib_at 0 3
	assertEquals "used" 3 "$(resource used)"
	assertEquals "available" 13 "$(resource available)"
	others 2
	assertEquals "others use it, too" 11 "$(resource available)"
	assertEquals "parameter 2 alone" 8c00000c000203080000000301000000 "$(log_page "$one" 0c 00 02)"
	# UNMAP of the second MiB
	bytes 00 16 00 10 00 00 00 00 00 00 00 00 00 00 08 00 00 00 08 00 00 00 00 00 >/tmp/list
	good "$one" -s 24 -i /tmp/list 42 00 00 00 00 00 00 00 18 00
	assertEquals "given back" 2 "$(resource used)"
	assertTrue "sg_logs" "sg_logs -p 0xc $one | grep -qi 'Used LBA mapping'"
	fails "5/24/00 c00005" "$one" -r 252 4d 00 4c 00 00 00 03 00 fc 00
}

vpd() {
	good "$one" -r 252 12 01 "$1" 00 fc 00
	hex /tmp/in
}

# write_mib_at FIRST COUNT: that many MiB
write_mib_at() {
	_mib=$1
	while [ "$_mib" -lt $(($1 + $2)) ]; do
		good "$one" -s 1048576 -i /tmp/mib 2a 00 00 "$(printf '%02x' $((_mib / 32)))" \
			"$(printf '%02x' $((_mib % 32 * 8)))" 00 00 08 00 00
		_mib=$((_mib + 1))
	done
}

PAGE=5c02001c000000000000000000000000

test_the_mode_page() {
	pool 16 || return
	assertEquals "default" "${PAGE}00010000000000000102000000000000" "$(mode_page "$one" 1c 02)"
	assertEquals "changeable" "${PAGE}80000000ffffffff80000000ffffffff" "$(mode_page "$one" 1c 02 1)"
	assertEquals "LBPERE is set" 010a000000000080 "$(mode_page "$one" 01 | cut -c 1-16)"
	assertEquals "LBPERE can be changed" 010a000000000080 "$(mode_page "$one" 01 00 1 | cut -c 1-16)"
	thresholds "$one" 5 7
	attention "$two" 6/2a/01
	assertEquals "current" "${PAGE}80010000000000058102000000000007" "$(mode_page "$two" 1c 02)"
	# SITUA, type, arming, and resource can't be changed.
	head="00 00 00 00 5c 02 00 1c" rest="00 00 00 00 00 00 00 00 00 00 00" end="01 02 00 00 00 00 00 00"
	refused6 "5/26/00 880008" "$head 01 $rest 00 01 00 00 00 00 00 00 $end"
	refused6 "5/26/00 8b0014" "$head 00 $rest 08 01 00 00 00 00 00 00 $end"
	refused6 "5/26/00 880014" "$head 00 $rest 01 01 00 00 00 00 00 00 $end"
	refused6 "5/26/00 890015" "$head 00 $rest 00 02 00 00 00 00 00 00 $end"
	good "$two" 00 00 00 00 00 00
}

test_devices_without() {
	for what in NULLIO "$(make_file 4) READ_ONLY"; do
		# shellcheck disable=SC2086 # words
		give $what || return
		generic
		fails "5/24/00 c00003" "$one" -r 252 5a 08 1c 02 00 00 00 00 fc 00
		fails "5/24/00 cd0002" "$one" -r 252 4d 00 4c 00 00 00 00 00 fc 00
		assertEquals "$what: no thresholds" 00 "$(vpd b2 | cut -c 9-10)"
		assertEquals "$what: LBPERE" 010a000000000000 "$(mode_page "$one" 01 00 1 | cut -c 1-16)"
		take
	done
}

# The file system is filled by somebody else.
test_available_space_goes_down() {
	pool 16 || return
	thresholds "$one" 8 -
	attention "$two" 6/2a/01
	others 7
	sleep 3
	good "$one" 00 00 00 00 00 00
	dmesg_mark
	others 9
	reached "$one" "$two"
	assertTrue "Linux's view" "dmesg_has 'thin provisioning soft threshold'"
	assertTrue "the log" "dmesg_has 'vdisk v: a threshold of its space is reached: 7 MiB'"
	sleep 3
	good "$two" 00 00 00 00 00 00
	# Once there is enough again, it is armed again.
	rm $POOL/other
	sleep 3
	others 10
	reached "$one" "$two"
}

test_used_space_goes_up() {
	pool 16 || return
	head -c 1048576 /dev/urandom >/tmp/mib
	thresholds "$two" - 3
	attention "$one" 6/2a/01
	write_mib_at 0 2
	sleep 3
	good "$two" 00 00 00 00 00 00
	write_mib_at 2 1
	reached "$one" "$two"
	# Who sets one that is reached already knows that.
	thresholds "$one" - 2
	attention "$two" 6/2a/01
	sleep 3
	good "$one" 00 00 00 00 00 00
	good "$two" 00 00 00 00 00 00
}

# LBPERE = 0, or a reset, which puts the mode pages back: nobody is told.
test_thresholds_that_are_off() {
	pool 16 || return
	thresholds "$one" 8 -
	attention "$two" 6/2a/01
	select6 "$one" 00 00 00 00 01 0a 00 00 00 00 00 00 00 00 00 00
	attention "$two" 6/2a/01
	others 10
	sleep 3
	good "$one" 00 00 00 00 00 00
	rm $POOL/other
	select6 "$one" 00 00 00 00 01 0a 00 00 00 00 00 80 00 00 00 00
	attention "$two" 6/2a/01
	sleep 3
	sg_reset -d "$one" >/dev/null
	for disk in "$one" "$two"; do
		raw "$disk" 00 00 00 00 00 00
	done
	others 10
	sleep 3
	good "$one" 00 00 00 00 00 00
	good "$two" 00 00 00 00 00 00
	assertEquals "default" "${PAGE}00010000000000000102000000000000" "$(mode_page "$two" 1c 02)"
}

# The first block that has no space is in INFORMATION; those before it are stored.
test_no_space_is_left() {
	pool 1 || return
	head -c 65536 /dev/urandom >/tmp/64k
	dd if=/dev/urandom of=/tmp/fill bs=4k count=252 2>/dev/null
	good "$one" -s 1032192 -i /tmp/fill 2a 00 00 00 00 00 00 07 e0 00
	fails 7/27/07 "$one" -s 65536 -i /tmp/64k 2a 00 00 00 07 e0 00 00 80 00
	assertEquals "INFORMATION" 00000800 "$(information)"
	good "$two" -r 16384 28 00 00 00 07 e0 00 00 20 00
	assertEquals "stored" "$(head -c 16384 /tmp/64k | md5sum)" "$(md5sum </tmp/in)"
	# What has space can be written, also by commands of all kinds; what hasn't can't.
	good "$one" -s 65536 -i /tmp/64k 2a 00 00 00 00 80 00 00 80 00
	head -c 512 /tmp/64k >/tmp/block
	fails 7/27/07 "$one" -s 512 -i /tmp/block 41 00 00 00 10 00 00 00 08 00
	fails 7/27/07 "$two" -s 512 -i /tmp/block 8a 00 00 00 00 00 00 00 20 00 00 00 00 01 00 00
	assertEquals "INFORMATION" 00002000 "$(information)"
	# Blocks that are given back make room.
	bytes 00 16 00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 >/tmp/list
	good "$one" -s 24 -i /tmp/list 42 00 00 00 00 00 00 00 18 00
	good "$one" -s 65536 -i /tmp/64k 2a 00 00 00 07 e0 00 00 80 00
}

# Of fixed format sense data
information() {
	# shellcheck disable=SC2046 # a list of words
	set -- $(cat /tmp/sense)
	[ "$1" = f0 ] || fail "no INFORMATION: $*"
	echo "$4$5$6$7"
}
