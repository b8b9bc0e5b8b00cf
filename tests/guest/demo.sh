# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The demonstration, inside the guest. /dev/vda is the server's disk, /dev/vdb
# a block device to export. Every line after a # is a command as a user types it.

# shellcheck source=tests/guest/lib.sh
. /job/guest/lib.sh

MIB=${1:-300}		# of data to copy, beside the project's tree

say() {
	printf '\n== %s\n' "$*"
}

fail() {
	printf '\ndemo: failed: %s\n' "$*"
	exit 1
}

run() {
	echo "# $1"
	eval "$1" || fail "$1 (status $?); last_result: $(cat "$PROC/last_result" 2>/dev/null)"
}

# The disks that an initiator sees, as its own system names them.
show_disks() {
	for host in /sys/class/scsi_host/host*; do
		[ -e "$host/initiator_name" ] || continue
		name=$(cat "$host/initiator_name")
		for dir in /sys/class/scsi_device/"${host##*host}":*/device; do
			set -- "$dir"/block/*
			[ -e "$1" ] || continue
			printf '%s sees /dev/%s: %s %s, %d MiB\n' "$name" "${1##*/}" "$(cat "$dir/vendor")" \
				"$(cat "$dir/model")" $(($(cat "$1/size") / 2048))
		done
	done
}

# check_mask INITIATOR DISK: this disk and no other is the initiator's.
check_mask() {
	[ "$(show_disks | grep "^$1 " | sed 's/.*SCST_... *//; s/[ ,].*//')" = "$2" ] ||
		fail "$1 should see $2 and nothing else"
}

export_disks() {
	run "modprobe scst"
	run "modprobe scst_vdisk"
	run "cat $PROC/version"
	run "echo 'open disk1 /srv/disk1.img' >$PROC/vdisk/vdisk"
	run "echo 'open disk2 /dev/vdb BLOCKIO' >$PROC/vdisk/vdisk"
	run "cat $PROC/vdisk/vdisk"
	run "echo 'add_group alpha_group' >$PROC/scsi_tgt"
	run "echo 'add alpha' >$PROC/groups/alpha_group/names"
	run "echo 'add disk1 0' >$PROC/groups/alpha_group/devices"
	run "echo 'add_group beta_group' >$PROC/scsi_tgt"
	run "echo 'add beta' >$PROC/groups/beta_group/names"
	run "echo 'add disk2 0' >$PROC/groups/beta_group/devices"
	run "modprobe scst_local target=server initiator=alpha"
	run "echo 'add_session server beta' >$PROC/scst_local/scst_local"
	alpha=$(wait_disk alpha 0) || exit
	beta=$(wait_disk beta 0) || exit
	run "cat $PROC/sessions"
	show_disks
	check_mask alpha disk1
	check_mask beta disk2
}

unload() {
	wait_for rmmod scst_local || fail "scst_local can't be unloaded"
	run "rmmod scst_vdisk"
	run "rmmod scst"
}

mount_disks() {
	run "mkdir -p /mnt/alpha /mnt/beta"
	run "mount $alpha /mnt/alpha"
	run "mount $beta /mnt/beta"
}

say "The server's disk, with a file to export"
mkfs.ext4 -q /dev/vda || fail "the server has no disk"
run "mkdir -p /srv"
run "mount /dev/vda /srv"
run "truncate -s 1G /srv/disk1.img"

say "Export the file (FILEIO) to alpha, the block device /dev/vdb (BLOCKIO) to beta"
export_disks

say "Each initiator makes a file system on its disk"
run "mkfs.ext4 -q $alpha"
run "mkfs.ext4 -q $beta"
mount_disks

say "Copy the project's tree and $MIB MiB to each"
run "mkdir /srv/data"
run "dd if=/dev/urandom of=/srv/data/noise bs=1M count=$MIB 2>/dev/null"
run "cp -r /job/scst /srv/data/scst"
run "(cd /srv/data && find . -type f | sort | xargs sha256sum >/tmp/sums)"
for who in alpha beta; do
	run "cp -r /srv/data/. /mnt/$who/"
	run "sync"
	run "df -h /mnt/$who | tail -n 1"
done

say "What the target saw"
run "cat $PROC/scsi_tgt"
run "cat $PROC/sessions"
for group in alpha_group beta_group; do
	run "cat $PROC/groups/$group/names $PROC/groups/$group/devices"
done
run "cat $PROC/sgv"

say "Unmount, and unload everything"
run "umount /mnt/alpha /mnt/beta"
echo "# rmmod scst_local"
unload

say "Load and mask again"
export_disks

say "Read back and compare"
run "e2fsck -fn $alpha >/dev/null 2>&1"
run "e2fsck -fn $beta >/dev/null 2>&1"
mount_disks
for who in alpha beta; do
	run "(cd /mnt/$who && sha256sum -c /tmp/sums >/tmp/result)"
	echo "$(grep -c ': OK$' /tmp/result) files are as they were written"
done

say "Clean up"
run "umount /mnt/alpha /mnt/beta"
echo "# rmmod scst_local"
unload
run "umount /srv"
