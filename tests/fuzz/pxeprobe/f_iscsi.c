/* What an iSCSI target sends, and root paths: "PATH NUL BYTES". */
#include <stdlib.h>
#include <string.h>

#include "iscsi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct iscsi s;
	struct iscsi_path path;
	uint8_t out[2048];
	char text[300];
	const uint8_t *end = memchr(data, 0, size);
	size_t n = end ? (size_t)(end - data) : size;

	if (n >= sizeof(text))
		return 0;
	memcpy(text, data, n);
	text[n] = '\0';
	if (!iscsi_path_parse(text, &path))
		return 0;
	iscsi_start(&s, &path, "iqn.2010-04.org.ipxe:x");
	for (size_t at = n + 1; at < size && !iscsi_over(&s); at += 7) {
		if (iscsi_output(&s, out, sizeof(out)) > sizeof(out))
			abort();
		iscsi_input(&s, data + at, size - at < 7 ? size - at : 7);
	}
	if (s.have >= ISCSI_PDU)
		abort();
	return 0;
}
