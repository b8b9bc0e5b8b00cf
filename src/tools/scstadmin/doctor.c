// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps exports from working, or will after the next reboot: each check is a row
 * of a table, and says what it has found and what to do.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli.h"
#include "files.h"
#include "state.h"
#include "view.h"

#define PATH_SIZE	512
#define SECURE_BOOT	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

enum level { FINE, WARN, BAD };

struct doctor {
	struct adm_config state;
	bool loaded;
	char release[128];
	struct json_object *rows;
	size_t bad;
	const char *check;	/* the present one */
};

static void say(struct doctor *d, enum level how, const char *fmt, ...)
	ADM_PRINTF(3, 4);

static void say(struct doctor *d, enum level how, const char *fmt, ...)
{
	static const char *const words[] = { "ok", "warning", "error" };
	struct json_object *row = json_object_new_object();
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	adm_row_str(row, "verdict", words[how]);
	adm_row_str(row, "check", d->check);
	adm_row_str(row, "what", text);
	json_object_array_add(d->rows, row);
	d->bad += how == BAD;
}

/* What a program of this machine prints; NULL if there is no such program. */
static char *output_of(const char *command)
{
	struct adm_text text = { NULL };
	FILE *pipe = popen(command, "r");
	char buf[512];
	size_t got;
	int status;

	if (!pipe)
		return NULL;
	adm_text_addn(&text, "", 0);
	while ((got = fread(buf, 1, sizeof(buf), pipe)))
		adm_text_addn(&text, buf, got);
	status = pclose(pipe);
	if (status == 127 << 8) {
		adm_text_free(&text);
		return NULL;
	}
	return text.s;
}

/* ---- modules ---- */

static void check_core(struct doctor *d)
{
	if (d->loaded)
		say(d, FINE, "version %s is loaded", d->state.version);
	else
		say(d, BAD, "the module scst isn't loaded: modprobe scst");
}

/* Up to what may differ: "4.0.0-pre1" and "4.0.0" are one interface. */
static void check_version(struct doctor *d)
{
	size_t len = strcspn(SCSTADMIN_VERSION, "-");
	const char *core = d->state.version;

	if (!d->loaded || !core)
		return;
	if (!strncmp(core, SCSTADMIN_VERSION, len) && !isdigit((unsigned char)core[len]))
		say(d, FINE, "scstadmin and modules are %s", SCSTADMIN_VERSION);
	else
		say(d, WARN,
		    "scstadmin is %s, the loaded modules are %s: reload the modules, or restart the machine",
		    SCSTADMIN_VERSION, core);
}

/* Paths of a module in modules.dep, where depmod has what modprobe would load. */
static size_t find_module(struct doctor *d, const char *name, struct adm_text *paths)
{
	char path[PATH_SIZE], wanted[64];
	char *text, *rest, *line;
	size_t n = 0;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", d->release);
	text = adm_file_read(path, NULL);
	if (!text)
		return 0;
	rest = text;
	snprintf(wanted, sizeof(wanted), "/%s.ko", name);
	while ((line = adm_next_line(&rest))) {
		char *found;

		line[strcspn(line, ":")] = '\0';
		found = strstr(line, wanted);
		if (!found || strchr(found + 1, '/'))
			continue;
		adm_text_addf(paths, "%s%s", n++ ? ", " : "", line);
	}
	free(text);
	return n;
}

static void check_installed(struct doctor *d)
{
	static const char *const names[] = { "scst", "scst_vdisk", "scst_local" };
	size_t i, n;

	for (i = 0; i < ADM_COUNT(names); i++) {
		struct adm_text paths = { NULL };

		n = find_module(d, names[i], &paths);
		if (!n)
			say(d, i ? WARN : BAD,
			    "no %s for kernel %s: install it, or let dkms build it", names[i],
			    d->release);
		else if (n > 1)
			say(d, WARN,
			    "%s is installed %zu times for kernel %s, which may be of different versions: %s",
			    names[i], n, d->release, paths.s);
		else
			say(d, FINE, "%s", paths.s);
		adm_text_free(&paths);
	}
}

static void check_headers(struct doctor *d)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", d->release);
	if (adm_file_exists(path))
		say(d, FINE, "of kernel %s are there", d->release);
	else
		say(d, WARN,
		    "of kernel %s are missing: without them nothing is built for it (install linux-headers-%s or kernel-devel)",
		    d->release, d->release);
}

/* "scst/4.0.0, 6.1.0-56-amd64, x86_64: installed" */
static void check_dkms(struct doctor *d)
{
	char *text = output_of("dkms status 2>/dev/null"), *rest = text, *line;
	size_t n = 0;

	if (!text) {
		say(d, WARN, "dkms isn't installed: nothing rebuilds the modules for new kernels");
		return;
	}
	while ((line = adm_next_line(&rest))) {
		if (strncmp(line, "scst", 4))
			continue;
		n++;
		if (strstr(line, "installed") && !strstr(line, "WARNING"))
			say(d, FINE, "%s", line);
		else
			say(d, WARN, "%s: 'dkms autoinstall' builds and installs it", line);
	}
	if (!n)
		say(d, WARN, "dkms knows no scst: nothing rebuilds the modules for new kernels");
	free(text);
}

/* The variable's value is behind four bytes of attributes. */
static void check_secure_boot(struct doctor *d)
{
	size_t len = 0;
	char *text = adm_file_read(SECURE_BOOT, &len);
	char *signer;

	if (!text || len < 5 || !text[4]) {
		say(d, FINE, "off");
		free(text);
		return;
	}
	free(text);
	signer = output_of("modinfo -F signer scst 2>/dev/null");
	if (signer && *signer)
		say(d, FINE, "on, scst is signed by %.*s",
		    (int)strcspn(signer, "\n"), signer);
	else
		say(d, BAD,
		    "on, and scst is not signed: the kernel will not load it (enroll a key with mokutil, and sign with it)");
	free(signer);
}

/* ---- what is exported ---- */

static void check_lun_0(struct doctor *d)
{
	const struct adm_group *group;
	size_t i, n = 0;

	adm_vec_for_each(&d->state.groups, i, group)
		if (group->luns.n && !adm_lun_find(group, 0)) {
			say(d, WARN,
			    "group %s has none: many initiators look for LUNs there, and find nothing",
			    group->name);
			n++;
		}
	if (!n && d->loaded)
		say(d, FINE, "every group with LUNs has it");
}

static void check_sessions(struct doctor *d)
{
	const struct adm_session *sess;
	const struct adm_group *group;
	size_t i, n = 0;

	adm_vec_for_each(&d->state.sessions, i, sess) {
		group = adm_group_find(&d->state, sess->group);
		if (group && group->luns.n)
			continue;
		say(d, WARN, "%s sees nothing: its group %s has no LUNs",
		    sess->initiator, sess->group);
		n++;
	}
	if (!n && d->loaded)
		say(d, FINE, "%zu, each with LUNs", d->state.sessions.n);
}

static void check_backing(struct doctor *d)
{
	const struct adm_device *dev, *other;
	struct adm_map paths = { NULL };
	size_t i, n = 0;

	adm_vec_for_each(&d->state.devices, i, dev) {
		if (!dev->path)
			continue;
		if (!adm_file_exists(dev->path)) {
			say(d, BAD,
			    "%s of device %s is gone: what is written is lost when the device is closed",
			    dev->path, dev->name);
			n++;
		}
		other = adm_map_get(&paths, dev->path);
		if (other && !(dev->flags & other->flags & ADM_F_READ_ONLY)) {
			say(d, BAD, "%s is under both %s and %s, which don't know of each other",
			    dev->path, other->name, dev->name);
			n++;
		}
		adm_map_put(&paths, dev->path, (void *)dev);
	}
	adm_map_free(&paths);
	if (!n && d->loaded)
		say(d, FINE, "every device has its own");
}

/* VPD page 80h: the number is behind four bytes. Empty: none. */
static void read_serial(const char *scsi, char *serial, size_t size)
{
	char path[PATH_SIZE];
	size_t len = 0, n = 0, i;
	char *page;

	snprintf(path, sizeof(path), "/sys/class/scsi_device/%s/device/vpd_pg80", scsi);
	page = adm_file_read(path, &len);
	for (i = 4; page && i < len && n + 1 < size; i++)
		if (isgraph((unsigned char)page[i]))
			serial[n++] = page[i];
	serial[n] = '\0';
	free(page);
}

static bool is_ours(const char *scsi, char *model, size_t size)
{
	char path[PATH_SIZE], vendor[64];

	snprintf(path, sizeof(path), "/sys/class/scsi_device/%s/device/vendor", scsi);
	if (!adm_file_line(path, vendor, sizeof(vendor)) || strncmp(vendor, "SCST_", 5))
		return false;
	snprintf(path, sizeof(path), "/sys/class/scsi_device/%s/device/model", scsi);
	return adm_file_line(path, model, size);
}

/* Disks of ours that this machine sees as an initiator, its own or another's. */
static void check_serials(struct doctor *d)
{
	struct adm_vec names = { NULL };
	struct adm_arena arena = { NULL };
	struct adm_map models = { NULL };
	char serial[256], model[64];
	const char *scsi, *other;
	size_t i, n = 0, seen = 0;

	adm_dir_list("/sys/class/scsi_device", &arena, &names);
	adm_vec_for_each(&names, i, scsi) {
		if (!is_ours(scsi, model, sizeof(model)))
			continue;
		read_serial(scsi, serial, sizeof(serial));
		if (!*serial)
			continue;
		seen++;
		other = adm_map_get(&models, serial);
		if (other && strcmp(other, model)) {
			say(d, BAD,
			    "serial number %s is that of both %s and %s: multipath software takes them for one (see id_seed of scst_vdisk)",
			    serial, other, model);
			n++;
		}
		adm_map_put(&models, adm_arena_str(&arena, serial),
			    adm_arena_str(&arena, model));
	}
	if (!n)
		say(d, FINE, "no duplicates among %zu disks of ours that this machine sees",
		    seen);
	adm_map_free(&models);
	adm_vec_free(&names);
	adm_arena_free(&arena);
}

/* ---- others on this machine ---- */

static bool has_process(const char *name)
{
	struct adm_arena arena = { NULL };
	struct adm_vec names = { NULL };
	char path[PATH_SIZE], comm[64];
	bool found = false;
	const char *pid;
	size_t i;

	adm_dir_list("/proc", &arena, &names);
	adm_vec_for_each(&names, i, pid) {
		if (!isdigit((unsigned char)*pid))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", pid);
		if (adm_file_line(path, comm, sizeof(comm)) && !strcmp(comm, name)) {
			found = true;
			break;
		}
	}
	adm_vec_free(&names);
	adm_arena_free(&arena);
	return found;
}

/* LIO's module alone exports nothing: its directories of storage objects do. */
static bool lio_is_used(void)
{
	struct adm_arena arena = { NULL };
	struct adm_vec names = { NULL };
	bool used = false;
	const char *name;
	size_t i;

	adm_dir_list("/sys/kernel/config/target/core", &arena, &names);
	adm_vec_for_each(&names, i, name)
		used |= strcmp(name, "alua") && strchr(name, '_');
	adm_vec_free(&names);
	adm_arena_free(&arena);
	return used;
}

static void check_others(struct doctor *d)
{
	size_t n = 0;

	if (lio_is_used()) {
		say(d, WARN, "LIO exports something too: see that it is not the same disks, nor the same ports");
		n++;
	}
	if (has_process("tgtd")) {
		say(d, WARN, "tgtd is running: see that it has neither the same disks nor the same ports");
		n++;
	}
	if (adm_file_exists("/proc/net/iet/volume")) {
		say(d, WARN, "the iSCSI Enterprise Target is loaded: see that it has not the same disks");
		n++;
	}
	if (!n)
		say(d, FINE, "none is active");
}

/* Is what there is now what there will be after a reboot? */
static void check_file(struct doctor *d)
{
	struct adm_config want = { .threads = 0 };
	struct adm_plan plan = { .wanted = 0 };
	struct adm_plan_opts opts = { .prune = true };
	struct adm_diag diag = { .errors = 0 };

	if (!adm_file_exists(ADM_CONF)) {
		say(d, WARN, ADM_CONF " isn't there: nothing will be exported after a reboot ('scstadmin save' writes it)");
	} else if (!adm_file_parse(&want, ADM_CONF, &diag)) {
		say(d, BAD, "%.*s", (int)strcspn(adm_text_str(&diag.text), "\n"),
		    adm_text_str(&diag.text));
	} else if (d->loaded) {
		adm_state_read_params(&d->state, &want);
		adm_plan_make(&plan, &d->state, &want, &opts);
		if (plan.steps.n)
			say(d, WARN,
			    ADM_CONF " is not what there is now, in %zu points: 'scstadmin diff' shows them",
			    plan.steps.n);
		else
			say(d, FINE, ADM_CONF " is what there is now");
	}
	adm_plan_free(&plan);
	adm_diag_free(&diag);
	adm_config_free(&want);
}

/* ---- all ---- */

static const struct {
	const char *name;
	void (*run)(struct doctor *d);
} checks[] = {
	{ "core", check_core },
	{ "versions", check_version },
	{ "modules", check_installed },
	{ "kernel headers", check_headers },
	{ "dkms", check_dkms },
	{ "Secure Boot", check_secure_boot },
	{ "file", check_file },
	{ "LUN 0", check_lun_0 },
	{ "sessions", check_sessions },
	{ "backing", check_backing },
	{ "serial numbers", check_serials },
	{ "other targets", check_others },
};

static const struct adm_column columns[] = {
	{ "verdict", "VERDICT" }, { "check", "CHECK" }, { "what", "WHAT" },
};

static const struct adm_view view = { "doctor", columns, ADM_COUNT(columns) };

int adm_run_doctor(struct adm_call *call)
{
	struct doctor d = { .loaded = false };
	struct adm_diag silent = { .errors = 0 };
	struct utsname uts;
	size_t i;

	uname(&uts);
	snprintf(d.release, sizeof(d.release), "%s", uts.release);
	d.rows = json_object_new_array();
	d.loaded = !adm_state_read(&d.state, &silent);
	for (i = 0; i < ADM_COUNT(checks); i++) {
		d.check = checks[i].name;
		checks[i].run(&d);
	}
	if (call->opt[ADM_OPT_JSON])
		adm_json_print(d.rows);
	else
		adm_view_print(&view, d.rows);
	json_object_put(d.rows);
	adm_diag_free(&silent);
	adm_config_free(&d.state);
	return d.bad ? ADM_FAILED : ADM_OK;
}
