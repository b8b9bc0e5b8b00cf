/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Configurations of other target stacks. What there is no word for here is told as a
 * warning: nothing is left out in silence.
 */
#ifndef SCSTADMIN_IMPORT_H
#define SCSTADMIN_IMPORT_H

#include "parse.h"

/* Both: whether the text is what it should be. */
bool adm_import_lio(struct adm_config *config, const char *file, const char *text,
		    size_t len, struct adm_diag *diag);
bool adm_import_scst3(struct adm_config *config, const char *file, const char *text,
		      size_t len, struct adm_diag *diag);

/* ---- what they share ---- */

/* A device with a name that is allowed, and free; @at for the messages. */
struct adm_device *adm_import_device(struct adm_config *config, struct adm_diag *diag,
				     const struct adm_place *at, const char *name);
/* A group of a name like this one that is free. */
struct adm_group *adm_import_group(struct adm_config *config, const char *name);
/* The group of initiators that have none of their own at a target. */
struct adm_group *adm_import_default(struct adm_config *config, const char *target);
/* INITIATOR@TARGET */
void adm_import_initiator(struct adm_config *config, struct adm_diag *diag,
			  const struct adm_place *at, struct adm_group *group,
			  const char *initiator, const char *target);
void adm_import_lun(struct adm_config *config, struct adm_diag *diag,
		    const struct adm_place *at, struct adm_group *group,
		    uint64_t lun, const char *device, bool read_only);

#endif /* SCSTADMIN_IMPORT_H */
