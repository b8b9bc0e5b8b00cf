/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SCST: the interface between the core, target drivers and device handlers.
 * doc/architecture.md tells how the parts fit, doc/lifetimes.md who holds what.
 */
#ifndef SCST_SCSI_TGT_H
#define SCST_SCSI_TGT_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/percpu-refcount.h>
#include <linux/refcount.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "scst_cmd.h"
#include "scst_config.h"
#include "scst_defs.h"
#include "scst_debug.h"
#include "scst_proc.h"
#include "scst_sgv.h"

struct Scsi_Host;
struct scsi_device;
struct scst_acg;
struct scst_cmd;
struct scst_device;
struct scst_dev_type;
struct scst_mgmt_cmd;
struct scst_op;
struct scst_resv;
struct scst_session;
struct scst_stats;
struct scst_sess_cpu;
struct scst_tgt;
struct scst_tgt_dev;
struct scst_thread_pool;
struct scst_transport_id;
struct sgv_pool;
struct sgv_pool_obj;
struct seq_file;

/* ---- the guard against stale drivers -------------------------------------- */

/* Raised whenever the meaning of anything in the public headers changes. */
#define SCST_INTERFACE_VERSION	5

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
 * @use_clustering: the driver likes long scatterlist entries; so does the core
 * @no_clustering: an entry must not be longer than a page
 * @xmit_response_atomic: xmit_response() may be called in atomic context
 * @rdy_to_xfer_atomic: rdy_to_xfer() may be called in atomic context
 * @preprocessing_done_atomic: so may preprocessing_done()
 * @no_proc_entry: no directory under /proc/scsi_tgt
 * @threads_num: threads to add to the core's pool while registered
 * @xmit_response: required. Send data (scst_cmd_get_sg(), _get_resp_data_len())
 *	and status; the driver says scst_tgt_cmd_done() when it has finished,
 *	possibly from inside this call. Aborted commands come here too, see
 *	scst_cmd_aborted(): nothing must be sent for them
 * @rdy_to_xfer: fetch the Data-Out buffer into scst_cmd_get_sg(), then say
 *	scst_rx_data(). NULL when the data are there from the start
 * @alloc_data_buf: the driver brings the data buffer: scst_cmd_get_bufflen() bytes,
 *	with scst_cmd_set_data_buf(). 0: it has; above 0: the core shall take one of
 *	its own; below 0: no memory: in atomic context it is called again from a
 *	thread, elsewhere the command ends with BUSY. Context: that of the command.
 *	The buffer must stay until on_free_cmd()
 * @preprocessing_done: required with scst_cmd_init_stage1_done(). CDB and buffer are
 *	ready, or the command has failed (scst_cmd_ended()); the driver says
 *	scst_restart_cmd(), possibly from inside this call
 * @on_free_cmd: the last use of @cmd by the core; any context. Afterwards the
 *	memory belongs to the driver again if it came from scst_cmd_init()
 * @pre_exec: a last look at a command with its data, before execution; called
 *	again from a thread for SCST_PREPROCESS_STATUS_NEED_THREAD. Context: that
 *	of the command
 * @task_mgmt_fn_done: a task management function is complete; process context
 * @report_aen: the core has something to tell the session; process context, no
 *	lock held. Returns 0 if the driver delivers it
 * @get_transport_id: the TransportID (SPC-5 7.6.4) of the initiator port behind a
 *	session that is being registered, into @buf; process context. Returns its
 *	length, or -errno, which the registration then returns. NULL: the iSCSI
 *	TransportID of the initiator's name. What it says for one initiator port must
 *	stay the same: persistent reservations recognize it by that
 * @session_of: for drivers whose initiators are SCSI hosts of this machine: the
 *	session that is behind a host, or NULL; process context. It stays as long as
 *	the host has devices
 * @detect: called at the end of the registration: the driver looks for its ports
 *	and registers them. Their number, or -errno, which undoes the registration;
 *	process context, or NULL: the driver registers targets when it pleases
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
	unsigned int use_clustering:1;
	unsigned int no_clustering:1;
	unsigned int xmit_response_atomic:1;
	unsigned int rdy_to_xfer_atomic:1;
	unsigned int preprocessing_done_atomic:1;
	unsigned int no_proc_entry:1;
	int threads_num;

	int (*xmit_response)(struct scst_cmd *cmd);
	int (*rdy_to_xfer)(struct scst_cmd *cmd);
	int (*alloc_data_buf)(struct scst_cmd *cmd);
	void (*preprocessing_done)(struct scst_cmd *cmd);
	void (*on_free_cmd)(struct scst_cmd *cmd);
	enum scst_preprocess_status (*pre_exec)(struct scst_cmd *cmd);
	void (*task_mgmt_fn_done)(struct scst_mgmt_cmd *mcmd);
	int (*report_aen)(struct scst_session *sess, enum scst_aen event);
	int (*get_transport_id)(struct scst_session *sess, u8 *buf,
				unsigned int size);
	struct scst_session *(*session_of)(struct Scsi_Host *shost);
	int (*detect)(const struct scst_tgt_template *tgtt);
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
 * @tpg_id: its target port group
 * @tpg: the same: its place in the table of groups
 * @tpg_entry: in the group's list
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
	u16 tpg_id;
	u8 tpg;
	struct list_head tpg_entry;
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
 *	which), -EEXIST (name taken), -ENOMEM, or what detect() returned.
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

/* struct scst_session.state */
enum scst_sess_state {
	SCST_SESS_REGISTERING,	/* commands wait */
	SCST_SESS_READY,
	SCST_SESS_FAILED,	/* to be unregistered; takes no command */
};

/**
 * struct scst_session - an I_T nexus (SAM-5 4.6.1)
 * @tgt: the target
 * @initiator_name: the name that chose the security group
 * @tgt_priv: the driver's
 * @transport_id: the initiator port, for persistent reservations
 * @state: enum scst_sess_state; waited for by its address
 * @acg: the security group; constant while registered, NULL before and after
 * @luns: LUN to struct scst_tgt_dev; readers under RCU, writers under the core's mutex
 * @cpu: per-CPU lists of the commands in the session
 * @cmds: one reference for each command and each LUN; killed at unregistration
 * @idle: @cmds has reached zero
 * @early_lock: protects @early and changes of @state; taken in any context
 * @early: commands that came before the registration was complete
 *	(struct scst_cmd.queue_entry)
 * @all_entry: in the core's list, from the first to the last of it
 * @tgt_entry: in the target's list
 * @acg_entry: in the group's list
 * @reg_work: the registration, where the caller doesn't wait for it
 * @reg_done: the caller's, of scst_register_session()
 * @aens: one bit for each enum scst_aen that the driver is to be told
 * @aen_work: tells it
 * @free_work: the rest of an unregistration that nobody waits for
 * @unreg_done: the caller's, of scst_unregister_session()
 */
struct scst_session {
	struct scst_tgt *tgt;
	char *initiator_name;
	void *tgt_priv;
	struct scst_transport_id *transport_id;
	u8 state;
	struct scst_acg *acg;
	struct xarray luns;
	struct scst_sess_cpu __percpu *cpu;
	struct percpu_ref cmds;
	struct completion idle;
	spinlock_t early_lock;
	struct list_head early;
	struct list_head all_entry;
	struct list_head tgt_entry;
	struct list_head acg_entry;
	struct work_struct reg_work;
	void (*reg_done)(struct scst_session *sess, void *priv, int result);
	unsigned long aens;
	struct work_struct aen_work;
	struct work_struct free_work;
	void (*unreg_done)(struct scst_session *sess);
};

/**
 * scst_register_session() - an initiator has logged in
 * @tgt: the target
 * @atomic: the caller can't sleep
 * @initiator_name: chooses the security group, see doc/scst_proc.5
 * @priv: the driver's, for scst_sess_get_tgt_priv()
 * @done: called in process context when the registration is complete or has
 *	failed, with @priv and 0 or what would have been returned; may be NULL
 *
 * Without @atomic and @done the registration is complete on return. Otherwise it
 * goes on by itself, and the session takes commands and task management at once:
 * they wait until it is complete. If it fails, commands that wait end with BUSY,
 * new ones are refused, and the driver has to unregister the session, from @done
 * on; from within @done without waiting.
 *
 * Context: any if @atomic; otherwise process context, may sleep.
 * Return: the session, or ERR_PTR: -EINVAL (name), -ENOMEM, -ESHUTDOWN (@tgt goes).
 */
struct scst_session *scst_register_session(struct scst_tgt *tgt, bool atomic,
					   const char *initiator_name, void *priv,
					   void (*done)(struct scst_session *sess,
							void *priv, int result));

/**
 * scst_unregister_session() - an initiator is gone
 * @sess: the session; the driver must not start new commands in it
 * @wait: return only when all commands are gone and @sess is freed
 * @done: called right before @sess is freed, may be NULL; process context
 *
 * Commands in flight are finished normally; abort them first with
 * scst_rx_mgmt_fn_lun(SCST_NEXUS_LOSS_SESS) to have them end sooner. Those on devices
 * whose handler asks for it (scst_dev_type.pre_unreg_sess) are aborted. A registration
 * that is under way is waited for.
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
 * struct scst_control - what the control mode page says, SPC-5 7.5.10
 * @tst: TASK SET TYPE: 0 one task set for all I_T nexuses, 1 one for each
 * @qerr: QUEUE ERROR MANAGEMENT
 * @tas: TASK ABORTED STATUS: commands that others abort get a response
 * @d_sense: sense data in descriptor format
 * @swp: SOFTWARE WRITE PROTECT
 *
 * The handler changes it with WRITE_ONCE(), everybody reads it at any time.
 */
struct scst_control {
	u8 tst;
	u8 qerr;
	bool tas;
	bool d_sense;
	bool swp;
};

/**
 * struct scst_task_set - the commands of a logical unit, SAM-5 8
 * @dev: the device
 * @nexus: the I_T_L nexus whose commands these are; NULL: those of all (TST = 0)
 * @lock: protects what follows; taken in any context
 * @dormant: commands that may not run yet, struct scst_cmd.order_entry
 * @enabled: commands that may, and have not ended
 * @hoq: those of @enabled with the HEAD OF QUEUE attribute
 * @ordered: those of @enabled with the ORDERED attribute
 * @aca_cmds: those of @enabled with the ACA attribute
 * @tracked: all commands are counted here
 * @adopting: those that came before @tracked are being looked for
 * @last: jiffies when @tracked was last needed
 * @aca: the nexus that has caused an auto contingent allegiance, or NULL
 *
 * The core's, in order.c and aca.c. While nobody uses an attribute but SIMPLE,
 * and there is no ACA, commands do not come here.
 */
struct scst_task_set {
	struct scst_device *dev;
	struct scst_tgt_dev *nexus;
	spinlock_t lock;
	struct list_head dormant;
	unsigned int enabled;
	unsigned int hoq;
	unsigned int ordered;
	unsigned int aca_cmds;
	bool tracked;
	bool adopting;
	unsigned long last;
	struct scst_tgt_dev *aca;
};

/**
 * struct scst_access - how a logical unit is reached through a target port group
 * @state: asymmetric access state, as in REPORT TARGET PORT GROUPS
 * @status: STATUS CODE there: what has changed the state last
 */
struct scst_access {
	u8 state;
	u8 status;
};

/**
 * struct scst_device - a logical unit that can be mapped
 * @name: the virtual device's name, or H:C:I:L
 * @virt_id: the virtual device's id, above 0; 0 for a real device
 * @type: peripheral device type, SPC-5 6.6.2
 * @block_shift: log2 of the logical block size; the handler sets it in attach(). 0
 *	where blocks needn't be a power of two: then it is the handler's business
 * @nblocks: capacity in logical blocks; the handler's, read with READ_ONCE()
 * @control: the control mode page
 * @pr_notify: the handler's exec() gets each PERSISTENT RESERVE OUT that the core has
 *	carried out with GOOD; its status is the command's. Set in attach()
 * @own_order: the handler's: it carries out ORDERED and HEAD OF QUEUE itself; the
 *	core starts commands as they come
 * @ordering: task sets of the device that are tracked now
 * @condition: the core's: see scst_dev_set_condition()
 * @handler: the device handler; NULL: a real device that has none
 * @dh_priv: the handler's
 * @scsi_dev: a real device: the SCSI mid-level's
 * @real_entry: in the list of real devices
 * @bounced: commands of a real device whose pages had to be copied
 * @behind: a real device that one of our own sessions has made of its LUN: that
 * @ops: the core's: rows of the opcode table that it supports; once it can be
 *	mapped only those of asymmetric access change. NULL: the handler didn't say
 * @stats: per-CPU counters of commands
 * @tgt_devs_lock: protects changes of @tgt_devs; taken in any context
 * @tgt_devs: its I_T_L nexuses, struct scst_tgt_dev.dev_entry; readers hold the
 *	lock or are in an RCU read-side section
 * @tset: the task set of all nexuses
 * @access: asymmetric access: its state through each target port group
 * @resv: its reservations
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
	struct scst_control control;
	bool own_order;
	bool pr_notify;
	atomic_t ordering;
	u64 condition;
	const struct scst_dev_type *handler;
	void *dh_priv;
	struct scsi_device *scsi_dev;
	struct list_head real_entry;
	struct scst_session *behind;
	atomic64_t bounced;
	unsigned long *ops;
	struct scst_stats __percpu *stats;
	spinlock_t tgt_devs_lock;
	struct list_head tgt_devs;
	struct scst_task_set tset;
	struct scst_access access[SCST_MAX_TPGS];
	struct scst_resv *resv;
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
 * @resv: what reservations of others leave to it, 0: everything
 * @access: asymmetric access state, 0: active/optimized
 * @copying: between scst_lun_enter() and scst_lun_leave(): how many
 * @dh_priv: the handler's, from attach_tgt()
 * @dev_entry: in the device's list, until its last command is gone
 * @ua: pending unit attentions, one bit for each enum scst_ua
 * @room: how many more commands each CPU may start, see limit.c
 * @tset: the task set of this nexus
 * @cmds: one reference for each command
 * @rwork: frees it after the last command and an RCU grace period
 */
struct scst_tgt_dev {
	struct scst_device *dev;
	struct scst_session *sess;
	u32 lun;
	bool read_only;
	u8 resv;
	u8 access;
	atomic_t copying;
	void *dh_priv;
	struct list_head dev_entry;
	unsigned long ua;
	unsigned int __percpu *room;
	struct scst_task_set tset;
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
 * @strict_cdb: CDBs with reserved bits set are refused; not for real devices,
 *	which may know more than the opcode table
 * @any_opcode: parse() also gets commands whose operation code isn't known for the
 *	type of the device: it tells direction, length and flags
 * @parse: required. Completes what the opcode table could not know (such as
 *	block counts to bytes): scst_sbc_generic_parse() and the like. May set an
 *	error with scst_set_cmd_error(). 0, or a negative errno for an error that
 *	was set, or SCST_PARSE_PARKED
 * @alloc_data_buf: the device brings the data buffer, where the target driver has
 *	none: scst_cmd_get_bufflen() bytes, with scst_cmd_set_data_buf(), to stay until
 *	on_free_cmd(). Data-In may get its buffer in exec() only. enum scst_buf_res, or
 *	a negative errno: no memory. Context: that of the command; or NULL
 * @exec: required. Carries the command out; see enum scst_exec_res.
 *	@cmd->context tells where it runs
 * @supports_op: does the device carry out the operation code @op with service
 *	action @sa (SCST_OP_NO_SA: it has none)? Asked once for each, after
 *	attach(); what it doesn't is refused before parse(). NULL: it decides in
 *	exec(). What the core answers itself isn't asked for
 * @dev_done: a look at the status after execution, or NULL
 * @on_free_cmd: frees what the handler keeps for a command, or NULL; any context
 * @task_mgmt_fn: hears of task management on a device, before the core waits
 *	for the affected commands; PREEMPT AND ABORT is SCST_PR_ABORT_ALL for each nexus
 *	that it preempts (scst_mgmt_cmd.sess); process context, or NULL
 * @task_mgmt_fn_done: the affected commands are gone; the initiator is answered
 *	after the return; process context, or NULL
 * @cmd_aborted: a command was marked as aborted (scst_cmd_must_end()), wherever it is;
 *	any context, with a spinlock of the core's held: it must not end a command; or
 *	NULL
 * @pre_unreg_sess: the session of the nexus ends: its commands on the device are
 *	marked as aborted, and detach_tgt() comes when they are gone; process context, must
 *	not wait for them. NULL: they end normally
 * @attach: a device was assigned; sets dh_priv and block_shift. 0 or -errno
 * @detach: the device goes; no command is left
 * @attach_tgt: the device becomes a LUN of a session. 0 or -errno
 * @detach_tgt: the LUN goes; no command is left in it
 * @allow_removal: the nexus has lost its say, or was preempted with abort: what it
 *	has asked for by PREVENT ALLOW MEDIUM REMOVAL ends (SPC-5 6.16); process
 *	context, must not sleep; or NULL
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
	unsigned int strict_cdb:1;
	unsigned int any_opcode:1;

	int (*parse)(struct scst_cmd *cmd);
	int (*alloc_data_buf)(struct scst_cmd *cmd);
	enum scst_exec_res (*exec)(struct scst_cmd *cmd);
	bool (*supports_op)(const struct scst_device *dev, u8 op, u16 sa);
	void (*dev_done)(struct scst_cmd *cmd);
	void (*on_free_cmd)(struct scst_cmd *cmd);
	void (*task_mgmt_fn)(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);
	void (*task_mgmt_fn_done)(struct scst_mgmt_cmd *mcmd,
				  struct scst_device *dev);
	void (*cmd_aborted)(struct scst_cmd *cmd);
	void (*pre_unreg_sess)(struct scst_tgt_dev *tgt_dev);
	int (*attach)(struct scst_device *dev);
	void (*detach)(struct scst_device *dev);
	int (*attach_tgt)(struct scst_tgt_dev *tgt_dev);
	void (*detach_tgt)(struct scst_tgt_dev *tgt_dev);
	void (*allow_removal)(struct scst_tgt_dev *tgt_dev);

	const struct scst_proc_desc *proc;
	unsigned long *trace_flags;
};

int __scst_register_dev_driver(const struct scst_dev_type *dev_type,
			       const struct scst_abi *abi);

/**
 * scst_register_dev_driver() - make a handler of real devices known
 * @dev_type: the handler, constant until unregistered
 *
 * Devices of its peripheral device type that have no handler are attached at once.
 * A handler that shall get none by itself is registered behind the one that does.
 *
 * Context: process context, may sleep.
 * Return: as scst_register_virtual_dev_driver().
 */
static inline int scst_register_dev_driver(const struct scst_dev_type *dev_type);

/**
 * scst_unregister_dev_driver() - forget a handler of real devices
 * @dev_type: the handler; its devices are removed from all groups
 *
 * Context: process context, may sleep for as long as commands take.
 */
void scst_unregister_dev_driver(const struct scst_dev_type *dev_type);

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
 * @name: unique among devices: letters, digits, "_-.:", 1 to SCST_MAX_DEV_NAME long
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

/**
 * scst_dev_raise_ua() - the initiators of a device have to be told something
 * @dev: the device
 * @ua: what
 * @but: an I_T_L nexus that needn't be told, or NULL
 *
 * Context: any.
 */
void scst_dev_raise_ua(struct scst_device *dev, enum scst_ua ua,
		       const struct scst_tgt_dev *but);

/**
 * scst_dev_report_aen() - the target drivers of a device's sessions are to tell it
 * @dev: the device
 * @event: what
 *
 * For transports that can; the unit attention (scst_dev_raise_ua()) is for all.
 *
 * Context: any.
 */
void scst_dev_report_aen(struct scst_device *dev, enum scst_aen event);

/**
 * scst_dev_set_condition() - what a device is busy with, or what is wrong with it
 * @dev: the device
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier; the three from SCST_LOAD_SENSE()
 * @progress: of 65536, or -1: can't be told
 *
 * REQUEST SENSE tells it until scst_dev_clear_condition(). Which commands it
 * prevents is the handler's business: see scst_set_cmd_condition().
 *
 * Context: any.
 */
void scst_dev_set_condition(struct scst_device *dev, u8 key, u8 asc, u8 ascq,
			    int progress);

/**
 * scst_dev_clear_condition() - nothing any more
 * @dev: the device
 *
 * Context: any.
 */
void scst_dev_clear_condition(struct scst_device *dev);

/**
 * scst_dev_tpgs() - TPGS of standard INQUIRY data, SPC-5 6.6.2
 * @dev: the device
 *
 * Context: any.
 * Return: 0: no asymmetric access; 1: implicit; 2: explicit; 3: both.
 */
u8 scst_dev_tpgs(const struct scst_device *dev);

/**
 * struct scst_dev_stats - what initiators have done with a device, since it is there
 * @reads: finished commands that read the medium
 * @read_bytes: what those that succeeded have moved
 * @read_ns: time from their arrivals to their responses, summed
 * @read_errors: commands, of any kind, that ended with MEDIUM ERROR by reading
 * @writes: as @reads
 * @write_bytes: as @read_bytes
 * @write_ns: as @read_ns
 * @write_errors: commands, of any kind, that ended with WRITE ERROR
 * @other_ns: as @read_ns, of all other commands
 */
struct scst_dev_stats {
	u64 reads;
	u64 read_bytes;
	u64 read_ns;
	u64 read_errors;
	u64 writes;
	u64 write_bytes;
	u64 write_ns;
	u64 write_errors;
	u64 other_ns;
};

/**
 * scst_dev_get_stats() - the counters of a device
 * @dev: the device
 * @stats: filled; of commands that end meanwhile some may be counted in part
 *
 * Context: any.
 */
void scst_dev_get_stats(const struct scst_device *dev,
			struct scst_dev_stats *stats);

struct scsi_sense_hdr;

/**
 * scst_midlevel_ask() - a handler's own question to a real device
 * @dev: the device
 * @cdb: a command that moves Data-In, or nothing
 * @cdb_len: its length
 * @buf: for the data, from kmalloc()
 * @len: its size, 0: no data
 * @sense: the device's sense data; all zero if it had none
 *
 * Context: process context, may sleep.
 * Return: 0; -EIO: another status than GOOD; -ENODEV: the device is gone; -ENOMEM.
 */
int scst_midlevel_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len,
		      void *buf, u32 len, struct scsi_sense_hdr *sense);

/**
 * scst_midlevel_told() - what a real device has told with a command that has ended
 * @cmd: the command, in the handler's dev_done()
 * @sense: filled from the sense data, or from the Data-In of REQUEST SENSE
 *	(SPC-5 6.39)
 *
 * Context: any.
 * Return: whether it has told anything.
 */
bool scst_midlevel_told(const struct scst_cmd *cmd, struct scsi_sense_hdr *sense);

/* ---- commands that work on other logical units ----------------------------- */

/* What an I_T_L nexus may do with its logical unit now. */
enum scst_lun_access {
	SCST_LUN_ACCESS_OK,
	SCST_LUN_ACCESS_GONE,		/* being unmapped or closed */
	SCST_LUN_ACCESS_CONFLICT,	/* reserved by others */
	SCST_LUN_ACCESS_PROTECTED,	/* must not be written */
	SCST_LUN_ACCESS_STATE,		/* not in this asymmetric access state */
};

/**
 * scst_sess_get_lun() - look for a logical unit of a session
 * @sess: the session
 * @match: is it this one? In an RCU read-side section
 * @data: for @match
 *
 * Context: any.
 * Return: the first one that matches, with a reference, which its unmapping and
 *	the close of its device wait for; or NULL.
 */
struct scst_tgt_dev *
scst_sess_get_lun(struct scst_session *sess,
		  bool (*match)(const struct scst_tgt_dev *tgt_dev, void *data),
		  void *data);

/**
 * scst_sess_put_lun() - the other end of scst_sess_get_lun()
 * @tgt_dev: the logical unit
 *
 * Context: any.
 */
void scst_sess_put_lun(struct scst_tgt_dev *tgt_dev);

/**
 * scst_lun_access() - would a READ or WRITE be executed now?
 * @tgt_dev: the I_T_L nexus, with a reference
 * @write: a WRITE
 *
 * Context: any.
 */
enum scst_lun_access scst_lun_access(struct scst_tgt_dev *tgt_dev, bool write);

/**
 * scst_lun_enter() - begin to do what a READ or WRITE would
 * @tgt_dev: the I_T_L nexus, with a reference
 * @write: a WRITE
 *
 * PREEMPT AND ABORT waits for scst_lun_leave(), as it does for commands: it has to
 * come soon, a piece of a long copy at a time.
 *
 * Context: any.
 * Return: as scst_lun_access(); scst_lun_leave() is to be called if it is
 *	SCST_LUN_ACCESS_OK.
 */
enum scst_lun_access scst_lun_enter(struct scst_tgt_dev *tgt_dev, bool write);

/**
 * scst_lun_leave() - the other end of scst_lun_enter()
 * @tgt_dev: the I_T_L nexus
 *
 * Context: any.
 */
void scst_lun_leave(struct scst_tgt_dev *tgt_dev);

/* ---- threads, and standing still ------------------------------------------ */

/**
 * scst_add_cmd_threads() - more threads for commands
 * @num: how many
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL (@num below 0, or too many), -ENOMEM.
 */
int scst_add_cmd_threads(int num);

/**
 * scst_del_cmd_threads() - take them away again
 * @num: how many; the last thread always stays
 *
 * Context: process context, may sleep for as long as commands take.
 */
void scst_del_cmd_threads(int num);

/**
 * scst_suspend_activity() - let no command run
 *
 * Commands that come are held from here on; returns when those that came before
 * have ended and nobody is between scst_get() and scst_put(). Task management goes
 * on. Calls nest. The core's own configuration doesn't need this: it changes while
 * commands run.
 *
 * Context: process context, may sleep for as long as commands take; no lock that
 *	a command could need is held.
 */
void scst_suspend_activity(void);

/**
 * scst_resume_activity() - the other end of scst_suspend_activity()
 *
 * Context: process context, may sleep.
 */
void scst_resume_activity(void);

/**
 * scst_get() - keep activity from being suspended
 *
 * Does not wait: a suspension that is complete stays, one that is not waits for
 * scst_put().
 *
 * Context: any.
 */
void scst_get(void);

/**
 * scst_put() - the other end of scst_get()
 *
 * Context: any.
 */
void scst_put(void);

/* ---- definitions that need the structs above ------------------------------ */

static inline int
scst_register_target_template(const struct scst_tgt_template *tgtt)
{
	static const struct scst_abi abi = SCST_ABI_INIT;

	return __scst_register_target_template(tgtt, &abi);
}

static inline int scst_register_dev_driver(const struct scst_dev_type *dev_type)
{
	static const struct scst_abi abi = SCST_ABI_INIT;

	return __scst_register_dev_driver(dev_type, &abi);
}

static inline int
scst_register_virtual_dev_driver(const struct scst_dev_type *dev_type)
{
	static const struct scst_abi abi = SCST_ABI_INIT;

	return __scst_register_virtual_dev_driver(dev_type, &abi);
}

#endif /* SCST_SCSI_TGT_H */
