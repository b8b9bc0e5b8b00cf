// SPDX-License-Identifier: GPL-2.0
/*
 * Memory fails at every allocation: a command is repeated, and the n-th allocation
 * that this task makes for it fails, for n = 1, 2, 3, ..., until none is left to
 * fail. Needs a kernel with CONFIG_FAILSLAB (/proc/thread-self/fail-nth).
 *
 *	failnth proc FILE COMMAND [FILE UNDO]...
 *		a command of /proc/scsi_tgt/FILE. Refused, it must say ENOMEM and give
 *		a reason, and have changed nothing. Where it went well nevertheless, it
 *		is undone, and repeated.
 *	failnth module FILE [PARAMETERS]
 *		loading a module, with nothing left of it where that fails
 *	failnth cdb DEVICE HEX [in|out LENGTH]
 *		a SCSI command: GOOD, BUSY, TASK SET FULL, or CHECK CONDITION. The n-th
 *		allocation fails in each of the core's threads and work items, too.
 *
 * Prints one line, with the number of failures; exit status 1 if anything else
 * happened than what must.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <scsi/sg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FN_ROOT		"/proc/scsi_tgt/"
#define FN_STATE_MAX	1048576
#define FN_LOOK_FOR	50	/* tenths of a second until all has come to rest */

/* Beyond that the loop itself must be wrong. */
#define FN_MAX		20000

static int fail_fd;

static void die(const char *what, const char *why)
{
	printf("failnth: %s: %s\n", what, why);
	exit(1);
}

static void arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_fd, text, len, 0) != len)
		die("fail-nth", strerror(errno));
}

/* Has an allocation failed since then? None fails from here on. */
static bool disarm(void)
{
	char text[16] = "";

	if (pread(fail_fd, text, sizeof(text) - 1, 0) <= 0)
		die("fail-nth", strerror(errno));
	arm(0);
	return !atoi(text);
}

/* ---- proc ---- */

static size_t read_file(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return 0;
	while (len < size && (n = read(fd, buf + len, size - len)) > 0)
		len += n;
	close(fd);
	return len;
}

/* The last column of sessions counts commands in flight, which are no state. */
static size_t without_last_column(char *buf, size_t len)
{
	size_t from = 0, to = 0, end, keep;

	for (; from < len; from = end) {
		end = from;
		while (end < len && buf[end++] != '\n')
			;
		for (keep = end - from; keep && buf[from + keep - 1] != ' '; keep--)
			;
		memmove(buf + to, buf + from, keep);
		to += keep;
	}
	return to;
}

/* All that commands can change, in a buffer to be freed. */
static char *state_get(void)
{
	static const char *const files[] = {
		"scsi_tgt", "threads", "sessions", "groups/*/names", "groups/*/devices",
		"vdisk/vdisk", "vcdrom/vcdrom", "scst_local/scst_local",
	};
	char *state = malloc(FN_STATE_MAX + 1), pattern[128];
	size_t i, j, n, len = 0;
	glob_t found;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(pattern, sizeof(pattern), FN_ROOT "%s", files[i]);
		if (glob(pattern, 0, NULL, &found))
			continue;
		for (j = 0; j < found.gl_pathc; j++) {
			len += snprintf(state + len, FN_STATE_MAX - len, "== %s\n",
					found.gl_pathv[j]);
			n = read_file(found.gl_pathv[j], state + len,
				      FN_STATE_MAX - len);
			if (!strcmp(files[i], "sessions"))
				n = without_last_column(state + len, n);
			len += n;
		}
		globfree(&found);
	}
	state[len] = '\0';
	return state;
}

/* Work items may still be busy with the end of what was begun. */
static bool state_is(const char *before)
{
	int tries;

	for (tries = 0; tries < FN_LOOK_FOR; tries++) {
		char *now = state_get();
		bool same = !strcmp(now, before);

		if (!same && tries == FN_LOOK_FOR - 1)
			printf("before:\n%safter:\n%s", before, now);
		free(now);
		if (same)
			return true;
		usleep(100000);
	}
	return false;
}

static int file_open(const char *file)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), FN_ROOT "%s", file);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die(path, strerror(errno));
	return fd;
}

/* errno of a command, and whether an allocation has failed in it. */
static int proc_try(const char *file, const char *command, unsigned int n,
		    bool *failed)
{
	int fd = file_open(file), err = 0;
	ssize_t done;

	arm(n);
	done = write(fd, command, strlen(command));
	if (done < 0)
		err = errno;
	*failed = n && disarm();
	close(fd);
	return err;
}

static void undo(int argc, char **argv)
{
	bool failed;
	int i, err;

	for (i = 0; i + 1 < argc; i += 2) {
		err = proc_try(argv[i], argv[i + 1], 0, &failed);
		if (err)
			die(argv[i + 1], strerror(err));
	}
}

/* "SEQUENCE ERRNO FILE: ... REASON" of this refusal. */
static void check_reason(const char *file, const char *command)
{
	char text[1024], wanted[256];
	size_t len = read_file(FN_ROOT "last_result", text, sizeof(text) - 1);

	text[len] = '\0';
	snprintf(wanted, sizeof(wanted), " %d " FN_ROOT "%s: ", ENOMEM, file);
	if (!strstr(text, wanted))
		die(command, text);
}

static unsigned int run_proc(int argc, char **argv, unsigned int *failures)
{
	const char *file = argv[0], *command = argv[1];
	char *before = state_get();
	unsigned int n;
	bool failed;
	int err;

	for (n = 1; n < FN_MAX; n++) {
		err = proc_try(file, command, n, &failed);
		if (!failed)
			break;
		(*failures)++;
		if (!err) {
			undo(argc - 2, argv + 2);
		} else {
			if (err != ENOMEM)
				die(command, strerror(err));
			check_reason(file, command);
		}
		if (!state_is(before)) {
			printf("failnth: '%s' with failure %u (%s) has changed that\n",
			       command, n, err ? strerror(err) : "it went well");
			exit(1);
		}
	}
	if (err)
		die(command, strerror(err));
	free(before);
	return n;
}

/* ---- modules ---- */

static unsigned int run_module(int argc, char **argv, unsigned int *failures)
{
	const char *params = argc > 1 ? argv[1] : "", *base = strrchr(argv[0], '/');
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	char name[64];
	unsigned int n;
	bool failed;
	int err;

	if (fd < 0)
		die(argv[0], strerror(errno));
	snprintf(name, sizeof(name), "%s", base ? base + 1 : argv[0]);
	*strchrnul(name, '.') = '\0';
	for (n = 1; n < FN_MAX; n++) {
		arm(n);
		err = syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
		failed = disarm();
		if (!failed)
			break;
		(*failures)++;
		if (err && err != ENOMEM)
			die(name, strerror(err));
		if (!err && syscall(SYS_delete_module, name, O_NONBLOCK))
			die(name, strerror(errno));
	}
	if (err)
		die(name, strerror(err));
	close(fd);
	return n;
}

/* ---- SCSI commands ---- */

/* Those that go on with a command which has left its initiator's task. */
#define FN_HELPERS	256
static int helpers[FN_HELPERS];
static unsigned int nr_helpers;

static bool is_helper(const char *pid)
{
	char path[64], name[32];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	len = read_file(path, name, sizeof(name) - 1);
	name[len] = '\0';
	return !strncmp(name, "scst", 4) || !strncmp(name, "kworker/u", 9);
}

static void arm_helpers(unsigned int n)
{
	DIR *dir = opendir("/proc");
	char path[64], text[16];
	struct dirent *entry;
	int fd;

	snprintf(text, sizeof(text), "%u", n);
	while ((entry = readdir(dir)) && nr_helpers < FN_HELPERS) {
		if (atoi(entry->d_name) <= 0 || !is_helper(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%.16s/fail-nth", entry->d_name);
		fd = open(path, O_RDWR);
		if (fd < 0)
			continue;
		if (pwrite(fd, text, strlen(text), 0) < 0)
			close(fd);
		else
			helpers[nr_helpers++] = fd;
	}
	closedir(dir);
}

static bool disarm_helpers(void)
{
	bool failed = false;
	char text[16] = "";

	while (nr_helpers) {
		int fd = helpers[--nr_helpers];

		if (pread(fd, text, sizeof(text) - 1, 0) > 0) {
			failed |= !atoi(text);
			if (pwrite(fd, "0", 1, 0) != 1)
				die("fail-nth", strerror(errno));
		}
		close(fd);
	}
	return failed;
}

static int cdb_try(int fd, struct sg_io_hdr *io, unsigned int n, bool *failed)
{
	int err;

	arm_helpers(n);
	arm(n);
	err = ioctl(fd, SG_IO, io) ? errno : 0;
	*failed = disarm();
	*failed |= disarm_helpers();
	return err;
}

static bool end_is_clean(const struct sg_io_hdr *io)
{
	return !io->host_status &&
	       (io->status == 0x00 || io->status == 0x08 || io->status == 0x28 ||
		(io->status == 0x02 && io->sb_len_wr >= 8));
}

static unsigned int run_cdb(int argc, char **argv, unsigned int *failures)
{
	unsigned char cdb[32] = { 0 }, sense[252], *data = NULL;
	int fd = open(argv[0], O_RDWR | O_NONBLOCK), err;
	unsigned int i, n, len = strlen(argv[1]) / 2;
	struct sg_io_hdr io = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_NONE,
		.cmd_len = len, .mx_sb_len = sizeof(sense),
		.cmdp = cdb, .sbp = sense, .timeout = 60000,
	};
	bool failed;

	if (fd < 0)
		die(argv[0], strerror(errno));
	for (i = 0; i < len && i < sizeof(cdb); i++)
		if (sscanf(argv[1] + 2 * i, "%2hhx", &cdb[i]) != 1)
			die(argv[1], "no CDB");
	if (argc > 3) {
		io.dxfer_direction = *argv[2] == 'i' ? SG_DXFER_FROM_DEV :
						       SG_DXFER_TO_DEV;
		io.dxfer_len = atoi(argv[3]);
		data = aligned_alloc(4096, (io.dxfer_len | 4095) + 1);
		memset(data, 0, io.dxfer_len);
		io.dxferp = data;
	}
	for (n = 1; n < FN_MAX; n++) {
		err = cdb_try(fd, &io, n, &failed);
		if (err && (err != ENOMEM || !failed))
			die(argv[1], strerror(err));
		if (!err && !end_is_clean(&io)) {
			printf("failnth: %s with failure %u: status %02x, host %x\n",
			       argv[1], n, io.status, io.host_status);
			exit(1);
		}
		if (!failed)
			break;
		(*failures)++;
	}
	if (io.status)
		die(argv[1], "not GOOD without a failure");
	free(data);
	close(fd);
	return n;
}

static const struct mode {
	const char *name;
	int min_args;
	unsigned int (*run)(int argc, char **argv, unsigned int *failures);
} modes[] = {
	{ "proc", 2, run_proc },
	{ "module", 1, run_module },
	{ "cdb", 2, run_cdb },
};

int main(int argc, char **argv)
{
	unsigned int i, n, failures = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fail_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_fd < 0)
		die("fail-nth", strerror(errno));
	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (argc - 2 < modes[i].min_args || strcmp(argv[1], modes[i].name))
			continue;
		n = modes[i].run(argc - 2, argv + 2, &failures);
		if (n == FN_MAX)
			die(argv[2], "there is no end");
		printf("%u failures: %s %s\n", failures, argv[2],
		       argc > 3 ? argv[3] : "");
		return 0;
	}
	fprintf(stderr, "usage: failnth proc|module|cdb ...\n");
	return 2;
}
