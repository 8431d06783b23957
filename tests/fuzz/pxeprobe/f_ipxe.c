/* iPXE scripts: two files, cut at a NUL, the second chained. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct ipxe *i = ipxe_new();
	struct script_action f;

	ipxe_set(i, "mac", "52:54:00:aa:bb:cc");
	ipxe_push(i, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		ipxe_next(i, &f);
		if (script_over(&f))
			break;
		if (f.kind != SCRIPT_CHAIN || !ipxe_push(i, s.second, s.second_len))
			ipxe_result(i, n % 3 != 0);
	}
	ipxe_free(i);
	return 0;
}
