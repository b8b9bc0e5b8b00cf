// SPDX-License-Identifier: GPL-2.0
/* Commands to a disk by SG_IO, and what comes back. */
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cf.h"

#define CF_TIMEOUT_MS	30000

static int path_fds[CF_PATHS];

int cf_open(enum cf_path path, const char *device)
{
	path_fds[path] = open(device, O_RDWR | O_NONBLOCK);
	if (path_fds[path] < 0)
		path_fds[path] = open(device, O_RDONLY | O_NONBLOCK);
	if (path_fds[path] < 0) {
		fprintf(stderr, "conformance: %s: %s\n", device, strerror(errno));
		return -1;
	}
	return 0;
}

static void put_field(struct cf_cmd *cmd, const uint8_t *sks)
{
	if (!(sks[0] & 0x80))
		return;
	cmd->field = cf_get(sks + 1, 2);
	cmd->bit = sks[0] & 0x08 ? sks[0] & 0x07 : -1;
	cmd->in_data = !(sks[0] & 0x40);
}

/* SPC-5 4.4.3 */
static void decode_fixed(struct cf_cmd *cmd, const uint8_t *sense,
			 unsigned int len)
{
	if (len < 14)
		return;
	cmd->sense = CF_SENSE(sense[2] & 0x0f, sense[12], sense[13]);
	cmd->info_valid = sense[0] & 0x80;
	cmd->info = cf_get(sense + 3, 4);
	if (len >= 18 && (sense[2] & 0x0f) == 5)
		put_field(cmd, sense + 15);
}

/* SPC-5 4.4.2 */
static void decode_descriptors(struct cf_cmd *cmd, const uint8_t *sense,
			       unsigned int len)
{
	const uint8_t *p = sense + 8, *end = sense + len;

	if (len < 8)
		return;
	cmd->sense = CF_SENSE(sense[1] & 0x0f, sense[2], sense[3]);
	for (; p + 2 <= end && p + 2 + p[1] <= end; p += 2 + p[1]) {
		if (p[0] == 0x00 && p[1] >= 10) {
			cmd->info_valid = p[2] & 0x80;
			cmd->info = cf_get(p + 4, 8);
		} else if (p[0] == 0x02 && p[1] >= 6) {
			put_field(cmd, p + 4);
		}
	}
}

static const int sg_dirs[] = {
	[CF_NONE] = SG_DXFER_NONE,
	[CF_IN] = SG_DXFER_FROM_DEV,
	[CF_OUT] = SG_DXFER_TO_DEV,
};

void cf_run(struct cf_cmd *cmd)
{
	uint8_t sense[252] = { 0 };
	struct sg_io_hdr io = {
		.interface_id = 'S',
		.dxfer_direction = sg_dirs[cmd->dir],
		.cmd_len = cmd->cdb_len,
		.mx_sb_len = sizeof(sense),
		.dxfer_len = cmd->dir == CF_NONE ? 0 : cmd->len,
		.dxferp = cmd->data,
		.cmdp = cmd->cdb,
		.sbp = sense,
		.timeout = CF_TIMEOUT_MS,
	};

	cmd->status = -1;
	cmd->sense = 0;
	cmd->field = -1;
	cmd->bit = -1;
	cmd->in_data = false;
	cmd->info_valid = false;
	cmd->resid = 0;
	if (!path_fds[cmd->path])	/* cases are only listed */
		return;
	if (ioctl(path_fds[cmd->path], SG_IO, &io)) {
		fprintf(stderr, "conformance: SG_IO: %s\n", strerror(errno));
		return;
	}
	if (io.host_status)
		return;
	cmd->status = io.status;
	cmd->resid = io.resid;
	if ((sense[0] & 0x7e) == 0x70)
		decode_fixed(cmd, sense, io.sb_len_wr);
	else if ((sense[0] & 0x7e) == 0x72)
		decode_descriptors(cmd, sense, io.sb_len_wr);
}

/* Unit attentions that are left belong to no case. */
void cf_settle(void)
{
	struct cf_cmd cmd = { .cdb_len = 6 };
	int tries;

	for (cmd.path = 0; cmd.path < CF_PATHS; cmd.path++) {
		if (!path_fds[cmd.path])
			continue;
		tries = 8;
		do {
			cf_run(&cmd);
		} while (cmd.status == CF_CHECK && --tries);
	}
}

uint64_t cf_capacity(void)
{
	uint8_t data[32] = { 0 };
	struct cf_cmd cmd = {
		.cdb = { 0x9e, 0x10, [13] = sizeof(data) },
		.cdb_len = 16,
		.dir = CF_IN,
		.len = sizeof(data),
		.data = data,
	};

	cf_run(&cmd);
	if (cmd.status || cf_get(data + 8, 4) != CF_BLOCK)
		return 0;
	return cf_get(data, 8) + 1;
}
