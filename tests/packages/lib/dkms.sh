# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Machines of Debian 12 and 13 with DKMS and the headers of a kernel, without a kernel,
# for bash scripts to source. What is made of a suite is kept in the cache, and laid
# under a directory of the test's: nothing is copied.
#
#	dkms_base SUITE [PACKAGE,...]	make it, with these as well, if it is missing or
#				old; sets base, release
#	dkms_in DIR COMMAND...	run something in the machine whose changes are in DIR
#	dkms_files DIR		what files there are, but for logs and the like

dkms_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/lib/suite.sh
. "$dkms_tests/lib/suite.sh"

# Signing needs openssl, which Debian 13 is left without.
__dkms_packages() {
	echo "dkms,libjson-c5,libsmartcols1,linux-headers-cloud-amd64,xz-utils$([ "$1" != bookworm ] || echo ,openssl)"
}

__dkms_make() {
	local suite=$1 base=$2 extra=$3 name=$1${3:+-${3//,/+}}

	[ ! -d "$base" ] || return 0
	echo "making a root of $suite with dkms" >&2
	rm -rf "${base%/*}/dkms-$name-"[0-9]*/
	apt-config dump --no-empty | grep -E '^Acquire::(Check-|https?::|Retries)' > "$base.apt" || true
	if ! suite_sources "$suite" | mmdebstrap --quiet --mode=root --variant=apt \
		--include="$(__dkms_packages "$suite")${extra:+,$extra}" \
		--aptopt='APT::Install-Recommends "false"' --aptopt="$base.apt" \
		"$suite" "$base.new" - > "$base.log" 2>&1; then
		rm -rf "$base.new"
		tail -n 20 "$base.log" >&2
		return 1
	fi
	mv "$base.new" "$base"
}

dkms_base() {
	local suite=$1 extra=${2:-}

	[ "$(id -u)" = 0 ] || { suite_die "making and entering roots takes root: run it as root"; return; }
	suite_update "$suite" || return
	release=$(suite_depends "$suite" linux-headers-cloud-amd64 '^linux-headers-[0-9]')
	release=${release#linux-headers-}
	[ -n "$release" ] || { suite_die "$suite has no linux-headers-cloud-amd64"; return; }
	base=$(suite_cache)/roots/dkms-$suite${extra:+-${extra//,/+}}-$release
	mkdir -p "${base%/*}"
	suite_lock "dkms-$suite" __dkms_make "$suite" "$base" "$extra"
}

# Mounts are in a namespace that ends with the command.
dkms_in() {
	local dir=$1
	shift

	mkdir -p "$dir/changes" "$dir/work" "$dir/root"
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --pid --fork --kill-child sh -c '
		dir=$1 base=$2
		shift 2
		mount -t overlay overlay -o "lowerdir=$base,upperdir=$dir/changes,workdir=$dir/work" "$dir/root" &&
		mount -t proc proc "$dir/root/proc" && mount --rbind /dev "$dir/root/dev" &&
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive chroot "$dir/root" "$@"' - "$dir" "$base" "$@" < /dev/null
}

dkms_files() {
	dkms_in "$1" find / -xdev \( -path /proc -o -path /dev -o -path /debs -o -path /var/log -o -path /var/cache -o \
		-path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -print | sort
}
