// SPDX-License-Identifier: GPL-2.0
/*
 * trace_level, where TRACING or DEBUG is compiled in: which traces are logged.
 * The object of a file is the word of flags that it shows and changes.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "proc.h"

/* Those that a device handler has too come first: see trace_all(). */
static const struct {
	unsigned long bit;
	const char *name;
} trace_tokens[] = {
	{ SCST_TRACE_OUT_OF_MEM,	"out_of_mem" },
	{ SCST_TRACE_MINOR,		"minor" },
	{ SCST_TRACE_SG,		"sg" },
	{ SCST_TRACE_MEM,		"mem" },
	{ SCST_TRACE_BUFF,		"buff" },
	{ SCST_TRACE_ENTRYEXIT,		"entryexit" },
	{ SCST_TRACE_PID,		"pid" },
	{ SCST_TRACE_LINE,		"line" },
	{ SCST_TRACE_FUNCTION,		"function" },
	{ SCST_TRACE_DEBUG,		"debug" },
	{ SCST_TRACE_SPECIAL,		"special" },
	{ SCST_TRACE_SCSI,		"scsi" },
	{ SCST_TRACE_MGMT,		"mgmt" },
	{ SCST_TRACE_MGMT_MINOR,	"mgmt_minor" },
	{ SCST_TRACE_MGMT_DEBUG,	"mgmt_dbg" },
	{ SCST_TRACE_RETRY,		"retry" },
	{ SCST_TRACE_SERIALIZING,	"scsi_serializing" },
	{ SCST_TRACE_RECV_BOT,		"recv_bot" },
	{ SCST_TRACE_SEND_BOT,		"send_bot" },
	{ SCST_TRACE_RECV_TOP,		"recv_top" },
	{ SCST_TRACE_SEND_TOP,		"send_top" },
};

#define SCST_NR_MODULE_TOKENS	15

/* Several commands may change a file's flags at the same time. */
static DEFINE_MUTEX(trace_mutex);

/* Only the core's own file knows the tokens of its command states. */
static unsigned int trace_nr_tokens(const unsigned long *flags)
{
	return flags == &scst_trace_flags ? ARRAY_SIZE(trace_tokens) :
					    SCST_NR_MODULE_TOKENS;
}

static unsigned long trace_all(const unsigned long *flags)
{
	unsigned int i, n = trace_nr_tokens(flags);
	unsigned long all = 0;

	for (i = 0; i < n; i++)
		all |= trace_tokens[i].bit;
	return all;
}

static int trace_show(struct seq_file *m, void *obj)
{
	const unsigned long *flags = obj;
	unsigned long on = READ_ONCE(*flags);
	unsigned int i, n = trace_nr_tokens(flags);
	const char *sep = "";

	for (i = 0; i < n; i++) {
		if (!(on & trace_tokens[i].bit))
			continue;
		seq_printf(m, "%s%s", sep, trace_tokens[i].name);
		sep = " | ";
	}
	seq_puts(m, *sep ? "\n" : "none\n");
	return 0;
}

static void trace_change(unsigned long *flags, unsigned long clear,
			 unsigned long set)
{
	mutex_lock(&trace_mutex);
	WRITE_ONCE(*flags, (*flags & ~clear) | set);
	mutex_unlock(&trace_mutex);
}

static int trace_find(struct scst_proc_ctx *ctx, const char *word,
		      unsigned long *bit)
{
	unsigned int i, n = trace_nr_tokens(ctx->obj);

	for (i = 0; i < n; i++) {
		if (!strcasecmp(trace_tokens[i].name, word)) {
			*bit = trace_tokens[i].bit;
			return 0;
		}
	}
	return scst_proc_refuse(ctx, -EINVAL, word,
				"no such trace token, the help file lists them");
}

static int trace_run_all(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	trace_change(ctx->obj, ~0UL, trace_all(ctx->obj));
	return 0;
}

static int trace_run_none(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	trace_change(ctx->obj, ~0UL, 0);
	return 0;
}

static int trace_run_default(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	trace_change(ctx->obj, ~0UL, SCST_TRACE_DEFAULT);
	return 0;
}

static int trace_run_value(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	unsigned long all = trace_all(ctx->obj);
	u64 val;

	if (scst_proc_parse_u64(argv[0], all, &val) || (val & ~(u64)all))
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
					"not a sum of trace bits, all of them are 0x%lx",
					all);
	trace_change(ctx->obj, ~0UL, val);
	return 0;
}

static int trace_run_set(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	unsigned long bit;
	int ret = trace_find(ctx, argv[0], &bit);

	if (!ret)
		trace_change(ctx->obj, ~0UL, bit);
	return ret;
}

static int trace_run_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	unsigned long bit;
	int ret = trace_find(ctx, argv[0], &bit);

	if (!ret)
		trace_change(ctx->obj, 0, bit);
	return ret;
}

static int trace_run_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	unsigned long bit;
	int ret = trace_find(ctx, argv[0], &bit);

	if (!ret)
		trace_change(ctx->obj, bit, 0);
	return ret;
}

static const struct scst_proc_cmd trace_cmds[] = {
	{ "all", "", "log all traces", 0, 0, trace_run_all },
	{ "none", "", "log no traces", 0, 0, trace_run_none },
	{ "null", "", "the same", 0, 0, trace_run_none },
	{ "default", "", "log what was logged after loading", 0, 0,
	  trace_run_default },
	{ "value", "N", "log the traces whose bits are in N", 1, 1,
	  trace_run_value },
	{ "set", "TOKEN", "log the traces of TOKEN and no others", 1, 1,
	  trace_run_set },
	{ "add", "TOKEN", "log the traces of TOKEN too", 1, 1, trace_run_add },
	{ "del", "TOKEN", "do not log the traces of TOKEN", 1, 1,
	  trace_run_del },
};

#define SCST_MODULE_TOKENS						\
	"  TOKEN: out_of_mem minor sg mem buff entryexit pid line function\n" \
	"\tdebug special scsi mgmt mgmt_minor mgmt_dbg\n"

const struct scst_proc_desc scst_proc_core_trace = {
	.cmds	= trace_cmds,
	.n_cmds	= ARRAY_SIZE(trace_cmds),
	.nocase	= true,
	.show	= trace_show,
	.notes	= SCST_MODULE_TOKENS
		  "\tretry scsi_serializing recv_bot send_bot recv_top send_top\n",
};

const struct scst_proc_desc scst_proc_module_trace = {
	.cmds	= trace_cmds,
	.n_cmds	= ARRAY_SIZE(trace_cmds),
	.nocase	= true,
	.show	= trace_show,
	.notes	= SCST_MODULE_TOKENS,
};
