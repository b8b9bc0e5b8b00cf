// SPDX-License-Identifier: GPL-2.0
/* A disk's commands. The kernel has checked nothing of them but lengths. */
#include <string.h>
#include <sys/ioctl.h>

#include "udisk.h"

#define UDISK_VENDOR_OP		0xc1	/* no standard knows it: 8 bytes of Data-In */
#define UDISK_LONG_OP		0x7e	/* 8 bytes: length and sum of its CDB */
#define UDISK_CAP_LEN		32
#define UDISK_CONTROL_PAGE	0x0a
#define UDISK_CONTROL_LEN	12

static uint64_t be(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

static uint32_t sum_of(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	while (len--)
		sum += *p++;
	return sum;
}

static void put_be(uint8_t *p, uint64_t v, unsigned int bytes)
{
	while (bytes--) {
		p[bytes] = v;
		v >>= 8;
	}
}

void udisk_sense(uint8_t *sense, uint8_t *status, uint8_t *len,
		 int key, int asc, int ascq)
{
	memset(sense, 0, SCST_STANDARD_SENSE_LEN);
	sense[0] = 0x70;
	sense[2] = key;
	sense[7] = 10;
	sense[12] = asc;
	sense[13] = ascq;
	*status = SAM_STAT_CHECK_CONDITION;
	*len = SCST_STANDARD_SENSE_LEN;
}

#define fail_with(name)							\
	udisk_sense(sense, &reply->status, &reply->sense_len,		\
		    SCST_LOAD_SENSE(scst_sense_##name))

static void answer(const struct scst_user_scsi_cmd_exec *cmd, uint8_t *buf,
		   struct scst_user_scsi_cmd_reply_exec *reply,
		   const uint8_t *data, int len)
{
	if (len > cmd->bufflen)
		len = cmd->bufflen;
	if (len)
		memcpy(buf, data, len);
	reply->resp_data_len = len;
}

static int inquiry(const uint8_t *cdb, uint8_t *data)
{
	size_t n = strlen(disk.name);

	memset(data, 0, 96);
	data[0] = disk.type;
	if (!(cdb[1] & 1)) {
		data[2] = 6;
		data[3] = 0x12;
		data[4] = 91;
		data[7] = 0x02;
		memcpy(data + 8, "SCST_TST", 8);
		memcpy(data + 16, "udisk           ", 16);
		memcpy(data + 32, "1   ", 4);
		return 96;
	}
	data[1] = cdb[2];
	switch (cdb[2]) {
	case 0x00:
		data[3] = 3;
		data[4] = 0x00;
		data[5] = 0x80;
		data[6] = 0x83;
		return 7;
	case 0x80:
		data[3] = n;
		memcpy(data + 4, disk.name, n);
		return 4 + n;
	case 0x83:
		data[3] = 4 + n;
		data[4] = 2;
		data[5] = 1;
		data[7] = n;
		memcpy(data + 8, disk.name, n);
		return 8 + n;
	}
	return -1;
}

static bool in_range(const struct scst_user_scsi_cmd_exec *cmd, int64_t len)
{
	uint64_t n = len / disk.block_size;

	return (uint64_t)cmd->lba <= disk.blocks && n <= disk.blocks - cmd->lba;
}

/* READ, WRITE, VERIFY, WRITE SAME: lba and data_len come parsed. */
static void medium(const struct scst_user_scsi_cmd_exec *cmd, const uint8_t *cdb,
		   uint8_t *buf, struct scst_user_scsi_cmd_reply_exec *reply,
		   uint8_t *sense)
{
	uint8_t *at = disk.data + cmd->lba * disk.block_size;
	int64_t n;

	if (!in_range(cmd, cmd->data_len)) {
		fail_with(block_out_range_error);
		return;
	}
	switch (cdb[0]) {
	case 0x2f:
	case 0x8f:
		if (cmd->bufflen && memcmp(at, buf, cmd->bufflen))
			fail_with(miscompare_error);
		return;
	case 0x41:
	case 0x93:
		if (disk.write_same) {
			reply->reply_type = SCST_EXEC_REPLY_DO_WRITE_SAME;
			return;
		}
		for (n = 0; n < cmd->data_len; n += disk.block_size)
			memcpy(at + n, buf, disk.block_size);
		return;
	}
	if (cmd->data_direction == SCST_DATA_WRITE) {
		memcpy(at, buf, cmd->bufflen);
	} else if (cmd->bufflen) {
		memcpy(buf, at, cmd->bufflen);
		reply->resp_data_len = cmd->bufflen;
	}
}

/* The control mode page is what the kernel was told in the options. */
static int control_page(uint8_t *page)
{
	const struct scst_user_opt *o = &disk.opt;

	memset(page, 0, UDISK_CONTROL_LEN);
	page[0] = UDISK_CONTROL_PAGE;
	page[1] = UDISK_CONTROL_LEN - 2;
	page[2] = o->tst << 5 | o->tmf_only << 4 | o->d_sense << 2;
	page[3] = o->queue_alg << 4 | o->qerr << 1;
	page[4] = o->swp << 3;
	page[5] = o->tas << 6;
	return UDISK_CONTROL_LEN;
}

static int mode_sense(const uint8_t *cdb, uint8_t *data)
{
	int header = cdb[0] == 0x1a ? 4 : 8, len = header;

	memset(data, 0, header);
	if ((cdb[2] & 0x3f) == UDISK_CONTROL_PAGE || (cdb[2] & 0x3f) == 0x3f)
		len += control_page(data + header);
	data[header / 4 - 1] = len - header / 4;
	return len;
}

/* MODE SELECT(6) of the control mode page: the kernel is told, or refuses it. */
static bool mode_select(const uint8_t *data, int len)
{
	const uint8_t *page = data + 4;
	struct scst_user_opt opt = disk.opt;

	if (len != 4 + UDISK_CONTROL_LEN || page[0] != UDISK_CONTROL_PAGE)
		return false;
	opt.tst = page[2] >> 5;
	opt.tmf_only = page[2] >> 4 & 1;
	opt.d_sense = page[2] >> 2 & 1;
	opt.queue_alg = page[3] >> 4;
	opt.qerr = page[3] >> 1 & 3;
	opt.swp = page[4] >> 3 & 1;
	opt.tas = page[5] >> 6 & 1;
	if (ioctl(udisk_fd, SCST_USER_SET_OPTIONS, &opt))
		return false;
	disk.opt = opt;
	return true;
}

static int capacity(const uint8_t *cdb, uint8_t *data)
{
	memset(data, 0, UDISK_CAP_LEN);
	if (cdb[0] == 0x25) {
		put_be(data, disk.blocks - 1, 4);
		put_be(data + 4, disk.block_size, 4);
		return 8;
	}
	put_be(data, disk.blocks - 1, 8);
	put_be(data + 8, disk.block_size, 4);
	return UDISK_CAP_LEN;
}

void udisk_exec(const struct scst_user_scsi_cmd_exec *cmd, const uint8_t *cdb,
		uint8_t *buf, struct scst_user_scsi_cmd_reply_exec *reply,
		uint8_t *sense)
{
	uint8_t data[128];
	int len = 0;

	switch (cdb[0]) {
	case 0x00:
	case 0x1b:
	case 0x1e:
	case 0x35:
	case 0x91:
		return;
	case 0x12:
		len = inquiry(cdb, data);
		if (len < 0)
			fail_with(invalid_field_in_cdb);
		break;
	case 0x83:
		__atomic_fetch_add(&counts.xcopy, 1, __ATOMIC_RELAXED);
		return;
	case 0x5f:
		/* The kernel has done it, this is to be known only. */
		udisk_claim(cmd->bufflen == 24 && cmd->data_direction == SCST_DATA_WRITE);
		udisk_claim(be(buf + 8, 8) || (cdb[1] & 0x1f));
		__atomic_fetch_add(&counts.pr_out, 1, __ATOMIC_RELAXED);
		if (disk.pr_fail)
			fail_with(internal_failure);
		return;
	case 0x15:
		if (!mode_select(buf, cmd->bufflen))
			fail_with(invalid_field_in_parm_list);
		return;
	case 0x1a:
	case 0x5a:
		len = mode_sense(cdb, data);
		break;
	case 0x25:
		len = capacity(cdb, data);
		break;
	case 0x9e:
		if ((cdb[1] & 0x1f) == 0x10)
			len = capacity(cdb, data);
		else
			fail_with(invalid_field_in_cdb);
		break;
	case UDISK_VENDOR_OP:
		memcpy(data, "vendor!\n", 8);
		len = 8;
		break;
	case 0x08: case 0x28: case 0xa8: case 0x88: case 0x0a: case 0x2a:
	case 0xaa: case 0x8a: case 0x2f: case 0x8f: case 0x41: case 0x93:
		medium(cmd, cdb, buf, reply, sense);
		return;
	case UDISK_LONG_OP:
		udisk_claim(cmd->cdb_len > 32);
		put_be(data, cmd->cdb_len, 4);
		put_be(data + 4, sum_of(cdb, cmd->cdb_len), 4);
		len = 8;
		break;
	case 0x7f:
		if (be(cdb + 8, 2) == 0x0009) {
			/* READ(32): the LBA is behind what the structure holds. */
			udisk_claim((int64_t)be(cdb + 12, 8) == cmd->lba);
			medium(cmd, cdb, buf, reply, sense);
			return;
		}
		fail_with(invalid_field_in_cdb);
		break;
	default:
		fail_with(invalid_opcode);
		break;
	}
	if (!reply->status)
		answer(cmd, buf, reply, data, len);
}

/* Blocks have another length than the kernel was told. */
static int64_t own_blocks(int64_t len, int op_flags)
{
	if (!disk.told_block || !(op_flags & SCST_TRANSFER_LEN_TYPE_FIXED))
		return len;
	return len / disk.told_block * disk.block_size;
}

/* PARSE: what the kernel has found out is right, where it knows the command. */
void udisk_parse(const struct scst_user_scsi_cmd_parse *cmd,
		 struct scst_user_scsi_cmd_reply_parse *reply, uint8_t *sense)
{
	if (cmd->op_flags & SCST_INFO_VALID) {
		reply->queue_type = cmd->queue_type;
		reply->data_direction = cmd->data_direction;
		reply->lba = cmd->lba;
		reply->data_len = own_blocks(cmd->data_len, cmd->op_flags);
		reply->bufflen = own_blocks(cmd->bufflen, cmd->op_flags);
		reply->op_flags = cmd->op_flags;
		return;
	}
	if (cmd->cdb[0] != UDISK_VENDOR_OP && cmd->cdb[0] != UDISK_LONG_OP) {
		fail_with(invalid_opcode);
		return;
	}
	udisk_claim(cmd->expected_values_set);
	reply->queue_type = cmd->queue_type;
	reply->data_direction = SCST_DATA_READ;
	reply->data_len = 8;
	reply->bufflen = 8;
	reply->op_flags = SCST_INFO_VALID;
}
