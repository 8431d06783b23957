/* Rules are read and printed while each allocation in turn fails: whatever comes of
 * it, it is called lack of memory, and not a fault of the rules. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rulesfile.h"
#include "test.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
/* glibc's own, behind ours, which take their place (malloc(3), NOTES). */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);

static unsigned left; /* allocations until one fails; 0: none does */
static bool failed;

static bool
fails(void)
{
	bool now = left > 0 && --left == 0;

	failed = failed || now;
	if (now)
		errno = ENOMEM;
	return now;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t each)
{
	return fails() ? NULL : __libc_calloc(n, each);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

static const char text[] =
    "subnet 10.0.0.0/24 range=10.0.0.5-10.0.0.9,10.0.0.20-10.0.0.30 router=10.0.0.1,10.0.0.2 domain=a.example\n"
    "host mac=52:54:00:00:00:01 addr=10.0.0.40 name=one tag=known\n"
    "boot arch=bios,efi-x64 vendor=PXE*,other mac=52:54:* file=\"a b.efi\" server=10.0.0.1\n"
    "option 209 text=pxelinux.cfg/default\n"
    "menu item=\"Debian\" file=x\n"
    "include more\n";

static char dir[] = "/tmp/t_memory.XXXXXX";

static void
write_text(const char *name, const char *what)
{
	FILE *f = fopen(name, "w");

	CHECK(f && fputs(what, f) >= 0 && fclose(f) == 0);
}

/* True if all of it went well. */
static bool
read_and_print(struct diag *diag)
{
	static const struct rulesfile_access access = { .reach = NULL };
	struct rules rules = { 0 };
	bool good = true;

	rulesfile_follow(&rules, &access);
	rulesfile_read(&rules, "all", &access, diag);
	rulesfile_follow(&rules, NULL);
	rules_finish(&rules, diag);
	for (size_t i = 0; i < rules.lines && diag->errors == 0; i++) {
		char *line = rules_text(&rules.line[i]);

		good = good && line && *line;
		free(line);
	}
	rules_free(&rules);
	return good && diag->errors == 0;
}

static void
each_allocation_fails_once(void)
{
	unsigned n = 0;

	do {
		struct diag diag = { 0 };
		bool good;

		left = ++n;
		failed = false;
		good = read_and_print(&diag);
		left = 0;
		if (!good && diag.errors > 0 && !diag.no_memory)
			printf("# allocation %u: %s\n", n, diag.n > 0 ? diag.line[0].text : "?");
		CHECK(good || diag.errors == 0 || diag.no_memory);
		CHECK(good || failed);
		diag_free(&diag);
	} while (failed && n < 10000);
	CHECK(n > 20 && n < 10000);
}

int
main(void)
{
	if (!mkdtemp(dir) || chdir(dir) != 0 || mkdir("more", 0700) != 0)
		return 1;
	write_text("all", text);
	write_text("more/a.rules", "option 210 text=/x/\n");
	RUN(each_allocation_fails_once);
	unlink("all");
	unlink("more/a.rules");
	rmdir("more");
	rmdir(dir);
	return TEST_EXIT();
}
#else
int
main(void)
{
	puts("skip - t_memory: allocations cannot be made to fail here");
	return 0;
}
#endif
