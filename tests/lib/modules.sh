# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For bash scripts to source: our modules, and those that only test (tests/kmod),
# built for a kernel of the tests.
#
#	modules_for KIND	build, then print the .ko files' paths (KIND as
#				for tests/vm); the build's output goes to stderr.
#				MODULES_OPTIONS="NAME=y...": more build options,
#				for the debug kernels

modules_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# modules_make BUILD KDIR VARIABLE=VALUE...
modules_make() {
	local build=$1 kdir=$2 dir arch=()
	shift 2

	[[ " $* " != *" ARCH=um "* ]] || arch=(ARCH=um)
	make -s -C "$modules_top" scst BUILD="$build" "$@" >&2 || return
	dir=$(make -s -C "$modules_top" dir BUILD="$build" "$@") &&
		"$modules_top/tests/kmod/build" "$kdir" "$dir" "$dir.kmod" "${arch[@]}" >&2 &&
		find "$dir" "$dir.kmod" -name '*.ko' | sort
}

# A build directory of its own: options that somebody else set don't count here.
modules_for() {
	local kind=$1 kernel release out

	if [ "${kind%-smp}" = debug ]; then
		kernel=$("$modules_top/tests/uml" build "$kind") || return
		# The build options are words, and are remembered by the directory.
		# shellcheck disable=SC2086
		modules_make "$modules_top/build/check-$kind${MODULES_OPTIONS:+-${MODULES_OPTIONS//[^A-Z_]/-}}" \
			"$kernel/build" KDIR="$kernel/build" ARCH=um \
			DEBUG=y TRACING=y EXTRACHECKS=y ${MODULES_OPTIONS:-}
		return
	fi
	kernel=$("$modules_top/tests/kernel" "$kind") || return
	release=$(cat "$kernel/release")
	if [ -e "/lib/modules/$release/build/Makefile" ]; then
		modules_make "$modules_top/build/check" "/lib/modules/$release/build" KVER="$release"
	else
		out=$modules_top/build/check/$release
		"$modules_top/tests/build" --kernel "$kind" --out "$out" >&2 &&
			find "$out" -name '*.ko' | sort
	fi
}
