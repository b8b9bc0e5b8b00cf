// SPDX-License-Identifier: GPL-2.0
/*
 * Security groups: which initiators see which devices as which LUNs. All lists
 * are under scst_mutex; the data path sees only what lun.c made of them.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "name_match.h"
#include "proc.h"
#include "scst_priv.h"

/* Devices behind our own sessions that may lie one over the other. */
#define SCST_MAX_CHAIN	4

LIST_HEAD(scst_groups);
struct scst_acg *scst_default_acg;

static u64 acn_next_seq;	/* under scst_mutex */

static struct scst_acg *__acg_find(const char *name)
{
	struct scst_acg *acg;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(acg, &scst_groups, entry)
		if (!strcmp(acg->name, name))
			return acg;
	return NULL;
}

static struct scst_acg *acg_alloc(const char *name)
{
	struct scst_acg *acg = kzalloc(sizeof(*acg), GFP_KERNEL);

	if (!acg)
		return NULL;
	acg->name = kstrdup(name, GFP_KERNEL);
	if (!acg->name) {
		kfree(acg);
		return NULL;
	}
	xa_init(&acg->luns);
	INIT_LIST_HEAD(&acg->names);
	INIT_LIST_HEAD(&acg->sessions);
	return acg;
}

/* No session, LUN or name is left. */
static void acg_free(struct scst_acg *acg)
{
	xa_destroy(&acg->luns);
	kfree(acg->name);
	kfree(acg);
}

/* ---- LUNs ---- */

static struct scst_acg_dev *__acg_dev_find(struct scst_acg *acg,
					   const char *dev_name)
{
	struct scst_acg_dev *ad;
	unsigned long lun;

	lockdep_assert_held(&scst_mutex);
	xa_for_each(&acg->luns, lun, ad)
		if (!strcmp(ad->dev->name, dev_name))
			return ad;
	return NULL;
}

/* Removes a LUN from the group and from every session in it. */
static void __acg_dev_remove(struct scst_acg_dev *ad)
{
	struct scst_session *sess;

	lockdep_assert_held(&scst_mutex);
	xa_erase(&ad->acg->luns, ad->lun);
	list_del(&ad->dev_entry);
	list_for_each_entry(sess, &ad->acg->sessions, acg_entry) {
		__scst_sess_del_lun(sess, ad->lun);
		__scst_sess_luns_changed(sess, ad->lun);
	}
	kfree(ad);
}

/**
 * __scst_acg_unmap_device() - a device goes: remove it from all groups
 * @dev: the device
 *
 * Commands in flight are left to finish.
 *
 * Context: scst_mutex held.
 */
void __scst_acg_unmap_device(struct scst_device *dev)
{
	struct scst_acg_dev *ad, *tmp;

	list_for_each_entry_safe(ad, tmp, &dev->acg_devs, dev_entry)
		__acg_dev_remove(ad);
}

/* Gives the LUN to every session of the group, or to none. */
static int __acg_dev_to_sessions(struct scst_acg_dev *ad)
{
	struct scst_session *sess;
	int ret;

	list_for_each_entry(sess, &ad->acg->sessions, acg_entry) {
		ret = __scst_sess_add_lun(sess, ad);
		if (ret)
			goto undo;
	}
	list_for_each_entry(sess, &ad->acg->sessions, acg_entry)
		__scst_sess_luns_changed(sess, ad->lun);
	return 0;

undo:
	list_for_each_entry_continue_reverse(sess, &ad->acg->sessions, acg_entry)
		__scst_sess_del_lun(sess, ad->lun);
	return ret;
}

static int __acg_dev_insert(struct scst_acg *acg, struct scst_device *dev,
			    u32 lun, bool read_only)
{
	struct scst_acg_dev *ad = kzalloc(sizeof(*ad), GFP_KERNEL);
	int ret;

	if (!ad)
		return -ENOMEM;
	ad->acg = acg;
	ad->dev = dev;
	ad->lun = lun;
	ad->read_only = read_only;
	ret = xa_insert(&acg->luns, lun, ad, GFP_KERNEL);
	if (ret)
		goto err_free;
	list_add_tail(&ad->dev_entry, &dev->acg_devs);
	ret = __acg_dev_to_sessions(ad);
	if (ret)
		goto err_erase;
	return 0;

err_erase:
	list_del(&ad->dev_entry);
	xa_erase(&acg->luns, lun);
err_free:
	kfree(ad);
	return ret;
}

/*
 * Does what @from maps lead to @to, by devices that sessions of ours have made of
 * their LUNs? A chain of too many is taken for a loop.
 */
static bool __acg_leads_to(struct scst_acg *from, const struct scst_acg *to,
			   unsigned int depth)
{
	struct scst_acg_dev *ad;
	unsigned long lun;

	if (from == to || !depth)
		return true;
	xa_for_each(&from->luns, lun, ad)
		if (ad->dev->behind &&
		    __acg_leads_to(ad->dev->behind->acg, to, depth - 1))
			return true;
	return false;
}

static int __acg_add_dev(struct scst_acg *acg, struct scst_proc_ctx *ctx,
			 const char *dev_name, u32 lun, bool read_only)
{
	struct scst_device *dev = __scst_device_find(dev_name);
	struct scst_acg_dev *ad;
	int ret;

	if (acg->dying)
		return scst_proc_refuse(ctx, -EINVAL, NULL,
					"group %s is being deleted", acg->name);
	if (!dev || dev->dying)
		return scst_proc_refuse(ctx, -EINVAL, dev_name,
					"no such device; see /proc/scsi_tgt/scsi_tgt");
	if (!dev->handler)
		return scst_proc_refuse(ctx, -EINVAL, dev_name,
					"no handler is assigned to the device");
	if (dev->behind &&
	    __acg_leads_to(dev->behind->acg, acg, SCST_MAX_CHAIN))
		return scst_proc_refuse(ctx, -ELOOP, dev_name,
					"is a LUN of a session of group %s, which group %s must not lead back to",
					dev->behind->acg->name, acg->name);
	ad = __acg_dev_find(acg, dev_name);
	if (ad)
		return scst_proc_refuse(ctx, -EINVAL, dev_name,
					"already LUN %u in group %s", ad->lun,
					acg->name);
	ad = xa_load(&acg->luns, lun);
	if (ad)
		return scst_proc_refuse(ctx, -EINVAL, NULL,
					"LUN %u in group %s is taken by %s", lun,
					acg->name, ad->dev->name);
	ret = __acg_dev_insert(acg, dev, lun, read_only);
	if (ret)
		return scst_proc_refuse(ctx, ret, dev_name,
					"can't become LUN %u of group %s", lun,
					acg->name);
	return 0;
}

int scst_acg_add_dev(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		     const char *dev_name, u32 lun, bool read_only)
{
	int ret;

	mutex_lock(&scst_mutex);
	ret = __acg_add_dev(acg, ctx, dev_name, lun, read_only);
	mutex_unlock(&scst_mutex);
	return ret;
}

int scst_acg_del_dev(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		     const char *dev_name, const u32 *lun)
{
	struct scst_acg_dev *ad;
	int ret = 0;

	mutex_lock(&scst_mutex);
	ad = __acg_dev_find(acg, dev_name);
	if (!ad)
		ret = scst_proc_refuse(ctx, -EINVAL, dev_name,
				       "not in group %s", acg->name);
	else if (lun && *lun != ad->lun)
		ret = scst_proc_refuse(ctx, -EINVAL, dev_name,
				       "is LUN %u in group %s, not %u", ad->lun,
				       acg->name, *lun);
	else
		__acg_dev_remove(ad);
	mutex_unlock(&scst_mutex);
	return ret;
}

static void __acg_clear_devs(struct scst_acg *acg)
{
	struct scst_acg_dev *ad;
	unsigned long lun;

	xa_for_each(&acg->luns, lun, ad)
		__acg_dev_remove(ad);
}

int scst_acg_clear_devs(struct scst_acg *acg, struct scst_proc_ctx *ctx)
{
	mutex_lock(&scst_mutex);
	__acg_clear_devs(acg);
	mutex_unlock(&scst_mutex);
	return 0;
}

/* ---- names ---- */

static struct scst_acn *__acn_find(const struct scst_acg *acg, const char *name)
{
	struct scst_acn *acn;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(acn, &acg->names, entry)
		if (!strcmp(acn->name, name))
			return acn;
	return NULL;
}

static int __acg_add_name(struct scst_acg *acg, struct scst_proc_ctx *ctx,
			  const char *name)
{
	struct scst_acg *other;
	struct scst_acn *acn;
	size_t len = strlen(name);

	if (acg->dying)
		return scst_proc_refuse(ctx, -EINVAL, NULL,
					"group %s is being deleted", acg->name);
	/* INITIATOR@TARGET, both as long as they may be. */
	if (!scst_name_is_valid(name, 2 * SCST_MAX_INITIATOR_NAME + 1))
		return scst_proc_refuse(ctx, -EINVAL, name,
					"not a name: 1 to %d printable characters",
					2 * SCST_MAX_INITIATOR_NAME + 1);
	list_for_each_entry(other, &scst_groups, entry)
		if (__acn_find(other, name))
			return scst_proc_refuse(ctx, -EINVAL, name,
						"already in group %s",
						other->name);

	acn = kmalloc(sizeof(*acn) + len + 1, GFP_KERNEL);
	if (!acn)
		return scst_proc_refuse(ctx, -ENOMEM, name, "no memory");
	memcpy(acn->name, name, len + 1);
	acn->seq = acn_next_seq++;
	list_add_tail(&acn->entry, &acg->names);
	return 0;
}

int scst_acg_add_name(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		      const char *name)
{
	int ret;

	mutex_lock(&scst_mutex);
	ret = __acg_add_name(acg, ctx, name);
	mutex_unlock(&scst_mutex);
	return ret;
}

static void __acn_free(struct scst_acn *acn)
{
	list_del(&acn->entry);
	kfree(acn);
}

int scst_acg_del_name(struct scst_acg *acg, struct scst_proc_ctx *ctx,
		      const char *name)
{
	struct scst_acn *acn;
	int ret = 0;

	mutex_lock(&scst_mutex);
	acn = __acn_find(acg, name);
	if (acn)
		__acn_free(acn);
	else
		ret = scst_proc_refuse(ctx, -EINVAL, name, "not in group %s",
				       acg->name);
	mutex_unlock(&scst_mutex);
	return ret;
}

static void __acg_clear_names(struct scst_acg *acg)
{
	struct scst_acn *acn, *tmp;

	list_for_each_entry_safe(acn, tmp, &acg->names, entry)
		__acn_free(acn);
}

int scst_acg_clear_names(struct scst_acg *acg, struct scst_proc_ctx *ctx)
{
	mutex_lock(&scst_mutex);
	__acg_clear_names(acg);
	mutex_unlock(&scst_mutex);
	return 0;
}

/* The group whose name fits best, the earlier name on a tie. */
static struct scst_acg *__acg_by_names(const char *initiator, const char *target)
{
	struct scst_name_choice choice = SCST_NAME_CHOICE_INIT;
	struct scst_acg *acg, *best = NULL;
	struct scst_acn *acn;
	int score;

	list_for_each_entry(acg, &scst_groups, entry) {
		if (acg->dying)
			continue;
		list_for_each_entry(acn, &acg->names, entry) {
			score = scst_name_match(acn->name, initiator, target);
			if (scst_name_choose(&choice, score, acn->seq))
				best = acg;
		}
	}
	return best;
}

static struct scst_acg *__acg_default_of_target(const char *target)
{
	size_t prefix = strlen(SCST_DEFAULT_GROUP_NAME);
	struct scst_acg *acg;

	list_for_each_entry(acg, &scst_groups, entry)
		if (!acg->dying &&
		    !strncmp(acg->name, SCST_DEFAULT_GROUP_NAME "_", prefix + 1) &&
		    !strcmp(acg->name + prefix + 1, target))
			return acg;
	return NULL;
}

/**
 * __scst_acg_for_session() - the group that a new session belongs to
 * @initiator: the session's name
 * @target: the target's name
 *
 * Context: scst_mutex held.
 * Return: a group, Default at last.
 */
struct scst_acg *__scst_acg_for_session(const char *initiator,
					const char *target)
{
	struct scst_acg *acg;

	lockdep_assert_held(&scst_mutex);
	acg = __acg_by_names(initiator, target);
	if (!acg)
		acg = __acg_default_of_target(target);
	return acg ? acg : scst_default_acg;
}

/* ---- groups ---- */

static bool group_name_is_valid(const char *name)
{
	return scst_name_is_valid(name, SCST_MAX_GROUP_NAME) &&
	       !strchr(name, '/') && name[0] != '.';
}

static int __acg_create(struct scst_proc_ctx *ctx, const char *name)
{
	struct scst_acg *acg;
	int ret;

	if (__acg_find(name))
		return scst_proc_refuse(ctx, -EINVAL, name,
					"there is a group of this name");
	acg = acg_alloc(name);
	if (!acg)
		return scst_proc_refuse(ctx, -ENOMEM, name, "no memory");
	ret = scst_proc_add_group(acg);
	if (ret) {
		acg_free(acg);
		return scst_proc_refuse(ctx, ret, name,
					"can't make the group's directory");
	}
	list_add_tail(&acg->entry, &scst_groups);
	return 0;
}

int scst_acg_create(struct scst_proc_ctx *ctx, const char *name)
{
	int ret;

	if (!group_name_is_valid(name))
		return scst_proc_refuse(ctx, -EINVAL, name,
					"not a group name: 1 to %d printable characters, no \"/\", no leading \".\"",
					SCST_MAX_GROUP_NAME);
	mutex_lock(&scst_mutex);
	ret = __acg_create(ctx, name);
	mutex_unlock(&scst_mutex);
	return ret;
}

/* From here on nothing binds to it or changes it; the name stays taken. */
static struct scst_acg *__acg_start_removal(struct scst_proc_ctx *ctx,
					    const char *name, int *ret)
{
	struct scst_acg *acg = __acg_find(name);

	if (!acg || acg->dying)
		*ret = scst_proc_refuse(ctx, -EINVAL, name, "no such group");
	else if (acg == scst_default_acg)
		*ret = scst_proc_refuse(ctx, -EINVAL, name,
					"this group always exists");
	else if (!list_empty(&acg->sessions))
		*ret = scst_proc_refuse(ctx, -EINVAL, name,
					"sessions are bound to the group; see /proc/scsi_tgt/sessions");
	else
		*ret = 0;
	if (*ret)
		return NULL;

	acg->dying = true;
	__acg_clear_devs(acg);
	__acg_clear_names(acg);
	return acg;
}

static void acg_finish_removal(struct scst_acg *acg)
{
	/* Waits for those who have the group's files open for a command. */
	scst_proc_del_group(acg);

	mutex_lock(&scst_mutex);
	list_del(&acg->entry);
	mutex_unlock(&scst_mutex);
	acg_free(acg);
}

int scst_acg_destroy(struct scst_proc_ctx *ctx, const char *name)
{
	struct scst_acg *acg;
	int ret;

	mutex_lock(&scst_mutex);
	acg = __acg_start_removal(ctx, name, &ret);
	mutex_unlock(&scst_mutex);
	if (acg)
		acg_finish_removal(acg);
	return ret;
}

int scst_groups_init(void)
{
	int ret;

	scst_default_acg = acg_alloc(SCST_DEFAULT_GROUP_NAME);
	if (!scst_default_acg)
		return -ENOMEM;
	mutex_lock(&scst_mutex);
	ret = scst_proc_add_group(scst_default_acg);
	if (!ret)
		list_add_tail(&scst_default_acg->entry, &scst_groups);
	mutex_unlock(&scst_mutex);
	if (ret)
		acg_free(scst_default_acg);
	return ret;
}

/* No session and no device exists any more. */
void scst_groups_exit(void)
{
	struct scst_acg *acg, *tmp;

	list_for_each_entry_safe(acg, tmp, &scst_groups, entry) {
		mutex_lock(&scst_mutex);
		acg->dying = true;
		__acg_clear_devs(acg);
		__acg_clear_names(acg);
		mutex_unlock(&scst_mutex);
		acg_finish_removal(acg);
	}
}
