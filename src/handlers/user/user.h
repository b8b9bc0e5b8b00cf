/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/scst_user: interfaces between its files. An open file is a device.
 *
 * What a program gets to see is a request (struct user_req): a SCSI command in one of
 * its phases, a session that comes or goes, a task management function, a buffer that
 * is given back. A request has one owner at any time, named by its state.
 */
#ifndef USER_H
#define USER_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "kapi_base.h"
#include "scsi_tgt.h"
#include "scst_user.h"

#define USER_HASH_BITS		8
#define USER_ORDERS		20	/* size classes of buffers: log2 of pages */

struct user_dev;
struct user_req;

/* Who owns a request. */
enum user_req_state {
	USER_REQ_IDLE,		/* the kernel's: not to be seen by the program */
	USER_REQ_READY,		/* in the queue */
	USER_REQ_BUSY,		/* a system call is at work on it */
	USER_REQ_GIVEN,		/* the program: it has to answer */
};

/**
 * struct user_sub - a subcommand
 * @code: SCST_USER_*
 * @size: bytes of its payload in struct scst_user_get_cmd
 * @give: fills in the payload, in the program's system call. False: it has ended
 *	meanwhile, and the request isn't the caller's any more
 * @reply: the program's answer. The request isn't the caller's any more, unless it
 *	goes on to wait for an answer (user_req_wait())
 * @drop: the device is being closed
 *
 * All in process context, without a lock held.
 */
struct user_sub {
	u32 code;
	u32 size;
	bool (*give)(struct user_req *req, struct scst_user_get_cmd *get);
	int (*reply)(struct user_req *req, const struct scst_user_reply_cmd *reply);
	void (*drop)(struct user_req *req);
};

/**
 * struct user_req - something for the program
 * @dev: the device
 * @sub: what it is now
 * @handle: cmd_h; 0: none yet
 * @state: enum user_req_state, under user_dev.lock
 * @entry: in user_dev.ready
 * @hash: in user_dev.reqs, while it has a handle
 */
struct user_req {
	struct user_dev *dev;
	const struct user_sub *sub;
	u32 handle;
	u8 state;
	struct list_head entry;
	struct hlist_node hash;
};

/**
 * struct user_cache - buffers of the program's that are kept for commands
 * @entry: in the list of all shared ones
 * @users: devices, under the lock of that list
 * @mm: whose memory it is, if it is shared, or NULL; identity only
 * @name: if it is shared
 * @clustered: adjacent pages of a buffer are one entry of its scatterlist
 * @lock: protects what follows; taken in any context, user_dev.lock inside
 * @free: those that no command has, by size class, the last used first
 * @generation: those of earlier ones are given back when they become free
 * @purge: gives back what was not used for long
 * @interval: jiffies; 0: never
 * @single: pages of each buffer; 0: powers of two
 */
struct user_cache {
	struct list_head entry;
	unsigned int users;
	struct mm_struct *mm;
	char name[SCST_MAX_NAME];
	bool clustered;
	spinlock_t lock;
	struct list_head free[USER_ORDERS];
	unsigned int generation;
	struct delayed_work purge;
	unsigned long interval;
	unsigned int single;
};

/**
 * struct user_dev - an open file
 * @lock: protects @ready, @reqs, @last_handle, @closing, @tms, states of requests, and
 *	user_cmd.cmd; taken in any context
 * @ready: what the program has not got yet, struct user_req.entry
 * @reqs: by handle
 * @last_handle: the last one given
 * @closing: the program is gone: nothing is queued any more
 * @wait: for @ready
 * @mutex: registration and options
 * @opt: as the program has set them; read with READ_ONCE()
 * @type: peripheral device type
 * @block_size: as registered
 * @pr_notify: likewise: it is told of PERSISTENT RESERVE OUT
 * @virt_id: the core's id; 0: not registered
 * @sdev: the core's device
 * @cache: its buffers; NULL: not registered
 * @last_session: the last sess_h given
 * @tms: task management that the program knows of, struct user_tm.entry
 * @aborts: how many commands were aborted; any context
 * @reap: looks for aborted commands that the program doesn't answer
 */
struct user_dev {
	spinlock_t lock;
	struct list_head ready;
	struct hlist_head reqs[1 << USER_HASH_BITS];
	u32 last_handle;
	bool closing;
	wait_queue_head_t wait;
	struct mutex mutex;
	struct scst_user_opt opt;
	u8 type;
	u32 block_size;
	bool pr_notify;
	int virt_id;
	struct scst_device *sdev;
	struct user_cache *cache;
	atomic64_t last_session;
	struct list_head tms;
	atomic_t aborts;
	struct delayed_work reap;
};

/**
 * struct user_sess - a LUN of a session (an I_T_L nexus)
 * @req: ATTACH_SESS, then DETACH_SESS
 * @refs: one for the core's nexus, one for each command and each task management
 *	function, one for ATTACH_SESS
 * @handle: sess_h
 * @about: what ATTACH_SESS tells
 * @attached: the program has answered
 * @result: what; not 0 before
 */
struct user_sess {
	struct user_req req;
	refcount_t refs;
	u64 handle;
	struct scst_user_sess *about;
	struct completion attached;
	int result;
};

/**
 * struct user_buf - a buffer of the program's
 * @req: ON_CACHED_MEM_FREE, of the device that has used it last
 * @entry: in user_cache.free
 * @addr: where it is
 * @len: bytes
 * @order: its size class; -1: not kept
 * @generation: see user_cache
 * @used: jiffies, when a command has left it
 * @pages: pinned, or NULL
 * @nr_pages: their number
 * @table: the same as a scatterlist
 * @work: frees it, where that may sleep
 * @dirty: for @work
 */
struct user_buf {
	struct user_req req;
	struct list_head entry;
	u64 addr;
	u32 len;
	int order;
	unsigned int generation;
	unsigned long used;
	struct page **pages;
	unsigned int nr_pages;
	struct sg_table table;
	struct work_struct work;
	bool dirty;
};

/* What the core waits for. */
enum user_phase {
	USER_PHASE_PARSE,	/* scst_cmd_parsed() */
	USER_PHASE_BUFFER,	/* scst_cmd_buffer_done() */
	USER_PHASE_EXEC,	/* scst_cmd_done() */
};

/**
 * struct user_cmd - a SCSI command
 * @req: PARSE, ALLOC_MEM, EXEC, ON_FREE_CMD in turn, all with one handle
 * @refs: one for the core, until on_free_cmd(); one for the program, while it has
 *	something to answer
 * @cmd: the core's command, while the core waits for it (@phase); under
 *	user_dev.lock. NULL: it has ended without the program
 * @sess: the nexus
 * @phase: enum user_phase
 * @own_sg: @cmd has the program's pages; otherwise data are copied
 * @seen: the program knows the handle
 * @background: it has said BACKGROUND
 * @dirty: the kernel has written to the buffer
 * @cached: for ON_FREE_CMD: the buffer was kept
 * @aborted: for ON_FREE_CMD
 * @status: for ON_FREE_CMD
 * @delivery: for ON_FREE_CMD
 * @resp_len: for ON_FREE_CMD
 * @give_up: jiffies, when an aborted one is ended without the program; 0: not aborted
 * @buf: kept buffer, or pinned one, or NULL
 * @addr: the buffer, 0: none
 * @alloc_len: its length
 * @bufflen: see struct scst_cmd
 * @data_len: bytes that the command is about, moved or not
 * @lba: its first block
 * @direction: enum scst_data_direction
 * @queue_type: enum scst_cmd_queue_type
 * @cdb_len: bytes of the CDB
 * @cdb: the CDB, or how it begins
 * @long_cdb: all of it, if there is no room in @cdb; or NULL
 * @ws: WRITE SAME that is carried out by way of WRITEs, or NULL
 * @parent: for such a WRITE: whose
 */
struct user_cmd {
	struct user_req req;
	refcount_t refs;
	struct scst_cmd *cmd;
	struct user_sess *sess;
	u8 phase;
	bool own_sg;
	bool seen;
	bool background;
	bool dirty;
	bool cached;
	bool aborted;
	u8 status;
	s8 delivery;
	u32 resp_len;
	unsigned long give_up;
	struct user_buf *buf;
	u64 addr;
	u32 alloc_len;
	u32 bufflen;
	u64 data_len;
	u64 lba;
	u8 direction;
	u8 queue_type;
	u16 cdb_len;
	u8 cdb[SCST_MAX_CDB_LEN];
	u8 *long_cdb;
	struct user_ws *ws;
	struct user_cmd *parent;
};

/* main.c */
extern struct workqueue_struct *user_wq;
extern unsigned int user_tm_seconds;

/* queue.c */
void user_req_init(struct user_req *req, struct user_dev *dev);
bool user_req_queue(struct user_req *req, const struct user_sub *sub);
void user_req_wait(struct user_req *req);
void user_req_idle(struct user_req *req);
void user_req_forget(struct user_req *req);
bool user_req_cancel(struct user_req *req);
struct user_req *__user_req_find(struct user_dev *dev, u32 handle);
u32 user_req_name(struct user_req *req);
void user_queue_init(struct user_dev *dev);
void user_queue_close(struct user_dev *dev);
int user_get(struct user_dev *dev, struct scst_user_get_cmd __user *to);
int user_wait(struct user_dev *dev);
int user_put_reply(struct user_dev *dev,
		   const struct scst_user_reply_cmd *reply);

/* multi.c */
long user_reply_and_get(struct user_dev *dev, void __user *arg, bool nonblock);
long user_reply(struct user_dev *dev, void __user *arg);
long user_reply_and_get_multi(struct user_dev *dev, void __user *arg,
			      bool nonblock);

/* register.c */
extern const struct scst_dev_type user_type;
long user_register(struct user_dev *dev, void __user *arg, bool old);
long user_set_options(struct user_dev *dev, void __user *arg, bool old);
long user_get_options(struct user_dev *dev, void __user *arg, bool old);
long user_capacity_changed(struct user_dev *dev);
long user_get_api(void __user *arg);

/* cmd.c: the handler of the core's */
extern struct kmem_cache *user_cmd_cache;
int user_parse(struct scst_cmd *cmd);
int user_alloc_data_buf(struct scst_cmd *cmd);
enum scst_exec_res user_exec(struct scst_cmd *cmd);
void user_on_free_cmd(struct scst_cmd *cmd);
struct user_cmd *user_cmd_alloc(struct user_dev *dev, struct user_sess *sess,
				gfp_t gfp);
void user_cmd_put(struct user_cmd *ucmd, bool may_sleep);
bool user_cmd_ask(struct user_cmd *ucmd, const struct user_sub *sub,
		  enum user_phase phase);
void user_cmd_resume(struct scst_cmd *cmd, enum user_phase phase,
		     enum scst_exec_context context);
struct scst_cmd *user_cmd_claim(struct user_cmd *ucmd);
void user_cmd_answered(struct user_cmd *ucmd, enum scst_exec_context context);
void user_cmd_drop(struct user_req *req);
bool user_cmd_give_check(struct user_cmd *ucmd);
void user_cmd_bad_buffer(struct user_cmd *ucmd);
long user_get_ext_cdb(struct user_dev *dev, void __user *arg);

static inline struct user_cmd *user_cmd_of(struct user_req *req)
{
	return container_of(req, struct user_cmd, req);
}

static inline bool user_req_is_cmd(const struct user_req *req)
{
	return req->sub && req->sub->drop == user_cmd_drop;
}

/* parse.c */
extern const struct user_sub user_sub_parse;
int user_parse_standard(struct scst_cmd *cmd, u64 *about);

/* exec.c */
extern const struct user_sub user_sub_exec;
extern const struct user_sub user_sub_on_free;

/* data.c: data between the core's buffers and the program's memory */
bool user_copy_to_program(struct scst_cmd *cmd, u64 addr, u32 len);
bool user_copy_from_program(struct scst_cmd *cmd, u64 addr, u32 len);
void user_set_status(struct scst_cmd *cmd, u8 status, u64 sense, u8 sense_len);

/* mem.c */
extern const struct user_sub user_sub_alloc;
bool user_mem_get(struct user_cmd *ucmd);
int user_mem_pin(struct user_cmd *ucmd, struct scst_cmd *cmd);
int user_mem_accept(struct user_cmd *ucmd, u64 addr);
void user_mem_put(struct user_cmd *ucmd, bool may_sleep);
bool user_mem_reused(const struct user_dev *dev, u8 direction);
bool user_mem_is_direct(const struct scst_cmd *cmd, u32 alloc_len);

/* cache.c */
int user_cache_join(struct user_dev *dev, const struct scst_user_dev_desc *desc);
void user_cache_leave(struct user_dev *dev);
void user_cache_flush(struct user_dev *dev);
struct user_buf *user_cache_take(struct user_dev *dev, u32 alloc_len);
void user_cache_give(struct user_dev *dev, struct user_buf *buf);
int user_cache_order(const struct user_cache *cache, u32 alloc_len);
u32 user_cache_len(const struct user_cache *cache, u32 bufflen);
struct user_buf *user_buf_alloc(struct user_dev *dev, u64 addr, u32 len,
				int order, gfp_t gfp);
int user_buf_pin(struct user_buf *buf, bool write);
void user_buf_free(struct user_buf *buf, bool dirty, bool may_sleep);
long user_prealloc(struct user_dev *dev, void __user *arg);

/* sess.c */
int user_attach_tgt(struct scst_tgt_dev *tgt_dev);
void user_detach_tgt(struct scst_tgt_dev *tgt_dev);
void user_sess_put(struct user_sess *sess);

/* tm.c */
void user_task_mgmt_fn(struct scst_mgmt_cmd *mcmd, struct scst_device *sdev);
void user_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd,
			    struct scst_device *sdev);
void user_pre_unreg_sess(struct scst_tgt_dev *tgt_dev);
void user_tm_detach(struct user_dev *dev, struct user_sess *sess);

/* reap.c */
void user_reap(struct user_dev *dev);
void user_reap_work(struct work_struct *work);
void user_cmd_aborted(struct scst_cmd *cmd);

#endif /* USER_H */
