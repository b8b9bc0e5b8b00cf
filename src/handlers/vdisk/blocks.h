/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands on blocks that are more than a transfer: what a thread does for them,
 * piece by piece.
 */
#ifndef VDISK_BLOCKS_H
#define VDISK_BLOCKS_H

#include "fileio.h"

/* Fields that many CDBs share. */
#define VDISK_CDB_FUA		0x08
#define VDISK_CDB_BYTCHK_SHIFT	1
#define VDISK_CDB_BYTCHK_MASK	0x3

/**
 * struct vdisk_space_ops - what a backing can do besides reading and writing
 * @probe: fills vdev->space; the device is open, its block size and size are set
 * @zero: make bytes zeros that stay allocated; -EOPNOTSUPP: can't, write them
 * @unmap: give the space of bytes back; called if vdev->space.can_unmap
 * @reserve: have space for bytes, so that writing them can't fail for want of it;
 *	NULL: can't
 * @mapped: is the byte at @pos allocated, and up to where (@end) is that so? NULL:
 *	all are
 * @usage: bytes that the device occupies, and that it can still get; NULL: can't
 *	be known
 * @flush: bring bytes to stable storage
 * @settle: flush(), and forget what is cached, so that reads come from the medium
 * @fetch: begin to read bytes into the cache; NULL: there is none
 *
 * Process context, may sleep, between vdisk_fs_enter() and vdisk_fs_leave().
 * Positions and lengths are in bytes, multiples of the block size. 0 or -errno.
 */
struct vdisk_space_ops {
	void (*probe)(struct vdisk_dev *vdev);
	int (*zero)(struct vdisk_dev *vdev, u64 pos, u64 len);
	int (*unmap)(struct vdisk_dev *vdev, u64 pos, u64 len);
	int (*reserve)(struct vdisk_dev *vdev, u64 pos, u64 len);
	bool (*mapped)(struct vdisk_dev *vdev, u64 pos, u64 *end);
	int (*usage)(const struct vdisk_dev *vdev, u64 *used, u64 *avail);
	int (*flush)(struct vdisk_dev *vdev, u64 pos, u64 len);
	int (*settle)(struct vdisk_dev *vdev, u64 pos, u64 len);
	int (*fetch)(struct vdisk_dev *vdev, u64 pos, u64 len);
};

extern const struct vdisk_space_ops vdisk_file_space;
extern const struct vdisk_space_ops vdisk_bdev_space;
extern const struct vdisk_space_ops vdisk_null_space;

/**
 * struct vdisk_pieces - blocks that a thread works on, in pieces
 * @vdev: the device
 * @cmd: the command, NULL: for none
 * @pos: first byte on the medium
 * @len: bytes
 * @before: bytes that were done before these, and @total: of all; for no command
 * @total: see @before
 * @off: of the present piece from @pos on
 * @page: memory for two pieces
 * @order: of @page
 * @size: of a piece
 * @data: a piece of the medium
 * @other: a piece to compare it with
 * @whole: an abort comes after the last piece, not between two
 * @fua: the command asks for stable storage
 * @writing: the last thing tried was a write
 * @bad: byte of the medium that could not be read or written
 * @task: as it was before
 */
struct vdisk_pieces {
	struct vdisk_dev *vdev;
	struct scst_cmd *cmd;
	u64 pos;
	u64 len;
	u64 before;
	u64 total;
	u64 off;
	struct page *page;
	unsigned int order;
	u32 size;
	u8 *data;
	u8 *other;
	bool whole;
	bool fua;
	bool writing;
	u64 bad;
	struct vdisk_fs_task task;
};

/* A step: 0, -errno, or 1: the command has got its status. */
typedef int (*vdisk_piece_fn)(struct vdisk_pieces *p, u32 n);

int vdisk_pieces_begin(struct vdisk_pieces *p);
void vdisk_pieces_end(struct vdisk_pieces *p);
int vdisk_pieces_each(struct vdisk_pieces *p, vdisk_piece_fn fn);
void vdisk_pieces_fail(struct vdisk_pieces *p, int err);

int vdisk_piece_read(struct vdisk_pieces *p, u32 n);
int vdisk_piece_write(struct vdisk_pieces *p, u32 n);
int vdisk_piece_write_buffer(struct vdisk_pieces *p, u32 n);
bool vdisk_piece_differs(const struct vdisk_pieces *p, u32 n, u32 *where);
int vdisk_pieces_zero(struct vdisk_pieces *p);
int vdisk_pieces_unmap(struct vdisk_pieces *p);
int vdisk_pieces_make_stable(struct vdisk_pieces *p);

/**
 * struct vdisk_blocks_cmd - how a command on blocks is run
 * @run: does it, in a thread; 0, -errno, or 1: the status is set
 * @how: VDISK_RANGE_*
 * @has_fua: there is a FUA bit
 */
struct vdisk_blocks_cmd {
	int (*run)(struct vdisk_pieces *p);
	unsigned int how;
	bool has_fua;
};

enum scst_exec_res vdisk_blocks_exec(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u64 blocks,
				     const struct vdisk_blocks_cmd *bc);

u32 vdisk_cdb_blocks(const struct scst_cmd *cmd);
unsigned int vdisk_cdb_blocks_at(const struct scst_cmd *cmd);
unsigned int vdisk_cdb_flags_at(const struct scst_cmd *cmd);

static inline u8 vdisk_cdb_flags(const struct scst_cmd *cmd)
{
	return cmd->cdb[vdisk_cdb_flags_at(cmd)];
}

static inline u8 vdisk_cdb_bytchk(const struct scst_cmd *cmd)
{
	return vdisk_cdb_flags(cmd) >> VDISK_CDB_BYTCHK_SHIFT &
	       VDISK_CDB_BYTCHK_MASK;
}

#endif /* VDISK_BLOCKS_H */
