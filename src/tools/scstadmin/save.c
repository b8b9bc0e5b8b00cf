// SPDX-License-Identifier: GPL-2.0
/* save and rollback: the present state into a file, an old file into the state. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "files.h"
#include "state.h"

#define HEADING	"# Written by scstadmin, see scst.conf(5). 'scstadmin save' writes it anew.\n\n"

/* What the state can't tell: parameters that the file sets, with their values now. */
static void keep_from_file(struct adm_config *config, const struct adm_config *old)
{
	struct adm_config now = { .threads = 0 };
	const struct adm_param *param, *value;
	size_t i;

	adm_state_read_params(&now, old);
	adm_vec_for_each(&old->params, i, param) {
		value = adm_param_find(&now, param->module, param->name);
		if (!value || adm_param_same(value->value, param->value))
			value = param;
		adm_param_add(config, NULL, param->module, param->name,
			      value->value);
	}
	adm_config_free(&now);
}

static int no_write(struct adm_call *call, const char *path, int err)
{
	struct adm_place at = { path };

	adm_error(&call->diag, &at, "can't write it: %s", strerror(-err));
	return err == -EACCES ? ADM_NOT_ROOT : ADM_FAILED;
}

/* Nothing is not written over something, and what can't be read is not lost. */
static bool may_replace(struct adm_call *call, const char *path,
			const struct adm_config *config,
			const struct adm_config *old, bool old_ok)
{
	struct adm_place at = { path };

	if (call->opt[ADM_OPT_FORCE])
		return true;
	if (!old_ok) {
		adm_error(&call->diag, &at,
			  "it has errors ('scstadmin check' shows them): it stays as it is, expected --force to write over it");
		return false;
	}
	if (!adm_config_is_empty(config) || adm_config_is_empty(old))
		return true;
	adm_error(&call->diag, &at,
		  "nothing is exported, and the file isn't empty: it stays as it is, expected --force to write over it");
	return false;
}

/* The file as it was comes into the history before it goes. */
static void keep_old(const char *path, const struct adm_config *old)
{
	char *raw = adm_file_read(path, NULL);
	struct adm_text text = { NULL };

	if (raw && *raw) {
		adm_config_print(old, &text);
		adm_history_add(old->includes || *raw == '[' ?
				adm_text_str(&text) : raw, "before save");
	}
	adm_text_free(&text);
	free(raw);
}

static int write_file(struct adm_call *call, const char *path,
		      const struct adm_config *old, bool old_ok,
		      const struct adm_config *config)
{
	struct adm_text text = { NULL };
	int err;

	adm_text_add(&text, HEADING);
	adm_config_print(config, &text);
	if (!strcmp(path, "-")) {
		fputs(text.s + strlen(HEADING), stdout);
		adm_text_free(&text);
		return ADM_OK;
	}
	if (old_ok)
		keep_old(path, old);
	err = adm_file_replace(path, text.s, text.len);
	if (!err) {
		int lost = adm_history_add(text.s, "save");

		if (lost)
			adm_warn(&call->diag, NULL,
				 "can't keep this in the history: %s",
				 strerror(-lost));
		if (old->includes)
			adm_note(&call->diag, NULL,
				 "what %s included is now in it; remove the included files if nothing else needs them",
				 path);
	}
	adm_text_free(&text);
	return err ? no_write(call, path, err) : ADM_OK;
}

int adm_call_save(struct adm_call *call, const char *path)
{
	struct adm_config state = { .threads = 0 }, config = { .threads = 0 };
	struct adm_config old = { .threads = 0 };
	struct adm_diag silent = { .errors = 0 };
	bool exists = strcmp(path, "-") && adm_file_exists(path);
	bool old_ok = false;
	int ret;

	if (!adm_call_state(call, &state, &ret))
		goto out;
	adm_state_to_config(&config, &state);
	if (exists)
		old_ok = adm_file_parse(&old, path, &silent);
	if (old_ok) {
		keep_from_file(&config, &old);
		if (old.threads)
			config.threads = state.threads;
	}
	if (exists && !may_replace(call, path, &config, &old, old_ok))
		ret = ADM_FAILED;
	else
		ret = write_file(call, path, &old, old_ok, &config);
out:
	adm_diag_free(&silent);
	adm_config_free(&state);
	adm_config_free(&config);
	adm_config_free(&old);
	return ret;
}

int adm_run_save(struct adm_call *call)
{
	return adm_call_save(call, adm_call_file(call));
}

/* ---- rollback ---- */

/* The generation that was asked for, or the last but one; 0: there is none. */
static unsigned int which_generation(struct adm_call *call)
{
	struct adm_arena arena = { NULL };
	struct adm_vec list = { NULL };
	unsigned int ret = 0;
	uint64_t number;

	adm_history_list(&arena, &list);
	if (call->n_args && !adm_number(call->args[0], UINT32_MAX, &number))
		adm_error(&call->diag, NULL,
			  "'%s' is no generation, expected a number that 'scstadmin history' shows",
			  call->args[0]);
	else if (call->n_args)
		ret = number;
	else if (list.n < 2)
		adm_error(&call->diag, NULL,
			  "there is no configuration before this one in the history");
	else
		ret = ((struct adm_generation *)list.v[list.n - 2])->number;
	adm_vec_free(&list);
	adm_arena_free(&arena);
	return ret;
}

static int go_back(struct adm_call *call, unsigned int number, const char *text,
		   const struct adm_config *want)
{
	struct adm_plan_opts opts = { .prune = true };
	struct adm_config state = { .threads = 0 };
	char reason[64];
	int ret, err;

	if (!adm_call_state(call, &state, &ret))
		goto out;
	adm_state_read_params(&state, want);
	ret = adm_call_plan(call, &state, want, &opts);
	if (call->opt[ADM_OPT_DRY_RUN] || ret == ADM_FAILED)
		goto out;
	err = adm_file_replace(ADM_CONF, text, strlen(text));
	if (err) {
		ret = no_write(call, ADM_CONF, err);
		goto out;
	}
	snprintf(reason, sizeof(reason), "rollback to %u", number);
	adm_history_add(text, reason);
out:
	adm_config_free(&state);
	return ret;
}

int adm_run_rollback(struct adm_call *call)
{
	struct adm_config want = { .threads = 0 };
	unsigned int number = which_generation(call);
	char file[64];
	char *text;
	int ret = ADM_FAILED;

	if (!number)
		return ADM_FAILED;
	text = adm_history_read(number);
	if (!text) {
		adm_error(&call->diag, NULL, "can't read generation %u: %s", number,
			  strerror(errno));
		return ADM_FAILED;
	}
	snprintf(file, sizeof(file), "generation %u", number);
	if (adm_parse(&want, file, text, strlen(text), &adm_file_loader, &call->diag) &&
	    adm_config_check(&want, &call->diag))
		ret = go_back(call, number, text, &want);
	free(text);
	adm_config_free(&want);
	return ret;
}
