// SPDX-License-Identifier: GPL-2.0
/*
 * What parsing is like for devices of blocks. Builds in user space too
 * (src/tools/fileio_tgt).
 */
#include "kapi_base.h"
#include "scsi_tgt.h"
#include "opcode.h"

/* SBC-4 4.2.2 (capacity), 4.6. Blocks are at most 33 bits, sizes at most 24. */
static int sbc_parse(struct scst_cmd *cmd, u32 block_size)
{
	const struct scst_op *op = cmd->op;
	u64 blocks, capacity;

	/* As cmd_decode() has read it: so far it counts blocks. */
	blocks = op->len.len ? cmd->data_len : 0;
	if (op->flags & SCST_OP_LEN_BLOCKS) {
		cmd->data_len = scst_op_data_blocks(op, cmd->cdb, blocks) *
				block_size;
		if (op->flags & SCST_OP_BYTCHK && cmd->data_len)
			cmd->data_direction = SCST_DATA_WRITE;
	}
	if (op->flags & SCST_OP_RANGE) {
		capacity = READ_ONCE(cmd->dev->nblocks);
		if (unlikely(cmd->lba > capacity ||
			     blocks > capacity - cmd->lba)) {
			scst_set_cmd_error_info(cmd,
						SCST_LOAD_SENSE(scst_sense_block_out_range_error),
						cmd->lba > capacity ? cmd->lba : capacity);
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * scst_sbc_generic_parse() - block counts to bytes, and the range check
 * @cmd: the command, decoded, of a device with block_shift and nblocks
 *
 * Context: any.
 * Return: 0, or -EINVAL when an error was set.
 */
int scst_sbc_generic_parse(struct scst_cmd *cmd)
{
	if (!(cmd->op->flags & (SCST_OP_LEN_BLOCKS | SCST_OP_RANGE)))
		return 0;
	return sbc_parse(cmd, 1u << cmd->dev->block_shift);
}
SCST_EXPORT(scst_sbc_generic_parse);

int scst_sbc_parse_blocks(struct scst_cmd *cmd, u32 block_size, u32 prot_size)
{
	if (!(cmd->op->flags & (SCST_OP_LEN_BLOCKS | SCST_OP_RANGE)))
		return 0;
	if (unlikely(prot_size) && scst_op_wants_protection(cmd->op, cmd->cdb))
		block_size += prot_size;
	return sbc_parse(cmd, block_size);
}
SCST_EXPORT(scst_sbc_parse_blocks);
