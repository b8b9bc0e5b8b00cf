/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scst_testtgt: a target driver and a device handler that do what text commands
 * say, so that a shell test drives commands through the core in any order.
 * main.c explains the commands.
 */
#ifndef TESTTGT_H
#define TESTTGT_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "scsi_tgt.h"

#define TT_NAME		"testtgt"
#define TT_MAX_DATA	(16 << 20)
#define TT_MAX_CDB	(128 << 10)
#define TT_WAIT		(20 * HZ)	/* of the commands that wait */

/* ---- log.c ---- */

__printf(1, 2)
void tt_log(const char *fmt, ...);
void tt_log_hex(const char *what, u64 tag, const void *data, size_t len);
void tt_log_clear(void);
bool tt_log_has(const char *line);
u64 tt_log_seq(void);
int tt_log_show(struct seq_file *m, void *obj);

/* Woken by every event. */
extern wait_queue_head_t tt_wait;

/* ---- opts.c: words of a command ---- */

/* What a call of the driver's or handler's does; zero: the usual. */
struct tt_opts {
	u32 in;
	u32 out;
	u32 noexpect;
	u32 show;
	u32 segments;
	u32 cdb;		/* bytes; those that aren't given are their place */
	u32 verbose;
	u32 core_mem;
	u32 lie;		/* submitted where nothing may sleep, whatever is said */
	u32 lend;
	u32 back;		/* enum scst_exec_context + 1 */
	u32 rx;			/* enum scst_rx_status + 1, TT_HOLD */
	u32 rdy_full;		/* how many times */
	u32 rdy_thread;
	u32 rdy_fail;
	u32 xmit;		/* TT_HOLD */
	u32 xmit_full;
	u32 xmit_thread;
	u32 xmit_fail;
	u32 undelivered;
	u32 pre;		/* enum scst_preprocess_status + 1 */
	u32 two;		/* the same, or TT_HOLD: in two stages */
	u32 alloc;		/* enum tt_alloc */
	u32 park;
	u32 pass;
	u32 exec_thread;
	u32 resp;		/* bytes + 1 */
	u8 data[256];		/* Data-Out */
	u32 data_len;
};

#define TT_HOLD		100

/* What alloc_data_buf() does. */
enum tt_alloc {
	TT_ALLOC_CORE,
	TT_ALLOC_OWN,
	TT_ALLOC_FAIL,		/* always */
	TT_ALLOC_THREAD,	/* in atomic context */
};

int tt_opts_parse(struct scst_proc_ctx *ctx, int argc, char **argv,
		  struct tt_opts *o);
int tt_parse_context(struct scst_proc_ctx *ctx, const char *word, u32 *context);
int tt_parse_rx(struct scst_proc_ctx *ctx, const char *word, u32 *status);
int tt_parse_preprocess(struct scst_proc_ctx *ctx, const char *word, u32 *status);
int tt_parse_attr(struct scst_proc_ctx *ctx, const char *word, u32 *attr);
int tt_parse_hex(struct scst_proc_ctx *ctx, const char *word, u8 *buf,
		 size_t max, u32 *len);
int tt_parse_num(struct scst_proc_ctx *ctx, const char *word, u64 max, u64 *val);

/* ---- target.c ---- */

struct tt_target {
	struct list_head entry;		/* in tt_targets */
	struct scst_tgt *tgt;
	unsigned int nr_sess;		/* under tt_mutex */
	char name[64];
};

extern struct mutex tt_mutex;		/* lists of targets, sessions, devices */
extern bool tt_exiting;			/* holds nothing, accepts nothing */

int tt_target_add(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_target_del(struct scst_proc_ctx *ctx, int argc, char **argv);
struct tt_target *__tt_target_find(const char *name);
void tt_targets_del_all(void);
int tt_target_init(void);
void tt_target_exit(void);

extern const struct scst_proc_desc tt_proc;

/* ---- session.c ---- */

struct tt_sess {
	struct list_head entry;		/* in tt_sessions */
	struct scst_session *sess;
	struct tt_target *target;
	struct kref users;		/* commands that look at it now */
	struct completion unused;
	struct completion published;	/* it is in tt_sessions */
	bool auto_del;			/* if it can't be registered */
	char name[64];
};

int tt_sess_add(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_sess_del(struct scst_proc_ctx *ctx, int argc, char **argv);
struct tt_sess *tt_sess_get(struct scst_proc_ctx *ctx, const char *name);
void tt_sess_put(struct tt_sess *ts);
void tt_sessions_del_all(void);
int tt_report_aen(struct scst_session *sess, enum scst_aen event);

int tt_tm(struct scst_proc_ctx *ctx, int argc, char **argv);
void tt_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd);
bool tt_tm_idle(void);

/* ---- cmd.c: commands, from the driver's side ---- */

/* Where the driver has a command. */
enum tt_held {
	TT_IN_RX,		/* rdy_to_xfer() */
	TT_IN_XMIT,		/* xmit_response() */
	TT_IN_PREPROCESS,	/* preprocessing_done() */
	TT_NR_HELD,
};

struct tt_cmd {
	struct list_head entry;		/* in tt_cmds, under tt_cmds_lock */
	struct scst_cmd *cmd;
	u64 tag;
	bool held[TT_NR_HELD];
	bool ended;			/* the log has its end */
	struct tt_opts o;
	struct scatterlist sg[1];	/* the lent buffer, if buf is not NULL */
	void *buf;
	struct scst_cmd own;
};

int tt_cmd(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_rx(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_restart(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_find(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_sent(struct scst_proc_ctx *ctx, int argc, char **argv);
struct tt_cmd *tt_cmd_of(const struct scst_cmd *cmd);
bool tt_cmds_idle(void);
void tt_cmds_let_go(void);

int tt_xmit_response(struct scst_cmd *cmd);
int tt_rdy_to_xfer(struct scst_cmd *cmd);
void tt_on_free_cmd(struct scst_cmd *cmd);
int tt_alloc_data_buf(struct scst_cmd *cmd);
void tt_preprocessing_done(struct scst_cmd *cmd);
enum scst_preprocess_status tt_pre_exec(struct scst_cmd *cmd);

/*
 * A context that may not sleep is one with interrupts off: so whatever the core
 * does in it is checked by the kernel.
 */
static inline unsigned long tt_context_enter(u32 context)
{
	unsigned long flags = 0;

	if (context == SCST_CONTEXT_DIRECT_ATOMIC)
		local_irq_save(flags);
	return flags;
}

static inline void tt_context_leave(u32 context, unsigned long flags)
{
	if (context == SCST_CONTEXT_DIRECT_ATOMIC)
		local_irq_restore(flags);
}

/* ---- global.c: what is about the whole core ---- */

int tt_suspend(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_resume(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_get(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_put(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_threads(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_detect(struct scst_proc_ctx *ctx, int argc, char **argv);
void tt_global_undo(void);

/* ---- dev.c: the handler ---- */

int tt_dev_add(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_dev_del(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_dev_mode(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_dev_attach(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_dev_control(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_dev_ua(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_release(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_fail(struct scst_proc_ctx *ctx, int argc, char **argv);
int tt_status(struct scst_proc_ctx *ctx, int argc, char **argv);
void tt_parked_let_go(void);
void tt_devs_del_all(void);
int tt_dev_init(void);
void tt_dev_exit(void);

#endif /* TESTTGT_H */
