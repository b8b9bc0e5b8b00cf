// SPDX-License-Identifier: GPL-2.0
/* Files below the root. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

static const char *root = "";

void adm_root_set(const char *dir)
{
	root = dir;
}

bool adm_root_is_set(void)
{
	return *root;
}

static const char *rooted(const char *path, char buf[PATH_MAX])
{
	if (!*root || *path != '/')
		return path;
	snprintf(buf, PATH_MAX, "%s%s", root, path);
	return buf;
}

/* ---- reading ---- */

int adm_file_open(const char *path, int flags)
{
	char buf[PATH_MAX];

	return open(rooted(path, buf), flags | O_CLOEXEC, 0600);
}

/* Files of /proc say nothing of their length. */
static char *read_all(int fd, size_t *len)
{
	struct adm_text text = { NULL };
	char buf[16384];
	ssize_t got;

	adm_text_addn(&text, "", 0);
	while ((got = read(fd, buf, sizeof(buf)))) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int err = errno;

			adm_text_free(&text);
			errno = err;
			return NULL;
		}
		adm_text_addn(&text, buf, got);
	}
	if (len)
		*len = text.len;
	return text.s;
}

char *adm_file_read(const char *path, size_t *len)
{
	int fd = strcmp(path, "-") ? adm_file_open(path, O_RDONLY) : dup(0);
	char *text;
	int err;

	if (fd < 0)
		return NULL;
	text = read_all(fd, len);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

bool adm_file_line(const char *path, char *buf, size_t size)
{
	char *text = adm_file_read(path, NULL);

	if (!text)
		return false;
	snprintf(buf, size, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	return true;
}

bool adm_file_exists(const char *path)
{
	char buf[PATH_MAX];

	return !access(rooted(path, buf), F_OK);
}

/* Not access(): root may write whatever the mode says. */
bool adm_file_is_writable(const char *path)
{
	char buf[PATH_MAX];
	struct stat st;

	return !stat(rooted(path, buf), &st) && (st.st_mode & 0222);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int adm_dir_list(const char *path, struct adm_arena *arena, struct adm_vec *names)
{
	char buf[PATH_MAX];
	DIR *dir = opendir(rooted(path, buf));
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			adm_vec_add(names, adm_arena_str(arena, entry->d_name));
	closedir(dir);
	if (names->n)
		qsort(names->v, names->n, sizeof(*names->v), compare);
	return 0;
}

/* ---- writing ---- */

int adm_file_remove(const char *path)
{
	char buf[PATH_MAX];

	return unlink(rooted(path, buf)) ? -errno : 0;
}

int adm_dir_make(const char *path)
{
	char buf[PATH_MAX], copy[PATH_MAX];
	char *p;

	snprintf(copy, sizeof(copy), "%s", rooted(path, buf));
	for (p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	return mkdir(copy, 0755) && errno != EEXIST ? -errno : 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t done = write(fd, text, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		len -= done;
	}
	return fsync(fd) ? -errno : 0;
}

/* The new name must be on stable storage as well. */
static int sync_dir_of(const char *path)
{
	char copy[PATH_MAX];
	int fd, ret = 0;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL)
		ret = -errno;
	close(fd);
	return ret;
}

/* As the file has it that is replaced; who may not give files away keeps them. */
static void keep_mode(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		fchmod(fd, 0644);
		return;
	}
	fchmod(fd, st.st_mode & 07777);
	if (fchown(fd, st.st_uid, st.st_gid))
		fchmod(fd, st.st_mode & 0777);
}

int adm_file_replace(const char *path, const char *text, size_t len)
{
	char buf[PATH_MAX], real[PATH_MAX], tmp[PATH_MAX];
	int fd, ret;

	path = rooted(path, buf);
	if (realpath(path, real))
		path = real;
	if (snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path) >= (int)sizeof(tmp))
		return -ENAMETOOLONG;
	fd = mkstemp(tmp);
	if (fd < 0)
		return -errno;
	keep_mode(fd, path);
	ret = write_all(fd, text, len);
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(tmp, path))
		ret = -errno;
	if (ret) {
		unlink(tmp);
		return ret;
	}
	return sync_dir_of(path);
}

/* ---- configurations ---- */

/* A pattern that isn't absolute is relative to the file that has it. */
static int loader_expand(const struct adm_loader *loader, const char *pattern,
			 const char *from, struct adm_vec *paths)
{
	char full[PATH_MAX], buf[PATH_MAX], dir[PATH_MAX];
	const char *real;
	glob_t found;
	size_t i, skip;
	int ret;

	(void)loader;
	snprintf(dir, sizeof(dir), "%s", from);
	if (*pattern == '/')
		snprintf(full, sizeof(full), "%s", pattern);
	else if (snprintf(full, sizeof(full), "%s/%s", dirname(dir), pattern) >=
		 (int)sizeof(full))
		return -ENAMETOOLONG;
	real = rooted(full, buf);
	skip = *full == '/' ? strlen(root) : 0;
	ret = glob(real, 0, NULL, &found);
	if (ret == GLOB_NOMATCH)
		return 0;
	if (ret)
		return ret == GLOB_NOSPACE ? -ENOMEM : -EIO;
	for (i = 0; i < found.gl_pathc; i++)
		adm_vec_add(paths, strdup(found.gl_pathv[i] + skip));
	globfree(&found);
	return 0;
}

static char *loader_load(const struct adm_loader *loader, const char *path,
			 size_t *len)
{
	(void)loader;
	return adm_file_read(path, len);
}

const struct adm_loader adm_file_loader = { loader_expand, loader_load };

bool adm_file_parse(struct adm_config *config, const char *path,
		    struct adm_diag *diag)
{
	size_t len;
	char *text = adm_file_read(path, &len);
	bool ok;

	if (!text) {
		struct adm_place at = { path };

		adm_error(diag, &at, "can't read it: %s", strerror(errno));
		return false;
	}
	ok = adm_parse(config, path, text, len, &adm_file_loader, diag);
	free(text);
	return adm_config_check(config, diag) && ok;
}
