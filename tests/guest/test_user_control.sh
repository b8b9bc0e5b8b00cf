# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The control mode page of a program's device (SPC-5 7.5.10): the program shows it and
# lets initiators change it, the kernel acts on it by the options it is told.

# shellcheck source=tests/guest/user.sh
. "$GUEST/user.sh"
# shellcheck source=tests/guest/testtgt.sh
. "$GUEST/testtgt.sh"

BAD_INQUIRY=12019900ff00	# the program refuses it

# begin WORD...: a device whose READs stay with the program while /tmp/udisk.hold is there.
begin() {
	through_testtgt control hold threads=6 "$@" || return
	page_is 00000000
}

end() {
	rm -f /tmp/udisk.hold
	tt wait
	rmmod scst_testtgt
	stop control
}

# page_is BYTES: 2 to 5 of the page.
page_is() {
	tt cmd i 0 90 simple direct 1a000a00ff00 in=255 show
	tt expect "data 90 0f0000000a0a${1}000000000000"
	tt settle
	tt clear
}

# set_page BYTES: an initiator changes it, the program has the kernel act on it.
set_page() {
	tt cmd i 0 91 simple direct 151000001000 out=16 "data=000000000a0a${1}000000000000"
	tt expect "done 91 00 - 0 0"
	tt settle
	tt clear
	page_is "$1"
}

held() {
	tt settle 150
	assertEquals "$1" "$2" "$(tt_log | sort | xargs)"
}

let_go() {
	rm /tmp/udisk.hold
	tt wait
}

# TST: what one nexus has ordered, the others wait for, or not.
test_tst() {
	begin || return
	touch /tmp/udisk.hold
	s 5 ordered "$READ1" in=512
	o 6 simple
	held "one task set" ""
	let_go
	tt_is "done 5 00 - 0 512" "done 6 00 - 0 0"
	set_page 20000000
	touch /tmp/udisk.hold
	s 5 ordered "$READ1" in=512
	o 6 simple
	s 7 simple
	held "one for each nexus" "done 6 00 - 0 0"
	let_go
	tt_is "done 6 00 - 0 0" "done 5 00 - 0 512" "done 7 00 - 0 0"
	end
}

# QERR: whose commands an error takes with it; what the program has of them included.
test_qerr() {
	echo 1 >/sys/module/scst_user/parameters/tm_seconds
	begin || return
	touch /tmp/udisk.hold
	s 5 simple "$READ1" in=512
	o 6 simple "$READ1" in=512
	s 7 simple $BAD_INQUIRY in=255
	held "all go on" "done 7 02 5/24/00 255 0"
	let_go
	assertEquals "they have" 2 "$(tt_count '^done [56] 00')"
	tt clear
	set_page 00020000
	touch /tmp/udisk.hold
	s 5 simple "$READ1" in=512
	o 6 simple "$READ1" in=512
	s 7 simple $BAD_INQUIRY in=255
	tt expect aborted 5
	tt expect aborted 6
	let_go
	o 8 simple
	tt expect "done 8 02 6/2f/00 0 0"
	tt clear
	set_page 00060000
	touch /tmp/udisk.hold
	s 5 simple "$READ1" in=512
	o 6 simple "$READ1" in=512
	s 7 simple $BAD_INQUIRY in=255
	tt expect aborted 5
	let_go
	assertEquals "the other's" 1 "$(tt_count '^done 6 00')"
	end
	echo 5 >/sys/module/scst_user/parameters/tm_seconds
}

# TAS: what becomes of another's command, CLEAR TASK SET, and what it hears of it.
test_tas() {
	begin || return
	for tas in 00 40; do
		touch /tmp/udisk.hold
		o 5 simple "$READ1" in=512
		tt settle
		tt tm i clear_task_set lun=0
		tt settle 150
		assertEquals "not answered before it is gone" "" "$(tt_log)"
		let_go
		o 6 simple
		if [ $tas = 00 ]; then
			tt_is "aborted 5" "tm clear_task_set 0" "done 6 02 6/2f/00 0 0"
			set_page 00000040
		else
			tt_is "done 5 40 - 512 0" "tm clear_task_set 0" "done 6 00 - 0 0"
		fi
	done
	end
}

# QUEUE ALGORITHM MODIFIER is the program's own: the kernel keeps it for GET_OPTIONS.
test_queue_alg() {
	begin || return
	for alg in 00 10; do
		set_page "00${alg}0000"
		touch /tmp/udisk.hold
		s 5 simple "$READ1" in=512
		s 6 simple
		held "SIMPLE commands don't wait, $alg" "done 6 00 - 0 0"
		let_go
		tt clear
	done
	tt cmd i 0 92 simple direct 151000001000 out=16 data=000000000a0a00200000000000000000
	tt wait
	assertEquals "no such algorithm: $(tt_log)" 1 "$(tt_count '^done 92 02 5/26/00')"
	end
}

# The program keeps the order itself, if it says so.
test_own_order() {
	begin || return
	touch /tmp/udisk.hold
	s 5 ordered "$READ1" in=512
	s 6 simple
	s 7 hoq
	held "HEAD OF QUEUE doesn't wait" "done 7 00 - 0 0"
	let_go
	tt_is "done 7 00 - 0 0" "done 5 00 - 0 512" "done 6 00 - 0 0"
	end
	begin own_order || return
	touch /tmp/udisk.hold
	s 5 ordered "$READ1" in=512
	s 6 simple
	s 7 ordered
	held "nothing waits in the kernel" "done 6 00 - 0 0 done 7 00 - 0 0"
	let_go
	end
}
