# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced: which kernel's tree do we build for, where, and with which compiler.

die() {
	echo "scst: $*" >&2
	exit 1
}

# Kernels with a build tree on this machine, for messages.
kernels_present() {
	local d list=

	for d in /lib/modules/*/build; do
		[ -e "$d/Makefile" ] && list+=" $(basename "$(dirname "$d")")"
	done
	echo "${list:- none}"
}

# Sets kver and kdir from KVER and KDIR.
find_kernel() {
	local release

	kdir=${KDIR:-/lib/modules/${KVER:-$(uname -r)}/build}
	if [ ! -e "$kdir/Makefile" ]; then
		[ -z "${KDIR:-}" ] ||
			die "KDIR=$KDIR is no kernel build tree (it has no Makefile): name the build directory of a configured kernel"
		die "no build tree of kernel ${KVER:-$(uname -r)} at $kdir:" \
			"install its headers (Debian: linux-headers-${KVER:-$(uname -r)})," \
			"or choose a kernel with KVER= or KDIR= (present here:$(kernels_present))"
	fi
	kdir=$(cd "$kdir" && pwd -P)
	release=$kdir/include/generated/utsrelease.h	# what modules are checked against
	if [ ! -e "$release" ] || [ ! -e "$kdir/include/generated/autoconf.h" ]; then
		die "the kernel tree $kdir isn't prepared for building modules:" \
			"run 'make modules_prepare' in it, or use the headers package of your distribution"
	fi
	kver=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$release")
	[ -z "${KVER:-}" ] || [ "$KVER" = "$kver" ] ||
		die "KVER=$KVER, but $kdir belongs to kernel $kver: leave one of KVER and KDIR out"
}

# Sets options and dir: the directory of the build for this kernel with OPTIONS.
find_build_dir() {
	# shellcheck disable=SC2086	# a list of words
	options=$(printf '%s\n' ${OPTIONS:-} | sort | xargs)
	# shellcheck disable=SC2034	# for the caller
	dir=$BUILD/$kver${options:++${options// /+}}
}

# Sets compiler: the caller's, else the one that the kernel tree asks for.
find_compiler() {
	local own

	own=$(sed -n 's/^CC[[:space:]]*=.*[)[:space:]]\([^[:space:])]*\)$/\1/p' \
		"$kdir/.kernelvariables" 2>/dev/null || true)
	compiler=${CC:-}
	[ -n "$compiler" ] || compiler=${LLVM:+clang}
	[ -n "$compiler" ] || compiler=${CROSS_COMPILE:-}${own:-gcc}
	compiler=${compiler##* }
	command -v "$compiler" >/dev/null ||
		die "no compiler '$compiler', which kernel $kver is built with: install it (Debian: package ${own:-gcc}), or choose another with CC="
	command -v make >/dev/null || die "no make: install it (Debian: package make)"
}
