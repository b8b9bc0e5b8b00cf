/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to commands, for those who watch: a tracepoint each, and a line in
 * the log where TRACING or DEBUG is compiled in and the token is on.
 */
#ifndef SCST_EVENTS_H
#define SCST_EVENTS_H

#include "scst_priv.h"
#include "scst_trace.h"

/* Who sent it, to what. */
#define SCST_EVENT_WHO		"initiator %s, LUN %lld (%s), tag %llx: "
#define SCST_EVENT_WHO_ARGS(cmd) (cmd)->sess->initiator_name,		\
	(long long)(cmd)->lun, (cmd)->dev ? (cmd)->dev->name : "-", (cmd)->tag

void scst_trace_data(const struct scst_cmd *cmd, const char *what, u32 len);

static inline bool scst_trace_is_on(unsigned long bits)
{
	return SCST_HAS_TRACE && unlikely(READ_ONCE(scst_trace_flags) & bits);
}

static inline void scst_event_arrived(const struct scst_cmd *cmd)
{
	trace_scst_cmd_arrived(cmd);
	scst_trace(SCST_TRACE_RECV_TOP | SCST_TRACE_SCSI,
		   SCST_EVENT_WHO "CDB %*ph, attribute %u, %u bytes expected\n",
		   SCST_EVENT_WHO_ARGS(cmd),
		   min_t(int, cmd->cdb_len, SCST_MAX_CDB_LEN), cmd->cdb,
		   cmd->queue_type, cmd->expected_len);
}

static inline void scst_event_state(const struct scst_cmd *cmd, unsigned int to)
{
	trace_scst_cmd_state(cmd, to);
	scst_trace(SCST_TRACE_DEBUG, SCST_EVENT_WHO "from %s to %s\n",
		   SCST_EVENT_WHO_ARGS(cmd), scst_cmd_state_name(cmd->state),
		   scst_cmd_state_name(to));
}

static inline void scst_event_data_out(const struct scst_cmd *cmd)
{
	if (scst_trace_is_on(SCST_TRACE_RECV_BOT | SCST_TRACE_BUFF))
		scst_trace_data(cmd, "Data-Out", cmd->bufflen);
}

static inline void scst_event_data_in(const struct scst_cmd *cmd)
{
	if (scst_trace_is_on(SCST_TRACE_SEND_BOT | SCST_TRACE_BUFF))
		scst_trace_data(cmd, "Data-In", cmd->resp_data_len);
}

static inline void scst_event_ended(const struct scst_cmd *cmd, u64 ns)
{
	trace_scst_cmd_ended(cmd, ns);
	scst_trace(SCST_TRACE_SEND_TOP | (cmd->status ? SCST_TRACE_MINOR : 0),
		   SCST_EVENT_WHO "status %02x, %u bytes, %llu ns%s, sense data %*ph\n",
		   SCST_EVENT_WHO_ARGS(cmd), cmd->status, cmd->resp_data_len, ns,
		   scst_cmd_aborted(cmd) ? ", aborted" : "",
		   min_t(int, cmd->sense_len, 18), cmd->sense);
}

static inline void scst_event_retry(const struct scst_cmd *cmd)
{
	trace_scst_cmd_retry(cmd);
	if (cmd->retries == 1)
		scst_trace(SCST_TRACE_RETRY, SCST_EVENT_WHO "driver queue full\n",
			   SCST_EVENT_WHO_ARGS(cmd));
}

static inline void scst_event_tm(const struct scst_mgmt_cmd *mcmd,
				 const char *name, bool answered)
{
	trace_scst_tm(mcmd, answered);
	scst_trace(SCST_TRACE_MGMT, "initiator %s, LUN %lld, tag %llx: %s %s, status %d\n",
		   mcmd->sess->initiator_name, (long long)mcmd->lun, mcmd->tag,
		   name, answered ? "answered" : "received", mcmd->status);
}

static inline void scst_event_ua(const struct scst_tgt_dev *tgt_dev,
				 unsigned int ua, bool reported)
{
	trace_scst_ua(tgt_dev, ua, reported);
	scst_trace(SCST_TRACE_MGMT_MINOR,
		   "initiator %s, LUN %u (%s): unit attention %u %s\n",
		   tgt_dev->sess->initiator_name, tgt_dev->lun,
		   tgt_dev->dev->name, ua, reported ? "reported" : "raised");
}

static inline void scst_event_lun(const struct scst_tgt_dev *tgt_dev, bool added)
{
	trace_scst_lun(tgt_dev, added);
	scst_trace(SCST_TRACE_MGMT_MINOR, "initiator %s: LUN %u (%s) %s\n",
		   tgt_dev->sess->initiator_name, tgt_dev->lun,
		   tgt_dev->dev->name, added ? "added" : "removed");
}

static inline void scst_event_no_memory(const char *pool, u32 len)
{
	trace_scst_no_memory(pool, len);
	scst_trace(SCST_TRACE_OUT_OF_MEM, "pool %s: no buffer of %u bytes\n",
		   pool, len);
}

#endif /* SCST_EVENTS_H */
