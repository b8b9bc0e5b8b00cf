/* SPDX-License-Identifier: GPL-2.0 */
/* Plans carried out. */
#ifndef SCSTADMIN_APPLY_H
#define SCSTADMIN_APPLY_H

#include "plan.h"

struct adm_applied {
	size_t done, failed, skipped;
};

/**
 * adm_plan_apply() - write the commands of a plan
 * @plan: the plan; its steps get their states
 * @diag: gets what failed, and why
 * @result: how many of each
 *
 * A step that fails ends nothing: only what needs its device is left out.
 */
void adm_plan_apply(struct adm_plan *plan, struct adm_diag *diag,
		    struct adm_applied *result);

/**
 * adm_proc_write() - one command to one file
 * @file: below /proc/scsi_tgt, or absolute
 * @command: without the newline
 * @why: gets the reason as the kernel gives it, if it is refused
 *
 * Return: 0 or a negative errno.
 */
int adm_proc_write(const char *file, const char *command, struct adm_text *why);

/* The file that is still open from the last write is closed. */
void adm_proc_close(void);

#endif /* SCSTADMIN_APPLY_H */
