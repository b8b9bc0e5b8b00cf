// SPDX-License-Identifier: GPL-2.0
/* Buffers that the kernel has, by address: one that comes back twice is a mistake. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "udisk.h"

struct piece {
	struct piece *next;
	uint8_t *addr;
	size_t len;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct piece *pieces;
static size_t outstanding;

uint8_t *udisk_alloc(size_t len)
{
	struct piece *p = malloc(sizeof(*p));
	size_t off;

	len = (len + 4095) & ~(size_t)4095;
	p->len = len;
	p->addr = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p->addr == MAP_FAILED) {
		free(p);
		return NULL;
	}
	/* Pages come one after the other, up or down: so their order is known. */
	for (off = len; disk.backwards && off; off -= 4096)
		p->addr[off - 1] = 0;
	for (off = 0; !disk.backwards && off < len; off += 4096)
		p->addr[off] = 0;
	pthread_mutex_lock(&lock);
	p->next = pieces;
	pieces = p;
	outstanding++;
	pthread_mutex_unlock(&lock);
	return p->addr;
}

void udisk_free(uint64_t pbuf)
{
	struct piece **at, *p = NULL;

	pthread_mutex_lock(&lock);
	for (at = &pieces; *at; at = &(*at)->next) {
		if ((uintptr_t)(*at)->addr != pbuf)
			continue;
		p = *at;
		*at = p->next;
		outstanding--;
		break;
	}
	pthread_mutex_unlock(&lock);
	udisk_claim(p);
	if (!p)
		return;
	munmap(p->addr, p->len);
	free(p);
}

size_t udisk_outstanding(void)
{
	return outstanding;
}
