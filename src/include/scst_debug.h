/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log messages and, where TRACING or DEBUG is compiled in, traces that
 * /proc/scsi_tgt/trace_level switches.
 */
#ifndef SCST_DEBUG_H
#define SCST_DEBUG_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "scst_config.h"

/* Trace tokens: bit numbers of a module's trace flags. */
#define SCST_TRACE_OUT_OF_MEM	BIT(0)
#define SCST_TRACE_MINOR	BIT(1)
#define SCST_TRACE_SG		BIT(2)
#define SCST_TRACE_MEM		BIT(3)
#define SCST_TRACE_BUFF		BIT(4)
#define SCST_TRACE_ENTRYEXIT	BIT(5)
#define SCST_TRACE_PID		BIT(6)
#define SCST_TRACE_LINE		BIT(7)
#define SCST_TRACE_FUNCTION	BIT(8)
#define SCST_TRACE_DEBUG	BIT(9)
#define SCST_TRACE_SPECIAL	BIT(10)
#define SCST_TRACE_SCSI		BIT(11)
#define SCST_TRACE_MGMT		BIT(12)
#define SCST_TRACE_MGMT_MINOR	BIT(13)
#define SCST_TRACE_MGMT_DEBUG	BIT(14)
#define SCST_TRACE_RETRY	BIT(15)
#define SCST_TRACE_SERIALIZING	BIT(16)
#define SCST_TRACE_RECV_BOT	BIT(17)
#define SCST_TRACE_SEND_BOT	BIT(18)
#define SCST_TRACE_RECV_TOP	BIT(19)
#define SCST_TRACE_SEND_TOP	BIT(20)

#define SCST_TRACE_DEFAULT	(SCST_TRACE_OUT_OF_MEM | SCST_TRACE_MGMT | \
				 SCST_TRACE_SPECIAL)

#define SCST_HAS_TRACE		(SCST_OPT(TRACING) || SCST_OPT(DEBUG))

/*
 * The flags that a module's traces obey: the core's, unless it defines a word of
 * its own before this header, for its own trace_level file.
 */
#ifndef SCST_TRACE_FLAGS
#define SCST_TRACE_FLAGS	scst_trace_flags
#endif

extern unsigned long scst_trace_flags;

#define scst_err(fmt, ...)	pr_err("scst: " fmt, ##__VA_ARGS__)
#define scst_warn(fmt, ...)	pr_warn("scst: " fmt, ##__VA_ARGS__)
#define scst_info(fmt, ...)	pr_info("scst: " fmt, ##__VA_ARGS__)

/* For whatever an initiator can cause: it must not flood the log. */
#define scst_err_rl(fmt, ...)	pr_err_ratelimited("scst: " fmt, ##__VA_ARGS__)
#define scst_warn_rl(fmt, ...)	pr_warn_ratelimited("scst: " fmt, ##__VA_ARGS__)

#define scst_trace(bits, fmt, ...)					\
do {									\
	if (SCST_HAS_TRACE &&						\
	    unlikely(READ_ONCE(SCST_TRACE_FLAGS) & (bits)))		\
		scst_trace_print(SCST_TRACE_FLAGS, __func__, __LINE__,	\
				 fmt, ##__VA_ARGS__);			\
} while (0)

/**
 * scst_trace_print() - log a trace
 * @flags: those of the tokens pid, function and line say what is put in front
 * @func: where the trace is
 * @line: where the trace is
 * @fmt: the text, as of printk(), with its newline
 *
 * Context: any.
 */
__printf(4, 5)
void scst_trace_print(unsigned long flags, const char *func, int line,
		      const char *fmt, ...);

#endif /* SCST_DEBUG_H */
