// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to SCSI disks and tells what was acknowledged, until it is killed.
 *
 *	writer SEED DISK...
 *
 * One process for each disk, one command at a time: plain writes, writes with FUA,
 * SYNCHRONIZE CACHE, at random. Every sector says whose it is. Lines on stdout, for
 * disk number D, each ended by a full stop:
 *
 *	P D SEQ SLOT COUNT.	write SEQ of COUNT slots from SLOT on ended GOOD
 *	F D SEQ SLOT COUNT.	the same, with FUA
 *	S D SEQ.		a SYNCHRONIZE CACHE that followed write SEQ ended GOOD
 *	E D TEXT.		something failed
 */
#include <fcntl.h>
#include <linux/types.h>
#include <scsi/sg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECTOR		512
#define SLOT		4096
#define SLOT_SECTORS	(SLOT / SECTOR)
#define MAX_SLOTS	4
#define SLOTS		256	/* of a disk */

struct sector {
	char magic[8];
	__u32 seed;
	__u32 disk;
	__u64 seq;
	__u32 number;	/* of the disk's sectors */
	__u32 fill[(SECTOR - 32) / 4];
	__u32 crc;		/* of all before */
};

static __u32 crc32(const void *data, size_t len)
{
	const __u8 *p = data;
	__u32 crc = ~0U;
	int i;

	while (len--) {
		crc ^= *p++;
		for (i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static __u32 draw(__u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static void make_sector(struct sector *s, __u32 seed, __u32 disk,
			__u64 seq, __u32 number)
{
	__u64 state = seq << 32 | number;
	unsigned int i;

	memcpy(s->magic, "SCSTPOWR", 8);
	s->seed = seed;
	s->disk = disk;
	s->seq = seq;
	s->number = number;
	for (i = 0; i < sizeof(s->fill) / 4; i++)
		s->fill[i] = draw(&state);
	s->crc = crc32(s, offsetof(struct sector, crc));
}

/* Returns 0 for GOOD, else something to print. */
static int command(int fd, const __u8 *cdb, void *data, unsigned int len)
{
	__u8 sense[32] = { 0 };
	struct sg_io_hdr io = {
		.interface_id = 'S',
		.cmd_len = 10,
		.cmdp = (__u8 *)cdb,
		.dxfer_direction = len ? SG_DXFER_TO_DEV : SG_DXFER_NONE,
		.dxferp = data,
		.dxfer_len = len,
		.sbp = sense,
		.mx_sb_len = sizeof(sense),
		.timeout = 60000,
	};

	if (ioctl(fd, SG_IO, &io))
		return -1;
	if (io.host_status || io.driver_status & 7)
		return -2;
	/* A unit attention is told once. */
	if (io.status && (sense[2] & 0xf) == 6)
		return command(fd, cdb, data, len);
	return io.status ? sense[2] << 16 | sense[12] << 8 | sense[13] : 0;
}

static int write_slots(int fd, void *data, unsigned int slot, unsigned int count,
		       int fua)
{
	__u32 lba = slot * SLOT_SECTORS;
	__u8 cdb[10] = { 0x2a, fua ? 0x08 : 0, lba >> 24, lba >> 16, lba >> 8,
			    lba, 0, 0, count * SLOT_SECTORS, 0 };

	return command(fd, cdb, data, count * SLOT);
}

static void say(const char *line, int len)
{
	if (write(1, line, len) != len)
		_exit(1);
}

static int run(const char *path, __u32 seed, __u32 disk)
{
	static const __u8 sync[10] = { 0x35 };
	__u64 state = (__u64)seed << 8 | disk, seq = 0;
	unsigned int i, slot, count, what;
	struct sector *data;
	char line[80];
	int fd, err;

	fd = open(path, O_RDWR);
	if (fd < 0 || posix_memalign((void **)&data, 4096, MAX_SLOTS * SLOT)) {
		say(line, snprintf(line, sizeof(line), "E %u open.\n", disk));
		return 1;
	}
	for (;;) {
		what = draw(&state) % 16;
		if (what < 2) {
			err = command(fd, sync, NULL, 0);
			i = snprintf(line, sizeof(line), "S %u %llu.\n", disk,
				     (unsigned long long)seq);
		} else {
			count = draw(&state) % MAX_SLOTS + 1;
			slot = draw(&state) % (SLOTS - count + 1);
			seq++;
			for (i = 0; i < count * SLOT_SECTORS; i++)
				make_sector(&data[i], seed, disk, seq,
					    slot * SLOT_SECTORS + i);
			err = write_slots(fd, data, slot, count, what < 5);
			i = snprintf(line, sizeof(line), "%c %u %llu %u %u.\n",
				     what < 5 ? 'F' : 'P', disk,
				     (unsigned long long)seq, slot, count);
		}
		if (err)
			i = snprintf(line, sizeof(line), "E %u sense %06x.\n", disk, err);
		say(line, i);
		if (err)
			return 1;
	}
}

int main(int argc, char **argv)
{
	int i;

	for (i = 2; i < argc; i++)
		if (!fork())
			_exit(run(argv[i], strtoul(argv[1], NULL, 10), i - 2));
	while (wait(NULL) > 0)
		;
	return 0;
}
