/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands and tables under /proc/scsi_tgt, declared as tables: the rows are
 * the parser, the argument check and the help text at the same time.
 */
#ifndef SCST_PROC_H
#define SCST_PROC_H

#include <linux/types.h>

struct seq_file;

#define SCST_PROC_MAX_WRITE	4096
#define SCST_PROC_MAX_ARGS	16

/**
 * struct scst_proc_ctx - one command while it is carried out
 * @obj: what the file stands for (a group, a handler, ...; NULL for global files)
 * @why: the reason of a refusal, for the log and for last_result; filled with
 *	scst_proc_refuse()
 * @word: the offending word, NULL when the whole command offends
 */
struct scst_proc_ctx {
	void *obj;
	char why[160];
	const char *word;
};

/**
 * struct scst_proc_cmd - one text command of a /proc file
 * @verb: the first word; NULL in the only row of a file that takes bare values
 * @args: the arguments, as printed by the help file
 * @what: one line for the help file
 * @min_args: fewest arguments, the verb not counted
 * @max_args: most arguments
 * @run: carries the command out, all or nothing; process context, may sleep, no
 *	lock held. 0 or -errno, the reason given with scst_proc_refuse()
 */
struct scst_proc_cmd {
	const char *verb;
	const char *args;
	const char *what;
	u8 min_args;
	u8 max_args;
	int (*run)(struct scst_proc_ctx *ctx, int argc, char **argv);
};

/**
 * struct scst_proc_desc - one /proc file
 * @cmds: rows of the commands it takes, NULL when it is read-only
 * @n_cmds: their number
 * @nocase: verbs are matched without regard to case
 * @show: prints the whole table; process context, may sleep. It sees one
 *	consistent state. NULL when the file is write-only
 * @notes: extra text for the help file, or NULL
 */
struct scst_proc_desc {
	const struct scst_proc_cmd *cmds;
	unsigned int n_cmds;
	bool nocase;
	int (*show)(struct seq_file *m, void *obj);
	const char *notes;
};

/**
 * scst_proc_refuse() - say why a command is refused
 * @ctx: the command
 * @err: the errno to return, negative
 * @word: the offending word, a constant or one of run()'s arguments: it is read
 *	after run() has returned; or NULL
 * @fmt: the reason and, where it helps, what to do, in one short line
 *
 * Context: any.
 * Return: @err, so that a command can end with "return scst_proc_refuse(...)".
 */
__printf(4, 5)
int scst_proc_refuse(struct scst_proc_ctx *ctx, int err, const char *word,
		     const char *fmt, ...);

/**
 * scst_proc_parse_u64() - a whole word as a number: decimal, 0x hex or 0 octal
 * @word: the word
 * @max: the largest value allowed
 * @val: filled on success
 *
 * Context: any.
 * Return: 0 or -EINVAL (not a number, trailing garbage, larger than @max).
 */
int scst_proc_parse_u64(const char *word, u64 max, u64 *val);

#endif /* SCST_PROC_H */
