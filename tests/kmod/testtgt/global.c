// SPDX-License-Identifier: GPL-2.0
/* Calls that are about the whole core: standing still, threads, detection. */
#include <linux/mutex.h>
#include <linux/string.h>

#include "testtgt.h"

static DEFINE_MUTEX(global_mutex);	/* protects what follows */
static int suspensions, keeps, threads;
static int detect_result;
static bool detecting;
static struct scst_tgt *detected;

int tt_suspend(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	scst_suspend_activity();
	mutex_lock(&global_mutex);
	suspensions++;
	mutex_unlock(&global_mutex);
	tt_log("suspended");
	return 0;
}

static bool count_down(int *count)
{
	bool some;

	mutex_lock(&global_mutex);
	some = *count > 0;
	if (some)
		--*count;
	mutex_unlock(&global_mutex);
	return some;
}

int tt_resume(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	if (!count_down(&suspensions))
		return scst_proc_refuse(ctx, -EINVAL, NULL, "not suspended");
	scst_resume_activity();
	return 0;
}

int tt_get(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	scst_get();
	mutex_lock(&global_mutex);
	keeps++;
	mutex_unlock(&global_mutex);
	return 0;
}

int tt_put(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	if (!count_down(&keeps))
		return scst_proc_refuse(ctx, -EINVAL, NULL, "nothing to put");
	scst_put();
	return 0;
}

/* threads add|del N */
int tt_threads(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u64 n;
	int ret = 0;

	if (tt_parse_num(ctx, argv[1], INT_MAX, &n))
		return -EINVAL;
	if (!strcmp(argv[0], "add"))
		ret = scst_add_cmd_threads(n);
	else
		scst_del_cmd_threads(n);
	if (ret)
		return scst_proc_refuse(ctx, ret, argv[1], "the core refuses it");
	mutex_lock(&global_mutex);
	threads += strcmp(argv[0], "add") ? -(int)n : (int)n;
	mutex_unlock(&global_mutex);
	return 0;
}

/* ---- a driver that looks for its targets ---- */

static int detect_xmit(struct scst_cmd *cmd)
{
	return SCST_TGT_RES_FATAL_ERROR;	/* it never has a session */
}

static void detect_release(struct scst_tgt *tgt)
{
	tt_log("released %s", tgt->name);
}

static int detect_fn(const struct scst_tgt_template *tgtt)
{
	detected = scst_register(tgtt, "detected");
	if (IS_ERR(detected))
		return PTR_ERR(detected);
	return detect_result;
}

static const struct scst_tgt_template detect_tgtt = {
	.name		= TT_NAME "_detect",
	.module		= THIS_MODULE,
	.use_clustering	= 1,
	.xmit_response	= detect_xmit,
	.detect		= detect_fn,
	.release	= detect_release,
};

static void __detect_off(void)
{
	lockdep_assert_held(&global_mutex);
	if (detecting)
		scst_unregister_target_template(&detect_tgtt);
	detecting = false;
}

/* detect ok|fail|off */
int tt_detect(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	int ret = 0;

	mutex_lock(&global_mutex);
	if (!strcmp(argv[0], "off")) {
		__detect_off();
		goto out;
	}
	detect_result = strcmp(argv[0], "ok") ? -ENODEV : 1;
	ret = scst_register_target_template(&detect_tgtt);
	if (ret)
		scst_proc_refuse(ctx, ret, argv[0], "refused: error %d", ret);
	else
		detecting = true;
out:
	mutex_unlock(&global_mutex);
	return ret;
}

/* At the end, before commands are waited for. */
void tt_global_undo(void)
{
	struct scst_proc_ctx ctx = { };

	while (!tt_put(&ctx, 0, NULL))
		;
	while (!tt_resume(&ctx, 0, NULL))
		;
	if (threads > 0)
		scst_del_cmd_threads(threads);
	threads = 0;
	mutex_lock(&global_mutex);
	__detect_off();
	mutex_unlock(&global_mutex);
}
