/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a configuration file, and the statements that they make. */
#ifndef SCSTADMIN_LEX_H
#define SCSTADMIN_LEX_H

#include "util.h"

#define ADM_MAX_WORDS	32

enum adm_token {
	ADM_TOK_WORD,
	ADM_TOK_OPEN,	/* { */
	ADM_TOK_CLOSE,	/* } */
	ADM_TOK_END,	/* of a statement: a line's end, or ; */
	ADM_TOK_EOF,
	ADM_TOK_BAD,	/* and told so */
};

struct adm_lex {
	const char *p, *end;
	struct adm_place at;	/* of p */
	struct adm_diag *diag;
	/* The last token */
	struct adm_place tok_at;
	struct adm_text word;
};

struct adm_word {
	struct adm_place at;
	const char *text;
};

/* WORD... followed by the end of the statement, or by a block. */
struct adm_stmt {
	struct adm_word words[ADM_MAX_WORDS];
	size_t n;
	struct adm_place end_at;	/* where a further word would have been */
	bool block;	/* a { has been read */
};

enum adm_stmt_kind {
	ADM_STMT,
	ADM_STMT_CLOSE,	/* } instead of a statement */
	ADM_STMT_EOF,
	ADM_STMT_BAD,	/* told so, and skipped */
};

void adm_lex_init(struct adm_lex *lex, struct adm_diag *diag, const char *file,
		  const char *text, size_t len);
void adm_lex_free(struct adm_lex *lex);
enum adm_token adm_lex_next(struct adm_lex *lex);

/* The texts of words are in @arena. */
enum adm_stmt_kind adm_stmt_read(struct adm_lex *lex, struct adm_arena *arena,
				 struct adm_stmt *stmt);
/* Go on behind the block that @stmt has opened, if it has. */
void adm_stmt_skip(struct adm_lex *lex, const struct adm_stmt *stmt);

#endif /* SCSTADMIN_LEX_H */
