/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copies between virtual disks: EXTENDED COPY(LID1), and what can be asked about
 * them.
 */
#ifndef VDISK_XCOPY_H
#define VDISK_XCOPY_H

#include "vdisk.h"

#define VDISK_COPY_GRANULARITY	9	/* log2 of the bytes that it counts in */
#define VDISK_COPY_CONCURRENT	16	/* of a nexus, with a list identifier */

/* COPY OPERATION STATUS, SPC-5 table 353 */
enum vdisk_copy_state {
	VDISK_COPY_RUNNING,
	VDISK_COPY_GOOD,
	VDISK_COPY_FAILED,
};

/**
 * struct vdisk_copy - what RECEIVE COPY RESULTS can tell of a copy
 * @entry: in vdisk_nexus.copies
 * @list_id: LIST IDENTIFIER
 * @discard: LIST ID USAGE 10b: nothing is kept of one that has ended
 * @resets: struct vdisk_unit.resets when it began: a reset ends what can be asked
 * @state: enum vdisk_copy_state
 * @status_told: COPY STATUS has told the end: it is forgotten
 * @details_told: so are FAILED SEGMENT DETAILS
 * @segments: segments that are done
 * @bytes: bytes that are written
 * @status: SAM status of a command that has failed
 * @sense_len: length of @sense
 * @sense: its sense data
 *
 * Under vdisk_nexus.copies_lock.
 */
struct vdisk_copy {
	struct list_head entry;
	u8 list_id;
	bool discard;
	unsigned int resets;
	u8 state;
	bool status_told;
	bool details_told;
	u16 segments;
	u64 bytes;
	u8 status;
	u8 sense_len;
	u8 sense[SCST_SENSE_BUFFERSIZE];
};

/* xcopy.c */
int vdisk_xcopy_init(void);
void vdisk_xcopy_exit(void);
enum scst_exec_res vdisk_extended_copy(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev);

/* receive_copy.c */
void vdisk_copies_init(struct vdisk_nexus *nexus);
void vdisk_copies_free(struct vdisk_nexus *nexus);
struct vdisk_copy *vdisk_copy_begin(struct scst_cmd *cmd, u8 list_id,
				    bool discard);
void vdisk_copy_progress(struct scst_cmd *cmd, struct vdisk_copy *copy,
			 unsigned int segments, u32 bytes);
void vdisk_copy_end(struct scst_cmd *cmd, struct vdisk_copy *copy);
void vdisk_copy_status(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_copy_parameters(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_copy_details(struct scst_cmd *cmd, struct vdisk_dev *vdev);
unsigned int vdisk_vpd_third_party(u8 *p, struct scst_cmd *cmd,
				   struct vdisk_dev *vdev);

#endif /* VDISK_XCOPY_H */
