// SPDX-License-Identifier: GPL-2.0
/* A file becomes a device of the core's, with options that its program sets. */
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/license.h>	/* needs string.h */
#include <scsi/scsi_proto.h>

#include "old_abi.h"
#include "user.h"

#define USER_STRING_LEN		64
#define USER_BLOCK_MAX		SZ_1M
#define USER_SINGLE_MAX		SZ_32K		/* pages */

#define USER_FEATURES	(SCST_USER_FEATURE_MULTI | SCST_USER_FEATURE_PREALLOC | \
			 SCST_USER_FEATURE_WRITE_SAME)

/* ---- checks ---- */

static int check_strings(const struct scst_user_dev_desc *desc)
{
	char text[USER_STRING_LEN];
	long len;

	len = strncpy_from_user(text, u64_to_user_ptr(desc->version_str),
				sizeof(text));
	if (len <= 0)
		return len ?: -EINVAL;
	len = strncpy_from_user(text, u64_to_user_ptr(desc->license_str),
				sizeof(text));
	if (len < 0)
		return len;
	if (len == sizeof(text) || !license_is_gpl_compatible(text)) {
		scst_err("a program with a licence that isn't compatible with the GPL can't register a device\n");
		return -EPERM;
	}
	return 0;
}

static bool type_is_known(u8 type)
{
	switch (type) {
	case TYPE_DISK:
	case TYPE_TAPE:
	case TYPE_PROCESSOR:
	case TYPE_WORM:
	case TYPE_ROM:
	case TYPE_MOD:
	case TYPE_MEDIUM_CHANGER:
	case TYPE_RAID:
	case TYPE_RBC:
		return true;
	}
	return false;
}

static bool block_size_is_valid(u8 type, u32 size)
{
	switch (type) {
	case TYPE_DISK:
	case TYPE_WORM:
	case TYPE_ROM:
	case TYPE_MOD:
	case TYPE_RBC:
		return is_power_of_2(size) && size >= 512 &&
		       size <= USER_BLOCK_MAX;
	}
	return true;
}

static bool qerr_is_valid(u8 qerr)
{
	return qerr == SCST_QERR_0_ALL_RESUME || qerr == SCST_QERR_1_ABORT_ALL ||
	       qerr == SCST_QERR_3_ABORT_THIS_NEXUS_ONLY;
}

static bool opt_is_valid(const struct scst_user_opt *opt)
{
	return opt->parse_type <= SCST_USER_MAX_PARSE_OPT &&
	       opt->on_free_cmd_type <= SCST_USER_MAX_ON_FREE_CMD_OPT &&
	       opt->memory_reuse_type <= SCST_USER_MAX_MEM_REUSE_OPT &&
	       opt->partial_transfers_type <= SCST_USER_MAX_PARTIAL_TRANSFERS_OPT &&
	       opt->partial_len >= 0 &&
	       opt->tst <= SCST_TST_1_SEP_TASK_SETS && opt->tmf_only <= 1 &&
	       opt->queue_alg <= SCST_QUEUE_ALG_1_UNRESTRICTED_REORDER &&
	       qerr_is_valid(opt->qerr) && opt->tas <= 1 && opt->swp <= 1 &&
	       opt->d_sense <= SCST_D_SENSE_1_DESCR_SENSE &&
	       opt->has_own_order_mgmt <= 1 && opt->ext_copy_remap_supported <= 1;
}

static int check_desc(const struct scst_user_dev_desc *desc)
{
	if (!type_is_known(desc->type) ||
	    !block_size_is_valid(desc->type, desc->block_size) ||
	    !opt_is_valid(&desc->opt) || desc->sgv_shared > 1 ||
	    desc->sgv_disable_clustered_pool > 1 ||
	    desc->enable_pr_cmds_notifications > 1 || desc->sgv_single_alloc_pages < 0 ||
	    desc->sgv_single_alloc_pages > USER_SINGLE_MAX ||
	    desc->sgv_purge_interval > INT_MAX / HZ ||
	    strnlen(desc->name, sizeof(desc->name)) == sizeof(desc->name) ||
	    strnlen(desc->sgv_name, sizeof(desc->sgv_name)) ==
	    sizeof(desc->sgv_name))
		return -EINVAL;
	return check_strings(desc);
}

/* ---- options ---- */

static void opt_apply(struct user_dev *dev)
{
	struct scst_device *sdev = dev->sdev;

	WRITE_ONCE(sdev->control.tst, dev->opt.tst);
	WRITE_ONCE(sdev->control.qerr, dev->opt.qerr);
	WRITE_ONCE(sdev->control.tas, dev->opt.tas);
	WRITE_ONCE(sdev->control.swp, dev->opt.swp);
	WRITE_ONCE(sdev->control.d_sense, dev->opt.d_sense);
	WRITE_ONCE(sdev->own_order, dev->opt.has_own_order_mgmt);
}

long user_set_options(struct user_dev *dev, void __user *arg, bool old)
{
	struct scst_user_opt opt = { };
	bool flush;

	if (copy_from_user(&opt, arg, old ? sizeof(struct user_opt_2x) :
					    sizeof(opt)))
		return -EFAULT;
	if (!opt_is_valid(&opt))
		return -EINVAL;
	mutex_lock(&dev->mutex);
	if (old)
		opt.ext_copy_remap_supported = dev->opt.ext_copy_remap_supported;
	flush = dev->opt.memory_reuse_type & ~opt.memory_reuse_type;
	dev->opt = opt;
	opt_apply(dev);
	mutex_unlock(&dev->mutex);
	if (flush)
		user_cache_flush(dev);
	return 0;
}

long user_get_options(struct user_dev *dev, void __user *arg, bool old)
{
	struct scst_user_opt opt;

	mutex_lock(&dev->mutex);
	opt = dev->opt;
	mutex_unlock(&dev->mutex);
	return copy_to_user(arg, &opt, old ? sizeof(struct user_opt_2x) :
					     sizeof(opt)) ? -EFAULT : 0;
}

/* ---- the device ---- */

static int user_attach(struct scst_device *sdev)
{
	struct user_dev *dev = sdev->dh_priv;

	sdev->type = dev->type;
	sdev->block_shift = dev->block_size ? ilog2(dev->block_size) : 0;
	sdev->nblocks = U64_MAX;	/* the program knows */
	sdev->pr_notify = dev->pr_notify;
	dev->sdev = sdev;
	opt_apply(dev);
	return 0;
}

const struct scst_dev_type user_type = {
	.name		= "dev_user",
	.type		= TYPE_DISK,
	.module		= THIS_MODULE,
	.parse_atomic	= 1,
	.exec_atomic	= 1,
	.any_opcode	= 1,
	.no_proc	= 1,
	.parse		= user_parse,
	.alloc_data_buf	= user_alloc_data_buf,
	.exec		= user_exec,
	.on_free_cmd	= user_on_free_cmd,
	.task_mgmt_fn	= user_task_mgmt_fn,
	.task_mgmt_fn_done = user_task_mgmt_fn_done,
	.cmd_aborted	= user_cmd_aborted,
	.pre_unreg_sess	= user_pre_unreg_sess,
	.attach		= user_attach,
	.attach_tgt	= user_attach_tgt,
	.detach_tgt	= user_detach_tgt,
};

static int desc_from_program(struct scst_user_dev_desc *desc, void __user *arg,
			     bool old)
{
	struct user_dev_desc_2x d;

	if (!old)
		return copy_from_user(desc, arg, sizeof(*desc)) ? -EFAULT : 0;
	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	memset(desc, 0, sizeof(*desc));
	memcpy(desc, &d, offsetof(struct user_dev_desc_2x, opt));
	memcpy(&desc->opt, &d.opt, sizeof(d.opt));
	desc->block_size = d.block_size;
	desc->enable_pr_cmds_notifications = d.enable_pr_cmds_notifications;
	memcpy(desc->name, d.name, sizeof(d.name));
	memcpy(desc->sgv_name, d.sgv_name, sizeof(d.sgv_name));
	return 0;
}

static int dev_register(struct user_dev *dev, const struct scst_user_dev_desc *desc)
{
	int id, ret;

	if (dev->virt_id)
		return -EEXIST;
	dev->type = desc->type;
	dev->block_size = desc->block_size;
	dev->opt = desc->opt;
	dev->pr_notify = desc->enable_pr_cmds_notifications;
	ret = user_cache_join(dev, desc);
	if (ret)
		return ret;
	id = scst_register_virtual_device(&user_type, desc->name, dev);
	if (id < 0) {
		user_cache_leave(dev);
		return id == -EEXIST ? -EINVAL : id;
	}
	/* Pairs with user_is_registered(). */
	smp_store_release(&dev->virt_id, id);
	return 0;
}

long user_register(struct user_dev *dev, void __user *arg, bool old)
{
	struct scst_user_dev_desc desc;
	int ret = desc_from_program(&desc, arg, old);

	if (!ret)
		ret = check_desc(&desc);
	if (ret)
		return ret;
	mutex_lock(&dev->mutex);
	ret = dev_register(dev, &desc);
	mutex_unlock(&dev->mutex);
	return ret;
}

long user_capacity_changed(struct user_dev *dev)
{
	scst_dev_raise_ua(dev->sdev, SCST_UA_CAPACITY_CHANGED, NULL);
	scst_dev_report_aen(dev->sdev, SCST_AEN_CAPACITY_CHANGED);
	return 0;
}

long user_get_api(void __user *arg)
{
	static const struct scst_user_api api = {
		.api_major = SCST_USER_API_MAJOR,
		.api_minor = SCST_USER_API_MINOR,
		.features = USER_FEATURES,
	};

	return copy_to_user(arg, &api, sizeof(api)) ? -EFAULT : 0;
}
