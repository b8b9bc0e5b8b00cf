// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt/HANDLER and /proc/scsi_tgt/TARGET_DRIVER: directories of the
 * modules that register themselves with the core. Their own files are described
 * by them (struct scst_proc_desc); no such file outlives the registration.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "proc.h"

/* ---- HANDLER/ ---- */

/* Peripheral device types, SPC-5 6.6.2. */
static const char *const handler_types[] = {
	[0x00] = "Direct-access device (e.g., magnetic disk)",
	[0x01] = "Sequential-access device (e.g., magnetic tape)",
	[0x02] = "Printer device",
	[0x03] = "Processor device",
	[0x04] = "Write-once device (e.g., some optical disks)",
	[0x05] = "CD/DVD device",
	[0x06] = "Scanner device (obsolete)",
	[0x07] = "Optical memory device (e.g., some optical disks)",
	[0x08] = "Media changer device (e.g., jukeboxes)",
	[0x09] = "Communications device (obsolete)",
	[0x0c] = "Storage array controller device (e.g., RAID)",
	[0x0d] = "Enclosure services device",
	[0x0e] = "Simplified direct-access device (e.g., magnetic disk)",
	[0x0f] = "Optical card reader/writer device",
	[0x11] = "Object-based storage device",
	[0x12] = "Automation/drive interface",
	[0x14] = "Host managed zoned block device",
	[0x1e] = "Well known logical unit",
	[0x1f] = "Unknown or no device type",
};

static int handler_type_show(struct seq_file *m, void *obj)
{
	const struct scst_dev_type *type = obj;
	const char *text = NULL;

	if (type->type >= 0 && type->type < ARRAY_SIZE(handler_types))
		text = handler_types[type->type];
	seq_printf(m, "%d - %s\n", type->type, text ?: "Reserved");
	return 0;
}

static const struct scst_proc_desc handler_type_desc = {
	.show	= handler_type_show,
};

static int handler_help_show(struct seq_file *m, void *obj)
{
	const struct scst_dev_type *type = obj;

	scst_proc_show_help(m, type->proc, type->name, type->name);
	return 0;
}

static const struct scst_proc_desc handler_help_desc = {
	.show	= handler_help_show,
};

static int handler_add_files(struct proc_dir_entry *dir,
			     const struct scst_dev_type *type)
{
	void *obj = (void *)type;
	int ret;

	ret = scst_proc_add_file(dir, "type", &handler_type_desc, obj);
	if (ret)
		return ret;
	if (SCST_HAS_TRACE && type->trace_flags) {
		ret = scst_proc_add_file(dir, "trace_level",
					 &scst_proc_module_trace,
					 type->trace_flags);
		if (ret)
			return ret;
	}
	if (!type->proc)
		return 0;
	ret = scst_proc_add_file(dir, "help", &handler_help_desc, obj);
	if (ret)
		return ret;
	return scst_proc_add_file(dir, type->name, type->proc, obj);
}

int scst_proc_add_handler(struct scst_handler_entry *handler)
{
	const struct scst_dev_type *type = handler->type;
	struct proc_dir_entry *dir;
	int ret;

	if (type->no_proc)
		return 0;
	dir = scst_proc_mkdir(scst_proc_root, type->name);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	ret = handler_add_files(dir, type);
	if (ret) {
		scst_proc_rmdir(dir);
		return ret;
	}
	handler->proc_dir = dir;
	return 0;
}

void scst_proc_del_handler(struct scst_handler_entry *handler)
{
	if (!handler->proc_dir)
		return;
	scst_proc_rmdir(handler->proc_dir);
	handler->proc_dir = NULL;
}

/* ---- TARGET_DRIVER/ ---- */

static int template_help_show(struct seq_file *m, void *obj)
{
	const struct scst_tgt_template *tgtt = obj;

	scst_proc_show_help(m, tgtt->proc, tgtt->name, tgtt->name);
	return 0;
}

static const struct scst_proc_desc template_help_desc = {
	.show	= template_help_show,
};

static int template_add_files(struct proc_dir_entry *dir,
			      const struct scst_tgt_template *tgtt)
{
	void *obj = (void *)tgtt;
	int ret;

	if (!tgtt->proc)
		return 0;
	ret = scst_proc_add_file(dir, "help", &template_help_desc, obj);
	if (ret)
		return ret;
	return scst_proc_add_file(dir, tgtt->name, tgtt->proc, obj);
}

int scst_proc_add_template(struct scst_tmpl_entry *te)
{
	const struct scst_tgt_template *tgtt = te->tgtt;
	struct proc_dir_entry *dir;
	int ret;

	if (tgtt->no_proc_entry)
		return 0;
	dir = scst_proc_mkdir(scst_proc_root, tgtt->name);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	ret = template_add_files(dir, tgtt);
	if (ret) {
		scst_proc_rmdir(dir);
		return ret;
	}
	te->proc_dir = dir;
	return 0;
}

void scst_proc_del_template(struct scst_tmpl_entry *te)
{
	if (!te->proc_dir)
		return;
	scst_proc_rmdir(te->proc_dir);
	te->proc_dir = NULL;
}

static int target_show(struct seq_file *m, void *obj)
{
	struct scst_tgt *tgt = obj;

	return tgt->tgtt->show_target(m, tgt);
}

static const struct scst_proc_desc target_desc = {
	.show	= target_show,
};

int scst_proc_add_target(struct scst_tmpl_entry *te, struct scst_tgt *tgt)
{
	char name[16];

	if (!te->proc_dir || !tgt->tgtt->show_target)
		return 0;
	snprintf(name, sizeof(name), "%u", tgt->proc_no);
	return scst_proc_add_file(te->proc_dir, name, &target_desc, tgt);
}

void scst_proc_del_target(struct scst_tmpl_entry *te, struct scst_tgt *tgt)
{
	char name[16];

	if (!te->proc_dir || !tgt->tgtt->show_target)
		return;
	snprintf(name, sizeof(name), "%u", tgt->proc_no);
	scst_proc_del_file(te->proc_dir, name);
}

/* ---- the part of /proc/scsi_tgt/help that is about modules ---- */

void scst_proc_help_modules(struct seq_file *m)
{
	const struct scst_handler_entry *he;
	const struct scst_tmpl_entry *te;

	lockdep_assert_held(&scst_mutex);

	if (SCST_HAS_TRACE)
		scst_proc_show_help(m, &scst_proc_module_trace, "HANDLER",
				    "trace_level");
	list_for_each_entry(he, &scst_handlers, entry)
		if (he->proc_dir && !he->dying && he->type->proc)
			scst_proc_show_help(m, he->type->proc, he->type->name,
					    he->type->name);
	list_for_each_entry(te, &scst_templates, entry)
		if (te->proc_dir && !te->dying && te->tgtt->proc)
			scst_proc_show_help(m, te->tgtt->proc, te->tgtt->name,
					    te->tgtt->name);
}
