// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: I_T nexuses. One percpu_ref counts commands and LUNs; it is killed
 * by the unregistration, and whoever brings it to zero lets the rest be freed.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait_bit.h>

#include "scst_priv.h"

static struct workqueue_struct *session_wq;

/* Process context: tells the target driver what has changed for its initiator. */
static void session_aen_work(struct work_struct *work)
{
	struct scst_session *sess =
		container_of(work, struct scst_session, aen_work);

	sess->tgt->tgtt->report_aen(sess, SCST_AEN_LUNS_CHANGED);
}

static void session_free(struct scst_session *sess)
{
	percpu_ref_exit(&sess->cmds);
	free_percpu(sess->cpu);
	xa_destroy(&sess->luns);
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

static int session_alloc_cpus(struct scst_session *sess)
{
	int cpu;

	sess->cpu = alloc_percpu(struct scst_sess_cpu);
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
					  const char *initiator_name, void *priv)
{
	struct scst_session *sess = kzalloc(sizeof(*sess), GFP_KERNEL);

	if (!sess)
		return NULL;
	sess->initiator_name = kstrdup(initiator_name, GFP_KERNEL);
	if (!sess->initiator_name)
		goto err_free;
	if (session_alloc_cpus(sess))
		goto err_name;
	if (percpu_ref_init(&sess->cmds, session_idle, 0, GFP_KERNEL))
		goto err_cpus;

	sess->tgt = tgt;
	sess->tgt_priv = priv;
	xa_init(&sess->luns);
	init_completion(&sess->idle);
	INIT_WORK(&sess->aen_work, session_aen_work);
	INIT_WORK(&sess->free_work, session_free_work);
	return sess;

err_cpus:
	free_percpu(sess->cpu);
err_name:
	kfree(sess->initiator_name);
err_free:
	kfree(sess);
	return NULL;
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
	atomic_inc(&sess->tgt->sess_count);

	xa_for_each(&sess->acg->luns, lun, ad) {
		ret = __scst_sess_add_lun(sess, ad);
		if (ret)
			return ret;
	}
	return 0;
}

struct scst_session *scst_register_session(struct scst_tgt *tgt,
					   const char *initiator_name, void *priv)
{
	struct scst_session *sess;
	bool attached;
	int ret;

	might_sleep();
	if (!scst_name_is_valid(initiator_name, SCST_MAX_INITIATOR_NAME)) {
		scst_err_rl("target %s: an initiator's name must be 1 to %d printable characters without blanks\n",
			    tgt->name, SCST_MAX_INITIATOR_NAME);
		return ERR_PTR(-EINVAL);
	}
	sess = session_alloc(tgt, initiator_name, priv);
	if (!sess)
		return ERR_PTR(-ENOMEM);

	mutex_lock(&scst_mutex);
	ret = __session_attach(sess);
	attached = sess->acg;
	mutex_unlock(&scst_mutex);
	if (ret)
		goto err;

	scst_info("initiator %s at target %s: session in group %s\n",
		  initiator_name, tgt->name, sess->acg->name);
	return sess;

err:
	if (attached)
		scst_unregister_session(sess, true, NULL);
	else
		session_free(sess);
	return ERR_PTR(ret);
}
SCST_EXPORT(scst_register_session);

void scst_unregister_session(struct scst_session *sess, bool wait,
			     void (*done)(struct scst_session *sess))
{
	might_sleep();
	mutex_lock(&scst_mutex);
	__session_detach(sess);
	mutex_unlock(&scst_mutex);

	/* Off its group's list it can't be queued again. */
	cancel_work_sync(&sess->aen_work);

	scst_info("initiator %s at target %s: session ends\n",
		  sess->initiator_name, sess->tgt->name);
	sess->unreg_done = done;
	percpu_ref_kill(&sess->cmds);
	if (wait) {
		wait_for_completion(&sess->idle);
		session_finish(sess);
	} else {
		queue_work(session_wq, &sess->free_work);
	}
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

int scst_sessions_init(void)
{
	session_wq = alloc_workqueue("scst_session", WQ_UNBOUND, 0);
	return session_wq ? 0 : -ENOMEM;
}

void scst_sessions_exit(void)
{
	destroy_workqueue(session_wq);
}
