// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The loop that serves a device: each thread gives its replies to the kernel and
 * takes what is to be done next in one system call.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib.h"

/* Interrupts threads that sleep in the system call, when it is time to end. */
#define LOOP_SIGNAL	(SIGRTMAX - 1)

/**
 * struct worker - a thread that serves a device
 * @dev: the device
 * @thread: it
 * @ended: it has ended
 * @n_replies: replies that the kernel hasn't got yet
 * @n_drops: buffers to be dropped once it has
 * @replies: these
 * @drops: those
 * @held: the command that is being executed
 * @senses: sense data of @replies, by their place there
 * @multi: what the kernel gives
 */
struct worker {
	struct scstu_dev *dev;
	pthread_t thread;
	bool ended;
	unsigned int n_replies;
	unsigned int n_drops;
	struct scst_user_reply_cmd replies[SCSTU_MAX_BATCH];
	void *drops[SCSTU_MAX_BATCH];
	struct scstu_held held;
	__u8 senses[SCSTU_MAX_BATCH][SCSTU_SENSE_MAX];
	struct scst_user_get_multi *multi;
};

static void count(unsigned long long *counter, unsigned long long n)
{
	__atomic_add_fetch(counter, n, __ATOMIC_RELAXED);
}

static bool is_stopping(const struct scstu_dev *dev)
{
	return __atomic_load_n(&dev->stopping, __ATOMIC_ACQUIRE);
}

bool scstu_is_cached(const struct scstu_dev *dev, __u8 direction)
{
	switch (dev->opt.memory_reuse_type) {
	case SCST_USER_MEM_REUSE_ALL:
		return true;
	case SCST_USER_MEM_REUSE_READ:
		return direction == SCST_DATA_READ;
	case SCST_USER_MEM_REUSE_WRITE:
		return direction == SCST_DATA_WRITE;
	default:
		return false;
	}
}

/* Nobody will tell us when the command is done with its buffer. */
static bool buffer_is_silent(const struct scstu_dev *dev, __u8 direction)
{
	return dev->opt.on_free_cmd_type == SCST_USER_ON_FREE_CMD_IGNORE &&
	       !scstu_is_cached(dev, direction);
}

/* ---- subcommands ---- */

static void do_attach(struct worker *w, struct scst_user_get_cmd *cmd,
		      struct scst_user_reply_cmd *reply)
{
	if (w->dev->ops->attach)
		reply->result = w->dev->ops->attach(w->dev, &cmd->sess);
}

static void do_detach(struct worker *w, struct scst_user_get_cmd *cmd,
		      struct scst_user_reply_cmd *reply)
{
	if (w->dev->ops->detach)
		w->dev->ops->detach(w->dev, &cmd->sess);
	scstu_bufs_drop_session(w->dev, cmd->sess.sess_h);
}

static void do_parse(struct worker *w, struct scst_user_get_cmd *cmd,
		     struct scst_user_reply_cmd *reply)
{
	const struct scst_user_scsi_cmd_parse *in = &cmd->parse_cmd;
	struct scst_user_scsi_cmd_reply_parse *out = &reply->parse_reply;

	out->queue_type = in->queue_type;
	out->data_direction = in->data_direction;
	out->cdb_len = in->cdb_len;
	out->lba = in->lba;
	out->data_len = in->data_len;
	out->bufflen = in->bufflen;
	out->op_flags = in->op_flags;
	out->out_bufflen = in->out_bufflen;
	if (w->dev->ops->parse)
		w->dev->ops->parse(w->dev, in, out);
}

/*
 * Data-In whose buffer isn't kept gets one when it is executed: so there is none to
 * be lost when it never comes so far.
 */
static void do_alloc_mem(struct worker *w, struct scst_user_get_cmd *cmd,
			 struct scst_user_reply_cmd *reply)
{
	const struct scst_user_scsi_cmd_alloc_mem *in = &cmd->alloc_cmd;
	bool cached = scstu_is_cached(w->dev, in->data_direction);
	void *buf;

	if (!cached && in->data_direction == SCST_DATA_READ)
		return;
	buf = scstu_buf_get_for(w->dev, in->alloc_len,
				buffer_is_silent(w->dev, in->data_direction) ?
				in->sess_h : 0);
	reply->alloc_reply.pbuf = (unsigned long)buf;
}

void scstu_held_reply(struct scstu_held *held, struct scst_user_reply_cmd *reply)
{
	struct scst_user_scsi_cmd_reply_exec *out = &reply->exec_reply;
	const struct scstu_cmd *cmd = &held->cmd;

	memset(reply, 0, sizeof(*reply));
	reply->cmd_h = held->cmd.cmd_h;
	reply->subcode = SCST_USER_EXEC;
	out->reply_type = SCST_EXEC_REPLY_COMPLETED;
	out->status = cmd->status;
	out->pbuf = held->pbuf;
	if (cmd->exec->data_direction == SCST_DATA_READ)
		out->resp_data_len = cmd->resp_len < cmd->len ? cmd->resp_len : cmd->len;
	if (cmd->sense_len) {
		out->sense_len = cmd->sense_len;
		out->psense_buffer = (unsigned long)cmd->sense;
	}
}

static void held_fill(struct worker *w, struct scst_user_get_cmd *in)
{
	struct scstu_held *held = &w->held;

	memset(held, 0, sizeof(*held));
	held->exec = in->exec_cmd;
	held->cmd.cmd_h = in->cmd_h;
	held->cmd.dev = w->dev;
	held->cmd.exec = &held->exec;
	if (held->exec.bufflen > 0)
		held->cmd.len = held->exec.bufflen;
	held->pbuf = held->exec.pbuf;
}

/* False: there is no memory, and the initiator is to try again. */
static bool held_get_buffer(struct worker *w)
{
	struct scstu_held *held = &w->held;
	size_t len = held->cmd.len;

	if (!held->pbuf && len) {
		if (held->exec.alloc_len > held->exec.bufflen)
			len = held->exec.alloc_len;
		held->pbuf = (unsigned long)scstu_buf_get(w->dev, len);
		if (!held->pbuf) {
			held->cmd.len = 0;
			held->cmd.status = SAM_STAT_BUSY;
			return false;
		}
	}
	held->cmd.buf = (__u8 *)(unsigned long)held->pbuf;
	return true;
}

/* The command's memory is the next one's before the kernel has read the reply. */
static void keep_sense(struct worker *w, struct scst_user_reply_cmd *reply)
{
	__u8 *sense = w->senses[w->n_replies];

	if (!reply->exec_reply.sense_len)
		return;
	memcpy(sense, w->held.cmd.sense, SCSTU_SENSE_MAX);
	reply->exec_reply.psense_buffer = (unsigned long)sense;
}

/* True: there is a reply. */
static bool do_exec(struct worker *w, struct scst_user_get_cmd *in,
		    struct scst_user_reply_cmd *reply)
{
	struct scstu_held *held = &w->held;

	held_fill(w, in);
	if (held_get_buffer(w))
		w->dev->ops->exec(&held->cmd);
	count(&w->dev->cmds, 1);
	if (held->deferred)
		return false;
	scstu_held_reply(held, reply);
	keep_sense(w, reply);
	if (held->pbuf && buffer_is_silent(w->dev, held->exec.data_direction))
		w->drops[w->n_drops++] = (void *)(unsigned long)held->pbuf;
	return true;
}

static void do_on_free(struct worker *w, struct scst_user_get_cmd *cmd,
		       struct scst_user_reply_cmd *reply)
{
	const struct scst_user_scsi_on_free_cmd *in = &cmd->on_free_cmd;

	if (in->pbuf && !in->buffer_cached)
		scstu_buf_put(w->dev, (void *)(unsigned long)in->pbuf);
}

static void do_cached_mem_free(struct worker *w, struct scst_user_get_cmd *cmd,
			       struct scst_user_reply_cmd *reply)
{
	scstu_buf_put(w->dev, (void *)(unsigned long)cmd->on_cached_mem_free.pbuf);
}

static void do_tm(struct worker *w, struct scst_user_get_cmd *cmd,
		  struct scst_user_reply_cmd *reply)
{
	if (w->dev->ops->tm)
		reply->result = w->dev->ops->tm(w->dev, &cmd->tm_cmd,
				cmd->subcode == SCST_USER_TASK_MGMT_DONE);
}

static const struct subcommand {
	__u32 code;
	void (*run)(struct worker *w, struct scst_user_get_cmd *cmd,
		    struct scst_user_reply_cmd *reply);
} subcommands[] = {
	{ SCST_USER_ALLOC_MEM, do_alloc_mem },
	{ SCST_USER_PARSE, do_parse },
	{ SCST_USER_ON_FREE_CMD, do_on_free },
	{ SCST_USER_ON_CACHED_MEM_FREE, do_cached_mem_free },
	{ SCST_USER_ATTACH_SESS, do_attach },
	{ SCST_USER_DETACH_SESS, do_detach },
	{ SCST_USER_TASK_MGMT_RECEIVED, do_tm },
	{ SCST_USER_TASK_MGMT_DONE, do_tm },
};

/* What isn't known is answered as well, or its command would wait for ever. */
static void serve(struct worker *w, struct scst_user_get_cmd *cmd)
{
	struct scst_user_reply_cmd *reply = &w->replies[w->n_replies];
	const struct subcommand *sub;

	memset(reply, 0, sizeof(*reply));
	reply->cmd_h = cmd->cmd_h;
	reply->subcode = cmd->subcode;
	if (cmd->subcode == SCST_USER_EXEC) {
		w->n_replies += do_exec(w, cmd, reply);
		return;
	}
	for (sub = subcommands; sub < subcommands + sizeof(subcommands) /
				      sizeof(subcommands[0]); sub++)
		if (sub->code == cmd->subcode) {
			sub->run(w, cmd, reply);
			break;
		}
	w->n_replies++;
}

/* ---- the system call ---- */

static void replies_taken(struct worker *w, unsigned int n)
{
	w->n_replies -= n;
	memmove(w->replies, w->replies + n, w->n_replies * sizeof(w->replies[0]));
}

/* One by one. */
static void replies_give(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < w->n_replies; i++)
		if (ioctl(w->dev->fd, SCST_USER_REPLY_CMD, &w->replies[i]) < 0)
			count(&w->dev->late, 1);
	w->n_replies = 0;
}

/*
 * 0 or errno. After an error n_replies is what the kernel hasn't got. It may come with
 * commands though a reply was wrong: then those behind that one are still to be given.
 */
static int call_multi(struct worker *w)
{
	struct scst_user_get_multi *m = w->multi;
	int err;

	m->preplies = (unsigned long)w->replies;
	m->replies_cnt = w->n_replies;
	m->replies_done = 0;
	m->cmds_cnt = w->dev->batch;
	err = ioctl(w->dev->fd, SCST_USER_REPLY_AND_GET_MULTI, m) < 0 ? errno : 0;
	if (err)
		m->cmds_cnt = 0;
	if (m->replies_done > 0 && (unsigned int)m->replies_done <= w->n_replies)
		replies_taken(w, m->replies_done);
	if (!err && w->n_replies) {
		count(&w->dev->late, 1);
		replies_taken(w, 1);
		replies_give(w);
	}
	return err;
}

static int call_single(struct worker *w)
{
	struct scst_user_get_multi *m = w->multi;

	m->cmds_cnt = 0;
	m->cmds[0].preply = w->n_replies ? (unsigned long)&w->replies[0] : 0;
	if (ioctl(w->dev->fd, SCST_USER_REPLY_AND_GET_CMD, &m->cmds[0]) < 0)
		return errno;
	w->n_replies = 0;
	m->cmds_cnt = 1;
	return 0;
}

static void wait_for_work(struct worker *w)
{
	struct pollfd fds[] = {
		{ .fd = w->dev->fd, .events = POLLIN },
		{ .fd = w->dev->stop_fd, .events = POLLIN },
	};

	poll(fds, 2, -1);
}

/* 0: go on; -errno: it's over. */
static int call_kernel(struct worker *w)
{
	int err = w->dev->batch > 1 ? call_multi(w) : call_single(w);

	count(&w->dev->calls, 1);
	switch (err) {
	case 0:
	case EINTR:
		break;
	case ESRCH:
		/* The next one's command is gone, or it was taken the time before. */
		if (w->n_replies)
			replies_taken(w, 1);
		count(&w->dev->late, 1);
		break;
	case EAGAIN:
		wait_for_work(w);
		break;
	default:
		return scstu_fail(err, "%s: the kernel gives no more commands: %s",
				  w->dev->name, strerror(err));
	}
	while (!w->n_replies && w->n_drops)
		scstu_buf_drop(w->dev, w->drops[--w->n_drops]);
	return 0;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct scstu_dev *dev = w->dev;
	int i, err = 0;

	while (!err && !is_stopping(dev)) {
		err = call_kernel(w);
		for (i = 0; !err && i < w->multi->cmds_cnt; i++)
			serve(w, &w->multi->cmds[i]);
		w->multi->cmds_cnt = 0;
	}
	replies_give(w);	/* what was done at last is still told */
	if (err) {
		__atomic_store_n(&dev->error, err, __ATOMIC_RELEASE);
		scstu_stop(dev);
	}
	__atomic_store_n(&w->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

/* ---- threads ---- */

static void loop_interrupt(int signo)
{
}

void scstu_stop(struct scstu_dev *dev)
{
	__u64 one = 1;
	ssize_t ret;

	__atomic_store_n(&dev->stopping, true, __ATOMIC_RELEASE);
	ret = write(dev->stop_fd, &one, sizeof(one));
	(void)ret;	/* full: it has been said before */
}

static int worker_start(struct worker *w, struct scstu_dev *dev)
{
	w->dev = dev;
	w->multi = calloc(1, sizeof(*w->multi) + dev->batch * sizeof(w->multi->cmds[0]));
	if (!w->multi)
		return -ENOMEM;
	return -pthread_create(&w->thread, NULL, worker_main, w);
}

/* A thread may be about to sleep when it is interrupted: until it has heard of it. */
static void worker_end(struct worker *w)
{
	while (!__atomic_load_n(&w->ended, __ATOMIC_ACQUIRE)) {
		pthread_kill(w->thread, LOOP_SIGNAL);
		poll(NULL, 0, 5);
	}
	pthread_join(w->thread, NULL);
}

static void wait_for_stop(struct scstu_dev *dev)
{
	struct pollfd fd = { .fd = dev->stop_fd, .events = POLLIN };

	while (!is_stopping(dev))
		poll(&fd, 1, -1);
}

int scstu_run(struct scstu_dev *dev)
{
	struct sigaction interrupt = { .sa_handler = loop_interrupt };
	struct worker *workers = calloc(dev->threads, sizeof(*workers));
	unsigned int i, n;
	int err = 0;

	if (!workers)
		return scstu_fail(ENOMEM, "%s: out of memory", dev->name);
	sigaction(LOOP_SIGNAL, &interrupt, NULL);
	for (n = 0; n < dev->threads; n++) {
		err = worker_start(&workers[n], dev);
		if (err) {
			free(workers[n].multi);
			scstu_stop(dev);
			break;
		}
	}
	wait_for_stop(dev);
	for (i = 0; i < n; i++) {
		worker_end(&workers[i]);
		free(workers[i].multi);
	}
	free(workers);
	if (err)
		return scstu_fail(-err, "%s: can't start a thread: %s", dev->name,
				  strerror(-err));
	err = __atomic_load_n(&dev->error, __ATOMIC_ACQUIRE);
	return err ? scstu_fail(-err, "%s: the kernel gives no more commands: %s",
				dev->name, strerror(-err)) : 0;
}

/* ---- commands that take longer ---- */

struct scstu_cmd *scstu_defer(struct scstu_cmd *cmd)
{
	struct scstu_held *held = (struct scstu_held *)cmd;
	struct scstu_held *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *held;
	copy->cmd.exec = &copy->exec;
	held->deferred = true;
	return &copy->cmd;
}

int scstu_done(struct scstu_cmd *cmd)
{
	struct scstu_held *held = (struct scstu_held *)cmd;
	struct scstu_dev *dev = cmd->dev;
	struct scst_user_reply_cmd reply;
	int err = 0;

	scstu_held_reply(held, &reply);
	if (ioctl(dev->fd, SCST_USER_REPLY_CMD, &reply) < 0) {
		err = scstu_fail(errno, "%s: the kernel doesn't take a late reply: %s",
				 dev->name, strerror(errno));
		count(&dev->late, 1);
	}
	if (held->pbuf && buffer_is_silent(dev, held->exec.data_direction))
		scstu_buf_drop(dev, (void *)(unsigned long)held->pbuf);
	free(held);
	return err;
}
