#include "ipxe.h"

#include <string.h>
#include <strings.h>

static bool
has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && strcasecmp(s + n - k, suffix) == 0;
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
	static const char *const prefix[] = {
		"ipxe", "undionly", "snponly", "snp.efi", "snp-", "netboot.xyz", NULL
	};
	/* .kpxe and its kin are names that only iPXE's build uses */
	static const char *const own[] = { ".kpxe", ".kkpxe", ".kkkpxe", NULL };
	static const char *const program[] = { ".efi", ".pxe", ".lkrn", ".0", NULL };
	const char *base = strrchr(file, '/');

	base = base ? base + 1 : file;
	if (is_one_of(base, own, has_suffix))
		return true;
	return is_one_of(base, prefix, has_prefix) && is_one_of(base, program, has_suffix);
}
