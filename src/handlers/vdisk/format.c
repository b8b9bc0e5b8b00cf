// SPDX-License-Identifier: GPL-2.0
/*
 * FORMAT UNIT (SBC-4 5.4): there are no sectors to lay out. As disk arrays do, all
 * space is given back where the backing can, which leaves zeros; otherwise the blocks
 * keep what they have, which the standard leaves open.
 */
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define FORMAT_FMTPINFO		0xc0
#define FORMAT_LONGLIST		0x20
#define FORMAT_FMTDATA		0x10
#define FORMAT_CMPLST		0x08

/* Of the parameter list's header */
#define FORMAT_PROTECTION	0x07
#define FORMAT_FOV		0x80
#define FORMAT_OPTIONS		0x7c	/* DPRY, DCRT, STPF, IP, obsolete */
#define FORMAT_IP		0x08
#define FORMAT_IMMED		0x02

static int format_run(struct vdisk_pieces *p, const void *param)
{
	return vdisk_pieces_unmap(p);
}

static const struct vdisk_long_type format_type = {
	.name = "FORMAT UNIT",
	.running = { SCST_LOAD_SENSE(scst_sense_format_in_progress) },
	.failed = { SCST_LOAD_SENSE(scst_sense_format_failed) },
	.run = format_run,
};

static bool format_check_cdb(struct scst_cmd *cmd)
{
	if (cmd->cdb[1] & FORMAT_FMTPINFO)
		scst_set_invalid_field(cmd, 1, 7);
	else if (!(cmd->cdb[1] & FORMAT_FMTDATA) && cmd->cdb[1] & FORMAT_LONGLIST)
		scst_set_invalid_field(cmd, 1, 5);
	else if (!(cmd->cdb[1] & FORMAT_FMTDATA) && cmd->cdb[1] & FORMAT_CMPLST)
		scst_set_invalid_field(cmd, 1, 3);
	else
		return true;
	return false;
}

/* No protection information, no initialization pattern, no defects. */
static bool format_check_list(struct scst_cmd *cmd, const u8 *list, bool is_long)
{
	u32 defects = is_long ? get_unaligned_be32(&list[4]) :
				get_unaligned_be16(&list[2]);

	if (list[0] & FORMAT_PROTECTION)
		scst_set_invalid_field_in_param(cmd, 0, 2);
	else if (list[1] & FORMAT_IP)
		scst_set_invalid_field_in_param(cmd, 1, 3);
	else if (list[1] & FORMAT_OPTIONS && !(list[1] & FORMAT_FOV))
		scst_set_invalid_field_in_param(cmd, 1, 6);
	else if (is_long && list[3])
		scst_set_invalid_field_in_param(cmd, 3, -1);
	else if (defects)
		scst_set_invalid_field_in_param(cmd, is_long ? 4 : 2, -1);
	else
		return true;
	return false;
}

static bool format_read_list(struct scst_cmd *cmd, bool *immediate)
{
	bool is_long = cmd->cdb[1] & FORMAT_LONGLIST;
	u32 len = is_long ? 8 : 4;
	u8 list[8] = {};

	if (!(cmd->cdb[1] & FORMAT_FMTDATA))
		return true;
	if (scst_get_param_list(cmd, list, 0, len) < len) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
		return false;
	}
	*immediate = list[1] & FORMAT_IMMED;
	return format_check_list(cmd, list, is_long);
}

enum scst_exec_res vdisk_format_unit(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	bool immediate = false;

	if (!format_check_cdb(cmd) || !format_read_list(cmd, &immediate))
		return vdisk_finish(cmd);
	if (!vdev->space.can_unmap)
		return vdisk_finish(cmd);
	if (!vdisk_long_claim(cmd, vdev))
		return SCST_EXEC_COMPLETED;
	vdisk_long_start(cmd, vdev, &format_type, NULL, immediate);
	return SCST_EXEC_COMPLETED;
}
