# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Measure one disk, inside a guest started with --icount. Prints, for each
# access pattern,
#
#	row SIDE KIND ACCESS INSTRUCTIONS SWITCHES
#
# both for each request of fio.
#
# Each pattern is two jobs that differ only in their number of requests. The
# difference of the two, in time (a nanosecond is an instruction) and in context
# switches, belongs to the requests alone: starting and ending a job, and the
# marks, are in both. A job ahead of all, which is not measured, fills caches and
# pools; and what the kernel still has to do for a new disk is waited for: sleeping
# costs nothing here, as an idle guest's clock leaps ahead.

SPAN=${SPAN:-64}		# MiB of the disk that are used

# ACCESS:MODE:DEPTH:BLOCKSIZE:SHORT:LONG
PATTERNS="
randread-4k-qd1:randread:1:4k:1000:7000
randwrite-4k-qd1:randwrite:1:4k:1000:7000
randread-4k-qd32:randread:32:4k:1000:7000
randwrite-4k-qd32:randwrite:32:4k:1000:7000
read-1m:read:1:1m:20:180
write-1m:write:1:1m:20:180
"

WARM_UP=1000			# requests

# write_jobs DISK PATTERNS: for fio.
write_jobs() {
	cat <<-END
	[global]
	filename=$1
	size=${SPAN}m
	direct=1
	ioengine=io_uring
	iomem=shmhuge
	norandommap
	gtod_reduce=1
	stonewall
	[warm-up]
	io_size=$((WARM_UP * 4))k
	rw=randrw
	bs=4k
	END
	for _pattern in $2; do
		IFS=: read -r _access _mode _depth _size _short _long <<-END
		$_pattern
		END
		for _count in $_short $_long; do
			cat <<-END
			[$_access.$_count]
			io_size=$((_count * ${_size%?}))${_size#?}
			rw=$_mode
			iodepth=$_depth
			bs=$_size
			exec_prerun=sh /job/bench/mark $_access
			exec_postrun=sh /job/bench/mark $_access
			END
		done
	done
}

# What fio did must be what it was told: it ends a job early without a word.
check_counts() {
	{
		echo "$WARM_UP"
		for _pattern in $PATTERNS; do
			echo "$_pattern" | awk -F: '{ print $5; print $6 }'
		done
	} >/tmp/asked
	sed -n 's/^ *issued rwts: total=\([0-9]*\),\([0-9]*\),.*/\1 \2/p' /tmp/fio.out | awk '{ print $1 + $2 }' >/tmp/done
	cmp -s /tmp/asked /tmp/done
}

# print_rows SIDE KIND, from the four marks of an access: begin and end of the
# short job, and of the long.
print_rows() {
	for _pattern in $PATTERNS; do
		IFS=: read -r _access _mode _depth _size _short _long <<-END
		$_pattern
		END
		grep "^$_access " /tmp/marks | awk -v row="row $1 $2 $_access" -v requests=$((_long - _short)) '
		{ time[NR] = $2; switches[NR] = $3 }
		END {
			if (NR != 4)
				exit 1
			printf "%s %.1f %.4f\n", row, (time[4] - time[3] - time[2] + time[1]) / requests,
				(switches[4] - switches[3] - switches[2] + switches[1]) / requests
		}' || return
	done
}

# Disks of both sides get the same queue, whatever their drivers' defaults. A
# ram disk has no queue.
set_queue() {
	[ -e "/sys/block/$1/device/queue_depth" ] || return 0
	for _setting in device/queue_depth=64 queue/scheduler=none queue/nr_requests=64 \
		queue/rotational=0 queue/add_random=0 queue/iostats=1 queue/nomerges=0 \
		queue/rq_affinity=1 queue/wbt_lat_usec=0 "queue/max_sectors_kb=$(largest_request "$1")"; do
		echo "${_setting#*=}" >"/sys/block/$1/${_setting%%=*}" || fail "can't set $_setting of $1"
	done
}

# In KiB: what a whole request of fio needs, or as much as the disk takes at once.
largest_request() {
	_most=$(cat "/sys/block/$1/queue/max_hw_sectors_kb")
	[ "$_most" -lt 1024 ] || _most=1024
	echo "$_most"
}

# measure SIDE KIND /dev/DISK
measure() {
	set_queue "${3#/dev/}"
	write_jobs "$3" "$PATTERNS" >/tmp/jobs
	rm -f /tmp/marks
	sleep 3
	fio --eta=never --output=/tmp/fio.out /tmp/jobs || {
		cat /tmp/fio.out
		fail "fio failed on $3 ($1, $2)"
	}
	check_counts || fail "fio did not issue what it should: $(tr '\n' ' ' </tmp/done)on $3 ($1, $2)"
	print_rows "$1" "$2" || fail "marks are missing for $3 ($1, $2)"
}

# profile ACCESS /dev/DISK: by program and symbol. Samples come from a timer: what
# runs with interrupts off is charged to who lets them in again.
profile() {
	set_queue "${2#/dev/}"
	# Fifteen times as much as is measured: what fio needs to start gets lost in it.
	write_jobs "$2" "$(echo "$PATTERNS" | awk -F: -v OFS=: -v access="$1" '$1 == access { $6 *= 15; print }')" |
		sed '/^exec_/d' >/tmp/jobs
	grep -q '^rw=' /tmp/jobs || fail "no access pattern $1; there are: $(echo "$PATTERNS" | cut -d: -f1 | xargs)"
	echo 0 >/proc/sys/kernel/kptr_restrict
	echo 0 >/proc/sys/kernel/perf_cpu_time_max_percent
	perf record -q -a -e cpu-clock -F 20000 -o /tmp/perf.data fio --eta=never --output=/tmp/fio.out /tmp/jobs ||
		fail "perf failed"
	perf report -i /tmp/perf.data --stdio -s comm,dso,symbol --percent-limit 0 2>/dev/null | top_symbols
}

# Shares of all but idling and perf itself.
top_symbols() {
	awk '$1 !~ /^[0-9.]+%$/ || $2 ~ /^(perf|swapper)$/ { next }
	{
		share[++n] = $1 + 0
		line[n] = $2 " " $3 " " $5
		sum += $1
	}
	END {
		for (i = 1; i <= n && share[i] >= sum / 250; i++) {
			split(line[i], word, " ")
			printf "%6.2f %%  %-16s %-20s %s\n", 100 * share[i] / sum, word[1], word[2], word[3]
		}
	}'
}
