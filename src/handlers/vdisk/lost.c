// SPDX-License-Identifier: GPL-2.0
/*
 * Writes that have ended GOOD and could not be written back from the page cache.
 *
 * The kernel counts that in the file's errseq. Each I_T nexus is told, whoever it
 * is that has lost something: by a deferred error (SPC-5 4.4.7) with its next
 * command for the medium, and since there are initiators that only repeat a command
 * then, by its next SYNCHRONIZE CACHE as well, which has to say whether all is
 * stable.
 */
#include <linux/fs.h>
#include <linux/slab.h>

#include "vdisk.h"
#include "xcopy.h"

void vdisk_lost_init(struct vdisk_dev *vdev)
{
	spin_lock_init(&vdev->lost_lock);
	if (vdev->file)
		vdev->lost_seen = errseq_sample(&vdev->file->f_mapping->wb_err);
}

/* A nexus begins without a past. */
int vdisk_nexus_init(struct scst_tgt_dev *tgt_dev)
{
	struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;
	struct vdisk_nexus *nexus = kzalloc(sizeof(*nexus), GFP_KERNEL);

	if (!nexus)
		return -ENOMEM;
	nexus->lost_told = READ_ONCE(vdev->lost);
	if (VDISK_HAS_COPY)
		vdisk_copies_init(nexus);
	tgt_dev->dh_priv = nexus;
	return 0;
}

void vdisk_nexus_exit(struct scst_tgt_dev *tgt_dev)
{
	if (VDISK_HAS_COPY)
		vdisk_copies_free(tgt_dev->dh_priv);
	kfree(tgt_dev->dh_priv);
	tgt_dev->dh_priv = NULL;
}

/*
 * Takes note of what is new in the errseq; all nexuses will be told, but for the one
 * of @cmd if @tells.
 */
static void lost_notice(struct scst_cmd *cmd, struct vdisk_dev *vdev, bool tells)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&vdev->lost_lock, flags);
	err = errseq_check_and_advance(&vdev->file->f_mapping->wb_err,
				       &vdev->lost_seen);
	if (err)
		WRITE_ONCE(vdev->lost, vdev->lost + 1);
	spin_unlock_irqrestore(&vdev->lost_lock, flags);
	if (!err)
		return;
	scst_err("vdisk %s: data that were acknowledged could not be written to %s: error %d\n",
		 vdev->name, vdev->path, err);
	scst_dev_raise_ua(vdev->dev, SCST_UA_WRITE_DEFERRED,
			  tells ? cmd->tgt_dev : NULL);
}

/**
 * __vdisk_lost_report() - something is new in the errseq
 * @cmd: the command that has found it, not yet begun
 * @vdev: its device
 *
 * Context: any.
 * Return: true: the command's status is set: it tells of a deferred error.
 */
bool __vdisk_lost_report(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	lost_notice(cmd, vdev, false);
	return !scst_check_local_events(cmd);
}

/**
 * vdisk_lost_told() - a write to stable storage has failed, and says so
 * @cmd: the write
 * @vdev: its device
 *
 * What it tells is not told again as a deferred error. If it is not the only kind of
 * write, SYNCHRONIZE CACHE tells it: the kernel doesn't say whose data it was.
 *
 * Context: any.
 */
void vdisk_lost_told(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;

	if (!vdev->file || !vdev->dev)
		return;
	lost_notice(cmd, vdev, true);
	if (READ_ONCE(vdev->unit.write_through))
		nexus->lost_told = READ_ONCE(vdev->lost);
}

/**
 * vdisk_lost_sync() - what SYNCHRONIZE CACHE has to say
 * @cmd: the command
 * @vdev: its device
 * @err: how it went
 *
 * Context: any.
 * Return: @err, or an error if data of before are lost.
 */
int vdisk_lost_sync(struct scst_cmd *cmd, struct vdisk_dev *vdev, int err)
{
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	unsigned int lost;

	if (vdisk_has_lost(vdev))
		lost_notice(cmd, vdev, true);
	lost = READ_ONCE(vdev->lost);
	if (likely(READ_ONCE(nexus->lost_told) == lost))
		return err;
	WRITE_ONCE(nexus->lost_told, lost);
	return err ?: -EIO;
}
