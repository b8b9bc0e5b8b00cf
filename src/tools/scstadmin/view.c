// SPDX-License-Identifier: GPL-2.0
/* Tables by libsmartcols, JSON by json-c. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include "util.h"
#include "view.h"

void adm_row_str(struct json_object *row, const char *key, const char *val)
{
	json_object_object_add(row, key, val ? json_object_new_string(val) : NULL);
}

void adm_row_num(struct json_object *row, const char *key, uint64_t val)
{
	json_object_object_add(row, key, json_object_new_int64(val));
}

void adm_row_bool(struct json_object *row, const char *key, bool val)
{
	json_object_object_add(row, key, json_object_new_boolean(val));
}

/* A member as people want it: lists with commas, nothing for no. */
static void cell(struct json_object *val, struct adm_text *text)
{
	size_t i;

	switch (json_object_get_type(val)) {
	case json_type_null:
		break;
	case json_type_boolean:
		if (json_object_get_boolean(val))
			adm_text_add(text, "yes");
		break;
	case json_type_array:
		for (i = 0; i < json_object_array_length(val); i++) {
			if (i)
				adm_text_add(text, ",");
			cell(json_object_array_get_idx(val, i), text);
		}
		break;
	default:
		adm_text_add(text, json_object_get_string(val));
	}
}

static int add_row(struct libscols_table *table, const struct adm_view *view,
		   struct json_object *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct adm_text text = { NULL };
	int ret = line ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < view->n && !ret; i++) {
		text.len = 0;
		adm_text_addn(&text, "", 0);
		cell(json_object_object_get(row, view->columns[i].key), &text);
		ret = scols_line_set_data(line, i, text.s);
	}
	adm_text_free(&text);
	return ret;
}

int adm_view_print(const struct adm_view *view, struct json_object *rows)
{
	struct libscols_table *table = scols_new_table();
	int ret = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < view->n && !ret; i++)
		if (!scols_table_new_column(table, view->columns[i].head, 0,
					    view->columns[i].right ? SCOLS_FL_RIGHT : 0))
			ret = -ENOMEM;
	for (i = 0; i < json_object_array_length(rows) && !ret; i++)
		ret = add_row(table, view, json_object_array_get_idx(rows, i));
	/* Every row is one line, however narrow the terminal is. */
	if (!ret)
		scols_table_enable_nowrap(table, 1);
	if (!ret && json_object_array_length(rows))
		ret = scols_print_table(table);
	else if (!ret)
		puts("(none)");
	scols_unref_table(table);
	return ret;
}

void adm_json_print(struct json_object *json)
{
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
}
