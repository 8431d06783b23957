#include "sbat.h"

#include <stdio.h>
#include <string.h>

/* The next line; what cannot be shown becomes '?'.  False at the end. */
static bool
sbat_line(struct rd *r, char line[256])
{
	size_t n = 0;

	if (rd_left(r) == 0)
		return false;
	for (uint8_t c; rd_left(r) > 0 && (c = rd_u8(r)) != '\n' && c != '\0';)
		if (n < 255)
			line[n++] = c >= ' ' && c < 0x7f ? (char)c : '?';
	line[n] = '\0';
	return true;
}

/* Of "grub,5,Free Software ..." the first two, behind a blank. */
static void
sbat_add(const char *line, char list[SBAT_LIST])
{
	char name[64], generation[16];
	size_t n = strlen(list);

	if (sscanf(line, "%63[^, ],%15[0-9]", name, generation) != 2 ||
	    n + strlen(name) + strlen(generation) + 3 > SBAT_LIST)
		return;
	snprintf(list + n, SBAT_LIST - n, "%s%s,%s", n ? " " : "", name, generation);
}

/* Lines of component, generation, vendor, package, version, URL.  The last line is
 * the distribution's: "grub.debian,5,Debian,grub2,2.06-13+deb12u2,https://...", but for
 * that of Ubuntu's loader of PE images, which others have taken up. */
void
sbat_read(struct rd text, struct sbat *out)
{
	char line[256], vendor[64], version[64];

	while (sbat_line(&text, line)) {
		if (strncmp(line, "sbat,", 5) == 0)
			continue;
		sbat_add(line, out->list);
		if (strncmp(line, "grub.peimage,", 13) != 0 &&
		    sscanf(line, "%*[^,],%*[^,],%63[^,],%*[^,],%63[^,]", vendor, version) == 2) {
			memcpy(out->vendor, vendor, sizeof(vendor));
			memcpy(out->version, version, sizeof(version));
		}
	}
}

/* A version (0) and two offsets, both counted from behind it: of the level that is set by
 * itself, and of the latest one, each a text that a NUL ends. */
void
sbat_level(struct rd section, char out[SBAT_LIST])
{
	uint32_t version = rd_le32(&section), at;
	struct rd from = section;
	char line[256];

	out[0] = '\0';
	at = rd_le32(&section);
	rd_take(&from, at);
	if (version != 0 || at < 8 || from.bad)
		return;
	while (sbat_line(&from, line) && line[0])
		if (strncmp(line, "sbat,", 5) != 0)
			sbat_add(line, out);
}
