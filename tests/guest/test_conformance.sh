# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The conformance suite (tests/conformance) on a FILEIO disk that three initiators
# see, one of them write-protected. Each test runs a part of the cases; those that
# fail are shown.

PEERS=${GUEST%/*}/peers

oneTimeSetUp() {
	# shellcheck disable=SC2119 # no parameters for scst_local
	load_modules || return
	proc_ok scst_local/scst_local "add_target cf" &&
		proc_ok vdisk/vdisk "open cf $(make_file 32) 512" || return
	for _who in rw ro other; do
		proc_ok scsi_tgt "add_group $_who"
		proc_ok groups/$_who/names "add ini.$_who"
		proc_ok groups/$_who/devices "add cf 0$([ $_who != ro ] || echo ' READ_ONLY')"
		add_session cf ini.$_who || return
	done
	rw=$(wait_disk ini.rw 0) && ro=$(wait_disk ini.ro 0) && other=$(wait_disk ini.other 0)
}

oneTimeTearDown() {
	is_loaded scst || return 0	# shunit2 calls it again at its end
	unload_modules
	drop_backing
}

# cases PATTERN AT_LEAST: the cases of that name or clause pass, all of them.
cases() {
	"$PEERS/conformance" "$rw" "$ro" "$other" "$1" >/tmp/cases 2>&1
	grep '^not ok ' /tmp/cases
	assertEquals "failed cases" 0 "$(grep -c '^not ok ' /tmp/cases)"
	assertTrue "at least $2 cases: $(tail -n 1 /tmp/cases)" "[ $(grep -c '^ok ' /tmp/cases) -ge $2 ]"
}

test_block_commands() {
	cases "SBC-" 300
}

test_primary_commands() {
	cases "SPC-5 6" 50
}

test_inquiry_and_cdbs() {
	cases "SPC-5 7.7" 6
	cases "SPC-5 4" 4
}

test_persistent_reservations() {
	cases "SPC-5 5.14.1" 200
}

test_reserve() {
	cases "SPC-2" 30
}

test_unit_attentions() {
	cases "SAM-5 5.14" 8
}
