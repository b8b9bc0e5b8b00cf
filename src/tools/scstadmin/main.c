// SPDX-License-Identifier: GPL-2.0
/* The command line, taken apart by the tables of verbs.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli.h"
#include "files.h"

int adm_usage_error(struct adm_call *call, const char *fmt, ...)
{
	struct adm_text text = { NULL };
	char message[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	call->usage = true;
	if (call->verb && call->verb->run != adm_run_help) {
		adm_verb_usage(call->verb, &text);
		adm_error(&call->diag, NULL, "%s; usage: %s", message, text.s);
	} else {
		adm_error(&call->diag, NULL,
			  "%s; 'scstadmin help' shows what there is", message);
	}
	adm_text_free(&text);
	return ADM_USAGE;
}

const char *adm_call_file(const struct adm_call *call)
{
	return call->n_args ? call->args[0] : ADM_CONF;
}

/* ---- verbs ---- */

/* The verb that the first words are; *@words is how many of them. */
static const struct adm_verb *verb_find(struct adm_vec *argv, size_t *words)
{
	const char *first = argv->v[0];
	const char *second = argv->n > 1 ? argv->v[1] : "";
	const struct adm_verb *verb;
	size_t i, len = strlen(first);

	for (i = 0; (verb = adm_verb_at(i)); i++) {
		*words = 1 + !!strchr(verb->name, ' ');
		if (*words == 1 ? !strcmp(verb->name, first) :
		    !strncmp(verb->name, first, len) && verb->name[len] == ' ' &&
		    !strcmp(verb->name + len + 1, second))
			return verb;
	}
	return NULL;
}

static int verb_unknown(struct adm_call *call, struct adm_vec *argv)
{
	const struct adm_verb *verb;
	struct adm_text name = { NULL };
	struct adm_guess guess = { NULL };
	const char *best;
	size_t i;

	adm_text_add(&name, argv->v[0]);
	for (i = 0; (verb = adm_verb_at(i)); i++)
		if (strchr(verb->name, ' ') && argv->n > 1 &&
		    !strncmp(verb->name, argv->v[0], strlen(argv->v[0]))) {
			adm_text_addf(&name, " %s", (char *)argv->v[1]);
			break;
		}
	guess.word = name.s;
	for (i = 0; (verb = adm_verb_at(i)); i++)
		adm_guess_try(&guess, verb->name);
	best = adm_guess_end(&guess);
	adm_usage_error(call, "there is no verb '%s'%s%s%s", name.s,
			best ? ", did you mean '" : "", best ? best : "",
			best ? "'?" : "");
	adm_text_free(&name);
	return ADM_USAGE;
}

/* ---- options ---- */

static int option_unknown(struct adm_call *call, const char *word)
{
	struct adm_guess guess = { word };
	const char *best;
	size_t i;

	for (i = 0; i < ADM_OPT_N; i++)
		if (call->verb->options & 1u << i)
			adm_guess_try(&guess, adm_options[i].name);
	best = adm_guess_end(&guess);
	return adm_usage_error(call, "'%s' has no option --%s%s%s%s",
			       call->verb->name, word,
			       best ? ", did you mean --" : "", best ? best : "",
			       best ? "?" : "");
}

/* --name, --name=value or --name value; *@place goes on behind it. */
static int option_take(struct adm_call *call, struct adm_vec *argv, size_t *place)
{
	char *word = (char *)argv->v[*place] + 2;
	char *value = strchr(word, '=');
	size_t i;

	if (value)
		*value++ = '\0';
	for (i = 0; i < ADM_OPT_N; i++)
		if ((call->verb->options & 1u << i) &&
		    !strcmp(adm_options[i].name, word))
			break;
	if (i == ADM_OPT_N)
		return option_unknown(call, word);
	if (!adm_options[i].arg) {
		call->opt[i] = "";
		return value ? adm_usage_error(call, "--%s takes no value", word) : 0;
	}
	if (!value) {
		if (*place + 1 == argv->n)
			return adm_usage_error(call, "--%s needs a value, %s", word,
					       adm_options[i].arg);
		value = argv->v[++*place];
	}
	call->opt[i] = value;
	return 0;
}

static int call_parse(struct adm_call *call, struct adm_vec *argv)
{
	bool only_args = false;
	size_t i, words;
	int ret;

	call->verb = verb_find(argv, &words);
	if (!call->verb)
		return verb_unknown(call, argv);
	for (i = words; i < argv->n; i++) {
		const char *word = argv->v[i];

		if (!only_args && !strcmp(word, "--")) {
			only_args = true;
		} else if (!only_args && !strncmp(word, "--", 2)) {
			ret = option_take(call, argv, &i);
			if (ret)
				return ret;
		} else if (call->n_args < call->verb->max) {
			call->args[call->n_args++] = word;
		} else {
			return adm_usage_error(call, "'%s' is too much", word);
		}
	}
	if (call->n_args < call->verb->min)
		return adm_usage_error(call, "'%s' needs more words",
				       call->verb->name);
	return 0;
}

/* ---- the program ---- */

/*
 * Two at a time would plan for a state that the other one changes. Nobody but root can
 * open the file, and so keep others waiting.
 */
static void lock_out(void)
{
	int fd = adm_file_open("/run/scstadmin.lock", O_RDWR | O_CREAT);

	if (fd >= 0)
		while (flock(fd, LOCK_EX) && errno == EINTR)
			;
}

/* --root DIR and --version, before the verb. */
static int global_options(int argc, char **argv)
{
	int i = 1;

	while (i + 1 < argc && !strcmp(argv[i], "--root")) {
		adm_root_set(argv[i + 1]);
		i += 2;
	}
	return i;
}

static int call_run(struct adm_call *call, struct adm_vec *argv)
{
	int ret = call_parse(call, argv);

	if (ret)
		return ret;
	if (call->verb->root && !adm_root_is_set() && geteuid()) {
		adm_error(&call->diag, NULL, "'%s' changes things, expected to be root",
			  call->verb->name);
		return ADM_NOT_ROOT;
	}
	/* What is saved must not be half of what another one applies. */
	if (call->verb->root || call->verb->run == adm_run_save)
		lock_out();
	return call->verb->run(call);
}

int main(int argc, char **argv)
{
	struct adm_call call = { .verb = NULL };
	struct adm_vec words = { NULL };
	int ret, i;

	i = global_options(argc, argv);
	if (i < argc && !strcmp(argv[i], "--version")) {
		puts("scstadmin " SCSTADMIN_VERSION);
		return ADM_OK;
	}
	if (!adm_legacy(argc - i, argv + i, &words, &call.diag)) {
		if (i == argc || !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			adm_vec_add(&words, (char *)"help");
		for (; i < argc && strcmp(argv[i], "--help") && strcmp(argv[i], "-h"); i++)
			adm_vec_add(&words, argv[i]);
	}
	ret = call.diag.errors ? ADM_USAGE : call_run(&call, &words);
	adm_diag_flush(&call.diag);
	adm_diag_free(&call.diag);
	adm_vec_free(&words);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "scstadmin: can't write: %s\n", strerror(errno));
		return ret ? ret : ADM_FAILED;
	}
	return ret;
}
