/* SPDX-License-Identifier: GPL-2.0 */
/* Opening by name in a work item, and renaming within a directory. */
#ifndef SCST_KAPI_RENAME_H
#define SCST_KAPI_RENAME_H

#include "scst_kapi_config.h"

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/string.h>

#ifdef SCST_HAVE_OVERRIDE_INIT_FS
#include <linux/fs_struct.h>
#endif

/*
 * scst_open_as_init() - filp_open() in a work item, where names mean what they do
 * for init
 *
 * In 7.3 the root of kernel threads is an empty file system.
 */
static inline struct file *scst_open_as_init(const char *path, int flags,
					     umode_t mode)
{
#ifdef SCST_HAVE_OVERRIDE_INIT_FS
	struct fs_struct *own = __override_init_fs();
	struct file *file = filp_open(path, flags, mode);

	__revert_init_fs(own);
	return file;
#else
	return filp_open(path, flags, mode);
#endif
}

/*
 * Before 7.0 the caller locks the directory and looks the new name up; which
 * identity mapping struct renamedata carries has changed in 5.12 and 6.3.
 */
#ifdef SCST_HAVE_START_RENAMING_DENTRY
static inline int scst_rename_locked(struct file *dir, struct dentry *from,
				     const char *to)
{
	struct qstr last = QSTR_INIT(to, strlen(to));
	struct renamedata rd = {
		.mnt_idmap = file_mnt_idmap(dir),
		.old_parent = dir->f_path.dentry,
		.new_parent = dir->f_path.dentry,
	};
	int ret;

	ret = start_renaming_dentry(&rd, 0, from, &last);
	if (ret)
		return ret;
	ret = vfs_rename(&rd);
	end_renaming(&rd);
	return ret;
}
#else
static inline int scst_rename_locked(struct file *dir, struct dentry *from,
				     const char *to)
{
	struct dentry *parent = dir->f_path.dentry;
	struct renamedata rd = {
#if defined(SCST_HAVE_RENAMEDATA_IDMAP)
		.old_mnt_idmap = file_mnt_idmap(dir),
		.new_mnt_idmap = file_mnt_idmap(dir),
#elif defined(SCST_HAVE_RENAMEDATA_USERNS)
		.old_mnt_userns = file_mnt_user_ns(dir),
		.new_mnt_userns = file_mnt_user_ns(dir),
#endif
		.old_dir = d_inode(parent),
		.old_dentry = from,
		.new_dir = d_inode(parent),
	};
	int ret = -ESTALE;

	lock_rename(parent, parent);
	if (from->d_parent != parent || d_unhashed(from))
		goto out;
	rd.new_dentry = lookup_one_len(to, parent, strlen(to));
	ret = PTR_ERR_OR_ZERO(rd.new_dentry);
	if (ret)
		goto out;
	ret = vfs_rename(&rd);
	dput(rd.new_dentry);
out:
	unlock_rename(parent, parent);
	return ret;
}
#endif

/*
 * scst_rename_in_dir() - give an open file another name in its directory
 * @dir: the directory, open
 * @file: the file, open
 * @to: the name, without '/'; whatever file has it is replaced
 */
static inline int scst_rename_in_dir(struct file *dir, struct file *file,
				     const char *to)
{
	int ret = mnt_want_write_file(dir);

	if (ret)
		return ret;
	ret = scst_rename_locked(dir, file->f_path.dentry, to);
	mnt_drop_write_file(dir);
	return ret;
}

#endif
