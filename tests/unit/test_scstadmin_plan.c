// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/plan.c src/tools/scstadmin/goal.c */
/* links: src/tools/scstadmin/tables.c src/tools/scstadmin/files.c */
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c */
/* links: src/tools/scstadmin/lex.c src/tools/scstadmin/rules.c */
/* links: src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c */
/* links: src/tools/scstadmin/util.c */
/* Tables of /proc/scsi_tgt into a state, and what leads from there to a file. */
#include <stdlib.h>

#include "check.h"
#include "plan.h"
#include "parse.h"
#include "tables.h"

/* ---- the tables, as scst_proc(5) has them ---- */

static void fill(struct adm_config *state, const char *text,
		 void (*table)(struct adm_config *config, char *text))
{
	char *copy = strdup(text);

	table(state, copy);
	free(copy);
}

static void fill_group(struct adm_config *state, const char *name, const char *names,
		       const char *luns)
{
	struct adm_group *group = adm_group_add(state, NULL, name);
	char *copy = strdup(names);

	adm_table_names(state, group, copy);
	free(copy);
	copy = strdup(luns);
	adm_table_luns(state, group, copy);
	free(copy);
}

#define LUNS_HEAD	"Device (host:ch:id:lun or name)      Virtual lun  Options\n"

static void fill_state(struct adm_config *state)
{
	fill(state, "Device (host:ch:id:lun or name)              Device handler\n"
		    "d1                                           vdisk\n"
		    "a_name_of_more_than_seventeen_characters     vdisk_blk\n"
		    "n1                                           vdisk\n"
		    "cd1                                          vcdrom\n"
		    "1:0:0:0                                      -\n"
		    "2:0:0:0                                      dev_disk\n"
		    "tape                                         dh-tape\n",
	     adm_table_devices);
	fill(state, "Name              Size(MB)    Block size  Options         File name\n"
		    "d1                1024        512                         /a\n"
		    "a_name_of_more_than_seventeen_characters 8192        4096        WT RO DR BIO RM TP /dev/sdb\n"
		    "n1                1572864     512         NIO             \n"
		    "stranger          1           512                         /x\n",
	     adm_table_vdisk);
	fill(state, "Name              Size(MB)  File name\ncd1               640       /i.iso\n",
	     adm_table_vcdrom);
	fill_group(state, "Default", "", LUNS_HEAD "d1               0            \n");
	fill_group(state, "g", "alpha\nrack-*\n",
		   LUNS_HEAD "d1               0          RO\n"
			     "n1             300            \n");
	fill(state, "server\nTarget name  Initiator name  Host\nserver  alpha  host2\n",
	     adm_table_local_target);
	fill(state, "Target name  Initiator name  Host\nserver  alpha  host2\n",
	     adm_table_local);
	fill(state, "Target name          Initiator name                      Group name                          Command Count\n"
		    "scst_local           alpha                               g                                   3              \n"
		    "fc                   a name with blanks                  Default                             0              \n",
	     adm_table_sessions);
	fill(state, "version 1\ndevice name=d1 handler=vdisk reads=1\n"
		    "session driver=scst_local target=server initiator=alpha group=g reads=0\n",
	     adm_table_statistics);
	state->threads = 2;
}

#define STATE_HEAD							\
	"device d1 {\n\thandler vdisk\n\tpath /a\n\tblock_size 512\n}\n\n" \
	"device a_name_of_more_than_seventeen_characters {\n\thandler vdisk\n" \
	"\tpath /dev/sdb\n\tblock_size 4096\n"				\
	"\tflags write_through read_only o_direct blockio removable thin\n}\n\n" \
	"device n1 {\n\thandler vdisk\n\tblock_size 512\n\tflags nullio\n}\n\n" \
	"device cd1 {\n\thandler vcdrom\n\tpath /i.iso\n}\n\n"

#define STATE_GROUPS							\
	"group Default {\n\tlun 0 d1\n}\n\n"				\
	"group g {\n\tinitiator alpha\n\tinitiator rack-*\n"		\
	"\tlun 0 d1 read_only\n\tlun 300 n1\n}\n\n"

#define STATE_TARGETS	"target scst_local server {\n\tsession alpha\n}\n"

#define STATE	STATE_HEAD STATE_GROUPS STATE_TARGETS

static void test_tables(void)
{
	struct adm_config state = { .threads = 0 };
	struct adm_text text = { NULL };
	const struct adm_session *sess;

	fill_state(&state);
	adm_config_print(&state, &text);
	CHECK_STR(text.s, "threads 2\n\n" STATE_HEAD
		  "device 1:0:0:0 {\n\thandler external\n}\n\n"
		  "device 2:0:0:0 {\n\thandler dev_disk\n}\n\n"
		  "device tape {\n\thandler external\n}\n\n"
		  STATE_GROUPS STATE_TARGETS);
	CHECK_EQ(adm_device_find(&state, "d1")->mib, 1024);
	CHECK_EQ(state.sessions.n, 2);
	sess = state.sessions.v[0];
	CHECK_STR(sess->target, "server");
	CHECK_STR(sess->group, "g");
	CHECK_EQ(sess->commands, 3);
	sess = state.sessions.v[1];
	CHECK_STR(sess->initiator, "a name with blanks");
	CHECK(!sess->target);
	adm_text_free(&text);
	adm_config_free(&state);
}

static void test_sgv(void)
{
	struct adm_sgv sgv = { .other = 0 };
	const struct adm_sgv_row *row;
	char *text = strdup("Inactive/active pages                      1/2\n"
			    "Hi/lo watermarks [pages]                   3/4\n"
			    "Hi watermark releases/failures             5/6\n\n"
			    "Name                           Hit         Total       Cached     \n"
			    "sgv                            10          12          3/4 (P/O)\n"
			    "  sgv-4K                       7           8          \n"
			    "  big/other                    1           2          \n"
			    "\nother                                      9          \n");

	adm_table_sgv(&sgv, text);
	CHECK_EQ(sgv.inactive, 1);
	CHECK_EQ(sgv.active, 2);
	CHECK_EQ(sgv.hi, 3);
	CHECK_EQ(sgv.failures, 6);
	CHECK_EQ(sgv.other, 9);
	CHECK_EQ(sgv.rows.n, 3);
	row = sgv.rows.v[0];
	CHECK(row->is_pool && row->hit == 10 && row->total == 12 && row->entries == 4);
	row = sgv.rows.v[1];
	CHECK(!row->is_pool && row->total == 8);
	CHECK_STR(row->name, "sgv-4K");
	adm_sgv_free(&sgv);
	free(text);
}

/* ---- plans ---- */

/* The commands from the state above to @want are @commands, "FILE: COMMAND" each. */
static void leads_to(const char *want_text, bool prune, const char *only,
		     const char *commands)
{
	struct adm_config state = { .threads = 0 }, want = { .threads = 0 };
	struct adm_plan_opts opts = { prune, only };
	struct adm_plan plan = { .wanted = 0 };
	struct adm_diag diag = { .errors = 0 };
	struct adm_text text = { NULL };
	const struct adm_step *s;
	size_t i;

	fill_state(&state);
	CHECK_CASE(adm_parse(&want, "f", want_text, strlen(want_text), NULL, &diag),
		   "%s", adm_text_str(&diag.text));
	adm_plan_make(&plan, &state, &want, &opts);
	adm_vec_for_each(&plan.steps, i, s)
		adm_text_addf(&text, "%s: %s\n", s->command ? s->file : "!",
			      s->command ? s->command : s->why);
	CHECK_STR(adm_text_str(&text), commands);
	adm_text_free(&text);
	adm_diag_free(&diag);
	adm_plan_free(&plan);
	adm_config_free(&want);
	adm_config_free(&state);
}

static void test_equal(void)
{
	leads_to(STATE, false, NULL, "");
	leads_to(STATE, true, NULL, "");
	leads_to("", false, NULL, "");
	/* What the file doesn't say is as it is. */
	leads_to("device d1 { path /a }", false, NULL, "");
}

#define NEW_DEVICE	"device d2 { path /b; block_size 4096; flags thin }\n"

static void test_new(void)
{
	leads_to(NEW_DEVICE "device cd2 { handler vcdrom }\n"
		 "group h { initiator gamma; lun 0 d2; lun 1 d1 read_only }\n"
		 "target scst_local t2 { session gamma }\nthreads 3\n", false, NULL,
		 "threads: 3\n"
		 "vdisk/vdisk: open d2 /b 4096 THIN\n"
		 "vcdrom/vcdrom: open cd2\n"
		 "scsi_tgt: add_group h\n"
		 "groups/h/names: add gamma\n"
		 "groups/h/devices: add d2 0\n"
		 "groups/h/devices: add d1 1 READ_ONLY\n"
		 "scst_local/scst_local: add_target t2\n"
		 "scst_local/scst_local: add_session t2 gamma\n");
}

/* Only what differs is written, and the rest is left alone. */
static void test_changed_luns(void)
{
	leads_to("device d1 { path /a }\n" NEW_DEVICE "group g { lun 0 d2 }\n", false, NULL,
		 "groups/g/devices: del d1\n"
		 "vdisk/vdisk: open d2 /b 4096 THIN\n"
		 "groups/g/devices: add d2 0\n");
	/* A device has one LUN in a group: the old one goes. */
	leads_to("group g { lun 7 d1 read_only }\ndevice d1 { path /a }", false, NULL,
		 "groups/g/devices: del d1\ngroups/g/devices: add d1 7 READ_ONLY\n");
	leads_to("group g { lun 0 d1 }\ndevice d1 { path /a }", false, NULL,
		 "groups/g/devices: del d1\ngroups/g/devices: add d1 0\n");
}

/* A device that is opened anew comes back wherever it was, asked for or not. */
static void test_reopened(void)
{
	leads_to("device d1 { path /z }", false, NULL,
		 "vdisk/vdisk: close d1\n"
		 "vdisk/vdisk: open d1 /z\n"
		 "groups/Default/devices: add d1 0\n"
		 "groups/g/devices: add d1 0 READ_ONLY\n");
	leads_to("device d1 { path /a; flags read_only }\n", false, NULL,
		 "vdisk/vdisk: close d1\n"
		 "vdisk/vdisk: open d1 /a 512 READ_ONLY\n"
		 "groups/Default/devices: add d1 0\n"
		 "groups/g/devices: add d1 0 READ_ONLY\n");
	leads_to("device cd1 { handler vcdrom; path /j.iso }", false, NULL,
		 "vcdrom/vcdrom: change cd1 /j.iso\n");
	leads_to("device cd1 { handler vcdrom }", false, NULL,
		 "vcdrom/vcdrom: change cd1\n");
	leads_to("device n1 { handler vcdrom }", false, NULL,
		 "vdisk/vdisk: close n1\nvcdrom/vcdrom: open n1\n"
		 "groups/g/devices: add n1 300\n");
}

/* A name moves: it can be in one group only. */
static void test_moved_name(void)
{
	leads_to("group h { initiator alpha }", false, NULL,
		 "groups/g/names: del alpha\nscsi_tgt: add_group h\n"
		 "groups/h/names: add alpha\n");
}

static void test_prune(void)
{
	leads_to("device d1 { path /a }\ngroup Default { lun 0 d1 }\n", true, NULL,
		 "groups/g/devices: del d1\n"
		 "scst_local/scst_local: del_session server alpha\n"
		 "scst_local/scst_local: del_target server\n"
		 "vdisk/vdisk: close a_name_of_more_than_seventeen_characters\n"
		 "vdisk/vdisk: close n1\n"
		 "vcdrom/vcdrom: close cd1\n"
		 "groups/g/names: del alpha\n"
		 "groups/g/names: del rack-*\n"
		 "scsi_tgt: del_group g\n");
}

static void test_real(void)
{
	leads_to("device 1:0:0:0 { handler dev_disk }", false, NULL,
		 "scsi_tgt: assign 1:0:0:0 dev_disk\n");
	leads_to("device 2:0:0:0 { handler dev_disk_perf }", false, NULL,
		 "scsi_tgt: assign 2:0:0:0 dev_disk_perf\n");
	leads_to("device 3:0:0:0 { handler dev_disk }", false, NULL,
		 "!: no such device on this machine\n");
	leads_to("device tape { handler external }\ndevice tape2 { handler user }", false,
		 NULL, "!: its program has not made it yet\n");
	leads_to("device tape { path /x }", false, NULL,
		 "!: its name is taken by a device of the handler dh-tape\n");
}

static void test_only(void)
{
	static const char two[] = NEW_DEVICE "device d3 { path /c }\n"
		"group h { lun 0 d2; lun 1 d3 }\n";

	leads_to(two, false, "device:d2",
		 "vdisk/vdisk: open d2 /b 4096 THIN\n");
	leads_to(NEW_DEVICE "group g { lun 1 d2; lun 300 cd1 }", false, "d2",
		 "vdisk/vdisk: open d2 /b 4096 THIN\ngroups/g/devices: add d2 1\n");
	leads_to(two, false, "h",
		 "scsi_tgt: add_group h\ngroups/h/devices: add d2 0\n"
		 "groups/h/devices: add d3 1\n");
	leads_to(two, false, "target:h", "");
	/* The device isn't opened anew, so its LUN stays. */
	leads_to("device d1 { path /z }\ngroup g { lun 0 d1 read_only; lun 5 cd1 }", false,
		 "group:g", "groups/g/devices: add cd1 5\n");
}

/* ---- what people see ---- */

static void test_printed(void)
{
	static const char want_text[] =
		"device d1 { path /z }\ngroup h { initiator alpha }\n"
		"device tape2 { handler external }";
	struct adm_config state = { .threads = 0 }, want = { .threads = 0 };
	struct adm_plan_opts opts = { false, NULL };
	struct adm_plan plan = { .wanted = 0 };
	struct adm_diag diag = { .errors = 0 };
	struct adm_text text = { NULL };

	fill_state(&state);
	adm_parse(&want, "f", want_text, strlen(want_text), NULL, &diag);
	adm_plan_make(&plan, &state, &want, &opts);
	adm_plan_print(&plan, &text);
	CHECK_STR(adm_text_str(&text),
		  "~ device d1: close it, is vdisk /a, 512 bytes  [a name with blanks, alpha]\n"
		  "- initiator alpha of group g\n"
		  "~ device d1: open it as vdisk /z  [a name with blanks, alpha]\n"
		  "! device tape2 (external): its program has not made it yet\n"
		  "+ group h\n"
		  "+ initiator alpha of group h  [alpha stays in g until it logs in again]\n"
		  "+ LUN 0 of group Default: d1  [a name with blanks]\n"
		  "+ LUN 0 of group g: d1, read only  [alpha]\n");
	CHECK_EQ(plan.wanted, 4);
	adm_text_free(&text);
	adm_diag_free(&diag);
	adm_plan_free(&plan);
	adm_config_free(&want);
	adm_config_free(&state);
}

static void test_params(void)
{
	CHECK(adm_param_same("Y", "1"));
	CHECK(adm_param_same("N", "n"));
	CHECK(!adm_param_same("Y", "0"));
	CHECK(adm_param_same("16", "0x10"));
	CHECK(!adm_param_same("16", "17"));
	CHECK(adm_param_same("text", "text"));
	CHECK(!adm_param_same("", "0"));
	CHECK(adm_param_same("(null)", ""));
}

static const struct unit_test tests[] = {
	{ "tables", test_tables },
	{ "sgv", test_sgv },
	{ "equal", test_equal },
	{ "new", test_new },
	{ "changed_luns", test_changed_luns },
	{ "reopened", test_reopened },
	{ "moved_name", test_moved_name },
	{ "prune", test_prune },
	{ "real", test_real },
	{ "only", test_only },
	{ "printed", test_printed },
	{ "params", test_params },
};

int main(void)
{
	return unit_run("scstadmin_plan", tests, ARRAY_SIZE(tests));
}
