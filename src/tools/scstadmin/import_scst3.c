// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration of SCST 3: HANDLER, DEVICE, TARGET_DRIVER, TARGET, GROUP, LUN and
 * INITIATOR with blocks of attributes. There, groups are below targets; here, a name
 * INITIATOR@TARGET says the same.
 */
#include <string.h>

#include "import.h"
#include "lex.h"

struct scst3 {
	struct adm_config *config;
	struct adm_diag *diag;
	struct adm_lex lex;
	struct adm_arena arena;	/* of words */
	struct adm_map renamed;	/* devices by the names that they had */
};

/* What a block is about, for messages and for its attributes. */
struct block {
	const char *what, *name;
	struct adm_device *dev;
	struct adm_group *group;	/* NULL in a target: its default group */
	const char *target, *driver;
	bool read_only;
};

static void lost(struct scst3 *s, const struct adm_stmt *stmt, const struct block *b)
{
	adm_warn(s->diag, &stmt->words[0].at, "not carried over: %s of %s %s",
		 stmt->words[0].text, b->what, b->name);
}

/* Goes on until the block's end; @statement gets each statement of it. */
static void read_block(struct scst3 *s, struct block *b,
		       void (*statement)(struct scst3 *s, struct block *b,
					 const struct adm_stmt *stmt))
{
	struct adm_stmt stmt;

	for (;;) {
		switch (adm_stmt_read(&s->lex, &s->arena, &stmt)) {
		case ADM_STMT:
			statement(s, b, &stmt);
			break;
		case ADM_STMT_CLOSE:
			if (b->what)
				return;
			adm_error(s->diag, &s->lex.tok_at,
				  "'}' without its '{', expected a statement");
			break;
		case ADM_STMT_EOF:
			if (b->what)
				adm_error(s->diag, &s->lex.tok_at,
					  "the file ends inside of %s %s, expected '}'",
					  b->what, b->name);
			return;
		case ADM_STMT_BAD:
			break;
		}
	}
}

static bool is_stmt(const struct adm_stmt *stmt, const char *word, size_t args)
{
	return !strcmp(stmt->words[0].text, word) && stmt->n > args;
}

static const char *arg(const struct adm_stmt *stmt, size_t n)
{
	return stmt->n > n ? stmt->words[n].text : "";
}

/* ---- devices ---- */

static const struct {
	const char *name, *handler, *flag;
} handler_names[] = {
	{ "vdisk_fileio", "vdisk", NULL },
	{ "vdisk_blockio", "vdisk", "blockio" },
	{ "vdisk_nullio", "vdisk", "nullio" },
	{ "dev_user", "external", NULL },
};

/* By these an initiator knows a disk. */
static bool is_identity(const char *name)
{
	static const char *const names[] = {
		"t10_dev_id", "t10_vend_id", "usn", "naa_id", "eui64_id", "prod_id",
		"prod_rev_lvl", "vend_specific_id", "scsi_device_name",
	};
	size_t i;

	for (i = 0; i < ADM_COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Attributes that are flags here, by their names there. */
static const char *flag_of(const char *name)
{
	if (!strcmp(name, "thin_provisioned"))
		return "thin";
	return adm_flag_find(name) ? name : NULL;
}

static void device_attribute(struct scst3 *s, struct block *b,
			     const struct adm_stmt *stmt)
{
	const char *name = stmt->words[0].text, *val = arg(stmt, 1);
	const char *flag = flag_of(name);
	bool virtual = b->dev->handler->kind == ADM_VDISK;

	if (stmt->block) {
		lost(s, stmt, b);
		adm_stmt_skip(&s->lex, stmt);
	} else if (!strcmp(name, "filename") && b->dev->handler->kind <= ADM_VCDROM) {
		if (*val && adm_check_path(s->diag, &stmt->words[1].at, val))
			b->dev->path = adm_arena_str(&s->config->arena, val);
	} else if (!strcmp(name, "blocksize") && virtual) {
		adm_check_block_size(s->diag, &stmt->words[0].at, val,
				     &b->dev->block_size);
	} else if (flag && virtual) {
		if (!strcmp(val, "1"))
			adm_check_flag(s->diag, &stmt->words[0].at, flag,
				       &b->dev->flags);
	} else if (is_identity(name)) {
		adm_warn(s->diag, &stmt->words[0].at,
			 "not carried over: %s %s of device %s: initiators take it for another disk",
			 name, val, b->name);
	} else {
		lost(s, stmt, b);
	}
}

static void read_device(struct scst3 *s, const struct block *handler,
			const struct adm_stmt *stmt)
{
	const char *name = stmt->words[1].text, *known = handler->name;
	struct block b = { "device", name };
	size_t i;

	b.dev = adm_import_device(s->config, s->diag, &stmt->words[1].at, name);
	for (i = 0; i < ADM_COUNT(handler_names); i++)
		if (!strcmp(handler_names[i].name, handler->name)) {
			known = handler_names[i].handler;
			if (handler_names[i].flag)
				adm_check_flag(s->diag, &stmt->words[0].at,
					       handler_names[i].flag, &b.dev->flags);
		}
	b.dev->handler = adm_handler_find(known);
	if (!b.dev->handler) {
		adm_warn(s->diag, &stmt->words[0].at,
			 "device '%s' of the unknown handler %s is one that somebody else makes",
			 name, handler->name);
		b.dev->handler = adm_handler_find("external");
	}
	adm_map_put(&s->renamed, name, b.dev);
	if (stmt->block)
		read_block(s, &b, device_attribute);
	adm_check_device(s->diag, b.dev);
}

static void handler_statement(struct scst3 *s, struct block *b,
			      const struct adm_stmt *stmt)
{
	if (is_stmt(stmt, "DEVICE", 1)) {
		read_device(s, b, stmt);
		return;
	}
	lost(s, stmt, b);
	adm_stmt_skip(&s->lex, stmt);
}

/* ---- LUNs ---- */

static void lun_attribute(struct scst3 *s, struct block *b, const struct adm_stmt *stmt)
{
	if (!stmt->block && !strcmp(stmt->words[0].text, "read_only"))
		b->read_only = !strcmp(arg(stmt, 1), "1");
	else
		lost(s, stmt, b);
	adm_stmt_skip(&s->lex, stmt);
}

static void read_lun(struct scst3 *s, struct block *parent, const struct adm_stmt *stmt)
{
	const struct adm_device *dev = adm_map_get(&s->renamed, stmt->words[2].text);
	struct block b = { "LUN", stmt->words[1].text };
	struct adm_group *group = parent->group;
	unsigned int lun;

	if (stmt->block)
		read_block(s, &b, lun_attribute);
	if (!adm_check_lun(s->diag, &stmt->words[1].at, stmt->words[1].text, &lun))
		return;
	if (!dev) {
		adm_warn(s->diag, &stmt->words[2].at,
			 "not carried over: LUN %u, whose device '%s' isn't in the file",
			 lun, stmt->words[2].text);
		return;
	}
	if (!group)
		group = adm_import_default(s->config, parent->target);
	adm_import_lun(s->config, s->diag, &stmt->words[1].at, group, lun, dev->name,
		       b.read_only);
}

/* ---- targets ---- */

static void read_initiator(struct scst3 *s, struct block *b, const struct adm_stmt *stmt)
{
	const char *name = stmt->words[1].text;

	if (*name == '!')
		adm_warn(s->diag, &stmt->words[1].at,
			 "not carried over: initiator '%s': there are no names for all others here",
			 name);
	else
		adm_import_initiator(s->config, s->diag, &stmt->words[1].at, b->group,
				     name, b->target);
	adm_stmt_skip(&s->lex, stmt);
}

static void group_statement(struct scst3 *s, struct block *b, const struct adm_stmt *stmt)
{
	if (is_stmt(stmt, "LUN", 2)) {
		read_lun(s, b, stmt);
	} else if (is_stmt(stmt, "INITIATOR", 1)) {
		read_initiator(s, b, stmt);
	} else {
		lost(s, stmt, b);
		adm_stmt_skip(&s->lex, stmt);
	}
}

/* Attributes that say what is so anyhow, or that mean nothing here. */
static bool is_silent(const struct adm_stmt *stmt)
{
	return !stmt->block && is_stmt(stmt, "enabled", 1) &&
	       !strcmp(stmt->words[1].text, "1");
}

static void target_statement(struct scst3 *s, struct block *b,
			     const struct adm_stmt *stmt)
{
	if (is_stmt(stmt, "GROUP", 1)) {
		struct block group = { "group", stmt->words[1].text };

		group.target = b->target;
		group.group = adm_import_group(s->config, stmt->words[1].text);
		if (stmt->block)
			read_block(s, &group, group_statement);
	} else if (is_stmt(stmt, "LUN", 2)) {
		read_lun(s, b, stmt);
	} else {
		if (!is_silent(stmt))
			lost(s, stmt, b);
		adm_stmt_skip(&s->lex, stmt);
	}
}

static void read_target(struct scst3 *s, const struct block *driver,
			const struct adm_stmt *stmt)
{
	const struct adm_word *name = &stmt->words[1];
	struct block b = { "target", name->text };

	b.target = name->text;
	if (!adm_check_name(s->diag, &name->at, "a target", name->text, ADM_MAX_PEER)) {
		adm_stmt_skip(&s->lex, stmt);
		return;
	}
	if (strcmp(driver->name, "scst_local")) {
		adm_warn(s->diag, &name->at,
			 "not carried over: target %s of %s: its groups are, for when a driver has a target of this name",
			 name->text, driver->name);
	} else if (!adm_target_find(s->config, name->text)) {
		adm_target_add(s->config, &name->at, "scst_local", name->text);
		adm_warn(s->diag, &name->at,
			 "target %s has no session here yet: add 'session NAME'",
			 name->text);
	}
	if (stmt->block)
		read_block(s, &b, target_statement);
}

static void driver_statement(struct scst3 *s, struct block *b,
			     const struct adm_stmt *stmt)
{
	if (is_stmt(stmt, "TARGET", 1)) {
		read_target(s, b, stmt);
		return;
	}
	if (!is_silent(stmt))
		lost(s, stmt, b);
	adm_stmt_skip(&s->lex, stmt);
}

/* ---- the top ---- */

static void top_statement(struct scst3 *s, struct block *b, const struct adm_stmt *stmt)
{
	struct block inner = { NULL, arg(stmt, 1) };

	(void)b;
	if (is_stmt(stmt, "HANDLER", 1) && stmt->block) {
		inner.what = "handler";
		read_block(s, &inner, handler_statement);
	} else if (is_stmt(stmt, "TARGET_DRIVER", 1) && stmt->block) {
		inner.what = "driver";
		read_block(s, &inner, driver_statement);
	} else if (is_stmt(stmt, "HANDLER", 1) || is_stmt(stmt, "TARGET_DRIVER", 1)) {
		/* Loaded, and that is all. */
	} else {
		adm_warn(s->diag, &stmt->words[0].at, "not carried over: %s %s",
			 stmt->words[0].text, inner.name);
		adm_stmt_skip(&s->lex, stmt);
	}
}

bool adm_import_scst3(struct adm_config *config, const char *file, const char *text,
		      size_t len, struct adm_diag *diag)
{
	struct scst3 s = { config, diag };
	unsigned int errors = diag->errors;
	struct block top = { NULL };

	adm_lex_init(&s.lex, diag, adm_arena_str(&config->arena, file), text, len);
	read_block(&s, &top, top_statement);
	if (diag->errors == errors && !config->devices.n && !config->groups.n)
		adm_error(diag, &s.lex.at,
			  "no HANDLER with a DEVICE in it, expected a configuration of SCST 3");
	adm_lex_free(&s.lex);
	adm_map_free(&s.renamed);
	adm_arena_free(&s.arena);
	return diag->errors == errors;
}
