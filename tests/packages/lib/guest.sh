#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the machine of tests/packages/story, when it has booted: the service is up, each
# initiator sees what it is meant to see, and more by the name after "story=" of the kernel's
# command line. Prints "ok story/NAME" and "not ok story/NAME: reason"; the last line is
# for tests/packages/lib/boot.
set -u

step=$(sed -n 's/.*\bstory=\([a-z]*\).*/\1/p' /proc/cmdline)
data=/srv/data
proc=/proc/scsi_tgt
status=0

ok() {
	echo "ok story/$step/$1"
}

# check NAME COMMAND...: which says what is wrong, or nothing.
check() {
	local name=$1 said
	shift

	said=$("$@" 2>&1)
	if [ -z "$said" ]; then
		ok "$name"
	else
		echo "not ok story/$step/$name: ${said//$'\n'/ | }"
		status=1
	fi
}

# wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1))
	shift

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.3
	done
}

is() {
	[ "$1" = "$2" ] || echo "$3: '$1' instead of '$2'"
}

# ---- the service ----

# By systemd alone: nobody has called anything.
service_is_up() {
	is "$(systemctl is-active scst.service)" active scst.service
	is "$(systemctl show -P NRestarts scst.service)" 0 restarts
	systemctl --failed --no-legend --plain
	scstadmin diff --only group:alpha || echo "not what the file says"
}

# When the generator had the service wait for the mount and the block device.
service_has_waited() {
	local after

	after=" $(systemctl show -P After scst.service) "
	after=${after//\"/}	# as systemctl quotes it
	after=${after//\\\\/\\}
	for unit in srv-data.mount 'dev-disk-by\x2did-virtio\x2ddisk2.device'; do
		[[ $after == *" $unit "* ]] || echo "scst.service doesn't wait for $unit"
	done
}

# ---- what initiators see ----

host_of() {
	local file

	for file in /sys/class/scsi_host/host*/initiator_name; do
		[ "$(cat "$file" 2>/dev/null)" != "$1" ] || basename "${file%/*}"
	done
}

# LUN, name, read only, blocks of 512 bytes: of each disk.
disks_of() {
	local host dir disk lun

	host=$(host_of "$1")
	for dir in /sys/class/scsi_device/"${host#host}":*/device/block/*; do
		[ -e "$dir/size" ] || continue
		disk=/dev/${dir##*/}
		lun=${dir%%/device/*}
		echo "${lun##*:} $(xargs <"$dir/../../model") $(blockdev --getro "$disk") $(cat "$dir/size")"
	done | sort -n | paste -sd ,
}

disk_of() {
	local host

	host=$(host_of "$1")
	echo /dev/"$(ls /sys/class/scsi_device/"${host#host}":*:"$2"/device/block 2>/dev/null)"
}

sees() {
	[ "$(disks_of "$1")" = "$2" ]
}

initiator_sees() {
	wait_for 60 sees "$1" "$2" || is "$(disks_of "$1")" "$2" "disks of $1"
}

all_see_what_they_may() {
	initiator_sees alpha "0 d1 0 131072,1 d2 0 65536"
	initiator_sees beta "0 d2 1 65536,5 d3 0 49152"
	initiator_sees gamma7 "${1:-0 d3 0 49152}"
	is "$(grep -c '^scst_local ' $proc/sessions)" 3 sessions
}

write_disk() {
	local disk

	disk=$(disk_of "$1" "$2")
	dd if=/dev/urandom of="$disk" bs=1M count="$3" oflag=direct status=none || echo "can't write $disk"
	sync
	echo "$1 $2 $(dd if="$disk" bs=1M count="$3" iflag=direct status=none | sha256sum)" >>$data/sums
}

write_data() {
	rm -f $data/sums
	write_disk alpha 0 8
	write_disk alpha 1 8
	write_disk beta 5 8
}

read_data() {
	local name lun sum

	[ "$(wc -l <$data/sums)" = 3 ] || echo "not all was written"
	while read -r name lun sum _; do
		is "$(dd if="$(disk_of "$name" "$lun")" bs=1M count=8 iflag=direct status=none | sha256sum)" \
			"$sum  -" "data of LUN $lun of $name"
	done <$data/sums
	# The same device for another initiator is the same data.
	is "$(dd if="$(disk_of beta 0)" bs=1M count=8 iflag=direct status=none | sha256sum)" \
		"$(sed -n 's/^alpha 1 //p' $data/sums)" "d2 for beta"
	! dd if=/dev/zero of="$(disk_of beta 0)" bs=4k count=1 oflag=direct status=none 2>/dev/null ||
		echo "beta can write d2"
}

# ---- a backing that is missing ----

service_is_degraded() {
	local said

	said=$(/usr/lib/scst/service status)
	is $? 150 "status"
	[[ $said == *"degraded: late: $data/late isn't there"* ]] || echo "it says: $said"
	is "$(systemctl is-active scst.service)" active scst.service
	[[ $(systemctl show -P StatusText scst.service) == "degraded: 1 missing: late" ]] ||
		echo "systemd says: $(systemctl show -P StatusText scst.service)"
}

again_ran() {
	[ "$(journalctl -b -u scst-again.service --no-pager | grep -c Finished)" -ge "$1" ]
}

late_is_there() {
	sees gamma7 "0 d3 0 49152,2 late 0 16384"
}

# udev tells of a new block device, whatever it is; nobody else does anything, but for the
# timer, which may be first.
missing_comes_back() {
	local runs

	runs=$(journalctl -b -u scst-again.service --no-pager | grep -c Finished)
	udevadm trigger --action=add /dev/vdb
	udevadm trigger --action=change /dev/vdc
	udevadm settle
	wait_for 20 again_ran $((runs + 1)) || echo "a block device came, and nobody looked"
	truncate -s 8M $data/late
	wait_for 60 late_is_there || echo "gamma7 has $(disks_of gamma7)"
	/usr/lib/scst/service status >/dev/null || echo "still degraded: $(cat /run/scst/degraded)"
	is "$(systemctl is-active scst-again.timer)" inactive scst-again.timer
}

# ---- stop ----

is_active() {
	[ "$(systemctl is-active scst.service)" = active ]
}

# All of this with sessions, whose disks nobody uses.
stop_is_refused() {
	! systemctl stop scst.service 2>/tmp/stop || echo "systemctl says that it is stopped"
	wait_for 20 is_active || is "$(systemctl is-active scst.service)" active scst.service
	initiator_sees alpha "0 d1 0 131072,1 d2 0 65536"
	systemctl reload scst.service || echo "it can't be reloaded"
}

force_stop_and_start() {
	/usr/lib/scst/service force-stop || echo "status $?"
	is "$(systemctl is-active scst.service)" inactive scst.service
	[ ! -e /sys/module/scst ] || echo "the core is still loaded: $(lsmod | grep scst)"
	systemctl start scst.service || echo "it can't be started"
	all_see_what_they_may "0 d3 0 49152,2 late 0 16384"
}

# ---- the driver from outside ----

# INQUIRY of LUN 0, as the example's README has it: 16 bytes of head and sense data in
# front of 36.
foreign_driver_works() {
	modprobe scst_example || { echo "it can't be loaded: $(dmesg | tail -n 3)"; return; }
	wait_for 20 test -c /dev/scst_example || { echo "no /dev/scst_example"; return; }
	exec 3<>/dev/scst_example
	printf '\x06\x02\0\0\0\0\0\x24\x12\0\0\0\x24\0%s' "" >/tmp/command
	truncate -s 40 /tmp/command
	dd if=/tmp/command bs=2M status=none >&3
	dd bs=2M count=1 status=none <&3 >/tmp/response
	exec 3>&-
	is "$(tail -c +121 /tmp/response | head -c 24 | xargs)" "SCST_FIOd1" "INQUIRY says"
	grep -q ' scst_example_host .*foreign ' $proc/sessions || echo "its session has another group: $(cat $proc/sessions)"
	rmmod scst_example || echo "it can't be unloaded"
}

# A module that was built against another core, put where modprobe takes it.
stale_driver_is_refused() {
	dmesg -C
	! insmod /root/story/stale.ko 2>/tmp/insmod || { echo "it was loaded"; rmmod scst_example; return; }
	dmesg | grep -qE 'was built against another SCST|disagrees about version of symbol' ||
		echo "the log says only: $(dmesg) $(cat /tmp/insmod)"
}

# ---- which steps ----

step_before() {
	check service_is_up service_is_up
	check service_has_waited service_has_waited
	check masking all_see_what_they_may
	check write write_data
	check read read_data
	check foreign_driver foreign_driver_works
}

step_after() {
	check service_is_up service_is_up
	check masking all_see_what_they_may
	check read read_data
	check foreign_driver foreign_driver_works
	check degraded service_is_degraded
	check missing_comes_back missing_comes_back
	check stop_is_refused stop_is_refused
	check force_stop force_stop_and_start
	rm $data/late
}

step_upgraded() {
	check service_is_up service_is_up
	check masking all_see_what_they_may
	check read read_data
	check stale_is_refused stale_driver_is_refused
	check foreign_driver foreign_driver_works
}

echo "# $(uname -r), up after $(cut -d ' ' -f 1 /proc/uptime) s, scst $(cat $proc/version 2>/dev/null | head -n 1)"
"step_$step"
[ $status = 0 ] || {
	systemctl status scst.service
	journalctl -b -u scst.service -u scst-again.service --no-pager | tail -n 20
	cat $proc/sessions
} 2>&1 | sed 's/^/# /'
sync
printf '\036%s\n' $status
systemctl --no-block --force poweroff
