// SPDX-License-Identifier: GPL-2.0
/*
 * Tape drives. With FIXED = 1 a length counts blocks of the size that the mode
 * parameter block descriptor says (SSC-5 4.4): it is followed by what passes through
 * MODE SELECT and MODE SENSE, and asked for after a reset or with a new medium.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "passthru.h"

#define TAPE_FIXED		0x01	/* byte 1 of READ, WRITE, VERIFY */
#define TAPE_BYTCMP		0x02	/* byte 1 of VERIFY: data to compare are sent */
#define TAPE_MODE_LEN		12	/* header and block descriptor */
#define TAPE_VERIFY_6		0x13
#define TAPE_VERIFY_16		0x8f
#define TAPE_READ_REVERSE_16	0x81

static int tape_ask(struct passthru_dev *pd)
{
	static const u8 cdb[6] = { MODE_SENSE, 0, 0, 0, TAPE_MODE_LEN };
	u8 *buf = kzalloc(TAPE_MODE_LEN, GFP_NOIO);
	int ret = -ENOMEM;
	u32 block;

	if (buf)
		ret = passthru_ask(pd->dev, cdb, sizeof(cdb), buf, TAPE_MODE_LEN);
	if (!ret && passthru_mode_block(buf, TAPE_MODE_LEN, false, &block))
		passthru_set_block(pd, block, "asked");
	kfree(buf);
	return ret;
}

int passthru_tape_attach(struct scst_device *dev)
{
	struct passthru_dev *pd = passthru_dev_alloc(dev, tape_ask);
	int ret;

	if (IS_ERR(pd))
		return PTR_ERR(pd);
	ret = tape_ask(pd);
	pd->stale = ret == -EIO;	/* not ready */
	if (!ret || ret == -EIO)
		return 0;
	passthru_dev_free(pd);
	return ret;
}
SCST_EXPORT(passthru_tape_attach);

void passthru_tape_detach(struct scst_device *dev)
{
	passthru_dev_free(dev->dh_priv);
}
SCST_EXPORT(passthru_tape_detach);

/* VERIFY has no length in the opcode table, as mostly nothing is sent with it. */
static void tape_parse_verify(struct scst_cmd *cmd, unsigned int len_at)
{
	if (!(cmd->cdb[1] & TAPE_BYTCMP))
		return;
	cmd->data_len = get_unaligned_be24(&cmd->cdb[len_at]);
	if (cmd->data_len)
		cmd->data_direction = SCST_DATA_WRITE;
}

/* Does FIXED say what its length counts? */
static bool tape_has_fixed(struct scst_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case READ_6:
	case WRITE_6:
	case READ_REVERSE:
	case RECOVER_BUFFERED_DATA:
	case READ_16:
	case WRITE_16:
	case TAPE_READ_REVERSE_16:
		return true;
	case TAPE_VERIFY_6:
		tape_parse_verify(cmd, 2);
		return true;
	case TAPE_VERIFY_16:
		tape_parse_verify(cmd, 12);
		return true;
	}
	return false;
}

/*
 * While the size of the blocks is not known for sure, the initiator's word counts:
 * what it has room for, or sends.
 */
int passthru_tape_parse(struct scst_cmd *cmd)
{
	const struct passthru_dev *pd = cmd->dev->dh_priv;

	if (!tape_has_fixed(cmd) || !(cmd->cdb[1] & TAPE_FIXED))
		return 0;
	if (unlikely(READ_ONCE(pd->stale)) &&
	    cmd->expected_direction == cmd->data_direction)
		cmd->data_len = cmd->expected_len;
	else
		cmd->data_len *= READ_ONCE(pd->block);
	return 0;
}
SCST_EXPORT(passthru_tape_parse);

void passthru_tape_done(struct scst_cmd *cmd)
{
	struct passthru_dev *pd = cmd->dev->dh_priv;
	u32 block;

	if (cmd->status || cmd->cdb[0] == REQUEST_SENSE) {
		if (passthru_hears_of_change(cmd))
			passthru_learn(pd);
		return;
	}
	if (!passthru_mode_block_of(cmd, &block))
		return;
	passthru_set_block(pd, block, "MODE SENSE or SELECT");
	WRITE_ONCE(pd->stale, false);
}
SCST_EXPORT(passthru_tape_done);
