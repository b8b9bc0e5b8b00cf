// SPDX-License-Identifier: GPL-2.0
/* apply, check, diff, clear: files against the present state. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "cli.h"
#include "files.h"
#include "state.h"

bool adm_call_state(struct adm_call *call, struct adm_config *state, int *ret)
{
	int err = adm_state_read(state, &call->diag);

	if (!err)
		return true;
	*ret = err == -ENOENT ? ADM_NO_KERNEL :
	       err == -EACCES ? ADM_NOT_ROOT : ADM_FAILED;
	return false;
}

static void print_plan(struct adm_call *call, const struct adm_plan *plan)
{
	struct adm_text text = { NULL };

	if (!call->opt[ADM_OPT_QUIET] && !call->opt[ADM_OPT_JSON]) {
		adm_plan_print(plan, &text);
		fputs(adm_text_str(&text), stdout);
	}
	adm_text_free(&text);
}

/*
 * Something of a file is in effect if steps were done, or if there were fewer of them
 * than wishes. A verb that is about one thing has failed if nothing was done.
 */
static int result_code(const struct adm_call *call, const struct adm_plan *plan,
		       const struct adm_applied *result)
{
	size_t lost = result->failed + result->skipped;
	size_t wanted = call->verb->run == adm_run_edit ? 0 : plan->wanted;

	if (!lost)
		return ADM_OK;
	return result->done || lost < wanted ? ADM_PARTLY : ADM_FAILED;
}

static int carry_out(struct adm_call *call, struct adm_plan *plan)
{
	struct adm_applied result;

	adm_plan_apply(plan, &call->diag, &result);
	if (!call->opt[ADM_OPT_QUIET] && !call->opt[ADM_OPT_JSON] && plan->steps.n)
		printf("%zu done, %zu failed, %zu skipped\n", result.done,
		       result.failed, result.skipped);
	return result_code(call, plan, &result);
}

int adm_call_plan(struct adm_call *call, const struct adm_config *state,
		  const struct adm_config *want, const struct adm_plan_opts *opts)
{
	struct adm_plan plan = { .wanted = 0 };
	int ret;

	adm_plan_make(&plan, state, want, opts);
	print_plan(call, &plan);
	if (call->opt[ADM_OPT_DRY_RUN])
		ret = plan.steps.n ? ADM_DIFFERENT : ADM_OK;
	else
		ret = carry_out(call, &plan);
	if (call->opt[ADM_OPT_JSON])
		adm_report_plan(&plan);
	adm_plan_free(&plan);
	return ret;
}

/* ---- which object ---- */

static bool config_has(const struct adm_config *config, const char *kind,
		       const char *name)
{
	const struct adm_param *param;
	size_t i;

	if ((!kind || !strcmp(kind, "device")) && adm_device_find(config, name))
		return true;
	if ((!kind || !strcmp(kind, "group")) && adm_group_find(config, name))
		return true;
	if ((!kind || !strcmp(kind, "target")) && adm_target_find(config, name))
		return true;
	if (!kind && !strcmp(name, "threads"))
		return true;
	adm_vec_for_each(&config->params, i, param)
		if ((!kind || !strcmp(kind, "module")) &&
		    !strcmp(param->module, name))
			return true;
	return false;
}

/* "device:disk1", or "disk1": names may have colons of their own. */
static bool object_exists(const struct adm_config *config, const char *object)
{
	static const char *const kinds[] = { "device", "group", "target", "module" };
	size_t i, len;

	for (i = 0; i < ADM_COUNT(kinds); i++) {
		len = strlen(kinds[i]);
		if (!strncmp(object, kinds[i], len) && object[len] == ':' &&
		    config_has(config, kinds[i], object + len + 1))
			return true;
	}
	return config_has(config, NULL, object);
}

static bool check_only(struct adm_call *call, const struct adm_config *state,
		       const struct adm_config *want)
{
	const char *only = call->opt[ADM_OPT_ONLY];

	if (!only || object_exists(want, only) || object_exists(state, only))
		return true;
	adm_error(&call->diag, NULL,
		  "there is no object '%s', expected device:NAME, group:NAME, target:NAME, module:NAME or threads",
		  only);
	return false;
}

/* ---- verbs ---- */

/* As it was carried out, so that one can come back to it. */
static void remember(struct adm_call *call, const char *file)
{
	struct adm_config config = { .threads = 0 };
	struct adm_diag silent = { .errors = 0 };
	struct adm_text text = { NULL };
	char *raw = adm_file_read(file, NULL);
	int err;

	if (raw && adm_file_parse(&config, file, &silent)) {
		adm_config_print(&config, &text);
		/* With its comments, if it is all in one file. */
		err = adm_history_add(config.includes || *raw == '[' ?
				      adm_text_str(&text) : raw, "apply");
		if (err)
			adm_warn(&call->diag, NULL,
				 "can't keep this in the history: %s",
				 strerror(-err));
	}
	free(raw);
	adm_text_free(&text);
	adm_diag_free(&silent);
	adm_config_free(&config);
}

static int against_state(struct adm_call *call, const struct adm_config *want,
			 const struct adm_plan_opts *opts)
{
	struct adm_config state = { .threads = 0 };
	int ret;

	if (adm_call_state(call, &state, &ret)) {
		adm_state_read_params(&state, want);
		ret = check_only(call, &state, want) ?
			adm_call_plan(call, &state, want, opts) : ADM_USAGE;
	}
	adm_config_free(&state);
	return ret;
}

int adm_run_apply(struct adm_call *call)
{
	struct adm_plan_opts opts = { call->opt[ADM_OPT_PRUNE],
				      call->opt[ADM_OPT_ONLY] };
	bool load = !call->opt[ADM_OPT_NO_LOAD] && !call->opt[ADM_OPT_DRY_RUN] &&
		    !adm_root_is_set();
	const char *file = adm_call_file(call);
	struct adm_config want = { .threads = 0 };
	int ret = ADM_FAILED;

	if (!adm_file_parse(&want, file, &call->diag))
		goto out;
	ret = ADM_NO_KERNEL;
	if (load && adm_modules_load(&want, &call->diag))
		goto out;
	adm_diag_flush(&call->diag);
	ret = against_state(call, &want, &opts);
	if ((ret == ADM_OK || ret == ADM_PARTLY) && !opts.only &&
	    !call->opt[ADM_OPT_DRY_RUN] && strcmp(file, "-"))
		remember(call, file);
out:
	adm_config_free(&want);
	return ret;
}

int adm_run_diff(struct adm_call *call)
{
	struct adm_plan_opts opts = { true, call->opt[ADM_OPT_ONLY] };
	struct adm_config want = { .threads = 0 };
	int ret = ADM_FAILED;

	call->opt[ADM_OPT_DRY_RUN] = "";
	if (adm_file_parse(&want, adm_call_file(call), &call->diag))
		ret = against_state(call, &want, &opts);
	adm_config_free(&want);
	return ret;
}

static void print_counts(const char *file, const struct adm_config *config)
{
	size_t luns = 0, names = 0, i;
	const struct adm_group *group;

	adm_vec_for_each(&config->groups, i, group) {
		luns += group->luns.n;
		names += group->names.n;
	}
	printf("%s: %zu devices, %zu groups, %zu initiators, %zu LUNs, %zu targets\n",
	       file, config->devices.n, config->groups.n, names, luns,
	       config->targets.n);
}

int adm_run_check(struct adm_call *call)
{
	struct adm_config config = { .threads = 0 };
	int ret = ADM_FAILED;

	if (adm_file_parse(&config, adm_call_file(call), &call->diag)) {
		ret = ADM_OK;
		if (!call->opt[ADM_OPT_QUIET])
			print_counts(adm_call_file(call), &config);
	}
	adm_config_free(&config);
	return ret;
}

/* For what has to be there before the file can be applied, such as mounts. */
int adm_run_paths(struct adm_call *call)
{
	struct adm_config config = { .threads = 0 };
	bool ok = adm_file_parse(&config, adm_call_file(call), &call->diag);
	struct adm_map seen = { NULL };
	const struct adm_device *dev;
	size_t i;

	adm_vec_for_each(&config.devices, i, dev) {
		if (!ok || !dev->path || adm_map_get(&seen, dev->path))
			continue;
		puts(dev->path);
		adm_map_put(&seen, dev->path, (void *)dev);
	}
	adm_map_free(&seen);
	adm_config_free(&config);
	return ok ? ADM_OK : ADM_FAILED;
}

/* Sessions of other drivers keep their groups: the kernel refuses to delete those. */
int adm_run_clear(struct adm_call *call)
{
	struct adm_config state = { .threads = 0 }, nothing = { .threads = 0 };
	struct adm_plan_opts opts = { .prune = true };
	int ret;

	if (!adm_call_state(call, &state, &ret))
		goto out;
	if (state.sessions.n && !call->opt[ADM_OPT_FORCE] &&
	    !call->opt[ADM_OPT_DRY_RUN]) {
		adm_error(&call->diag, NULL,
			  "%zu sessions would lose their LUNs, expected none, or --force",
			  state.sessions.n);
		ret = ADM_FAILED;
		goto out;
	}
	ret = adm_call_plan(call, &state, &nothing, &opts);
out:
	adm_config_free(&state);
	return ret;
}

int adm_run_resync(struct adm_call *call)
{
	struct adm_config state = { .threads = 0 };
	struct adm_text why = { NULL }, command = { NULL };
	const struct adm_device *dev;
	int ret;

	if (!adm_call_state(call, &state, &ret))
		goto out;
	ret = ADM_FAILED;
	dev = adm_device_find(&state, call->args[0]);
	if (!dev || dev->handler->kind != ADM_VDISK) {
		adm_error(&call->diag, NULL, "'%s' is no virtual disk", call->args[0]);
		goto out;
	}
	adm_text_addf(&command, "resync_size %s", dev->name);
	if (adm_proc_write("vdisk/vdisk", command.s, &why))
		adm_error(&call->diag, NULL, "%s: %s", command.s, adm_text_str(&why));
	else
		ret = ADM_OK;
	adm_proc_close();
out:
	adm_text_free(&command);
	adm_text_free(&why);
	adm_config_free(&state);
	return ret;
}
