# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The service as a host without systemd has it: /etc/init.d/scst.

CONF=/etc/scst.conf
INIT=${GUEST%/*}/init
RUN=/run/scst

oneTimeSetUp() {
	mkdir -p /etc/default /run /var/lib
	SCST_SERVICE=$INIT/service
	export SCST_SERVICE
}

# A suite that was here before may have left modules; a test that failed, too.
setUp() {
	echo "RETRY_SECONDS=1" >/etc/default/scst
	service_force_stop
}

tearDown() {
	service_force_stop
	rm -rf $CONF /etc/default/scst /var/lib/scst $RUN
	drop_backing
}

service_force_stop() {
	"$INIT/service" force-stop >/dev/null 2>&1
}

# service STATUS VERB: what it says is in /tmp/out.
service() {
	sh "$INIT/scst.init" "$2" >/tmp/out 2>&1
	_is=$?
	[ $_is = "$1" ] || fail "$2: status $_is instead of $1: $(cat /tmp/out)"
}

says() {
	grep -qF -- "$1" /tmp/out || fail "no '$1' in: $(cat /tmp/out)"
}

luns_of() {
	awk 'NR > 1 { printf "%s%s=%s", (NR == 2 ? "" : " "), $2, $1 }' "$PROC/groups/$1/devices"
}

write_conf() {
	file=$(make_file 4) && file2=$(make_file 4) || return
	cat >$CONF <<-END
	device d1 { path $file }
	device d2 { path $file2 }
	group backup { initiator alpha; lun 0 d1; lun 1 d2 }
	target scst_local server { $1 }
	END
}

test_statuses_of_lsb() {
	rm -f $CONF
	service 3 status
	service 7 reload
	service 6 start
	says "there is no $CONF"
	service 2 begin
	service 0 stop
	service 0 try-restart
	echo "device d1 { flags nulio }" >$CONF
	service 1 start
	says "$CONF:1:19: unknown flag 'nulio'"
	SCST_SERVICE=/none service 5 start
	SCST_SERVICE=/none service 0 stop
	SCST_SERVICE=/none service 4 status
}

test_from_start_to_stop() {
	write_conf "" || return
	service 0 start
	service 0 status
	says "running, 2 devices, 0 sessions"
	assertEquals "0=d1 1=d2" "$(luns_of backup)"
	service 0 start
	service 0 restart
	assertEquals "0=d1 1=d2" "$(luns_of backup)"
	service 0 stop
	assertFalse "the core is still loaded" "is_loaded scst"
	service 3 status
}

test_reload_is_the_difference() {
	write_conf "session alpha" || return
	service 0 start
	disk=$(wait_disk alpha 0) || return
	host=$(host_of alpha)
	sed -i 's/lun 1 d2/lun 2 d2/' $CONF
	service 0 reload
	assertEquals "0=d1 2=d2" "$(luns_of backup)"
	assertEquals "the same session" "$host" "$(host_of alpha)"
	assertTrue "$disk can be read" "dd if=$disk of=/dev/null bs=64k count=1 2>/dev/null"
	# Not what the file lacks, if so wished.
	echo "RELOAD_PRUNE=no" >>/etc/default/scst
	sed -i 's/; lun 2 d2//' $CONF
	service 0 reload
	assertEquals "0=d1 2=d2" "$(luns_of backup)"
	# A mistake changes nothing.
	echo "lun 5" >>$CONF
	service 1 reload
	assertEquals "0=d1 2=d2" "$(luns_of backup)"
}

test_sessions_keep_it_from_stopping() {
	write_conf "session alpha" || return
	service 0 start
	disk=$(wait_disk alpha 0) || return
	service 1 stop
	says "1 sessions would lose their LUNs: nothing was stopped"
	service 1 restart
	assertTrue "$disk can be read" "dd if=$disk of=/dev/null bs=64k count=1 iflag=direct 2>/dev/null"
	# Commands on their way end well before the sessions go.
	(dd if=/dev/zero of="$disk" bs=64k count=64 oflag=direct 2>/tmp/dd.err
	 echo $? >/tmp/dd.status) &
	writer=$!
	wait $writer
	service 0 force-stop
	says "ending 1 sessions"
	assertEquals "writes: $(cat /tmp/dd.err)" 0 "$(cat /tmp/dd.status)"
	assertFalse "the core is still loaded" "is_loaded scst"
	# A machine that goes down asks nobody.
	service 0 start
	RUNLEVEL=6 service 0 stop
	service 0 start
	echo "STOP_WITH_SESSIONS=drain" >>/etc/default/scst
	service 0 stop
	service 3 status
}

is_complete() {
	! [ -e $RUN/degraded ]
}

watcher_is_gone() {
	! kill -0 "$watcher" 2>/dev/null
}

test_a_missing_backing_comes_back() {
	write_conf "session alpha" || return
	mv "$file2" "$file2.away"
	service 0 start
	says "scst: degraded: d2: $file2 isn't there"
	service 150 status
	says "degraded: d2: $file2 isn't there"
	assertEquals "0=d1" "$(luns_of backup)"
	wait_disk alpha 0 >/dev/null
	watcher=$(cat $RUN/watch.pid)
	# What somebody took away since stays away.
	scstadmin lun remove backup 0 --quiet
	mv "$file2.away" "$file2"
	wait_for is_complete || fail "it did not come back: $(scstadmin missing)"
	wait_disk alpha 1 >/dev/null
	assertEquals "1=d2" "$(luns_of backup)"
	service 0 status
	wait_for watcher_is_gone || fail "something still looks for missing devices"
}

# What a program makes is not of this service, but its LUN is.
test_a_program_comes() {
	write_conf "session alpha" || return
	printf 'device prog { handler external }\ngroup backup { lun 2 prog }\n' >>$CONF
	modprobe scst_user
	service 0 start
	says "degraded: prog: its program has not made it"
	"${GUEST%/*}/peers/udisk" prog >/tmp/udisk.log 2>&1 &
	pid=$!
	wait_for is_complete || fail "it was not noticed: $(cat "$PROC/scsi_tgt")"
	assertEquals "0=d1 1=d2 2=prog" "$(luns_of backup)"
	scstadmin lun clear backup --quiet
	kill -TERM $pid
	wait $pid
	service 0 force-stop
}

test_nothing_but_missing_backings() {
	write_conf "" || return
	echo "device d2 { path /nowhere }
	group Default { lun 0 d2 }" >$CONF
	service 0 start
	says "degraded: d2: /nowhere isn't there"
	service 150 status
	service 0 stop
	is_complete || fail "there is still a list of what is missing"
}
