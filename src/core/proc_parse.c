// SPDX-License-Identifier: GPL-2.0
/* From the bytes of one write() to one command. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "proc_parse.h"

/* A verb and the most arguments that any command may have. */
#define SCST_PROC_MAX_WORDS	(1 + SCST_PROC_MAX_ARGS)

/**
 * struct proc_words - a line, split at its blanks
 * @argc: number of words in @argv
 * @argv: the words
 * @extra: the first word for which @argv had no room, or NULL
 */
struct proc_words {
	int argc;
	char *argv[SCST_PROC_MAX_WORDS];
	char *extra;
};

int scst_proc_refuse(struct scst_proc_ctx *ctx, int err, const char *word,
		     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ctx->why, sizeof(ctx->why), fmt, args);
	va_end(args);
	ctx->word = word;
	return err;
}
SCST_EXPORT(scst_proc_refuse);

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return INT_MAX;
}

int scst_proc_parse_u64(const char *word, u64 max, u64 *val)
{
	unsigned int base = 10;
	u64 v = 0;

	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		base = 16;
		word += 2;
	} else if (word[0] == '0') {
		base = 8;
	}
	if (!*word)
		return -EINVAL;

	for (; *word; word++) {
		unsigned int digit = digit_value(*word);

		if (digit >= base || check_mul_overflow(v, (u64)base, &v) ||
		    check_add_overflow(v, (u64)digit, &v))
			return -EINVAL;
	}
	if (v > max)
		return -EINVAL;
	*val = v;
	return 0;
}
SCST_EXPORT(scst_proc_parse_u64);

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Existing tools end a command with "\n", with a NUL, or with both. */
static bool is_ending(char c)
{
	return !c || c == '\n' || is_blank(c);
}

static size_t line_trim(char *line, size_t len)
{
	while (len && is_ending(line[len - 1]))
		len--;
	line[len] = '\0';
	return len;
}

static int line_check(struct scst_proc_ctx *ctx, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = line[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return scst_proc_refuse(ctx, -EINVAL, NULL,
				"control character 0x%02x at byte %zu, write one command at a time",
				c, i);
	}
	return 0;
}

static void line_split(char *line, struct proc_words *w)
{
	w->argc = 0;
	w->extra = NULL;
	while (*line) {
		if (is_blank(*line)) {
			*line++ = '\0';
			continue;
		}
		if (w->argc == SCST_PROC_MAX_WORDS) {
			w->extra = line;
			line[strcspn(line, " \t")] = '\0';
			return;
		}
		w->argv[w->argc++] = line;
		line += strcspn(line, " \t");
	}
}

static const struct scst_proc_cmd *
cmd_find(const struct scst_proc_desc *d, const char *verb)
{
	unsigned int i;

	for (i = 0; i < d->n_cmds; i++) {
		const char *known = d->cmds[i].verb;

		if (!known)
			return &d->cmds[i];
		if (d->nocase ? !strcasecmp(known, verb) : !strcmp(known, verb))
			return &d->cmds[i];
	}
	return NULL;
}

/* Only whole verbs: half a word in a message is worse than none. */
static void verbs_list(const struct scst_proc_desc *d, char *buf, size_t size)
{
	size_t len = 0;
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < d->n_cmds; i++) {
		size_t need = strlen(d->cmds[i].verb) + (i ? 2 : 0);

		if (len + need + sizeof(", ...") > size) {
			strscpy(buf + len, ", ...", size - len);
			return;
		}
		len += scnprintf(buf + len, size - len, "%s%s", i ? ", " : "",
				 d->cmds[i].verb);
	}
}

static int refuse_verb(const struct scst_proc_desc *d,
		       struct scst_proc_ctx *ctx, const char *verb)
{
	char known[sizeof(ctx->why) - 32];

	if (!d->n_cmds)
		return scst_proc_refuse(ctx, -EINVAL, verb,
					"this file takes no commands");
	verbs_list(d, known, sizeof(known));
	return scst_proc_refuse(ctx, -EINVAL, verb,
				"unknown command, known: %s", known);
}

static int refuse_count(const struct scst_proc_cmd *c,
			struct scst_proc_ctx *ctx, const char *extra)
{
	return scst_proc_refuse(ctx, -EINVAL, extra,
				"too %s arguments, usage: %s%s%s",
				extra ? "many" : "few", c->verb ?: "",
				c->verb && *c->args ? " " : "", c->args);
}

static int cmd_run(const struct scst_proc_cmd *c, struct scst_proc_ctx *ctx,
		   struct proc_words *w)
{
	int skip = c->verb ? 1 : 0;
	int argc = w->argc - skip;
	char **argv = w->argv + skip;
	int ret;

	if (argc < c->min_args)
		return refuse_count(c, ctx, NULL);
	if (argc > c->max_args)
		return refuse_count(c, ctx, argv[c->max_args]);
	if (w->extra)
		return refuse_count(c, ctx, w->extra);

	ret = c->run(ctx, argc, argv);
	if (ret < 0 && !ctx->why[0])
		scst_proc_refuse(ctx, ret, NULL, "failed with error %d", ret);
	return ret;
}

int scst_proc_dispatch(const struct scst_proc_desc *d, struct scst_proc_ctx *ctx,
		       char *line, size_t len)
{
	const struct scst_proc_cmd *c;
	struct proc_words w;
	int ret;

	ctx->why[0] = '\0';
	ctx->word = NULL;
	if (len > SCST_PROC_MAX_WRITE)
		return scst_proc_refuse(ctx, -EOVERFLOW, NULL,
					"longer than %d bytes", SCST_PROC_MAX_WRITE);

	len = line_trim(line, len);
	ret = line_check(ctx, line, len);
	if (ret)
		return ret;
	line_split(line, &w);
	if (!w.argc)
		return 0;

	c = cmd_find(d, w.argv[0]);
	if (!c)
		return refuse_verb(d, ctx, w.argv[0]);
	return cmd_run(c, ctx, &w);
}
