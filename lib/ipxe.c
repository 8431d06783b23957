#include "ipxe.h"

#include <string.h>
#include <strings.h>

#include "num.h"
#include "pxe.h"

/* ?query and #fragment of a URL are no part of the name. */
static size_t
name_len(const char *s)
{
	return strcspn(s, "?#");
}

static bool
name_ends(const char *s, const char *suffix)
{
	size_t n = name_len(s), k = strlen(suffix);

	return n >= k && strncasecmp(s + n - k, suffix, k) == 0;
}

static bool
name_is_one(const char *s, const char *const *list, bool (*fits)(const char *, const char *))
{
	for (; *list; list++)
		if (fits(s, *list))
			return true;
	return false;
}

static bool
name_begins(const char *s, const char *prefix)
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
	if (name_is_one(base, own, name_ends))
		return true;
	return name_is_one(base, prefix, name_begins) && name_is_one(base, program, name_ends);
}

static const struct {
	uint8_t code;
	const char *name;
} features[] = {
	{ 16, "pxe-ext" },
	{ 17, "iscsi" },
	{ 18, "aoe" },
	{ 19, "http" },
	{ 20, "https" },
	{ 21, "tftp" },
	{ 22, "ftp" },
	{ 23, "dns" },
	{ 24, "bzimage" },
	{ 25, "multiboot" },
	{ 26, "slam" },
	{ 27, "srp" },
	{ 32, "nbi" },
	{ 33, "pxe" },
	{ 34, "elf" },
	{ 35, "comboot" },
	{ 36, "efi" },
	{ 37, "fcoe" },
	{ 38, "vlan" },
	{ 39, "menu" },
	{ 40, "sdi" },
	{ 41, "nfs" },
};
#define FEATURES (sizeof(features) / sizeof(features[0]))

uint8_t
ipxe_feature(const char *name)
{
	uint64_t code;

	for (size_t i = 0; i < FEATURES; i++)
		if (strcmp(features[i].name, name) == 0)
			return features[i].code;
	return num_uint(name, IPXE_FEATURES, IPXE_FEATURES_END - 1, &code) ? (uint8_t)code : 0;
}

const char *
ipxe_feature_name(uint8_t code)
{
	for (size_t i = 0; i < FEATURES; i++)
		if (features[i].code == code)
			return features[i].name;
	return NULL;
}

uint64_t
ipxe_features(const struct dhcp_msg *msg)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(msg, DHCP_IPXE, &len);
	struct rd r = rd_open(v, v ? len : 0);
	uint64_t set = 0;

	while (rd_left(&r) > 1) {
		uint8_t code = rd_u8(&r), n;
		const uint8_t *value;

		if (code == DHCP_PAD)
			continue;
		if (code == DHCP_END)
			break;
		n = rd_u8(&r);
		value = rd_take(&r, n);
		if (value && n > 0 && value[n - 1] && code >= IPXE_FEATURES && code < IPXE_FEATURES_END)
			set |= 1ull << (code - IPXE_FEATURES);
	}
	return set;
}
