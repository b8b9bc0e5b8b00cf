// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that real devices carry out: each becomes a request on the device's
 * queue, at its tail, with the command's own pages. Status, sense data and residual
 * are the device's.
 */
#include <linux/completion.h>
#include <linux/scatterlist.h>
#include <scsi/scsi_proto.h>

#include "kapi_block.h"
#include "midlevel.h"

#define MIDLEVEL_UA_TRIES	5	/* a device may have several to tell */
#define MIDLEVEL_SENSE_DATA	18	/* sense key and codes, in both formats */

/* ---- the end ---- */

/* What one initiator is told by the device concerns the others as well. */
static const struct {
	u8 asc, ascq;		/* ASCQ 0xff: any */
	enum scst_ua ua;
} midlevel_uas[] = {
	{ 0x28, 0xff, SCST_UA_MEDIUM_CHANGED },
	{ 0x29, 0xff, SCST_UA_RESET },
	{ 0x2a, 0x01, SCST_UA_MODE_CHANGED },
	{ 0x2a, 0x02, SCST_UA_LOG_CHANGED },
	{ 0x2a, 0x09, SCST_UA_CAPACITY_CHANGED },
	{ 0x2f, 0x00, SCST_UA_CLEARED_BY_OTHER },
	{ 0x3f, 0x03, SCST_UA_INQUIRY_CHANGED },
};

/**
 * scst_midlevel_reflect() - what a device has told one nexus concerns the others
 * @dev: the device
 * @h: its sense data
 * @told: who knows it already, or NULL
 *
 * Context: any.
 */
void scst_midlevel_reflect(struct scst_device *dev,
			   const struct scsi_sense_hdr *h,
			   const struct scst_tgt_dev *told)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(midlevel_uas); i++) {
		if (midlevel_uas[i].asc != h->asc ||
		    (midlevel_uas[i].ascq != 0xff &&
		     midlevel_uas[i].ascq != h->ascq))
			continue;
		if (h->asc == 0x29)
			scst_resv_real_reset(dev);
		scst_dev_raise_ua(dev, midlevel_uas[i].ua, told);
		return;
	}
}

/* It has not reached the device, or has not come back from there. */
static void midlevel_failed(struct scst_cmd *cmd, u8 host)
{
	switch (host) {
	case DID_BUS_BUSY:
	case DID_IMM_RETRY:
	case DID_REQUEUE:
	case DID_RESET:
	case DID_TRANSPORT_DISRUPTED:
		scst_set_busy(cmd);
		break;
	case DID_NO_CONNECT:
	case DID_BAD_TARGET:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_lun_not_supported));
		break;
	case DID_ABORT:
	case DID_TIME_OUT:
		if (READ_ONCE(cmd->dev->dying))
			scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_lun_not_supported));
		else
			scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_aborted_command));
		break;
	default:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	}
	if (scst_cmd_must_end(cmd))
		return;
	scst_err_rl("device %s, initiator %s: %s failed below: host status %02x\n",
		    cmd->dev->name, cmd->sess->initiator_name, cmd->op->name,
		    host);
}

bool scst_midlevel_told(const struct scst_cmd *cmd, struct scsi_sense_hdr *sense)
{
	u8 data[MIDLEVEL_SENSE_DATA];
	u32 len;

	if (cmd->status == SAM_STAT_CHECK_CONDITION)
		return scsi_normalize_sense(cmd->sense, cmd->sense_len, sense);
	if (cmd->cdb[0] != REQUEST_SENSE || cmd->status)
		return false;
	len = min_t(u32, cmd->resp_data_len, sizeof(data));
	return scsi_normalize_sense(data,
				    sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, data, len),
				    sense);
}
SCST_EXPORT(scst_midlevel_told);

static void midlevel_reflect(struct scst_cmd *cmd)
{
	struct scsi_sense_hdr h;

	if (scst_midlevel_told(cmd, &h) && h.sense_key == UNIT_ATTENTION)
		scst_midlevel_reflect(cmd->dev, &h, cmd->tgt_dev);
}

static void midlevel_sense(struct scst_cmd *cmd, const struct scst_rq_result *r)
{
	cmd->sense_len = min_t(unsigned int, r->sense_len, sizeof(cmd->sense));
	memcpy(cmd->sense, r->sense, cmd->sense_len);
	midlevel_reflect(cmd);
}

/*
 * An error may come after some of the data. Drivers that don't say how much tell no
 * residual with it: then nothing is taken for data, lest others' data be told, but with
 * the sense keys that come with good data: NO SENSE and RECOVERED ERROR.
 */
static u32 midlevel_moved(const struct scst_cmd *cmd, const struct scst_rq_result *r)
{
	struct scsi_sense_hdr h;

	if (r->resid || !r->status || cmd->data_direction != SCST_DATA_READ)
		return cmd->bufflen - min(r->resid, cmd->bufflen);
	if (r->status == SAM_STAT_CHECK_CONDITION &&
	    scsi_normalize_sense(r->sense, r->sense_len, &h) &&
	    h.sense_key <= RECOVERED_ERROR)
		return cmd->bufflen;
	return 0;
}

static void midlevel_result(struct scst_cmd *cmd, const struct scst_rq_result *r)
{
	if (unlikely(r->host && !r->status)) {
		midlevel_failed(cmd, r->host);
		return;
	}
	cmd->status = r->status;
	if (cmd->data_direction == SCST_DATA_READ)
		cmd->resp_data_len = cmd->bufflen;
	if (likely(!r->status && !r->resid))
		return;
	cmd->resp_data_len = midlevel_moved(cmd, r);
	set_bit(SCST_CMD_F_MOVED, &cmd->flags);
	if (!r->status)
		return;
	set_bit(SCST_CMD_F_ENDED, &cmd->flags);
	if (r->status == SAM_STAT_CHECK_CONDITION)
		midlevel_sense(cmd, r);
}

static SCST_RQ_END_IO(midlevel_end_io)
{
	struct scst_cmd *cmd = rq->end_io_data;
	struct scst_rq_result r;

	scst_rq_get_result(rq, &r);
	midlevel_result(cmd, &r);
	if (unlikely(cmd->bounce))
		scst_midlevel_unbounce(cmd);
	if (unlikely(cmd->cdb[0] == REQUEST_SENSE && !cmd->status))
		midlevel_reflect(cmd);
	scst_midlevel_release(cmd);
	scst_rq_free(rq);
	/* Ends of devices that lie one over the other don't nest. */
	scst_cmd_done(cmd, unlikely(cmd->dev->behind) ?
		      SCST_CONTEXT_TASKLET : SCST_CONTEXT_DIRECT_ATOMIC);
	SCST_RQ_END_IO_RETURN;
}

/* ---- the beginning ---- */

static void midlevel_refuse(struct scst_cmd *cmd, int err)
{
	if (err == -EAGAIN)
		scst_set_busy(cmd);
	else
		scst_sense_for_errno(cmd, err, false);
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
}

/*
 * Behind a session of ours a command is carried out by the core again. Each starts
 * with a stack of its own, whatever lies over what; and none waits in a thread for
 * others that may need that thread.
 */
static bool midlevel_may_start(const struct scst_cmd *cmd)
{
	if (unlikely(cmd->dev->behind))
		return cmd->context == SCST_CONTEXT_THREAD;
	return scst_context_may_sleep(cmd->context);
}

static struct request *midlevel_request(struct scst_cmd *cmd)
{
	return scst_rq_alloc(cmd->dev->scsi_dev,
			     cmd->data_direction == SCST_DATA_WRITE,
			     !cmd->dev->behind);
}

/**
 * scst_midlevel_exec() - have a real device carry out a command
 * @cmd: the command, its handler has answered SCST_EXEC_NOT_COMPLETED
 *
 * Context: that of the command.
 * Return: SCST_EXEC_COMPLETED, or SCST_EXEC_NEED_THREAD.
 */
enum scst_exec_res scst_midlevel_exec(struct scst_cmd *cmd)
{
	struct scsi_device *sdev = cmd->dev->scsi_dev;
	struct scst_submitter submitter;
	struct request *rq;
	int ret;

	if (!midlevel_may_start(cmd))
		return SCST_EXEC_NEED_THREAD;
	if (cmd->cdb_len > SCST_RQ_MAX_CDB) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
		goto done;
	}
	if (!scst_midlevel_fits(cmd, sdev->request_queue))
		goto done;
	rq = midlevel_request(cmd);
	if (IS_ERR(rq)) {
		midlevel_refuse(cmd, PTR_ERR(rq));
		return SCST_EXEC_COMPLETED;
	}
	scst_rq_set_cdb(rq, cmd->cdb, cmd->cdb_len);
	rq->timeout = scst_midlevel_timeout(cmd);
	rq->end_io_data = cmd;
	cmd->bounce = NULL;
	ret = scst_midlevel_map_cmd(rq, cmd);
	if (ret) {
		scst_rq_free(rq);
		midlevel_refuse(cmd, ret);
		return SCST_EXEC_COMPLETED;
	}
	WRITE_ONCE(cmd->rq, rq);
	scst_submitter_hide(&submitter);
	scst_rq_start(rq, midlevel_end_io);
	scst_submitter_restore(&submitter);
	return SCST_EXEC_COMPLETED;

done:
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}

/* ---- commands of handlers ---- */

struct midlevel_sync {
	struct completion done;
	unsigned int timeout;	/* jiffies */
	struct scst_rq_result result;
	u8 sense[SCST_MAX_SENSE_LEN];
};

static SCST_RQ_END_IO(midlevel_sync_end)
{
	struct midlevel_sync *sync = rq->end_io_data;

	scst_rq_get_result(rq, &sync->result);
	sync->result.sense_len = min_t(unsigned int, sync->result.sense_len,
				       sizeof(sync->sense));
	memcpy(sync->sense, sync->result.sense, sync->result.sense_len);
	sync->result.sense = sync->sense;
	complete(&sync->done);
	SCST_RQ_END_IO_RETURN;
}

static int midlevel_sync_run(struct request *rq, const u8 *cdb, u8 cdb_len,
			     struct scatterlist *sg, u32 len,
			     struct midlevel_sync *sync)
{
	int ret = len ? scst_midlevel_map(rq, sg, len) : 0;

	if (ret)
		return ret;
	scst_rq_set_cdb(rq, cdb, cdb_len);
	rq->timeout = sync->timeout;
	rq->end_io_data = sync;
	init_completion(&sync->done);
	scst_rq_start(rq, midlevel_sync_end);
	wait_for_completion_io(&sync->done);
	if (sync->result.status == SAM_STAT_RESERVATION_CONFLICT)
		return -EBADE;
	return sync->result.status || sync->result.host ? -EIO : 0;
}

static int midlevel_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len,
			void *buf, u32 len, struct scsi_sense_hdr *sense,
			unsigned int timeout)
{
	struct midlevel_sync sync = { .timeout = timeout };
	struct scatterlist sg;
	struct request *rq;
	int ret;

	might_sleep();
	if (len)
		sg_init_one(&sg, buf, len);
	rq = scst_rq_alloc(dev->scsi_dev, false, true);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	ret = midlevel_sync_run(rq, cdb, cdb_len, &sg, len, &sync);
	scst_rq_free(rq);
	if (!scsi_normalize_sense(sync.sense, sync.result.sense_len, sense))
		memset(sense, 0, sizeof(*sense));
	return ret;
}

int scst_midlevel_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len,
		      void *buf, u32 len, struct scsi_sense_hdr *sense)
{
	int ret = midlevel_ask(dev, cdb, cdb_len, buf, len, sense, 60 * HZ);

	return ret == -EBADE ? -EIO : ret;
}
SCST_EXPORT(scst_midlevel_ask);

/**
 * scst_midlevel_test_ready() - TEST UNIT READY, whose answer isn't worth a long wait
 * @dev: the device
 * @sense: filled
 *
 * Context: process context.
 * Return: 0, -EIO: see @sense; another error: it was not sent.
 */
int scst_midlevel_test_ready(struct scst_device *dev, struct scsi_sense_hdr *sense)
{
	static const u8 cdb[6] = { TEST_UNIT_READY };

	return midlevel_ask(dev, cdb, sizeof(cdb), NULL, 0, sense, 10 * HZ);
}

/**
 * scst_midlevel_reserve() - RESERVE(6) or RELEASE(6) of a real device for this host
 * @dev: the device
 * @reserve: which of them
 *
 * What the device wants to tell first, all nexuses are told.
 *
 * Context: process context.
 * Return: 0, -EBADE: another host has reserved it; another error: it wasn't done.
 */
int scst_midlevel_reserve(struct scst_device *dev, bool reserve)
{
	const u8 cdb[6] = { reserve ? SCST_RESERVE_6 : SCST_RELEASE_6 };
	struct scsi_sense_hdr sense;
	int tries = MIDLEVEL_UA_TRIES;
	int ret;

	for (;;) {
		ret = midlevel_ask(dev, cdb, sizeof(cdb), NULL, 0, &sense, 60 * HZ);
		if (ret != -EIO || sense.sense_key != UNIT_ATTENTION || !--tries)
			return ret;
		scst_midlevel_reflect(dev, &sense, NULL);
	}
}
