/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A configuration: what a file asks for, or what /proc/scsi_tgt shows. Both are the
 * same structure, so that they can be compared, printed and edited alike.
 */
#ifndef SCSTADMIN_MODEL_H
#define SCSTADMIN_MODEL_H

#include "util.h"

#define ADM_MAX_LUN	16383
#define ADM_MAX_NAME	63	/* of devices and groups */
#define ADM_MAX_PEER	255	/* of targets and initiators */
#define ADM_MAX_THREADS	1024
#define ADM_DEFAULT	"Default"	/* the group that always exists */

/* ---- handlers ---- */

enum adm_handler_kind {
	ADM_VDISK,
	ADM_VCDROM,
	ADM_REAL,	/* a real device, H:C:I:L */
	ADM_EXTERNAL,	/* made by somebody else: a program, an unknown module */
};

struct adm_handler {
	const char *name;
	enum adm_handler_kind kind;
	const char *module;	/* NULL: whoever makes the devices loads it */
};

const struct adm_handler *adm_handler_find(const char *name);
const struct adm_handler *adm_handler_at(size_t place);	/* NULL: no more */

/* ---- flags of vdisk ---- */

struct adm_flag {
	const char *name;	/* in the file */
	const char *word;	/* in a command */
	const char *tag;	/* in the table of /proc */
	unsigned int bit;
};

#define ADM_F_READ_ONLY	0x04
#define ADM_F_NULLIO	0x10
#define ADM_F_BLOCKIO	0x20

const struct adm_flag *adm_flag_at(size_t place);		/* NULL: no more */
/* By name, word or tag, without regard to case; NULL: none. */
const struct adm_flag *adm_flag_find(const char *text);

/* ---- objects ---- */

struct adm_device {
	struct adm_place at;
	const char *name;
	const struct adm_handler *handler;
	const char *path;	/* NULL: none */
	unsigned int block_size;	/* 0: whatever it is */
	unsigned int flags;
	/* The present state only */
	uint64_t mib;
	const char *shown_handler;	/* as the table has it */
};

struct adm_name {
	struct adm_place at;
	const char *name;
};

struct adm_lun {
	struct adm_place at;
	unsigned int lun;
	char key[8];	/* the number as text */
	const char *device;
	bool read_only;
};

struct adm_group {
	struct adm_place at;
	const char *name;
	struct adm_vec names;	/* struct adm_name: initiators */
	struct adm_vec luns;	/* struct adm_lun */
	struct adm_map by_lun, by_device;	/* of luns */
};

/* A target of scst_local, with the sessions that are made for it. */
struct adm_target {
	struct adm_place at;
	const char *driver;
	const char *name;
	struct adm_vec sessions;	/* struct adm_name */
};

struct adm_param {
	struct adm_place at;
	const char *module, *name, *value;
};

/* A session that exists: never in a file. */
struct adm_session {
	const char *driver, *initiator, *group;
	const char *target;	/* NULL: not known */
	uint64_t commands;
};

struct adm_config {
	struct adm_arena arena;
	struct adm_vec devices;	/* struct adm_device */
	struct adm_vec groups;	/* struct adm_group */
	struct adm_vec targets;	/* struct adm_target */
	struct adm_vec params;	/* struct adm_param */
	struct adm_map device_map;
	struct adm_map group_map;
	unsigned int threads;	/* 0: whatever it is */
	unsigned int includes;	/* files that were included */
	struct adm_place threads_at;
	/* The present state only */
	struct adm_vec sessions;	/* struct adm_session */
	struct adm_vec handlers;	/* char *, directories of handlers */
	struct adm_vec modules;	/* char *, that are loaded */
	const char *version;
};

void adm_config_free(struct adm_config *config);

struct adm_device *adm_device_find(const struct adm_config *config, const char *name);
struct adm_group *adm_group_find(const struct adm_config *config, const char *name);
struct adm_target *adm_target_find(const struct adm_config *config, const char *name);
struct adm_param *adm_param_find(const struct adm_config *config, const char *module,
				 const char *name);
struct adm_lun *adm_lun_find(const struct adm_group *group, unsigned int lun);
struct adm_lun *adm_lun_of_device(const struct adm_group *group, const char *device);
struct adm_name *adm_name_find(const struct adm_vec *names, const char *name);

/* All copy the texts that they are given. None checks anything. */
struct adm_device *adm_device_add(struct adm_config *config, const struct adm_place *at,
				  const char *name);
struct adm_group *adm_group_add(struct adm_config *config, const struct adm_place *at,
				const char *name);
struct adm_target *adm_target_add(struct adm_config *config, const struct adm_place *at,
				  const char *driver, const char *name);
struct adm_param *adm_param_add(struct adm_config *config, const struct adm_place *at,
				const char *module, const char *name,
			      const char *value);
struct adm_lun *adm_lun_add(struct adm_config *config, struct adm_group *group,
			    const struct adm_place *at, unsigned int lun,
			  const char *device, bool read_only);
struct adm_name *adm_name_add(struct adm_config *config, struct adm_vec *names,
			      const struct adm_place *at, const char *name);

void adm_device_del(struct adm_config *config, const char *name);
void adm_group_del(struct adm_config *config, const char *name);
void adm_target_del(struct adm_config *config, const char *name);
bool adm_name_del(struct adm_vec *names, const char *name);
void adm_lun_del(struct adm_group *group, const struct adm_lun *lun);

void adm_config_copy(struct adm_config *to, const struct adm_config *from);
/* Is there anything in it that is worth keeping? */
bool adm_config_is_empty(const struct adm_config *config);

/* Is it the address of a real device? */
bool adm_is_hcil(const char *name);

/**
 * adm_config_check() - what no single statement can know
 * @config: a whole configuration
 * @diag: gets errors (unknown devices, names in two groups...) and warnings
 *
 * Return: whether there is no error.
 */
bool adm_config_check(struct adm_config *config, struct adm_diag *diag);

/* A configuration as text that the parser takes for the same. */
void adm_config_print(const struct adm_config *config, struct adm_text *text);
/* One word, with quotes where it needs them. */
void adm_print_word(struct adm_text *text, const char *word);
void adm_print_flags(struct adm_text *text, unsigned int flags, const char *between);

#endif /* SCSTADMIN_MODEL_H */
