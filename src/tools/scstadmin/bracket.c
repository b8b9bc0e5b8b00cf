// SPDX-License-Identifier: GPL-2.0
/*
 * The format that scstadmin had in 2008: sections in brackets, then lines of a
 * keyword and of fields with commas between.
 *
 *	[HANDLER vdisk]		DEVICE name,path,option|option,block size
 *	[HANDLER vcdrom]	DEVICE name,path
 *	[HANDLER dev_disk]	DEVICE H:C:I:L
 *	[GROUP g]		USER initiator
 *	[ASSIGNMENT g]		DEVICE name,lun[,READ_ONLY]
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "parse.h"

#define MAX_FIELDS	8

struct reader {
	struct adm_config *config;
	struct adm_diag *diag;
	char *line;		/* the present one, cut up */
	struct adm_place at;	/* of its start */
	const struct section *section;
	const struct adm_handler *handler;
	struct adm_group *group;
};

struct section {
	const char *name;
	const char *keyword;	/* NULL: nothing in it means anything to us */
	bool (*begin)(struct reader *r, char *arg);
	void (*line)(struct reader *r, char **fields, size_t n);
};

static struct adm_place place_of(const struct reader *r, const char *p)
{
	struct adm_place at = r->at;

	at.col = p - r->line + 1;
	return at;
}

/* ---- devices ---- */

static bool handler_begin(struct reader *r, char *arg)
{
	struct adm_place at = place_of(r, arg);

	/* BLOCKIO devices are shown as those of vdisk_blk, which opens none. */
	r->handler = adm_check_handler(r->diag, &at,
				       strcmp(arg, "vdisk_blk") ? arg : "vdisk");
	return r->handler;
}

static void read_options(struct reader *r, char *word, unsigned int *flags)
{
	char *option, *rest = word;

	while ((option = strsep(&rest, "| "))) {
		struct adm_place at = place_of(r, option);

		if (*option)
			adm_check_flag(r->diag, &at, option, flags);
	}
}

static void handler_line(struct reader *r, char **fields, size_t n)
{
	struct adm_device dev = { place_of(r, fields[0]), fields[0] };
	unsigned int errors = r->diag->errors;
	struct adm_device *added;
	struct adm_place at;

	dev.handler = r->handler;
	if (adm_device_find(r->config, dev.name)) {
		adm_error(r->diag, &dev.at,
			  "a second device '%s', expected another name", dev.name);
		return;
	}
	if (n > 1 && *fields[1]) {
		at = place_of(r, fields[1]);
		if (adm_check_path(r->diag, &at, fields[1]))
			dev.path = fields[1];
	}
	if (n > 2)
		read_options(r, fields[2], &dev.flags);
	if (n > 3 && *fields[3]) {
		at = place_of(r, fields[3]);
		adm_check_block_size(r->diag, &at, fields[3], &dev.block_size);
	}
	if (r->handler->kind == ADM_VCDROM) {
		dev.flags = 0;
		dev.block_size = 0;
	}
	if (r->diag->errors > errors || !adm_check_device(r->diag, &dev))
		return;
	added = adm_device_add(r->config, &dev.at, dev.name);
	added->handler = dev.handler;
	added->path = adm_arena_str(&r->config->arena, dev.path);
	added->flags = dev.flags;
	added->block_size = dev.block_size;
}

/* ---- groups ---- */

static bool group_begin(struct reader *r, char *arg)
{
	struct adm_place at = place_of(r, arg);

	if (!adm_check_group_name(r->diag, &at, arg))
		return false;
	r->group = adm_group_find(r->config, arg);
	if (!r->group)
		r->group = adm_group_add(r->config, &at, arg);
	return true;
}

static void group_line(struct reader *r, char **fields, size_t n)
{
	struct adm_place at = place_of(r, fields[0]);

	(void)n;
	if (adm_check_new_name(r->diag, &at, r->config, r->group, fields[0]))
		adm_name_add(r->config, &r->group->names, &at, fields[0]);
}

static void assignment_line(struct reader *r, char **fields, size_t n)
{
	struct adm_place at = place_of(r, fields[0]);
	struct adm_place lun_at;
	unsigned int lun;

	if (n < 2) {
		adm_error(r->diag, &at,
			  "device '%s' without a LUN, expected 'DEVICE name,lun'",
			 fields[0]);
		return;
	}
	lun_at = place_of(r, fields[1]);
	if (!adm_check_lun(r->diag, &lun_at, fields[1], &lun))
		return;
	if (n > 2 && *fields[2] && strcasecmp(fields[2], "READ_ONLY")) {
		lun_at = place_of(r, fields[2]);
		adm_error(r->diag, &lun_at,
			  "unknown flag '%s' of a LUN, expected READ_ONLY or nothing",
			 fields[2]);
		return;
	}
	if (adm_check_name(r->diag, &at, "a device", fields[0], ADM_MAX_NAME) &&
	    adm_check_new_lun(r->diag, &lun_at, r->group, lun, fields[0]))
		adm_lun_add(r->config, r->group, &at, lun, fields[0],
			    n > 2 && *fields[2]);
}

/* ---- sections ---- */

/* Which host adapters are targets: drivers have their own ways today. */
static bool targets_begin(struct reader *r, char *arg)
{
	struct adm_place at = place_of(r, arg);

	adm_warn(r->diag, &at,
		 "a section about target hardware is not carried over: enable targets as their driver says");
	return true;
}

static const struct section sections[] = {
	{ "HANDLER", "DEVICE", handler_begin, handler_line },
	{ "GROUP", "USER", group_begin, group_line },
	{ "ASSIGNMENT", "DEVICE", group_begin, assignment_line },
	{ "TARGETS", NULL, targets_begin, NULL },
};

static const struct section *section_find(struct reader *r, const char *name)
{
	struct adm_guess guess = { name };
	struct adm_place at = place_of(r, name);
	const char *best;
	size_t i;

	for (i = 0; i < ADM_COUNT(sections); i++) {
		if (!strcasecmp(sections[i].name, name))
			return &sections[i];
		adm_guess_try(&guess, sections[i].name);
	}
	best = adm_guess_end(&guess);
	adm_error(r->diag, &at,
		  "unknown section '%s', expected HANDLER, GROUP, ASSIGNMENT or TARGETS%s%s%s",
		 name, best ? "; did you mean '" : "", best ? best : "",
		 best ? "'?" : "");
	return NULL;
}

/* [NAME ARG]; what follows a section that is wrong is not looked at. */
static void read_section(struct reader *r, char *p)
{
	char *end = strchr(p, ']'), *name, *arg;
	struct adm_place at = place_of(r, p);

	r->section = NULL;
	if (!end || end[1 + strspn(end + 1, " \t")]) {
		adm_error(r->diag, &at, "not a section, expected '[NAME ARGUMENT]'");
		return;
	}
	*end = '\0';
	p++;
	name = adm_next_word(&p);
	arg = adm_next_word(&p);
	if (!arg || adm_next_word(&p)) {
		adm_error(r->diag, &at,
			  "a section of %s words, expected '[NAME ARGUMENT]'",
			 arg ? "more than two" : "less than two");
		return;
	}
	r->section = section_find(r, name);
	if (r->section && !r->section->begin(r, arg))
		r->section = NULL;
}

static char *trim(char *p)
{
	char *end;

	p += strspn(p, " \t");
	end = p + strlen(p);
	while (end > p && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return p;
}

static void read_entry(struct reader *r, char *p)
{
	char *fields[MAX_FIELDS];
	struct adm_place at = place_of(r, p);
	char *keyword, *rest, *field;
	size_t n = 0;

	if (!r->section || !r->section->keyword)
		return;
	rest = p;
	keyword = adm_next_word(&rest);
	if (strcasecmp(keyword, r->section->keyword)) {
		adm_error(r->diag, &at, "unknown line '%s', expected '%s ...'",
			  keyword, r->section->keyword);
		return;
	}
	rest = trim(rest);
	while (n < MAX_FIELDS && (field = strsep(&rest, ",")))
		fields[n++] = trim(field);
	if (!n || !*fields[0]) {
		adm_error(r->diag, &at, "nothing behind '%s', expected a name",
			  keyword);
		return;
	}
	r->section->line(r, fields, n);
}

static void read_line(struct reader *r)
{
	char *p = r->line + strspn(r->line, " \t");
	struct adm_place at;

	at = r->at;
	p = trim(p);
	if (!*p || *p == '#')
		return;
	if (*p == '[') {
		read_section(r, p);
		return;
	}
	if (!r->section && !r->diag->errors) {
		at.col = p - r->line + 1;
		adm_error(r->diag, &at, "'%.20s' before any section, expected '['", p);
		return;
	}
	read_entry(r, p);
}

void adm_parse_brackets(struct adm_config *config, const char *file,
			const char *text, size_t len, struct adm_diag *diag)
{
	struct reader r = { config, diag };
	const char *nul = memchr(text, '\0', len);
	char *rest = adm_arena_strn(&config->arena, text, len);

	r.at = (struct adm_place){ adm_arena_str(&config->arena, file), 0, 1 };
	if (nul) {
		adm_error(diag, &r.at, "a NUL byte in it, expected text");
		return;
	}
	while ((r.line = adm_next_line(&rest))) {
		r.at.line++;
		read_line(&r);
	}
}
