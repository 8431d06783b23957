#include <arpa/inet.h>
#include <stdlib.h>

#include "addr6.h"
#include "test.h"

static void
text_is_that_of_rfc_5952(void)
{
	static const char *const text[] = { "::", "::1", "1::", "fd00:77::1000", "2001:db8::1:0:0:1",
		"2001:db8:0:1:1:1:1:1", "1:0:0:2::3", "0:1::", "1:2:3:4:5:6:7:8",
		"abcd:ef01:2345:6789:abcd:ef01:2345:6789", "::ffff:10.0.0.1", "::1:0:0:0", "fe80::5054:ff:fe12:3456",
		"::ffff:0:0:ffff:0:0" };

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		char out[INET6_ADDRSTRLEN];
		struct in6_addr a;

		CHECK(addr6_parse(text[i], &a));
		CHECK_STR(addr6_text(&a, out), text[i]);
	}
}

/* Every pattern of zeros, beside the C library.  musl's shortens the wrong one of two runs
 * of the same length (RFC 5952, 4.2.3), so there it is only read back. */
static void
text_is_that_of_the_c_library(void)
{
	static const uint16_t value[] = { 1, 0xa, 0x10, 0xfff, 0x1000, 0xffff };

	for (unsigned zeros = 0; zeros < 256; zeros++)
		for (size_t v = 0; v < sizeof(value) / sizeof(value[0]); v++) {
			char ours[INET6_ADDRSTRLEN];
			struct in6_addr a = { 0 };
#ifdef __GLIBC__
			char theirs[INET6_ADDRSTRLEN];
#else
			struct in6_addr back;
#endif

			for (unsigned i = 0; i < 8; i++)
				if (!(zeros >> i & 1)) {
					a.s6_addr[2 * i] = (uint8_t)(value[v] >> 8);
					a.s6_addr[2 * i + 1] = (uint8_t)value[v];
				}
#ifdef __GLIBC__
			CHECK(inet_ntop(AF_INET6, &a, theirs, sizeof(theirs)));
			CHECK_STR(addr6_text(&a, ours), theirs);
#else
			CHECK_INT(inet_pton(AF_INET6, addr6_text(&a, ours), &back), 1);
			CHECK(memcmp(&a, &back, sizeof(a)) == 0);
#endif
		}
}

int
main(void)
{
	RUN(text_is_that_of_rfc_5952);
	RUN(text_is_that_of_the_c_library);
	return TEST_EXIT();
}
