// SPDX-License-Identifier: GPL-2.0
/* Names that others gave, as names that are possible here. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "import.h"

/* Letters that the name of a device can have; cut at the length that it can have. */
static void clean_name(const char *name, char out[ADM_MAX_NAME + 1])
{
	size_t i;

	for (i = 0; name[i] && i < ADM_MAX_NAME; i++)
		out[i] = isalnum((unsigned char)name[i]) || strchr("_-.:", name[i]) ?
			name[i] : '_';
	out[i] = '\0';
}

/* NAME_2, NAME_3... within the length. */
static void number_name(char name[ADM_MAX_NAME + 1], const char *base, unsigned int n)
{
	char tail[16];

	snprintf(tail, sizeof(tail), "_%u", n);
	snprintf(name, ADM_MAX_NAME + 1, "%.*s%s",
		 (int)(ADM_MAX_NAME - strlen(tail)), base, tail);
}

struct adm_device *adm_import_device(struct adm_config *config, struct adm_diag *diag,
				     const struct adm_place *at, const char *name)
{
	char clean[ADM_MAX_NAME + 1], tried[ADM_MAX_NAME + 1];
	unsigned int n = 2;

	clean_name(*name ? name : "device", clean);
	strcpy(tried, clean);
	while (adm_device_find(config, tried))
		number_name(tried, clean, n++);
	if (strcmp(tried, name))
		adm_warn(diag, at, "device '%s' is called '%s' here", name, tried);
	return adm_device_add(config, at, tried);
}

struct adm_group *adm_import_group(struct adm_config *config, const char *name)
{
	char clean[ADM_MAX_NAME + 1], tried[ADM_MAX_NAME + 1];
	unsigned int n = 2;

	clean_name(*name ? name : "group", clean);
	if (*clean == '.')
		*clean = '_';
	strcpy(tried, clean);
	while (adm_group_find(config, tried))
		number_name(tried, clean, n++);
	return adm_group_add(config, NULL, tried);
}

/* Default_TARGET if that is short enough, otherwise a group with *@TARGET. */
struct adm_group *adm_import_default(struct adm_config *config, const char *target)
{
	struct adm_text name = { NULL }, pattern = { NULL };
	struct adm_group *group = NULL;
	size_t i;

	adm_text_addf(&name, ADM_DEFAULT "_%s", target);
	adm_text_addf(&pattern, "*@%s", target);
	if (name.len <= ADM_MAX_NAME && !strchr(name.s, '/')) {
		group = adm_group_find(config, name.s);
		if (!group)
			group = adm_group_add(config, NULL, name.s);
	} else {
		for (i = 0; i < config->groups.n && !group; i++) {
			group = config->groups.v[i];
			if (!adm_name_find(&group->names, pattern.s))
				group = NULL;
		}
		if (!group) {
			group = adm_import_group(config, target);
			adm_name_add(config, &group->names, NULL, pattern.s);
		}
	}
	adm_text_free(&name);
	adm_text_free(&pattern);
	return group;
}

void adm_import_initiator(struct adm_config *config, struct adm_diag *diag,
			  const struct adm_place *at, struct adm_group *group,
			  const char *initiator, const char *target)
{
	struct adm_text name = { NULL };

	adm_text_addf(&name, "%s@%s", initiator, target);
	if (adm_check_new_name(diag, at, config, group, name.s))
		adm_name_add(config, &group->names, at, name.s);
	adm_text_free(&name);
}

void adm_import_lun(struct adm_config *config, struct adm_diag *diag,
		    const struct adm_place *at, struct adm_group *group,
		    uint64_t lun, const char *device, bool read_only)
{
	if (lun > ADM_MAX_LUN)
		adm_warn(diag, at,
			 "not carried over: LUN %llu of group '%s', larger than %d",
			 (unsigned long long)lun, group->name, ADM_MAX_LUN);
	else if (adm_lun_find(group, lun) || adm_lun_of_device(group, device))
		adm_warn(diag, at,
			 "not carried over: LUN %llu of group '%s': the LUN or its device '%s' is taken",
			 (unsigned long long)lun, group->name, device);
	else
		adm_lun_add(config, group, at, lun, device, read_only);
}
