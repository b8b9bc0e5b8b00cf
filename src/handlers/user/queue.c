// SPDX-License-Identifier: GPL-2.0
/*
 * What waits for the program, and what it has to answer. Everything that can find a
 * request looks for it under user_dev.lock and takes it by its state.
 */
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "user.h"

void user_queue_init(struct user_dev *dev)
{
	unsigned int i;

	spin_lock_init(&dev->lock);
	INIT_LIST_HEAD(&dev->ready);
	init_waitqueue_head(&dev->wait);
	for (i = 0; i < ARRAY_SIZE(dev->reqs); i++)
		INIT_HLIST_HEAD(&dev->reqs[i]);
}

void user_req_init(struct user_req *req, struct user_dev *dev)
{
	req->dev = dev;
	req->sub = NULL;
	req->handle = 0;
	req->state = USER_REQ_IDLE;
	INIT_LIST_HEAD(&req->entry);
	INIT_HLIST_NODE(&req->hash);
}

static struct hlist_head *req_bucket(struct user_dev *dev, u32 handle)
{
	return &dev->reqs[handle & (ARRAY_SIZE(dev->reqs) - 1)];
}

struct user_req *__user_req_find(struct user_dev *dev, u32 handle)
{
	struct user_req *req;

	lockdep_assert_held(&dev->lock);
	hlist_for_each_entry(req, req_bucket(dev, handle), hash)
		if (req->handle == handle)
			return req;
	return NULL;
}

/* Handles are used up one after the other: an old one is a mistake that is seen. */
static void __req_name(struct user_dev *dev, struct user_req *req)
{
	do {
		dev->last_handle++;
	} while (!dev->last_handle || __user_req_find(dev, dev->last_handle));
	req->handle = dev->last_handle;
	hlist_add_head(&req->hash, req_bucket(dev, req->handle));
}

/* A handle for a request that is not queued yet. */
u32 user_req_name(struct user_req *req)
{
	struct user_dev *dev = req->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->lock, flags);
	if (!req->handle)
		__req_name(dev, req);
	spin_unlock_irqrestore(&dev->lock, flags);
	return req->handle;
}

/**
 * user_req_queue() - something for the program
 * @req: the request, the caller's; not any more
 * @sub: what it is
 *
 * Context: any.
 * Return: false: the program is gone, the request is still the caller's.
 */
bool user_req_queue(struct user_req *req, const struct user_sub *sub)
{
	struct user_dev *dev = req->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->lock, flags);
	if (unlikely(dev->closing)) {
		spin_unlock_irqrestore(&dev->lock, flags);
		return false;
	}
	if (!req->handle)
		__req_name(dev, req);
	req->sub = sub;
	req->state = USER_REQ_READY;
	list_add_tail(&req->entry, &dev->ready);
	spin_unlock_irqrestore(&dev->lock, flags);
	wake_up(&dev->wait);
	return true;
}

static void req_set_state(struct user_req *req, enum user_req_state state)
{
	struct user_dev *dev = req->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->lock, flags);
	req->state = state;
	spin_unlock_irqrestore(&dev->lock, flags);
}

/* The program has to answer, or to answer once more. */
void user_req_wait(struct user_req *req)
{
	req_set_state(req, USER_REQ_GIVEN);
}

/* It is answered; the kernel goes on with it. */
void user_req_idle(struct user_req *req)
{
	req_set_state(req, USER_REQ_IDLE);
}

/* The last of it: its memory is the caller's. Any context. */
void user_req_forget(struct user_req *req)
{
	struct user_dev *dev = req->dev;
	unsigned long flags;

	if (!req->handle)
		return;
	spin_lock_irqsave(&dev->lock, flags);
	hlist_del_init(&req->hash);
	spin_unlock_irqrestore(&dev->lock, flags);
}

/* Take back what the program has not got. Return: false: it has. Any context. */
bool user_req_cancel(struct user_req *req)
{
	struct user_dev *dev = req->dev;
	unsigned long flags;
	bool ready;

	spin_lock_irqsave(&dev->lock, flags);
	ready = req->state == USER_REQ_READY;
	if (ready) {
		list_del_init(&req->entry);
		req->state = USER_REQ_IDLE;
	}
	spin_unlock_irqrestore(&dev->lock, flags);
	return ready;
}

/* ---- to the program ---- */

static struct user_req *req_take(struct user_dev *dev)
{
	struct user_req *req;

	spin_lock_irq(&dev->lock);
	req = list_first_entry_or_null(&dev->ready, struct user_req, entry);
	if (req) {
		list_del_init(&req->entry);
		req->state = USER_REQ_BUSY;
	}
	spin_unlock_irq(&dev->lock);
	return req;
}

/* Only what is there is copied: programs get nothing of the kernel's stack. */
static int req_put_out(struct user_req *req,
		       struct scst_user_get_cmd __user *to,
		       const struct scst_user_get_cmd *get)
{
	struct user_dev *dev = req->dev;

	if (likely(!copy_to_user(to, get, offsetof(struct scst_user_get_cmd, preply) +
				 req->sub->size))) {
		user_req_wait(req);
		return 0;
	}
	spin_lock_irq(&dev->lock);
	req->state = USER_REQ_READY;
	list_add(&req->entry, &dev->ready);
	spin_unlock_irq(&dev->lock);
	wake_up(&dev->wait);
	return -EFAULT;
}

/**
 * user_get() - the next subcommand for the program
 * @dev: the device
 * @to: where it wants it
 *
 * Return: 0; -EAGAIN: there is none; -EFAULT: the next one gets it.
 */
int user_get(struct user_dev *dev, struct scst_user_get_cmd __user *to)
{
	struct scst_user_get_cmd get;
	struct user_req *req;

	do {
		req = req_take(dev);
		if (!req)
			return -EAGAIN;
		memset(&get, 0, offsetof(struct scst_user_get_cmd, preply) +
				req->sub->size);
		get.cmd_h = req->handle;
		get.subcode = req->sub->code;
	} while (!req->sub->give(req, &get));
	return req_put_out(req, to, &get);
}

int user_wait(struct user_dev *dev)
{
	return wait_event_interruptible_exclusive(dev->wait,
						  !list_empty_careful(&dev->ready));
}

/* ---- from the program ---- */

/**
 * user_put_reply() - an answer of the program's
 * @dev: the device
 * @reply: the answer
 *
 * Return: 0; -ESRCH: nothing with this handle waits for one; -EINVAL, -EFAULT.
 */
int user_put_reply(struct user_dev *dev, const struct scst_user_reply_cmd *reply)
{
	struct user_req *req;
	int ret = 0;

	spin_lock_irq(&dev->lock);
	req = __user_req_find(dev, reply->cmd_h);
	if (!req || req->state != USER_REQ_GIVEN)
		ret = -ESRCH;
	else if (req->sub->code != reply->subcode)
		ret = -EINVAL;
	else
		req->state = USER_REQ_BUSY;
	spin_unlock_irq(&dev->lock);
	return ret ?: req->sub->reply(req, reply);
}

/* ---- the end ---- */

static struct user_req *req_take_any(struct user_dev *dev)
{
	struct user_req *req;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dev->reqs); i++) {
		hlist_for_each_entry(req, &dev->reqs[i], hash) {
			if (req->state == USER_REQ_IDLE)
				continue;
			list_del_init(&req->entry);
			req->state = USER_REQ_IDLE;
			return req;
		}
	}
	return NULL;
}

/* No system call is at work any more: the file's last reference is gone. */
void user_queue_close(struct user_dev *dev)
{
	struct user_req *req;

	spin_lock_irq(&dev->lock);
	dev->closing = true;
	while ((req = req_take_any(dev))) {
		spin_unlock_irq(&dev->lock);
		req->sub->drop(req);
		cond_resched();
		spin_lock_irq(&dev->lock);
	}
	spin_unlock_irq(&dev->lock);
}
