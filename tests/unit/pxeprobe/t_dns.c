/* One question for an address, and answers of all kinds. */
#include "test.h"

#include <stdlib.h>

#include "dns.h"

static void
questions(void)
{
	static const char want[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\4boot\7example\0\0\1\0\1";
	uint8_t out[64];
	char label[65];

	CHECK_INT(dns_write("boot.example", 0x1234, out, sizeof(out)), sizeof(want) - 1);
	CHECK(memcmp(out, want, sizeof(want) - 1) == 0);
	CHECK_INT(dns_write("boot.example.", 0x1234, out, sizeof(out)), sizeof(want) - 1);
	CHECK_INT(dns_write("boot..example", 1, out, sizeof(out)), 0);
	CHECK_INT(dns_write("boot.example", 1, out, 20), 0);
	memset(label, 'a', sizeof(label));
	label[64] = '\0';
	CHECK_INT(dns_write(label, 1, out, sizeof(out)), 0);
}

#define HEAD(answers) "\x12\x34\x81\x80\0\1\0" answers "\0\0\0\0\4boot\0\0\1\0\1"
#define A "\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x0a\0\0\7"
#define CNAME "\xc0\x0c\0\5\0\1\0\0\0\0\0\2\xc0\x0c"

/* The address in these bytes, 0 when there is none.  They end where a page
 * that must not be read begins, as far as a sanitizer is concerned. */
static uint32_t
answer(const char *bytes, size_t len)
{
	uint8_t *copy = malloc(len);
	uint32_t addr = 0;

	memcpy(copy, bytes, len);
	if (!dns_read(copy, len, &addr))
		CHECK_INT(addr, 0);
	free(copy);
	return addr;
}

static void
answers(void)
{
	static const char alias[] = HEAD("\2") CNAME A;
	static const char named[] = "\0\1\x80\0\0\0\0\1\0\0\0\0\1x\0\0\1\0\1\0\0\0\0\0\4\x0a\0\0\x8";
	static const char none[] = HEAD("\0"), failed[] = "\0\1\x80\3\0\0\0\0\0\0\0\0",
	                  question[] = "\0\1\1\0\0\1\0\0\0\0\0";

	CHECK_INT(answer(alias, sizeof(alias) - 1), 0x0a000007);
	CHECK_INT(answer(named, sizeof(named) - 1), 0x0a000008);
	CHECK_INT(answer(none, sizeof(none) - 1), 0);
	CHECK_INT(answer(failed, sizeof(failed) - 1), 0);
	CHECK_INT(answer(question, sizeof(question)), 0);
	for (size_t len = 1; len < sizeof(alias) - 1; len++)
		CHECK_INT(answer(alias, len), 0);
}

int
main(void)
{
	RUN(questions);
	RUN(answers);
	return TEST_EXIT();
}
