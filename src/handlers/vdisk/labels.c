// SPDX-License-Identifier: GPL-2.0
/*
 * What initiators write on a unit: identifying information, and its clock
 * (SPC-5 6.32, 6.33, 6.43, 6.46, 5.2).
 */
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/ktime.h>

#include "vdisk.h"

/* IDENTIFYING INFORMATION TYPE, SPC-5 table 258 */
enum {
	IDENT_BINARY	= 0x00,
	IDENT_TEXT	= 0x02,
	IDENT_SUPPORTED	= 0x7f,
};

#define IDENT_HEADER_LEN	4

#define TIMESTAMP_IN_LEN	12
#define TIMESTAMP_OUT_LEN	12
#define TIMESTAMP_SET		0x02	/* origin: SET TIMESTAMP */
#define TIMESTAMP_OTHER		0x03	/* by other means: this host's clock */

static struct vdisk_ident *ident_of(struct vdisk_unit *unit, u8 type)
{
	switch (type) {
	case IDENT_BINARY:
		return &unit->idents[0];
	case IDENT_TEXT:
		return &unit->idents[1];
	default:
		return NULL;
	}
}

static unsigned int ident_supported(u8 *p)
{
	static const u8 types[] = { IDENT_BINARY, IDENT_TEXT };
	unsigned int i;

	for (i = 0; i < sizeof(types); i++) {
		p[0] = types[i] << 1;
		p[1] = 0;
		put_unaligned_be16(VDISK_IDENT_LEN, &p[2]);
		p += 4;
	}
	return 4 * sizeof(types);
}

/* In a thread. */
enum scst_exec_res vdisk_report_ident(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 type = cmd->cdb[10] >> 1, buf[IDENT_HEADER_LEN + VDISK_IDENT_LEN] = {};
	const struct vdisk_ident *ident = ident_of(&vdev->unit, type);
	unsigned int len = 0;

	if (type == IDENT_SUPPORTED) {
		len = ident_supported(buf + IDENT_HEADER_LEN);
	} else if (ident) {
		mutex_lock(&vdev->unit.mutex);
		len = ident->len;
		memcpy(buf + IDENT_HEADER_LEN, ident->data, len);
		mutex_unlock(&vdev->unit.mutex);
	} else {
		scst_set_invalid_field(cmd, 10, 7);
		return vdisk_finish(cmd);
	}
	put_unaligned_be16(len, &buf[2]);
	scst_copy_response(cmd, buf, IDENT_HEADER_LEN + len);
	return vdisk_finish(cmd);
}

/* In a thread. */
enum scst_exec_res vdisk_set_ident(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 type = cmd->cdb[10] >> 1, data[VDISK_IDENT_LEN];
	struct vdisk_ident *ident = ident_of(&vdev->unit, type);
	u32 len = cmd->bufflen;

	if (!ident) {
		scst_set_invalid_field(cmd, 10, 7);
		return vdisk_finish(cmd);
	}
	if (len > VDISK_IDENT_LEN) {
		scst_set_invalid_field(cmd, 6, -1);
		return vdisk_finish(cmd);
	}
	scst_get_param_list(cmd, data, 0, len);
	/* Text ends with a NUL, SPC-5 4.3.1. */
	if (type == IDENT_TEXT && len && data[len - 1]) {
		scst_set_invalid_field_in_param(cmd, len - 1, -1);
		return vdisk_finish(cmd);
	}
	mutex_lock(&vdev->unit.mutex);
	ident->len = len;
	memcpy(ident->data, data, len);
	mutex_unlock(&vdev->unit.mutex);
	scst_dev_raise_ua(cmd->dev, SCST_UA_IDENT_CHANGED, cmd->tgt_dev);
	return vdisk_finish(cmd);
}

/* In a thread. */
enum scst_exec_res vdisk_report_timestamp(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev)
{
	u8 buf[TIMESTAMP_IN_LEN] = {};
	u64 ms;

	mutex_lock(&vdev->unit.mutex);
	if (vdev->unit.clock_set)
		ms = ktime_to_ms(ktime_get_boottime()) + vdev->unit.clock_offset;
	else
		ms = ktime_to_ms(ktime_get_real());
	buf[2] = vdev->unit.clock_set ? TIMESTAMP_SET : TIMESTAMP_OTHER;
	mutex_unlock(&vdev->unit.mutex);

	put_unaligned_be16(TIMESTAMP_IN_LEN - 2, &buf[0]);
	put_unaligned_be16(ms >> 32 & 0xffff, &buf[4]);
	put_unaligned_be32(ms, &buf[6]);
	scst_copy_response(cmd, buf, sizeof(buf));
	return vdisk_finish(cmd);
}

static bool timestamp_check(struct scst_cmd *cmd, const u8 *list)
{
	static const u8 reserved[] = { 0, 1, 2, 3, 10, 11 };
	unsigned int i;

	if (cmd->bufflen != TIMESTAMP_OUT_LEN) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
		return false;
	}
	for (i = 0; i < sizeof(reserved); i++) {
		if (list[reserved[i]]) {
			scst_set_invalid_field_in_param(cmd, reserved[i], -1);
			return false;
		}
	}
	return true;
}

/* In a thread. */
enum scst_exec_res vdisk_set_timestamp(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev)
{
	u8 list[TIMESTAMP_OUT_LEN] = {};
	u64 ms;

	scst_get_param_list(cmd, list, 0, sizeof(list));
	if (!cmd->bufflen || !timestamp_check(cmd, list))
		return vdisk_finish(cmd);
	ms = (u64)get_unaligned_be16(&list[4]) << 32 | get_unaligned_be32(&list[6]);
	mutex_lock(&vdev->unit.mutex);
	vdev->unit.clock_set = true;
	vdev->unit.clock_offset = ms - ktime_to_ms(ktime_get_boottime());
	mutex_unlock(&vdev->unit.mutex);
	scst_dev_raise_ua(cmd->dev, SCST_UA_TIMESTAMP_CHANGED, cmd->tgt_dev);
	return vdisk_finish(cmd);
}
