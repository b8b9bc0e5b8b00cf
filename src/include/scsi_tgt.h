/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SCST: the interface between the core, target drivers and device handlers.
 * doc/architecture.md tells how the parts fit, doc/lifetimes.md who holds what.
 */
#ifndef SCST_SCSI_TGT_H
#define SCST_SCSI_TGT_H

#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/percpu-refcount.h>
#include <linux/refcount.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "scst_config.h"
#include "scst_const.h"
#include "scst_debug.h"
#include "scst_proc.h"

struct scst_acg;
struct scst_cmd;
struct scst_device;
struct scst_dev_type;
struct scst_mgmt_cmd;
struct scst_op;
struct scst_session;
struct scst_sess_cpu;
struct scst_tgt;
struct scst_tgt_dev;
struct scst_thread_pool;
struct sgv_pool;
struct sgv_pool_obj;
struct seq_file;

/* ---- the guard against stale drivers -------------------------------------- */

/* Raised whenever the meaning of anything in the public headers changes. */
#define SCST_INTERFACE_VERSION	1

/**
 * struct scst_abi - what a module was compiled against
 * @version: SCST_INTERFACE_VERSION
 * @options: SCST_OPT_BITS, the build options that change shared structs
 * @cmd_size: sizeof(struct scst_cmd)
 * @obj_size: sizes of the other shared structs, added up
 */
struct scst_abi {
	u16 version;
	u16 options;
	u32 cmd_size;
	u32 obj_size;
};

/* Expands to the caller's view of the interface, at the caller's build time. */
#define SCST_ABI_INIT {							\
	.version  = SCST_INTERFACE_VERSION,				\
	.options  = SCST_OPT_BITS,					\
	.cmd_size = sizeof(struct scst_cmd),				\
	.obj_size = sizeof(struct scst_tgt_template) * 3 +		\
		    sizeof(struct scst_dev_type) * 5 +			\
		    sizeof(struct scst_tgt) * 7 +			\
		    sizeof(struct scst_session) * 11 +			\
		    sizeof(struct scst_device) * 13 +			\
		    sizeof(struct scst_tgt_dev) * 17 +			\
		    sizeof(struct scst_mgmt_cmd) * 19,			\
}

/* ---- target drivers ------------------------------------------------------- */

/**
 * struct scst_tgt_template - a target driver
 * @name: unique, at most SCST_MAX_TEMPLATE_NAME characters
 * @module: THIS_MODULE
 * @sg_tablesize: most scatterlist entries that the driver can take, 0: any
 * @xmit_response_atomic: xmit_response() may be called in atomic context
 * @rdy_to_xfer_atomic: rdy_to_xfer() may be called in atomic context
 * @no_proc_entry: no directory under /proc/scsi_tgt
 * @threads_num: threads to add to the core's pool while registered
 * @xmit_response: required. Send data (scst_cmd_get_sg(), _get_resp_data_len())
 *	and status; the driver says scst_tgt_cmd_done() when it has finished,
 *	possibly from inside this call. Aborted commands come here too, see
 *	scst_cmd_aborted(): nothing must be sent for them
 * @rdy_to_xfer: fetch the Data-Out buffer into scst_cmd_get_sg(), then say
 *	scst_rx_data(). NULL when the data are there from the start
 * @on_free_cmd: the last use of @cmd by the core; any context. Afterwards the
 *	memory belongs to the driver again if it came from scst_cmd_init()
 * @pre_exec: a last look at a command with its data, before execution; a
 *	status other than SCST_RX_STATUS_SUCCESS ends the command
 * @task_mgmt_fn_done: a task management function is complete; process context
 * @report_aen: the core has something to tell the session; process context, no
 *	lock held. Returns 0 if the driver delivers it
 * @release: required. scst_unregister() is done with @tgt; process context
 * @proc: a file of the driver's own, named as the driver, and its help; or NULL
 * @show_target: prints what the file of one target shows, or NULL
 *
 * Constant, owned by the driver until scst_unregister_target_template() is back.
 */
struct scst_tgt_template {
	const char *name;
	struct module *module;
	u16 sg_tablesize;
	unsigned int xmit_response_atomic:1;
	unsigned int rdy_to_xfer_atomic:1;
	unsigned int no_proc_entry:1;
	int threads_num;

	int (*xmit_response)(struct scst_cmd *cmd);
	int (*rdy_to_xfer)(struct scst_cmd *cmd);
	void (*on_free_cmd)(struct scst_cmd *cmd);
	enum scst_rx_status (*pre_exec)(struct scst_cmd *cmd);
	void (*task_mgmt_fn_done)(struct scst_mgmt_cmd *mcmd);
	int (*report_aen)(struct scst_session *sess, enum scst_aen event);
	void (*release)(struct scst_tgt *tgt);

	const struct scst_proc_desc *proc;
	int (*show_target)(struct seq_file *m, struct scst_tgt *tgt);
};

/**
 * struct scst_tgt - one target (a SCSI target device's port) of a driver
 * @tgtt: the driver
 * @name: the target's name; names Default_<name> and matches INITIATOR@<name>
 * @tgt_priv: the driver's
 * @sessions: struct scst_session.tgt_entry, under the core's mutex
 * @entry: in the template's list, under the core's mutex
 * @rel_tgt_id: relative target port identifier, SPC-5 3.1.116; unique, from 1
 * @proc_no: number of the target's file in /proc/scsi_tgt/DRIVER
 * @sess_count: sessions not yet freed
 * @dying: being unregistered: takes no new session
 */
struct scst_tgt {
	const struct scst_tgt_template *tgtt;
	char *name;
	void *tgt_priv;
	struct list_head sessions;
	struct list_head entry;
	u16 rel_tgt_id;
	unsigned int proc_no;
	atomic_t sess_count;
	bool dying;
};

int __scst_register_target_template(const struct scst_tgt_template *tgtt,
				    const struct scst_abi *abi);

/**
 * scst_register_target_template() - make a target driver known
 * @tgtt: the driver
 *
 * Inline, so that the interface's identity is the one of the caller's headers.
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL (bad template, or built against another core: the log says
 *	which), -EEXIST (name taken), -ENOMEM.
 */
static inline int scst_register_target_template(const struct scst_tgt_template *tgtt);

/**
 * scst_unregister_target_template() - forget a target driver
 * @tgtt: the driver; all its targets must be unregistered
 *
 * Context: process context, may sleep; not from a /proc command of the driver.
 */
void scst_unregister_target_template(const struct scst_tgt_template *tgtt);

/**
 * scst_register() - a new target
 * @tgtt: a registered driver
 * @name: the target's name, 1 to SCST_MAX_INITIATOR_NAME printable characters
 *
 * Context: process context, may sleep.
 * Return: the target, or ERR_PTR: -EINVAL (name), -EEXIST, -ENOMEM.
 */
struct scst_tgt *scst_register(const struct scst_tgt_template *tgtt,
			       const char *name);

/**
 * scst_unregister() - remove a target
 * @tgt: the target; its sessions must have been unregistered
 *
 * Calls the driver's release() and frees @tgt.
 *
 * Context: process context, may sleep.
 */
void scst_unregister(struct scst_tgt *tgt);

static inline void *scst_tgt_get_tgt_priv(struct scst_tgt *tgt)
{
	return tgt->tgt_priv;
}

static inline void scst_tgt_set_tgt_priv(struct scst_tgt *tgt, void *priv)
{
	tgt->tgt_priv = priv;
}

/* ---- sessions ------------------------------------------------------------- */

/**
 * struct scst_session - an I_T nexus (SAM-5 4.6.1)
 * @tgt: the target
 * @initiator_name: the name that chose the security group
 * @tgt_priv: the driver's
 * @acg: the security group; constant while registered
 * @luns: LUN to struct scst_tgt_dev; readers under RCU, writers under the core's mutex
 * @cpu: per-CPU lists of the commands in the session
 * @cmds: one reference for each command and each LUN; killed at unregistration
 * @idle: @cmds has reached zero
 * @tgt_entry: in the target's list
 * @acg_entry: in the group's list
 * @aen_work: tells the driver about changed LUNs
 * @free_work: the rest of an unregistration that nobody waits for
 * @unreg_done: the caller's, of scst_unregister_session()
 */
struct scst_session {
	struct scst_tgt *tgt;
	char *initiator_name;
	void *tgt_priv;
	struct scst_acg *acg;
	struct xarray luns;
	struct scst_sess_cpu __percpu *cpu;
	struct percpu_ref cmds;
	struct completion idle;
	struct list_head tgt_entry;
	struct list_head acg_entry;
	struct work_struct aen_work;
	struct work_struct free_work;
	void (*unreg_done)(struct scst_session *sess);
};

/**
 * scst_register_session() - an initiator has logged in
 * @tgt: the target
 * @initiator_name: chooses the security group, see doc/scst_proc.5
 * @priv: the driver's, for scst_sess_get_tgt_priv()
 *
 * The session is ready for commands on return.
 *
 * Context: process context, may sleep.
 * Return: the session, or ERR_PTR: -EINVAL (name), -ENOMEM, -ESHUTDOWN (@tgt goes).
 */
struct scst_session *scst_register_session(struct scst_tgt *tgt,
					   const char *initiator_name, void *priv);

/**
 * scst_unregister_session() - an initiator is gone
 * @sess: the session; the driver must not start new commands in it
 * @wait: return only when all commands are gone and @sess is freed
 * @done: called right before @sess is freed, may be NULL; process context
 *
 * Commands in flight are finished normally; abort them first with
 * scst_rx_mgmt_fn_lun(SCST_NEXUS_LOSS_SESS) to have them end sooner.
 *
 * Context: process context, may sleep.
 */
void scst_unregister_session(struct scst_session *sess, bool wait,
			     void (*done)(struct scst_session *sess));

static inline void *scst_sess_get_tgt_priv(struct scst_session *sess)
{
	return sess->tgt_priv;
}

static inline void scst_sess_set_tgt_priv(struct scst_session *sess, void *priv)
{
	sess->tgt_priv = priv;
}

/* ---- devices -------------------------------------------------------------- */

/**
 * struct scst_device - a logical unit that can be mapped
 * @name: the virtual device's name, or H:C:I:L
 * @virt_id: the virtual device's id, above 0; 0 for a real device
 * @type: peripheral device type, SPC-5 6.6.2
 * @block_shift: log2 of the logical block size; the handler sets it in attach()
 * @nblocks: capacity in logical blocks; the handler's, read with READ_ONCE()
 * @handler: the device handler
 * @dh_priv: the handler's
 * @pool: threads of its own, where the handler wants them
 * @refs: one for each LUN of a session, one for the registration
 * @unused: @refs has reached zero
 * @entry: in the core's list, under the core's mutex
 * @acg_devs: LUNs of groups that map it (struct scst_acg_dev.dev_entry)
 * @dying: being unregistered: can't be mapped any more
 */
struct scst_device {
	char *name;
	int virt_id;
	u8 type;
	u8 block_shift;
	u64 nblocks;
	const struct scst_dev_type *handler;
	void *dh_priv;
	struct scst_thread_pool *pool;
	refcount_t refs;
	struct completion unused;
	struct list_head entry;
	struct list_head acg_devs;
	bool dying;
};

/**
 * struct scst_tgt_dev - a logical unit as one session sees it: the I_T_L nexus
 * @dev: the device
 * @sess: the session
 * @lun: the LUN, 0 to SCST_MAX_LUNS - 1
 * @read_only: mapped READ_ONLY; constant
 * @dh_priv: the handler's, from attach_tgt()
 * @ua: pending unit attentions, one bit for each kind of the table in ua.c
 * @cmds: one reference for each command
 * @rwork: frees it after the last command and an RCU grace period
 */
struct scst_tgt_dev {
	struct scst_device *dev;
	struct scst_session *sess;
	u32 lun;
	bool read_only;
	void *dh_priv;
	unsigned long ua;
	struct percpu_ref cmds;
	struct rcu_work rwork;
};

/**
 * struct scst_dev_type - a device handler
 * @name: unique; shown in /proc/scsi_tgt/scsi_tgt, names the directory
 * @type: peripheral device type
 * @module: THIS_MODULE
 * @threads_num: threads of its own for each device; 0: the core's pool
 * @parse_atomic: parse() never sleeps
 * @exec_atomic: exec() may be called in atomic context (it may then answer
 *	SCST_EXEC_NEED_THREAD)
 * @dev_done_atomic: dev_done() may be called in atomic context
 * @no_proc: no directory under /proc/scsi_tgt
 * @parse: required. Completes what the opcode table could not know (such as
 *	block counts to bytes): scst_sbc_generic_parse() and the like. May set an
 *	error with scst_set_cmd_error(). 0, or a negative errno for an error that
 *	was set
 * @exec: required. Carries the command out; see enum scst_exec_res.
 *	@cmd->context tells where it runs
 * @dev_done: a look at the status after execution, or NULL
 * @on_free_cmd: frees what the handler keeps for a command, or NULL; any context
 * @task_mgmt_fn: hears of task management on a device, before the core waits
 *	for the affected commands; process context, or NULL
 * @attach: a device was assigned; sets dh_priv and block_shift. 0 or -errno
 * @detach: the device goes; no command is left
 * @attach_tgt: the device becomes a LUN of a session. 0 or -errno
 * @detach_tgt: the LUN goes; no command is left in it
 * @proc: the handler's file, named as the handler, and its help; or NULL
 * @trace_flags: what the module defines as SCST_TRACE_FLAGS (scst_debug.h),
 *	switched by HANDLER/trace_level; NULL: there is no such file
 */
struct scst_dev_type {
	const char *name;
	int type;
	struct module *module;
	int threads_num;
	unsigned int parse_atomic:1;
	unsigned int exec_atomic:1;
	unsigned int dev_done_atomic:1;
	unsigned int no_proc:1;

	int (*parse)(struct scst_cmd *cmd);
	enum scst_exec_res (*exec)(struct scst_cmd *cmd);
	void (*dev_done)(struct scst_cmd *cmd);
	void (*on_free_cmd)(struct scst_cmd *cmd);
	void (*task_mgmt_fn)(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);
	int (*attach)(struct scst_device *dev);
	void (*detach)(struct scst_device *dev);
	int (*attach_tgt)(struct scst_tgt_dev *tgt_dev);
	void (*detach_tgt)(struct scst_tgt_dev *tgt_dev);

	const struct scst_proc_desc *proc;
	unsigned long *trace_flags;
};

int __scst_register_virtual_dev_driver(const struct scst_dev_type *dev_type,
				       const struct scst_abi *abi);

/**
 * scst_register_virtual_dev_driver() - make a handler of virtual devices known
 * @dev_type: the handler, constant until unregistered
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL (bad handler, or built against another core), -EEXIST,
 *	-ENOMEM.
 */
static inline int
scst_register_virtual_dev_driver(const struct scst_dev_type *dev_type);

/**
 * scst_unregister_virtual_dev_driver() - forget a handler
 * @dev_type: the handler; its devices must be unregistered
 *
 * Context: process context, may sleep; not from a /proc command of the handler.
 */
void scst_unregister_virtual_dev_driver(const struct scst_dev_type *dev_type);

/**
 * scst_register_virtual_device() - a new virtual device
 * @dev_type: a registered handler
 * @name: unique among devices: letters, digits, "_-.:", 1 to SCST_MAX_NAME long
 * @dh_priv: what attach() finds in dev->dh_priv
 *
 * Context: process context, may sleep.
 * Return: the device's id, above 0; -EINVAL (name), -EEXIST, -ENOMEM, or what
 *	attach() returned.
 */
int scst_register_virtual_device(const struct scst_dev_type *dev_type,
				 const char *name, void *dh_priv);

/**
 * scst_unregister_virtual_device() - remove a virtual device
 * @id: from scst_register_virtual_device()
 *
 * Removes it from all groups, waits for its commands, then calls detach().
 *
 * Context: process context, may sleep for as long as commands take.
 */
void scst_unregister_virtual_device(int id);

/* ---- commands ------------------------------------------------------------- */

/* Bits of scst_cmd.flags, all with atomic bitops. */
enum {
	SCST_CMD_F_DONE,	/* execution was claimed as complete */
	SCST_CMD_F_ABORTED,	/* task management wants it gone */
	SCST_CMD_F_DRIVER_MEM,	/* memory is the target driver's */
	SCST_CMD_F_SG_LENT,	/* so is the data buffer */
	SCST_CMD_F_ENDED,	/* has a status; must not be executed */
	SCST_CMD_F_DELIVERY_FAILED,
};

/**
 * struct scst_cmd - a SCSI command, from scst_cmd_init() to on_free_cmd()
 * @state: the step it is in; written by its owner only
 * @context: enum scst_exec_context it runs in now
 * @data_direction: enum scst_data_direction that the CDB asks for
 * @expected_direction: the transport's view of it
 * @queue_type: enum scst_queue_type
 * @status: SAM status, valid once SCST_CMD_F_ENDED or executed
 * @sense_len: valid bytes in @sense
 * @cdb_len: bytes of @cdb
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
 * @resp_data_len: bytes of Data-In that are valid, at most @bufflen
 * @sg: the data buffer
 * @sg_cnt: its entries
 * @cpu: index of the session's list that it is on
 * @sess_entry: there
 * @queue_entry: in a thread's queue
 * @tag: the transport's task tag
 * @tgt_priv: the target driver's
 * @dh_priv: the handler's; NULL at exec()
 * @sgv: the core's buffer, when not lent
 * @pool: threads that may run it
 * @retries: how often the driver has said "queue full"
 * @start_ns: with MEASURE_LATENCY: when it arrived
 * @sense: sense data
 * @cdb: the command descriptor block
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
	u8 cdb_len;
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
	int sg_cnt;
	struct scatterlist *sg;
	unsigned int cpu;
	u16 retries;
	struct list_head sess_entry;
	struct list_head queue_entry;
	u64 tag;
	void *tgt_priv;
	void *dh_priv;
	struct sgv_pool_obj *sgv;
	struct scst_thread_pool *pool;
#ifdef SCST_CONFIG_MEASURE_LATENCY
	u64 start_ns;
#endif
	u8 cdb[SCST_MAX_CDB_SIZE];
	u8 sense[SCST_SENSE_BUFFERSIZE];
};

/**
 * scst_cmd_init() - start a command in memory of the target driver's
 * @cmd: the memory; the driver's on_free_cmd() gets it back
 * @sess: the session
 * @lun: the LUN as the transport carries it, SAM-5 4.7
 * @lun_len: its length: 8, or 2 for the first level alone
 * @cdb: the CDB
 * @cdb_len: its length; one that is too long or short for its opcode makes the
 *	command end with CHECK CONDITION
 *
 * Between this and scst_cmd_init_done() the driver sets tag, task attribute,
 * expected transfer and, if it lends it, the buffer.
 *
 * Context: any.
 * Return: 0, or -ESHUTDOWN when the session is being unregistered (@cmd was not
 *	taken).
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
 * scst_set_cmd_error_info() - as scst_set_cmd_error(), with the INFORMATION field
 * @cmd: the command
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @info: the LBA of the error, SBC-4 4.18
 *
 * An @info of more than 32 bits selects descriptor format.
 *
 * Context: any.
 */
void scst_set_cmd_error_info(struct scst_cmd *cmd, u8 key, u8 asc, u8 ascq,
			     u64 info);

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

/* Generic parsers for handlers, by device type. Any context. */
int scst_sbc_generic_parse(struct scst_cmd *cmd);

/**
 * scst_sense_for_errno() - sense data for a failed read or write of the backing
 * @cmd: the command
 * @err: negative errno
 * @write: it was a write
 *
 * Context: any.
 */
void scst_sense_for_errno(struct scst_cmd *cmd, int err, bool write);

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
					   enum scst_queue_type type)
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
	return SCST_TSC_FLAG_STATUS;
}

/**
 * scst_cmd_get_residual() - difference between expected and moved data
 * @cmd: the command, in xmit_response()
 *
 * Return: bytes of the initiator's buffer that were not used (underflow, above
 *	0), or that the CDB asked for beyond it (overflow, below 0).
 */
s64 scst_cmd_get_residual(const struct scst_cmd *cmd);

static inline bool scst_cmd_aborted(const struct scst_cmd *cmd)
{
	return test_bit(SCST_CMD_F_ABORTED, &cmd->flags);
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
 * @tag: of the command to abort
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
	u64 tag;
	void *tgt_priv;
	struct work_struct work;
	atomic_t pending;
	struct completion all_gone;
};

/**
 * scst_rx_mgmt_fn_tag() - ABORT TASK
 * @sess: the session
 * @fn: SCST_ABORT_TASK
 * @tag: of the command to abort
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

/* ---- buffers -------------------------------------------------------------- */

/**
 * struct sgv_pool_obj - a buffer: a scatterlist with its pages
 * @sg: the scatterlist
 * @sg_cnt: its entries
 * @len: bytes that were asked for
 * @order: size class: log2 of pages; -1 for what is too big to be cached
 * @pool: where it came from
 * @entry: while it is cached
 */
struct sgv_pool_obj {
	struct scatterlist *sg;
	int sg_cnt;
	u32 len;
	int order;
	struct sgv_pool *pool;
	struct list_head entry;
};

/**
 * sgv_pool_create() - a pool of buffers, shown in /proc/scsi_tgt/sgv
 * @name: at most 20 characters
 * @clustered: join adjacent pages to longer entries
 *
 * Context: process context, may sleep.
 * Return: the pool or ERR_PTR(-ENOMEM).
 */
struct sgv_pool *sgv_pool_create(const char *name, bool clustered);

/**
 * sgv_pool_destroy() - end a pool
 * @pool: the pool; all its buffers must have been given back
 *
 * Context: process context, may sleep.
 */
void sgv_pool_destroy(struct sgv_pool *pool);

/**
 * sgv_pool_alloc() - a buffer from the pool
 * @pool: the pool
 * @len: bytes, above 0
 * @gfp: GFP_KERNEL, GFP_NOIO, GFP_ATOMIC
 * @max_sg: most scatterlist entries, 0: any
 *
 * The pages hold what they held before unless SCST_STRICT_SECURITY is on.
 *
 * Context: what @gfp says.
 * Return: the buffer, or NULL: no memory, or scst_max_cmd_mem is used up.
 */
struct sgv_pool_obj *sgv_pool_alloc(struct sgv_pool *pool, u32 len, gfp_t gfp,
				    int max_sg);

/**
 * sgv_pool_free() - give a buffer back
 * @obj: the buffer
 *
 * Context: any but hard interrupt.
 */
void sgv_pool_free(struct sgv_pool_obj *obj);

/* ---- definitions that need the structs above ------------------------------ */

static inline int
scst_register_target_template(const struct scst_tgt_template *tgtt)
{
	static const struct scst_abi abi = SCST_ABI_INIT;

	return __scst_register_target_template(tgtt, &abi);
}

static inline int
scst_register_virtual_dev_driver(const struct scst_dev_type *dev_type)
{
	static const struct scst_abi abi = SCST_ABI_INIT;

	return __scst_register_virtual_dev_driver(dev_type, &abi);
}

#endif /* SCST_SCSI_TGT_H */
