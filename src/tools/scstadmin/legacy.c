// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of the scstadmin of 2008: -VERB [VALUE] -OPTION VALUE..., in any
 * case. A row says which verb of today it is: %v stands for its own value, %x for that
 * of -x, and what is in brackets is left out if that was not given.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

#define MAX_VALUES	12

/* One option with its value, as it was given. */
struct given {
	const char *name, *value;	/* value NULL: none */
	bool used;
};

struct legacy {
	const char *name;
	const char *words;	/* of today, with holes */
};

static const struct legacy table[] = {
	{ "config", "apply [%v]" },
	{ "checkconfig", "check %v" },
	{ "forceconfig", "apply --prune [%v]" },
	{ "writeconfig", "save [%v]" },
	{ "clearconfig", "clear [--force%force]" },
	{ "adddev",
	  "device add %v [--handler=%handler] [--path=%path] [--flags=%options] [--block-size=%blocksize]"
	},
	{ "deldev", "device remove %v" },
	{ "resyncdev", "device resync %v" },
	{ "addgroup", "group add %v" },
	{ "delgroup", "group remove %v" },
	{ "adduser", "initiator add %group %v" },
	{ "deluser", "initiator remove %group %v" },
	{ "clearusers", "initiator clear %group" },
	{ "assigndev", "lun add %group %lun %v [--read-only%readonly]" },
	{ "replacedev", "lun replace %group %lun %v [--read-only%readonly]" },
	{ "releasedev", "lun remove %group --device=%v" },
	{ "cleardevs", "lun clear %group" },
	{ "sessions", "sessions" },
	{ "sgvs", "sgv" },
	{ "devices", "show devices" },
	{ "handlers", "show handlers" },
	{ "groups", "show groups" },
	{ "users", "show initiators" },
	{ "assignments", "show luns" },
	{ "targets", "show targets" },
	{ "help", "help" },
};

/* A real device is given to a handler by the same word. */
static const struct legacy assign_handler = {
	"assigndev", "device change %v --handler=%handler"
};

static struct adm_arena arena;

/* The word behind the dashes, or NULL. */
static const char *dashed(const char *word)
{
	if (*word != '-')
		return NULL;
	word += word[1] == '-' ? 2 : 1;
	return *word ? word : NULL;
}

static const struct legacy *legacy_find(const char *name)
{
	size_t i;

	for (i = 0; i < ADM_COUNT(table); i++)
		if (!strcasecmp(table[i].name, name))
			return &table[i];
	return NULL;
}

static size_t take_options(int argc, char **argv, struct given *given)
{
	size_t n = 0;
	int i = 0;

	while (i < argc && n < MAX_VALUES) {
		const char *name = dashed(argv[i]);

		given[n].name = name ? name : "";
		given[n].value = NULL;
		given[n].used = false;
		if (name)
			i++;
		if (i < argc && !dashed(argv[i]))
			given[n].value = argv[i++];
		n++;
	}
	return n;
}

static struct given *given_find(struct given *given, size_t n, const char *name,
				size_t len)
{
	size_t i;

	if (len == 1 && *name == 'v')
		return &given[0];
	for (i = 1; i < n; i++)
		if (!strncasecmp(given[i].name, name, len) && !given[i].name[len])
			return &given[i];
	return NULL;
}

/* Flags had bars between them as well as commas. */
static const char *value_of(const char *name, const char *value)
{
	char *copy = adm_arena_str(&arena, value);
	char *p;

	if (!strncmp(name, "options", 7))
		while ((p = strchr(copy, '|')))
			*p = ',';
	return copy;
}

/* One word of a row, with its value; false if that is missing. */
static bool fill_in(const char *word, struct given *given, size_t n,
		    struct adm_text *out)
{
	const char *hole = strchr(word, '%');
	bool is_switch = hole && hole > word && hole[-1] != '=';
	struct given *g;

	if (!hole) {
		adm_text_add(out, word);
		return true;
	}
	g = given_find(given, n, hole + 1, strlen(hole + 1));
	if (!g || (!g->value && !is_switch))
		return false;
	g->used = true;
	adm_text_addn(out, word, hole - word);
	if (!is_switch)
		adm_text_add(out, value_of(hole + 1, g->value));
	return true;
}

static bool translate(const struct legacy *row, struct given *given, size_t n,
		      struct adm_vec *out, struct adm_diag *diag)
{
	char *words = adm_arena_str(&arena, row->words);
	char *word;

	given[0].used = true;
	while ((word = adm_next_word(&words))) {
		struct adm_text text = { NULL };
		bool optional = *word == '[';

		if (optional)
			word[strlen(word) - 1] = '\0';
		if (fill_in(word + optional, given, n, &text)) {
			adm_vec_add(out, adm_arena_str(&arena, text.s));
		} else if (!optional) {
			const char *hole = strchr(word, '%') + 1;

			adm_error(diag, NULL, "-%s needs %s%s", row->name,
				  strcmp(hole, "v") ? "-" : "",
				  strcmp(hole, "v") ? hole : "a value");
		}
		adm_text_free(&text);
	}
	return !diag->errors;
}

bool adm_legacy(int argc, char **argv, struct adm_vec *out, struct adm_diag *diag)
{
	struct given given[MAX_VALUES];
	const struct legacy *row;
	size_t i, n;

	if (!argc || !dashed(argv[0]))
		return false;
	row = legacy_find(dashed(argv[0]));
	if (!row || (!strcmp(row->name, "help") && argc == 1))
		return false;
	n = take_options(argc, argv, given);
	if (!strcmp(row->name, "assigndev") && given_find(given, n, "handler", 7) &&
	    !given_find(given, n, "group", 5))
		row = &assign_handler;
	if (!translate(row, given, n, out, diag))
		return true;
	for (i = 0; i < n; i++)
		/* The handler of a device that exists is known. */
		if (!given[i].used && strcasecmp(given[i].name, "handler") &&
		    strcasecmp(given[i].name, "force"))
			adm_error(diag, NULL, "-%s has no option -%s", row->name,
				  given[i].name);
	return true;
}
