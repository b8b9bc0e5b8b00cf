// SPDX-License-Identifier: GPL-2.0
/*
 * A SCSI command between the core and the program. Both hold it: the core until
 * on_free_cmd(), the program while it has something to answer. An aborted command
 * can end for the core while the program still has it; what the program says later
 * of that is only noted.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <scsi/scsi_proto.h>

#include "user.h"
#include "write_same.h"

struct kmem_cache *user_cmd_cache;

struct user_cmd *user_cmd_alloc(struct user_dev *dev, struct user_sess *sess,
				gfp_t gfp)
{
	struct user_cmd *ucmd = kmem_cache_zalloc(user_cmd_cache, gfp);

	if (!ucmd)
		return NULL;
	user_req_init(&ucmd->req, dev);
	refcount_set(&ucmd->refs, 1);
	refcount_inc(&sess->refs);
	ucmd->sess = sess;
	return ucmd;
}

static void cmd_free(struct user_cmd *ucmd)
{
	user_req_forget(&ucmd->req);
	user_sess_put(ucmd->sess);
	kfree(ucmd->long_cdb);
	kmem_cache_free(user_cmd_cache, ucmd);
}

/* ---- ON_FREE_CMD ---- */

static bool on_free_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_cmd *ucmd = user_cmd_of(req);

	get->on_free_cmd.pbuf = ucmd->addr;
	get->on_free_cmd.resp_data_len = ucmd->resp_len;
	get->on_free_cmd.buffer_cached = ucmd->cached;
	get->on_free_cmd.aborted = ucmd->aborted;
	get->on_free_cmd.status = ucmd->status;
	get->on_free_cmd.delivery_status = ucmd->delivery;
	return true;
}

static int on_free_reply(struct user_req *req,
			 const struct scst_user_reply_cmd *reply)
{
	cmd_free(user_cmd_of(req));
	return 0;
}

static void on_free_drop(struct user_req *req)
{
	cmd_free(user_cmd_of(req));
}

const struct user_sub user_sub_on_free = {
	.code = SCST_USER_ON_FREE_CMD,
	.size = sizeof(struct scst_user_scsi_on_free_cmd),
	.give = on_free_give,
	.reply = on_free_reply,
	.drop = on_free_drop,
};

/* ---- who holds it ---- */

/* Neither the core nor the program has it any more. */
static void cmd_end(struct user_cmd *ucmd, bool may_sleep)
{
	struct user_dev *dev = ucmd->req.dev;
	bool tell = ucmd->seen &&
		    READ_ONCE(dev->opt.on_free_cmd_type) == SCST_USER_ON_FREE_CMD_CALL;

	user_mem_put(ucmd, may_sleep);
	if (!tell || !user_req_queue(&ucmd->req, &user_sub_on_free))
		cmd_free(ucmd);
}

void user_cmd_put(struct user_cmd *ucmd, bool may_sleep)
{
	if (refcount_dec_and_test(&ucmd->refs))
		cmd_end(ucmd, may_sleep);
}

/* The core goes on. */
void user_cmd_resume(struct scst_cmd *cmd, enum user_phase phase,
		     enum scst_exec_context context)
{
	switch (phase) {
	case USER_PHASE_PARSE:
		scst_cmd_parsed(cmd, context);
		break;
	case USER_PHASE_BUFFER:
		scst_cmd_buffer_done(cmd, context);
		break;
	case USER_PHASE_EXEC:
		scst_cmd_done(cmd, context);
		break;
	}
}

/* The core's command, and it is the caller's: nobody else ends it. */
struct scst_cmd *user_cmd_claim(struct user_cmd *ucmd)
{
	struct user_dev *dev = ucmd->req.dev;
	struct scst_cmd *cmd;
	unsigned long flags;

	spin_lock_irqsave(&dev->lock, flags);
	cmd = ucmd->cmd;
	ucmd->cmd = NULL;
	spin_unlock_irqrestore(&dev->lock, flags);
	return cmd;
}

/**
 * user_cmd_ask() - the program has to do something for a command
 * @ucmd: the command
 * @sub: what
 * @phase: what the core waits for
 *
 * Context: any.
 * Return: false: the program is gone; ucmd->cmd is the caller's to end.
 */
bool user_cmd_ask(struct user_cmd *ucmd, const struct user_sub *sub,
		  enum user_phase phase)
{
	struct user_dev *dev = ucmd->req.dev;
	int aborts = atomic_read(&dev->aborts);
	bool aborted, queued;

	ucmd->phase = phase;
	smp_rmb();	/* the count before the flag: see user_cmd_aborted() */
	aborted = ucmd->cmd && scst_cmd_must_end(ucmd->cmd);
	refcount_inc(&ucmd->refs);
	/* A device stays for a grace period after its last command. */
	rcu_read_lock();
	queued = user_req_queue(&ucmd->req, sub);
	if (unlikely(aborted || aborts != atomic_read(&dev->aborts)))
		user_reap(dev);
	rcu_read_unlock();
	if (likely(queued))
		return true;
	ucmd->cmd = NULL;
	refcount_dec(&ucmd->refs);
	return false;
}

/* The program has answered: status and data are set, the core may have it. */
void user_cmd_answered(struct user_cmd *ucmd, enum scst_exec_context context)
{
	struct scst_cmd *cmd = user_cmd_claim(ucmd);

	if (cmd)
		user_cmd_resume(cmd, ucmd->phase, context);
	user_cmd_put(ucmd, true);
}

/* The device is being closed. */
void user_cmd_drop(struct user_req *req)
{
	struct user_cmd *ucmd = user_cmd_of(req);
	struct scst_cmd *cmd = user_cmd_claim(ucmd);

	if (ucmd->parent)
		user_ws_written(ucmd, false);
	if (cmd) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
		user_cmd_resume(cmd, ucmd->phase, SCST_CONTEXT_THREAD);
	}
	user_cmd_put(ucmd, true);
}

/* Before a command is shown to the program: it may have been aborted meanwhile. */
bool user_cmd_give_check(struct user_cmd *ucmd)
{
	if (ucmd->cmd && unlikely(scst_cmd_must_end(ucmd->cmd))) {
		if (ucmd->phase != USER_PHASE_EXEC)
			scst_set_busy(ucmd->cmd);	/* never sent */
		user_cmd_answered(ucmd, SCST_CONTEXT_THREAD);
		return false;
	}
	ucmd->seen = true;
	return true;
}

/* Where its data are to be, the program has no memory (any more). */
void user_cmd_bad_buffer(struct user_cmd *ucmd)
{
	struct scst_cmd *cmd = user_cmd_claim(ucmd);

	user_req_idle(&ucmd->req);
	if (ucmd->buf)
		ucmd->buf->generation--;	/* not for another command */
	if (ucmd->parent)
		user_ws_written(ucmd, false);
	if (cmd) {
		scst_warn_rl("device %s: the program's buffer for command %02x can't be used: HARDWARE ERROR\n",
			     cmd->dev->name, cmd->cdb[0]);
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
		user_cmd_resume(cmd, ucmd->phase, SCST_CONTEXT_DIRECT);
	}
	user_cmd_put(ucmd, true);
}

/* ---- what the core calls ---- */

static bool cmd_copy_cdb(struct user_cmd *ucmd, const struct scst_cmd *cmd)
{
	ucmd->cdb_len = cmd->cdb_len;
	memcpy(ucmd->cdb, cmd->cdb, min_t(u16, cmd->cdb_len, sizeof(ucmd->cdb)));
	if (likely(cmd->cdb_len <= sizeof(ucmd->cdb)))
		return true;
	ucmd->long_cdb = kmemdup(scst_cmd_get_cdb(cmd), cmd->cdb_len,
				 GFP_NOWAIT | __GFP_NOWARN);
	return ucmd->long_cdb;
}

static struct user_cmd *cmd_start(struct scst_cmd *cmd)
{
	struct user_sess *sess = cmd->tgt_dev->dh_priv;
	struct user_cmd *ucmd;

	ucmd = user_cmd_alloc(cmd->dev->dh_priv, sess, GFP_NOWAIT | __GFP_NOWARN);
	if (!ucmd)
		return NULL;
	ucmd->cmd = cmd;
	ucmd->queue_type = cmd->queue_type;
	if (unlikely(!cmd_copy_cdb(ucmd, cmd))) {
		cmd_free(ucmd);
		return NULL;
	}
	cmd->dh_priv = ucmd;
	return ucmd;
}

static bool parse_asks(const struct user_dev *dev, const struct scst_cmd *cmd)
{
	switch (READ_ONCE(dev->opt.parse_type)) {
	case SCST_USER_PARSE_CALL:
		return true;
	case SCST_USER_PARSE_EXCEPTION:
		return !(scst_cmd_op_flags(cmd) & SCST_INFO_VALID);
	default:
		return false;
	}
}

/* It comes to exec() after the core has carried it out. */
static bool is_told(const struct user_dev *dev, const struct scst_cmd *cmd)
{
	return dev->pr_notify && cmd->cdb[0] == PERSISTENT_RESERVE_OUT;
}

int user_parse(struct scst_cmd *cmd)
{
	struct user_dev *dev = cmd->dev->dh_priv;
	bool asks = parse_asks(dev, cmd);
	u32 flags = scst_cmd_op_flags(cmd);
	struct user_cmd *ucmd;
	int ret;

	if (!asks && !(flags & SCST_INFO_VALID)) {
		scst_set_unknown_opcode(cmd);
		return -EINVAL;
	}
	if (flags & SCST_LOCAL_CMD && !asks && !is_told(dev, cmd))
		return 0;
	ucmd = cmd_start(cmd);
	if (unlikely(!ucmd)) {
		scst_set_busy(cmd);
		return -ENOMEM;
	}
	ret = user_parse_standard(cmd, &ucmd->data_len);
	if (!asks)
		return ret;
	if (user_cmd_ask(ucmd, &user_sub_parse, USER_PHASE_PARSE))
		return SCST_PARSE_PARKED;
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	return -ENODEV;
}

int user_alloc_data_buf(struct scst_cmd *cmd)
{
	struct user_cmd *ucmd = cmd->dh_priv;
	struct user_dev *dev = ucmd->req.dev;

	ucmd->bufflen = cmd->bufflen;
	ucmd->direction = cmd->data_direction;
	ucmd->alloc_len = user_mem_reused(dev, ucmd->direction) ?
			  user_cache_len(dev->cache, cmd->bufflen) :
			  cmd->bufflen;
	if (!user_mem_is_direct(cmd, ucmd->alloc_len))
		return SCST_BUF_CORE;
	ucmd->cmd = cmd;
	ucmd->own_sg = true;
	if (user_mem_get(ucmd)) {
		scst_cmd_set_data_buf(cmd, ucmd->buf->table.sgl,
				      ucmd->buf->table.nents);
		return SCST_BUF_DONE;
	}
	if (cmd->data_direction == SCST_DATA_READ)
		return SCST_BUF_DONE;
	if (user_cmd_ask(ucmd, &user_sub_alloc, USER_PHASE_BUFFER))
		return SCST_BUF_PARKED;
	return -ENODEV;
}

/* Where the core's or the driver's buffer is used: the program's is found now. */
static const struct user_sub *exec_first(struct user_cmd *ucmd,
					 struct scst_cmd *cmd)
{
	struct user_dev *dev = ucmd->req.dev;

	if (ucmd->own_sg || !cmd->bufflen)
		return &user_sub_exec;
	ucmd->alloc_len = user_mem_reused(dev, ucmd->direction) ?
			  user_cache_len(dev->cache, cmd->bufflen) :
			  cmd->bufflen;
	if (user_mem_get(ucmd) || cmd->data_direction == SCST_DATA_READ)
		return &user_sub_exec;
	return &user_sub_alloc;
}

enum scst_exec_res user_exec(struct scst_cmd *cmd)
{
	struct user_cmd *ucmd = cmd->dh_priv;

	if (unlikely(scst_cmd_must_end(cmd))) {
		scst_cmd_done(cmd, SCST_CONTEXT_SAME);
		return SCST_EXEC_COMPLETED;
	}
	ucmd->cmd = cmd;
	ucmd->lba = cmd->lba;
	ucmd->bufflen = cmd->bufflen;
	ucmd->direction = cmd->data_direction;
	if (!user_cmd_ask(ucmd, exec_first(ucmd, cmd), USER_PHASE_EXEC)) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
		scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	}
	return SCST_EXEC_COMPLETED;
}

static s8 cmd_delivery(const struct scst_cmd *cmd)
{
	if (scst_cmd_must_end(cmd))
		return SCST_CMD_DELIVERY_ABORTED;
	return test_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags) ?
	       SCST_CMD_DELIVERY_FAILED : SCST_CMD_DELIVERY_SUCCESS;
}

void user_on_free_cmd(struct scst_cmd *cmd)
{
	struct user_cmd *ucmd = cmd->dh_priv;
	bool may_sleep;

	if (!ucmd)
		return;
	may_sleep = cmd->context == SCST_CONTEXT_DIRECT ||
		    cmd->context == SCST_CONTEXT_THREAD;
	ucmd->aborted = scst_cmd_must_end(cmd);
	ucmd->status = cmd->status;
	ucmd->delivery = cmd_delivery(cmd);
	ucmd->resp_len = cmd->resp_data_len;
	user_cmd_put(ucmd, may_sleep);
}

/* ---- long CDBs ---- */

/* A command that the program has to answer, with a reference; or NULL. */
static struct user_cmd *cmd_find_given(struct user_dev *dev, u32 handle)
{
	struct user_cmd *found = NULL;
	struct user_req *req;

	spin_lock_irq(&dev->lock);
	req = __user_req_find(dev, handle);
	if (req && req->state == USER_REQ_GIVEN && user_req_is_cmd(req)) {
		found = user_cmd_of(req);
		refcount_inc(&found->refs);
	}
	spin_unlock_irq(&dev->lock);
	return found;
}

long user_get_ext_cdb(struct user_dev *dev, void __user *arg)
{
	struct scst_user_get_ext_cdb get;
	u8 cdb[SCST_MAX_CDB_LEN];
	struct user_cmd *ucmd;
	bool failed;

	if (copy_from_user(&get, arg, sizeof(get)))
		return -EFAULT;
	ucmd = cmd_find_given(dev, get.cmd_h);
	if (!ucmd)
		return -ESRCH;
	/* Programs may see nothing of the cache that struct user_cmd is from. */
	memcpy(cdb, ucmd->cdb, sizeof(cdb));
	failed = copy_to_user(u64_to_user_ptr(get.ext_cdb_buffer),
			      ucmd->long_cdb ?: cdb, ucmd->cdb_len);
	user_cmd_put(ucmd, true);
	return failed ? -EFAULT : 0;
}
