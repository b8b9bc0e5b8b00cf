// SPDX-License-Identifier: GPL-2.0
/* The state of persistent reservations, and how a new one takes its place. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "reserve.h"

/**
 * scst_pr_alloc() - a state without registrations
 * @room: registrations that will fit
 *
 * Context: process context, may sleep.
 * Return: the state with one reference, or NULL.
 */
struct scst_pr *scst_pr_alloc(unsigned int room)
{
	struct scst_pr *pr = kvzalloc(struct_size(pr, regs, room),
				      GFP_KERNEL | __GFP_NOWARN);

	if (!pr)
		return NULL;
	refcount_set(&pr->refs, 1);
	pr->room = room;
	pr->holder = -1;
	return pr;
}

/**
 * scst_pr_copy() - a state to be changed
 * @old: the state to begin with
 * @more: registrations that may be added
 *
 * Context: process context, may sleep.
 * Return: the state with one reference, or NULL.
 */
struct scst_pr *scst_pr_copy(const struct scst_pr *old, unsigned int more)
{
	struct scst_pr *pr = scst_pr_alloc(old->n + more);
	unsigned int i;

	if (!pr)
		return NULL;
	pr->generation = old->generation;
	pr->type = old->type;
	pr->aptpl = old->aptpl;
	pr->lost = old->lost;
	pr->holder = old->holder;
	pr->n = old->n;
	for (i = 0; i < old->n; i++) {
		pr->regs[i] = old->regs[i];
		refcount_inc(&pr->regs[i].nexus->refs);
	}
	return pr;
}

/**
 * scst_pr_get() - the state as it is now
 * @dev: the device
 *
 * Context: process context.
 * Return: the state, for scst_pr_put().
 */
struct scst_pr *scst_pr_get(struct scst_device *dev)
{
	struct scst_pr *pr;

	spin_lock_irq(&dev->tgt_devs_lock);
	pr = dev->resv->pr;
	refcount_inc(&pr->refs);
	spin_unlock_irq(&dev->tgt_devs_lock);
	return pr;
}

void scst_pr_put(struct scst_pr *pr)
{
	unsigned int i;

	if (!refcount_dec_and_test(&pr->refs))
		return;
	for (i = 0; i < pr->n; i++)
		scst_pr_nexus_put(pr->regs[i].nexus);
	kvfree(pr);
}

struct scst_pr_nexus *scst_pr_nexus_alloc(void)
{
	struct scst_pr_nexus *nexus = kzalloc(sizeof(*nexus), GFP_KERNEL);

	if (nexus)
		refcount_set(&nexus->refs, 1);
	return nexus;
}

void scst_pr_nexus_put(struct scst_pr_nexus *nexus)
{
	if (refcount_dec_and_test(&nexus->refs))
		kfree(nexus);
}

static int pr_find(const struct scst_pr *pr, const struct scst_transport_id *id,
		   const char *driver, const char *target)
{
	unsigned int i;

	for (i = 0; i < pr->n; i++) {
		const struct scst_pr_port *p = &pr->regs[i].nexus->port;

		if (scst_transport_id_is(&p->id, id) &&
		    !strcmp(p->driver, driver) && !strcmp(p->target, target))
			return i;
	}
	return -1;
}

/* Both return the index of the registration, or -1. */
int scst_pr_find(const struct scst_pr *pr, const struct scst_pr_port *port)
{
	return pr_find(pr, &port->id, port->driver, port->target);
}

int scst_pr_find_session(const struct scst_pr *pr,
			 const struct scst_session *sess)
{
	return pr_find(pr, sess->transport_id, sess->tgt->tgtt->name,
		       sess->tgt->name);
}

/**
 * scst_pr_add() - register a nexus
 * @pr: not yet published, with room
 * @nexus: the nexus; its reference becomes the registration's
 * @key: the key
 */
void scst_pr_add(struct scst_pr *pr, struct scst_pr_nexus *nexus, u64 key)
{
	pr->regs[pr->n].nexus = nexus;
	pr->regs[pr->n].key = key;
	pr->n++;
}

/**
 * scst_pr_remove() - unregister a nexus, and release what it alone has held
 * @pr: not yet published
 * @i: the registration
 */
void scst_pr_remove(struct scst_pr *pr, int i)
{
	scst_pr_nexus_put(pr->regs[i].nexus);
	pr->n--;
	memmove(&pr->regs[i], &pr->regs[i + 1],
		(pr->n - i) * sizeof(pr->regs[0]));
	if (pr->holder > i) {
		pr->holder--;
	} else if (pr->holder == i) {
		pr->holder = -1;
		pr->type = SCST_PR_NO_TYPE;
	}
	if (!pr->n)
		pr->type = SCST_PR_NO_TYPE;
}

static void nexus_tell(struct scst_tgt_dev *tgt_dev, const struct scst_pr *old,
		       const struct scst_pr *new,
		       const struct scst_pr_news *news)
{
	bool was = scst_pr_find_session(old, tgt_dev->sess) >= 0;
	bool is = scst_pr_find_session(new, tgt_dev->sess) >= 0;
	int ua = was ? is ? news->kept : news->gone : news->others;

	if (ua >= 0)
		scst_ua_raise(tgt_dev, ua);
}

static bool session_is_same_nexus(const struct scst_session *a,
				  const struct scst_session *b)
{
	return a->tgt == b->tgt &&
	       scst_transport_id_is(a->transport_id, b->transport_id);
}

/**
 * scst_pr_commit() - a new state takes the place of the old one
 * @dev: the device
 * @pr: the new state; its reference becomes the device's if it succeeds
 * @news: what the other nexuses are told
 * @but: the one that has asked for it
 *
 * With APTPL it is on stable storage first.
 *
 * Context: process context, the device's scst_resv.mutex held.
 * Return: 0, or -errno: it could not be saved, the old state stays.
 */
int scst_pr_commit(struct scst_device *dev, struct scst_pr *pr,
		   const struct scst_pr_news *news,
		   const struct scst_session *but)
{
	struct scst_pr *old = dev->resv->pr;
	struct scst_tgt_dev *tgt_dev;
	int ret;

	lockdep_assert_held(&dev->resv->mutex);
	/* A file that is not to be kept up to date any more must say nothing. */
	if (pr->aptpl || old->aptpl || old->lost) {
		ret = scst_pr_save(dev, pr);
		if (ret)
			return ret;
	}
	spin_lock_irq(&dev->tgt_devs_lock);
	dev->resv->pr = pr;
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		if (!session_is_same_nexus(tgt_dev->sess, but))
			nexus_tell(tgt_dev, old, pr, news);
	__scst_resv_update(dev);
	spin_unlock_irq(&dev->tgt_devs_lock);
	scst_pr_put(old);
	return 0;
}
