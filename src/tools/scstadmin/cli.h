/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: verbs and options as tables, of which the usage, the help and the
 * completion are made.
 */
#ifndef SCSTADMIN_CLI_H
#define SCSTADMIN_CLI_H

#include "plan.h"

/* How scstadmin ends. */
enum {
	ADM_OK = 0,		/* done, or equal */
	ADM_FAILED = 1,
	ADM_DIFFERENT = 2,
	ADM_PARTLY = 3,
	ADM_USAGE = 64,
	ADM_NO_KERNEL = 69,	/* the core isn't loaded */
	ADM_NOT_ROOT = 77,
};

enum adm_opt {
	ADM_OPT_ALL,
	ADM_OPT_BLOCK_SIZE,
	ADM_OPT_DEVICE,
	ADM_OPT_DRY_RUN,
	ADM_OPT_FLAGS,
	ADM_OPT_FORCE,
	ADM_OPT_FROM,
	ADM_OPT_HANDLER,
	ADM_OPT_JSON,
	ADM_OPT_NAMES,
	ADM_OPT_NO_LOAD,
	ADM_OPT_ONLY,
	ADM_OPT_OUTPUT,
	ADM_OPT_PATH,
	ADM_OPT_PRUNE,
	ADM_OPT_QUIET,
	ADM_OPT_READ_ONLY,
	ADM_OPT_SAVE,
	ADM_OPT_N,
};

#define ADM_BIT(opt)	(1u << ADM_OPT_##opt)

struct adm_option {
	const char *name;
	const char *arg;	/* NULL: takes none */
	const char *help;
};

extern const struct adm_option adm_options[ADM_OPT_N];

struct adm_call {
	const struct adm_verb *verb;
	const char *args[16];
	size_t n_args;
	const char *opt[ADM_OPT_N];	/* NULL: not given; "" without argument */
	struct adm_diag diag;
	bool usage;	/* an error of usage was told */
	const struct adm_config *state;	/* that an edit starts from */
};

struct adm_verb {
	const char *name;	/* one word or two */
	const char *args;	/* as in the usage */
	const char *help;
	size_t min, max;
	unsigned int options;
	bool root;		/* changes something */
	int (*run)(struct adm_call *call);
};

const struct adm_verb *adm_verb_at(size_t place);	/* NULL: no more */

/* What usage and help have of a verb. */
void adm_verb_usage(const struct adm_verb *verb, struct adm_text *text);
int adm_usage_error(struct adm_call *call, const char *fmt, ...) ADM_PRINTF(2, 3);

/* The verb's file: its first argument, or /etc/scst.conf. */
const char *adm_call_file(const struct adm_call *call);

/**
 * adm_legacy() - the command line of 2008 in words of today
 * @argc: number of arguments without the program's name
 * @argv: the arguments
 * @out: gets the arguments, unless an error is told
 * @diag: gets what is wrong
 *
 * Return: whether it is one at all.
 */
bool adm_legacy(int argc, char **argv, struct adm_vec *out, struct adm_diag *diag);

/* ---- verbs ---- */

int adm_run_apply(struct adm_call *call);
int adm_run_check(struct adm_call *call);
int adm_run_paths(struct adm_call *call);
int adm_run_missing(struct adm_call *call);
int adm_run_clear(struct adm_call *call);
int adm_run_diff(struct adm_call *call);
int adm_run_save(struct adm_call *call);
int adm_run_history(struct adm_call *call);
int adm_run_rollback(struct adm_call *call);
int adm_run_show(struct adm_call *call);
int adm_run_sessions(struct adm_call *call);
int adm_run_sgv(struct adm_call *call);
int adm_run_edit(struct adm_call *call);
int adm_run_resync(struct adm_call *call);
int adm_run_import(struct adm_call *call);
int adm_run_doctor(struct adm_call *call);
int adm_run_help(struct adm_call *call);
int adm_run_completion(struct adm_call *call);

/* ---- what they share ---- */

/* Read the present state; @ret is how to end if that fails. */
bool adm_call_state(struct adm_call *call, struct adm_config *state, int *ret);
/* Make a plan, show it, and carry it out unless it is to be shown only. */
int adm_call_plan(struct adm_call *call, const struct adm_config *state,
		  const struct adm_config *want, const struct adm_plan_opts *opts);
/* A plan as JSON, with how its steps ended. */
void adm_report_plan(const struct adm_plan *plan);
/* Write the present state to a file. */
int adm_call_save(struct adm_call *call, const char *path);

/* ---- history ---- */

struct adm_generation {
	unsigned int number;
	const char *note;	/* what made it, and when */
};

/* Oldest first. */
int adm_history_list(struct adm_arena *arena, struct adm_vec *generations);
/* The text of one, malloc'ed; NULL with errno. */
char *adm_history_read(unsigned int number);
/* One more, unless it is as the last one. */
int adm_history_add(const char *text, const char *reason);

#endif /* SCSTADMIN_CLI_H */
