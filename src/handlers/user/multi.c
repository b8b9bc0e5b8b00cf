// SPDX-License-Identifier: GPL-2.0
/* Answers and subcommands, one or many in a system call. */
#include <linux/uaccess.h>

#include "user.h"

/* Most of either in one call; more are a mistake. */
#define USER_MULTI_MAX		1024

static int reply_from(struct user_dev *dev, u64 addr)
{
	struct scst_user_reply_cmd reply;

	if (copy_from_user(&reply, u64_to_user_ptr(addr), sizeof(reply)))
		return -EFAULT;
	return user_put_reply(dev, &reply);
}

/* The first of one or more. */
static int get_first(struct user_dev *dev, struct scst_user_get_cmd __user *to,
		     bool nonblock)
{
	int ret;

	for (;;) {
		ret = user_get(dev, to);
		if (ret != -EAGAIN || nonblock)
			return ret;
		ret = user_wait(dev);
		if (ret)
			return ret;
	}
}

long user_reply(struct user_dev *dev, void __user *arg)
{
	return reply_from(dev, (uintptr_t)arg);
}

long user_reply_and_get(struct user_dev *dev, void __user *arg, bool nonblock)
{
	struct scst_user_get_cmd __user *to = arg;
	u64 reply;
	int ret;

	if (copy_from_user(&reply, &to->preply, sizeof(reply)))
		return -EFAULT;
	if (reply) {
		ret = reply_from(dev, reply);
		if (ret)
			return ret;
		/* Called again after a signal, it must not answer again. */
		reply = 0;
		if (copy_to_user(&to->preply, &reply, sizeof(reply)))
			return -EFAULT;
	}
	return get_first(dev, to, nonblock);
}

static int multi_replies(struct user_dev *dev, struct scst_user_get_multi *m)
{
	u64 addr = m->preplies;
	int ret = 0;

	for (m->replies_done = 0; m->replies_done < m->replies_cnt;
	     m->replies_done++, addr += sizeof(struct scst_user_reply_cmd)) {
		ret = reply_from(dev, addr);
		if (ret)
			break;
	}
	return ret;
}

static int multi_cmds(struct user_dev *dev, struct scst_user_get_multi *m,
		      struct scst_user_get_cmd __user *to, bool nonblock)
{
	int room = m->cmds_cnt, ret;

	m->cmds_cnt = 0;
	if (!room)
		return 0;
	ret = get_first(dev, to, nonblock);
	while (!ret && ++m->cmds_cnt < room)
		ret = user_get(dev, to + m->cmds_cnt);
	/* What came counts; why there was no more is told the next time. */
	return m->cmds_cnt ? 0 : ret;
}

long user_reply_and_get_multi(struct user_dev *dev, void __user *arg,
			      bool nonblock)
{
	struct scst_user_get_multi __user *to = arg;
	struct scst_user_get_multi m;
	int ret;

	if (copy_from_user(&m, to, sizeof(m)))
		return -EFAULT;
	if (m.replies_cnt < 0 || m.cmds_cnt < 0 ||
	    m.replies_cnt > USER_MULTI_MAX || m.cmds_cnt > USER_MULTI_MAX)
		return -EINVAL;
	ret = multi_replies(dev, &m);
	if (ret)
		m.cmds_cnt = 0;
	else
		ret = multi_cmds(dev, &m, to->cmds, nonblock);
	if (copy_to_user(to, &m, sizeof(m)))
		return -EFAULT;
	return ret;
}
