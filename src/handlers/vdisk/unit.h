/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What initiators can set in a logical unit: mode pages, power, the medium of a
 * removable one. After a LOGICAL UNIT RESET it is as after the open, but for the
 * caching page.
 */
#ifndef VDISK_UNIT_H
#define VDISK_UNIT_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "scsi_tgt.h"

struct vdisk_dev;

#define VDISK_MODE_PAGES	12
#define VDISK_MODE_PAGE_MAX	40	/* bytes of the longest one */

/* Why the medium can't be accessed; vdisk_unit.not_ready. */
enum vdisk_not_ready {
	VDISK_READY,
	VDISK_STOPPED,		/* START STOP UNIT, START = 0 */
	VDISK_EJECTED,		/* LOEJ = 1, too: there is no medium */
};

/**
 * struct vdisk_nexus - a virtual disk as one I_T_L nexus has it: its dh_priv
 * @prevent: see struct vdisk_unit.prevent_gen
 * @lost_told: struct vdisk_dev.lost as SYNCHRONIZE CACHE has last told it
 */
struct vdisk_nexus {
	unsigned long prevent;
	unsigned int lost_told;
};

/**
 * struct vdisk_unit - state that initiators can change
 * @not_ready: enum vdisk_not_ready; read with READ_ONCE() by each command
 * @write_through: WCE is 0: each write goes to stable storage; read likewise
 * @lock: protects the rest; taken in any context
 * @prevent_gen: I_T_L nexuses with this struct vdisk_nexus.prevent prevent removal
 * @prevent_count: how many they are
 * @modes: current values of the mode pages, by their row in mode_pages.c
 */
struct vdisk_unit {
	u8 not_ready;
	bool write_through;
	spinlock_t lock;
	unsigned long prevent_gen;
	unsigned int prevent_count;
	u8 modes[VDISK_MODE_PAGES][VDISK_MODE_PAGE_MAX];
};

/* unit.c */
void vdisk_unit_init(struct scst_device *dev, struct vdisk_dev *vdev);
void vdisk_task_mgmt(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);
enum scst_exec_res vdisk_sync_all(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* start_stop.c */
enum scst_exec_res vdisk_start_stop(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_prevent_allow(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_prevent_end(struct scst_tgt_dev *tgt_dev, struct vdisk_dev *vdev);
void __vdisk_medium_reset(struct vdisk_dev *vdev);
void vdisk_set_not_ready(struct scst_cmd *cmd, u8 why);

/* mode.c, mode_select.c */
void vdisk_mode_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_mode_select(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/**
 * struct vdisk_mode_page - a mode page, SPC-5 7.5
 * @code: PAGE CODE
 * @sub: SUBPAGE CODE
 * @len: bytes, with the header of 2 bytes, or of 4 with a subpage
 * @types: device types that have it, as a set
 * @keep: its values outlive a reset
 * @defaults: fills in default values, where they aren't 0; @p is the whole page
 * @live: puts in what changes of itself; vdisk_unit.lock is held; or NULL
 * @changeable: fills in which bits MODE SELECT can change; NULL: none
 * @check: are these values that it may have? Only changeable bits can differ from
 *	the current ones. The offending byte, or -1; NULL: all may be
 * @apply: the values count from now on; vdisk_unit.lock is held. NULL: they are
 *	only kept
 */
struct vdisk_mode_page {
	u8 code;
	u8 sub;
	u8 len;
	u32 types;
	bool keep;
	void (*defaults)(u8 *p, const struct vdisk_dev *vdev);
	void (*live)(u8 *p, const struct vdisk_dev *vdev);
	void (*changeable)(u8 *p, const struct vdisk_dev *vdev);
	int (*check)(const u8 *p);
	void (*apply)(const u8 *p, struct scst_device *dev, struct vdisk_dev *vdev);
};

/* mode_pages.c */
extern const struct vdisk_mode_page vdisk_mode_pages[];
extern const unsigned int vdisk_n_mode_pages;

unsigned int vdisk_mode_header(u8 *p, const struct vdisk_mode_page *page);
void __vdisk_mode_values(u8 *p, unsigned int row, const struct vdisk_dev *vdev);
void __vdisk_modes_reset(struct scst_device *dev, struct vdisk_dev *vdev,
			 bool all);

#endif /* VDISK_UNIT_H */
