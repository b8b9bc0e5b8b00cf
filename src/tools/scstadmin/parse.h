/* SPDX-License-Identifier: GPL-2.0 */
/* Reading configurations from texts. Nothing here opens a file. */
#ifndef SCSTADMIN_PARSE_H
#define SCSTADMIN_PARSE_H

#include "model.h"

/* How files that a text includes are found. */
struct adm_loader {
	/* Paths that a pattern stands for (malloc'ed), in order; 0 or -errno. */
	int (*expand)(const struct adm_loader *loader, const char *pattern,
		      const char *from, struct adm_vec *paths);
	/* The contents of a file (malloc'ed), or NULL with errno. */
	char *(*load)(const struct adm_loader *loader, const char *path,
		      size_t *len);
};

/**
 * adm_parse() - read a configuration in whatever format it is
 * @config: gets what is read, in addition to what is there
 * @file: its name, for messages
 * @text: the contents, of any bytes
 * @len: its length
 * @loader: for include; NULL refuses it
 * @diag: gets the errors
 *
 * Formats are ours, with braces, and that of 2008, with brackets. After an error
 * the rest is read all the same, so that all errors are told at once.
 *
 * Return: whether there was no error.
 */
bool adm_parse(struct adm_config *config, const char *file, const char *text,
	       size_t len, const struct adm_loader *loader, struct adm_diag *diag);

/* One of them; for adm_parse() only. */
void adm_parse_braces(struct adm_config *config, const char *file,
		      const char *text, size_t len,
		     const struct adm_loader *loader, struct adm_diag *diag);
void adm_parse_brackets(struct adm_config *config, const char *file,
			const char *text, size_t len, struct adm_diag *diag);

/* What any format, and the command line, may say. Each tells what is wrong. */
bool adm_check_name(struct adm_diag *diag, const struct adm_place *at,
		    const char *what, const char *name, size_t max);
bool adm_check_device_name(struct adm_diag *diag, const struct adm_place *at,
			   const struct adm_handler *handler, const char *name);
bool adm_check_group_name(struct adm_diag *diag, const struct adm_place *at,
			  const char *name);
bool adm_check_path(struct adm_diag *diag, const struct adm_place *at,
		    const char *path);
bool adm_check_block_size(struct adm_diag *diag, const struct adm_place *at,
			  const char *word, unsigned int *size);
bool adm_check_lun(struct adm_diag *diag, const struct adm_place *at,
		   const char *word, unsigned int *lun);
bool adm_check_flag(struct adm_diag *diag, const struct adm_place *at,
		    const char *word, unsigned int *flags);
const struct adm_handler *adm_check_handler(struct adm_diag *diag,
					    const struct adm_place *at,
					  const char *word);
/* Does all of it go together? */
bool adm_check_device(struct adm_diag *diag, const struct adm_device *dev);
/* Is the place for it free? A session or target needs no such check. */
bool adm_check_new_lun(struct adm_diag *diag, const struct adm_place *at,
		       const struct adm_group *group, unsigned int lun,
		      const char *device);
bool adm_check_new_name(struct adm_diag *diag, const struct adm_place *at,
			const struct adm_config *config,
		       const struct adm_group *group, const char *name);

#endif /* SCSTADMIN_PARSE_H */
