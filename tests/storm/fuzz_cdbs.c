// SPDX-License-Identifier: GPL-2.0
/*
 * CDBs with random bits and random data to a logical unit, whose data are lost.
 *
 *	fuzz_cdbs DEVICE SECONDS [SEED]
 *
 * Each command must end with a status. Prints the seed first, and then how many
 * commands ended how; the exit status is 1 if one had no status, or if none was
 * good or none refused: then the mixture is no use.
 */
#include <fcntl.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cf.h"
#include "fuzz.h"

#define FZ_BLOCKS	0x2000		/* LBAs are mostly below that */
#define FZ_ACA_ACTIVE	0x30
#define FZ_NO_ESCALATE	0x100		/* of SG_SCSI_RESET; the C library has no name */

/* After so many commands the unit may be stopped, write protected, locked... */
#define FZ_RECOVER	256

/* What disks and CD-ROM drives carry out; others come at random. */
static const uint8_t usual[] = {
	0x00, 0x03, 0x04, 0x08, 0x0a, 0x12, 0x15, 0x16, 0x17, 0x1a, 0x1b, 0x1c, 0x1d,
	0x1e, 0x25, 0x28, 0x2a, 0x2e, 0x2f, 0x34, 0x35, 0x37, 0x3b, 0x3c, 0x41, 0x42,
	0x43, 0x46, 0x48, 0x4a, 0x4c, 0x4d, 0x51, 0x52, 0x55, 0x56, 0x57, 0x5a, 0x5e,
	0x5f, 0x7f, 0x83, 0x84, 0x88, 0x89, 0x8a, 0x8b, 0x8e, 0x8f, 0x90, 0x91, 0x93,
	0x9c, 0x9e, 0xa0, 0xa3, 0xa4, 0xa8, 0xaa, 0xad, 0xae, 0xaf, 0xb7, 0xb9, 0xbd,
	0xbe,
};

/* By group code, SPC-5 4.2.5.1. */
static const uint8_t lengths[8] = { 6, 10, 10, 32, 16, 12, 16, 12 };

static void make_cdb(struct cf_cmd *cmd)
{
	unsigned int i, flips, op;

	op = fz_below(8) ? usual[fz_below(sizeof(usual))] : fz_below(256);
	memset(cmd->cdb, 0, sizeof(cmd->cdb));
	cmd->cdb_len = lengths[op >> 5];
	if (!fz_below(32))
		cmd->cdb_len = 6 + fz_below(CF_MAX_CDB - 5);
	if (!fz_below(8)) {
		fz_bytes(cmd->cdb, cmd->cdb_len);
	} else if (cmd->cdb_len == 32) {
		cmd->cdb[7] = 0x18;
		cmd->cdb[9] = fz_below(20);
		cf_put(cmd->cdb + 12, 8, fz_below(FZ_BLOCKS));
		cmd->cdb[31] = fz_below(16);
	} else {
		cmd->cdb[1] = fz_below(4) ? 0 : fz_below(0x20);
		cf_put(cmd->cdb + (cmd->cdb_len == 16 ? 6 : 2),
		       cmd->cdb_len == 6 ? 2 : 4, fz_below(FZ_BLOCKS));
		cmd->cdb[cmd->cdb_len - 2] = fz_below(64);
	}
	cmd->cdb[0] = op;
	flips = fz_below(2) ? 0 : fz_below(6);
	for (i = 0; i < flips; i++)
		cmd->cdb[1 + fz_below(cmd->cdb_len - 1)] ^= 1 << fz_below(8);
}

static bool writes(uint8_t op)
{
	static const uint8_t out[] = {
		0x04, 0x0a, 0x15, 0x1d, 0x2a, 0x2e, 0x2f, 0x3b, 0x41, 0x42, 0x4c, 0x55,
		0x5f, 0x83, 0x89, 0x8a, 0x8b, 0x8e, 0x93, 0x9c, 0xa4, 0xaa, 0xae, 0xaf,
	};

	return memchr(out, op, sizeof(out));
}

static void make_data(struct cf_cmd *cmd)
{
	static const unsigned int ends[] = { 24, 512, 4096, CF_MAX_DATA };
	unsigned int i;

	/* Bytes in the wrong direction are refused early. */
	cmd->dir = fz_below(4) ? writes(cmd->cdb[0]) ? CF_OUT : CF_IN : fz_below(3);
	cmd->len = fz_below(ends[fz_below(4)]) + 1;
	if (fz_below(2))
		cmd->len = (cmd->len + 511) & ~511;
	memset(cmd->data, 0, cmd->len);
	if (cmd->dir != CF_OUT)
		return;
	if (!fz_below(3)) {
		fz_bytes(cmd->data, cmd->len);
		return;
	}
	/* A parameter list: a length that fits, and some bits. */
	if (cmd->len > 24 && fz_below(2))
		cmd->data[1] = fz_below(2) ? cmd->len - 2 : 0;
	for (i = 0; i < 4; i++)
		cmd->data[fz_below(cmd->len < 64 ? cmd->len : 64)] = fz_next();
}

/* Back to a unit that does most of what it is asked for. */
static void recover(int fd)
{
	static const uint8_t allow[6] = { 0x1e }, load[6] = { 0x1b, [4] = 0x03 },
			     start[6] = { 0x1b, [4] = 0x01 }, out[10] = { 0x5f, 0x06, [8] = 24 };
	static const struct {
		const uint8_t *cdb;
		unsigned int len, data;
	} cmds[] = {
		/* Without a key: its registration goes, and its reservation. */
		{ out, sizeof(out), 24 }, { allow, sizeof(allow), 0 },
		{ load, sizeof(load), 0 }, { start, sizeof(start), 0 },
	};
	int how = SG_SCSI_RESET_DEVICE | FZ_NO_ESCALATE;
	uint8_t zeros[24] = { 0 };
	struct cf_cmd cmd = { .path = CF_RW, .data = zeros };
	unsigned int i;

	if (ioctl(fd, SG_SCSI_RESET, &how))
		perror("reset");
	cf_settle();
	for (i = 0; i < sizeof(cmds) / sizeof(*cmds); i++) {
		memcpy(cmd.cdb, cmds[i].cdb, cmds[i].len);
		cmd.cdb_len = cmds[i].len;
		cmd.len = cmds[i].data;
		cmd.dir = cmd.len ? CF_OUT : CF_NONE;
		cf_run(&cmd);
	}
}

int main(int argc, char **argv)
{
	static uint8_t data[CF_MAX_DATA + 512];
	struct cf_cmd cmd = { .path = CF_RW, .data = data };
	unsigned long n = 0, good = 0, checks = 0, others = 0;
	unsigned int i;
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: fuzz_cdbs DEVICE SECONDS [SEED]\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_NONBLOCK);
	if (fd < 0 || cf_open(CF_RW, argv[1]))
		return 2;
	fz_begin(argv[2], argv[3]);
	for (; fz_goes_on(); n++) {
		if (!(n % FZ_RECOVER) || cmd.status == FZ_ACA_ACTIVE)
			recover(fd);
		make_cdb(&cmd);
		make_data(&cmd);
		cf_run(&cmd);
		good += cmd.status == CF_GOOD;
		checks += cmd.status == CF_CHECK;
		others += cmd.status > CF_CHECK;
		if (cmd.status >= 0)
			continue;
		printf("command %lu had no status: CDB", n);
		for (i = 0; i < cmd.cdb_len; i++)
			printf(" %02x", cmd.cdb[i]);
		printf(", %u bytes in direction %d\n", cmd.len, cmd.dir);
		return 1;
	}
	printf("%lu commands: %lu GOOD, %lu CHECK CONDITION, %lu others\n", n, good,
	       checks, others);
	return !good || !checks;
}
