/* The verdict on a machine that was watched, from how far it got. */
#include "track.h"

#include "test.h"

static struct tracks *all;
static struct track t;
static struct findings f;
static char text[TRACK_TEXT];

enum { SERVER = 0x0a000001, OTHER = 0x0a000002 };

/* A machine as far as `stage`, whose first answer came from SERVER. */
static void
machine(const char *persona, enum track_stage stage)
{
	t = (struct track){ .used = true, .stage = stage, .plays = persona_find(persona), .server = { SERVER } };
	t.servers = stage > TRACK_ASKED;
	t.get.server = SERVER;
	snprintf(t.get.name, sizeof(t.get.name), "pxelinux.0");
	all->files_seen = 1;
}

/* The fault that it is said to have, or FAULT_NONE if it boots. */
static enum fault
verdict(void)
{
	bool boots;

	f = (struct findings){ .n = 0 };
	boots = track_verdict(all, &t, &f, text);
	CHECK(boots == (finding_error(&f) == NULL));
	return boots ? FAULT_NONE : finding_error(&f)->fault;
}

static void
no_answers(void)
{
	machine("bios", TRACK_ASKED);
	CHECK_INT(verdict(), FAULT_NO_ANSWER);
	machine("bios", TRACK_REQUESTED);
	t.took = OTHER;
	CHECK_INT(verdict(), FAULT_NO_ANSWER);
	CHECK(strstr(text, "10.0.0.2 offered an address, but did not answer the REQUEST"));
	machine("bios", TRACK_REFUSED);
	CHECK_INT(verdict(), FAULT_NAK);
	CHECK(strstr(text, "server 10.0.0.1"));
	machine("efi-x64", TRACK_ASKED_4011);
	CHECK_INT(verdict(), FAULT_PXECLIENT_WITHOUT_4011);
}

static void
nothing_to_boot(void)
{
	machine("bios", TRACK_LEASED);
	CHECK_INT(verdict(), FAULT_NO_BOOT_INFO);
}

static void
told_and_silent(void)
{
	machine("bios", TRACK_TOLD);
	t.told_file = true;
	snprintf(t.file, sizeof(t.file), "pxelinux.0");
	CHECK_INT(verdict(), FAULT_TFTP_NO_ANSWER);
	CHECK(strstr(text, "told to boot \"pxelinux.0\" and asks for nothing"));
	all->files_seen = 0; /* as where only broadcasts are seen */
	CHECK_INT(verdict(), FAULT_NONE);
	CHECK(strstr(text, "not in view"));
	snprintf(t.file, sizeof(t.file), "http://10.0.0.1/a.efi");
	all->files_seen = 1;
	CHECK_INT(verdict(), FAULT_HTTP_NO_ANSWER);
	t.syns = 3;
	t.get.server_port = 8080;
	CHECK_INT(verdict(), FAULT_HTTP_NO_ANSWER);
	CHECK(strstr(text, "10.0.0.1 port 8080 does not answer"));
	t.refused = true;
	verdict();
	CHECK(strstr(text, "refuses connections"));
}

static void
tftp_that_stops(void)
{
	machine("bios", TRACK_FILE_ASKED);
	CHECK_INT(verdict(), FAULT_TFTP_NO_ANSWER);
	t.get.stray = OTHER;
	CHECK_INT(verdict(), FAULT_WRONG_SOURCE);
	CHECK(strstr(text, "asked 10.0.0.1 for pxelinux.0, answered by 10.0.0.2"));

	machine("bios", TRACK_FILE_COMING);
	t.get.oack = true;
	t.get.blksize = 1468;
	t.get.again = 3;
	CHECK_INT(verdict(), FAULT_BLKSIZE_OVER_MTU);
	t.get.blksize = 512; /* fits anywhere */
	CHECK_INT(verdict(), FAULT_TFTP_NO_ANSWER);

	machine("bios", TRACK_FILE_COMING);
	t.get.wants_oack = true;
	CHECK_INT(verdict(), FAULT_TFTP_NO_OACK);
	t.get.wants_tsize = t.get.oack = true;
	CHECK_INT(verdict(), FAULT_TFTP_NO_TSIZE);
	t.get.has_size = true;
	t.get.acks = 65535;
	t.get.block = UINT16_MAX;
	CHECK_INT(verdict(), FAULT_TFTP_NO_ANSWER);
	CHECK(strstr(text, "block numbers do not begin anew"));
}

static void
http_that_stops(void)
{
	machine("http-x64", TRACK_FILE_ASKED);
	t.get.http = true;
	CHECK_INT(verdict(), FAULT_HTTP_NO_ANSWER);
	t.stage = TRACK_FILE_COMING;
	t.get.bytes = 1000;
	CHECK_INT(verdict(), FAULT_HTTP_NO_ANSWER);
	CHECK(strstr(text, "stopped after 1000 bytes"));
	machine("http-x64", TRACK_FILE_DONE); /* a HEAD, and no GET */
	t.get.http = t.get.head = true;
	t.get.reply.status = 302;
	CHECK_INT(verdict(), FAULT_HTTP_REDIRECT);
	t.get.reply.status = 403;
	CHECK_INT(verdict(), FAULT_HTTP_STATUS);
	t.get.reply.status = 200;
	t.get.fault = FAULT_HTTP_TYPE;
	CHECK_INT(verdict(), FAULT_HTTP_TYPE);
}

/* What a missing file means depends on its name, and on what came before. */
static void
missing_files(void)
{
	static const struct {
		const char *name;
		unsigned files;
		enum fault fault;
	} missing[] = { { "pxelinux.0", 0, FAULT_BOOTFILE_NOT_FOUND },
		{ "pxelinux.cfg/default", 0, FAULT_CONFIG_MISSING }, { "grub/grub.cfg", 1, FAULT_CONFIG_MISSING },
		{ "debian/vmlinuz", 1, FAULT_KERNEL_MISSING }, { "debian/initrd.gz", 2, FAULT_INITRD_MISSING },
		{ "debian/INITRD.GZ", 2, FAULT_INITRD_MISSING }, { "ldlinux.c32", 1, FAULT_FILE_LOST },
		{ "ldlinux.e64", 1, FAULT_FILE_LOST } };

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		machine("bios", TRACK_FILE_FAILED);
		snprintf(t.get.name, sizeof(t.get.name), "%s", missing[i].name);
		t.files = missing[i].files;
		t.get.fault = FAULT_BOOTFILE_NOT_FOUND;
		CHECK_INT(verdict(), missing[i].fault);
		CHECK(strstr(text, missing[i].name));
	}
	t.get.fault = FAULT_TFTP_NO_ANSWER; /* not for want of the file */
	CHECK_INT(verdict(), FAULT_TFTP_NO_ANSWER);
}

static void
programs_for_others(void)
{
	machine("efi-x64", TRACK_FILE_DONE);
	t.files = 1;
	CHECK_INT(verdict(), FAULT_BOOTFILE_EMPTY);
	t.get.bytes = 5000;
	t.has_image = true;
	t.image = (struct image){ .kind = IMAGE_BIOS, .arch = "bios" };
	CHECK_INT(verdict(), FAULT_WRONG_MACHINE);
	t.image = (struct image){ .kind = IMAGE_EFI, .efi = true, .arch = "efi-ia32" };
	CHECK_INT(verdict(), FAULT_WRONG_MACHINE);
	t.image.arch = "efi-x64";
	CHECK_INT(verdict(), FAULT_NONE);
	t.plays = persona_find("bios");
	CHECK_INT(verdict(), FAULT_WRONG_MACHINE);
	t.files = 2; /* the first one ran, so it suited */
	CHECK_INT(verdict(), FAULT_NONE);
}

/* iPXE that is told to load the same file again and again. */
static void
loops(void)
{
	machine("ipxe", TRACK_FILE_DONE);
	t.ipxe = true;
	t.files = 3;
	t.get.bytes = 5000;
	t.same = 1;
	snprintf(t.file, sizeof(t.file), "ipxe.efi");
	CHECK_INT(verdict(), FAULT_NONE);
	snprintf(t.before, sizeof(t.before), "ipxe.efi");
	CHECK_INT(verdict(), FAULT_IPXE_LOOP);
	CHECK(strstr(text, "3 times in a row it was told to load ipxe.efi"));
}

static void
what_boots(void)
{
	machine("efi-x64", TRACK_RUNS);
	t.files = 3;
	t.bytes = 1 << 20;
	CHECK_INT(verdict(), FAULT_NONE);
	CHECK(strstr(text, "runs: ") && strstr(text, "3 files"));
	CHECK(!track_waits(&t));
	t.stage = TRACK_FILE_COMING;
	CHECK(track_waits(&t));
	t.left = true;
	CHECK(!track_waits(&t));
}

int
main(void)
{
	all = tracks_new();
	if (!all)
		return 1;
	RUN(no_answers);
	RUN(nothing_to_boot);
	RUN(told_and_silent);
	RUN(tftp_that_stops);
	RUN(http_that_stops);
	RUN(missing_files);
	RUN(programs_for_others);
	RUN(loops);
	RUN(what_boots);
	tracks_free(all);
	return TEST_EXIT();
}
