// SPDX-License-Identifier: GPL-2.0
/* What a command moves: by the type of the device, and as the program says. */
#include <scsi/scsi_proto.h>

#include "user.h"

#define USER_TIMEOUT		60	/* seconds that programs are told */
#define USER_TIMEOUT_SMALL	3
#define USER_TIMEOUT_LONG	14400
#define USER_TAPE_FIXED		0x01	/* byte 1 of READ, WRITE: SSC-5 4.4 */

static bool type_has_blocks(u8 type)
{
	switch (type) {
	case TYPE_DISK:
	case TYPE_WORM:
	case TYPE_ROM:
	case TYPE_MOD:
	case TYPE_RBC:
		return true;
	}
	return false;
}

static bool tape_counts_blocks(const struct scst_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case READ_6:
	case WRITE_6:
	case READ_REVERSE:
	case RECOVER_BUFFERED_DATA:
	case READ_16:
	case WRITE_16:
		return cmd->cdb[1] & USER_TAPE_FIXED;
	}
	return false;
}

/**
 * user_parse_standard() - what the opcode table and the device's type make of it
 * @cmd: the command, decoded
 * @about: bytes that it is about, whether they are moved or not
 *
 * Ranges are the program's to check: it knows the capacity.
 *
 * Return: 0, or an error that was set.
 */
int user_parse_standard(struct scst_cmd *cmd, u64 *about)
{
	const struct user_dev *dev = cmd->dev->dh_priv;
	u64 length = cmd->data_len;
	int ret = 0;

	if (type_has_blocks(dev->type)) {
		if (scst_cmd_op_flags(cmd) & SCST_TRANSFER_LEN_TYPE_FIXED)
			length <<= cmd->dev->block_shift;
		ret = scst_sbc_generic_parse(cmd);
	} else if (dev->type == TYPE_TAPE && tape_counts_blocks(cmd)) {
		length *= dev->block_size;
		cmd->data_len = length;
	}
	*about = length;
	return ret;
}

static s32 cmd_timeout(u32 flags)
{
	if (flags & SCST_SMALL_TIMEOUT)
		return USER_TIMEOUT_SMALL;
	return flags & SCST_LONG_TIMEOUT ? USER_TIMEOUT_LONG : USER_TIMEOUT;
}

static s32 to_s32(u64 v)
{
	return min_t(u64, v, S32_MAX);
}

static bool parse_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_cmd *ucmd = user_cmd_of(req);
	struct scst_user_scsi_cmd_parse *p = &get->parse_cmd;
	const struct scst_cmd *cmd = ucmd->cmd;

	if (!user_cmd_give_check(ucmd))
		return false;
	p->sess_h = ucmd->sess->handle;
	memcpy(p->cdb, ucmd->cdb, min_t(u16, ucmd->cdb_len, sizeof(p->cdb)));
	p->cdb_len = ucmd->cdb_len;
	p->lba = cmd->lba;
	p->data_len = ucmd->data_len;
	p->bufflen = to_s32(cmd->data_len);
	p->op_flags = scst_cmd_op_flags(cmd);
	p->timeout = cmd_timeout(p->op_flags);
	p->queue_type = cmd->queue_type;
	p->data_direction = p->op_flags & SCST_INFO_VALID ? cmd->data_direction :
							    SCST_DATA_UNKNOWN;
	p->expected_values_set = scst_cmd_is_expected_set(cmd);
	p->expected_data_direction = cmd->expected_direction;
	p->expected_transfer_len = to_s32(cmd->expected_len);
	p->sn = req->handle;
	return true;
}

static bool parse_is_possible(const struct scst_user_scsi_cmd_reply_parse *r)
{
	if (r->bufflen < 0 || r->data_len < 0 || r->lba < 0 || r->out_bufflen)
		return false;
	switch (r->data_direction) {
	case SCST_DATA_NONE:
		return true;
	case SCST_DATA_READ:
	case SCST_DATA_WRITE:
		return r->queue_type <= SCST_CMD_QUEUE_ACA;
	}
	return false;
}

/* What the core carries out itself it knows better. */
static void parse_apply(struct user_cmd *ucmd, struct scst_cmd *cmd,
			const struct scst_user_scsi_cmd_reply_parse *r)
{
	if (scst_cmd_op_flags(cmd) & SCST_LOCAL_CMD)
		return;
	cmd->lba = r->lba;
	cmd->data_direction = r->data_direction;
	cmd->data_len = r->data_direction == SCST_DATA_NONE ? 0 : r->bufflen;
	ucmd->data_len = r->data_len;
	scst_cmd_set_op_flags(cmd, r->op_flags);
}

static int parse_reply(struct user_req *req,
		       const struct scst_user_reply_cmd *reply)
{
	const struct scst_user_scsi_cmd_reply_parse *r = &reply->parse_reply;
	struct user_cmd *ucmd = user_cmd_of(req);
	struct scst_cmd *cmd = user_cmd_claim(ucmd);
	int ret = 0;

	if (!cmd) {
		user_cmd_put(ucmd, true);
		return 0;
	}
	if (r->status) {
		user_set_status(cmd, r->status, r->psense_buffer, r->sense_len);
	} else if (parse_is_possible(r)) {
		parse_apply(ucmd, cmd, r);
	} else {
		scst_warn_rl("device %s: the program's parsing of command %02x is impossible: HARDWARE ERROR\n",
			     cmd->dev->name, cmd->cdb[0]);
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
		ret = -EINVAL;
	}
	/* The core may call back at once: it must find the request idle. */
	user_req_idle(req);
	scst_cmd_parsed(cmd, SCST_CONTEXT_DIRECT);
	user_cmd_put(ucmd, true);
	return ret;
}

const struct user_sub user_sub_parse = {
	.code = SCST_USER_PARSE,
	.size = sizeof(struct scst_user_scsi_cmd_parse),
	.give = parse_give,
	.reply = parse_reply,
	.drop = user_cmd_drop,
};
