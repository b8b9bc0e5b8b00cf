// SPDX-License-Identifier: GPL-2.0
/*
 * Random ioctls to /dev/scst_user, by several threads on files of their own and of each
 * other, some of which are devices with commands. Nothing is expected of them but that
 * the kernel goes on.
 *
 *	fuzz_user SECONDS [SEED]
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <scst_user.h>

#define FZ_FILES	4
#define FZ_THREADS	4
#define FZ_MEMORY	(256 * 1024)

static int files[FZ_FILES];
static uint8_t *memory;
static time_t until;
static unsigned long done, accepted;

struct state {
	unsigned int seed;
	uint32_t handle;	/* the last one that was seen */
	uint32_t subcode;
	struct scst_user_get_cmd get;
};

static uint32_t fz(struct state *s)
{
	return ((uint32_t)rand_r(&s->seed) << 16) ^ rand_r(&s->seed);
}

static uint32_t fz_of(struct state *s, const uint32_t *values, unsigned int n)
{
	return values[fz(s) % n];
}

/* An address: of memory, of none, of the kernel's, odd. */
static uint64_t fz_addr(struct state *s)
{
	switch (fz(s) % 8) {
	case 0:
		return 0;
	case 1:
		return 4096;
	case 2:
		return 0xffff888000000000ull + fz(s);
	case 3:
		return (uint64_t)fz(s) << 32 | fz(s);
	case 4:
		return (uintptr_t)memory + fz(s) % FZ_MEMORY;
	default:
		return (uintptr_t)memory + (fz(s) % (FZ_MEMORY / 4096)) * 4096;
	}
}

static int32_t fz_len(struct state *s)
{
	static const uint32_t lens[] = { 0, 1, 18, 512, 4096, 65536, 0x7fffffff,
					 0x80000000, 0xffffffff };

	return fz(s) % 4 ? (int32_t)fz_of(s, lens, 9) : (int32_t)fz(s);
}

static const uint32_t subcodes[] = {
	SCST_USER_ATTACH_SESS, SCST_USER_DETACH_SESS, SCST_USER_PARSE,
	SCST_USER_ALLOC_MEM, SCST_USER_EXEC, SCST_USER_ON_FREE_CMD,
	SCST_USER_ON_CACHED_MEM_FREE, SCST_USER_EXT_COPY_REMAP,
	SCST_USER_TASK_MGMT_RECEIVED, SCST_USER_TASK_MGMT_DONE,
};

static void fz_exec_reply(struct state *s, struct scst_user_scsi_cmd_reply_exec *r)
{
	r->resp_data_len = fz_len(s);
	r->pbuf = fz_addr(s);
	r->reply_type = fz(s) % 4;
	r->status = fz(s) % 3 ? 0 : fz(s) % 2 ? 2 : fz(s);
	r->sense_len = fz(s);
	r->psense_buffer = fz_addr(s);
}

static void fz_parse_reply(struct state *s, struct scst_user_scsi_cmd_reply_parse *r)
{
	r->status = fz(s) % 4 ? 0 : fz(s);
	r->queue_type = fz(s) % 6;
	r->data_direction = fz(s) % 6;
	r->cdb_len = fz(s);
	r->lba = fz(s) % 4096;
	r->data_len = fz_len(s);
	r->bufflen = fz(s) % 4 ? 512 : fz_len(s);
	r->op_flags = fz(s);
	r->out_bufflen = fz(s) % 8 ? 0 : fz_len(s);
}

static void fz_reply(struct state *s, struct scst_user_reply_cmd *reply)
{
	memset(reply, fz(s), sizeof(*reply));
	reply->cmd_h = fz(s) % 8 ? s->handle : s->handle + fz(s) % 16 - 8;
	reply->subcode = fz(s) % 8 ? s->subcode : fz_of(s, subcodes, 10);
	switch (reply->subcode) {
	case SCST_USER_PARSE:
		fz_parse_reply(s, &reply->parse_reply);
		break;
	case SCST_USER_ALLOC_MEM:
		reply->alloc_reply.pbuf = fz_addr(s);
		break;
	case SCST_USER_EXEC:
		fz_exec_reply(s, &reply->exec_reply);
		break;
	default:
		reply->result = fz(s) % 8 ? 0 : (int32_t)fz(s);
		break;
	}
}

static int fz_multi(struct state *s, int fd)
{
	struct scst_user_get_multi *m;
	struct scst_user_reply_cmd replies[4];
	unsigned int i, n = fz(s) % 5;
	int ret;

	m = calloc(1, sizeof(*m) + 4 * sizeof(m->cmds[0]));
	for (i = 0; i < n; i++)
		fz_reply(s, &replies[i]);
	m->preplies = fz(s) % 8 ? (uintptr_t)replies : fz_addr(s);
	m->replies_cnt = fz(s) % 16 ? (int)n : (int16_t)fz(s);
	m->cmds_cnt = fz(s) % 5;
	ret = ioctl(fd, SCST_USER_REPLY_AND_GET_MULTI, m);
	if (!ret && m->cmds_cnt > 0) {
		s->handle = m->cmds[0].cmd_h;
		s->subcode = m->cmds[0].subcode;
	}
	free(m);
	return ret;
}

static int fz_single(struct state *s, int fd)
{
	struct scst_user_reply_cmd reply;
	int ret;

	fz_reply(s, &reply);
	s->get.preply = fz(s) % 2 ? (uintptr_t)&reply : fz(s) % 8 ? 0 : fz_addr(s);
	ret = ioctl(fd, SCST_USER_REPLY_AND_GET_CMD, &s->get);
	if (!ret) {
		s->handle = s->get.cmd_h;
		s->subcode = s->get.subcode;
	}
	return ret;
}

static int fz_prealloc(struct state *s, int fd)
{
	union scst_user_prealloc_buffer p = {
		.in = { .pbuf = fz_addr(s), .bufflen = 4096u << fz(s) % 6 },
	};

	return ioctl(fd, SCST_USER_PREALLOC_BUFFER, &p);
}

static int fz_options(struct state *s, int fd)
{
	struct scst_user_opt opt;
	uint8_t *bytes = (uint8_t *)&opt;

	memset(&opt, 0, sizeof(opt));
	bytes[fz(s) % sizeof(opt)] = fz(s) % 5;
	bytes[fz(s) % 3] = fz(s) % 3;
	return ioctl(fd, SCST_USER_SET_OPTIONS, &opt);
}

static int fz_register(struct state *s, int fd)
{
	struct scst_user_dev_desc desc = {
		.version_str = fz(s) % 8 ? (uintptr_t)DEV_USER_VERSION : fz_addr(s),
		.license_str = fz(s) % 8 ? (uintptr_t)"GPL" : fz_addr(s),
		.type = fz(s) % 4 ? 0 : fz(s) % 16,
		.block_size = fz(s) % 8 ? 512 : fz(s),
		.sgv_single_alloc_pages = fz(s) % 4 ? 0 : (int)(fz(s) % 64),
	};

	snprintf(desc.name, sizeof(desc.name), "fz%u", fz(s) % 8);
	desc.opt.parse_type = fz(s) % 3;
	desc.opt.memory_reuse_type = fz(s) % 4;
	return ioctl(fd, SCST_USER_REGISTER_DEVICE, &desc);
}

static int fz_other(struct state *s, int fd)
{
	static const uint32_t cmds[] = {
		SCST_USER_UNREGISTER_DEVICE, SCST_USER_FLUSH_CACHE,
		SCST_USER_DEVICE_CAPACITY_CHANGED, SCST_USER_GET_OPTIONS,
		SCST_USER_GET_API, SCST_USER_GET_EXTENDED_CDB,
		SCST_USER_REGISTER_DEVICE, SCST_USER_REPLY_CMD,
	};
	struct scst_user_get_ext_cdb cdb = {
		.cmd_h = s->handle, .ext_cdb_buffer = fz_addr(s),
	};
	struct scst_user_reply_cmd reply;

	switch (fz(s) % 4) {
	case 0:
		return ioctl(fd, SCST_USER_GET_EXTENDED_CDB, &cdb);
	case 1:
		fz_reply(s, &reply);
		return ioctl(fd, SCST_USER_REPLY_CMD, &reply);
	case 2:
		return ioctl(fd, fz_of(s, cmds, 8), fz_addr(s));
	default:
		return ioctl(fd, fz(s), fz_addr(s));
	}
}

static int one(struct state *s)
{
	int fd = files[fz(s) % FZ_FILES];

	switch (fz(s) % 16) {
	case 0:
		return fz_register(s, fd);
	case 1:
		return fz_options(s, fd);
	case 2:
		return fz_prealloc(s, fd);
	case 3:
	case 4:
		return fz_other(s, fd);
	case 5:
	case 6:
	case 7:
	case 8:
		return fz_multi(s, fd);
	default:
		return fz_single(s, fd);
	}
}

static void *fuzz(void *seed)
{
	struct state s = { .seed = (uintptr_t)seed };

	while (time(NULL) < until) {
		__atomic_fetch_add(&done, 1, __ATOMIC_RELAXED);
		if (!one(&s))
			__atomic_fetch_add(&accepted, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[FZ_THREADS];
	uintptr_t i, seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
				       (uintptr_t)time(NULL) ^ (uintptr_t)getpid();

	if (argc < 2)
		return 2;
	printf("seed %lu\n", (unsigned long)seed);
	fflush(stdout);
	memory = mmap(NULL, FZ_MEMORY, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < FZ_FILES; i++) {
		files[i] = open(DEV_USER_PATH DEV_USER_NAME, O_RDWR | O_NONBLOCK);
		if (files[i] < 0) {
			perror(DEV_USER_PATH DEV_USER_NAME);
			return 1;
		}
	}
	until = time(NULL) + strtoul(argv[1], NULL, 0);
	for (i = 0; i < FZ_THREADS; i++)
		pthread_create(&threads[i], NULL, fuzz, (void *)(seed + i));
	for (i = 0; i < FZ_THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%lu calls, %lu accepted\n", done, accepted);
	return accepted ? 0 : 1;
}
