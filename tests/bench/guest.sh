# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The measurement, inside the guest. Sides are floor, lio and ours; every result
# is a line that begins with "row".
#
#	guest.sh [SIDE...]
#	guest.sh -p SIDE KIND ACCESS

export GUEST=/job/guest
# shellcheck source=tests/guest/lib.sh
. /job/guest/lib.sh
# shellcheck source=tests/guest/programs.sh
. /job/guest/programs.sh
# shellcheck source=tests/bench/measure.sh
. /job/bench/measure.sh
# shellcheck source=tests/bench/devices.sh
. /job/bench/devices.sh

fail() {
	echo "bench: $*" >&2
	kill $$
	exit 1
}

# Called for every disk of a side; side is the side's name.
found() {
	echo "bench: $side $1 is $2"
	if [ -z "$profile" ]; then
		measure "$side" "$1" "$2"
	elif [ "$profile" = "$1" ]; then
		profile "$access" "$2"
		profiled=$1
	fi
}

# For fio's buffers: otherwise its pages are more or less contiguous, by chance.
echo 16 >/proc/sys/vm/nr_hugepages || fail "no huge pages"

profile=
profiled=
if [ "${1:-}" = -p ]; then
	profile=$3 access=$4
	set -- "$2"
fi
[ $# != 0 ] || set -- floor lio ours
for side; do
	"${side}_disks"
done
[ "$profile" = "$profiled" ] || fail "no device $profile; there are those above"
unload_modules || exit
