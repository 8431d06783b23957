#include "ipxe.h"

#include <string.h>
#include <strings.h>

/* ?query and #fragment of a URL are no part of the name. */
static size_t
name_len(const char *s)
{
	return strcspn(s, "?#");
}

static bool
has_suffix(const char *s, const char *suffix)
{
	size_t n = name_len(s), k = strlen(suffix);

	return n >= k && strncasecmp(s + n - k, suffix, k) == 0;
}

static bool
is_one_of(const char *s, const char *const *list, bool (*fits)(const char *, const char *))
{
	for (; *list; list++)
		if (fits(s, *list))
			return true;
	return false;
}

static bool
has_prefix(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

bool
ipxe_binary(const char *file)
{
	static const char *const prefix[] = { "ipxe", "gpxe", "undionly", "snponly", "snp.efi", "snp-", "netboot.xyz",
		NULL };
	/* .kpxe and its kin are names that only iPXE's build uses */
	static const char *const own[] = { ".kpxe", ".kkpxe", ".kkkpxe", NULL };
	static const char *const program[] = { ".efi", ".pxe", ".lkrn", ".krn", ".0", NULL };
	const char *base = file;

	for (size_t i = 0; i < name_len(file); i++)
		if (file[i] == '/')
			base = file + i + 1;
	if (is_one_of(base, own, has_suffix))
		return true;
	return is_one_of(base, prefix, has_prefix) && is_one_of(base, program, has_suffix);
}
