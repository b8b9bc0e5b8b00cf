// SPDX-License-Identifier: GPL-2.0
/* links: src/core/proc_parse.c */
/* Any bytes as a write to a file, with what a command may count on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/types.h>

#include "fuzz.h"
#include "proc_parse.h"

static const char *line_start, *line_end;
static unsigned int runs;

static void check_word(const char *word)
{
	const char *p;

	must(word >= line_start && word < line_end && *word);
	for (p = word; *p; p++)
		must(p < line_end && (u8)*p > ' ' && *p != 0x7f);
}

/* The object is the row; the last word, as a number, decides what happens. */
static int run(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	const struct scst_proc_cmd *c = ctx->obj;
	u64 val = 0;
	int i;

	runs++;
	must(!ctx->why[0] && !ctx->word);
	must(!c || (argc >= c->min_args && argc <= c->max_args));
	for (i = 0; i < argc; i++)
		check_word(argv[i]);
	if (argc && !scst_proc_parse_u64(argv[argc - 1], 1000, &val)) {
		must(val <= 1000);
		if (val % 2)
			return scst_proc_refuse(ctx, -EBUSY, argv[0], "%.20s is odd",
						argv[argc - 1]);
		if (val)
			return -ENOMEM;
	}
	return 0;
}

static const struct scst_proc_cmd verbs[] = {
	{ "add", "A B [C]", "", 2, 3, run },
	{ "del", "A", "", 1, 1, run },
	{ "clear", "", "", 0, 0, run },
	{ "set", "A...", "", 0, SCST_PROC_MAX_ARGS, run },
};

static const struct scst_proc_cmd bare[] = {
	{ NULL, "N", "", 1, 1, run },
};

static const struct scst_proc_desc files[] = {
	{ .cmds = verbs, .n_cmds = ARRAY_SIZE(verbs) },
	{ .cmds = verbs, .n_cmds = ARRAY_SIZE(verbs), .nocase = true },
	{ .cmds = bare, .n_cmds = ARRAY_SIZE(bare) },
	{ .n_cmds = 0 },
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct scst_proc_ctx ctx;
	unsigned int file;
	char *line;
	int ret;

	if (!size)
		return 0;
	file = *data++ % ARRAY_SIZE(files);
	size--;
	line = malloc(size + 1);
	memcpy(line, data, size);
	line[size] = '\0';
	line_start = line;
	line_end = line + size;
	runs = 0;
	memset(&ctx, 0xa5, sizeof(ctx));
	ctx.obj = file == 2 ? (void *)&bare[0] : NULL;

	ret = scst_proc_dispatch(&files[file], &ctx, line, size);
	must(ret <= 0 && runs <= 1);
	must(strnlen(ctx.why, sizeof(ctx.why)) < sizeof(ctx.why));
	must(!ret == !ctx.why[0]);
	must(size <= SCST_PROC_MAX_WRITE || ret == -EOVERFLOW);
	must(ret != -EINVAL || !runs);
	must(ret != -EBUSY || strstr(ctx.why, " is odd"));
	if (ctx.word)
		check_word(ctx.word);
	free(line);
	return 0;
}
