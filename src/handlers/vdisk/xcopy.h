/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copies between virtual disks: EXTENDED COPY(LID1), POPULATE TOKEN and WRITE USING
 * TOKEN, and what can be asked about them.
 */
#ifndef VDISK_XCOPY_H
#define VDISK_XCOPY_H

#include "vdisk.h"

struct page;
struct vdisk_xcopy_error;

/* Service actions of THIRD-PARTY COPY OUT (83h) and IN (84h), SPC-5 tables 33, 34. */
#define VDISK_SA_COPY_LID1		0x00
#define VDISK_SA_POPULATE_TOKEN		0x10
#define VDISK_SA_WRITE_USING_TOKEN	0x11
#define VDISK_SA_COPY_STATUS		0x00
#define VDISK_SA_COPY_PARAMETERS	0x03
#define VDISK_SA_COPY_DETAILS		0x04
#define VDISK_SA_COPY_STATUS_LID4	0x05
#define VDISK_SA_ROD_INFORMATION	0x07

#define VDISK_COPY_GRANULARITY	9	/* log2 of the bytes that it counts in */
#define VDISK_COPY_CONCURRENT	16	/* of a nexus, with a list identifier */

/* COPY OPERATION STATUS, SPC-5 table 353 */
enum vdisk_copy_state {
	VDISK_COPY_RUNNING,
	VDISK_COPY_GOOD,
	VDISK_COPY_FAILED,
};

/**
 * struct vdisk_copy_id - the name that an initiator has given a copy
 * @lid4: its list identifier has four bytes: they are names of their own
 * @list_id: LIST IDENTIFIER
 * @sa: service action of the command
 * @background: it goes on after the command has ended
 * @discard: LIST ID USAGE 10b: nothing is kept of one that has ended
 */
struct vdisk_copy_id {
	bool lid4;
	u32 list_id;
	u8 sa;
	bool background;
	bool discard;
};

/**
 * struct vdisk_copy - what can be told of a copy
 * @entry: in vdisk_nexus.copies
 * @id: its name
 * @resets: struct vdisk_unit.resets when it began: a reset ends what can be asked
 * @state: enum vdisk_copy_state
 * @status_told: COPY STATUS has told the end: it is forgotten
 * @details_told: so are FAILED SEGMENT DETAILS
 * @segments: segments that are done
 * @bytes: bytes that are written; of a POPULATE TOKEN those that it stands for
 * @token: the token that POPULATE TOKEN has made, or NULL
 * @status: SAM status of a copy that has failed
 * @sense_len: length of @sense
 * @sense: its sense data
 *
 * Under vdisk_nexus.copies_lock.
 */
struct vdisk_copy {
	struct list_head entry;
	struct vdisk_copy_id id;
	unsigned int resets;
	u8 state;
	bool status_told;
	bool details_told;
	u16 segments;
	u64 bytes;
	u8 *token;
	u8 status;
	u8 sense_len;
	u8 sense[SCST_MAX_SENSE_LEN];
};

/* copy_io.c */
int vdisk_copy_io_init(void);
void vdisk_copy_io_exit(void);
void vdisk_copy_queue(struct work_struct *work);
struct page *vdisk_copy_alloc(unsigned int *order);
int vdisk_copy_io(struct vdisk_dev *vdev, struct page *page, u64 pos, u32 len,
		  bool write);

/* xcopy.c */
enum scst_exec_res vdisk_extended_copy(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev);
void vdisk_copy_refuse(struct scst_cmd *cmd, const struct vdisk_xcopy_error *e);

/* rod_cmds.c */
enum scst_exec_res vdisk_populate_token(struct scst_cmd *cmd,
					struct vdisk_dev *vdev);
enum scst_exec_res vdisk_write_using_token(struct scst_cmd *cmd,
					   struct vdisk_dev *vdev);

/* receive_copy.c: what is kept of copies, and what is told of those of LID1 */
void vdisk_copies_init(struct vdisk_nexus *nexus);
void vdisk_copies_free(struct vdisk_nexus *nexus);
struct vdisk_copy *__vdisk_copy_find(struct vdisk_nexus *nexus, bool lid4,
				     u32 list_id);
struct vdisk_copy *vdisk_copy_begin(struct scst_cmd *cmd,
				    const struct vdisk_copy_id *id);
void vdisk_copy_progress(struct scst_tgt_dev *tgt_dev, struct vdisk_copy *copy,
			 unsigned int segments, u64 bytes);
void vdisk_copy_end(struct scst_cmd *cmd, struct vdisk_copy *copy);
void vdisk_copy_end_alone(struct scst_tgt_dev *tgt_dev, struct vdisk_copy *copy,
			  const u8 *sense, u8 sense_len);
void vdisk_copy_status(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_copy_parameters(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_copy_details(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* receive_rod.c */
void vdisk_copy_status_lid4(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_rod_information(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* vpd_copy.c */
unsigned int vdisk_vpd_third_party(u8 *p, struct scst_cmd *cmd,
				   struct vdisk_dev *vdev);

#endif /* VDISK_XCOPY_H */
