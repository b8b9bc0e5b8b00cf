/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory, text and messages. Objects live in an arena and end with it: nothing is
 * freed alone. No memory ends the program.
 */
#ifndef SCSTADMIN_UTIL_H
#define SCSTADMIN_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADM_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))
#define ADM_COUNT(array)		(sizeof(array) / sizeof((array)[0]))

void *adm_realloc(void *p, size_t size);
void *adm_zalloc(size_t size);

/* ---- arena ---- */

struct adm_arena {
	struct adm_chunk *chunks;
};

void *adm_arena_alloc(struct adm_arena *arena, size_t size);
char *adm_arena_str(struct adm_arena *arena, const char *text);
char *adm_arena_strn(struct adm_arena *arena, const char *text, size_t len);
void adm_arena_free(struct adm_arena *arena);

/* ---- array of pointers ---- */

struct adm_vec {
	void **v;
	size_t n, room;
};

void adm_vec_add(struct adm_vec *vec, void *item);
void adm_vec_del(struct adm_vec *vec, size_t place);
void adm_vec_free(struct adm_vec *vec);

/* Every item of @vec, as @item; @place is a size_t. */
#define adm_vec_for_each(vec, place, item)				\
	for (place = 0;							\
	     place < (vec)->n && (item = (vec)->v[place], true); place++)

/* ---- index of things by a text; the key must outlive it ---- */

struct adm_map {
	struct adm_map_slot *slots;
	size_t n, room;
};

void *adm_map_get(const struct adm_map *map, const char *key);
void adm_map_put(struct adm_map *map, const char *key, void *item);
void adm_map_free(struct adm_map *map);

/* ---- growing text ---- */

struct adm_text {
	char *s;	/* NULL: nothing was ever added */
	size_t len, room;
};

void adm_text_addn(struct adm_text *text, const char *s, size_t len);
void adm_text_add(struct adm_text *text, const char *s);
void adm_text_addf(struct adm_text *text, const char *fmt, ...) ADM_PRINTF(2, 3);
const char *adm_text_str(const struct adm_text *text);
void adm_text_free(struct adm_text *text);

/* ---- words ---- */

/**
 * adm_number() - the whole of @word as decimal, 0x hex or 0 octal
 * @word: text
 * @max: the largest value that will do
 * @val: the value
 *
 * Return: whether it is a number that fits.
 */
bool adm_number(const char *word, uint64_t max, uint64_t *val);
/* How many letters must change to make one out of the other. */
unsigned int adm_distance(const char *a, const char *b);
/* Can be a word of a command to /proc: neither empty, nor with blanks in it. */
bool adm_is_word(const char *text);
/* The next word of a line, or NULL; *@line goes on behind it. It is cut out. */
char *adm_next_word(char **line);
/* The next line of a text, or NULL, without its end. It is cut out. */
char *adm_next_line(char **text);

/* The candidate most like a word, as found so far. */
struct adm_guess {
	const char *word, *best;
	unsigned int distance;
};

void adm_guess_try(struct adm_guess *guess, const char *candidate);
/* Is it like enough to be worth a question? */
const char *adm_guess_end(const struct adm_guess *guess);

/* ---- messages ---- */

/* Where something was said. */
struct adm_place {
	const char *file;	/* NULL: nowhere in particular */
	unsigned int line, col;
};

struct adm_diag {
	struct adm_text text;
	unsigned int errors, warnings;
};

void adm_error(struct adm_diag *diag, const struct adm_place *at,
	       const char *fmt, ...) ADM_PRINTF(3, 4);
void adm_warn(struct adm_diag *diag, const struct adm_place *at,
	      const char *fmt, ...) ADM_PRINTF(3, 4);
void adm_note(struct adm_diag *diag, const struct adm_place *at,
	      const char *fmt, ...) ADM_PRINTF(3, 4);
/* Print all of them to stderr, and forget them. */
void adm_diag_flush(struct adm_diag *diag);
void adm_diag_free(struct adm_diag *diag);

#endif /* SCSTADMIN_UTIL_H */
