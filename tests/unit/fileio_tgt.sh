#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a debug build of fileio_tgt has and others don't (tests/unit/run fileio_tgt); all
# else that it does needs a kernel: tests/guest/test_fileio_tgt.sh.
#
#	tests/unit/fileio_tgt.sh BUILD
set -u

build=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
status=0

verdict() {
	if [ -z "$2" ]; then
		echo "ok unit/fileio_tgt/$1"
	else
		echo "not ok unit/fileio_tgt/$1: $2"
		status=1
	fi
}

# says STATUS PATTERN PROGRAM ARG...
says() {
	local wanted=$1 pattern=$2 said ended
	shift 2

	said=$("$@" 2>&1)
	ended=$?
	[ "$ended" = "$wanted" ] || echo "$*: status $ended: $said"
	grep -qE -- "$pattern" <<<"$said" || echo "$*: says $said"
}

for debug in "" y; do
	make -s -C "$top/src/tools" BUILD="$build" DEBUG=$debug WERROR=y programs >&2 || {
		verdict build "it doesn't compile: see above"
		exit 1
	}
done
usual=$build/tools/fileio_tgt
debug=$build/tools-debug/fileio_tgt
verdict no_debug "$(says 2 "invalid option|unknown option" "$usual" -d all v /tmp/x)"
verdict debug_help "$(says 0 '-d, --debug' "$debug" --help)"
verdict debug_words "$(says 2 'loud' "$debug" -d all,loud v /tmp/x)"
verdict debug_missing "$(says 2 '.' "$debug" -d)"
exit $status
