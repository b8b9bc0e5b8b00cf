# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# scstadmin against the real /proc/scsi_tgt: files applied, saved and compared, single
# changes, what fails and goes on, history, and the initiator's disks meanwhile.

# shellcheck source=tests/guest/real.sh
. "$GUEST/real.sh"

CONF=/etc/scst.conf

oneTimeSetUp() {
	mkdir -p /etc /run /var/lib
	load_modules initiator= target=
}

oneTimeTearDown() {
	unload_modules
}

tearDown() {
	scstadmin clear --force --quiet
	nproc >"$PROC/threads"
	rm -rf $CONF /etc/scst.d /var/lib/scst/history
	drop_backing
}

# adm STATUS [ARG...]: what it prints is in /tmp/out, what it complains of in /tmp/err.
adm() {
	_want=$1
	shift
	scstadmin "$@" >/tmp/out 2>/tmp/err
	_is=$?
	[ $_is = "$_want" ] || fail "scstadmin $*: status $_is instead of $_want: $(cat /tmp/out /tmp/err)"
}

says() {
	grep -qF -- "$1" /tmp/out || fail "no '$1' in: $(cat /tmp/out)"
}

complains() {
	grep -qF -- "$1" /tmp/err || fail "no '$1' in: $(cat /tmp/err)"
}

luns_of() {
	awk 'NR > 1 { printf "%s%s=%s%s", (NR == 2 ? "" : " "), $2, $1, $3 }' "$PROC/groups/$1/devices"
}

write_conf() {
	cat >$CONF <<-EOF
	# two disks and a drive
	threads 3
	device d1 {
		path $file
		block_size 4096
	}
	device d2 {
		path $file2
		flags write_through thin
	}
	device cd { handler vcdrom }
	group Default { lun 0 d1 read_only }
	group backup {
		initiator alpha
		initiator "rack?-*"
		lun 0 d1
		lun 1 d2
		lun 300 cd
	}
	target scst_local server {
		session alpha
		session beta
	}
	EOF
}

make_conf() {
	file=$(make_file 16) && file2=$(make_file 8) && write_conf
}

test_apply_is_what_an_initiator_sees() {
	make_conf || return
	adm 2 apply --dry-run
	says "+ device d1 (vdisk $file, 4096 bytes)"
	assertEquals "a dry run changes nothing" "" "$(luns_of Default)"
	adm 0 apply
	says "14 done, 0 failed, 0 skipped"
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	assertEquals "0=d1RO" "$(luns_of Default)"
	assertEquals 3 "$(proc_read threads)"
	disk=$(wait_disk alpha 1) || return
	assertEquals "size of d2" 8388608 "$(blockdev --getsize64 "$disk")"
	disk=$(wait_disk beta 0) || return
	assertEquals "read only" 1 "$(blockdev --getro "$disk")"
	# Again: nothing to do, nobody notices.
	host=$(host_of alpha)
	adm 0 apply
	assertEquals "" "$(cat /tmp/out)"
	adm 0 diff
	assertEquals "the same host" "$host" "$(host_of alpha)"
}

test_a_session_is_not_dropped_for_others_changes() {
	make_conf || return
	adm 0 apply
	disk=$(wait_disk alpha 0) || return
	exec 9<>"$disk"
	host=$(host_of alpha)
	sed -i 's/lun 1 d2/lun 2 d2/; s/session beta/session gamma/' $CONF
	adm 2 diff
	says "- LUN 1 of group backup: d2  [alpha]"
	says "+ LUN 2 of group backup: d2  [alpha]"
	says "- session of beta with target server  [beta]"
	says "+ session of gamma with target server"
	adm 0 apply
	assertEquals "0=d1 2=d2 300=cd" "$(luns_of backup)"
	wait_disk gamma 0 >/dev/null
	wait_disk alpha 2 >/dev/null
	assertEquals "alpha's host" "$host" "$(host_of alpha)"
	assertEquals "still open" 0 "$(sg_raw -r 36 "$disk" 12 0 0 0 24 0 >/dev/null 2>&1; echo $?)"
	# Without --prune nothing goes that the file doesn't know.
	host_of beta >/dev/null || fail "beta's session is gone"
	exec 9<&-
	adm 0 apply --prune
	host_of beta >/dev/null && fail "beta's session is still there"
	adm 0 diff
}

test_only() {
	make_conf || return
	adm 0 apply --only device:d2
	assertEquals "d2" "$(scstadmin list devices --names)"
	adm 64 apply --only device:d9
	complains "there is no object 'device:d9'"
	# Its other LUNs have no devices yet.
	adm 3 apply --only backup
	complains "LUN 0 of group backup: d1: "
	assertEquals "1=d2" "$(luns_of backup)"
	adm 0 apply
}

# A device without its backing leaves out what needs it, and comes when it is there.
test_apply_goes_on_past_a_missing_backing() {
	make_conf || return
	mv "$file2" "$file2.away"
	adm 3 apply
	complains "device d2 (vdisk $file2, write_through thin): $file2 isn't there"
	says "12 done, 1 failed, 1 skipped"
	assertEquals "0=d1 300=cd" "$(luns_of backup)"
	adm 3 apply
	mv "$file2.away" "$file2"
	adm 0 apply
	says "2 done, 0 failed, 0 skipped"
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	# Something that the kernel refuses, in its own words.
	adm 1 device add d3 --path /proc/version
	complains "device d3 (vdisk /proc/version): "
	# A device isn't given up for a backing that isn't there.
	adm 1 device change d2 --path /nowhere
	complains "/nowhere isn't there; the device stays as it is"
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	# Nor for one that the kernel doesn't take.
	adm 3 device change d2 --path /proc/version
	complains "it is open as it was before"
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	adm 0 diff
}

test_save_is_what_apply_made() {
	make_conf || return
	adm 0 apply
	cp $CONF /tmp/first.conf
	adm 0 save
	adm 0 diff /tmp/first.conf
	adm 0 check $CONF
	says "3 devices, 2 groups, 2 initiators, 4 LUNs, 1 targets"
	scstadmin save - >/tmp/now.conf
	grep -v '^#' $CONF | sed 1d | cmp - /tmp/now.conf || fail "save - is not what save writes"
	adm 0 clear --force
	assertEquals "" "$(scstadmin list devices --names)"
	adm 1 save
	complains "it stays as it is, expected --force"
	adm 0 diff /dev/null
	adm 2 diff
	adm 0 apply
	scstadmin save - | cmp - /tmp/now.conf || fail "not the same after a new start: $(diff /tmp/now.conf $CONF)"
	adm 0 clear --force
	adm 0 save --force
	adm 0 check $CONF
	says "0 devices"
}

test_save_is_atomic() {
	make_conf || return
	adm 0 apply
	# No place for the new file: the old one stays, whole.
	mkdir -p /tmp/adm.full && mount -t tmpfs -o size=8k tmpfs /tmp/adm.full
	dd if=/dev/zero of=/tmp/adm.full/filler bs=4k count=1 2>/dev/null
	echo "device old { flags nullio }" >/tmp/adm.full/scst.conf
	adm 1 save /tmp/adm.full/scst.conf
	complains "can't write it: No space left on device"
	assertEquals "device old { flags nullio }" "$(cat /tmp/adm.full/scst.conf)"
	assertEquals "filler scst.conf" "$(echo /tmp/adm.full/* | sed 's,/tmp/adm.full/,,g')"
	umount /tmp/adm.full
	# A link stays a link, the mode stays.
	mv $CONF /tmp/real.conf
	chmod 600 /tmp/real.conf
	ln -s /tmp/real.conf $CONF
	adm 0 save
	[ -L $CONF ] || fail "the link was replaced"
	assertEquals 600 "$(stat -c %a /tmp/real.conf)"
}

test_history_and_rollback() {
	make_conf || return
	adm 1 rollback
	complains "there is no configuration before this one"
	adm 0 apply
	cp $CONF /tmp/first.conf
	adm 0 lun remove backup 1 --save
	adm 0 history
	says " apply"
	says " save"
	assertEquals "0=d1 300=cd" "$(luns_of backup)"
	adm 2 rollback --dry-run
	says "+ LUN 1 of group backup: d2"
	adm 0 rollback
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	cmp -s $CONF /tmp/first.conf || fail "the file is not the first one, with its comments: $(cat $CONF)"
	adm 0 history
	says " rollback to 1"
	adm 0 rollback 2
	assertEquals "0=d1 300=cd" "$(luns_of backup)"
	adm 1 rollback 99
	complains "can't read generation 99"
	adm 0 history 1
	says "# two disks and a drive"
}

test_verbs() {
	file=$(make_file 4) && file2=$(make_file 4) || return
	adm 0 device add d1 --path "$file" --block-size 512 --flags write_through,thin
	adm 0 device add cd --handler vcdrom
	adm 0 group add g
	adm 0 initiator add g alpha
	adm 0 lun add g 0 d1
	adm 0 lun add g 1 cd --read-only
	adm 0 target add t
	adm 0 session add t alpha
	wait_disk alpha 0 >/dev/null
	assertEquals "0=d1 1=cdRO" "$(luns_of g)"
	adm 1 device add d1 --path "$file"
	complains "there is a device 'd1' already"
	adm 1 lun add g 0 d1
	complains "LUN 0 of group 'g' is taken by 'd1', expected another, such as 2"
	adm 1 lun add gg 0 d1
	complains "there is no group 'gg', did you mean 'g'?"
	adm 1 lun add g 5 d11
	complains "did you mean 'd1'?"
	adm 1 group remove g
	complains "group 'g' has a session of 'alpha'"
	adm 0 device add d2 --path "$file2"
	adm 0 lun replace g 0 d2
	assertEquals "0=d2 1=cdRO" "$(luns_of g)"
	adm 0 device change d2 --flags read_only
	assertEquals "0=d2 1=cdRO" "$(luns_of g)"
	assertEquals RO "$(awk '$1 == "d2" { print $4 }' "$PROC/vdisk/vdisk")"
	adm 0 device change cd --path "$file"
	assertEquals "$file" "$(awk '$1 == "cd" { print $3 }' "$PROC/vcdrom/vcdrom")"
	adm 0 device change cd --path ''
	assertEquals "" "$(awk '$1 == "cd" { print $3 }' "$PROC/vcdrom/vcdrom")"
	truncate -s 5M "$file"
	adm 0 device resync d1
	assertEquals 5 "$(awk '$1 == "d1" { print $2 }' "$PROC/vdisk/vdisk")"
	adm 0 lun remove g --device cd
	adm 0 lun clear g
	adm 0 session remove t alpha
	adm 0 target remove t
	adm 0 initiator remove g alpha
	adm 0 group remove g
	adm 0 device remove d1
	assertEquals "cd d2" "$(scstadmin list devices --names | xargs)"
}

test_show() {
	make_conf || return
	adm 0 apply
	adm 0 show devices
	says "d2   vdisk     8"
	adm 0 list luns backup
	says "backup 300 cd"
	adm 0 show device d1 --json
	says '"backup:0"'
	adm 0 sessions
	says "alpha     backup  scst_local server"
	adm 0 show targets
	says "server scst_local alpha,beta"
	adm 0 show handlers
	says "0 - Direct-access device"
	adm 0 show --json
	says '"threads":3'
	adm 0 sgv
	says "sgv-4K"
	adm 0 sgv --json
	says '"hi_watermark":'
	adm 1 show device d9
	complains "there is no device 'd9'"
	adm 64 show devcies
	complains "did you mean 'devices'?"
	adm 64 shwo
	complains "did you mean 'show'?"
	adm 64 apply --prun
	complains "did you mean --prune?"
	adm 0 doctor
	says "off"
	says "every group with LUNs has it"
	adm 0 lun remove Default 0
	adm 0 lun add Default 1 d1
	rm "$file2"
	adm 1 doctor
	says "group Default has none"
	says "$file2 of device d2 is gone"
}

# As it was typed in 2008.
test_old_spellings_and_files() {
	file=$(make_file 4) || return
	cat >$CONF <<-EOF
	[HANDLER vdisk]
	DEVICE d1,$file,WRITE_THROUGH|READ_ONLY,512
	[HANDLER vcdrom]
	DEVICE cd,
	[GROUP g]
	USER alpha
	[ASSIGNMENT g]
	DEVICE d1,0
	DEVICE cd,1
	EOF
	adm 0 -config
	assertEquals "0=d1 1=cd" "$(luns_of g)"
	adm 0 -WriteConfig /tmp/new.conf
	adm 0 diff /tmp/new.conf
	adm 0 -adddev d2 -handler vdisk -options NULLIO -blocksize 4096
	adm 0 -addgroup h
	adm 0 -adduser beta -group h
	adm 0 -assigndev d2 -group h -lun 3 -readonly
	assertEquals "3=d2RO" "$(luns_of h)"
	assertEquals beta "$(proc_read groups/h/names)"
	adm 0 -replacedev d1 -group h -lun 3
	assertEquals "3=d1" "$(luns_of h)"
	adm 0 -releasedev d1 -group h
	adm 0 -deluser beta -group h
	adm 0 -delgroup h
	adm 0 -deldev d2 -handler vdisk
	adm 0 -sessions
	adm 64 -adddev
	complains "-adddev needs a value"
	adm 64 -assigndev d1 -group g
	complains "-assigndev needs -lun"
	adm 0 -ClearConfig -force
	assertEquals "" "$(scstadmin list devices --names)"
}

test_include() {
	make_conf || return
	mkdir /etc/scst.d
	echo "include scst.d/*.conf" >>$CONF
	echo "device n1 { flags nullio }
	group Default { lun 5 n1 }" >/etc/scst.d/more.conf
	adm 0 apply
	assertEquals "0=d1RO 5=n1" "$(luns_of Default)"
	echo "device n1 { flags nulio }" >/etc/scst.d/more.conf
	adm 1 check $CONF
	complains "/etc/scst.d/more.conf:1:19: unknown flag 'nulio'"
	adm 1 apply
	assertEquals "0=d1RO 5=n1" "$(luns_of Default)"
}

# A thousand of them, in less than two seconds; the debug kernels take longer for all.
test_a_thousand() {
	mkdir -p "$BACKING"
	truncate -s 1M "$BACKING/big"
	awk -v path="$BACKING/big" 'BEGIN {
		for (i = 0; i < 1000; i++)
			printf "device disk%d { path %s; flags read_only }\n", i, path
		print "group Default {"
		for (i = 0; i < 1000; i++)
			printf "\tlun %d disk%d\n", i, i
		print "}"
	}' >$CONF
	before=$(cut -d' ' -f1 /proc/uptime)
	adm 0 apply --quiet
	middle=$(cut -d' ' -f1 /proc/uptime)
	adm 0 apply
	adm 0 diff
	after=$(cut -d' ' -f1 /proc/uptime)
	assertEquals 1001 "$(wc -l <"$PROC/groups/Default/devices")"
	echo "# 1000 devices and LUNs: $(echo "$before $middle $after" |
		awk '{ printf "%.2f s, then compared twice in %.2f s", $2 - $1, $3 - $2 }')"
	limit=2
	[ ! -e /sys/kernel/debug/kmemleak ] || limit=10
	assertTrue "apply took from $before to $middle" \
		"echo $before $middle | awk '{ exit !(\$2 - \$1 < $limit) }'"
}

# Without the modules: loaded by apply, with the parameters of the file.
test_modules_are_loaded() {
	make_conf || return
	unload_modules || return
	adm 69 show
	adm 69 diff
	adm 0 check $CONF
	adm 69 apply --no-load
	complains "isn't there, expected the module scst to be loaded"
	printf 'module scst_local { can_queue 16 }\nmodule scst { scst_max_cmd_mem 64 }\n' >>$CONF
	adm 0 apply
	assertEquals 16 "$(cat /sys/module/scst_local/parameters/can_queue)"
	assertEquals "0=d1 1=d2 300=cd" "$(luns_of backup)"
	assertEquals "no target but the file's" "server" "$(scstadmin list targets --names)"
	adm 0 diff
	sed -i 's/can_queue 16/can_queue 17/' $CONF
	adm 2 diff
	says "! parameter can_queue of module scst_local: 16 -> 17: it takes effect when the module is loaded again"
	adm 3 apply
	# What the file had of parameters is kept.
	adm 0 save
	grep -q 'can_queue 16' $CONF || fail "no can_queue in: $(cat $CONF)"
	adm 0 diff
}

is_there() {
	proc_read scsi_tgt | grep -q "^$1 "
}

is_away() {
	! is_there "$1"
}

unload_others() {
	for _module in scsi_debug scst_disk scst_passthru scst_user; do
		! is_loaded $_module || wait_for rmmod $_module 2>/tmp/rmmod.err ||
			fail "can't unload $_module: $(cat /tmp/rmmod.err)"
	done
}

# A real device, and one of a program, which comes after the file was applied.
test_devices_that_others_make() {
	real_device dev_size_mb=8 || return
	modprobe scst_user
	cat >$CONF <<-EOF
	device $hcil { handler dev_disk_perf }
	device prog { handler external }
	group Default { lun 0 $hcil; lun 1 prog }
	EOF
	adm 3 apply
	complains "device prog (external): its program has not made it yet"
	has_handler dev_disk_perf || fail "the handler is another: $(proc_read scsi_tgt)"
	assertEquals "0=$hcil" "$(luns_of Default)"
	"${GUEST%/*}/peers/udisk" prog >/tmp/udisk.log 2>&1 &
	pid=$!
	wait_for is_there prog || fail "no device: $(cat /tmp/udisk.log)"
	adm 0 apply
	assertEquals "0=$hcil 1=prog" "$(luns_of Default)"
	adm 0 save
	grep -q 'handler external' $CONF || fail "no program's device in: $(cat $CONF)"
	adm 0 diff
	adm 0 device change "$hcil" --handler dev_disk
	has_handler dev_disk || fail "the handler is another: $(proc_read scsi_tgt)"
	adm 1 device remove prog
	complains "can't be removed"
	adm 0 lun clear Default
	kill -TERM $pid
	wait $pid
	wait_for is_away prog || fail "the device stays"
	unload_others
}

as_nobody() {
	setpriv --reuid 65534 --clear-groups "$@"
}

test_not_root() {
	make_conf || return
	chmod 755 /tmp
	adm 0 apply
	as_nobody scstadmin apply >/tmp/out 2>/tmp/err
	assertEquals 77 $?
	complains "expected to be root"
	as_nobody scstadmin show devices >/tmp/out 2>&1
	assertEquals "reading is for everybody" 0 $?
	says d1
}
