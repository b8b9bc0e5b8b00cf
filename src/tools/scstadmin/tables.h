/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of /proc/scsi_tgt, as scst_proc(5) has them, taken apart. @text is cut
 * up. Rows that can't be understood are left out: a later version may have more.
 */
#ifndef SCSTADMIN_TABLES_H
#define SCSTADMIN_TABLES_H

#include "model.h"

/* scsi_tgt: all devices, and whose they are; before the next two. */
void adm_table_devices(struct adm_config *config, char *text);
void adm_table_vdisk(struct adm_config *config, char *text);
void adm_table_vcdrom(struct adm_config *config, char *text);
void adm_table_luns(struct adm_config *config, struct adm_group *group, char *text);
void adm_table_names(struct adm_config *config, struct adm_group *group, char *text);
/* scst_local/scst_local, and one of its targets' files */
void adm_table_local(struct adm_config *config, char *text);
void adm_table_local_target(struct adm_config *config, char *text);
void adm_table_sessions(struct adm_config *config, char *text);
/* statistics: which targets the sessions are at; after the one before. */
void adm_table_statistics(struct adm_config *config, char *text);

/* ---- sgv ---- */

struct adm_sgv_row {
	const char *name;
	bool is_pool;	/* otherwise one size of the pool before */
	uint64_t hit, total;
	uint64_t pages, entries;	/* of pools */
};

struct adm_sgv {
	uint64_t inactive, active, hi, lo, releases, failures, other;
	struct adm_vec rows;	/* struct adm_sgv_row */
	struct adm_arena arena;
};

void adm_table_sgv(struct adm_sgv *sgv, char *text);
void adm_sgv_free(struct adm_sgv *sgv);

#endif /* SCSTADMIN_TABLES_H */
