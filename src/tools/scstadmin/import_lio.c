// SPDX-License-Identifier: GPL-2.0
/*
 * saveconfig.json of LIO (targetcli, rtslib). An access control list becomes a group
 * of its one initiator; LUNs that anybody may see become the default group of the
 * target.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "import.h"

struct lio {
	struct adm_config *config;
	struct adm_diag *diag;
	struct adm_place at;
	struct adm_map objects;	/* "/backstores/PLUGIN/NAME" to struct adm_device */
};

/* ---- members, whatever type they turn out to have ---- */

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *val = NULL;

	if (json_object_is_type(obj, json_type_object))
		json_object_object_get_ex(obj, key, &val);
	return val;
}

static const char *text_of(struct json_object *obj, const char *key)
{
	struct json_object *val = member(obj, key);

	return json_object_is_type(val, json_type_string) ?
		json_object_get_string(val) : NULL;
}

static int64_t number_of(struct json_object *obj, const char *key, int64_t none)
{
	struct json_object *val = member(obj, key);

	if (!val || json_object_is_type(val, json_type_object) ||
	    json_object_is_type(val, json_type_array))
		return none;
	return json_object_get_int64(val);
}

static bool is_on(struct json_object *obj, const char *key)
{
	return number_of(obj, key, 0) > 0;
}

static size_t list_of(struct json_object *obj, const char *key, struct json_object **list)
{
	*list = member(obj, key);
	return json_object_is_type(*list, json_type_array) ?
		json_object_array_length(*list) : 0;
}

/* ---- storage objects ---- */

static void lost_identity(struct lio *lio, struct json_object *so, const char *name)
{
	const char *wwn = text_of(so, "wwn");

	if (wwn && *wwn)
		adm_warn(lio->diag, &lio->at,
			 "not carried over: serial number %s of '%s': initiators take it for another disk",
			 wwn, name);
}

static void read_attributes(struct lio *lio, struct json_object *so,
			    struct adm_device *dev)
{
	struct json_object *attributes = member(so, "attributes");
	int64_t size = number_of(attributes, "block_size", 0);
	unsigned int thin = 0;

	if (size >= 512 && size <= 4096 && !(size & (size - 1)))
		dev->block_size = size;
	else if (size)
		adm_warn(lio->diag, &lio->at,
			 "not carried over: block size %lld of '%s'", (long long)size,
			 dev->name);
	/* Who could give back space there can here: THIN only insists on it. */
	if (is_on(attributes, "emulate_tpu") && !(dev->flags & ADM_F_BLOCKIO)) {
		adm_check_flag(lio->diag, &lio->at, "thin", &thin);
		dev->flags |= thin;
	}
	if (json_object_is_type(member(so, "alua_tpgs"), json_type_array) &&
	    json_object_array_length(member(so, "alua_tpgs")) > 1)
		adm_warn(lio->diag, &lio->at,
			 "not carried over: target port groups of '%s', see 'tpg' in scst_proc(5)",
			 dev->name);
}

/* What there is no device for here. */
static const char *reason_against(const char *plugin)
{
	if (!plugin)
		return "it has no plugin";
	if (!strcmp(plugin, "ramdisk"))
		return "a RAM disk: make one with brd, and export that";
	if (!strcmp(plugin, "pscsi"))
		return "a real device: give it to dev_disk or the like by its HOST:CHANNEL:ID:LUN";
	if (!strcmp(plugin, "user"))
		return "a program's device: its program has to be one of scst_user";
	return "unknown plugin";
}

static void read_object(struct lio *lio, struct json_object *so)
{
	const char *plugin = text_of(so, "plugin");
	const char *name = text_of(so, "name");
	const char *path = text_of(so, "dev");
	struct adm_text key = { NULL };
	struct adm_device *dev;
	bool block;

	if (!name)
		return;
	block = plugin && !strcmp(plugin, "block");
	if (!block && (!plugin || strcmp(plugin, "fileio"))) {
		adm_warn(lio->diag, &lio->at, "not carried over: device '%s': %s",
			 name, reason_against(plugin));
		return;
	}
	if (!path || *path != '/' || !adm_is_word(path)) {
		adm_warn(lio->diag, &lio->at,
			 "not carried over: device '%s': path '%s' can't be used", name,
			 path ? path : "");
		return;
	}
	dev = adm_import_device(lio->config, lio->diag, &lio->at, name);
	dev->handler = adm_handler_find("vdisk");
	dev->path = adm_arena_str(&lio->config->arena, path);
	if (block)
		dev->flags |= ADM_F_BLOCKIO;
	else if (member(so, "write_back") && !is_on(so, "write_back"))
		adm_check_flag(lio->diag, &lio->at, "write_through", &dev->flags);
	if (is_on(so, "readonly"))
		dev->flags |= ADM_F_READ_ONLY;
	read_attributes(lio, so, dev);
	lost_identity(lio, so, dev->name);
	adm_text_addf(&key, "/backstores/%s/%s", plugin, name);
	adm_map_put(&lio->objects, adm_arena_str(&lio->config->arena, key.s), dev);
	adm_text_free(&key);
}

/* ---- targets ---- */

/* The device of a portal group's LUN, or NULL. */
static const struct adm_device *device_of_lun(struct lio *lio, struct json_object *tpg,
					      int64_t index)
{
	struct json_object *list;
	size_t i, n = list_of(tpg, "luns", &list);

	for (i = 0; i < n; i++) {
		struct json_object *lun = json_object_array_get_idx(list, i);
		const char *object = text_of(lun, "storage_object");

		if (object && number_of(lun, "index", -1) == index)
			return adm_map_get(&lio->objects, object);
	}
	return NULL;
}

static void read_lun(struct lio *lio, struct json_object *tpg, struct adm_group *group,
		     int64_t index, int64_t tpg_lun, bool read_only)
{
	const struct adm_device *dev = device_of_lun(lio, tpg, tpg_lun);

	if (dev && index >= 0)
		adm_import_lun(lio->config, lio->diag, &lio->at, group, index,
			       dev->name, read_only);
	else
		adm_warn(lio->diag, &lio->at,
			 "not carried over: LUN %lld of group '%s', whose device isn't",
			 (long long)index, group->name);
}

static void lost_password(struct lio *lio, struct json_object *obj, const char *name)
{
	const char *user = text_of(obj, "chap_userid");

	if (user && *user)
		adm_warn(lio->diag, &lio->at,
			 "not carried over: CHAP user and password of %s", name);
}

static void read_acl(struct lio *lio, struct json_object *tpg, struct json_object *acl,
		     const char *target)
{
	const char *initiator = text_of(acl, "node_wwn");
	struct json_object *list, *lun;
	struct adm_group *group;
	size_t i, n;

	if (!initiator)
		return;
	group = adm_import_group(lio->config, initiator);
	adm_import_initiator(lio->config, lio->diag, &lio->at, group, initiator, target);
	n = list_of(acl, "mapped_luns", &list);
	for (i = 0; i < n; i++) {
		lun = json_object_array_get_idx(list, i);
		read_lun(lio, tpg, group, number_of(lun, "index", -1),
			 number_of(lun, "tpg_lun", -1), is_on(lun, "write_protect"));
	}
	lost_password(lio, acl, initiator);
}

/* LUNs that whoever logs in sees. */
static void read_open_luns(struct lio *lio, struct json_object *tpg, const char *target,
			   bool read_only)
{
	struct adm_group *group = adm_import_default(lio->config, target);
	struct json_object *list, *lun;
	size_t i, n = list_of(tpg, "luns", &list);
	int64_t index;

	for (i = 0; i < n; i++) {
		lun = json_object_array_get_idx(list, i);
		index = number_of(lun, "index", -1);
		read_lun(lio, tpg, group, index, index, read_only);
	}
}

static void read_tpg(struct lio *lio, struct json_object *tpg, const char *target,
		     bool local)
{
	struct json_object *attributes = member(tpg, "attributes"), *list;
	size_t i, n = list_of(tpg, "node_acls", &list);

	for (i = 0; i < n; i++)
		read_acl(lio, tpg, json_object_array_get_idx(list, i), target);
	if (local || is_on(attributes, "generate_node_acls"))
		read_open_luns(lio, tpg, target,
			       !local && number_of(attributes, "demo_mode_write_protect", 1));
	if (member(tpg, "enable") && !is_on(tpg, "enable") && !local)
		adm_warn(lio->diag, &lio->at,
			 "not carried over: target %s is disabled there", target);
	lost_password(lio, tpg, target);
	if (list_of(tpg, "portals", &list))
		adm_warn(lio->diag, &lio->at,
			 "not carried over: portals of %s: they belong to the target driver",
			 target);
}

/* loopback is what scst_local is here: with the one session that it has. */
static void read_local(struct lio *lio, struct json_object *obj, const char *name)
{
	struct adm_target *target = adm_target_find(lio->config, name);
	struct json_object *list;
	const char *nexus = NULL;

	if (list_of(obj, "tpgs", &list))
		nexus = text_of(json_object_array_get_idx(list, 0), "nexus_wwn");
	if (!target)
		target = adm_target_add(lio->config, &lio->at, "scst_local", name);
	if (!nexus || !adm_is_word(nexus) || strlen(nexus) > ADM_MAX_PEER)
		nexus = name;
	if (!target->sessions.n)
		adm_name_add(lio->config, &target->sessions, &lio->at, nexus);
}

static void read_target(struct lio *lio, struct json_object *obj)
{
	const char *fabric = text_of(obj, "fabric");
	const char *name = text_of(obj, "wwn");
	bool local = fabric && !strcmp(fabric, "loopback");
	struct json_object *list;
	size_t i, n;

	if (!name || !adm_is_word(name) || strlen(name) > ADM_MAX_PEER)
		return;
	if (local)
		read_local(lio, obj, name);
	else
		adm_warn(lio->diag, &lio->at,
			 "not carried over: target %s of %s: its groups are, for when a driver has a target of this name",
			 name, fabric ? fabric : "an unknown fabric");
	n = list_of(obj, "tpgs", &list);
	if (n > 1)
		adm_warn(lio->diag, &lio->at,
			 "target %s has %zu portal groups there, which are one here",
			 name, n);
	for (i = 0; i < n; i++)
		read_tpg(lio, json_object_array_get_idx(list, i), name, local);
}

bool adm_import_lio(struct adm_config *config, const char *file, const char *text,
		    size_t len, struct adm_diag *diag)
{
	struct lio lio = { config, diag };
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *all, *list;
	unsigned int errors = diag->errors;
	size_t i, n;

	lio.at.file = adm_arena_str(&config->arena, file);
	all = json_tokener_parse_ex(tokener, text, len > INT32_MAX ? 0 : (int)len);
	if (!json_object_is_type(all, json_type_object)) {
		adm_error(diag, &lio.at, "no JSON object at byte %zu: %s, expected a saveconfig.json",
			  json_tokener_get_parse_end(tokener),
			  json_tokener_error_desc(json_tokener_get_error(tokener)));
	} else {
		if (!member(all, "storage_objects") && !member(all, "targets"))
			adm_error(diag, &lio.at,
				  "neither storage_objects nor targets in it, expected a saveconfig.json");
		n = list_of(all, "storage_objects", &list);
		for (i = 0; i < n; i++)
			read_object(&lio, json_object_array_get_idx(list, i));
		n = list_of(all, "targets", &list);
		for (i = 0; i < n; i++)
			read_target(&lio, json_object_array_get_idx(list, i));
	}
	json_object_put(all);
	json_tokener_free(tokener);
	adm_map_free(&lio.objects);
	return diag->errors == errors;
}
