/* Profiles read and laid over catalogs. */
#include "boot.h"

#include <stdlib.h>

#include "test.h"

static struct catalog catalog;
static struct profile profile;
static struct boot_records boot;
static char faults[1024];

static void
complain(void *context, unsigned line, const char *key, const char *why)
{
	size_t n = strlen(faults);

	(void)context;
	(void)why;
	snprintf(faults + n, sizeof(faults) - n, "%u:%s ", line, key);
}

static bool
parse(const char *text)
{
	faults[0] = '\0';
	return profile_parse(text, strlen(text), &profile, complain, NULL);
}

static void
add(const char *path)
{
	struct catalog_member *m = catalog_add(&catalog, path, CATALOG_FILE, 100000, NULL);

	if (!m)
		exit(1);
	if (strstr(path, "vmlinuz")) {
		m->image.kind = IMAGE_LINUX;
		m->image.arch = "efi-x64";
		m->image.efi = true;
	}
}

static void
add_text(const char *path, const char *text)
{
	struct catalog_member *m = catalog_add(&catalog, path, CATALOG_FILE, strlen(text), NULL);

	if (!m || catalog_wants(&catalog, m) == 0 || !catalog_peeked(&catalog, m, text, strlen(text)))
		exit(1);
}

/* Lays the profile over the catalog; the records as text. */
static const char *
find(void)
{
	static char out[65536];
	size_t n = 0;

	boot_free(&boot);
	catalog_sort(&catalog);
	for (size_t i = 0; i < catalog.n; i++)
		catalog.member[i].claimed = false;
	if (!boot_find(&catalog, &profile, 1, &boot))
		exit(1);
	out[0] = '\0';
	for (size_t i = 0; i < boot.n; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s|%s|%s|%s|%s;",
		    boot.record[i].unfit ? "unfit " : "", boot.record[i].name, boot.record[i].kernel,
		    boot.record[i].initrd, boot.record[i].args, boot.record[i].needs);
	return out;
}

static void
clear(void)
{
	boot_free(&boot);
	catalog_free(&catalog);
	profile_free(&profile);
	catalog = (struct catalog){ 0 };
}

static void
faults_are_all_said(void)
{
	CHECK(!parse("famly x\nboot args=\"{what}\" initrd=a initrd=b\nfamily a b=c\nfamily d\nwhen\nwhen colour=red\n"
	             "name prefix=x\nunfit kernel=k\nboot kernel=\"open\n\nboot kernel=k text=nocolon volume=\n"));
	CHECK_STR(faults,
	    "1:famly 2:args 2:initrd 2:kernel 3:b 4:family 5:when 6:colour 6:when 7:file 8:why 9: 11:text 11:volume ");
	CHECK(!parse(
	    "family f order=10\nname file=a volume=b text=c\nname volume=a\nname file=a prefix=b text=c\n"
	    "boot kernel=k embed=noname\nboot kernel=k embed=a@b,@c\nboot kernel=k embed=a@\nboot kernel=k embed=a@b,c@d\n"
	    "boot kernel=k firmware=uboot\nboot kernel=k not=nocolon\n"));
	CHECK_STR(faults, "1:order 2:file 3:text 4:text 5:embed 6:embed 9:firmware 10:not ");
	CHECK(profile.family == NULL && profile.rules == 0);
	CHECK(!parse(""));
	CHECK_STR(faults, "0:family ");
	CHECK(!parse("family"));
	clear();
}

static void
a_rule(void)
{
	CHECK(parse(
	    "family f title=\"T {volume}\"\nboot kernel=b/vmlinuz-* initrd={dir}ucode?,{dir}initrd-{1}|{dir}initrd "
	    "args=\"x={base}/{1} v={volume} k={kib} {iso}\" needs=\"{dir}*\" label=\"({1})\"\n"));
	snprintf(catalog.volume, sizeof(catalog.volume), "VOL");
	catalog.bytes = 1025;
	add("b/vmlinuz-lts");
	add("b/initrd");
	CHECK_STR(find(), "T VOL (lts)|b/vmlinuz-lts|b/initrd|x={base}/lts v=VOL k=2 {iso}|b/*;");
	CHECK(boot.record[0].image);
	CHECK_STR(boot.record[0].arch, "x86_64");
	add("b/ucode");
	add("b/initrd-lts");
	CHECK_STR(find(), "T VOL (lts)|b/vmlinuz-lts|b/ucode,b/initrd-lts|x={base}/lts v=VOL k=2 {iso}|b/*;");
	clear();
}

static void
conditions(void)
{
	CHECK(parse("family f\nwhen path=a/*|b no=c\nwhen volume=V?L*\nwhen name=*Some* version=1|2.*\n"
	            "when text=info.txt:*inside*\nboot kernel=vmlinuz"));
	catalog.texts = (const char *const[]){ "info.txt" };
	catalog.n_texts = 1;
	add("vmlinuz");
	CHECK_STR(find(), "unknown|vmlinuz|||;");
	add("b");
	CHECK_STR(find(), "f|vmlinuz|||;");
	add("c");
	CHECK_STR(find(), "unknown|vmlinuz|||;");
	snprintf(catalog.volume, sizeof(catalog.volume), "vol_1");
	CHECK_STR(find(), "vol 1|vmlinuz|||;");
	CHECK_STR(boot.record[0].family, "f");
	snprintf(catalog.volume, sizeof(catalog.volume), "X");
	add_text(".disk/info", "Awesome 2.1 \"Code\" - for amd64");
	CHECK_STR(find(), "Awesome 2.1 Code|vmlinuz|||;");
	CHECK_STR(boot.record[0].family, "f");
	add_text(".treeinfo", "[general]\nname=Other\nversion=3\n");
	add_text("info.txt", "what is inside of it");
	CHECK_STR(find(), "Awesome 2.1 Code|vmlinuz|||;");
	clear();
}

static void
kernels_own_version(void)
{
	CHECK(parse("family f\nwhen path=vmlinuz not=menu.txt:*other*\nunfit kernel=vmlinuz uname=4.*|5.3.* why=w\n"
	            "boot kernel=vmlinuz"));
	catalog.texts = (const char *const[]){ "menu.txt" };
	catalog.n_texts = 1;
	add("vmlinuz");
	snprintf(catalog.member[0].image.version, sizeof(catalog.member[0].image.version), "5.3.0-1");
	CHECK_STR(find(), "unfit f|vmlinuz|||;");
	snprintf(catalog.member[0].image.version, sizeof(catalog.member[0].image.version), "5.30.0");
	CHECK_STR(find(), "f|vmlinuz|||;");
	add_text("menu.txt", "some other system");
	CHECK_STR(find(), "unknown|vmlinuz|||;");
	clear();
}

static void
embedded(void)
{
	CHECK(parse("family f\nboot kernel=vmlinuz embed=d/a_*.sfs@,z_*@?,{iso}@x.iso"));
	add("vmlinuz");
	CHECK_STR(find(), "unknown|vmlinuz|||;");
	add("d/a_1.sfs");
	CHECK_STR(find(), "f|vmlinuz|||;");
	CHECK_STR(boot.record[0].embed, "d/a_1.sfs@a_1.sfs,{iso}@x.iso");
	add("z_2");
	find();
	CHECK_STR(boot.record[0].embed, "d/a_1.sfs@a_1.sfs,z_2@z_2,{iso}@x.iso");
	clear();
}

static void
modules(void)
{
	static const char text[] =
	    "title=T\nkernel=/b.b00\nkernelopt=runweasel cdromBoot\nmodules=/a.gz --- /b.v00 x=1\n";
	const char *profile_text =
	    "family f\nboot kernel=b.b00 initrd={modules} way=multiboot firmware=bios args={menu}\n"
	    "unfit kernel=b.b00 why=w";

	CHECK(parse(profile_text));
	add("b.b00");
	add("a.gz");
	add("b.v00");
	add_text("boot.cfg", text);
	CHECK_STR(find(), "f|b.b00|a.gz,b.v00|runweasel --- --- x=1|;");
	CHECK_STR(boot.record[0].way, "multiboot");
	CHECK_STR(boot.record[0].firmware, "bios");
	for (size_t i = 0; i < catalog.n; i++)
		catalog.member[i].multiboot = MULTIBOOT_ESX;
	CHECK_STR(find(), "unfit f|b.b00|||;");
	clear();
}

static void
claims(void)
{
	CHECK(parse("family f\nunfit kernel=vmlinuz-old why=\"too old\"\nboot keep kernel=vmlinuz* label=one\n"
	            "boot kernel=vmlinuz* label=two\nboot kernel=vmlinuz* label=three"));
	add("vmlinuz-old");
	add("vmlinuz-new");
	CHECK_STR(find(), "unfit f|vmlinuz-old|||;f one|vmlinuz-new|||;f two|vmlinuz-new|||;");
	clear();
}

static void
names_are_unique(void)
{
	CHECK(parse("family f\nboot kernel=*/vmlinuz"));
	add("a/vmlinuz");
	add("b/vmlinuz");
	add("c/vmlinuz");
	CHECK_STR(find(), "f a/vmlinuz|a/vmlinuz|||;f b/vmlinuz|b/vmlinuz|||;f c/vmlinuz|c/vmlinuz|||;");
	clear();
}

static void
links(void)
{
	CHECK(parse("family f\nboot kernel=linux initrd=initrd"));
	add("real/vmlinuz");
	add("real/x");
	catalog_add(&catalog, "linux", CATALOG_LINK, 0, "real/vmlinuz");
	catalog_add(&catalog, "initrd", CATALOG_LINK, 0, "./real//x");
	catalog_add(&catalog, "loop", CATALOG_LINK, 0, "loop");
	catalog_add(&catalog, "out", CATALOG_LINK, 0, "../../etc/passwd");
	CHECK_STR(find(), "f|linux|initrd||;");
	CHECK_STR(boot.record[0].arch, "x86_64");
	CHECK(catalog_find(&catalog, "loop") == NULL);
	CHECK(catalog_find(&catalog, "out") == NULL);
	clear();
}

/* Where a release's name is found: in this order, the first that gives one. */
static void
names(void)
{
	CHECK(parse("family f title=\"T {volume}\"\nname file=first prefix=\"One \"\nname file=keys text=\"{A} {B}\"\n"
	            "name volume=NO_*|Vol_*_* text=\"Volume {2} {1}\"\nboot kernel=vmlinuz label={1}"));
	catalog.texts = (const char *const[]){ "first", "keys" };
	catalog.n_texts = 2;
	snprintf(catalog.volume, sizeof(catalog.volume), "vol_x_2.5");
	add("vmlinuz");
	CHECK_STR(find(), "Volume 2.5 x|vmlinuz|||;");
	CHECK_STR(boot.record[0].version, "2.5");
	add_text(".treeinfo", "[general]\nname=Tree 7\nversion=7\n");
	CHECK_STR(find(), "Tree 7|vmlinuz|||;");
	add_text("keys", "A='Some {dir}'\nC=1\n");
	CHECK_STR(find(), "Tree 7|vmlinuz|||;");
	clear();

	CHECK(parse(
	    "family f title=T\nname file=first prefix=\"One \"\nname file=keys text=\"{A} {B}\"\nboot kernel=vmlinuz"));
	catalog.texts = (const char *const[]){ "first", "keys" };
	catalog.n_texts = 2;
	add("vmlinuz");
	add_text("keys", "X=y\nA='Some {dir}'\nB=3-1\r\n");
	CHECK_STR(find(), "Some {dir} 3-1|vmlinuz|||;");
	CHECK_STR(boot.record[0].version, "3-1");
	add_text("first", "\n");
	CHECK_STR(find(), "Some {dir} 3-1|vmlinuz|||;");
	clear();
}

/* Initrds are found whatever their case, as globs too, but not where their
 * name would read as two. */
static void
initrds(void)
{
	CHECK(parse("family f\nboot kernel=vmlinuz initrd=boot/BCD,sub/init*,none?,gone|{dir}I\n"
	            "boot kernel=other/vmlinuz initrd=a*b"));
	add("vmlinuz");
	add("Boot/bcd");
	add("sub/initrd-2");
	add("sub/initrd-1");
	CHECK_STR(find(), "unknown|vmlinuz|||;");
	add("i");
	CHECK_STR(find(), "f|vmlinuz|Boot/bcd,sub/initrd-1,i||;");
	add("other/vmlinuz");
	add("a,b");
	CHECK_STR(find(), "f|vmlinuz|Boot/bcd,sub/initrd-1,i||;");
	clear();
}

static void
what_is_not_in_the_image(void)
{
	CHECK(parse("family f\nboot keep kernel=vmlinuz embed={iso}@all.iso with=wimboot\n"
	            "boot kernel=vmlinuz embed={dir}vmlinuz@a,x/y@b"));
	add("vmlinuz");
	find();
	CHECK_INT(boot.n, 1);
	add("x/y");
	find();
	CHECK_INT(boot.n, 2);
	CHECK_STR(boot.record[0].embed, "{iso}@all.iso");
	CHECK_STR(boot.record[0].with, "wimboot");
	CHECK(!boot.record[0].image);
	CHECK_STR(boot.record[1].embed, "vmlinuz@a,x/y@b");
	CHECK(boot.record[1].with == NULL);
	clear();
}

/* {found} is a member, {menu} what the image's own menu says; a line that has none of
 * what it asks for does not fit. */
static void
found_and_menu(void)
{
	CHECK(parse("family f\nboot kernel=a/vmlinuz find=*.squash args=\"{menu} fetch={found}\" needs={found}\n"
	            "boot kernel=a/vmlinuz find=x|y? args={found} answers={answers}/a way=multiboot"));
	add("a/vmlinuz");
	add("z.squash");
	CHECK_STR(find(), "unknown|a/vmlinuz|||;");
	add("yz");
	CHECK_STR(find(), "f|a/vmlinuz||yz|;");
	CHECK_STR(boot.record[0].answers, "{answers}/a");
	CHECK_STR(boot.record[0].way, "multiboot");
	add_text("isolinux.cfg", "label a\nkernel a/vmlinuz\nappend root=CDLABEL=X b=c");
	CHECK_STR(find(), "f|a/vmlinuz||b=c fetch=z.squash|z.squash;");
	clear();
	CHECK(!parse("family f\nboot kernel=a way=sideways"));
}

static void
records_are_bounded(void)
{
	char path[32];

	CHECK(parse("family f\nboot keep kernel=*/vmlinuz label=one\nboot kernel=*/vmlinuz label=two"));
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "%d/vmlinuz", i);
		add(path);
	}
	find();
	CHECK_INT(boot.n, 256);
	clear();

	CHECK(parse("family f\nboot kernel=*/vmlinuz path=nowhere\nboot kernel=z/vmlinuz"));
	for (int i = 0; i < 1100; i++) {
		snprintf(path, sizeof(path), "%d/vmlinuz", i);
		add(path);
	}
	add("z/vmlinuz");
	find();
	CHECK_STR(boot.record[0].family, "unknown");
	clear();
}

/* A name that says more than there is room for ends the record, not us. */
static void
long_values(void)
{
	char path[3000] = "vmlinuz";

	CHECK(parse("family f\nboot kernel=* initrd={dir}i args=\"{1}{1}{1}{1}{1}\""));
	for (size_t n = 7; n < 250; n++)
		path[n] = 'x';
	path[250] = '\0';
	add(path);
	add("i");
	CHECK(strncmp(find(), "f i|i|i|iiiii|;f vmlinuzxxx", 26) == 0);
	clear();
}

/* The image is the mirror for a kernel from elsewhere. */
static void
kernels_from_elsewhere(void)
{
	CHECK(!parse("family f\nnetboot kernel=k initrd=i\nnetboot mirror=m initrd=i\nnetboot mirror=m kernel=k\n"
	             "boot kernel=k from=x\nunfit kernel=k why=w mirror=m\n"));
	CHECK_STR(faults, "2:mirror 3:kernel 4:initrd 5:boot 6:unfit ");
	CHECK(parse(
	    "family f title=F\nname file=rel prefix=\"F \"\nnetboot mirror=d/*/b-*/P* kernel=k/{2}/l initrd=k/{2}/i "
	    "args=\"m={path} s={1}\" needs=d/* udebs=p/*/k-*-di_{2} linux={2} package=di-{major}-{2} from=http://x/{1} "
	    "note=\"take {1}\"\n"));
	catalog.texts = (const char *const[]){ "rel" };
	catalog.n_texts = 1;
	add_text("rel", "12.5 n");
	add("d/book/b-amd64/P");
	add("d/book/b-amd64/P.gz");
	add("p/a/k-6.1-di_amd64");
	add("p/b/k-6.1-di_amd64");
	add("p/a/k-6.2-di_amd64");
	add("p/a/k-9-di_i386");
	CHECK_STR(find(), "F 12.5 n|d/book/b-amd64/P|k/amd64/i|m={path} s=book|d/*;");
	CHECK(boot.n == 1 && boot.record[0].netboot);
	CHECK_STR(boot.record[0].take, "k/amd64/l");
	CHECK_STR(boot.record[0].fits, "6.1,6.2");
	CHECK_STR(boot.record[0].package, "di-12-amd64");
	CHECK_STR(boot.record[0].from, "http://x/book");
	CHECK_STR(boot.record[0].note, "take book");
	add("d/book/b-i386/P");
	find();
	CHECK(boot.n == 2);
	CHECK_STR(boot.record[1].fits, "9");
	clear();
}

int
main(void)
{
	RUN(faults_are_all_said);
	RUN(a_rule);
	RUN(conditions);
	RUN(kernels_own_version);
	RUN(embedded);
	RUN(modules);
	RUN(claims);
	RUN(names_are_unique);
	RUN(links);
	RUN(names);
	RUN(initrds);
	RUN(what_is_not_in_the_image);
	RUN(found_and_menu);
	RUN(records_are_bounded);
	RUN(long_values);
	RUN(kernels_from_elsewhere);
	return TEST_EXIT();
}
