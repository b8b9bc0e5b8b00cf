// SPDX-License-Identifier: GPL-2.0
/* links: src/core/proc_parse.c */
/* What a write to a file under /proc/scsi_tgt may hold, and how it is refused. */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "proc_parse.h"

#define ARG16	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"

static unsigned int runs;
static int last_argc;
static char last_args[8192];
static void *last_obj;

/* Leaves what it was called with, its words joined by "|". */
static int note(const char *what, struct scst_proc_ctx *ctx, int argc,
		char **argv)
{
	int i;

	runs++;
	last_obj = ctx->obj;
	last_argc = argc;
	strcpy(last_args, what);
	for (i = 0; i < argc; i++) {
		strcat(last_args, "|");
		strcat(last_args, argv[i]);
	}
	return 0;
}

static int run_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return note("add", ctx, argc, argv);
}

static int run_clear(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return note("clear", ctx, argc, argv);
}

static int run_many(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return note("many", ctx, argc, argv);
}

static int run_refuse(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return scst_proc_refuse(ctx, -EBUSY, argv[0], "drive %s is locked, %d",
				argv[0], 42);
}

static int run_fail(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return -ENOMEM;
}

static const struct scst_proc_cmd cmds[] = {
	{ "add", "DEV LUN [READ_ONLY]", "map", 2, 3, run_add },
	{ "clear", "", "unmap all", 0, 0, run_clear },
	{ "many", "WORD...", "takes all", 1, SCST_PROC_MAX_ARGS, run_many },
	{ "refuse", "WORD", "refuses", 1, 1, run_refuse },
	{ "fail", "", "fails without a reason", 0, 0, run_fail },
};

static const struct scst_proc_desc desc = {
	.cmds = cmds, .n_cmds = ARRAY_SIZE(cmds),
};

static const struct scst_proc_desc desc_nocase = {
	.cmds = cmds, .n_cmds = ARRAY_SIZE(cmds), .nocase = true,
};

static const struct scst_proc_cmd bare_cmds[] = {
	{ NULL, "NUMBER", "a bare value", 1, 1, run_many },
};

static const struct scst_proc_desc desc_bare = { .cmds = bare_cmds, .n_cmds = 1 };
static const struct scst_proc_desc desc_readonly = { .n_cmds = 0 };

static struct scst_proc_ctx ctx;
static char *line;

/* In memory of exactly the bytes and the NUL, so that a sanitizer sees more. */
static int write_bytes(const struct scst_proc_desc *d, const char *bytes,
		       size_t len)
{
	free(line);
	line = malloc(len + 1);
	memcpy(line, bytes, len);
	line[len] = '\0';
	memset(&ctx, 0x5a, sizeof(ctx));
	ctx.obj = &last_argc;
	runs = 0;
	last_args[0] = '\0';
	return scst_proc_dispatch(d, &ctx, line, len);
}

static int write_line(const struct scst_proc_desc *d, const char *text)
{
	return write_bytes(d, text, strlen(text));
}

#define CHECK_RUNS(d, text, args)					\
do {									\
	CHECK_EQ(write_line(d, text), 0);				\
	CHECK_EQ(runs, 1);						\
	CHECK_STR(last_args, args);					\
} while (0)

#define CHECK_REFUSED(d, text, reason, offender)			\
do {									\
	CHECK_EQ(write_line(d, text), -EINVAL);				\
	CHECK_EQ(runs, 0);						\
	CHECK_STR(ctx.why, reason);					\
	CHECK_STR(ctx.word, offender);					\
} while (0)

static void test_words(void)
{
	CHECK_RUNS(&desc, "add disk1 0", "add|disk1|0");
	CHECK_EQ(last_argc, 2);
	CHECK(last_obj == &last_argc);
	CHECK_RUNS(&desc, "add disk1 0 READ_ONLY", "add|disk1|0|READ_ONLY");
	CHECK_RUNS(&desc, "  add\tdisk1 \t  0\t", "add|disk1|0");
	CHECK_RUNS(&desc, "clear", "clear");
	CHECK_RUNS(&desc, "many " ARG16, "many|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16");
	CHECK_RUNS(&desc, "many h\xc3\xa4user", "many|h\xc3\xa4user");
}

static void test_endings(void)
{
	static const struct {
		const char *bytes;
		size_t len;
	} endings[] = {
		{ "\n", 1 }, { "\0", 1 }, { "\n\0", 2 }, { "\0\n", 2 },
		{ "\n\n", 2 }, { "\0\0\0", 3 }, { "\t\n", 2 }, { "\n \0", 3 },
	};
	char bytes[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(endings); i++) {
		memcpy(bytes, "add d 7", 7);
		memcpy(bytes + 7, endings[i].bytes, endings[i].len);
		CHECK_CASE(!write_bytes(&desc, bytes, 7 + endings[i].len) &&
			   runs == 1 && !strcmp(last_args, "add|d|7"),
			   "ending %u", i);
		/* by itself it is an empty command */
		CHECK_CASE(!write_bytes(&desc, endings[i].bytes,
					endings[i].len) && !runs,
			   "ending %u", i);
	}
}

static void test_empty(void)
{
	CHECK_EQ(write_bytes(&desc, "", 0), 0);
	CHECK_EQ(runs, 0);
	CHECK_EQ(write_line(&desc, " \t  "), 0);
	CHECK_EQ(runs, 0);
	CHECK_EQ(write_line(&desc_bare, "\n"), 0);
	CHECK_EQ(runs, 0);
	CHECK_EQ(write_line(&desc_readonly, "\n"), 0);
}

static void test_control_characters(void)
{
	char bytes[] = "add d 7";
	int c;

	CHECK_EQ(write_bytes(&desc, "add\0d 7", 7), -EINVAL);
	CHECK_EQ(runs, 0);
	CHECK_STR(ctx.why, "control character 0x00 at byte 3, write one command at a time");
	CHECK(!ctx.word);
	CHECK_EQ(write_line(&desc, "add d 7\nclear"), -EINVAL);
	CHECK_EQ(runs, 0);
	CHECK_STR(ctx.why, "control character 0x0a at byte 7, write one command at a time");

	for (c = 1; c < 256; c++) {
		bool bad = (c < 32 && c != '\t') || c == 127;

		bytes[4] = c;
		CHECK_CASE(!bad || (write_line(&desc, bytes) == -EINVAL && !runs),
			   "character %d", c);
		CHECK_CASE(bad || c == ' ' || c == '\t' ||
			   (!write_line(&desc, bytes) && runs == 1),
			   "character %d", c);
	}
}

static void test_unknown_verb(void)
{
	CHECK_REFUSED(&desc, "ad d 0",
		      "unknown command, known: add, clear, many, refuse, fail",
		      "ad");
	CHECK_REFUSED(&desc, "adda d 0",
		      "unknown command, known: add, clear, many, refuse, fail",
		      "adda");
	CHECK_REFUSED(&desc_readonly, "add d 0", "this file takes no commands",
		      "add");
}

static void test_case(void)
{
	CHECK_RUNS(&desc_nocase, "ADD d 0", "add|d|0");
	CHECK_RUNS(&desc_nocase, "Clear", "clear");
	/* only the verb */
	CHECK_RUNS(&desc_nocase, "aDD D read_only", "add|D|read_only");
	CHECK_REFUSED(&desc, "ADD d 0",
		      "unknown command, known: add, clear, many, refuse, fail",
		      "ADD");
}

static void test_argument_counts(void)
{
	CHECK_REFUSED(&desc, "add",
		      "too few arguments, usage: add DEV LUN [READ_ONLY]",
		      "(null)");
	CHECK_REFUSED(&desc, "add d",
		      "too few arguments, usage: add DEV LUN [READ_ONLY]",
		      "(null)");
	CHECK_REFUSED(&desc, "add d 0 READ_ONLY junk more",
		      "too many arguments, usage: add DEV LUN [READ_ONLY]",
		      "junk");
	CHECK_REFUSED(&desc, "clear all", "too many arguments, usage: clear",
		      "all");
	CHECK_REFUSED(&desc, "many " ARG16 " word17 word18",
		      "too many arguments, usage: many WORD...", "word17");
	CHECK_REFUSED(&desc, "clear " ARG16 " word17",
		      "too many arguments, usage: clear", "1");
}

static void test_bare_value(void)
{
	CHECK_RUNS(&desc_bare, "12\n", "many|12");
	CHECK_RUNS(&desc_bare, " add ", "many|add");
	CHECK_REFUSED(&desc_bare, "12 13",
		      "too many arguments, usage: NUMBER", "13");
	CHECK_REFUSED(&desc_bare, "0 " ARG16 " x",
		      "too many arguments, usage: NUMBER", "1");
}

static void test_failing_command(void)
{
	CHECK_EQ(write_line(&desc, "refuse cd0"), -EBUSY);
	CHECK_STR(ctx.why, "drive cd0 is locked, 42");
	CHECK_STR(ctx.word, "cd0");
	CHECK_EQ(write_line(&desc, "fail"), -ENOMEM);
	CHECK_STR(ctx.why, "failed with error -12");
	CHECK(!ctx.word);
	/* nothing is left of it */
	CHECK_EQ(write_line(&desc, "clear"), 0);
	CHECK_STR(ctx.why, "");
	CHECK(!ctx.word);
}

static void test_long_lines(void)
{
	static char bytes[SCST_PROC_MAX_WRITE + 2];

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "many ", 5);
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE), 0);
	CHECK_EQ(strlen(last_args), SCST_PROC_MAX_WRITE);
	bytes[SCST_PROC_MAX_WRITE - 1] = '\n';
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE), 0);
	CHECK_EQ(strlen(last_args), SCST_PROC_MAX_WRITE - 1);
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE + 1), -EOVERFLOW);
	CHECK_STR(ctx.why, "longer than 4096 bytes");

	memset(bytes, ' ', sizeof(bytes));
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE), 0);
	memset(bytes, 0, sizeof(bytes));
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE), 0);

	/* 2048 words */
	for (size_t i = 0; i < SCST_PROC_MAX_WRITE; i++)
		bytes[i] = i % 2 ? ' ' : 'a';
	CHECK_EQ(write_bytes(&desc, bytes, SCST_PROC_MAX_WRITE), -EINVAL);
	CHECK_STR(ctx.word, "a");
}

/* A reason is cut rather than written past its end, and verbs stay whole. */
static void test_long_reasons(void)
{
	static struct scst_proc_cmd rows[40];
	static const struct scst_proc_desc d = { .cmds = rows, .n_cmds = 40 };
	char long_word[600];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i] = (struct scst_proc_cmd){ "command", "", "", 0, 0, run_clear };
	CHECK_EQ(write_line(&d, "x"), -EINVAL);
	CHECK(strlen(ctx.why) < sizeof(ctx.why));
	CHECK(strlen(ctx.why) > sizeof(ctx.why) - 40);
	CHECK_STR(ctx.why + strlen(ctx.why) - 12, "command, ...");

	memset(long_word, 'w', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	CHECK_EQ(scst_proc_refuse(&ctx, -EINVAL, long_word, "no %s", long_word),
		 -EINVAL);
	CHECK_EQ(strlen(ctx.why), sizeof(ctx.why) - 1);
	CHECK(ctx.word == long_word);

	/* one verb that fits only just, or just not */
	for (i = 100; i < 160; i++) {
		long_word[i] = '\0';
		rows[0].verb = long_word;
		CHECK_EQ(write_line(&d, "x"), -EINVAL);
		CHECK(strlen(ctx.why) < sizeof(ctx.why));
		long_word[i] = 'w';
	}
}

static void test_numbers(void)
{
	static const struct {
		const char *word;
		u64 max, val;
		bool good;
	} cases[] = {
		{ "0", 10, 0, true }, { "10", 10, 10, true },
		{ "11", 10, 0, false }, { "0x1F", 100, 31, true },
		{ "0X1f", 100, 31, true }, { "017", 100, 15, true },
		{ "00", 100, 0, true }, { "0", 0, 0, true },
		{ "1", 0, 0, false }, { "08", 100, 0, false },
		{ "", 100, 0, false }, { "0x", 100, 0, false },
		{ "x", 100, 0, false }, { "12a", 100, 0, false },
		{ "1f", 100, 0, false }, { "0x1g", 100, 0, false },
		{ "-1", ~0ULL, 0, false }, { "+1", 100, 0, false },
		{ " 1", 100, 0, false }, { "1 ", 100, 0, false },
		{ "1\n", 100, 0, false }, { "0x 1", 100, 0, false },
		{ "18446744073709551615", ~0ULL, ~0ULL, true },
		{ "18446744073709551616", ~0ULL, 0, false },
		{ "184467440737095516150", ~0ULL, 0, false },
		{ "0xffffffffffffffff", ~0ULL, ~0ULL, true },
		{ "0x10000000000000000", ~0ULL, 0, false },
		{ "01777777777777777777777", ~0ULL, ~0ULL, true },
		{ "02000000000000000000000", ~0ULL, 0, false },
		{ "16383", 16383, 16383, true }, { "16384", 16383, 0, false },
		{ "00000000000000000000000000000012", 10, 10, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 val = 4711;
		int ret = scst_proc_parse_u64(cases[i].word, cases[i].max, &val);

		CHECK_CASE(!ret == cases[i].good, "\"%s\"", cases[i].word);
		CHECK_CASE(!ret || ret == -EINVAL, "\"%s\"", cases[i].word);
		if (cases[i].good)
			CHECK_CASE(val == cases[i].val, "\"%s\"", cases[i].word);
		else
			CHECK_CASE(val == 4711, "\"%s\"", cases[i].word);
	}
}

static const struct unit_test tests[] = {
	{ "words", test_words },
	{ "endings", test_endings },
	{ "empty", test_empty },
	{ "control_characters", test_control_characters },
	{ "unknown_verb", test_unknown_verb },
	{ "case", test_case },
	{ "argument_counts", test_argument_counts },
	{ "bare_value", test_bare_value },
	{ "failing_command", test_failing_command },
	{ "long_lines", test_long_lines },
	{ "long_reasons", test_long_reasons },
	{ "numbers", test_numbers },
};

int main(void)
{
	int status = unit_run("proc_parse", tests, ARRAY_SIZE(tests));

	free(line);
	return status;
}
