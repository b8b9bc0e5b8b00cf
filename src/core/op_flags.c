// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that a device knows better than the opcode table. They get a row that says
 * no more than what the core has to respect; there is one for each set of that.
 */
#include "scst_priv.h"

#define OWN_WRITES	BIT(0)
#define OWN_SKIP_UA	BIT(1)
#define OWN_EXEMPT	BIT(2)
#define OWN_READS	BIT(3)
#define OWN_MEDIUM	BIT(4)
#define OWN_ROWS	BIT(5)

/* The bits of a row's number, in scst_op.flags. */
static const struct {
	u32 own;
	u32 flag;
} own_bits[] = {
	{ OWN_WRITES,	SCST_OP_WRITES },
	{ OWN_SKIP_UA,	SCST_OP_SKIP_UA },
	{ OWN_EXEMPT,	SCST_OP_RESV_EXEMPT },
	{ OWN_READS,	SCST_OP_RESV_READS },
	{ OWN_MEDIUM,	SCST_OP_MEDIUM },
};

static struct scst_op own_rows[OWN_ROWS] __ro_after_init;

static bool row_is_own(const struct scst_op *op)
{
	return op >= own_rows && op < own_rows + OWN_ROWS;
}

int __init scst_op_flags_init(void)
{
	unsigned int i, n;

	for (n = 0; n < OWN_ROWS; n++) {
		own_rows[n].sa = SCST_OP_NO_SA;
		own_rows[n].cdb_len = 1;
		own_rows[n].dir = SCST_DATA_NONE;
		own_rows[n].types = SCST_OP_ALL_TYPES;
		own_rows[n].name = "command that only the device knows";
		for (i = 0; i < ARRAY_SIZE(own_bits); i++)
			if (n & own_bits[i].own)
				own_rows[n].flags |= own_bits[i].flag;
	}
	return 0;
}

const struct scst_op *scst_op_unknown(void)
{
	return &own_rows[0];
}

u32 scst_cmd_op_flags(const struct scst_cmd *cmd)
{
	static const struct {
		u32 row;
		u32 flags;
	} map[] = {
		{ SCST_OP_WRITES,	SCST_WRITE_MEDIUM },
		{ SCST_OP_SKIP_UA,	SCST_SKIP_UA },
		{ SCST_OP_RESV_EXEMPT,	SCST_REG_RESERVE_ALLOWED |
					SCST_WRITE_EXCL_ALLOWED |
					SCST_EXCL_ACCESS_ALLOWED },
		{ SCST_OP_RESV_READS,	SCST_WRITE_EXCL_ALLOWED },
		{ SCST_OP_LEN_BLOCKS,	SCST_TRANSFER_LEN_TYPE_FIXED },
		{ SCST_OP_LEN_EXPECTED,	SCST_UNKNOWN_LENGTH },
		{ SCST_OP_LOCAL,	SCST_LOCAL_CMD | SCST_FULLY_LOCAL_CMD },
	};
	u32 flags = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (cmd->op->flags & map[i].row)
			flags |= map[i].flags;
	if (row_is_own(cmd->op))
		return flags | SCST_UNKNOWN_LBA | SCST_UNKNOWN_LENGTH;
	return flags | SCST_INFO_VALID |
	       (cmd->op->lba.len ? 0 : SCST_LBA_NOT_VALID);
}
SCST_EXPORT(scst_cmd_op_flags);

void scst_cmd_set_op_flags(struct scst_cmd *cmd, u32 flags)
{
	u32 n = 0, is = 0;
	unsigned int i;

	if (cmd->op->flags & SCST_OP_LOCAL)
		return;
	for (i = 0; i < ARRAY_SIZE(own_bits); i++)
		if (cmd->op->flags & own_bits[i].flag)
			is |= own_bits[i].own;
	if (flags & SCST_WRITE_MEDIUM)
		n |= OWN_WRITES;
	if (flags & SCST_SKIP_UA)
		n |= OWN_SKIP_UA;
	if (flags & SCST_EXCL_ACCESS_ALLOWED)
		n |= OWN_EXEMPT;
	else if (flags & SCST_WRITE_EXCL_ALLOWED)
		n |= OWN_READS;
	n |= is & OWN_MEDIUM;
	if (is & OWN_EXEMPT && n & OWN_EXEMPT)
		n |= is & OWN_READS;
	if (n != is)
		cmd->op = &own_rows[n];
}
SCST_EXPORT(scst_cmd_set_op_flags);
