# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For bash scripts to source: the functional suites under one kernel.
#
#	suites_run KIND [SUITE...]	build, boot, run; prints ok, not ok, skip.
#				STORM_SECONDS: how long each storm takes; FUZZ_SEED:
#				what random commands begin with; SUITES_LABEL: what
#				the verdicts begin with, instead of KIND;
#				SUITES_SANITIZE=y: our programs are under AddressSanitizer
#				and UndefinedBehaviorSanitizer, not for the debug kernels

suites_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/lib/modules.sh
. "$suites_tests/lib/modules.sh"

SUITES_MODULES=brd,loop,null_blk,ext4,isofs,udf,dm-mod,dm-flakey,scsi_debug
SUITES_STOCK_MODULES=scsi_dh_alua,st	# not modules in the debug kernels
SUITES_PROGRAMS=fio,blkdiscard,genisoimage,mkfs.ext4,e2fsck,dd,seq,timeout,stat,truncate,cmp,dmsetup,losetup,mt-st,tar,setpriv,flock

# The core's own rules, the same on each kernel: under the debug kernel and on the newest
# stock kernel only, and on all of them in "make check-long".
SUITES_OF_RULES=" alua aptpl blocks conformance failslab fuzz opcodes order pages reservations \
reserve residuals rod sanitize scstadmin service storms target_api tm xcopy "

suites_of_kernels() {
	local file name

	for file in "$suites_tests"/guest/test_*.sh; do
		name=${file##*/test_}
		name=${name%.sh}
		case $SUITES_OF_RULES in
		*" $name "*) ;;
		*) echo "$name" ;;
		esac
	done
}

# Our own peers, linked statically: no guest has a C library.
suites_peer() {
	gcc -std=gnu11 -O1 -g -Wall -Wextra -Werror -static -I"$suites_tests/conformance" -o "$@" >&2
}

# With sanitizers they need libraries: those go where programs of the host do.
suites_sanitized_tools() {
	local build=$suites_tests/../build/check/sanitized program

	mkdir -p "$build"
	flock "$build" make -s -C "$suites_tests/../src/tools" BUILD="$build" WERROR=y programs \
		CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' >&2 || return
	for program in fileio_tgt vtape ramdisk; do
		printf '#!/bin/sh\nexec %s "$@"\n' $program >"$1/$program"
		chmod +x "$1/$program"
	done
}

# Our programs for user space, as others get them but for their C library.
suites_tools() {
	[ -z "${SUITES_SANITIZE:-}" ] || {
		suites_sanitized_tools "$1"
		return
	}
	flock "$suites_tests/../build/check" make -s -C "$suites_tests/../src/tools" BUILD="$suites_tests/../build/check" STATIC=y WERROR=y \
		programs >&2 && cp "$suites_tests/../build/check/tools-static"/{fileio_tgt,vtape,ramdisk} "$1"
}

# A program of 32 bits, for kernels that run those, where gcc can make one.
suites_32_bits() {
	rm -f "$1"
	[[ $2 == debug* ]] || ! printf '\043include <linux/ioctl.h>\nint main(void) { return 0; }' | gcc -m32 -static -xc -o /dev/null - 2>/dev/null ||
		suites_peer "$1" -m32 -I"$suites_tests/../src/include" "$suites_tests/user/udisk.c" \
			"$suites_tests/user/scsi.c" "$suites_tests/user/twin.c" "$suites_tests/user/memory.c" -lpthread
}

# A directory for each: parts of the check run at the same time.
suites_peers() {
	local dir=$suites_tests/../build/check/peers-$1 kind=$2

	mkdir -p "$dir"
	suites_peer "$dir/conformance" "$suites_tests"/conformance/*.c &&
		suites_peer "$dir/failnth" "$suites_tests/storm/failnth.c" &&
		suites_peer "$dir/fuzz_proc" "$suites_tests/storm/fuzz_proc.c" &&
		suites_peer "$dir/fuzz_user" -I"$suites_tests/../src/include" \
			"$suites_tests/user/fuzz_user.c" -lpthread &&
		suites_peer "$dir/udisk" -I"$suites_tests/../src/include" \
			"$suites_tests/user/udisk.c" "$suites_tests/user/scsi.c" "$suites_tests/user/twin.c" \
			"$suites_tests/user/memory.c" -lpthread &&
		suites_peer "$dir/fuzz_cdbs" "$suites_tests/storm/fuzz_cdbs.c" \
			"$suites_tests/conformance/sgio.c" &&
		suites_32_bits "$dir/udisk32" "$kind" && suites_tools "$dir" && echo "$dir"
}

# With its libraries, which tests/vm takes along.
suites_scstadmin() {
	local build=$suites_tests/../build/check

	flock "$build" make -s -C "$suites_tests/../src/tools/scstadmin" BUILD="$(cd "$build" && pwd)" \
		WERROR=y >&2 && echo "$build/scstadmin/scstadmin"
}

suites_run() {
	local kind=$1 modules label peers scstadmin theirs=$SUITES_MODULES
	shift
	label=${SUITES_LABEL:-$kind}
	[ "${kind%-smp}" = debug ] || theirs+=,$SUITES_STOCK_MODULES
	peers=$(suites_peers "$label" "$kind") || {
		echo "not ok $label: a program of tests/conformance, tests/storm or src/tools doesn't compile: see the messages above"
		return 1
	}

	scstadmin=$(suites_scstadmin) || {
		echo "not ok $label: scstadmin doesn't compile: see the messages above"
		return 1
	}
	modules=$(modules_for "$kind")
	[ -n "$modules" ] || {
		echo "not ok $label: the modules were not built: see the messages above"
		return 1
	}
	# shellcheck disable=SC2046,SC2086 # lists of words
	"$suites_tests/vm" -k "$kind" -q -t "${SUITES_TIMEOUT:-4200}" -m "${SUITES_MEM:-1536}" \
		${SUITES_OPTIONS:-} -M "$theirs" -l sd_mod,sr_mod,sg -b "$SUITES_PROGRAMS,$scstadmin" \
		${SUITES_SANITIZE:+$(printf -- '-b %s ' "$suites_tests"/../build/check/sanitized/tools/{fileio_tgt,vtape,ramdisk})} \
		$(printf -- '-b %s ' /usr/bin/sg_*) $(printf -- '--ko %s ' $modules) \
		-f "$suites_tests/guest" -f "$suites_tests/../init" -f "$peers:/job/peers" -f /usr/share/shunit2/shunit2:/job/guest/shunit2 \
		"$suites_tests/guest/with-env" ${STORM_SECONDS:+STORM_SECONDS=$STORM_SECONDS} \
		${FUZZ_SEED:+FUZZ_SEED=$FUZZ_SEED} /bin/sh /job/guest/run -l "$label" "$@"
	suites_verdict "$label" $?
}

# What the guest could not tell itself.
suites_verdict() {
	case $2 in
	0) echo "ok $1/kernel-log" ;;
	124) echo "not ok $1: the guest did not end in time" ;;
	125) echo "not ok $1: the guest died" ;;
	126) echo "not ok $1/kernel-log: the kernel complained, see above" ;;
	esac
	return "$2"
}
