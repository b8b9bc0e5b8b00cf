// SPDX-License-Identifier: GPL-2.0
/*
 * How long a real device may take for a command, before the SCSI mid-level aborts
 * it. What moves a medium mechanically, or goes over all of it, has hours; the
 * error handler would break off what is going well.
 */
#include <linux/jiffies.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_proto.h>

#include "scst_priv.h"

#define TIMEOUT_MINUTE	60
#define TIMEOUT_HOUR	3600

#define TIMEOUT_SBC	(SCST_OP_TYPE(TYPE_DISK) | SCST_OP_TYPE(TYPE_MOD))
#define TIMEOUT_RANDOM	(TIMEOUT_SBC | SCST_OP_TYPE(TYPE_ROM))
#define TIMEOUT_TAPE	SCST_OP_TYPE(TYPE_TAPE)
#define TIMEOUT_CHANGER	SCST_OP_TYPE(TYPE_MEDIUM_CHANGER)
#define TIMEOUT_ROM	SCST_OP_TYPE(TYPE_ROM)
#define TIMEOUT_MOD	SCST_OP_TYPE(TYPE_MOD)

/* In the order of operation codes; @sa: only that service action. */
static const struct {
	u8 op;
	u32 types;
	u32 seconds;
	u16 sa;
} timeouts[] = {
	{ 0x01, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* REWIND */
	{ 0x04, SCST_OP_ALL_TYPES, 48 * TIMEOUT_HOUR },	/* FORMAT UNIT, MEDIUM */
	{ 0x07, TIMEOUT_SBC, TIMEOUT_HOUR },		/* REASSIGN BLOCKS */
	{ 0x07, TIMEOUT_CHANGER, TIMEOUT_HOUR },	/* INITIALIZE ELEMENT STATUS */
	{ 0x0b, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* SET CAPACITY */
	{ 0x11, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* SPACE(6) */
	{ 0x13, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* VERIFY(6) */
	{ 0x19, TIMEOUT_TAPE, 12 * TIMEOUT_HOUR },	/* ERASE(6) */
	{ 0x1b, SCST_OP_ALL_TYPES, TIMEOUT_HOUR },	/* START STOP UNIT, LOAD UNLOAD */
	{ 0x1d, SCST_OP_ALL_TYPES, 3 * TIMEOUT_HOUR },	/* SEND DIAGNOSTIC */
	{ 0x2b, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* LOCATE(10) */
	{ 0x2b, TIMEOUT_CHANGER, TIMEOUT_HOUR },	/* POSITION TO ELEMENT */
	{ 0x2c, TIMEOUT_MOD, 12 * TIMEOUT_HOUR },	/* ERASE(10) */
	{ 0x2e, TIMEOUT_RANDOM, 10 * TIMEOUT_MINUTE },	/* WRITE AND VERIFY(10) */
	{ 0x2f, TIMEOUT_RANDOM, TIMEOUT_HOUR },		/* VERIFY(10) */
	{ 0x35, TIMEOUT_RANDOM, 10 * TIMEOUT_MINUTE },	/* SYNCHRONIZE CACHE(10) */
	{ 0x37, TIMEOUT_CHANGER, TIMEOUT_HOUR },	/* ... STATUS WITH RANGE */
	{ 0x3b, SCST_OP_ALL_TYPES, 10 * TIMEOUT_MINUTE }, /* WRITE BUFFER: firmware */
	{ 0x41, TIMEOUT_SBC, 12 * TIMEOUT_HOUR },	/* WRITE SAME(10) */
	{ 0x42, TIMEOUT_SBC, TIMEOUT_HOUR },		/* UNMAP */
	{ 0x48, TIMEOUT_SBC, 48 * TIMEOUT_HOUR },	/* SANITIZE */
	{ 0x53, TIMEOUT_ROM, 10 * TIMEOUT_MINUTE },	/* RESERVE TRACK */
	{ 0x54, TIMEOUT_ROM, 10 * TIMEOUT_MINUTE },	/* SEND OPC INFORMATION */
	{ 0x58, TIMEOUT_ROM, TIMEOUT_HOUR },		/* REPAIR TRACK */
	{ 0x5b, TIMEOUT_ROM, TIMEOUT_HOUR },		/* CLOSE TRACK/SESSION */
	{ 0x7f, TIMEOUT_SBC, TIMEOUT_HOUR, 0x0a },	/* VERIFY(32) */
	{ 0x7f, TIMEOUT_SBC, 12 * TIMEOUT_HOUR, 0x0d },	/* WRITE SAME(32) */
	{ 0x82, TIMEOUT_TAPE, TIMEOUT_HOUR },		/* ALLOW OVERWRITE */
	{ 0x83, SCST_OP_ALL_TYPES, 12 * TIMEOUT_HOUR },	/* EXTENDED COPY */
	{ 0x8e, TIMEOUT_SBC, 10 * TIMEOUT_MINUTE },	/* WRITE AND VERIFY(16) */
	{ 0x8f, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* VERIFY(16) */
	{ 0x8f, TIMEOUT_SBC, TIMEOUT_HOUR },		/* VERIFY(16) */
	{ 0x91, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* SPACE(16) */
	{ 0x91, TIMEOUT_SBC, 10 * TIMEOUT_MINUTE },	/* SYNCHRONIZE CACHE(16) */
	{ 0x92, TIMEOUT_TAPE, 4 * TIMEOUT_HOUR },	/* LOCATE(16) */
	{ 0x93, TIMEOUT_TAPE, 12 * TIMEOUT_HOUR },	/* ERASE(16) */
	{ 0x93, TIMEOUT_SBC, 12 * TIMEOUT_HOUR },	/* WRITE SAME(16) */
	{ 0x94, TIMEOUT_SBC, TIMEOUT_HOUR },		/* zones */
	{ 0xa1, TIMEOUT_ROM, 4 * TIMEOUT_HOUR },	/* BLANK */
	{ 0xa5, TIMEOUT_CHANGER, TIMEOUT_HOUR },	/* MOVE MEDIUM */
	{ 0xa6, TIMEOUT_ROM, 10 * TIMEOUT_MINUTE },	/* LOAD/UNLOAD MEDIUM */
	{ 0xa6, TIMEOUT_CHANGER, TIMEOUT_HOUR },	/* EXCHANGE MEDIUM */
	{ 0xac, TIMEOUT_MOD, 12 * TIMEOUT_HOUR },	/* ERASE(12) */
	{ 0xae, TIMEOUT_SBC, 10 * TIMEOUT_MINUTE },	/* WRITE AND VERIFY(12) */
	{ 0xaf, TIMEOUT_SBC, TIMEOUT_HOUR },		/* VERIFY(12) */
	{ 0xb5, SCST_OP_ALL_TYPES, 10 * TIMEOUT_MINUTE }, /* SECURITY PROTOCOL OUT */
};

/* The first row of an operation code, counted from 1; READ and WRITE have none. */
static u8 timeout_first[256];

void scst_timeouts_init(void)
{
	unsigned int i = ARRAY_SIZE(timeouts);

	BUILD_BUG_ON(ARRAY_SIZE(timeouts) > U8_MAX);
	while (i--)
		timeout_first[timeouts[i].op] = i + 1;
}

static u32 timeout_of_row(const struct scst_cmd *cmd, unsigned int i)
{
	for (; i < ARRAY_SIZE(timeouts) && timeouts[i].op == cmd->cdb[0]; i++)
		if (timeouts[i].types & SCST_OP_TYPE(cmd->dev->type) &&
		    (!timeouts[i].sa || timeouts[i].sa == cmd->op->sa))
			return timeouts[i].seconds;
	return 0;
}

/* All others. A tape may have to be wound before it reads or writes a block. */
static u32 timeout_usual(u8 type)
{
	return type == TYPE_TAPE ? 15 * TIMEOUT_MINUTE : TIMEOUT_MINUTE;
}

/**
 * scst_midlevel_timeout() - how long a command may take
 * @cmd: the command, of a real device
 *
 * Never less than what the queue of the device has been given.
 *
 * Context: any.
 * Return: jiffies.
 */
unsigned int scst_midlevel_timeout(const struct scst_cmd *cmd)
{
	unsigned int least = cmd->dev->scsi_dev->request_queue->rq_timeout;
	unsigned int first = timeout_first[cmd->cdb[0]];
	u32 seconds = 0;

	if (first)
		seconds = timeout_of_row(cmd, first - 1);
	if (!seconds)
		seconds = timeout_usual(cmd->dev->type);
	return max_t(unsigned int, seconds * HZ, least);
}
