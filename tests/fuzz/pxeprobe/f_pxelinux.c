/* pxelinux.cfg: two files, cut at a NUL, the second included. */
#include <string.h>

#include "scripts/scripts.h"
#include "cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut s = cut_texts(data, size);
	struct script *p = script_pxelinux();
	struct script_action f;

	script_push(p, s.first, s.first_len);
	for (int n = 0; n < 50; n++) {
		script_next(p, &f);
		if (script_ended(&f))
			break;
		if (f.kind == SCRIPT_CONFIG)
			script_push(p, s.second, s.second_len);
		else
			script_result(p, true);
	}
	script_free(p);
	return 0;
}
