# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Suite "sgv": the pools of data buffers, by a module that uses nothing else.

sgv_test() {
	dmesg_mark
	insmod_said=$(modprobe scst_sgv_test "$@" 2>&1) && {
		rmmod scst_sgv_test
		return
	}
	fail "$* failed: $insmod_said; $(dmesg | grep 'scst_sgv_test:' | tail -n 3)"
}

# A number of one of the file's first three lines: sgv_number LABEL FIELD.
sgv_number() {
	awk -v label="$1" -v field="$2" 'index($0, label) == 1 { split($NF, n, "/"); print n[field] }' "$PROC/sgv"
}

tearDown() {
	unload_modules
}

with_scst() {
	modprobe scst "$@" || fail "can't load scst $*: see the kernel's log"
}

test_shapes() {
	with_scst
	sgv_test mode=shapes
}

# The kernel takes back free buffers while everybody else is at it.
test_stress() {
	with_scst
	while [ ! -e /tmp/stress.done ]; do
		echo 2 >/proc/sys/vm/drop_caches
		cat "$PROC/sgv" >/dev/null
		sleep 0.05
	done &
	sgv_test mode=stress "rounds=${SGV_ROUNDS:-3000}"
	: >/tmp/stress.done
	wait
	assertEquals "pages that nobody has" 0 "$(sgv_number "Inactive/active" 2)"
}

test_limit() {
	with_scst scst_max_cmd_mem=8
	pages=$((8 * 1024 * 1024 / 4096))
	assertEquals "high watermark" $pages "$(sgv_number "Hi/lo" 1)"
	assertEquals "low watermark" $((pages / 2)) "$(sgv_number "Hi/lo" 2)"
	sgv_test mode=limit limit_mb=8
	assertTrue "no release was counted" "[ $(sgv_number "Hi watermark" 1) -gt 0 ]"
	assertTrue "no failure was counted" "[ $(sgv_number "Hi watermark" 2) -gt 0 ]"
	assertEquals "pages that nobody has" 0 "$(sgv_number "Inactive/active" 2)"
}

test_pages_of_others() {
	with_scst
	sgv_test mode=pages
	assertEquals "pages that nobody has" 0 "$(sgv_number "Inactive/active" 2)"
}

# What SCST_STRICT_SECURITY changes.
test_buffers_used_again() {
	with_scst
	want="as it was"
	! grep -q ^SCST_STRICT_SECURITY "$PROC/version" || want=zeroed
	sgv_test mode=again
	assertTrue "not $want" "dmesg_has 'used again: $want'"
}
