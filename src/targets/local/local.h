/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scst_local: a target driver whose initiators are SCSI hosts of this machine.
 *
 * Each session is a SCSI host: what its security group maps appears as its
 * devices. A command lives in the driver data of the initiator's struct
 * scsi_cmnd, and its data buffer is the initiator's own pages.
 */
#ifndef SLOCAL_LOCAL_H
#define SLOCAL_LOCAL_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "kapi.h"
#include "kapi_scsi_host.h"
#include "scsi_tgt.h"

#define SLOCAL_NAME	"scst_local"

/* Objects in a list are found by commands only while they are LIVE. */
enum slocal_state {
	SLOCAL_COMING,
	SLOCAL_LIVE,
	SLOCAL_GOING,
};

/**
 * struct slocal_tgt - a target
 * @entry: in slocal_tgts
 * @tgt: the core's
 * @state: where it is in its life
 * @nr_sess: its sessions in slocal_sessions, in whatever state
 * @name: its name
 *
 * All but @tgt and @name under slocal_mutex.
 */
struct slocal_tgt {
	struct list_head entry;
	struct scst_tgt *tgt;
	enum slocal_state state;
	unsigned int nr_sess;
	char name[SCST_MAX_INITIATOR_NAME + 1];
};

/**
 * struct slocal_sess - a session, in the private data of its SCSI host
 * @entry: in slocal_sessions, under slocal_mutex
 * @state: where it is in its life, under slocal_mutex
 * @lt: the target
 * @shost: the SCSI host
 * @sess: the core's; NULL once the host is gone
 * @tm_sem: keeps @sess for task management, which may come late
 * @rescan: compares the host's devices with the session's LUNs
 * @scannable: the host is there and stays: devices may be added
 * @scanned: the first scan is done; for @rescan alone
 * @initiator: its name
 */
struct slocal_sess {
	struct list_head entry;
	enum slocal_state state;
	struct slocal_tgt *lt;
	struct Scsi_Host *shost;
	struct scst_session *sess;
	struct rw_semaphore tm_sem;
	struct work_struct rescan;
	bool scannable;
	bool scanned;
	char initiator[SCST_MAX_INITIATOR_NAME + 1];
};

/**
 * struct slocal_cmd - the driver data of a struct scsi_cmnd
 * @cmd: the core's command
 * @in_core: from queuecommand() to on_free_cmd(): this memory and the data's
 *	pages are in use, whatever the mid-level believes
 */
struct slocal_cmd {
	struct scst_cmd cmd;
	bool in_core;
};

/* main.c */
extern struct mutex slocal_mutex;
extern struct list_head slocal_tgts;
extern struct list_head slocal_sessions;
extern wait_queue_head_t slocal_wait;
extern const struct scst_tgt_template slocal_tgtt;
extern bool slocal_exiting;
extern bool slocal_own_buffers;
extern struct device *slocal_parent;

int slocal_tgt_add(struct scst_proc_ctx *ctx, const char *name);
int slocal_tgt_del(struct scst_proc_ctx *ctx, const char *name);
struct slocal_tgt *__slocal_tgt_find(const char *name);

/* session.c */
int slocal_sess_add(struct scst_proc_ctx *ctx, const char *target,
		    const char *initiator);
int slocal_sess_del(struct scst_proc_ctx *ctx, const char *target,
		    const char *initiator);
void slocal_sess_del_all(void);

/* host.c */
struct Scsi_Host *slocal_host_alloc(void);
struct scst_session *slocal_session_of(struct Scsi_Host *shost);

/* cmd.c */
scst_qc_status_t slocal_queuecommand(struct Scsi_Host *shost,
				     struct scsi_cmnd *scmd);
int slocal_xmit_response(struct scst_cmd *cmd);
int slocal_rdy_to_xfer(struct scst_cmd *cmd);
void slocal_on_free_cmd(struct scst_cmd *cmd);

/* tm.c */
int slocal_eh_abort(struct scsi_cmnd *scmd);
int slocal_eh_device_reset(struct scsi_cmnd *scmd);
int slocal_eh_target_reset(struct scsi_cmnd *scmd);
int slocal_eh_host_reset(struct scsi_cmnd *scmd);
void slocal_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd);

/* rescan.c */
int slocal_report_aen(struct scst_session *sess, enum scst_aen event);
void slocal_rescan_work(struct work_struct *work);
int slocal_sdev_init(struct scsi_device *sdev);
void slocal_sdev_destroy(struct scsi_device *sdev);

/* proc.c */
extern const struct scst_proc_desc slocal_proc;
int slocal_show_target(struct seq_file *m, struct scst_tgt *tgt);

#endif
