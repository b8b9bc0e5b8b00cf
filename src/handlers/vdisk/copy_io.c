// SPDX-License-Identifier: GPL-2.0
/*
 * What all copies between virtual disks are made of: reads and writes of a chunk,
 * in work items, since they may have to wait for commands that need the threads of
 * the core.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/workqueue.h>

#include "fileio.h"
#include "xcopy.h"

#define COPY_ORDER	8	/* chunks of 1 MiB, or */
#define COPY_ORDER_LOW	4	/* less where memory is in pieces */

static struct workqueue_struct *copy_wq;

struct copy_io {
	struct vdisk_dev *vdev;
	struct page *page;
	u64 pos;
	u32 len;
	bool write;
};

static int copy_io_now(void *data)
{
	const struct copy_io *io = data;
	struct vdisk_dev *vdev = io->vdev;
	struct vdisk_fs_task task;
	int err;

	vdisk_fs_enter(&task);
	err = vdev->mode->io(vdev, io->page, io->pos, io->len, io->write,
			     io->write && vdisk_is_write_through(vdev, false));
	vdisk_fs_leave(&task);
	return err;
}

/**
 * vdisk_copy_io() - read or write a chunk, as a command of its own would
 * @vdev: the device
 * @page: the data
 * @pos: first byte
 * @len: whole blocks, inside the device
 * @write: write them
 *
 * Context: a work item of vdisk_copy_queue().
 * Return: 0 or -errno.
 */
int vdisk_copy_io(struct vdisk_dev *vdev, struct page *page, u64 pos, u32 len,
		  bool write)
{
	struct copy_io io = {
		.vdev = vdev, .page = page, .pos = pos, .len = len, .write = write,
	};
	const struct vdisk_extent extent = {
		pos >> vdev->block_shift, (pos + len) >> vdev->block_shift,
	};

	return vdisk_range_run(&vdev->ranges, &extent, write, copy_io_now, &io);
}

/* Memory for a chunk; its @order. NULL: there is none. */
struct page *vdisk_copy_alloc(unsigned int *order)
{
	gfp_t gfp = GFP_NOIO | __GFP_NOWARN | __GFP_COMP;
	struct page *page;

	*order = COPY_ORDER;
	page = alloc_pages(gfp | __GFP_NORETRY, *order);
	if (!page) {
		*order = COPY_ORDER_LOW;
		page = alloc_pages(gfp, *order);
	}
	return page;
}

void vdisk_copy_queue(struct work_struct *work)
{
	queue_work(copy_wq, work);
}

int vdisk_copy_io_init(void)
{
	copy_wq = alloc_workqueue("scst_vdisk_copy", WQ_UNBOUND, 0);
	return copy_wq ? 0 : -ENOMEM;
}

void vdisk_copy_io_exit(void)
{
	destroy_workqueue(copy_wq);
}
