/* Any bytes as the texts of an image, as a list of sums, as a URL and a server's
 * header: what comes out is plain and has its end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "release.h"
#include "sums.h"
#include "url.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_plain(const char *s)
{
	size_t n = strnlen(s, RELEASE_TEXT);

	if (n == RELEASE_TEXT || (n > 0 && (s[0] == ' ' || s[n - 1] == ' ')))
		abort();
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f)
			abort();
}

static void
check(const struct release *r)
{
	check_plain(r->name);
	check_plain(r->version);
	check_plain(r->arch);
}

static void
check_uri(const char *text)
{
	char out[URL_SIZE];
	struct url_range r;

	if (strlen(url_shown(text, out)) > strlen(text) || strlen(url_file(text, out)) > strlen(text))
		abort();
	if (url_range(text, &r) && (r.first > r.last || r.last >= r.size))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), sum[SUMS_SHA256];
	struct release r = { 0 };

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	release_disk_info(text, &r);
	check(&r);
	release_treeinfo(text, &r);
	check(&r);
	release_os_release(text, &r);
	check(&r);
	release_line(text, "Some Linux ", &r);
	check(&r);
	if (release_keys(text, "{NAME} {A}-{BC", &r))
		check(&r);
	if (release_keys("NAME='x'\nA=1.2\n", text, &r))
		check(&r);
	if (sums_find((const char *)data, size, "image.iso", sum) && !sums_is_sha256(sum, sum))
		abort();
	check_uri(text);
	utf8_plain(text);
	free(text);
	return 0;
}
