// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt, the engine: entries, one text command per write(), tables of
 * any length, and the record of the last refused command.
 *
 * A node describes an entry from before the kernel knows it until after
 * proc_remove() has come back: so a name is never given to two entries, and no
 * reader or writer of a file outlives the node that the file points to.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/overflow.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "proc.h"
#include "proc_parse.h"

/* Long commands and words are cut to this in messages. */
#define SCST_PROC_TEXT_MAX	96
#define SCST_PROC_PATH_MAX	256
#define SCST_PROC_REASON_MAX	(SCST_PROC_PATH_MAX + SCST_PROC_TEXT_MAX + 192)

/**
 * struct pnode - an entry of ours
 * @entry: in pnodes
 * @parent: the directory that it is in
 * @pde: the kernel's entry; NULL while it is being removed
 * @desc: what the file does; NULL: a directory
 * @obj: what the file stands for
 * @name: its name
 */
struct pnode {
	struct list_head entry;
	struct proc_dir_entry *parent;
	struct proc_dir_entry *pde;
	const struct scst_proc_desc *desc;
	void *obj;
	char name[];
};

/* Innermost: taken under scst_mutex, never held over proc_remove(). */
static DEFINE_MUTEX(pnodes_lock);
static LIST_HEAD(pnodes);

struct proc_dir_entry *scst_proc_root;

/* ---- the last refusal ---- */

static DEFINE_MUTEX(last_lock);
static struct {
	u64 seq;
	int err;
	char reason[SCST_PROC_REASON_MAX];
} last_refusal;

/* A program may run into many refusals in a row: they are worth reading. */
static DEFINE_RATELIMIT_STATE(refusal_limit, 5 * HZ, 100);

/*
 * last_result: "SEQUENCE ERRNO REASON". SEQUENCE counts refused commands since
 * the module was loaded; ERRNO is what write() gave for the last of them;
 * REASON is "FILE: WORD: why" or, if no single word is to blame, "FILE: why".
 * "0 0 none" before the first refusal.
 */
int scst_proc_show_last_result(struct seq_file *m, void *obj)
{
	mutex_lock(&last_lock);
	seq_printf(m, "%llu %d %s\n", last_refusal.seq, last_refusal.err,
		   last_refusal.seq ? last_refusal.reason : "none");
	mutex_unlock(&last_lock);
	return 0;
}

/* Copies text into a log line: nothing but printable ASCII, marked if cut. */
static void text_printable(char *dst, size_t size, const char *src, size_t len)
{
	size_t i, n = min(len, size - 1);

	for (i = 0; i < n; i++)
		dst[i] = src[i] >= 0x20 && src[i] < 0x7f ? src[i] : '?';
	dst[n] = '\0';
	if (n < len)
		memcpy(dst + n - 3, "...", 3);
}

/* A command's text as the user sees it, without the ends that tools add. */
static void text_of_command(char *dst, size_t size, const char *line, size_t len)
{
	while (len && (!line[len - 1] || line[len - 1] == '\n'))
		len--;
	text_printable(dst, size, line, len);
}

static const char *reason_of_errno(int err)
{
	switch (err) {
	case -ENOMEM:
		return "not enough memory";
	case -EINTR:
		return "interrupted by a signal";
	case -EFAULT:
		return "the command is not in readable memory";
	default:
		return "failed";
	}
}

static void reason_format(char *buf, size_t size, const char *path,
			  const struct scst_proc_ctx *ctx, int err)
{
	char word[SCST_PROC_TEXT_MAX], why[sizeof(ctx->why)];
	const char *text = ctx->why[0] ? ctx->why : reason_of_errno(err);

	text_printable(why, sizeof(why), text, strlen(text));
	if (ctx->word) {
		text_printable(word, sizeof(word), ctx->word, strlen(ctx->word));
		snprintf(buf, size, "%s: %s: %s", path, word, why);
	} else {
		snprintf(buf, size, "%s: %s", path, why);
	}
}

/* Logs and records why @command was refused. */
static noinline void refusal_record(struct file *file, const char *command,
				    const struct scst_proc_ctx *ctx, int err)
{
	char buf[SCST_PROC_PATH_MAX];
	const char *path, *reason;

	path = dentry_path_raw(file->f_path.dentry, buf + 5, sizeof(buf) - 5);
	if (IS_ERR(path))
		path = "/scsi_tgt";
	memmove(buf + 5, path, strlen(path) + 1);
	memcpy(buf, "/proc", 5);

	mutex_lock(&last_lock);
	last_refusal.seq++;
	last_refusal.err = -err;
	reason_format(last_refusal.reason, sizeof(last_refusal.reason), buf,
		      ctx, err);
	reason = last_refusal.reason + strlen(buf) + 2;
	if (__ratelimit(&refusal_limit))
		scst_err("%s: command \"%s\" refused: %s (errno %d)\n", buf,
			 command, reason, -err);
	mutex_unlock(&last_lock);
}

/* ---- file operations ---- */

static int pfile_show(struct seq_file *m, void *v)
{
	struct pnode *node = m->private;

	return node->desc->show ? node->desc->show(m, node->obj) : 0;
}

static int pfile_open(struct inode *inode, struct file *file)
{
	return single_open(file, pfile_show, SCST_PDE_DATA(inode));
}

/*
 * Where in the file a command is written doesn't matter, and writing leaves the
 * position alone: the next read() on the same descriptor gives the table.
 */
static ssize_t pfile_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	struct pnode *node = SCST_PDE_DATA(file_inode(file));
	struct scst_proc_ctx ctx = { .obj = node->obj };
	char command[SCST_PROC_TEXT_MAX] = "";
	char *line = NULL;
	int ret;

	if (count > SCST_PROC_MAX_WRITE) {
		ret = scst_proc_refuse(&ctx, -EOVERFLOW, NULL,
				       "%zu bytes; one write holds one command of at most %d bytes",
				       count, SCST_PROC_MAX_WRITE);
		goto refused;
	}

	line = memdup_user_nul(ubuf, count);
	if (IS_ERR(line)) {
		ret = PTR_ERR(line);
		line = NULL;
		goto refused;
	}
	text_of_command(command, sizeof(command), line, count);

	ret = scst_proc_dispatch(node->desc, &ctx, line, count);
	if (ret < 0)
		goto refused;
	kfree(line);
	return count;

refused:
	refusal_record(file, command, &ctx, ret);
	kfree(line);
	return ret;
}

static const struct proc_ops pfile_ops_ro = {
	.proc_open	= pfile_open,
	.proc_read_iter	= seq_read_iter,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

static const struct proc_ops pfile_ops_rw = {
	.proc_open	= pfile_open,
	.proc_read_iter	= seq_read_iter,
	.proc_write	= pfile_write,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

/* ---- entries ---- */

static struct pnode *__pnode_find(struct proc_dir_entry *parent,
				  const char *name)
{
	struct pnode *node;

	lockdep_assert_held(&pnodes_lock);

	list_for_each_entry(node, &pnodes, entry)
		if (node->parent == parent && !strcmp(node->name, name))
			return node;
	return NULL;
}

static bool pnode_name_is_valid(const char *name)
{
	size_t len = strnlen(name, NAME_MAX + 1);

	return len && len <= NAME_MAX && strcmp(name, ".") &&
	       strcmp(name, "..") && !strchr(name, '/');
}

static struct proc_dir_entry *pnode_register(struct pnode *node)
{
	if (!node->desc)
		return proc_mkdir(node->name, node->parent);
	if (node->desc->cmds)
		return proc_create_data(node->name, 0644, node->parent,
					&pfile_ops_rw, node);
	return proc_create_data(node->name, 0444, node->parent, &pfile_ops_ro,
				node);
}

/* The kernel warns about a name that is taken, so that is checked before. */
static struct pnode *pnode_add(struct proc_dir_entry *parent, const char *name,
			       const struct scst_proc_desc *desc, void *obj)
{
	size_t len = strlen(name);
	struct pnode *node;
	int ret;

	if (!pnode_name_is_valid(name))
		return ERR_PTR(-EINVAL);

	node = kzalloc(struct_size(node, name, len + 1), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	memcpy(node->name, name, len);
	node->parent = parent;
	node->desc = desc;
	node->obj = obj;

	mutex_lock(&pnodes_lock);
	ret = -EEXIST;
	if (__pnode_find(parent, name))
		goto err;
	ret = -ENOMEM;
	node->pde = pnode_register(node);
	if (!node->pde)
		goto err;
	list_add_tail(&node->entry, &pnodes);
	mutex_unlock(&pnodes_lock);
	return node;

err:
	mutex_unlock(&pnodes_lock);
	kfree(node);
	return ERR_PTR(ret);
}

/* Frees @node, whose entry is gone: its name can be taken again. */
static void pnode_free(struct pnode *node)
{
	mutex_lock(&pnodes_lock);
	list_del(&node->entry);
	mutex_unlock(&pnodes_lock);
	kfree(node);
}

struct proc_dir_entry *scst_proc_mkdir(struct proc_dir_entry *parent,
				       const char *name)
{
	struct pnode *node = pnode_add(parent, name, NULL, NULL);

	return IS_ERR(node) ? ERR_CAST(node) : node->pde;
}

/* @name and @obj must last until the file is removed; 0 or -errno. */
int scst_proc_add_file(struct proc_dir_entry *dir, const char *name,
		       const struct scst_proc_desc *desc, void *obj)
{
	return PTR_ERR_OR_ZERO(pnode_add(dir, name, desc, obj));
}

void scst_proc_del_file(struct proc_dir_entry *dir, const char *name)
{
	struct proc_dir_entry *pde = NULL;
	struct pnode *node;

	mutex_lock(&pnodes_lock);
	node = __pnode_find(dir, name);
	if (node)
		swap(pde, node->pde);
	mutex_unlock(&pnodes_lock);
	if (!pde)
		return;

	proc_remove(pde);
	pnode_free(node);
}

/*
 * Removes a directory with its files. Their nodes leave the list, and that of the
 * directory forgets @dir, before the kernel may use the address for a new entry;
 * the node of the directory stays so long, to keep its name taken.
 */
void scst_proc_rmdir(struct proc_dir_entry *dir)
{
	struct pnode *node, *next, *self = NULL;
	LIST_HEAD(files);

	mutex_lock(&pnodes_lock);
	list_for_each_entry_safe(node, next, &pnodes, entry) {
		if (node->parent == dir)
			list_move_tail(&node->entry, &files);
		else if (node->pde == dir)
			self = node;
	}
	if (self)
		self->pde = NULL;
	mutex_unlock(&pnodes_lock);

	proc_remove(dir);

	list_for_each_entry_safe(node, next, &files, entry)
		kfree(node);
	if (self)
		pnode_free(self);
}

/* The usage of one file: the rows of its commands. */
void scst_proc_show_help(struct seq_file *m, const struct scst_proc_desc *desc,
			 const char *dir, const char *name)
{
	const struct scst_proc_cmd *cmd;
	unsigned int i;

	seq_printf(m, "/proc/scsi_tgt/%s%s%s:\n", dir, *dir ? "/" : "", name);
	for (i = 0; i < desc->n_cmds; i++) {
		cmd = &desc->cmds[i];
		seq_printf(m, "  %s%s%s\n\t%s\n", cmd->verb ?: "",
			   cmd->verb && cmd->args && *cmd->args ? " " : "",
			   cmd->args ?: "", cmd->what);
	}
	if (desc->notes)
		seq_printf(m, "%s%s", desc->notes,
			   desc->notes[strlen(desc->notes) - 1] == '\n' ?
			   "" : "\n");
	seq_putc(m, '\n');
}
