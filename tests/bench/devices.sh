# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The disks that are compared, inside a guest. For each side, SIDE_disks makes
# them and calls "found KIND /dev/DISK" for each.
#
# What is behind a KIND is the same on both sides: nothing, a file on tmpfs that
# is written back, a ram disk, a SCSI device that commands are passed to. All have
# SPAN MiB, and all their pages: the first write to one would allocate it.

TARGET=/sys/kernel/config/target

backing_file() {
	dd if=/dev/zero of="/tmp/$1" bs=1M count="$SPAN" 2>/dev/null && echo "/tmp/$1"
}

# backing_disk NUMBER
backing_disk() {
	[ -b "/dev/ram$1" ] || modprobe brd rd_nr=4 rd_size=$((SPAN * 1024))
	dd if=/dev/zero of="/dev/ram$1" bs=1M oflag=direct 2>/dev/null
	[ "$(blockdev --getsize64 "/dev/ram$1")" = $((SPAN << 20)) ] && echo "/dev/ram$1"
}

# The SCSI device: scsi_debug's, which moves no data. Its name is in $hcil, its disk in
# $debug.
debug_device() {
	[ -d /sys/module/scsi_debug ] || modprobe scsi_debug fake_rw=1 dev_size_mb="$SPAN" delay=0 ||
		fail "can't load scsi_debug"
	wait_for debug_disk >/tmp/disk || fail "scsi_debug gave no disk"
	debug=$(cat /tmp/disk)
	hcil=$(basename "$(readlink "/sys/block/${debug#/dev/}/device")")
	set_queue "${debug#/dev/}"
}

debug_disk() {
	for _dir in /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/*; do
		[ ! -b "/dev/${_dir##*/}" ] || {
			echo "/dev/${_dir##*/}"
			return 0
		}
	done
	return 1
}

# Ours

ours_disks() {
	load_modules initiator=bench || fail "can't load our modules"
	open_ours NULLIO 0 - NULLIO
	open_ours FILEIO 1 "$(backing_file ours)"
	open_ours BLOCKIO 2 "$(backing_disk 1)" BLOCKIO
	debug_device
	modprobe scst_disk || fail "can't load scst_disk"
	proc_ok groups/Default/devices "add $hcil 3"
	_disk=$(wait_disk bench 3) || fail "no disk for $hcil"
	found PASSTHRU "$_disk"
	proc_ok groups/Default/devices "del $hcil"
	rmmod scst_disk scst_passthru
	modprobe scst_user || fail "can't load scst_user"
	serve_ours SINGLE 4 ramdisk SINGLE "$SPAN" 1
	serve_ours MULTI 5 ramdisk MULTI "$SPAN" 16
	serve_ours DIRECT 6 fileio_tgt --direct DIRECT "$(backing_disk 3)"
	rmmod scst_user || fail "can't unload scst_user"
}

# serve_ours KIND LUN PROGRAM [ARG...]: a program's disk, and the end of the program.
serve_ours() {
	_name=$1 _lun=$2
	shift 2
	serve "$_name" "$@" || fail "no device $_name"
	map "$_name" "$_lun"
	_disk=$(wait_disk bench "$_lun") || fail "no disk for $_name"
	found "$_name" "$_disk"
	proc_ok groups/Default/devices "del $_name"
	end "$_name"
}

# open_ours KIND LUN PATH [FLAG]
open_ours() {
	proc_ok vdisk/vdisk "open $1 $3 $4"
	proc_ok groups/Default/devices "add $1 $2"
	_disk=$(wait_disk bench "$2") || fail "no disk for $1"
	found "$1" "$_disk"
}

# LIO

lio_disks() {
	for _module in target_core_mod target_core_file target_core_iblock target_core_pscsi tcm_loop; do
		modprobe $_module || fail "can't load LIO's $_module"
	done
	_port=$TARGET/loopback/naa.6001405000000001/tpgt_1
	mkdir -p $_port
	echo naa.6001405000000002 >$_port/nexus || fail "LIO takes no session"
	open_lio NULLIO 0 rd_mcp_0 "rd_pages=$((SPAN * 256)),rd_nullio=1"
	open_lio FILEIO 1 fileio_0 "fd_dev_name=$(backing_file lio),fd_dev_size=$((SPAN << 20)),fd_buffered_io=1"
	open_lio BLOCKIO 2 iblock_0 "udev_path=$(backing_disk 2)"
	debug_device
	# It wants host, channel, id and LUN, and the disk's path by itself.
	open_lio PASSTHRU 3 pscsi_0 "$(echo "$hcil" | sed 's/\(.*\):\(.*\):\(.*\):\(.*\)/scsi_host_id=\1,scsi_channel_id=\2,scsi_target_id=\3,scsi_lun_id=\4/')" "$debug"
	serve_lio
}

# A program's disk: the device node comes with the store, the program answers for it.
# What it costs stands beside ours of one command a time, and of many.
serve_lio() {
	modprobe target_core_user || fail "can't load LIO's target_core_user"
	_store=$TARGET/core/user_0/TCMU
	{
		mkdir -p "$_store" && echo "dev_config=ramdisk/tcmu,dev_size=$((SPAN << 20)),hw_block_size=512,nl_reply_supported=-1" >"$_store/control" &&
			echo 1 >"$_store/enable"
	} || fail "LIO refused TCMU"
	wait_for test -c /dev/uio0 || fail "no /dev/uio0 for TCMU"
	/job/peers/tcmu_ramdisk /dev/uio0 "$(cat /sys/class/uio/uio0/maps/map0/size)" "$SPAN" &
	{ mkdir "$_port/lun/lun_4" && ln -s "$_store" "$_port/lun/lun_4/link"; } || fail "LIO maps no TCMU"
	wait_for lio_disk 4 >/tmp/disk || fail "no disk for LIO's TCMU"
	found TCMU "$(cat /tmp/disk)"
}

# open_lio KIND LUN HBA CONTROL [PATH]
open_lio() {
	_store=$TARGET/core/$3/$1
	{
		mkdir -p "$_store" && echo "$4" >"$_store/control" &&
			{ [ -z "${5:-}" ] || echo "$5" >"$_store/udev_path"; } && echo 1 >"$_store/enable" &&
			mkdir "$_port/lun/lun_$2" && ln -s "$_store" "$_port/lun/lun_$2/link"
	} || fail "LIO refused $1: $4"
	wait_for lio_disk "$2" >/tmp/disk || fail "no disk for LIO's $1"
	found "$1" "$(cat /tmp/disk)"
}

lio_disk() {
	for _host in /sys/class/scsi_host/host*; do
		[ "$(cat "$_host/proc_name")" = tcm_loopback ] || continue
		for _dir in /sys/class/scsi_device/"${_host##*host}":*:*:"$1"/device/block/*; do
			[ ! -b "/dev/${_dir##*/}" ] || {
				echo "/dev/${_dir##*/}"
				return 0
			}
		done
	done
	return 1
}

# Floors: what the kernel and fio cost with no target between

floor_disks() {
	found brd "$(backing_disk 0)"
	debug_device
	found scsi_debug "$debug"
}
