// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Answers of commands: data, and sense data in both formats (SPC-5 4.4). */
#include <limits.h>
#include <string.h>

#include "lib.h"

#define FIXED_LEN	18
#define DESC_HEADER	8

void scstu_reply(struct scstu_cmd *cmd, const void *data, __u32 len)
{
	if (len > cmd->len)
		len = cmd->len;
	if (len)
		memcpy(cmd->buf, data, len);
	cmd->resp_len = len;
}

static bool is_descriptor(const struct scstu_cmd *cmd)
{
	return cmd->dev->opt.d_sense == SCST_D_SENSE_1_DESCR_SENSE;
}

void scstu_sense(struct scstu_cmd *cmd, int key, int asc, int ascq)
{
	__u8 *s = cmd->sense;

	memset(s, 0, sizeof(cmd->sense));
	if (is_descriptor(cmd)) {
		s[0] = 0x72;
		s[1] = key;
		s[2] = asc;
		s[3] = ascq;
		cmd->sense_len = DESC_HEADER;
	} else {
		s[0] = 0x70;
		s[2] = key;
		s[7] = FIXED_LEN - 8;
		s[12] = asc;
		s[13] = ascq;
		cmd->sense_len = FIXED_LEN;
	}
	cmd->status = SAM_STAT_CHECK_CONDITION;
	cmd->resp_len = 0;
}

/* A sense data descriptor of @len bytes, its type and length filled in. */
static __u8 *add_descriptor(struct scstu_cmd *cmd, __u8 type, __u8 len)
{
	__u8 *d = cmd->sense + cmd->sense_len;

	d[0] = type;
	d[1] = len - 2;
	cmd->sense_len += len;
	cmd->sense[7] += len;
	return d;
}

void scstu_sense_info(struct scstu_cmd *cmd, int key, int asc, int ascq, int flags,
		      long long info)
{
	__u8 *d;

	scstu_sense(cmd, key, asc, ascq);
	if (is_descriptor(cmd)) {
		d = add_descriptor(cmd, 0x00, 12);
		d[2] = 0x80;
		scstu_put64(d + 4, info);
		if (flags)
			add_descriptor(cmd, 0x04, 4)[3] = flags;
		return;
	}
	cmd->sense[2] |= flags;
	/* Four bytes: a disk's are unsigned, a tape's residual has a sign. */
	if (info >= INT_MIN && info <= UINT_MAX) {
		cmd->sense[0] |= 0x80;
		scstu_put32(cmd->sense + 3, info);
	}
}

void scstu_invalid_field(struct scstu_cmd *cmd, bool in_list, unsigned int byte,
			 int bit)
{
	__u8 *d;

	scstu_sense(cmd, 0x05, in_list ? 0x26 : 0x24, 0x00);
	d = is_descriptor(cmd) ? add_descriptor(cmd, 0x02, 8) + 4 : cmd->sense + 15;
	d[0] = 0x80 | (in_list ? 0 : 0x40) | (bit < 0 ? 0 : 0x08 | bit);
	scstu_put16(d + 1, byte);
}
