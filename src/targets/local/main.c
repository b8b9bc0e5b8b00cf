// SPDX-License-Identifier: GPL-2.0
/*
 * The module, its parameters, and targets.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "local.h"

static char *target = "scst_local_tgt";
module_param(target, charp, 0444);
MODULE_PARM_DESC(target, "name of the first target; empty: none");

static char *initiator = "scst_local_host";
module_param(initiator, charp, 0444);
MODULE_PARM_DESC(initiator, "initiator name of the first session; empty: none");

bool slocal_own_buffers;
module_param_named(own_buffers, slocal_own_buffers, bool, 0444);
MODULE_PARM_DESC(own_buffers,
		 "copy data into buffers of the core, as a driver of a wire does, instead of lending the initiator's pages");

/*
 * Protects lists and states, nothing else: no call into the core or into the
 * SCSI mid-level is made under it, so that it can be taken from either.
 */
DEFINE_MUTEX(slocal_mutex);
LIST_HEAD(slocal_tgts);
LIST_HEAD(slocal_sessions);

/* Woken when an object has left its list. */
DECLARE_WAIT_QUEUE_HEAD(slocal_wait);

struct device *slocal_parent;

bool slocal_exiting;	/* nothing can be added any more; under slocal_mutex */

/* ---- targets ---- */

static struct slocal_tgt *__tgt_find_any(const char *name)
{
	struct slocal_tgt *lt;

	lockdep_assert_held(&slocal_mutex);
	list_for_each_entry(lt, &slocal_tgts, entry)
		if (!strcmp(lt->name, name))
			return lt;
	return NULL;
}

/* A target that can be used. Context: slocal_mutex held. */
struct slocal_tgt *__slocal_tgt_find(const char *name)
{
	struct slocal_tgt *lt = __tgt_find_any(name);

	return lt && lt->state == SLOCAL_LIVE ? lt : NULL;
}

/* Takes the name, so that nobody else can while the core is asked. */
static int tgt_reserve(struct scst_proc_ctx *ctx, struct slocal_tgt *lt,
		       const char *name)
{
	int ret = 0;

	mutex_lock(&slocal_mutex);
	if (slocal_exiting)
		ret = scst_proc_refuse(ctx, -EINVAL, NULL,
				       SLOCAL_NAME " is being unloaded");
	else if (__tgt_find_any(name))
		ret = scst_proc_refuse(ctx, -EINVAL, name,
				       "there is a target of this name already");
	else
		list_add_tail(&lt->entry, &slocal_tgts);
	mutex_unlock(&slocal_mutex);
	return ret;
}

static void tgt_forget(struct slocal_tgt *lt)
{
	mutex_lock(&slocal_mutex);
	list_del(&lt->entry);
	mutex_unlock(&slocal_mutex);
	kfree(lt);
	wake_up_all(&slocal_wait);
}

/* The end of scst_unregister(). */
static void tgt_release(struct scst_tgt *tgt)
{
	tgt_forget(scst_tgt_get_tgt_priv(tgt));
}

int slocal_tgt_add(struct scst_proc_ctx *ctx, const char *name)
{
	struct slocal_tgt *lt;
	int ret;

	lt = kzalloc(sizeof(*lt), GFP_KERNEL);
	if (!lt)
		return -ENOMEM;
	lt->state = SLOCAL_COMING;
	if (strscpy(lt->name, name, sizeof(lt->name)) < 0) {
		kfree(lt);
		return scst_proc_refuse(ctx, -EINVAL, name,
					"a target's name has at most %d characters",
					SCST_MAX_INITIATOR_NAME);
	}
	ret = tgt_reserve(ctx, lt, name);
	if (ret) {
		kfree(lt);
		return ret;
	}

	lt->tgt = scst_register(&slocal_tgtt, lt->name);
	if (IS_ERR(lt->tgt)) {
		ret = PTR_ERR(lt->tgt);
		tgt_forget(lt);
		return scst_proc_refuse(ctx, ret, name,
					"the core refuses this target, see the kernel's log");
	}
	scst_tgt_set_tgt_priv(lt->tgt, lt);

	mutex_lock(&slocal_mutex);
	lt->state = SLOCAL_LIVE;
	mutex_unlock(&slocal_mutex);
	return 0;
}

/* What keeps @lt from being deleted, for the message. */
static const char *__tgt_session_name(const struct slocal_tgt *lt)
{
	const struct slocal_sess *ls;

	list_for_each_entry(ls, &slocal_sessions, entry)
		if (ls->lt == lt)
			return ls->initiator;
	return "";
}

int slocal_tgt_del(struct scst_proc_ctx *ctx, const char *name)
{
	struct slocal_tgt *lt;
	int ret = 0;

	mutex_lock(&slocal_mutex);
	lt = __slocal_tgt_find(name);
	if (!lt)
		ret = scst_proc_refuse(ctx, -EINVAL, name,
				       "there is no such target");
	else if (lt->nr_sess)
		ret = scst_proc_refuse(ctx, -EINVAL, name,
				       "%u sessions, one of initiator %.64s: del_session first",
				       lt->nr_sess, __tgt_session_name(lt));
	else
		lt->state = SLOCAL_GOING;
	mutex_unlock(&slocal_mutex);
	if (ret)
		return ret;

	scst_unregister(lt->tgt);
	return 0;
}

static struct slocal_tgt *tgt_take_any(void)
{
	struct slocal_tgt *lt;

	mutex_lock(&slocal_mutex);
	list_for_each_entry(lt, &slocal_tgts, entry) {
		if (lt->state != SLOCAL_LIVE)
			continue;
		lt->state = SLOCAL_GOING;
		mutex_unlock(&slocal_mutex);
		return lt;
	}
	mutex_unlock(&slocal_mutex);
	return NULL;
}

/*
 * Removes everything, and waits for what /proc commands that are still running
 * have in their hands: those see slocal_exiting or have added their object
 * before, and each pass takes what has become LIVE.
 */
static void slocal_remove_all(void)
{
	struct slocal_tgt *lt;

	mutex_lock(&slocal_mutex);
	slocal_exiting = true;
	mutex_unlock(&slocal_mutex);

	do {
		slocal_sess_del_all();
	} while (!wait_event_timeout(slocal_wait, list_empty(&slocal_sessions),
				     HZ / 10));
	do {
		while ((lt = tgt_take_any()))
			scst_unregister(lt->tgt);
	} while (!wait_event_timeout(slocal_wait, list_empty(&slocal_tgts),
				     HZ / 10));
}

/* ---- the module ---- */

const struct scst_tgt_template slocal_tgtt = {
	.name			= SLOCAL_NAME,
	.module			= THIS_MODULE,
	.xmit_response_atomic	= 1,
	.rdy_to_xfer_atomic	= 1,
	.xmit_response		= slocal_xmit_response,
	.rdy_to_xfer		= slocal_rdy_to_xfer,
	.on_free_cmd		= slocal_on_free_cmd,
	.task_mgmt_fn_done	= slocal_task_mgmt_fn_done,
	.report_aen		= slocal_report_aen,
	.session_of		= slocal_session_of,
	.release		= tgt_release,
	.proc			= &slocal_proc,
	.show_target		= slocal_show_target,
};

/* What the parameters ask for. */
static int __init slocal_add_first(void)
{
	struct scst_proc_ctx ctx = { };
	int ret;

	if (!*target)
		return 0;
	ret = slocal_tgt_add(&ctx, target);
	if (!ret && *initiator)
		ret = slocal_sess_add(&ctx, target, initiator);
	if (ret)
		scst_err(SLOCAL_NAME ": can't start with target \"%s\", initiator \"%s\": %s (error %d)\n",
			 target, initiator,
			 ctx.why[0] ? ctx.why : "not enough memory", ret);
	return ret;
}

static int __init slocal_init(void)
{
	int ret;

	slocal_parent = root_device_register(SLOCAL_NAME);
	if (IS_ERR(slocal_parent))
		return PTR_ERR(slocal_parent);
	ret = scst_register_target_template(&slocal_tgtt);
	if (ret)
		goto err_parent;
	ret = slocal_add_first();
	if (ret)
		goto err_template;
	return 0;

err_template:
	slocal_remove_all();
	scst_unregister_target_template(&slocal_tgtt);
err_parent:
	root_device_unregister(slocal_parent);
	return ret;
}

static void __exit slocal_exit(void)
{
	slocal_remove_all();
	scst_unregister_target_template(&slocal_tgtt);
	root_device_unregister(slocal_parent);
}

module_init(slocal_init);
module_exit(slocal_exit);

MODULE_DESCRIPTION("SCST target driver for initiators on the same host");
MODULE_LICENSE("GPL");
SCST_IMPORT_NS;
