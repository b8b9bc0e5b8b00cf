// SPDX-License-Identifier: GPL-2.0
/* links: src/core/opcode.c src/core/opcode_table.c */
/* Any bytes as a CDB for any device type. */

#include "fuzz.h"
#include "opcode.h"
#include "scst_defs.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	must(scst_op_init() == 0);
	return 0;
}

static void check_row(const struct scst_op *op, u8 type, const u8 *cdb,
		      unsigned int len)
{
	u64 blocks;

	must(op->op == cdb[0] && scst_op_known(type, cdb[0]));
	must(op->types & SCST_OP_TYPE(type));
	must(op->cdb_len <= SCST_MAX_CDB_LEN);
	if (len < op->cdb_len)
		return;
	must(!op->lba.len || scst_op_get_field(cdb, &op->lba) <=
	     (op->lba.len < 8 ? (1ULL << 8 * op->lba.len) - 1 : ~0ULL));
	blocks = scst_op_get_field(cdb, &op->len);
	must(blocks <= 0xffffffff);
	must(scst_op_data_blocks(op, cdb, blocks) <= (blocks ? 2 * blocks : 1));
	must(scst_op_reserved_bit(op, cdb) < 8 * op->cdb_len);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct scst_op *op;
	unsigned int len;
	u8 type;

	if (!size)
		return 0;
	/* What libFuzzer gives is as long as it says: overreads are seen. */
	type = data[0] & 0x3f;
	len = scst_cdb_len(data + 1, size - 1);
	must(len <= 255 + 8);
	op = scst_op_find(type, data + 1, size - 1);
	if (op)
		check_row(op, type, data + 1, size - 1);
	return 0;
}
