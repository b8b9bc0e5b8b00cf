// SPDX-License-Identifier: GPL-2.0
/*
 * Target drivers and their targets. Lists change under scst_mutex; a name stays
 * taken until its /proc entries are gone, so that it can't be registered twice
 * in between.
 */
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait_bit.h>

#include "proc.h"
#include "scst_priv.h"

DEFINE_MUTEX(scst_mutex);		/* everything configured; see scst_priv.h */
LIST_HEAD(scst_templates);

static DEFINE_IDA(tgt_ids);	/* relative target port identifiers */

/* One row for each thing a driver must provide. */
static const struct {
	size_t offset;
	const char *name;
} tmpl_required[] = {
	{ offsetof(struct scst_tgt_template, name), "name" },
	{ offsetof(struct scst_tgt_template, module), "module" },
	{ offsetof(struct scst_tgt_template, xmit_response), "xmit_response" },
	{ offsetof(struct scst_tgt_template, release), "release" },
};

/**
 * scst_abi_matches() - was a module built against this very interface?
 * @abi: the module's view
 * @what: kind of module, for the log
 * @name: its name, for the log
 *
 * Nothing else of the module's may be looked at before this said yes.
 */
bool scst_abi_matches(const struct scst_abi *abi, const char *what,
		      const char *name)
{
	static const struct scst_abi ours = SCST_ABI_INIT;

	if (abi->version == ours.version && abi->options == ours.options &&
	    abi->cmd_size == ours.cmd_size && abi->obj_size == ours.obj_size)
		return true;

	scst_err("%s %s was built against another SCST (interface %u.%x.%u.%u, this core has %u.%x.%u.%u): rebuild and reinstall it (make, or dkms install --force)\n",
		 what, name, abi->version, abi->options, abi->cmd_size,
		 abi->obj_size, ours.version, ours.options, ours.cmd_size,
		 ours.obj_size);
	return false;
}

/**
 * scst_name_is_valid() - can it be a name in /proc and in tables split by blanks?
 * @name: the name
 * @max: its longest length
 */
bool scst_name_is_valid(const char *name, size_t max)
{
	size_t len = strnlen(name, max + 1);
	size_t i;

	if (!len || len > max)
		return false;
	for (i = 0; i < len; i++)
		if (!isgraph(name[i]))
			return false;
	return true;
}

/* A name that becomes a file name under /proc. */
static bool tmpl_name_is_valid(const char *name)
{
	return scst_name_is_valid(name, SCST_MAX_TEMPLATE_NAME) &&
	       !strchr(name, '/') && name[0] != '.';
}

static int tmpl_check(const struct scst_tgt_template *tgtt)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tmpl_required); i++) {
		const void *const *field =
			(const void *)tgtt + tmpl_required[i].offset;

		if (!*field) {
			scst_err("target driver %s lacks %s\n",
				 tgtt->name ? tgtt->name : "(no name)",
				 tmpl_required[i].name);
			return -EINVAL;
		}
	}
	if (!tmpl_name_is_valid(tgtt->name)) {
		scst_err("target driver name \"%s\" can't be used: 1 to %d printable characters, no blank, no \"/\", no leading \".\"\n",
			 tgtt->name, SCST_MAX_TEMPLATE_NAME);
		return -EINVAL;
	}
	if (tgtt->use_clustering && tgtt->no_clustering) {
		scst_err("target driver %s: use_clustering and no_clustering exclude each other\n",
			 tgtt->name);
		return -EINVAL;
	}
	return 0;
}

/**
 * scst_tmpl_find() - the entry of a registered driver
 * @tgtt: the driver
 *
 * Context: scst_mutex held.
 */
struct scst_tmpl_entry *scst_tmpl_find(const struct scst_tgt_template *tgtt)
{
	struct scst_tmpl_entry *te;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(te, &scst_templates, entry)
		if (te->tgtt == tgtt)
			return te;
	return NULL;
}

static bool __tmpl_name_taken(const char *name)
{
	struct scst_tmpl_entry *te;

	list_for_each_entry(te, &scst_templates, entry)
		if (!strcmp(te->tgtt->name, name))
			return true;
	return false;
}

/* The driver looks for its ports. If that fails, so does the registration. */
static int tmpl_detect(const struct scst_tgt_template *tgtt)
{
	int ret = tgtt->detect ? tgtt->detect(tgtt) : 0;

	if (ret >= 0)
		return 0;
	scst_err("target driver %s: detection of its targets failed: error %d\n",
		 tgtt->name, ret);
	scst_unregister_target_template(tgtt);
	return ret;
}

int __scst_register_target_template(const struct scst_tgt_template *tgtt,
				    const struct scst_abi *abi)
{
	struct scst_tmpl_entry *te;
	int ret;

	might_sleep();
	if (!scst_abi_matches(abi, "target driver", tgtt->name))
		return -EINVAL;
	ret = tmpl_check(tgtt);
	if (ret)
		return ret;

	te = kzalloc(sizeof(*te), GFP_KERNEL);
	if (!te)
		return -ENOMEM;
	te->tgtt = tgtt;
	INIT_LIST_HEAD(&te->tgts);

	mutex_lock(&scst_mutex);
	ret = -EEXIST;
	if (__tmpl_name_taken(tgtt->name))
		goto err_unlock;
	ret = tgtt->no_proc_entry ? 0 : scst_proc_add_template(te);
	if (ret)
		goto err_unlock;
	list_add_tail(&te->entry, &scst_templates);
	mutex_unlock(&scst_mutex);

	if (tgtt->threads_num > 0 && scst_add_cmd_threads(tgtt->threads_num))
		scst_warn("target driver %s: can't start %d more threads\n",
			  tgtt->name, tgtt->threads_num);
	scst_info("target driver %s registered\n", tgtt->name);
	return tmpl_detect(tgtt);

err_unlock:
	mutex_unlock(&scst_mutex);
	kfree(te);
	scst_err("target driver %s can't be registered: error %d\n", tgtt->name,
		 ret);
	return ret;
}
SCST_EXPORT(__scst_register_target_template);

void scst_unregister_target_template(const struct scst_tgt_template *tgtt)
{
	struct scst_tmpl_entry *te;
	struct scst_tgt *tgt;

	might_sleep();
	mutex_lock(&scst_mutex);
	te = scst_tmpl_find(tgtt);
	if (!te || te->dying) {
		mutex_unlock(&scst_mutex);
		scst_warn("target driver %s is not registered\n", tgtt->name);
		return;
	}
	te->dying = true;
	mutex_unlock(&scst_mutex);

	/* Waits for readers and writers of the driver's files. */
	scst_proc_del_template(te);

	/* The driver should have done this; its code must not outlive it. */
	while ((tgt = list_first_entry_or_null(&te->tgts, struct scst_tgt,
					       entry)))
		scst_unregister(tgt);

	mutex_lock(&scst_mutex);
	list_del(&te->entry);
	mutex_unlock(&scst_mutex);

	if (tgtt->threads_num > 0)
		scst_del_cmd_threads(tgtt->threads_num);
	kfree(te);
	scst_info("target driver %s unregistered\n", tgtt->name);
}
SCST_EXPORT(scst_unregister_target_template);

static struct scst_tgt *tgt_alloc(const struct scst_tgt_template *tgtt,
				  const char *name)
{
	struct scst_tgt *tgt = kzalloc(sizeof(*tgt), GFP_KERNEL);
	int id;

	if (!tgt)
		return NULL;
	tgt->name = kstrdup(name, GFP_KERNEL);
	if (!tgt->name)
		goto err_free;
	id = ida_alloc_range(&tgt_ids, 1, 0xffff, GFP_KERNEL);
	if (id < 0)
		goto err_name;

	tgt->tgtt = tgtt;
	tgt->rel_tgt_id = id;
	INIT_LIST_HEAD(&tgt->sessions);
	atomic_set(&tgt->sess_count, 0);
	return tgt;

err_name:
	kfree(tgt->name);
err_free:
	kfree(tgt);
	return NULL;
}

static void tgt_free(struct scst_tgt *tgt)
{
	ida_free(&tgt_ids, tgt->rel_tgt_id);
	kfree(tgt->name);
	kfree(tgt);
}

/* Checks the name and gives the lowest number that is free in the directory. */
static int __tgt_place(const struct scst_tmpl_entry *te, struct scst_tgt *tgt)
{
	struct scst_tgt *other;

restart:
	list_for_each_entry(other, &te->tgts, entry) {
		if (!strcmp(other->name, tgt->name))
			return -EEXIST;
		if (other->proc_no == tgt->proc_no) {
			tgt->proc_no++;
			goto restart;
		}
	}
	return 0;
}

static int tgt_insert(struct scst_tgt *tgt)
{
	struct scst_tmpl_entry *te;
	int ret = -EINVAL;

	mutex_lock(&scst_mutex);
	te = scst_tmpl_find(tgt->tgtt);
	if (!te || te->dying)
		goto out;
	ret = __tgt_place(te, tgt);
	if (ret)
		goto out;
	ret = scst_proc_add_target(te, tgt);
	if (ret)
		goto out;
	list_add_tail(&tgt->entry, &te->tgts);
	__scst_alua_add_target(tgt);
out:
	mutex_unlock(&scst_mutex);
	return ret;
}

struct scst_tgt *scst_register(const struct scst_tgt_template *tgtt,
			       const char *name)
{
	struct scst_tgt *tgt;
	int ret;

	might_sleep();
	if (!scst_name_is_valid(name, SCST_MAX_INITIATOR_NAME)) {
		scst_err("%s: a target's name must be 1 to %d printable characters without blanks\n",
			 tgtt->name, SCST_MAX_INITIATOR_NAME);
		return ERR_PTR(-EINVAL);
	}

	tgt = tgt_alloc(tgtt, name);
	if (!tgt)
		return ERR_PTR(-ENOMEM);
	ret = tgt_insert(tgt);
	if (ret) {
		tgt_free(tgt);
		return ERR_PTR(ret);
	}
	scst_info("target %s of driver %s registered\n", name, tgtt->name);
	return tgt;
}
SCST_EXPORT(scst_register);

void scst_unregister(struct scst_tgt *tgt)
{
	struct scst_tmpl_entry *te;

	might_sleep();
	mutex_lock(&scst_mutex);
	tgt->dying = true;
	te = scst_tmpl_find(tgt->tgtt);
	mutex_unlock(&scst_mutex);

	/* Sessions that nobody waited for may still be on their way out. */
	wait_var_event(&tgt->sess_count, !atomic_read(&tgt->sess_count));
	scst_proc_del_target(te, tgt);

	mutex_lock(&scst_mutex);
	__scst_alua_del_target(tgt);
	list_del(&tgt->entry);
	mutex_unlock(&scst_mutex);

	tgt->tgtt->release(tgt);
	scst_info("target %s of driver %s unregistered\n", tgt->name,
		  tgt->tgtt->name);
	tgt_free(tgt);
}
SCST_EXPORT(scst_unregister);
