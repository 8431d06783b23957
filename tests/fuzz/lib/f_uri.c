/* Any text as a URI: its parts lie in it, one behind the other, and nothing is lost. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
behind(const char *before, const struct uri_part *p)
{
	if (!p->at)
		return before;
	if (p->at < before)
		abort();
	return p->at + p->len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct uri u;
	size_t before;

	if (!text)
		return 0;
	if (uri_split(text, &u)) {
		const char *at = behind(text, &u.scheme);

		at = behind(behind(behind(at, &u.userinfo), &u.host), &u.port);
		if (u.path.at < at || u.path.at + u.path.len != u.rest.at ||
		    u.rest.at + u.rest.len != text + strlen(text))
			abort();
		if (u.path.len > 0 && u.path.at[0] != '/')
			abort();
	}
	before = strlen(text);
	uri_unescape(text);
	if (strlen(text) > before)
		abort();
	free(text);
	return 0;
}
