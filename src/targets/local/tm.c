// SPDX-License-Identifier: GPL-2.0
/*
 * Error handlers of the SCSI host: task management of the session.
 *
 * Once one of them has said SUCCESS, the mid-level uses the commands' memory
 * and the pages of their data again. Both are lent to the core until a command
 * is really gone, so nothing here gives up: a backing that does not answer holds
 * its commands, and the error handling of its session, until it does.
 */
#include <linux/blk-mq.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>

#include "local.h"

/* A task management function that is waited for. */
struct slocal_tmf {
	struct completion done;
	int status;
};

void slocal_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd)
{
	struct slocal_tmf *tmf = scst_mgmt_cmd_get_tgt_priv(mcmd);

	tmf->status = scst_mgmt_cmd_get_status(mcmd);
	complete(&tmf->done);
}

static int tmf_start(struct slocal_sess *ls, struct scsi_device *sdev,
		     enum scst_mgmt_fn fn, u64 tag, struct slocal_tmf *tmf)
{
	struct scsi_lun lun;

	if (!ls->sess)
		return -ESHUTDOWN;
	if (fn == SCST_ABORT_TASK)
		return scst_rx_mgmt_fn_tag(ls->sess, fn, tag, false, tmf);
	int_to_scsilun(sdev->lun, &lun);
	return scst_rx_mgmt_fn_lun(ls->sess, fn, lun.scsi_lun,
				   sizeof(lun.scsi_lun), false, tmf);
}

/*
 * Carries out one function and waits for it. In steps, since a slow backing is
 * no hung task. Returns whether it succeeded.
 */
static bool slocal_tmf(struct slocal_sess *ls, struct scsi_device *sdev,
		       enum scst_mgmt_fn fn, u64 tag)
{
	struct slocal_tmf tmf = { .status = SCST_MGMT_STATUS_FAILED };
	unsigned int noio = memalloc_noio_save();
	int ret;

	init_completion(&tmf.done);
	down_read(&ls->tm_sem);
	ret = tmf_start(ls, sdev, fn, tag, &tmf);
	if (!ret)
		while (!wait_for_completion_timeout(&tmf.done, 10 * HZ))
			sdev_printk(KERN_INFO, sdev,
				    SLOCAL_NAME ": task management function %d still waits for commands of the backing\n",
				    fn);
	up_read(&ls->tm_sem);
	memalloc_noio_restore(noio);
	return !ret && tmf.status == SCST_MGMT_STATUS_SUCCESS;
}

/* ---- waiting until the core has let go ---- */

struct slocal_busy {
	const struct scsi_device *sdev;	/* NULL: of the whole host */
	bool busy;
};

static bool cmd_in_core(struct scsi_cmnd *scmd)
{
	struct slocal_cmd *lc = scsi_cmd_priv(scmd);

	/* Pairs with slocal_give_back(). */
	return smp_load_acquire(&lc->in_core);
}

static SCST_BUSY_ITER_FN(slocal_busy_fn, scmd, priv)
{
	struct slocal_busy *b = priv;

	if (b->sdev && scmd->device != b->sdev)
		return true;
	b->busy = cmd_in_core(scmd);
	return !b->busy;
}

/* The host takes no new commands while its error handler or a reset runs. */
static void slocal_wait_idle(struct Scsi_Host *shost,
			     const struct scsi_device *sdev)
{
	struct slocal_busy b = { .sdev = sdev };

	for (;;) {
		b.busy = false;
		scsi_host_busy_iter(shost, slocal_busy_fn, &b);
		if (!b.busy)
			break;
		msleep(20);
	}
	/* The last look of slocal_give_back() at a command that timed out. */
	synchronize_rcu();
}

/* ---- the handlers ---- */

int slocal_eh_abort(struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	struct slocal_sess *ls = shost_priv(sdev->host);
	u64 tag = blk_mq_unique_tag(scst_scsi_cmd_to_rq(scmd));

	/* The core may just have finished it, or not yet have met it. */
	while (cmd_in_core(scmd))
		if (!slocal_tmf(ls, sdev, SCST_ABORT_TASK, tag))
			msleep(20);
	synchronize_rcu();
	return SUCCESS;
}

int slocal_eh_device_reset(struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	struct slocal_sess *ls = shost_priv(sdev->host);

	if (!slocal_tmf(ls, sdev, SCST_LUN_RESET, 0))
		return FAILED;
	slocal_wait_idle(sdev->host, sdev);
	return SUCCESS;
}

int slocal_eh_target_reset(struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	struct slocal_sess *ls = shost_priv(sdev->host);

	if (!slocal_tmf(ls, sdev, SCST_TARGET_RESET, 0))
		return FAILED;
	slocal_wait_idle(sdev->host, NULL);
	return SUCCESS;
}

/*
 * The last resort: after it the mid-level takes all commands back, whatever is
 * answered here. So it waits even where the core refuses.
 */
int slocal_eh_host_reset(struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	struct slocal_sess *ls = shost_priv(sdev->host);

	if (!slocal_tmf(ls, sdev, SCST_NEXUS_LOSS_SESS, 0))
		sdev_printk(KERN_WARNING, sdev,
			    SLOCAL_NAME ": the session's commands can't be aborted, waiting for them\n");
	slocal_wait_idle(sdev->host, NULL);
	return SUCCESS;
}
