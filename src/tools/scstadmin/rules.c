// SPDX-License-Identifier: GPL-2.0
/*
 * What names, numbers and flags may be, as the kernel has it (scst_proc(5)): said
 * here with better words, before anything has been changed.
 */
#include <ctype.h>
#include <string.h>

#include "parse.h"

bool adm_check_name(struct adm_diag *diag, const struct adm_place *at,
		    const char *what, const char *name, size_t max)
{
	if (adm_is_word(name) && strlen(name) <= max)
		return true;
	adm_error(diag, at,
		  "'%s' can't be the name of %s, expected 1 to %zu printable characters without blanks",
		 name, what, max);
	return false;
}

static bool is_vdisk_name(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;

	for (; *p; p++)
		if (!isalnum(*p) && !strchr("_-.:", *p))
			return false;
	return true;
}

bool adm_check_device_name(struct adm_diag *diag, const struct adm_place *at,
			   const struct adm_handler *handler, const char *name)
{
	if (!adm_check_name(diag, at, "a device", name, ADM_MAX_NAME))
		return false;
	if (handler->kind == ADM_REAL && !adm_is_hcil(name)) {
		adm_error(diag, at,
			  "'%s' is no real device, %s has those only; expected HOST:CHANNEL:ID:LUN",
			 name, handler->name);
		return false;
	}
	if (handler->kind != ADM_VDISK && handler->kind != ADM_VCDROM)
		return true;
	if (adm_is_hcil(name)) {
		adm_error(diag, at,
			  "'%s' is the address of a real device, expected a name for a virtual one",
			 name);
		return false;
	}
	if (is_vdisk_name(name))
		return true;
	adm_error(diag, at,
		  "'%s' can't be the name of a device, expected letters, digits and any of _-.:",
		 name);
	return false;
}

bool adm_check_group_name(struct adm_diag *diag, const struct adm_place *at,
			  const char *name)
{
	if (!adm_check_name(diag, at, "a group", name, ADM_MAX_NAME))
		return false;
	if (*name != '.' && !strchr(name, '/'))
		return true;
	adm_error(diag, at,
		  "'%s' can't be the name of a group, expected no '/', and no '.' at its start",
		 name);
	return false;
}

bool adm_check_path(struct adm_diag *diag, const struct adm_place *at,
		    const char *path)
{
	if (*path != '/') {
		adm_error(diag, at, "'%s' is no absolute path, expected '/...'",
			  path);
		return false;
	}
	if (adm_is_word(path) && strlen(path) < 4000)
		return true;
	adm_error(diag, at,
		  "'%s': a path can't have blanks, since commands to /proc/scsi_tgt can't; expected another path (make a link)",
		 path);
	return false;
}

bool adm_check_block_size(struct adm_diag *diag, const struct adm_place *at,
			  const char *word, unsigned int *size)
{
	uint64_t val;

	if (adm_number(word, 4096, &val) && val >= 512 && !(val & (val - 1))) {
		*size = val;
		return true;
	}
	adm_error(diag, at,
		  "'%s' is no block size, expected 512, 1024, 2048 or 4096", word);
	return false;
}

bool adm_check_lun(struct adm_diag *diag, const struct adm_place *at,
		   const char *word, unsigned int *lun)
{
	uint64_t val;

	if (adm_number(word, ADM_MAX_LUN, &val)) {
		*lun = val;
		return true;
	}
	adm_error(diag, at, "'%s' is no LUN, expected a number from 0 to %d",
		  word, ADM_MAX_LUN);
	return false;
}

/* "did you mean", or what there is. */
static void not_known(struct adm_diag *diag, const struct adm_place *at,
		      const char *what, const struct adm_guess *guess,
		    const char *all)
{
	const char *best = adm_guess_end(guess);

	if (best)
		adm_error(diag, at,
			  "unknown %s '%s', expected %s; did you mean '%s'?",
			 what, guess->word, all, best);
	else
		adm_error(diag, at, "unknown %s '%s', expected %s", what,
			  guess->word, all);
}

bool adm_check_flag(struct adm_diag *diag, const struct adm_place *at,
		    const char *word, unsigned int *flags)
{
	const struct adm_flag *flag = adm_flag_find(word);
	struct adm_guess guess = { word };
	struct adm_text all = { NULL };
	size_t i;

	if (flag) {
		*flags |= flag->bit;
		return true;
	}
	for (i = 0; (flag = adm_flag_at(i)); i++) {
		adm_guess_try(&guess, flag->name);
		adm_text_addf(&all, "%s%s", i ? ", " : "", flag->name);
	}
	not_known(diag, at, "flag", &guess, adm_text_str(&all));
	adm_text_free(&all);
	return false;
}

const struct adm_handler *adm_check_handler(struct adm_diag *diag,
					    const struct adm_place *at,
					  const char *word)
{
	const struct adm_handler *handler = adm_handler_find(word);
	struct adm_guess guess = { word };
	struct adm_text all = { NULL };
	size_t i;

	if (handler)
		return handler;
	if (!strcmp(word, "user") || !strcmp(word, "dev_user") ||
	    !strncmp(word, "dh-", 3))
		return adm_handler_find("external");
	for (i = 0; (handler = adm_handler_at(i)); i++) {
		adm_guess_try(&guess, handler->name);
		adm_text_addf(&all, "%s%s", i ? ", " : "", handler->name);
	}
	not_known(diag, at, "handler", &guess, adm_text_str(&all));
	adm_text_free(&all);
	return NULL;
}

static bool check_disk(struct adm_diag *diag, const struct adm_device *dev)
{
	if (!dev->path && !(dev->flags & ADM_F_NULLIO)) {
		adm_error(diag, &dev->at,
			  "device '%s' has no path, expected 'path /...', or 'flags nullio'",
			 dev->name);
		return false;
	}
	if ((dev->flags & ADM_F_NULLIO) && (dev->flags & ADM_F_BLOCKIO)) {
		adm_error(diag, &dev->at,
			  "device '%s' is nullio and blockio, expected one of them",
			 dev->name);
		return false;
	}
	return true;
}

bool adm_check_device(struct adm_diag *diag, const struct adm_device *dev)
{
	const char *extra = NULL;

	if (!adm_check_device_name(diag, &dev->at, dev->handler, dev->name))
		return false;
	if (dev->handler->kind == ADM_VDISK)
		return check_disk(diag, dev);
	if (dev->block_size)
		extra = "block_size";
	else if (dev->flags)
		extra = "flags";
	else if (dev->path && dev->handler->kind != ADM_VCDROM)
		extra = "path";
	if (!extra)
		return true;
	adm_error(diag, &dev->at,
		  "device '%s' has '%s', which is for devices of the handler vdisk%s, expected none",
		 dev->name, extra, strcmp(extra, "path") ? "" : " or vcdrom");
	return false;
}

static void told_first(struct adm_diag *diag, const struct adm_place *first)
{
	if (first->file)
		adm_note(diag, first, "that is here");
}

bool adm_check_new_lun(struct adm_diag *diag, const struct adm_place *at,
		       const struct adm_group *group, unsigned int lun,
		      const char *device)
{
	const struct adm_lun *taken = adm_lun_find(group, lun);
	unsigned int free_lun = 0;

	if (taken) {
		while (adm_lun_find(group, free_lun))
			free_lun++;
		adm_error(diag, at,
			  "LUN %u of group '%s' is taken by '%s', expected another, such as %u",
			 lun, group->name, taken->device, free_lun);
		told_first(diag, &taken->at);
		return false;
	}
	taken = adm_lun_of_device(group, device);
	if (!taken)
		return true;
	adm_error(diag, at,
		  "device '%s' is LUN %u of group '%s' already, expected one LUN for each device of a group",
		 device, taken->lun, group->name);
	told_first(diag, &taken->at);
	return false;
}

bool adm_check_new_name(struct adm_diag *diag, const struct adm_place *at,
			const struct adm_config *config,
		       const struct adm_group *group, const char *name)
{
	const struct adm_group *other;
	const struct adm_name *taken;
	size_t i;

	if (!adm_check_name(diag, at, "an initiator", name, 2 * ADM_MAX_PEER + 1))
		return false;
	adm_vec_for_each(&config->groups, i, other) {
		taken = adm_name_find(&other->names, name);
		if (!taken)
			continue;
		adm_error(diag, at,
			  "initiator '%s' is in group '%s' already, expected one group for each name%s",
			 name, other->name,
			 other == group ? "" : " (INITIATOR@TARGET is another name)");
		told_first(diag, &taken->at);
		return false;
	}
	return true;
}
