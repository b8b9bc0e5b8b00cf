// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer in whole pages, for commands whose own buffer has pieces that a backing
 * can't take without copying them: odd initiators make those, and transfers that end within a
 * block.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "vdisk.h"

/*
 * Can a backing move data straight from and to these places, which takes offsets
 * and lengths without the bits of the masks?
 */
bool vdisk_sg_is_aligned(struct scatterlist *sg, u32 len, u32 off_mask,
			 u32 len_mask)
{
	if (len & len_mask)
		return false;
	for (;;) {
		if (sg->offset & off_mask)
			return false;
		if (len <= sg->length)
			return true;
		if (sg->length & len_mask)
			return false;
		len -= sg->length;
		sg = sg_next(sg);
	}
}

/**
 * struct vdisk_bounce - the buffer
 * @cmd: the command
 * @used: bytes that are the command's
 * @sgt: one entry for each page
 */
struct vdisk_bounce {
	struct scst_cmd *cmd;
	u32 used;
	struct sg_table sgt;
};

/* Between the command's buffer and the pages; any context. */
static void bounce_copy(struct vdisk_bounce *bounce, bool to_cmd)
{
	struct scatterlist *page_sg = bounce->sgt.sgl;
	struct sg_mapping_iter it;
	u32 done = 0;

	sg_miter_start(&it, bounce->cmd->sg, bounce->cmd->sg_cnt,
		       SG_MITER_ATOMIC |
		       (to_cmd ? SG_MITER_TO_SG : SG_MITER_FROM_SG));
	while (done < bounce->used && sg_miter_next(&it)) {
		size_t off = 0;

		while (off < it.length && done < bounce->used) {
			void *place = sg_virt(page_sg) + offset_in_page(done);
			size_t n = min3(it.length - off,
					(size_t)(bounce->used - done),
					(size_t)(PAGE_SIZE - offset_in_page(done)));

			if (to_cmd)
				memcpy(it.addr + off, place, n);
			else
				memcpy(place, it.addr + off, n);
			off += n;
			done += n;
			if (!offset_in_page(done))
				page_sg = sg_next(page_sg);
		}
	}
	sg_miter_stop(&it);
}

static void bounce_free(struct vdisk_bounce *bounce)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(bounce->sgt.sgl, sg, bounce->sgt.orig_nents, i)
		if (sg_page(sg))
			__free_page(sg_page(sg));
	sg_free_table(&bounce->sgt);
	kfree(bounce);
}

static int bounce_alloc_pages(struct vdisk_bounce *bounce, u32 len)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(bounce->sgt.sgl, sg, bounce->sgt.orig_nents, i) {
		u32 n = min_t(u32, len, PAGE_SIZE);
		struct page *page = alloc_page(GFP_NOIO | __GFP_NOWARN);

		if (!page)
			return -ENOMEM;
		sg_set_page(sg, page, n, 0);
		len -= n;
	}
	return 0;
}

/*
 * @len bytes of pages, of which @used are the command's; filled from its buffer
 * when @write. NULL: no memory.
 */
struct vdisk_bounce *vdisk_bounce_get(struct scst_cmd *cmd, u32 len, u32 used,
				      bool write)
{
	struct vdisk_bounce *bounce = kzalloc(sizeof(*bounce), GFP_NOIO);

	if (!bounce)
		return NULL;
	bounce->cmd = cmd;
	bounce->used = used;
	if (sg_alloc_table(&bounce->sgt, DIV_ROUND_UP(len, PAGE_SIZE), GFP_NOIO)) {
		kfree(bounce);
		return NULL;
	}
	if (bounce_alloc_pages(bounce, len)) {
		bounce_free(bounce);
		return NULL;
	}
	if (write)
		bounce_copy(bounce, false);
	return bounce;
}

struct scatterlist *vdisk_bounce_sg(struct vdisk_bounce *bounce)
{
	return bounce->sgt.sgl;
}

/*
 * The device is done with the pages; their contents are the command's answer if
 * it reads and @copy_back. Any context. Returns the command.
 */
struct scst_cmd *vdisk_bounce_put(struct vdisk_bounce *bounce, bool copy_back)
{
	struct scst_cmd *cmd = bounce->cmd;

	if (copy_back && cmd->data_direction == SCST_DATA_READ)
		bounce_copy(bounce, true);
	bounce_free(bounce);
	return cmd;
}
