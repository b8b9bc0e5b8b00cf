/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The opcode table: everything the core knows about a SCSI command, once.
 * Pure: builds in user space too (tests/unit).
 */
#ifndef SCST_OPCODE_H
#define SCST_OPCODE_H

#include <linux/bits.h>
#include <linux/string.h>
#include <linux/types.h>

#include "scst_defs.h"

/* Peripheral device types of a row, as a set. */
#define SCST_OP_TYPE(type)	BIT(type)
#define SCST_OP_ALL_TYPES	0xffffffffu

/* Service actions that are looked for by name. */
#define SCST_PR_IN_CAPABILITIES	0x02	/* PERSISTENT RESERVE IN, REPORT CAPABILITIES */

/* scst_op.flags */
#define SCST_OP_WRITES		BIT(0)	/* changes the medium: refused when READ_ONLY */
#define SCST_OP_SKIP_UA		BIT(1)	/* carried out in spite of a pending unit attention */
#define SCST_OP_RESV_EXEMPT	BIT(2)	/* allowed to others than the reservation holder */
#define SCST_OP_LEN_BLOCKS	BIT(3)	/* the length field counts logical blocks */
#define SCST_OP_ZERO_IS_256	BIT(4)	/* a length of 0 means 256 blocks (6-byte CDBs) */
#define SCST_OP_ANY_LUN		BIT(5)	/* answered by the core where no device is mapped */
#define SCST_OP_LOCAL		BIT(6)	/* answered by the core */
#define SCST_OP_MEDIUM		BIT(7)	/* reads or writes the medium */
#define SCST_OP_RANGE		BIT(8)	/* lba + length must lie inside the capacity */
/* Reservations: nothing said means a conflict for others than the holder. */
#define SCST_OP_RESV_READS	BIT(16)	/* allowed to others under Write Exclusive */
#define SCST_OP_RESERVE_BARS	BIT(17)	/* RESERVE bars it though RESV_EXEMPT is set */
#define SCST_OP_LOCAL_WORK	BIT(18)	/* with LOCAL: may wait long, has a work item */
#define SCST_OP_VIRTUAL		BIT(19)	/* with LOCAL: real devices answer it themselves */
/* Data-Out that differs from what the length field counts: */
#define SCST_OP_DATA_ONE	BIT(9)	/* one block for all of the length */
#define SCST_OP_DATA_TWICE	BIT(10)	/* two blocks for each of the length */
#define SCST_OP_BYTCHK		BIT(11)	/* as BYTCHK says: bits 2:1 of byte 1, or 10 of 32 */
#define SCST_OP_LEN_EXPECTED	BIT(12)	/* not in the CDB: what the transport expects */
#define SCST_OP_NDOB		BIT(13)	/* none at all with bit 0 of byte 1, or 10 of 32 */

#define SCST_OP_OLD_LUN		BIT(14)	/* bits 7:5 of byte 1, SCSI-2's LUN, are ignored */

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
 * @bits: valid bits of the CDB besides those of operation code, service action,
 *	@lba, @len and NACA: bytes and masks in turn, ended by a 0. NULL: none
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
	const u8 *bits;
};

/* A bit for each bit of a CDB. */
union scst_op_mask {
	u8 byte[SCST_MAX_CDB_LEN];
	u64 word[SCST_MAX_CDB_LEN / 8];
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
 * the result is above 0.
 *
 * Return: blocks of Data-In or Data-Out.
 */
u64 scst_op_data_blocks(const struct scst_op *op, const u8 *cdb, u64 blocks);

/**
 * scst_op_usage() - CDB usage data, SPC-5 6.34.3
 * @op: a row of the table
 * @usage: gets op->cdb_len bytes: the operation code, the service action, and a 1
 *	for each bit that is evaluated
 */
void scst_op_usage(const struct scst_op *op, u8 *usage);

/**
 * scst_op_reserved_bit() - the reserved bit that is set in a CDB
 * @op: its row
 * @cdb: at least op->cdb_len bytes
 *
 * Return: 8 * byte + bit of the first byte that has any, its most significant
 *	one; bit 7 for protection information, which has three of them. -1: none
 */
int scst_op_reserved_bit(const struct scst_op *op, const u8 *cdb);

/**
 * scst_op_wants_protection() - is RDPROTECT or its like set?
 * @op: the row of a CDB
 * @cdb: as long as its row says
 *
 * SBC-4 4.21: on a medium with protection information each block then moves with
 * it.
 */
bool scst_op_wants_protection(const struct scst_op *op, const u8 *cdb);

/**
 * scst_op_unknown() - the row of what no row is for
 *
 * Its length and direction are not told; it changes nothing, and a reservation bars it.
 */
const struct scst_op *scst_op_unknown(void);

/* For the tests and for REPORT SUPPORTED OPERATION CODES: all rows. */
extern const struct scst_op scst_op_table[];
extern const unsigned int scst_op_table_size;

/* For each row the bits that must be 0; filled by scst_op_init(). */
extern union scst_op_mask scst_op_reserved[];

/**
 * scst_op_is_clean() - has a CDB no reserved bits set?
 * @op: its row
 * @cdb: SCST_MAX_CDB_LEN bytes, whatever those behind the CDB are
 *
 * For every command: four words, no branch.
 */
static inline bool scst_op_is_clean(const struct scst_op *op, const u8 *cdb)
{
	const u64 *reserved = scst_op_reserved[op - scst_op_table].word;
	union scst_op_mask c;

	memcpy(&c, cdb, sizeof(c));
	return !((c.word[0] & reserved[0]) | (c.word[1] & reserved[1]) |
		 (c.word[2] & reserved[2]) | (c.word[3] & reserved[3]));
}

#endif /* SCST_OPCODE_H */
