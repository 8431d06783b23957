/* Pictures of what happened: as text and as SVG. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "picture.h"

static char out[16384];

static const char *
drawn(const struct picture *p, int (*write)(const struct picture *p, FILE *f))
{
	FILE *f = fmemopen(out, sizeof(out), "w");

	CHECK(f && write(p, f) == 0);
	if (f)
		fclose(f);
	return out;
}

static unsigned
times(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static struct picture *
one_machine(void)
{
	struct picture *p = picture_new();

	picture_machine(p, "a storm");
	picture_machine(p, "bios");
	picture_step(p, &(struct picture_step){ .label = "asks", .out = true });
	picture_step(p, &(struct picture_step){ .server = "10.0.0.1", .label = "not there", .failed = true, .ms = 7 });
	picture_step(p, &(struct picture_step){ .server = "", .label = "gives back" });
	picture_fault(p, "the file", false);
	picture_end(p, "does not boot", false);
	return p;
}

static void
text(void)
{
	struct picture *p = one_machine();
	const char *t = drawn(p, picture_write_text);

	/* A heading that nothing stands below is not drawn. */
	CHECK(!strstr(t, "a storm"));
	CHECK(times(t, "machine ") == 1);
	/* The fault stands where it was seen. */
	CHECK(strstr(t, "not there") < strstr(t, "FAULT") && strstr(t, "FAULT") < strstr(t, "gives back"));
	for (const char *line = t; *line; line += strcspn(line, "\n") + 1)
		CHECK(strcspn(line, "\n") <= 79);
	picture_free(p);
}

/* Of a fault that no step shows. */
static void
fault_without_step(void)
{
	struct picture *p = picture_new();
	const char *t;

	picture_machine(p, "bios");
	picture_step(p, &(struct picture_step){ .server = "", .label = "program: it is text" });
	picture_step(p, &(struct picture_step){ .server = "", .label = "release: gave 10.0.0.9 back" });
	picture_fault(p, "no program", false);
	t = drawn(p, picture_write_text);
	CHECK(strstr(t, "it is text") < strstr(t, "FAULT") && strstr(t, "FAULT") < strstr(t, "release"));
	picture_free(p);
}

static void
svg(void)
{
	struct picture *p = one_machine();
	const char *t = drawn(p, picture_write_svg);

	CHECK(!strstr(t, "a storm"));
	CHECK(times(t, ">machine<") == 1);
	/* The columns' lines do not run through letters, light or dark. */
	CHECK(strstr(t, "paint-order:stroke;stroke:#fff"));
	CHECK(strstr(t, "stroke:#16181c}"));
	picture_free(p);
}

int
main(void)
{
	RUN(text);
	RUN(fault_without_step);
	RUN(svg);
	return TEST_EXIT();
}
