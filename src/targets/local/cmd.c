// SPDX-License-Identifier: GPL-2.0
/*
 * Commands. One of the mid-level's and one of the core's share their memory and
 * their data: nothing is allocated, copied or locked here.
 *
 * While slocal_cmd.in_core is set the core uses that memory. The mid-level may
 * give a command up when it times out, but it calls the error handlers before it
 * uses the memory again, and those wait until the flag is clear (tm.c).
 */
#include <linux/blk-mq.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>

#include "local.h"

/* Where the core may go on in queuecommand(). */
#define SLOCAL_CONTEXT	(scst_queuecommand_may_sleep() ?		\
			 SCST_CONTEXT_BLOCK : SCST_CONTEXT_THREAD)

static enum scst_data_direction slocal_direction(const struct scsi_cmnd *scmd)
{
	switch (scmd->sc_data_direction) {
	case DMA_TO_DEVICE:
		return SCST_DATA_WRITE;
	case DMA_FROM_DEVICE:
		return SCST_DATA_READ;
	default:
		return SCST_DATA_NONE;
	}
}

/*
 * The core is done with the memory. If the command has not timed out it is the
 * mid-level's from scsi_done() on. If it has, scsi_done() looks at the command
 * and does nothing: an error handler that sees the flag clear must wait for the
 * end of that look before the memory may be used again (synchronize_rcu()).
 */
static void slocal_give_back(struct scsi_cmnd *scmd)
{
	struct slocal_cmd *lc = scsi_cmd_priv(scmd);

	rcu_read_lock();
	smp_store_release(&lc->in_core, false);	/* pairs with cmd_in_core() */
	scst_scsi_done(scmd);
	rcu_read_unlock();
}

scst_qc_status_t slocal_queuecommand(struct Scsi_Host *shost,
				     struct scsi_cmnd *scmd)
{
	struct slocal_sess *ls = shost_priv(shost);
	struct slocal_cmd *lc = scsi_cmd_priv(scmd);
	struct scst_cmd *cmd = &lc->cmd;
	struct scsi_lun lun;

	/* First of all: the command's timer is running. */
	WRITE_ONCE(lc->in_core, true);

	int_to_scsilun(scmd->device->lun, &lun);
	if (unlikely(scst_cmd_init(cmd, ls->sess, lun.scsi_lun,
				   sizeof(lun.scsi_lun), scmd->cmnd,
				   scmd->cmd_len))) {
		scmd->result = DID_NO_CONNECT << 16;
		slocal_give_back(scmd);
		return 0;
	}
	scst_cmd_set_tgt_priv(cmd, scmd);
	scst_cmd_set_tag(cmd, blk_mq_unique_tag(scst_scsi_cmd_to_rq(scmd)));
	scst_cmd_set_queue_type(cmd, SCST_CMD_QUEUE_SIMPLE);
	scst_cmd_set_expected(cmd, slocal_direction(scmd), scsi_bufflen(scmd));
	if (scsi_bufflen(scmd) && !slocal_own_buffers)
		scst_cmd_lend_sg(cmd, scsi_sglist(scmd), scsi_sg_count(scmd));

	scst_cmd_init_done(cmd, SLOCAL_CONTEXT);
	return 0;
}

/* ---- own_buffers: what a wire would do ---- */

struct slocal_pos {
	struct scatterlist *sg;
	unsigned int off;
};

/* Bytes from here to the end of the page or of the entry; 0 at the end. */
static unsigned int pos_room(struct slocal_pos *pos)
{
	while (pos->sg && pos->off >= pos->sg->length) {
		pos->sg = sg_next(pos->sg);
		pos->off = 0;
	}
	if (!pos->sg)
		return 0;
	return min_t(unsigned int, pos->sg->length - pos->off,
		     PAGE_SIZE - offset_in_page(pos->sg->offset + pos->off));
}

static void *pos_map(const struct slocal_pos *pos)
{
	unsigned int off = pos->sg->offset + pos->off;
	unsigned long pfn = page_to_pfn(sg_page(pos->sg)) + (off >> PAGE_SHIFT);

	return scst_kmap_local(pfn_to_page(pfn));
}

static unsigned int pos_offset(const struct slocal_pos *pos)
{
	return offset_in_page(pos->sg->offset + pos->off);
}

static void slocal_copy_sg(struct scatterlist *to, struct scatterlist *from,
			   u32 len)
{
	struct slocal_pos dst = { .sg = to }, src = { .sg = from };

	while (len) {
		u32 n = min3(len, pos_room(&dst), pos_room(&src));
		void *d, *s;

		if (!n)
			return;
		d = pos_map(&dst);
		s = pos_map(&src);
		memcpy(d + pos_offset(&dst), s + pos_offset(&src), n);
		scst_kunmap_local(s);
		scst_kunmap_local(d);
		dst.off += n;
		src.off += n;
		len -= n;
	}
}

/* Called for buffers of the core's only: lent ones hold their data already. */
int slocal_rdy_to_xfer(struct scst_cmd *cmd)
{
	struct scsi_cmnd *scmd = scst_cmd_get_tgt_priv(cmd);

	slocal_copy_sg(scst_cmd_get_sg(cmd), scsi_sglist(scmd),
		       min(scst_cmd_get_bufflen(cmd), scsi_bufflen(scmd)));
	scst_rx_data(cmd, SCST_RX_STATUS_SUCCESS, SCST_CONTEXT_SAME);
	return SCST_TGT_RES_SUCCESS;
}

static void slocal_copy_out(struct scsi_cmnd *scmd, struct scst_cmd *cmd)
{
	if (scst_cmd_get_data_direction(cmd) != SCST_DATA_READ ||
	    scmd->sc_data_direction != DMA_FROM_DEVICE ||
	    !scst_cmd_get_resp_data_len(cmd))
		return;
	slocal_copy_sg(scsi_sglist(scmd), scst_cmd_get_sg(cmd),
		       min(scst_cmd_get_resp_data_len(cmd),
			   scsi_bufflen(scmd)));
}

/* ---- the answer ---- */

static void slocal_set_result(struct scsi_cmnd *scmd, struct scst_cmd *cmd)
{
	u8 status = scst_cmd_get_status(cmd);
	s64 resid = scst_cmd_get_residual(cmd);

	if (status == SAM_STAT_CHECK_CONDITION)
		scst_scsi_set_sense(scmd, scst_cmd_get_sense_buffer(cmd),
				    scst_cmd_get_sense_buffer_len(cmd));
	else
		scst_scsi_set_status(scmd, status);

	/* An overflow can't be told: the buffer has been filled. */
	if (resid <= 0)
		return;
	scsi_set_resid(scmd, min_t(s64, resid, scsi_bufflen(scmd)));
	if (status == SAM_STAT_GOOD &&
	    scsi_bufflen(scmd) - scsi_get_resid(scmd) < scmd->underflow)
		set_host_byte(scmd, DID_ERROR);
}

/*
 * A command that task management has ended is told as a reset would be: what
 * has not been given up by the mid-level itself is tried again.
 */
int slocal_xmit_response(struct scst_cmd *cmd)
{
	struct scsi_cmnd *scmd = scst_cmd_get_tgt_priv(cmd);

	if (unlikely(scst_cmd_aborted(cmd))) {
		scmd->result = DID_RESET << 16;
	} else {
		if (slocal_own_buffers)
			slocal_copy_out(scmd, cmd);
		slocal_set_result(scmd, cmd);
	}
	scst_tgt_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_TGT_RES_SUCCESS;
}

void slocal_on_free_cmd(struct scst_cmd *cmd)
{
	slocal_give_back(scst_cmd_get_tgt_priv(cmd));
}
