// SPDX-License-Identifier: GPL-2.0
/*
 * Targets, and the two templates: one with every callback, all of them callable
 * in atomic context, and a lean one with just what is required.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "testtgt.h"

DEFINE_MUTEX(tt_mutex);		/* lists and states; nothing of the core's is called under it */
bool tt_exiting;

static LIST_HEAD(tt_targets);	/* struct tt_target.entry, under tt_mutex */

static void tt_release_target(struct scst_tgt *tgt)
{
	kfree(scst_tgt_get_tgt_priv(tgt));
}

static const struct scst_tgt_template full_tgtt = {
	.name			= TT_NAME,
	.module			= THIS_MODULE,
	.xmit_response_atomic	= 1,
	.rdy_to_xfer_atomic	= 1,
	.preprocessing_done_atomic = 1,
	.xmit_response		= tt_xmit_response,
	.rdy_to_xfer		= tt_rdy_to_xfer,
	.alloc_data_buf		= tt_alloc_data_buf,
	.preprocessing_done	= tt_preprocessing_done,
	.on_free_cmd		= tt_on_free_cmd,
	.pre_exec		= tt_pre_exec,
	.task_mgmt_fn_done	= tt_task_mgmt_fn_done,
	.report_aen		= tt_report_aen,
	.release		= tt_release_target,
	.proc			= &tt_proc,
};

static const struct scst_tgt_template lean_tgtt = {
	.name			= TT_NAME "_lean",
	.module			= THIS_MODULE,
	.no_proc_entry		= 1,
	.threads_num		= 1,
	.sg_tablesize		= 4,
	.no_clustering		= 1,
	.xmit_response		= tt_xmit_response,
	.rdy_to_xfer		= tt_rdy_to_xfer,
	.preprocessing_done	= tt_preprocessing_done,
	.on_free_cmd		= tt_on_free_cmd,
	.task_mgmt_fn_done	= tt_task_mgmt_fn_done,
	.release		= tt_release_target,
};

struct tt_target *__tt_target_find(const char *name)
{
	struct tt_target *t;

	lockdep_assert_held(&tt_mutex);
	list_for_each_entry(t, &tt_targets, entry)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

int tt_target_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	const struct scst_tgt_template *tgtt = &full_tgtt;
	struct tt_target *t;

	if (argc == 2 && strcmp(argv[1], "lean"))
		return scst_proc_refuse(ctx, -EINVAL, argv[1], "only \"lean\"");
	if (argc == 2)
		tgtt = &lean_tgtt;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	if (strscpy(t->name, argv[0], sizeof(t->name)) < 0) {
		kfree(t);
		return scst_proc_refuse(ctx, -EINVAL, argv[0], "too long");
	}

	t->tgt = scst_register(tgtt, t->name);
	if (IS_ERR(t->tgt)) {
		int ret = PTR_ERR(t->tgt);

		kfree(t);
		return scst_proc_refuse(ctx, ret, argv[0], "the core refuses it");
	}
	scst_tgt_set_tgt_priv(t->tgt, t);
	mutex_lock(&tt_mutex);
	list_add_tail(&t->entry, &tt_targets);
	mutex_unlock(&tt_mutex);
	return 0;
}

int tt_target_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_target *t;
	int ret = 0;

	mutex_lock(&tt_mutex);
	t = __tt_target_find(argv[0]);
	if (!t)
		ret = scst_proc_refuse(ctx, -EINVAL, argv[0], "no such target");
	else if (t->nr_sess)
		ret = scst_proc_refuse(ctx, -EINVAL, argv[0], "has sessions");
	else
		list_del(&t->entry);
	mutex_unlock(&tt_mutex);
	if (!ret)
		scst_unregister(t->tgt);
	return ret;
}

void tt_targets_del_all(void)
{
	struct tt_target *t, *tmp;

	list_for_each_entry_safe(t, tmp, &tt_targets, entry)
		scst_unregister(t->tgt);
}

int tt_target_init(void)
{
	int ret = scst_register_target_template(&lean_tgtt);

	if (ret)
		return ret;
	ret = scst_register_target_template(&full_tgtt);
	if (ret)
		scst_unregister_target_template(&lean_tgtt);
	return ret;
}

void tt_target_exit(void)
{
	scst_unregister_target_template(&full_tgtt);
	scst_unregister_target_template(&lean_tgtt);
}
