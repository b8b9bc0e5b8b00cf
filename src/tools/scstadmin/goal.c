// SPDX-License-Identifier: GPL-2.0
/*
 * What there will be after a file has been applied. Without pruning that is what is
 * there now, but where the file says otherwise.
 */
#include <string.h>
#include <strings.h>

#include "plan.h"

static void goal_device(struct adm_config *goal, const struct adm_device *dev)
{
	struct adm_device *copy = adm_device_add(goal, &dev->at, dev->name);

	copy->handler = dev->handler;
	copy->path = adm_arena_str(&goal->arena, dev->path);
	copy->block_size = dev->block_size;
	copy->flags = dev->flags;
	copy->mib = dev->mib;
	copy->shown_handler = adm_arena_str(&goal->arena, dev->shown_handler);
}

/* Whom nobody but the kernel or a program can remove. */
static bool stays(const struct adm_device *dev)
{
	return dev->handler->kind == ADM_REAL || dev->handler->kind == ADM_EXTERNAL;
}

/* What the file doesn't say stays, as long as it is the same thing. */
static void keep_block_size(struct adm_config *goal, const struct adm_config *have,
			    const char *name)
{
	struct adm_device *dev = adm_device_find(goal, name);
	const struct adm_device *old = adm_device_find(have, name);

	if (old && !dev->block_size && old->handler == dev->handler && old->path &&
	    dev->path && !strcmp(old->path, dev->path))
		dev->block_size = old->block_size;
}

static void goal_devices(struct adm_config *goal, const struct adm_config *have,
			 const struct adm_config *want, bool prune)
{
	const struct adm_device *dev;
	size_t i;

	adm_vec_for_each(&want->devices, i, dev) {
		goal_device(goal, dev);
		keep_block_size(goal, have, dev->name);
	}
	adm_vec_for_each(&have->devices, i, dev)
		if (!adm_device_find(want, dev->name) && (!prune || stays(dev)))
			goal_device(goal, dev);
}

static void goal_names(struct adm_config *goal, struct adm_vec *to,
		       const struct adm_vec *from, const struct adm_map *taken)
{
	const struct adm_name *name;
	size_t i;

	adm_vec_for_each(from, i, name)
		if (!adm_map_get(taken, name->name))
			adm_name_add(goal, to, &name->at, name->name);
}

static void goal_luns(struct adm_config *goal, struct adm_group *to,
		      const struct adm_group *from)
{
	const struct adm_lun *lun;
	size_t i;

	adm_vec_for_each(&from->luns, i, lun)
		if (!adm_lun_find(to, lun->lun) &&
		    !adm_lun_of_device(to, lun->device))
			adm_lun_add(goal, to, &lun->at, lun->lun, lun->device,
				    lun->read_only);
}

static struct adm_group *goal_group(struct adm_config *goal, const char *name)
{
	struct adm_group *group = adm_group_find(goal, name);

	return group ? group : adm_group_add(goal, NULL, name);
}

/* A name is in one group: where @want has it, if it has. */
static void goal_groups(struct adm_config *goal, const struct adm_config *have,
			const struct adm_config *want, bool prune)
{
	struct adm_map none = { NULL }, taken = { NULL };
	const struct adm_group *group;
	const struct adm_name *name;
	struct adm_group *to;
	size_t i, j;

	adm_vec_for_each(&want->groups, i, group) {
		to = goal_group(goal, group->name);
		goal_names(goal, &to->names, &group->names, &none);
		goal_luns(goal, to, group);
		adm_vec_for_each(&group->names, j, name)
			adm_map_put(&taken, name->name, (void *)name);
	}
	adm_vec_for_each(&have->groups, i, group) {
		if (prune && strcmp(group->name, ADM_DEFAULT))
			continue;
		to = goal_group(goal, group->name);
		if (prune)
			continue;
		goal_names(goal, &to->names, &group->names, &taken);
		goal_luns(goal, to, group);
	}
	adm_map_free(&taken);
}

static void goal_targets(struct adm_config *goal, const struct adm_config *from)
{
	const struct adm_target *target;
	const struct adm_name *name;
	struct adm_target *to;
	size_t i, j;

	adm_vec_for_each(&from->targets, i, target) {
		to = adm_target_find(goal, target->name);
		if (!to)
			to = adm_target_add(goal, &target->at, target->driver,
					    target->name);
		adm_vec_for_each(&target->sessions, j, name)
			if (!adm_name_find(&to->sessions, name->name))
				adm_name_add(goal, &to->sessions, &name->at,
					     name->name);
	}
}

void adm_goal_make(struct adm_config *goal, const struct adm_config *have,
		   const struct adm_config *want, bool prune)
{
	const struct adm_param *param;
	size_t i;

	goal_devices(goal, have, want, prune);
	goal_groups(goal, have, want, prune);
	goal_targets(goal, want);
	if (!prune)
		goal_targets(goal, have);
	goal->threads = want->threads ? want->threads : have->threads;
	adm_vec_for_each(&want->params, i, param)
		adm_param_add(goal, &param->at, param->module, param->name,
			      param->value);
}

static int as_bool(const char *value)
{
	if (!strcasecmp(value, "y") || !strcmp(value, "1"))
		return 1;
	if (!strcasecmp(value, "n") || !strcmp(value, "0"))
		return 0;
	return -1;
}

bool adm_param_same(const char *have, const char *want)
{
	uint64_t a, b;

	/* A text that was never set. */
	if (!strcmp(have, "(null)"))
		have = "";
	if (!strcmp(have, want))
		return true;
	if (!strcmp(have, "Y") || !strcmp(have, "N"))
		return as_bool(have) == as_bool(want);
	return adm_number(have, UINT64_MAX, &a) && adm_number(want, UINT64_MAX, &b) &&
	       a == b;
}
