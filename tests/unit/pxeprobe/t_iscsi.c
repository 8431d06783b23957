/* iSCSI: root paths, and what a target answers. */
#include <string.h>

#include "iscsi.h"
#include "test.h"

static struct iscsi s;
static struct iscsi_path path;
static uint8_t out[2048];

static void
root_paths(void)
{
	CHECK(iscsi_path_parse("iscsi:10.0.0.1::::iqn.2026-01.example:disk", &path));
	CHECK_STR(path.host, "10.0.0.1");
	CHECK_STR(path.target, "iqn.2026-01.example:disk");
	CHECK_STR(path.lun_text, "0");
	CHECK_INT(path.port, 3260);
	CHECK(iscsi_path_parse("iscsi:[fd00::1]:6:3261:12:iqn.x", &path));
	CHECK_STR(path.host, "[fd00::1]");
	CHECK_INT(path.port, 3261);
	CHECK_INT(path.lun[1], 0x12);
	CHECK(iscsi_path_parse("iscsi:a:::0001-0002-0000-0000:iqn.x", &path));
	CHECK_INT(path.lun[1], 1);
	CHECK_INT(path.lun[3], 2);
	CHECK(!iscsi_path_parse("iscsi:", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1:::", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1::::", &path));
	CHECK(!iscsi_path_parse("iscsi://10.0.0.1/iqn.x", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1::70000::iqn.x", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1:::x:iqn.x", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1:::1-:iqn.x", &path));
	CHECK(!iscsi_path_parse("iscsi:10.0.0.1:::1-2-3-4-5:iqn.x", &path));
	CHECK(!iscsi_path_parse("10.0.0.1:/srv/nfs", &path));
}

static void
begin(void)
{
	CHECK(iscsi_path_parse("iscsi:10.0.0.1:::1:iqn.x", &path));
	iscsi_start(&s, &path, "iqn.2010-04.org.ipxe:me");
}

/* An answer: a header with these first bytes, data behind it. */
static void
answer(const uint8_t first[4], const void *data, size_t len, uint8_t class, uint8_t detail)
{
	uint8_t h[48 + 64] = { first[0], first[1], first[2], first[3], 0, 0, 0, (uint8_t)len };

	h[19] = (uint8_t)s.task;
	h[36] = class;
	h[37] = detail;
	memcpy(h + 48, data, len);
	iscsi_input(&s, h, 48 + (len + 3) / 4 * 4);
}

static void
log_in(void)
{
	begin();
	CHECK(iscsi_output(&s, out, sizeof(out)) > 48);
	CHECK_INT(out[0], 0x43);
	CHECK_INT(out[1], 0x81);
	CHECK(memmem(out, 200, "TargetName=iqn.x\0", 17) != NULL);
	CHECK_INT(iscsi_output(&s, out, sizeof(out)), 0); /* it waits */
	answer((const uint8_t[]){ 0x23, 0x81, 0, 0 }, "AuthMethod=None", 16, 0, 0);
	CHECK(iscsi_output(&s, out, sizeof(out)) > 48);
	CHECK_INT(out[1], 0x87);
	answer((const uint8_t[]){ 0x23, 0x87, 0, 0 }, "", 0, 0, 0);
	CHECK_INT(iscsi_output(&s, out, sizeof(out)), 48);
	CHECK_INT(out[9], 1); /* the LUN */
	CHECK_INT(out[32], 0x25);
}

static void
disk(void)
{
	static const uint8_t capacity[8] = { 0, 0, 0x3f, 0xff, 0, 0, 2, 0 };
	static const uint8_t attention[20] = { 0, 18, 0x70, 0, 6, [14] = 0x29 };

	log_in();
	answer((const uint8_t[]){ 0x21, 0x80, 0, 2 }, attention, sizeof(attention), 0, 0);
	CHECK_INT(iscsi_output(&s, out, sizeof(out)), 48); /* the same once more */
	CHECK_INT(out[32], 0x25);
	answer((const uint8_t[]){ 0x25, 0x81, 0, 0 }, capacity, 8, 0, 0);
	CHECK_INT(iscsi_output(&s, out, sizeof(out)), 48);
	CHECK_INT(out[32], 0x28);
	CHECK_INT(s.blocks, 0x4000);
	answer((const uint8_t[]){ 0x21, 0x80, 0, 0 }, "", 0, 0, 0);
	CHECK_INT(s.state, ISCSI_THERE);
	CHECK(!s.has_boot_sector);
}

static void
no_disk(void)
{
	static const uint8_t none[20] = { 0, 18, 0x70, 0, 5, [14] = 0x25 };
	static const uint8_t described[10] = { 0, 8, 0x72, 5, 0x25 };

	log_in();
	answer((const uint8_t[]){ 0x21, 0x80, 0, 2 }, none, sizeof(none), 0, 0);
	CHECK_INT(s.state, ISCSI_FAILED);
	CHECK_STR(s.why, "the target has no LUN 1");
	log_in();
	answer((const uint8_t[]){ 0x21, 0x80, 0, 2 }, described, sizeof(described), 0, 0);
	CHECK_STR(s.why, "the target has no LUN 1");
	begin();
	iscsi_output(&s, out, sizeof(out));
	answer((const uint8_t[]){ 0x23, 0, 0, 0 }, "", 0, 2, 3);
	CHECK_STR(s.why, "there is no target iqn.x");
	begin();
	iscsi_output(&s, out, sizeof(out));
	answer((const uint8_t[]){ 0x23, 0, 0, 0 }, "", 0, 2, 1);
	CHECK_INT(s.state, ISCSI_CHAP);
	begin();
	iscsi_input(&s, "HTTP/1.1 400 Bad Request\r\nServer: x\r\nContent-Length: 0\r\n\r\n", 60);
	CHECK_INT(s.state, ISCSI_FAILED);
	CHECK_STR(s.why, "what answers is no iSCSI target");
	begin(); /* one that never comes to an end */
	for (int i = 0; i < 100 && !iscsi_over(&s); i++) {
		iscsi_output(&s, out, sizeof(out));
		answer((const uint8_t[]){ 0x23, 0, 0, 0 }, "", 0, 0, 0);
	}
	CHECK_INT(s.state, ISCSI_FAILED);
}

int
main(void)
{
	RUN(root_paths);
	RUN(disk);
	RUN(no_disk);
	return TEST_EXIT();
}
