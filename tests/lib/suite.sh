# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packages of Debian suites other than the machine's own, for bash scripts to
# source. Every suite has its own package lists and download cache below the
# cache directory, so neither the machine's apt state nor its installed
# packages are touched, and signatures are verified as for any other apt run.
# Mirrors are those of the machine's own apt configuration.
#
#	suite_cache			the cache directory (made if missing)
#	suite_lock NAME COMMAND...	run COMMAND while holding the cache's lock NAME
#	suite_of_kernel KIND		suite that ships kernel KIND (5.10 6.1 6.12 7, or 386)
#	suite_kernel KIND		release name of its newest kernel, as uname -r; of the
#				32-bit one only the flavour
#	suite_sources SUITE		its sources.list lines (mmdebstrap takes them too)
#	suite_update SUITE		fetch its lists, unless they are fresh
#	suite_apt SUITE COMMAND ARG...	apt-get or apt-cache within the suite
#	suite_download SUITE DIR PKG...	newest .deb of each package into DIR

SUITE_KEYRING=${SUITE_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
# One run of the tests must see one version of every package, and its parts
# resolve names apart from each other: lists are good for this many minutes.
SUITE_LISTS_MINUTES=${SUITE_LISTS_MINUTES:-1440}

suite_die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	return 1
}

suite_cache() {
	local dir=${SCST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/scst}

	mkdir -p "$dir" || return
	printf '%s\n' "$dir"
}

suite_lock() {
	local name=$1 dir
	shift

	dir=$(suite_cache)/locks || return
	mkdir -p "$dir" || return
	(
		flock 9 || exit
		# What COMMAND leaves running must not keep the lock.
		"$@" 9>&-
	) 9>"$dir/$name"
}

suite_of_kernel() {
	case $1 in
	5.10) echo bullseye ;;
	6.1 | 386) echo bookworm ;;
	6.12) echo trixie ;;
	7) echo trixie-backports ;;
	*) suite_die "no suite is known for kernel '$1' (known: 5.10 6.1 6.12 7 386)" ;;
	esac
}

# suite_uri KIND: the machine's mirror, KIND being "main" or "security".
suite_uri() {
	local uri release

	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Origin: Debian' \
		'Component: main' 'Identifier: Packages' 2>/dev/null |
	while read -r uri release; do
		case $1,$release in
		main,*-*) ;;
		main,* | security,*-security)
			echo "${uri%/}"
			break
			;;
		esac
	done
}

suite_sources() {
	local suite=$1 base=${1%-backports} main security

	main=$(suite_uri main)
	[ -n "$main" ] || {
		suite_die "this machine's apt knows no Debian mirror: run apt-get update (or add a mirror to its sources first)"
		return
	}
	security=$(suite_uri security)
	echo "deb [signed-by=$SUITE_KEYRING] $main $base main"
	[ "$suite" = "$base" ] || echo "deb [signed-by=$SUITE_KEYRING] $main $suite main"
	[ -z "$security" ] || echo "deb [signed-by=$SUITE_KEYRING] $security $base-security main"
}

suite_dir() {
	printf '%s/apt/%s\n' "$(suite_cache)" "$1"
}

suite_apt() {
	local suite=$1 command=$2 release=
	local dir
	shift 2

	dir=$(suite_dir "$suite") || return
	# Only backports must be asked for; naming a release would hide its security updates.
	[ "$suite" = "${suite%-backports}" ] || release=$suite
	"$command" -q -o Dir::Etc::SourceList="$dir/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State="$dir/state" \
		-o Dir::State::Lists="$dir/lists" \
		-o Dir::State::Status="$dir/status" \
		-o Dir::Cache="$dir/cache" \
		-o APT::Architecture=amd64 \
		-o APT::Architectures=amd64 \
		-o APT::Default-Release="$release" \
		-o APT::Sandbox::User=root \
		-o Acquire::Retries=3 \
		"$@"
}

__suite_update() {
	local suite=$1 dir

	dir=$(suite_dir "$suite") || return
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/state" || return
	[ -e "$dir/status" ] || : >"$dir/status"
	if [ -n "$(find "$dir/stamp" -mmin "-$SUITE_LISTS_MINUTES" 2>/dev/null)" ]; then
		return 0
	fi
	suite_sources "$suite" >"$dir/sources.list" || return
	if ! suite_apt "$suite" apt-get -o APT::Update::Error-Mode=any update >"$dir/update.log" 2>&1; then
		cat "$dir/update.log" >&2
		# Old lists still serve a machine that is off line.
		[ -e "$dir/stamp" ] && return 0
		suite_die "can't fetch the package lists of $suite: see apt's messages above"
		return
	fi
	touch "$dir/stamp"
}

suite_update() {
	suite_lock "apt-$1" __suite_update "$1"
}

# suite_depends SUITE PKG PATTERN: first dependency of PKG's newest version that matches.
suite_depends() {
	suite_apt "$1" apt-cache show --no-all-versions "$2" 2>/dev/null |
		sed -n 's/^Depends: //p' | tr ',|' '\n' | sed 's/^ *//; s/ .*//' |
		grep -m1 -E "$3"
}

suite_kernel() {
	local suite name

	[ "$1" != 386 ] || { echo 686-pae; return; }
	suite=$(suite_of_kernel "$1") && suite_update "$suite" || return
	name=$(suite_depends "$suite" linux-image-amd64 '^linux-image-[0-9]') || {
		suite_die "$suite has no linux-image-amd64"
		return
	}
	printf '%s\n' "${name#linux-image-}"
}

suite_download() {
	local suite=$1 dir=$2
	shift 2

	suite_update "$suite" && mkdir -p "$dir" || return
	(cd "$dir" && suite_apt "$suite" apt-get download "$@" >apt.log 2>&1) || {
		cat "$dir/apt.log" >&2
		suite_die "can't download from $suite: $*"
		return
	}
	rm -f "$dir/apt.log"
}
