// SPDX-License-Identifier: GPL-2.0
/* Growing text, and messages, which are collected so that tests can look at them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static void text_room(struct adm_text *text, size_t more)
{
	if (text->room - text->len > more)
		return;
	text->room = (text->len + more + 1) * 2;
	text->s = adm_realloc(text->s, text->room);
}

void adm_text_addn(struct adm_text *text, const char *s, size_t len)
{
	text_room(text, len);
	memcpy(text->s + text->len, s, len);
	text->len += len;
	text->s[text->len] = '\0';
}

void adm_text_add(struct adm_text *text, const char *s)
{
	adm_text_addn(text, s, strlen(s));
}

static void text_addv(struct adm_text *text, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		return;
	text_room(text, len);
	vsnprintf(text->s + text->len, len + 1, fmt, args);
	text->len += len;
}

void adm_text_addf(struct adm_text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_addv(text, fmt, args);
	va_end(args);
}

const char *adm_text_str(const struct adm_text *text)
{
	return text->s ? text->s : "";
}

void adm_text_free(struct adm_text *text)
{
	free(text->s);
	memset(text, 0, sizeof(*text));
}

/* ---- messages ---- */

static void diag_add(struct adm_diag *diag, const struct adm_place *at,
		     const char *kind, const char *fmt, va_list args)
{
	if (at && at->file) {
		adm_text_add(&diag->text, at->file);
		if (at->line)
			adm_text_addf(&diag->text, ":%u:%u", at->line, at->col);
	} else {
		adm_text_add(&diag->text, "scstadmin");
	}
	adm_text_addf(&diag->text, ": %s", kind);
	text_addv(&diag->text, fmt, args);
	adm_text_add(&diag->text, "\n");
}

void adm_error(struct adm_diag *diag, const struct adm_place *at,
	       const char *fmt, ...)
{
	va_list args;

	diag->errors++;
	va_start(args, fmt);
	diag_add(diag, at, "", fmt, args);
	va_end(args);
}

void adm_warn(struct adm_diag *diag, const struct adm_place *at,
	      const char *fmt, ...)
{
	va_list args;

	diag->warnings++;
	va_start(args, fmt);
	diag_add(diag, at, "warning: ", fmt, args);
	va_end(args);
}

void adm_note(struct adm_diag *diag, const struct adm_place *at,
	      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	diag_add(diag, at, "note: ", fmt, args);
	va_end(args);
}

void adm_diag_flush(struct adm_diag *diag)
{
	fflush(stdout);
	fputs(adm_text_str(&diag->text), stderr);
	diag->text.len = 0;
	if (diag->text.s)
		diag->text.s[0] = '\0';
}

void adm_diag_free(struct adm_diag *diag)
{
	adm_text_free(&diag->text);
}
