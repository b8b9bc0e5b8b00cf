// SPDX-License-Identifier: GPL-2.0
/*
 * The LUNs of a session. Looked up by every command under RCU with a counted
 * reference; changed under scst_mutex.
 *
 * Removal has two phases: the LUN leaves the session's table and its reference
 * count is killed, so that no new command finds it; when the last command has
 * put it, and readers that may still hold the bare pointer are through (RCU),
 * work frees it. Nobody waits for that but the device's and the session's
 * unregistration, both through their own reference counts.
 */
#include <linux/rculist.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "events.h"
#include "scst_priv.h"

/* Also waited for at module exit, so that no work runs without its code. */
static struct workqueue_struct *lun_wq;

/**
 * scst_lun_unpack() - a LUN as transports carry it
 * @lun: the bytes
 * @len: 8, or 2 for the first level alone
 *
 * SAM-5 4.7.7: peripheral device addressing of bus 0, and flat space addressing;
 * only one level.
 *
 * Return: the LUN, below SCST_MAX_LUNS, or SCST_NO_SUCH_LUN.
 */
u64 scst_lun_unpack(const u8 *lun, int len)
{
	int i;

	if (len < 2)
		return SCST_NO_SUCH_LUN;
	for (i = 2; i < len && i < 8; i++)
		if (lun[i])
			return SCST_NO_SUCH_LUN;

	switch (lun[0] >> 6) {
	case 0:
		return lun[0] ? SCST_NO_SUCH_LUN : lun[1];
	case 1:
		return (lun[0] & 0x3f) << 8 | lun[1];
	default:
		return SCST_NO_SUCH_LUN;
	}
}

/**
 * scst_lun_pack() - a LUN as REPORT LUNS lists it
 * @lun: below SCST_MAX_LUNS
 * @buf: 8 bytes
 */
void scst_lun_pack(u32 lun, u8 *buf)
{
	memset(buf, 0, 8);
	buf[0] = lun < 256 ? 0 : 0x40 | lun >> 8;
	buf[1] = lun;
}

static void tgt_dev_free_work(struct work_struct *work)
{
	struct scst_tgt_dev *tgt_dev = container_of(to_rcu_work(work),
						    struct scst_tgt_dev, rwork);
	struct scst_session *sess = tgt_dev->sess;
	struct scst_device *dev = tgt_dev->dev;

	if (dev->handler->detach_tgt)
		dev->handler->detach_tgt(tgt_dev);
	percpu_ref_exit(&tgt_dev->cmds);
	scst_limit_exit(tgt_dev);
	kfree(tgt_dev);
	scst_device_put(dev);
	percpu_ref_put(&sess->cmds);
}

/* The last command is gone; readers of the device's list may still look. */
static void tgt_dev_release(struct percpu_ref *ref)
{
	struct scst_tgt_dev *tgt_dev =
		container_of(ref, struct scst_tgt_dev, cmds);
	struct scst_device *dev = tgt_dev->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	list_del_rcu(&tgt_dev->dev_entry);
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);

	INIT_RCU_WORK(&tgt_dev->rwork, tgt_dev_free_work);
	queue_rcu_work(lun_wq, &tgt_dev->rwork);
}

static struct scst_tgt_dev *tgt_dev_alloc(struct scst_session *sess,
					  const struct scst_acg_dev *ad)
{
	struct scst_tgt_dev *tgt_dev = kzalloc(sizeof(*tgt_dev), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!tgt_dev)
		return ERR_PTR(ret);
	tgt_dev->sess = sess;
	tgt_dev->dev = ad->dev;
	tgt_dev->lun = ad->lun;
	tgt_dev->read_only = ad->read_only;
	scst_task_set_init(&tgt_dev->tset, ad->dev, tgt_dev);
	ret = scst_limit_init(tgt_dev);
	if (ret)
		goto err_free;
	ret = percpu_ref_init(&tgt_dev->cmds, tgt_dev_release, 0, GFP_KERNEL);
	if (ret)
		goto err_limit;
	if (ad->dev->handler->attach_tgt) {
		ret = ad->dev->handler->attach_tgt(tgt_dev);
		if (ret)
			goto err_ref;
	}
	scst_ua_raise(tgt_dev, SCST_UA_RESET);
	return tgt_dev;

err_ref:
	percpu_ref_exit(&tgt_dev->cmds);
err_limit:
	scst_limit_exit(tgt_dev);
err_free:
	kfree(tgt_dev);
	return ERR_PTR(ret);
}

/* From here on it hears of what happens to the device. */
static void tgt_dev_link(struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;

	spin_lock_irq(&dev->tgt_devs_lock);
	list_add_tail_rcu(&tgt_dev->dev_entry, &dev->tgt_devs);
	__scst_resv_join(tgt_dev);
	__scst_alua_join(tgt_dev);
	spin_unlock_irq(&dev->tgt_devs_lock);
}

/*
 * No new command finds it any more, the last one frees it: until then it is on the
 * device's list, so that resets meet its commands.
 */
static void tgt_dev_kill(struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;

	percpu_ref_get(&tgt_dev->cmds);
	scst_event_lun(tgt_dev, false);
	percpu_ref_kill(&tgt_dev->cmds);
	/* After the kill: from here on it can't reserve or hold up anything. */
	scst_aca_clear_nexus(tgt_dev);
	spin_lock_irq(&dev->tgt_devs_lock);
	__scst_resv_leave(tgt_dev);
	spin_unlock_irq(&dev->tgt_devs_lock);
	percpu_ref_put(&tgt_dev->cmds);
}

/**
 * __scst_sess_add_lun() - a LUN of the group becomes one of the session
 * @sess: the session
 * @ad: the group's LUN
 *
 * Context: scst_mutex held, may sleep.
 * Return: 0, -ENOMEM, or what the handler's attach_tgt() returned.
 */
int __scst_sess_add_lun(struct scst_session *sess,
			const struct scst_acg_dev *ad)
{
	struct scst_tgt_dev *tgt_dev;
	int ret;

	lockdep_assert_held(&scst_mutex);
	tgt_dev = tgt_dev_alloc(sess, ad);
	if (IS_ERR(tgt_dev))
		return PTR_ERR(tgt_dev);

	/* Both are put by tgt_dev_free_work(). */
	refcount_inc(&ad->dev->refs);
	percpu_ref_get(&sess->cmds);

	tgt_dev_link(tgt_dev);
	scst_event_lun(tgt_dev, true);
	ret = xa_insert(&sess->luns, ad->lun, tgt_dev, GFP_KERNEL);
	if (ret)
		tgt_dev_kill(tgt_dev);
	return ret;
}

/**
 * __scst_sess_del_lun() - the session loses a LUN
 * @sess: the session
 * @lun: the LUN; nothing happens if it has none
 *
 * Context: scst_mutex held.
 */
void __scst_sess_del_lun(struct scst_session *sess, u32 lun)
{
	struct scst_tgt_dev *tgt_dev;

	lockdep_assert_held(&scst_mutex);
	tgt_dev = xa_erase(&sess->luns, lun);
	if (tgt_dev)
		tgt_dev_kill(tgt_dev);
}

/* The caller sees to it that the session isn't beyond __session_detach(). */
static void sess_report_aen(struct scst_session *sess, enum scst_aen event)
{
	if (!sess->tgt->tgtt->report_aen)
		return;
	set_bit(event, &sess->aens);
	queue_work(lun_wq, &sess->aen_work);
}

/**
 * __scst_sess_luns_changed() - tell a session that its LUNs have changed
 * @sess: the session
 * @but_lun: the changed LUN, which has nothing to report itself
 *
 * A unit attention on all other LUNs, and an event to the target driver.
 *
 * Context: scst_mutex held.
 */
void __scst_sess_luns_changed(struct scst_session *sess, u32 but_lun)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	lockdep_assert_held(&scst_mutex);
	xa_for_each(&sess->luns, lun, tgt_dev)
		if (lun != but_lun)
			scst_ua_raise(tgt_dev, SCST_UA_LUNS_CHANGED);
	sess_report_aen(sess, SCST_AEN_LUNS_CHANGED);
}

void scst_dev_report_aen(struct scst_device *dev, enum scst_aen event)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	/*
	 * A nexus stays in the list to its last command. tgt_dev_kill() takes the
	 * lock after the kill, so whatever was queued before, its session cancels.
	 */
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		if (!percpu_ref_is_dying(&tgt_dev->cmds))
			sess_report_aen(tgt_dev->sess, event);
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);
}
SCST_EXPORT(scst_dev_report_aen);

/**
 * scst_tgt_dev_get() - find a LUN for a command
 * @sess: the session
 * @lun: the LUN as unpacked
 *
 * No lock and no shared cache line.
 *
 * Context: any.
 * Return: the LUN with a reference (scst_tgt_dev_put()), or NULL.
 */
struct scst_tgt_dev *scst_tgt_dev_get(struct scst_session *sess, u64 lun)
{
	struct scst_tgt_dev *tgt_dev;

	if (lun >= SCST_MAX_LUNS)
		return NULL;
	rcu_read_lock();
	tgt_dev = xa_load(&sess->luns, lun);
	if (tgt_dev && !percpu_ref_tryget_live(&tgt_dev->cmds))
		tgt_dev = NULL;
	rcu_read_unlock();
	return tgt_dev;
}

int scst_luns_init(void)
{
	lun_wq = alloc_workqueue("scst_lun", WQ_UNBOUND, 0);
	return lun_wq ? 0 : -ENOMEM;
}

void scst_luns_exit(void)
{
	rcu_barrier();	/* work that RCU has still to queue */
	destroy_workqueue(lun_wq);
}
