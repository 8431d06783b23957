/*
 * What a run does, in order: verify the image where it can be read twice,
 * decompress and spool it where necessary, go through its members, verify it
 * otherwise, give files their names, report how it boots.
 */
#ifndef SESSION_H
#define SESSION_H

#include "profiles.h"
#include "run.h"
#include "sums.h"

/* What is to be verified; nothing is kept of an image that differs. */
struct session_sums {
	char sha256[SUMS_SHA256]; /* "": none asked for */
	bool implanted;           /* the one that implantisomd5 put into the image */
};

/* Takes `source` over.  `profiles` are asked with -b. */
enum exit_code session_run(const struct run_options *o, struct selection *selection, struct source *source,
    const struct session_sums *sums, const struct profiles *profiles);

#endif
