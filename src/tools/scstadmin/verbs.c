// SPDX-License-Identifier: GPL-2.0
/* The table of verbs, and of their options. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

const struct adm_option adm_options[ADM_OPT_N] = {
	[ADM_OPT_ALL] = { "all", NULL, "also real devices that nobody sees" },
	[ADM_OPT_BLOCK_SIZE] = { "block-size", "BYTES", "512, 1024, 2048 or 4096" },
	[ADM_OPT_DEVICE] = { "device", "DEVICE", "by the device instead of the LUN" },
	[ADM_OPT_DRY_RUN] = { "dry-run", NULL, "show the plan, change nothing" },
	[ADM_OPT_FLAGS] = {
		"flags", "FLAG,...",
		"write_through, nv_cache, read_only, o_direct, nullio, blockio, removable, thin"
	},
	[ADM_OPT_FORCE] = { "force", NULL, "even if it loses what is there" },
	[ADM_OPT_FROM] = { "from", "FORMAT", "lio or scst3; otherwise by what is in it" },
	[ADM_OPT_HANDLER] = { "handler", "HANDLER", "vdisk (default), vcdrom, dev_disk, ..." },
	[ADM_OPT_JSON] = { "json", NULL, "for programs" },
	[ADM_OPT_NAMES] = { "names", NULL, "only the names, one a line" },
	[ADM_OPT_NO_LOAD] = { "no-load", NULL, "load no modules" },
	[ADM_OPT_ONLY] = { "only", "OBJECT",
			   "only device:NAME, group:NAME, target:NAME, module:NAME or threads" },
	[ADM_OPT_OUTPUT] = { "output", "FILE", "write there instead of standard output" },
	[ADM_OPT_PATH] = { "path", "/PATH", "file or block device" },
	[ADM_OPT_PRUNE] = { "prune", NULL, "remove what is not in the file" },
	[ADM_OPT_QUIET] = { "quiet", NULL, "print errors only" },
	[ADM_OPT_READ_ONLY] = { "read-only", NULL, "the group's initiators can't write" },
	[ADM_OPT_SAVE] = { "save", NULL, "and save to /etc/scst.conf" },
};

#define EDIT	(ADM_BIT(DRY_RUN) | ADM_BIT(QUIET) | ADM_BIT(SAVE))

static const struct adm_verb verbs[] = {
	{ "apply", "[FILE]", "make what the file says, changing only what differs", 0, 1,
	  ADM_BIT(DRY_RUN) | ADM_BIT(PRUNE) | ADM_BIT(ONLY) | ADM_BIT(NO_LOAD) |
	  ADM_BIT(JSON) | ADM_BIT(QUIET), true, adm_run_apply },
	{ "check", "FILE", "look for mistakes in a file; needs neither root nor modules",
	  1, 1, ADM_BIT(QUIET), false, adm_run_check },
	{ "paths", "[FILE]", "files and block devices that a file names, one a line", 0, 1, 0,
	  false, adm_run_paths },
	{ "missing", "[FILE]", "devices that a file has and nobody can see yet; 2 if any", 0, 1,
	  ADM_BIT(NAMES), false, adm_run_missing },
	{ "diff", "[FILE]", "what 'apply --prune' would do; 2 if anything", 0, 1,
	  ADM_BIT(JSON) | ADM_BIT(ONLY) | ADM_BIT(QUIET), false, adm_run_diff },
	{ "save", "[FILE]", "write the present state to a file", 0, 1,
	  ADM_BIT(FORCE) | ADM_BIT(QUIET), false, adm_run_save },
	{ "clear", "", "remove all groups, LUNs, devices, and targets of scst_local", 0, 0,
	  ADM_BIT(DRY_RUN) | ADM_BIT(FORCE) | ADM_BIT(JSON) | ADM_BIT(QUIET), true,
	  adm_run_clear },
	{ "history", "[N]", "configurations that were applied or saved, or one of them",
	  0, 1, ADM_BIT(JSON), false, adm_run_history },
	{ "rollback", "[N]", "go back to one of them, by default the last but one", 0, 1,
	  ADM_BIT(DRY_RUN) | ADM_BIT(JSON) | ADM_BIT(QUIET), true, adm_run_rollback },
	{ "show", "[KIND [NAME]]",
	  "devices, groups, luns, initiators, targets, sessions, handlers, or all", 0, 2,
	  ADM_BIT(JSON) | ADM_BIT(NAMES) | ADM_BIT(ALL), false, adm_run_show },
	{ "list", "[KIND [NAME]]", "the same as show", 0, 2,
	  ADM_BIT(JSON) | ADM_BIT(NAMES) | ADM_BIT(ALL), false, adm_run_show },
	{ "sessions", "", "who is logged in, and in which group", 0, 0, ADM_BIT(JSON),
	  false, adm_run_sessions },
	{ "sgv", "", "memory of the buffers' cache", 0, 0, ADM_BIT(JSON), false,
	  adm_run_sgv },
	{ "device add", "DEVICE", "open a virtual device", 1, 1,
	  EDIT | ADM_BIT(HANDLER) | ADM_BIT(PATH) | ADM_BIT(BLOCK_SIZE) | ADM_BIT(FLAGS),
	  true, adm_run_edit },
	{ "device remove", "DEVICE", "close a virtual device; its LUNs go", 1, 1, EDIT,
	  true, adm_run_edit },
	{ "device change", "DEVICE",
	  "another path, block size, flags, disc (none with --path ''), or handler of a real device",
	  1, 1, EDIT | ADM_BIT(HANDLER) | ADM_BIT(PATH) | ADM_BIT(BLOCK_SIZE) |
	  ADM_BIT(FLAGS), true, adm_run_edit },
	{ "device resync", "DEVICE", "give a device the size that its backing has now", 1, 1,
	  0, true, adm_run_resync },
	{ "group add", "GROUP", "make a security group", 1, 1, EDIT, true, adm_run_edit },
	{ "group remove", "GROUP", "delete a group with its names and LUNs", 1, 1, EDIT,
	  true, adm_run_edit },
	{ "initiator add", "GROUP INITIATOR", "let an initiator see what a group has", 2, 2,
	  EDIT, true, adm_run_edit },
	{ "initiator remove", "GROUP INITIATOR", "take its name out of the group", 2, 2,
	  EDIT, true, adm_run_edit },
	{ "initiator clear", "GROUP", "take all names out of a group", 1, 1, EDIT, true,
	  adm_run_edit },
	{ "lun add", "GROUP LUN DEVICE", "map a device as a LUN of a group", 3, 3,
	  EDIT | ADM_BIT(READ_ONLY), true, adm_run_edit },
	{ "lun remove", "GROUP [LUN]", "unmap a LUN", 1, 2, EDIT | ADM_BIT(DEVICE), true,
	  adm_run_edit },
	{ "lun replace", "GROUP LUN DEVICE", "map another device as this LUN", 3, 3,
	  EDIT | ADM_BIT(READ_ONLY), true, adm_run_edit },
	{ "lun clear", "GROUP", "unmap all LUNs of a group", 1, 1, EDIT, true, adm_run_edit },
	{ "target add", "TARGET", "make a target of scst_local", 1, 1, EDIT, true,
	  adm_run_edit },
	{ "target remove", "TARGET", "delete a target of scst_local, and its sessions", 1, 1,
	  EDIT, true, adm_run_edit },
	{ "session add", "TARGET INITIATOR", "log in at a target of scst_local", 2, 2, EDIT,
	  true, adm_run_edit },
	{ "session remove", "TARGET INITIATOR", "log out; its disks disappear", 2, 2, EDIT,
	  true, adm_run_edit },
	{ "import", "FILE", "a configuration of LIO (saveconfig.json) or SCST 3 as one of ours",
	  1, 1, ADM_BIT(FROM) | ADM_BIT(OUTPUT) | ADM_BIT(FORCE), false, adm_run_import },
	{ "doctor", "", "look for what keeps exports from working", 0, 0, ADM_BIT(JSON),
	  false, adm_run_doctor },
	{ "completion", "SHELL", "completion for bash or zsh", 1, 1, 0, false,
	  adm_run_completion },
	{ "help", "[VERB...]", "this, or what a verb takes", 0, 2, 0, false, adm_run_help },
};

const struct adm_verb *adm_verb_at(size_t place)
{
	return place < ADM_COUNT(verbs) ? &verbs[place] : NULL;
}

void adm_verb_usage(const struct adm_verb *verb, struct adm_text *text)
{
	size_t i;

	adm_text_addf(text, "scstadmin %s", verb->name);
	if (*verb->args)
		adm_text_addf(text, " %s", verb->args);
	for (i = 0; i < ADM_OPT_N; i++)
		if (verb->options & 1u << i)
			adm_text_addf(text, " [--%s%s%s]", adm_options[i].name,
				      adm_options[i].arg ? " " : "",
				      adm_options[i].arg ? adm_options[i].arg : "");
}

/* ---- help ---- */

static void help_verb(const struct adm_verb *verb)
{
	struct adm_text usage = { NULL };
	size_t i;

	adm_verb_usage(verb, &usage);
	printf("%s\n    %s\n", adm_text_str(&usage), verb->help);
	for (i = 0; i < ADM_OPT_N; i++)
		if (verb->options & 1u << i)
			printf("    --%-12s %s\n", adm_options[i].name,
			       adm_options[i].help);
	adm_text_free(&usage);
}

static void help_all(void)
{
	const struct adm_verb *verb;
	char text[64];
	size_t i;

	puts("scstadmin VERB [ARGUMENT...] [OPTION...]\n");
	for (i = 0; (verb = adm_verb_at(i)); i++) {
		snprintf(text, sizeof(text), "%s %s", verb->name, verb->args);
		printf("  %-32s %s\n", text, verb->help);
	}
	puts("\nscstadmin help VERB tells the options of a verb. FILE is /etc/scst.conf unless\n"
	     "it is given. The spellings of 2008 (-config, -adddev, ...) work as well.\n"
	     "See scstadmin(8) and scst.conf(5).");
}

/* "help device" has all that begins so. */
int adm_run_help(struct adm_call *call)
{
	const struct adm_verb *verb;
	struct adm_text name = { NULL };
	size_t i, found = 0;

	if (!call->n_args) {
		help_all();
		return ADM_OK;
	}
	adm_text_addf(&name, "%s%s%s", call->args[0], call->n_args > 1 ? " " : "",
		      call->n_args > 1 ? call->args[1] : "");
	for (i = 0; (verb = adm_verb_at(i)); i++) {
		if (strncmp(verb->name, name.s, name.len) ||
		    (verb->name[name.len] && verb->name[name.len] != ' '))
			continue;
		help_verb(verb);
		found++;
	}
	if (!found)
		adm_usage_error(call, "there is no verb '%s'", name.s);
	adm_text_free(&name);
	return found ? ADM_OK : ADM_USAGE;
}
