// SPDX-License-Identifier: GPL-2.0
/*
 * The steps between two configurations. First goes away what is in the way (LUNs,
 * sessions, targets, devices, names, groups), then comes what is new, from the inside
 * to the outside: devices, groups, names, LUNs, targets, sessions. So no session ever
 * sees less than it has before and after.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "plan.h"

#define SHOWN_SESSIONS	4

struct planner {
	struct adm_plan *plan;
	const struct adm_config *have, *goal;
	const struct adm_plan_opts *opts;
	struct adm_map by_group;	/* const char *, the sessions that it has */
	struct adm_text buf;
};

/* Text in the plan's arena. */
static const char *text(struct planner *p, const char *fmt, ...) ADM_PRINTF(2, 3);

static const char *text(struct planner *p, const char *fmt, ...)
{
	char small[8192];
	va_list args;

	va_start(args, fmt);
	vsnprintf(small, sizeof(small), fmt, args);
	va_end(args);
	return adm_arena_str(&p->plan->arena, small);
}

static bool matches_only(const char *only, const char *kind, const char *name)
{
	size_t len = strlen(kind);

	if (!strncmp(only, kind, len) && only[len] == ':')
		return !strcmp(only + len + 1, name);
	return !strcmp(only, name);
}

/* A step, unless it is about something else than what was asked for. */
static struct adm_step *step(struct planner *p, char sign, const char *kind,
			     const char *name, const char *device)
{
	const char *only = p->opts->only;
	struct adm_step *s = adm_arena_alloc(&p->plan->arena, sizeof(*s));

	s->sign = sign;
	s->kind = kind;
	s->name = adm_arena_str(&p->plan->arena, name);
	s->device = adm_arena_str(&p->plan->arena, device);
	if (!only || matches_only(only, kind, name) ||
	    (device && matches_only(only, "device", device)))
		adm_vec_add(&p->plan->steps, s);
	return s;
}

/* ---- who notices ---- */

static const char *sessions_of_group(struct planner *p, const char *group)
{
	const char *found = adm_map_get(&p->by_group, group);
	const struct adm_session *sess;
	size_t i, n = 0;

	if (found)
		return *found ? found : NULL;
	p->buf.len = 0;
	adm_text_addn(&p->buf, "", 0);
	adm_vec_for_each(&p->have->sessions, i, sess) {
		if (strcmp(sess->group, group))
			continue;
		if (n++ < SHOWN_SESSIONS)
			adm_text_addf(&p->buf, "%s%s", n > 1 ? ", " : "",
				      sess->initiator);
	}
	if (n > SHOWN_SESSIONS)
		adm_text_addf(&p->buf, " and %zu more", n - SHOWN_SESSIONS);
	found = adm_arena_str(&p->plan->arena, p->buf.s);
	adm_map_put(&p->by_group, adm_arena_str(&p->plan->arena, group), (void *)found);
	return *found ? found : NULL;
}

/* The sessions of all groups that have the device. */
static const char *sessions_of_device(struct planner *p, const char *device)
{
	const struct adm_group *group;
	struct adm_text all = { NULL };
	const char *some, *ret;
	size_t i;

	adm_vec_for_each(&p->have->groups, i, group) {
		if (!adm_lun_of_device(group, device))
			continue;
		some = sessions_of_group(p, group->name);
		if (some)
			adm_text_addf(&all, "%s%s", all.len ? ", " : "", some);
	}
	ret = all.len ? adm_arena_str(&p->plan->arena, all.s) : NULL;
	adm_text_free(&all);
	return ret;
}

/* A change of names is for new sessions: those that there are keep their group. */
static const char *sessions_that_stay(struct planner *p, const char *name,
				      const char *group)
{
	const struct adm_session *sess;
	size_t i, n = 0;

	p->buf.len = 0;
	adm_vec_for_each(&p->have->sessions, i, sess)
		if (!fnmatch(name, sess->initiator, 0) &&
		    strcmp(sess->group, group) && n++ < SHOWN_SESSIONS)
			adm_text_addf(&p->buf, "%s%s stays in %s until it logs in again",
				      n > 1 ? ", " : "", sess->initiator,
				     sess->group);
	return n ? adm_arena_str(&p->plan->arena, p->buf.s) : NULL;
}

/* ---- devices ---- */

static const char *device_file(const struct adm_device *dev)
{
	return dev->handler->kind == ADM_VCDROM ? "vcdrom/vcdrom" : "vdisk/vdisk";
}

static bool same_path(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_virtual(const struct adm_device *dev)
{
	return dev->handler->kind == ADM_VDISK || dev->handler->kind == ADM_VCDROM;
}

/* Has it to be closed and opened again? A CD-ROM drive only changes its disc. */
static bool is_reopened(const struct adm_device *have, const struct adm_device *goal)
{
	if (!is_virtual(have) || !is_virtual(goal))
		return false;
	if (have->handler != goal->handler)
		return true;
	if (have->handler->kind == ADM_VCDROM)
		return false;
	return !same_path(have->path, goal->path) || have->flags != goal->flags ||
	       (goal->block_size && have->block_size != goal->block_size);
}

static bool is_closed(struct planner *p, const struct adm_device *have)
{
	const struct adm_device *goal = adm_device_find(p->goal, have->name);

	if (p->opts->only && !matches_only(p->opts->only, "device", have->name))
		return false;
	return is_virtual(have) && (!goal || is_reopened(have, goal));
}

static const char *open_command(struct planner *p, const struct adm_device *dev)
{
	const struct adm_flag *flag;
	size_t i;

	p->buf.len = 0;
	adm_text_addf(&p->buf, "open %s", dev->name);
	if (dev->path)
		adm_text_addf(&p->buf, " %s", dev->path);
	if (dev->block_size)
		adm_text_addf(&p->buf, " %u", dev->block_size);
	for (i = 0; (flag = adm_flag_at(i)); i++)
		if (dev->flags & flag->bit)
			adm_text_addf(&p->buf, " %s", flag->word);
	return adm_arena_str(&p->plan->arena, p->buf.s);
}

/* "vdisk /srv/disk1, 512 bytes, thin" */
static const char *describe(struct planner *p, const struct adm_device *dev)
{
	p->buf.len = 0;
	adm_text_addf(&p->buf, "%s%s%s", dev->handler->name, dev->path ? " " : "",
		      dev->path ? dev->path : "");
	if (dev->block_size)
		adm_text_addf(&p->buf, ", %u bytes", dev->block_size);
	if (dev->flags)
		adm_text_add(&p->buf, ", ");
	adm_print_flags(&p->buf, dev->flags, " ");
	return adm_arena_str(&p->plan->arena, p->buf.s);
}

static void close_devices(struct planner *p)
{
	const struct adm_device *dev, *goal;
	struct adm_step *s;
	size_t i;

	adm_vec_for_each(&p->have->devices, i, dev) {
		if (!is_closed(p, dev))
			continue;
		goal = adm_device_find(p->goal, dev->name);
		s = step(p, goal ? '~' : '-', "device", dev->name, dev->name);
		s->file = device_file(dev);
		s->command = text(p, "close %s", dev->name);
		s->touches = sessions_of_device(p, dev->name);
		s->leaves = s->device;
		if (goal) {
			s->what = text(p, "device %s: close it, is %s", dev->name,
				       describe(p, dev));
			s->needs_path = adm_arena_str(&p->plan->arena, goal->path);
		} else {
			s->what = text(p, "device %s (%s)", dev->name,
				       describe(p, dev));
		}
	}
}

static void open_device(struct planner *p, const struct adm_device *dev,
			const struct adm_device *have)
{
	struct adm_step *s = step(p, have ? '~' : '+', "device", dev->name,
				 dev->name);

	s->file = device_file(dev);
	s->command = open_command(p, dev);
	s->needs_path = adm_arena_str(&p->plan->arena, dev->path);
	s->makes = true;
	if (!have) {
		s->what = text(p, "device %s (%s)", dev->name, describe(p, dev));
		return;
	}
	s->what = text(p, "device %s: open it as %s", dev->name, describe(p, dev));
	s->touches = sessions_of_device(p, dev->name);
	if (have->handler == dev->handler)
		s->undo = open_command(p, have);
}

static void change_disc(struct planner *p, const struct adm_device *dev)
{
	struct adm_step *s = step(p, '~', "device", dev->name, dev->name);

	s->file = device_file(dev);
	s->command = text(p, "change %s%s%s", dev->name, dev->path ? " " : "",
			  dev->path ? dev->path : "");
	s->touches = sessions_of_device(p, dev->name);
	s->what = text(p, "device %s: %s%s", dev->name,
		       dev->path ? "put in " : "eject the disc",
		       dev->path ? dev->path : "");
}

/* What no command can do. */
static void missing_device(struct planner *p, const struct adm_device *dev,
			   const char *why)
{
	struct adm_step *s = step(p, '!', "device", dev->name, dev->name);

	s->makes = true;
	s->what = text(p, "device %s (%s)", dev->name, dev->handler->name);
	s->why = why;
}

/* A device that somebody else makes can only be waited for. */
static void await_device(struct planner *p, const struct adm_device *dev)
{
	missing_device(p, dev, dev->handler->kind == ADM_REAL ?
				"no such device on this machine" :
				"its program has not made it yet");
}

static void assign_device(struct planner *p, const struct adm_device *dev,
			  const struct adm_device *have)
{
	struct adm_step *s = step(p, '~', "device", dev->name, dev->name);

	s->file = "scsi_tgt";
	s->command = text(p, "assign %s %s", dev->name, dev->handler->name);
	s->touches = sessions_of_device(p, dev->name);
	s->what = text(p, "device %s: handler %s -> %s", dev->name,
		       have->shown_handler, dev->handler->name);
}

static void open_devices(struct planner *p)
{
	const struct adm_device *dev, *have;
	size_t i;

	adm_vec_for_each(&p->goal->devices, i, dev) {
		have = adm_device_find(p->have, dev->name);
		if (!is_virtual(dev)) {
			if (!have)
				await_device(p, dev);
			else if (dev->handler->kind == ADM_REAL &&
				 dev->handler != have->handler)
				assign_device(p, dev, have);
			continue;
		}
		if (have && !is_virtual(have))
			missing_device(p, dev,
				       text(p, "its name is taken by a device of the handler %s",
					    have->shown_handler));
		else if (!have || is_closed(p, have))
			open_device(p, dev, have);
		else if (dev->handler->kind == ADM_VCDROM &&
			 !same_path(dev->path, have->path))
			change_disc(p, dev);
	}
}

/* ---- LUNs ---- */

static const char *lun_text(struct planner *p, const struct adm_group *group,
			    const struct adm_lun *lun)
{
	return text(p, "LUN %u of group %s: %s%s", lun->lun, group->name,
		    lun->device, lun->read_only ? ", read only" : "");
}

static bool lun_is_in(const struct adm_lun *lun, const struct adm_group *group)
{
	const struct adm_lun *other = adm_lun_of_device(group, lun->device);

	return other && other->lun == lun->lun &&
	       other->read_only == lun->read_only;
}

/* Will the device be closed, which takes it out of all groups? */
static bool loses_device(struct planner *p, const char *device)
{
	const struct adm_device *have = adm_device_find(p->have, device);

	return !have || is_closed(p, have);
}

static void del_luns(struct planner *p, const struct adm_group *group)
{
	const struct adm_group *goal = adm_group_find(p->goal, group->name);
	const struct adm_lun *lun;
	struct adm_step *s;
	size_t i;

	adm_vec_for_each(&group->luns, i, lun) {
		const struct adm_device *dev = adm_device_find(p->goal, lun->device);

		if (goal && lun_is_in(lun, goal))
			continue;
		/* Closing it is enough, unless only the group is asked for. */
		if (!dev && loses_device(p, lun->device) && !p->opts->only)
			continue;
		s = step(p, '-', "group", group->name, lun->device);
		s->file = text(p, "groups/%s/devices", group->name);
		s->command = text(p, "del %s", lun->device);
		s->touches = sessions_of_group(p, group->name);
		s->what = lun_text(p, group, lun);
	}
}

static void add_luns(struct planner *p, const struct adm_group *goal)
{
	const struct adm_group *have = adm_group_find(p->have, goal->name);
	const char *file = text(p, "groups/%s/devices", goal->name);
	const struct adm_lun *lun;
	struct adm_step *s;
	size_t i;

	/* Who wants a device alone doesn't want new groups for it. */
	if (!have && p->opts->only &&
	    !matches_only(p->opts->only, "group", goal->name))
		return;
	adm_vec_for_each(&goal->luns, i, lun) {
		bool mapped = have && lun_is_in(lun, have);

		if (mapped && !loses_device(p, lun->device))
			continue;
		s = step(p, '+', "group", goal->name, lun->device);
		s->file = file;
		s->command = text(p, "add %s %u%s", lun->device, lun->lun,
				  lun->read_only ? " READ_ONLY" : "");
		s->again = mapped;
		s->touches = sessions_of_group(p, goal->name);
		s->what = lun_text(p, goal, lun);
	}
}

/* ---- names ---- */

static void name_step(struct planner *p, char sign, const struct adm_group *group,
		      const struct adm_name *name)
{
	struct adm_step *s = step(p, sign, "group", group->name, NULL);

	s->file = text(p, "groups/%s/names", group->name);
	s->command = text(p, "%s %s", sign == '+' ? "add" : "del", name->name);
	s->what = text(p, "initiator %s of group %s", name->name, group->name);
	if (sign == '+')
		s->touches = sessions_that_stay(p, name->name, group->name);
}

/* Names of @group that aren't in @other. */
static void names_steps(struct planner *p, char sign, const struct adm_group *group,
			const struct adm_group *other)
{
	const struct adm_name *name;
	struct adm_map there = { NULL };
	size_t i;

	if (other)
		adm_vec_for_each(&other->names, i, name)
			adm_map_put(&there, name->name, (void *)name);
	adm_vec_for_each(&group->names, i, name)
		if (!adm_map_get(&there, name->name))
			name_step(p, sign, group, name);
	adm_map_free(&there);
}

/* ---- groups ---- */

static void group_step(struct planner *p, char sign, const struct adm_group *group)
{
	struct adm_step *s = step(p, sign, "group", group->name, NULL);

	s->file = "scsi_tgt";
	s->command = text(p, "%s %s", sign == '+' ? "add_group" : "del_group",
			  group->name);
	s->what = text(p, "group %s", group->name);
	if (sign == '-')
		s->touches = sessions_of_group(p, group->name);
}

static void leave_groups(struct planner *p)
{
	const struct adm_group *group;
	size_t i;

	adm_vec_for_each(&p->have->groups, i, group)
		names_steps(p, '-', group, adm_group_find(p->goal, group->name));
	adm_vec_for_each(&p->have->groups, i, group)
		if (!adm_group_find(p->goal, group->name))
			group_step(p, '-', group);
}

static void enter_groups(struct planner *p)
{
	const struct adm_group *group;
	size_t i;

	adm_vec_for_each(&p->goal->groups, i, group)
		if (!adm_group_find(p->have, group->name))
			group_step(p, '+', group);
	adm_vec_for_each(&p->goal->groups, i, group)
		names_steps(p, '+', group, adm_group_find(p->have, group->name));
	adm_vec_for_each(&p->goal->groups, i, group)
		add_luns(p, group);
}

/* ---- targets and sessions ---- */

static void target_step(struct planner *p, char sign, const struct adm_target *target)
{
	struct adm_step *s = step(p, sign, "target", target->name, NULL);

	s->file = "scst_local/scst_local";
	s->command = text(p, "%s %s", sign == '+' ? "add_target" : "del_target",
			  target->name);
	s->what = text(p, "target %s of %s", target->name, target->driver);
}

static void session_step(struct planner *p, char sign, const struct adm_target *target,
			 const struct adm_name *name)
{
	struct adm_step *s = step(p, sign, "target", target->name, NULL);

	s->file = "scst_local/scst_local";
	s->command = text(p, "%s %s %s", sign == '+' ? "add_session" : "del_session",
			  target->name, name->name);
	s->what = text(p, "session of %s with target %s", name->name, target->name);
	if (sign == '-')
		s->touches = adm_arena_str(&p->plan->arena, name->name);
}

static void sessions_steps(struct planner *p, char sign, const struct adm_config *a,
			   const struct adm_config *b)
{
	const struct adm_target *target, *other;
	const struct adm_name *name;
	size_t i, j;

	adm_vec_for_each(&a->targets, i, target) {
		other = adm_target_find(b, target->name);
		adm_vec_for_each(&target->sessions, j, name)
			if (!other || !adm_name_find(&other->sessions, name->name))
				session_step(p, sign, target, name);
	}
}

static void targets_steps(struct planner *p, char sign, const struct adm_config *a,
			  const struct adm_config *b)
{
	const struct adm_target *target;
	size_t i;

	adm_vec_for_each(&a->targets, i, target)
		if (!adm_target_find(b, target->name))
			target_step(p, sign, target);
}

/* ---- threads and parameters ---- */

static void set_threads(struct planner *p)
{
	struct adm_step *s;

	if (!p->goal->threads || p->goal->threads == p->have->threads)
		return;
	s = step(p, '~', "threads", "threads", NULL);
	s->file = "threads";
	s->command = text(p, "%u", p->goal->threads);
	s->what = text(p, "threads: %u -> %u", p->have->threads, p->goal->threads);
}

static void set_param(struct planner *p, const struct adm_param *have,
		      const struct adm_param *want)
{
	const char *path = text(p, "/sys/module/%s/parameters/%s", want->module,
				want->name);
	bool writable = adm_file_is_writable(path);
	struct adm_step *s = step(p, writable ? '~' : '!', "module", want->module,
				 NULL);

	s->what = text(p, "parameter %s of module %s: %s -> %s", want->name,
		       want->module, have->value, want->value);
	if (writable) {
		s->file = path;
		s->command = adm_arena_str(&p->plan->arena, want->value);
	} else {
		s->why = "it takes effect when the module is loaded again";
	}
}

static void set_params(struct planner *p)
{
	const struct adm_param *param, *have;
	size_t i;

	adm_vec_for_each(&p->goal->params, i, param) {
		have = adm_param_find(p->have, param->module, param->name);
		if (have && !adm_param_same(have->value, param->value))
			set_param(p, have, param);
	}
}

/* ---- all ---- */

static size_t count_wanted(const struct adm_config *config)
{
	const struct adm_target *target;
	const struct adm_group *group;
	size_t i, n;

	n = config->devices.n + config->targets.n + config->params.n +
	    !!config->threads;
	adm_vec_for_each(&config->groups, i, group)
		n += 1 + group->names.n + group->luns.n;
	adm_vec_for_each(&config->targets, i, target)
		n += target->sessions.n;
	return n;
}

void adm_plan_make(struct adm_plan *plan, const struct adm_config *have,
		   const struct adm_config *want, const struct adm_plan_opts *opts)
{
	struct adm_config goal = { .threads = 0 };
	struct planner p = { plan, have, &goal, opts };
	const struct adm_group *group;
	size_t i;

	adm_goal_make(&goal, have, want, opts->prune);
	plan->wanted = count_wanted(want);
	set_threads(&p);
	set_params(&p);
	adm_vec_for_each(&have->groups, i, group)
		del_luns(&p, group);
	sessions_steps(&p, '-', have, &goal);
	targets_steps(&p, '-', have, &goal);
	close_devices(&p);
	leave_groups(&p);
	open_devices(&p);
	enter_groups(&p);
	targets_steps(&p, '+', &goal, have);
	sessions_steps(&p, '+', &goal, have);
	adm_map_free(&p.by_group);
	adm_text_free(&p.buf);
	adm_config_free(&goal);
}

void adm_plan_free(struct adm_plan *plan)
{
	adm_vec_free(&plan->steps);
	adm_arena_free(&plan->arena);
}

void adm_plan_print(const struct adm_plan *plan, struct adm_text *out)
{
	const struct adm_step *s;
	size_t i;

	adm_vec_for_each(&plan->steps, i, s) {
		adm_text_addf(out, "%c %s", s->sign, s->what);
		if (s->sign == '!' && s->why)
			adm_text_addf(out, ": %s", s->why);
		if (s->touches)
			adm_text_addf(out, "  [%s]", s->touches);
		adm_text_add(out, "\n");
	}
}
