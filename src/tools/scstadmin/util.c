// SPDX-License-Identifier: GPL-2.0
/* Memory and words. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define ARENA_CHUNK	(64 * 1024)
#define ARENA_ALIGN	16
#define GUESS_MAX	64	/* longer words aren't compared */

void *adm_realloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p) {
		fputs("scstadmin: no memory\n", stderr);
		exit(1);
	}
	return p;
}

void *adm_zalloc(size_t size)
{
	return memset(adm_realloc(NULL, size), 0, size);
}

/* ---- arena ---- */

struct adm_chunk {
	struct adm_chunk *next;
	size_t used, size;
	char data[] __attribute__((aligned(ARENA_ALIGN)));
};

void *adm_arena_alloc(struct adm_arena *arena, size_t size)
{
	struct adm_chunk *chunk = arena->chunks;
	size_t need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	void *p;

	if (!chunk || chunk->size - chunk->used < need) {
		size_t room = need > ARENA_CHUNK ? need : ARENA_CHUNK;

		chunk = adm_realloc(NULL, sizeof(*chunk) + room);
		chunk->used = 0;
		chunk->size = room;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += need;
	return memset(p, 0, size);
}

char *adm_arena_strn(struct adm_arena *arena, const char *text, size_t len)
{
	char *p = adm_arena_alloc(arena, len + 1);

	memcpy(p, text, len);
	return p;
}

char *adm_arena_str(struct adm_arena *arena, const char *text)
{
	return text ? adm_arena_strn(arena, text, strlen(text)) : NULL;
}

void adm_arena_free(struct adm_arena *arena)
{
	struct adm_chunk *chunk;

	while ((chunk = arena->chunks)) {
		arena->chunks = chunk->next;
		free(chunk);
	}
}

/* ---- array of pointers ---- */

void adm_vec_add(struct adm_vec *vec, void *item)
{
	if (vec->n == vec->room) {
		vec->room = vec->room ? vec->room * 2 : 8;
		vec->v = adm_realloc(vec->v, vec->room * sizeof(*vec->v));
	}
	vec->v[vec->n++] = item;
}

void adm_vec_del(struct adm_vec *vec, size_t place)
{
	vec->n--;
	memmove(vec->v + place, vec->v + place + 1,
		(vec->n - place) * sizeof(*vec->v));
}

void adm_vec_free(struct adm_vec *vec)
{
	free(vec->v);
	memset(vec, 0, sizeof(*vec));
}

/* ---- map: open addressing, never more than half full ---- */

struct adm_map_slot {
	const char *key;
	void *item;
};

/* FNV-1a */
static size_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (*key)
		hash = (hash ^ (unsigned char)*key++) * 0x100000001b3ULL;
	return hash ^ hash >> 32;
}

static struct adm_map_slot *slot_of(const struct adm_map *map, const char *key)
{
	size_t i = hash_of(key) & (map->room - 1);

	while (map->slots[i].key && strcmp(map->slots[i].key, key))
		i = (i + 1) & (map->room - 1);
	return &map->slots[i];
}

void *adm_map_get(const struct adm_map *map, const char *key)
{
	return map->room ? slot_of(map, key)->item : NULL;
}

static void map_grow(struct adm_map *map)
{
	struct adm_map old = *map;
	size_t i;

	map->room = old.room ? old.room * 2 : 64;
	map->slots = adm_zalloc(map->room * sizeof(*map->slots));
	for (i = 0; i < old.room; i++)
		if (old.slots[i].key)
			*slot_of(map, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void adm_map_put(struct adm_map *map, const char *key, void *item)
{
	struct adm_map_slot *slot;

	if (map->n * 2 >= map->room)
		map_grow(map);
	slot = slot_of(map, key);
	if (!slot->key) {
		slot->key = key;
		map->n++;
	}
	slot->item = item;
}

void adm_map_free(struct adm_map *map)
{
	free(map->slots);
	memset(map, 0, sizeof(*map));
}

/* ---- words ---- */

bool adm_number(const char *word, uint64_t max, uint64_t *val)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	n = strtoull(word, &end, 0);
	if (errno || *end || n > max)
		return false;
	*val = n;
	return true;
}

bool adm_is_word(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (!*p)
		return false;
	for (; *p; p++)
		if (*p <= ' ' || *p == 0x7f)
			return false;
	return true;
}

char *adm_next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");
	char *end = word + strcspn(word, " \t");

	if (!*word)
		return NULL;
	*line = end + !!*end;
	*end = '\0';
	return word;
}

char *adm_next_line(char **text)
{
	char *line = *text;
	char *end;

	if (!*line)
		return NULL;
	end = line + strcspn(line, "\n");
	*text = end + !!*end;
	*end = '\0';
	return line;
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return tolower((unsigned char)c);
}

/*
 * Letters added, left out, changed, or exchanged with their neighbours (optimal string
 * alignment), without regard to case; three rows of the table at a time.
 */
unsigned int adm_distance(const char *a, const char *b)
{
	unsigned int rows[3][GUESS_MAX + 1];
	size_t i, j, len = strlen(b);

	if (len > GUESS_MAX || strlen(a) > GUESS_MAX)
		return GUESS_MAX;
	for (j = 0; j <= len; j++)
		rows[0][j] = j;
	for (i = 1; a[i - 1]; i++) {
		unsigned int *row = rows[i % 3], *above = rows[(i + 2) % 3];
		unsigned int *before = rows[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= len; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);

			row[j] = least(above[j - 1] + !same,
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[(i - 1) % 3][len];
}

void adm_guess_try(struct adm_guess *guess, const char *candidate)
{
	unsigned int distance = adm_distance(guess->word, candidate);

	if (!guess->best || distance < guess->distance) {
		guess->best = candidate;
		guess->distance = distance;
	}
}

const char *adm_guess_end(const struct adm_guess *guess)
{
	size_t len = strlen(guess->word);

	if (!guess->best || guess->distance > (len < 4 ? 1 : len / 3))
		return NULL;
	return guess->best;
}
