// SPDX-License-Identifier: GPL-2.0
/*
 * Tokens stand for blocks of a device (SPC-5 5.18). Whoever has a token may have the
 * data written to a disk of his, whether the blocks are on a LUN of his or not: so it
 * can't be guessed, and every one of its bytes is compared.
 *
 * No data are kept. A token of data "as they were" becomes invalid with the first
 * change of them: the blocks are watched (range.c). One that is not valid any more is
 * kept to say why, until its place is needed.
 */
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "rod_token.h"

#define TOKENS_MAX		64	/* of a device */
#define TOKENS_HASH_BITS	8

/* Protects the table and the tokens in it; process context. Outside of ranges' locks. */
static DEFINE_SPINLOCK(tokens_lock);
static DEFINE_HASHTABLE(tokens_hash, TOKENS_HASH_BITS);

static void tokens_expire_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(tokens_expire, tokens_expire_fn);

void vdisk_tokens_init(struct vdisk_tokens *tokens)
{
	INIT_LIST_HEAD(&tokens->list);
}

/* Not valid any more. */
static void __token_end(struct vdisk_token *t, u16 why)
{
	lockdep_assert_held(&tokens_lock);
	if (!t->why)
		WRITE_ONCE(t->why, why);
	if (t->watched)
		vdisk_watch_del(&t->vdev->ranges, t->ranges, t->n);
	t->watched = false;
}

static void __token_free(struct vdisk_token *t)
{
	lockdep_assert_held(&tokens_lock);
	hash_del(&t->hash);
	list_del(&t->entry);
	t->vdev->tokens.n--;
	kfree(t);
}

/* ASC and ASCQ of why it isn't valid, or 0. */
u16 vdisk_token_why(const struct vdisk_token *t)
{
	u16 why = READ_ONCE(t->why);

	if (!why && READ_ONCE(t->written))
		why = VDISK_ROD_REVOKED;
	return why;
}

static bool __token_is_late(const struct vdisk_token *t)
{
	return !t->users && time_after_eq(jiffies, t->expires);
}

/* What is over gives up its watches; each second while there are valid ones. */
static void tokens_expire_fn(struct work_struct *work)
{
	struct vdisk_token *t;
	bool more = false;
	int bucket;

	spin_lock(&tokens_lock);
	hash_for_each(tokens_hash, bucket, t, hash) {
		if (t->why)
			continue;
		if (vdisk_token_why(t))
			__token_end(t, vdisk_token_why(t));
		else if (__token_is_late(t))
			__token_end(t, VDISK_ROD_EXPIRED);
		else
			more = true;
	}
	spin_unlock(&tokens_lock);
	if (more)
		schedule_delayed_work(&tokens_expire, HZ);
}

/* Its device has no commands any more that make others; those who use one end soon. */
void vdisk_tokens_end(struct vdisk_dev *vdev)
{
	struct vdisk_tokens *tokens = &vdev->tokens;
	struct vdisk_token *t, *next;

	spin_lock(&tokens_lock);
	tokens->gone = true;
	list_for_each_entry(t, &tokens->list, entry)
		__token_end(t, VDISK_ROD_UNKNOWN);
	spin_unlock(&tokens_lock);
	wait_var_event(&tokens->users, !READ_ONCE(tokens->users));

	/* The last one who used one may still hold the lock. */
	spin_lock(&tokens_lock);
	list_for_each_entry_safe(t, next, &tokens->list, entry)
		__token_free(t);
	spin_unlock(&tokens_lock);
}

void vdisk_tokens_exit(void)
{
	cancel_delayed_work_sync(&tokens_expire);
}

/* ---- making one ---- */

static void token_set_bytes(struct vdisk_token *t, u32 type)
{
	u8 secret[VDISK_ROD_SECRET];
	struct vdisk_rod_info info = {
		.type = type,
		.naa = t->vdev->naa,
		.bytes = t->blocks << t->vdev->block_shift,
		.block = 1U << t->vdev->block_shift,
		.secret = secret,
	};

	get_random_bytes(secret, sizeof(secret));
	do {
		get_random_bytes(&t->id, sizeof(t->id));
	} while (!t->id);
	info.id = t->id;
	vdisk_rod_build(t->bytes, &info);
	memzero_explicit(secret, sizeof(secret));
}

static void token_set_ranges(struct vdisk_token *t, const struct vdisk_rod_list *l)
{
	unsigned int i;
	u32 blocks;
	u64 lba;

	for (i = 0; i < l->n; i++) {
		struct vdisk_watch *w = &t->ranges[t->n];

		blocks = vdisk_rod_get_range(l, i, &lba);
		if (!blocks)
			continue;
		w->extent.start = lba;
		w->extent.end = lba + blocks;
		w->written = &t->written;
		t->n++;
	}
}

/**
 * vdisk_token_make() - a token that is not in the table yet
 * @vdev: the device
 * @l: what POPULATE TOKEN says
 *
 * Context: process context, may sleep.
 * Return: the token, or NULL: no memory.
 */
struct vdisk_token *vdisk_token_make(struct vdisk_dev *vdev,
				     const struct vdisk_rod_list *l)
{
	struct vdisk_token *t;

	t = kzalloc(struct_size(t, ranges, l->n), GFP_NOIO | __GFP_NOWARN);
	if (!t)
		return NULL;
	t->vdev = vdev;
	t->watched = l->type != VDISK_ROD_ON_REFERENCE;
	t->timeout = l->timeout;
	t->blocks = l->blocks;
	token_set_ranges(t, l);
	token_set_bytes(t, l->type);
	return t;
}

/* The oldest that isn't valid any more makes room. */
static bool __tokens_make_room(struct vdisk_tokens *tokens)
{
	struct vdisk_token *t;

	if (tokens->n < TOKENS_MAX)
		return true;
	list_for_each_entry(t, &tokens->list, entry) {
		if (t->users || !(vdisk_token_why(t) || __token_is_late(t)))
			continue;
		__token_end(t, VDISK_ROD_EXPIRED);
		__token_free(t);
		return true;
	}
	return false;
}

/**
 * vdisk_token_add() - a token becomes valid
 * @t: from vdisk_token_make(); the caller has its blocks for itself
 *
 * Context: process context.
 * Return: false: there are too many.
 */
bool vdisk_token_add(struct vdisk_token *t)
{
	struct vdisk_tokens *tokens = &t->vdev->tokens;
	bool ok;

	spin_lock(&tokens_lock);
	ok = !tokens->gone && __tokens_make_room(tokens);
	if (ok) {
		t->expires = jiffies + t->timeout * HZ;
		tokens->n++;
		list_add_tail(&t->entry, &tokens->list);
		hash_add(tokens_hash, &t->hash, t->id);
		if (t->watched)
			vdisk_watch_add(&t->vdev->ranges, t->ranges, t->n);
	}
	spin_unlock(&tokens_lock);
	if (ok)
		schedule_delayed_work(&tokens_expire, HZ);
	return ok;
}

/* ---- using one ---- */

/* It takes as long whichever byte is wrong. */
static bool token_is(const struct vdisk_token *t, const u8 *bytes)
{
	unsigned int i;
	u8 differ = 0;

	for (i = 0; i < VDISK_ROD_TOKEN; i++)
		differ |= READ_ONCE(t->bytes[i]) ^ bytes[i];
	return !differ;
}

static struct vdisk_token *__token_find(u64 id)
{
	struct vdisk_token *t;

	hash_for_each_possible(tokens_hash, t, hash, id)
		if (t->id == id)
			return t;
	return NULL;
}

static u16 __token_get(struct vdisk_token *t, const u8 *bytes)
{
	if (!t || t->vdev->tokens.gone)
		return VDISK_ROD_UNKNOWN;
	if (!token_is(t, bytes))
		return VDISK_ROD_CORRUPT;
	if (vdisk_token_why(t))
		return vdisk_token_why(t);
	if (__token_is_late(t))
		return VDISK_ROD_EXPIRED;
	t->users++;
	t->vdev->tokens.users++;
	return 0;
}

/**
 * vdisk_token_get() - look up a token, and keep its device from going
 * @bytes: VDISK_ROD_TOKEN bytes of an initiator
 * @t: the token; NULL: it is that of zeros, which needs none
 *
 * Context: process context.
 * Return: 0, or ASC and ASCQ with ILLEGAL REQUEST.
 */
u16 vdisk_token_get(const u8 *bytes, struct vdisk_token **t)
{
	u64 id;
	u16 why = vdisk_rod_check(bytes, &id);

	*t = NULL;
	if (why || !id)
		return why;
	spin_lock(&tokens_lock);
	*t = __token_find(id);
	why = __token_get(*t, bytes);
	if (why)
		*t = NULL;
	spin_unlock(&tokens_lock);
	return why;
}

/* The other end of vdisk_token_get(). @delete: and it is not valid any more. */
void vdisk_token_put(struct vdisk_token *t, bool delete)
{
	struct vdisk_tokens *tokens = &t->vdev->tokens;

	spin_lock(&tokens_lock);
	if (delete)
		__token_end(t, VDISK_ROD_DELETED);
	t->expires = jiffies + t->timeout * HZ;
	t->users--;
	WRITE_ONCE(tokens->users, tokens->users - 1);
	wake_up_var(&tokens->users);
	spin_unlock(&tokens_lock);
}
