/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of fileio_tgt. */
#ifndef FILEIO_OPTIONS_H
#define FILEIO_OPTIONS_H

#include <stdbool.h>

/**
 * struct options - as they were given
 * @block: block size, 0: the backing's, or 512
 * @threads: of each device
 * @batch: subcommands of a system call, 0: the library's default
 * @flags: VDISK_F_*
 * @parse: SCST_USER_PARSE_*
 * @on_free: SCST_USER_ON_FREE_CMD_*
 * @mem_reuse: SCST_USER_MEM_*
 * @non_blocking: threads sleep in poll()
 * @cdrom: drives with discs
 * @trace: SCST_TRACE_*, in debug builds
 * @devices: NAME PATH pairs
 * @n_devices: how many
 */
struct options {
	unsigned int block;
	unsigned int threads;
	unsigned int batch;
	unsigned int flags;
	int parse;
	int on_free;
	int mem_reuse;
	bool non_blocking;
	bool cdrom;
	unsigned long trace;
	char **devices;
	int n_devices;
};

/* Ends the program if there is something wrong, or nothing to do. */
void options_parse(struct options *o, int argc, char **argv);

#endif /* FILEIO_OPTIONS_H */
