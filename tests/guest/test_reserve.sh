# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# RESERVE and RELEASE (SPC-2 5.5.1): what they keep from another initiator, and
# what ends them.
# shellcheck disable=SC2154 # sessions() sets $a, $b and $c

# shellcheck source=tests/guest/reserve.sh
. "$GUEST/reserve.sh"

oneTimeSetUp() {
	modprobe -q sd_mod
	modprobe -q sg
	load_modules target=t1 initiator= || return
	file=$(make_file 4)
	proc_ok vdisk/vdisk "open rdisk $file"
	proc_ok vdisk/vdisk "open rnull NULLIO"
	proc_ok groups/Default/devices "add rdisk 0"
	proc_ok groups/Default/devices "add rnull 1"
}

oneTimeTearDown() {
	unload_modules
	drop_backing
}

setUp() {
	sessions a b
}

tearDown() {
	no_sessions
}

reserve() {
	expect "$1" "$2" 16 00 00 00 00 00
}

release() {
	expect good "$1" 17 00 00 00 00 00
}

# Takes what a reset has to say off both.
forget_both() {
	forget "$a"
	forget "$b"
}

test_what_is_kept_from_others() {
	reserve good "$a"
	reserve good "$a"
	reserve conflict "$b"
	expect conflict "$b" 56 00 00 00 00 00 00 00 00 00
	ready conflict "$b"
	reads conflict "$b"
	writes conflict "$b"
	data="-r 192" expect conflict "$b" 1a 00 3f 00 c0 00
	expect conflict "$b" 35 00 00 00 00 00 00 00 00 00
	data="-r 8" expect conflict "$b" 5e 00 00 00 00 00 00 00 08 00

	data="-r 36" expect good "$b" 12 00 00 00 24 00
	data="-r 18" expect good "$b" 03 00 00 00 12 00
	data="-r 16" expect good "$b" a0 00 00 00 00 00 00 00 00 10 00 00
	data="-r 8" expect good "$b" 25 00 00 00 00 00 00 00 00 00

	reads good "$a"
	writes good "$a"
	ready good "$a"

	release "$b"
	ready conflict "$b"
	release "$a"
	ready good "$b"
	reads good "$b"
	reserve good "$b"
	expect good "$b" 57 00 00 00 00 00 00 00 00 00
	ready good "$a"
}

# Only the logical unit that it was sent to.
test_other_luns_stay_free() {
	reserve good "$a"
	other=$(sg_of "$(wait_disk ini.b 1)")
	ready good "$other"
	reads good "$other"
	release "$a"
}

test_an_initiator_without_it_fails_in_time() {
	reserve good "$a"
	disk=$(disk_of ini.b 0)
	assertFalse "read" "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
	assertFalse "write" "dd if=/dev/zero of=$disk bs=4k count=1 oflag=direct 2>/dev/null"
	release "$a"
	assertTrue "read" "dd if=$disk of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
}

test_third_parties_are_refused() {
	bad='Illegal Request|Invalid field in cdb|'
	for byte in 10 12 01; do
		assertContains "RESERVE(6) $byte" "$(result "$a" 16 $byte 00 00 00 00)" "$bad"
		assertContains "RELEASE(6) $byte" "$(result "$a" 17 $byte 00 00 00 00)" "$bad"
	done
	for byte in 10 02; do
		assertContains "RESERVE(10) $byte" "$(result "$a" 56 $byte 00 00 00 00 00 00 00 00)" "$bad"
		assertContains "RELEASE(10) $byte" "$(result "$a" 57 $byte 00 00 00 00 00 00 00 00)" "$bad"
	done
	ready good "$b"
}

test_a_reset_ends_it() {
	reserve good "$a"
	sg_reset -d "$b" || fail "no reset"
	forget_both
	ready good "$b"
	reserve good "$b"
	sg_reset -t "$b" || fail "no reset"
	forget_both
	ready good "$a"
}

test_losing_the_nexus_ends_it() {
	reserve good "$a"
	ready conflict "$b"
	del_session t1 ini.a
	ready good "$b"
	sessions a
	ready good "$a"
}

test_unmapping_ends_it() {
	proc_ok scsi_tgt "add_group G"
	proc_ok groups/G/devices "add rdisk 0"
	proc_ok groups/G/names "add ini.c"
	sessions c || return
	reserve good "$c"
	ready conflict "$b"
	proc_ok groups/G/devices "del rdisk"
	ready good "$b"
	del_session t1 ini.c
	proc_ok scsi_tgt "del_group G"
}

# SAM-5 5.3.3: first what a reset has to say, then the conflict.
test_order_of_reset_and_conflict() {
	sg_reset -d "$a" || fail "no reset"
	result "$a" 00 00 00 00 00 00 >/dev/null
	reserve good "$a"
	assertContains "$(result "$b" 00 00 00 00 00 00)" "Unit Attention"
	ready conflict "$b"
	release "$a"
}
