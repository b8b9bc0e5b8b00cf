// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt/scst_local: targets and sessions come and go by commands.
 */
#include <linux/seq_file.h>

#include "local.h"

static int cmd_add_target(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return slocal_tgt_add(ctx, argv[0]);
}

static int cmd_del_target(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return slocal_tgt_del(ctx, argv[0]);
}

static int cmd_add_session(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return slocal_sess_add(ctx, argv[0], argv[1]);
}

static int cmd_del_session(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return slocal_sess_del(ctx, argv[0], argv[1]);
}

static const struct scst_proc_cmd slocal_cmds[] = {
	{ "add_target", "TARGET", "add a target", 1, 1, cmd_add_target },
	{ "del_target", "TARGET", "delete a target that has no sessions",
	  1, 1, cmd_del_target },
	{ "add_session", "TARGET INITIATOR",
	  "log in: a SCSI host appears, with the LUNs of INITIATOR's group as its disks",
	  2, 2, cmd_add_session },
	{ "del_session", "TARGET INITIATOR",
	  "log out: the SCSI host and its disks disappear, even if they are in use",
	  2, 2, cmd_del_session },
};

/* Sessions of @tgt, or all. */
static void __show_sessions(struct seq_file *m, const struct scst_tgt *tgt)
{
	const struct slocal_sess *ls;

	lockdep_assert_held(&slocal_mutex);
	list_for_each_entry(ls, &slocal_sessions, entry) {
		if (ls->state != SLOCAL_LIVE || (tgt && ls->lt->tgt != tgt))
			continue;
		seq_printf(m, "%-20s %-35s host%u\n", ls->lt->name,
			   ls->initiator, ls->shost->host_no);
	}
}

static void show_table(struct seq_file *m, const struct scst_tgt *tgt)
{
	seq_printf(m, "%-20s %-35s %s\n", "Target name", "Initiator name",
		   "Host");
	mutex_lock(&slocal_mutex);
	__show_sessions(m, tgt);
	mutex_unlock(&slocal_mutex);
}

static int slocal_show(struct seq_file *m, void *obj)
{
	show_table(m, NULL);
	return 0;
}

/* The file of one target: its name, then its rows of the table above. */
int slocal_show_target(struct seq_file *m, struct scst_tgt *tgt)
{
	seq_printf(m, "%s\n", tgt->name);
	show_table(m, tgt);
	return 0;
}

const struct scst_proc_desc slocal_proc = {
	.cmds	= slocal_cmds,
	.n_cmds	= ARRAY_SIZE(slocal_cmds),
	.show	= slocal_show,
	.notes	= "Reading gives a table of the sessions: target, initiator, SCSI host.\n"
		  "Module parameters: target, initiator (the first of each), own_buffers,\n"
		  "can_queue, queue_depth, hw_queues; see modinfo scst_local.\n",
};
