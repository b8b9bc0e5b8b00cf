/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The opcode table: everything the core knows about a SCSI command, once.
 * Pure: builds in user space too (tests/unit).
 */
#ifndef SCST_OPCODE_H
#define SCST_OPCODE_H

#include <linux/bits.h>
#include <linux/types.h>

#include "scst_const.h"

/* Peripheral device types of a row, as a set. */
#define SCST_OP_TYPE(type)	BIT(type)
#define SCST_OP_ALL_TYPES	0xffffffffu

/* scst_op.flags */
#define SCST_OP_WRITES		BIT(0)	/* changes the medium: refused when READ_ONLY */
#define SCST_OP_SKIP_UA		BIT(1)	/* carried out in spite of a pending unit attention */
#define SCST_OP_RESV_EXEMPT	BIT(2)	/* allowed to others than the reservation holder */
#define SCST_OP_LEN_BLOCKS	BIT(3)	/* the length field counts logical blocks */
#define SCST_OP_ZERO_IS_256	BIT(4)	/* a length of 0 means 256 blocks (6-byte CDBs) */
#define SCST_OP_ANY_LUN		BIT(5)	/* answered by the core where no device is mapped */
#define SCST_OP_LOCAL		BIT(6)	/* answered by the core for virtual devices */
#define SCST_OP_MEDIUM		BIT(7)	/* reads or writes the medium */
#define SCST_OP_RANGE		BIT(8)	/* lba + length must lie inside the capacity */
/* Reservations: nothing said means a conflict for others than the holder. */
#define SCST_OP_RESV_READS	BIT(16)	/* allowed to others under Write Exclusive */
#define SCST_OP_RESERVE_BARS	BIT(17)	/* RESERVE bars it though RESV_EXEMPT is set */
#define SCST_OP_LOCAL_WORK	BIT(18)	/* with LOCAL: may wait long, has a work item */
/* Data-Out that differs from what the length field counts: */
#define SCST_OP_DATA_ONE	BIT(9)	/* one block for all of the length */
#define SCST_OP_DATA_TWICE	BIT(10)	/* two blocks for each of the length */
#define SCST_OP_BYTCHK		BIT(11)	/* as BYTCHK says: bits 2:1 of byte 1, or 10 of 32 */
#define SCST_OP_LEN_EXPECTED	BIT(12)	/* not in the CDB: what the transport expects */

/**
 * struct scst_op_field - a big-endian field of a CDB
 * @off: its first byte
 * @len: its bytes, 0: the CDB has no such field
 * @mask: valid bits, 0: all
 */
struct scst_op_field {
	u8 off;
	u8 len;
	u32 mask;
};

/**
 * struct scst_op - one opcode, or one service action of an opcode
 * @op: operation code
 * @sa: service action, or SCST_OP_NO_SA
 * @cdb_len: length of the CDB
 * @dir: enum scst_data_direction
 * @types: set of peripheral device types that know it
 * @flags: SCST_OP_*
 * @lba: the logical block address
 * @len: transfer, allocation or parameter list length
 * @fixed_len: bytes moved when @len.len is 0 and @dir is not SCST_DATA_NONE,
 *	unless SCST_OP_LEN_EXPECTED
 * @name: as in the standard
 * @usage: CDB usage data of SPC-5 6.34.3 (bits that are evaluated), cdb_len
 *	bytes; NULL until known
 */
struct scst_op {
	u8 op;
	u16 sa;
	u8 cdb_len;
	u8 dir;
	u32 types;
	u32 flags;
	struct scst_op_field lba;
	struct scst_op_field len;
	u32 fixed_len;
	const char *name;
	const u8 *usage;
};

/**
 * scst_op_init() - build the index of the table; once, before any lookup
 *
 * Return: 0, or -EINVAL when the table contradicts itself (logged).
 */
int scst_op_init(void);

/**
 * scst_op_find() - the row of a CDB
 * @type: peripheral device type, 0 to 31
 * @cdb: at least one byte; 2 for opcodes with a service action in byte 1, 10
 *	for variable length CDBs (0x7f)
 * @cdb_len: its length
 *
 * One load and at most a few compares for service actions.
 *
 * Return: the row, or NULL: @type does not know the opcode or service action.
 */
const struct scst_op *scst_op_find(u8 type, const u8 *cdb, unsigned int cdb_len);

/**
 * scst_op_known() - is the operation code known for the type at all?
 * @type: peripheral device type
 * @op: operation code
 *
 * Tells INVALID COMMAND OPERATION CODE from an unknown service action, which is
 * INVALID FIELD IN CDB.
 */
bool scst_op_known(u8 type, u8 op);

/**
 * scst_cdb_len() - length of a CDB by its group code, SPC-5 4.2.5.1
 * @cdb: the CDB
 * @avail: how many bytes of it there are
 *
 * Return: 6, 10, 12, 16, or for 0x7f ADDITIONAL CDB LENGTH + 8; 0: unknown
 *	(groups 3, 6 and 7) or @avail too short to tell.
 */
unsigned int scst_cdb_len(const u8 *cdb, unsigned int avail);

/**
 * scst_op_get_field() - the value of a field
 * @cdb: a CDB as long as its row says
 * @f: the field
 */
static inline u64 scst_op_get_field(const u8 *cdb, const struct scst_op_field *f)
{
	u64 v = 0;
	unsigned int i;

	for (i = 0; i < f->len; i++)
		v = v << 8 | cdb[f->off + i];
	return f->mask ? v & f->mask : v;
}

/**
 * scst_op_data_blocks() - how many blocks move, where that is not the length
 * @op: a row with SCST_OP_LEN_BLOCKS
 * @cdb: a CDB as long as its row says
 * @blocks: the length, with what a 0 stands for already put in its place
 *
 * The row of a command with SCST_OP_BYTCHK says SCST_DATA_NONE; it is Data-Out if
 * the result is above 0. NDOB of WRITE SAME is for the handler to look at.
 *
 * Return: blocks of Data-In or Data-Out.
 */
u64 scst_op_data_blocks(const struct scst_op *op, const u8 *cdb, u64 blocks);

/* For the tests and for REPORT SUPPORTED OPERATION CODES: all rows. */
extern const struct scst_op scst_op_table[];
extern const unsigned int scst_op_table_size;

#endif /* SCST_OPCODE_H */
