// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/import_lio.c src/tools/scstadmin/import_scst3.c */
/* links: src/tools/scstadmin/names.c src/tools/scstadmin/tables.c */
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c src/tools/scstadmin/lex.c */
/* links: src/tools/scstadmin/rules.c src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c src/tools/scstadmin/util.c */
/* links: -ljson-c */
/* Any bytes as a file of others, and as tables: what comes out is a configuration. */
#include <string.h>

#include <linux/kernel.h>
#include <linux/types.h>

#include "fuzz.h"
#include "import.h"
#include "tables.h"

/* What random bytes would hardly ever spell: SCST 3, LIO, tables. */
static const char *const words[] = {
	"HANDLER vdisk_fileio {\n", "HANDLER vdisk_blockio {\n", "HANDLER vcdrom {\n",
	"HANDLER dev_disk {\n", "DEVICE d {\n", "DEVICE e\n", "DEVICE 1:0:0:0\n",
	"filename /a\n", "blocksize 512\n", "read_only 1\n", "usn x\n", "}\n",
	"TARGET_DRIVER iscsi {\n", "TARGET_DRIVER scst_local {\n", "TARGET t {\n",
	"TARGET u {\n", "GROUP g {\n", "LUN 0 d\n", "LUN 1 e {\n", "INITIATOR i\n",
	"INITIATOR !j\n", "enabled 1\n",
	"{\"storage_objects\":[", "],\"targets\":[", "]}", "{", "}", ",", "[", "]", ":",
	"\"plugin\":\"fileio\"", "\"plugin\":\"block\"", "\"name\":\"d\"", "\"name\":\"e/f\"",
	"\"dev\":\"/a\"", "\"fabric\":\"iscsi\"", "\"fabric\":\"loopback\"", "\"wwn\":\"t\"",
	"\"tpgs\":[", "\"luns\":[", "\"node_acls\":[", "\"node_wwn\":\"i\"", "\"mapped_luns\":[",
	"\"index\":0", "\"tpg_lun\":0", "\"storage_object\":\"/backstores/fileio/d\"",
	"\"attributes\":{\"generate_node_acls\":1,\"block_size\":512}",
	"h\n", "d vdisk\n", "d 1 512 WT RO /a\n", "d 0          RO\n", "l i g 0\n",
	"sgv 1 2 3/4 (P/O)\n", "  sgv-4K 1 2\n", " ", "\n", "=", "version 1\n",
	"session driver=l target=t initiator=i\n",
};

static void make_text(const u8 *data, size_t size, struct adm_text *text)
{
	size_t i;

	adm_text_addn(text, "", 0);
	if (!size)
		return;
	if (data[0] % 2) {
		adm_text_addn(text, (const char *)data + 1, size - 1);
		return;
	}
	for (i = 1; i < size; i++)
		if (data[i] < ARRAY_SIZE(words))
			adm_text_add(text, words[data[i]]);
		else
			adm_text_addn(text, (const char *)&data[i], 1);
}

static void check_is_config(struct adm_config *config)
{
	struct adm_config again = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 };
	struct adm_text text = { NULL };

	adm_config_print(config, &text);
	must(adm_parse(&again, "f", adm_text_str(&text), text.len, NULL, &diag));
	adm_text_free(&text);
	adm_config_free(&again);
	adm_diag_free(&diag);
}

static void run_import(const struct adm_text *text, bool lio)
{
	struct adm_config config = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 };

	if ((lio ? adm_import_lio : adm_import_scst3)(&config, "f", text->s, text->len,
						      &diag) &&
	    adm_config_check(&config, &diag))
		check_is_config(&config);
	adm_config_free(&config);
	adm_diag_free(&diag);
}

/* What the kernel shows is not hostile, but a later version may show something else. */
static void run_tables(const struct adm_text *text)
{
	static void (*const tables[])(struct adm_config *config, char *text) = {
		adm_table_devices, adm_table_vdisk, adm_table_vcdrom, adm_table_local,
		adm_table_local_target, adm_table_sessions, adm_table_statistics,
	};
	struct adm_config config = { .threads = 0 };
	struct adm_sgv sgv = { .other = 0 };
	struct adm_group *group;
	size_t i;
	char *copy;

	group = adm_group_add(&config, NULL, "g");
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		copy = strdup(text->s);
		tables[i](&config, copy);
		free(copy);
	}
	copy = strdup(text->s);
	adm_table_luns(&config, group, copy);
	strcpy(copy, text->s);
	adm_table_names(&config, group, copy);
	strcpy(copy, text->s);
	adm_table_sgv(&sgv, copy);
	free(copy);
	adm_sgv_free(&sgv);
	adm_config_free(&config);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct adm_text text = { NULL };

	make_text(data, size, &text);
	run_import(&text, true);
	run_import(&text, false);
	run_tables(&text);
	adm_text_free(&text);
	return 0;
}
