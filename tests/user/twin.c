// SPDX-License-Identifier: GPL-2.0
/* A second device of the program, with the same data: what devices may share. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "udisk.h"

static int twin_fd = -1;
static pthread_t thread;
static bool ends;

/* Its file is closed when no system call uses it: the program doesn't block in any. */
void udisk_twin_start(void)
{
	int fd = udisk_fd;
	char name[SCST_MAX_NAME];

	udisk_claim(disk.nonblock && !disk.multi);
	snprintf(name, sizeof(name), "%s2", disk.name);
	twin_fd = udisk_open(name, disk.twin_single ?: disk.single);
	udisk_fd = fd;
	pthread_create(&thread, NULL, udisk_serve, (void *)(intptr_t)twin_fd);
}

bool udisk_twin_ends(void)
{
	return udisk_fd == twin_fd && __atomic_load_n(&ends, __ATOMIC_SEQ_CST);
}

void udisk_twin_close(void)
{
	__atomic_store_n(&ends, true, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	close(twin_fd);
	twin_fd = -1;
}
