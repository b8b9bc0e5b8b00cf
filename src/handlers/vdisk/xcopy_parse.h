/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameter list of EXTENDED COPY(LID1), SPC-5 6.6. Pure: builds in user space
 * too (tests/unit).
 */
#ifndef VDISK_XCOPY_PARSE_H
#define VDISK_XCOPY_PARSE_H

#include <linux/types.h>

#define VDISK_XCOPY_HEADER	16
#define VDISK_XCOPY_TARGET	32	/* bytes of a CSCD descriptor */
#define VDISK_XCOPY_SEGMENT	28	/* bytes of a segment descriptor */
#define VDISK_XCOPY_TARGETS	16
#define VDISK_XCOPY_SEGMENTS	256
#define VDISK_XCOPY_DESCS	(VDISK_XCOPY_TARGETS * VDISK_XCOPY_TARGET + \
				 VDISK_XCOPY_SEGMENTS * VDISK_XCOPY_SEGMENT)

/* Type codes, SPC-5 tables 140 and 155. */
#define VDISK_XCOPY_TYPE_ID	0xe4	/* identification CSCD descriptor */
#define VDISK_XCOPY_TYPE_B2B	0x02	/* from block device to block device */

/* LIST ID USAGE */
#define VDISK_XCOPY_ID_HELD	0
#define VDISK_XCOPY_ID_DISCARD	2
#define VDISK_XCOPY_ID_NONE	3

/**
 * struct vdisk_xcopy_error - why a list is refused
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @byte: field pointer, or -1: none
 * @bit: its bit, or -1
 */
struct vdisk_xcopy_error {
	u8 key;
	u8 asc;
	u8 ascq;
	int byte;
	int bit;
};

/**
 * struct vdisk_xcopy - a list that is well-formed
 * @list: its bytes
 * @list_id: LIST IDENTIFIER
 * @usage: LIST ID USAGE
 * @n_targets: CSCD descriptors
 * @n_segments: segment descriptors
 */
struct vdisk_xcopy {
	const u8 *list;
	u8 list_id;
	u8 usage;
	unsigned int n_targets;
	unsigned int n_segments;
};

/**
 * struct vdisk_xcopy_target - a CSCD descriptor
 * @type: PERIPHERAL DEVICE TYPE
 * @is_naa: it designates a logical unit by an NAA of 8 bytes
 * @naa: that
 * @block: DISK BLOCK LENGTH
 * @at: where it is in the list
 */
struct vdisk_xcopy_target {
	u8 type;
	bool is_naa;
	u64 naa;
	u32 block;
	unsigned int at;
};

/**
 * struct vdisk_xcopy_segment - a segment descriptor
 * @src: number of the source's CSCD descriptor
 * @dst: and of the destination's
 * @dc: @blocks counts blocks of the destination
 * @blocks: how many
 * @src_lba: from where
 * @dst_lba: to where
 */
struct vdisk_xcopy_segment {
	u16 src;
	u16 dst;
	bool dc;
	u16 blocks;
	u64 src_lba;
	u64 dst_lba;
};

bool vdisk_xcopy_parse(struct vdisk_xcopy *x, const u8 *list, u32 len,
		       struct vdisk_xcopy_error *e);
void vdisk_xcopy_get_target(const struct vdisk_xcopy *x, unsigned int i,
			    struct vdisk_xcopy_target *t);
void vdisk_xcopy_get_segment(const struct vdisk_xcopy *x, unsigned int i,
			     struct vdisk_xcopy_segment *s);

#endif /* VDISK_XCOPY_PARSE_H */
