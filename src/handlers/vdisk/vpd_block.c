// SPDX-License-Identifier: GPL-2.0
/*
 * Vital product data of block devices, SBC-4 6.6: limits, characteristics,
 * provisioning.
 */
#include <linux/string.h>

#include "vdisk.h"

#define VPD_B0_LEN	0x3c
#define VPD_B1_LEN	0x3c
#define VPD_B2_LEN	4
#define VPD_B4_LEN	8

#define B0_WSNZ		0x01
#define B1_WABEREQ_READS 0x40	/* reads after SANITIZE, BLOCK ERASE end well */
#define B2_LBPU		0x80
#define B2_LBPWS	0x40
#define B2_LBPWS10	0x20
#define B2_LBPRZ	0x04
#define B2_THIN		0x02	/* PROVISIONING TYPE */
#define B4_T0PS		0x01	/* without protection information */

/* Offsets are the page's, less its header of 4 bytes. */
unsigned int vdisk_vpd_limits(u8 *p, struct scst_cmd *cmd,
			      struct vdisk_dev *vdev)
{
	const struct vdisk_limits *l = &vdev->limits;

	memset(p, 0, VPD_B0_LEN);
	p[0] = l->wsnz ? B0_WSNZ : 0;
	p[1] = l->max_compare_write;
	put_unaligned_be16(l->granularity, &p[2]);
	put_unaligned_be32(l->max_xfer, &p[4]);
	put_unaligned_be32(l->max_prefetch, &p[12]);
	put_unaligned_be32(l->max_unmap, &p[16]);
	put_unaligned_be32(l->max_unmap_desc, &p[20]);
	put_unaligned_be32(l->unmap_granularity, &p[24]);
	put_unaligned_be64(l->max_write_same, &p[32]);
	put_unaligned_be32(l->max_atomic, &p[40]);
	/*
	 * ATOMIC TRANSFER LENGTH GRANULARITY: any number of blocks up to that. Said
	 * with 1 rather than 0, since sd takes 0 for whole physical blocks, which
	 * may be more than the maximum.
	 */
	put_unaligned_be32(!!l->max_atomic, &p[48]);
	return VPD_B0_LEN;
}

unsigned int vdisk_vpd_characteristics(u8 *p, struct scst_cmd *cmd,
				       struct vdisk_dev *vdev)
{
	memset(p, 0, VPD_B1_LEN);
	put_unaligned_be16(vdev->rotation_rate, &p[0]);
	if (vdev->space.unmap_zeroes)
		p[3] |= B1_WABEREQ_READS;
	return VPD_B1_LEN;
}

unsigned int vdisk_vpd_provisioning(u8 *p, struct scst_cmd *cmd,
				    struct vdisk_dev *vdev)
{
	const struct vdisk_space *s = &vdev->space;

	memset(p, 0, VPD_B2_LEN);
	if (!s->can_unmap)
		return VPD_B2_LEN;
	p[0] = s->threshold_exp;
	p[1] = B2_LBPU;
	if (s->unmap_zeroes)
		p[1] |= B2_LBPWS | B2_LBPWS10 | B2_LBPRZ;
	p[2] = B2_THIN;
	return VPD_B2_LEN;
}

/* SBC-4 6.6.9: one length, no protection information. */
unsigned int vdisk_vpd_block_lengths(u8 *p, struct scst_cmd *cmd,
				     struct vdisk_dev *vdev)
{
	memset(p, 0, VPD_B4_LEN);
	put_unaligned_be32(1U << vdev->block_shift, &p[0]);
	p[5] = B4_T0PS;
	return VPD_B4_LEN;
}
