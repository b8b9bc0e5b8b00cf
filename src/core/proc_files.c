// SPDX-License-Identifier: GPL-2.0
/*
 * The files right under /proc/scsi_tgt. Tools parse the tables by column: the
 * formats are part of the interface.
 */
#include <linux/math64.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "proc.h"
#include "sgv.h"

/* ---- version ---- */

/* Each option as tools know it from the first line but one on. */
static const struct {
	bool on;
	const char *name;
} version_options[] = {
	{ SCST_OPT(STRICT_SERIALIZING), "Strict serializing enabled" },
	{ SCST_OPT(DEBUG), "DEBUG" },
	{ SCST_OPT(TRACING), "TRACING" },
	{ SCST_OPT(EXTRACHECKS), "EXTRACHECKS" },
	{ SCST_OPT(USE_EXPECTED_VALUES), "USE_EXPECTED_VALUES" },
	{ SCST_OPT(DEBUG_TM), "DEBUG_TM" },
	{ SCST_OPT(TM_DBG_GO_OFFLINE), "TM_DBG_GO_OFFLINE" },
	{ SCST_OPT(SCST_HIGHMEM), "SCST_HIGHMEM" },
	{ SCST_OPT(SCST_STRICT_SECURITY), "SCST_STRICT_SECURITY" },
	{ SCST_OPT(ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING),
	  "ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING" },
	{ SCST_OPT(MEASURE_LATENCY), "MEASURE_LATENCY" },
};

static int version_show(struct seq_file *m, void *obj)
{
	unsigned int i;

	seq_printf(m, "%s\n", scst_version);
	for (i = 0; i < ARRAY_SIZE(version_options); i++)
		if (version_options[i].on)
			seq_printf(m, "%s\n", version_options[i].name);
	return 0;
}

static const struct scst_proc_desc version_desc = {
	.show	= version_show,
};

/* ---- scsi_tgt ---- */

static int scsi_tgt_show(struct seq_file *m, void *obj)
{
	struct scst_device *dev;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	seq_printf(m, "%-60s%s\n", "Device (host:ch:id:lun or name)",
		   "Device handler");
	list_for_each_entry(dev, &scst_devices, entry)
		if (!dev->dying)
			seq_printf(m, "%-60s%s\n", dev->name,
				   dev->handler ? dev->handler->name : "-");
	mutex_unlock(&scst_mutex);
	return 0;
}

static int scsi_tgt_run_assign(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	char hcil[SCST_PROC_HCIL_SIZE];
	int ret;

	if (!scst_proc_parse_hcil(argv[0], hcil))
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
					"not H:C:I:L, host:channel:id:lun of a real device");
	ret = scst_dev_assign(ctx, hcil, argv[1]);
	if (ctx->word == hcil)
		ctx->word = argv[0];
	return ret;
}

static int scsi_tgt_run_add_group(struct scst_proc_ctx *ctx, int argc,
				  char **argv)
{
	return scst_acg_create(ctx, argv[0]);
}

static int scsi_tgt_run_del_group(struct scst_proc_ctx *ctx, int argc,
				  char **argv)
{
	return scst_acg_destroy(ctx, argv[0]);
}

static const struct scst_proc_cmd scsi_tgt_cmds[] = {
	{ "assign", "H:C:I:L HANDLER", "give a real device to a device handler",
	  2, 2, scsi_tgt_run_assign },
	{ "add_group", "GROUP", "make a security group", 1, 1,
	  scsi_tgt_run_add_group },
	{ "del_group", "GROUP",
	  "delete a security group, its names and LUNs; no session may be bound to it",
	  1, 1, scsi_tgt_run_del_group },
};

static const struct scst_proc_desc scsi_tgt_desc = {
	.cmds	= scsi_tgt_cmds,
	.n_cmds	= ARRAY_SIZE(scsi_tgt_cmds),
	.nocase	= true,
	.show	= scsi_tgt_show,
};

/* ---- sessions, latency: a row per session ---- */

/* Calls @show for every session of every target. */
void scst_sessions_walk(struct seq_file *m,
			void (*show)(struct seq_file *m,
				     struct scst_session *sess))
{
	struct scst_tmpl_entry *te;
	struct scst_session *sess;
	struct scst_tgt *tgt;

	lockdep_assert_held(&scst_mutex);

	list_for_each_entry(te, &scst_templates, entry)
		list_for_each_entry(tgt, &te->tgts, entry)
			list_for_each_entry(sess, &tgt->sessions, tgt_entry)
				show(m, sess);
}

static void sessions_row(struct seq_file *m, struct scst_session *sess)
{
	seq_printf(m, "%-20s %-35s %-35s %-15u\n", sess->tgt->tgtt->name,
		   sess->initiator_name, sess->acg->name,
		   scst_session_cmd_count(sess));
}

static int sessions_show(struct seq_file *m, void *obj)
{
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	seq_printf(m, "%-20s %-35s %-35s %-15s\n", "Target name",
		   "Initiator name", "Group name", "Command Count");
	scst_sessions_walk(m, sessions_row);
	mutex_unlock(&scst_mutex);
	return 0;
}

static const struct scst_proc_desc sessions_desc = {
	.show	= sessions_show,
};

static void latency_row(struct seq_file *m, struct scst_session *sess)
{
	u64 ns = 0, cmds = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct scst_sess_cpu *c = per_cpu_ptr(sess->cpu, cpu);

		spin_lock_irq(&c->lock);
		ns += c->latency_ns;
		cmds += c->latency_cmds;
		spin_unlock_irq(&c->lock);
	}
	seq_printf(m, "%-20s %-45s %-35llu\n", sess->tgt->tgtt->name,
		   sess->initiator_name,
		   cmds ? div64_u64(ns, cmds * NSEC_PER_USEC) : 0);
}

static int latency_show(struct seq_file *m, void *obj)
{
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	seq_printf(m, "%-20s %-45s %-35s\n", "Target name", "Initiator name",
		   "Processing latency (us)");
	scst_sessions_walk(m, latency_row);
	mutex_unlock(&scst_mutex);
	return 0;
}

static void latency_clear(struct seq_file *m, struct scst_session *sess)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct scst_sess_cpu *c = per_cpu_ptr(sess->cpu, cpu);

		spin_lock_irq(&c->lock);
		c->latency_ns = 0;
		c->latency_cmds = 0;
		spin_unlock_irq(&c->lock);
	}
}

static int latency_run_clear(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	mutex_lock(&scst_mutex);
	scst_sessions_walk(NULL, latency_clear);
	mutex_unlock(&scst_mutex);
	return 0;
}

static const struct scst_proc_cmd latency_cmds[] = {
	{ NULL, "0", "clear the figures; any other text does the same", 1,
	  SCST_PROC_MAX_ARGS, latency_run_clear },
};

static const struct scst_proc_desc latency_desc = {
	.cmds	= latency_cmds,
	.n_cmds	= ARRAY_SIZE(latency_cmds),
	.show	= latency_show,
};

/* ---- sgv, threads, last_result ---- */

static const struct scst_proc_desc sgv_desc = {
	.show	= scst_sgv_show,
};

static int threads_show(struct seq_file *m, void *obj)
{
	seq_printf(m, "%u\n", scst_threads_count());
	return 0;
}

static int threads_run_set(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u64 n;
	int ret;

	if (scst_proc_parse_u64(argv[0], INT_MAX, &n) || !n)
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
					"not a number of threads, those are 1 or more");
	ret = scst_threads_set(n);
	if (ret)
		scst_proc_refuse(ctx, ret, argv[0],
				 "so many threads can't be started (error %d)",
				 ret);
	return ret;
}

static const struct scst_proc_cmd threads_cmds[] = {
	{ NULL, "N", "run commands in N threads, 1 or more", 1, 1,
	  threads_run_set },
};

static const struct scst_proc_desc threads_desc = {
	.cmds	= threads_cmds,
	.n_cmds	= ARRAY_SIZE(threads_cmds),
	.show	= threads_show,
};

static const struct scst_proc_desc last_result_desc = {
	.show	= scst_proc_show_last_result,
};

/* ---- help, and all of them ---- */

static int help_show(struct seq_file *m, void *obj);

static const struct scst_proc_desc help_desc = {
	.show	= help_show,
};

static const struct {
	bool on;
	const char *name;
	const struct scst_proc_desc *desc;
	void *obj;
} top_files[] = {
	{ true, "help", &help_desc },
	{ true, "version", &version_desc },
	{ true, "scsi_tgt", &scsi_tgt_desc },
	{ true, "sessions", &sessions_desc },
	{ true, "reservations", &scst_proc_reservations },
	{ true, "tpg", &scst_proc_alua },
	{ true, "sgv", &sgv_desc },
	{ true, "statistics", &scst_stats_desc },
	{ true, "threads", &threads_desc },
	{ true, "last_result", &last_result_desc },
	{ SCST_OPT(MEASURE_LATENCY), "latency", &latency_desc },
	{ SCST_HAS_TRACE, "trace_level", &scst_proc_core_trace,
	  &scst_trace_flags },
};

static int help_show(struct seq_file *m, void *obj)
{
	unsigned int i;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	seq_puts(m, "One command per write, e.g. echo \"add disk1 0\" >/proc/scsi_tgt/groups/Default/devices\n"
		    "/proc/scsi_tgt/last_result tells why the last command was refused.\n\n");
	for (i = 0; i < ARRAY_SIZE(top_files); i++)
		if (top_files[i].on && top_files[i].desc->cmds)
			scst_proc_show_help(m, top_files[i].desc, "",
					    top_files[i].name);
	scst_proc_help_groups(m);
	scst_proc_help_modules(m);
	mutex_unlock(&scst_mutex);
	return 0;
}

/* Only the directories: so there are no commands while groups come and go. */
int scst_proc_init(void)
{
	int ret;

	scst_proc_root = proc_mkdir("scsi_tgt", NULL);
	if (!scst_proc_root)
		return -ENOMEM;
	ret = scst_proc_groups_init();
	if (ret)
		scst_proc_rmdir(scst_proc_root);
	return ret;
}

void scst_proc_exit(void)
{
	scst_proc_groups_exit();
	scst_proc_rmdir(scst_proc_root);
	scst_proc_root = NULL;
}

void scst_proc_files_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(top_files); i++)
		scst_proc_del_file(scst_proc_root, top_files[i].name);
}

int scst_proc_files_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(top_files); i++) {
		if (!top_files[i].on)
			continue;
		ret = scst_proc_add_file(scst_proc_root, top_files[i].name,
					 top_files[i].desc, top_files[i].obj);
		if (ret)
			goto err;
	}
	return 0;

err:
	scst_proc_files_exit();
	return ret;
}
