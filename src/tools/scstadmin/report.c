// SPDX-License-Identifier: GPL-2.0
/* Plans for programs, and what a file has and the present state lacks. */
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "cli.h"
#include "files.h"
#include "state.h"
#include "view.h"

static const char *const step_states[] = {
	[ADM_STEP_PLANNED] = "planned",
	[ADM_STEP_DONE] = "done",
	[ADM_STEP_FAILED] = "failed",
	[ADM_STEP_SKIPPED] = "skipped",
};

static const char *step_action(char sign)
{
	return sign == '+' ? "add" : sign == '-' ? "remove" :
	       sign == '~' ? "change" : "impossible";
}

static struct json_object *step_row(const struct adm_step *s)
{
	struct json_object *row = json_object_new_object();

	adm_row_str(row, "action", step_action(s->sign));
	adm_row_str(row, "what", s->what);
	adm_row_str(row, "kind", s->kind);
	adm_row_str(row, "name", s->name);
	adm_row_str(row, "sessions", s->touches);
	adm_row_str(row, "state", step_states[s->state]);
	adm_row_str(row, "why", s->why);
	return row;
}

void adm_report_plan(const struct adm_plan *plan)
{
	struct json_object *rows = json_object_new_array();
	const struct adm_step *s;
	size_t i;

	adm_vec_for_each(&plan->steps, i, s)
		json_object_array_add(rows, step_row(s));
	adm_json_print(rows);
	json_object_put(rows);
}

/* ---- missing ---- */

static void print_missing(const struct adm_device *dev)
{
	if (dev->handler->kind == ADM_EXTERNAL)
		printf("%s: its program has not made it\n", dev->name);
	else if (dev->handler->kind == ADM_REAL)
		printf("%s: there is no such real device\n", dev->name);
	else if (dev->path && !adm_file_exists(dev->path))
		printf("%s: %s isn't there\n", dev->name, dev->path);
	else
		printf("%s: %s was refused when the file was applied\n", dev->name,
		       dev->path ? dev->path : "it");
}

int adm_run_missing(struct adm_call *call)
{
	struct adm_config want = { .threads = 0 }, state = { .threads = 0 };
	const struct adm_device *dev;
	int ret = ADM_FAILED;
	size_t i;

	if (!adm_file_parse(&want, adm_call_file(call), &call->diag) ||
	    !adm_call_state(call, &state, &ret))
		goto out;
	ret = ADM_OK;
	adm_vec_for_each(&want.devices, i, dev) {
		if (adm_device_find(&state, dev->name))
			continue;
		ret = ADM_DIFFERENT;
		if (call->opt[ADM_OPT_NAMES])
			puts(dev->name);
		else
			print_missing(dev);
	}
out:
	adm_config_free(&state);
	adm_config_free(&want);
	return ret;
}
