# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A machine in a directory, for bash scripts to source: Debian 13 with systemd, dkms and
# its own cloud kernel; what apt needs to get that of backports is kept beside it. It is
# made once, and copied.
#
#	machine_base		make it, if it is missing or old; prints its directory
#	machine_copy BASE DIR	a copy to change, and DIR.apt, what its apt has at hand
#	machine_in DIR COMMAND...	run something in the copy

machine_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/suite.sh
. "$machine_tests/lib/suite.sh"

MACHINE_SUITE=trixie-backports
# What a small server has, and what our packages want from Debian.
MACHINE_PACKAGES=apt,dkms,gcc,libc6-dev,libjson-c5,libsmartcols1,liburing2,linux-headers-cloud-amd64,linux-image-cloud-amd64,make,mount,sg3-utils,systemd-sysv,udev
# What backports may bring in beside the kernel is the machine's business.
MACHINE_KERNEL=(linux-image-cloud-amd64 linux-headers-cloud-amd64)

machine_release() {
	suite_depends "$1" linux-image-cloud-amd64 '^linux-image-[0-9].*cloud' | sed 's/^linux-image-//'
}

# An initramfs for this machine only is made in a second instead of twenty.
__machine_initramfs() {
	mkdir -p "$1/etc/initramfs-tools/conf.d"
	printf 'MODULES=list\nCOMPRESS=gzip\n' >"$1/etc/initramfs-tools/conf.d/list"
	printf '%s\n' virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"
}

__machine_bootstrap() {
	local base=$1 setup

	setup=$(declare -f __machine_initramfs)
	# Proxies and the like are as for the machine's own apt.
	apt-config dump --no-empty | grep -E '^Acquire::(Check-|https?::|Retries)' >"$base/apt.conf" || true
	suite_sources "$MACHINE_SUITE" | mmdebstrap --quiet --mode=root --variant=minbase \
		--include="$MACHINE_PACKAGES" --skip=cleanup/apt \
		--aptopt='APT::Install-Recommends "false"' --aptopt="$base/apt.conf" \
		--aptopt='Acquire::Languages "none"' --dpkgopt='force-unsafe-io' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-include=/usr/share/doc/scst*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--essential-hook="$setup; __machine_initramfs \"\$1\"" \
		--customize-hook="chroot \"\$1\" apt-get clean" \
		--customize-hook="chroot \"\$1\" apt-get -q -y -d -t $MACHINE_SUITE install ${MACHINE_KERNEL[*]}" \
		trixie "$base/root" - || return
	# Not for the machine's disk: they are as large as the rest of it.
	mv "$base/root/var/cache/apt/archives" "$base/archives"
	mv "$base/root/var/lib/apt/lists" "$base/lists"
	mkdir -p "$base/root/var/cache/apt/archives" "$base/root/var/lib/apt/lists"
}

__machine_make() {
	local base=$1

	[ ! -e "$base/complete" ] || return 0
	echo "making a root of Debian 13 with systemd, dkms and two kernels" >&2
	rm -rf "${base%/*}"/story-*
	mkdir -p "$base"
	__machine_bootstrap "$base" >"$base/log" 2>&1 || {
		tail -n 20 "$base/log" >&2
		suite_die "can't make a root of Debian 13: see $base/log"
		return
	}
	touch "$base/complete"
}

machine_base() {
	local old new base

	[ "$(id -u)" = 0 ] || { suite_die "making and entering roots takes root: run it as root"; return; }
	suite_update trixie && suite_update "$MACHINE_SUITE" || return
	old=$(machine_release trixie) new=$(machine_release "$MACHINE_SUITE")
	if [ -z "$old" ] || [ -z "$new" ] || [ "$old" = "$new" ]; then
		suite_die "Debian 13 and its backports don't have two cloud kernels: '$old' and '$new'"
		return
	fi
	base=$(suite_cache)/roots/story-$old-$new
	suite_lock story __machine_make "$base" >&2 && echo "$base"
}

machine_copy() {
	mkdir "$2.apt" && cp -a --reflink=auto "$1/archives" "$1/lists" "$2.apt/" &&
		cp -a --reflink=auto "$1/root" "$2"
}

# In a mount namespace that ends with the command; without systemd, as in a container.
machine_in() {
	local root=$1
	shift

	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --pid --fork --kill-child sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" && mount -t devtmpfs dev "$root/dev" 2>/dev/null ||
			mount --rbind /dev "$root/dev"
		mount --bind "$root.apt/archives" "$root/var/cache/apt/archives" &&
		mount --bind "$root.apt/lists" "$root/var/lib/apt/lists" &&
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"' - "$root" "$@" </dev/null
}
