// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * A virtual tape drive (SSC-4): a file is the tape in it. Blocks of any length or of
 * a fixed one, filemarks, an end with early warning.
 *
 *	vtape [-r] NAME FILE [MIB]
 *
 * One thread serves it: a drive does one thing at a time.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <scsi/scsi.h>

#include <libscst_user.h>

#include "tape_image.h"

#define DENSITY		0x58	/* LTO-5, which all programs know */
#define SESSIONS	64

/* Sense keys and codes of tapes. */
#define NO_SENSE_FILEMARK	0x00, 0x00, 0x01
#define NO_SENSE_END		0x00, 0x00, 0x02
#define NO_SENSE_BEGINNING	0x00, 0x00, 0x04
#define NO_SENSE_LENGTH		0x00, 0x00, 0x00
#define BLANK_END_OF_DATA	0x08, 0x00, 0x05
#define OVERFLOW_END		0x0d, 0x00, 0x02
#define REMOVAL_PREVENTED	0x05, 0x53, 0x02
#define POSITION_WRITE_ERROR	0x03, 0x0c, 0x00

/* An I_T nexus. */
struct session {
	__u64 h;
	bool used;
	bool prevents;		/* PREVENT ALLOW MEDIUM REMOVAL */
	bool medium_changed;	/* a unit attention that it hasn't heard */
	bool mode_changed;
};

static struct scstu_dev *dev;
static struct tape tape;
static struct session sessions[SESSIONS];
static bool loaded = true;
static __u32 block_len;		/* 0: variable */
static __u8 buffered = 1;	/* BUFFERED MODE */

static struct session *session_find(__u64 h, bool used)
{
	struct session *s;

	for (s = sessions; s < sessions + SESSIONS; s++)
		if (s->used == used && (!used || s->h == h))
			return s;
	return NULL;
}

static int attach(struct scstu_dev *d, const struct scst_user_sess *sess)
{
	struct session *s = session_find(0, false);

	if (!s)
		return -ENOSPC;
	*s = (struct session){ .h = sess->sess_h, .used = true };
	return 0;
}

static void detach(struct scstu_dev *d, const struct scst_user_sess *sess)
{
	struct session *s = session_find(sess->sess_h, true);

	if (s)
		s->used = false;
}

/* ---- lengths ---- */

/* READ (6), WRITE (6): a count of blocks, or the bytes of one. */
static __u32 transfer_len(const __u8 *cdb)
{
	return scstu_get24(cdb + 2);
}

static bool is_fixed(const __u8 *cdb)
{
	return cdb[1] & 0x01;
}

/* Only we know how long a block is. */
static void parse(struct scstu_dev *d, const struct scst_user_scsi_cmd_parse *cmd,
		  struct scst_user_scsi_cmd_reply_parse *reply)
{
	__u64 len = transfer_len(cmd->cdb);

	if (cmd->cdb[0] != READ_6 && cmd->cdb[0] != WRITE_6)
		return;
	if (is_fixed(cmd->cdb))
		len *= block_len;
	if (len > 64U << 20)	/* refused when it is executed: see check_transfer() */
		len = 0;
	reply->data_len = len;
	reply->bufflen = len;
	reply->data_direction = !len ? SCST_DATA_NONE :
		cmd->cdb[0] == READ_6 ? SCST_DATA_READ : SCST_DATA_WRITE;
}

/* The CDB's count in bytes; false: it is refused. */
static bool check_transfer(struct scstu_cmd *cmd)
{
	const __u8 *cdb = cmd->exec->cdb;
	__u64 len = transfer_len(cdb);

	if (is_fixed(cdb) && (!block_len || (cdb[0] == READ_6 && cdb[1] & 0x02)))
		scstu_invalid_field(cmd, false, 1, block_len ? 1 : 0);
	else if (is_fixed(cdb) ? len * block_len > 64U << 20 : len > TAPE_MAX_BLOCK)
		scstu_invalid_field(cmd, false, 2, -1);
	else
		return true;
	return false;
}

/* ---- READ and WRITE ---- */

static void medium_failed(struct scstu_cmd *cmd, int err, bool write, __u32 left)
{
	if (err == -ENOSPC)
		scstu_sense_info(cmd, OVERFLOW_END, SCSTU_EOM, left);
	else if (write)
		scstu_sense_info(cmd, POSITION_WRITE_ERROR, 0, left);
	else
		scstu_sense_info(cmd, SCST_LOAD_SENSE(scst_sense_read_error), 0, left);
}

/* A filemark or the end of data is where a block should be. True: so it is. */
static bool no_block(struct scstu_cmd *cmd, __u32 left)
{
	if (tape.pos == tape.count) {
		scstu_sense_info(cmd, BLANK_END_OF_DATA, 0, left);
	} else if (tape.objects[tape.pos].mark) {
		tape.pos++;
		scstu_sense_info(cmd, NO_SENSE_FILEMARK, SCSTU_FILEMARK, left);
	} else {
		return false;
	}
	return true;
}

/* SSC-4 7.4: one block, of another length perhaps. */
static void read_variable(struct scstu_cmd *cmd)
{
	__u32 want = transfer_len(cmd->exec->cdb), n;
	bool sili = cmd->exec->cdb[1] & 0x02;
	int err;

	if (no_block(cmd, want))
		return;
	n = tape.objects[tape.pos].len;
	err = tape_read(&tape, cmd->buf, want < cmd->len ? want : cmd->len);
	if (err)
		return medium_failed(cmd, err, false, want);
	if (n != want && !(sili && (n < want || !block_len)))
		scstu_sense_info(cmd, NO_SENSE_LENGTH, SCSTU_ILI,
				 (long long)want - n);
	cmd->resp_len = n < want ? n : want;
}

static void read_fixed(struct scstu_cmd *cmd)
{
	__u32 left, done = 0;
	int err;

	for (left = transfer_len(cmd->exec->cdb); left; left--, done += block_len) {
		if (done + block_len > cmd->len || no_block(cmd, left))
			break;
		if (tape.objects[tape.pos].len != block_len) {
			tape.pos++;
			scstu_sense_info(cmd, NO_SENSE_LENGTH, SCSTU_ILI, left);
			break;
		}
		err = tape_read(&tape, cmd->buf + done, block_len);
		if (err) {
			medium_failed(cmd, err, false, left);
			break;
		}
	}
	cmd->resp_len = done;
}

static void cmd_read(struct scstu_cmd *cmd)
{
	if (!transfer_len(cmd->exec->cdb) || !check_transfer(cmd))
		return;
	if (is_fixed(cmd->exec->cdb))
		read_fixed(cmd);
	else
		read_variable(cmd);
}

static bool check_writable(struct scstu_cmd *cmd)
{
	if (tape.read_only)
		scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_data_protect));
	return !tape.read_only;
}

/* GOOD, unless the end is near: SSC-4 4.2.4. */
static void written(struct scstu_cmd *cmd, bool sync)
{
	int err = sync ? tape_sync(&tape) : 0;

	if (err)
		medium_failed(cmd, err, true, 0);
	else if (tape_near_end(&tape))
		scstu_sense_info(cmd, NO_SENSE_END, SCSTU_EOM, 0);
}

static void cmd_write(struct scstu_cmd *cmd)
{
	const __u8 *cdb = cmd->exec->cdb;
	__u32 count = is_fixed(cdb) ? transfer_len(cdb) : 1, i;
	__u32 len = is_fixed(cdb) ? block_len : transfer_len(cdb);
	int err;

	if (!transfer_len(cdb) || !check_transfer(cmd) || !check_writable(cmd))
		return;
	if ((__u64)count * len > cmd->len)	/* not all of it was sent */
		return scstu_sense(cmd, 0x0b, 0x4b, 0x00);
	for (i = 0; i < count; i++) {
		err = tape_write(&tape, cmd->buf + i * len, len, false);
		if (err)
			return medium_failed(cmd, err, true, is_fixed(cdb) ?
					     count - i : len);
	}
	written(cmd, !buffered);
}

static void cmd_write_filemarks(struct scstu_cmd *cmd)
{
	const __u8 *cdb = cmd->exec->cdb;
	__u32 left;
	int err;

	if (cdb[1] & 0x02)	/* WSMK, obsolete */
		return scstu_invalid_field(cmd, false, 1, 1);
	if (transfer_len(cdb) && !check_writable(cmd))
		return;
	for (left = transfer_len(cdb); left; left--) {
		err = tape_write(&tape, NULL, 0, true);
		if (err)
			return medium_failed(cmd, err, true, left);
	}
	/* IMMED may leave them in the cache; otherwise all is on the tape. */
	written(cmd, !(cdb[1] & 0x01));
}

/* ---- positions ---- */

static void space_end(struct scstu_cmd *cmd, bool back, __u32 left)
{
	if (back)
		scstu_sense_info(cmd, NO_SENSE_BEGINNING, SCSTU_EOM, left);
	else
		scstu_sense_info(cmd, BLANK_END_OF_DATA, 0, left);
}

/* SSC-4 7.9: a step over objects until @count blocks, or filemarks, are behind. */
static void space(struct scstu_cmd *cmd, long long count, bool marks)
{
	bool back = count < 0;
	__u32 left = back ? -count : count;

	while (left) {
		bool mark;

		if (back ? !tape.pos : tape.pos == tape.count)
			return space_end(cmd, back, left);
		mark = tape.objects[back ? tape.pos - 1 : tape.pos].mark;
		tape.pos += back ? -1 : 1;
		if (mark == marks)
			left--;
		else if (mark)
			return scstu_sense_info(cmd, NO_SENSE_FILEMARK,
						SCSTU_FILEMARK, left);
	}
}

static void cmd_space(struct scstu_cmd *cmd)
{
	__s32 count = (__s32)(transfer_len(cmd->exec->cdb) << 8) >> 8;

	switch (cmd->exec->cdb[1] & 0x0f) {
	case 0:
		return space(cmd, count, false);
	case 1:
		return space(cmd, count, true);
	case 3:
		tape.pos = tape.count;
		return;
	default:
		scstu_invalid_field(cmd, false, 1, 3);
	}
}

static void cmd_rewind(struct scstu_cmd *cmd)
{
	tape.pos = 0;
}

static void cmd_locate(struct scstu_cmd *cmd)
{
	const __u8 *cdb = cmd->exec->cdb;
	__u64 to = cdb[0] == LOCATE_16 ? scstu_get64(cdb + 4) : scstu_get32(cdb + 3);

	if (cdb[1] & 0x02)		/* CP: there is one partition */
		return scstu_invalid_field(cmd, false, 1, 1);
	if (cdb[0] == LOCATE_16 && cdb[1] & 0x38)
		return scstu_invalid_field(cmd, false, 1, 5);
	tape.pos = to < tape.count ? to : tape.count;
	if (to > tape.count)
		scstu_sense(cmd, BLANK_END_OF_DATA);
}

static void cmd_read_position(struct scstu_cmd *cmd)
{
	__u8 buf[32] = { }, flags = tape.pos ? 0 : 0x80;
	__u32 i, marks = 0;

	flags |= tape_near_end(&tape) ? 0x40 : 0;
	buf[0] = flags;
	switch (cmd->exec->cdb[1] & 0x1f) {
	case 0:
	case 1:		/* short form; blocks are counted alike in both */
		scstu_put32(buf + 4, tape.pos);
		scstu_put32(buf + 8, tape.pos);
		return scstu_reply(cmd, buf, 20);
	case 6:		/* long form */
		for (i = 0; i < tape.pos; i++)
			marks += tape.objects[i].mark;
		scstu_put64(buf + 8, tape.pos);
		scstu_put64(buf + 16, marks);
		return scstu_reply(cmd, buf, 32);
	default:
		scstu_invalid_field(cmd, false, 1, 4);
	}
}

static void cmd_erase(struct scstu_cmd *cmd)
{
	int err = 0;

	if (!check_writable(cmd))
		return;
	err = tape_cut(&tape);
	if (!err)
		err = tape_sync(&tape);
	if (err)
		medium_failed(cmd, err, true, 0);
}

/* ---- the drive ---- */

static void cmd_load_unload(struct scstu_cmd *cmd)
{
	bool load = cmd->exec->cdb[4] & 0x01;
	struct session *s;
	int err;

	for (s = sessions; !load && s < sessions + SESSIONS; s++)
		if (s->used && s->prevents)
			return scstu_sense(cmd, REMOVAL_PREVENTED);
	err = tape.read_only ? 0 : tape_sync(&tape);
	if (err)
		return medium_failed(cmd, err, true, 0);
	tape.pos = 0;
	for (s = sessions; load && !loaded && s < sessions + SESSIONS; s++)
		s->medium_changed = s->h != cmd->exec->sess_h;
	loaded = load;
}

static void cmd_prevent(struct scstu_cmd *cmd)
{
	struct session *s = session_find(cmd->exec->sess_h, true);

	if (cmd->exec->cdb[4] & 0x02)
		scstu_invalid_field(cmd, false, 4, 1);
	else if (s)
		s->prevents = cmd->exec->cdb[4] & 0x01;
}

static void cmd_ready(struct scstu_cmd *cmd)
{
}

static void cmd_block_limits(struct scstu_cmd *cmd)
{
	__u8 buf[6] = { };

	if (cmd->exec->cdb[1] & 0x01)	/* MLOI */
		return scstu_invalid_field(cmd, false, 1, 0);
	scstu_put24(buf + 1, TAPE_MAX_BLOCK);
	scstu_put16(buf + 4, 1);
	scstu_reply(cmd, buf, sizeof(buf));
}

static void inquiry_page(struct scstu_cmd *cmd)
{
	__u8 buf[64] = { 0x01, cmd->exec->cdb[2] };
	size_t len = strlen(scstu_name(dev));

	switch (buf[1]) {
	case 0x00:
		memcpy(buf + 4, "\x00\x80\x83", 3);
		buf[3] = 3;
		break;
	case 0x80:
		memcpy(buf + 4, scstu_name(dev), len);
		buf[3] = len;
		break;
	case 0x83:		/* T10 vendor identification, ASCII */
		memcpy(buf + 4, "\x02\x01\0\0SCST    ", 12);
		memcpy(buf + 16, scstu_name(dev), len > 48 ? 48 : len);
		buf[7] = 8 + (len > 48 ? 48 : len);
		buf[3] = 4 + buf[7];
		break;
	default:
		return scstu_invalid_field(cmd, false, 2, -1);
	}
	scstu_reply(cmd, buf, 4 + buf[3]);
}

static void cmd_inquiry(struct scstu_cmd *cmd)
{
	/* Tape, RMB, SPC-4, response data format 2, 31 bytes more, CMDQUE. */
	__u8 buf[36] = { 0x01, 0x80, 0x06, 0x02, 31, 0, 0, 0x02 };

	if (cmd->exec->cdb[1] & 0x01)
		return inquiry_page(cmd);
	if (cmd->exec->cdb[2])
		return scstu_invalid_field(cmd, false, 2, -1);
	memcpy(buf + 8, "SCST    VIRTUAL TAPE    1.0 ", 28);
	scstu_reply(cmd, buf, sizeof(buf));
}

/* ---- mode parameters ---- */

/* Device configuration page, SSC-4 8.3.3: block position identifiers, a gap of 0. */
static const __u8 config_page[16] = {
	0x10, 0x0e, [8] = 0x40, [10] = 0x18,	/* BIS; EEG, default EOD */
};

static void cmd_mode_sense(struct scstu_cmd *cmd)
{
	const __u8 *cdb = cmd->exec->cdb;
	bool ten = cdb[0] == MODE_SENSE_10, dbd = cdb[1] & 0x08;
	__u8 page = cdb[2] & 0x3f, pc = cdb[2] >> 6;
	__u32 header = ten ? 8 : 4, len = header;
	__u8 buf[64] = { };

	if (pc == 3)
		return scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_saving_params_unsup));
	if ((page && page != 0x10 && page != 0x3f) || (cdb[3] && cdb[3] != 0xff))
		return scstu_invalid_field(cmd, false, page == 0x10 ? 3 : 2, -1);
	buf[ten ? 3 : 2] = (tape.read_only ? 0x80 : 0) | buffered << 4;
	if (!dbd) {
		buf[ten ? 7 : 3] = 8;
		buf[len] = DENSITY;
		scstu_put24(buf + len + 5, block_len);
		len += 8;
	}
	if (page) {
		memcpy(buf + len, config_page, pc == 1 ? 2 : sizeof(config_page));
		len += sizeof(config_page);
	}
	if (ten)
		scstu_put16(buf, len - 2);
	else
		buf[0] = len - 1;
	scstu_reply(cmd, buf, len);
}

/* SSC-4 8.3: what can be set is the block length and whether writes are buffered. */
static void cmd_mode_select(struct scstu_cmd *cmd)
{
	bool ten = cmd->exec->cdb[0] == MODE_SELECT_10;
	__u32 header = ten ? 8 : 4, desc, pos, new_len = block_len;
	const __u8 *list = cmd->buf;
	struct session *s;
	__u8 mode;

	if (cmd->exec->cdb[1] & 0x01)	/* SP */
		return scstu_invalid_field(cmd, false, 1, 0);
	if (!cmd->len)
		return;
	desc = cmd->len < header ? 0 : list[ten ? 7 : 3];
	if (cmd->len < header + desc)
		return scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	mode = list[ten ? 3 : 2] >> 4 & 0x07;
	if (mode > 1)
		return scstu_invalid_field(cmd, true, ten ? 3 : 2, 6);
	if (desc && desc != 8)
		return scstu_invalid_field(cmd, true, ten ? 7 : 3, -1);
	if (desc) {
		new_len = scstu_get24(list + header + 5);
		/* 0 and 7Fh: the density that it has. */
		if (list[header] && list[header] != 0x7f && list[header] != DENSITY)
			return scstu_invalid_field(cmd, true, header, -1);
		if (new_len > TAPE_MAX_BLOCK)
			return scstu_invalid_field(cmd, true, header + 5, -1);
	}
	pos = header + desc;
	if (pos < cmd->len && (cmd->len != pos + sizeof(config_page) ||
			       memcmp(list + pos, config_page, sizeof(config_page))))
		return scstu_invalid_field(cmd, true, pos, -1);
	for (s = sessions; s < sessions + SESSIONS; s++)
		if (s->h != cmd->exec->sess_h && (new_len != block_len || mode != buffered))
			s->mode_changed = true;
	block_len = new_len;
	buffered = mode;
}

/* ---- commands ---- */

static const struct op {
	__u8 code;
	bool no_tape;		/* works without a tape in the drive */
	bool no_attention;	/* and in spite of a unit attention */
	void (*run)(struct scstu_cmd *cmd);
} ops_table[] = {
	{ TEST_UNIT_READY, false, false, cmd_ready },
	{ INQUIRY, true, true, cmd_inquiry },
	{ READ_BLOCK_LIMITS, true, false, cmd_block_limits },
	{ READ_6, false, false, cmd_read },
	{ WRITE_6, false, false, cmd_write },
	{ WRITE_FILEMARKS, false, false, cmd_write_filemarks },
	{ SPACE, false, false, cmd_space },
	{ REZERO_UNIT, false, false, cmd_rewind },	/* a tape's REWIND */
	{ SEEK_10, false, false, cmd_locate },		/* a tape's LOCATE (10) */
	{ LOCATE_16, false, false, cmd_locate },
	{ READ_POSITION, false, false, cmd_read_position },
	{ ERASE, false, false, cmd_erase },
	{ START_STOP, true, false, cmd_load_unload },	/* a tape's LOAD UNLOAD */
	{ ALLOW_MEDIUM_REMOVAL, true, false, cmd_prevent },
	{ MODE_SENSE, true, false, cmd_mode_sense },
	{ MODE_SENSE_10, true, false, cmd_mode_sense },
	{ MODE_SELECT, true, false, cmd_mode_select },
	{ MODE_SELECT_10, true, false, cmd_mode_select },
};

/* True: the command has told of a unit attention instead of being executed. */
static bool attention(struct scstu_cmd *cmd)
{
	struct session *s = session_find(cmd->exec->sess_h, true);

	if (s && s->medium_changed) {
		s->medium_changed = false;
		scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_medium_changed_UA));
	} else if (s && s->mode_changed) {
		s->mode_changed = false;
		scstu_sense(cmd, 0x06, 0x2a, 0x01);
	} else {
		return false;
	}
	return true;
}

static void exec(struct scstu_cmd *cmd)
{
	const struct op *op;

	for (op = ops_table; op->code != cmd->exec->cdb[0]; op++)
		if (op == ops_table + sizeof(ops_table) / sizeof(*op) - 1)
			return scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
	if (!op->no_attention && attention(cmd))
		return;
	if (!loaded && !op->no_tape)
		return scstu_sense(cmd, SCST_LOAD_SENSE(scst_sense_no_medium));
	op->run(cmd);
}

static int tm(struct scstu_dev *d, const struct scst_user_tm *tm, bool done)
{
	struct session *s;

	if (!done || (tm->fn != SCST_LUN_RESET && tm->fn != SCST_TARGET_RESET))
		return 0;
	block_len = 0;
	buffered = 1;
	for (s = sessions; s < sessions + SESSIONS; s++)
		s->prevents = false;
	return 0;
}

static void stop(int signo)
{
	scstu_stop(dev);
}

static int serve(const char *name)
{
	static const struct scstu_ops ops = {
		.exec = exec, .attach = attach, .detach = detach, .parse = parse, .tm = tm,
	};
	struct scstu_config cfg = { .name = name, .type = 1, .threads = 1, .ops = &ops };
	int err;

	scstu_opt_default(&cfg.opt);
	cfg.opt.parse_type = SCST_USER_PARSE_CALL;
	cfg.opt.queue_alg = SCST_QUEUE_ALG_0_RESTRICTED_REORDER;
	dev = scstu_open(&cfg);
	if (!dev)
		return -errno;
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	err = scstu_run(dev);
	scstu_close(dev);
	return err;
}

int main(int argc, char **argv)
{
	bool read_only = argc > 1 && !strcmp(argv[1], "-r");
	__u64 mib = 1024;
	int err;

	argv += read_only;
	argc -= read_only;
	if (argc == 4)
		mib = strtoull(argv[3], NULL, 10);
	if (argc < 3 || argc > 4 || !mib) {
		fprintf(stderr, "usage: vtape [-r] NAME FILE [MIB]\n");
		return 2;
	}
	err = tape_open(&tape, argv[2], mib << 20, read_only);
	if (err) {
		fprintf(stderr, "vtape: %s: %s\n", argv[2], err == -EMEDIUMTYPE ?
			"isn't a tape of vtape: choose a new file" : strerror(-err));
		return 1;
	}
	err = serve(argv[1]);
	if (!tape.read_only && tape_sync(&tape) && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "vtape: %s\n", scstu_error());
	return err ? 1 : 0;
}
