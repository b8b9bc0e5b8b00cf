// SPDX-License-Identifier: GPL-2.0
/*
 * The format with braces, scst.conf(5). A table for each kind of block has the
 * statements that it may hold.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lex.h"
#include "parse.h"

#define MAX_DEPTH	8	/* of includes */

struct parser {
	struct adm_config *config;
	struct adm_diag *diag;
	const struct adm_loader *loader;
	struct adm_lex lex;
	struct adm_stmt stmt;
	unsigned int depth;
	/* What the present block is about */
	struct adm_device *dev;
	struct adm_group *group;
	struct adm_target *target;
	const char *module;
};

enum block { ALLOWED = 1, NEEDED = 2 };

struct statement {
	const char *name;
	const char *usage;	/* of its arguments */
	size_t min, max;
	unsigned int block;
	void (*run)(struct parser *p, const struct adm_stmt *stmt);
};

static void block_read(struct parser *p, const struct statement *table,
		       size_t n, const char *what);

/* ---- devices ---- */

/* A statement that a block may hold once. */
static bool is_second(struct parser *p, const struct adm_stmt *stmt, bool set)
{
	if (set)
		adm_error(p->diag, &stmt->words[0].at,
			  "a second '%s' of device '%s', expected one",
			 stmt->words[0].text, p->dev->name);
	return set;
}

static void device_handler(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_handler *handler;

	if (is_second(p, stmt, p->dev->handler))
		return;
	handler = adm_check_handler(p->diag, &stmt->words[1].at,
				    stmt->words[1].text);
	if (handler)
		p->dev->handler = handler;
}

static void device_path(struct parser *p, const struct adm_stmt *stmt)
{
	if (is_second(p, stmt, p->dev->path))
		return;
	if (adm_check_path(p->diag, &stmt->words[1].at, stmt->words[1].text))
		p->dev->path = stmt->words[1].text;
}

static void device_block_size(struct parser *p, const struct adm_stmt *stmt)
{
	if (!is_second(p, stmt, p->dev->block_size))
		adm_check_block_size(p->diag, &stmt->words[1].at,
				     stmt->words[1].text, &p->dev->block_size);
}

static void device_flags(struct parser *p, const struct adm_stmt *stmt)
{
	size_t i;

	for (i = 1; i < stmt->n; i++)
		adm_check_flag(p->diag, &stmt->words[i].at, stmt->words[i].text,
			       &p->dev->flags);
}

static const struct statement device_statements[] = {
	{ "handler", "HANDLER", 1, 1, 0, device_handler },
	{ "path", "/PATH", 1, 1, 0, device_path },
	{ "block_size", "BYTES", 1, 1, 0, device_block_size },
	{ "flags", "FLAG...", 1, ADM_MAX_WORDS, 0, device_flags },
};

/* Even a wrong one: its LUNs shouldn't be unknown, too. */
static void keep_device(struct parser *p, const struct adm_device *fresh)
{
	struct adm_device *dev = adm_device_add(p->config, &fresh->at, fresh->name);

	dev->handler = fresh->handler;
	dev->path = fresh->path;
	dev->block_size = fresh->block_size;
	dev->flags = fresh->flags;
}

static void top_device(struct parser *p, const struct adm_stmt *stmt)
{
	const char *name = stmt->words[1].text;
	const struct adm_device *first = adm_device_find(p->config, name);
	struct adm_place at = stmt->words[1].at;
	unsigned int errors = p->diag->errors;
	struct adm_device fresh = { at, name };

	if (first) {
		adm_error(p->diag, &at,
			  "a second device '%s', expected another name", name);
		if (first->at.file)
			adm_note(p->diag, &first->at, "the first one is here");
	}
	p->dev = &fresh;
	block_read(p, device_statements, ADM_COUNT(device_statements), "device");
	p->dev = NULL;
	if (!fresh.handler)
		fresh.handler = adm_handler_find("vdisk");
	if (p->diag->errors == errors)
		adm_check_device(p->diag, &fresh);
	if (!first)
		keep_device(p, &fresh);
}

/* ---- groups ---- */

static void group_initiator(struct parser *p, const struct adm_stmt *stmt)
{
	size_t i;

	for (i = 1; i < stmt->n; i++)
		if (adm_check_new_name(p->diag, &stmt->words[i].at, p->config,
				       p->group, stmt->words[i].text))
			adm_name_add(p->config, &p->group->names,
				     &stmt->words[i].at, stmt->words[i].text);
}

static void group_lun(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *w = stmt->words;
	unsigned int lun;

	if (!adm_check_lun(p->diag, &w[1].at, w[1].text, &lun) ||
	    !adm_check_name(p->diag, &w[2].at, "a device", w[2].text,
			   ADM_MAX_NAME))
		return;
	if (stmt->n > 3 && strcmp(w[3].text, "read_only")) {
		adm_error(p->diag, &w[3].at,
			  "unknown flag '%s' of a LUN, expected read_only or nothing",
			 w[3].text);
		return;
	}
	if (adm_check_new_lun(p->diag, &w[1].at, p->group, lun, w[2].text))
		adm_lun_add(p->config, p->group, &w[2].at, lun, w[2].text,
			    stmt->n > 3);
}

static const struct statement group_statements[] = {
	{ "initiator", "NAME...", 1, ADM_MAX_WORDS, 0, group_initiator },
	{ "lun", "LUN DEVICE [read_only]", 2, 3, 0, group_lun },
};

/* A group may be in several files: each adds to it. */
static void top_group(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *name = &stmt->words[1];

	if (!adm_check_group_name(p->diag, &name->at, name->text)) {
		adm_stmt_skip(&p->lex, stmt);
		return;
	}
	p->group = adm_group_find(p->config, name->text);
	if (!p->group)
		p->group = adm_group_add(p->config, &name->at, name->text);
	if (stmt->block)
		block_read(p, group_statements, ADM_COUNT(group_statements),
			   "group");
	p->group = NULL;
}

/* ---- targets ---- */

static void target_session(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *name = &stmt->words[1];

	if (!adm_check_name(p->diag, &name->at, "an initiator", name->text,
			    ADM_MAX_PEER))
		return;
	if (adm_name_find(&p->target->sessions, name->text))
		adm_error(p->diag, &name->at,
			  "a second session of '%s' with '%s', expected one",
			 name->text, p->target->name);
	else
		adm_name_add(p->config, &p->target->sessions, &name->at,
			     name->text);
}

static const struct statement target_statements[] = {
	{ "session", "INITIATOR", 1, 1, 0, target_session },
};

static void top_target(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *driver = &stmt->words[1];
	const struct adm_word *name = &stmt->words[2];

	if (strcmp(driver->text, "scst_local")) {
		adm_error(p->diag, &driver->at,
			  "unknown target driver '%s', expected scst_local (other drivers make their targets themselves)",
			 driver->text);
		adm_stmt_skip(&p->lex, stmt);
		return;
	}
	if (!adm_check_name(p->diag, &name->at, "a target", name->text,
			    ADM_MAX_PEER)) {
		adm_stmt_skip(&p->lex, stmt);
		return;
	}
	p->target = adm_target_find(p->config, name->text);
	if (!p->target)
		p->target = adm_target_add(p->config, &name->at, driver->text,
					   name->text);
	if (stmt->block)
		block_read(p, target_statements, ADM_COUNT(target_statements),
			   "target");
	p->target = NULL;
}

/* ---- modules ---- */

#define LOWER_AND_DIGITS	"abcdefghijklmnopqrstuvwxyz0123456789_"
#define UPPER			"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* All of it, and at least one letter, of those in @letters. */
static bool is_made_of(const char *name, const char *letters)
{
	size_t len = strspn(name, letters);

	return len && !name[len];
}

static void module_param(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *w = stmt->words;

	if (!is_made_of(w[0].text, LOWER_AND_DIGITS UPPER)) {
		adm_error(p->diag, &w[0].at,
			  "'%s' is no name of a parameter, expected letters, digits and _",
			 w[0].text);
		return;
	}
	if (adm_param_find(p->config, p->module, w[0].text)) {
		adm_error(p->diag, &w[0].at,
			  "a second '%s' of module '%s', expected one",
			 w[0].text, p->module);
		return;
	}
	if (*w[1].text && !adm_is_word(w[1].text)) {
		adm_error(p->diag, &w[1].at,
			  "'%s' has blanks, expected a value without", w[1].text);
		return;
	}
	adm_param_add(p->config, &w[0].at, p->module, w[0].text, w[1].text);
}

static const struct statement module_statements[] = {
	{ NULL, "PARAMETER VALUE", 1, 1, 0, module_param },
};

static void top_module(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *name = &stmt->words[1];

	if (!is_made_of(name->text, LOWER_AND_DIGITS)) {
		adm_error(p->diag, &name->at,
			  "'%s' is no name of a module, expected one such as scst or scst_local",
			 name->text);
		adm_stmt_skip(&p->lex, stmt);
		return;
	}
	p->module = name->text;
	block_read(p, module_statements, ADM_COUNT(module_statements), "module");
	p->module = NULL;
}

/* ---- the top ---- */

static void top_threads(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *w = &stmt->words[1];
	uint64_t val;

	if (!adm_number(w->text, ADM_MAX_THREADS, &val) || !val) {
		adm_error(p->diag, &w->at,
			  "'%s' is no number of threads, expected 1 to %d",
			 w->text, ADM_MAX_THREADS);
		return;
	}
	if (p->config->threads)
		adm_error(p->diag, &w->at, "a second 'threads', expected one");
	p->config->threads = val;
	p->config->threads_at = w->at;
}

static void include_file(struct parser *p, const struct adm_place *at,
			 const char *path)
{
	struct parser inner = { p->config, p->diag, p->loader };
	const char *file = adm_arena_str(&p->config->arena, path);
	size_t len;
	char *text = p->loader->load(p->loader, path, &len);

	if (!text) {
		adm_error(p->diag, at, "can't include '%s': %s", path,
			  strerror(errno));
		return;
	}
	p->config->includes++;
	inner.depth = p->depth + 1;
	adm_lex_init(&inner.lex, p->diag, file, text, len);
	block_read(&inner, NULL, 0, NULL);
	adm_lex_free(&inner.lex);
	free(text);
}

static void top_include(struct parser *p, const struct adm_stmt *stmt)
{
	const struct adm_word *w = &stmt->words[1];
	struct adm_vec paths = { NULL };
	char *path;
	size_t i;
	int err;

	if (!p->loader) {
		adm_error(p->diag, &w->at,
			  "nothing can be included here, expected the statements themselves");
		return;
	}
	if (p->depth == MAX_DEPTH) {
		adm_error(p->diag, &w->at,
			  "files include each other more than %d deep, expected no loop",
			 MAX_DEPTH);
		return;
	}
	err = p->loader->expand(p->loader, w->text, stmt->words[0].at.file,
				&paths);
	if (err)
		adm_error(p->diag, &w->at, "can't look for '%s': %s", w->text,
			  strerror(-err));
	else if (!paths.n && !strpbrk(w->text, "*?["))
		adm_error(p->diag, &w->at,
			  "there is no file '%s', expected one (a pattern may match nothing)",
			 w->text);
	adm_vec_for_each(&paths, i, path) {
		include_file(p, &w->at, path);
		free(path);
	}
	adm_vec_free(&paths);
}

static const struct statement top_statements[] = {
	{ "module", "NAME { ... }", 1, 1, NEEDED, top_module },
	{ "threads", "NUMBER", 1, 1, 0, top_threads },
	{ "device", "NAME { ... }", 1, 1, NEEDED, top_device },
	{ "group", "NAME { ... }", 1, 1, ALLOWED, top_group },
	{ "target", "scst_local NAME { ... }", 2, 2, ALLOWED, top_target },
	{ "include", "PATTERN", 1, 1, 0, top_include },
};

/* ---- any block ---- */

static void unknown_statement(struct parser *p, const struct statement *table,
			      size_t n, const char *what)
{
	const struct adm_word *w = &p->stmt.words[0];
	struct adm_guess guess = { w->text };
	struct adm_text all = { NULL };
	const char *best;
	size_t i;

	for (i = 0; i < n; i++) {
		adm_guess_try(&guess, table[i].name);
		adm_text_addf(&all, "%s%s", !i ? "" : i + 1 < n ? ", " : " or ",
			      table[i].name);
	}
	best = adm_guess_end(&guess);
	adm_error(p->diag, &w->at, "unknown statement '%s'%s%s, expected %s%s%s%s",
		  w->text, what ? " in a " : "", what ? what : "",
		 adm_text_str(&all), best ? "; did you mean '" : "",
		 best ? best : "", best ? "'?" : "");
	adm_text_free(&all);
}

/* Does the statement have the words, and the block, that it has to have? */
static bool has_form(struct parser *p, const struct statement *s)
{
	const struct adm_stmt *stmt = &p->stmt;
	size_t args = stmt->n - 1;
	const char *name = stmt->words[0].text;

	if (args < s->min) {
		adm_error(p->diag, &stmt->end_at,
			  "'%s' is not complete, expected '%s %s'", name,
			 s->name ? s->name : name, s->usage);
		return false;
	}
	if (args > s->max) {
		adm_error(p->diag, &stmt->words[s->max + 1].at,
			  "'%s' is too much, expected '%s %s' and the end of the line",
			 stmt->words[s->max + 1].text, s->name ? s->name : name,
			 s->usage);
		return false;
	}
	if (stmt->block && !s->block) {
		adm_error(p->diag, &stmt->end_at,
			  "'{' behind '%s', expected the end of the line", name);
		return false;
	}
	if (!stmt->block && s->block == NEEDED) {
		adm_error(p->diag, &stmt->end_at,
			  "no block behind '%s', expected '{' on the same line",
			 name);
		return false;
	}
	return true;
}

static void statement_run(struct parser *p, const struct statement *table,
			  size_t n, const char *what)
{
	struct adm_stmt stmt = p->stmt;
	size_t i;

	for (i = 0; i < n; i++) {
		if (table[i].name && strcmp(table[i].name, stmt.words[0].text))
			continue;
		if (has_form(p, &table[i]))
			table[i].run(p, &stmt);
		else
			adm_stmt_skip(&p->lex, &stmt);
		return;
	}
	unknown_statement(p, table, n, what);
	adm_stmt_skip(&p->lex, &stmt);
}

/* All statements up to the }, or the end of the file at the top. */
static void block_read(struct parser *p, const struct statement *table,
		       size_t n, const char *what)
{
	struct adm_place start = p->lex.tok_at;

	if (!what) {
		table = top_statements;
		n = ADM_COUNT(top_statements);
	}
	for (;;) {
		switch (adm_stmt_read(&p->lex, &p->config->arena, &p->stmt)) {
		case ADM_STMT:
			statement_run(p, table, n, what);
			break;
		case ADM_STMT_CLOSE:
			if (what)
				return;
			adm_error(p->diag, &p->lex.tok_at,
				  "'}' without its '{', expected a statement");
			break;
		case ADM_STMT_EOF:
			if (!what)
				return;
			adm_error(p->diag, &p->lex.tok_at,
				  "the file ends inside a %s, expected '}'", what);
			adm_note(p->diag, &start, "its '{' is here");
			return;
		case ADM_STMT_BAD:
			break;
		}
	}
}

void adm_parse_braces(struct adm_config *config, const char *file,
		      const char *text, size_t len,
		     const struct adm_loader *loader, struct adm_diag *diag)
{
	struct parser p = { config, diag, loader };

	adm_lex_init(&p.lex, diag, adm_arena_str(&config->arena, file), text, len);
	block_read(&p, NULL, 0, NULL);
	adm_lex_free(&p.lex);
}

/* The first thing that is no comment tells the formats apart. */
static bool has_brackets(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '#')
			while (i + 1 < len && text[i + 1] != '\n')
				i++;
		else if (!strchr(" \t\r\n", text[i]) || !text[i])
			return text[i] == '[';
	}
	return false;
}

bool adm_parse(struct adm_config *config, const char *file, const char *text,
	       size_t len, const struct adm_loader *loader, struct adm_diag *diag)
{
	unsigned int errors = diag->errors;

	if (has_brackets(text, len))
		adm_parse_brackets(config, file, text, len, diag);
	else
		adm_parse_braces(config, file, text, len, loader, diag);
	return diag->errors == errors;
}
