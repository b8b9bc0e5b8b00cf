// SPDX-License-Identifier: GPL-2.0
/*
 * The log of events: lines in order, in memory that is there from the start, so
 * that a test of failing memory loses none.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "testtgt.h"

#define TT_LINES	2048
#define TT_LINE_LEN	320
#define TT_HEX_MAX	128

static DEFINE_SPINLOCK(log_lock);	/* any context */
static char lines[TT_LINES][TT_LINE_LEN];
static u64 seq;		/* lines written ever */
static u64 first;	/* the oldest that is kept */

DECLARE_WAIT_QUEUE_HEAD(tt_wait);

/* Any context. */
void tt_log(const char *fmt, ...)
{
	unsigned long flags;
	va_list args;

	va_start(args, fmt);
	spin_lock_irqsave(&log_lock, flags);
	vscnprintf(lines[seq % TT_LINES], TT_LINE_LEN, fmt, args);
	seq++;
	if (seq - first > TT_LINES)
		first = seq - TT_LINES;
	spin_unlock_irqrestore(&log_lock, flags);
	va_end(args);
	wake_up_all(&tt_wait);
}

void tt_log_hex(const char *what, u64 tag, const void *data, size_t len)
{
	len = min_t(size_t, len, TT_HEX_MAX);
	tt_log("%s %llu %*phN", what, tag, (int)min_t(size_t, len, 64), data);
	if (len > 64)
		tt_log("%s+64 %llu %*phN", what, tag, (int)len - 64, data + 64);
}

void tt_log_clear(void)
{
	unsigned long flags;

	spin_lock_irqsave(&log_lock, flags);
	first = seq;
	spin_unlock_irqrestore(&log_lock, flags);
}

bool tt_log_has(const char *line)
{
	unsigned long flags;
	bool has = false;
	u64 i;

	spin_lock_irqsave(&log_lock, flags);
	for (i = first; i < seq && !has; i++)
		has = !strcmp(lines[i % TT_LINES], line);
	spin_unlock_irqrestore(&log_lock, flags);
	return has;
}

u64 tt_log_seq(void)
{
	unsigned long flags;
	u64 ret;

	spin_lock_irqsave(&log_lock, flags);
	ret = seq;
	spin_unlock_irqrestore(&log_lock, flags);
	return ret;
}

int tt_log_show(struct seq_file *m, void *obj)
{
	unsigned long flags;
	u64 i;

	spin_lock_irqsave(&log_lock, flags);
	for (i = first; i < seq; i++)
		seq_printf(m, "%s\n", lines[i % TT_LINES]);
	spin_unlock_irqrestore(&log_lock, flags);
	return 0;
}
