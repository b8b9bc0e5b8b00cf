// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt/tpg: target port groups and their asymmetric access states. A
 * line has a word for what it is about, then NAME=VALUE.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "alua.h"
#include "proc.h"

static const char *const mode_names[] = {
	[0]					   = "off",
	[SCST_TPGS_IMPLICIT]			   = "implicit",
	[SCST_TPGS_EXPLICIT]			   = "explicit",
	[SCST_TPGS_IMPLICIT | SCST_TPGS_EXPLICIT] = "both",
};

static const char *const state_names[] = {
	[SCST_ACCESS_OPTIMIZED]	    = "optimized",
	[SCST_ACCESS_NONOPTIMIZED]  = "nonoptimized",
	[SCST_ACCESS_STANDBY]	    = "standby",
	[SCST_ACCESS_UNAVAILABLE]   = "unavailable",
	[SCST_ACCESS_TRANSITIONING] = "transitioning",
};

/* ---- what is shown ---- */

static void group_show(struct seq_file *m, unsigned int place)
{
	const struct scst_tpg *tpg = &scst_tpgs[place];
	struct scst_device *dev;
	struct scst_tgt *tgt;

	seq_printf(m, "group id=%u pref=%s state=%s\n", tpg->id,
		   tpg->pref ? "yes" : "no", state_names[tpg->state]);
	list_for_each_entry(tgt, &tpg->tgts, tpg_entry)
		seq_printf(m, "target group=%u port=%u driver=%s name=%s\n",
			   tpg->id, tgt->rel_tgt_id, tgt->tgtt->name, tgt->name);
	list_for_each_entry(dev, &scst_devices, entry)
		if (!dev->dying && scst_dev_has_access(dev))
			seq_printf(m, "device group=%u name=%s state=%s\n", tpg->id,
				   dev->name, state_names[dev->access[place].state]);
}

static int tpg_show(struct seq_file *m, void *obj)
{
	unsigned int i;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	mutex_lock(&scst_alua_lock);
	seq_printf(m, "mode %s\n", mode_names[scst_tpgs_mode]);
	for (i = 0; i < SCST_MAX_TPGS; i++)
		if (scst_tpgs[i].id)
			group_show(m, i);
	mutex_unlock(&scst_alua_lock);
	mutex_unlock(&scst_mutex);
	return 0;
}

/* ---- words of commands ---- */

static int word_find(const char *const *names, unsigned int n, const char *word)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (names[i] && !strcmp(names[i], word))
			return i;
	return -1;
}

static int id_parse(struct scst_proc_ctx *ctx, const char *word, u16 *id)
{
	u64 val;

	if (scst_proc_parse_u64(word, U16_MAX, &val) || !val)
		return scst_proc_refuse(ctx, -EINVAL, word,
					"not a target port group, those are numbers from 1 to 65535");
	*id = val;
	return 0;
}

static void lock_all(void)
{
	mutex_lock(&scst_mutex);
	mutex_lock(&scst_alua_lock);
}

static void unlock_all(void)
{
	mutex_unlock(&scst_alua_lock);
	mutex_unlock(&scst_mutex);
}

/* The place of a group, or -errno. */
static int __group_get(struct scst_proc_ctx *ctx, const char *word)
{
	int place;
	u16 id;
	int ret;

	ret = id_parse(ctx, word, &id);
	if (ret)
		return ret;
	place = __scst_tpg_find(id);
	if (place < 0)
		return scst_proc_refuse(ctx, -EINVAL, word,
					"no such target port group");
	return place;
}

/* ---- commands ---- */

static int run_mode(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	int mode = word_find(mode_names, ARRAY_SIZE(mode_names), argv[0]);

	if (mode < 0)
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
					"not a mode: off, implicit, explicit, both");
	lock_all();
	__scst_alua_set_mode(mode);
	unlock_all();
	return 0;
}

static int __group_add(struct scst_proc_ctx *ctx, u16 id, const char *word)
{
	struct scst_device *dev;
	struct scst_tpg *tpg;
	unsigned int i;

	if (__scst_tpg_find(id) >= 0)
		return scst_proc_refuse(ctx, -EEXIST, word, "exists already");
	for (i = 0; i < SCST_MAX_TPGS && scst_tpgs[i].id; i++)
		;
	if (i == SCST_MAX_TPGS)
		return scst_proc_refuse(ctx, -ENOSPC, word,
					"there are %d target port groups already",
					SCST_MAX_TPGS);
	tpg = &scst_tpgs[i];
	INIT_LIST_HEAD(&tpg->tgts);
	tpg->id = id;
	tpg->state = SCST_ACCESS_OPTIMIZED;
	tpg->pref = false;
	/* No nexus looks at it: no target is in it. */
	list_for_each_entry(dev, &scst_devices, entry)
		memset(&dev->access[i], 0, sizeof(dev->access[i]));
	return 0;
}

static int run_add_tpg(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u16 id;
	int ret;

	ret = id_parse(ctx, argv[0], &id);
	if (ret)
		return ret;
	lock_all();
	ret = __group_add(ctx, id, argv[0]);
	unlock_all();
	return ret;
}

/* Its targets go back to the default group. */
static int run_del_tpg(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct scst_tgt *tgt, *next;
	int place;

	lock_all();
	place = __group_get(ctx, argv[0]);
	if (!place)
		place = scst_proc_refuse(ctx, -EINVAL, argv[0],
					 "this group always exists");
	if (place < 0)
		goto out;
	list_for_each_entry_safe(tgt, next, &scst_tpgs[place].tgts, tpg_entry)
		__scst_tpg_move(tgt, 0);
	scst_tpgs[place].id = 0;
	place = 0;
out:
	unlock_all();
	return place;
}

/* NULL: the reason is set. */
static struct scst_tgt *__target_find(struct scst_proc_ctx *ctx, const char *name,
				      const char *driver)
{
	struct scst_tgt *tgt, *found = NULL;
	struct scst_tmpl_entry *te;

	list_for_each_entry(te, &scst_templates, entry) {
		if (driver && strcmp(te->tgtt->name, driver))
			continue;
		list_for_each_entry(tgt, &te->tgts, entry) {
			if (strcmp(tgt->name, name))
				continue;
			if (found) {
				scst_proc_refuse(ctx, -EINVAL, name,
						 "several drivers have such a target, name one");
				return NULL;
			}
			found = tgt;
		}
	}
	if (!found)
		scst_proc_refuse(ctx, -EINVAL, name, "no such target");
	return found;
}

static int run_add_target(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct scst_tgt *tgt;
	int place, ret;

	lock_all();
	ret = __group_get(ctx, argv[0]);
	if (ret < 0)
		goto out;
	place = ret;
	ret = -EINVAL;
	tgt = __target_find(ctx, argv[1], argc > 2 ? argv[2] : NULL);
	if (!tgt)
		goto out;
	ret = 0;
	if (tgt->tpg == place)
		goto out;
	if (scst_tpgs[place].n_tgts >= SCST_TPG_MAX_PORTS) {
		ret = scst_proc_refuse(ctx, -ENOSPC, argv[0],
				       "has %d targets already", SCST_TPG_MAX_PORTS);
		goto out;
	}
	__scst_tpg_move(tgt, place);
out:
	unlock_all();
	return ret;
}

static void __state_set(struct scst_device *dev, unsigned int place, u8 state)
{
	struct scst_access *access = &dev->access[place];

	if (access->state == state)
		return;
	spin_lock_irq(&dev->tgt_devs_lock);
	access->state = state;
	access->status = SCST_ACCESS_BY_TARGET;
	spin_unlock_irq(&dev->tgt_devs_lock);
	__scst_alua_changed(dev, NULL);
}

static int __state_set_for(struct scst_proc_ctx *ctx, unsigned int place,
			   u8 state, const char *name)
{
	struct scst_device *dev;

	if (name) {
		dev = __scst_device_find(name);
		if (!dev || dev->dying || !scst_dev_has_access(dev))
			return scst_proc_refuse(ctx, -EINVAL, name,
						"no such device, or one without asymmetric access");
		__state_set(dev, place, state);
		return 0;
	}
	scst_tpgs[place].state = state;
	list_for_each_entry(dev, &scst_devices, entry)
		__state_set(dev, place, state);
	return 0;
}

static int run_set_state(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	int state = word_find(state_names, ARRAY_SIZE(state_names), argv[1]);
	int ret;

	if (state < 0)
		return scst_proc_refuse(ctx, -EINVAL, argv[1],
					"not a state: optimized, nonoptimized, standby, unavailable, transitioning");
	lock_all();
	ret = __group_get(ctx, argv[0]);
	if (ret >= 0)
		ret = __state_set_for(ctx, ret, state, argc > 2 ? argv[2] : NULL);
	unlock_all();
	return ret;
}

static int run_pref(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	static const char *const words[] = { "no", "yes" };
	int pref = word_find(words, ARRAY_SIZE(words), argv[1]);
	int ret;

	if (pref < 0)
		return scst_proc_refuse(ctx, -EINVAL, argv[1], "not yes or no");
	lock_all();
	ret = __group_get(ctx, argv[0]);
	if (ret >= 0) {
		scst_tpgs[ret].pref = pref;
		ret = 0;
	}
	unlock_all();
	return ret;
}

static const struct scst_proc_cmd tpg_cmds[] = {
	{ "mode", "off|implicit|explicit|both",
	  "who may change states: nobody, this file, initiators, both", 1, 1,
	  run_mode },
	{ "add_tpg", "ID", "make a target port group", 1, 1, run_add_tpg },
	{ "del_tpg", "ID", "delete a group; its targets go back to group 1", 1, 1,
	  run_del_tpg },
	{ "add_target", "ID TARGET [DRIVER]", "move a target into a group", 2, 3,
	  run_add_target },
	{ "set_state", "ID STATE [DEVICE]",
	  "how all devices, or one, are reached through a group: optimized, nonoptimized, standby, unavailable, transitioning",
	  2, 3, run_set_state },
	{ "pref", "ID yes|no", "is the group preferred?", 2, 2, run_pref },
};

const struct scst_proc_desc scst_proc_alua = {
	.cmds	= tpg_cmds,
	.n_cmds	= ARRAY_SIZE(tpg_cmds),
	.show	= tpg_show,
};
