/*
 * Is this file what a loader takes for a kernel or an initrd, and is it whole?
 * By its first bytes and its length.  Pure.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_PEEK (256u << 10) /* bytes of a file worth keeping for it */
#define PAYLOAD_WHY 160

enum payload_state {
	PAYLOAD_GOOD,
	PAYLOAD_BAD,   /* the loader refuses it, or the machine stops in it; why says how */
	PAYLOAD_UNSURE /* a program that is none of those known here */
};

struct payload {
	const uint8_t *bytes; /* its beginning */
	size_t kept;
	uint64_t size;       /* of all of it */
	const char *machine; /* a name of machine.h */
	bool unpacks;        /* the loader unpacks gzip by itself, as GRUB does */
};

enum payload_state payload_kernel(const struct payload *p, char why[PAYLOAD_WHY]);
/* Of a Linux kernel; what other kernels take with them may be anything. */
enum payload_state payload_initrd(const struct payload *p, char why[PAYLOAD_WHY]);
/* Any program: one cut short or mangled on its way here is bad. */
enum payload_state payload_program(const struct payload *p, char why[PAYLOAD_WHY]);
/* A Linux kernel that unpacks its initrd: not memdisk, wimboot or a memory test,
 * which look like one. */
bool payload_is_linux(const struct payload *p);

#endif
