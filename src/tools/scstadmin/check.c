// SPDX-License-Identifier: GPL-2.0
/* What only a whole configuration can tell, whatever format it was in. */
#include <string.h>

#include "model.h"

static void check_lun_device(struct adm_config *config, const struct adm_group *group,
			     const struct adm_lun *lun, struct adm_diag *diag)
{
	struct adm_guess guess = { lun->device };
	const struct adm_device *dev;
	const char *best;
	size_t i;

	if (adm_device_find(config, lun->device))
		return;
	if (adm_is_hcil(lun->device)) {
		/* As of 2008, it is with whatever handler it happens to have. */
		return;
	}
	adm_vec_for_each(&config->devices, i, dev)
		adm_guess_try(&guess, dev->name);
	best = adm_guess_end(&guess);
	adm_error(diag, &lun->at,
		  "LUN %u of group '%s' is an unknown device '%s', expected 'device %s { ... }' somewhere%s%s%s",
		 lun->lun, group->name, lun->device, lun->device,
		 best ? "; did you mean '" : "", best ? best : "",
		 best ? "'?" : "");
}

static void check_group(struct adm_config *config, const struct adm_group *group,
			struct adm_diag *diag)
{
	const struct adm_lun *lun;
	size_t i;

	adm_vec_for_each(&group->luns, i, lun)
		check_lun_device(config, group, lun, diag);
	if (group->luns.n && !adm_lun_find(group, 0))
		adm_warn(diag, &group->at,
			 "group '%s' has no LUN 0: many initiators find nothing then",
			group->name);
	if (!group->names.n && strncmp(group->name, ADM_DEFAULT,
				       strlen(ADM_DEFAULT)))
		adm_warn(diag, &group->at,
			 "group '%s' has no initiators: nobody sees what is in it",
			group->name);
}

/* Two devices that write to the same thing destroy each other's data. */
static void check_paths(const struct adm_config *config, struct adm_diag *diag)
{
	const struct adm_device *dev, *other;
	struct adm_map paths = { NULL };
	size_t i;

	adm_vec_for_each(&config->devices, i, dev) {
		if (!dev->path || dev->handler->kind != ADM_VDISK ||
		    (dev->flags & (ADM_F_READ_ONLY | ADM_F_NULLIO)))
			continue;
		other = adm_map_get(&paths, dev->path);
		if (other)
			adm_warn(diag, &dev->at,
				 "devices '%s' and '%s' both write to %s: their initiators don't know of each other",
				other->name, dev->name, dev->path);
		else
			adm_map_put(&paths, dev->path, (void *)dev);
	}
	adm_map_free(&paths);
}

bool adm_config_check(struct adm_config *config, struct adm_diag *diag)
{
	unsigned int errors = diag->errors;
	const struct adm_group *group;
	size_t i;

	adm_vec_for_each(&config->groups, i, group)
		check_group(config, group, diag);
	check_paths(config, diag);
	return diag->errors == errors;
}
