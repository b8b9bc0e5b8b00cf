// SPDX-License-Identifier: GPL-2.0
/*
 * Traces: which are on (/proc/scsi_tgt/trace_level), and how they are logged.
 */
#include <linux/kernel.h>
#include <linux/sched.h>

#define CREATE_TRACE_POINTS
#include "events.h"
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

/* The first bytes of a data buffer. */
#define SCST_TRACE_DATA_LEN	32

/**
 * scst_trace_data() - log the start of a command's data
 * @cmd: the command
 * @what: which data
 * @len: how many bytes there are
 *
 * Context: any.
 */
void scst_trace_data(const struct scst_cmd *cmd, const char *what, u32 len)
{
	u8 data[SCST_TRACE_DATA_LEN];
	size_t n = 0;

	if (!len || !cmd->sg)
		return;
	n = sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, data,
			      min_t(u32, len, sizeof(data)));
	scst_info(SCST_EVENT_WHO "%s of %u bytes: %*ph\n",
		  SCST_EVENT_WHO_ARGS(cmd), what, len, (int)n, data);
}
