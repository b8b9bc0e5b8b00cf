// SPDX-License-Identifier: GPL-2.0
/*
 * A RAM disk behind LIO's target_core_user, to measure beside ours: it does what
 * src/tools/examples/ramdisk.c does, with the data in the ring's own memory.
 *
 *	tcmu_ramdisk /dev/uioN BYTES-OF-RING MIB
 *
 * It wakes the kernel once for all that it has found in the ring.
 */
#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <scsi/scsi.h>
#include <linux/target_core_user.h>

#include <scst_const.h>

#define BLOCK	512

static uint8_t *ring, *disk;
static uint64_t blocks;

static uint64_t get_be(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

/* Between the command's pieces of memory and ours. */
static void move(struct tcmu_cmd_entry *ent, void *data, size_t len, int to_initiator)
{
	struct iovec *iov = ent->req.iov;
	uint32_t i;

	for (i = 0; i < ent->req.iov_cnt && len; i++) {
		size_t n = iov[i].iov_len < len ? iov[i].iov_len : len;
		uint8_t *piece = ring + (uintptr_t)iov[i].iov_base;

		if (to_initiator)
			memcpy(piece, data, n);
		else
			memcpy(data, piece, n);
		data = (uint8_t *)data + n;
		len -= n;
	}
}

static int transfer(struct tcmu_cmd_entry *ent, uint64_t lba, uint64_t count, int write)
{
	if (lba > blocks || count > blocks - lba)
		return -1;
	move(ent, disk + lba * BLOCK, count * BLOCK, !write);
	return 0;
}

static int reply(struct tcmu_cmd_entry *ent, void *data, size_t len)
{
	move(ent, data, len, 1);
	return 0;
}

static int inquiry(struct tcmu_cmd_entry *ent, const uint8_t *cdb)
{
	uint8_t buf[36] = { 0x00, 0x00, 0x06, 0x02, 31, 0, 0, 0x02 };

	if (cdb[1] & 0x01)
		return -1;
	memcpy(buf + 8, "LIO     TCMU RAM DISK   1.0 ", 28);
	return reply(ent, buf, sizeof(buf));
}

static int capacity(struct tcmu_cmd_entry *ent, int wide)
{
	uint64_t last = htobe64(blocks - 1);
	uint32_t last10 = htobe32(blocks - 1), size = htobe32(BLOCK);
	uint8_t buf[32] = { };

	memcpy(buf, wide ? (void *)&last : &last10, wide ? 8 : 4);
	memcpy(buf + (wide ? 8 : 4), &size, 4);
	return reply(ent, buf, wide ? 32 : 8);
}

/* Not 0: CHECK CONDITION. */
static int execute(struct tcmu_cmd_entry *ent)
{
	const uint8_t *cdb = ring + ent->req.cdb_off;
	uint8_t no_pages[4] = { 3 };

	switch (cdb[0]) {
	case READ_10:
	case WRITE_10:
		return transfer(ent, get_be(cdb + 2, 4), get_be(cdb + 7, 2),
				cdb[0] == WRITE_10);
	case READ_16:
	case WRITE_16:
		return transfer(ent, get_be(cdb + 2, 8), get_be(cdb + 10, 4),
				cdb[0] == WRITE_16);
	case INQUIRY:
		return inquiry(ent, cdb);
	case READ_CAPACITY:
	case SERVICE_ACTION_IN_16:
		return capacity(ent, cdb[0] != READ_CAPACITY);
	case MODE_SENSE:
		return reply(ent, no_pages, sizeof(no_pages));
	case TEST_UNIT_READY:
	case SYNCHRONIZE_CACHE:
		return 0;
	}
	return -1;
}

static void serve(struct tcmu_cmd_entry *ent)
{
	/* ILLEGAL REQUEST, INVALID FIELD IN CDB */
	static const uint8_t sense[18] = { 0x70, 0, 5, [7] = 10, [12] = 0x24 };
	int err;

	if (tcmu_hdr_get_op(ent->hdr.len_op) != TCMU_OP_CMD)
		return;
	err = execute(ent);
	memset(&ent->rsp, 0, sizeof(ent->rsp) - sizeof(ent->rsp.sense_buffer));
	if (err) {
		ent->rsp.scsi_status = 2;
		memcpy(ent->rsp.sense_buffer, sense, sizeof(sense));
	}
}

static void serve_all(struct tcmu_mailbox *mb)
{
	uint32_t head = __atomic_load_n(&mb->cmd_head, __ATOMIC_ACQUIRE);
	uint32_t tail = mb->cmd_tail;

	while (tail != head) {
		struct tcmu_cmd_entry *ent = (void *)(ring + mb->cmdr_off + tail);

		serve(ent);
		tail = (tail + tcmu_hdr_get_len(ent->hdr.len_op)) % mb->cmdr_size;
		__atomic_store_n(&mb->cmd_tail, tail, __ATOMIC_RELEASE);
	}
}

int main(int argc, char **argv)
{
	uint32_t event = 0;
	int fd;

	if (argc != 4)
		return 2;
	blocks = strtoull(argv[3], NULL, 10) << 20 >> 9;
	disk = calloc(blocks, BLOCK);
	fd = open(argv[1], O_RDWR);
	if (!disk || fd < 0) {
		perror(argv[1]);
		return 1;
	}
	ring = mmap(NULL, strtoul(argv[2], NULL, 0), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	for (;;) {
		serve_all((struct tcmu_mailbox *)ring);
		if (write(fd, &event, sizeof(event)) != sizeof(event) ||
		    read(fd, &event, sizeof(event)) != sizeof(event))
			return 1;
	}
}
