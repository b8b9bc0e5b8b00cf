// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that work on other logical units than their own (EXTENDED COPY): an
 * initiator reaches by them what it has as LUNs of the same session, and no more
 * than by READ and WRITE.
 */
#include "reserve.h"
#include "scst_priv.h"

struct scst_tgt_dev *
scst_sess_get_lun(struct scst_session *sess,
		  bool (*match)(const struct scst_tgt_dev *tgt_dev, void *data),
		  void *data)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	rcu_read_lock();
	xa_for_each(&sess->luns, lun, tgt_dev)
		if (match(tgt_dev, data) &&
		    percpu_ref_tryget_live(&tgt_dev->cmds))
			break;
	rcu_read_unlock();
	return tgt_dev;
}
SCST_EXPORT(scst_sess_get_lun);

void scst_sess_put_lun(struct scst_tgt_dev *tgt_dev)
{
	scst_tgt_dev_put(tgt_dev);
}
SCST_EXPORT(scst_sess_put_lun);

static bool resv_lets(const struct scst_tgt_dev *tgt_dev, bool write)
{
	switch (READ_ONCE(tgt_dev->resv)) {
	case SCST_RESV_FREE:
		return true;
	case SCST_RESV_READS:
		return !write;
	default:
		return false;
	}
}

enum scst_lun_access scst_lun_access(struct scst_tgt_dev *tgt_dev, bool write)
{
	/* The reference keeps it from being freed, not from being unmapped. */
	if (percpu_ref_is_dying(&tgt_dev->cmds))
		return SCST_LUN_ACCESS_GONE;
	if (!resv_lets(tgt_dev, write))
		return SCST_LUN_ACCESS_CONFLICT;
	if (!scst_alua_is_active(tgt_dev))
		return SCST_LUN_ACCESS_STATE;
	if (write && (tgt_dev->read_only || READ_ONCE(tgt_dev->dev->control.swp)))
		return SCST_LUN_ACCESS_PROTECTED;
	return SCST_LUN_ACCESS_OK;
}
SCST_EXPORT(scst_lun_access);

enum scst_lun_access scst_lun_enter(struct scst_tgt_dev *tgt_dev, bool write)
{
	enum scst_lun_access access;

	atomic_inc(&tgt_dev->copying);
	/* First seen, then looked at: see copies_left() in pr_out.c. */
	smp_mb__after_atomic();
	access = scst_lun_access(tgt_dev, write);
	if (access != SCST_LUN_ACCESS_OK)
		atomic_dec(&tgt_dev->copying);
	return access;
}
SCST_EXPORT(scst_lun_enter);

void scst_lun_leave(struct scst_tgt_dev *tgt_dev)
{
	/* What was written, before who waits for it goes on. */
	smp_mb__before_atomic();
	atomic_dec(&tgt_dev->copying);
}
SCST_EXPORT(scst_lun_leave);
