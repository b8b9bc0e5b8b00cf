// SPDX-License-Identifier: GPL-2.0
/* Configurations as text: what the parser takes for the same again. */
#include <string.h>

#include "model.h"

void adm_print_word(struct adm_text *text, const char *word)
{
	const char *p;

	if (*word && *word != '#' && !strpbrk(word, " \t{};\"")) {
		adm_text_add(text, word);
		return;
	}
	adm_text_add(text, "\"");
	for (p = word; *p; p++) {
		if (*p == '"' || *p == '\\')
			adm_text_add(text, "\\");
		adm_text_addn(text, p, 1);
	}
	adm_text_add(text, "\"");
}

void adm_print_flags(struct adm_text *text, unsigned int flags, const char *between)
{
	const struct adm_flag *flag;
	const char *sep = "";
	size_t i;

	for (i = 0; (flag = adm_flag_at(i)); i++)
		if (flags & flag->bit) {
			adm_text_addf(text, "%s%s", sep, flag->name);
			sep = between;
		}
}

static void print_params(const struct adm_config *config, struct adm_text *text)
{
	const struct adm_param *param, *other;
	size_t i, j;

	/* A module's are together, where the first of them is. */
	adm_vec_for_each(&config->params, i, param) {
		for (j = 0; j < i; j++) {
			other = config->params.v[j];
			if (!strcmp(other->module, param->module))
				break;
		}
		if (j < i)
			continue;
		adm_text_addf(text, "module %s {\n", param->module);
		adm_vec_for_each(&config->params, j, other) {
			if (strcmp(other->module, param->module))
				continue;
			adm_text_add(text, "\t");
			adm_print_word(text, other->name);
			adm_text_add(text, " ");
			adm_print_word(text, other->value);
			adm_text_add(text, "\n");
		}
		adm_text_add(text, "}\n\n");
	}
}

static void print_device(const struct adm_device *dev, struct adm_text *text)
{
	adm_text_add(text, "device ");
	adm_print_word(text, dev->name);
	adm_text_addf(text, " {\n\thandler %s\n", dev->handler->name);
	if (dev->path) {
		adm_text_add(text, "\tpath ");
		adm_print_word(text, dev->path);
		adm_text_add(text, "\n");
	}
	if (dev->block_size)
		adm_text_addf(text, "\tblock_size %u\n", dev->block_size);
	if (dev->flags) {
		adm_text_add(text, "\tflags ");
		adm_print_flags(text, dev->flags, " ");
		adm_text_add(text, "\n");
	}
	adm_text_add(text, "}\n\n");
}

static void print_names(const struct adm_vec *names, const char *statement,
			struct adm_text *text)
{
	const struct adm_name *name;
	size_t i;

	adm_vec_for_each(names, i, name) {
		adm_text_addf(text, "\t%s ", statement);
		adm_print_word(text, name->name);
		adm_text_add(text, "\n");
	}
}

static void print_group(const struct adm_group *group, struct adm_text *text)
{
	const struct adm_lun *lun;
	size_t i;

	adm_text_add(text, "group ");
	adm_print_word(text, group->name);
	adm_text_add(text, " {\n");
	print_names(&group->names, "initiator", text);
	adm_vec_for_each(&group->luns, i, lun) {
		adm_text_addf(text, "\tlun %u ", lun->lun);
		adm_print_word(text, lun->device);
		adm_text_add(text, lun->read_only ? " read_only\n" : "\n");
	}
	adm_text_add(text, "}\n\n");
}

void adm_config_print(const struct adm_config *config, struct adm_text *text)
{
	const struct adm_target *target;
	const struct adm_device *dev;
	const struct adm_group *group;
	size_t i;

	print_params(config, text);
	if (config->threads)
		adm_text_addf(text, "threads %u\n\n", config->threads);
	adm_vec_for_each(&config->devices, i, dev)
		print_device(dev, text);
	adm_vec_for_each(&config->groups, i, group)
		print_group(group, text);
	adm_vec_for_each(&config->targets, i, target) {
		adm_text_addf(text, "target %s ", target->driver);
		adm_print_word(text, target->name);
		adm_text_add(text, " {\n");
		print_names(&target->sessions, "session", text);
		adm_text_add(text, "}\n\n");
	}
	if (text->len && !strcmp(text->s + text->len - 2, "\n\n"))
		text->s[--text->len] = '\0';
}
