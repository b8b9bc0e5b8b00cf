// SPDX-License-Identifier: GPL-2.0
/* Lookup in the opcode table, and what else follows from a row and a CDB. */
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "scst_defs.h"
#include "scst_debug.h"

#include "kapi_base.h"
#include "opcode.h"

#define SCST_OP_TYPES		32
#define SCST_OP_VARIABLE	0x7f
#define SCST_OP_NACA		0x04	/* of the CONTROL byte, SAM-5 5.2 */

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

/* SBC-4 5.49, 5.50: with NDOB nothing is sent, zeroes are written. */
static bool op_has_ndob(const struct scst_op *op, const u8 *cdb)
{
	return op->flags & SCST_OP_NDOB &&
	       cdb[cdb[0] == SCST_OP_VARIABLE ? 10 : 1] & 0x01;
}

u64 scst_op_data_blocks(const struct scst_op *op, const u8 *cdb, u64 blocks)
{
	if (op_has_ndob(op, cdb))
		return 0;
	if (op->flags & SCST_OP_BYTCHK)
		return op_bytchk_blocks(cdb, blocks);
	if (op->flags & SCST_OP_DATA_ONE)
		return 1;
	if (op->flags & SCST_OP_DATA_TWICE)
		return 2 * blocks;
	return blocks;
}

static void mask_add_field(union scst_op_mask *m, const struct scst_op_field *f)
{
	u64 valid = f->mask ?: ~0ULL;
	unsigned int i;

	for (i = 0; i < f->len; i++)
		m->byte[f->off + i] |= valid >> 8 * (f->len - 1 - i);
}

/* All that may be set; operation code and service action were looked at before. */
static void op_valid_bits(const struct scst_op *op, union scst_op_mask *m)
{
	const u8 *pair;

	memset(m, 0, sizeof(*m));
	m->byte[0] = 0xff;
	if (op->op == SCST_OP_VARIABLE) {
		m->byte[7] = 0xff;
		m->byte[8] = 0xff;
		m->byte[9] = 0xff;
		m->byte[1] = SCST_OP_NACA;
	} else {
		if (op->sa != SCST_OP_NO_SA)
			m->byte[1] = 0x1f;
		m->byte[op->cdb_len - 1] |= SCST_OP_NACA;
	}
	mask_add_field(m, &op->lba);
	mask_add_field(m, &op->len);
	for (pair = op->bits; pair && *pair; pair += 2)
		m->byte[pair[0]] |= pair[1];
}

void scst_op_usage(const struct scst_op *op, u8 *usage)
{
	union scst_op_mask m;

	op_valid_bits(op, &m);
	m.byte[0] = op->op;
	if (op->op == SCST_OP_VARIABLE)
		put_unaligned_be16(op->sa, &m.byte[8]);
	else if (op->sa != SCST_OP_NO_SA)
		m.byte[1] = (m.byte[1] & 0xe0) | op->sa;
	memcpy(usage, m.byte, op->cdb_len);
}

/* RDPROTECT and its like have bits 7 to 5 of this byte. */
static unsigned int op_protect_byte(const struct scst_op *op)
{
	if (!(op->flags & SCST_OP_MEDIUM) || op->cdb_len == 6)
		return 0;
	return op->op == SCST_OP_VARIABLE ? 10 : 1;
}

bool scst_op_wants_protection(const struct scst_op *op, const u8 *cdb)
{
	unsigned int at = op_protect_byte(op);

	return at && cdb[at] & 0xe0;
}

int scst_op_reserved_bit(const struct scst_op *op, const u8 *cdb)
{
	const u8 *reserved = scst_op_reserved[op - scst_op_table].byte;
	unsigned int i;
	u8 wrong;

	for (i = 1; i < op->cdb_len; i++) {
		wrong = cdb[i] & reserved[i];
		if (wrong & 0xe0 && i == op_protect_byte(op))
			return 8 * i + 7;
		if (wrong)
			return 8 * i + fls(wrong) - 1;
	}
	return -1;
}

static bool field_is_inside(const struct scst_op_field *f, u8 cdb_len)
{
	return f->len <= sizeof(u64) && f->off + f->len <= cdb_len;
}

/* Pairs of a byte behind the first and some bits of it. */
static bool bits_are_inside(const struct scst_op *row)
{
	const u8 *pair;

	for (pair = row->bits; pair && *pair; pair += 2)
		if (pair[0] >= row->cdb_len || !pair[1])
			return false;
	return true;
}

static bool row_has_length(const struct scst_op *row)
{
	return row->len.len || row->fixed_len ||
	       row->flags & SCST_OP_LEN_EXPECTED;
}

static u8 row_cdb_len(const struct scst_op *row)
{
	const u8 cdb[8] = { row->op };

	return row->op == SCST_OP_VARIABLE ? SCST_MAX_CDB_LEN :
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
	if (!bits_are_inside(row))
		return "valid bits are outside of the CDB";
	if (row->flags & SCST_OP_RESV_EXEMPT && row->flags & SCST_OP_RESV_READS)
		return "two rules for reservations";
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

static void row_reserved(const struct scst_op *row)
{
	union scst_op_mask *m = &scst_op_reserved[row - scst_op_table];
	unsigned int i;

	op_valid_bits(row, m);
	/* Linux sets it in its first INQUIRY, before it knows what is there. */
	if (row->flags & SCST_OP_OLD_LUN)
		m->byte[1] |= 0xe0;
	for (i = 0; i < sizeof(m->byte); i++)
		m->byte[i] = i < row->cdb_len ? ~m->byte[i] : 0;
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
		row_reserved(row);
	}
	return 0;
}
