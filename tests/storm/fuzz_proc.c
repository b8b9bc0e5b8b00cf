// SPDX-License-Identifier: GPL-2.0
/*
 * Random text to every file of /proc/scsi_tgt that can be written: noise, and
 * commands that are nearly right. Files are read as well, in pieces of any size.
 *
 *	fuzz_proc SECONDS [SEED]
 *
 * Names in commands are d0 to d3 (devices), g0 to g3 (groups), t0 to t3 (targets),
 * i0 to i3 (initiators), and /tmp/backing/f0 to f3 (files). Prints the seed, then
 * how many writes were accepted. The exit status is 1 if none was, or all were.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define FZ_ROOT		"/proc/scsi_tgt"
#define FZ_FILES	256
#define FZ_MAX_TEXT	8192
#define FZ_REFRESH	64		/* files come and go */

static char *files[FZ_FILES];
static unsigned int nr_files;

/* By the end of the file's path; # is a digit. */
static const struct {
	const char *file;
	const char *text;
} commands[] = {
	{ "/scsi_tgt/scsi_tgt", "add_group g#" },
	{ "/scsi_tgt/scsi_tgt", "del_group g#" },
	{ "/scsi_tgt/scsi_tgt", "assign 0:0:0:# vdisk" },
	{ "/names", "add i#" },
	{ "/names", "add i*" },
	{ "/names", "del i#" },
	{ "/names", "clear" },
	{ "/devices", "add d# #" },
	{ "/devices", "add d# # READ_ONLY" },
	{ "/devices", "del d#" },
	{ "/devices", "clear" },
	{ "/vdisk/vdisk", "open d# /tmp/backing/f#" },
	{ "/vdisk/vdisk", "open d# /tmp/backing/f# 4096 WRITE_THROUGH" },
	{ "/vdisk/vdisk", "open d# NULLIO" },
	{ "/vdisk/vdisk", "close d#" },
	{ "/vdisk/vdisk", "resync_size d#" },
	{ "/vcdrom/vcdrom", "open d#" },
	{ "/vcdrom/vcdrom", "open d# /tmp/backing/f#" },
	{ "/vcdrom/vcdrom", "change d# /tmp/backing/f#" },
	{ "/vcdrom/vcdrom", "change d#" },
	{ "/vcdrom/vcdrom", "close d#" },
	{ "/scst_local/scst_local", "add_target t#" },
	{ "/scst_local/scst_local", "del_target t#" },
	{ "/scst_local/scst_local", "add_session t# i#" },
	{ "/scst_local/scst_local", "del_session t# i#" },
	{ "/threads", "#" },
	{ "/trace_level", "default" },
	{ "/trace_level", "add minor" },
	{ "/trace_level", "value 0x#" },
};

static int note_file(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_F && nr_files < FZ_FILES)
		files[nr_files++] = strdup(path);
	return 0;
}

static void find_files(void)
{
	while (nr_files)
		free(files[--nr_files]);
	nftw(FZ_ROOT, note_file, 16, FTW_PHYS);
}

/* A command for the file, with its digits. Returns its length. */
static unsigned int make_command(const char *path, char *text)
{
	unsigned int tries, len, i, row;
	size_t end, n = strlen(path);

	for (tries = 0; tries < 200; tries++) {
		row = fz_below(sizeof(commands) / sizeof(*commands));
		end = strlen(commands[row].file);
		if (n >= end && !strcmp(path + n - end, commands[row].file))
			break;
	}
	len = strlen(commands[row].text);
	memcpy(text, commands[row].text, len);
	for (i = 0; i < len; i++)
		if (text[i] == '#')
			text[i] = '0' + fz_below(4);
	return len;
}

/* One change at a random place. Returns the length. */
static unsigned int mutate(char *text, unsigned int len)
{
	static const char *const pieces[] = {
		" ", "\n", "\t", "-1", "99999999999999999999", "0x", "%s%n", "../", ",",
		"\\", "\"", "READ_ONLY", "BLOCKIO", "*", "?", "@", "add", "/",
	};
	unsigned int at = fz_below(len + 1), rest = len - at, n;
	const char *piece;

	switch (fz_below(5)) {
	case 0:		/* a bit */
		if (rest)
			text[at] ^= 1 << fz_below(8);
		return len;
	case 1:		/* the end is gone */
		return at;
	case 2:		/* something is gone */
		n = rest ? fz_below(rest) : 0;
		memmove(text + at, text + at + n, rest - n);
		return len - n;
	case 3:		/* something is there twice, or many times */
		n = fz_below(4) ? rest : fz_below(2000);
		if (len + n > FZ_MAX_TEXT)
			return len;
		memmove(text + at + n, text + at, rest);
		if (n != rest)
			memset(text + at, 'a' + fz_below(26), n);
		return len + n;
	default:	/* a piece */
		piece = pieces[fz_below(sizeof(pieces) / sizeof(*pieces))];
		n = strlen(piece);
		if (len + n > FZ_MAX_TEXT)
			return len;
		memmove(text + at + n, text + at, rest);
		memcpy(text + at, piece, n);
		return len + n;
	}
}

static void read_some(const char *path)
{
	static char buf[FZ_MAX_TEXT];
	int fd = open(path, O_RDONLY), i;

	if (fd < 0)
		return;
	for (i = 0; i < 4; i++) {
		if (!fz_below(3))
			lseek(fd, fz_below(5000), SEEK_SET);
		if (read(fd, buf, 1 + fz_below(sizeof(buf))) <= 0)
			break;
	}
	close(fd);
}

/* 1: accepted, 0: refused, -1: nothing was written. */
static int write_one(const char *path)
{
	static char text[2 * FZ_MAX_TEXT];
	unsigned int len, changes = fz_below(3) ? fz_below(3) : 0;
	int fd = open(path, O_WRONLY), accepted;

	if (fd < 0)
		return -1;
	if (!fz_below(8)) {
		len = fz_below(fz_below(4) ? 64 : FZ_MAX_TEXT);
		fz_bytes((uint8_t *)text, len);
	} else {
		for (len = make_command(path, text); changes; changes--)
			len = mutate(text, len);
	}
	accepted = write(fd, text, len) == (ssize_t)len;
	close(fd);
	return accepted;
}

int main(int argc, char **argv)
{
	unsigned long n = 0, writes = 0, accepted = 0;
	int done;

	if (argc < 2) {
		fprintf(stderr, "usage: fuzz_proc SECONDS [SEED]\n");
		return 2;
	}
	fz_begin(argv[1], argv[2]);
	for (; fz_goes_on(); n++) {
		if (!(n % FZ_REFRESH))
			find_files();
		if (!nr_files)
			break;
		if (!fz_below(4)) {
			read_some(files[fz_below(nr_files)]);
			continue;
		}
		done = write_one(files[fz_below(nr_files)]);
		writes += done >= 0;
		accepted += done > 0;
	}
	printf("%lu writes, %lu accepted\n", writes, accepted);
	return !accepted || accepted == writes;
}
