/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of commands, for each I_T nexus and each device: always on, per CPU,
 * summed when they are read (/proc/scsi_tgt/statistics).
 */
#ifndef SCST_STATS_H
#define SCST_STATS_H

#include <linux/types.h>

struct scst_cmd;
struct scst_sess_cpu;
struct scst_device;

extern const struct scst_proc_desc scst_stats_desc;

/* What a command was about: reading or writing the medium, or anything else. */
enum scst_stats_kind {
	SCST_STATS_READ,
	SCST_STATS_WRITE,
	SCST_STATS_OTHER,
	SCST_STATS_KINDS
};

/* How a command ended, if not well. */
enum scst_stats_end {
	SCST_STATS_ERROR,	/* CHECK CONDITION that tells of an error */
	SCST_STATS_ABORT,	/* task management took it away */
	SCST_STATS_QUEUE_FULL,	/* BUSY, TASK SET FULL */
	SCST_STATS_ENDS
};

/* What could not be done to the medium, by what the sense data say. */
enum scst_stats_medium {
	SCST_STATS_UNREAD,	/* MEDIUM ERROR, any but the next */
	SCST_STATS_UNWRITTEN,	/* WRITE ERROR */
	SCST_STATS_MEDIUM
};

/* Bucket n: less than 2^n microseconds, and at least half of that; the last: more. */
#define SCST_STATS_BUCKETS	26

/**
 * struct scst_stats - counters
 * @cmds: finished commands
 * @bytes: moved by commands that succeeded (no SCST_STATS_OTHER)
 * @ns: time from arrival to response, summed; of devices only
 * @ends: commands that didn't succeed
 * @medium: of these, errors of the medium; of devices only
 * @latency: commands by the time from arrival to response
 */
struct scst_stats {
	u64 cmds[SCST_STATS_KINDS];
	u64 bytes[SCST_STATS_OTHER];
	u64 ns[SCST_STATS_KINDS];
	u64 ends[SCST_STATS_ENDS];
	u64 medium[SCST_STATS_MEDIUM];
	u64 latency[SCST_STATS_KINDS][SCST_STATS_BUCKETS];
};

int scst_stats_alloc(struct scst_device *dev);
void scst_stats_free(struct scst_device *dev);
void scst_stats_count(const struct scst_cmd *cmd, struct scst_stats *nexus,
		      u64 ns);

#endif /* SCST_STATS_H */
