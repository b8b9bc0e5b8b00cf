// SPDX-License-Identifier: GPL-2.0
/* The files of /proc/scsi_tgt, each read once. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "state.h"
#include "tables.h"

#define PATH_SIZE	512

/* A file that there needn't be; NULL without it. */
static char *proc_read(const char *file)
{
	char path[PATH_SIZE + sizeof(ADM_PROC)];

	snprintf(path, sizeof(path), ADM_PROC "/%s", file);
	return adm_file_read(path, NULL);
}

static void read_table(struct adm_config *state, const char *file,
		       void (*table)(struct adm_config *config, char *text))
{
	char *text = proc_read(file);

	if (text)
		table(state, text);
	free(text);
}

static void read_group(struct adm_config *state, const char *name)
{
	struct adm_group *group = adm_group_add(state, NULL, name);
	char file[PATH_SIZE];
	char *text;

	snprintf(file, sizeof(file), "groups/%s/names", name);
	text = proc_read(file);
	if (text)
		adm_table_names(state, group, text);
	free(text);
	snprintf(file, sizeof(file), "groups/%s/devices", name);
	text = proc_read(file);
	if (text)
		adm_table_luns(state, group, text);
	free(text);
}

static int read_groups(struct adm_config *state)
{
	struct adm_vec names = { NULL };
	char *name;
	size_t i;
	int ret;

	ret = adm_dir_list(ADM_PROC "/groups", &state->arena, &names);
	adm_vec_for_each(&names, i, name)
		read_group(state, name);
	adm_vec_free(&names);
	return ret;
}

static void read_local(struct adm_config *state)
{
	struct adm_vec names = { NULL };
	char file[PATH_SIZE];
	char *name;
	size_t i;

	adm_dir_list(ADM_PROC "/scst_local", &state->arena, &names);
	adm_vec_for_each(&names, i, name) {
		if (!isdigit((unsigned char)*name))
			continue;
		snprintf(file, sizeof(file), "scst_local/%s", name);
		read_table(state, file, adm_table_local_target);
	}
	adm_vec_free(&names);
	read_table(state, "scst_local/scst_local", adm_table_local);
}

/* Directories with a file "type" are those of handlers. */
static void read_handlers(struct adm_config *state)
{
	struct adm_vec names = { NULL };
	char path[PATH_SIZE];
	char *name;
	size_t i;

	adm_dir_list(ADM_PROC, &state->arena, &names);
	adm_vec_for_each(&names, i, name) {
		snprintf(path, sizeof(path), ADM_PROC "/%s/type", name);
		if (adm_file_exists(path))
			adm_vec_add(&state->handlers, name);
	}
	adm_vec_free(&names);
}

static void read_numbers(struct adm_config *state)
{
	char buf[64];
	uint64_t val;

	if (adm_file_line(ADM_PROC "/threads", buf, sizeof(buf)) &&
	    adm_number(buf, ADM_MAX_THREADS, &val))
		state->threads = val;
	if (adm_file_line(ADM_PROC "/version", buf, sizeof(buf)))
		state->version = adm_arena_str(&state->arena, buf);
}

int adm_state_read(struct adm_config *state, struct adm_diag *diag)
{
	char *text = proc_read("scsi_tgt");
	int ret;

	if (!text) {
		ret = -errno;
		if (ret == -ENOENT)
			adm_error(diag, NULL,
				  ADM_PROC " isn't there, expected the module scst to be loaded (modprobe scst)");
		else
			adm_error(diag, NULL, "can't read " ADM_PROC "/scsi_tgt: %s",
				  strerror(-ret));
		return ret;
	}
	adm_table_devices(state, text);
	free(text);
	read_table(state, "vdisk/vdisk", adm_table_vdisk);
	read_table(state, "vcdrom/vcdrom", adm_table_vcdrom);
	ret = read_groups(state);
	if (ret) {
		adm_error(diag, NULL, "can't read " ADM_PROC "/groups: %s",
			  strerror(-ret));
		return ret;
	}
	read_local(state);
	read_table(state, "sessions", adm_table_sessions);
	read_table(state, "statistics", adm_table_statistics);
	read_handlers(state);
	read_numbers(state);
	return 0;
}

void adm_state_read_params(struct adm_config *state, const struct adm_config *want)
{
	const struct adm_param *param;
	char path[PATH_SIZE], value[4096];
	size_t i;

	adm_vec_for_each(&want->params, i, param) {
		snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s",
			 param->module, param->name);
		if (!adm_param_find(state, param->module, param->name) &&
		    adm_file_line(path, value, sizeof(value)))
			adm_param_add(state, NULL, param->module, param->name,
				      value);
	}
}

/* Threads are as many as CPUs, if nobody has said otherwise. */
static bool threads_are_default(unsigned int threads)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 || threads == (unsigned long)cpus;
}

static bool is_mapped(const struct adm_config *config, const char *device)
{
	const struct adm_group *group;
	size_t i;

	adm_vec_for_each(&config->groups, i, group)
		if (adm_lun_of_device(group, device))
			return true;
	return false;
}

/* Real devices come by themselves: only those that somebody sees matter. */
void adm_state_to_config(struct adm_config *config, const struct adm_config *state)
{
	struct adm_vec drop = { NULL };
	struct adm_device *dev;
	size_t i;

	adm_config_copy(config, state);
	if (threads_are_default(config->threads))
		config->threads = 0;
	adm_vec_for_each(&config->devices, i, dev)
		if ((dev->handler->kind == ADM_REAL ||
		     dev->handler->kind == ADM_EXTERNAL) &&
		    !is_mapped(config, dev->name))
			adm_vec_add(&drop, dev);
	adm_vec_for_each(&drop, i, dev)
		adm_device_del(config, dev->name);
	adm_vec_free(&drop);
}
