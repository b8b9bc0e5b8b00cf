// SPDX-License-Identifier: GPL-2.0
/*
 * Verbs that change one thing. Each changes a copy of the present state; what that
 * takes is then a plan as any other.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "files.h"
#include "parse.h"

/* ---- finding what a verb is about ---- */

static const char *guess_name(struct adm_guess *guess, const struct adm_vec *names)
{
	/* Devices, groups, names and targets all have a place, then a name. */
	const struct adm_name *item;
	size_t i;

	adm_vec_for_each(names, i, item)
		adm_guess_try(guess, item->name);
	return adm_guess_end(guess);
}

static void no_such(struct adm_call *call, const char *what, const char *name,
		    const char *best)
{
	adm_error(&call->diag, NULL, "there is no %s '%s'%s%s%s", what, name,
		  best ? ", did you mean '" : "", best ? best : "",
		  best ? "'?" : "");
}

static struct adm_device *need_device(struct adm_call *call, struct adm_config *want,
				      const char *name)
{
	struct adm_device *dev = adm_device_find(want, name);
	struct adm_guess guess = { name };
	const struct adm_device *other;
	size_t i;

	if (dev)
		return dev;
	adm_vec_for_each(&want->devices, i, other)
		adm_guess_try(&guess, other->name);
	no_such(call, "device", name, adm_guess_end(&guess));
	return NULL;
}

static struct adm_group *need_group(struct adm_call *call, struct adm_config *want)
{
	const char *name = call->args[0];
	struct adm_group *group = adm_group_find(want, name);
	struct adm_guess guess = { name };
	const struct adm_group *other;
	size_t i;

	if (group)
		return group;
	adm_vec_for_each(&want->groups, i, other)
		adm_guess_try(&guess, other->name);
	no_such(call, "group", name, adm_guess_end(&guess));
	return NULL;
}

static struct adm_target *need_target(struct adm_call *call, struct adm_config *want)
{
	const char *name = call->args[0];
	struct adm_target *target = adm_target_find(want, name);
	struct adm_guess guess = { name };
	const struct adm_target *other;
	size_t i;

	if (target)
		return target;
	adm_vec_for_each(&want->targets, i, other)
		adm_guess_try(&guess, other->name);
	no_such(call, "target of scst_local", name, adm_guess_end(&guess));
	return NULL;
}

/* ---- devices ---- */

static void set_flags(struct adm_call *call, struct adm_device *dev)
{
	char words[256];
	char *rest = words, *word;

	if (!call->opt[ADM_OPT_FLAGS])
		return;
	snprintf(words, sizeof(words), "%s", call->opt[ADM_OPT_FLAGS]);
	dev->flags = 0;
	while ((word = strsep(&rest, ", ")))
		if (*word)
			adm_check_flag(&call->diag, NULL, word, &dev->flags);
}

static void set_options(struct adm_call *call, struct adm_device *dev)
{
	const char *path = call->opt[ADM_OPT_PATH];

	if (call->opt[ADM_OPT_HANDLER]) {
		const struct adm_handler *handler =
			adm_check_handler(&call->diag, NULL, call->opt[ADM_OPT_HANDLER]);

		if (handler)
			dev->handler = handler;
	}
	if (path && !*path)
		dev->path = NULL;
	else if (path && adm_check_path(&call->diag, NULL, path))
		dev->path = path;
	if (call->opt[ADM_OPT_BLOCK_SIZE])
		adm_check_block_size(&call->diag, NULL, call->opt[ADM_OPT_BLOCK_SIZE],
				     &dev->block_size);
	set_flags(call, dev);
	/* What the tools of 2008 gave for CD-ROM drives means nothing to them. */
	if (dev->handler->kind == ADM_VCDROM) {
		dev->flags = 0;
		dev->block_size = 0;
	}
}

static void device_add(struct adm_call *call, struct adm_config *want)
{
	struct adm_device fresh = { { NULL }, call->args[0] };
	struct adm_device *dev;

	fresh.handler = adm_handler_find("vdisk");
	if (adm_device_find(want, fresh.name)) {
		adm_error(&call->diag, NULL, "there is a device '%s' already",
			  fresh.name);
		return;
	}
	set_options(call, &fresh);
	if (call->diag.errors || !adm_check_device(&call->diag, &fresh))
		return;
	if (fresh.handler->kind != ADM_VDISK && fresh.handler->kind != ADM_VCDROM) {
		adm_error(&call->diag, NULL,
			  "devices of the handler %s come by themselves, expected vdisk or vcdrom",
			  fresh.handler->name);
		return;
	}
	dev = adm_device_add(want, NULL, fresh.name);
	dev->handler = fresh.handler;
	dev->path = fresh.path;
	dev->block_size = fresh.block_size;
	dev->flags = fresh.flags;
}

static bool is_virtual(const struct adm_device *dev)
{
	return dev->handler->kind == ADM_VDISK || dev->handler->kind == ADM_VCDROM;
}

static void device_change(struct adm_call *call, struct adm_config *want)
{
	struct adm_device *dev = need_device(call, want, call->args[0]);

	if (!dev)
		return;
	set_options(call, dev);
	/* A virtual device can't be given away, a real one has no path. */
	if (!call->diag.errors && dev->shown_handler)
		adm_check_device(&call->diag, dev);
}

static void device_remove(struct adm_call *call, struct adm_config *want)
{
	const struct adm_device *dev = need_device(call, want, call->args[0]);

	if (dev && !is_virtual(dev))
		adm_error(&call->diag, NULL,
			  "device '%s' of %s can't be removed, expected a virtual one",
			  dev->name, dev->shown_handler);
	else if (dev)
		adm_device_del(want, dev->name);
}

/* ---- groups and initiators ---- */

static void group_add(struct adm_call *call, struct adm_config *want)
{
	if (!adm_check_group_name(&call->diag, NULL, call->args[0]))
		return;
	if (adm_group_find(want, call->args[0]))
		adm_error(&call->diag, NULL, "there is a group '%s' already",
			  call->args[0]);
	else
		adm_group_add(want, NULL, call->args[0]);
}

/* The kernel refuses it in the end: before that, nothing must have gone. */
static bool has_sessions(struct adm_call *call, const char *group)
{
	const struct adm_session *sess;
	size_t i;

	adm_vec_for_each(&call->state->sessions, i, sess) {
		if (strcmp(sess->group, group))
			continue;
		adm_error(&call->diag, NULL,
			  "group '%s' has a session of '%s', expected none: 'lun clear' hides what is in it",
			  group, sess->initiator);
		return true;
	}
	return false;
}

static void group_remove(struct adm_call *call, struct adm_config *want)
{
	const struct adm_group *group = need_group(call, want);

	if (group && !strcmp(group->name, ADM_DEFAULT))
		adm_error(&call->diag, NULL, "the group " ADM_DEFAULT " always exists");
	else if (group && !has_sessions(call, group->name))
		adm_group_del(want, group->name);
}

static void initiator_add(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);

	if (group && adm_check_new_name(&call->diag, NULL, want, group, call->args[1]))
		adm_name_add(want, &group->names, NULL, call->args[1]);
}

static void initiator_remove(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);
	struct adm_guess guess = { call->args[1] };

	if (group && !adm_name_del(&group->names, call->args[1]))
		no_such(call, "initiator in that group", call->args[1],
			guess_name(&guess, &group->names));
}

static void initiator_clear(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);

	if (group)
		group->names.n = 0;
}

/* ---- LUNs ---- */

static void lun_add(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);
	unsigned int lun;

	if (group && adm_check_lun(&call->diag, NULL, call->args[1], &lun) &&
	    need_device(call, want, call->args[2]) &&
	    adm_check_new_lun(&call->diag, NULL, group, lun, call->args[2]))
		adm_lun_add(want, group, NULL, lun, call->args[2],
			    call->opt[ADM_OPT_READ_ONLY]);
}

static struct adm_lun *need_lun(struct adm_call *call, struct adm_group *group)
{
	unsigned int number;
	struct adm_lun *lun;

	if (!adm_check_lun(&call->diag, NULL, call->args[1], &number))
		return NULL;
	lun = adm_lun_find(group, number);
	if (!lun)
		adm_error(&call->diag, NULL, "there is no LUN %u in group '%s'",
			  number, group->name);
	return lun;
}

static void lun_remove(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);
	const char *device = call->opt[ADM_OPT_DEVICE];
	bool by_lun = call->n_args > 1;
	struct adm_lun *lun;

	if (!group)
		return;
	if (by_lun == !!device) {
		adm_usage_error(call, "expected a LUN or --device");
		return;
	}
	lun = device ? adm_lun_of_device(group, device) : need_lun(call, group);
	if (lun)
		adm_lun_del(group, lun);
	else if (device)
		no_such(call, "LUN in that group with device", device, NULL);
}

static void lun_replace(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);
	struct adm_lun *lun = group ? need_lun(call, group) : NULL;

	if (lun) {
		adm_lun_del(group, lun);
		lun_add(call, want);
	}
}

static void lun_clear(struct adm_call *call, struct adm_config *want)
{
	struct adm_group *group = need_group(call, want);

	while (group && group->luns.n)
		adm_lun_del(group, group->luns.v[group->luns.n - 1]);
}

/* ---- targets and sessions ---- */

static void target_add(struct adm_call *call, struct adm_config *want)
{
	if (!adm_check_name(&call->diag, NULL, "a target", call->args[0], ADM_MAX_PEER))
		return;
	if (adm_target_find(want, call->args[0]))
		adm_error(&call->diag, NULL, "there is a target '%s' already",
			  call->args[0]);
	else
		adm_target_add(want, NULL, "scst_local", call->args[0]);
}

static void target_remove(struct adm_call *call, struct adm_config *want)
{
	if (need_target(call, want))
		adm_target_del(want, call->args[0]);
}

static void session_add(struct adm_call *call, struct adm_config *want)
{
	struct adm_target *target = need_target(call, want);

	if (!target || !adm_check_name(&call->diag, NULL, "an initiator", call->args[1],
				       ADM_MAX_PEER))
		return;
	if (adm_name_find(&target->sessions, call->args[1]))
		adm_error(&call->diag, NULL, "there is a session of '%s' already",
			  call->args[1]);
	else
		adm_name_add(want, &target->sessions, NULL, call->args[1]);
}

static void session_remove(struct adm_call *call, struct adm_config *want)
{
	struct adm_target *target = need_target(call, want);
	struct adm_guess guess = { call->args[1] };

	if (target && !adm_name_del(&target->sessions, call->args[1]))
		no_such(call, "session of initiator", call->args[1],
			guess_name(&guess, &target->sessions));
}

/* ---- all of them ---- */

static const struct {
	const char *verb;
	void (*run)(struct adm_call *call, struct adm_config *want);
} edits[] = {
	{ "device add", device_add },
	{ "device remove", device_remove },
	{ "device change", device_change },
	{ "group add", group_add },
	{ "group remove", group_remove },
	{ "initiator add", initiator_add },
	{ "initiator remove", initiator_remove },
	{ "initiator clear", initiator_clear },
	{ "lun add", lun_add },
	{ "lun remove", lun_remove },
	{ "lun replace", lun_replace },
	{ "lun clear", lun_clear },
	{ "target add", target_add },
	{ "target remove", target_remove },
	{ "session add", session_add },
	{ "session remove", session_remove },
};

static void edit(struct adm_call *call, struct adm_config *want)
{
	size_t i;

	for (i = 0; i < ADM_COUNT(edits); i++)
		if (!strcmp(edits[i].verb, call->verb->name))
			edits[i].run(call, want);
}

int adm_run_edit(struct adm_call *call)
{
	struct adm_config state = { .threads = 0 }, want = { .threads = 0 };
	struct adm_plan_opts opts = { .prune = true };
	int ret;

	if (!adm_call_state(call, &state, &ret))
		goto out;
	adm_config_copy(&want, &state);
	call->state = &state;
	edit(call, &want);
	ret = call->usage ? ADM_USAGE : ADM_FAILED;
	if (call->diag.errors)
		goto out;
	ret = adm_call_plan(call, &state, &want, &opts);
	if (ret == ADM_OK && call->opt[ADM_OPT_SAVE] && !call->opt[ADM_OPT_DRY_RUN])
		ret = adm_call_save(call, ADM_CONF);
out:
	call->state = NULL;
	adm_config_free(&state);
	adm_config_free(&want);
	return ret;
}
