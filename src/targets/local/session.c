// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: how they come and go. The object is the private data of its SCSI
 * host and is freed with it; names and list entries are gone before.
 */
#include <linux/string.h>

#include "local.h"

static struct slocal_sess *__sess_find_any(const struct slocal_tgt *lt,
					   const char *initiator)
{
	struct slocal_sess *ls;

	lockdep_assert_held(&slocal_mutex);
	list_for_each_entry(ls, &slocal_sessions, entry)
		if (ls->lt == lt && !strcmp(ls->initiator, initiator))
			return ls;
	return NULL;
}

/* Takes the name; the target can't go from here on. */
static int sess_reserve(struct scst_proc_ctx *ctx, struct slocal_sess *ls,
			const char *target, const char *initiator)
{
	struct slocal_tgt *lt;
	int ret = 0;

	mutex_lock(&slocal_mutex);
	lt = __slocal_tgt_find(target);
	if (slocal_exiting) {
		ret = scst_proc_refuse(ctx, -EINVAL, NULL,
				       SLOCAL_NAME " is being unloaded");
	} else if (!lt) {
		ret = scst_proc_refuse(ctx, -EINVAL, target,
				       "there is no such target: add_target first");
	} else if (__sess_find_any(lt, initiator)) {
		ret = scst_proc_refuse(ctx, -EINVAL, initiator,
				       "this initiator has a session with the target already");
	} else {
		ls->lt = lt;
		lt->nr_sess++;
		list_add_tail(&ls->entry, &slocal_sessions);
	}
	mutex_unlock(&slocal_mutex);
	return ret;
}

static void sess_forget(struct slocal_sess *ls)
{
	struct Scsi_Host *shost = ls->shost;

	mutex_lock(&slocal_mutex);
	list_del(&ls->entry);
	ls->lt->nr_sess--;
	mutex_unlock(&slocal_mutex);
	scsi_host_put(shost);	/* may free ls */
	wake_up_all(&slocal_wait);
}

/* The session first: the host's devices need it from the first command on. */
static int sess_start(struct scst_proc_ctx *ctx, struct slocal_sess *ls,
		      const char *initiator)
{
	struct scst_session *sess;
	int ret;

	sess = scst_register_session(ls->lt->tgt, false, ls->initiator, ls, NULL);
	if (IS_ERR(sess))
		return scst_proc_refuse(ctx, PTR_ERR(sess), initiator,
					"the core refuses this session, see the kernel's log");
	ls->sess = sess;

	ret = scst_scsi_add_host(ls->shost, slocal_parent);
	if (ret) {
		scst_unregister_session(sess, true, NULL);
		return scst_proc_refuse(ctx, ret, initiator,
					"the SCSI mid-level takes no host");
	}
	/* Pairs with slocal_rescan_work() and slocal_sdev_init(). */
	smp_store_release(&ls->scannable, true);
	return 0;
}

/*
 * The host first: its disks flush their caches through the session. Waits for
 * commands in flight; afterwards only task management may still look here, for
 * a device that is open.
 */
static void sess_stop(struct slocal_sess *ls)
{
	struct scst_session *sess = ls->sess;

	WRITE_ONCE(ls->scannable, false);
	cancel_work_sync(&ls->rescan);
	scsi_remove_host(ls->shost);

	down_write(&ls->tm_sem);
	ls->sess = NULL;
	up_write(&ls->tm_sem);
	scst_unregister_session(sess, true, NULL);

	/* The core may have reported an event since; now it can't. */
	cancel_work_sync(&ls->rescan);
}

/* Returns when the first scan is through, so that its disks can be waited for. */
static void sess_publish(struct slocal_sess *ls)
{
	struct Scsi_Host *shost = scsi_host_get(ls->shost);

	mutex_lock(&slocal_mutex);
	ls->state = SLOCAL_LIVE;
	mutex_unlock(&slocal_mutex);

	/* From here on it may be deleted by someone else; shost keeps it. */
	queue_work(scst_system_unbound_wq(), &ls->rescan);
	flush_work(&ls->rescan);
	scsi_host_put(shost);
}

int slocal_sess_add(struct scst_proc_ctx *ctx, const char *target,
		    const char *initiator)
{
	struct Scsi_Host *shost = slocal_host_alloc();
	struct slocal_sess *ls;
	int ret;

	if (!shost)
		return -ENOMEM;
	ls = shost_priv(shost);
	ls->state = SLOCAL_COMING;
	ls->shost = shost;
	init_rwsem(&ls->tm_sem);
	INIT_WORK(&ls->rescan, slocal_rescan_work);
	if (strscpy(ls->initiator, initiator, sizeof(ls->initiator)) < 0) {
		ret = scst_proc_refuse(ctx, -EINVAL, initiator,
				       "an initiator's name has at most %d characters",
				       SCST_MAX_INITIATOR_NAME);
		goto err_put;
	}

	ret = sess_reserve(ctx, ls, target, initiator);
	if (ret)
		goto err_put;
	ret = sess_start(ctx, ls, initiator);
	if (ret)
		goto err_forget;
	sess_publish(ls);
	return 0;

err_forget:
	cancel_work_sync(&ls->rescan);
	sess_forget(ls);
	return ret;
err_put:
	scsi_host_put(shost);
	return ret;
}

static struct slocal_sess *sess_take(struct scst_proc_ctx *ctx,
				     const char *target, const char *initiator)
{
	struct slocal_sess *ls = NULL;
	struct slocal_tgt *lt;

	mutex_lock(&slocal_mutex);
	lt = __slocal_tgt_find(target);
	if (!lt) {
		scst_proc_refuse(ctx, -EINVAL, target, "there is no such target");
		goto out;
	}
	ls = __sess_find_any(lt, initiator);
	if (!ls || ls->state != SLOCAL_LIVE) {
		scst_proc_refuse(ctx, -EINVAL, initiator,
				 ls ? "this session is coming or going" :
				 "the target has no session of this initiator");
		ls = NULL;
		goto out;
	}
	ls->state = SLOCAL_GOING;
out:
	mutex_unlock(&slocal_mutex);
	return ls;
}

int slocal_sess_del(struct scst_proc_ctx *ctx, const char *target,
		    const char *initiator)
{
	struct slocal_sess *ls = sess_take(ctx, target, initiator);

	if (!ls)
		return -EINVAL;
	sess_stop(ls);
	sess_forget(ls);
	return 0;
}

static struct slocal_sess *sess_take_any(void)
{
	struct slocal_sess *ls;

	mutex_lock(&slocal_mutex);
	list_for_each_entry(ls, &slocal_sessions, entry) {
		if (ls->state != SLOCAL_LIVE)
			continue;
		ls->state = SLOCAL_GOING;
		mutex_unlock(&slocal_mutex);
		return ls;
	}
	mutex_unlock(&slocal_mutex);
	return NULL;
}

/* Those that others are adding or deleting just now are left to them. */
void slocal_sess_del_all(void)
{
	struct slocal_sess *ls;

	while ((ls = sess_take_any())) {
		sess_stop(ls);
		sess_forget(ls);
	}
}
