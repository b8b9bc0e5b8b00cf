// SPDX-License-Identifier: GPL-2.0
/*
 * READ CAPACITY: how many blocks, how large, and how they lie on the medium.
 */
#include <linux/log2.h>

#include "vdisk.h"

#define RC10_LEN	8
#define RC16_LEN	32
#define RC16_LBPME	0x80
#define RC16_LBPRZ	0x40

/* Nothing is left of the backing: a capacity of no block can't be told. */
static bool capacity_is_none(struct scst_cmd *cmd, u64 nblocks)
{
	if (nblocks)
		return false;
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_format_corrupted));
	return true;
}

void vdisk_test_unit_ready(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	/* If the news is that it has changed, this is the command to hear it. */
	if (!vdisk_size_refresh(vdev) || scst_check_local_events(cmd))
		capacity_is_none(cmd, vdisk_nblocks(vdev));
}

void vdisk_read_capacity(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u64 nblocks, last;
	u8 buf[RC10_LEN];

	vdisk_size_refresh(vdev);
	nblocks = vdisk_nblocks(vdev);
	if (capacity_is_none(cmd, nblocks))
		return;
	last = nblocks - 1;
	/* Too many for 32 bits: "ask READ CAPACITY (16)", SBC-4 5.18.2. */
	put_unaligned_be32(min_t(u64, last, 0xffffffff), &buf[0]);
	put_unaligned_be32(1U << vdev->block_shift, &buf[4]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* log2 of logical blocks in a physical one: a field of 4 bits. */
static u8 capacity_phys_exponent(const struct vdisk_dev *vdev)
{
	u32 block = 1U << vdev->block_shift;

	if (vdev->phys_block <= block)
		return 0;
	return min_t(u8, ilog2(vdev->phys_block) - vdev->block_shift, 0xf);
}

void vdisk_read_capacity_16(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[RC16_LEN] = {};
	u64 nblocks;

	vdisk_size_refresh(vdev);
	nblocks = vdisk_nblocks(vdev);
	if (capacity_is_none(cmd, nblocks))
		return;
	put_unaligned_be64(nblocks - 1, &buf[0]);
	put_unaligned_be32(1U << vdev->block_shift, &buf[8]);
	buf[13] = capacity_phys_exponent(vdev);
	if (vdev->space.can_unmap)
		buf[14] |= RC16_LBPME;
	if (vdev->space.unmap_zeroes)
		buf[14] |= RC16_LBPRZ;
	scst_copy_response(cmd, buf, sizeof(buf));
}
