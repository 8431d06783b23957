/*
 * What happened, as a picture (-d): a column for the machine and one for each server, time
 * downwards, who asked whom and what came back, and each fault at its place.  As SVG, or as
 * text of 80 columns.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct picture;

/* NULL when out of memory. */
struct picture *picture_new(void);
void picture_free(struct picture *p);

/* A machine begins: what it is. */
void picture_machine(struct picture *p, const char *title);
/* One asks (out: the machine does) or answers; `server` NULL: everybody, "": nobody, a thing
 * that the machine does by itself.  A step that failed is drawn as a fault is. */
struct picture_step {
	const char *server, *label;
	bool out, failed;
	uint64_t ms; /* how long it took; 0 is not drawn */
};
void picture_step(struct picture *p, const struct picture_step *s);
/* A fault (else a warning), or how it ended. */
void picture_fault(struct picture *p, const char *text, bool warning);
void picture_end(struct picture *p, const char *text, bool boots);

/* For each: 0, or -1 when it could not be written. */
int picture_write_svg(const struct picture *p, FILE *out);
int picture_write_text(const struct picture *p, FILE *out);

#endif
