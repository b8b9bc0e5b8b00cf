# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Devices of programs: what an initiator sees of them with each option.

# shellcheck source=tests/guest/user.sh
. "$GUEST/user.sh"

pattern() {
	[ -e /tmp/pattern ] || {
		truncate -s 4M /tmp/pattern
		fill /tmp/pattern 4 7
	}
}

# What is written is read, directly and in the sizes that the kernel likes.
serves() {
	pattern
	dd if=/tmp/pattern of="$1" bs=256k oflag=direct conv=fsync status=none || fail "$2: write"
	dd if="$1" of=/tmp/back bs=96k count=44 iflag=direct status=none || fail "$2: read"
	head -c 4194304 /tmp/back | cmp - /tmp/pattern || fail "$2: other data"
	rm -f /tmp/back
}

test_file_system() {
	give 0 fs mib=16 || return
	mkfs.ext4 -q "$disk" || fail "mkfs"
	mkdir -p /tmp/mnt
	mount "$disk" /tmp/mnt || fail "mount"
	pattern
	cp /tmp/pattern /tmp/mnt/ && sync
	umount /tmp/mnt
	e2fsck -fn "$disk" >/tmp/fsck.log 2>&1 || fail "fsck: $(cat /tmp/fsck.log)"
	mount "$disk" /tmp/mnt
	cmp /tmp/pattern /tmp/mnt/pattern || fail "other data"
	umount /tmp/mnt
	stop fs
}

test_options() {
	for how in "" "parse=1" "parse=2" "reuse=3" "reuse=3 on_free=1" "reuse=1 parse=1" "reuse=2" \
			"multi reuse=3" "multi nonblock" "nonblock reuse=3 threads=4" "old reuse=3" \
			"block=4096 multi reuse=3 prealloc" "background reuse=3" "insist reuse=3" "insist parse=1"; do
		# shellcheck disable=SC2086 # a list of words
		give 0 opts $how || return
		serves "$disk" "$how"
		assertTrue "$how: sessions" "[ $(counts opts attach) = 1 ]"
		stop opts
	done
}
