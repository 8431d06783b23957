/*
 * The steps of a run: verify an image that can be read twice, decompress and
 * spool it if necessary, go through its members, verify any other image now,
 * give files their names, report how it boots.
 */
#ifndef SESSION_H
#define SESSION_H

#include "profiles.h"
#include "run.h"
#include "sums.h"

/* What to verify; nothing is kept of an image that differs. */
struct session_sums {
	char sha256[SUMS_SHA256]; /* "": none */
	bool implanted;           /* the sum that implantisomd5 put into the image */
};

/* Takes `source` over.  Uses `profiles` with -b. */
enum exit_code session_run(const struct run_options *o, struct selection *selection, struct source *source,
    const struct session_sums *sums, const struct profiles *profiles);

#endif
