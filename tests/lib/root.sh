# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Roots to build in: a minimal system of a kernel's own suite, with that suite's
# compiler and the kernel's headers, kept in the cache.  For bash scripts that
# have sourced suite.sh and set top to the checkout.
#
#	compiler_of KIND		the compiler of the suite that has kernel KIND
#	enter_root KIND			make the root if needed, lock it, set release, root
#					and work, which is the root's /scst
#	leave_root			unlock it
#	in_root COMMAND...		run COMMAND in it
#	put_sources			copy the checkout into its /scst
#	build_in_root NAME VAR=VALUE...	build in its /scst/NAME; sets cpu
#	build_tests_in_root NAME	build the modules that test against that, in NAME.kmod

: "${top:?must be set before root.sh is sourced}"

compiler_of() {
	case $1 in
	5.10) echo gcc-10 ;;
	6.1 | 386) echo gcc-12 ;;
	*) echo gcc-14 ;;
	esac
}

# The static checks run on 6.1.
tools_of() {
	[ "$1" != 6.1 ] || echo ,sparse
}

# Mirrors of security updates may not have i386 any more.
sources_of() {
	suite_sources "$2" | if [ "$1" = 386 ]; then grep -v -- -security; else cat; fi
}

make_root() {
	local kind=$1 release=$2 root=$3 suite log=$3.log options=()

	[ ! -d "$root" ] || return 0
	suite=$(suite_of_kernel "$kind")
	# Only backports must be asked for.
	[ "$suite" = "${suite%-backports}" ] ||
		options+=("--aptopt=APT::Default-Release \"$suite\"")
	[ "$kind" != 386 ] || options+=(--architectures=i386)
	# Proxies and the like are as for the machine's own apt.
	apt-config dump --no-empty | grep -E '^Acquire::(Check-|https?::|Retries)' > "$root.apt" || true
	echo "build: making a root with $(compiler_of "$kind") and the headers of $release" >&2
	rm -rf "${root%/*}/$kind-"[0-9]*/	# of older kernels
	if ! sources_of "$kind" "$suite" | mmdebstrap --quiet --mode=root --variant=apt \
		--include="make,kmod,$(compiler_of "$kind"),linux-headers-$release$(tools_of "$kind")" \
		--aptopt='APT::Install-Recommends "false"' --aptopt="$root.apt" "${options[@]}" \
		"${suite%-backports}" "$root.new" - > "$log" 2>&1; then
		rm -rf "$root.new"
		tail -n 20 "$log" >&2
		return 1
	fi
	mv "$root.new" "$root"
}

enter_root() {
	local kind=$1

	[ "$(id -u)" = 0 ] || {
		suite_die "making and entering roots takes root: run it as root"
		return
	}
	release=$(suite_kernel "$kind") || return
	root=$(suite_cache)/roots/$kind-$release
	mkdir -p "${root%/*}"
	exec 8> "${root%/*}/$kind.lock"
	flock 8
	make_root "$kind" "$release" "$root" || {
		suite_die "can't make a root with compiler and headers of $release: see $root.log"
		return
	}
	[ "$kind" != 386 ] || release=$(ls "$root/lib/modules")
	# A checkout's builds are its own: files of another one may be older or newer.
	work=$root/checkouts/$(echo "$top" | sha256sum | head -c 16)
	mkdir -p "$root/scst" "$work"
	touch "$work"
	find "$root/checkouts" -mindepth 1 -maxdepth 1 -mtime +14 -exec rm -rf {} +
}

leave_root() {
	exec 8>&-
}

# /proc and /scst are mounted, in a mount namespace that ends with the command.
in_root() {
	# shellcheck disable=SC2016	# expanded by the inner shell
	unshare --mount --pid --fork --kill-child sh -c \
		'mount -t proc proc "$0/proc" && mount --bind "$1" "$0/scst" && shift &&
		exec chroot "$0" "$@"' "$root" "$work" "$@" < /dev/null
}

# Copy the sources; what was built from them before stays, where it is current.
put_sources() {
	rm -rf "$work"/{src,scripts,tests,packaging,Makefile,VERSION}
	cp -a "$top"/{src,scripts,Makefile,VERSION} "$work/"
	cp -a "$top/tests/compat" "$work/src/compat_test"
	mkdir -p "$work/tests" "$work/packaging"
	cp -a "$top/packaging/devel" "$work/packaging/"
	cp -a "$top/tests/kmod" "$work/tests/"
}

# Lines that aren't progress.  BTF needs a vmlinux that some headers lack.
unexpected() {
	grep -v -E -e '^  [A-Z]+ ( |\[M\] )?' -e '^scst [^ ]+ for ' \
		-e '^Skipping BTF generation .* unavailability of vmlinux$' "$1" || true
}

# Sets cpu to the CPU seconds used.  A build that says anything fails, and is
# removed: the next one would not say it again.
build_in_root() {
	local name=$1 log=$work/$1.log rc=0 TIMEFORMAT='%U %S' used lines
	shift

	{ used=$( { time in_root make --no-print-directory -C /scst \
		"BUILD=/scst/$name" "KVER=$release" EXTRA_DIRS=compat_test "$@" > "$log" 2>&1; } 2>&1 ); } || rc=$?
	# shellcheck disable=SC2034	# for the caller
	cpu=$(echo "$used" | awk '{ printf "%d", $1 + $2 + 0.5 }')
	lines=$(unexpected "$log")
	[ $rc -ne 0 ] || [ -n "$lines" ] || return 0
	rm -rf "${work:?}/$name"
	head -n 40 <<< "$lines" >&2
	return 1
}

# Out of tree, against headers and symbols of what was built before.
build_tests_in_root() {
	local log=$work/$1.kmod.log rc=0 lines

	in_root sh /scst/tests/kmod/build "/lib/modules/$release/build" \
		"/scst/$1/$release" "/scst/$1.kmod" > "$log" 2>&1 || rc=$?
	lines=$(unexpected "$log")
	[ $rc -ne 0 ] || [ -n "$lines" ] || return 0
	rm -rf "$work/$1.kmod"
	head -n 40 <<< "$lines" >&2
	return 1
}
