// SPDX-License-Identifier: GPL-2.0
/*
 * Words, braces and ends of statements. A word is anything without blanks, braces,
 * semicolons and double quotes, or a text in double quotes, where a backslash takes
 * the next character as it is. # where a word could begin starts a comment.
 */
#include <string.h>

#include "lex.h"

void adm_lex_init(struct adm_lex *lex, struct adm_diag *diag, const char *file,
		  const char *text, size_t len)
{
	memset(lex, 0, sizeof(*lex));
	lex->diag = diag;
	lex->p = text;
	lex->end = text + len;
	lex->at = (struct adm_place){ file, 1, 1 };
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		lex->p += 3;
}

void adm_lex_free(struct adm_lex *lex)
{
	adm_text_free(&lex->word);
}

static void step(struct adm_lex *lex)
{
	if (*lex->p++ == '\n') {
		lex->at.line++;
		lex->at.col = 1;
	} else {
		lex->at.col++;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Bytes that aren't ASCII are the user's business. */
static bool is_plain(char c)
{
	return !is_control(c) && !strchr(" {};\"", c);
}

static void skip_blanks(struct adm_lex *lex)
{
	while (lex->p < lex->end && is_blank(*lex->p))
		step(lex);
	if (lex->p < lex->end && *lex->p == '#')
		while (lex->p < lex->end && *lex->p != '\n')
			step(lex);
}

static enum adm_token quoted(struct adm_lex *lex)
{
	step(lex);
	while (lex->p < lex->end && *lex->p != '"' && *lex->p != '\n') {
		if (*lex->p == '\\' && lex->p + 1 < lex->end &&
		    lex->p[1] != '\n')
			step(lex);
		if (is_control(*lex->p)) {
			adm_error(lex->diag, &lex->at,
				  "a control character (0x%02x) in a text, expected printable ones",
				 (unsigned char)*lex->p);
			step(lex);
			return ADM_TOK_BAD;
		}
		adm_text_addn(&lex->word, lex->p, 1);
		step(lex);
	}
	if (lex->p == lex->end || *lex->p == '\n') {
		adm_error(lex->diag, &lex->tok_at,
			  "a text without an end, expected \" on the same line");
		return ADM_TOK_BAD;
	}
	step(lex);
	return ADM_TOK_WORD;
}

static enum adm_token unquoted(struct adm_lex *lex)
{
	const char *start = lex->p;

	while (lex->p < lex->end && is_plain(*lex->p))
		step(lex);
	if (lex->p > start) {
		adm_text_addn(&lex->word, start, lex->p - start);
		return ADM_TOK_WORD;
	}
	adm_error(lex->diag, &lex->at,
		  "a control character (0x%02x), expected text",
		 (unsigned char)*lex->p);
	step(lex);
	return ADM_TOK_BAD;
}

enum adm_token adm_lex_next(struct adm_lex *lex)
{
	enum adm_token token;

	skip_blanks(lex);
	lex->tok_at = lex->at;
	lex->word.len = 0;
	adm_text_addn(&lex->word, "", 0);
	if (lex->p == lex->end)
		return ADM_TOK_EOF;
	switch (*lex->p) {
	case '{':
		token = ADM_TOK_OPEN;
		break;
	case '}':
		token = ADM_TOK_CLOSE;
		break;
	case '\n':
	case ';':
		token = ADM_TOK_END;
		break;
	case '"':
		return quoted(lex);
	default:
		return unquoted(lex);
	}
	step(lex);
	return token;
}

/* ---- statements ---- */

/* To the end of the statement that something is wrong in, and of its block. */
static void resync(struct adm_lex *lex)
{
	unsigned int depth = 0;
	enum adm_token token;

	for (;;) {
		const char *p = lex->p;
		struct adm_place at = lex->at;

		token = adm_lex_next(lex);
		if (token == ADM_TOK_EOF)
			return;
		if (token == ADM_TOK_OPEN)
			depth++;
		if (token == ADM_TOK_CLOSE && !depth) {
			/* It ends what the statement is in. */
			lex->p = p;
			lex->at = at;
			return;
		}
		if (token == ADM_TOK_CLOSE && !--depth)
			return;
		if (token == ADM_TOK_END && !depth)
			return;
	}
}

void adm_stmt_skip(struct adm_lex *lex, const struct adm_stmt *stmt)
{
	unsigned int depth = stmt->block;
	enum adm_token token;

	while (depth) {
		token = adm_lex_next(lex);
		if (token == ADM_TOK_EOF)
			return;
		depth += token == ADM_TOK_OPEN;
		depth -= token == ADM_TOK_CLOSE;
	}
}

/* One more word; false if there are too many. */
static bool stmt_add(struct adm_lex *lex, struct adm_arena *arena,
		     struct adm_stmt *stmt)
{
	if (stmt->n == ADM_MAX_WORDS) {
		adm_error(lex->diag, &lex->tok_at,
			  "a statement of more than %d words, expected its end",
			 ADM_MAX_WORDS);
		return false;
	}
	stmt->words[stmt->n].at = lex->tok_at;
	stmt->words[stmt->n].text = adm_arena_strn(arena, lex->word.s,
						   lex->word.len);
	stmt->n++;
	return true;
}

/* A } behind words ends the statement as well as the block: it is read again. */
static enum adm_stmt_kind stmt_ended(struct adm_lex *lex, struct adm_stmt *stmt,
				     enum adm_token token, const char *start)
{
	stmt->end_at = lex->tok_at;
	if (token == ADM_TOK_OPEN && !stmt->n) {
		adm_error(lex->diag, &lex->tok_at,
			  "'{' without a statement before it, expected a word");
		stmt->block = true;
		adm_stmt_skip(lex, stmt);
		return ADM_STMT_BAD;
	}
	stmt->block = token == ADM_TOK_OPEN;
	if (stmt->n && token == ADM_TOK_CLOSE) {
		lex->p = start;
		lex->at = lex->tok_at;
	}
	return ADM_STMT;
}

enum adm_stmt_kind adm_stmt_read(struct adm_lex *lex, struct adm_arena *arena,
				 struct adm_stmt *stmt)
{
	enum adm_token token;

	stmt->n = 0;
	stmt->block = false;
	for (;;) {
		token = adm_lex_next(lex);
		switch (token) {
		case ADM_TOK_WORD:
			if (stmt_add(lex, arena, stmt))
				continue;
			resync(lex);
			return ADM_STMT_BAD;
		case ADM_TOK_BAD:
			resync(lex);
			return ADM_STMT_BAD;
		case ADM_TOK_END:
			if (!stmt->n)
				continue;
			break;
		case ADM_TOK_CLOSE:
			if (!stmt->n)
				return ADM_STMT_CLOSE;
			break;
		case ADM_TOK_EOF:
			if (!stmt->n)
				return ADM_STMT_EOF;
			break;
		case ADM_TOK_OPEN:
			break;
		}
		return stmt_ended(lex, stmt, token, lex->p - 1);
	}
}
