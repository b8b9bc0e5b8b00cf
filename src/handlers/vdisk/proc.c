// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc/scsi_tgt/vdisk/vdisk shows: tools parse it by column.
 */
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "vdisk.h"

const char vdisk_notes[] =
"PATH is absolute. NULLIO needs none: the device then has 1.5 TiB.\n"
"BLOCK_SIZE is 512, 1024, 2048 or 4096. Without it: 512, or the logical block\n"
"size of a block device if that is larger.\n"
"Flags:\n"
"  WRITE_THROUGH  every write is on stable storage before it is acknowledged\n"
"  NV_CACHE       the cache survives a power failure: synchronization is ignored\n"
"  O_DIRECT       the page cache is not used, as far as the file system can\n"
"  READ_ONLY      no initiator can write\n"
"  NULLIO         writes are dropped, reads return nothing useful\n"
"  BLOCKIO, BIO   PATH is a block device, used without the page cache\n"
"  REMOVABLE      initiators can eject and load the medium\n"
"  THIN           unmapped blocks give back their space in the file. That is so\n"
"                 anyway unless all of the file is allocated when it is opened\n";

int vdisk_show(struct seq_file *m, void *obj)
{
	struct vdisk_dev *vdev;
	char options[32];

	seq_printf(m, "%-17s %-11s %-11s %-15s %s\n", "Name", "Size(MB)",
		   "Block size", "Options", "File name");
	mutex_lock(&vdisk_devs_mutex);
	list_for_each_entry(vdev, &vdisk_devs, entry) {
		vdisk_flags_text(vdev->flags, options, sizeof(options));
		seq_printf(m, "%-17s %-11u %-12u%-16s%s\n", vdev->name,
			   (unsigned int)(READ_ONCE(vdev->size) >> 20),
			   1U << vdev->block_shift, options, vdev->path ?: "");
	}
	mutex_unlock(&vdisk_devs_mutex);
	return 0;
}
