// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions as the program sees them: one for each LUN that a session has of its
 * device. The program is told of the end when the last command of it is the kernel's
 * again, those included that have ended for the initiator before.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "user.h"

/*
 * The core's configuration waits meanwhile: what takes longer is refused, so that a
 * program that is stopped doesn't stop everything.
 */
#define USER_ATTACH_SECONDS	10

static struct user_sess *sess_of(struct user_req *req)
{
	return container_of(req, struct user_sess, req);
}

static void sess_free(struct user_sess *sess)
{
	user_req_forget(&sess->req);
	kfree(sess->about);
	kfree(sess);
}

static bool sess_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	get->sess.sess_h = sess_of(req)->handle;
	return true;
}

static int detach_reply(struct user_req *req,
			const struct scst_user_reply_cmd *reply)
{
	sess_free(sess_of(req));
	return 0;
}

static void detach_drop(struct user_req *req)
{
	sess_free(sess_of(req));
}

static const struct user_sub sub_detach = {
	.code = SCST_USER_DETACH_SESS,
	.size = sizeof(struct scst_user_sess),
	.give = sess_give,
	.reply = detach_reply,
	.drop = detach_drop,
};

/* Any context. */
void user_sess_put(struct user_sess *sess)
{
	if (!refcount_dec_and_test(&sess->refs))
		return;
	/* One that the program has refused, it needn't forget. */
	if (sess->result || !user_req_queue(&sess->req, &sub_detach))
		sess_free(sess);
}

static bool attach_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	memcpy(&get->sess, sess_of(req)->about, sizeof(get->sess));
	return true;
}

static void attach_answered(struct user_sess *sess, int result)
{
	sess->result = result;
	complete(&sess->attached);
	user_req_idle(&sess->req);
	user_sess_put(sess);
}

static int attach_reply(struct user_req *req,
			const struct scst_user_reply_cmd *reply)
{
	attach_answered(sess_of(req), reply->result);
	return 0;
}

static void attach_drop(struct user_req *req)
{
	attach_answered(sess_of(req), -ENODEV);
}

static const struct user_sub sub_attach = {
	.code = SCST_USER_ATTACH_SESS,
	.size = sizeof(struct scst_user_sess),
	.give = attach_give,
	.reply = attach_reply,
	.drop = attach_drop,
};

static void sess_describe(struct user_sess *sess,
			  const struct scst_tgt_dev *tgt_dev,
			  struct scst_user_sess *about)
{
	about->sess_h = sess->handle;
	about->lun = tgt_dev->lun;
	about->threads_num = num_online_cpus();
	about->rd_only = tgt_dev->read_only;
	strscpy(about->initiator_name, tgt_dev->sess->initiator_name,
		sizeof(about->initiator_name));
	strscpy(about->target_name, tgt_dev->sess->tgt->name,
		sizeof(about->target_name));
}

/* 0 or -errno: what the program says, or that it says nothing. */
static int attach_ask(struct user_sess *sess)
{
	long left;

	refcount_inc(&sess->refs);
	if (!user_req_queue(&sess->req, &sub_attach)) {
		refcount_dec(&sess->refs);
		return -ENODEV;
	}
	left = wait_for_completion_killable_timeout(&sess->attached,
						    USER_ATTACH_SECONDS * HZ);
	if (left > 0)
		return sess->result < 0 && sess->result >= -MAX_ERRNO ?
		       sess->result : sess->result ? -EIO : 0;
	if (user_req_cancel(&sess->req))
		user_sess_put(sess);
	return left ? -EINTR : -ETIMEDOUT;
}

int user_attach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct user_dev *dev = tgt_dev->dev->dh_priv;
	struct user_sess *sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	struct scst_user_sess *about = kzalloc(sizeof(*about), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!sess || !about)
		goto err_free;
	user_req_init(&sess->req, dev);
	refcount_set(&sess->refs, 1);
	init_completion(&sess->attached);
	sess->handle = atomic64_inc_return(&dev->last_session);
	sess->result = -EINPROGRESS;
	sess_describe(sess, tgt_dev, about);
	sess->about = about;
	ret = attach_ask(sess);
	if (ret) {
		scst_warn("device %s: the program doesn't take initiator %s (error %d)\n",
			  tgt_dev->dev->name, tgt_dev->sess->initiator_name,
			  ret);
		user_sess_put(sess);
		return ret;
	}
	tgt_dev->dh_priv = sess;
	return 0;

err_free:
	kfree(about);
	kfree(sess);
	return ret;
}

void user_detach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct user_sess *sess = tgt_dev->dh_priv;

	user_tm_detach(sess->req.dev, sess);
	user_sess_put(sess);
}
