// SPDX-License-Identifier: GPL-2.0
/*
 * APTPL: persistent reservations are kept in a file for each device. It is written
 * beside the old one, brought to stable storage, and then takes its name: at any
 * time there is one whole file, the old one or the new one.
 *
 * A file that can't be read is not taken for none: the device then answers
 * PERSISTENT RESERVATION INFORMATION LOST (SPC-5 5.14.5.4) until an initiator says
 * REPLACE LOST RESERVATION, or the file is taken away.
 *
 * Files are opened in work items, so that names mean what they mean for init.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "kapi_base.h"
#include "kapi_rename.h"
#include "reserve.h"

static char *scst_pr_dir = "/var/lib/scst/pr";
module_param(scst_pr_dir, charp, 0444);
MODULE_PARM_DESC(scst_pr_dir,
		 "directory of persistent reservations that are kept over reloads and power loss (default: /var/lib/scst/pr)");

/*
 * The device's name, where '%' never occurs; one that begins with a dot would hide
 * the file, or be a directory.
 */
static char *file_name(const struct scst_device *dev, const char *suffix)
{
	if (dev->name[0] == '.')
		return kasprintf(GFP_KERNEL, "%%2E%s%s", dev->name + 1, suffix);
	return kasprintf(GFP_KERNEL, "%s%s", dev->name, suffix);
}

static struct file *file_open(const char *name, int flags)
{
	struct file *file;
	char *path;

	path = kasprintf(GFP_KERNEL, "%s/%s", scst_pr_dir, name);
	if (!path)
		return ERR_PTR(-ENOMEM);
	file = scst_open_as_init(path, flags | O_NOFOLLOW | O_LARGEFILE, 0600);
	kfree(path);
	if (!IS_ERR(file) && !S_ISREG(file_inode(file)->i_mode)) {
		filp_close(file, NULL);
		return ERR_PTR(-EINVAL);
	}
	return file;
}

/* ---- writing ---- */

/* The contents, or NULL. kvfree() them. */
static u8 *contents_make(const struct scst_device *dev, const struct scst_pr *pr,
			 size_t *len)
{
	struct scst_pr_file f = { .size = SCST_PR_FILE_HDR };
	unsigned int i, n = pr->aptpl ? pr->n : 0;

	for (i = 0; i < n; i++)
		f.size += scst_pr_file_need(&pr->regs[i].nexus->port);
	f.buf = kvmalloc(f.size, GFP_KERNEL | __GFP_NOWARN);
	if (!f.buf)
		return NULL;
	scst_pr_file_begin(&f, dev->name, n ? pr->type : SCST_PR_NO_TYPE);
	for (i = 0; i < n; i++)
		scst_pr_file_add(&f, &pr->regs[i].nexus->port, pr->regs[i].key,
				 (int)i == pr->holder);
	*len = scst_pr_file_end(&f);
	return f.buf;
}

static int file_write(struct file *file, const u8 *buf, size_t len)
{
	loff_t pos = 0;
	ssize_t n;

	while (pos < len) {
		n = kernel_write(file, buf + pos, len - pos, &pos);
		if (n <= 0)
			return n ? n : -EIO;
	}
	return vfs_fsync(file, 0);
}

/* Directories of some file systems need no fsync, and have none. */
static int dir_sync(struct file *dir)
{
	int ret = dir->f_op->fsync ? vfs_fsync(dir, 0) : 0;

	return ret == -EINVAL ? 0 : ret;
}

static int contents_store(const struct scst_device *dev, const u8 *buf,
			  size_t len)
{
	char *name = file_name(dev, ""), *temp = file_name(dev, "%new");
	struct file *dir, *file;
	int ret = -ENOMEM;

	if (!name || !temp)
		goto out_names;
	dir = scst_open_as_init(scst_pr_dir, O_RDONLY | O_DIRECTORY, 0);
	ret = PTR_ERR_OR_ZERO(dir);
	if (ret)
		goto out_names;
	file = file_open(temp, O_WRONLY | O_CREAT | O_TRUNC);
	ret = PTR_ERR_OR_ZERO(file);
	if (ret)
		goto out_dir;
	ret = file_write(file, buf, len);
	if (!ret)
		ret = scst_rename_in_dir(dir, file, name);
	if (!ret)
		ret = dir_sync(dir);
	filp_close(file, NULL);
out_dir:
	filp_close(dir, NULL);
out_names:
	kfree(temp);
	kfree(name);
	return ret;
}

static int pr_store(const struct scst_device *dev, const struct scst_pr *pr)
{
	size_t len;
	u8 *buf = contents_make(dev, pr, &len);
	int ret;

	if (!buf)
		return -ENOMEM;
	ret = contents_store(dev, buf, len);
	kvfree(buf);
	return ret;
}

/**
 * scst_pr_save() - bring a state to stable storage
 * @dev: the device
 * @pr: the state; one without APTPL is kept as one without registrations
 *
 * Context: a work item.
 * Return: 0 or -errno, and a line in the log.
 */
int scst_pr_save(const struct scst_device *dev, const struct scst_pr *pr)
{
	int ret = pr_store(dev, pr);

	if (!ret)
		return 0;
	scst_err_rl("device %s: its persistent reservations can't be kept in %s: error %d%s; the command is refused\n",
		    dev->name, scst_pr_dir, ret,
		    ret == -ENOENT ? " (make that directory)" : "");
	/* It may have got its name already, while its directory failed. */
	if (!dev->resv->pr->lost)
		pr_store(dev, dev->resv->pr);
	return ret;
}

/* ---- reading ---- */

/* One registration. NULL, or what is wrong; ERR_PTR(-ENOMEM). */
static const char *reg_read(struct scst_pr *pr, struct scst_pr_file *f)
{
	struct scst_pr_nexus *nexus = scst_pr_nexus_alloc();
	const char *why;
	bool holder;
	u64 key;

	if (!nexus)
		return ERR_PTR(-ENOMEM);
	why = scst_pr_file_next(f, &nexus->port, &key, &holder);
	if (!why && scst_pr_find(pr, &nexus->port) >= 0)
		why = "two registrations are of one nexus";
	if (why) {
		scst_pr_nexus_put(nexus);
		return why;
	}
	if (holder)
		pr->holder = pr->n;
	scst_pr_add(pr, nexus, key);
	return NULL;
}

/* The state in @f; ERR_PTR(-ENOMEM), or with *@why what is wrong. */
static struct scst_pr *contents_parse(const struct scst_device *dev,
				      struct scst_pr_file *f, const char **why)
{
	struct scst_pr *pr;

	*why = scst_pr_file_open(f, dev->name);
	if (*why)
		return ERR_PTR(-EINVAL);
	pr = scst_pr_alloc(f->n);
	if (!pr)
		return ERR_PTR(-ENOMEM);
	pr->type = f->type;
	pr->aptpl = f->n;
	while (f->n && !*why)
		*why = reg_read(pr, f);
	if (!*why)
		*why = scst_pr_file_close(f);
	if (!*why)
		return pr;
	scst_pr_put(pr);
	return ERR_PTR(IS_ERR(*why) ? -ENOMEM : -EINVAL);
}

/* All of a file. kvfree(@f->buf), also after an error. */
static int contents_read(struct file *file, struct scst_pr_file *f)
{
	loff_t size = i_size_read(file_inode(file)), pos = 0;
	ssize_t n;

	/* One byte more than fits shows that it is too long. */
	f->size = min_t(loff_t, size, SCST_PR_FILE_MAX + 1);
	f->buf = kvmalloc(f->size + 1, GFP_KERNEL | __GFP_NOWARN);
	if (!f->buf)
		return -ENOMEM;
	while (pos < f->size) {
		n = kernel_read(file, f->buf + pos, f->size - pos, &pos);
		if (n <= 0)
			return n ? n : -EIO;
	}
	return 0;
}

static struct scst_pr *pr_read(const struct scst_device *dev, const char **why)
{
	struct scst_pr_file f = { };
	struct scst_pr *pr;
	struct file *file;
	char *name;
	int ret;

	name = file_name(dev, "");
	if (!name)
		return ERR_PTR(-ENOMEM);
	file = file_open(name, O_RDONLY);
	kfree(name);
	if (IS_ERR(file))
		return ERR_CAST(file);
	ret = contents_read(file, &f);
	filp_close(file, NULL);
	pr = ret ? ERR_PTR(ret) : contents_parse(dev, &f, why);
	kvfree(f.buf);
	return pr;
}

static struct scst_pr *pr_lost(const struct scst_device *dev, int err,
			       const char *why)
{
	struct scst_pr *pr = scst_pr_alloc(0);

	if (why)
		scst_err("device %s: %s/%s can't be used: %s\n", dev->name,
			 scst_pr_dir, dev->name, why);
	else
		scst_err("device %s: %s/%s can't be read: error %d\n",
			 dev->name, scst_pr_dir, dev->name, err);
	scst_err("device %s: its persistent reservations are lost: commands are refused until an initiator replaces them (REPLACE LOST RESERVATION), or the file is restored or removed and the device opened again\n",
		 dev->name);
	if (pr)
		pr->lost = true;
	return pr;
}

struct load_work {
	struct work_struct work;
	const struct scst_device *dev;
	struct scst_pr *pr;
};

static void load_work_fn(struct work_struct *work)
{
	struct load_work *lw = container_of(work, struct load_work, work);
	const char *why = NULL;
	struct scst_pr *pr = pr_read(lw->dev, &why);

	if (!IS_ERR(pr)) {
		if (pr->n)
			scst_info("device %s: %u registrations were kept\n",
				  lw->dev->name, pr->n);
		lw->pr = pr;
	} else if (PTR_ERR(pr) == -ENOENT) {
		lw->pr = scst_pr_alloc(0);
	} else if (PTR_ERR(pr) != -ENOMEM) {
		lw->pr = pr_lost(lw->dev, PTR_ERR(pr), why);
	}
}

/**
 * scst_pr_load() - what was kept of a device's persistent reservations
 * @dev: the device, new
 *
 * Context: process context, may sleep.
 * Return: the state, which may say that it is lost; NULL: no memory.
 */
struct scst_pr *scst_pr_load(const struct scst_device *dev)
{
	struct load_work lw = { .dev = dev };

	INIT_WORK_ONSTACK(&lw.work, load_work_fn);
	schedule_work(&lw.work);
	flush_work(&lw.work);
	destroy_work_on_stack(&lw.work);
	return lw.pr;
}
