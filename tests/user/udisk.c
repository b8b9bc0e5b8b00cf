// SPDX-License-Identifier: GPL-2.0
/*
 * A disk in memory behind /dev/scst_user, as programs for SCST 3.x are written: it
 * uses all ioctls and subcommands, well or badly, as it is told.
 *
 *	udisk NAME [WORD[=VALUE]]... > LOG
 *
 * Signals: USR1 prints what has happened, USR2 lets the disk grow by a half, HUP
 * flushes the cache of buffers, ALRM closes the second device, TERM ends it. A line
 * BAD is a claim about the kernel that was false.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "udisk.h"

#define UDISK_BATCH	8

struct udisk disk = {
	.block_size = 512, .threads = 2, .license = "GPL", .purge = 1,
	.blocks = 8 << 11,
};

struct udisk_counts counts;
__thread int udisk_fd;

/* Has it all that a reply may point to. */
struct answer {
	struct scst_user_reply_cmd reply;
	uint8_t sense[SCST_SENSE_BUFFERSIZE];
	bool wanted;
};

static int do_attach(struct scst_user_get_cmd *cmd, struct answer *a)
{
	udisk_claim(cmd->sess.sess_h);
	udisk_claim(memchr(cmd->sess.initiator_name, 0, SCST_MAX_EXTERNAL_NAME));
	udisk_claim(cmd->sess.target_name[0]);
	a->reply.result = disk.refuse ? -EPERM : 0;
	return 0;
}

static int do_nothing(struct scst_user_get_cmd *cmd, struct answer *a)
{
	(void)cmd;
	a->reply.result = 0;
	return 0;
}

static int do_parse(struct scst_user_get_cmd *cmd, struct answer *a)
{
	a->reply.parse_reply.psense_buffer = (uintptr_t)a->sense;
	if (cmd->parse_cmd.op_flags & SCST_INFO_VALID)
		a->reply.parse_reply.psense_buffer = 0;
	udisk_parse(&cmd->parse_cmd, &a->reply.parse_reply, a->sense);
	if (a->reply.parse_reply.status)
		a->reply.parse_reply.psense_buffer = (uintptr_t)a->sense;
	return 0;
}

/* Initiators have found the disk: the test begins. */
static bool is_time(void)
{
	return !access("/tmp/udisk.go", F_OK);
}

/* Memory that is none, or that is not any more. */
static uint64_t spoil(uint8_t *buf, size_t len)
{
	if (disk.bad_memory && is_time())
		return 4096;
	if (disk.lost_memory && is_time())
		munmap(buf, len);
	return (uintptr_t)buf;
}

static int do_alloc(struct scst_user_get_cmd *cmd, struct answer *a)
{
	uint8_t *buf = udisk_alloc(cmd->alloc_cmd.alloc_len);

	udisk_claim(cmd->alloc_cmd.alloc_len > 0);
	a->reply.alloc_reply.pbuf = spoil(buf, cmd->alloc_cmd.alloc_len);
	return 0;
}

static bool is_medium(const uint8_t *cdb)
{
	return (cdb[0] & 0x1f) == 0x08 || (cdb[0] & 0x1f) == 0x0a;
}

/* The second answer to what was answered as BACKGROUND. */
static void complete_later(uint32_t cmd_h)
{
	struct scst_user_reply_cmd reply = {
		.cmd_h = cmd_h,
		.subcode = SCST_USER_EXEC,
		.exec_reply.reply_type = SCST_EXEC_REPLY_COMPLETED,
	};

	usleep(1000);
	udisk_claim(!ioctl(udisk_fd, SCST_USER_REPLY_CMD, &reply));
	/* By now the handle may be that of ON_FREE_CMD, which another thread has got. */
	udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, &reply) &&
		    (errno == ESRCH || errno == EINVAL));
}

static int do_exec(struct scst_user_get_cmd *cmd, struct answer *a)
{
	struct scst_user_scsi_cmd_exec *e = &cmd->exec_cmd;
	struct scst_user_scsi_cmd_reply_exec *r = &a->reply.exec_reply;
	uint8_t *buf = (uint8_t *)(uintptr_t)e->pbuf;
	static __thread uint8_t cdb[SCST_MAX_LONG_CDB_SIZE];

	memset(cdb, 0, sizeof(cdb));
	memcpy(cdb, e->cdb, SCST_MAX_CDB_SIZE);
	if (e->cdb_len > SCST_MAX_CDB_SIZE) {
		struct scst_user_get_ext_cdb get = {
			.cmd_h = cmd->cmd_h,
			.ext_cdb_buffer = (uintptr_t)cdb,
		};

		udisk_claim(!ioctl(udisk_fd, SCST_USER_GET_EXTENDED_CDB, &get));
		udisk_claim(!memcmp(cdb, e->cdb, SCST_MAX_CDB_SIZE));
	}
	if (is_medium(cdb) && disk.forget && is_time())
		return -1;
	while (is_medium(cdb) && disk.hold && !access("/tmp/udisk.hold", F_OK))
		usleep(5000);
	if (is_medium(cdb) && disk.slow_ms && is_time())
		usleep(disk.slow_ms * 1000);
	udisk_claim(e->alloc_len >= e->bufflen);
	if (!buf && e->alloc_len) {
		udisk_claim(e->data_direction == SCST_DATA_READ);
		buf = udisk_alloc(e->alloc_len);
	}
	r->reply_type = SCST_EXEC_REPLY_COMPLETED;
	r->pbuf = (uintptr_t)buf;
	udisk_exec(e, cdb, buf, r, a->sense);
	if (r->status)
		r->psense_buffer = (uintptr_t)a->sense;
	if (!e->pbuf && buf)
		r->pbuf = spoil(buf, e->alloc_len);
	return 0;
}

static int do_on_free(struct scst_user_get_cmd *cmd, struct answer *a)
{
	struct scst_user_scsi_on_free_cmd *f = &cmd->on_free_cmd;

	if (f->pbuf && !f->buffer_cached && !disk.bad_memory)
		udisk_free(f->pbuf);
	a->reply.result = 0;
	return 0;
}

static int do_mem_free(struct scst_user_get_cmd *cmd, struct answer *a)
{
	udisk_free(cmd->on_cached_mem_free.pbuf);
	a->reply.result = 0;
	return 0;
}

static int *open_tms(uint64_t sess_h)
{
	static int open[256];

	return &open[sess_h % UDISK_COUNT(open)];
}

/* No task management function is open in a session that ends. */
static int do_detach(struct scst_user_get_cmd *cmd, struct answer *a)
{
	udisk_claim(!__atomic_load_n(open_tms(cmd->sess.sess_h), __ATOMIC_SEQ_CST));
	return do_nothing(cmd, a);
}

static int do_tm(struct scst_user_get_cmd *cmd, struct answer *a)
{
	bool done = cmd->subcode == SCST_USER_TASK_MGMT_DONE;

	udisk_claim(cmd->tm_cmd.sess_h);
	udisk_claim(cmd->tm_cmd.fn <= SCST_PR_ABORT_ALL);
	udisk_claim(__atomic_add_fetch(open_tms(cmd->tm_cmd.sess_h), done ? -1 : 1,
				       __ATOMIC_SEQ_CST) >= 0);
	if (!done)
		__atomic_fetch_add(&counts.tm[cmd->tm_cmd.fn], 1, __ATOMIC_RELAXED);
	if (cmd->tm_cmd.fn == SCST_ABORT_TASK)
		udisk_claim(cmd->tm_cmd.cmd_h_to_abort);
	a->reply.result = SCST_MGMT_STATUS_SUCCESS;
	return 0;
}

static const struct {
	uint32_t subcode;
	const char *name;
	int (*run)(struct scst_user_get_cmd *cmd, struct answer *a);
} subs[] = {
	{ SCST_USER_ATTACH_SESS,	"attach",	do_attach },
	{ SCST_USER_DETACH_SESS,	"detach",	do_detach },
	{ SCST_USER_PARSE,		"parse",	do_parse },
	{ SCST_USER_ALLOC_MEM,		"alloc",	do_alloc },
	{ SCST_USER_EXEC,		"exec",		do_exec },
	{ SCST_USER_ON_FREE_CMD,	"on_free",	do_on_free },
	{ SCST_USER_ON_CACHED_MEM_FREE,	"mem_free",	do_mem_free },
	{ SCST_USER_EXT_COPY_REMAP,	"remap",	do_nothing },
	{ SCST_USER_TASK_MGMT_RECEIVED,	"tm_received",	do_tm },
	{ SCST_USER_TASK_MGMT_DONE,	"tm_done",	do_tm },
};

#define N_SUBS	UDISK_COUNT(subs)

/* What no program should say; each has its error and changes nothing. */
static void say_nonsense(const struct answer *right)
{
	struct scst_user_reply_cmd wrong = right->reply;

	wrong.cmd_h = right->reply.cmd_h + 1000000;
	udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, &wrong) && errno == ESRCH);
	wrong.cmd_h = right->reply.cmd_h;
	wrong.subcode = 0x12345678;
	udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, &wrong) && errno == EINVAL);
	if (right->reply.subcode == SCST_USER_EXEC) {
		wrong.subcode = SCST_USER_EXEC;
		wrong.exec_reply.reply_type = 77;
		udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, &wrong) &&
			    errno == EINVAL);
	}
	udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, NULL) && errno == EFAULT);
}

static void serve_one(struct scst_user_get_cmd *cmd, struct answer *a)
{
	size_t i;

	memset(a, 0, sizeof(*a));
	a->reply.cmd_h = cmd->cmd_h;
	a->reply.subcode = cmd->subcode;
	udisk_claim(cmd->cmd_h);
	for (i = 0; i < N_SUBS && subs[i].subcode != cmd->subcode; i++)
		;
	udisk_claim(i < N_SUBS);
	if (i == N_SUBS)
		return;
	__atomic_fetch_add(&counts.sub[i], 1, __ATOMIC_RELAXED);
	a->wanted = !subs[i].run(cmd, a);
	if (a->wanted && disk.insist)
		say_nonsense(a);
}

static bool goes_background(const struct scst_user_get_cmd *cmd,
			    struct answer *a)
{
	if (!disk.background || cmd->subcode != SCST_USER_EXEC ||
	    a->reply.exec_reply.status || a->reply.exec_reply.reply_type !=
	    SCST_EXEC_REPLY_COMPLETED || !is_medium(cmd->exec_cmd.cdb))
		return false;
	a->reply.exec_reply.reply_type = SCST_EXEC_REPLY_BACKGROUND;
	return true;
}

static void wait_readable(void)
{
	struct pollfd p = { .fd = udisk_fd, .events = POLLIN };

	poll(&p, 1, 1000);
}

/* One at a time: REPLY_AND_GET_CMD. */
static void serve_single(void)
{
	struct scst_user_get_cmd cmd;
	struct answer a = { .wanted = false };
	uint32_t later = 0;

	for (;;) {
		cmd.preply = a.wanted ? (uintptr_t)&a.reply : 0;
		if (later) {
			/* Its first answer has to go out before the second one. */
			udisk_claim(!ioctl(udisk_fd, SCST_USER_REPLY_CMD, &a.reply));
			complete_later(later);
			cmd.preply = 0;
		}
		if (ioctl(udisk_fd, SCST_USER_REPLY_AND_GET_CMD, &cmd)) {
			later = 0;
			a.wanted = false;
			udisk_claim(errno == EAGAIN || errno == EINTR ||
				    disk.bad_memory || disk.lost_memory);
			udisk_claim(errno != EAGAIN || disk.nonblock);
			if (udisk_twin_ends())
				return;
			if (errno == EAGAIN)
				wait_readable();
			continue;
		}
		serve_one(&cmd, &a);
		later = goes_background(&cmd, &a) ? cmd.cmd_h : 0;
		if (disk.insist && a.wanted) {
			udisk_claim(!ioctl(udisk_fd, SCST_USER_REPLY_CMD, &a.reply));
			a.wanted = false;
			udisk_claim(ioctl(udisk_fd, SCST_USER_REPLY_CMD, &a.reply) &&
				    (errno == ESRCH || errno == EINVAL));
		}
	}
}

/* In batches: REPLY_AND_GET_MULTI. */
static void serve_multi(void)
{
	static __thread struct answer a[UDISK_BATCH];
	struct scst_user_reply_cmd replies[UDISK_BATCH];
	struct scst_user_get_multi *m;
	int i, n = 0;

	m = calloc(1, sizeof(*m) + UDISK_BATCH * sizeof(m->cmds[0]));
	for (;;) {
		m->preplies = (uintptr_t)replies;
		m->replies_cnt = n;
		m->cmds_cnt = UDISK_BATCH;
		m->replies_done = -1;
		if (ioctl(udisk_fd, SCST_USER_REPLY_AND_GET_MULTI, m)) {
			udisk_claim(errno == EAGAIN || errno == EINTR);
			udisk_claim(m->replies_done == n);
			n = 0;
			if (errno == EAGAIN)
				wait_readable();
			continue;
		}
		udisk_claim(m->replies_done == n);
		udisk_claim(m->cmds_cnt >= 1 && m->cmds_cnt <= UDISK_BATCH);
		for (i = 0, n = 0; i < m->cmds_cnt; i++) {
			serve_one(&m->cmds[i], &a[i]);
			if (a[i].wanted)
				replies[n++] = a[i].reply;
		}
	}
}

void *udisk_serve(void *fd)
{
	udisk_fd = (intptr_t)fd;
	if (disk.multi)
		serve_multi();
	else
		serve_single();
	return NULL;
}

/* ---- registration ---- */

/* As SCST 2.x had it. */
struct old_desc {
	uint64_t version_str;
	uint64_t license_str;
	uint8_t type;
	uint8_t sgv_shared;
	uint8_t sgv_disable_clustered_pool;
	int32_t sgv_single_alloc_pages;
	int32_t sgv_purge_interval;
	uint8_t opt[16];
	uint32_t block_size;
	uint8_t enable_pr_cmds_notifications;
	char name[50];
	char sgv_name[50];
};

static int register_old(const char *name)
{
	struct old_desc desc = {
		.version_str = (uintptr_t)DEV_USER_VERSION,
		.license_str = (uintptr_t)disk.license,
		.type = disk.type,
		.block_size = disk.block_size,
		.enable_pr_cmds_notifications = disk.pr_notify,
	};

	memcpy(desc.opt, &disk.opt, sizeof(desc.opt));
	snprintf(desc.name, sizeof(desc.name), "%s", name);
	return ioctl(udisk_fd, _IOW('u', 1, struct old_desc), &desc);
}

static int register_device(const char *name, uint32_t single)
{
	struct scst_user_dev_desc desc = {
		.version_str = (uintptr_t)DEV_USER_VERSION,
		.license_str = (uintptr_t)disk.license,
		.type = disk.type,
		.block_size = disk.told_block ?: disk.block_size,
		.sgv_purge_interval = disk.purge,
		.opt = disk.opt,
		.enable_pr_cmds_notifications = disk.pr_notify,
		.sgv_shared = disk.shared,
		.sgv_disable_clustered_pool = disk.no_cluster,
		.sgv_single_alloc_pages = single,
	};

	if (disk.shared)
		strcpy(desc.sgv_name, "udisk");
	snprintf(desc.name, sizeof(desc.name), "%s", name);
	return ioctl(udisk_fd, SCST_USER_REGISTER_DEVICE, &desc);
}

/* GET_OPTIONS has what SET_OPTIONS was given, and that what was registered. */
static void check_options(void)
{
	struct scst_user_opt opt, other;
	struct scst_user_api api = { 0 };

	memset(&opt, 0xee, sizeof(opt));
	udisk_claim(!ioctl(udisk_fd, SCST_USER_GET_OPTIONS, &opt));
	udisk_claim(opt.parse_type == disk.opt.parse_type);
	udisk_claim(opt.memory_reuse_type == disk.opt.memory_reuse_type);
	udisk_claim(opt.queue_alg == disk.opt.queue_alg);
	other = opt;
	other.parse_type = SCST_USER_MAX_PARSE_OPT + 1;
	udisk_claim(ioctl(udisk_fd, SCST_USER_SET_OPTIONS, &other) &&
		    errno == EINVAL);
	other = opt;
	other.qerr = 2;
	udisk_claim(ioctl(udisk_fd, SCST_USER_SET_OPTIONS, &other) &&
		    errno == EINVAL);
	udisk_claim(!ioctl(udisk_fd, SCST_USER_SET_OPTIONS, &opt));
	udisk_claim(!ioctl(udisk_fd, SCST_USER_GET_API, &api));
	udisk_claim(api.api_major == SCST_USER_API_MAJOR && api.features & 1);
	/* It is never sent. */
	udisk_claim(!(api.features & SCST_USER_FEATURE_REMAP));
	udisk_claim(!ioctl(udisk_fd, SCST_USER_UNREGISTER_DEVICE));
	udisk_claim(ioctl(udisk_fd, _IO('u', 99)) && errno == ENOTTY);
}

static void prealloc(void)
{
	union scst_user_prealloc_buffer p;
	int i;

	for (i = 0; i < 4; i++) {
		memset(&p, 0, sizeof(p));
		p.in.pbuf = (uintptr_t)udisk_alloc(65536);
		p.in.bufflen = 65536;
		udisk_claim(!ioctl(udisk_fd, SCST_USER_PREALLOC_BUFFER, &p));
		udisk_claim(p.out.cmd_h);
	}
	memset(&p, 0, sizeof(p));
	p.in.pbuf = 4096;
	p.in.bufflen = 65536;
	udisk_claim(ioctl(udisk_fd, SCST_USER_PREALLOC_BUFFER, &p));
}

/* ---- words ---- */

struct word {
	const char *name;
	void *to;
	size_t size;
};

static uint32_t mib = 8;

static const struct word words[] = {
	{ "parse",	&disk.opt.parse_type,		1 },
	{ "on_free",	&disk.opt.on_free_cmd_type,	1 },
	{ "reuse",	&disk.opt.memory_reuse_type,	1 },
	{ "tst",	&disk.opt.tst,			1 },
	{ "qerr",	&disk.opt.qerr,			1 },
	{ "tas",	&disk.opt.tas,			1 },
	{ "swp",	&disk.opt.swp,			1 },
	{ "remaps",	&disk.opt.ext_copy_remap_supported, 1 },
	{ "queue_alg",	&disk.opt.queue_alg,		1 },
	{ "tmf_only",	&disk.opt.tmf_only,		1 },
	{ "d_sense",	&disk.opt.d_sense,		1 },
	{ "own_order",	&disk.opt.has_own_order_mgmt,	1 },
	{ "block",	&disk.block_size,		4 },
	{ "told_block",	&disk.told_block,		4 },
	{ "mib",	&mib,				4 },
	{ "threads",	&disk.threads,			4 },
	{ "type",	&disk.type,			4 },
	{ "slow",	&disk.slow_ms,			4 },
	{ "old",	&disk.old_abi,			1 },
	{ "multi",	&disk.multi,			1 },
	{ "nonblock",	&disk.nonblock,			1 },
	{ "background",	&disk.background,		1 },
	{ "write_same",	&disk.write_same,		1 },
	{ "refuse",	&disk.refuse,			1 },
	{ "forget",	&disk.forget,			1 },
	{ "insist",	&disk.insist,			1 },
	{ "bad_memory",	&disk.bad_memory,		1 },
	{ "lost_memory", &disk.lost_memory,		1 },
	{ "hold",	&disk.hold,			1 },
	{ "prealloc",	&disk.prealloc,			1 },
	{ "pr_notify",	&disk.pr_notify,		1 },
	{ "pr_fail",	&disk.pr_fail,			1 },
	{ "no_cluster",	&disk.no_cluster,		1 },
	{ "backwards",	&disk.backwards,		1 },
	{ "shared",	&disk.shared,			1 },
	{ "twin",	&disk.twin,			1 },
	{ "purge",	&disk.purge,			4 },
	{ "single",	&disk.single,			4 },
	{ "twin_single", &disk.twin_single,		4 },
};

static void set_word(const char *text)
{
	const char *value = strchr(text, '=');
	size_t i, n = value ? (size_t)(value - text) : strlen(text);
	uint32_t v = value ? strtoul(value + 1, NULL, 0) : 1;

	if (n == 7 && !strncmp(text, "license", n)) {
		disk.license = value + 1;
		return;
	}
	for (i = 0; i < UDISK_COUNT(words); i++) {
		if (strlen(words[i].name) != n || strncmp(words[i].name, text, n))
			continue;
		memcpy(words[i].to, &v, words[i].size);
		return;
	}
	fprintf(stderr, "udisk: what is %s?\n", text);
	exit(2);
}

static void print_counts(void)
{
	size_t i;

	for (i = 0; i < N_SUBS; i++)
		printf("%s=%llu ", subs[i].name,
		       (unsigned long long)counts.sub[i]);
	for (i = 0; i < UDISK_COUNT(counts.tm); i++)
		printf("tm%zu=%llu ", i, (unsigned long long)counts.tm[i]);
	printf("pr_out=%llu xcopy=%llu ", (unsigned long long)counts.pr_out,
	       (unsigned long long)counts.xcopy);
	printf("outstanding=%zu bad=%llu\n", udisk_outstanding(),
	       (unsigned long long)counts.bad);
	fflush(stdout);
}

static void grow(void)
{
	disk.blocks = disk.room;
	udisk_claim(!ioctl(udisk_fd, SCST_USER_DEVICE_CAPACITY_CHANGED));
}

static void wait_signals(const sigset_t *set)
{
	int sig;

	for (;;) {
		sigwait(set, &sig);
		switch (sig) {
		case SIGUSR1:
			print_counts();
			break;
		case SIGUSR2:
			grow();
			break;
		case SIGALRM:
			udisk_twin_close();
			break;
		case SIGHUP:
			udisk_claim(!ioctl(udisk_fd, SCST_USER_FLUSH_CACHE));
			break;
		default:
			print_counts();
			exit(counts.bad != 0);
		}
	}
}

int udisk_open(const char *name, uint32_t single)
{
	udisk_fd = open(DEV_USER_PATH DEV_USER_NAME,
			O_RDWR | (disk.nonblock ? O_NONBLOCK : 0));
	if (udisk_fd < 0) {
		perror("udisk: " DEV_USER_PATH DEV_USER_NAME);
		exit(1);
	}
	if ((disk.old_abi ? register_old(name) : register_device(name, single)) < 0) {
		printf("register: %d\n", errno);
		exit(1);
	}
	return udisk_fd;
}

static void start(void)
{
	pthread_t thread;
	unsigned int i;

	disk.blocks = ((uint64_t)mib << 20) / disk.block_size;
	disk.room = disk.blocks + disk.blocks / 2;
	disk.data = calloc(disk.room, disk.block_size);
	if (!disk.data)
		exit(1);
	udisk_fd = udisk_open(disk.name, disk.single);
	check_options();
	if (disk.prealloc)
		prealloc();
	for (i = 0; i < disk.threads; i++)
		pthread_create(&thread, NULL, udisk_serve,
			       (void *)(intptr_t)udisk_fd);
	if (disk.twin)
		udisk_twin_start();
	printf("ready\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	sigset_t set;
	int i;

	if (argc < 2)
		return 2;
	disk.name = argv[1];
	for (i = 2; i < argc; i++)
		set_word(argv[i]);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	start();
	wait_signals(&set);
	return 0;
}
