/* What one machine loads, done again by others. */
#include "test.h"

#include "num.h"
#include "replay.h"

static const struct identity walker = { .mac = { 2, 0x50, 0x58, 0xaa, 0xbb, 0xcc },
	.uuid = { 1, 2, 3, 4, 5, 6, 0x47, 8, 9, 10, 2, 0x50, 0x58, 0xaa, 0xbb, 0xcc } };
static const struct identity other = { .mac = { 2, 0x50, 0x58, 0xaa, 0xbb, 0xcd },
	.uuid = { 1, 2, 3, 4, 5, 6, 0x47, 8, 9, 10, 2, 0x50, 0x58, 0xaa, 0xbb, 0xcd } };

static void
names_become_the_machines_own(void)
{
	static const struct {
		const char *walked, *own;
	} table[] = {
		{ "pxelinux.0", "pxelinux.0" },
		{ "", "" },
		{ "pxelinux.cfg/01-02-50-58-aa-bb-cc", "pxelinux.cfg/01-02-50-58-aa-bb-cd" },
		{ "/boot?mac=02:50:58:aa:bb:cc&x", "/boot?mac=02:50:58:aa:bb:cd&x" },
		{ "/boot?mac=02%3A50%3A58%3Aaa%3Abb%3Acc", "/boot?mac=02%3A50%3A58%3Aaa%3Abb%3Acd" },
		{ "/m/025058aabbcc", "/m/025058aabbcd" },
		{ "/m/025058AABBCC.ipxe", "/m/025058aabbcd.ipxe" },
		{ "pxelinux.cfg/0A4D0132", "pxelinux.cfg/0A4D0133" },
		{ "/ip/10.77.1.50/x", "/ip/10.77.1.51/x" },
		{ "58aabbcc/start.elf", "58aabbcd/start.elf" },
		{ "pxelinux.cfg/04030201-0605-0847-090a-025058aabbcc",
		    "pxelinux.cfg/04030201-0605-0847-090a-025058aabbcd" },
	};
	struct replay p = { .id = walker, .addr = 0x0a4d0132 };
	struct replay_self self = { .id = &other, .addr = 0x0a4d0133 };
	char out[URL_PATH], uuid[NUM_UUID_TEXT];

	CHECK_STR(num_uuid_text(walker.uuid, uuid), "04030201-0605-0847-090a-025058aabbcc");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		replay_name(&p, &self, table[i].walked, out);
		CHECK_STR(out, table[i].own);
	}
}

static void
a_long_name_is_cut_and_ended(void)
{
	struct replay p = { .id = walker };
	struct replay_self self = { .id = &other };
	char name[2 * URL_PATH], out[URL_PATH];

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	replay_name(&p, &self, name, out);
	CHECK_INT(strlen(out), URL_PATH - 1);
}

static void
note(struct replay *p, const char *what, const char *url, enum fault fault)
{
	struct fetcher f = { .tftp = &persona_tftp_ipxe, .http = &persona_http_ipxe, .addr = 0x0a000005 };
	struct fetched got = { .fault = fault, .bytes = 100, .from = "10.0.0.1" };
	struct url u;

	CHECK(url_parse(url, &u));
	replay_file(p, what, &f, &u, &got);
}

static void
a_walk_becomes_a_plan(void)
{
	struct replay p = { .id = walker };

	replay_round(&p, persona_find("bios"));
	note(&p, "bootfile", "tftp://10.0.0.1/undionly.kpxe", FAULT_NONE);
	replay_round(&p, persona_find("ipxe"));
	note(&p, "bootfile", "http://10.0.0.1/a.ipxe", FAULT_NONE);
	note(&p, "config", "http://10.0.0.1/none", FAULT_HTTP_STATUS);
	note(&p, "config", "http://10.0.0.1/menu", FAULT_NONE);
	note(&p, "chain", "http://10.0.0.1/loader", FAULT_NONE);
	note(&p, "program", "http://10.0.0.1/loader", FAULT_NONE);
	note(&p, "kernel", "http://10.0.0.1/linux", FAULT_NONE);
	replay_finish(&p);
	CHECK_INT(p.n, 8); /* the loader once */
	CHECK_INT(replay_files(&p), 5);
	CHECK_INT(p.bytes, 500);
	CHECK_INT(p.addr, 0x0a000005);
	CHECK(p.item[1].named_by_reply && p.item[3].named_by_reply && !p.item[5].named_by_reply);
	CHECK_INT(p.item[1].server, 0x0a000001);
	CHECK_INT(p.item[4].row, p.item[5].row);
	CHECK(p.item[5].row != p.item[6].row);
	CHECK_INT(p.item[2].row, 4);
	CHECK_INT(p.rows, 3 + 1 + 3 + 4);
	CHECK(replay_needs_stack(&p));
	CHECK(!replay_https(&p));
	note(&p, "initrd", "https://10.0.0.1/initrd", FAULT_NONE);
	CHECK(replay_https(&p) && strcmp(replay_https(&p)->what, "initrd") == 0);
	replay_free(&p);
	CHECK(p.item == NULL && p.n == 0);
}

static void
a_pi_names_its_files_itself(void)
{
	struct replay p = { .id = walker };

	replay_round(&p, persona_find("rpi"));
	note(&p, "bootfile", "tftp://10.0.0.1/58aabbcc/start4.elf", FAULT_BOOTFILE_NOT_FOUND);
	note(&p, "bootfile", "tftp://10.0.0.1/start4.elf", FAULT_NONE);
	replay_finish(&p);
	CHECK(!p.item[1].named_by_reply && !p.item[1].there && p.item[2].there);
	CHECK(!replay_needs_stack(&p));
	CHECK_INT(p.rows, 4);
	replay_free(&p);
}

int
main(void)
{
	RUN(names_become_the_machines_own);
	RUN(a_long_name_is_cut_and_ended);
	RUN(a_walk_becomes_a_plan);
	RUN(a_pi_names_its_files_itself);
	return TEST_EXIT();
}
