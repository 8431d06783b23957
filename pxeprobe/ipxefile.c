#include "ipxefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unlzma.h"

#define UNPACKED (8u << 20)
#define SEARCH 65536 /* bytes of prefix and loader in front of what is compressed */
#define SMALLEST 65536

/* A script, as far as it is text: iPXE's own "#!ipxe" has no line end behind it. */
static bool
find_script(const uint8_t *bytes, size_t len, struct ipxefile *out)
{
	static const char magic[] = "#!ipxe";
	const uint8_t *end = bytes + len, *at = bytes;

	while ((at = memmem(at, (size_t)(end - at), magic, sizeof(magic) - 1))) {
		const uint8_t *c = at + sizeof(magic) - 1;

		if (c < end && (*c == '\n' || *c == '\r')) {
			while (c < end && (*c >= ' ' || *c == '\n' || *c == '\r' || *c == '\t'))
				c++;
			out->script = (const char *)at;
			out->len = (size_t)(c - at);
			return true;
		}
		at = c;
	}
	return false;
}

static bool
holds_ipxe(const uint8_t *bytes, size_t len)
{
	return memmem(bytes, len, "#!ipxe", 6) != NULL;
}

/* Tries each place where a stream may begin; what is none ends after a few bytes. */
static size_t
unpack(const uint8_t *bytes, size_t len, uint8_t *room)
{
	for (size_t at = 0; at + 5 < len && at < SEARCH; at++) {
		size_t n;

		if (bytes[at] != 0 || bytes[at + 1] == 0)
			continue;
		n = unlzma_raw(bytes + at, len - at, UNLZMA_IPXE, room, UNPACKED);
		if (n >= SMALLEST && holds_ipxe(room, n))
			return n;
	}
	return 0;
}

/* What config/general.h may leave out.  A command's name is a text of its own in the program. */
static void
find_commands(const uint8_t *bytes, size_t len, char lacks[IPXEFILE_LACKS])
{
	static const char *const optional[] = { "console", "colour", "cpair", "cpuid", "iflinkwait", "imgextract",
		"imgmem", "imgtrust", "imgverify", "ipstat", "login", "lotest", "md5sum", "menu", "neighbour",
		"nslookup", "ntp", "param", "params", "pciscan", "ping", "poweroff", "profstat", "prompt", "reboot",
		"sanboot", "sha1sum", "sha256sum", "shim", "sync", "time", "usbscan", "vcreate", "vdestroy",
		"certstat" };
	char text[24];
	size_t at = 0;

	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
		/* Between two NULs. */
		int n = snprintf(text + 1, sizeof(text) - 1, "%s", optional[i]) + 2;

		text[0] = '\0';
		if (!memmem(bytes, len, text, (size_t)n))
			at += (size_t)snprintf(lacks + at, IPXEFILE_LACKS - at, "%s%s", at ? " " : "", optional[i]);
	}
}

void
ipxefile_read(const uint8_t *bytes, size_t len, struct ipxefile *out)
{
	size_t n;

	*out = (struct ipxefile){ .readable = true };
	if (find_script(bytes, len, out) || holds_ipxe(bytes, len)) {
		find_commands(bytes, len, out->lacks);
		return;
	}
	out->readable = false;
	out->unpacked = malloc(UNPACKED);
	if (!out->unpacked)
		return;
	n = unpack(bytes, len, out->unpacked);
	out->readable = n > 0;
	if (n) {
		find_script(out->unpacked, n, out);
		find_commands(out->unpacked, n, out->lacks);
	}
}

void
ipxefile_free(struct ipxefile *f)
{
	free(f->unpacked);
	f->unpacked = NULL;
}
