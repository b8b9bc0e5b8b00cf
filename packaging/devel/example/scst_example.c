// SPDX-License-Identifier: GPL-2.0
/*
 * An example of a target driver: begin yours with a copy.
 *
 * A target driver takes SCSI commands from initiators over some transport, and gives
 * them to the core; the core carries them out on its devices, and the driver sends
 * data and status back. The transport of this one is a character device: a program
 * writes a command to /dev/scst_example and reads the response. What is said of it
 * here (sessions, tags, who owns a command when) holds for wires as well.
 *
 * One write() is one command, exactly this long; numbers are big-endian:
 *
 *	byte 0		length of the CDB, 1 to 32
 *	byte 1		direction of the data: 0 none, 1 to the device, 2 from it
 *	byte 2 to 3	LUN, as its first level is carried (SAM-5 4.7): 0, LUN for
 *			those below 256
 *	byte 4 to 7	how many bytes of data the program sends or has room for: at most
 *			1 MiB, 0 with direction 0 only
 *	byte 8 to 39	the CDB; what is behind its length does not count
 *	byte 40...	with direction 1: the data
 *
 * One read() is the response. It waits for it, and must have room for all of it:
 *
 *	byte 0		status (SAM-5 5.3): 0 GOOD, 2 CHECK CONDITION, ...
 *	byte 1		length of the sense data, 0 to 96
 *	byte 2 to 3	0
 *	byte 4 to 7	how many bytes of data follow
 *	byte 8 to 11	residual: bytes of the program's data that were not used or, below
 *			0, that the command would have needed more
 *	byte 12 to 15	0
 *	byte 16 to 111	sense data, then zeros
 *	byte 112...	the data, with direction 2
 *
 * Errors of write(): EINVAL, the request is not as above; EBUSY, the response to the
 * command before has not been read; EINTR, EFAULT, ENOMEM. Of read(): ENODATA, there
 * was no command; EMSGSIZE, no room for the response, which stays; ECANCELED, there is
 * none, since somebody aborted the command; EINTR, EFAULT. Each open file has one
 * command at a time; open more of them to have more in flight.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* The one header of the core's; scst.mk tells the compiler where it is. */
#include "scsi_tgt.h"

#define EXAMPLE_NAME		"scst_example"
#define EXAMPLE_MAX_DATA	SZ_1M

/* Names that administrators see: a target, and an initiator, which chooses its LUNs. */
static char *target = "scst_example_tgt";
module_param(target, charp, 0444);
MODULE_PARM_DESC(target, "name of the target");

static char *initiator = "scst_example_host";
module_param(initiator, charp, 0444);
MODULE_PARM_DESC(initiator, "name of the initiator, by which its security group is chosen");

/* What is written, without the data. */
struct example_request {
	u8 cdb_len;
	u8 direction;
	u8 lun[2];
	__be32 data_len;
	u8 cdb[SCST_MAX_CDB_LEN];
};

/* What is read, without the data. All of it is sent: no byte may be left to chance. */
struct example_response {
	u8 status;
	u8 sense_len;
	__be16 zero;
	__be32 data_len;
	__be32 residual;
	__be32 zero2;
	u8 sense[SCST_MAX_SENSE_LEN];
};

/* The layout is an interface, and must not follow changes of the core's constants. */
static_assert(sizeof(struct example_request) == 40);
static_assert(sizeof(struct example_response) == 112);

/*
 * An open file, with its command. struct scst_cmd is part of it, so that the core
 * has nothing to allocate for a command: a driver has usually one structure for each
 * command that its transport can have in flight.
 */
struct example_file {
	struct mutex lock;		/* one read() or write() at a time */
	bool pending;			/* a response is due, under lock */
	struct completion done;		/* the core has nothing of ours any more */
	enum scst_data_direction direction;
	u32 data_len;			/* of data: what the program has announced */
	u8 *data;			/* from it or for it */
	bool answered;			/* response is valid */
	struct example_response response;
	struct scst_cmd cmd;
};

/* A target, and the only session with it. Constant while the device is there. */
static struct scst_tgt *example_tgt;
static struct scst_session *example_sess;

/* Tags must be unique among the commands of a session that are in flight. */
static atomic64_t example_last_tag = ATOMIC64_INIT(0);

/* ---- what the core calls ----------------------------------------------------- */

/*
 * Copies between the core's buffer and ours: at most @len bytes, and what the core's
 * buffer has. Returns how many.
 */
static u32 example_copy(struct scst_cmd *cmd, u8 *data, u32 len, bool to_core)
{
	u32 copied = 0;
	u8 *buf;
	int n;

	/* The buffer is a scatterlist; these give its pieces with an address each. */
	for (n = scst_get_buf_first(cmd, &buf); n > 0 && copied < len;
	     n = scst_get_buf_next(cmd, &buf)) {
		u32 part = min_t(u32, n, len - copied);

		if (to_core)
			memcpy(buf, data + copied, part);
		else
			memcpy(data + copied, buf, part);
		scst_put_buf(cmd, buf);
		copied += part;
	}
	return copied;
}

/*
 * A command with Data-Out has its buffer now: fetch the data into it. A driver of a
 * wire would ask the initiator for them here, return, and call scst_rx_data() when
 * they have come; we have them already.
 */
static int example_rdy_to_xfer(struct scst_cmd *cmd)
{
	struct example_file *f = scst_cmd_get_tgt_priv(cmd);
	enum scst_rx_status status = SCST_RX_STATUS_SUCCESS;
	u32 len = scst_cmd_get_bufflen(cmd);

	/* What the core asks for was announced by ourselves: more can't be right. */
	if (len > f->data_len || example_copy(cmd, f->data, len, true) != len)
		status = SCST_RX_STATUS_ERROR;

	/* The core goes on from inside this call. @cmd may be gone when it returns. */
	scst_rx_data(cmd, status, SCST_CONTEXT_SAME);
	return SCST_TGT_RES_SUCCESS;
}

/* Status, sense data and Data-In of a command, for the program to read. */
static void example_answer(struct example_file *f, struct scst_cmd *cmd)
{
	struct example_response *r = &f->response;
	u32 len = 0;

	/* Only what the device has filled may go to the initiator. */
	if (f->direction == SCST_DATA_READ &&
	    scst_cmd_get_data_direction(cmd) == SCST_DATA_READ)
		len = example_copy(cmd, f->data,
				   min(scst_cmd_get_resp_data_len(cmd), f->data_len),
				   false);
	r->status = scst_cmd_get_status(cmd);
	r->data_len = cpu_to_be32(len);
	r->residual = cpu_to_be32((u32)scst_cmd_get_residual(cmd));
	r->sense_len = min_t(u32, scst_cmd_get_sense_buffer_len(cmd),
			     sizeof(r->sense));
	memcpy(r->sense, scst_cmd_get_sense_buffer(cmd), r->sense_len);
	f->answered = true;
}

/*
 * A command has ended: send data and status. Required. It is called for aborted
 * commands as well, for which nothing must be sent.
 */
static int example_xmit_response(struct scst_cmd *cmd)
{
	if (!scst_cmd_aborted(cmd))
		example_answer(scst_cmd_get_tgt_priv(cmd), cmd);

	/* A driver of a wire says this when its hardware has sent the last byte. */
	scst_tgt_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_TGT_RES_SUCCESS;
}

/*
 * The core's last use of @cmd, in any case, answered or not; may be called in any
 * context. The memory is ours again: who waits may free it from complete_all() on.
 */
static void example_on_free_cmd(struct scst_cmd *cmd)
{
	struct example_file *f = scst_cmd_get_tgt_priv(cmd);

	complete_all(&f->done);
}

/* The end of scst_unregister(). Required; this driver keeps nothing for a target. */
static void example_release(struct scst_tgt *tgt)
{
}

/*
 * The driver. Constant: the core never writes to it. xmit_response_atomic and
 * rdy_to_xfer_atomic are not set: up to 1 MiB is copied there, which is too much where
 * nobody may sleep, so the core calls both from a thread if need be.
 */
static const struct scst_tgt_template example_tgtt = {
	.name		= "example",
	.module		= THIS_MODULE,
	.xmit_response	= example_xmit_response,
	.rdy_to_xfer	= example_rdy_to_xfer,
	.on_free_cmd	= example_on_free_cmd,
	.release	= example_release,
};

/* ---- the transport: a character device --------------------------------------- */

static const enum scst_data_direction example_directions[] = {
	SCST_DATA_NONE, SCST_DATA_WRITE, SCST_DATA_READ,
};

static int example_open(struct inode *inode, struct file *file)
{
	struct example_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	mutex_init(&f->lock);
	init_completion(&f->done);
	complete_all(&f->done);		/* nothing to wait for yet */
	file->private_data = f;
	return nonseekable_open(inode, file);
}

/*
 * The program is gone. Its command may still be with the core: ask it to end soon,
 * and wait until it has. If it can't be asked (no memory), or has ended already, that
 * is no harm: waiting takes longer, or nothing.
 */
static int example_close(struct inode *inode, struct file *file)
{
	struct example_file *f = file->private_data;

	if (f->pending)
		scst_rx_mgmt_fn_tag(example_sess, SCST_ABORT_TASK,
				    scst_cmd_get_tag(&f->cmd), false, NULL);
	wait_for_completion(&f->done);
	kvfree(f->data);
	kfree(f);
	return 0;
}

/*
 * Everything a program says is checked here, before anything is allocated or done.
 * LUN and CDB are not: the core answers unknown ones as the standards want it.
 */
static int example_check(const struct example_request *req, size_t count)
{
	size_t len = be32_to_cpu(req->data_len);
	enum scst_data_direction direction;

	if (!req->cdb_len || req->cdb_len > sizeof(req->cdb) ||
	    req->direction >= ARRAY_SIZE(example_directions) ||
	    len > EXAMPLE_MAX_DATA)
		return -EINVAL;
	direction = example_directions[req->direction];
	if (direction == SCST_DATA_NONE ? len : !len)
		return -EINVAL;
	if (direction != SCST_DATA_WRITE)
		len = 0;
	return count == sizeof(*req) + len ? 0 : -EINVAL;
}

/* A buffer of ours for the data, and what the program sends. Under @f->lock. */
static int example_take_data(struct example_file *f,
			     const struct example_request *req,
			     const char __user *data)
{
	kvfree(f->data);
	f->data = NULL;
	f->direction = example_directions[req->direction];
	f->data_len = be32_to_cpu(req->data_len);
	if (!f->data_len)
		return 0;
	f->data = kvmalloc(f->data_len, GFP_KERNEL);
	if (!f->data)
		return -ENOMEM;
	if (f->direction == SCST_DATA_WRITE &&
	    copy_from_user(f->data, data, f->data_len))
		return -EFAULT;
	return 0;
}

/* Gives the command to the core. Under @f->lock. */
static int example_start(struct example_file *f, const struct example_request *req)
{
	struct scst_cmd *cmd = &f->cmd;
	int ret;

	/* LUN and CDB are copied. It fails only while the session is being ended. */
	ret = scst_cmd_init(cmd, example_sess, req->lun, sizeof(req->lun),
			    req->cdb, req->cdb_len);
	if (ret)
		return ret;

	/* How the callbacks find our structure again. */
	scst_cmd_set_tgt_priv(cmd, f);
	/* How task management finds the command. */
	scst_cmd_set_tag(cmd, atomic64_inc_return(&example_last_tag));
	/* Its task attribute (SAM-5 8.6). */
	scst_cmd_set_queue_type(cmd, SCST_CMD_QUEUE_SIMPLE);
	/* What the initiator expects; the core compares it with the CDB. */
	scst_cmd_set_expected(cmd, f->direction, f->data_len);

	memset(&f->response, 0, sizeof(f->response));
	f->answered = false;
	f->pending = true;
	reinit_completion(&f->done);

	/*
	 * From here on the command is the core's, until example_on_free_cmd(). DIRECT:
	 * we may sleep, and hold nothing that a file system or a disk could need, so
	 * the core may carry it out right here.
	 */
	scst_cmd_init_done(cmd, SCST_CONTEXT_DIRECT);
	return 0;
}

static ssize_t example_write(struct file *file, const char __user *user,
			     size_t count, loff_t *pos)
{
	struct example_file *f = file->private_data;
	struct example_request req;
	int ret;

	if (count < sizeof(req))
		return -EINVAL;
	/* A copy: what was checked can't change afterwards. */
	if (copy_from_user(&req, user, sizeof(req)))
		return -EFAULT;
	ret = example_check(&req, count);
	if (ret)
		return ret;
	if (mutex_lock_interruptible(&f->lock))
		return -EINTR;
	ret = f->pending ? -EBUSY : example_take_data(f, &req, user + sizeof(req));
	if (!ret)
		ret = example_start(f, &req);
	mutex_unlock(&f->lock);
	return ret ?: count;
}

/* The response to the program's buffer. Under @f->lock. */
static ssize_t example_send(struct example_file *f, char __user *user, size_t count)
{
	size_t len = be32_to_cpu(f->response.data_len);

	if (f->answered) {
		if (count < sizeof(f->response) + len)
			return -EMSGSIZE;
		if (copy_to_user(user, &f->response, sizeof(f->response)) ||
		    copy_to_user(user + sizeof(f->response), f->data, len))
			return -EFAULT;
	}
	f->pending = false;
	return f->answered ? sizeof(f->response) + len : -ECANCELED;
}

static ssize_t example_read(struct file *file, char __user *user, size_t count,
			    loff_t *pos)
{
	struct example_file *f = file->private_data;
	ssize_t ret;

	if (mutex_lock_interruptible(&f->lock))
		return -EINTR;
	if (!f->pending)
		ret = -ENODATA;
	else if (wait_for_completion_interruptible(&f->done))
		ret = -EINTR;
	else
		ret = example_send(f, user, count);
	mutex_unlock(&f->lock);
	return ret;
}

/* .owner: the module can't be unloaded while a file is open. */
static const struct file_operations example_fops = {
	.owner		= THIS_MODULE,
	.open		= example_open,
	.release	= example_close,
	.read		= example_read,
	.write		= example_write,
};

/* Root's only: whoever may write to it may do everything with the LUNs. */
static struct miscdevice example_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= EXAMPLE_NAME,
	.mode	= 0600,
	.fops	= &example_fops,
};

/* ---- the module -------------------------------------------------------------- */

/*
 * From the general to the particular: the driver, a target, a session with an
 * initiator, and last of all the device, since commands may come from then on.
 */
static int __init example_init(void)
{
	int ret;

	/* Refuses a driver that was built against another core, with -EINVAL. */
	ret = scst_register_target_template(&example_tgtt);
	if (ret)
		return ret;

	example_tgt = scst_register(&example_tgtt, target);
	if (IS_ERR(example_tgt)) {
		ret = PTR_ERR(example_tgt);
		goto err_template;
	}

	/* Complete on return, since neither atomic nor a callback was asked for. */
	example_sess = scst_register_session(example_tgt, false, initiator, NULL,
					     NULL);
	if (IS_ERR(example_sess)) {
		ret = PTR_ERR(example_sess);
		goto err_target;
	}

	ret = misc_register(&example_misc);
	if (ret)
		goto err_session;
	return 0;

err_session:
	scst_unregister_session(example_sess, true, NULL);
err_target:
	scst_unregister(example_tgt);
err_template:
	scst_unregister_target_template(&example_tgtt);
	return ret;
}

/*
 * The other way round. No file is open, and none can be opened any more; then no
 * command is left, task management has come to its end (the session is waited for),
 * and nobody can call us.
 */
static void __exit example_exit(void)
{
	misc_deregister(&example_misc);
	scst_unregister_session(example_sess, true, NULL);
	scst_unregister(example_tgt);
	scst_unregister_target_template(&example_tgtt);
}

module_init(example_init);
module_exit(example_exit);

MODULE_DESCRIPTION("SCST example target driver: commands through a character device");
MODULE_LICENSE("GPL");
/* The core's symbols are in a namespace of their own. */
SCST_IMPORT_NS;
