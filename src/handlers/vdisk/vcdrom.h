/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual CD-ROM and DVD-ROM drives: interfaces between their files. A disc is a
 * FILEIO backing that comes and goes; what a drive is called and how a disc is
 * read is shared with virtual disks.
 */
#ifndef VCDROM_H
#define VCDROM_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/srcu.h>
#include <linux/types.h>

#include "vdisk.h"

#define VCDROM_BLOCK_SHIFT	11
#define VCDROM_BLOCK		2048U

/* Frames of a second, and those before LBA 0, MMC-6 4.2.3.8.3. */
#define VCDROM_FRAMES		75
#define VCDROM_LEAD_IN		(2 * VCDROM_FRAMES)

/* What fits a CD of 90 minutes is one; larger discs are DVDs. */
#define VCDROM_MAX_CD		(90 * 60 * VCDROM_FRAMES - VCDROM_LEAD_IN)

/* All that commands can address, the end included. */
#define VCDROM_MAX_BLOCKS	U32_MAX

/* Events of the class "media", MMC-6 6.6.2.5; as bits of vcdrom_nexus.media. */
enum vcdrom_media_event {
	VCDROM_EVENT_EJECT_REQUEST	= 1,
	VCDROM_EVENT_NEW_MEDIA		= 2,
	VCDROM_EVENT_MEDIA_REMOVAL	= 3,
};

/**
 * struct vcdrom_disc - what can be put into a drive
 * @vdev: its backing, opened READ_ONLY; no device of its own
 * @blocks: its size
 * @dvd: a DVD-ROM rather than a CD-ROM
 *
 * Constant. Readers hold the drive's SRCU; who has taken it out waits for them.
 */
struct vcdrom_disc {
	struct vdisk_dev vdev;
	u32 blocks;
	bool dvd;
};

/**
 * struct vcdrom_drive - a virtual drive
 * @vdev: what it has in common with a virtual disk: entry (in vcdrom_drives),
 *	name, identity, virt_id; it has no backing
 * @refs: one for the list and the core's device, one for each command of
 *	/proc at work
 * @srcu: commands that look at @loaded
 * @loaded: the disc that commands see; NULL when there is none or the tray is open
 * @disc: the disc in the drive or on its open tray, or NULL; changes under
 *	vcdrom_mutex and @lock
 * @lock: protects @loaded, @tray_open, @dev and @nexuses; taken in any context
 * @tray_open: the tray is open
 * @dev: the core's device; NULL before attach() and after detach()
 * @nexuses: struct vcdrom_nexus.entry
 */
struct vcdrom_drive {
	struct vdisk_dev vdev;
	struct kref refs;
	struct srcu_struct srcu;
	struct vcdrom_disc __rcu *loaded;
	struct vcdrom_disc *disc;
	spinlock_t lock;
	bool tray_open;
	struct scst_device *dev;
	struct list_head nexuses;
};

/**
 * struct vcdrom_nexus - a drive as one initiator sees it
 * @entry: in the drive's list
 * @prevent: PREVENT of its last PREVENT ALLOW MEDIUM REMOVAL
 * @persistent: the same, of the persistent kind
 * @media: events of the class "media" that it hasn't asked for yet, a bit each
 * @changed: so for the class "operational change"
 *
 * Under the drive's lock.
 */
struct vcdrom_nexus {
	struct list_head entry;
	bool prevent;
	bool persistent;
	u8 media;
	bool changed;
};

static inline struct vcdrom_drive *vcdrom_of(const struct scst_device *dev)
{
	return container_of((struct vdisk_dev *)dev->dh_priv,
			    struct vcdrom_drive, vdev);
}

/* vcdrom.c: drives, their commands in /proc */
extern const struct scst_dev_type vcdrom_type;
void vcdrom_close_all(void);

/* vcdrom_disc.c */
struct vcdrom_disc *vcdrom_disc_open(struct scst_proc_ctx *ctx,
				     const char *drive, const char *path);
void vcdrom_disc_close(struct vcdrom_disc *disc);

/* vcdrom_tray.c: what happens to a disc, and who hears of it */
void vcdrom_put_first(struct vcdrom_drive *drive, struct vcdrom_disc *disc);
int vcdrom_exchange(struct vcdrom_drive *drive, struct vcdrom_disc *disc,
		    struct vcdrom_disc **old);
void vcdrom_start_stop(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		       const struct vcdrom_disc *disc);
void vcdrom_prevent_allow(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			  const struct vcdrom_disc *disc);
void vcdrom_not_ready(struct scst_cmd *cmd, const struct vcdrom_drive *drive);
bool vcdrom_is_locked(struct vcdrom_drive *drive);
int vcdrom_attach_tgt(struct scst_tgt_dev *tgt_dev);
void vcdrom_detach_tgt(struct scst_tgt_dev *tgt_dev);
void vcdrom_allow_removal(struct scst_tgt_dev *tgt_dev);
void vcdrom_task_mgmt_fn(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);

/* vcdrom_events.c */
void vcdrom_get_event(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		      const struct vcdrom_disc *disc);

/* vcdrom_config.c: what the drive can do */
void vcdrom_get_configuration(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			      const struct vcdrom_disc *disc);
void vcdrom_mechanism_status(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc);

/* vcdrom_toc.c: what is on the disc: one session, one track */
void vcdrom_read_toc(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		     const struct vcdrom_disc *disc);
void vcdrom_disc_information(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc);
void vcdrom_track_information(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			      const struct vcdrom_disc *disc);
void vcdrom_read_subchannel(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			    const struct vcdrom_disc *disc);

/* vcdrom_dvd.c */
void vcdrom_read_structure(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			   const struct vcdrom_disc *disc);

/* vcdrom_verify.c */
void vcdrom_verify(struct scst_cmd *cmd, struct vcdrom_disc *disc, u32 blocks);

/* vcdrom_mode.c: pages of the table in mode_pages.c */
void vcdrom_mode_timeout(u8 *p, const struct vdisk_dev *vdev);
void vcdrom_mode_capabilities(u8 *p, const struct vdisk_dev *vdev);
void vcdrom_mode_capabilities_live(u8 *p, const struct vdisk_dev *vdev);

/* vcdrom_ops.c */
extern const struct vdisk_mode vcdrom_mode;

int vcdrom_parse(struct scst_cmd *cmd);
enum scst_exec_res vcdrom_exec(struct scst_cmd *cmd);
bool vcdrom_supports_op(const struct scst_device *dev, u8 op, u16 sa);

#endif /* VCDROM_H */
