// SPDX-License-Identifier: GPL-2.0
/*
 * From the CDB to a direction, a length and a range of blocks. Nothing that the
 * initiator says is used before it was checked here; lengths are u64 until they
 * are known to fit the buffer.
 */
#include <scsi/scsi_proto.h>

#include "scst_priv.h"

/* Most bytes of a command whose transport doesn't say how much it expects. */
#define SCST_MAX_UNEXPECTED_LEN	(64u << 20)

/*
 * What the table doesn't know, for real devices under USE_EXPECTED_VALUES, where
 * the transport says direction and length. It may write, so it counts as a write.
 */
static const struct scst_op cmd_unknown_op = {
	.sa	= SCST_OP_NO_SA,
	.dir	= SCST_DATA_NONE,
	.flags	= SCST_OP_WRITES | SCST_OP_LEN_EXPECTED,
	.name	= "unknown command",
};

void scst_set_unknown_opcode(struct scst_cmd *cmd)
{
	u8 op = cmd->cdb[0];

	if (scst_dev_knows_opcode(cmd->dev, op)) {
		/* The opcode is there, so the service action is at fault. */
		if (op == VARIABLE_LENGTH_CMD)
			scst_set_invalid_field(cmd, 8, -1);
		else
			scst_set_invalid_field(cmd, 1, 4);
		return;
	}
	scst_warn_rl("Unknown opcode %02x for device %s (type %u), initiator %s: refused\n",
		     op, cmd->dev->name, cmd->dev->type,
		     cmd->sess->initiator_name);
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
}
SCST_EXPORT(scst_set_unknown_opcode);

/* An unmapped LUN knows what any type of device knows. */
static bool cmd_find_op_unmapped(struct scst_cmd *cmd, unsigned int len)
{
	cmd->op = scst_op_find(TYPE_DISK, cmd->cdb, len);
	if (cmd->op && cmd->op->flags & SCST_OP_ANY_LUN)
		return true;
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_lun_not_supported));
	return false;
}

/*
 * What real devices, and programs, make of reserved bits is their business, but for
 * the commands that the core carries out itself.
 */
static bool cmd_is_lenient(const struct scst_cmd *cmd)
{
	return cmd->dev && !cmd->dev->handler->strict_cdb &&
	       (cmd->dev->scsi_dev || !(cmd->op->flags & SCST_OP_LOCAL));
}

static bool cmd_refuse_reserved(struct scst_cmd *cmd)
{
	int bit = scst_op_reserved_bit(cmd->op, cmd->cdb);

	if (cmd_is_lenient(cmd))
		return false;
	scst_set_invalid_field(cmd, bit / 8, bit % 8);
	return true;
}

/* The opcode's row, or an error. */
static bool cmd_find_op(struct scst_cmd *cmd)
{
	unsigned int len = min_t(unsigned int, cmd->cdb_len, SCST_MAX_CDB_LEN);

	if (likely(cmd->dev)) {
		cmd->op = scst_op_find(cmd->dev->type, cmd->cdb, len);
		if (SCST_OPT(USE_EXPECTED_VALUES) && !cmd->op &&
		    cmd->dev->scsi_dev && cmd->cdb_len == len) {
			cmd->op = &cmd_unknown_op;
			return true;
		}
		if (unlikely(!cmd->op) && cmd->dev->handler->any_opcode &&
		    (cmd->cdb_len == len ||
		     test_bit(SCST_CMD_F_LONG_CDB, &cmd->flags))) {
			cmd->op = scst_op_unknown();
			return true;
		}
		if (unlikely(!cmd->op || !scst_dev_supports(cmd->dev, cmd->op))) {
			scst_set_unknown_opcode(cmd);
			return false;
		}
	} else if (!cmd_find_op_unmapped(cmd, len)) {
		return false;
	}
	if (unlikely(cmd->cdb_len < cmd->op->cdb_len ||
		     cmd->cdb_len > SCST_MAX_CDB_LEN)) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_field_in_cdb));
		return false;
	}
	if (unlikely(cmd->op->op == VARIABLE_LENGTH_CMD) &&
	    cmd->cdb[7] + 8 != cmd->op->cdb_len) {
		scst_set_invalid_field(cmd, 7, -1);
		return false;
	}
	if (unlikely(!scst_op_is_clean(cmd->op, cmd->cdb)) &&
	    cmd_refuse_reserved(cmd))
		return false;
	return true;
}

static void cmd_decode(struct scst_cmd *cmd)
{
	const struct scst_op *op = cmd->op;
	u64 len = op->fixed_len;

	if (op->lba.len)
		cmd->lba = scst_op_get_field(cmd->cdb, &op->lba);
	if (op->len.len) {
		len = scst_op_get_field(cmd->cdb, &op->len);
		if (!len && (op->flags & SCST_OP_ZERO_IS_256))
			len = 256;
	} else if (unlikely(op->flags & SCST_OP_LEN_EXPECTED)) {
		len = cmd->expected_len;
	}
	cmd->data_len = len;
	cmd->data_direction = op->dir;
}

/* Data-Out that is shorter than the CDB says would write what nobody sent. */
static bool cmd_fit_data_out(struct scst_cmd *cmd)
{
	if (likely(cmd->data_len <= cmd->expected_len))
		return true;
	scst_warn_rl("device %s, initiator %s: %s of %llu bytes with only %u sent: refused\n",
		     cmd->dev ? cmd->dev->name : "(none)",
		     cmd->sess->initiator_name, cmd->op->name, cmd->data_len,
		     cmd->expected_len);
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_field_in_iu));
	return false;
}

/* Brings together what the CDB asks for and what the transport expects. */
static bool cmd_fit_expected(struct scst_cmd *cmd)
{
	if (cmd->expected_direction == SCST_DATA_UNKNOWN) {
		if (cmd->data_len > SCST_MAX_UNEXPECTED_LEN) {
			scst_set_cmd_error(cmd,
					   SCST_LOAD_SENSE(scst_sense_invalid_field_in_cdb));
			return false;
		}
		cmd->expected_len = cmd->data_len;
	} else if (SCST_OPT(USE_EXPECTED_VALUES) &&
		   !(cmd->op->flags & SCST_OP_RANGE)) {
		/* Never for the medium: there the CDB's range was checked. */
		cmd->data_direction = cmd->expected_direction;
		cmd->data_len = cmd->expected_len;
	} else if (cmd->expected_len &&
		   cmd->data_direction != SCST_DATA_NONE && cmd->data_len &&
		   unlikely(cmd->expected_direction != cmd->data_direction)) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_field_in_iu));
		return false;
	}
	if (cmd->data_direction == SCST_DATA_NONE)
		return true;
	if (cmd->data_direction == SCST_DATA_WRITE && !cmd_fit_data_out(cmd))
		return false;
	cmd->bufflen = min_t(u64, cmd->data_len, cmd->expected_len);
	return true;
}

/* What comes behind the handler's parse(). */
static bool parse_end(struct scst_cmd *cmd)
{
	if (!cmd_fit_expected(cmd))
		return false;
	if (cmd->bufflen && !test_bit(SCST_CMD_F_SG_LENT, &cmd->flags))
		scst_cmd_set_state(cmd, SCST_CMD_STATE_BUFFER);
	else
		scst_cmd_set_prepared(cmd);
	return true;
}

/* Reservations and unit attentions go first, where their rules are known. */
static void parse_refused(struct scst_cmd *cmd)
{
	if (cmd->op && cmd->tgt_dev)
		scst_check_local_events(cmd);
	cmd->bufflen = 0;
	scst_cmd_set_failed(cmd);
}

void scst_cmd_parsed(struct scst_cmd *cmd, enum scst_exec_context context)
{
	set_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags);
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_cmd_parsed);

/* The SCSI layer's first look; the handler's parse() has the last word. */
enum scst_cmd_next scst_step_parse(struct scst_cmd *cmd)
{
	const struct scst_dev_type *handler = cmd->dev ? cmd->dev->handler : NULL;
	int ret = 0;

	if (unlikely(test_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags))) {
		clear_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags);
		if (scst_cmd_ended(cmd) || !parse_end(cmd))
			parse_refused(cmd);
		return SCST_CMD_GO;
	}
	if (handler && unlikely(!handler->parse_atomic) &&
	    !scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);

	if (!cmd_find_op(cmd)) {
		parse_refused(cmd);
		return SCST_CMD_GO;
	}
	cmd_decode(cmd);
	if (handler)
		ret = handler->parse(cmd);
	if (unlikely(ret == SCST_PARSE_PARKED))
		return SCST_CMD_PARKED;
	if (ret || !parse_end(cmd))
		parse_refused(cmd);
	return SCST_CMD_GO;
}
