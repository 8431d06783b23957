/*
 * Shared libraries that are loaded when they are needed.  libarchive and libcurl
 * bring some forty more along; loading those takes several times as long as reading
 * the directories of an image, which needs none of them.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#define LIBRARY_ERROR 256

struct library {
	const char *soname;
	const char *what;         /* "libcurl, which fetches URLs," */
	const char *const *names; /* of its functions */
	size_t n;
	void *functions; /* where their n addresses go, a struct of nothing else */
	bool loaded;
};

/* Loads it, once.  False, and a sentence, if it or a function of it is missing. */
bool library_load(struct library *l, char error[LIBRARY_ERROR]);

/* From a list, LIST(X) = X(function) X(function)...: the members of the struct that
 * holds their addresses, and their names. */
#define LIBRARY_MEMBER(f) __typeof__(f) *f;
#define LIBRARY_NAME(f) #f,

#endif
