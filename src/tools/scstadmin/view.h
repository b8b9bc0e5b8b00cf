/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables for people and for programs: rows are JSON objects, and what people see is
 * made of them.
 */
#ifndef SCSTADMIN_VIEW_H
#define SCSTADMIN_VIEW_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct adm_column {
	const char *key;	/* of the row's member */
	const char *head;
	bool right;		/* numbers */
};

struct adm_view {
	const char *name;
	const struct adm_column *columns;
	size_t n;
};

void adm_row_str(struct json_object *row, const char *key, const char *val);
void adm_row_num(struct json_object *row, const char *key, uint64_t val);
void adm_row_bool(struct json_object *row, const char *key, bool val);

/* Return: 0 or a negative errno. */
int adm_view_print(const struct adm_view *view, struct json_object *rows);
void adm_json_print(struct json_object *json);

#endif /* SCSTADMIN_VIEW_H */
