// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt/groups: which initiators see which devices under which LUNs.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "proc.h"

static struct proc_dir_entry *groups_dir;

bool scst_proc_parse_hcil(const char *word, char hcil[SCST_PROC_HCIL_SIZE])
{
	static const u64 max[] = { U32_MAX, U32_MAX, U32_MAX, U64_MAX };
	char part[SCST_PROC_HCIL_SIZE];
	u64 val[ARRAY_SIZE(max)];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(max); i++) {
		len = strcspn(word, ":");
		if (len >= sizeof(part))
			return false;
		memcpy(part, word, len);
		part[len] = '\0';
		if (scst_proc_parse_u64(part, max[i], &val[i]))
			return false;
		word += len;
		if (*word++ != (i < ARRAY_SIZE(max) - 1 ? ':' : '\0'))
			return false;
	}
	snprintf(hcil, SCST_PROC_HCIL_SIZE, "%llu:%llu:%llu:%llu", val[0],
		 val[1], val[2], val[3]);
	return true;
}

/* A device by the name that a command gives it; @buf is room for a real one's. */
static const char *device_name(const char *word, char buf[SCST_PROC_HCIL_SIZE])
{
	return scst_proc_parse_hcil(word, buf) ? buf : word;
}

/* Blames what the user wrote instead of @name, which doesn't outlive a command. */
static int device_result(struct scst_proc_ctx *ctx, int ret, const char *name,
			 const char *word)
{
	if (ctx->word == name)
		ctx->word = word;
	return ret;
}

static int lun_parse(struct scst_proc_ctx *ctx, const char *word, u32 *lun)
{
	u64 val;

	if (scst_proc_parse_u64(word, SCST_MAX_LUNS - 1, &val))
		return scst_proc_refuse(ctx, -EINVAL, word,
					"not a LUN, those are numbers from 0 to %d",
					SCST_MAX_LUNS - 1);
	*lun = val;
	return 0;
}

/* ---- groups/GROUP/devices ---- */

static int devices_show(struct seq_file *m, void *obj)
{
	struct scst_acg *acg = obj;
	struct scst_acg_dev *acg_dev;
	unsigned long lun;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;

	seq_printf(m, "%-60s%s  %s\n", "Device (host:ch:id:lun or name)",
		   "Virtual lun", "Options");
	xa_for_each(&acg->luns, lun, acg_dev) {
		if (seq_has_overflowed(m))
			break;
		seq_printf(m, "%-60s%4llu%12s\n", acg_dev->dev->name,
			   (unsigned long long)lun,
			   acg_dev->read_only ? "RO" : "");
	}
	mutex_unlock(&scst_mutex);
	return 0;
}

static int devices_run_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	char buf[SCST_PROC_HCIL_SIZE];
	const char *name = device_name(argv[0], buf);
	u32 lun;
	int ret;

	ret = lun_parse(ctx, argv[1], &lun);
	if (ret)
		return ret;
	if (argc > 2 && strcasecmp(argv[2], "READ_ONLY"))
		return scst_proc_refuse(ctx, -EINVAL, argv[2],
					"unknown flag, the only one is READ_ONLY");
	ret = scst_acg_add_dev(ctx->obj, ctx, name, lun, argc > 2);
	return device_result(ctx, ret, name, argv[0]);
}

static int devices_run_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	char buf[SCST_PROC_HCIL_SIZE];
	const char *name = device_name(argv[0], buf);
	u32 lun;
	int ret;

	if (argc > 1) {
		ret = lun_parse(ctx, argv[1], &lun);
		if (ret)
			return ret;
	}
	ret = scst_acg_del_dev(ctx->obj, ctx, name, argc > 1 ? &lun : NULL);
	return device_result(ctx, ret, name, argv[0]);
}

static int devices_run_clear(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return scst_acg_clear_devs(ctx->obj, ctx);
}

static const struct scst_proc_cmd devices_cmds[] = {
	{ "add", "DEVICE LUN [READ_ONLY]",
	  "map a device, H:C:I:L or the name of a virtual one, as LUN", 2, 3,
	  devices_run_add },
	{ "del", "DEVICE [LUN]", "unmap a device", 1, 2, devices_run_del },
	{ "clear", "", "unmap all devices", 0, 0, devices_run_clear },
};

static const struct scst_proc_desc devices_desc = {
	.cmds	= devices_cmds,
	.n_cmds	= ARRAY_SIZE(devices_cmds),
	.nocase	= true,
	.show	= devices_show,
};

/* ---- groups/GROUP/names ---- */

static int names_show(struct seq_file *m, void *obj)
{
	struct scst_acg *acg = obj;
	struct scst_acn *acn;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	list_for_each_entry(acn, &acg->names, entry)
		seq_printf(m, "%s\n", acn->name);
	mutex_unlock(&scst_mutex);
	return 0;
}

static int names_run_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return scst_acg_add_name(ctx->obj, ctx, argv[0]);
}

static int names_run_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return scst_acg_del_name(ctx->obj, ctx, argv[0]);
}

static int names_run_clear(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return scst_acg_clear_names(ctx->obj, ctx);
}

static const struct scst_proc_cmd names_cmds[] = {
	{ "add", "NAME", "bind the initiators that NAME fits to this group",
	  1, 1, names_run_add },
	{ "del", "NAME", "take NAME away", 1, 1, names_run_del },
	{ "clear", "", "take all names away", 0, 0, names_run_clear },
};

static const struct scst_proc_desc names_desc = {
	.cmds	= names_cmds,
	.n_cmds	= ARRAY_SIZE(names_cmds),
	.nocase	= true,
	.show	= names_show,
	.notes	= "  NAME: an initiator's name, INITIATOR@TARGET, or either with the\n"
		  "\twildcards * and ?. New sessions obey a change, bound ones stay.\n",
};

/* ---- directories ---- */

int scst_proc_add_group(struct scst_acg *acg)
{
	struct proc_dir_entry *dir = scst_proc_mkdir(groups_dir, acg->name);
	int ret;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	ret = scst_proc_add_file(dir, "devices", &devices_desc, acg);
	if (ret)
		goto err;
	ret = scst_proc_add_file(dir, "names", &names_desc, acg);
	if (ret)
		goto err;
	acg->proc_dir = dir;
	return 0;

err:
	scst_proc_rmdir(dir);
	return ret;
}

void scst_proc_del_group(struct scst_acg *acg)
{
	if (!acg->proc_dir)
		return;
	scst_proc_rmdir(acg->proc_dir);
	acg->proc_dir = NULL;
}

int scst_proc_groups_init(void)
{
	groups_dir = scst_proc_mkdir(scst_proc_root, "groups");
	return PTR_ERR_OR_ZERO(groups_dir);
}

void scst_proc_groups_exit(void)
{
	scst_proc_rmdir(groups_dir);
	groups_dir = NULL;
}

void scst_proc_help_groups(struct seq_file *m)
{
	scst_proc_show_help(m, &devices_desc, "groups/GROUP", "devices");
	scst_proc_show_help(m, &names_desc, "groups/GROUP", "names");
}
