# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What initiators can ask and set of a logical unit, beside its data: mode pages, the
# state of unit and medium. Two initiators, so that the other one is seen as well.

# shellcheck source=tests/guest/pages.sh
. "$GUEST/pages.sh"

CONTROL=0a0a02100000	# as it is by default, and its end
CONTROL_END=ffff0000

test_mode_sense() {
	give NULLIO || return
	for page in 010a 020e 0812 $CONTROL 1a26 1c0a; do
		_bytes=$(mode_page "$one" "$(echo "$page" | cut -c 1-2)")
		assertEquals "page $page" "$page" "$(echo "$_bytes" | cut -c 1-${#page})"
		assertEquals "length of page $page" $((0x$(echo "$page" | cut -c 3-4) * 2 + 4)) ${#_bytes}
	done
	assertEquals "control extension" "4a01001c06$(printf '%054d' 0)" "$(mode_page "$one" 0a 01)"
	assertEquals "page 0A with all subpages" "$CONTROL$(printf '%04d' 0)${CONTROL_END}4a01001c" \
		"$(mode_page "$one" 0a ff | cut -c 1-32)"
	assertEquals "all pages" 112 $(($(mode_page "$one" 3f | wc -c) / 2))
	assertEquals "all subpages" 144 $(($(mode_page "$one" 3f ff | wc -c) / 2))
	assertEquals "changeable" 0a0ae4060840000000000000 "$(mode_page "$one" 0a 00 1)"
	assertEquals "default" "${CONTROL}0000$CONTROL_END" "$(mode_page "$one" 0a 00 2)"
	fails 5/39/00 "$one" -r 252 5a 08 ca 00 00 00 00 00 fc 00
	fails "5/24/00 cd0002" "$one" -r 252 5a 08 03 00 00 00 00 00 fc 00
	fails "5/24/00 c00003" "$one" -r 252 5a 08 0a 02 00 00 00 00 fc 00
	fails "5/24/00 c00003" "$one" -r 252 5a 08 08 01 00 00 00 00 fc 00
	assertTrue "sdparm's view" "sg_modes -a $one | grep -q 'Power condition'"
}

test_mode_select() {
	give NULLIO || return
	# D_SENSE, with (6), (10), and a block descriptor that says what is
	select6 "$one" 00 00 00 00 0a 0a 06 10 00 00 00 00 ff ff 00 00
	attention "$two" 6/2a/01
	good "$one" 00 00 00 00 00 00
	assertEquals "current" 0a0a0610000000 "$(mode_page "$two" 0a | cut -c 1-14)"
	assertEquals "default" 0a0a0210000000 "$(mode_page "$two" 0a 00 2 | cut -c 1-14)"
	fails 5/24/00 "$two" -r 252 5a 08 03 00 00 00 00 00 fc 00
	assertEquals "descriptor format" 72 "$(cut -c 1-2 /tmp/sense)"
	# The same again changes nothing: nobody is told.
	select6 "$one" 00 00 00 00 0a 0a 06 10 00 00 00 00 ff ff 00 00
	good "$two" 00 00 00 00 00 00
	bytes 00 00 00 00 00 00 00 08 ff ff ff ff 00 00 02 00 0a 0a 02 10 00 00 00 00 ff ff 00 00 >/tmp/list
	good "$two" -s 28 -i /tmp/list 55 10 00 00 00 00 00 00 1c 00
	attention "$one" 6/2a/01
	fails "5/24/00 cd0002" "$two" -r 252 5a 08 03 00 00 00 00 00 fc 00
	# As tools do it, and with another initiator's reset behind it
	sg_wr_mode -p 0xa -c 0a,0a,26,16,00,40,00,00,ff,ff,00,00 "$one" >/tmp/wr.log 2>&1 ||
		fail "sg_wr_mode: $(cat /tmp/wr.log)"
	attention "$two" 6/2a/01
	assertEquals "TST, QERR, TAS" 0a0a26160040 "$(mode_page "$one" 0a | cut -c 1-12)"
	sg_reset -d "$two" >/tmp/reset.log 2>&1 || fail "sg_reset: $(cat /tmp/reset.log)"
	sg_turs "$one" >/dev/null 2>&1
	sg_turs "$two" >/dev/null 2>&1
	assertEquals "after a reset" "${CONTROL}0000$CONTROL_END" "$(mode_page "$one" 0a)"
}

# What is wrong changes nothing, not even what stands before it.
test_mode_select_refused() {
	give NULLIO || return
	good_page="0a 0a 06 10 00 00 00 00 ff ff 00 00"
	bytes 00 00 00 00 "$good_page" >/tmp/list
	fails "5/24/00 c80001" "$one" -s 16 -i /tmp/list 15 11 00 00 10 00
	fails "5/24/00 c90001" "$one" -s 16 -i /tmp/list 15 12 00 00 10 00
	fails "5/24/00 cc0001" "$one" -s 16 -i /tmp/list 15 00 00 00 10 00
	refused6 5/1a/00 00 00 00
	refused6 5/1a/00 00 00 00 00 0a
	refused6 5/1a/00 00 00 00 08 00 00 00 00
	refused6 5/1a/00 00 00 00 00 "$good_page" 08 12
	refused6 "5/26/00 880001" 00 01 00 00 "$good_page"
	refused6 "5/26/00 8d0002" 00 00 20 00 "$good_page"
	refused6 "5/26/00 800003" 00 00 00 07 00 00 00 00 00 00 02 00
	refused6 "5/26/00 800008" 00 00 00 08 00 00 00 00 00 00 04 00 "$good_page"
	refused6 "5/26/00 800004" 00 00 00 08 00 00 10 00 00 00 02 00 "$good_page"
	refused6 "5/26/00 8f0004" 00 00 00 00 8a 0a 06 10 00 00 00 00 ff ff 00 00
	refused6 "5/26/00 800005" 00 00 00 00 0a 0b 06 10 00 00 00 00 ff ff 00 00 00
	refused6 "5/26/00 8d0004" 00 00 00 00 03 0a 06 10 00 00 00 00 ff ff 00 00
	refused6 "5/26/00 800005" 00 00 00 00 4a 02 00 00
	refused6 "5/26/00 800006" 00 00 00 00 4a 01 00 00
	# Bits that can't be changed; the second page is at fault
	refused6 "5/26/00 8c0007" 00 00 00 00 0a 0a 06 00 00 00 00 00 ff ff 00 00
	refused6 "5/26/00 8a0012" 00 00 00 00 "$good_page" 08 12 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
	# Values that are none: TST 2, QERR 2
	refused6 "5/26/00 800006" 00 00 00 00 0a 0a 46 10 00 00 00 00 ff ff 00 00
	refused6 "5/26/00 800007" 00 00 00 00 0a 0a 06 14 00 00 00 00 ff ff 00 00
	assertEquals "nothing changed" "${CONTROL}0000$CONTROL_END" "$(mode_page "$one" 0a)"
	good "$two" 00 00 00 00 00 00
	good "$one" 15 10 00 00 00 00
}

test_software_write_protect() {
	give "$(make_file 4)" || return
	head -c 512 /dev/urandom >/tmp/block
	select6 "$one" 00 00 00 00 0a 0a 02 10 08 00 00 00 ff ff 00 00
	attention "$two" 6/2a/01
	for disk in "$one" "$two"; do
		fails 7/27/00 "$disk" -s 512 -i /tmp/block 2a 00 00 00 00 00 00 00 01 00
		good "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
		good "$disk" -r 4 1a 08 0a 00 04 00
		assertEquals "WP, DPOFUA" 90 "$(hex /tmp/in 2 1)"
	done
	select6 "$two" 00 00 00 00 0a 0a 02 10 00 00 00 00 ff ff 00 00
	attention "$one" 6/2a/01
	good "$one" -s 512 -i /tmp/block 2a 00 00 00 00 00 00 00 01 00
	good "$two" -r 512 28 00 00 00 00 00 00 00 01 00
	assertTrue "written" "cmp /tmp/in /tmp/block"
}

# A ram disk that counts the flushes of its cache.
make_counting() {
	modprobe null_blk nr_devices=0
	_dir=$NULLB/scst80
	mkdir "$_dir" && echo 4 >"$_dir/size" && echo 1 >"$_dir/cache_size" &&
		echo 1 >"$_dir/memory_backed" && echo 1 >"$_dir/power"
	for path in /dev/scst80 "/dev/nullb$(cat "$_dir/index")"; do
		[ ! -b "$path" ] || return 0
	done
	fail "null_blk gave no block device with a cache"
	return 1
}

flushes() {
	awk '{ print $16 }' "/sys/block/${path#/dev/}/stat"
}

# flushed WHAT COMMAND...: the backing's cache is flushed by it, or (not WHAT) isn't.
flushed() {
	_what=$1 _before=$(flushes)
	shift
	"$@"
	case $_what in
	not*) assertEquals "$_what: flushes" "$_before" "$(flushes)" ;;
	*) assertTrue "$_what: no flush" "[ $(flushes) -gt $_before ]" ;;
	esac
}

write_block() {
	good "$one" -s 512 -i /dev/zero 2a 00 00 00 00 08 00 00 01 00
}

CACHE="00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"

test_write_cache() {
	make_counting || return
	give "$path" || return
	assertEquals "WCE" 081204 "$(mode_page "$one" 08 | cut -c 1-6)"
	assertEquals "WCE can be changed" 081204 "$(mode_page "$one" 08 00 1 | cut -c 1-6)"
	flushed "not with WCE" write_block
	flushed "WCE is cleared" select6 "$one" 00 00 00 00 08 12 00 "$CACHE"
	attention "$two" 6/2a/01
	flushed "without WCE" write_block
	assertEquals "no WCE" 081200 "$(mode_page "$two" 08 | cut -c 1-6)"
	# It stays off: whoever relies on that does not flush.
	sg_reset -d "$two" >/tmp/reset.log 2>&1 || fail "sg_reset: $(cat /tmp/reset.log)"
	sg_turs "$one" >/dev/null 2>&1
	flushed "after a reset" write_block
	flushed "not when set" select6 "$one" 00 00 00 00 08 12 04 "$CACHE"
	flushed "not with WCE again" write_block
	take
	# The administrator's word stands.
	for word in WRITE_THROUGH NV_CACHE; do
		give "$path" $word || return
		assertEquals "$word" 081200 "$(mode_page "$one" 08 00 1 | cut -c 1-6)"
		refused6 "5/26/00 8a0006" 00 00 00 00 08 12 04 "$CACHE"
		take
	done
	give "$path" || return
	assertEquals "as new" 081204 "$(mode_page "$one" 08 | cut -c 1-6)"
}

test_stopped_unit() {
	give "$(make_file 4)" || return
	good "$one" 1b 00 00 00 00 00
	for disk in "$one" "$two"; do
		fails 2/04/02 "$disk" 00 00 00 00 00 00
		fails 2/04/02 "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
		fails 2/04/02 "$disk" -s 512 -i /dev/zero 2a 00 00 00 00 00 00 00 01 00
		good "$disk" -r 36 12 00 00 00 24 00
		good "$disk" -r 4 1a 08 0a 00 04 00
	done
	good "$two" 1b 00 00 00 01 00
	good "$one" 00 00 00 00 00 00
	good "$one" -r 512 28 00 00 00 00 00 00 00 01 00
	# A reset starts it, and so does the power condition.
	good "$one" 1b 00 00 00 00 00
	sg_reset -d "$two" >/tmp/reset.log 2>&1 || fail "sg_reset: $(cat /tmp/reset.log)"
	sg_turs "$one" >/dev/null 2>&1
	good "$one" 00 00 00 00 00 00
	good "$one" 1b 00 00 00 00 00
	good "$one" 1b 00 00 00 10 00
	good "$one" 00 00 00 00 00 00
	# There is nothing to eject, and conditions that aren't there
	fails "5/24/00 c90004" "$one" 1b 00 00 00 02 00
	fails "5/24/00 cf0004" "$one" 1b 00 00 00 40 00
	fails "5/24/00 cb0003" "$one" 1b 00 00 02 30 00
}

test_stopping_flushes() {
	make_counting || return
	give "$path" || return
	good "$one" -s 512 -i /dev/zero 2a 00 00 00 00 08 00 00 01 00
	flushed "not with NO_FLUSH" good "$one" 1b 00 00 00 04 00
	good "$one" 1b 00 00 00 01 00
	flushed "stop" good "$one" 1b 00 00 00 00 00
	good "$one" 1b 00 00 00 01 00
	flushed "standby" good "$one" 1b 00 00 00 30 00
	flushed "not idle" good "$one" 1b 00 00 00 20 00
	good "$one" 00 00 00 00 00 00
}

test_removable_medium() {
	give "$(make_file 4)" REMOVABLE || return
	generic
	assertTrue "RMB" "sg_inq $one | grep -q RMB=1"
	assertEquals "the initiator knows" 1 "$removable"
	assertTrue "the table knows" "proc_read vdisk/vdisk | grep -q '^v .*RM '"
	good "$one" 1b 00 00 00 02 00
	for disk in "$one" "$two"; do
		fails 2/3a/00 "$disk" 00 00 00 00 00 00
		fails 2/3a/00 "$disk" -r 512 28 00 00 00 00 00 00 00 01 00
		fails 2/3a/00 "$disk" -r 8 25 00 00 00 00 00 00 00 00 00
		fails 2/3a/00 "$disk" 91 06 00 00 00 00 00 00 00 00 00 00 00 08 00 00
		good "$disk" -r 36 12 00 00 00 24 00
		good "$disk" 1b 00 00 00 02 00
	done
	# Spinning up doesn't bring it back, nor does a reset.
	fails 2/3a/00 "$two" 1b 00 00 00 01 00
	sg_reset -d "$two" >/tmp/reset.log 2>&1
	sg_turs "$one" >/dev/null 2>&1
	sg_turs "$two" >/dev/null 2>&1
	fails 2/3a/00 "$one" 00 00 00 00 00 00
	good "$one" 1b 00 00 00 03 00
	good "$one" 00 00 00 00 00 00
	attention "$two" 6/28/00
	good "$two" -r 512 28 00 00 00 00 00 00 00 01 00
}

test_removal_is_prevented() {
	give "$(make_file 4)" REMOVABLE || return
	# sd itself prevents it.
	fails 5/53/02 "$one" 1b 00 00 00 02 00
	generic
	good "$one" 1e 00 00 00 01 00
	good "$one" 1e 00 00 00 01 00
	good "$two" 1e 00 00 00 01 00
	for disk in "$one" "$two"; do
		fails 5/53/02 "$disk" 1b 00 00 00 02 00
	done
	good "$one" 1e 00 00 00 00 00
	fails 5/53/02 "$one" 1b 00 00 00 02 00
	good "$two" 1e 00 00 00 00 00
	good "$one" 1b 00 00 00 02 00
	good "$one" 1b 00 00 00 03 00
	fails "5/24/00 c90004" "$one" 1e 00 00 00 02 00
	# With its session, or with a reset, it ends.
	sg_turs "$two" >/dev/null 2>&1
	good "$two" 1e 00 00 00 01 00
	fails 5/53/02 "$one" 1b 00 00 00 02 00
	del_session pages two
	good "$one" 1b 00 00 00 02 00
	good "$one" 1b 00 00 00 03 00
	add_session pages two
	wait_disk two 0 >/dev/null
	sg_turs "$one" >/dev/null 2>&1
	good "$one" 1e 00 00 00 01 00
	sg_reset -d "$one" >/tmp/reset.log 2>&1
	sg_turs "$one" >/dev/null 2>&1
	good "$one" 1b 00 00 00 02 00
	good "$one" 1b 00 00 00 03 00
}

# SPC-5 6.16: it ends with the nexus' loss, and with its preemption, but not with that of others.
test_removal_is_allowed_again() {
	give "$(make_file 4)" REMOVABLE || return
	generic
	sg_turs "$one" >/dev/null 2>&1
	good "$one" 1e 00 00 00 01 00
	# A host reset of scst_local is an I_T NEXUS LOSS.
	sg_reset -N -H "$two" >/tmp/reset.log 2>&1
	sg_turs "$two" >/dev/null 2>&1
	fails 5/53/02 "$two" 1b 00 00 00 02 00
	sg_reset -N -H "$one" >/tmp/reset.log 2>&1
	sg_turs "$one" >/dev/null 2>&1
	good "$two" 1b 00 00 00 02 00
	good "$two" 1b 00 00 00 03 00
	sg_turs "$one" >/dev/null 2>&1
	for disk in "$one" "$two"; do
		sg_persist -n -o -G -S "0x${disk#/dev/sg}1" "$disk" >/tmp/persist.log 2>&1 ||
			fail "register: $(cat /tmp/persist.log)"
	done
	sg_persist -n -o -R -T 1 -K "0x${one#/dev/sg}1" "$one" >/tmp/persist.log 2>&1 ||
		fail "reserve: $(cat /tmp/persist.log)"
	good "$one" 1e 00 00 00 01 00
	sg_persist -n -o -A -T 1 -K "0x${two#/dev/sg}1" -S "0x${one#/dev/sg}1" "$two" >/tmp/persist.log 2>&1 ||
		fail "preempt and abort: $(cat /tmp/persist.log)"
	good "$two" 1b 00 00 00 02 00
	good "$two" 1b 00 00 00 03 00
}

test_log_sense() {
	give NULLIO || return
	assertEquals "pages" 000000070002030f10192f "$(log_page "$one" 00)"
	assertEquals "with subpages" 40ff0010000000ff020003000f00100019002f00 "$(log_page "$one" 00 ff)"
	assertEquals "subpages of 10" 50ff00021000 "$(log_page "$one" 10 ff)"
	assertEquals "self-tests: 20 without a result" "90000190000103100000" "$(log_page "$one" 10 | cut -c 1-20)"
	assertEquals "length" 808 "$(log_page "$one" 10 | wc -c)"
	assertEquals "from parameter 20 on" 90000014001403100000 "$(log_page "$one" 10 00 14 | cut -c 1-20)"
	assertEquals "no exceptions" af000008000003040000ff00 "$(log_page "$one" 2f)"
	fails "5/24/00 c00005" "$one" -r 252 4d 00 50 00 00 00 15 00 fc 00
	fails "5/24/00 c00005" "$one" -r 252 4d 00 40 00 00 00 01 00 fc 00
	fails "5/24/00 cd0002" "$one" -r 252 4d 00 4d 00 00 00 00 00 fc 00
	fails "5/24/00 c00003" "$one" -r 252 4d 00 50 01 00 00 00 00 fc 00
	fails "5/24/00 c80001" "$one" -r 252 4d 01 50 00 00 00 00 00 fc 00
	fails "5/24/00 cf0002" "$one" -r 252 4d 00 10 00 00 00 00 00 fc 00
	sg_logs -a "$one" >/tmp/logs.log 2>&1 || fail "sg_logs -a: $(tail -n 3 /tmp/logs.log)"
	for page in "Application client" "Self-test results" "Informational"; do
		assertTrue "sg_logs has no $page" "grep -qi '$page' /tmp/logs.log"
	done
}

# field N: of parameter 1 of page 19h
field() {
	echo $((0x$(log_page "$one" 19 | cut -c $((17 + 16 * $1))-$((32 + 16 * $1)))))
}

idle() {
	echo $((0x$(log_page "$one" 19 00 02 | cut -c 17-32)))
}

# What was done to the disk in between is what the counters have grown by. Linux looks
# at a disk when it comes, so that is over first.
test_log_statistics() {
	give "$(make_file 4)" || return
	for disk in "$one" "$two"; do
		blockdev --flushbufs "$disk"
	done
	generic
	assertEquals "header" 9900005c0001034 "$(log_page "$one" 19 | cut -c 1-15)"
	assertEquals "interval: 1 by ten to the power of -9 s" 0003030800000009000000010 \
		"$(log_page "$one" 19 | cut -c 169-)0"
	assertEquals "from parameter 2 on" 9900001800020308 "$(log_page "$one" 19 00 02 | cut -c 1-16)"
	idle=$(idle)
	sleep 1
	for n in 0 1 2 3 4 5; do
		eval "was$n=$(field $n)"
	done
	for _ in 1 2 3; do
		good "$two" -r 8192 28 00 00 00 00 00 00 00 10 00
	done
	head -c 4096 /dev/zero >/tmp/4k
	good "$one" -s 4096 -i /tmp/4k 2a 00 00 00 00 00 00 00 08 00
	good "$two" -s 4096 -i /tmp/4k 2a 00 00 00 00 00 00 00 08 00
	fails 5/21/00 "$one" -r 512 28 00 00 ff 00 00 00 00 01 00
	# shellcheck disable=SC2154 # eval
	{
		assertEquals "reads, the failed one too" $((was0 + 4)) "$(field 0)"
		assertEquals "writes" $((was1 + 2)) "$(field 1)"
		assertEquals "blocks received" $((was2 + 16)) "$(field 2)"
		assertEquals "blocks transmitted" $((was3 + 48)) "$(field 3)"
		assertTrue "time of reads" "[ $(field 4) -gt $was4 ]"
		assertTrue "time of writes" "[ $(field 5) -gt $was5 ]"
	}
	assertTrue "idle for a second" "[ $(($(idle) - idle)) -gt 500000000 ]"
	assertTrue "sg_logs" "sg_logs -p 0x19 $one | grep -qi 'number of read commands = $(field 0)'"
	fails "5/24/00 cf0002" "$one" -r 252 4d 00 19 00 00 00 00 00 fc 00
	fails "5/24/00 cd0002" "$one" 4c 02 59 00 00 00 00 00 00 00
}

# app_client CODE TEXT: parameter list with one parameter of the application client page
app_client() {
	bytes 0f 00 01 00 00 "$1" 03 fc
	printf '%-252s' "$2"
}

test_log_select() {
	give NULLIO || return
	app_client 03 "some text" >/tmp/list
	good "$one" -s 260 -i /tmp/list 4c 00 40 00 00 00 00 01 04 00
	attention "$two" 6/2a/02
	assertEquals "what is stored" 000303fc736f6d6520746578742020 "$(log_page "$two" 0f 00 03 | cut -c 9-38)"
	assertEquals "all of them" 32776 "$(log_page "$two" 0f | wc -c)"
	assertEquals "nothing in others" 000203fc000000 "$(log_page "$two" 0f 00 02 | cut -c 9-22)"
	# refused as a whole: a second parameter at fault
	{
		bytes 0f 00 02 00
		app_client 05 "more" | tail -c +5
		bytes 00 40 03 fc
		printf '%-252s' x
	} >/tmp/two
	fails "5/26/00 800104" "$one" -s 516 -i /tmp/two 4c 00 40 00 00 00 00 02 04 00
	assertEquals "unchanged" 000503fc000000 "$(log_page "$two" 0f 00 05 | cut -c 9-22)"
	fails 5/1a/00 "$one" -s 259 -i /tmp/list 4c 00 40 00 00 00 00 01 03 00
	fails 5/1a/00 "$one" -s 3 -i /tmp/list 4c 00 40 00 00 00 00 00 03 00
	fails "5/24/00 cf0002" "$one" -s 260 -i /tmp/list 4c 00 00 00 00 00 00 01 04 00
	fails "5/24/00 c80001" "$one" -s 260 -i /tmp/list 4c 01 40 00 00 00 00 01 04 00
	fails "5/24/00 c90001" "$one" -s 260 -i /tmp/list 4c 02 40 00 00 00 00 01 04 00
	fails "5/24/00 cd0002" "$one" 4c 02 50 00 00 00 00 00 00 00
	bytes 10 00 00 00 >/tmp/list
	fails "5/26/00 8d0000" "$one" -s 4 -i /tmp/list 4c 00 40 00 00 00 00 00 04 00
	good "$two" 00 00 00 00 00 00
	good "$two" 4c 02 40 00 00 00 00 00 00 00
	attention "$one" 6/2a/02
	assertEquals "reset" 000303fc000000 "$(log_page "$two" 0f 00 03 | cut -c 9-22)"
}

# The newest self-test: code and result
self_test() {
	log_page "$one" 10 | cut -c 17-18
}

test_self_tests() {
	give "$(make_file 4)" || return
	good "$one" 1d 04 00 00 00 00
	assertEquals "default" 00 "$(self_test)"
	good "$one" 1d a0 00 00 00 00
	assertEquals "foreground, short" a0 "$(self_test)"
	good "$one" 1d 20 00 00 00 00
	for _try in 1 2 3 4 5 6 7 8; do
		[ "$(self_test)" = 2f ] || break
		sleep 0.5
	done
	assertEquals "background, short" 20 "$(self_test)"
	fails "5/24/00 cf0001" "$one" 1d 80 00 00 00 00
	fails "5/24/00 cf0001" "$one" 1d 24 00 00 00 00
	fails "5/24/00 cf0001" "$one" 1d 60 00 00 00 00
	bytes 00 00 00 00 >/tmp/list
	good "$one" -s 4 -i /tmp/list 1d 10 00 00 04 00
	fails "5/24/00 c00003" "$one" -s 4 -i /tmp/list 1d 14 00 00 04 00
	fails "5/24/00 cc0001" "$one" -s 4 -i /tmp/list 1d 00 00 00 04 00
	fails 5/1a/00 "$one" -s 3 -i /tmp/list 1d 10 00 00 03 00
	bytes 40 00 00 00 >/tmp/list
	fails "5/26/00 800000" "$one" -s 4 -i /tmp/list 1d 10 00 00 04 00
	good "$one" -r 252 1c 01 00 00 fc 00
	assertEquals "diagnostic pages" 0000000100 "$(hex /tmp/in)"
	fails "5/24/00 c00002" "$one" -r 252 1c 01 40 00 fc 00
}

# A disk of which a part can't be read
test_self_test_fails() {
	path=$(make_block 4) || return
	modprobe -q dm-mod
	printf '0 4096 linear %s 0\n4096 4096 error\n' "$path" | dmsetup create half || return
	[ -e /dev/mapper/half ] || dmsetup mknodes
	give /dev/mapper/half BLOCKIO || return
	fails 4/3e/03 "$one" 1d 04 00 00 00 00
	assertEquals "result" 07 "$(self_test)"
	_lba=$((0x$(log_page "$one" 10 | cut -c 25-40)))
	assertTrue "LBA $_lba is in the half that is bad" "[ $_lba -ge 4096 ] && [ $_lba -lt 8192 ]"
	take
	dmsetup remove half
}

test_buffers() {
	give NULLIO || return
	head -c 512 /dev/urandom >/tmp/block
	good "$one" -r 4 3c 03 00 00 00 00 00 00 04 00
	assertEquals "descriptor" 00001000 "$(hex /tmp/in)"
	good "$one" -r 4 3c 0b 00 00 00 00 00 00 04 00
	assertEquals "echo descriptor" 01001000 "$(hex /tmp/in)"
	good "$one" -s 512 -i /tmp/block 3b 02 00 00 01 00 00 02 00 00
	good "$two" -r 512 3c 02 00 00 01 00 00 02 00 00
	assertTrue "data" "cmp /tmp/block /tmp/in"
	good "$two" -r 256 3c 02 00 00 00 00 00 01 00 00
	assertEquals "before it: zeroes" "$(printf '%0512d' 0)" "$(hex /tmp/in)"
	good "$two" -r 512 9b 02 00 00 00 00 00 00 01 00 00 00 02 00 00 00
	assertTrue "READ BUFFER (16)" "cmp /tmp/block /tmp/in"
	fails "5/24/00 c00006" "$one" -s 512 -i /tmp/block 3b 02 00 00 0f 00 00 02 00 00
	fails "5/24/00 c00003" "$one" -r 512 3c 02 00 00 10 01 00 02 00 00
	fails "5/24/00 c00002" "$one" -r 512 3c 02 01 00 00 00 00 02 00 00
	fails "5/24/00 cc0001" "$one" -s 512 -i /tmp/block 3b 05 00 00 00 00 00 02 00 00
	# Echo: only what was written by the same initiator
	fails 5/2c/00 "$two" -r 512 3c 0a 00 00 00 00 00 02 00 00
	good "$one" -s 512 -i /tmp/block 3b 0a 00 00 00 00 00 02 00 00
	good "$one" -r 600 3c 0a 00 00 00 00 00 02 58 00
	assertTrue "echo" "cmp /tmp/block /tmp/in"
	good "$two" -s 4 -i /tmp/block 3b 0a 00 00 00 00 00 00 04 00
	fails b/3f/0f "$one" -r 512 3c 0a 00 00 00 00 00 02 00 00
	sg_rbuf --size=64k --buffer=4k "$one" >/tmp/rbuf.log 2>&1 || fail "sg_rbuf: $(cat /tmp/rbuf.log)"
}

test_identifying_information() {
	give NULLIO || return
	sg_ident "$one" >/tmp/ident.log 2>&1 || fail "sg_ident: $(cat /tmp/ident.log)"
	printf 'rack 7, slot 3' | sg_ident --set "$one" >/tmp/ident.log 2>&1 || fail "sg_ident: $(cat /tmp/ident.log)"
	attention "$two" 6/3f/05
	good "$two" -r 252 a3 05 00 00 00 00 00 00 00 fc 00 00
	assertEquals "information" "rack 7, slot 3" "$(tail -c +5 /tmp/in)"
	printf 'a text' >/tmp/list
	fails "5/26/00 800005" "$one" -s 6 -i /tmp/list a4 06 00 00 00 00 00 00 00 06 04 00
	bytes 61 00 >/tmp/list
	good "$one" -s 2 -i /tmp/list a4 06 00 00 00 00 00 00 00 02 04 00
	good "$one" -r 252 a3 05 00 00 00 00 00 00 00 fc 04 00
	assertEquals "text" 000000026100 "$(hex /tmp/in)"
	good "$one" -r 252 a3 05 00 00 00 00 00 00 00 fc fe 00
	assertEquals "types" 000000080000010004000100 "$(hex /tmp/in)"
	fails "5/24/00 cf000a" "$one" -r 252 a3 05 00 00 00 00 00 00 00 fc 06 00
	fails "5/24/00 c00006" "$one" -s 257 -i /dev/zero a4 06 00 00 00 00 00 00 01 01 00 00
}

test_timestamp() {
	give NULLIO || return
	good "$one" -r 12 a3 0f 00 00 00 00 00 00 00 0c 00 00
	assertEquals "of the host's clock" 000a0300 "$(hex /tmp/in 0 4)"
	_now=$(date +%s)
	_said=$((0x$(hex /tmp/in 4 6) / 1000))
	assertTrue "$_said, it is $_now" "[ $_said -le $_now ] && [ $_said -gt $((_now - 10)) ]"
	# 1000000 s after the epoch
	sg_timestamp --milliseconds=1000000000 "$one" >/tmp/stamp.log 2>&1 || fail "sg_timestamp: $(cat /tmp/stamp.log)"
	attention "$two" 6/2a/10
	good "$two" -r 12 a3 0f 00 00 00 00 00 00 00 0c 00 00
	assertEquals "as set" 000a0200 "$(hex /tmp/in 0 4)"
	_said=$((0x$(hex /tmp/in 4 6)))
	assertTrue "it runs: $_said" "[ $_said -gt 1000000000 ] && [ $_said -lt 1000060000 ]"
	fails 5/1a/00 "$one" -s 11 -i /dev/zero a4 0f 00 00 00 00 00 00 00 0b 00 00
	bytes 00 01 00 00 00 00 00 00 00 00 00 00 >/tmp/list
	fails "5/26/00 800001" "$one" -s 12 -i /tmp/list a4 0f 00 00 00 00 00 00 00 0c 00 00
}
