// SPDX-License-Identifier: GPL-2.0
/*
 * SANITIZE (SBC-4 4.11, 5.32): OVERWRITE writes a pattern to all blocks as often as
 * asked; BLOCK ERASE gives back all space, where reads give zeros afterwards. What a
 * disk below keeps of former contents in places that can't be addressed, neither
 * reaches.
 */
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define SANITIZE_IMMED		0x80
#define SANITIZE_AUSE		0x20
#define OVERWRITE_HEADER	4
#define OVERWRITE_INVERT	0x80
#define OVERWRITE_TEST		0x60
#define OVERWRITE_COUNT		0x1f

/**
 * struct sanitize_pattern - parameters of OVERWRITE
 * @passes: OVERWRITE COUNT
 * @invert: each other pass writes the complement
 * @len: bytes of @bytes, repeated within a block
 * @bytes: INITIALIZATION PATTERN
 */
struct sanitize_pattern {
	u8 passes;
	bool invert;
	u32 len;
	u8 bytes[VDISK_MAX_BLOCK];
};

/* ---- what is done ---- */

static void pattern_fill(struct vdisk_pieces *p,
			 const struct sanitize_pattern *pattern)
{
	u32 block = 1U << p->vdev->block_shift;
	u32 at;

	for (at = 0; at < block; at++)
		p->data[at] = pattern->bytes[at % pattern->len];
	for (at = block; at < p->size; at += block)
		memcpy(p->data + at, p->data, block);
}

static void pattern_invert(struct vdisk_pieces *p)
{
	u32 at;

	for (at = 0; at < p->size; at++)
		p->data[at] = ~p->data[at];
}

/* Each pass has to reach the medium, not just a cache. */
static int overwrite_run(struct vdisk_pieces *p, const void *param)
{
	const struct sanitize_pattern *pattern = param;
	unsigned int pass;
	int err = 0;

	pattern_fill(p, pattern);
	p->total = p->len * pattern->passes;
	for (pass = 0; !err && pass < pattern->passes; pass++) {
		if (pass && pattern->invert)
			pattern_invert(p);
		p->before = p->len * pass;
		err = vdisk_pieces_each(p, vdisk_piece_write);
		if (!err && p->len)
			err = p->vdev->mode->space->flush(p->vdev, 0, p->len);
	}
	return err;
}

static int block_erase_run(struct vdisk_pieces *p, const void *param)
{
	return vdisk_pieces_unmap(p);
}

#define SANITIZE_TYPE(text, fn) {						\
	.name = "SANITIZE, " text,						\
	.running = { SCST_LOAD_SENSE(scst_sense_sanitize_in_progress) },	\
	.failed = { SCST_LOAD_SENSE(scst_sense_sanitize_failed) },		\
	.stays_failed = true,							\
	.run = (fn),								\
}

static const struct vdisk_long_type overwrite_type =
	SANITIZE_TYPE("OVERWRITE", overwrite_run);
static const struct vdisk_long_type block_erase_type =
	SANITIZE_TYPE("BLOCK ERASE", block_erase_run);

/* ---- the commands ---- */

/* During a sanitize operation; and after one that has failed, what AUSE forbids. */
static bool sanitize_is_allowed(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 state = READ_ONCE(vdev->long_op.state);

	if (state == VDISK_LONG_RUNNING) {
		scst_set_cmd_condition(cmd);
		return false;
	}
	if (state == VDISK_LONG_FAILED && !vdev->long_op.may_exit &&
	    cmd->cdb[1] & SANITIZE_AUSE) {
		scst_set_invalid_field(cmd, 1, 5);
		return false;
	}
	return true;
}

static enum scst_exec_res sanitize_start(struct scst_cmd *cmd,
					 struct vdisk_dev *vdev,
					 const struct vdisk_long_type *type,
					 void *param)
{
	vdev->long_op.may_exit = cmd->cdb[1] & SANITIZE_AUSE;
	vdisk_long_start(cmd, vdev, type, param, cmd->cdb[1] & SANITIZE_IMMED);
	return SCST_EXEC_COMPLETED;
}

/* Looks at the header; the pattern's length, or 0: refused. */
static u32 overwrite_check(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			   u8 header[OVERWRITE_HEADER])
{
	u32 block = 1U << vdev->block_shift;
	u32 len;

	if (cmd->data_len <= OVERWRITE_HEADER ||
	    cmd->data_len > OVERWRITE_HEADER + block) {
		scst_set_invalid_field(cmd, 7, -1);
		return 0;
	}
	if (scst_get_param_list(cmd, header, 0, OVERWRITE_HEADER) <
	    OVERWRITE_HEADER) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
		return 0;
	}
	len = get_unaligned_be16(&header[2]);
	if (header[0] & OVERWRITE_TEST)
		scst_set_invalid_field_in_param(cmd, 0, 6);
	else if (!(header[0] & OVERWRITE_COUNT))
		scst_set_invalid_field_in_param(cmd, 0, 4);
	else if (!len || len > cmd->bufflen - OVERWRITE_HEADER)
		scst_set_invalid_field_in_param(cmd, 2, -1);
	else
		return len;
	return 0;
}

enum scst_exec_res vdisk_sanitize_overwrite(struct scst_cmd *cmd,
					    struct vdisk_dev *vdev)
{
	struct sanitize_pattern *pattern;
	u8 header[OVERWRITE_HEADER];
	u32 len;

	if (!sanitize_is_allowed(cmd, vdev))
		return vdisk_finish(cmd);
	len = overwrite_check(cmd, vdev, header);
	if (!len)
		return vdisk_finish(cmd);
	if (!vdisk_long_claim(cmd, vdev))
		return SCST_EXEC_COMPLETED;
	pattern = kzalloc(sizeof(*pattern), GFP_NOIO);
	if (!pattern) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	pattern->passes = header[0] & OVERWRITE_COUNT;
	pattern->invert = header[0] & OVERWRITE_INVERT;
	pattern->len = len;
	scst_get_param_list(cmd, pattern->bytes, OVERWRITE_HEADER, len);
	return sanitize_start(cmd, vdev, &overwrite_type, pattern);
}

/* A parameter list would mean something else. */
static bool sanitize_has_no_list(struct scst_cmd *cmd)
{
	if (!get_unaligned_be16(&cmd->cdb[7]))
		return true;
	scst_set_invalid_field(cmd, 7, -1);
	return false;
}

enum scst_exec_res vdisk_sanitize_block_erase(struct scst_cmd *cmd,
					      struct vdisk_dev *vdev)
{
	if (!sanitize_is_allowed(cmd, vdev) || !sanitize_has_no_list(cmd))
		return vdisk_finish(cmd);
	if (!vdisk_long_claim(cmd, vdev))
		return SCST_EXEC_COMPLETED;
	return sanitize_start(cmd, vdev, &block_erase_type, NULL);
}

/* Only for one that has failed, and was begun with AUSE. */
enum scst_exec_res vdisk_sanitize_exit_failure(struct scst_cmd *cmd,
					       struct vdisk_dev *vdev)
{
	u8 state = READ_ONCE(vdev->long_op.state);

	if (state == VDISK_LONG_RUNNING)
		scst_set_cmd_condition(cmd);
	else if (!sanitize_has_no_list(cmd))
		;
	else if (state == VDISK_LONG_FAILED && vdev->long_op.may_exit)
		vdisk_long_clear(vdev);
	else if (state == VDISK_LONG_FAILED)
		scst_set_invalid_field(cmd, 1, 4);
	return vdisk_finish(cmd);
}
