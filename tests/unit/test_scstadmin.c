// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c */
/* links: src/tools/scstadmin/lex.c src/tools/scstadmin/rules.c */
/* links: src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c */
/* links: src/tools/scstadmin/util.c */
/* scst.conf(5): what is read, what is refused and with which words, what is printed. */
#include <stdlib.h>

#include "check.h"
#include "parse.h"

static struct adm_config config;
static struct adm_diag diag;

/* Other tests' leftovers go first. */
static bool parse(const char *text)
{
	adm_config_free(&config);
	diag.text.len = 0;
	diag.errors = 0;
	diag.warnings = 0;
	adm_text_addn(&diag.text, "", 0);
	return adm_parse(&config, "f", text, strlen(text), NULL, &diag) &
	       adm_config_check(&config, &diag);
}

static void done(void)
{
	adm_config_free(&config);
	adm_diag_free(&diag);
	memset(&diag, 0, sizeof(diag));
}

/* @text means what @canonical says in the canonical form. */
static void is_read_as(const char *text, const char *canonical)
{
	struct adm_text printed = { NULL };

	CHECK(parse(text));
	CHECK_STR(adm_text_str(&diag.text), "");
	adm_config_print(&config, &printed);
	CHECK_STR(adm_text_str(&printed), canonical);
	CHECK(parse(canonical));
	printed.len = 0;
	adm_config_print(&config, &printed);
	CHECK_STR(adm_text_str(&printed), canonical);
	adm_text_free(&printed);
}

/* The first message that @text gives. */
static void is_refused(const char *text, const char *message)
{
	char *end;

	CHECK_CASE(!parse(text), "%s", text);
	end = diag.text.s ? strchr(diag.text.s, '\n') : NULL;
	if (end)
		*end = '\0';
	CHECK_STR(adm_text_str(&diag.text), message);
}

#define D1	"device d1 {\n\thandler vdisk\n\tpath /a\n}\n"

static void test_everything(void)
{
	static const char all[] =
		"module scst_local {\n\tcan_queue 64\n\ttarget \"\"\n}\n\n"
		"threads 4\n\n"
		"device d1 {\n\thandler vdisk\n\tpath /a\n\tblock_size 4096\n"
		"\tflags write_through read_only\n}\n\n"
		"device cd {\n\thandler vcdrom\n}\n\n"
		"device 1:0:0:0 {\n\thandler dev_disk\n}\n\n"
		"device tape {\n\thandler external\n}\n\n"
		"group Default {\n\tlun 0 d1\n}\n\n"
		"group g {\n\tinitiator iqn.a:b\n\tinitiator *@t?\n"
		"\tlun 0 d1 read_only\n\tlun 16383 1:0:0:0\n}\n\n"
		"target scst_local t1 {\n\tsession alpha\n\tsession beta\n}\n";

	is_read_as(all, all);
	CHECK_EQ(config.devices.n, 4);
	CHECK_EQ(config.threads, 4);
	CHECK(adm_device_find(&config, "d1")->flags == (ADM_F_READ_ONLY | 1));
	CHECK(adm_lun_find(adm_group_find(&config, "g"), 0)->read_only);
}

static void test_layout(void)
{
	static const char one[] = "device d1 {\n\thandler vdisk\n\tpath /a\n}\n\n"
				  "group Default {\n\tlun 0 d1\n}\n";

	is_read_as("device d1 { path /a }\ngroup Default { lun 0 d1 }", one);
	is_read_as("device d1 { handler vdisk; path /a; } ; group Default { lun 0 d1; }", one);
	is_read_as("# nothing\n", "");
	is_read_as("\xef\xbb\xbf# c {\r\n  device \"d1\" { # }\r\n path /a#b\r\n}\r\n",
		   "device d1 {\n\thandler vdisk\n\tpath /a#b\n}\n");
	is_read_as("group \"a{b\\\"\\\\;\" { initiator \"#x\" }",
		   "group \"a{b\\\"\\\\;\" {\n\tinitiator \"#x\"\n}\n");
	is_read_as(D1 "group Default { lun 0x10 d1\n lun 0 d2 }\ndevice d2 { flags NULLIO }",
		   "device d1 {\n\thandler vdisk\n\tpath /a\n}\n\n"
		   "device d2 {\n\thandler vdisk\n\tflags nullio\n}\n\n"
		   "group Default {\n\tlun 16 d1\n\tlun 0 d2\n}\n");
	/* A group in several places is one group. */
	is_read_as(D1 "group Default\ngroup Default { lun 0 d1 }\n", one);
}

static void test_messages(void)
{
	is_refused("devise d1 {\n}\n",
		   "f:1:1: unknown statement 'devise', expected module, threads, device, group, target or include; did you mean 'device'?");
	is_refused("device d1\n",
		   "f:1:10: no block behind 'device', expected '{' on the same line");
	is_refused("device {\n}\n",
		   "f:1:8: 'device' is not complete, expected 'device NAME { ... }'");
	is_refused("device d1 {\n\tpath /a /b\n}\n",
		   "f:2:10: '/b' is too much, expected 'path /PATH' and the end of the line");
	is_refused("device d1 {\n\tpath a\n}\n",
		   "f:2:7: 'a' is no absolute path, expected '/...'");
	is_refused("device d1 {\n\tpath \"/a b\"\n}\n",
		   "f:2:7: '/a b': a path can't have blanks, since commands to /proc/scsi_tgt can't; expected another path (make a link)");
	is_refused("device d1 {\n\tpath /a\n\tpath /b\n}\n",
		   "f:3:2: a second 'path' of device 'd1', expected one");
	is_refused("device d1 {\n\thandler vdsk\n\tpath /a\n}\n",
		   "f:2:10: unknown handler 'vdsk', expected vdisk, vcdrom, dev_disk, dev_disk_perf, dev_tape, dev_tape_perf, dev_cdrom, dev_modisk, dev_modisk_perf, dev_changer, dev_processor, dev_raid, external; did you mean 'vdisk'?");
	is_refused("device d1 {\n\tblock_size 513\n}\n",
		   "f:2:13: '513' is no block size, expected 512, 1024, 2048 or 4096");
	is_refused("device d1 {\n\tflags read_only thn\n}\n",
		   "f:2:18: unknown flag 'thn', expected write_through, nv_cache, read_only, o_direct, nullio, blockio, removable, thin; did you mean 'thin'?");
	is_refused("device d1 {\n}\n",
		   "f:1:8: device 'd1' has no path, expected 'path /...', or 'flags nullio'");
	is_refused("device a/b {\n\tpath /a\n}\n",
		   "f:1:8: 'a/b' can't be the name of a device, expected letters, digits and any of _-.:");
	is_refused("device x {\n\thandler dev_disk\n}\n",
		   "f:1:8: 'x' is no real device, dev_disk has those only; expected HOST:CHANNEL:ID:LUN");
	is_refused("device cd {\n\thandler vcdrom\n\tflags thin\n}\n",
		   "f:1:8: device 'cd' has 'flags', which is for devices of the handler vdisk, expected none");
	is_refused(D1 D1, "f:5:8: a second device 'd1', expected another name");
	is_refused("group .x {\n}\n",
		   "f:1:7: '.x' can't be the name of a group, expected no '/', and no '.' at its start");
	is_refused("group g {\n\tlun 16384 d1\n}\n",
		   "f:2:6: '16384' is no LUN, expected a number from 0 to 16383");
	is_refused(D1 "group g {\n\tlun 0 d1 ro\n}\n",
		   "f:6:11: unknown flag 'ro' of a LUN, expected read_only or nothing");
	is_refused(D1 "group g {\n\tlun 1 d1\n\tlun 1 d2\n}\n",
		   "f:7:6: LUN 1 of group 'g' is taken by 'd1', expected another, such as 0");
	is_refused(D1 "group g {\n\tlun 0 d1\n\tlun 1 d1\n}\n",
		   "f:7:6: device 'd1' is LUN 0 of group 'g' already, expected one LUN for each device of a group");
	is_refused(D1 "group Default {\n\tlun 0 d2\n}\n",
		   "f:6:8: LUN 0 of group 'Default' is an unknown device 'd2', expected 'device d2 { ... }' somewhere; did you mean 'd1'?");
	is_refused("group a {\n\tinitiator x\n}\ngroup b {\n\tinitiator x\n}\n",
		   "f:5:12: initiator 'x' is in group 'a' already, expected one group for each name (INITIATOR@TARGET is another name)");
	is_refused("target iscsi x\n",
		   "f:1:8: unknown target driver 'iscsi', expected scst_local (other drivers make their targets themselves)");
	is_refused("target scst_local x {\n\tsession a\n\tsession a\n}\n",
		   "f:3:10: a second session of 'a' with 'x', expected one");
	is_refused("threads 0\n", "f:1:9: '0' is no number of threads, expected 1 to 1024");
	is_refused("include /x\n",
		   "f:1:9: nothing can be included here, expected the statements themselves");
	is_refused("module scst {\n\ta 1\n\ta 2\n}\n",
		   "f:3:2: a second 'a' of module 'scst', expected one");
}

static void test_broken_text(void)
{
	is_refused("}\n", "f:1:1: '}' without its '{', expected a statement");
	is_refused("{\n}\n", "f:1:1: '{' without a statement before it, expected a word");
	is_refused("group g {\n\tlun 0 d\n",
		   "f:3:1: the file ends inside a group, expected '}'");
	is_refused("group \"g\n", "f:1:7: a text without an end, expected \" on the same line");
	is_refused("group \x01", "f:1:7: a control character (0x01), expected text");
	is_refused("threads {\n}\n",
		   "f:1:9: 'threads' is not complete, expected 'threads NUMBER'");
	is_refused("threads 1 {\n}\n",
		   "f:1:11: '{' behind 'threads', expected the end of the line");
}

/* What follows an error is read, and its own errors are told. */
static void test_all_errors(void)
{
	CHECK(!parse("foo { bar {\n}\n}\n" D1 "group g {\n\tbad\n\tlun x d1\n}\nthreads x\n"));
	CHECK_EQ(diag.errors, 4);
	CHECK(strstr(diag.text.s, "f:9:2: unknown statement 'bad' in a group"));
	CHECK(strstr(diag.text.s, "f:10:6: 'x' is no LUN"));
	CHECK(strstr(diag.text.s, "f:12:9: 'x' is no number of threads"));
	CHECK(adm_device_find(&config, "d1"));
}

static void test_warnings(void)
{
	CHECK(parse(D1 "group g {\n\tlun 3 d1\n}\n"));
	CHECK_STR(diag.text.s,
		  "f:5:7: warning: group 'g' has no LUN 0: many initiators find nothing then\n"
		  "f:5:7: warning: group 'g' has no initiators: nobody sees what is in it\n");
	CHECK(parse(D1 "device d2 { path /a }\n"));
	CHECK_EQ(diag.warnings, 1);
	CHECK(parse("device d1 { path /a; flags read_only }\ndevice d2 { path /a }\n"));
	CHECK_EQ(diag.warnings, 0);
}

static const char old_format[] =
	"# as of 2008\n"
	"[HANDLER vdisk]\n"
	"DEVICE d1,/a,WRITE_THROUGH|READ_ONLY,4096\n"
	"device d2, /b ,BLOCKIO\r\n"
	"\n"
	"[HANDLER vcdrom]\n"
	"DEVICE cd,\n"
	"[HANDLER dev_disk]\n"
	"DEVICE 1:0:0:0\n"
	"[GROUP g]\n"
	"USER alpha\n"
	"  USER beta-*\n"
	"[ASSIGNMENT g]\n"
	"DEVICE d1,0\n"
	"DEVICE 1:0:0:0,1\n"
	"[ASSIGNMENT Default]\n"
	"DEVICE cd,0,READ_ONLY\n";

static void test_brackets(void)
{
	is_read_as(old_format,
		   "device d1 {\n\thandler vdisk\n\tpath /a\n\tblock_size 4096\n"
		   "\tflags write_through read_only\n}\n\n"
		   "device d2 {\n\thandler vdisk\n\tpath /b\n\tflags blockio\n}\n\n"
		   "device cd {\n\thandler vcdrom\n}\n\n"
		   "device 1:0:0:0 {\n\thandler dev_disk\n}\n\n"
		   "group g {\n\tinitiator alpha\n\tinitiator beta-*\n"
		   "\tlun 0 d1\n\tlun 1 1:0:0:0\n}\n\n"
		   "group Default {\n\tlun 0 cd read_only\n}\n");
}

static void test_bracket_messages(void)
{
	is_refused("[HANDLR vdisk]\n",
		   "f:1:2: unknown section 'HANDLR', expected HANDLER, GROUP, ASSIGNMENT or TARGETS; did you mean 'HANDLER'?");
	is_refused("[HANDLER]\n",
		   "f:1:1: a section of less than two words, expected '[NAME ARGUMENT]'");
	is_refused("[HANDLER vdisk\n", "f:1:1: not a section, expected '[NAME ARGUMENT]'");
	is_refused("[HANDLER vdisk]\nUSER x\n",
		   "f:2:1: unknown line 'USER', expected 'DEVICE ...'");
	is_refused("[HANDLER vdisk]\nDEVICE d1,/a,WRITETHROUGH\n",
		   "f:2:14: unknown flag 'WRITETHROUGH', expected write_through, nv_cache, read_only, o_direct, nullio, blockio, removable, thin; did you mean 'write_through'?");
	is_refused("[ASSIGNMENT g]\nDEVICE d1\n",
		   "f:2:8: device 'd1' without a LUN, expected 'DEVICE name,lun'");
	is_refused("[GROUP g]\nUSER\n", "f:2:1: nothing behind 'USER', expected a name");
}

/* ---- include: files out of a table ---- */

static const struct {
	const char *path, *text;
} files[] = {
	{ "/a", "device d1 { path /a }\n" },
	{ "/loop", "include /loop\n" },
	{ "/bad", "\n  foo\n" },
};

static int expand(const struct adm_loader *loader, const char *pattern,
		  const char *from, struct adm_vec *paths)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(files[i].path, pattern))
			adm_vec_add(paths, strdup(pattern));
	return 0;
}

static char *load(const struct adm_loader *loader, const char *path, size_t *len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(files[i].path, path)) {
			*len = strlen(files[i].text);
			return strdup(files[i].text);
		}
	return NULL;
}

static const struct adm_loader loader = { expand, load };

static void include(const char *text)
{
	parse("");
	adm_parse(&config, "f", text, strlen(text), &loader, &diag);
}

static void test_include(void)
{
	include("include /a\ngroup Default { lun 0 d1 }\n");
	CHECK_EQ(diag.errors, 0);
	CHECK(adm_device_find(&config, "d1"));
	CHECK_EQ(config.includes, 1);
	include("include /bad\n");
	CHECK(!strncmp(diag.text.s, "/bad:2:3: unknown statement 'foo'", 32));
	include("include /none\n");
	CHECK_STR(diag.text.s,
		  "f:1:9: there is no file '/none', expected one (a pattern may match nothing)\n");
	include("include /none*\n");
	CHECK_EQ(diag.errors, 0);
	include("include /loop\n");
	CHECK_STR(diag.text.s,
		  "/loop:1:9: files include each other more than 8 deep, expected no loop\n");
}

static const struct unit_test tests[] = {
	{ "everything", test_everything },
	{ "layout", test_layout },
	{ "messages", test_messages },
	{ "broken_text", test_broken_text },
	{ "all_errors", test_all_errors },
	{ "warnings", test_warnings },
	{ "brackets", test_brackets },
	{ "bracket_messages", test_bracket_messages },
	{ "include", test_include },
};

int main(void)
{
	int ret = unit_run("scstadmin", tests, ARRAY_SIZE(tests));

	done();
	return ret;
}
