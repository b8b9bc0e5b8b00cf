/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instead of src/include/scsi_tgt.h: the core's side of a device, as far as the
 * shared files see it; what there is of it in a program is in core.c.
 */
#ifndef SCST_SCSI_TGT_H
#define SCST_SCSI_TGT_H

#include "scst_defs.h"
#include "scst_cmd.h"
#include "scst_debug.h"
#include "scst_proc.h"

struct scst_dev_type;

struct scst_tgt {
	u16 rel_tgt_id;
	u16 tpg_id;
};

struct scst_session {
	struct scst_tgt *tgt;
	char *initiator_name;
};

struct scst_control {
	u8 tst;
	u8 qerr;
	bool tas;
	bool d_sense;
	bool swp;
};

struct scst_device {
	char *name;
	u8 type;
	u8 block_shift;
	u64 nblocks;
	struct scst_control control;
	u64 condition;
	const struct scst_dev_type *handler;
	void *dh_priv;
	spinlock_t tgt_devs_lock;
	struct list_head tgt_devs;
};

/* An I_T_L nexus, and its session. */
struct scst_tgt_dev {
	struct scst_device *dev;
	struct scst_session *sess;
	bool read_only;
	void *dh_priv;
	struct list_head dev_entry;
	unsigned long ua;
};

struct scst_dev_type {
	const char *name;
	int type;
	bool (*supports_op)(const struct scst_device *dev, u8 op, u16 sa);
	int (*parse)(struct scst_cmd *cmd);
	enum scst_exec_res (*exec)(struct scst_cmd *cmd);
	void (*dev_done)(struct scst_cmd *cmd);
	int (*attach_tgt)(struct scst_tgt_dev *tgt_dev);
	void (*detach_tgt)(struct scst_tgt_dev *tgt_dev);
	void (*task_mgmt_fn)(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);
};

struct scst_dev_stats {
	u64 reads;
	u64 read_bytes;
	u64 read_ns;
	u64 read_errors;
	u64 writes;
	u64 write_bytes;
	u64 write_ns;
	u64 write_errors;
	u64 other_ns;
};

void scst_dev_get_stats(const struct scst_device *dev, struct scst_dev_stats *stats);
void scst_dev_raise_ua(struct scst_device *dev, enum scst_ua ua,
		       const struct scst_tgt_dev *but);
void scst_dev_report_aen(struct scst_device *dev, enum scst_aen event);
void scst_dev_set_condition(struct scst_device *dev, u8 key, u8 asc, u8 ascq,
			    int progress);
void scst_dev_clear_condition(struct scst_device *dev);

/* Target port groups are the kernel's: it doesn't tell programs of them. */
static inline u8 scst_dev_tpgs(const struct scst_device *dev)
{
	return 0;
}

#endif /* SCST_SCSI_TGT_H */
