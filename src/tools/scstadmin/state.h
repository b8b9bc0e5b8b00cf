/* SPDX-License-Identifier: GPL-2.0 */
/* What there is now: read once, then compared. */
#ifndef SCSTADMIN_STATE_H
#define SCSTADMIN_STATE_H

#include "model.h"

/**
 * adm_state_read() - the present configuration, out of /proc/scsi_tgt
 * @state: gets it
 * @diag: gets why it couldn't be read
 *
 * Return: 0, -ENOENT if the core isn't loaded, or another negative errno.
 */
int adm_state_read(struct adm_config *state, struct adm_diag *diag);
/* The values that the parameters of @want have now, as far as modules are loaded. */
void adm_state_read_params(struct adm_config *state, const struct adm_config *want);
/* The part of a state that is worth to be in a file. */
void adm_state_to_config(struct adm_config *config, const struct adm_config *state);

bool adm_module_is_loaded(const char *name);

/**
 * adm_modules_load() - the modules that a configuration needs, with their parameters
 * @want: the configuration
 * @diag: gets the failures
 *
 * Return: 0, or -ENOENT if the core can't be loaded: others are only warned of.
 */
int adm_modules_load(const struct adm_config *want, struct adm_diag *diag);

#endif /* SCSTADMIN_STATE_H */
