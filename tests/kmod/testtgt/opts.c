// SPDX-License-Identifier: GPL-2.0
/* Words of a command, by tables. */
#include <linux/string.h>

#include "testtgt.h"

struct tt_word {
	const char *word;
	u32 value;
};

static const struct tt_word contexts[] = {
	{ "direct", SCST_CONTEXT_DIRECT },
	{ "block", SCST_CONTEXT_BLOCK },
	{ "atomic", SCST_CONTEXT_DIRECT_ATOMIC },
	{ "tasklet", SCST_CONTEXT_TASKLET },
	{ "thread", SCST_CONTEXT_THREAD },
	{ "same", SCST_CONTEXT_SAME },
	{ }
};

static const struct tt_word attrs[] = {
	{ "simple", SCST_CMD_QUEUE_SIMPLE },
	{ "untagged", SCST_CMD_QUEUE_UNTAGGED },
	{ "ordered", SCST_CMD_QUEUE_ORDERED },
	{ "hoq", SCST_CMD_QUEUE_HEAD_OF_QUEUE },
	{ "aca", SCST_CMD_QUEUE_ACA },
	{ }
};

static const struct tt_word rx_statuses[] = {
	{ "success", SCST_RX_STATUS_SUCCESS + 1 },
	{ "error", SCST_RX_STATUS_ERROR + 1 },
	{ "sense", SCST_RX_STATUS_ERROR_SENSE_SET + 1 },
	{ "fatal", SCST_RX_STATUS_ERROR_FATAL + 1 },
	{ "hold", TT_HOLD },
	{ }
};

static const struct tt_word preprocess_statuses[] = {
	{ "success", SCST_PREPROCESS_STATUS_SUCCESS + 1 },
	{ "error", SCST_PREPROCESS_STATUS_ERROR + 1 },
	{ "sense", SCST_PREPROCESS_STATUS_ERROR_SENSE_SET + 1 },
	{ "fatal", SCST_PREPROCESS_STATUS_ERROR_FATAL + 1 },
	{ "thread", SCST_PREPROCESS_STATUS_NEED_THREAD + 1 },
	{ "hold", TT_HOLD },
	{ }
};

static const struct tt_word allocs[] = {
	{ "core", TT_ALLOC_CORE },
	{ "own", TT_ALLOC_OWN },
	{ "fail", TT_ALLOC_FAIL },
	{ "thread", TT_ALLOC_THREAD },
	{ }
};

static const struct tt_word holds[] = {
	{ "hold", TT_HOLD },
	{ }
};

/* An option is KEY, KEY=NUMBER or KEY=WORD; what it sets is a u32. */
static const struct tt_opt {
	const char *key;
	size_t offset;
	const struct tt_word *words;
	u32 max;		/* 0: no value */
	u32 add;
} opts[] = {
#define TT_OPT(f)	offsetof(struct tt_opts, f)
	{ "in", TT_OPT(in), NULL, TT_MAX_DATA },
	{ "out", TT_OPT(out), NULL, TT_MAX_DATA },
	{ "noexpect", TT_OPT(noexpect) },
	{ "show", TT_OPT(show) },
	{ "segments", TT_OPT(segments) },
	{ "cdb", TT_OPT(cdb), NULL, TT_MAX_CDB },
	{ "v", TT_OPT(verbose) },
	{ "core", TT_OPT(core_mem) },
	{ "lie", TT_OPT(lie) },
	{ "lend", TT_OPT(lend) },
	{ "back", TT_OPT(back), contexts, .add = 1 },
	{ "rx", TT_OPT(rx), rx_statuses },
	{ "rdy_full", TT_OPT(rdy_full), NULL, 100 },
	{ "rdy_thread", TT_OPT(rdy_thread) },
	{ "rdy_fail", TT_OPT(rdy_fail) },
	{ "xmit", TT_OPT(xmit), holds },
	{ "xmit_full", TT_OPT(xmit_full), NULL, 100 },
	{ "xmit_thread", TT_OPT(xmit_thread) },
	{ "xmit_fail", TT_OPT(xmit_fail) },
	{ "undelivered", TT_OPT(undelivered) },
	{ "pre", TT_OPT(pre), preprocess_statuses },
	{ "two", TT_OPT(two), preprocess_statuses },
	{ "alloc", TT_OPT(alloc), allocs },
	{ "park", TT_OPT(park) },
	{ "pass", TT_OPT(pass) },
	{ "exec_thread", TT_OPT(exec_thread) },
	{ "resp", TT_OPT(resp), NULL, TT_MAX_DATA, 1 },
#undef TT_OPT
};

static int parse_word(struct scst_proc_ctx *ctx, const struct tt_word *words,
		      const char *word, u32 *value)
{
	for (; words->word; words++) {
		if (!strcmp(words->word, word)) {
			*value = words->value;
			return 0;
		}
	}
	return scst_proc_refuse(ctx, -EINVAL, word, "no such word");
}

int tt_parse_context(struct scst_proc_ctx *ctx, const char *word, u32 *context)
{
	return parse_word(ctx, contexts, word, context);
}

int tt_parse_attr(struct scst_proc_ctx *ctx, const char *word, u32 *attr)
{
	return parse_word(ctx, attrs, word, attr);
}

/* enum scst_rx_status + 1, or TT_HOLD */
int tt_parse_rx(struct scst_proc_ctx *ctx, const char *word, u32 *status)
{
	return parse_word(ctx, rx_statuses, word, status);
}

/* enum scst_preprocess_status + 1, or TT_HOLD */
int tt_parse_preprocess(struct scst_proc_ctx *ctx, const char *word, u32 *status)
{
	return parse_word(ctx, preprocess_statuses, word, status);
}

int tt_parse_num(struct scst_proc_ctx *ctx, const char *word, u64 max, u64 *val)
{
	if (scst_proc_parse_u64(word, max, val))
		return scst_proc_refuse(ctx, -EINVAL, word,
					"not a number up to %llu", max);
	return 0;
}

int tt_parse_hex(struct scst_proc_ctx *ctx, const char *word, u8 *buf,
		 size_t max, u32 *len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i, n = strlen(word);

	if (n & 1 || n / 2 > max || strspn(word, digits) != n)
		return scst_proc_refuse(ctx, -EINVAL, word,
					"not up to %zu bytes in hex", max);
	for (i = 0; i < n; i += 2)
		buf[i / 2] = (strchr(digits, word[i]) - digits) << 4 |
			     (strchr(digits, word[i + 1]) - digits);
	*len = n / 2;
	return 0;
}

static int opt_set(struct scst_proc_ctx *ctx, const struct tt_opt *opt,
		   const char *word, const char *value, struct tt_opts *o)
{
	u32 *field = (void *)o + opt->offset;
	u64 num = 1;
	int ret = 0;

	if (!opt->words && !opt->max)
		ret = value ? scst_proc_refuse(ctx, -EINVAL, word,
					       "takes no value") : 0;
	else if (!value)
		ret = scst_proc_refuse(ctx, -EINVAL, word, "needs a value");
	else if (opt->words)
		ret = parse_word(ctx, opt->words, value, field);
	else
		ret = tt_parse_num(ctx, value, opt->max, &num);
	if (ret)
		return ret;
	*field = (opt->words ? *field : (u32)num) + opt->add;
	return 0;
}

static int opt_parse(struct scst_proc_ctx *ctx, const char *word,
		     struct tt_opts *o)
{
	const char *value = strchr(word, '=');
	size_t len = value ? (size_t)(value - word) : strlen(word);
	unsigned int i;

	if (!strncmp(word, "data=", 5))
		return tt_parse_hex(ctx, word + 5, o->data, sizeof(o->data),
				    &o->data_len);
	for (i = 0; i < ARRAY_SIZE(opts); i++)
		if (strlen(opts[i].key) == len &&
		    !strncmp(opts[i].key, word, len))
			return opt_set(ctx, &opts[i], word,
				       value ? value + 1 : NULL, o);
	return scst_proc_refuse(ctx, -EINVAL, word, "no such option");
}

int tt_opts_parse(struct scst_proc_ctx *ctx, int argc, char **argv,
		  struct tt_opts *o)
{
	int i, ret;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < argc; i++) {
		ret = opt_parse(ctx, argv[i], o);
		if (ret)
			return ret;
	}
	return 0;
}
