// SPDX-License-Identifier: GPL-2.0
/*
 * Traces: which are on (/proc/scsi_tgt/trace_level), and how they are logged.
 */
#include <linux/kernel.h>
#include <linux/sched.h>

#include "scst_priv.h"

unsigned long scst_trace_flags = SCST_TRACE_DEFAULT;
SCST_EXPORT(scst_trace_flags);

void scst_trace_print(unsigned long flags, const char *func, int line,
		      const char *fmt, ...)
{
	struct va_format text = { .fmt = fmt };
	char where[96] = "";
	va_list args;
	int n = 0;

	if (flags & SCST_TRACE_PID)
		n += scnprintf(where + n, sizeof(where) - n, "[%d]: ",
			       task_pid_nr(current));
	if (flags & SCST_TRACE_FUNCTION)
		n += scnprintf(where + n, sizeof(where) - n, "%s: ", func);
	if (flags & SCST_TRACE_LINE)
		n += scnprintf(where + n, sizeof(where) - n, "%d: ", line);

	va_start(args, fmt);
	text.va = &args;
	scst_info("%s%pV", where, &text);
	va_end(args);
}
SCST_EXPORT(scst_trace_print);
