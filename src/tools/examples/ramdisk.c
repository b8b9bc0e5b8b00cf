// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * A RAM disk in user space: the smallest complete device.
 *
 *	ramdisk NAME MIB [BATCH]
 *
 * BATCH is how many commands one system call may bring, at most SCSTU_MAX_BATCH.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <scsi/scsi.h>

#include <libscst_user.h>

#define BLOCK	512

static struct scstu_dev *dev;
static __u8 *disk;
static __u64 blocks;

static void inquiry(struct scstu_cmd *cmd)
{
	/* Disk, SPC-4, response data format 2, 31 bytes more, CMDQUE. */
	__u8 buf[36] = { 0x00, 0x00, 0x06, 0x02, 31, 0, 0, 0x02 };

	if (cmd->exec->cdb[1] & 0x01)		/* EVPD: there are no pages */
		return scstu_invalid_field(cmd, false, 1, 0);
	memcpy(buf + 8, "SCST    RAM DISK        1.0 ", 28);
	scstu_reply(cmd, buf, sizeof(buf));
}

static void read_capacity(struct scstu_cmd *cmd)
{
	__u8 buf[32] = { };

	if (cmd->exec->cdb[0] == READ_CAPACITY) {
		scstu_put32(buf, blocks > 0xffffffff ? 0xffffffff : blocks - 1);
		scstu_put32(buf + 4, BLOCK);
		return scstu_reply(cmd, buf, 8);
	}
	scstu_put64(buf, blocks - 1);
	scstu_put32(buf + 8, BLOCK);
	scstu_reply(cmd, buf, sizeof(buf));
}

/* The kernel has decoded LBA and length. */
static void transfer(struct scstu_cmd *cmd, bool write)
{
	__u64 lba = cmd->exec->lba, len = cmd->exec->data_len;

	if (lba > blocks || len / BLOCK > blocks - lba)
		return scstu_sense_info(cmd, SCST_LOAD_SENSE(scst_sense_block_out_range_error),
					0, lba);
	if (write)
		memcpy(disk + lba * BLOCK, cmd->buf, cmd->len);
	else
		scstu_reply(cmd, disk + lba * BLOCK, cmd->len);
}

static void exec(struct scstu_cmd *cmd)
{
	static const __u8 no_pages[4] = { 3 };

	switch (cmd->exec->cdb[0]) {
	case INQUIRY:
		return inquiry(cmd);
	case READ_CAPACITY:
	case SERVICE_ACTION_IN_16:
		return read_capacity(cmd);
	case READ_6:
	case READ_10:
	case READ_16:
		return transfer(cmd, false);
	case WRITE_6:
	case WRITE_10:
	case WRITE_16:
		return transfer(cmd, true);
	case MODE_SENSE:
		return scstu_reply(cmd, no_pages, sizeof(no_pages));
	case TEST_UNIT_READY:
	case SYNCHRONIZE_CACHE:			/* it is as safe as it gets */
		return;
	default:
		scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
	}
}

static void stop(int signo)
{
	scstu_stop(dev);
}

int main(int argc, char **argv)
{
	static const struct scstu_ops ops = { .exec = exec };
	struct scstu_config cfg = { .block_size = BLOCK, .threads = 2, .ops = &ops };
	int err;

	blocks = argc == 3 || argc == 4 ? strtoull(argv[2], NULL, 10) * (1048576 / BLOCK) : 0;
	disk = blocks ? calloc(blocks, BLOCK) : NULL;
	if (!disk) {
		fprintf(stderr, "usage: %s NAME MIB [BATCH], as there is memory\n", argv[0]);
		return 2;
	}
	cfg.name = argv[1];
	cfg.batch = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	scstu_opt_default(&cfg.opt);
	dev = scstu_open(&cfg);
	if (dev) {
		signal(SIGTERM, stop);
		signal(SIGINT, stop);
	}
	err = dev ? scstu_run(dev) : 1;
	if (err)
		fprintf(stderr, "%s: %s\n", argv[0], scstu_error());
	scstu_close(dev);
	free(disk);
	return err ? 1 : 0;
}
