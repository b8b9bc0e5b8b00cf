// SPDX-License-Identifier: GPL-2.0
/* Lookup in the opcode table. */
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/types.h>

#include "scst_const.h"
#include "scst_debug.h"

#include "kapi.h"
#include "opcode.h"

#define SCST_OP_TYPES		32
#define SCST_OP_VARIABLE	0x7f

/*
 * For each device type and operation code the number of the first row, counted
 * from 1, or 0. The rows of one operation code stand side by side in the table,
 * so that those of its service actions follow.
 */
static u16 op_index[SCST_OP_TYPES][256] __ro_after_init;

/* SPC-5 4.2.2, 4.2.3: where the service action is depends on the CDB's format. */
static int op_service_action(const u8 *cdb, unsigned int cdb_len)
{
	if (cdb[0] == SCST_OP_VARIABLE)
		return cdb_len < 10 ? -1 : get_unaligned_be16(cdb + 8);
	return cdb_len < 2 ? -1 : cdb[1] & 0x1f;
}

static const struct scst_op *op_find_sa(const struct scst_op *row, u8 type,
					const u8 *cdb, unsigned int cdb_len)
{
	const struct scst_op *end = scst_op_table + scst_op_table_size;
	int sa = op_service_action(cdb, cdb_len);

	for (; row < end && row->op == cdb[0]; row++)
		if (row->sa == sa && row->types & SCST_OP_TYPE(type))
			return row;
	return NULL;
}

const struct scst_op *scst_op_find(u8 type, const u8 *cdb, unsigned int cdb_len)
{
	const struct scst_op *row;

	if (!cdb_len || !scst_op_known(type, cdb[0]))
		return NULL;
	row = &scst_op_table[op_index[type][cdb[0]] - 1];
	if (row->sa == SCST_OP_NO_SA)
		return row;
	return op_find_sa(row, type, cdb, cdb_len);
}

bool scst_op_known(u8 type, u8 op)
{
	return type < SCST_OP_TYPES && op_index[type][op];
}

unsigned int scst_cdb_len(const u8 *cdb, unsigned int avail)
{
	static const u8 group_len[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };

	if (!avail)
		return 0;
	if (cdb[0] == SCST_OP_VARIABLE)
		return avail < 8 ? 0 : cdb[7] + 8;
	return group_len[cdb[0] >> 5];
}

/* SBC-4 5.36: BYTCHK says what VERIFY compares with, byte 10 of 32-byte CDBs. */
static u64 op_bytchk_blocks(const u8 *cdb, u64 blocks)
{
	u8 flags = cdb[0] == SCST_OP_VARIABLE ? cdb[10] : cdb[1];

	switch (flags >> 1 & 0x3) {
	case 1:
		return blocks;
	case 3:
		return blocks ? 1 : 0;
	default:
		return 0;
	}
}

u64 scst_op_data_blocks(const struct scst_op *op, const u8 *cdb, u64 blocks)
{
	if (op->flags & SCST_OP_BYTCHK)
		return op_bytchk_blocks(cdb, blocks);
	if (op->flags & SCST_OP_DATA_ONE)
		return 1;
	if (op->flags & SCST_OP_DATA_TWICE)
		return 2 * blocks;
	return blocks;
}

static bool field_is_inside(const struct scst_op_field *f, u8 cdb_len)
{
	return f->len <= sizeof(u64) && f->off + f->len <= cdb_len;
}

static bool row_has_length(const struct scst_op *row)
{
	return row->len.len || row->fixed_len ||
	       row->flags & SCST_OP_LEN_EXPECTED;
}

static u8 row_cdb_len(const struct scst_op *row)
{
	const u8 cdb[8] = { row->op };

	return row->op == SCST_OP_VARIABLE ? SCST_MAX_CDB_SIZE :
					     scst_cdb_len(cdb, sizeof(cdb));
}

/* Return: what is wrong with the row by itself, or NULL. */
static const char *row_check(const struct scst_op *row)
{
	if (!row->name || !row->types)
		return "no name or no device type";
	if (row->cdb_len != row_cdb_len(row))
		return "CDB length does not fit the operation code";
	if (!field_is_inside(&row->lba, row->cdb_len) ||
	    !field_is_inside(&row->len, row->cdb_len))
		return "a field is outside of the CDB";
	if (row->dir != SCST_DATA_NONE && !row_has_length(row))
		return "data without a length";
	if (row->flags & SCST_OP_LEN_BLOCKS && !row->len.len)
		return "counts blocks without a length field";
	if (row->flags & SCST_OP_RANGE &&
	    (!row->lba.len || !(row->flags & SCST_OP_LEN_BLOCKS)))
		return "a range without an LBA or without blocks";
	if (row->sa != SCST_OP_NO_SA && row->op != SCST_OP_VARIABLE &&
	    row->sa > 0x1f)
		return "service action has more than 5 bits";
	if (row->usage && row->usage[0] != row->op)
		return "usage data of another operation code";
	return NULL;
}

/* Return: how the row contradicts an earlier one of its operation code, or NULL. */
static const char *row_check_others(const struct scst_op *row)
{
	const struct scst_op *o;

	for (o = scst_op_table; o < row; o++) {
		if (o->op > row->op)
			return "not in the order of operation codes";
		if (o->op != row->op || !(o->types & row->types))
			continue;
		if (o->sa == row->sa)
			return "listed twice for a device type";
		if (o->sa == SCST_OP_NO_SA || row->sa == SCST_OP_NO_SA)
			return "with and without service action for a device type";
	}
	return NULL;
}

static void row_index(const struct scst_op *row)
{
	unsigned int type;

	for (type = 0; type < SCST_OP_TYPES; type++)
		if (row->types & SCST_OP_TYPE(type) && !op_index[type][row->op])
			op_index[type][row->op] = row - scst_op_table + 1;
}

int scst_op_init(void)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *row = &scst_op_table[i];
		const char *wrong = row_check(row) ?: row_check_others(row);

		if (wrong) {
			scst_err("opcode table, row %u (operation code 0x%02x, service action 0x%x): %s; scst was built from damaged sources\n",
				 i, row->op, row->sa, wrong);
			return -EINVAL;
		}
		row_index(row);
	}
	return 0;
}
