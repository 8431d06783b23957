/* Rules, included files and machines' own files, read from a directory as a daemon of each
 * family reads them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ruleset.h"
#include "test.h"

static char dir[] = "/tmp/t_ruleset.XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f != NULL);
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void
make_files(void)
{
	char path[200];

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/hosts", dir);
	CHECK_INT(mkdir(path, 0755), 0);
	write_file("rules",
	    "subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.59\nsubnet fd00::/64 range=fd00::50-fd00::59\n"
	    "include more.rules\nhosts hosts\n");
	write_file("more.rules", "boot file=x arch=efi-x64\noption6 31 ip=fd00::1\n");
	write_file("hosts/52-54-00-00-00-01", "host addr=10.0.0.4,fd00::4\nboot file=own\noption6 31 ip=fd00::2\n");
	write_file("hosts/duid-000300015254000000ff", "host addr=fd00::9\n");
	CHECK_INT(chdir(dir), 0);
}

/* Reads the file and one more rule; errors of both kinds. */
static size_t
load(struct ruleset *s, enum rules_family family, const char *rule)
{
	struct ruleset_source source[] = { { "rules", false }, { rule, true } };
	struct ruleset_options o = { .family = family, .source = source, .sources = 2 };
	struct diag rules = { 0 }, files = { 0 };
	size_t errors;

	ruleset_load(s, &o, NULL, &(struct ruleset_diags){ &rules, &files });
	for (size_t i = 0; i < rules.n; i++)
		printf("# %s\n", rules.line[i].text);
	for (size_t i = 0; i < files.n; i++)
		printf("# %s\n", files.line[i].text);
	errors = rules.errors + files.errors;
	diag_free(&rules);
	diag_free(&files);
	return errors;
}

static void
each_family_has_its_lines(void)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0, 0, 0, 1 };
	static const uint8_t duid[] = { 0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, 0xff };
	struct hosts_found found;
	struct ruleset s;

	CHECK_INT(load(&s, RULES_IP4, "boot file=z arch=bios"), 0);
	CHECK_INT(s.rules.n[RULE_SUBNET], 1);
	CHECK_INT(s.rules.n[RULE_OPTION6], 0);
	CHECK_INT(s.rules.n[RULE_BOOT], 2);
	CHECK_INT(hostsdirs_count(&s.dirs), 2);
	hosts_find(&s.hosts, &(struct hosts_who){ .mac = mac }, NULL, &found);
	CHECK(found.file && found.addr == 0x0a000004);
	CHECK(found.file && found.file->own->n[RULE_BOOT] == 1 && found.file->own->n[RULE_OPTION6] == 0);
	ruleset_free(&s);
	CHECK_INT(load(&s, RULES_IP6, "ra none"), 0);
	CHECK_INT(s.rules.n[RULE_SUBNET6], 1);
	CHECK_INT(s.rules.n[RULE_OPTION6], 1);
	CHECK_INT(s.rules.n[RULE_RA], 1);
	hosts_find6(&s.hosts, &(struct hosts_who){ .mac = mac }, NULL, &found);
	CHECK(found.file && found.has_addr6 && found.addr6.s6_addr[15] == 4);
	CHECK(found.file && found.file->own->n[RULE_OPTION6] == 1);
	hosts_find6(&s.hosts, &(struct hosts_who){ .duid = duid, .duid_len = sizeof(duid) }, NULL, &found);
	CHECK(found.file && found.has_addr6 && found.addr6.s6_addr[15] == 9);
	ruleset_free(&s);
}

static void
what_is_wrong_is_said_by_whom_it_concerns(void)
{
	struct ruleset s;

	write_file("hosts/52-54-00-00-00-02", "host addr=fd99::4\n");
	CHECK_INT(load(&s, RULES_IP4, "boot file=z arch=bios"), 0);
	ruleset_free(&s);
	CHECK_INT(load(&s, RULES_IP6, "boot file=z arch=bios"), 1);
	ruleset_free(&s);
	CHECK_INT(load(&s, RULES_IP4, "subnet fd01::/64 range=fd02::1-fd02::2"), 1);
	ruleset_free(&s);
	write_file("rules", "subnet fd00::/64\n");
	CHECK_INT(load(&s, RULES_IP6, "boot file=x"), 0);
	ruleset_free(&s);
	CHECK_INT(load(&s, RULES_IP4, "boot file=x"), 1); /* nobody to serve */
	ruleset_free(&s);
	write_file("rules", "boot file=x\n");
	CHECK_INT(load(&s, RULES_IP6, "ra none"), 0);
	ruleset_free(&s);
}

static void
what_is_read_again_stays_in_reach(void)
{
	struct ruleset_source source[] = { { "rules", false }, { "-", false }, { "boot file=x", true } };
	struct ruleset_options o = { .source = source, .sources = 3 };
	struct confine_path path[16];
	struct reach reach = { 0 };
	struct ruleset s;
	size_t n;

	write_file("rules", "subnet 10.0.0.0/24\ninclude more.rules\nhosts hosts\n");
	CHECK(ruleset_is_input(&source[1]) && !ruleset_is_input(&source[0]) && !ruleset_is_input(&source[2]));
	CHECK_INT(load(&s, RULES_IP4, "boot file=z"), 0);
	CHECK(ruleset_places(&s, &o) <= 16);
	n = ruleset_paths(&s, &o, path);
	CHECK(n >= 3 && n <= ruleset_places(&s, &o));
	for (size_t i = 0; i < n; i++)
		close(path[i].fd);
	CHECK(ruleset_keep(&s, &o, &reach));
	CHECK_INT(reach.n, 3);
	CHECK_STR(reach_enter(&reach, "more.rules"), "more.rules");
	reach_free(&reach);
	ruleset_free(&s);
}

static void
remove_files(void)
{
	static const char *const name[] = { "hosts/52-54-00-00-00-01", "hosts/52-54-00-00-00-02",
		"hosts/duid-000300015254000000ff", "hosts", "rules", "more.rules", "" };
	char path[200];

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, name[i]);
		CHECK_INT(remove(path), 0);
	}
}

int
main(void)
{
	RUN(make_files);
	RUN(each_family_has_its_lines);
	RUN(what_is_wrong_is_said_by_whom_it_concerns);
	RUN(what_is_read_again_stays_in_reach);
	RUN(remove_files);
	return TEST_EXIT();
}
