// SPDX-License-Identifier: GPL-2.0
/* Configurations in memory: tables of what there can be, finding, adding, removing. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model.h"

static const struct adm_handler handlers[] = {
	{ "vdisk",		ADM_VDISK,	"scst_vdisk" },
	{ "vcdrom",		ADM_VCDROM,	"scst_vdisk" },
	{ "dev_disk",		ADM_REAL,	"scst_disk" },
	{ "dev_disk_perf",	ADM_REAL,	"scst_disk" },
	{ "dev_tape",		ADM_REAL,	"scst_tape" },
	{ "dev_tape_perf",	ADM_REAL,	"scst_tape" },
	{ "dev_cdrom",		ADM_REAL,	"scst_cdrom" },
	{ "dev_modisk",		ADM_REAL,	"scst_modisk" },
	{ "dev_modisk_perf",	ADM_REAL,	"scst_modisk" },
	{ "dev_changer",	ADM_REAL,	"scst_changer" },
	{ "dev_processor",	ADM_REAL,	"scst_processor" },
	{ "dev_raid",		ADM_REAL,	"scst_raid" },
	{ "external",		ADM_EXTERNAL,	NULL },
};

static const struct adm_flag flags[] = {
	{ "write_through",	"WRITE_THROUGH", "WT",	0x01 },
	{ "nv_cache",		"NV_CACHE",	"NV",	0x02 },
	{ "read_only",		"READ_ONLY",	"RO",	ADM_F_READ_ONLY },
	{ "o_direct",		"O_DIRECT",	"DR",	0x08 },
	{ "nullio",		"NULLIO",	"NIO",	ADM_F_NULLIO },
	{ "blockio",		"BLOCKIO",	"BIO",	ADM_F_BLOCKIO },
	{ "removable",		"REMOVABLE",	"RM",	0x40 },
	{ "thin",		"THIN",		"TP",	0x80 },
};

const struct adm_handler *adm_handler_at(size_t place)
{
	return place < ADM_COUNT(handlers) ? &handlers[place] : NULL;
}

const struct adm_handler *adm_handler_find(const char *name)
{
	size_t i;

	for (i = 0; i < ADM_COUNT(handlers); i++)
		if (!strcmp(handlers[i].name, name))
			return &handlers[i];
	return NULL;
}

const struct adm_flag *adm_flag_at(size_t place)
{
	return place < ADM_COUNT(flags) ? &flags[place] : NULL;
}

const struct adm_flag *adm_flag_find(const char *text)
{
	size_t i;

	for (i = 0; i < ADM_COUNT(flags); i++)
		if (!strcasecmp(flags[i].name, text) ||
		    !strcasecmp(flags[i].tag, text))
			return &flags[i];
	return NULL;
}

bool adm_is_hcil(const char *name)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)*name))
			return false;
		name += strspn(name, "0123456789");
		if (*name != (i < 3 ? ':' : '\0'))
			return false;
		name++;
	}
	return true;
}

/* ---- finding ---- */

struct adm_device *adm_device_find(const struct adm_config *config, const char *name)
{
	return adm_map_get(&config->device_map, name);
}

struct adm_group *adm_group_find(const struct adm_config *config, const char *name)
{
	return adm_map_get(&config->group_map, name);
}

struct adm_target *adm_target_find(const struct adm_config *config, const char *name)
{
	struct adm_target *target;
	size_t i;

	adm_vec_for_each(&config->targets, i, target)
		if (!strcmp(target->name, name))
			return target;
	return NULL;
}

struct adm_param *adm_param_find(const struct adm_config *config, const char *module,
				 const char *name)
{
	struct adm_param *param;
	size_t i;

	adm_vec_for_each(&config->params, i, param)
		if (!strcmp(param->module, module) && !strcmp(param->name, name))
			return param;
	return NULL;
}

struct adm_lun *adm_lun_find(const struct adm_group *group, unsigned int lun)
{
	char key[sizeof(((struct adm_lun *)NULL)->key)];

	if (lun > ADM_MAX_LUN)
		return NULL;
	snprintf(key, sizeof(key), "%u", lun);
	return adm_map_get(&group->by_lun, key);
}

struct adm_lun *adm_lun_of_device(const struct adm_group *group, const char *device)
{
	return adm_map_get(&group->by_device, device);
}

struct adm_name *adm_name_find(const struct adm_vec *names, const char *name)
{
	struct adm_name *item;
	size_t i;

	adm_vec_for_each(names, i, item)
		if (!strcmp(item->name, name))
			return item;
	return NULL;
}

/* ---- adding ---- */

static struct adm_place place_copy(struct adm_config *config,
				   const struct adm_place *at)
{
	struct adm_place copy = { NULL };

	if (at) {
		copy = *at;
		copy.file = adm_arena_str(&config->arena, at->file);
	}
	return copy;
}

struct adm_device *adm_device_add(struct adm_config *config, const struct adm_place *at,
				  const char *name)
{
	struct adm_device *dev = adm_arena_alloc(&config->arena, sizeof(*dev));

	dev->at = place_copy(config, at);
	dev->name = adm_arena_str(&config->arena, name);
	adm_vec_add(&config->devices, dev);
	adm_map_put(&config->device_map, dev->name, dev);
	return dev;
}

struct adm_group *adm_group_add(struct adm_config *config, const struct adm_place *at,
				const char *name)
{
	struct adm_group *group = adm_arena_alloc(&config->arena, sizeof(*group));

	group->at = place_copy(config, at);
	group->name = adm_arena_str(&config->arena, name);
	adm_vec_add(&config->groups, group);
	adm_map_put(&config->group_map, group->name, group);
	return group;
}

struct adm_target *adm_target_add(struct adm_config *config, const struct adm_place *at,
				  const char *driver, const char *name)
{
	struct adm_target *target = adm_arena_alloc(&config->arena, sizeof(*target));

	target->at = place_copy(config, at);
	target->driver = adm_arena_str(&config->arena, driver);
	target->name = adm_arena_str(&config->arena, name);
	adm_vec_add(&config->targets, target);
	return target;
}

struct adm_param *adm_param_add(struct adm_config *config, const struct adm_place *at,
				const char *module, const char *name,
			      const char *value)
{
	struct adm_param *param = adm_arena_alloc(&config->arena, sizeof(*param));

	param->at = place_copy(config, at);
	param->module = adm_arena_str(&config->arena, module);
	param->name = adm_arena_str(&config->arena, name);
	param->value = adm_arena_str(&config->arena, value);
	adm_vec_add(&config->params, param);
	return param;
}

struct adm_lun *adm_lun_add(struct adm_config *config, struct adm_group *group,
			    const struct adm_place *at, unsigned int lun,
			  const char *device, bool read_only)
{
	struct adm_lun *item = adm_arena_alloc(&config->arena, sizeof(*item));

	item->at = place_copy(config, at);
	item->lun = lun;
	item->device = adm_arena_str(&config->arena, device);
	item->read_only = read_only;
	snprintf(item->key, sizeof(item->key), "%u", lun % (ADM_MAX_LUN + 1));
	adm_vec_add(&group->luns, item);
	adm_map_put(&group->by_lun, item->key, item);
	adm_map_put(&group->by_device, item->device, item);
	return item;
}

struct adm_name *adm_name_add(struct adm_config *config, struct adm_vec *names,
			      const struct adm_place *at, const char *name)
{
	struct adm_name *item = adm_arena_alloc(&config->arena, sizeof(*item));

	item->at = place_copy(config, at);
	item->name = adm_arena_str(&config->arena, name);
	adm_vec_add(names, item);
	return item;
}

/* ---- removing; the arena keeps what is gone ---- */

static void vec_del_item(struct adm_vec *vec, const void *item)
{
	size_t i;

	for (i = 0; i < vec->n; i++)
		if (vec->v[i] == item) {
			adm_vec_del(vec, i);
			return;
		}
}

void adm_device_del(struct adm_config *config, const char *name)
{
	struct adm_device *dev = adm_device_find(config, name);
	struct adm_group *group;
	size_t i;

	if (!dev)
		return;
	adm_vec_for_each(&config->groups, i, group) {
		struct adm_lun *lun = adm_lun_of_device(group, name);

		if (lun)
			adm_lun_del(group, lun);
	}
	adm_map_put(&config->device_map, dev->name, NULL);
	vec_del_item(&config->devices, dev);
}

static void group_free(struct adm_group *group)
{
	adm_vec_free(&group->names);
	adm_vec_free(&group->luns);
	adm_map_free(&group->by_lun);
	adm_map_free(&group->by_device);
}

void adm_group_del(struct adm_config *config, const char *name)
{
	struct adm_group *group = adm_group_find(config, name);

	if (!group)
		return;
	adm_map_put(&config->group_map, group->name, NULL);
	vec_del_item(&config->groups, group);
	group_free(group);
}

void adm_target_del(struct adm_config *config, const char *name)
{
	struct adm_target *target = adm_target_find(config, name);

	if (!target)
		return;
	vec_del_item(&config->targets, target);
	adm_vec_free(&target->sessions);
}

bool adm_name_del(struct adm_vec *names, const char *name)
{
	struct adm_name *item = adm_name_find(names, name);

	if (item)
		vec_del_item(names, item);
	return item;
}

void adm_lun_del(struct adm_group *group, const struct adm_lun *lun)
{
	adm_map_put(&group->by_lun, lun->key, NULL);
	adm_map_put(&group->by_device, lun->device, NULL);
	vec_del_item(&group->luns, lun);
}

/* ---- whole configurations ---- */

static void copy_device(struct adm_config *to, const struct adm_device *dev)
{
	struct adm_device *copy = adm_device_add(to, &dev->at, dev->name);

	copy->handler = dev->handler;
	copy->path = adm_arena_str(&to->arena, dev->path);
	copy->block_size = dev->block_size;
	copy->flags = dev->flags;
	copy->mib = dev->mib;
	copy->shown_handler = adm_arena_str(&to->arena, dev->shown_handler);
}

static void copy_names(struct adm_config *to, struct adm_vec *names,
		       const struct adm_vec *from)
{
	struct adm_name *name;
	size_t i;

	adm_vec_for_each(from, i, name)
		adm_name_add(to, names, &name->at, name->name);
}

static void copy_group(struct adm_config *to, const struct adm_group *group)
{
	struct adm_group *copy = adm_group_add(to, &group->at, group->name);
	struct adm_lun *lun;
	size_t i;

	copy_names(to, &copy->names, &group->names);
	adm_vec_for_each(&group->luns, i, lun)
		adm_lun_add(to, copy, &lun->at, lun->lun, lun->device,
			    lun->read_only);
}

void adm_config_copy(struct adm_config *to, const struct adm_config *from)
{
	struct adm_target *target;
	struct adm_device *dev;
	struct adm_group *group;
	struct adm_param *param;
	size_t i;

	to->threads = from->threads;
	adm_vec_for_each(&from->devices, i, dev)
		copy_device(to, dev);
	adm_vec_for_each(&from->groups, i, group)
		copy_group(to, group);
	adm_vec_for_each(&from->targets, i, target) {
		struct adm_target *copy = adm_target_add(to, &target->at,
						       target->driver,
						       target->name);

		copy_names(to, &copy->sessions, &target->sessions);
	}
	adm_vec_for_each(&from->params, i, param)
		adm_param_add(to, &param->at, param->module, param->name,
			      param->value);
}

bool adm_config_is_empty(const struct adm_config *config)
{
	struct adm_group *group;
	size_t i;

	adm_vec_for_each(&config->groups, i, group)
		if (group->names.n || group->luns.n ||
		    strcmp(group->name, ADM_DEFAULT))
			return false;
	return !config->devices.n && !config->targets.n;
}

void adm_config_free(struct adm_config *config)
{
	struct adm_target *target;
	struct adm_group *group;
	size_t i;

	adm_vec_for_each(&config->groups, i, group)
		group_free(group);
	adm_vec_for_each(&config->targets, i, target)
		adm_vec_free(&target->sessions);
	adm_vec_free(&config->devices);
	adm_vec_free(&config->groups);
	adm_vec_free(&config->targets);
	adm_vec_free(&config->params);
	adm_vec_free(&config->sessions);
	adm_vec_free(&config->handlers);
	adm_vec_free(&config->modules);
	adm_map_free(&config->device_map);
	adm_map_free(&config->group_map);
	adm_arena_free(&config->arena);
	memset(config, 0, sizeof(*config));
}
