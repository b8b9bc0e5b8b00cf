/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the core, always compiled in: events/scst in tracefs. Names are
 * cut to fit the records; commands are told apart by their address.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM scst

#if !defined(SCST_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SCST_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "scst_priv.h"

#define SCST_TRACE_NAME_LEN	32

TRACE_EVENT(scst_cmd_arrived,
	TP_PROTO(const struct scst_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		__field(const void *, cmd)
		__array(char, initiator, SCST_TRACE_NAME_LEN)
		__array(char, device, SCST_TRACE_NAME_LEN)
		__field(u64, lun)
		__field(u64, tag)
		__field(u8, attr)
		__field(u8, cdb_len)
		__array(u8, cdb, SCST_MAX_CDB_LEN)
		__field(u32, expected)
	),
	TP_fast_assign(
		__entry->cmd = cmd;
		strscpy(__entry->initiator, cmd->sess->initiator_name,
			SCST_TRACE_NAME_LEN);
		strscpy(__entry->device, cmd->dev ? cmd->dev->name : "-",
			SCST_TRACE_NAME_LEN);
		__entry->lun = cmd->lun;
		__entry->tag = cmd->tag;
		__entry->attr = cmd->queue_type;
		__entry->cdb_len = min_t(u16, cmd->cdb_len, SCST_MAX_CDB_LEN);
		memcpy(__entry->cdb, cmd->cdb, SCST_MAX_CDB_LEN);
		__entry->expected = cmd->expected_len;
	),
	TP_printk("cmd=%p initiator=%s device=%s lun=%lld tag=%llx attr=%u expected=%u cdb=%s",
		  __entry->cmd, __entry->initiator, __entry->device,
		  (long long)__entry->lun, __entry->tag, __entry->attr,
		  __entry->expected,
		  __print_hex(__entry->cdb, __entry->cdb_len))
);

TRACE_EVENT(scst_cmd_state,
	TP_PROTO(const struct scst_cmd *cmd, unsigned int to),
	TP_ARGS(cmd, to),
	TP_STRUCT__entry(
		__field(const void *, cmd)
		__field(u8, from)
		__field(u8, to)
		__field(u8, context)
	),
	TP_fast_assign(
		__entry->cmd = cmd;
		__entry->from = cmd->state;
		__entry->to = to;
		__entry->context = cmd->context;
	),
	TP_printk("cmd=%p from=%u to=%u context=%u", __entry->cmd,
		  __entry->from, __entry->to, __entry->context)
);

TRACE_EVENT(scst_cmd_ended,
	TP_PROTO(const struct scst_cmd *cmd, u64 ns),
	TP_ARGS(cmd, ns),
	TP_STRUCT__entry(
		__field(const void *, cmd)
		__field(u64, tag)
		__field(u8, opcode)
		__field(u8, status)
		__field(u8, aborted)
		__field(u8, sense_len)
		__array(u8, sense, 18)
		__field(u32, resp_len)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->cmd = cmd;
		__entry->tag = cmd->tag;
		__entry->opcode = cmd->cdb[0];
		__entry->status = cmd->status;
		__entry->aborted = scst_cmd_aborted(cmd);
		__entry->sense_len = min_t(u8, cmd->sense_len, 18);
		memcpy(__entry->sense, cmd->sense, 18);
		__entry->resp_len = cmd->resp_data_len;
		__entry->ns = ns;
	),
	TP_printk("cmd=%p tag=%llx opcode=%02x status=%02x aborted=%u resp_len=%u ns=%llu sense=%s",
		  __entry->cmd, __entry->tag, __entry->opcode, __entry->status,
		  __entry->aborted, __entry->resp_len, __entry->ns,
		  __print_hex(__entry->sense, __entry->sense_len))
);

TRACE_EVENT(scst_cmd_retry,
	TP_PROTO(const struct scst_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		__field(const void *, cmd)
		__field(u16, retries)
	),
	TP_fast_assign(
		__entry->cmd = cmd;
		__entry->retries = cmd->retries;
	),
	TP_printk("cmd=%p retries=%u", __entry->cmd, __entry->retries)
);

TRACE_EVENT(scst_tm,
	TP_PROTO(const struct scst_mgmt_cmd *mcmd, bool answered),
	TP_ARGS(mcmd, answered),
	TP_STRUCT__entry(
		__array(char, initiator, SCST_TRACE_NAME_LEN)
		__field(u8, fn)
		__field(u8, answered)
		__field(int, status)
		__field(u64, lun)
		__field(u64, tag)
	),
	TP_fast_assign(
		strscpy(__entry->initiator, mcmd->sess->initiator_name,
			SCST_TRACE_NAME_LEN);
		__entry->fn = mcmd->fn;
		__entry->answered = answered;
		__entry->status = mcmd->status;
		__entry->lun = mcmd->lun;
		__entry->tag = mcmd->tag;
	),
	TP_printk("%s initiator=%s fn=%u lun=%lld tag=%llx status=%d",
		  __entry->answered ? "answered" : "received",
		  __entry->initiator, __entry->fn, (long long)__entry->lun,
		  __entry->tag, __entry->status)
);

TRACE_EVENT(scst_ua,
	TP_PROTO(const struct scst_tgt_dev *tgt_dev, unsigned int ua,
		 bool reported),
	TP_ARGS(tgt_dev, ua, reported),
	TP_STRUCT__entry(
		__array(char, initiator, SCST_TRACE_NAME_LEN)
		__array(char, device, SCST_TRACE_NAME_LEN)
		__field(u32, lun)
		__field(u8, ua)
		__field(u8, reported)
	),
	TP_fast_assign(
		strscpy(__entry->initiator, tgt_dev->sess->initiator_name,
			SCST_TRACE_NAME_LEN);
		strscpy(__entry->device, tgt_dev->dev->name,
			SCST_TRACE_NAME_LEN);
		__entry->lun = tgt_dev->lun;
		__entry->ua = ua;
		__entry->reported = reported;
	),
	TP_printk("%s initiator=%s device=%s lun=%u ua=%u",
		  __entry->reported ? "reported" : "raised",
		  __entry->initiator, __entry->device, __entry->lun,
		  __entry->ua)
);

TRACE_EVENT(scst_lun,
	TP_PROTO(const struct scst_tgt_dev *tgt_dev, bool added),
	TP_ARGS(tgt_dev, added),
	TP_STRUCT__entry(
		__array(char, initiator, SCST_TRACE_NAME_LEN)
		__array(char, device, SCST_TRACE_NAME_LEN)
		__field(u32, lun)
		__field(u8, added)
	),
	TP_fast_assign(
		strscpy(__entry->initiator, tgt_dev->sess->initiator_name,
			SCST_TRACE_NAME_LEN);
		strscpy(__entry->device, tgt_dev->dev->name,
			SCST_TRACE_NAME_LEN);
		__entry->lun = tgt_dev->lun;
		__entry->added = added;
	),
	TP_printk("%s initiator=%s lun=%u device=%s",
		  __entry->added ? "added" : "removed", __entry->initiator,
		  __entry->lun, __entry->device)
);

TRACE_EVENT(scst_no_memory,
	TP_PROTO(const char *pool, u32 len),
	TP_ARGS(pool, len),
	TP_STRUCT__entry(
		__array(char, pool, SCST_TRACE_NAME_LEN)
		__field(u32, len)
	),
	TP_fast_assign(
		strscpy(__entry->pool, pool, SCST_TRACE_NAME_LEN);
		__entry->len = len;
	),
	TP_printk("pool=%s len=%u", __entry->pool, __entry->len)
);

#endif /* SCST_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE scst_trace
#include <trace/define_trace.h>
