#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guest's side of tests/powerloss: devices of all kinds on disks with a volatile
# cache; then it waits for "go SEED" on its port and has all of them written to until
# it loses its power. Names are those of DEVICES in tests/powerloss.

PORT=/dev/ttyS1
TARGET=power-tgt INI=power-ini

fail() {
	echo "X $*."
	exit 1
}

# The functions that the suites use, without shunit2.
GUEST=/job/guest
# shellcheck source=tests/guest/lib.sh
. "$GUEST/lib.sh"

load_modules target=$TARGET initiator=$INI
mkfs.ext4 -q -b 4096 /dev/vda >/dev/null 2>&1 || fail mkfs
mkdir -p /mnt
mount -t ext4 /dev/vda /mnt || fail mount

# New files without blocks, whose allocation has to be stable as well, and full ones.
for name in file file_wt direct; do
	truncate -s 1M /mnt/$name
done
for name in direct_wt nv_cache; do
	dd if=/dev/zero of=/mnt/$name bs=1M count=1 2>/dev/null
done
sync

lun=0
disks=
open() {
	proc_ok vdisk/vdisk "open $*"
	proc_ok groups/Default/devices "add $1 $lun"
	lun=$((lun + 1))
}

open file /mnt/file
open file_wt /mnt/file_wt WRITE_THROUGH
open direct /mnt/direct O_DIRECT
open direct_wt /mnt/direct_wt O_DIRECT WRITE_THROUGH
open file_blk /dev/vdb
open direct_blk /dev/vdc O_DIRECT
open blockio /dev/vdd BLOCKIO
open blockio_wt /dev/vde BLOCKIO WRITE_THROUGH
open nv_cache /mnt/nv_cache NV_CACHE

n=0
while [ $n -lt $lun ]; do
	disks="$disks $(wait_disk $INI $n)"
	n=$((n + 1))
done
# shellcheck disable=SC2086 # a list of words
for disk in $disks; do
	dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null
done
sync
echo "R."
while read -r word seed <$PORT; do
	[ "$word" != go ] || break
done
# shellcheck disable=SC2086
exec /job/writer "$seed" $disks
