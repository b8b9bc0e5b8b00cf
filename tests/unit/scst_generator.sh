#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What init/scst-generator tells systemd of a file (tests/unit/run scst_generator), and
# whether systemd takes our units at all.
#
#	tests/unit/scst_generator.sh SCSTADMIN
set -u

scstadmin=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
root=$(mktemp -d) || exit
trap 'rm -rf "$root"' EXIT
dropin=$root/units/scst.service.d/50-paths.conf
status=0

verdict() {
	if [ -z "$2" ]; then
		echo "ok unit/scst_generator/$1"
	else
		echo "not ok unit/scst_generator/$1: $2"
		status=1
	fi
}

generate() {
	rm -rf "$root/units"
	mkdir -p "$root/units"
	SCST_ADMIN="$scstadmin --root $root" "$top/init/scst-generator" "$root/units" "$root/units" "$root/units"
}

units_of() {
	sed -n "s/^$1=//p" "$dropin" | sort | xargs -d '\n'
}

test_waits_for_what_is_named() {
	local want='-.mount dev-disk-by\x2did-a\x2d1.device dev-vg0-d2.device srv-a.mount srv.mount' got

	cat > "$root/etc/scst.conf" <<-'END'
	device d1 { path /srv/a/d1 }
	device d2 { path /dev/vg0/d2; flags blockio }
	device d3 { path /dev/disk/by-id/a-1; flags blockio }
	device d4 { path /srv/other }
	device n1 { flags nullio }
	include scst.d/*.conf
	END
	generate || { echo "status $?"; return; }
	got=$(units_of Wants)
	[ "$got" = "${want#-.mount }" ] || echo "it wants '$got'"
	[ "$(units_of After)" = "$got" ] || echo "it starts after '$(units_of After)'"
	echo 'device d5 { path "/mnt/b/d5" }' > "$root/etc/scst.d/b.conf"
	generate
	[[ " $(units_of After) " == *" mnt-b.mount "* ]] || echo "it doesn't wait for what an included file names"
	! grep -q Requires "$dropin" || echo "one backing that is away would keep all from starting"
}

test_nothing_of_a_bad_file() {
	echo "device d1 {" > "$root/etc/scst.conf"
	generate || echo "status $?"
	[ ! -e "$dropin" ] || echo "it made $(cat "$dropin")"
	rm "$root/etc/scst.conf"
	generate || echo "without a file: status $?"
	[ ! -e "$dropin" ] || echo "without a file it made $(cat "$dropin")"
}

# Programs are where packages put them, not here.
test_units() {
	local said

	cp "$top"/init/*.service "$top"/init/*.timer "$root/units"
	sed -i 's,^Exec\([A-Za-z]*\)=.*,Exec\1=/bin/true,; /^Documentation/d' "$root"/units/*.service
	sed -i '/^Documentation/d' "$root"/units/*.timer
	said=$(systemd-analyze verify --man=no "$root"/units/* 2>&1) || echo "status $?"
	grep "$root/units" <<< "$said"
}

command -v systemd-escape > "$root/which" || {
	echo "skip unit/scst_generator: no systemd here"
	exit 0
}
mkdir -p "$root"/etc/scst.d "$root/srv"
verdict waits_for_what_is_named "$(test_waits_for_what_is_named)"
verdict nothing_of_a_bad_file "$(test_nothing_of_a_bad_file)"
verdict units "$(test_units)"
exit $status
