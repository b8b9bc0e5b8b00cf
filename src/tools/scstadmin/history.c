// SPDX-License-Identifier: GPL-2.0
/*
 * Configurations that were in force, as files NUMBER.conf with a first line that says
 * what made them. The oldest are removed.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "files.h"

#define KEPT		50
#define MARK		"#! "	/* begins the first line */
#define PATH_SIZE	128

static void path_of(unsigned int number, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, ADM_HISTORY "/%06u.conf", number);
}

/* The text behind the first line. */
static const char *body(const char *text)
{
	const char *end;

	if (strncmp(text, MARK, strlen(MARK)))
		return text;
	end = strchr(text, '\n');
	return end ? end + 1 : "";
}

static void add_generation(struct adm_arena *arena, struct adm_vec *generations,
			   unsigned int number)
{
	struct adm_generation *gen = adm_arena_alloc(arena, sizeof(*gen));
	char path[PATH_SIZE], line[256];

	path_of(number, path);
	gen->number = number;
	gen->note = "";
	if (adm_file_line(path, line, sizeof(line)) &&
	    !strncmp(line, MARK, strlen(MARK)))
		gen->note = adm_arena_str(arena, line + strlen(MARK));
	adm_vec_add(generations, gen);
}

int adm_history_list(struct adm_arena *arena, struct adm_vec *generations)
{
	struct adm_vec names = { NULL };
	unsigned int number;
	char *name, end[8];
	size_t i;
	int ret;

	ret = adm_dir_list(ADM_HISTORY, arena, &names);
	adm_vec_for_each(&names, i, name)
		if (sscanf(name, "%9u.%7s", &number, end) == 2 &&
		    !strcmp(end, "conf"))
			add_generation(arena, generations, number);
	adm_vec_free(&names);
	return ret;
}

char *adm_history_read(unsigned int number)
{
	char path[PATH_SIZE];
	char *text, *copy;

	path_of(number, path);
	text = adm_file_read(path, NULL);
	if (!text)
		return NULL;
	copy = strdup(body(text));
	free(text);
	return copy;
}

static bool is_as_last(const char *text, unsigned int last)
{
	char *old = last ? adm_history_read(last) : NULL;
	bool same = old && !strcmp(old, text);

	free(old);
	return same;
}

static int write_generation(unsigned int number, const char *text, const char *reason)
{
	struct adm_text all = { NULL };
	char path[PATH_SIZE], when[64];
	time_t now = time(NULL);
	struct tm tm;
	int ret;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	adm_text_addf(&all, MARK "%s %s\n%s", when, reason, text);
	path_of(number, path);
	ret = adm_file_replace(path, all.s, all.len);
	adm_text_free(&all);
	return ret;
}

int adm_history_add(const char *text, const char *reason)
{
	struct adm_arena arena = { NULL };
	struct adm_vec list = { NULL };
	struct adm_generation *gen;
	char path[PATH_SIZE];
	unsigned int last = 0;
	size_t i;
	int ret;

	text = body(text);
	ret = adm_dir_make(ADM_HISTORY);
	if (ret)
		return ret;
	adm_history_list(&arena, &list);
	if (list.n)
		last = ((struct adm_generation *)list.v[list.n - 1])->number;
	if (!is_as_last(text, last))
		ret = write_generation(last + 1, text, reason);
	adm_vec_for_each(&list, i, gen) {
		if (i + KEPT > list.n)
			break;
		path_of(gen->number, path);
		adm_file_remove(path);
	}
	adm_vec_free(&list);
	adm_arena_free(&arena);
	return ret;
}

/* ---- the verb ---- */

static int show_one(struct adm_call *call)
{
	uint64_t number;
	char *text;

	if (!adm_number(call->args[0], UINT32_MAX, &number))
		return adm_usage_error(call, "'%s' is no generation", call->args[0]);
	text = adm_history_read(number);
	if (!text) {
		adm_error(&call->diag, NULL, "can't read generation %s: %s",
			  call->args[0], strerror(errno));
		return ADM_FAILED;
	}
	fputs(text, stdout);
	free(text);
	return ADM_OK;
}

static void print_json(const struct adm_vec *list)
{
	struct json_object *all = json_object_new_array();
	const struct adm_generation *gen;
	size_t i;

	adm_vec_for_each(list, i, gen) {
		struct json_object *row = json_object_new_object();

		json_object_object_add(row, "generation",
				       json_object_new_int64(gen->number));
		json_object_object_add(row, "note", json_object_new_string(gen->note));
		json_object_array_add(all, row);
	}
	puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
}

int adm_run_history(struct adm_call *call)
{
	const struct adm_generation *gen;
	struct adm_arena arena = { NULL };
	struct adm_vec list = { NULL };
	size_t i;
	int ret;

	if (call->n_args)
		return show_one(call);
	ret = adm_history_list(&arena, &list);
	if (ret && ret != -ENOENT)
		adm_error(&call->diag, NULL, "can't read " ADM_HISTORY ": %s",
			  strerror(-ret));
	else if (call->opt[ADM_OPT_JSON])
		print_json(&list);
	else
		adm_vec_for_each(&list, i, gen)
			printf("%6u  %s\n", gen->number, gen->note);
	adm_vec_free(&list);
	adm_arena_free(&arena);
	return call->diag.errors ? ADM_FAILED : ADM_OK;
}
