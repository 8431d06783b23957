#include "test.h"

#include "pxe.h"

static struct dhcp_msg msg;
static struct pxe_request request;

/* A DISCOVER with these options, read. */
static void
make(const void *options, size_t len, uint8_t hlen)
{
	uint8_t bytes[1024];
	struct wr w = wr_open(bytes, sizeof(bytes));
	struct dhcp_msg m = { .op = BOOTREQUEST, .htype = 1, .hlen = hlen, .chaddr = "0123456789abcdef" };

	dhcp_begin(&w, &m);
	wr_bytes(&w, options, len);
	dhcp_end(&w);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	pxe_read(&msg, &request);
}
#define MAKE(s) make(s, sizeof(s) - 1, 6)
#define DISCOVER "\x35\x01\x01"
#define PXE "\x3c\x09PXEClient"

static void
the_table_is_the_registry(void)
{
	size_t n;
	const struct pxe_arch *a = pxe_archs(&n);

	CHECK_INT(n, 0x2a);
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(a[i].code, i);
		CHECK(pxe_arch((uint16_t)i) == &a[i]);
		CHECK(pxe_arch_known(a[i].name));
		CHECK_INT(a[i].http, strstr(a[i].text, "HTTP") != NULL);
	}
	CHECK(pxe_arch(0x2a) == NULL);
	CHECK_STR(pxe_arch(7)->name, "efi-x64");
	CHECK_STR(pxe_arch(9)->name, "efi-x64");
	CHECK_STR(pxe_arch(16)->name, "efi-x64");
	CHECK_STR(pxe_arch(11)->name, "efi-arm64");
	CHECK_STR(pxe_arch(0x13)->name, "efi-arm64");
	CHECK(!pxe_arch_known("x64"));
	CHECK(!pxe_arch_known(""));
}

static void
kinds_of_clients(void)
{
	enum pxe_client c;

	MAKE(DISCOVER PXE);
	CHECK_INT(request.client, PXE_CLIENT_PXE);
	CHECK_INT(request.archs, 1); /* x86 BIOS is meant */
	CHECK_INT(request.arch[0], 0);
	MAKE(DISCOVER "\x3c\x21HTTPClient:Arch:00016:UNDI:003001");
	CHECK_INT(request.client, PXE_CLIENT_HTTP);
	CHECK_INT(request.archs, 0);
	MAKE(DISCOVER PXE "\x4d\x04iPXE");
	CHECK_INT(request.client, PXE_CLIENT_IPXE);
	MAKE(DISCOVER PXE "\x4d\x05\x04iPXE");
	CHECK_INT(request.client, PXE_CLIENT_IPXE);
	MAKE(DISCOVER PXE "\x4d\x07\x01x\x04iPXE");
	CHECK_INT(request.client, PXE_CLIENT_IPXE);
	MAKE(DISCOVER PXE "\xaf\x03\x15\x01\x01");
	CHECK_INT(request.client, PXE_CLIENT_IPXE);
	MAKE("");
	CHECK_INT(request.client, PXE_CLIENT_BOOTP);
	CHECK_INT(request.archs, 1);
	MAKE(DISCOVER);
	CHECK_INT(request.client, PXE_CLIENT_OTHER);
	CHECK_INT(request.archs, 0);
	MAKE(DISCOVER "\x3c\x08PXEClien");
	CHECK_INT(request.client, PXE_CLIENT_OTHER);
	CHECK_STR(pxe_client_name(PXE_CLIENT_HTTP), "http");
	CHECK(pxe_client_parse("ipxe", &c) && c == PXE_CLIENT_IPXE);
	CHECK(!pxe_client_parse("IPXE", &c));
}

static void
user_classes(void)
{
	MAKE(DISCOVER "\x4d\x03\x02"
	              "ab");
	CHECK(pxe_user_class(&msg, "ab"));
	CHECK(!pxe_user_class(&msg, "a"));
	CHECK(!pxe_user_class(&msg,
	    "\x02"
	    "ab"));
	MAKE(DISCOVER "\x4d\x05gPXEx");
	CHECK(pxe_user_class(&msg, "gPXEx"));
	CHECK(!pxe_user_class(&msg, "gPXE"));
	MAKE(DISCOVER "\x4d\x03\x09"
	              "ab"); /* a list that lies is raw text */
	CHECK(!pxe_user_class(&msg, "ab"));
	MAKE(DISCOVER);
	CHECK(!pxe_user_class(&msg, "ab"));
}

static void
architectures(void)
{
	MAKE(DISCOVER PXE "\x5d\x04\0\x0b\0\x07");
	CHECK_INT(request.archs, 2);
	CHECK_INT(request.arch[0], 11);
	CHECK_INT(request.arch[1], 7);
	MAKE(DISCOVER PXE "\x5d\x03\0\x07\0"); /* an odd byte at the end */
	CHECK_INT(request.archs, 1);
	MAKE(DISCOVER PXE "\x5d\x14\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0\x8\0\x9\0\xa");
	CHECK_INT(request.archs, PXE_ARCHS);
	/* U-Boot, lib/efi_loader/efi_helper.c: 6 is x64, 7 is ia32 */
	MAKE(DISCOVER "\x3c\x0cU-Boot.armv8\x5d\x02\0\x06");
	CHECK(request.uboot_swapped);
	CHECK_INT(request.arch[0], 7);
	MAKE(DISCOVER "\x3c\x0cU-Boot.armv8\x5d\x02\0\x16");
	CHECK_INT(request.arch[0], 0x16);
}

static void
uuids(void)
{
	MAKE(DISCOVER PXE "\x61\x11\0ABCDEFGHIJKLMNOP");
	CHECK(request.has_uuid);
	CHECK(memcmp(request.uuid, "ABCDEFGHIJKLMNOP", 16) == 0);
	MAKE(DISCOVER PXE "\x61\x11\1ABCDEFGHIJKLMNOP"); /* type 1 is none */
	CHECK(!request.has_uuid);
	MAKE(DISCOVER PXE "\x61\x10\0ABCDEFGHIJKLMNO");
	CHECK(!request.has_uuid);
	make(DISCOVER PXE, sizeof(DISCOVER PXE) - 1, 16); /* EDK2 with SendGUID */
	CHECK(request.has_uuid);
	CHECK(memcmp(request.uuid, "0123456789abcdef", 16) == 0);
}

static void
encapsulated_options(void)
{
	static const uint8_t value[] = { 0, 6, 1, 8, 0, 10, 2, 'a', 'b', 255, 9, 1, 1 };
	size_t len = 99;
	const uint8_t *v = pxe_find_sub(value, sizeof(value), 10, &len);

	CHECK(v == value + 7 && len == 2);
	CHECK(pxe_find_sub(value, sizeof(value), 9, &len) == NULL); /* behind the end */
	CHECK(pxe_find_sub(value, 8, 10, &len) == NULL);            /* cut */
	CHECK(pxe_find_sub(value, 0, 6, &len) == NULL);
	CHECK(pxe_find_sub(NULL, 0, 6, &len) == NULL);
	MAKE(DISCOVER PXE "\x2b\x07\x47\x04\x80\x01\0\x02\xff");
	CHECK(request.has_boot_item);
	CHECK_INT(request.boot_item, 0x8001);
	CHECK_INT(request.boot_layer, 2);
	MAKE(DISCOVER PXE "\x2b\x05\x47\x02\x80\x01\xff");
	CHECK(!request.has_boot_item);
}

int
main(void)
{
	RUN(the_table_is_the_registry);
	RUN(kinds_of_clients);
	RUN(user_classes);
	RUN(architectures);
	RUN(uuids);
	RUN(encapsulated_options);
	return TEST_EXIT();
}
