// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/plan.c src/tools/scstadmin/goal.c src/tools/scstadmin/files.c */
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c src/tools/scstadmin/lex.c */
/* links: src/tools/scstadmin/rules.c src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c src/tools/scstadmin/util.c */
/*
 * Any state and any file: each command of the plan must be one that the kernel takes
 * when its turn comes, they must lead to the goal, and then nothing may be left to do.
 */
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/types.h>

#include "fuzz.h"
#include "parse.h"
#include "plan.h"

/* ---- configurations out of bytes ---- */

struct bytes {
	const u8 *p, *end;
};

static unsigned int take(struct bytes *b, unsigned int below)
{
	return b->p < b->end ? *b->p++ % below : 0;
}

static const char *const devices[] = { "d0", "d1", "d2", "d3", "1:0:0:0", "prog" };
static const char *const groups[] = { "Default", "g1", "g2", "g3" };
static const char *const peers[] = { "i0", "i1", "i2", "i3", "i*@t" };
static const char *const targets[] = { "t0", "t1" };
static const char *const paths[] = { "/a", "/b", "/c" };

static void make_device(struct adm_config *config, struct bytes *b, bool state)
{
	unsigned int which = take(b, ARRAY_SIZE(devices));
	struct adm_device *dev;

	if (adm_device_find(config, devices[which]))
		return;
	dev = adm_device_add(config, NULL, devices[which]);
	if (which >= 4) {
		dev->handler = adm_handler_find(which == 5 ? "external" :
						take(b, 2) ? "dev_disk" : "dev_disk_perf");
	} else if (take(b, 4)) {
		dev->handler = adm_handler_find("vdisk");
		dev->path = paths[take(b, ARRAY_SIZE(paths))];
		dev->flags = take(b, 2) ? ADM_F_READ_ONLY : 0;
		dev->block_size = take(b, 2) ? 4096 : state ? 512 : 0;
	} else {
		dev->handler = adm_handler_find("vcdrom");
		dev->path = take(b, 2) ? paths[take(b, ARRAY_SIZE(paths))] : NULL;
	}
	dev->shown_handler = dev->handler->name;
}

static struct adm_group *get_group(struct adm_config *config, unsigned int which)
{
	struct adm_group *group = adm_group_find(config, groups[which]);

	return group ? group : adm_group_add(config, NULL, groups[which]);
}

static void make_lun(struct adm_config *config, struct bytes *b)
{
	struct adm_group *group = get_group(config, take(b, ARRAY_SIZE(groups)));
	const char *device = devices[take(b, ARRAY_SIZE(devices))];
	unsigned int lun = take(b, 4);

	if (adm_device_find(config, device) && !adm_lun_find(group, lun) &&
	    !adm_lun_of_device(group, device))
		adm_lun_add(config, group, NULL, lun, device, take(b, 2));
}

static void make_name(struct adm_config *config, struct bytes *b)
{
	struct adm_group *group = get_group(config, take(b, ARRAY_SIZE(groups)));
	const char *name = peers[take(b, ARRAY_SIZE(peers))];
	const struct adm_group *other;
	size_t i;

	adm_vec_for_each(&config->groups, i, other)
		if (adm_name_find(&other->names, name))
			return;
	adm_name_add(config, &group->names, NULL, name);
}

static void make_target(struct adm_config *config, struct bytes *b)
{
	const char *name = targets[take(b, ARRAY_SIZE(targets))];
	const char *peer = peers[take(b, 4)];
	struct adm_target *target = adm_target_find(config, name);

	if (!target)
		target = adm_target_add(config, NULL, "scst_local", name);
	if (take(b, 2) && !adm_name_find(&target->sessions, peer))
		adm_name_add(config, &target->sessions, NULL, peer);
}

static void make_config(struct adm_config *config, struct bytes *b, bool state)
{
	unsigned int n = take(b, 24);

	if (state)
		get_group(config, 0);
	config->threads = state + take(b, 3);
	while (n--) {
		switch (take(b, 4)) {
		case 0:
			make_device(config, b, state);
			break;
		case 1:
			make_lun(config, b);
			break;
		case 2:
			make_name(config, b);
			break;
		case 3:
			make_target(config, b);
			break;
		}
	}
}

/* ---- what the kernel does, and refuses ---- */

static struct adm_device *sim_open(struct adm_config *state, const char *name,
				   const char *handler)
{
	struct adm_device *dev;

	must(!adm_device_find(state, name));
	dev = adm_device_add(state, NULL, name);
	dev->handler = adm_handler_find(handler);
	dev->shown_handler = handler;
	return dev;
}

static void sim_vdisk(struct adm_config *state, const char *verb, char *rest)
{
	const char *name = adm_next_word(&rest), *word;
	struct adm_device *dev;
	uint64_t size;

	if (!strcmp(verb, "close")) {
		dev = adm_device_find(state, name);
		must(dev && dev->handler->kind == ADM_VDISK);
		adm_device_del(state, name);
		return;
	}
	must(!strcmp(verb, "open"));
	dev = sim_open(state, name, "vdisk");
	dev->block_size = 512;
	while ((word = adm_next_word(&rest))) {
		if (*word == '/')
			dev->path = adm_arena_str(&state->arena, word);
		else if (adm_number(word, 4096, &size))
			dev->block_size = size;
		else
			dev->flags |= adm_flag_find(word)->bit;
	}
	must(dev->path);
}

static void sim_vcdrom(struct adm_config *state, const char *verb, char *rest)
{
	const char *name = adm_next_word(&rest);
	struct adm_device *dev = adm_device_find(state, name);

	if (!strcmp(verb, "close")) {
		must(dev && dev->handler->kind == ADM_VCDROM);
		adm_device_del(state, name);
		return;
	}
	if (!strcmp(verb, "open"))
		dev = sim_open(state, name, "vcdrom");
	else
		must(!strcmp(verb, "change") && dev->handler->kind == ADM_VCDROM);
	dev->path = adm_arena_str(&state->arena, adm_next_word(&rest));
}

static void sim_scsi_tgt(struct adm_config *state, const char *verb, char *rest)
{
	const char *name = adm_next_word(&rest);
	struct adm_group *group = adm_group_find(state, name);
	struct adm_device *dev;

	if (!strcmp(verb, "add_group")) {
		must(!group);
		adm_group_add(state, NULL, name);
	} else if (!strcmp(verb, "del_group")) {
		must(group && strcmp(name, ADM_DEFAULT));
		adm_group_del(state, name);
	} else {
		must(!strcmp(verb, "assign"));
		dev = adm_device_find(state, name);
		must(dev && dev->handler->kind == ADM_REAL);
		dev->handler = adm_handler_find(adm_next_word(&rest));
	}
}

static void sim_luns(struct adm_config *state, struct adm_group *group, const char *verb,
		     char *rest)
{
	const char *device = adm_next_word(&rest), *word;
	uint64_t lun;

	must(group && adm_device_find(state, device));
	if (!strcmp(verb, "del")) {
		must(adm_lun_of_device(group, device));
		adm_lun_del(group, adm_lun_of_device(group, device));
		return;
	}
	word = adm_next_word(&rest);
	must(adm_number(word, ADM_MAX_LUN, &lun));
	must(!adm_lun_find(group, lun) && !adm_lun_of_device(group, device));
	adm_lun_add(state, group, NULL, lun, device, adm_next_word(&rest));
}

static void sim_names(struct adm_config *state, struct adm_group *group, const char *verb,
		      const char *name)
{
	const struct adm_group *other;
	size_t i;

	must(group);
	if (!strcmp(verb, "del")) {
		must(adm_name_del(&group->names, name));
		return;
	}
	adm_vec_for_each(&state->groups, i, other)
		must(!adm_name_find(&other->names, name));
	adm_name_add(state, &group->names, NULL, name);
}

static void sim_local(struct adm_config *state, const char *verb, char *rest)
{
	const char *name = adm_next_word(&rest), *peer = adm_next_word(&rest);
	struct adm_target *target = adm_target_find(state, name);

	if (!strcmp(verb, "add_target")) {
		must(!target);
		adm_target_add(state, NULL, "scst_local", name);
	} else if (!strcmp(verb, "del_target")) {
		must(target && !target->sessions.n);
		adm_target_del(state, name);
	} else if (!strcmp(verb, "add_session")) {
		must(target && !adm_name_find(&target->sessions, peer));
		adm_name_add(state, &target->sessions, NULL, peer);
	} else {
		must(target && adm_name_del(&target->sessions, peer));
	}
}

static void sim_run(struct adm_config *state, const struct adm_step *s)
{
	char *command = strdup(s->command), *rest = command;
	const char *verb = adm_next_word(&rest);
	struct adm_group *group = NULL;
	char name[64], kind[16];

	if (sscanf(s->file, "groups/%63[^/]/%15s", name, kind) == 2) {
		group = adm_group_find(state, name);
		if (!strcmp(kind, "devices"))
			sim_luns(state, group, verb, rest);
		else
			sim_names(state, group, verb, rest);
	} else if (!strcmp(s->file, "vdisk/vdisk")) {
		sim_vdisk(state, verb, rest);
	} else if (!strcmp(s->file, "vcdrom/vcdrom")) {
		sim_vcdrom(state, verb, rest);
	} else if (!strcmp(s->file, "scsi_tgt")) {
		sim_scsi_tgt(state, verb, rest);
	} else if (!strcmp(s->file, "threads")) {
		state->threads = atoi(s->command);
	} else {
		must(!strcmp(s->file, "scst_local/scst_local"));
		sim_local(state, verb, rest);
	}
	free(command);
}

/* ---- is it what it should be? ---- */

static void check_device(const struct adm_config *state, const struct adm_device *goal)
{
	const struct adm_device *dev = adm_device_find(state, goal->name);

	if (goal->handler->kind > ADM_VCDROM)
		return;
	must(dev && dev->handler == goal->handler && dev->flags == goal->flags);
	must(!goal->path == !dev->path);
	must(!goal->path || !strcmp(goal->path, dev->path));
	must(!goal->block_size || goal->block_size == dev->block_size);
}

static void check_group(const struct adm_config *state, const struct adm_group *goal)
{
	const struct adm_group *group = adm_group_find(state, goal->name);
	const struct adm_name *name;
	const struct adm_lun *lun, *there;
	size_t i;

	must(group && group->names.n == goal->names.n);
	adm_vec_for_each(&goal->names, i, name)
		must(adm_name_find(&group->names, name->name));
	must(group->luns.n <= goal->luns.n);
	adm_vec_for_each(&goal->luns, i, lun) {
		there = adm_lun_of_device(group, lun->device);
		/* Only what there is can be mapped. */
		must(!there == !adm_device_find(state, lun->device));
		must(!there || (there->lun == lun->lun &&
				there->read_only == lun->read_only));
	}
}

static void check_state(const struct adm_config *state, const struct adm_config *goal)
{
	const struct adm_device *dev;
	const struct adm_group *group;
	const struct adm_target *target;
	const struct adm_name *name;
	size_t i, j;

	adm_vec_for_each(&goal->devices, i, dev)
		check_device(state, dev);
	adm_vec_for_each(&state->devices, i, dev)
		must(adm_device_find(goal, dev->name));
	must(state->groups.n == goal->groups.n);
	adm_vec_for_each(&goal->groups, i, group)
		check_group(state, group);
	must(state->targets.n == goal->targets.n);
	must(!goal->threads || state->threads == goal->threads);
	adm_vec_for_each(&goal->targets, i, target) {
		const struct adm_target *there = adm_target_find(state, target->name);

		must(there && there->sessions.n == target->sessions.n);
		adm_vec_for_each(&target->sessions, j, name)
			must(adm_name_find(&there->sessions, name->name));
	}
}

/* A device that can't be there has LUNs that can't be. */
static bool needs_missing(const struct adm_config *state, const struct adm_step *s)
{
	return !s->command || (s->device && !s->makes && !adm_device_find(state, s->device));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct adm_config state = { .threads = 0 }, want = { .threads = 0 };
	struct adm_config goal = { .threads = 0 };
	struct adm_plan plan = { .wanted = 0 }, again = { .wanted = 0 };
	struct adm_plan_opts opts = { NULL };
	struct bytes b = { data, data + size };
	const struct adm_step *s;
	size_t i;

	opts.prune = take(&b, 2);
	make_config(&state, &b, true);
	make_config(&want, &b, false);
	adm_goal_make(&goal, &state, &want, opts.prune);
	adm_plan_make(&plan, &state, &want, &opts);
	adm_vec_for_each(&plan.steps, i, s)
		if (!needs_missing(&state, s))
			sim_run(&state, s);
	check_state(&state, &goal);
	adm_plan_make(&again, &state, &want, &opts);
	adm_vec_for_each(&again.steps, i, s)
		must(needs_missing(&state, s));
	adm_plan_free(&plan);
	adm_plan_free(&again);
	adm_config_free(&state);
	adm_config_free(&want);
	adm_config_free(&goal);
	return 0;
}
