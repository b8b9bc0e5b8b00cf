// SPDX-License-Identifier: GPL-2.0
/* The command line: rows of a table, which --help prints as well. */
#include <getopt.h>
#include <stdarg.h>

#include "fileio_tgt.h"
#include "options.h"

#define MAX_THREADS	256

#ifdef SCST_TOOLS_DEBUG
#define OPT_DEBUG	true
#else
#define OPT_DEBUG	false
#endif

struct word {
	const char *text;
	int value;
};

static const struct word parse_words[] = {
	{ "std", SCST_USER_PARSE_STANDARD },
	{ "call", SCST_USER_PARSE_CALL },
	{ "excpt", SCST_USER_PARSE_EXCEPTION },
	{ NULL },
};

static const struct word on_free_words[] = {
	{ "ignore", SCST_USER_ON_FREE_CMD_IGNORE },
	{ "call", SCST_USER_ON_FREE_CMD_CALL },
	{ NULL },
};

static const struct word mem_reuse_words[] = {
	{ "all", SCST_USER_MEM_REUSE_ALL },
	{ "read", SCST_USER_MEM_REUSE_READ },
	{ "write", SCST_USER_MEM_REUSE_WRITE },
	{ "none", SCST_USER_MEM_NO_REUSE },
	{ NULL },
};

static const struct word trace_words[] = {
	{ "all", (int)~0U },
	{ "debug", SCST_TRACE_DEBUG },
	{ "minor", SCST_TRACE_MINOR },
	{ "mgmt", SCST_TRACE_MGMT | SCST_TRACE_MGMT_MINOR | SCST_TRACE_MGMT_DEBUG },
	{ "function", SCST_TRACE_FUNCTION },
	{ "line", SCST_TRACE_LINE },
	{ "pid", SCST_TRACE_PID },
	{ NULL },
};

/* Options without a letter. */
enum {
	OPT_CDROM = 256,
	OPT_BATCH,
};

static const struct row {
	int key;
	const char *name;
	const char *arg;
	const char *what;
	bool debug;
} rows[] = {
	{ 'b', "block", "SIZE",
	  "block size: 512, 1024, 2048 or 4096 (the device's, or 512)" },
	{ 'e', "threads", "N",
	  "threads for each device (2)" },
	{ 't', "write_through", NULL,
	  "each write is on stable storage before it ends" },
	{ 'r', "read_only", NULL,
	  "initiators can't write" },
	{ 'o', "direct", NULL,
	  "O_DIRECT: past the page cache" },
	{ 'n', "nullio", NULL,
	  "no I/O: data are thrown away, reads give zeros; PATH (or -) only gives the size" },
	{ 'c', "nv_cache", NULL,
	  "SYNCHRONIZE CACHE and FUA do nothing: data are lost with the power" },
	{ 'p', "parse", "std|call|excpt",
	  "who finds out lengths: the kernel, this program, it for unknown ones (std)" },
	{ 'f', "on_free", "ignore|call",
	  "hear of the end of each command (ignore)" },
	{ 'm', "mem_reuse", "all|read|write|none",
	  "of which commands the kernel keeps buffers (all)" },
	{ 'l', "non_blocking", NULL,
	  "wait for commands in poll(), not in the system call" },
	{ OPT_BATCH, "batch", "N",
	  "commands that a system call brings at most, 1 to 64 (16)" },
	{ OPT_CDROM, "cdrom", NULL,
	  "CD-ROM drives with PATH as the disc" },
	{ 'd', "debug", "WORD[,WORD...]",
	  "log: all debug minor mgmt, and with each line: function line pid",
	  true },
	{ 'v', "version", NULL,
	  "print the version and end" },
	{ 'h', "help", NULL,
	  "print this and end" },
};

__printf(1, 2)
static void __attribute__((noreturn)) usage_error(const char *fmt, ...)
{
	va_list args;

	fputs("fileio_tgt: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("\nfileio_tgt --help lists the options\n", stderr);
	exit(2);
}

static bool is_there(const struct row *row)
{
	return OPT_DEBUG || !row->debug;
}

static void help(void)
{
	const struct row *row;
	char text[64], letter[8];

	puts("usage: fileio_tgt [OPTION...] NAME PATH [NAME PATH]...\n\n"
	     "Files and block devices as SCSI disks, in user space: each NAME is a device of SCST,\n"
	     "with the blocks of the file or block device PATH. Ends, and removes them, with SIGTERM.\n");
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (!is_there(row))
			continue;
		snprintf(letter, sizeof(letter), row->key < 256 ? "-%c," : "   ", row->key);
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->arg ? "=" : "",
			 row->arg ? row->arg : "");
		printf("  %s %-31s %s\n", letter, text, row->what);
	}
	printf("\nDirect I/O goes through %s.\n", fileio_has_uring ? "io_uring" :
	       "threads: io_uring was not there when this program was built");
	exit(0);
}

static void version(void)
{
	puts("fileio_tgt " SCST_VERSION_STRING);
	exit(0);
}

static int word_value(const struct word *words, const char *text, const char *option)
{
	const struct word *w;
	char all[64] = "";

	for (w = words; w->text; w++) {
		if (!strcmp(w->text, text))
			return w->value;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), " %s", w->text);
	}
	usage_error("--%s %s: no such word: choose one of%s", option, text, all);
}

static unsigned int take_number(const char *text, unsigned int most, const char *option)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || !*text || *text == '-' || !value || value > most)
		usage_error("--%s %s: give a number from 1 to %u", option, text, most);
	return value;
}

static void set_block(struct options *o, const char *text)
{
	o->block = take_number(text, VDISK_MAX_BLOCK, "block");
	if (!is_power_of_2(o->block) || o->block < VDISK_MIN_BLOCK)
		usage_error("--block %s: give 512, 1024, 2048 or 4096", text);
}

static void set_trace(struct options *o, char *text)
{
	char *word;

	for (word = strtok(text, ","); word; word = strtok(NULL, ","))
		o->trace |= (unsigned int)word_value(trace_words, word, "debug");
}

static void apply(struct options *o, int key, char *arg)
{
	switch (key) {
	case 'b':
		return set_block(o, arg);
	case 'e':
		o->threads = take_number(arg, MAX_THREADS, "threads");
		return;
	case 't':
		o->flags |= VDISK_F_WRITE_THROUGH;
		return;
	case 'r':
		o->flags |= VDISK_F_READ_ONLY;
		return;
	case 'o':
		o->flags |= VDISK_F_O_DIRECT;
		return;
	case 'n':
		o->flags |= VDISK_F_NULLIO;
		return;
	case 'c':
		o->flags |= VDISK_F_NV_CACHE;
		return;
	case 'p':
		o->parse = word_value(parse_words, arg, "parse");
		return;
	case 'f':
		o->on_free = word_value(on_free_words, arg, "on_free");
		return;
	case 'm':
		o->mem_reuse = word_value(mem_reuse_words, arg, "mem_reuse");
		return;
	case 'l':
		o->non_blocking = true;
		return;
	case OPT_BATCH:
		o->batch = take_number(arg, SCSTU_MAX_BATCH, "batch");
		return;
	case OPT_CDROM:
		o->cdrom = true;
		return;
	case 'd':
		return set_trace(o, arg);
	case 'v':
		return version();
	case 'h':
		return help();
	}
}

/* What getopt_long() wants to know. */
static void make_tables(struct option *longs, char *shorts)
{
	const struct row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (!is_there(row))
			continue;
		*longs++ = (struct option){
			.name = row->name,
			.has_arg = row->arg ? required_argument : no_argument,
			.val = row->key,
		};
		if (row->key < 256) {
			*shorts++ = row->key;
			if (row->arg)
				*shorts++ = ':';
		}
	}
}

static void check(const struct options *o)
{
	if (!o->n_devices)
		usage_error("no device: give its NAME and the PATH of its file");
	if (o->n_devices % 2)
		usage_error("%s: a name without a path: give NAME PATH for each device",
			    o->devices[o->n_devices - 1]);
	if (o->flags & VDISK_F_NULLIO && o->flags & VDISK_F_O_DIRECT)
		usage_error("--nullio and --direct exclude each other: leave one out");
	if (o->cdrom && (o->flags || o->block))
		usage_error("--cdrom goes with none of --block, --write_through, --read_only, --direct, --nullio, --nv_cache: a disc is read, in blocks of 2048 bytes");
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(rows) + 1] = { };
	char shorts[2 * ARRAY_SIZE(rows) + 1] = "";
	int key;

	make_tables(longs, shorts);
	*o = (struct options){
		.threads = 2,
		.parse = SCST_USER_PARSE_STANDARD,
		.on_free = SCST_USER_ON_FREE_CMD_IGNORE,
		.mem_reuse = SCST_USER_MEM_REUSE_ALL,
	};
	while ((key = getopt_long(argc, argv, shorts, longs, NULL)) >= 0) {
		if (key == '?')		/* it has said what is wrong */
			exit(2);
		apply(o, key, optarg);
	}
	o->devices = argv + optind;
	o->n_devices = argc - optind;
	check(o);
	o->n_devices /= 2;
}
