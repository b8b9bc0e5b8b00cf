# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# /proc/scsi_tgt: entries, tables by column, every command right and wrong, what
# a refusal says, and that nothing but success changes anything.

LONG63=a23456789b23456789c23456789d23456789e23456789f23456789g23456789

# No session but those that a test makes: scans would only take time.
oneTimeSetUp() {
	load_modules initiator= || return
	accepted vdisk/vdisk "open disk1 NULLIO"
	accepted vdisk/vdisk "open disk2 NULLIO"
}

oneTimeTearDown() {
	unload_modules
}

tearDown() {
	for _dir in "$PROC"/groups/*; do
		_group=${_dir##*/}
		put "groups/$_group/devices" clear
		put "groups/$_group/names" clear
		[ "$_group" = Default ] || put scsi_tgt "del_group $_group"
	done
	return 0
}

# Most of this suite is commands, so they are written without a new process for
# each (lib.sh's proc_ok and proc_err have the write's own error, but take many).

put() {
	{ printf '%s\n' "$2" >"$PROC/$1"; } 2>/dev/null
}

accepted() {
	put "$1" "$2" || fail "$1: '$2' was refused: $(proc_read last_result)"
}

# Bytes as printf makes them, in one write.
bytes_ok() {
	# shellcheck disable=SC2059 # that is what it is for
	{ printf "$2" >"$PROC/$1"; } 2>/dev/null || fail "$1: '$2' was refused: $(proc_read last_result)"
}

# Sets seq, errno and reason.
read_last() {
	read -r seq errno reason <"$PROC/last_result"
}

# last_is SEQUENCE ERRNO FILE WORD PATTERN: WORD may be empty.
last_is() {
	read_last
	# shellcheck disable=SC2254 # a pattern is wanted
	case "$seq $errno $reason" in
	"$1 $2 /proc/scsi_tgt/$3: ${4:+$4: }"$5) ;;
	*) fail "last_result: '$seq $errno $reason'; expected '$1 $2 /proc/scsi_tgt/$3: ${4:+$4: }$5'" ;;
	esac
}

# refused FILE COMMAND WORD [PATTERN]: EINVAL, nothing changed, last_result says why.
refused() {
	_state=$(cat "$PROC"/scsi_tgt "$PROC"/threads "$PROC"/groups/*/* "$PROC"/*/vdisk "$PROC"/*/scst_local)
	read_last
	put "$1" "$2" && {
		fail "$1: '$2' was accepted"
		return
	}
	last_is $((seq + 1)) 22 "$1" "$3" "${4:-?*}"
	[ "$_state" = "$(cat "$PROC"/scsi_tgt "$PROC"/threads "$PROC"/groups/*/* "$PROC"/*/vdisk "$PROC"/*/scst_local)" ] ||
		fail "$1: '$2' was refused, but changed something"
}

row() {
	_format=$1
	shift
	# shellcheck disable=SC2059 # that is what it is for
	printf "$_format\n" "$@"
}

has_lines() {
	printf '%s\n' "$2" | grep -qxF -- "$3" || fail "$1: no line '$3' in: $2"
}

# Until the scan of a new session is over there are commands in it.
session_is() {
	row '%-20s %-35s %-35s %-15s' scst_local "$1" "$2" 0 >/tmp/session.row
	wait_for grep -qxFf /tmp/session.row "$PROC/sessions" ||
		fail "sessions: no row '$(cat /tmp/session.row)' in: $(proc_read sessions)"
}

devices_are() {
	_want=$(row '%-60s%s  %s' "Device (host:ch:id:lun or name)" "Virtual lun" Options)
	_group=$1
	shift
	while [ $# -gt 1 ]; do
		_want="$_want
$(row '%-60s%4d%12s' "$1" "$2" "$3")"
		shift 3
	done
	assertEquals "devices of $_group" "$_want" "$(proc_read "groups/$_group/devices")"
}

names_are() {
	_group=$1
	shift
	[ $# = 0 ] || _want=$(printf '%s\n' "$@")
	[ $# != 0 ] || _want=
	assertEquals "names of $_group" "$_want" "$(proc_read "groups/$_group/names")"
}

# ---- entries and tables

test_entries() {
	for entry in help version scsi_tgt sessions sgv threads last_result groups/Default/devices \
		groups/Default/names vdisk/type vdisk/vdisk vdisk/help scst_local/scst_local \
		scst_local/help; do
		assertTrue "no $entry" "[ -f $PROC/$entry ]"
		mode=444
		case $entry in
		scsi_tgt | threads | groups/* | vdisk/vdisk | scst_local/scst_local) mode=644 ;;
		esac
		assertEquals "$entry" "$mode 0 0" "$(stat -c '%a %u %g' "$PROC/$entry")"
	done
}

test_version() {
	first=$(head -n 1 "$PROC/version")
	echo "$first" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+([-.].*)?$' || fail "version: '$first'"
	echo "$first" | tr '.-' '  ' |
		awk '{ exit !($1 * 10000 + $2 * 100 + $3 >= 906) }' || fail "$first is below 0.9.6"
	tail -n +2 "$PROC/version" | grep -vxE 'Strict serializing enabled|[A-Z_]+' &&
		fail "a line that is no option"
	assertEquals "trace_level exists where traces are compiled in" \
		"$(grep -qxE 'TRACING|DEBUG' "$PROC/version" && echo yes)" \
		"$([ -e "$PROC/trace_level" ] && echo yes)"
	assertEquals "latency exists where it is measured" \
		"$(grep -qx MEASURE_LATENCY "$PROC/version" && echo yes)" \
		"$([ -e "$PROC/latency" ] && echo yes)"
}

test_type() {
	assertEquals "0 - Direct-access device (e.g., magnetic disk)" "$(proc_read vdisk/type)"
}

# A file tells what it knows when it doesn't understand: the help must know that too.
test_help_lists_every_command() {
	for file in scsi_tgt groups/Default/devices groups/Default/names trace_level vdisk/vdisk \
		scst_local/scst_local; do
		[ -e "$PROC/$file" ] || continue
		refused $file "no_such_command 1 2" no_such_command "unknown command, known: *" || continue
		known=$(sed 's/.*known: //; s/,//g' "$PROC/last_result")
		title=$(echo "$file" | sed 's/Default/GROUP/')
		usage=$(sed -n "\\;^/proc/scsi_tgt/$title:;,/^\$/p" "$PROC/help")
		for verb in $known; do
			echo "$usage" | grep -qE "^  $verb( |\$)" || fail "help has no $verb of $file"
		done
		case $file in
		*/vdisk | */scst_local) assertEquals "${file%/*}/help" "$usage" "$(proc_read "${file%/*}/help")" ;;
		esac
	done
	grep -q '^/proc/scsi_tgt/threads:' "$PROC/help" || fail "help doesn't know threads"
}

test_device_table() {
	table=$(proc_read scsi_tgt)
	assertEquals "header" "$(row '%-60s%s' "Device (host:ch:id:lun or name)" "Device handler")" \
		"$(echo "$table" | head -n 1)"
	has_lines scsi_tgt "$table" "$(row '%-60s%s' disk1 vdisk)"
	accepted vdisk/vdisk "open $LONG63 NULLIO"
	has_lines scsi_tgt "$(proc_read scsi_tgt)" "$(row '%-60s%s' $LONG63 vdisk)"
	accepted vdisk/vdisk "close $LONG63"
	assertEquals "closed" "$table" "$(proc_read scsi_tgt)"
}

test_sessions_table() {
	accepted scsi_tgt "add_group g1"
	accepted groups/g1/names "add alice"
	accepted scst_local/scst_local "add_target t1"
	add_session t1 alice
	add_session t1 bob
	assertEquals "header" "$(row '%-20s %-35s %-35s %-15s' "Target name" "Initiator name" "Group name" "Command Count")" \
		"$(head -n 1 "$PROC/sessions")"
	session_is alice g1
	session_is bob Default

	refused scsi_tgt "del_group g1" g1
	accepted groups/g1/names "del alice"
	session_is alice g1
	del_session t1 alice
	accepted scsi_tgt "del_group g1"
	del_session t1 bob
	assertEquals "sessions that are left" "" "$(grep -E 'alice|bob' "$PROC/sessions")"
	accepted scst_local/scst_local "del_target t1"
}

test_target_files() {
	before=$(cd "$PROC/scst_local" && echo [0-9]*)
	accepted scst_local/scst_local "add_target t1"
	accepted scst_local/scst_local "add_target t2"
	after=$(cd "$PROC/scst_local" && echo [0-9]*)
	assertEquals "two more numbers than '$before': '$after'" \
		$(($(echo "${before%\[*}" | wc -w) + 2)) "$(echo "$after" | wc -w)"
	for number in $after; do
		proc_read "scst_local/$number" >/dev/null || fail "can't read $number"
	done
	accepted scst_local/scst_local "del_target t1"
	accepted scst_local/scst_local "del_target t2"
	assertEquals "$before" "$(cd "$PROC/scst_local" && echo [0-9]*)"
}

test_sgv_table() {
	proc_read sgv >/tmp/sgv
	awk '
	function want(line) { if ($0 != line) { print "line " NR " \"" $0 "\" should be \"" line "\""; bad = 1 } }
	NR <= 3 {
		split("Inactive/active pages|Hi/lo watermarks [pages]|Hi watermark releases/failures", label, "|")
		split($NF, n, "/")
		want(sprintf("%-42s %d/%d", label[NR], n[1], n[2]))
	}
	NR == 4 { want("") }
	NR == 5 { want(sprintf("%-30s %-11s %-11s %-11s", "Name", "Hit", "Total", "Cached")) }
	NR <= 5 || /^$/ { next }
	$1 == "other" { want(sprintf("%-42s %-11d", $1, $2)); other++; next }
	/^ / { want(sprintf("  %-28s %-11d %-11d", $1, $2, $3)); sizes[$1]++; next }
	{ split($4, n, "/"); want(sprintf("%-30s %-11d %-11d %d/%d (P/O)", $1, $2, $3, n[1], n[2])); pool = $1 }
	END {
		if (sizes[pool "-4K"] != 1 || sizes[pool "-64K"] != 1 || !sizes["big/other"] || other != 1)
			print bad = "lines are missing"
		exit bad != ""
	}' /tmp/sgv >/tmp/sgv.bad || fail "$(cat /tmp/sgv.bad)"
}

# ---- every command

test_groups() {
	accepted scsi_tgt "add_group g1"
	assertTrue "no files" "[ -f $PROC/groups/g1/devices ] && [ -f $PROC/groups/g1/names ]"
	devices_are g1
	names_are g1
	refused scsi_tgt "add_group g1" g1
	refused scsi_tgt "add_group Default" Default
	refused scsi_tgt "del_group Default" Default
	refused scsi_tgt "del_group g2" g2
	accepted scsi_tgt "add_group $LONG63"
	refused scsi_tgt "add_group ${LONG63}h" ${LONG63}h
	refused scsi_tgt "add_group a/b" a/b
	refused scsi_tgt "add_group ." .
	refused scsi_tgt "add_group .." ..
	refused scsi_tgt add_group "" "*few*"
	refused scsi_tgt "add_group g2 g3" g3 "*many*"
	refused scsi_tgt "del_group g1 x" x "*many*"
	accepted scsi_tgt "del_group g1"
	assertFalse "g1 is still there" "[ -e $PROC/groups/g1 ]"
	accepted scsi_tgt "add_group g1"
	assertTrue "g1 is not there again" "[ -f $PROC/groups/g1/names ]"
}

test_group_goes_with_its_contents() {
	accepted scsi_tgt "add_group g1"
	accepted groups/g1/devices "add disk1 5"
	accepted groups/g1/names "add alice"
	accepted scsi_tgt "del_group g1"
	accepted scsi_tgt "add_group g1"
	devices_are g1
	names_are g1
	accepted groups/Default/names "add alice"
}

test_devices() {
	file=groups/Default/devices
	accepted $file "add disk1 0"
	accepted $file "add disk2 16383 READ_ONLY"
	devices_are Default disk1 0 "" disk2 16383 RO
	refused $file "add disk1 7" disk1
	accepted $file "del disk2"
	refused $file "add disk2 0" "" "*taken by disk1*"
	for lun in 16384 4294967296 18446744073709551616 -1 1x 0x 09 "''" 1.0 READ_ONLY; do
		refused $file "add disk2 $lun" "$lun"
	done
	refused $file "add disk2" "" "*few*"
	refused $file "add disk2 1 READ_WRITE" READ_WRITE
	refused $file "add disk2 1 READ_ONLY x" x "*many*"
	refused $file "add disk3 1" disk3
	refused $file "add DISK2 1" DISK2
	refused $file "del disk2" disk2
	refused $file "del disk1 1" disk1
	refused $file "del disk1 x" x
	refused $file "del disk1 0 0" 0 "*many*"
	refused $file del "" "*few*"
	refused $file "clear all" all "*many*"
	devices_are Default disk1 0 ""
	accepted $file "del disk1 0"
	devices_are Default
	accepted $file "add disk2 0x10"
	accepted $file "add disk1 010"
	devices_are Default disk1 8 "" disk2 16 ""
	accepted $file clear
	accepted $file clear
	devices_are Default
}

test_groups_are_apart() {
	accepted scsi_tgt "add_group g1"
	accepted groups/Default/devices "add disk1 0"
	accepted groups/g1/devices "add disk1 9 READ_ONLY"
	devices_are Default disk1 0 ""
	devices_are g1 disk1 9 RO
	accepted groups/Default/devices clear
	devices_are g1 disk1 9 RO
}

test_closed_device_leaves_groups() {
	accepted vdisk/vdisk "open disk3 NULLIO"
	accepted groups/Default/devices "add disk1 0"
	accepted groups/Default/devices "add disk3 3"
	accepted vdisk/vdisk "close disk3"
	devices_are Default disk1 0 ""
}

# There is no real device here, so that only words can be looked at.
test_real_devices() {
	for name in 9:9:9:9 011:0x9:9:9 4294967295:0:0:0; do
		refused groups/Default/devices "add $name 0" $name "no such device*"
		refused groups/Default/devices "del $name" $name
		refused scsi_tgt "assign $name dev_disk" $name "no such device*"
	done
	for name in disk1 9:9:9 9:9:9:9:9 9:9:9: :9:9:9 9:9:9:x 4294967296:0:0:0 -1:0:0:0; do
		refused scsi_tgt "assign $name dev_disk" $name "not H:C:I:L*"
	done
	refused scsi_tgt "assign 9:9:9:9" "" "*few*"
	refused scsi_tgt "assign 9:9:9:9 dev_disk x" x "*many*"
}

test_names() {
	file=groups/Default/names
	long=$(printf '%0255d@%0255d' 1 2)
	accepted scsi_tgt "add_group g1"
	accepted $file "add bob"
	accepted $file "add alice"
	accepted $file "add iqn.2000-01.example:*@tgt?"
	accepted $file "add $long"
	accepted $file "add Bob"
	names_are Default bob alice "iqn.2000-01.example:*@tgt?" "$long" Bob
	refused $file "add bob" bob
	refused groups/g1/names "add bob" bob
	refused $file "add ${long}3" "" "0000*...: not a name*"
	refused $file "add bob carol" carol "*many*"
	refused $file add "" "*few*"
	refused $file "del carol" carol
	refused groups/g1/names "del bob" bob
	refused $file "clear bob" bob "*many*"
	accepted $file "del alice"
	names_are Default bob "iqn.2000-01.example:*@tgt?" "$long" Bob
	accepted $file clear
	names_are Default
}

test_threads() {
	old=$(proc_read threads)
	assertTrue "one number: '$old'" "[ $old -ge 1 ]"
	for n in 1 3 0x2 010; do
		accepted threads $n
		assertEquals "threads" $((n)) "$(proc_read threads)"
	done
	for n in 0 -1 0x 08 1x x 1.5 2147483648 4294967297 18446744073709551617; do
		refused threads $n $n
	done
	refused threads "1 2" 2 "*many*"
	accepted threads "$old"
	assertEquals "$old" "$(proc_read threads)"
}

test_vdisk_commands() {
	refused vdisk/vdisk "open disk1 NULLIO" disk1
	refused vdisk/vdisk "close disk3" disk3
	refused vdisk/vdisk "OPEN disk3 NULLIO" OPEN "unknown command*"
	refused vdisk/vdisk "open disk3 nullio" nullio
	refused vdisk/vdisk "open ${LONG63}h NULLIO" ${LONG63}h
	refused vdisk/vdisk "open 1/2 NULLIO" 1/2
	proc_err ENOENT vdisk/vdisk "open disk3 /no/such/file"
}

test_scst_local_commands() {
	accepted scst_local/scst_local "add_target t1"
	refused scst_local/scst_local "add_target t1" t1
	refused scst_local/scst_local "del_target t2" t2
	refused scst_local/scst_local "add_session t2 alice" t2
	add_session t1 alice
	refused scst_local/scst_local "add_session t1 alice" alice
	refused scst_local/scst_local "del_session t1 bob" bob
	del_session t1 alice
	accepted scst_local/scst_local "del_target t1"
}

test_trace_level() {
	[ -e "$PROC/trace_level" ] || {
		skip "no traces in this build"
		return
	}
	default=$(proc_read trace_level)
	accepted trace_level none
	assertEquals none "$(proc_read trace_level)"
	accepted trace_level "add SCSI"
	accepted trace_level "add mgmt"
	assertEquals "scsi | mgmt" "$(proc_read trace_level)"
	accepted trace_level "del scsi"
	assertEquals mgmt "$(proc_read trace_level)"
	accepted trace_level "set retry"
	assertEquals retry "$(proc_read trace_level)"
	accepted trace_level "value 3"
	assertEquals "out_of_mem | minor" "$(proc_read trace_level)"
	for wrong in "set x" "add x" "del x"; do
		refused trace_level "$wrong" x
	done
	refused trace_level "value 0x1000000000" 0x1000000000
	refused trace_level "value -1" -1
	refused trace_level "set" "" "*few*"
	refused trace_level "all x" x
	assertEquals "out_of_mem | minor" "$(proc_read trace_level)"
	accepted trace_level all
	assertEquals "out_of_mem | minor | sg | mem | buff | entryexit | pid | line | function | debug | special | scsi | mgmt | mgmt_minor | mgmt_dbg | retry | scsi_serializing | recv_bot | send_bot | recv_top | send_top" \
		"$(proc_read trace_level)"
	accepted trace_level NULL
	assertEquals none "$(proc_read trace_level)"
	accepted trace_level default
	assertEquals "$default" "$(proc_read trace_level)"

	[ -e "$PROC/vdisk/trace_level" ] || return 0
	accepted vdisk/trace_level all
	assertEquals "the core's are its own" "$default" "$(proc_read trace_level)"
	refused vdisk/trace_level "set retry" retry
	accepted vdisk/trace_level default
}

test_latency() {
	[ -e "$PROC/latency" ] || {
		skip "not measured in this build"
		return
	}
	assertEquals "$(row '%-20s %-45s %-35s' "Target name" "Initiator name" "Processing latency (us)")" \
		"$(head -n 1 "$PROC/latency")"
	accepted latency 0
	accepted latency "any text"
}

# ---- the rules of all files

test_ends_of_a_command() {
	i=0
	for end in '' '\n' '\0' '\n\0' '\0\n' '\n\n' '\0\0\0' ' ' '\t\n'; do
		i=$((i + 1))
		bytes_ok scsi_tgt "add_group g$i$end"
		assertTrue "no group after '$end'" "[ -d $PROC/groups/g$i ]"
	done
	refused scsi_tgt "$(printf 'add_group x1\nadd_group x2')" "" "control character*"
	read_last
	_got=$(printf 'add_group x1\0add_group x2\n' | proc_write scsi_tgt)
	assertEquals "NUL inside" EINVAL "$_got"
	last_is $((seq + 1)) 22 scsi_tgt "" "control character*"
	assertFalse "half a command was done" "[ -e $PROC/groups/x1 ]"
}

test_empty_commands() {
	before=$(proc_state)
	read_last
	old=$seq
	for file in scsi_tgt threads groups/Default/devices groups/Default/names vdisk/vdisk \
		scst_local/scst_local; do
		for nothing in '\n' '\0' ' ' '\t \n' '\n\0'; do
			bytes_ok $file "$nothing"
		done
	done
	assertEquals "$before" "$(proc_state)"
	read_last
	assertEquals "no refusal" "$old" "$seq"
}

test_blanks_and_case() {
	bytes_ok scsi_tgt ' \t ADD_GROUP\t\t g1 \t\n'
	bytes_ok groups/g1/devices 'Add\tdisk1  3\t'
	bytes_ok groups/g1/devices '   aDD disk2 0x4   READ_ONLY  \n'
	devices_are g1 disk1 3 "" disk2 4 RO
	bytes_ok groups/g1/devices 'DEL disk1\n'
	bytes_ok groups/g1/devices 'Clear\n'
	devices_are g1
	bytes_ok groups/g1/names 'ADD Alice\n'
	names_are g1 Alice
	refused groups/g1/names "del alice" alice
	bytes_ok scsi_tgt 'Del_Group g1'
	refused scsi_tgt "del_groups g1" del_groups
	refused scsi_tgt "del_grou g1" del_grou
}

test_length_of_a_command() {
	# 4096 bytes with the newline.
	accepted scsi_tgt "$(printf 'add_group g1%4083s' '')"
	assertTrue "no group" "[ -d $PROC/groups/g1 ]"
	read_last
	proc_err EOVERFLOW scsi_tgt "$(printf 'add_group g2%4084s' '')"
	last_is $((seq + 1)) 75 scsi_tgt "" "4097 bytes*"
	read_last
	proc_err EOVERFLOW groups/g1/names "$(printf 'add %100000s' x)"
	last_is $((seq + 1)) 75 groups/g1/names "" "100005 bytes*"
	refused scsi_tgt "$(printf '%04095d' 0)" "" "0000*...: unknown command*"
	refused scsi_tgt "add_group $(seq -s ' ' 1 1000)" 2 "*many*"
}

test_error_of_the_write() {
	accepted scsi_tgt "add_group g1"
	proc_err EINVAL scsi_tgt "add_group g1"
	proc_err EINVAL groups/g1/devices "add no_such_device 0"
	proc_err EINVAL groups/g1/names "del alice"
	proc_err EINVAL threads 0
	proc_err EINVAL vdisk/vdisk "close disk3"
	proc_err EINVAL scst_local/scst_local "del_target t9"
}

test_last_result() {
	read_last
	old=$seq
	accepted scsi_tgt "add_group g1"
	read_last
	assertEquals "success" "$old" "$seq"
	refused scsi_tgt "add_group g1" g1
	assertEquals "a refusal" $((old + 1)) "$seq"
	assertEquals "one line" 1 "$(wc -l <"$PROC/last_result")"
	_got=$(printf 'add_group a\033[31m\n' | proc_write scsi_tgt)
	assertEquals EINVAL "$_got"
	_got=$(printf 'add_group a\303\244/\n' | proc_write scsi_tgt)
	assertEquals EINVAL "$_got"
	assertTrue "only ASCII" "! grep -q '[^ -~]' $PROC/last_result"
}

test_refusal_is_logged_once() {
	# The tests before may have used up what is logged in five seconds.
	sleep 6
	dmesg_mark
	refused groups/Default/devices "add disk1 77777" 77777
	dmesg -r | grep 'scst: ' >/tmp/log
	assertEquals "lines: $(cat /tmp/log)" 1 "$(wc -l </tmp/log)"
	grep -qE '^<[0-9]*3>.*scst: /proc/scsi_tgt/groups/Default/devices: command "add disk1 77777" refused: 77777: .* \(errno 22\)$' \
		/tmp/log || fail "$(cat /tmp/log)"
}

# A descriptor for both: the position that reading leaves doesn't matter to a command.
test_position_in_file() {
	exec 3<>"$PROC/threads"
	old=$(cat <&3)
	echo 3 >&3 || fail "a write after a read"
	assertEquals 3 "$(proc_read threads)"
	echo "$old" >&3 || fail "a write after a write"
	exec 3>&-
	assertEquals "$old" "$(proc_read threads)"
	printf 'add_group g1' | dd of="$PROC/scsi_tgt" bs=64 seek=5 conv=notrunc 2>/dev/null ||
		fail "a write elsewhere"
	assertTrue "no group" "[ -d $PROC/groups/g1 ]"
}

# ---- any length, one state

test_long_tables() {
	accepted scsi_tgt "add_group g1"
	i=0
	while [ $i -lt 700 ]; do
		i=$((i + 1))
		put groups/g1/names "add $i.a-name-that-is-long-and-has-little-to-say@some.target.that.is.no.better"
	done
	proc_read groups/g1/names >/tmp/names
	assertEquals "names" 700 "$(wc -l </tmp/names)"
	assertEquals "each once, in order" "" \
		"$(awk -F. '$1 != NR { print NR }' /tmp/names | head -n 3)"
	for size in 100 4096 10000000; do
		dd if="$PROC/groups/g1/names" of=/tmp/names.dd bs=$size 2>/dev/null
		cmp -s /tmp/names /tmp/names.dd || fail "reads of $size bytes give another table"
	done
	dd if="$PROC/groups/g1/names" of=/tmp/names.dd bs=1000 skip=30 count=1 2>/dev/null
	dd if=/tmp/names of=/tmp/names.part bs=1000 skip=30 count=1 2>/dev/null
	cmp -s /tmp/names.part /tmp/names.dd || fail "reading from the middle"

	# Who has begun to read sees the end of what he began with.
	exec 3<"$PROC/groups/g1/names"
	dd bs=64 count=1 <&3 >/tmp/names.dd 2>/dev/null
	accepted groups/g1/names clear
	cat <&3 >>/tmp/names.dd
	exec 3<&-
	cmp -s /tmp/names /tmp/names.dd || fail "a table changed while it was read"
	names_are g1
}

# ---- things that go while they are used

test_group_goes_while_open() {
	accepted scsi_tgt "add_group g1"
	accepted groups/g1/names "add alice"
	# shellcheck disable=SC2094 # no pipeline
	exec 3<"$PROC/groups/g1/names" 4>"$PROC/groups/g1/names" 5<"$PROC/groups/g1/devices"
	dd bs=2 count=1 <&3 >/dev/null 2>&1
	accepted scsi_tgt "del_group g1"
	assertFalse "a read of what is gone" "cat <&3 >/dev/null 2>&1"
	assertFalse "a write to what is gone" "echo 'add bob' 2>/dev/null >&4"
	accepted scsi_tgt "add_group g1"
	assertFalse "a name doesn't make it the same" "echo 'add bob' 2>/dev/null >&4"
	assertFalse "nor for devices" "cat <&5 >/dev/null 2>&1"
	exec 3<&- 4>&- 5<&-
	names_are g1
}

test_handler_goes_while_open() {
	# shellcheck disable=SC2094 # no pipeline
	exec 3<"$PROC/vdisk/vdisk" 4>"$PROC/vdisk/vdisk" 5<"$PROC/vdisk/type" 6<"$PROC/help"
	dd bs=2 count=1 <&3 >/dev/null 2>&1
	dd bs=2 count=1 <&6 >/dev/null 2>&1
	wait_for rmmod scst_vdisk || fail "can't unload scst_vdisk"
	assertFalse "the directory is still there" "[ -e $PROC/vdisk ]"
	assertFalse "a read of what is gone" "cat <&3 >/dev/null 2>&1"
	assertFalse "a write to what is gone" "echo 'open disk1 NULLIO' 2>/dev/null >&4"
	assertFalse "type" "cat <&5 >/dev/null 2>&1"
	assertTrue "the core's help" "cat <&6 >/dev/null"
	exec 3<&- 4>&- 5<&- 6<&-
	assertEquals "devices without handler" 1 "$(wc -l <"$PROC/scsi_tgt")"
	oneTimeSetUp
}

test_core_goes_while_open() {
	exec 3<"$PROC/sessions" 4>"$PROC/scsi_tgt" 5<"$PROC/groups/Default/devices"
	dd bs=2 count=1 <&3 >/dev/null 2>&1
	unload_modules
	assertFalse "/proc/scsi_tgt is still there" "[ -e $PROC ]"
	assertFalse "a read of what is gone" "cat <&3 >/dev/null 2>&1"
	assertFalse "a write to what is gone" "echo 'add_group g1' 2>/dev/null >&4"
	exec 3<&- 4>&- 5<&-
	oneTimeSetUp
}

# Loops that collide on purpose: each command may fail, none may break anything.

group_loop() {
	_i=0
	while [ $_i -lt 60 ]; do
		_i=$((_i + 1))
		put scsi_tgt "add_group c1"
		put groups/c1/devices "add disk1 $((_i % 3))"
		put groups/c1/names "add name$1"
		put groups/Default/devices "add disk2 $((_i % 3))"
		put scsi_tgt "add_group c$1"
		put groups/c1/devices clear
		put scsi_tgt "del_group c1"
		put groups/Default/devices "del disk2"
	done
}

read_loop() {
	while [ ! -e /tmp/stop ]; do
		cat "$PROC"/* "$PROC"/*/* "$PROC"/groups/*/* >/dev/null 2>&1
	done
}

test_collisions() {
	rm -f /tmp/stop
	read_loop &
	readers=$!
	read_loop &
	readers="$readers $!"
	writers=
	for n in 1 2 3; do
		group_loop $n &
		writers="$writers $!"
	done
	# shellcheck disable=SC2086 # lists of numbers
	wait $writers
	: >/tmp/stop
	# shellcheck disable=SC2086 # lists of numbers
	wait $readers
	for dir in "$PROC"/groups/*; do
		assertEquals "${dir##*/}" "devices names" "$(cd "$dir" && echo *)"
	done
	assertTrue "c2" "[ -d $PROC/groups/c2 ]"
	put scsi_tgt "del_group c1"
	accepted scsi_tgt "add_group c1"
	devices_are c1
	names_are c1
}

test_reload_under_readers() {
	rm -f /tmp/stop
	read_loop &
	reader=$!
	for n in 1 2 3; do
		unload_modules initiator= || break
		load_modules initiator= || break
		accepted vdisk/vdisk "open disk1 NULLIO"
		accepted groups/Default/devices "add disk1 $n"
	done
	: >/tmp/stop
	wait $reader
	accepted vdisk/vdisk "open disk2 NULLIO"
	devices_are Default disk1 3 ""
}
