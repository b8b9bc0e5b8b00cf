# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites about copies between disks: two of them, a second initiator, and bytes. To
# be read by the suite; reads disks.sh.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

# naa DISK: its NAA designator, as hex bytes.
naa() {
	sg_vpd -p 0x83 -r "$1" | dd bs=1 skip=52 count=8 2>/dev/null | od -An -tx1
}

# hex BYTE...: those bytes. be WIDTH NUMBER: as so many hex bytes.
hex() {
	echo "$*" | xxd -r -p
}

be() {
	printf "%0$((2 * $1))x" "$2" | sed 's/../& /g'
}

# bytes_of FILE FROM: as hex digits.
bytes_of() {
	dd if="$1" bs=1 skip="$2" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# Two disks of 4 MiB: $a and $b, their files $file_a and $file_b.
two_disks() {
	file_a=$(make_file 4)
	file_b=$(make_file 4)
	fill "$file_a" 4
	fill "$file_b" 4 5
	give 1 a "$file_a" || return
	a=$(sg_of 1)
	give 2 b "$file_b" || return
	b=$(sg_of 2)
	sg_turs "$a" >/dev/null 2>&1
	sg_turs "$b" >/dev/null 2>&1
}

# same_blocks FILE LBA FILE LBA COUNT
same_blocks() {
	dd if="$1" bs=512 skip="$2" count="$5" 2>/dev/null >/tmp/one
	dd if="$3" bs=512 skip="$4" count="$5" 2>/dev/null | cmp -s - /tmp/one
}

# other_sees LUN: a second initiator; its sg device of the LUN is in $other.
other_sees() {
	add_session vdisk-tgt other-ini || return
	_disk=$(wait_disk other-ini "$1") || return
	other=/dev/$(ls "/sys/block/${_disk#/dev/}/device/scsi_generic")
	for _disk in "$other" "$a" "$b"; do
		sg_turs "$_disk" >/dev/null 2>&1
		sg_turs "$_disk" >/dev/null 2>&1
	done
}
