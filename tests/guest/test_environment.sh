# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the other suites count on, without our modules: a failure here is the
# guest's, not the project's.

tearDown() {
	drop_backing
}

test_programs() {
	for program in fio sg_inq sg_vpd sg_luns sg_readcap sg_raw mkfs.ext4 e2fsck awk dd timeout; do
		command -v $program >/dev/null || fail "no program $program"
	done
}

test_block_devices() {
	for size in 512 1024 2048 4096; do
		dev=$(make_block 8 $size) || return
		assertEquals "block size of $dev" $size "$(blockdev --getss "$dev")"
		assertEquals "size of $dev" 8388608 "$(blockdev --getsize64 "$dev")"
	done
}

test_data_stays() {
	dev=$(make_block 8 4096)
	fill "$dev" 8 7
	first=$(sha256sum <"$dev")
	fill "$dev" 8 7
	assertEquals "same seed, same data" "$first" "$(sha256sum <"$dev")"
	fill "$dev" 8 8
	assertNotEquals "other seed, other data" "$first" "$(sha256sum <"$dev")"
}

test_file_system() {
	dev=$(make_block 32)
	assertTrue "mkfs" "mkfs.ext4 -q $dev"
	mkdir -p /tmp/mnt
	assertTrue "mount" "mount $dev /tmp/mnt"
	fill /tmp/mnt/file 4
	assertTrue "umount" "umount /tmp/mnt"
	assertTrue "fsck" "e2fsck -fn $dev >/tmp/fsck.log 2>&1"
}

test_fio_verifies() {
	file=$(make_file 4)
	assertTrue "fio" "fio --name=t --filename=$file --rw=randwrite --bs=4k --size=4M --verify=crc32c \
		--ioengine=psync --verify_fatal=1 >/tmp/fio.log 2>&1"
}

test_errors_have_names() {
	said=$(dd if=/dev/zero of=/proc/sys/kernel/printk bs=1 count=1 2>&1 | grep 'dd: ')
	assertEquals EINVAL "$(errno_name "$said")"
	said=$(dd if=/dev/zero of=/proc/nothing bs=1 count=1 2>&1 | grep 'dd: ')
	assertEquals ENOENT "$(errno_name "$said")"
}
