# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Random commands (tests/storm/fuzz_cdbs.c), and random text to /proc (fuzz_proc.c).
# STORM_SECONDS: how long each takes; FUZZ_SEED: to begin as another run did.

# shellcheck source=tests/guest/disks.sh
. "$GUEST/disks.sh"

PEERS=${GUEST%/*}/peers
SECONDS_EACH=${STORM_SECONDS:-2}

# cdbs DISK: then the unit is brought back to what it was, for all.
cdbs() {
	_sg=/dev/$(ls "/sys/block/${1#/dev/}/device/scsi_generic")
	"$PEERS/fuzz_cdbs" "$_sg" "$SECONDS_EACH" ${FUZZ_SEED:+"$FUZZ_SEED"} >/tmp/fuzz.log 2>&1 ||
		fail "random CDBs: $(cat /tmp/fuzz.log)"
	tail -n 1 /tmp/fuzz.log
	sg_reset -N -d "$_sg" >/tmp/reset.log 2>&1 || fail "no reset: $(cat /tmp/reset.log)"
	# Whatever it has registered with.
	for _try in 1 2 3 4; do
		! sg_persist -n -o -I -S 0 "$_sg" >/tmp/persist.log 2>&1 || break
	done
	for _try in 1 2 3 4 5 6 7 8; do
		! sg_raw "$_sg" 1b 00 00 00 "${2:-01}" 00 >/tmp/raw.log 2>&1 || break
	done
	for _try in 1 2 3 4 5 6 7 8; do
		! sg_turs "$_sg" >/tmp/turs.log 2>&1 || return 0
	done
	fail "the unit is not ready: $(cat /tmp/turs.log)"
}

# serves DISK: what is written is read, by sd.
serves() {
	blockdev --setrw "$1"
	fill "$1" 2 9
	assertEquals "read back" "$(sum "$BACKING/right" fullblock)" "$(sum_of_2 "$1")"
}

sum_of_2() {
	dd if="$1" bs=1M count=2 iflag=direct 2>/dev/null | sha256sum | cut -c 1-64
}

right_data() {
	mkdir -p "$BACKING"
	truncate -s 2M "$BACKING/right"
	fill "$BACKING/right" 2 9
}

test_cdbs() {
	right_data
	other=$(make_file 4) && fill "$other" 4 3 && kept=$(sum "$other" fullblock) || return
	give 1 other "$other" || return
	for how in "$(make_file 8)" "$(make_file 8) 4096 THIN REMOVABLE" \
			"$(make_block 8)" "$(make_block 8) BLOCKIO"; do
		give 0 d "$how" || return
		cdbs "$disk" "$(case $how in *REMOVABLE) echo 03 ;; *) echo 01 ;; esac)"
		serves "$disk"
		take d
		no_disk $INI 0
	done
	assertEquals "data of another" "$kept" "$(sum "$other" fullblock)"
}

test_cdbs_to_a_drive() {
	fill "$(make_file 4)" 4 3
	image=$(ls "$BACKING"/file.*)
	kept=$(sum "$image" fullblock)
	proc_ok vcdrom/vcdrom "open drive $image" && proc_ok groups/Default/devices "add drive 0" || return
	wait_for drive_is_there || fail "no drive"
	cdbs "$(cd_of)" 03
	assertEquals "the disc" "$kept" "$(sum "$image" fullblock)"
	assertEquals "as it is read" "$kept" "$(sum "$(cd_of)" fullblock)"
	proc_ok vcdrom/vcdrom "close drive"
}

cd_of() {
	for _dir in /sys/class/scsi_device/*:0/device/block/*; do
		[ ! -e "$_dir" ] || echo "/dev/${_dir##*/}"
	done
}

drive_is_there() {
	[ -b "$(cd_of)" ] && [ "$(cat "/sys/block/$(basename "$(cd_of)")/size")" != 0 ]
}

test_proc() {
	right_data
	for n in 0 1 2 3; do
		truncate -s "$((n + 1))M" "$BACKING/f$n"
	done
	give 0 kept "$(make_file 8)" || return
	"$PEERS/fuzz_proc" "$((SECONDS_EACH * 2))" ${FUZZ_SEED:+"$FUZZ_SEED"} >/tmp/fuzz.log 2>&1 ||
		fail "random text: $(cat /tmp/fuzz.log)"
	tail -n 1 /tmp/fuzz.log
	unload_modules
	oneTimeSetUp
	give 0 kept "$(make_file 8)" || return
	serves "$disk"
}
