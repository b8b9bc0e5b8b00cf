// SPDX-License-Identifier: GPL-2.0
/* Text of /proc/scsi_tgt into a configuration. */
#include <stdio.h>
#include <string.h>

#include "tables.h"

/* The rows of a table with a header. */
static void skip_header(char **text)
{
	adm_next_line(text);
}

/* The last word of a line, cut off; NULL if there is none. */
static char *last_word(char *line)
{
	size_t len = strlen(line);
	char *word;

	while (len && line[len - 1] == ' ')
		line[--len] = '\0';
	if (!len)
		return NULL;
	word = strrchr(line, ' ');
	if (!word)
		return NULL;
	*word = '\0';
	return word + 1;
}

/* ---- devices ---- */

static const struct adm_handler *shown_as(const char *name)
{
	const struct adm_handler *handler;

	if (!strcmp(name, "vdisk_blk"))
		name = "vdisk";
	handler = adm_handler_find(name);
	return handler ? handler : adm_handler_find("external");
}

void adm_table_devices(struct adm_config *config, char *text)
{
	char *line, *name, *handler;
	struct adm_device *dev;

	skip_header(&text);
	while ((line = adm_next_line(&text))) {
		name = adm_next_word(&line);
		handler = adm_next_word(&line);
		if (!handler || adm_device_find(config, name))
			continue;
		dev = adm_device_add(config, NULL, name);
		dev->shown_handler = adm_arena_str(&config->arena, handler);
		dev->handler = shown_as(handler);
	}
}

/* The next row of a device that we know; its size, which comes second, is taken over. */
static struct adm_device *next_device(struct adm_config *config, char **text, char **line)
{
	struct adm_device *dev;
	uint64_t val;
	char *word;

	while ((*line = adm_next_line(text))) {
		word = adm_next_word(line);
		dev = word ? adm_device_find(config, word) : NULL;
		if (!dev)
			continue;
		word = adm_next_word(line);
		if (word && adm_number(word, UINT64_MAX, &val))
			dev->mib = val;
		return dev;
	}
	return NULL;
}

/* "disk1 1024 512 WT RO /srv/disk1": options have no slash, paths begin with one. */
void adm_table_vdisk(struct adm_config *config, char *text)
{
	const struct adm_flag *flag;
	struct adm_device *dev;
	char *line, *word;
	uint64_t val;

	skip_header(&text);
	while ((dev = next_device(config, &text, &line))) {
		word = adm_next_word(&line);
		if (word && adm_number(word, UINT32_MAX, &val))
			dev->block_size = val;
		while ((word = adm_next_word(&line)) && *word != '/') {
			flag = adm_flag_find(word);
			if (flag)
				dev->flags |= flag->bit;
		}
		dev->path = adm_arena_str(&config->arena, word);
	}
}

void adm_table_vcdrom(struct adm_config *config, char *text)
{
	struct adm_device *dev;
	char *line;

	skip_header(&text);
	while ((dev = next_device(config, &text, &line)))
		dev->path = adm_arena_str(&config->arena, adm_next_word(&line));
}

/* ---- groups ---- */

void adm_table_luns(struct adm_config *config, struct adm_group *group, char *text)
{
	char *line, *device, *number, *option;
	uint64_t lun;

	skip_header(&text);
	while ((line = adm_next_line(&text))) {
		device = adm_next_word(&line);
		number = adm_next_word(&line);
		option = adm_next_word(&line);
		if (!number || !adm_number(number, ADM_MAX_LUN, &lun) ||
		    adm_lun_find(group, lun) || adm_lun_of_device(group, device))
			continue;
		adm_lun_add(config, group, NULL, lun, device,
			    option && !strcmp(option, "RO"));
	}
}

void adm_table_names(struct adm_config *config, struct adm_group *group, char *text)
{
	char *line;

	while ((line = adm_next_line(&text)))
		if (*line)
			adm_name_add(config, &group->names, NULL, line);
}

/* ---- targets ---- */

static struct adm_target *local_target(struct adm_config *config, const char *name)
{
	struct adm_target *target = adm_target_find(config, name);

	return target ? target : adm_target_add(config, NULL, "scst_local", name);
}

void adm_table_local(struct adm_config *config, char *text)
{
	struct adm_target *target;
	char *line, *name, *initiator;

	skip_header(&text);
	while ((line = adm_next_line(&text))) {
		name = adm_next_word(&line);
		initiator = adm_next_word(&line);
		if (!initiator)
			continue;
		target = local_target(config, name);
		if (!adm_name_find(&target->sessions, initiator))
			adm_name_add(config, &target->sessions, NULL, initiator);
	}
}

/* The first line is the target's name; its sessions are in the common table. */
void adm_table_local_target(struct adm_config *config, char *text)
{
	char *line = adm_next_line(&text);

	if (line && adm_is_word(line))
		local_target(config, line);
}

/* ---- sessions ---- */

/* Driver first, group and count last: between them is the initiator's name. */
void adm_table_sessions(struct adm_config *config, char *text)
{
	char *line, *driver, *group, *count, *end;
	struct adm_session *sess;

	skip_header(&text);
	while ((line = adm_next_line(&text))) {
		driver = adm_next_word(&line);
		count = driver ? last_word(line) : NULL;
		group = count ? last_word(line) : NULL;
		if (!group)
			continue;
		line += strspn(line, " ");
		for (end = line + strlen(line); end > line && end[-1] == ' ';)
			*--end = '\0';
		sess = adm_arena_alloc(&config->arena, sizeof(*sess));
		sess->driver = adm_arena_str(&config->arena, driver);
		sess->initiator = adm_arena_str(&config->arena, line);
		sess->group = adm_arena_str(&config->arena, group);
		adm_number(count, UINT64_MAX, &sess->commands);
		adm_vec_add(&config->sessions, sess);
	}
}

/* Of a word NAME=VALUE, if it is that name. */
static void take_value(const char *word, const char *name, const char **val)
{
	size_t len = strlen(name);

	if (!strncmp(word, name, len) && word[len] == '=')
		*val = word + len + 1;
}

/* A session in the table before that has no target yet. */
static void session_set_target(struct adm_config *config, const char *driver,
			       const char *initiator, const char *target)
{
	struct adm_session *sess;
	size_t i;

	adm_vec_for_each(&config->sessions, i, sess)
		if (!sess->target && !strcmp(sess->driver, driver) &&
		    !strcmp(sess->initiator, initiator)) {
			sess->target = adm_arena_str(&config->arena, target);
			return;
		}
}

void adm_table_statistics(struct adm_config *config, char *text)
{
	char *line, *word;

	line = adm_next_line(&text);
	if (!line || strcmp(line, "version 1"))
		return;
	while ((line = adm_next_line(&text))) {
		const char *driver = NULL, *target = NULL, *initiator = NULL;

		word = adm_next_word(&line);
		if (!word || strcmp(word, "session"))
			continue;
		while ((word = adm_next_word(&line))) {
			take_value(word, "driver", &driver);
			take_value(word, "target", &target);
			take_value(word, "initiator", &initiator);
		}
		if (driver && target && initiator)
			session_set_target(config, driver, initiator, target);
	}
}

/* ---- sgv ---- */

static bool read_pair(const char *line, const char *label, uint64_t *a, uint64_t *b)
{
	unsigned long long x, y;

	if (strncmp(line, label, strlen(label)) ||
	    sscanf(line + strlen(label), " %llu/%llu", &x, &y) != 2)
		return false;
	*a = x;
	*b = y;
	return true;
}

/* "sgv 10 12 3/4 (P/O)" is a pool, "  sgv-4K 5 6" one of its sizes. */
static void sgv_row(struct adm_sgv *sgv, const char *line)
{
	unsigned long long hit, total, pages, entries;
	struct adm_sgv_row *row;
	char name[64];
	int n;

	n = sscanf(line, " %63s %llu %llu %llu/%llu", name, &hit, &total,
		   &pages, &entries);
	if (n == 2 && !strcmp(name, "other"))
		sgv->other = hit;
	if (n < 3)
		return;
	row = adm_arena_alloc(&sgv->arena, sizeof(*row));
	row->name = adm_arena_str(&sgv->arena, name);
	row->is_pool = *line != ' ';
	row->hit = hit;
	row->total = total;
	if (n == 5) {
		row->pages = pages;
		row->entries = entries;
	}
	adm_vec_add(&sgv->rows, row);
}

void adm_table_sgv(struct adm_sgv *sgv, char *text)
{
	char *line;

	while ((line = adm_next_line(&text)))
		if (!read_pair(line, "Inactive/active pages", &sgv->inactive,
			       &sgv->active) &&
		    !read_pair(line, "Hi/lo watermarks [pages]", &sgv->hi,
			       &sgv->lo) &&
		    !read_pair(line, "Hi watermark releases/failures",
			       &sgv->releases, &sgv->failures))
			sgv_row(sgv, line);
}

void adm_sgv_free(struct adm_sgv *sgv)
{
	adm_vec_free(&sgv->rows);
	adm_arena_free(&sgv->arena);
}
