/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands and task management functions: part of <scsi_tgt.h>, which includes
 * it.
 */
#ifndef SCST_CMD_H
#define SCST_CMD_H

#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "scst_config.h"
#include "scst_defs.h"

struct midlevel_bounce;
struct request;
struct scst_device;
struct scst_op;
struct scst_session;
struct scst_task_set;
struct scst_tgt_dev;
struct scst_thread_pool;
struct sgv_pool_obj;

/* ---- commands ------------------------------------------------------------- */

/* Bits of scst_cmd.flags, all with atomic bitops. */
enum {
	SCST_CMD_F_DONE,	/* execution was claimed as complete */
	SCST_CMD_F_ABORTED,	/* task management wants it gone, without a response */
	SCST_CMD_F_TASK_ABORTED,/* another nexus does; the response is TASK ABORTED */
	SCST_CMD_F_DRIVER_MEM,	/* memory is the target driver's */
	SCST_CMD_F_SG_LENT,	/* so is the data buffer */
	SCST_CMD_F_ENDED,	/* has a status; must not be executed */
	SCST_CMD_F_DELIVERY_FAILED,
	SCST_CMD_F_IN_TASK_SET,	/* @tset and @order are valid */
	SCST_CMD_F_OVER_LIMIT,	/* beyond the nexus's limit: counts nowhere */
	SCST_CMD_F_UA,		/* reports the unit attention @ua */
	SCST_CMD_F_TM_DEBUGGED,	/* with DEBUG_TM: has been held, or not */
	SCST_CMD_F_FAULT,	/* its CHECK CONDITION has had its effects */
	SCST_CMD_F_TWO_STAGE,	/* the driver restarts it after preprocessing */
	SCST_CMD_F_EARLY,	/* came before its session was registered */
	SCST_CMD_F_RQ_HELD,	/* @rq is looked at: it must not be freed */
	SCST_CMD_F_MOVED,	/* @resp_data_len tells what was moved, whatever the
				 * direction and the status
				 */
	SCST_CMD_F_LONG_CDB,	/* @long_cdb is valid */
	SCST_CMD_F_LOCAL_DONE,	/* the core has done its part, the handler hears of it */
	SCST_CMD_F_HANDLER_BACK,/* its handler has done what it was parked for */
};

/**
 * struct scst_cmd - a SCSI command, from scst_cmd_init() to on_free_cmd()
 * @state: the step it is in; written by its owner only
 * @context: enum scst_exec_context it runs in now
 * @data_direction: enum scst_data_direction that the CDB asks for
 * @expected_direction: the transport's view of it
 * @queue_type: enum scst_cmd_queue_type
 * @status: SAM status, valid once SCST_CMD_F_ENDED or executed
 * @sense_len: valid bytes in @sense
 * @cdb_len: bytes of the CDB, also of one that is too long to be kept
 * @flags: SCST_CMD_F_*
 * @sess: the I_T nexus
 * @tgt_dev: the I_T_L nexus; NULL when the LUN isn't mapped
 * @dev: the device; NULL when the LUN isn't mapped
 * @op: the opcode's row; NULL when unknown
 * @lun: the LUN as unpacked, or SCST_NO_SUCH_LUN
 * @lba: first logical block, where the CDB has one
 * @data_len: bytes that the CDB asks to move (for Data-In the allocation length)
 * @expected_len: bytes that the transport is prepared to move
 * @bufflen: bytes in @sg that may be used: never more than @data_len or the
 *	initiator's buffer
 * @resp_data_len: bytes of Data-In that are valid, at most @bufflen; with
 *	SCST_CMD_F_MOVED: bytes of either direction that the device has moved
 * @resp_wanted: bytes of parameter data that a larger buffer would have got
 * @sg: the data buffer
 * @sg_cnt: its entries
 * @cpu: index of the session's list that it is on
 * @sess_entry: there
 * @queue_entry: in a thread's queue
 * @tag: the transport's task tag
 * @tgt_priv: the target driver's
 * @dh_priv: the handler's; NULL at exec(), but see scst_cmd_exec_again()
 * @rq: the request of a real device that carries it out, meanwhile
 * @bounce: with @rq: copy of the buffer, or NULL
 * @sgv: the core's buffer, when not lent
 * @pool: threads that may run it
 * @retries: how often the driver has said "queue full"
 * @dh_state: the handler's; 0 when exec() is called for the first time
 * @order: where it stands in @tset, with SCST_CMD_F_IN_TASK_SET
 * @ua: enum scst_ua that it reports, with SCST_CMD_F_UA
 * @tset: the task set that counts it, with SCST_CMD_F_IN_TASK_SET
 * @order_entry: there, until it may run
 * @start_ns: when it arrived
 * @buf_sg: where scst_get_buf_next() goes on
 * @buf_left: bytes from there to the end of the buffer
 * @sense: sense data
 * @long_cdb: with SCST_CMD_F_LONG_CDB: all of the CDB
 * @cdb: the command descriptor block, or how it begins
 *
 * Everything is the core's; drivers and handlers read @op and below, and change
 * only what the accessors change.
 */
struct scst_cmd {
	u8 state;
	u8 context;
	u8 data_direction;
	u8 expected_direction;
	u8 queue_type;
	u8 status;
	u8 sense_len;
	unsigned long flags;
	struct scst_session *sess;
	struct scst_tgt_dev *tgt_dev;
	struct scst_device *dev;
	const struct scst_op *op;
	u64 lun;
	u64 lba;
	u64 data_len;
	u32 expected_len;
	u32 bufflen;
	u32 resp_data_len;
	u32 resp_wanted;
	int sg_cnt;
	struct scatterlist *sg;
	unsigned int cpu;
	u16 retries;
	u8 dh_state;
	u8 order;
	u8 ua;
	u16 cdb_len;
	struct scst_task_set *tset;
	struct list_head order_entry;
	struct list_head sess_entry;
	struct list_head queue_entry;
	u64 tag;
	void *tgt_priv;
	void *dh_priv;
	struct request *rq;
	struct midlevel_bounce *bounce;
	struct sgv_pool_obj *sgv;
	struct scst_thread_pool *pool;
	u64 start_ns;
	struct scatterlist *buf_sg;
	u32 buf_left;
	u8 *long_cdb;
	u8 cdb[SCST_MAX_CDB_LEN];
	u8 sense[SCST_MAX_SENSE_LEN];
};

/**
 * scst_cmd_init() - start a command in memory of the target driver's
 * @cmd: the memory; the driver's on_free_cmd() gets it back
 * @sess: the session
 * @lun: the LUN as the transport carries it, SAM-5 4.7
 * @lun_len: its length: 8, or 2 for the first level alone
 * @cdb: the CDB
 * @cdb_len: its length; one that is too long or short for its opcode makes the
 *	command end with CHECK CONDITION. Above SCST_MAX_CDB_LEN only handlers with
 *	any_opcode know a command
 *
 * Between this and scst_cmd_init_done() the driver sets tag, task attribute,
 * expected transfer and, if it lends it, the buffer.
 *
 * Context: any.
 * Return: 0, or -ESHUTDOWN when the session is being unregistered, or -ENOMEM for a
 *	CDB above SCST_MAX_CDB_LEN (@cmd was not taken).
 */
int scst_cmd_init(struct scst_cmd *cmd, struct scst_session *sess,
		  const u8 *lun, int lun_len, const u8 *cdb, unsigned int cdb_len);

/**
 * scst_rx_cmd() - start a command in memory of the core's
 * @sess: see scst_cmd_init()
 * @lun: see scst_cmd_init()
 * @lun_len: see scst_cmd_init()
 * @cdb: see scst_cmd_init()
 * @cdb_len: see scst_cmd_init()
 * @atomic: the caller can't sleep
 *
 * Context: any; process context unless @atomic.
 * Return: the command, or NULL: no memory, or the session is being unregistered.
 */
struct scst_cmd *scst_rx_cmd(struct scst_session *sess, const u8 *lun,
			     int lun_len, const u8 *cdb, unsigned int cdb_len,
			     bool atomic);

/**
 * scst_cmd_init_done() - hand a command to the core
 * @cmd: from scst_cmd_init() or scst_rx_cmd(); not the caller's any more: it may
 *	be finished and freed on return
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_cmd_init_done(struct scst_cmd *cmd, enum scst_exec_context context);

/**
 * scst_cmd_init_stage1_done() - hand a command to the core for a first stage
 * @cmd: as for scst_cmd_init_done()
 * @context: where the core may go on
 *
 * The core finds out direction and length and provides the buffer, then calls the
 * driver's preprocessing_done(), in any case. Data-Out is the driver's to fetch
 * before it says scst_restart_cmd(): rdy_to_xfer() is not called. For transports
 * whose data come unasked.
 *
 * Context: what @context says.
 */
void scst_cmd_init_stage1_done(struct scst_cmd *cmd,
			       enum scst_exec_context context);

/**
 * scst_restart_cmd() - the second stage: answer to preprocessing_done()
 * @cmd: the command; not the caller's any more
 * @status: whether to go on; a command that has failed before ends in any case
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_restart_cmd(struct scst_cmd *cmd, enum scst_preprocess_status status,
		      enum scst_exec_context context);

/**
 * scst_find_cmd() - look for a command of a session
 * @sess: the session
 * @data: for @match
 * @match: says whether this is the one; called with a spinlock held, interrupts off
 *
 * Nothing keeps the command from ending meanwhile but the caller: it must be one
 * whose end the caller holds up (in rdy_to_xfer(), say), or be used as identity only.
 *
 * Context: any.
 * Return: the first one that matches, or NULL.
 */
struct scst_cmd *scst_find_cmd(struct scst_session *sess, void *data,
			       bool (*match)(const struct scst_cmd *cmd,
					     void *data));

/**
 * scst_find_cmd_by_tag() - the same, by tag
 * @sess: the session
 * @tag: as set by scst_cmd_set_tag()
 *
 * Context: any.
 * Return: the command, or NULL.
 */
struct scst_cmd *scst_find_cmd_by_tag(struct scst_session *sess, u64 tag);

/**
 * scst_rx_data() - answer to rdy_to_xfer()
 * @cmd: the command; not the caller's any more
 * @status: whether the data are in its buffer
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_rx_data(struct scst_cmd *cmd, enum scst_rx_status status,
		  enum scst_exec_context context);

/**
 * scst_tgt_cmd_done() - answer to xmit_response()
 * @cmd: the command; not the caller's any more
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_tgt_cmd_done(struct scst_cmd *cmd, enum scst_exec_context context);

/**
 * scst_cmd_done() - a handler has executed a command
 * @cmd: the command; not the caller's any more
 * @context: where the core may go on
 *
 * The first call counts; a second one is refused and counted.
 *
 * Context: what @context says.
 */
void scst_cmd_done(struct scst_cmd *cmd, enum scst_exec_context context);

/**
 * scst_cmd_parsed() - a handler that has parked a command in parse() is done
 * @cmd: the command; not the caller's any more. It ends if an error was set
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_cmd_parsed(struct scst_cmd *cmd, enum scst_exec_context context);

/**
 * scst_cmd_buffer_done() - the same for alloc_data_buf()
 * @cmd: the command; not the caller's any more. It ends if an error was set
 * @context: where the core may go on
 *
 * Context: what @context says.
 */
void scst_cmd_buffer_done(struct scst_cmd *cmd, enum scst_exec_context context);

/**
 * scst_cmd_op_flags() - what the opcode table knows of a command
 * @cmd: the command, in parse() or later
 *
 * Context: any.
 * Return: a set of enum scst_cdb_flags; without SCST_INFO_VALID the operation code
 *	isn't known.
 */
u32 scst_cmd_op_flags(const struct scst_cmd *cmd);

/**
 * scst_cmd_set_op_flags() - the device knows better
 * @cmd: the command, in parse(); nothing changes for those that the core carries out
 * @flags: SCST_WRITE_MEDIUM, SCST_SKIP_UA and SCST_*_ALLOWED count
 *
 * Context: any.
 */
void scst_cmd_set_op_flags(struct scst_cmd *cmd, u32 flags);

/**
 * scst_set_cmd_sense_data() - end with sense data of the device's own making
 * @cmd: the command
 * @sense: the sense data
 * @len: their length; cut to what there is room for
 *
 * Context: any.
 */
void scst_set_cmd_sense_data(struct scst_cmd *cmd, const u8 *sense, u32 len);

/**
 * scst_cmd_exec_again() - have exec() called once more, from a thread
 * @cmd: the handler has answered SCST_EXEC_COMPLETED to its exec() and has not
 *	called scst_cmd_done(); not the caller's any more
 *
 * For a handler that had to put a command off. While dh_priv is set, exec() is
 * called for an aborted command, too, so that the handler can let go of what it
 * keeps for it.
 *
 * Context: any.
 */
void scst_cmd_exec_again(struct scst_cmd *cmd);

/**
 * scst_check_local_events() - may the command still be executed?
 * @cmd: the command
 *
 * For handlers that queue commands themselves, right before execution.
 *
 * Context: any.
 * Return: true: go on. false: it was aborted or has to report a unit attention;
 *	the status is set, the handler calls scst_cmd_done().
 */
bool scst_check_local_events(struct scst_cmd *cmd);

/**
 * scst_set_cmd_error() - end with CHECK CONDITION
 * @cmd: the command
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier; the three from SCST_LOAD_SENSE()
 *
 * Fixed format sense data (SPC-5 4.4.3). No Data-In will be valid.
 *
 * Context: any.
 */
void scst_set_cmd_error(struct scst_cmd *cmd, u8 key, u8 asc, u8 ascq);

/**
 * scst_set_invalid_field() - INVALID FIELD IN CDB with the place of the field
 * @cmd: the command
 * @byte: the offending byte of the CDB
 * @bit: its most significant offending bit, or -1 for the whole byte
 *
 * SPC-5 4.4.2.4: sense-key-specific field pointer.
 *
 * Context: any.
 */
void scst_set_invalid_field(struct scst_cmd *cmd, unsigned int byte, int bit);

/**
 * scst_set_unknown_opcode() - INVALID COMMAND OPERATION CODE, or its service action
 * @cmd: a command that its device doesn't know
 *
 * SPC-5 4.2.2: if the operation code is there with other service actions, that field
 * is invalid.
 *
 * Context: any.
 */
void scst_set_unknown_opcode(struct scst_cmd *cmd);

/**
 * scst_set_invalid_field_in_param() - INVALID FIELD IN PARAMETER LIST
 * @cmd: the command
 * @byte: the offending byte of the parameter list
 * @bit: its most significant offending bit, or -1 for the whole byte
 *
 * Context: any.
 */
void scst_set_invalid_field_in_param(struct scst_cmd *cmd, unsigned int byte,
				     int bit);

/**
 * scst_set_cmd_error_info() - as scst_set_cmd_error(), with the INFORMATION field
 * @cmd: the command
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @info: the LBA of the error, SBC-4 4.18
 *
 * Fixed format (D_SENSE = 0) has no room for an @info of more than 32 bits: it is
 * left out.
 *
 * Context: any.
 */
void scst_set_cmd_error_info(struct scst_cmd *cmd, u8 key, u8 asc, u8 ascq,
			     u64 info);

/**
 * scst_set_copy_aborted() - end with COPY ABORTED
 * @cmd: the command, EXTENDED COPY
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @segment: the segment that has failed, for COMMAND-SPECIFIC INFORMATION
 *
 * Context: any.
 */
void scst_set_copy_aborted(struct scst_cmd *cmd, u8 asc, u8 ascq, u16 segment);

/**
 * scst_set_cmd_condition() - end with CHECK CONDITION and the device's condition
 * @cmd: the command; see scst_dev_set_condition()
 *
 * Context: any.
 */
void scst_set_cmd_condition(struct scst_cmd *cmd);

/**
 * scst_set_cmd_error_status() - end with a status that has no sense data
 * @cmd: the command
 * @status: SAM_STAT_*
 *
 * Context: any.
 */
void scst_set_cmd_error_status(struct scst_cmd *cmd, u8 status);

/**
 * scst_set_busy() - end with BUSY: the initiator tries again
 * @cmd: the command
 *
 * Context: any.
 */
void scst_set_busy(struct scst_cmd *cmd);

/**
 * scst_set_resp_data_len() - how much of the Data-In buffer is valid
 * @cmd: the command
 * @len: bytes; cut to the buffer
 *
 * Context: any.
 */
void scst_set_resp_data_len(struct scst_cmd *cmd, u32 len);

/**
 * scst_copy_response() - answer with parameter data
 * @cmd: the command, Data-In
 * @data: what to send
 * @len: its length; cut to allocation length and buffer, as SPC-5 4.2.5.6 wants
 *
 * Context: any.
 */
void scst_copy_response(struct scst_cmd *cmd, const void *data, u32 len);

/**
 * scst_get_param_list() - copy from the Data-Out buffer
 * @cmd: the command, Data-Out, with its data
 * @data: where to
 * @off: from which byte on
 * @len: at most so many bytes
 *
 * Context: any.
 * Return: bytes copied: less than @len when the buffer ends before.
 */
u32 scst_get_param_list(const struct scst_cmd *cmd, void *data, u32 off, u32 len);

/* Generic parsers for handlers, by device type. Any context. */
int scst_sbc_generic_parse(struct scst_cmd *cmd);

/**
 * scst_sbc_parse_blocks() - as scst_sbc_generic_parse(), for blocks of any size
 * @cmd: the command, decoded, of a device with nblocks
 * @block_size: bytes of a logical block, below 16 MiB
 * @prot_size: bytes of protection information of a block, where the CDB asks for it
 *
 * Context: any.
 * Return: 0, or -EINVAL when an error was set.
 */
int scst_sbc_parse_blocks(struct scst_cmd *cmd, u32 block_size, u32 prot_size);

/**
 * scst_sense_for_errno() - sense data for a failed read or write of the backing
 * @cmd: the command; its first block is taken for the one that failed
 * @err: negative errno
 * @write: it was a write
 *
 * Context: any.
 */
void scst_sense_for_errno(struct scst_cmd *cmd, int err, bool write);

/**
 * scst_sense_for_errno_at() - the same, where the place is known
 * @cmd: the command
 * @err: negative errno
 * @write: it was a write
 * @lba: the first block that failed, for the INFORMATION field
 *
 * Context: any.
 */
void scst_sense_for_errno_at(struct scst_cmd *cmd, int err, bool write, u64 lba);

/**
 * scst_cmd_service_action() - which of the commands of its operation code it is
 * @cmd: the command
 *
 * SPC-5 4.2.2, 4.2.3. Without meaning for operation codes that have none.
 */
static inline u16 scst_cmd_service_action(const struct scst_cmd *cmd)
{
	if (cmd->cdb[0] == 0x7f)
		return cmd->cdb[8] << 8 | cmd->cdb[9];
	return cmd->cdb[1] & 0x1f;
}

/* Accessors for target drivers. */
static inline void scst_cmd_set_tag(struct scst_cmd *cmd, u64 tag)
{
	cmd->tag = tag;
}

static inline u64 scst_cmd_get_tag(const struct scst_cmd *cmd)
{
	return cmd->tag;
}

static inline void scst_cmd_set_tgt_priv(struct scst_cmd *cmd, void *priv)
{
	cmd->tgt_priv = priv;
}

static inline void *scst_cmd_get_tgt_priv(const struct scst_cmd *cmd)
{
	return cmd->tgt_priv;
}

static inline void scst_cmd_set_queue_type(struct scst_cmd *cmd,
					   enum scst_cmd_queue_type type)
{
	cmd->queue_type = type;
}

/**
 * scst_cmd_set_expected() - what the transport says about the transfer
 * @cmd: the command
 * @dir: direction, SCST_DATA_UNKNOWN if the transport doesn't tell
 * @len: bytes
 */
static inline void scst_cmd_set_expected(struct scst_cmd *cmd,
					 enum scst_data_direction dir, u32 len)
{
	cmd->expected_direction = dir;
	cmd->expected_len = len;
}

/**
 * scst_cmd_lend_sg() - the driver owns the data buffer
 * @cmd: the command
 * @sg: scatterlist of at least the expected length, valid until on_free_cmd()
 * @sg_cnt: its entries
 *
 * For Data-Out it holds the data already; the core copies and allocates nothing.
 */
static inline void scst_cmd_lend_sg(struct scst_cmd *cmd, struct scatterlist *sg,
				    int sg_cnt)
{
	cmd->sg = sg;
	cmd->sg_cnt = sg_cnt;
	__set_bit(SCST_CMD_F_SG_LENT, &cmd->flags);
}

/**
 * scst_cmd_set_data_buf() - the driver's buffer, from alloc_data_buf()
 * @cmd: the command
 * @sg: scatterlist of scst_cmd_get_bufflen() bytes at least, valid until
 *	on_free_cmd()
 * @sg_cnt: its entries
 *
 * Or the handler's, from its alloc_data_buf() to exec().
 */
static inline void scst_cmd_set_data_buf(struct scst_cmd *cmd,
					 struct scatterlist *sg, int sg_cnt)
{
	cmd->sg = sg;
	cmd->sg_cnt = sg_cnt;
}

/* What scst_cmd_set_expected() has said. */
static inline bool scst_cmd_is_expected_set(const struct scst_cmd *cmd)
{
	return cmd->expected_direction != SCST_DATA_UNKNOWN;
}

static inline enum scst_data_direction
scst_cmd_get_expected_data_direction(const struct scst_cmd *cmd)
{
	return cmd->expected_direction;
}

static inline u32 scst_cmd_get_expected_transfer_len(const struct scst_cmd *cmd)
{
	return cmd->expected_len;
}

/* Whether it has a status already and won't be executed. */
static inline bool scst_cmd_ended(const struct scst_cmd *cmd)
{
	return test_bit(SCST_CMD_F_ENDED, &cmd->flags);
}

static inline struct scatterlist *scst_cmd_get_sg(const struct scst_cmd *cmd)
{
	return cmd->sg;
}

static inline int scst_cmd_get_sg_cnt(const struct scst_cmd *cmd)
{
	return cmd->sg_cnt;
}

static inline u32 scst_cmd_get_bufflen(const struct scst_cmd *cmd)
{
	return cmd->bufflen;
}

static inline enum scst_data_direction
scst_cmd_get_data_direction(const struct scst_cmd *cmd)
{
	return cmd->data_direction;
}

static inline u32 scst_cmd_get_resp_data_len(const struct scst_cmd *cmd)
{
	return cmd->resp_data_len;
}

/**
 * scst_get_buf_next() - the next piece of the data buffer
 * @cmd: the command, after scst_get_buf_first()
 * @buf: set to the piece
 *
 * Context: any.
 * Return: the length of the piece; 0: there is none left; -EINVAL: it has no
 *	address (high memory of a lent buffer).
 */
int scst_get_buf_next(struct scst_cmd *cmd, u8 **buf);

/**
 * scst_get_buf_first() - the first piece of the data buffer
 * @cmd: the command, its driver's or handler's
 * @buf: set to the piece
 *
 * Together the pieces have scst_cmd_get_bufflen() bytes.
 *
 * Context: any.
 * Return: as scst_get_buf_next().
 */
int scst_get_buf_first(struct scst_cmd *cmd, u8 **buf);

/* The other end of scst_get_buf_first() and _next(), when a piece is done with. */
static inline void scst_put_buf(struct scst_cmd *cmd, u8 *buf)
{
}

/* How many pieces there are. */
static inline int scst_get_buf_count(const struct scst_cmd *cmd)
{
	return cmd->bufflen ? cmd->sg_cnt : 0;
}

static inline u8 scst_cmd_get_status(const struct scst_cmd *cmd)
{
	return cmd->status;
}

static inline const u8 *scst_cmd_get_sense_buffer(const struct scst_cmd *cmd)
{
	return cmd->sense;
}

static inline unsigned int
scst_cmd_get_sense_buffer_len(const struct scst_cmd *cmd)
{
	return cmd->sense_len;
}

static inline struct scst_session *
scst_cmd_get_session(const struct scst_cmd *cmd)
{
	return cmd->sess;
}

static inline int scst_cmd_get_tgt_resp_flags(const struct scst_cmd *cmd)
{
	return test_bit(SCST_CMD_F_ABORTED, &cmd->flags) ? 0 :
							   SCST_TSC_FLAG_STATUS;
}

/**
 * scst_cmd_get_residual() - difference between expected and moved data
 * @cmd: the command, in xmit_response()
 *
 * Return: bytes of the initiator's buffer that were not used (underflow, above
 *	0), or that the CDB asked for beyond it (overflow, below 0).
 */
s64 scst_cmd_get_residual(const struct scst_cmd *cmd);

/* For target drivers: nothing must be sent for it any more. */
static inline bool scst_cmd_aborted(const struct scst_cmd *cmd)
{
	return test_bit(SCST_CMD_F_ABORTED, &cmd->flags);
}

/* All scst_cmd.cdb_len bytes of the CDB. */
static inline const u8 *scst_cmd_get_cdb(const struct scst_cmd *cmd)
{
	return test_bit(SCST_CMD_F_LONG_CDB, &cmd->flags) ? cmd->long_cdb :
							    cmd->cdb;
}

/* For handlers: it needn't be carried out any more, with or without a response. */
static inline bool scst_cmd_must_end(const struct scst_cmd *cmd)
{
	return READ_ONCE(cmd->flags) &
	       (BIT(SCST_CMD_F_ABORTED) | BIT(SCST_CMD_F_TASK_ABORTED));
}

/* Whether the response reached the initiator. */
static inline void scst_set_delivery_status(struct scst_cmd *cmd, bool delivered)
{
	if (!delivered)
		set_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags);
}

/* ---- task management ------------------------------------------------------ */

/**
 * struct scst_mgmt_cmd - a task management function while it is carried out
 * @sess: the I_T nexus that it came through
 * @fn: enum scst_mgmt_fn
 * @status: enum scst_mgmt_status, valid in task_mgmt_fn_done()
 * @lun: where @fn has one
 * @lun_set: @lun is valid
 * @tag: of the command to abort or to look for
 * @info: of QUERY ASYNCHRONOUS EVENT: the additional response information
 * @tgt_priv: the driver's
 * @work: carries it out
 * @pending: affected commands that are not gone yet, and one for @work itself
 * @all_gone: @pending has reached zero
 */
struct scst_mgmt_cmd {
	struct scst_session *sess;
	enum scst_mgmt_fn fn;
	int status;
	u64 lun;
	bool lun_set;
	u64 tag;
	u32 info;
	void *tgt_priv;
	struct work_struct work;
	atomic_t pending;
	struct completion all_gone;
};

/**
 * struct scst_rx_mgmt_params - a task management request as it was received
 * @fn: the function
 * @tag: of a command, if @tag_set
 * @lun: the LUN, as for scst_cmd_init(), if @lun_set
 * @lun_len: its length
 * @tag_set: the request has a tag
 * @lun_set: the request has a LUN
 * @atomic: the caller can't sleep
 * @tgt_priv: for scst_mgmt_cmd_get_tgt_priv()
 */
struct scst_rx_mgmt_params {
	enum scst_mgmt_fn fn;
	u64 tag;
	const u8 *lun;
	int lun_len;
	bool tag_set;
	bool lun_set;
	bool atomic;
	void *tgt_priv;
};

/**
 * scst_rx_mgmt_fn() - any task management function, SAM-5 7
 * @sess: the session
 * @params: the request; not used after the return
 *
 * The driver's task_mgmt_fn_done() is called when all affected commands are gone.
 * A command is affected if it was given to the core before this call.
 *
 * Context: any; process context unless @params->atomic.
 * Return: 0, -EINVAL (no such function, or the LUN or the tag that it needs is
 *	missing), -ENOMEM, -ESHUTDOWN (task_mgmt_fn_done() won't be called).
 */
int scst_rx_mgmt_fn(struct scst_session *sess,
		    const struct scst_rx_mgmt_params *params);

/**
 * scst_rx_mgmt_fn_tag() - ABORT TASK, QUERY TASK
 * @sess: the session
 * @fn: SCST_ABORT_TASK or SCST_QUERY_TASK
 * @tag: of the command
 * @atomic: the caller can't sleep
 * @priv: for scst_mgmt_cmd_get_tgt_priv()
 *
 * The driver's task_mgmt_fn_done() is called when the command is gone.
 *
 * Context: any; process context unless @atomic.
 * Return: 0, -EINVAL, -ENOMEM, -ESHUTDOWN (task_mgmt_fn_done() won't be called).
 */
int scst_rx_mgmt_fn_tag(struct scst_session *sess, enum scst_mgmt_fn fn,
			u64 tag, bool atomic, void *priv);

/**
 * scst_rx_mgmt_fn_lun() - the other functions
 * @sess: the session
 * @fn: the function
 * @lun: the LUN, as for scst_cmd_init(); ignored where @fn has none
 * @lun_len: its length
 * @atomic: the caller can't sleep
 * @priv: for scst_mgmt_cmd_get_tgt_priv()
 *
 * Context: any; process context unless @atomic.
 * Return: as scst_rx_mgmt_fn_tag().
 */
int scst_rx_mgmt_fn_lun(struct scst_session *sess, enum scst_mgmt_fn fn,
			const u8 *lun, int lun_len, bool atomic, void *priv);

static inline void *scst_mgmt_cmd_get_tgt_priv(struct scst_mgmt_cmd *mcmd)
{
	return mcmd->tgt_priv;
}

static inline int scst_mgmt_cmd_get_status(struct scst_mgmt_cmd *mcmd)
{
	return mcmd->status;
}

/* SAM-5 7.10: UADE DEPTH and sense key, ASC, ASCQ, from bits 23 to 0. */
static inline u32 scst_mgmt_cmd_get_info(struct scst_mgmt_cmd *mcmd)
{
	return mcmd->info;
}

#endif /* SCST_CMD_H */
