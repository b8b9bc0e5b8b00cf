// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics of commands. The counters of a nexus are protected by the lock that
 * a command which ends takes anyway (scst_sess_cpu.lock); those of a device are
 * changed by operations on the CPU's own memory, which need none.
 */
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "proc.h"
#include "stats.h"

int scst_stats_alloc(struct scst_device *dev)
{
	dev->stats = alloc_percpu(struct scst_stats);
	return dev->stats ? 0 : -ENOMEM;
}

void scst_stats_free(struct scst_device *dev)
{
	free_percpu(dev->stats);
}

/* ---- counting ---- */

static enum scst_stats_kind cmd_kind(const struct scst_cmd *cmd)
{
	if (unlikely(!cmd->op) || !(cmd->op->flags & SCST_OP_MEDIUM))
		return SCST_STATS_OTHER;
	if (cmd->data_direction == SCST_DATA_READ)
		return SCST_STATS_READ;
	return cmd->data_direction == SCST_DATA_WRITE ? SCST_STATS_WRITE :
							SCST_STATS_OTHER;
}

/* Nearly a division by 1000: what 1024 ns are called here is of no importance. */
static unsigned int latency_bucket(u64 ns)
{
	return min_t(unsigned int, fls64(ns >> 10), SCST_STATS_BUCKETS - 1);
}

static bool sense_is_descriptor(const struct scst_cmd *cmd)
{
	return (cmd->sense[0] & 0x7f) >= 0x72;
}

static u8 sense_key(const struct scst_cmd *cmd)
{
	return cmd->sense[sense_is_descriptor(cmd) ? 1 : 2] & 0x0f;
}

/* A unit attention or a recovered error is no failure of the command. */
static bool sense_is_error(const struct scst_cmd *cmd)
{
	u8 key = sense_key(cmd);

	return cmd->sense_len && key != NO_SENSE && key != RECOVERED_ERROR &&
	       key != UNIT_ATTENTION;
}

/* Of a deferred error each nexus is told; SYNCHRONIZE CACHE tells it as its own. */
static bool sense_is_deferred(const struct scst_cmd *cmd)
{
	return cmd->sense[0] & 0x01;
}

static void stats_count_medium(const struct scst_cmd *cmd)
{
	u8 asc = cmd->sense[sense_is_descriptor(cmd) ? 2 : 12];

	if (sense_key(cmd) == MEDIUM_ERROR && !sense_is_deferred(cmd))
		this_cpu_inc(cmd->dev->stats->medium[asc == 0x0c ?
						     SCST_STATS_UNWRITTEN :
						     SCST_STATS_UNREAD]);
}

/* Other ends than success, if they are counted; or SCST_STATS_ENDS. */
static enum scst_stats_end cmd_end(const struct scst_cmd *cmd)
{
	if (scst_cmd_aborted(cmd))
		return SCST_STATS_ABORT;
	if (cmd->status == SAM_STAT_BUSY ||
	    cmd->status == SAM_STAT_TASK_SET_FULL)
		return SCST_STATS_QUEUE_FULL;
	if (cmd->status == SAM_STAT_CHECK_CONDITION && sense_is_error(cmd))
		return SCST_STATS_ERROR;
	return SCST_STATS_ENDS;
}

static void stats_count_bad(const struct scst_cmd *cmd,
			    struct scst_stats *nexus)
{
	enum scst_stats_end end = cmd_end(cmd);

	if (end == SCST_STATS_ENDS)
		return;
	nexus->ends[end]++;
	if (!cmd->dev)
		return;
	this_cpu_inc(cmd->dev->stats->ends[end]);
	if (end == SCST_STATS_ERROR)
		stats_count_medium(cmd);
}

/**
 * scst_stats_count() - a command ends
 * @cmd: the command
 * @nexus: the counters of its I_T nexus, locked
 * @ns: its age
 *
 * Context: any.
 */
void scst_stats_count(const struct scst_cmd *cmd, struct scst_stats *nexus,
		      u64 ns)
{
	enum scst_stats_kind kind = cmd_kind(cmd);
	unsigned int bucket = latency_bucket(ns);
	u32 bytes = 0;

	nexus->cmds[kind]++;
	nexus->latency[kind][bucket]++;
	if (unlikely(cmd->status || scst_cmd_aborted(cmd)))
		stats_count_bad(cmd, nexus);
	else
		bytes = kind == SCST_STATS_READ ? cmd->resp_data_len :
						  cmd->bufflen;
	if (kind != SCST_STATS_OTHER)
		nexus->bytes[kind] += bytes;

	if (unlikely(!cmd->dev))
		return;
	this_cpu_inc(cmd->dev->stats->cmds[kind]);
	this_cpu_inc(cmd->dev->stats->latency[kind][bucket]);
	this_cpu_add(cmd->dev->stats->ns[kind], ns);
	if (kind != SCST_STATS_OTHER)
		this_cpu_add(cmd->dev->stats->bytes[kind], bytes);
}

/* ---- showing ---- */

/* All of its fields are counters. */
static void stats_add(struct scst_stats *sum, const struct scst_stats *add)
{
	const u64 *from = (const u64 *)add;
	u64 *to = (u64 *)sum;
	unsigned int i;

	for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += READ_ONCE(from[i]);
}

static void stats_sum(const struct scst_device *dev, struct scst_stats *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		stats_add(sum, per_cpu_ptr(dev->stats, cpu));
}

void scst_dev_get_stats(const struct scst_device *dev,
			struct scst_dev_stats *stats)
{
	struct scst_stats sum;

	stats_sum(dev, &sum);
	stats->reads = sum.cmds[SCST_STATS_READ];
	stats->read_bytes = sum.bytes[SCST_STATS_READ];
	stats->read_ns = sum.ns[SCST_STATS_READ];
	stats->read_errors = sum.medium[SCST_STATS_UNREAD];
	stats->writes = sum.cmds[SCST_STATS_WRITE];
	stats->write_bytes = sum.bytes[SCST_STATS_WRITE];
	stats->write_ns = sum.ns[SCST_STATS_WRITE];
	stats->other_ns = sum.ns[SCST_STATS_OTHER];
	stats->write_errors = sum.medium[SCST_STATS_UNWRITTEN];
}
SCST_EXPORT(scst_dev_get_stats);

static void stats_show_latency(struct seq_file *m, const char *name,
			       const u64 *latency)
{
	unsigned int i;

	seq_printf(m, " %s=", name);
	for (i = 0; i < SCST_STATS_BUCKETS; i++)
		seq_printf(m, "%s%llu", i ? "," : "", latency[i]);
}

static void stats_show_counters(struct seq_file *m, const struct scst_stats *s)
{
	seq_printf(m, " reads=%llu read_bytes=%llu writes=%llu write_bytes=%llu others=%llu errors=%llu aborts=%llu queue_full=%llu",
		   s->cmds[SCST_STATS_READ], s->bytes[SCST_STATS_READ],
		   s->cmds[SCST_STATS_WRITE], s->bytes[SCST_STATS_WRITE],
		   s->cmds[SCST_STATS_OTHER], s->ends[SCST_STATS_ERROR],
		   s->ends[SCST_STATS_ABORT], s->ends[SCST_STATS_QUEUE_FULL]);
	stats_show_latency(m, "read_latency", s->latency[SCST_STATS_READ]);
	stats_show_latency(m, "write_latency", s->latency[SCST_STATS_WRITE]);
	stats_show_latency(m, "other_latency", s->latency[SCST_STATS_OTHER]);
}

static void stats_show_session(struct seq_file *m, struct scst_session *sess)
{
	struct scst_stats sum = { };
	int cpu;

	for_each_possible_cpu(cpu)
		stats_add(&sum, &per_cpu_ptr(sess->cpu, cpu)->stats);
	seq_printf(m, "session driver=%s target=%s initiator=%s group=%s",
		   sess->tgt->tgtt->name, sess->tgt->name,
		   sess->initiator_name, sess->acg->name);
	stats_show_counters(m, &sum);
	seq_putc(m, '\n');
}

static void stats_show_device(struct seq_file *m, struct scst_device *dev)
{
	struct scst_stats sum;

	stats_sum(dev, &sum);
	seq_printf(m, "device name=%s handler=%s", dev->name,
		   dev->handler ? dev->handler->name : "-");
	stats_show_counters(m, &sum);
	if (dev->scsi_dev)
		seq_printf(m, " bounced=%llu", (u64)atomic64_read(&dev->bounced));
	seq_putc(m, '\n');
}

static int stats_show(struct seq_file *m, void *obj)
{
	struct scst_device *dev;
	int ret;

	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		return ret;
	seq_puts(m, "version 1\n");
	scst_sessions_walk(m, stats_show_session);
	list_for_each_entry(dev, &scst_devices, entry)
		if (!dev->dying)
			stats_show_device(m, dev);
	mutex_unlock(&scst_mutex);
	return 0;
}

const struct scst_proc_desc scst_stats_desc = {
	.show	= stats_show,
};
