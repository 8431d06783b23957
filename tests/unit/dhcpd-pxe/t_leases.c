#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leasebook.h"
#include "leaseline.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static struct leases leases;
static struct leasestore book;
static struct rules rules;

/* Other rules, and the leases stay. */
static void
begin_keep(const char *text)
{
	struct diag f = { 0 };

	rules_free(&rules);
	rules_read(&rules, "rules", text, strlen(text), &f);
	rules_finish(&rules, &f);
	CHECK_INT(f.errors, 0);
	diag_free(&f);
	CHECK_INT(leases_bind(&leases, &rules, 0), 0);
}

static void
begin(const char *text)
{
	leases_free(&leases);
	begin_keep(text);
}

static struct lease_key
key(uint32_t n, uint8_t store[5])
{
	store[0] = 9;
	for (unsigned i = 0; i < 4; i++)
		store[1 + i] = (uint8_t)(n >> 8 * i);
	return (struct lease_key){ store, 5 };
}

static bool
none(const void *arg, uint32_t addr)
{
	const uint32_t *avoid = arg;

	return avoid && *avoid == addr;
}

static uint32_t
pick(int64_t now, const uint32_t *avoid)
{
	const struct lease_wish wish = { rules_line(&rules, RULE_SUBNET, 0)->subnet->range[0], now, none, avoid,
		false };
	uint32_t addr;

	return leases_pick(&leases, &wish, &addr) ? addr : 0;
}

static void
fresh_first_then_the_longest_unused(void)
{
	uint32_t avoid = IP(10, 0, 0, 2);
	uint8_t k[5];

	begin("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.4\n");
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t addr = pick(100, &avoid);

		CHECK_INT(addr, i == 0 ? IP(10, 0, 0, 1) : IP(10, 0, 0, 2 + i));
		CHECK(leases_offer(&leases, addr, key(i, k), NULL, 200 + i) != NULL);
	}
	CHECK_INT(pick(100, &avoid), 0);
	leases_touch(&leases, leases_at(&leases, IP(10, 0, 0, 1))); /* used again */
	CHECK_INT(pick(300, &avoid), IP(10, 0, 0, 3));
	CHECK_INT(pick(200, &avoid), IP(10, 0, 0, 1)); /* the others are in use still */
}

static void
one_key_many_leases(void)
{
	uint8_t k[5];
	struct lease *l;
	size_t n = 0;

	begin("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.4\n");
	leases_offer(&leases, IP(10, 0, 0, 1), key(7, k), NULL, 1);
	leases_offer(&leases, IP(10, 9, 0, 1), key(7, k), NULL, 1);
	leases_offer(&leases, IP(10, 0, 0, 2), key(8, k), NULL, 1);
	for (l = leases_of(&leases, key(7, k)); l; l = leases_more(&leases, l))
		n++;
	CHECK_INT(n, 2);
	/* an address has one owner */
	leases_offer(&leases, IP(10, 0, 0, 1), key(8, k), NULL, 1);
	CHECK(lease_has_key(leases_at(&leases, IP(10, 0, 0, 1)), key(8, k)));
	CHECK_INT(leases.by_addr.n, 3);
	l = leases_rename(&leases, leases_at(&leases, IP(10, 0, 0, 2)), "name");
	CHECK_STR(lease_name(l), "name");
	CHECK_INT(leases.by_addr.n, 3);
	CHECK_INT(leases.by_key.n, 3);
}

static void
many_leases_and_new_rules(void)
{
	uint8_t k[5];

	begin("subnet 10.0.0.0/16 range=10.0.0.1-10.0.255.254\n");
	for (uint32_t i = 0; i < 20000; i++)
		leases_offer(&leases, pick(0, NULL), key(i, k), NULL, 10 + i);
	CHECK_INT(leases.by_addr.n, 20000);
	for (uint32_t i = 0; i < 20000; i++)
		CHECK(leases_of(&leases, key(i, k)) && leases_of(&leases, key(i, k))->addr == IP(10, 0, 0, 1) + i);
	CHECK_INT(leases_bind(&leases, &rules, 0), 0);
	CHECK_INT(pick(0, NULL), IP(10, 0, 0, 1) + 20000);
	CHECK_INT(leases_at(&leases, IP(10, 0, 0, 9))->pool, 0);
}

static void
lines_as_dnsmasq_writes_them(void)
{
	static const char good[] = "1700000000 52:54:00:12:34:56 10.0.0.5 pc-1 01:52:54:00:12:34:56";
	static const char *const bad[] = {
		"",
		"x",
		"1700000000 52:54:00:12:34:56 10.0.0.5 pc-1",
		"1700000000 52:54:00:12:34 10.0.0.5 pc-1 *",
		"1700000000 52:54:00:12:34:56 10.0.0 pc-1 *",
		"-1 52:54:00:12:34:56 10.0.0.5 * *",
		"1700000000 52:54:00:12:34:56 10.0.0.5 pc-1 * *",
		"1 52:54:00:12:34:56 10.0.0.5 a;b *",
		"1 52:54:00:12:34:56 10.0.0.5 a 01:5",
		"1  52:54:00:12:34:56 10.0.0.5 a *",
		"1 52:54:00:12:34:56 0.0.0.0 a *",
		"99999999999999999999 52:54:00:12:34:56 10.0.0.5 a *",
	};
	struct leaseline l;
	struct lease *lease;
	char out[LEASELINE_MAX];
	uint8_t k[5];

	CHECK(leaseline_parse(good, strlen(good), &l));
	CHECK_INT(l.expiry, 1700000000);
	CHECK_INT(l.addr, IP(10, 0, 0, 5));
	CHECK_STR(l.name, "pc-1");
	CHECK_INT(l.key_len, 7);
	CHECK(l.sent_id);
	CHECK(leaseline_parse("0 52:54:00:12:34:56 10.0.0.5 * *", 32, &l));
	CHECK_STR(l.name, "");
	CHECK_INT(l.key[0], 1);
	CHECK_INT(l.key_len, 7);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (leaseline_parse(bad[i], strlen(bad[i]), &l)) {
			CHECK(!"damaged");
			printf("# %s\n", bad[i]);
		}
	begin("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.4\n");
	lease =
	    leases_offer(&leases, IP(10, 0, 0, 5), key(0x01020304, k), (const uint8_t *)"\x52\x54\0\x12\x34\x56", 0);
	lease->sent_id = true;
	out[leaseline_write(lease, "", 5, out)] = '\0';
	CHECK_STR(out, "5 52:54:00:12:34:56 10.0.0.5 * 09:04:03:02:01\n");
}

static char path[256], dir[200];

static void
put_file(const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static size_t
count_lines(const char *name)
{
	FILE *f = fopen(name, "r");
	size_t n = 0;
	int c;

	if (!f)
		return 0;
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static int
open_leases(struct leasefile *f)
{
	char error[LEASEFILE_ERROR] = "";
	int rc;

	begin("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.200\n");
	book = leasebook_store(&leases);
	rc = leasefile_open(f, path, &book, NULL, error);
	if (rc == 0)
		rc = leasefile_read(f, error);
	if (rc < 0)
		printf("# %s\n", error);
	return rc;
}

/* A new file, and a lease to write into it. */
static struct lease *
open_with_one(struct leasefile *f)
{
	uint8_t k[5];

	unlink(path);
	CHECK_INT(open_leases(f), 0);
	return leases_offer(&leases, IP(10, 0, 0, 5), key(1, k), NULL, 0);
}

static void
the_file_is_read_back(void)
{
	struct leasefile f;
	uint8_t k[5];
	struct lease *l;

	l = open_with_one(&f);
	l->sent_id = true;
	CHECK_INT(leasebook_add(&f, l, "a", 1000), 0);
	CHECK_INT(leasebook_add(&f, l, "b", 2000), 0);
	CHECK_INT(count_lines(path), 0);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(count_lines(path), 2);
	leasefile_close(&f);
	CHECK_INT(open_leases(&f), 0);
	l = leases_at(&leases, IP(10, 0, 0, 5));
	CHECK(l && l->expiry == 2000 && l->state == LEASE_BOUND && lease_has_key(l, key(1, k)));
	CHECK_STR(l ? lease_name(l) : "", "b");
	leasefile_close(&f);
}

/* Written while the clock was years ahead: else nobody gets these addresses for years. */
static void
what_ends_too_late_is_cut(void)
{
	struct leasefile f;

	put_file("9000000000 52:54:00:00:00:01 10.0.0.5 * *\n1060 52:54:00:00:00:02 10.0.0.6 * *\n"
	         "9000000000 00:00:00:00:00:00 10.0.0.7 * *\n0 52:54:00:00:00:03 10.0.0.8 * *\n"
	         "9000000000 52:54:00:00:00:04 10.9.0.5 * *\n");
	CHECK_INT(open_leases(&f), 0);
	begin_keep("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.200 lease=1m lease-max=2m decline=3m\n");
	CHECK_INT(leases_cut(&leases, &rules, 1000), 2);
	CHECK_INT(leases_at(&leases, IP(10, 0, 0, 5))->expiry, 1120);
	CHECK_INT(leases_at(&leases, IP(10, 0, 0, 6))->expiry, 1060);
	CHECK_INT(leases_at(&leases, IP(10, 0, 0, 7))->expiry, 1180);
	CHECK_INT(leases_at(&leases, IP(10, 0, 0, 8))->expiry, LEASES_FOREVER);
	CHECK_INT(leases_at(&leases, IP(10, 9, 0, 5))->expiry, 9000000000); /* no line knows it */
	CHECK_INT(leases_cut(&leases, &rules, 1000), 0);
	leasefile_close(&f);
}

static void
a_torn_line_costs_only_itself(void)
{
	struct leasefile f;
	char damaged[300];

	put_file("10 52:54:00:00:00:01 10.0.0.1 a *\n10 52:54:00:00:00:02 10.0.0.2 b *\ngarbage here\n"
	         "10 52:54:00:00:00:03 10.0.0.3 c *\n10 52:54:00:00:00:04 10.0.");
	CHECK_INT(open_leases(&f), 0);
	CHECK_INT(leases.by_addr.n, 3);
	CHECK_INT(f.damaged, 2);
	CHECK_INT(count_lines(path), 3); /* written anew, whole */
	snprintf(damaged, sizeof(damaged), "%s.damaged", path);
	CHECK_INT(count_lines(damaged), 2);
	unlink(damaged);
	leasefile_close(&f);
	CHECK_INT(open_leases(&f), 0);
	CHECK_INT(f.damaged, 0);
	CHECK_INT(leases.by_addr.n, 3);
	leasefile_close(&f);
}

/* As an editor leaves it. */
static void
a_last_line_without_its_end_counts(void)
{
	struct leasefile f;

	put_file("1900000000 52:54:00:00:00:01 10.0.0.1 a *\n1900000000 52:54:00:00:00:02 10.0.0.2 b *");
	CHECK_INT(open_leases(&f), 0);
	CHECK_INT(leases.by_addr.n, 2);
	CHECK_INT(f.damaged, 0);
	CHECK_INT(count_lines(path), 2); /* so that the next line is its own */
	leasefile_close(&f);
}

static void
stale_lines_are_dropped_by_a_rewrite(void)
{
	struct leasefile f;
	struct lease *l;

	l = open_with_one(&f);
	l->state = LEASE_BOUND;
	for (int i = 0; i < 1100; i++)
		leasebook_add(&f, l, "", 1000 + i);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(count_lines(path), 1100);
	CHECK_INT(leasefile_tidy(&f), 0);
	CHECK_INT(count_lines(path), 1);
	leasebook_add(&f, l, "", 5000);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(count_lines(path), 2); /* into the new file */
	leasefile_close(&f);
}

static struct lease *
lease_number(struct leasefile *f, uint32_t i, int64_t expiry)
{
	uint8_t k[5];
	struct lease *l = leases_at(&leases, IP(10, 1, 0, 0) + i);

	if (!l)
		l = leases_offer(&leases, IP(10, 1, 0, 0) + i, key((int)i, k), NULL, 0);
	l->state = LEASE_BOUND;
	l->expiry = expiry;
	leasebook_add(f, l, "", expiry);
	return l;
}

/* What is leased or renewed while the new file is being written is in it, and
 * a table that grows meanwhile hides nobody. */
static void
a_rewrite_in_parts_misses_nothing(void)
{
	struct leasefile f;
	uint32_t n = 30000, parts = 0, wrong = 0;
	int rc;

	unlink(path);
	CHECK_INT(open_leases(&f), 0);
	for (uint32_t k = 0; k < 3; k++)
		for (uint32_t i = 0; i < n; i++)
			lease_number(&f, i, 1000 + k);
	CHECK_INT(leasefile_sync(&f), 1);
	while ((rc = leasefile_tidy(&f)) == 1) {
		lease_number(&f, parts * 7 % n, 5000 + parts);
		for (uint32_t i = 0; i < 2000; i++)
			lease_number(&f, n + parts * 2000 + i, 9000);
		CHECK_INT(leasefile_sync(&f), 1);
		parts++;
	}
	CHECK_INT(rc, 0);
	CHECK(parts >= 5);
	CHECK(count_lines(path) < 2 * leases.by_addr.n);
	CHECK_INT(f.lines, count_lines(path));
	leasefile_close(&f);
	CHECK_INT(open_leases(&f), 0);
	CHECK_INT(leases.by_addr.n, n + parts * 2000);
	for (uint32_t i = 0; i < n + parts * 2000; i++) {
		const struct lease *l = leases_at(&leases, IP(10, 1, 0, 0) + i);
		int64_t expiry = i >= n ? 9000 : i % 7 == 0 && i / 7 < parts ? 5000 + i / 7 : 1002;

		wrong += !l || l->expiry != expiry;
	}
	CHECK_INT(wrong, 0);
	leasefile_close(&f);
}

/* A directory without room is not asked at every turn. */
static void
a_rewrite_that_fails_is_put_off(void)
{
	struct leasefile f;
	int good;

	unlink(path);
	CHECK_INT(open_leases(&f), 0);
	for (int i = 0; i < 1200; i++)
		lease_number(&f, 1, 1000 + i);
	CHECK_INT(leasefile_sync(&f), 1);
	good = f.dir;
	f.dir = open("/dev/null", O_RDONLY);
	CHECK_INT(leasefile_tidy(&f), -1);
	CHECK_INT(errno, ENOTDIR);
	CHECK_INT(leasefile_tidy(&f), 0);
	close(f.dir);
	f.dir = good;
	for (int i = 0; i < 1000; i++)
		lease_number(&f, 1, 3000 + i);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(leasefile_tidy(&f), 0);
	CHECK_INT(count_lines(path), 1);
	leasefile_close(&f);
}

static void
one_daemon_a_file(void)
{
	struct leasefile f, second;
	char error[LEASEFILE_ERROR] = "";

	CHECK_INT(open_leases(&f), 0);
	CHECK(leasefile_open(&second, path, &book, NULL, error) < 0);
	CHECK(strstr(error, "another dhcpd-pxe uses it") != NULL);
	leasefile_close(&second);
	leasefile_close(&f);
}

static void
what_could_not_be_written_is_not_there(void)
{
	struct leasefile f;
	struct lease *l;
	int full = open("/dev/full", O_WRONLY), good;

	l = open_with_one(&f);
	good = f.fd;
	f.fd = full;
	leasebook_add(&f, l, "", 1000);
	CHECK(leasefile_sync(&f) < 0);
	CHECK_INT(errno, ENOSPC);
	f.fd = good;
	close(full);
	CHECK_INT(leasefile_sync(&f), 0);
	CHECK_INT(count_lines(path), 0);
	leasefile_close(&f);
}

/* A RELEASE has happened, whatever the disk says. */
static void
what_is_owed_is_written_later(void)
{
	struct leasefile f;
	struct lease *l;
	int full = open("/dev/full", O_WRONLY), good;

	l = open_with_one(&f);
	good = f.fd;
	f.fd = full;
	leasebook_add(&f, l, "told-to-nobody", 1000);
	leasebook_owe(&f, l, "first", 1001);
	leasebook_owe(&f, l, "second", 1002);
	CHECK(leasefile_sync(&f) < 0);
	CHECK(leasefile_sync(&f) < 0); /* not "nothing to do": it is still full */
	f.fd = good;
	close(full);
	leasebook_add(&f, l, "third", 1003);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(leasefile_sync(&f), 0);
	CHECK_INT(count_lines(path), 3);
	leasefile_close(&f);
	CHECK_INT(open_leases(&f), 0);
	CHECK_STR(lease_name(leases_at(&leases, IP(10, 0, 0, 5))), "third");
	leasefile_close(&f);
}

static void
a_file_that_lost_its_name_is_written_anew(void)
{
	struct leasefile f;
	char aside[300];
	struct lease *l;

	l = open_with_one(&f);
	l->state = LEASE_BOUND;
	leasebook_add(&f, l, "", 1000);
	CHECK_INT(leasefile_sync(&f), 1);
	unlink(path);
	CHECK_INT(leasefile_tidy(&f), 0);
	CHECK_INT(f.losses, 1);
	CHECK_INT(count_lines(path), 1);
	/* another one in its place is not ours to throw away */
	unlink(path);
	put_file("something else\nof two lines\n");
	CHECK_INT(leasefile_tidy(&f), 0);
	CHECK_INT(count_lines(path), 2); /* looked at when there is something to lose */
	leasebook_add(&f, l, "", 1001);
	CHECK_INT(leasefile_sync(&f), 1);
	CHECK_INT(leasefile_tidy(&f), 0);
	CHECK_INT(count_lines(path), 1);
	snprintf(aside, sizeof(aside), "%s.replaced", path);
	CHECK_INT(count_lines(aside), 2);
	unlink(aside);
	leasefile_close(&f);
}

/* The clock was set: what the file says is wrong, however short it is. */
static void
a_file_of_other_times_is_written_anew(void)
{
	struct leasefile f;
	struct lease *l = open_with_one(&f);
	char text[200] = "";
	FILE *in;

	l->state = LEASE_BOUND;
	l->expiry = 1000;
	leasebook_add(&f, l, "", 1000);
	CHECK_INT(leasefile_sync(&f), 1);
	for (int fixed = 0; fixed < 2; fixed++) {
		l->expiry += 3600;
		f.fixed = fixed;
		CHECK_INT(leasefile_renew(&f), 0);
		CHECK(leasefile_sync(&f) >= 0);
		CHECK_INT(leasefile_tidy(&f), 0);
		CHECK_INT(count_lines(path), 1 + fixed);
	}
	in = fopen(path, "r");
	CHECK(in && fgets(text, sizeof(text), in) && strtol(text, NULL, 10) == 4600);
	CHECK(in && fgets(text, sizeof(text), in) && strtol(text, NULL, 10) == 8200);
	if (in)
		fclose(in);
	leasefile_close(&f);
}

int
main(void)
{
	snprintf(dir, sizeof(dir), "%s/leases.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/leases", dir);
	RUN(fresh_first_then_the_longest_unused);
	RUN(one_key_many_leases);
	RUN(many_leases_and_new_rules);
	RUN(lines_as_dnsmasq_writes_them);
	RUN(the_file_is_read_back);
	RUN(what_ends_too_late_is_cut);
	RUN(a_torn_line_costs_only_itself);
	RUN(a_last_line_without_its_end_counts);
	RUN(stale_lines_are_dropped_by_a_rewrite);
	RUN(a_rewrite_in_parts_misses_nothing);
	RUN(a_rewrite_that_fails_is_put_off);
	RUN(one_daemon_a_file);
	RUN(what_could_not_be_written_is_not_there);
	RUN(what_is_owed_is_written_later);
	RUN(a_file_of_other_times_is_written_anew);
	RUN(a_file_that_lost_its_name_is_written_anew);
	leases_free(&leases);
	rules_free(&rules);
	unlink(path);
	rmdir(dir);
	return TEST_EXIT();
}
