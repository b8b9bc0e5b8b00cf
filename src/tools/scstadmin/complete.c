// SPDX-License-Identifier: GPL-2.0
/* Completion for shells, made of the tables of verbs and options. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* What a word of a usage stands for, as a command that lists it. */
static const struct {
	const char *arg, *lists;
} arg_lists[] = {
	{ "FILE", "FILE" },
	{ "/PATH", "FILE" },
	{ "DEVICE", "scstadmin list devices --names" },
	{ "GROUP", "scstadmin list groups --names" },
	{ "INITIATOR", "scstadmin list initiators --names" },
	{ "TARGET", "scstadmin list targets --names" },
	{ "HANDLER", "scstadmin list handlers --names" },
	{ "OBJECT", "scstadmin list devices --names; scstadmin list groups --names" },
	{ "KIND", "echo devices groups luns initiators targets sessions handlers" },
	{ "SHELL", "echo bash zsh" },
	{ "FORMAT", "echo lio scst3" },
	{ "BYTES", "echo 512 1024 2048 4096" },
	{ "FLAG,...",
	  "echo write_through nv_cache read_only o_direct nullio blockio removable thin" },
};

static const char *lists_of(const char *arg, size_t len)
{
	size_t i;

	for (i = 0; i < ADM_COUNT(arg_lists); i++)
		if (!strncmp(arg_lists[i].arg, arg, len) && !arg_lists[i].arg[len])
			return arg_lists[i].lists;
	return NULL;
}

/* The words of "[KIND [NAME]]", without brackets, one after the other. */
static const char *next_arg(const char *args, size_t *len)
{
	args += strspn(args, " []");
	*len = strcspn(args, " []");
	return *len ? args : NULL;
}

static void print_options(const struct adm_verb *verb)
{
	size_t i;

	for (i = 0; i < ADM_OPT_N; i++)
		if (verb->options & 1u << i)
			printf(" --%s", adm_options[i].name);
}

/* One line of the case: what the verb's n-th argument may be. */
static void print_args(const struct adm_verb *verb)
{
	const char *arg = verb->args, *lists;
	size_t len, n = 0;

	for (; (arg = next_arg(arg, &len)); arg += len, n++) {
		lists = lists_of(arg, len);
		if (lists)
			printf("\t'%s:%zu') lists='%s' ;;\n", verb->name, n, lists);
	}
}

static void print_case_of_args(void)
{
	const struct adm_verb *verb;
	size_t i;

	puts("_scstadmin_lists() {\n\tcase $1 in");
	for (i = 0; (verb = adm_verb_at(i)); i++)
		print_args(verb);
	for (i = 0; i < ADM_OPT_N; i++)
		if (adm_options[i].arg)
			printf("\t'--%s') lists='%s' ;;\n", adm_options[i].name,
			       lists_of(adm_options[i].arg, strlen(adm_options[i].arg)));
	puts("\t*) lists= ;;\n\tesac\n}\n");
}

static void print_verbs(void)
{
	const struct adm_verb *verb;
	size_t i;

	puts("_scstadmin_options() {\n\tcase $1 in");
	for (i = 0; (verb = adm_verb_at(i)); i++) {
		printf("\t'%s') echo '", verb->name);
		print_options(verb);
		puts("' ;;");
	}
	puts("\tesac\n}\n");
	printf("_scstadmin_verbs='");
	for (i = 0; (verb = adm_verb_at(i)); i++)
		printf("%s%s", i ? "\n" : "", verb->name);
	puts("'\n");
}

/* The rest is the same for all tables: bash and zsh (bashcompinit) both run it. */
static const char script[] =
"_scstadmin_complete() {\n"
"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
"\tlocal first=${COMP_WORDS[1]} verb= start=2 lists= words= word n=0 i\n"
"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
"\t\twords=$(printf '%s\\n' \"$_scstadmin_verbs\" | cut -d' ' -f1)\n"
"\telif printf '%s\\n' \"$_scstadmin_verbs\" | grep -qx \"$first\"; then\n"
"\t\tverb=$first\n"
"\telif [ \"$COMP_CWORD\" -eq 2 ]; then\n"
"\t\twords=$(printf '%s\\n' \"$_scstadmin_verbs\" | grep \"^$first \" | cut -d' ' -f2)\n"
"\telse\n"
"\t\tverb=\"$first ${COMP_WORDS[2]}\" start=3\n"
"\tfi\n"
"\tif [ -n \"$verb\" ]; then\n"
"\t\tfor ((i = start; i < COMP_CWORD; i++)); do\n"
"\t\t\tword=${COMP_WORDS[i]}\n"
"\t\t\t_scstadmin_lists \"$word\"\n"
"\t\t\tcase $word in\n"
"\t\t\t--*) [ -z \"$lists\" ] || i=$((i + 1)) ;;\n"
"\t\t\t*) n=$((n + 1)) ;;\n"
"\t\t\tesac\n"
"\t\tdone\n"
"\t\tcase $prev in\n"
"\t\t--*) _scstadmin_lists \"$prev\" ;;\n"
"\t\t*) lists= ;;\n"
"\t\tesac\n"
"\t\tif [ -z \"$lists\" ]; then\n"
"\t\t\t_scstadmin_lists \"$verb:$n\"\n"
"\t\t\twords=$(_scstadmin_options \"$verb\")\n"
"\t\tfi\n"
"\t\tcase $lists in\n"
"\t\t'') ;;\n"
"\t\tFILE)\n"
"\t\t\tcompopt -o filenames 2>/dev/null\n"
"\t\t\tCOMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
"\t\t*) words=\"$words $(eval \"$lists\" 2>/dev/null)\" ;;\n"
"\t\tesac\n"
"\tfi\n"
"\tCOMPREPLY+=($(compgen -W \"$words\" -- \"$cur\"))\n"
"}\n\n"
"complete -o nosort -F _scstadmin_complete scstadmin\n";

int adm_run_completion(struct adm_call *call)
{
	bool zsh = !strcmp(call->args[0], "zsh");

	if (!zsh && strcmp(call->args[0], "bash"))
		return adm_usage_error(call, "no completion for '%s', expected bash or zsh",
				       call->args[0]);
	if (zsh)
		puts("#compdef scstadmin\n# SPDX-License-Identifier: GPL-2.0\n"
		     "autoload -U +X bashcompinit && bashcompinit\n");
	else
		puts("# SPDX-License-Identifier: GPL-2.0\n# Completion of scstadmin for bash.\n");
	print_case_of_args();
	print_verbs();
	/* zsh runs the file as the function, the first time. */
	if (zsh) {
		printf("%.*s", (int)(strstr(script, "complete -o nosort") - script), script);
		puts("complete -F _scstadmin_complete scstadmin\n"
		     "_bash_complete -F _scstadmin_complete");
	} else {
		fputs(script, stdout);
	}
	return ADM_OK;
}
