/* iPXE scripts: two files, cut at a NUL, the second chained. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct script *i = script_ipxe();
	struct script_action f;

	script_set(i, "mac", "52:54:00:aa:bb:cc");
	script_push(i, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		script_next(i, &f);
		if (script_ended(&f))
			break;
		if (f.kind != SCRIPT_CHAIN || !script_push(i, s.second, s.second_len))
			script_result(i, n % 3 != 0);
	}
	script_free(i);
	return 0;
}
