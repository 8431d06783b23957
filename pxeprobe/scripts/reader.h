/* What a reader of scripts is to reader.c, which calls it for scripts.h.  Its
 * own struct begins with a struct script. */
#ifndef READER_H
#define READER_H

#include "scripts.h"

struct script {
	const struct reader *reader;
};

struct reader {
	void (*free)(struct script *s);
	void (*set)(struct script *s, const char *name, const char *value); /* NULL: no variables */
	const char *(*get)(const struct script *s, const char *name);       /* NULL: no variables */
	bool (*push)(struct script *s, const char *text, size_t len);
	void (*next)(struct script *s, struct script_action *out);
	void (*result)(struct script *s, bool ok); /* NULL: it makes no difference */
};

/* How a command went; RAN_ASKED: the caller has something to do first. */
enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

#endif
