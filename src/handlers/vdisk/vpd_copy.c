// SPDX-License-Identifier: GPL-2.0
/*
 * Page 8Fh, SPC-5 7.7.18 and SBC-4 6.6.8: what can be copied, and how much at once.
 */
#include <linux/string.h>

#include "rod_token.h"
#include "xcopy.h"
#include "xcopy_parse.h"

#define VPD_8F_ROD_LIMITS	36
#define VPD_8F_COMMANDS		20
#define VPD_8F_PARAMETERS	32
#define VPD_8F_DESCRIPTORS	8
#define VPD_8F_ROD_FEATURES	96
#define VPD_8F_ROD_TYPE		64
#define VPD_8F_OPERATIONS	36

#define ROD_BLOCK_FEATURES	48	/* bytes of a device type specific descriptor */
#define ROD_TOKEN_IN		0x02	/* WRITE USING TOKEN takes it */
#define ROD_TOKEN_OUT		0x01	/* POPULATE TOKEN gives it */

/* Takes the next @len bytes for a descriptor, all 0 but for its header. */
static u8 *vpd_8f_add(u8 **end, u16 type, u16 len)
{
	u8 *p = *end;

	memset(p, 0, len);
	put_unaligned_be16(type, &p[0]);
	put_unaligned_be16(len - 4, &p[2]);
	*end += len;
	return p;
}

/* Block device ROD token limits. */
static void vpd_8f_rod_limits(u8 **end, const struct vdisk_dev *vdev)
{
	u8 *p = vpd_8f_add(end, 0x0000, VPD_8F_ROD_LIMITS);

	put_unaligned_be16(VDISK_ROD_RANGES, &p[10]);
	put_unaligned_be32(VDISK_ROD_MAX_TIMEOUT, &p[12]);
	put_unaligned_be32(VDISK_ROD_TIMEOUT, &p[16]);
	put_unaligned_be64(VDISK_ROD_MAX_BYTES >> vdev->block_shift, &p[20]);
	put_unaligned_be64(VDISK_ROD_BEST_BYTES >> vdev->block_shift, &p[28]);
}

static void vpd_8f_commands(u8 **end)
{
	static const u8 commands[] = {
		13,
		0x83, 3, VDISK_SA_COPY_LID1, VDISK_SA_POPULATE_TOKEN,
		VDISK_SA_WRITE_USING_TOKEN,
		0x84, 5, VDISK_SA_COPY_STATUS, VDISK_SA_COPY_PARAMETERS,
		VDISK_SA_COPY_DETAILS, VDISK_SA_COPY_STATUS_LID4,
		VDISK_SA_ROD_INFORMATION,
	};
	u8 *p = vpd_8f_add(end, 0x0001, VPD_8F_COMMANDS);

	memcpy(&p[4], commands, sizeof(commands));
	p[4] = sizeof(commands) - 1;
}

static void vpd_8f_segments(u8 **end)
{
	static const u8 types[] = { 2, VDISK_XCOPY_TYPE_B2B, VDISK_XCOPY_TYPE_ID };
	u8 *p = vpd_8f_add(end, 0x0004, VPD_8F_PARAMETERS);

	put_unaligned_be16(VDISK_XCOPY_TARGETS, &p[8]);
	put_unaligned_be16(VDISK_XCOPY_SEGMENTS, &p[10]);
	put_unaligned_be32(VDISK_XCOPY_DESCS, &p[12]);

	p = vpd_8f_add(end, 0x0008, VPD_8F_DESCRIPTORS);
	memcpy(&p[4], types, sizeof(types));
}

/* Tokens live as long as they are used: no least or most time but for inactivity. */
static void vpd_8f_rod_features(u8 **end, const struct vdisk_dev *vdev)
{
	u8 *p = vpd_8f_add(end, 0x0106, VPD_8F_ROD_FEATURES);

	put_unaligned_be32(VDISK_ROD_MAX_TIMEOUT, &p[24]);
	put_unaligned_be16(ROD_BLOCK_FEATURES, &p[46]);
	p += 48;
	p[0] = vdev->dev->type;
	put_unaligned_be16(ROD_BLOCK_FEATURES - 4, &p[2]);
	put_unaligned_be16(1, &p[6]);
	put_unaligned_be64(VDISK_ROD_MAX_BYTES, &p[8]);
	put_unaligned_be64(VDISK_ROD_BEST_BYTES, &p[16]);
	put_unaligned_be64(VDISK_ROD_BEST_BYTES, &p[24]);
	put_unaligned_be64(VDISK_ROD_BEST_BYTES, &p[32]);
}

/* The first one is what POPULATE TOKEN makes without RTV. */
static void vpd_8f_rod_types(u8 **end)
{
	static const struct {
		u32 type;
		u8 flags;
	} types[] = {
		{ VDISK_ROD_PIT_VULNERABLE, ROD_TOKEN_IN | ROD_TOKEN_OUT },
		{ VDISK_ROD_PIT_DEFAULT, ROD_TOKEN_IN | ROD_TOKEN_OUT },
		{ VDISK_ROD_ON_REFERENCE, ROD_TOKEN_IN | ROD_TOKEN_OUT },
		{ VDISK_ROD_ZERO, ROD_TOKEN_IN },
	};
	u8 *p = vpd_8f_add(end, 0x0108, 8 + ARRAY_SIZE(types) * VPD_8F_ROD_TYPE);
	unsigned int i;

	put_unaligned_be16(ARRAY_SIZE(types) * VPD_8F_ROD_TYPE, &p[6]);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		u8 *d = &p[8 + i * VPD_8F_ROD_TYPE];

		put_unaligned_be32(types[i].type, &d[0]);
		d[4] = types[i].flags;
		put_unaligned_be16(i + 1, &d[6]);
	}
}

/* General copy operations. */
static void vpd_8f_operations(u8 **end, const struct vdisk_dev *vdev)
{
	u8 *p = vpd_8f_add(end, 0x8001, VPD_8F_OPERATIONS);

	put_unaligned_be32(VDISK_COPY_CONCURRENT, &p[4]);
	put_unaligned_be32(VDISK_COPY_CONCURRENT, &p[8]);
	put_unaligned_be32(U16_MAX << vdev->block_shift, &p[12]);
	p[16] = VDISK_COPY_GRANULARITY;
}

/* At most 496 bytes. */
unsigned int vdisk_vpd_third_party(u8 *p, struct scst_cmd *cmd,
				   struct vdisk_dev *vdev)
{
	u8 *end = p;

	vpd_8f_rod_limits(&end, vdev);
	vpd_8f_commands(&end);
	vpd_8f_segments(&end);
	vpd_8f_rod_features(&end, vdev);
	vpd_8f_rod_types(&end);
	vpd_8f_operations(&end, vdev);
	return end - p;
}
