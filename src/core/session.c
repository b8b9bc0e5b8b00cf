// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: I_T nexuses. One percpu_ref counts commands and LUNs; it is killed
 * by the unregistration, and whoever brings it to zero lets the rest be freed.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait_bit.h>

#include "pr_transport_id.h"
#include "scst_priv.h"

static struct workqueue_struct *session_wq;

/* Every session there is, also those that come or go; for counting commands. */
static DEFINE_SPINLOCK(sessions_lock);	/* protects sessions; any context */
static LIST_HEAD(sessions);		/* struct scst_session.all_entry */

static void session_register_work(struct work_struct *work);

/* Process context: tells the target driver what has changed for its initiator. */
static void session_aen_work(struct work_struct *work)
{
	struct scst_session *sess =
		container_of(work, struct scst_session, aen_work);
	int event;

	for (event = 0; event < SCST_NR_AENS; event++)
		if (test_and_clear_bit(event, &sess->aens))
			sess->tgt->tgtt->report_aen(sess, event);
}

static void session_free(struct scst_session *sess)
{
	unsigned long flags;

	spin_lock_irqsave(&sessions_lock, flags);
	list_del(&sess->all_entry);
	spin_unlock_irqrestore(&sessions_lock, flags);
	percpu_ref_exit(&sess->cmds);
	free_percpu(sess->cpu);
	xa_destroy(&sess->luns);
	kfree(sess->transport_id);
	kfree(sess->initiator_name);
	kfree(sess);
}

/* No command and no LUN is left. */
static void session_finish(struct scst_session *sess)
{
	struct scst_tgt *tgt = sess->tgt;

	if (sess->unreg_done)
		sess->unreg_done(sess);
	session_free(sess);
	if (atomic_dec_and_test(&tgt->sess_count))
		wake_up_var(&tgt->sess_count);
}

static void session_free_work(struct work_struct *work)
{
	struct scst_session *sess =
		container_of(work, struct scst_session, free_work);

	wait_for_completion(&sess->idle);
	session_finish(sess);
}

static void session_idle(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct scst_session, cmds)->idle);
}

static int session_alloc_cpus(struct scst_session *sess, gfp_t gfp)
{
	int cpu;

	sess->cpu = alloc_percpu_gfp(struct scst_sess_cpu, gfp);
	if (!sess->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct scst_sess_cpu *sc = per_cpu_ptr(sess->cpu, cpu);

		spin_lock_init(&sc->lock);
		INIT_LIST_HEAD(&sc->cmds);
	}
	return 0;
}

static struct scst_session *session_alloc(struct scst_tgt *tgt,
					  const char *initiator_name, void *priv,
					  gfp_t gfp)
{
	struct scst_session *sess = kzalloc(sizeof(*sess), gfp);
	unsigned long flags;

	if (!sess)
		return NULL;
	sess->initiator_name = kstrdup(initiator_name, gfp);
	if (!sess->initiator_name)
		goto err_free;
	if (session_alloc_cpus(sess, gfp))
		goto err_name;
	if (percpu_ref_init(&sess->cmds, session_idle, 0, gfp))
		goto err_cpus;

	sess->tgt = tgt;
	sess->tgt_priv = priv;
	xa_init(&sess->luns);
	init_completion(&sess->idle);
	spin_lock_init(&sess->early_lock);
	INIT_LIST_HEAD(&sess->early);
	INIT_WORK(&sess->aen_work, session_aen_work);
	INIT_WORK(&sess->free_work, session_free_work);
	INIT_WORK(&sess->reg_work, session_register_work);
	/* Given back by session_finish(). */
	atomic_inc(&tgt->sess_count);
	spin_lock_irqsave(&sessions_lock, flags);
	list_add_tail(&sess->all_entry, &sessions);
	spin_unlock_irqrestore(&sessions_lock, flags);
	return sess;

err_cpus:
	free_percpu(sess->cpu);
err_name:
	kfree(sess->initiator_name);
err_free:
	kfree(sess);
	return NULL;
}

static int session_get_transport_id(struct scst_session *sess)
{
	const struct scst_tgt_template *tgtt = sess->tgt->tgtt;
	u8 buf[SCST_TRANSPORT_ID_MAX] = { };
	struct scst_transport_id *id;
	int len;

	id = kzalloc(sizeof(*id), GFP_KERNEL);
	if (!id)
		return -ENOMEM;
	sess->transport_id = id;	/* session_free() frees it */
	if (!tgtt->get_transport_id)
		return scst_transport_id_iscsi(id, sess->initiator_name) ?
		       0 : -EINVAL;
	len = tgtt->get_transport_id(sess, buf, sizeof(buf));
	if (len < 0)
		return len;
	if (len <= sizeof(buf) &&
	    scst_transport_id_parse(id, buf, len) == len && len)
		return 0;
	scst_err_rl("target %s, initiator %s: driver %s gave a malformed TransportID\n",
		    sess->tgt->name, sess->initiator_name, tgtt->name);
	return -EINVAL;
}

/* Leaves all lists and gives up the LUNs; commands in flight go on. */
static void __session_detach(struct scst_session *sess)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	lockdep_assert_held(&scst_mutex);
	list_del(&sess->tgt_entry);
	list_del(&sess->acg_entry);
	xa_for_each(&sess->luns, lun, tgt_dev)
		__scst_sess_del_lun(sess, lun);
	sess->acg = NULL;
}

/* Binds the session to its group and gives it the group's LUNs. */
static int __session_attach(struct scst_session *sess)
{
	struct scst_acg_dev *ad;
	unsigned long lun;
	int ret;

	lockdep_assert_held(&scst_mutex);
	if (sess->tgt->dying)
		return -ESHUTDOWN;
	sess->acg = __scst_acg_for_session(sess->initiator_name,
					   sess->tgt->name);
	list_add_tail(&sess->tgt_entry, &sess->tgt->sessions);
	list_add_tail(&sess->acg_entry, &sess->acg->sessions);

	xa_for_each(&sess->acg->luns, lun, ad) {
		ret = __scst_sess_add_lun(sess, ad);
		if (ret)
			return ret;
	}
	return 0;
}

/* All or nothing. */
static int session_attach(struct scst_session *sess)
{
	int ret;

	ret = session_get_transport_id(sess);
	if (ret)
		return ret;
	mutex_lock(&scst_mutex);
	ret = __session_attach(sess);
	if (!ret)
		scst_info("initiator %s at target %s: session in group %s\n",
			  sess->initiator_name, sess->tgt->name,
			  sess->acg->name);
	else if (sess->acg)
		__session_detach(sess);
	mutex_unlock(&scst_mutex);
	if (ret)
		cancel_work_sync(&sess->aen_work);
	return ret;
}

/* ---- commands that come before the registration is complete ---- */

/* Of a session that could not be registered: it has no LUNs to speak of. */
static void early_refuse(struct scst_cmd *cmd)
{
	scst_set_busy(cmd);
	scst_cmd_set_failed(cmd);
}

/**
 * scst_session_hold_early() - let a command wait for its session's registration
 * @cmd: the command, from scst_cmd_init_done()
 *
 * Context: any.
 * Return: true: it waits, and isn't the caller's any more. false: the registration
 *	has become complete meanwhile, or has failed; the command can go its way.
 */
bool scst_session_hold_early(struct scst_cmd *cmd)
{
	struct scst_session *sess = cmd->sess;
	unsigned long flags;
	u8 state;

	spin_lock_irqsave(&sess->early_lock, flags);
	state = sess->state;
	if (state == SCST_SESS_REGISTERING)
		list_add_tail(&cmd->queue_entry, &sess->early);
	spin_unlock_irqrestore(&sess->early_lock, flags);

	if (state == SCST_SESS_READY)
		scst_cmd_bind_lun(cmd);
	else if (state == SCST_SESS_FAILED)
		early_refuse(cmd);
	return state == SCST_SESS_REGISTERING;
}

static struct scst_cmd *early_take(struct scst_session *sess, u8 state)
{
	struct scst_cmd *cmd;

	spin_lock_irq(&sess->early_lock);
	cmd = list_first_entry_or_null(&sess->early, struct scst_cmd,
				       queue_entry);
	if (cmd)
		list_del(&cmd->queue_entry);
	else	/* after its LUNs: pairs with scst_cmd_init() */
		smp_store_release(&sess->state, state);
	spin_unlock_irq(&sess->early_lock);
	return cmd;
}

/* What waits goes on in its order, and before what comes from now on. */
static void session_open(struct scst_session *sess, u8 state)
{
	struct scst_cmd *cmd;

	while ((cmd = early_take(sess, state))) {
		if (state == SCST_SESS_READY)
			scst_cmd_bind_lun(cmd);
		else
			early_refuse(cmd);
		scst_cmd_start(cmd, SCST_CONTEXT_DIRECT);
	}
	/* Before the look for waiters: one of them sees the state, or is seen. */
	smp_mb();
	wake_up_var(&sess->state);
}

/**
 * scst_session_wait_registered() - wait until a registration is complete
 * @sess: the session
 *
 * Context: process context, may sleep.
 */
void scst_session_wait_registered(struct scst_session *sess)
{
	wait_var_event(&sess->state,
		       READ_ONCE(sess->state) != SCST_SESS_REGISTERING);
	/* Pairs with early_take(): what the registration wrote is seen. */
	smp_rmb();
}

/* ---- registration and its end ---- */

static void session_register_work(struct work_struct *work)
{
	struct scst_session *sess =
		container_of(work, struct scst_session, reg_work);
	int ret = session_attach(sess);

	if (ret) {
		scst_err_rl("initiator %s at target %s: no session: error %d\n",
			    sess->initiator_name, sess->tgt->name, ret);
		percpu_ref_kill(&sess->cmds);
	}
	session_open(sess, ret ? SCST_SESS_FAILED : SCST_SESS_READY);
	if (sess->reg_done)
		sess->reg_done(sess, sess->tgt_priv, ret);
	/* Until here an unregistration waits. */
	percpu_ref_put(&sess->cmds);
}

static void session_end(struct scst_session *sess, bool wait)
{
	if (sess->state != SCST_SESS_FAILED)
		percpu_ref_kill(&sess->cmds);
	if (wait) {
		wait_for_completion(&sess->idle);
		session_finish(sess);
	} else {
		queue_work(session_wq, &sess->free_work);
	}
}

struct scst_session *scst_register_session(struct scst_tgt *tgt, bool atomic,
					   const char *initiator_name, void *priv,
					   void (*done)(struct scst_session *sess,
							void *priv, int result))
{
	struct scst_session *sess;
	int ret;

	might_sleep_if(!atomic);
	if (!scst_name_is_valid(initiator_name, SCST_MAX_INITIATOR_NAME)) {
		scst_err_rl("target %s: an initiator's name must be 1 to %d printable characters without blanks\n",
			    tgt->name, SCST_MAX_INITIATOR_NAME);
		return ERR_PTR(-EINVAL);
	}
	sess = session_alloc(tgt, initiator_name, priv,
			     atomic ? GFP_ATOMIC : GFP_KERNEL);
	if (!sess)
		return ERR_PTR(-ENOMEM);
	sess->reg_done = done;

	if (atomic || done) {
		percpu_ref_get(&sess->cmds);
		queue_work(session_wq, &sess->reg_work);
		return sess;
	}
	ret = session_attach(sess);
	session_open(sess, SCST_SESS_READY);
	if (ret) {
		session_end(sess, true);
		return ERR_PTR(ret);
	}
	return sess;
}
SCST_EXPORT(scst_register_session);

void scst_unregister_session(struct scst_session *sess, bool wait,
			     void (*done)(struct scst_session *sess))
{
	might_sleep();
	scst_session_wait_registered(sess);
	scst_tm_session_ends(sess);
	mutex_lock(&scst_mutex);
	if (sess->acg)
		__session_detach(sess);
	mutex_unlock(&scst_mutex);

	/* Off its group's list, with all LUNs killed, it can't be queued again. */
	cancel_work_sync(&sess->aen_work);

	scst_info("initiator %s at target %s: session ends\n",
		  sess->initiator_name, sess->tgt->name);
	sess->unreg_done = done;
	session_end(sess, wait);
}
SCST_EXPORT(scst_unregister_session);

/**
 * scst_session_cmd_count() - commands now in a session
 * @sess: the session
 *
 * A sum over CPUs that is exact only while nothing comes or goes.
 *
 * Context: any; the caller keeps @sess.
 */
unsigned int scst_session_cmd_count(struct scst_session *sess)
{
	unsigned int sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(sess->cpu, cpu)->count);
	return sum;
}

/* Those of all sessions; exact in the same sense. Any context. */
u64 scst_sessions_cmd_count(void)
{
	struct scst_session *sess;
	unsigned long flags;
	u64 sum = 0;

	spin_lock_irqsave(&sessions_lock, flags);
	list_for_each_entry(sess, &sessions, all_entry)
		sum += scst_session_cmd_count(sess);
	spin_unlock_irqrestore(&sessions_lock, flags);
	return sum;
}

int scst_sessions_init(void)
{
	session_wq = alloc_workqueue("scst_session", WQ_UNBOUND, 0);
	return session_wq ? 0 : -ENOMEM;
}

void scst_sessions_exit(void)
{
	destroy_workqueue(session_wq);
}
