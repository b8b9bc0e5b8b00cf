// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/import_lio.c src/tools/scstadmin/import_scst3.c */
/* links: src/tools/scstadmin/names.c src/tools/scstadmin/legacy.c */
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c */
/* links: src/tools/scstadmin/lex.c src/tools/scstadmin/rules.c */
/* links: src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c */
/* links: src/tools/scstadmin/util.c -ljson-c */
/* Configurations of other target stacks, and the command line of 2008. */
#include <stdlib.h>

#include "check.h"
#include "cli.h"
#include "import.h"

typedef bool import_fn(struct adm_config *config, const char *file, const char *text,
		       size_t len, struct adm_diag *diag);

/* @text becomes @config_text, and what is lost is told as @lost. */
static void becomes(import_fn *import, const char *text, const char *config_text,
		    const char *lost)
{
	struct adm_config config = { .threads = 0 }, again = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 }, quiet = { .errors = 0 };
	struct adm_text printed = { NULL };

	CHECK_CASE(import(&config, "f", text, strlen(text), &diag), "%s",
		   adm_text_str(&diag.text));
	CHECK(adm_config_check(&config, &quiet));
	adm_config_print(&config, &printed);
	CHECK_STR(adm_text_str(&printed), config_text);
	CHECK_STR(adm_text_str(&diag.text), lost);
	/* What comes out is a configuration. */
	CHECK(adm_parse(&again, "g", adm_text_str(&printed), printed.len, NULL, &quiet));
	adm_text_free(&printed);
	adm_diag_free(&diag);
	adm_diag_free(&quiet);
	adm_config_free(&config);
	adm_config_free(&again);
}

static void is_refused(import_fn *import, const char *text, const char *message)
{
	struct adm_config config = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 };

	CHECK_CASE(!import(&config, "f", text, strlen(text), &diag), "%s", text);
	CHECK_STR(adm_text_str(&diag.text), message);
	adm_diag_free(&diag);
	adm_config_free(&config);
}

/* ---- LIO ---- */

static const char saveconfig[] =
	"{ \"fabric_modules\": [],\n"
	"  \"storage_objects\": [\n"
	"    { \"plugin\": \"fileio\", \"name\": \"disk 1\", \"dev\": \"/srv/a\", \"write_back\": false,\n"
	"      \"size\": 1048576, \"wwn\": \"1234-5678\", \"attributes\": { \"block_size\": 4096, \"emulate_tpu\": 1 } },\n"
	"    { \"plugin\": \"block\", \"name\": \"lv\", \"dev\": \"/dev/vg/lv\", \"readonly\": true,\n"
	"      \"attributes\": { \"block_size\": 512, \"emulate_tpu\": 1 } },\n"
	"    { \"plugin\": \"ramdisk\", \"name\": \"ram\", \"size\": 1 } ],\n"
	"  \"targets\": [\n"
	"    { \"fabric\": \"iscsi\", \"wwn\": \"iqn.t\", \"tpgs\": [ { \"tag\": 1, \"enable\": true,\n"
	"        \"attributes\": { \"generate_node_acls\": 0 },\n"
	"        \"luns\": [ { \"index\": 0, \"storage_object\": \"/backstores/fileio/disk 1\" },\n"
	"                    { \"index\": 7, \"storage_object\": \"/backstores/block/lv\" },\n"
	"                    { \"index\": 8, \"storage_object\": \"/backstores/ramdisk/ram\" } ],\n"
	"        \"node_acls\": [ { \"node_wwn\": \"iqn.i\", \"chap_userid\": \"u\", \"mapped_luns\": [\n"
	"            { \"index\": 1, \"tpg_lun\": 7, \"write_protect\": true },\n"
	"            { \"index\": 0, \"tpg_lun\": 0, \"write_protect\": false },\n"
	"            { \"index\": 2, \"tpg_lun\": 8 } ] } ],\n"
	"        \"portals\": [ { \"ip_address\": \"0.0.0.0\", \"port\": 3260 } ] } ] },\n"
	"    { \"fabric\": \"loopback\", \"wwn\": \"naa.5\", \"tpgs\": [ { \"tag\": 1,\n"
	"        \"luns\": [ { \"index\": 0, \"storage_object\": \"/backstores/fileio/disk 1\" } ] } ] } ] }\n";

static void test_lio(void)
{
	becomes(adm_import_lio, saveconfig,
		"device disk_1 {\n\thandler vdisk\n\tpath /srv/a\n\tblock_size 4096\n"
		"\tflags write_through thin\n}\n\n"
		"device lv {\n\thandler vdisk\n\tpath /dev/vg/lv\n\tblock_size 512\n"
		"\tflags read_only blockio\n}\n\n"
		"group iqn.i {\n\tinitiator iqn.i@iqn.t\n\tlun 1 lv read_only\n\tlun 0 disk_1\n}\n\n"
		"group Default_naa.5 {\n\tlun 0 disk_1\n}\n\n"
		"target scst_local naa.5 {\n\tsession naa.5\n}\n",
		"f: warning: device 'disk 1' is called 'disk_1' here\n"
		"f: warning: not carried over: serial number 1234-5678 of 'disk_1': initiators take it for another disk\n"
		"f: warning: not carried over: device 'ram': a RAM disk: make one with brd, and export that\n"
		"f: warning: not carried over: target iqn.t of iscsi: its groups are, for when a driver has a target of this name\n"
		"f: warning: not carried over: LUN 2 of group 'iqn.i', whose device isn't\n"
		"f: warning: not carried over: CHAP user and password of iqn.i\n"
		"f: warning: not carried over: portals of iqn.t: they belong to the target driver\n");
}

/* Whoever logs in sees all LUNs, and may not write unless that is said. */
static void test_lio_open(void)
{
	becomes(adm_import_lio,
		"{\"storage_objects\":[{\"plugin\":\"fileio\",\"name\":\"d\",\"dev\":\"/d\"}],"
		"\"targets\":[{\"fabric\":\"iscsi\",\"wwn\":\"iqn.2026-11.org.example.a-name-that-is-long-enough:storage.disks\",\"tpgs\":[{"
		"\"attributes\":{\"generate_node_acls\":1},"
		"\"luns\":[{\"index\":0,\"storage_object\":\"/backstores/fileio/d\"}]}]}]}",
		"device d {\n\thandler vdisk\n\tpath /d\n}\n\n"
		"group iqn.2026-11.org.example.a-name-that-is-long-enough:storage.disk {\n"
		"\tinitiator *@iqn.2026-11.org.example.a-name-that-is-long-enough:storage.disks\n"
		"\tlun 0 d read_only\n}\n",
		"f: warning: not carried over: target iqn.2026-11.org.example.a-name-that-is-long-enough:storage.disks of iscsi: its groups are, for when a driver has a target of this name\n");
}

static void test_lio_broken(void)
{
	is_refused(adm_import_lio, "{ \"x\": ",
		   "f: no JSON object at byte 7: continue, expected a saveconfig.json\n");
	is_refused(adm_import_lio, "[]",
		   "f: no JSON object at byte 2: success, expected a saveconfig.json\n");
	is_refused(adm_import_lio, "{ \"x\": 1 }",
		   "f: neither storage_objects nor targets in it, expected a saveconfig.json\n");
	/* Members of other types are as if they weren't there. */
	becomes(adm_import_lio,
		"{\"storage_objects\":[1,null,{\"name\":{},\"plugin\":[]}],\"targets\":[[],{\"wwn\":5}]}",
		"", "");
}

/* ---- SCST 3 ---- */

static const char scst3[] =
	"# SCST 3\n"
	"HANDLER vdisk_fileio {\n"
	"\tDEVICE disk1 {\n\t\tfilename /srv/a\n\t\tblocksize 4096\n\t\tnv_cache 1\n"
	"\t\tread_only 0\n\t\tt10_dev_id \"x\"\n\t}\n"
	"}\n"
	"HANDLER vdisk_blockio {\n\tDEVICE disk2 {\n\t\tfilename /dev/sdb\n\t\tthreads_num 4\n\t}\n}\n"
	"HANDLER dev_disk {\n\tDEVICE 1:0:0:0\n}\n"
	"TARGET_DRIVER iscsi {\n\tenabled 1\n"
	"\tTARGET iqn.t {\n\t\tenabled 1\n\t\trel_tgt_id 1\n"
	"\t\tLUN 0 disk1\n"
	"\t\tGROUP hosts {\n"
	"\t\t\tLUN 0 disk2 {\n\t\t\t\tread_only 1\n\t\t\t}\n\t\t\tLUN 1 1:0:0:0\n\t\t\tLUN 2 gone\n"
	"\t\t\tINITIATOR iqn.i*\n\t\t\tINITIATOR !x\n\t\t}\n"
	"\t}\n"
	"\tTARGET iqn.u {\n\t\tGROUP hosts {\n\t\t\tINITIATOR iqn.i*\n\t\t}\n\t}\n"
	"}\n"
	"TARGET_DRIVER scst_local {\n\tTARGET here\n}\n"
	"DEVICE_GROUP dg {\n\tDEVICE disk1\n}\n";

static void test_scst3(void)
{
	becomes(adm_import_scst3, scst3,
		"device disk1 {\n\thandler vdisk\n\tpath /srv/a\n\tblock_size 4096\n\tflags nv_cache\n}\n\n"
		"device disk2 {\n\thandler vdisk\n\tpath /dev/sdb\n\tflags blockio\n}\n\n"
		"device 1:0:0:0 {\n\thandler dev_disk\n}\n\n"
		"group Default_iqn.t {\n\tlun 0 disk1\n}\n\n"
		"group hosts {\n\tinitiator iqn.i*@iqn.t\n\tlun 0 disk2 read_only\n\tlun 1 1:0:0:0\n}\n\n"
		"group hosts_2 {\n\tinitiator iqn.i*@iqn.u\n}\n\n"
		"target scst_local here {\n}\n",
		"f:8:3: warning: not carried over: t10_dev_id x of device disk1: initiators take it for another disk\n"
		"f:14:3: warning: not carried over: threads_num of device disk2\n"
		"f:22:9: warning: not carried over: target iqn.t of iscsi: its groups are, for when a driver has a target of this name\n"
		"f:24:3: warning: not carried over: rel_tgt_id of target iqn.t\n"
		"f:31:10: warning: not carried over: LUN 2, whose device 'gone' isn't in the file\n"
		"f:33:14: warning: not carried over: initiator '!x': there are no names for all others here\n"
		"f:36:9: warning: not carried over: target iqn.u of iscsi: its groups are, for when a driver has a target of this name\n"
		"f:43:9: warning: target here has no session here yet: add 'session NAME'\n"
		"f:45:1: warning: not carried over: DEVICE_GROUP dg\n");
}

static void test_scst3_broken(void)
{
	is_refused(adm_import_scst3, "HANDLER vdisk_fileio {\n",
		   "f:2:1: the file ends inside of handler vdisk_fileio, expected '}'\n");
	is_refused(adm_import_scst3, "",
		   "f:1:1: no HANDLER with a DEVICE in it, expected a configuration of SCST 3\n");
	is_refused(adm_import_scst3, "HANDLER vdisk_fileio {\nDEVICE a {\nfilename x\n}\n}\n",
		   "f:3:10: 'x' is no absolute path, expected '/...'\n"
		   "f:2:8: device 'a' has no path, expected 'path /...', or 'flags nullio'\n");
}

/* ---- the command line of 2008 ---- */

/* @line means @words, or gives an error that begins with "!". */
static void means(const char *line, const char *words)
{
	struct adm_diag diag = { .errors = 0 };
	struct adm_text text = { NULL };
	struct adm_vec out = { NULL };
	char *copy = strdup(line), *rest = copy, *argv[16];
	const char *word;
	int argc = 0;
	size_t i;

	while ((argv[argc] = adm_next_word(&rest)))
		argc++;
	if (!adm_legacy(argc, argv, &out, &diag))
		adm_text_add(&text, "none");
	adm_vec_for_each(&out, i, word)
		if (!diag.errors)
			adm_text_addf(&text, "%s%s", i ? " " : "", word);
	if (diag.errors)
		adm_text_addf(&text, "!%s", diag.text.s);
	CHECK_STR(adm_text_str(&text), words);
	adm_text_free(&text);
	adm_diag_free(&diag);
	adm_vec_free(&out);
	free(copy);
}

static void test_legacy(void)
{
	means("-config", "apply");
	means("-config /x", "apply /x");
	means("--WRITECONFIG /x", "save /x");
	means("-ClearConfig", "clear");
	means("-ClearConfig -force", "clear --force");
	means("-adddev d -handler vdisk -path /a -options READ_ONLY|NULLIO -blocksize 512",
	      "device add d --handler=vdisk --path=/a --flags=READ_ONLY,NULLIO --block-size=512");
	means("-adddev d -handler vcdrom", "device add d --handler=vcdrom");
	means("-deldev d -handler vdisk", "device remove d");
	means("-assigndev 1:0:0:0 -handler dev_disk", "device change 1:0:0:0 --handler=dev_disk");
	means("-assigndev d -group g -lun 3 -readonly", "lun add g 3 d --read-only");
	means("-lun 3", "none");
	means("-releasedev d -group g", "lun remove g --device=d");
	means("-sessions", "sessions");
	means("apply", "none");
	means("", "none");
	means("-assigndev d -lun 3", "!scstadmin: -assigndev needs -group\n");
	means("-addgroup", "!scstadmin: -addgroup needs a value\n");
	means("-addgroup g -lun 3", "!scstadmin: -addgroup has no option -lun\n");
}

static const struct unit_test tests[] = {
	{ "lio", test_lio },
	{ "lio_open", test_lio_open },
	{ "lio_broken", test_lio_broken },
	{ "scst3", test_scst3 },
	{ "scst3_broken", test_scst3_broken },
	{ "legacy", test_legacy },
};

int main(void)
{
	return unit_run("scstadmin_import", tests, ARRAY_SIZE(tests));
}
