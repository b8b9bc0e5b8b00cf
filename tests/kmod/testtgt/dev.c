// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual disks that hold commands. "testdev" can be called in any context,
 * "testdev_thr" in none that may not sleep; it has threads of its own.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "testtgt.h"

#define TT_DEV_NAME	"testdev"
#define TT_SHIFT	9
#define TT_NBLOCKS	2048

struct tt_dev {
	struct list_head entry;		/* in tt_devs */
	struct scst_device *dev;	/* from attach() to detach() */
	int id;
	bool hold;
	u8 attach;			/* enum tt_attach */
	char name[64];
};

/* What attach_tgt() does; the words of the command. */
enum tt_attach {
	TT_ATTACH_OK,
	TT_ATTACH_SLOW,
	TT_ATTACH_FAIL,
};

static const char *const attach_words[] = { "ok", "slow", "fail" };

/* A command in exec(). */
struct tt_parked {
	struct list_head entry;		/* in parked, under parked_lock */
	struct scst_cmd *cmd;
	u64 tag;
};

static LIST_HEAD(tt_devs);		/* under tt_mutex */
static DEFINE_SPINLOCK(parked_lock);	/* any context */
static LIST_HEAD(parked);

/* ---- execution ---- */

/* A byte is its place, modulo 256; blocks by LBA are no different. */
static void put_data_in(struct scst_cmd *cmd, u32 len)
{
	struct sg_mapping_iter it;
	u32 pos = 0, i;

	sg_miter_start(&it, cmd->sg, cmd->sg_cnt, SG_MITER_TO_SG | SG_MITER_ATOMIC);
	while (pos < len && sg_miter_next(&it))
		for (i = 0; i < it.length && pos < len; i++)
			((u8 *)it.addr)[i] = pos++;
	sg_miter_stop(&it);
}

static void succeed(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);
	u32 len = scst_cmd_get_bufflen(cmd);

	if (scst_cmd_get_data_direction(cmd) != SCST_DATA_READ || !len)
		return;
	if (tc && tc->o.resp)
		len = min(len, tc->o.resp - 1);
	put_data_in(cmd, len);
	scst_set_resp_data_len(cmd, len);
}

/* What scst_get_buf_first() and its relatives give. */
static void log_pieces(const struct tt_cmd *tc, struct scst_cmd *cmd)
{
	int n = 0, len, sum = 0;
	u8 *buf;

	for (len = scst_get_buf_first(cmd, &buf); len > 0;
	     len = scst_get_buf_next(cmd, &buf)) {
		sum += len;
		n++;
		scst_put_buf(cmd, buf);
	}
	if (n)
		tt_log("pieces %llu %d of %d, %d bytes", tc->tag, n,
		       scst_get_buf_count(cmd), sum);
}

static void log_data_out(const struct tt_cmd *tc, struct scst_cmd *cmd)
{
	u8 buf[16];
	u32 len;

	log_pieces(tc, cmd);
	if (scst_cmd_get_data_direction(cmd) != SCST_DATA_WRITE)
		return;
	len = scst_get_param_list(cmd, buf, 0, sizeof(buf));
	tt_log_hex("got", tc->tag, buf, len);
}

static bool wants_park(const struct scst_cmd *cmd, const struct tt_cmd *tc)
{
	struct tt_dev *td = cmd->dev->dh_priv;

	if (READ_ONCE(tt_exiting) || (tc && tc->o.pass))
		return false;
	return (tc && tc->o.park) || READ_ONCE(td->hold);
}

static bool park(struct scst_cmd *cmd)
{
	struct tt_parked *p = kmalloc(sizeof(*p), GFP_ATOMIC);
	unsigned long flags;

	if (!p)
		return false;
	p->cmd = cmd;
	p->tag = scst_cmd_get_tag(cmd);
	spin_lock_irqsave(&parked_lock, flags);
	list_add_tail(&p->entry, &parked);
	spin_unlock_irqrestore(&parked_lock, flags);
	return true;
}

static enum scst_exec_res tt_exec(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);

	if (tc && tc->o.exec_thread && cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;
	if (tc && tc->o.verbose)
		log_data_out(tc, cmd);
	tt_log("exec %llu", scst_cmd_get_tag(cmd));
	if (wants_park(cmd, tc)) {
		if (park(cmd))
			return SCST_EXEC_COMPLETED;
		scst_set_busy(cmd);
	} else {
		succeed(cmd);
	}
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}

static void tt_dev_done(struct scst_cmd *cmd)
{
	const struct tt_cmd *tc = tt_cmd_of(cmd);

	if (tc && tc->o.verbose)
		tt_log("dev_done %llu", tc->tag);
}

static void tt_task_mgmt_fn(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	/* Of one command the log tells already. */
	if (mcmd->fn != SCST_ABORT_TASK)
		tt_log("dev_tm %s %d", dev->name, mcmd->fn);
}

/* The oldest with this tag, or any at the end. */
static struct scst_cmd *parked_take(u64 tag, bool any)
{
	struct tt_parked *p;

	spin_lock_irq(&parked_lock);
	list_for_each_entry(p, &parked, entry) {
		struct scst_cmd *cmd = p->cmd;

		if (!any && p->tag != tag)
			continue;
		list_del(&p->entry);
		spin_unlock_irq(&parked_lock);
		kfree(p);
		return cmd;
	}
	spin_unlock_irq(&parked_lock);
	return NULL;
}

void tt_parked_let_go(void)
{
	struct scst_cmd *cmd;

	while ((cmd = parked_take(0, true))) {
		succeed(cmd);
		scst_cmd_done(cmd, SCST_CONTEXT_DIRECT);
	}
}

static struct scst_cmd *parked_named(struct scst_proc_ctx *ctx,
				     const char *word)
{
	struct scst_cmd *cmd;
	u64 tag;

	if (tt_parse_num(ctx, word, U64_MAX, &tag))
		return NULL;
	cmd = parked_take(tag, false);
	if (!cmd)
		scst_proc_refuse(ctx, -EINVAL, word, "not in exec()");
	return cmd;
}

static void cmd_done(struct scst_cmd *cmd, u32 context)
{
	unsigned long flags = tt_context_enter(context);

	scst_cmd_done(cmd, context);
	tt_context_leave(context, flags);
}

/* release TAG|all [CONTEXT] */
int tt_release(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 context = SCST_CONTEXT_DIRECT;
	struct scst_cmd *cmd;

	if (argc == 2 && tt_parse_context(ctx, argv[1], &context))
		return -EINVAL;
	if (!strcmp(argv[0], "all")) {
		tt_parked_let_go();
		return 0;
	}
	cmd = parked_named(ctx, argv[0]);
	if (!cmd)
		return -EINVAL;
	succeed(cmd);
	cmd_done(cmd, context);
	return 0;
}

/* fail TAG KEY ASC ASCQ [CONTEXT] */
int tt_fail(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 context = SCST_CONTEXT_DIRECT;
	struct scst_cmd *cmd;
	u64 sense[3];
	int i;

	for (i = 0; i < 3; i++)
		if (tt_parse_num(ctx, argv[i + 1], i ? 0xff : 0xf, &sense[i]))
			return -EINVAL;
	if (argc == 5 && tt_parse_context(ctx, argv[4], &context))
		return -EINVAL;
	cmd = parked_named(ctx, argv[0]);
	if (!cmd)
		return -EINVAL;
	scst_set_cmd_error(cmd, sense[0], sense[1], sense[2]);
	cmd_done(cmd, context);
	return 0;
}

/* status TAG STATUS [CONTEXT] */
int tt_status(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 context = SCST_CONTEXT_DIRECT;
	struct scst_cmd *cmd;
	u64 status;

	if (tt_parse_num(ctx, argv[1], 0xff, &status) ||
	    (argc == 3 && tt_parse_context(ctx, argv[2], &context)))
		return -EINVAL;
	cmd = parked_named(ctx, argv[0]);
	if (!cmd)
		return -EINVAL;
	scst_set_cmd_error_status(cmd, status);
	cmd_done(cmd, context);
	return 0;
}

/* ---- devices ---- */

static int tt_attach(struct scst_device *dev)
{
	struct tt_dev *td = dev->dh_priv;

	td->dev = dev;
	dev->block_shift = TT_SHIFT;
	dev->nblocks = TT_NBLOCKS;
	return 0;
}

/* The core's mutex is held: a registration of a session stays where it is. */
static int tt_attach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct tt_dev *td = tgt_dev->dev->dh_priv;

	if (td->attach == TT_ATTACH_SLOW) {
		tt_log("attach_tgt %s", td->name);
		wait_event_timeout(tt_wait, READ_ONCE(td->attach) !=
				   TT_ATTACH_SLOW || READ_ONCE(tt_exiting),
				   TT_WAIT);
	}
	return td->attach == TT_ATTACH_FAIL ? -ENOSPC : 0;
}

static const struct scst_dev_type any_type = {
	.name			= TT_DEV_NAME,
	.type			= TYPE_DISK,
	.module			= THIS_MODULE,
	.parse_atomic		= 1,
	.exec_atomic		= 1,
	.dev_done_atomic	= 1,
	.parse			= scst_sbc_generic_parse,
	.exec			= tt_exec,
	.task_mgmt_fn		= tt_task_mgmt_fn,
	.attach			= tt_attach,
	.attach_tgt		= tt_attach_tgt,
};

static const struct scst_dev_type thr_type = {
	.name			= TT_DEV_NAME "_thr",
	.type			= TYPE_DISK,
	.module			= THIS_MODULE,
	.threads_num		= 1,
	.no_proc		= 1,
	.parse			= scst_sbc_generic_parse,
	.exec			= tt_exec,
	.dev_done		= tt_dev_done,
	.task_mgmt_fn		= tt_task_mgmt_fn,
	.attach			= tt_attach,
};

static struct tt_dev *__dev_find(struct scst_proc_ctx *ctx, const char *name)
{
	struct tt_dev *td;

	lockdep_assert_held(&tt_mutex);
	list_for_each_entry(td, &tt_devs, entry)
		if (!strcmp(td->name, name))
			return td;
	scst_proc_refuse(ctx, -EINVAL, name, "no such device");
	return NULL;
}

/* add_device NAME [thr] [hold] */
int tt_dev_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	const struct scst_dev_type *type = &any_type;
	struct tt_dev *td = kzalloc(sizeof(*td), GFP_KERNEL);
	int i, ret;

	if (!td)
		return -ENOMEM;
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "thr")) {
			type = &thr_type;
		} else if (!strcmp(argv[i], "hold")) {
			td->hold = true;
		} else {
			kfree(td);
			return scst_proc_refuse(ctx, -EINVAL, argv[i],
						"\"thr\" or \"hold\"");
		}
	}
	strscpy(td->name, argv[0], sizeof(td->name));
	ret = scst_register_virtual_device(type, argv[0], td);
	if (ret < 0) {
		kfree(td);
		return scst_proc_refuse(ctx, ret, argv[0],
					"the core refuses it: error %d", ret);
	}
	td->id = ret;
	mutex_lock(&tt_mutex);
	list_add_tail(&td->entry, &tt_devs);
	mutex_unlock(&tt_mutex);
	return 0;
}

int tt_dev_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_dev *td;

	mutex_lock(&tt_mutex);
	td = __dev_find(ctx, argv[0]);
	if (td)
		list_del(&td->entry);
	mutex_unlock(&tt_mutex);
	if (!td)
		return -EINVAL;
	scst_unregister_virtual_device(td->id);
	kfree(td);
	return 0;
}

/* mode NAME hold|pass */
int tt_dev_mode(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	bool hold = !strcmp(argv[1], "hold");
	struct tt_dev *td;

	if (!hold && strcmp(argv[1], "pass"))
		return scst_proc_refuse(ctx, -EINVAL, argv[1],
					"\"hold\" or \"pass\"");
	mutex_lock(&tt_mutex);
	td = __dev_find(ctx, argv[0]);
	if (td)
		WRITE_ONCE(td->hold, hold);
	mutex_unlock(&tt_mutex);
	return td ? 0 : -EINVAL;
}

/* attach NAME ok|slow|fail */
int tt_dev_attach(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	int what = match_string(attach_words, ARRAY_SIZE(attach_words), argv[1]);
	struct tt_dev *td;

	if (what < 0)
		return scst_proc_refuse(ctx, -EINVAL, argv[1], "no such word");
	mutex_lock(&tt_mutex);
	td = __dev_find(ctx, argv[0]);
	if (td)
		WRITE_ONCE(td->attach, what);
	mutex_unlock(&tt_mutex);
	wake_up_all(&tt_wait);
	return td ? 0 : -EINVAL;
}

/* One bit or number of the control mode page. */
static int control_set(struct scst_proc_ctx *ctx, struct scst_control *c,
		       const char *word)
{
	static const struct {
		const char *key;
		size_t offset;
		u8 max;
	} fields[] = {
		{ "tst=", offsetof(struct scst_control, tst), 7 },
		{ "qerr=", offsetof(struct scst_control, qerr), 3 },
		{ "tas=", offsetof(struct scst_control, tas), 1 },
		{ "d_sense=", offsetof(struct scst_control, d_sense), 1 },
		{ "swp=", offsetof(struct scst_control, swp), 1 },
	};
	unsigned int i;
	u64 val;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		size_t len = strlen(fields[i].key);

		if (strncmp(word, fields[i].key, len))
			continue;
		if (tt_parse_num(ctx, word + len, fields[i].max, &val))
			return -EINVAL;
		WRITE_ONCE(*((u8 *)c + fields[i].offset), val);
		return 0;
	}
	return scst_proc_refuse(ctx, -EINVAL, word, "no such field");
}

/* control NAME FIELD=VALUE... */
int tt_dev_control(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_dev *td;
	int i, ret = 0;

	mutex_lock(&tt_mutex);
	td = __dev_find(ctx, argv[0]);
	if (!td)
		ret = -EINVAL;
	for (i = 1; i < argc && !ret; i++)
		ret = control_set(ctx, &td->dev->control, argv[i]);
	mutex_unlock(&tt_mutex);
	return ret;
}

/* ua NAME NUMBER */
int tt_dev_ua(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_dev *td;
	u64 ua;

	if (tt_parse_num(ctx, argv[1], SCST_NR_UAS - 1, &ua))
		return -EINVAL;
	mutex_lock(&tt_mutex);
	td = __dev_find(ctx, argv[0]);
	if (td)
		scst_dev_raise_ua(td->dev, ua, NULL);
	mutex_unlock(&tt_mutex);
	return td ? 0 : -EINVAL;
}

void tt_devs_del_all(void)
{
	struct tt_dev *td, *tmp;

	list_for_each_entry_safe(td, tmp, &tt_devs, entry) {
		scst_unregister_virtual_device(td->id);
		kfree(td);
	}
}

int tt_dev_init(void)
{
	int ret = scst_register_virtual_dev_driver(&any_type);

	if (ret)
		return ret;
	ret = scst_register_virtual_dev_driver(&thr_type);
	if (ret)
		scst_unregister_virtual_dev_driver(&any_type);
	return ret;
}

void tt_dev_exit(void)
{
	scst_unregister_virtual_dev_driver(&thr_type);
	scst_unregister_virtual_dev_driver(&any_type);
}
