/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interfaces between the files of the core. Locks: doc/locking.md.
 */
#ifndef SCST_PRIV_H
#define SCST_PRIV_H

#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "kapi_base.h"
#include "scsi_tgt.h"
#include "cmd_sense.h"
#include "opcode.h"
#include "sense.h"
#include "stats.h"

struct proc_dir_entry;

/*
 * Everything that is configured - templates, targets, sessions, handlers,
 * devices, groups and the lists between them - changes under this one mutex.
 * The data path never takes it. Never held while a command is waited for, nor
 * while a driver or handler is called that could do so, nor over the removal of
 * a /proc entry (whose users may be waiting for it).
 */
extern struct mutex scst_mutex;

/* ---- target.c: target drivers and targets ---- */

/**
 * struct scst_tmpl_entry - a registered target driver
 * @tgtt: the driver
 * @entry: in scst_templates
 * @tgts: its targets, struct scst_tgt.entry
 * @proc_dir: /proc/scsi_tgt/NAME, or NULL
 * @dying: being unregistered; the name is still taken
 */
struct scst_tmpl_entry {
	const struct scst_tgt_template *tgtt;
	struct list_head entry;
	struct list_head tgts;
	struct proc_dir_entry *proc_dir;
	bool dying;
};

extern struct list_head scst_templates;	/* scst_tmpl_entry.entry */

struct scst_tmpl_entry *scst_tmpl_find(const struct scst_tgt_template *tgtt);
bool scst_abi_matches(const struct scst_abi *abi, const char *what,
		      const char *name);
bool scst_name_is_valid(const char *name, size_t max);

/* ---- device.c: handlers and devices ---- */

/**
 * struct scst_handler_entry - a registered device handler
 * @type: the handler
 * @entry: in scst_handlers
 * @proc_dir: /proc/scsi_tgt/NAME, or NULL
 * @dying: being unregistered; the name is still taken
 * @real: of real devices
 */
struct scst_handler_entry {
	const struct scst_dev_type *type;
	struct list_head entry;
	struct proc_dir_entry *proc_dir;
	bool dying;
	bool real;
};

extern struct list_head scst_handlers;	/* scst_handler_entry.entry */
extern struct list_head scst_devices;	/* scst_device.entry */

struct scst_device *__scst_device_find(const char *name);
void scst_device_put(struct scst_device *dev);
int scst_handler_register(const struct scst_dev_type *type,
			  const struct scst_abi *abi, bool real);
bool scst_handler_begin_unregister(const struct scst_dev_type *type);
void scst_handler_end_unregister(const struct scst_dev_type *type);
struct scst_device *scst_device_alloc_real(const char *name,
					   struct scsi_device *sdev);
int scst_device_publish(struct scst_device *dev);
void scst_device_unpublish(struct scst_device *dev);
void scst_device_free(struct scst_device *dev);

/* ---- real_device.c, midlevel*.c: devices of the SCSI mid-level ---- */

int scst_midlevel_init(void);
void scst_midlevel_exit(void);
int scst_real_init(void);
void scst_real_exit(void);
enum scst_exec_res scst_midlevel_exec(struct scst_cmd *cmd);
void __scst_midlevel_abort(struct scst_cmd *cmd, bool anyway);
bool scst_midlevel_reset(struct scst_device *dev);
int scst_dev_assign(struct scst_proc_ctx *ctx, const char *hcil,
		    const char *handler);

/* ---- timeout.c: how long real devices may take ---- */

void scst_timeouts_init(void);
unsigned int scst_midlevel_timeout(const struct scst_cmd *cmd);

/* ---- dev_ops.c: the commands of a device ---- */

int scst_dev_ops_init(struct scst_device *dev);
void scst_dev_ops_free(struct scst_device *dev);
bool scst_dev_knows_opcode(const struct scst_device *dev, u8 op);

static inline bool scst_dev_supports(const struct scst_device *dev,
				     const struct scst_op *op)
{
	return !dev->ops || test_bit(op - scst_op_table, dev->ops);
}

/* ---- group.c: security groups ---- */

/**
 * struct scst_acg - a security group
 * @name: its name
 * @entry: in scst_groups
 * @luns: LUN to struct scst_acg_dev
 * @names: struct scst_acn.entry, in the order of addition
 * @sessions: struct scst_session.acg_entry
 * @proc_dir: /proc/scsi_tgt/groups/NAME
 * @dying: being deleted; the name is still taken
 *
 * All under scst_mutex; never freed while scst_session.acg points to it.
 */
struct scst_acg {
	char *name;
	struct list_head entry;
	struct xarray luns;
	struct list_head names;
	struct list_head sessions;
	struct proc_dir_entry *proc_dir;
	bool dying;
};

/**
 * struct scst_acg_dev - a device mapped in a group
 * @acg: the group
 * @dev: the device
 * @lun: its LUN there
 * @read_only: mapped READ_ONLY
 * @dev_entry: in scst_device.acg_devs
 */
struct scst_acg_dev {
	struct scst_acg *acg;
	struct scst_device *dev;
	u32 lun;
	bool read_only;
	struct list_head dev_entry;
};

/**
 * struct scst_acn - a name in a group
 * @entry: in scst_acg.names
 * @seq: order of addition over all groups, settles ties between patterns
 * @name: initiator name, INITIATOR@TARGET or pattern; see name_match.h
 */
struct scst_acn {
	struct list_head entry;
	u64 seq;
	char name[];
};

extern struct list_head scst_groups;		/* scst_acg.entry */
extern struct scst_acg *scst_default_acg;	/* always there */

int scst_groups_init(void);
void scst_groups_exit(void);

/* Bodies of /proc commands: take scst_mutex, all or nothing, say why not. */
int scst_acg_create(struct scst_proc_ctx *ctx, const char *name);
int scst_acg_destroy(struct scst_proc_ctx *ctx, const char *name);
int scst_acg_add_dev(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		     const char *dev_name, u32 lun, bool read_only);
int scst_acg_del_dev(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		     const char *dev_name, const u32 *lun);
int scst_acg_clear_devs(struct scst_acg *acg, struct scst_proc_ctx *ctx);
int scst_acg_add_name(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		      const char *name);
int scst_acg_del_name(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		      const char *name);
int scst_acg_clear_names(struct scst_acg *acg, struct scst_proc_ctx *ctx);

struct scst_acg *__scst_acg_for_session(const char *initiator,
					const char *target);
void __scst_acg_unmap_device(struct scst_device *dev);

/* ---- lun.c: LUNs of a session ---- */

int scst_luns_init(void);
void scst_luns_exit(void);
u64 scst_lun_unpack(const u8 *lun, int len);
void scst_lun_pack(u32 lun, u8 *buf);

int __scst_sess_add_lun(struct scst_session *sess,
			const struct scst_acg_dev *acg_dev);
void __scst_sess_del_lun(struct scst_session *sess, u32 lun);
void __scst_sess_luns_changed(struct scst_session *sess, u32 but_lun);
struct scst_tgt_dev *scst_tgt_dev_get(struct scst_session *sess, u64 lun);

static inline void scst_tgt_dev_put(struct scst_tgt_dev *tgt_dev)
{
	percpu_ref_put(&tgt_dev->cmds);
}

/* ---- session.c ---- */

/**
 * struct scst_sess_cpu - a session's commands that arrived on one CPU
 * @lock: protects the list; taken in any context
 * @cmds: struct scst_cmd.sess_entry
 * @count: commands in @cmds
 * @stats: counters of finished commands
 * @latency_ns: with MEASURE_LATENCY: sum over finished commands
 * @latency_cmds: with MEASURE_LATENCY: finished commands
 */
struct scst_sess_cpu {
	spinlock_t lock;
	struct list_head cmds;
	unsigned int count;
	struct scst_stats stats;
	u64 latency_ns;
	u64 latency_cmds;
};

unsigned int scst_session_cmd_count(struct scst_session *sess);
bool scst_session_hold_early(struct scst_cmd *cmd);
void scst_session_wait_registered(struct scst_session *sess);
u64 scst_sessions_cmd_count(void);
int scst_sessions_init(void);
void scst_sessions_exit(void);

/* ---- cmd.c: the machine ---- */

enum scst_cmd_state {
	SCST_CMD_STATE_PARSE,	/* CDB to direction, length, block range */
	SCST_CMD_STATE_BUFFER,	/* a data buffer, unless the driver lent one */
	SCST_CMD_STATE_PREPROC,	/* the driver may look before it goes on; asynchronous */
	SCST_CMD_STATE_RX,	/* the driver fetches Data-Out; asynchronous */
	SCST_CMD_STATE_ORDER,	/* waits for its turn in the task set */
	SCST_CMD_STATE_CHECK,	/* aborted? unit attention? read-only? */
	SCST_CMD_STATE_EXEC,	/* the handler owns the command; asynchronous */
	SCST_CMD_STATE_DEV_DONE,/* the handler looks at the result */
	SCST_CMD_STATE_XMIT,	/* the driver sends the response; asynchronous */
	SCST_CMD_STATE_FINISH,	/* off all lists; memory goes back */
	SCST_CMD_NR_STATES
};

enum scst_cmd_next {
	SCST_CMD_GO,		/* state was advanced, keep running here */
	SCST_CMD_PARKED,	/* someone else owns it: do not touch it again */
};

int scst_cmds_init(void);
void scst_cmds_exit(void);
void scst_cmd_set_state(struct scst_cmd *cmd, enum scst_cmd_state to);
void scst_cmd_bind_lun(struct scst_cmd *cmd);
void scst_cmd_start(struct scst_cmd *cmd, enum scst_exec_context context);
void scst_cmd_run(struct scst_cmd *cmd, enum scst_exec_context context);
void scst_cmd_resume(struct scst_cmd *cmd, enum scst_exec_context context);
const char *scst_cmd_state_name(unsigned int state);
enum scst_cmd_next scst_cmd_to_thread(struct scst_cmd *cmd);

static inline bool scst_context_may_sleep(u8 context)
{
	return context != SCST_CONTEXT_DIRECT_ATOMIC &&
	       context != SCST_CONTEXT_TASKLET;
}

/* Prepared: only where the order matters has a command a turn to wait for. */
static inline void scst_cmd_set_prepared(struct scst_cmd *cmd)
{
	if (likely(!(cmd->flags & (BIT(SCST_CMD_F_IN_TASK_SET) |
				   BIT(SCST_CMD_F_TWO_STAGE)))))
		scst_cmd_set_state(cmd, SCST_CMD_STATE_CHECK);
	else if (test_bit(SCST_CMD_F_TWO_STAGE, &cmd->flags))
		scst_cmd_set_state(cmd, SCST_CMD_STATE_PREPROC);
	else
		scst_cmd_set_state(cmd, SCST_CMD_STATE_ORDER);
}

/* A command that has failed before it was prepared. */
static inline void scst_cmd_set_failed(struct scst_cmd *cmd)
{
	scst_cmd_set_state(cmd, test_bit(SCST_CMD_F_TWO_STAGE, &cmd->flags) ?
				SCST_CMD_STATE_PREPROC : SCST_CMD_STATE_XMIT);
}

/* The steps: parse.c, buffer.c, order.c, exec.c, xmit.c, cmd.c. */
enum scst_cmd_next scst_step_parse(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_buffer(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_preproc(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_rx(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_order(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_check(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_exec(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_dev_done(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_xmit(struct scst_cmd *cmd);
enum scst_cmd_next scst_step_finish(struct scst_cmd *cmd);

/* ---- buffer.c ---- */

int scst_buffers_init(void);
void scst_buffers_exit(void);
void scst_cmd_free_buffer(struct scst_cmd *cmd);

/* ---- local_cmds.c: what the core answers itself ---- */

int scst_local_init(void);
void scst_local_exit(void);
void scst_exec_local(struct scst_cmd *cmd);
enum scst_cmd_next scst_exec_local_work(struct scst_cmd *cmd);
bool scst_local_knows(const struct scst_op *op);
void scst_response_put(struct scst_cmd *cmd, u32 off, const void *data, u32 len);

/* ---- report_opcodes.c ---- */

void scst_exec_report_opcodes(struct scst_cmd *cmd);
void scst_exec_report_tm(struct scst_cmd *cmd);

/* ---- reserve.c: reservations ---- */

/* <scsi/scsi_proto.h> has two names for each, depending on the kernel. */
#define SCST_RESERVE_6		0x16
#define SCST_RELEASE_6		0x17

int scst_resv_init(struct scst_device *dev);
void scst_resv_free(struct scst_device *dev);
void __scst_resv_join(struct scst_tgt_dev *tgt_dev);
void __scst_resv_leave(struct scst_tgt_dev *tgt_dev);
void scst_resv_nexus_lost(struct scst_tgt_dev *tgt_dev);
void scst_resv_reset(struct scst_tgt_dev *tgt_dev);
void scst_resv_real_reset(struct scst_device *dev);
bool scst_resv_allows(struct scst_cmd *cmd);
bool scst_resv_needs_work(const struct scst_cmd *cmd);
void scst_exec_reserve(struct scst_cmd *cmd);
void scst_exec_release(struct scst_cmd *cmd);

/* pr_in.c, pr_out.c: persistent reservations */
void scst_exec_pr_read_keys(struct scst_cmd *cmd);
void scst_exec_pr_read_reservation(struct scst_cmd *cmd);
void scst_exec_pr_report_capabilities(struct scst_cmd *cmd);
void scst_exec_pr_read_full_status(struct scst_cmd *cmd);
void scst_exec_pr_out(struct scst_cmd *cmd);

/* ---- alua.c: asymmetric access of target port groups ---- */

void __scst_alua_add_target(struct scst_tgt *tgt);
void __scst_alua_del_target(struct scst_tgt *tgt);
void __scst_alua_add_dev(struct scst_device *dev);
void __scst_alua_join(struct scst_tgt_dev *tgt_dev);
bool scst_alua_allows(struct scst_cmd *cmd);
bool scst_alua_is_active(const struct scst_tgt_dev *tgt_dev);
void scst_exec_report_tpgs(struct scst_cmd *cmd);
void scst_exec_set_tpgs(struct scst_cmd *cmd);

/* ---- op_flags.c ---- */

int scst_op_flags_init(void);

/* ---- limit.c: how many commands a nexus may have ---- */

int scst_limit_init(struct scst_tgt_dev *tgt_dev);
void scst_limit_exit(struct scst_tgt_dev *tgt_dev);
void scst_limit_reached(struct scst_cmd *cmd, int cpu);

/* Both under the lock of the list of the session and @cpu. */
static inline bool __scst_limit_take(struct scst_tgt_dev *tgt_dev, int cpu)
{
	unsigned int *room = per_cpu_ptr(tgt_dev->room, cpu);

	if (unlikely(!*room))
		return false;
	--*room;
	return true;
}

static inline void __scst_limit_give(struct scst_tgt_dev *tgt_dev, int cpu)
{
	++*per_cpu_ptr(tgt_dev->room, cpu);
}

/* ---- order.c: task sets ---- */

void scst_task_set_init(struct scst_task_set *ts, struct scst_device *dev,
			struct scst_tgt_dev *nexus);
bool __scst_order_enter(struct scst_cmd *cmd);
void scst_order_adopt(struct scst_task_set *ts);
void __scst_order_abort(struct scst_cmd *cmd);
void scst_order_leave(struct scst_cmd *cmd);

/* The one look at ordering that every command takes. */
static inline bool scst_order_matters(const struct scst_cmd *cmd)
{
	return SCST_OPT(STRICT_SERIALIZING) ||
	       cmd->queue_type > SCST_CMD_QUEUE_SIMPLE ||
	       atomic_read(&cmd->dev->ordering);
}

/* ---- aca.c: the effects of CHECK CONDITION ---- */

void scst_cmd_faulted(struct scst_cmd *cmd);
void scst_aca_clear_nexus(struct scst_tgt_dev *tgt_dev);
void scst_aca_clear_dev(struct scst_device *dev);

/* SPC-5 6.16: a nexus that is lost or preempted locks nothing any more. */
static inline void scst_allow_removal(struct scst_tgt_dev *tgt_dev)
{
	if (tgt_dev->dev->handler->allow_removal)
		tgt_dev->dev->handler->allow_removal(tgt_dev);
}

/* ---- abort.c ---- */

/**
 * struct scst_abort - commands to be aborted
 * @dev: those of a device, or
 * @tgt_dev: of an I_T_L nexus, or
 * @sess: of an I_T nexus
 * @by: the I_T nexus that wants it; commands of others end as TAS says. NULL:
 *	none ends with a response
 * @tell: others whose commands end without a response get a unit attention
 * @but: the command that is the reason
 * @by_tag: only the one with @tag
 * @by_lun: only those with @lun
 * @aca_only: only those with the ACA attribute
 * @query: only count them
 * @below: only have the real device abort them: each ends with an error
 * @unreg: only on devices whose handler has pre_unreg_sess()
 * @mcmd: waits for them, or NULL
 * @found: how many there were
 */
struct scst_abort {
	struct scst_device *dev;
	struct scst_tgt_dev *tgt_dev;
	struct scst_session *sess;
	const struct scst_session *by;
	bool tell;
	const struct scst_cmd *but;
	bool by_tag;
	bool by_lun;
	bool aca_only;
	bool query;
	bool below;
	bool unreg;
	u64 tag;
	u64 lun;
	struct scst_mgmt_cmd *mcmd;
	unsigned int found;
};

int scst_abort(struct scst_abort *a);

/* ---- ua.c ---- */

/* They come first in enum scst_ua, so one of them is what is reported next. */
#define SCST_UA_BEFORE_CONFLICT	(BIT(SCST_UA_RESET) |			\
				 BIT(SCST_UA_BUS_DEVICE_RESET) |	\
				 BIT(SCST_UA_NEXUS_LOSS))

void scst_ua_raise(struct scst_tgt_dev *tgt_dev, enum scst_ua ua);
bool scst_ua_report(struct scst_cmd *cmd);

bool scst_ua_take(struct scst_cmd *cmd, struct scst_sense *sense);
unsigned int scst_ua_peek(struct scst_tgt_dev *tgt_dev, struct scst_sense *sense);
void scst_ua_luns_told(struct scst_cmd *cmd);
void scst_ua_restore(struct scst_cmd *cmd);

/* ---- thread.c ---- */

extern struct scst_thread_pool *scst_main_pool;

int scst_threads_init(void);
void scst_threads_exit(void);
int scst_threads_set(unsigned int n);
struct scst_thread_pool *scst_thread_pool_create(const char *name,
						 unsigned int n);
void scst_thread_pool_destroy(struct scst_thread_pool *pool);
unsigned int scst_threads_count(void);
void scst_thread_pool_queue(struct scst_thread_pool *pool, struct scst_cmd *cmd);

/* ---- suspend.c ---- */

extern bool scst_suspended;

bool scst_suspend_hold(struct scst_cmd *cmd);

/* ---- softirq.c ---- */

int scst_softirq_init(void);
void scst_softirq_exit(void);
void scst_softirq_queue(struct scst_cmd *cmd);

/* ---- xmit.c ---- */

int scst_xmit_init(void);
void scst_xmit_exit(void);

/* ---- tm.c ---- */

int scst_tm_init(void);
bool scst_tm_supports(enum scst_mgmt_fn fn);
void scst_tm_exit(void);
void scst_tm_begin(struct scst_mgmt_cmd *mcmd, struct scst_session *sess);
void scst_tm_end(struct scst_mgmt_cmd *mcmd, const char *name);
void scst_tm_session_ends(struct scst_session *sess);
int __scst_tm_wait_for(struct scst_mgmt_cmd *mcmd, struct scst_cmd *cmd);

/* ---- tm_debug.c: with DEBUG_TM ---- */

bool scst_tm_dbg_holds(struct scst_cmd *cmd);
void scst_tm_dbg_reset(const struct scst_device *dev);
void scst_tm_dbg_exit(void);
void scst_tm_collect(struct scst_cmd *cmd, struct list_head *waits);
void scst_tm_release(struct list_head *waits);

/* ---- main.c ---- */

extern const char scst_version[];

#endif /* SCST_PRIV_H */
