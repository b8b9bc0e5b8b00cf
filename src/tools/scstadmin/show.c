// SPDX-License-Identifier: GPL-2.0
/* show: what there is, by kinds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "files.h"
#include "state.h"
#include "tables.h"
#include "view.h"

struct shower {
	const struct adm_config *state;
	const char *name;	/* NULL: all */
	bool all;
};

static bool is_wanted(const struct shower *s, const char *name)
{
	return !s->name || !strcmp(s->name, name);
}

static struct json_object *new_row(struct json_object *rows)
{
	struct json_object *row = json_object_new_object();

	json_object_array_add(rows, row);
	return row;
}

static struct json_object *new_list(struct json_object *row, const char *key)
{
	struct json_object *list = json_object_new_array();

	json_object_object_add(row, key, list);
	return list;
}

static void list_add(struct json_object *list, const char *text)
{
	json_object_array_add(list, json_object_new_string(text));
}

/* ---- devices ---- */

static const struct adm_column device_columns[] = {
	{ "name", "NAME" }, { "handler", "HANDLER" }, { "mib", "MIB", true },
	{ "block_size", "BLOCK", true }, { "flags", "FLAGS" }, { "luns", "LUNS" },
	{ "path", "PATH" },
};

/* "Default:0": group and LUN. */
static void add_luns_of(const struct adm_config *state, struct json_object *list,
			const char *device)
{
	const struct adm_group *group;
	struct adm_text text = { NULL };
	size_t i;

	adm_vec_for_each(&state->groups, i, group) {
		const struct adm_lun *lun = adm_lun_of_device(group, device);

		if (!lun)
			continue;
		text.len = 0;
		adm_text_addf(&text, "%s:%u", group->name, lun->lun);
		list_add(list, text.s);
	}
	adm_text_free(&text);
}

static void show_devices(const struct shower *s, struct json_object *rows)
{
	const struct adm_device *dev;
	const struct adm_flag *flag;
	struct json_object *row, *list;
	size_t i, j;

	adm_vec_for_each(&s->state->devices, i, dev) {
		bool real = dev->handler->kind == ADM_REAL || adm_is_hcil(dev->name);

		if (!is_wanted(s, dev->name))
			continue;
		row = json_object_new_object();
		adm_row_str(row, "name", dev->name);
		adm_row_str(row, "handler", dev->shown_handler);
		if (!real && dev->block_size)
			adm_row_num(row, "mib", dev->mib);
		if (dev->block_size)
			adm_row_num(row, "block_size", dev->block_size);
		list = new_list(row, "flags");
		for (j = 0; (flag = adm_flag_at(j)); j++)
			if (dev->flags & flag->bit)
				list_add(list, flag->name);
		list = new_list(row, "luns");
		add_luns_of(s->state, list, dev->name);
		adm_row_str(row, "path", dev->path);
		if (real && !s->all && !s->name && !json_object_array_length(list))
			json_object_put(row);
		else
			json_object_array_add(rows, row);
	}
}

/* ---- groups ---- */

static const struct adm_column group_columns[] = {
	{ "name", "NAME" }, { "luns", "LUNS", true }, { "sessions", "SESSIONS", true },
	{ "initiators", "INITIATORS" },
};

static void show_groups(const struct shower *s, struct json_object *rows)
{
	const struct adm_session *sess;
	const struct adm_group *group;
	const struct adm_name *name;
	struct json_object *row, *list;
	size_t i, j, n;

	adm_vec_for_each(&s->state->groups, i, group) {
		if (!is_wanted(s, group->name))
			continue;
		row = new_row(rows);
		adm_row_str(row, "name", group->name);
		adm_row_num(row, "luns", group->luns.n);
		n = 0;
		adm_vec_for_each(&s->state->sessions, j, sess)
			n += !strcmp(sess->group, group->name);
		adm_row_num(row, "sessions", n);
		list = new_list(row, "initiators");
		adm_vec_for_each(&group->names, j, name)
			list_add(list, name->name);
	}
}

static const struct adm_column lun_columns[] = {
	{ "group", "GROUP" }, { "lun", "LUN", true }, { "device", "DEVICE" },
	{ "read_only", "READ ONLY" },
};

static void show_luns(const struct shower *s, struct json_object *rows)
{
	const struct adm_group *group;
	const struct adm_lun *lun;
	struct json_object *row;
	size_t i, j;

	adm_vec_for_each(&s->state->groups, i, group) {
		if (!is_wanted(s, group->name))
			continue;
		adm_vec_for_each(&group->luns, j, lun) {
			row = new_row(rows);
			adm_row_str(row, "group", group->name);
			adm_row_num(row, "lun", lun->lun);
			adm_row_str(row, "device", lun->device);
			adm_row_bool(row, "read_only", lun->read_only);
		}
	}
}

static const struct adm_column initiator_columns[] = {
	{ "name", "INITIATOR" }, { "group", "GROUP" },
};

static void show_initiators(const struct shower *s, struct json_object *rows)
{
	const struct adm_group *group;
	const struct adm_name *name;
	struct json_object *row;
	size_t i, j;

	adm_vec_for_each(&s->state->groups, i, group)
		adm_vec_for_each(&group->names, j, name) {
			if (!is_wanted(s, name->name) && !is_wanted(s, group->name))
				continue;
			row = new_row(rows);
			adm_row_str(row, "name", name->name);
			adm_row_str(row, "group", group->name);
		}
}

/* ---- targets, sessions, handlers ---- */

static const struct adm_column target_columns[] = {
	{ "name", "TARGET" }, { "driver", "DRIVER" }, { "initiators", "SESSIONS OF" },
};

static struct json_object *target_row(struct json_object *rows, const char *driver,
				      const char *name)
{
	struct json_object *row = new_row(rows);

	adm_row_str(row, "name", name);
	adm_row_str(row, "driver", driver);
	return new_list(row, "initiators");
}

/* Those of other drivers show only by their sessions. */
static void show_foreign_targets(const struct shower *s, struct json_object *rows)
{
	const struct adm_session *sess;
	struct adm_map seen = { NULL };
	struct json_object *list;
	size_t i;

	adm_vec_for_each(&s->state->sessions, i, sess) {
		const char *name = sess->target ? sess->target : sess->driver;

		if (!strcmp(sess->driver, "scst_local") || !is_wanted(s, name))
			continue;
		list = adm_map_get(&seen, name);
		if (!list) {
			list = target_row(rows, sess->driver, name);
			adm_map_put(&seen, name, list);
		}
		list_add(list, sess->initiator);
	}
	adm_map_free(&seen);
}

static void show_targets(const struct shower *s, struct json_object *rows)
{
	const struct adm_target *target;
	const struct adm_name *name;
	struct json_object *list;
	size_t i, j;

	adm_vec_for_each(&s->state->targets, i, target) {
		if (!is_wanted(s, target->name))
			continue;
		list = target_row(rows, target->driver, target->name);
		adm_vec_for_each(&target->sessions, j, name)
			list_add(list, name->name);
	}
	show_foreign_targets(s, rows);
}

static const struct adm_column session_columns[] = {
	{ "initiator", "INITIATOR" }, { "group", "GROUP" }, { "driver", "DRIVER" },
	{ "target", "TARGET" }, { "commands", "COMMANDS", true },
};

static void show_sessions(const struct shower *s, struct json_object *rows)
{
	const struct adm_session *sess;
	struct json_object *row;
	size_t i;

	adm_vec_for_each(&s->state->sessions, i, sess) {
		if (!is_wanted(s, sess->initiator))
			continue;
		row = new_row(rows);
		adm_row_str(row, "initiator", sess->initiator);
		adm_row_str(row, "group", sess->group);
		adm_row_str(row, "driver", sess->driver);
		adm_row_str(row, "target", sess->target);
		adm_row_num(row, "commands", sess->commands);
	}
}

static const struct adm_column handler_columns[] = {
	{ "name", "HANDLER" }, { "devices", "DEVICES", true }, { "type", "TYPE" },
};

static void show_handlers(const struct shower *s, struct json_object *rows)
{
	const struct adm_device *dev;
	const char *name;
	struct json_object *row;
	char path[512], type[128];
	size_t i, j, n;

	adm_vec_for_each(&s->state->handlers, i, name) {
		if (!is_wanted(s, name))
			continue;
		row = new_row(rows);
		adm_row_str(row, "name", name);
		n = 0;
		adm_vec_for_each(&s->state->devices, j, dev)
			n += !strcmp(dev->shown_handler, name) ||
			     (!strcmp(name, "vdisk") &&
			      !strcmp(dev->shown_handler, "vdisk_blk"));
		adm_row_num(row, "devices", n);
		snprintf(path, sizeof(path), ADM_PROC "/%s/type", name);
		if (adm_file_line(path, type, sizeof(type)))
			adm_row_str(row, "type", type);
	}
}

/* ---- kinds ---- */

#define VIEW(kind, table)	{ kind, table, ADM_COUNT(table) }

static const struct {
	struct adm_view view;
	void (*fill)(const struct shower *s, struct json_object *rows);
	const char *what;	/* one of them, in messages */
} kinds[] = {
	{ VIEW("devices", device_columns), show_devices, "device" },
	{ VIEW("groups", group_columns), show_groups, "group" },
	{ VIEW("luns", lun_columns), show_luns, "group with LUNs" },
	{ VIEW("initiators", initiator_columns), show_initiators, "initiator" },
	{ VIEW("targets", target_columns), show_targets, "target" },
	{ VIEW("sessions", session_columns), show_sessions, "session" },
	{ VIEW("handlers", handler_columns), show_handlers, "handler" },
};

/* "device" is "devices" as well. */
static size_t kind_find(const char *word)
{
	size_t i, len = strlen(word);

	for (i = 0; i < ADM_COUNT(kinds); i++)
		if (!strncmp(kinds[i].view.name, word, len) &&
		    strlen(kinds[i].view.name) - len <= 1)
			break;
	return i;
}

static int unknown_kind(struct adm_call *call, const char *word)
{
	struct adm_guess guess = { word };
	const char *best;
	size_t i;

	for (i = 0; i < ADM_COUNT(kinds); i++)
		adm_guess_try(&guess, kinds[i].view.name);
	best = adm_guess_end(&guess);
	return adm_usage_error(call, "there is nothing of the kind '%s'%s%s%s", word,
			       best ? ", did you mean '" : "", best ? best : "",
			       best ? "'?" : "");
}

static void print_names(const struct adm_view *view, struct json_object *rows)
{
	size_t i;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		puts(json_object_get_string(json_object_object_get(row,
								   view->columns[0].key)));
	}
}

static void print_kind(const struct adm_call *call, size_t kind, bool title,
		       struct json_object *rows)
{
	if (call->opt[ADM_OPT_NAMES]) {
		print_names(&kinds[kind].view, rows);
		return;
	}
	if (title)
		printf("%s%s:\n", kind ? "\n" : "", kinds[kind].view.name);
	adm_view_print(&kinds[kind].view, rows);
}

static int show_kind(struct adm_call *call, const struct shower *s, size_t kind)
{
	struct json_object *rows = json_object_new_array();
	int ret = ADM_OK;

	kinds[kind].fill(s, rows);
	if (s->name && !json_object_array_length(rows)) {
		adm_error(&call->diag, NULL, "there is no %s '%s'", kinds[kind].what,
			  s->name);
		ret = ADM_FAILED;
	} else if (call->opt[ADM_OPT_JSON]) {
		adm_json_print(rows);
	} else {
		print_kind(call, kind, false, rows);
	}
	json_object_put(rows);
	return ret;
}

static int show_all(struct adm_call *call, const struct shower *s)
{
	struct json_object *all = json_object_new_object();
	size_t i;

	for (i = 0; i < ADM_COUNT(kinds); i++) {
		struct json_object *rows = json_object_new_array();

		kinds[i].fill(s, rows);
		json_object_object_add(all, kinds[i].view.name, rows);
		if (!call->opt[ADM_OPT_JSON])
			print_kind(call, i, true, rows);
	}
	if (call->opt[ADM_OPT_JSON]) {
		adm_row_num(all, "threads", s->state->threads);
		adm_row_str(all, "version", s->state->version);
		adm_json_print(all);
	}
	json_object_put(all);
	return ADM_OK;
}

static int show(struct adm_call *call, const char *word, const char *name)
{
	struct adm_config state = { .threads = 0 };
	struct shower s = { &state, name, call->opt[ADM_OPT_ALL] };
	size_t kind = word ? kind_find(word) : 0;
	int ret;

	if (word && kind == ADM_COUNT(kinds))
		return unknown_kind(call, word);
	if (adm_call_state(call, &state, &ret))
		ret = word ? show_kind(call, &s, kind) : show_all(call, &s);
	adm_config_free(&state);
	return ret;
}

int adm_run_show(struct adm_call *call)
{
	return show(call, call->n_args ? call->args[0] : NULL,
		    call->n_args > 1 ? call->args[1] : NULL);
}

int adm_run_sessions(struct adm_call *call)
{
	return show(call, "sessions", NULL);
}

/* ---- sgv ---- */

static const struct adm_column sgv_columns[] = {
	{ "name", "NAME" }, { "hit", "HIT", true }, { "total", "TOTAL", true },
	{ "hit_percent", "HIT%", true }, { "pages", "CACHED PAGES", true },
	{ "entries", "BUFFERS", true },
};

static const struct adm_view sgv_view = VIEW("sgv", sgv_columns);

static struct json_object *sgv_rows(const struct adm_sgv *sgv)
{
	struct json_object *rows = json_object_new_array(), *row;
	const struct adm_sgv_row *item;
	size_t i;

	adm_vec_for_each(&sgv->rows, i, item) {
		row = new_row(rows);
		adm_row_str(row, "name", item->name);
		adm_row_num(row, "hit", item->hit);
		adm_row_num(row, "total", item->total);
		if (item->total)
			adm_row_num(row, "hit_percent", item->hit * 100 / item->total);
		if (item->is_pool) {
			adm_row_num(row, "pages", item->pages);
			adm_row_num(row, "entries", item->entries);
		}
	}
	return rows;
}

static void print_sgv(const struct adm_call *call, const struct adm_sgv *sgv)
{
	struct json_object *all = json_object_new_object(), *rows = sgv_rows(sgv);

	adm_row_num(all, "inactive_pages", sgv->inactive);
	adm_row_num(all, "active_pages", sgv->active);
	adm_row_num(all, "hi_watermark", sgv->hi);
	adm_row_num(all, "lo_watermark", sgv->lo);
	adm_row_num(all, "releases", sgv->releases);
	adm_row_num(all, "failures", sgv->failures);
	adm_row_num(all, "other", sgv->other);
	json_object_object_add(all, "pools", rows);
	if (call->opt[ADM_OPT_JSON]) {
		adm_json_print(all);
	} else {
		printf("pages: %llu in use, %llu cached, limits %llu and %llu cached\n"
		       "limit met: %llu times buffers were given back, %llu times none was left\n\n",
		       (unsigned long long)sgv->active, (unsigned long long)sgv->inactive,
		       (unsigned long long)sgv->hi, (unsigned long long)sgv->lo,
		       (unsigned long long)sgv->releases,
		       (unsigned long long)sgv->failures);
		adm_view_print(&sgv_view, rows);
	}
	json_object_put(all);
}

int adm_run_sgv(struct adm_call *call)
{
	char *text = adm_file_read(ADM_PROC "/sgv", NULL);
	struct adm_sgv sgv = { .other = 0 };

	if (!text) {
		adm_error(&call->diag, NULL,
			  ADM_PROC "/sgv isn't there, expected the module scst to be loaded (modprobe scst)");
		return ADM_NO_KERNEL;
	}
	adm_table_sgv(&sgv, text);
	free(text);
	print_sgv(call, &sgv);
	adm_sgv_free(&sgv);
	return ADM_OK;
}
