// SPDX-License-Identifier: GPL-2.0
/*
 * A command's life: one state, one table of steps, one loop.
 *
 * A command has one owner at any time: the context that runs the loop, or -
 * after a step has said PARKED - a thread's queue, the target driver or the
 * device handler, which give it back with scst_rx_data(), scst_cmd_done() or
 * scst_tgt_cmd_done(). Only the owner writes its fields; others may set the
 * ABORTED flag, under the lock of the list that it is on.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "events.h"
#include "kapi_block.h"
#include "scst_priv.h"

struct cmd_step {
	const char *name;
	enum scst_cmd_next (*run)(struct scst_cmd *cmd);
	u16 to;			/* states that it may lead to */
};

#define SCST_TO(state)	BIT(SCST_CMD_STATE_##state)

static const struct cmd_step cmd_steps[SCST_CMD_NR_STATES] = {
	[SCST_CMD_STATE_PARSE] = {
		.name = "parse",
		.run = scst_step_parse,
		.to = SCST_TO(BUFFER) | SCST_TO(PREPROC) | SCST_TO(ORDER) |
		      SCST_TO(CHECK) | SCST_TO(XMIT),
	},
	[SCST_CMD_STATE_BUFFER] = {
		.name = "buffer",
		.run = scst_step_buffer,
		.to = SCST_TO(PREPROC) | SCST_TO(RX) | SCST_TO(ORDER) |
		      SCST_TO(CHECK) | SCST_TO(XMIT),
	},
	[SCST_CMD_STATE_PREPROC] = {
		.name = "preprocessed",
		.run = scst_step_preproc,
		.to = SCST_TO(ORDER) | SCST_TO(CHECK) | SCST_TO(XMIT) |
		      SCST_TO(FINISH),
	},
	[SCST_CMD_STATE_RX] = {
		.name = "receive",
		.run = scst_step_rx,
		.to = SCST_TO(ORDER) | SCST_TO(CHECK) | SCST_TO(XMIT) |
		      SCST_TO(FINISH),
	},
	[SCST_CMD_STATE_ORDER] = {
		.name = "order",
		.run = scst_step_order,
		.to = SCST_TO(CHECK),
	},
	[SCST_CMD_STATE_CHECK] = {
		.name = "check",
		.run = scst_step_check,
		.to = SCST_TO(EXEC) | SCST_TO(XMIT) | SCST_TO(FINISH),
	},
	[SCST_CMD_STATE_EXEC] = {
		.name = "execute",
		.run = scst_step_exec,
		.to = SCST_TO(DEV_DONE) | SCST_TO(XMIT),
	},
	[SCST_CMD_STATE_DEV_DONE] = {
		.name = "executed",
		.run = scst_step_dev_done,
		/* back to EXEC: the handler asked for a thread */
		.to = SCST_TO(XMIT) | SCST_TO(EXEC),
	},
	[SCST_CMD_STATE_XMIT] = {
		.name = "respond",
		.run = scst_step_xmit,
		.to = SCST_TO(FINISH),
	},
	[SCST_CMD_STATE_FINISH] = {
		.name = "finish",
		.run = scst_step_finish,
		/* back to XMIT: the driver asked for a thread or is full */
		.to = SCST_TO(XMIT),
	},
};

static struct kmem_cache *cmd_cache;

/* For messages. */
const char *scst_cmd_state_name(unsigned int state)
{
	return state < SCST_CMD_NR_STATES ? cmd_steps[state].name : "(none)";
}

void scst_cmd_set_state(struct scst_cmd *cmd, enum scst_cmd_state to)
{
	if (SCST_OPT(EXTRACHECKS))
		WARN_ONCE(!(cmd_steps[cmd->state].to & BIT(to)),
			  "scst: command %02x went from %s to %s\n",
			  cmd->cdb[0], cmd_steps[cmd->state].name,
			  cmd_steps[to].name);
	scst_event_state(cmd, to);
	cmd->state = to;
}

/**
 * scst_cmd_run() - run a command's steps
 * @cmd: the command; not the caller's any more
 * @context: what the caller's context allows
 *
 * The only loop that does; every context enters the machine here.
 */
void scst_cmd_run(struct scst_cmd *cmd, enum scst_exec_context context)
{
	cmd->context = context;
	while (cmd_steps[cmd->state].run(cmd) == SCST_CMD_GO)
		;
}

/* Go on with a command where its next step can sleep. */
enum scst_cmd_next scst_cmd_to_thread(struct scst_cmd *cmd)
{
	scst_thread_pool_queue(cmd->pool, cmd);
	return SCST_CMD_PARKED;
}

/*
 * Inside the submission of another disk's I/O: often its plug is being flushed.
 * What a handler submits must not join that list, which the block layer is taking
 * apart further up this stack. Nor may it be left to the outermost submit_bio():
 * that one may first go on with the rest of the other disk's I/O, and wait until
 * what it has sent so far - this command - is finished.
 */
static void cmd_run_in_block(struct scst_cmd *cmd)
{
	struct scst_submitter outer;

	scst_submitter_hide(&outer);
	scst_cmd_run(cmd, SCST_CONTEXT_BLOCK);
	scst_submitter_restore(&outer);
}

/* A driver that says it may sleep where it may not would crash elsewhere, later. */
static enum scst_exec_context context_checked(const struct scst_cmd *cmd,
					      enum scst_exec_context context)
{
	if (!SCST_OPT(EXTRACHECKS) ||
	    (context != SCST_CONTEXT_DIRECT && context != SCST_CONTEXT_BLOCK) ||
	    likely(!in_interrupt() && !irqs_disabled()))
		return context;
	scst_err_rl("driver %s or handler %s: command %02x came where nothing may sleep, with a context that may; one of the two has a bug\n",
		    cmd->sess->tgt->tgtt->name,
		    cmd->dev && cmd->dev->handler ? cmd->dev->handler->name : "(none)",
		    cmd->cdb[0]);
	return SCST_CONTEXT_DIRECT_ATOMIC;
}

/**
 * scst_cmd_resume() - a command comes back from a driver or handler
 * @cmd: the command; not the caller's any more
 * @context: where to go on
 *
 * Context: what @context says.
 */
void scst_cmd_resume(struct scst_cmd *cmd, enum scst_exec_context context)
{
	context = context_checked(cmd, context);
	switch (context) {
	case SCST_CONTEXT_THREAD:
		scst_cmd_to_thread(cmd);
		break;
	case SCST_CONTEXT_TASKLET:
		scst_softirq_queue(cmd);
		break;
	case SCST_CONTEXT_BLOCK:
		cmd_run_in_block(cmd);
		break;
	case SCST_CONTEXT_SAME:
		scst_cmd_run(cmd, cmd->context);
		break;
	default:
		scst_cmd_run(cmd, context);
		break;
	}
}

/*
 * The command arrives: on its session's list it can be found by task management,
 * and it has its place in the order of its task set. Returns whether it has to
 * wait, since all activity is suspended.
 */
static bool cmd_track(struct scst_cmd *cmd)
{
	unsigned int cpu = raw_smp_processor_id();
	struct scst_sess_cpu *sc = per_cpu_ptr(cmd->sess->cpu, cpu);
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;
	unsigned long flags;
	bool adopt = false, suspended;

	cmd->cpu = cpu;
	spin_lock_irqsave(&sc->lock, flags);
	if (likely(tgt_dev) && unlikely(!__scst_limit_take(tgt_dev, cpu))) {
		spin_unlock_irqrestore(&sc->lock, flags);
		scst_limit_reached(cmd, cpu);
		spin_lock_irqsave(&sc->lock, flags);
	}
	list_add_tail(&cmd->sess_entry, &sc->cmds);
	sc->count++;
	if (likely(tgt_dev) && unlikely(scst_order_matters(cmd)) &&
	    cmd->state == SCST_CMD_STATE_PARSE)
		adopt = __scst_order_enter(cmd);
	/* With interrupts off: whoever suspends waits for who hasn't seen it. */
	suspended = unlikely(READ_ONCE(scst_suspended));
	spin_unlock_irqrestore(&sc->lock, flags);
	if (unlikely(adopt))
		scst_order_adopt(cmd->tset);
	return suspended;
}

static void cmd_untrack(struct scst_cmd *cmd)
{
	struct scst_sess_cpu *sc = per_cpu_ptr(cmd->sess->cpu, cmd->cpu);
	u64 ns = ktime_get_ns() - cmd->start_ns;
	unsigned long flags;

	scst_event_ended(cmd, ns);
	spin_lock_irqsave(&sc->lock, flags);
	list_del(&cmd->sess_entry);
	sc->count--;
	if (likely(cmd->tgt_dev) &&
	    likely(!test_bit(SCST_CMD_F_OVER_LIMIT, &cmd->flags)))
		__scst_limit_give(cmd->tgt_dev, cmd->cpu);
	scst_stats_count(cmd, &sc->stats, ns);
#ifdef SCST_CONFIG_MEASURE_LATENCY
	sc->latency_ns += ns;
	sc->latency_cmds++;
#endif
	spin_unlock_irqrestore(&sc->lock, flags);
}

/* The LUN as the session has it now; the command holds it from here on. */
void scst_cmd_bind_lun(struct scst_cmd *cmd)
{
	cmd->tgt_dev = scst_tgt_dev_get(cmd->sess, cmd->lun);
	cmd->dev = NULL;
	cmd->pool = scst_main_pool;
	if (likely(cmd->tgt_dev)) {
		cmd->dev = cmd->tgt_dev->dev;
		if (cmd->dev->pool)
			cmd->pool = cmd->dev->pool;
	}
}

/* Beyond what fits no opcode has so many: scst_step_parse() refuses it. */
static int cmd_keep_long_cdb(struct scst_cmd *cmd, const u8 *cdb, unsigned int cdb_len)
{
	if (cdb_len > U16_MAX)
		return 0;
	cmd->long_cdb = kmemdup(cdb, cdb_len, GFP_ATOMIC | __GFP_NOWARN);
	if (!cmd->long_cdb)
		return -ENOMEM;
	cmd->flags |= BIT(SCST_CMD_F_LONG_CDB);
	return 0;
}

int scst_cmd_init(struct scst_cmd *cmd, struct scst_session *sess,
		  const u8 *lun, int lun_len, const u8 *cdb, unsigned int cdb_len)
{
	if (unlikely(!percpu_ref_tryget_live(&sess->cmds)))
		return -ESHUTDOWN;

	cmd->state = SCST_CMD_STATE_PARSE;
	cmd->data_direction = SCST_DATA_NONE;
	cmd->expected_direction = SCST_DATA_UNKNOWN;
	cmd->queue_type = SCST_CMD_QUEUE_SIMPLE;
	cmd->status = 0;
	cmd->sense_len = 0;
	cmd->flags = BIT(SCST_CMD_F_DRIVER_MEM);
	cmd->sess = sess;
	cmd->op = NULL;
	cmd->lba = 0;
	cmd->data_len = 0;
	cmd->expected_len = 0;
	cmd->bufflen = 0;
	cmd->resp_data_len = 0;
	cmd->resp_wanted = 0;
	cmd->sg = NULL;
	cmd->sg_cnt = 0;
	cmd->sgv = NULL;
	cmd->retries = 0;
	cmd->dh_state = 0;
	cmd->tag = 0;
	cmd->tgt_priv = NULL;
	cmd->dh_priv = NULL;
	cmd->rq = NULL;
	cmd->cdb_len = min_t(unsigned int, cdb_len, U16_MAX);
	memcpy(cmd->cdb, cdb, min_t(unsigned int, cdb_len, SCST_MAX_CDB_LEN));
	if (unlikely(cdb_len > SCST_MAX_CDB_LEN) &&
	    cmd_keep_long_cdb(cmd, cdb, cdb_len)) {
		percpu_ref_put(&sess->cmds);
		return -ENOMEM;
	}
	cmd->lun = scst_lun_unpack(lun, lun_len);
	/* Pairs with session_open(): whoever sees it ready sees its LUNs. */
	if (likely(smp_load_acquire(&sess->state) == SCST_SESS_READY)) {
		scst_cmd_bind_lun(cmd);
		return 0;
	}
	cmd->tgt_dev = NULL;
	cmd->dev = NULL;
	cmd->pool = scst_main_pool;
	cmd->flags |= BIT(SCST_CMD_F_EARLY);
	return 0;
}
SCST_EXPORT(scst_cmd_init);

struct scst_cmd *scst_rx_cmd(struct scst_session *sess, const u8 *lun,
			     int lun_len, const u8 *cdb, unsigned int cdb_len,
			     bool atomic)
{
	struct scst_cmd *cmd;

	cmd = kmem_cache_alloc(cmd_cache, atomic ? GFP_ATOMIC : GFP_NOIO);
	if (!cmd)
		return NULL;
	if (scst_cmd_init(cmd, sess, lun, lun_len, cdb, cdb_len)) {
		kmem_cache_free(cmd_cache, cmd);
		return NULL;
	}
	cmd->flags &= ~BIT(SCST_CMD_F_DRIVER_MEM);
	return cmd;
}
SCST_EXPORT(scst_rx_cmd);

/* A command whose LUN is known goes its way. */
void scst_cmd_start(struct scst_cmd *cmd, enum scst_exec_context context)
{
	scst_event_arrived(cmd);
	if (unlikely(cmd_track(cmd)) && scst_suspend_hold(cmd))
		return;
	scst_cmd_resume(cmd, context);
}

void scst_cmd_init_done(struct scst_cmd *cmd, enum scst_exec_context context)
{
	cmd->start_ns = ktime_get_ns();
	if (unlikely(cmd->flags & BIT(SCST_CMD_F_EARLY)) &&
	    scst_session_hold_early(cmd))
		return;
	scst_cmd_start(cmd, context);
}
SCST_EXPORT(scst_cmd_init_done);

void scst_cmd_done(struct scst_cmd *cmd, enum scst_exec_context context)
{
	if (unlikely(test_and_set_bit(SCST_CMD_F_DONE, &cmd->flags))) {
		scst_warn_rl("device %s: command %02x was completed twice; the handler has a bug\n",
			     cmd->dev ? cmd->dev->name : "(none)", cmd->cdb[0]);
		return;
	}
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_cmd_done);

void scst_cmd_exec_again(struct scst_cmd *cmd)
{
	scst_cmd_set_state(cmd, SCST_CMD_STATE_EXEC);
	scst_cmd_to_thread(cmd);
}
SCST_EXPORT(scst_cmd_exec_again);

#define SCST_CMD_F_MUST_END	(BIT(SCST_CMD_F_ABORTED) |		\
				 BIT(SCST_CMD_F_TASK_ABORTED))
#define SCST_CMD_F_NOT_PLAIN	(SCST_CMD_F_MUST_END |			\
				 BIT(SCST_CMD_F_IN_TASK_SET) |		\
				 BIT(SCST_CMD_F_LONG_CDB) |		\
				 BIT(SCST_CMD_F_UA))

/* What a command that is off its session's list leaves behind, if anything. */
static bool cmd_settle(struct scst_cmd *cmd, struct list_head *waits)
{
	if (test_bit(SCST_CMD_F_UA, &cmd->flags) &&
	    (test_bit(SCST_CMD_F_ABORTED, &cmd->flags) ||
	     test_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags) ||
	     cmd->status == SAM_STAT_TASK_ABORTED))
		scst_ua_restore(cmd);
	if (test_bit(SCST_CMD_F_IN_TASK_SET, &cmd->flags))
		scst_order_leave(cmd);
	if (test_bit(SCST_CMD_F_LONG_CDB, &cmd->flags))
		kfree(cmd->long_cdb);
	if (!(cmd->flags & SCST_CMD_F_MUST_END))
		return false;
	scst_tm_collect(cmd, waits);
	return true;
}

/*
 * The end. The driver's memory is its own again in on_free_cmd(), so that
 * everything needed later is read before; those who wait for an aborted command
 * hear of it only after that.
 */
enum scst_cmd_next scst_step_finish(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;
	struct scst_session *sess = cmd->sess;
	bool driver_mem, aborted = false;
	LIST_HEAD(waits);

	cmd_untrack(cmd);
	driver_mem = test_bit(SCST_CMD_F_DRIVER_MEM, &cmd->flags);
	if (unlikely(cmd->flags & SCST_CMD_F_NOT_PLAIN))
		aborted = cmd_settle(cmd, &waits);

	if (cmd->dev && cmd->dev->handler->on_free_cmd)
		cmd->dev->handler->on_free_cmd(cmd);
	if (cmd->sgv)
		scst_cmd_free_buffer(cmd);
	if (tgtt->on_free_cmd)
		tgtt->on_free_cmd(cmd);
	if (!driver_mem)
		kmem_cache_free(cmd_cache, cmd);

	if (unlikely(aborted))
		scst_tm_release(&waits);
	if (likely(tgt_dev))
		scst_tgt_dev_put(tgt_dev);
	percpu_ref_put(&sess->cmds);
	return SCST_CMD_PARKED;
}

int scst_cmds_init(void)
{
	cmd_cache = KMEM_CACHE(scst_cmd, SLAB_HWCACHE_ALIGN);
	return cmd_cache ? 0 : -ENOMEM;
}

void scst_cmds_exit(void)
{
	kmem_cache_destroy(cmd_cache);
}
