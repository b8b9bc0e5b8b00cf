#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program scstadmin on a copy of /proc (tests/unit/run scstadmin_cli): how it
# ends, what it prints for programs, completion, and that the manual has every verb.
# What changes something is tested in a guest (tests/guest/test_scstadmin.sh).
#
#	tests/unit/scstadmin_cli.sh SCSTADMIN
#
# shellcheck disable=SC2317	# functions are called by their names
set -u

scstadmin=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
root=$(mktemp -d) || exit
trap 'rm -rf "$root"' EXIT
proc=$root/proc/scsi_tgt
status=0

adm() {
	"$scstadmin" --root "$root" "$@"
}

fail() {
	echo "    $*"
	reason=${reason:-$*}
}

# ends STATUS [ARG...]: output in $root/out, complaints in $root/err.
ends() {
	local want=$1 is
	shift

	adm "$@" > "$root/out" 2> "$root/err"
	is=$?
	[ "$is" = "$want" ] || fail "scstadmin $*: status $is instead of $want: $(cat "$root/err")"
}

has() {
	grep -qF -- "$2" "$root/$1" || fail "no '$2' in $1: $(head -c 300 "$root/$1")"
}

make_proc() {
	rm -rf "${root:?}"/*
	mkdir -p "$proc"/groups/{Default,backup} "$proc"/{vdisk,scst_local} "$root"/{etc/scst.d,run,srv}
	printf '%-60s%s\n' "Device (host:ch:id:lun or name)" "Device handler" d1 vdisk \
		1:0:0:0 dev_disk > "$proc/scsi_tgt"
	printf '%s\n' "Name              Size(MB)    Block size  Options         File name" \
		"d1                1024        512         WT              /srv/d1" > "$proc/vdisk/vdisk"
	echo "0 - Direct-access device" > "$proc/vdisk/type"
	echo "Device  Virtual lun  Options" | tee "$proc/groups/Default/devices" > "$proc/groups/backup/devices"
	echo "d1      3          RO" >> "$proc/groups/backup/devices"
	echo alpha > "$proc/groups/backup/names"
	: > "$proc/groups/Default/names"
	printf '%s\n' "Target name  Initiator name  Host" "t1 alpha host2" > "$proc/scst_local/scst_local"
	echo t1 > "$proc/scst_local/0"
	printf '%s\n' "Target name Initiator name Group name Command Count" \
		"scst_local alpha backup 2" > "$proc/sessions"
	nproc > "$proc/threads"
	echo 4.0.0 > "$proc/version"
	touch "$root/srv/d1"
}

test_exit_codes() {
	ends 0 save
	ends 0 diff
	ends 0 apply --dry-run
	ends 0 apply
	[ "$(stat -c %a "$root/run/scstadmin.lock")" = 600 ] || fail "others can take the lock"
	ends 0 check /etc/scst.conf
	ends 1 check /etc/none.conf
	has err "/etc/none.conf: can't read it: No such file or directory"
	echo "device d2 { path /srv/d2 }" > "$root/etc/more.conf"
	ends 2 diff /etc/more.conf
	has out "- device d1 (vdisk /srv/d1, 512 bytes, write_through)"
	ends 2 apply --dry-run /etc/more.conf
	has out "+ device d2 (vdisk /srv/d2)"
	ends 1 apply /etc/more.conf
	has err "/srv/d2 isn't there"
	echo "device n1 { flags nullio }" >> "$root/etc/more.conf"
	ends 3 apply /etc/more.conf
	has out "1 done, 1 failed, 0 skipped"
	ends 0 paths /etc/scst.conf
	[ "$(cat "$root/out")" = /srv/d1 ] || fail "paths: $(cat "$root/out")"
	echo "device n1 {" > "$root/etc/broken.conf"
	ends 1 paths /etc/broken.conf
	ends 1 save /etc/broken.conf
	has err "it has errors"
	ends 0 save --force /etc/broken.conf
	ends 0 check /etc/broken.conf
	ends 64 apply a b
	ends 64 applay
	ends 64 device
	ends 64 device add
	has err "usage: scstadmin device add DEVICE"
	ends 64 show --json=1
	ends 64 lun remove backup
	ends 64 apply --only
	ends 1 lun add backup x d1
	rm -r "$proc"
	ends 69 diff
	ends 69 show
	ends 69 sgv
	ends 69 lun add backup 0 d1
	ends 0 check /etc/scst.conf
}

# A device stays as it is for want of its new backing: its LUNs change all the same.
test_kept_device() {
	printf '%s\n' "device d1 { path /srv/none }" "group backup { initiator alpha; lun 4 d1 }" \
		"group Default { lun 0 d1 }" > "$root/etc/kept.conf"
	ends 3 apply /etc/kept.conf
	has out "- LUN 3 of group backup: d1, read only"
	has out "3 done, 1 failed, 1 skipped"
	has err "/srv/none isn't there; the device stays as it is"
	grep -q 'add d1 4' "$proc/groups/backup/devices" || fail "the LUN is lost"
	grep -q '^add d1 0' "$proc/groups/Default/devices" || fail "the new LUN is not there"
}

# A write to something that doesn't take it is told.
test_output_fails() {
	"$scstadmin" --root "$root" show > /dev/full 2> "$root/err" &&
		fail "a full disk went unnoticed"
	has err "can't write: No space left on device"
}

test_json() {
	adm show --json > "$root/out"
	python3 - "$root/out" <<-'EOF' || fail "show --json is not what it should be"
	import json, sys
	j = json.load(open(sys.argv[1]))
	assert j["devices"] == [{"name": "d1", "handler": "vdisk", "mib": 1024, "block_size": 512,
	    "flags": ["write_through"], "luns": ["backup:3"], "path": "/srv/d1"}], j["devices"]
	assert j["groups"][1] == {"name": "backup", "luns": 1, "sessions": 1, "initiators": ["alpha"]}, j
	assert j["luns"] == [{"group": "backup", "lun": 3, "device": "d1", "read_only": True}], j
	assert j["sessions"] == [{"initiator": "alpha", "group": "backup", "driver": "scst_local",
	    "target": None, "commands": 2}], j
	assert j["targets"] == [{"name": "t1", "driver": "scst_local", "initiators": ["alpha"]}], j
	assert j["handlers"] == [{"name": "vdisk", "devices": 1, "type": "0 - Direct-access device"}], j
	EOF
	adm doctor --json > "$root/out"
	python3 -c 'import json, sys
assert any(r["check"] == "LUN 0" and r["verdict"] == "warning" for r in json.load(open(sys.argv[1])))' \
		"$root/out" || fail "doctor does not see that LUN 0 is missing"
	[ "$(adm list devices --names --all | xargs)" = "d1 1:0:0:0" ] || fail "list --all"
}

# Plans for programs, and what is missing.
test_plan_json() {
	echo "device d2 { path /srv/d2 }
	device n1 { flags nullio }" > "$root/etc/scst.conf"
	ends 2 missing
	[ "$(cat "$root/out")" = "d2: /srv/d2 isn't there
n1: it was refused when the file was applied" ] || fail "missing: $(cat "$root/out")"
	ends 2 missing --names
	[ "$(xargs < "$root/out")" = "d2 n1" ] || fail "missing --names: $(cat "$root/out")"
	ends 2 diff --json
	python3 - "$root/out" <<-'EOF' || fail "diff --json is not what it should be"
	import json, sys
	j = json.load(open(sys.argv[1]))
	step = next(s for s in j if s["kind"] == "device" and s["name"] == "d1")
	assert step == {"action": "remove", "what": "device d1 (vdisk /srv/d1, 512 bytes, write_through)",
	    "kind": "device", "name": "d1", "sessions": "alpha", "state": "planned", "why": None}, step
	EOF
	ends 3 apply --json
	python3 -c 'import json, sys
j = {s["name"]: (s["action"], s["state"], s["why"]) for s in json.load(open(sys.argv[1]))}
assert j == {"d2": ("add", "failed", "/srv/d2 isn\x27t there"), "n1": ("add", "done", None)}, j' \
		"$root/out" || fail "apply --json is not what it should be"
	: > "$root/etc/empty.conf"
	ends 0 apply --json --dry-run /etc/empty.conf
	[ "$(xargs < "$root/out")" = "[ ]" ] || fail "an empty plan is $(cat "$root/out")"
	rm -r "$proc"
	ends 69 missing
}

# What dkms says, by a program of that name.
test_doctor() {
	mkdir "$root/bin" "$root/sys"
	printf '#!/bin/sh\necho "scst/4.0.0, 6.1.0-1-amd64, x86_64: built"\n' > "$root/bin/dkms"
	chmod +x "$root/bin/dkms"
	PATH=$root/bin:$PATH ends 1 doctor
	has out "scst/4.0.0, 6.1.0-1-amd64, x86_64: built: 'dkms autoinstall'"
	has out "of kernel $(uname -r) are missing"
	has out "no scst for kernel $(uname -r)"
	has out "/etc/scst.conf isn't there"
	mkdir -p "$root/lib/modules/$(uname -r)/build" "$root/sys/kernel/config/target/core/fileio_0" \
		"$root/sys/firmware/efi/efivars"
	touch "$root/lib/modules/$(uname -r)/build/Makefile"
	printf '%s:\n' extra/scst.ko updates/dkms/scst.ko extra/scst_vdisk.ko extra/scst_local.ko \
		> "$root/lib/modules/$(uname -r)/modules.dep"
	printf '\6\0\0\0\1' > "$root/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	echo 3.9.0 > "$proc/version"
	local disk
	for disk in 0 1; do
		mkdir -p "$root/sys/class/scsi_device/$disk:0:0:0/device"
		echo "SCST_FIO" > "$root/sys/class/scsi_device/$disk:0:0:0/device/vendor"
		echo "d$disk" > "$root/sys/class/scsi_device/$disk:0:0:0/device/model"
		printf '\0\200\0\4abcd' > "$root/sys/class/scsi_device/$disk:0:0:0/device/vpd_pg80"
	done
	PATH=$root/bin:$PATH ends 1 doctor
	has out "scst is installed 2 times"
	has out "LIO exports something too"
	has out "on, and scst is not signed"
	has out "the loaded modules are 3.9.0"
	has out "serial number abcd is that of both d0 and d1"
	rm "$root/srv/d1"
	ends 1 doctor
	has out "/srv/d1 of device d1 is gone"
}

# completes "LINE" WORD...: what the last word of LINE may become.
completes() {
	local line=$1 got
	shift

	got=$(PATH=$root/bin:$PATH bash -c '
		. "$1"
		read -r -a COMP_WORDS <<< "$2"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
		_scstadmin_complete
		printf "%s\n" "${COMPREPLY[@]}"' - "$root/completion" "$line" 2>&1 | sort -u | xargs)
	[ "$got" = "$*" ] || fail "'$line' completes to '$got' instead of '$*'"
}

test_completion() {
	mkdir -p "$root/bin"
	printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$scstadmin" "$root" > "$root/bin/scstadmin"
	chmod +x "$root/bin/scstadmin"
	adm completion bash > "$root/completion" || fail "no completion"
	completes "scstadmin roll" rollback
	completes "scstadmin lun " add clear remove replace
	completes "scstadmin lun add b" backup
	completes "scstadmin lun add backup 0 d" d1
	completes "scstadmin lun add --read-only backup 0 d" d1
	completes "scstadmin apply --p" --prune
	completes "scstadmin device add x --handler v" vdisk
	completes "scstadmin device add x --flags nv" nv_cache
	completes "scstadmin show t" targets
	adm completion zsh | head -n 1 | grep -qx '#compdef scstadmin' || fail "no completion for zsh"
	ends 64 completion fish
}

# The manual has every verb with its arguments, and every option.
test_manual() {
	local manual verb option

	manual=$(sed 's/^\.It Cm //; s/ \(Ar\|Op\|Fl\) / /g; s/[^A-Za-z0-9 -]//g' "$top/doc/scstadmin.8")
	adm help | sed -n 's/^  \([a-z]*\( [a-z]*\)\{0,1\}\) .*/\1/p' | sed 's/ *$//' > "$root/verbs"
	[ "$(wc -l < "$root/verbs")" -ge 30 ] || fail "help shows too few verbs"
	while read -r verb; do
		grep -q "^$verb\( \|$\)" <<< "$manual" || fail "the manual has no verb '$verb'"
	done < "$root/verbs"
	for option in $(while read -r verb; do
		# shellcheck disable=SC2086 # its words
		adm help $verb
	done < "$root/verbs" | sed -n 's/^    --\([a-z-]*\).*/\1/p' | sort -u); do
		grep -q "^\.It Fl -$option" "$top/doc/scstadmin.8" || fail "the manual has no option --$option"
	done
}

test_import() {
	echo '{"storage_objects":[{"plugin":"block","name":"b","dev":"/dev/b"}],"targets":[]}' > "$root/lio.json"
	ends 0 import /lio.json
	has out "flags blockio"
	ends 0 import /lio.json --output /etc/new.conf
	ends 0 check /etc/new.conf
	ends 1 import /lio.json --output /etc/new.conf
	has err "it exists"
	printf 'HANDLER vcdrom {\nDEVICE c {\n}\n}\n' > "$root/scst3.conf"
	ends 0 import /scst3.conf
	has out "handler vcdrom"
	ends 1 import --from lio /scst3.conf
	ends 64 import --from tgt /scst3.conf
}

for name in exit_codes kept_device output_fails json plan_json doctor completion manual import; do
	reason=
	make_proc
	"test_$name"
	if [ -n "$reason" ]; then
		echo "not ok unit/scstadmin_cli/$name: $reason"
		status=1
	else
		echo "ok unit/scstadmin_cli/$name"
	fi
done
exit $status
