// SPDX-License-Identifier: GPL-2.0
/* Commands of a plan, written one by one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "files.h"

#define PATH_SIZE	512

/* Steps come in runs for one file: it stays open. */
static struct {
	char path[PATH_SIZE];
	int fd;
} last = { .fd = -1 };

void adm_proc_close(void)
{
	if (last.fd >= 0)
		close(last.fd);
	last.fd = -1;
	last.path[0] = '\0';
}

static int file_get(const char *file)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", *file == '/' ? "" : ADM_PROC "/",
		 file);
	if (last.fd >= 0 && !strcmp(last.path, path))
		return last.fd;
	adm_proc_close();
	last.fd = adm_file_open(path, O_WRONLY);
	if (last.fd < 0)
		return -errno;
	snprintf(last.path, sizeof(last.path), "%s", path);
	return last.fd;
}

/* The number of the last refusal, and its reason: "SEQUENCE ERRNO REASON". */
static unsigned long long last_refusal(char *reason, size_t size)
{
	unsigned long long seq = 0;
	char line[1024];
	int skip = 0;

	*reason = '\0';
	if (!adm_file_line(ADM_PROC "/last_result", line, sizeof(line)))
		return 0;
	if (sscanf(line, "%llu %*d %n", &seq, &skip) < 1 || !skip)
		return 0;
	snprintf(reason, size, "%s", line + skip);
	return seq;
}

/* Without the file's name: everybody knows where commands go. */
static const char *reason_short(const char *reason)
{
	const char *colon;

	if (strncmp(reason, ADM_PROC, strlen(ADM_PROC)))
		return reason;
	colon = strstr(reason, ": ");
	return colon ? colon + 2 : reason;
}

int adm_proc_write(const char *file, const char *command, struct adm_text *why)
{
	static unsigned long long seen;
	unsigned long long seq;
	char reason[1024];
	size_t len = strlen(command);
	int fd, err;

	if (why->s)
		why->len = 0;
	if (!seen)
		seen = last_refusal(reason, sizeof(reason));
	fd = file_get(file);
	if (fd < 0) {
		adm_text_addf(why, "can't open %s: %s", file, strerror(-fd));
		return fd;
	}
	if (write(fd, command, len) == (ssize_t)len)
		return 0;
	err = errno;
	seq = last_refusal(reason, sizeof(reason));
	if (seq > seen)
		adm_text_add(why, reason_short(reason));
	else
		adm_text_add(why, strerror(err));
	seen = seq;
	return -err;
}

/* ---- plans ---- */

struct applier {
	struct adm_plan *plan;
	struct adm_diag *diag;
	struct adm_map gone;	/* devices that aren't there: why */
	struct adm_map kept;	/* devices that were left as they were */
	struct adm_text why;
};

static void step_fail(struct applier *a, struct adm_step *s, const char *why)
{
	s->state = ADM_STEP_FAILED;
	s->why = adm_arena_str(&a->plan->arena, why);
	adm_error(a->diag, NULL, "%s: %s", s->what, why);
	if (s->makes)
		adm_map_put(&a->gone, s->device, (void *)s->why);
}

static void step_skip(struct applier *a, struct adm_step *s, const char *how)
{
	struct adm_text text = { NULL };

	adm_text_addf(&text, "device %s %s", s->device, how);
	s->state = ADM_STEP_SKIPPED;
	s->why = adm_arena_str(&a->plan->arena, adm_text_str(&text));
	adm_text_free(&text);
}

/* A device is not closed for a backing that isn't there. */
static bool lacks_path(struct applier *a, struct adm_step *s)
{
	char why[PATH_SIZE];

	if (!s->needs_path || adm_file_exists(s->needs_path))
		return false;
	snprintf(why, sizeof(why), "%s isn't there%s", s->needs_path,
		 s->leaves ? "; the device stays as it is" : "");
	if (s->leaves)
		adm_map_put(&a->kept, s->leaves, s);
	step_fail(a, s, why);
	return true;
}

/* The device is as it was before: what maps it can be done again. */
static void step_undo(struct applier *a, struct adm_step *s)
{
	struct adm_text why = { NULL };

	if (!s->undo || adm_proc_write(s->file, s->undo, &why)) {
		step_fail(a, s, adm_text_str(&a->why));
	} else {
		s->makes = false;
		adm_text_add(&a->why, "; it is open as it was before");
		step_fail(a, s, adm_text_str(&a->why));
	}
	adm_text_free(&why);
}

static void step_run(struct applier *a, struct adm_step *s)
{
	if (s->device && (s->makes || s->again) &&
	    adm_map_get(&a->kept, s->device)) {
		step_skip(a, s, "is as it was");
		return;
	}
	if (s->device && !s->makes && adm_map_get(&a->gone, s->device)) {
		step_skip(a, s, "isn't there");
		return;
	}
	if (!s->command) {
		step_fail(a, s, s->why);
		return;
	}
	if (lacks_path(a, s))
		return;
	if (!adm_proc_write(s->file, s->command, &a->why)) {
		s->state = ADM_STEP_DONE;
		return;
	}
	step_undo(a, s);
}

void adm_plan_apply(struct adm_plan *plan, struct adm_diag *diag,
		    struct adm_applied *result)
{
	struct applier a = { plan, diag };
	struct adm_step *s;
	size_t i;

	memset(result, 0, sizeof(*result));
	adm_vec_for_each(&plan->steps, i, s) {
		step_run(&a, s);
		result->done += s->state == ADM_STEP_DONE;
		result->failed += s->state == ADM_STEP_FAILED;
		result->skipped += s->state == ADM_STEP_SKIPPED;
	}
	adm_proc_close();
	adm_map_free(&a.gone);
	adm_map_free(&a.kept);
	adm_text_free(&a.why);
}
