// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/libscst_user/[bdls]*.c */
/*
 * libscst_user with a kernel that follows a script: which buffers, replies and sense
 * data it gets, in batches and one by one; and what the sense data look like.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "check.h"
#include "../../src/tools/libscst_user/libscst_user.h"

#define MAX_STEPS	32
#define SESSION		0x1234

/* The script: what is given, and to which of these the reply is refused. */
static struct scst_user_get_cmd script[MAX_STEPS];
static bool refuse[MAX_STEPS];
static unsigned int n_steps, given;

/* What was replied, by handle; a copy of its sense data. */
static struct scst_user_reply_cmd replies[MAX_STEPS];
static __u8 senses[MAX_STEPS][64];
static bool replied[MAX_STEPS];

static struct scstu_dev *dev;
static struct scstu_cmd *deferred;

static bool is_exec_with_sense(const struct scst_user_reply_cmd *r)
{
	return r->subcode == SCST_USER_EXEC && r->exec_reply.sense_len;
}

static int take_reply(const struct scst_user_reply_cmd *r)
{
	if (r->cmd_h >= n_steps || refuse[r->cmd_h] || replied[r->cmd_h])
		return -ESRCH;
	replied[r->cmd_h] = true;
	replies[r->cmd_h] = *r;
	if (is_exec_with_sense(r))
		memcpy(senses[r->cmd_h], (void *)(unsigned long)r->exec_reply.psense_buffer,
		       r->exec_reply.sense_len);
	return 0;
}

/* Buffers are given back as they came: the script knows no addresses. */
static void give(struct scst_user_get_cmd *to)
{
	unsigned int n = given++;

	*to = script[n];
	to->cmd_h = n;
	if (to->subcode == SCST_USER_EXEC && to->exec_cmd.pbuf)
		to->exec_cmd.pbuf = replies[n - 1].alloc_reply.pbuf;
	if (to->subcode == SCST_USER_ON_FREE_CMD)
		to->on_free_cmd.pbuf = replies[n - 1].exec_reply.pbuf;
}

static int end_of_script(void)
{
	scstu_stop(dev);
	return -EINTR;
}

static int get_multi(struct scst_user_get_multi *m)
{
	const struct scst_user_reply_cmd *r = (void *)(unsigned long)m->preplies;
	int room = m->cmds_cnt;

	m->cmds_cnt = 0;
	for (m->replies_done = 0; m->replies_done < m->replies_cnt; m->replies_done++)
		if (take_reply(&r[m->replies_done]))
			return -ESRCH;
	/* What needs an earlier reply comes in the next batch. */
	while (given < n_steps && m->cmds_cnt < room) {
		if (m->cmds_cnt && script[given].subcode != SCST_USER_ATTACH_SESS &&
		    given && !replied[given - 1])
			break;
		give(&m->cmds[m->cmds_cnt++]);
	}
	return m->cmds_cnt ? 0 : end_of_script();
}

static int get_single(struct scst_user_get_cmd *cmd)
{
	if (cmd->preply && take_reply((void *)(unsigned long)cmd->preply))
		return -ESRCH;
	if (given == n_steps)
		return end_of_script();
	give(cmd);
	return 0;
}

/* Instead of the C library's. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;
	int err = 0;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == SCST_USER_REPLY_AND_GET_MULTI)
		err = get_multi(arg);
	else if (request == SCST_USER_REPLY_AND_GET_CMD)
		err = get_single(arg);
	else if (request == SCST_USER_REPLY_CMD)
		err = take_reply(arg);
	errno = -err;
	return err ? -1 : 0;
}

/* ---- the program ---- */

static int attach(struct scstu_dev *d, const struct scst_user_sess *sess)
{
	return sess->lun == 7 ? -EPERM : 0;
}

/* By the first byte of the CDB. */
static void exec(struct scstu_cmd *cmd)
{
	switch (cmd->exec->cdb[0]) {
	case 0x12:
		memset(cmd->buf, 0x5a, cmd->len);
		cmd->resp_len = cmd->len + 100;		/* a mistake */
		return;
	case 0x00:
		return scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_no_medium));
	case 0x01:
		return scstu_invalid_field(cmd, true, 0x102, 3);
	case 0x02:
		deferred = scstu_defer(cmd);
		return;
	}
}

static const struct scstu_ops ops = { .exec = exec, .attach = attach };

static struct scst_user_get_cmd *step(__u32 subcode)
{
	script[n_steps] = (struct scst_user_get_cmd){ .subcode = subcode };
	return &script[n_steps++];
}

static void step_exec(__u8 op, __u8 direction, int len, bool has_buffer)
{
	struct scst_user_get_cmd *s;

	if (len) {
		s = step(SCST_USER_ALLOC_MEM);
		s->alloc_cmd.sess_h = SESSION;
		s->alloc_cmd.alloc_len = len;
		s->alloc_cmd.data_direction = direction;
	}
	s = step(SCST_USER_EXEC);
	s->exec_cmd.sess_h = SESSION;
	s->exec_cmd.cdb[0] = op;
	s->exec_cmd.cdb_len = 6;
	s->exec_cmd.bufflen = len;
	s->exec_cmd.alloc_len = len;
	s->exec_cmd.data_direction = direction;
	s->exec_cmd.pbuf = has_buffer;
}

static void begin(void)
{
	memset(refuse, 0, sizeof(refuse));
	memset(replied, 0, sizeof(replied));
	n_steps = 0;
	given = 0;
}

static unsigned long long run(unsigned int batch, int on_free, int reuse)
{
	struct scstu_config cfg = { .name = "t", .batch = batch, .ops = &ops, .path = "/dev/null" };
	struct scstu_stats stats;

	scstu_opt_default(&cfg.opt);
	cfg.opt.on_free_cmd_type = on_free;
	cfg.opt.memory_reuse_type = reuse;
	dev = scstu_open(&cfg);
	CHECK(dev);
	CHECK_EQ(scstu_run(dev), 0);
	scstu_get_stats(dev, &stats);
	if (deferred)
		CHECK_EQ(scstu_done(deferred), 0);
	deferred = NULL;
	scstu_close(dev);
	return stats.allocated;
}

/* ---- tests ---- */

static void test_replies(void)
{
	unsigned int batch;

	for (batch = 1; batch <= 8; batch += 7) {
		begin();
		step(SCST_USER_ATTACH_SESS);
		step(SCST_USER_ATTACH_SESS)->sess.lun = 7;
		step_exec(0x00, SCST_DATA_NONE, 0, false);
		step_exec(0x01, SCST_DATA_NONE, 0, false);
		step_exec(0x02, SCST_DATA_NONE, 0, false);
		step(0xdead);
		run(batch, SCST_USER_ON_FREE_CMD_CALL, SCST_USER_MEM_REUSE_ALL);
		CHECK_EQ(replies[0].result, 0);
		CHECK_EQ(replies[1].result, -EPERM);
		CHECK_EQ(replies[2].exec_reply.status, SAM_STAT_CHECK_CONDITION);
		CHECK_EQ(senses[2][0], 0x70);
		CHECK_EQ(senses[2][2], 0x02);
		CHECK_EQ(senses[2][12], 0x3a);
		CHECK_EQ(senses[3][2], 0x05);
		CHECK_EQ(senses[3][12], 0x26);
		CHECK_EQ(senses[3][15], 0x80 | 0x08 | 3);
		CHECK_EQ(senses[3][17], 0x02);
		CHECK(replied[4]);
		CHECK_EQ(replies[4].exec_reply.reply_type, SCST_EXEC_REPLY_COMPLETED);
		CHECK(replied[5]);
	}
}

static void test_refused_replies(void)
{
	unsigned int batch;

	for (batch = 1; batch <= 8; batch += 7) {
		begin();
		step(SCST_USER_ATTACH_SESS);
		step(SCST_USER_ATTACH_SESS);
		step(SCST_USER_ATTACH_SESS);
		refuse[0] = true;
		refuse[1] = true;
		run(batch, SCST_USER_ON_FREE_CMD_CALL, SCST_USER_MEM_REUSE_ALL);
		CHECK(!replied[0]);
		CHECK(!replied[1]);
		CHECK(replied[2]);
	}
}

/* Data-In without a buffer brings its own; Data-Out keeps what ALLOC_MEM got. */
static void test_buffers(void)
{
	unsigned int batch;

	for (batch = 1; batch <= 8; batch += 7) {
		begin();
		step_exec(0x12, SCST_DATA_READ, 5000, false);
		step(SCST_USER_ON_FREE_CMD);
		step_exec(0x2a, SCST_DATA_WRITE, 5000, true);
		step(SCST_USER_ON_FREE_CMD);
		CHECK_EQ(run(batch, SCST_USER_ON_FREE_CMD_CALL, SCST_USER_MEM_NO_REUSE), 8192);
		CHECK_EQ(replies[0].alloc_reply.pbuf, 0);
		CHECK(replies[1].exec_reply.pbuf);
		CHECK_EQ(replies[1].exec_reply.pbuf % 4096, 0);
		CHECK_EQ(replies[1].exec_reply.resp_data_len, 5000);
		/* The first one's was free again. */
		CHECK_EQ(replies[3].alloc_reply.pbuf, replies[1].exec_reply.pbuf);
		CHECK_EQ(replies[4].exec_reply.resp_data_len, 0);
	}
}

/* Without a word at the end of a command nothing stays, not even of lost ones. */
static void test_silent_buffers(void)
{
	struct scst_user_get_cmd *s;

	begin();
	step_exec(0x12, SCST_DATA_READ, 5000, false);
	step_exec(0x2a, SCST_DATA_WRITE, 5000, true);
	CHECK_EQ(run(8, SCST_USER_ON_FREE_CMD_IGNORE, SCST_USER_MEM_NO_REUSE), 0);

	begin();
	s = step(SCST_USER_ALLOC_MEM);
	s->alloc_cmd.sess_h = SESSION;
	s->alloc_cmd.alloc_len = 100;
	s->alloc_cmd.data_direction = SCST_DATA_WRITE;
	step(SCST_USER_DETACH_SESS)->sess.sess_h = SESSION;
	CHECK_EQ(run(8, SCST_USER_ON_FREE_CMD_IGNORE, SCST_USER_MEM_NO_REUSE), 0);
	CHECK(replies[0].alloc_reply.pbuf);
}

static void test_errors(void)
{
	struct scstu_config cfg = { .name = "t", .ops = &ops, .path = "/dev/none" };

	CHECK(!scstu_open(&cfg));
	CHECK_EQ(errno, ENOENT);
	CHECK(strstr(scstu_error(), "modprobe scst_user"));
	cfg.name = "";
	CHECK(!scstu_open(&cfg));
	CHECK_EQ(errno, EINVAL);
}

static const struct unit_test tests[] = {
	{ "replies", test_replies },
	{ "refused_replies", test_refused_replies },
	{ "buffers", test_buffers },
	{ "silent_buffers", test_silent_buffers },
	{ "errors", test_errors },
};

int main(void)
{
	return unit_run("libscst_user", tests, ARRAY_SIZE(tests));
}
