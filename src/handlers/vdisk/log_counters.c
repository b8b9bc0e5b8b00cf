// SPDX-License-Identifier: GPL-2.0
/*
 * Log pages that count: error counters (SPC-5 7.3.8), statistics and performance
 * (7.3.10). Only what is truly counted is told.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "vdisk.h"
#include "log.h"

/* Parameters of the error counter pages. */
enum {
	ERRORS_CORRECTED_SLOWLY	= 0x0001,	/* with possible delays */
	ERRORS_RETRIES		= 0x0002,
	ERRORS_CORRECTED	= 0x0003,
	ERRORS_BYTES		= 0x0005,
	ERRORS_UNCORRECTED	= 0x0006,
};

#define STATS_ACCESSES		0x0001
#define STATS_ACCESSES_LEN	64
#define STATS_IDLE		0x0002
#define STATS_IDLE_LEN		8
#define STATS_INTERVAL		0x0003
#define STATS_INTERVAL_LEN	8

#define COUNTER_LEN		8

/* What the counters of one direction have been since the device is open. */
static void errors_now(const struct vdisk_dev *vdev, bool write,
		       struct vdisk_errors *e)
{
	const struct vdisk_retries *r = &vdev->retries[write];
	struct scst_dev_stats s;

	scst_dev_get_stats(vdev->dev, &s);
	e->retried = atomic64_read(&r->tried);
	e->corrected = atomic64_read(&r->succeeded);
	e->bytes = write ? s.write_bytes : s.read_bytes;
	e->uncorrected = write ? s.write_errors : s.read_errors;
}

static unsigned int put_counter(u8 *p, u16 from, u16 code, u64 now, u64 base)
{
	if (code < from)
		return 0;
	p += vdisk_log_header(p, code, VDISK_LOG_COUNTER, COUNTER_LEN);
	put_unaligned_be64(now - base, p);
	return VDISK_LOG_PARAM_HEADER + COUNTER_LEN;
}

/* What went well in pieces has been corrected, with a delay: see retry.c. */
static unsigned int put_errors(u8 *p, const struct vdisk_dev *vdev, bool write,
			       u16 from)
{
	const struct vdisk_errors *base = &vdev->unit.errors_base[write];
	struct vdisk_errors e;
	u8 *start = p;

	errors_now(vdev, write, &e);
	p += put_counter(p, from, ERRORS_CORRECTED_SLOWLY, e.corrected,
			 base->corrected);
	p += put_counter(p, from, ERRORS_RETRIES, e.retried, base->retried);
	p += put_counter(p, from, ERRORS_CORRECTED, e.corrected, base->corrected);
	p += put_counter(p, from, ERRORS_BYTES, e.bytes, base->bytes);
	p += put_counter(p, from, ERRORS_UNCORRECTED, e.uncorrected,
			 base->uncorrected);
	return p - start;
}

unsigned int vdisk_log_write_errors(u8 *p, struct vdisk_dev *vdev, u16 from)
{
	return put_errors(p, vdev, true, from);
}

unsigned int vdisk_log_read_errors(u8 *p, struct vdisk_dev *vdev, u16 from)
{
	return put_errors(p, vdev, false, from);
}

static bool errors_reset(struct vdisk_dev *vdev, bool write)
{
	struct vdisk_errors *base = &vdev->unit.errors_base[write], now = { };
	bool changed;

	lockdep_assert_held(&vdev->unit.mutex);
	errors_now(vdev, write, &now);
	changed = memcmp(base, &now, sizeof(now));
	*base = now;
	return changed;
}

bool vdisk_log_reset_write_errors(struct vdisk_dev *vdev)
{
	return errors_reset(vdev, true);
}

bool vdisk_log_reset_read_errors(struct vdisk_dev *vdev)
{
	return errors_reset(vdev, false);
}

/* "Received" is what initiators have written. The weighted sums aren't kept. */
static unsigned int put_accesses(u8 *p, const struct vdisk_dev *vdev)
{
	struct scst_dev_stats s;

	scst_dev_get_stats(vdev->dev, &s);
	p += vdisk_log_header(p, STATS_ACCESSES, VDISK_LOG_BINARY,
			      STATS_ACCESSES_LEN);
	memset(p, 0, STATS_ACCESSES_LEN);
	put_unaligned_be64(s.reads, &p[0]);
	put_unaligned_be64(s.writes, &p[8]);
	put_unaligned_be64(s.write_bytes >> vdev->block_shift, &p[16]);
	put_unaligned_be64(s.read_bytes >> vdev->block_shift, &p[24]);
	put_unaligned_be64(s.read_ns, &p[32]);
	put_unaligned_be64(s.write_ns, &p[40]);
	return VDISK_LOG_PARAM_HEADER + STATS_ACCESSES_LEN;
}

/*
 * As if no two commands had been there at the same time: to know better, all CPUs
 * would have to share a count. What was told before stays.
 */
static u64 idle_ns(struct vdisk_dev *vdev)
{
	struct vdisk_unit *unit = &vdev->unit;
	u64 open = ktime_get_boottime_ns() - unit->opened * NSEC_PER_SEC;
	struct scst_dev_stats s;
	u64 busy;

	lockdep_assert_held(&unit->mutex);
	scst_dev_get_stats(vdev->dev, &s);
	busy = s.read_ns + s.write_ns + s.other_ns;
	if (open > busy)
		unit->idle_told = max(unit->idle_told, open - busy);
	return unit->idle_told;
}

static unsigned int put_idle(u8 *p, struct vdisk_dev *vdev)
{
	p += vdisk_log_header(p, STATS_IDLE, VDISK_LOG_BINARY, STATS_IDLE_LEN);
	put_unaligned_be64(idle_ns(vdev), p);
	return VDISK_LOG_PARAM_HEADER + STATS_IDLE_LEN;
}

/* Intervals are nanoseconds: 1 by ten to the power of minus nine. */
static unsigned int put_interval(u8 *p)
{
	p += vdisk_log_header(p, STATS_INTERVAL, VDISK_LOG_BINARY,
			      STATS_INTERVAL_LEN);
	put_unaligned_be32(9, &p[0]);
	put_unaligned_be32(1, &p[4]);
	return VDISK_LOG_PARAM_HEADER + STATS_INTERVAL_LEN;
}

unsigned int vdisk_log_stats(u8 *p, struct vdisk_dev *vdev, u16 from)
{
	u8 *start = p;

	if (from <= STATS_ACCESSES)
		p += put_accesses(p, vdev);
	if (from <= STATS_IDLE)
		p += put_idle(p, vdev);
	if (from <= STATS_INTERVAL)
		p += put_interval(p);
	return p - start;
}
