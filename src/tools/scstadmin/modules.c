// SPDX-License-Identifier: GPL-2.0
/* The modules that a configuration needs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "state.h"

bool adm_module_is_loaded(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return adm_file_exists(path);
}

/* Its messages are the user's. */
static bool run_wait(char **argv)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return false;
	if (!pid) {
		execvp(argv[0], argv);
		fprintf(stderr, "scstadmin: can't run %s: %s\n", argv[0],
			strerror(errno));
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void add_arg(struct adm_vec *argv, struct adm_arena *arena, const char *name,
		    const char *value)
{
	struct adm_text text = { NULL };

	adm_text_addf(&text, "%s=%s", name, value);
	adm_vec_add(argv, adm_arena_str(arena, text.s));
	adm_text_free(&text);
}

/* What the file says of scst_local's targets is all of them. */
static void no_first_target(const struct adm_config *want, struct adm_vec *argv,
			    struct adm_arena *arena)
{
	if (!adm_param_find(want, "scst_local", "target"))
		add_arg(argv, arena, "target", "");
	if (!adm_param_find(want, "scst_local", "initiator"))
		add_arg(argv, arena, "initiator", "");
}

static bool load(const struct adm_config *want, const char *module)
{
	struct adm_arena arena = { NULL };
	struct adm_vec argv = { NULL };
	const struct adm_param *param;
	size_t i;
	bool ok;

	if (adm_module_is_loaded(module))
		return true;
	adm_vec_add(&argv, (char *)"modprobe");
	adm_vec_add(&argv, (char *)module);
	adm_vec_for_each(&want->params, i, param)
		if (!strcmp(param->module, module))
			add_arg(&argv, &arena, param->name, param->value);
	if (!strcmp(module, "scst_local"))
		no_first_target(want, &argv, &arena);
	adm_vec_add(&argv, NULL);
	ok = run_wait((char **)argv.v);
	adm_vec_free(&argv);
	adm_arena_free(&arena);
	return ok;
}

static void add_once(struct adm_vec *modules, const char *name)
{
	const char *other;
	size_t i;

	adm_vec_for_each(modules, i, other)
		if (!strcmp(other, name))
			return;
	adm_vec_add(modules, (char *)name);
}

int adm_modules_load(const struct adm_config *want, struct adm_diag *diag)
{
	struct adm_vec modules = { NULL };
	const struct adm_device *dev;
	const struct adm_param *param;
	const char *name;
	size_t i;
	int ret = 0;

	adm_vec_for_each(&want->devices, i, dev)
		if (dev->handler->module)
			add_once(&modules, dev->handler->module);
	if (want->targets.n)
		add_once(&modules, "scst_local");
	adm_vec_for_each(&want->params, i, param)
		if (strcmp(param->module, "scst"))
			add_once(&modules, param->module);
	if (!load(want, "scst")) {
		adm_error(diag, NULL,
			  "can't load the module scst, expected it to be installed for this kernel ('scstadmin doctor' may know why)");
		ret = -ENOENT;
	} else {
		adm_vec_for_each(&modules, i, name)
			if (!load(want, name))
				adm_warn(diag, NULL, "can't load the module %s", name);
	}
	adm_vec_free(&modules);
	return ret;
}
