// SPDX-License-Identifier: GPL-2.0
/*
 * Which rows of the opcode table a device supports: what its handler says, and
 * what the core answers for it. Asked for once, looked at for each command.
 */
#include <linux/bitmap.h>

#include "scst_priv.h"

static bool row_is_supported(const struct scst_device *dev,
			     const struct scst_op *op)
{
	if (!(op->types & SCST_OP_TYPE(dev->type)))
		return false;
	if (op->flags & SCST_OP_LOCAL)
		return scst_local_knows(op);
	return dev->handler->supports_op(dev, op->op, op->sa);
}

/**
 * scst_dev_ops_init() - ask the handler what a device supports
 * @dev: the device, attached, not mapped yet
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int scst_dev_ops_init(struct scst_device *dev)
{
	unsigned int i;

	if (!dev->handler->supports_op)
		return 0;
	dev->ops = bitmap_zalloc(scst_op_table_size, GFP_KERNEL);
	if (!dev->ops)
		return -ENOMEM;
	for (i = 0; i < scst_op_table_size; i++)
		if (row_is_supported(dev, &scst_op_table[i]))
			__set_bit(i, dev->ops);
	return 0;
}

void scst_dev_ops_free(struct scst_device *dev)
{
	bitmap_free(dev->ops);
	dev->ops = NULL;
}

/**
 * scst_dev_knows_opcode() - does a device support anything of an operation code?
 * @dev: the device
 * @op: operation code
 *
 * Tells INVALID COMMAND OPERATION CODE from a service action that is at fault.
 *
 * Context: any.
 */
bool scst_dev_knows_opcode(const struct scst_device *dev, u8 op)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *row = &scst_op_table[i];

		if (row->op == op && row->types & SCST_OP_TYPE(dev->type) &&
		    scst_dev_supports(dev, row))
			return true;
	}
	return false;
}
