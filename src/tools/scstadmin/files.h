/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files. All paths are below a root directory, which is "/" but in tests: what is
 * opened is ROOT/PATH, what is said is PATH.
 */
#ifndef SCSTADMIN_FILES_H
#define SCSTADMIN_FILES_H

#include "parse.h"

#define ADM_PROC		"/proc/scsi_tgt"
#define ADM_CONF		"/etc/scst.conf"
#define ADM_HISTORY	"/var/lib/scst/history"

void adm_root_set(const char *root);
bool adm_root_is_set(void);

/* malloc'ed, and ended by a NUL that @len (which may be NULL) doesn't count. */
char *adm_file_read(const char *path, size_t *len);
/* The first line of a small file in @buf, or false. */
bool adm_file_line(const char *path, char *buf, size_t size);
bool adm_file_exists(const char *path);
bool adm_file_is_writable(const char *path);
int adm_file_open(const char *path, int flags);
/* Names in a directory but those with a leading dot, sorted, in @arena. */
int adm_dir_list(const char *path, struct adm_arena *arena, struct adm_vec *names);
int adm_file_remove(const char *path);
/* All directories of a path. */
int adm_dir_make(const char *path);

/**
 * adm_file_replace() - a file whose contents are the old or the new ones, whatever happens
 * @path: the file; a link is followed, mode and owner stay
 * @text: the new contents
 * @len: their length
 *
 * A temporary file beside it is written, brought to stable storage, and renamed.
 *
 * Return: 0 or a negative errno.
 */
int adm_file_replace(const char *path, const char *text, size_t len);

/* Include statements of files below the root. */
extern const struct adm_loader adm_file_loader;

/* Read and parse; tells why not. @path "-" is standard input. */
bool adm_file_parse(struct adm_config *config, const char *path,
		    struct adm_diag *diag);

#endif /* SCSTADMIN_FILES_H */
