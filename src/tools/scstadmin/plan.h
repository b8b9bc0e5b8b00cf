/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From what there is to what is wanted: commands in an order in which each of them
 * is possible. Nothing here writes anything.
 */
#ifndef SCSTADMIN_PLAN_H
#define SCSTADMIN_PLAN_H

#include "model.h"

enum adm_step_state {
	ADM_STEP_PLANNED,
	ADM_STEP_DONE,
	ADM_STEP_FAILED,		/* and @why says why */
	ADM_STEP_SKIPPED,	/* since a device isn't there */
};

struct adm_step {
	char sign;		/* + - ~ or ! for what no command can do */
	const char *what;	/* for people */
	const char *touches;	/* sessions that notice; NULL: none */
	const char *file;	/* below /proc/scsi_tgt, or absolute; NULL: none */
	const char *command;
	const char *undo;	/* if it fails, makes what was there before */
	const char *device;	/* that it is about, or needs; NULL: none */
	const char *kind, *name;	/* the object that it is for */
	const char *needs_path;	/* must exist before the command is written */
	const char *leaves;	/* a device that the step gets rid of */
	bool makes;		/* without it there is no such device */
	bool again;		/* only since the device was closed meanwhile */
	enum adm_step_state state;
	const char *why;
};

struct adm_plan {
	struct adm_arena arena;
	struct adm_vec steps;	/* struct adm_step */
	size_t wanted;		/* things that the wanted configuration has */
};

struct adm_plan_opts {
	bool prune;		/* remove what isn't wanted */
	const char *only;	/* KIND:NAME, or NAME; NULL: everything */
};

/**
 * adm_plan_make() - the difference of two configurations
 * @plan: gets the steps
 * @have: the present state, with its sessions
 * @want: the wanted one
 * @opts: how far to go
 */
void adm_plan_make(struct adm_plan *plan, const struct adm_config *have,
		   const struct adm_config *want, const struct adm_plan_opts *opts);
void adm_plan_free(struct adm_plan *plan);

/* One line a step. */
void adm_plan_print(const struct adm_plan *plan, struct adm_text *text);

/* What there will be: @have with what @want changes, or without what it lacks. */
void adm_goal_make(struct adm_config *goal, const struct adm_config *have,
		   const struct adm_config *want, bool prune);

/* Are both values of a parameter the same? */
bool adm_param_same(const char *have, const char *want);

#endif /* SCSTADMIN_PLAN_H */
