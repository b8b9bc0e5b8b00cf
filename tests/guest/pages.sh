# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For suites about what two initiators can ask and set of one device, byte by byte.
#
#	give PATH [WORD...]	device v for both; $one and $two are their disks
#	generic			from here on $one and $two are the sg devices
#	good, fails SENSE	DISK SG_RAW_ARGUMENTS...
#	attention DISK SENSE	is reported, once
#	select6 DISK BYTE...	MODE SELECT (6); refused6 SENSE BYTE...: it is refused
#	mode_page DISK PAGE [SUBPAGE [CONTROL]], log_page DISK PAGE [SUBPAGE [PARAMETER]]

oneTimeSetUp() {
	load_modules
	proc_ok scst_local/scst_local "add_target pages"
	for name in one two; do
		proc_ok scsi_tgt "add_group $name"
		proc_ok groups/$name/names "add $name"
		add_session pages $name
	done
}

oneTimeTearDown() {
	unload_modules
}

setUp() {
	dmesg_mark
}

tearDown() {
	take
	drop_backing
}

# give PATH [WORD...]: device v, for both; its disks are $one and $two.
give() {
	proc_ok vdisk/vdisk "open v $*" || return
	for name in one two; do
		proc_ok groups/$name/devices "add v 0" || return
	done
	one=$(wait_disk one 0) && two=$(wait_disk two 0) || return
	sg_turs "$one" >/dev/null 2>&1
	sg_turs "$two" >/dev/null 2>&1
	return 0
}

# The disks' SCSI generic devices: opening one asks nothing of the unit, while sd
# prevents the removal of a medium as long as it is open.
generic() {
	# shellcheck disable=SC2034 # for the suites
	removable=$(cat "/sys/block/${one#/dev/}/removable")
	one=/dev/$(ls "/sys/block/${one#/dev/}/device/scsi_generic")
	two=/dev/$(ls "/sys/block/${two#/dev/}/device/scsi_generic")
}

take() {
	printf 'close v\n' | proc_write vdisk/vdisk >/dev/null
	no_disk one 0
	no_disk two 0
}

# bytes FF FF...: also several in a word
bytes() {
	# shellcheck disable=SC2048 # that is the point
	for _byte in $*; do
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %03o "0x$_byte")"
	done
}

# hex FILE [FIRST [COUNT]]: as one word
hex() {
	dd if="$1" bs=1 skip="${2:-0}" count="${3:-99999}" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# Key/ASC/ASCQ, and behind a blank the sense key specific bytes if they are valid.
sense_words() {
	sed '1,/Raw sense data/d; s/^ *\([0-9a-f][0-9a-f ]*\).*/\1/' /tmp/raw.log | tr -s ' \n' '  ' >/tmp/sense
	# shellcheck disable=SC2046 # a list of words
	set -- $(cat /tmp/sense)
	case $1 in
	70 | f0)
		_words=$(printf %x $((0x$3 & 15)))/${13}/${14}
		[ $((0x${16:-0})) -lt 128 ] || _words="$_words ${16}${17}${18}"
		;;
	72) _words=$(printf %x $((0x$2)))/$3/$4 ;;
	*) _words="no sense data: $(tr '\n' ' ' </tmp/raw.log)" ;;
	esac
	echo "$_words"
}

# raw DISK SG_RAW_ARGUMENTS...: status of sg_raw; Data-In is in /tmp/in.
raw() {
	_disk=$1 _options=
	shift
	rm -f /tmp/in
	while [ "${1#-}" != "$1" ]; do
		_options="$_options $1 $2"
		[ "$1" != -r ] || _options="$_options -o /tmp/in"
		shift 2
	done
	# shellcheck disable=SC2086 # a list of words
	sg_raw -v $_options "$_disk" "$@" >/tmp/raw.log 2>&1
}

good() {
	raw "$@" || fail "$*: $(sense_words)"
}

# fails SENSE DISK SG_RAW_ARGUMENTS...
fails() {
	_want=$1
	shift
	if raw "$@"; then
		fail "$*: succeeded; expected $_want"
	else
		assertEquals "$*" "$_want" "$(sense_words)"
	fi
}

# attention DISK SENSE: is reported, once
attention() {
	fails "$2" "$1" 00 00 00 00 00 00
	good "$1" 00 00 00 00 00 00
}

# select6 DISK BYTE...: MODE SELECT (6) with this parameter list
select6() {
	_to=$1
	shift
	bytes "$@" >/tmp/list
	_len=$(wc -c </tmp/list)
	good "$_to" -s "$_len" -i /tmp/list 15 10 00 00 "$(printf %02x "$_len")" 00
}

# refused6 SENSE BYTE...
refused6() {
	_sense=$1
	shift
	bytes "$@" >/tmp/list
	_len=$(wc -c </tmp/list)
	fails "$_sense" "$one" -s "$_len" -i /tmp/list 15 10 00 00 "$(printf %02x "$_len")" 00
}

# mode_page DISK PAGE [SUBPAGE [CONTROL]]: its bytes, without block descriptor
mode_page() {
	good "$1" -r 252 5a 08 "$(printf %02x $((0x${4:-0} << 6 | 0x$2)))" "${3:-00}" 00 00 00 00 fc 00
	hex /tmp/in 8
}

# log_page DISK PAGE [SUBPAGE [POINTER]]: its bytes
log_page() {
	good "$1" -r 20000 4d 00 "$(printf %02x $((0x40 | 0x$2)))" "${3:-00}" 00 00 "${4:-00}" 4e 20 00
	hex /tmp/in
}
