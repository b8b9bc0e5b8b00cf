// SPDX-License-Identifier: GPL-2.0
/*
 * What a virtual drive does with each operation code. The core has looked at unit
 * attentions before; whether there is a disc, and where it ends, is seen here.
 */
#include <linux/bitops.h>
#include <scsi/scsi_proto.h>
#include <uapi/linux/cdrom.h>

#include "vcdrom.h"

/* READ CD and READ CD MSF, MMC-6 6.15, 6.16 */
#define READ_CD_TYPE(cdb)	((cdb)[1] >> 2 & 0x07)
#define READ_CD_ANY		0
#define READ_CD_MODE_1		2
#define READ_CD_MAX_TYPE	5
#define READ_CD_USER_DATA	0x10	/* byte 9: the main channel's parts */
#define READ_CD_SUBCHANNEL	0x07	/* byte 10 */

/**
 * struct vcdrom_op - what to do with an operation code
 * @disc: it needs a disc
 * @parse: what there is to see before the disc is looked at, after the generic
 *	parser; 0, or -errno when an error was set; or NULL
 * @reply: answers from what is known, in any context
 * @read: reads the disc: the answer may come later
 * @thread: answers in a thread
 */
struct vcdrom_op {
	bool disc;
	int (*parse)(struct scst_cmd *cmd);
	void (*reply)(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		      const struct vcdrom_disc *disc);
	enum scst_exec_res (*read)(struct scst_cmd *cmd,
				   struct vcdrom_disc *disc);
	enum scst_exec_res (*thread)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
};

/* ---- ranges ---- */

static u32 be24(const u8 *p)
{
	return p[0] << 16 | p[1] << 8 | p[2];
}

/* Frames from the start of the lead-in; -1: no such time. */
static s32 msf_frames(const u8 *p)
{
	if (p[1] >= 60 || p[2] >= VCDROM_FRAMES)
		return -1;
	return (p[0] * 60 + p[1]) * VCDROM_FRAMES + p[2];
}

/* How many blocks the CDB names. */
static u32 op_blocks(const u8 *cdb)
{
	switch (cdb[0]) {
	case GPCMD_READ_12:
		return get_unaligned_be32(&cdb[6]);
	case GPCMD_READ_CD:
		return be24(&cdb[6]);
	case GPCMD_READ_CD_MSF:
		return msf_frames(&cdb[6]) - msf_frames(&cdb[3]);
	case GPCMD_SEEK:
		return 1;
	default:
		return get_unaligned_be16(&cdb[7]);
	}
}

static bool range_is_there(struct scst_cmd *cmd, const struct vcdrom_disc *disc)
{
	u32 blocks = op_blocks(cmd->cdb);

	if (likely(cmd->lba <= disc->blocks &&
		   blocks <= disc->blocks - cmd->lba))
		return true;
	scst_set_cmd_error_info(cmd,
				SCST_LOAD_SENSE(scst_sense_block_out_range_error),
				max_t(u64, cmd->lba, disc->blocks));
	return false;
}

/* ---- before the disc is looked at ---- */

static int parse_read(struct scst_cmd *cmd)
{
	if (likely(cmd->data_len <= VDISK_MAX_XFER))
		return 0;
	scst_set_invalid_field(cmd, cmd->cdb_len == 10 ? 7 : 6, -1);
	return -EINVAL;
}

/* There is nothing to compare with: BYTCHK is reserved in MMC. */
static int parse_verify(struct scst_cmd *cmd)
{
	if (!(cmd->cdb[1] & 0x06))
		return 0;
	scst_set_invalid_field(cmd, 1, 2);
	return -EINVAL;
}

/* Byte and bit of what can't be had of a block but its user data; 0: nothing. */
static unsigned int read_cd_refused(const u8 *cdb, int *bit)
{
	if (READ_CD_TYPE(cdb) > READ_CD_MAX_TYPE) {
		*bit = 4;
		return 1;
	}
	if (cdb[9] & ~READ_CD_USER_DATA) {
		*bit = fls(cdb[9] & ~READ_CD_USER_DATA) - 1;
		return 9;
	}
	if (cdb[10] & READ_CD_SUBCHANNEL) {
		*bit = fls(cdb[10] & READ_CD_SUBCHANNEL) - 1;
		return 10;
	}
	return 0;
}

static int parse_read_cd(struct scst_cmd *cmd)
{
	unsigned int byte;
	int bit;

	byte = read_cd_refused(cmd->cdb, &bit);
	if (byte) {
		scst_set_invalid_field(cmd, byte, bit);
		return -EINVAL;
	}
	/* Of no part of a block nothing is sent: it is only looked for. */
	cmd->data_direction = cmd->cdb[9] ? SCST_DATA_READ : SCST_DATA_NONE;
	cmd->data_len = cmd->cdb[9] ?
		(u64)op_blocks(cmd->cdb) << VCDROM_BLOCK_SHIFT : 0;
	return parse_read(cmd);
}

static int parse_read_cd_msf(struct scst_cmd *cmd)
{
	s32 start = msf_frames(&cmd->cdb[3]);
	s32 end = msf_frames(&cmd->cdb[6]);

	if (start < 0 || end < start) {
		scst_set_invalid_field(cmd, start < 0 ? 3 : 6, -1);
		return -EINVAL;
	}
	if (start < VCDROM_LEAD_IN) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_block_out_range_error));
		return -EINVAL;
	}
	cmd->lba = start - VCDROM_LEAD_IN;
	return parse_read_cd(cmd);
}

/* ---- commands ---- */

/* A drive has nothing to bring to its disc, which is only read. */
static enum scst_exec_res drive_sync(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u64 lba, u64 blocks)
{
	return vdisk_finish(cmd);
}

/* What is shared with virtual disks and asks for a mode: discs have another one. */
const struct vdisk_mode vcdrom_mode = {
	.vendor	= "SCST_FIO",
	.type	= &vcdrom_type,
	.sync	= drive_sync,
};

static void op_nothing(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		       const struct vcdrom_disc *disc)
{
}

/* SEEK and SYNCHRONIZE CACHE: there is neither an arm to move nor a block to write. */
static void op_check_range(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			   const struct vcdrom_disc *disc)
{
	range_is_there(cmd, disc);
}

static void op_inquiry(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		       const struct vcdrom_disc *disc)
{
	vdisk_inquiry(cmd, &drive->vdev);
}

static void op_read_capacity(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	u8 buf[8];

	put_unaligned_be32(disc->blocks - 1, &buf[0]);
	put_unaligned_be32(VCDROM_BLOCK, &buf[4]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* Nothing can be newer than the medium: FUA has no effect. */
static enum scst_exec_res op_read(struct scst_cmd *cmd, struct vcdrom_disc *disc)
{
	u32 len = min_t(u64, cmd->bufflen,
			(u64)op_blocks(cmd->cdb) << VCDROM_BLOCK_SHIFT);

	if (!range_is_there(cmd, disc) || !len)
		return vdisk_finish(cmd);
	return vdisk_fileio.rw(cmd, &disc->vdev, len, false, false);
}

static enum scst_exec_res op_read_cd(struct scst_cmd *cmd,
				     struct vcdrom_disc *disc)
{
	u8 type = READ_CD_TYPE(cmd->cdb);

	if (disc->dvd) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_incompatible_medium));
		return vdisk_finish(cmd);
	}
	if (type != READ_CD_ANY && type != READ_CD_MODE_1) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_illegal_track_mode));
		return vdisk_finish(cmd);
	}
	return op_read(cmd, disc);
}

static enum scst_exec_res op_verify(struct scst_cmd *cmd,
				    struct vcdrom_disc *disc)
{
	u32 blocks = op_blocks(cmd->cdb);

	if (!range_is_there(cmd, disc) || !blocks)
		return vdisk_finish(cmd);
	if (cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;
	vcdrom_verify(cmd, disc, blocks);
	return vdisk_finish(cmd);
}

static void op_mode_sense(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			  const struct vcdrom_disc *disc)
{
	vdisk_mode_sense(cmd, &drive->vdev);
}

/* By operation code; what has no row is refused by the core. */
static const struct vcdrom_op vcdrom_ops[256] = {
	[TEST_UNIT_READY]	= { .disc = true, .reply = op_nothing },
	[INQUIRY]		= { .reply = op_inquiry },
	[MODE_SENSE]		= { .reply = op_mode_sense },
	[MODE_SENSE_10]		= { .reply = op_mode_sense },
	[MODE_SELECT]		= { .thread = vdisk_mode_select },
	[MODE_SELECT_10]	= { .thread = vdisk_mode_select },
	[START_STOP]		= { .reply = vcdrom_start_stop },
	[ALLOW_MEDIUM_REMOVAL]	= { .reply = vcdrom_prevent_allow },
	[READ_CAPACITY]		= { .disc = true, .reply = op_read_capacity },
	[READ_10]		= { .disc = true, .parse = parse_read, .read = op_read },
	[READ_12]		= { .disc = true, .parse = parse_read, .read = op_read },
	[VERIFY]		= { .disc = true, .parse = parse_verify,
				    .read = op_verify },
	[SEEK_10]		= { .disc = true, .reply = op_check_range },
	[SYNCHRONIZE_CACHE]	= { .disc = true, .reply = op_check_range },
	[GPCMD_READ_CD]		= { .disc = true, .parse = parse_read_cd,
				    .read = op_read_cd },
	[GPCMD_READ_CD_MSF]	= { .disc = true, .parse = parse_read_cd_msf,
				    .read = op_read_cd },
	[GPCMD_READ_TOC_PMA_ATIP] = { .disc = true, .reply = vcdrom_read_toc },
	[GPCMD_READ_SUBCHANNEL]	= { .disc = true, .reply = vcdrom_read_subchannel },
	[GPCMD_READ_DISC_INFO]	= { .disc = true, .reply = vcdrom_disc_information },
	[GPCMD_READ_TRACK_RZONE_INFO] = { .disc = true,
					  .reply = vcdrom_track_information },
	[GPCMD_READ_DVD_STRUCTURE] = { .disc = true, .reply = vcdrom_read_structure },
	[GPCMD_GET_CONFIGURATION] = { .reply = vcdrom_get_configuration },
	[GPCMD_GET_EVENT_STATUS_NOTIFICATION] = { .reply = vcdrom_get_event },
	[GPCMD_MECHANISM_STATUS] = { .reply = vcdrom_mechanism_status },
	[GPCMD_SET_SPEED]	= { .reply = op_nothing },
};

bool vcdrom_supports_op(const struct scst_device *dev, u8 op, u16 sa)
{
	const struct vcdrom_op *row = &vcdrom_ops[op];

	return row->reply || row->read || row->thread;
}

int vcdrom_parse(struct scst_cmd *cmd)
{
	const struct vcdrom_op *op = &vcdrom_ops[cmd->cdb[0]];
	int err = scst_sbc_generic_parse(cmd);

	if (!err && op->parse)
		err = op->parse(cmd);
	return err;
}

static enum scst_exec_res exec_op(struct scst_cmd *cmd,
				  const struct vcdrom_op *op,
				  struct vcdrom_drive *drive,
				  struct vcdrom_disc *disc)
{
	if (op->disc) {
		if (unlikely(!disc)) {
			vcdrom_not_ready(cmd, drive);
			return vdisk_finish(cmd);
		}
		/*
		 * The disc may have been changed since the core has looked for unit
		 * attentions. Pairs with rcu_assign_pointer() in __load(): who sees
		 * the new disc sees the unit attention, too.
		 */
		smp_rmb();
		if (unlikely(!scst_check_local_events(cmd)))
			return vdisk_finish(cmd);
	}
	if (op->read)
		return op->read(cmd, disc);
	if (op->thread)
		return cmd->context == SCST_CONTEXT_THREAD ?
			op->thread(cmd, &drive->vdev) : SCST_EXEC_NEED_THREAD;
	op->reply(cmd, drive, disc);
	return vdisk_finish(cmd);
}

/* The disc stays open while a command looks at it, however it is exchanged. */
enum scst_exec_res vcdrom_exec(struct scst_cmd *cmd)
{
	struct vcdrom_drive *drive = vcdrom_of(cmd->dev);
	struct vcdrom_disc *disc;
	enum scst_exec_res res;
	int idx;

	scst_trace(SCST_TRACE_DEBUG, "vcdrom %s: operation code %02x, LBA %llu, %u bytes\n",
		   drive->vdev.name, cmd->cdb[0], cmd->lba, cmd->bufflen);
	idx = srcu_read_lock(&drive->srcu);
	disc = srcu_dereference(drive->loaded, &drive->srcu);
	res = exec_op(cmd, &vcdrom_ops[cmd->cdb[0]], drive, disc);
	srcu_read_unlock(&drive->srcu, idx);
	return res;
}
