/* SPDX-License-Identifier: GPL-2.0 */
/* A disk in memory behind /dev/scst_user, for tests: what its files share. */
#ifndef UDISK_H
#define UDISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <scst_user.h>

#define UDISK_COUNT(array)	(sizeof(array) / sizeof(*(array)))

/* What the device is told to do, from the command line. */
struct udisk {
	const char *name;
	uint8_t *data;
	uint64_t blocks;
	uint64_t room;			/* blocks that the disk may grow to */
	uint32_t block_size;
	uint32_t told_block;	/* what the kernel is told instead */
	struct scst_user_opt opt;
	bool old_abi;			/* of programs for SCST 2.x */
	bool multi;
	bool nonblock;
	bool background;
	bool write_same;		/* have the kernel do it */
	bool refuse;			/* sessions */
	bool forget;			/* answers to READ and WRITE */
	bool insist;			/* on replies that are wrong */
	bool bad_memory;
	bool lost_memory;
	bool pr_notify;
	bool pr_fail;			/* what is told of PERSISTENT RESERVE OUT */
	bool no_cluster;
	bool backwards;			/* memory is touched from its end */
	bool shared;			/* cache */
	bool twin;			/* a second device in the program: twin.c */
	uint32_t single;		/* pages of each buffer */
	uint32_t twin_single;
	int32_t purge;			/* seconds that unused buffers are kept */
	bool hold;			/* READ and WRITE, while the file is there */
	bool prealloc;
	unsigned int slow_ms;
	unsigned int threads;
	unsigned int type;
	const char *license;
	const char *log;
};

/* What has happened, by the last byte of the subcommand's number. */
struct udisk_counts {
	uint64_t sub[256];
	uint64_t tm[SCST_PR_ABORT_ALL + 1];	/* by function, when it is received */
	uint64_t pr_out;
	uint64_t xcopy;
	uint64_t bad;
};

extern struct udisk disk;
extern __thread int udisk_fd;		/* the file that the thread serves */
extern struct udisk_counts counts;

/* A claim about the kernel: what is false is counted and told. */
#define udisk_claim(truth)						\
do {									\
	if (!(truth)) {							\
		__atomic_fetch_add(&counts.bad, 1, __ATOMIC_RELAXED);	\
		printf("BAD line %d: %s\n", __LINE__, #truth);		\
		fflush(stdout);						\
	}								\
} while (0)

/* udisk.c */
int udisk_open(const char *name, uint32_t single);
void *udisk_serve(void *fd);

/* twin.c: the same disk under another name, until it is closed */
void udisk_twin_start(void);
void udisk_twin_close(void);
bool udisk_twin_ends(void);

/* scsi.c: carries out a command that is in memory */
void udisk_exec(const struct scst_user_scsi_cmd_exec *cmd, const uint8_t *cdb,
		uint8_t *buf, struct scst_user_scsi_cmd_reply_exec *reply,
		uint8_t *sense);
void udisk_parse(const struct scst_user_scsi_cmd_parse *cmd,
		 struct scst_user_scsi_cmd_reply_parse *reply, uint8_t *sense);
void udisk_sense(uint8_t *sense, uint8_t *status, uint8_t *len,
		 int key, int asc, int ascq);

/* memory.c: buffers for the kernel, and whether it gives them back */
uint8_t *udisk_alloc(size_t len);
void udisk_free(uint64_t pbuf);
size_t udisk_outstanding(void);

#endif
