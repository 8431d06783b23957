/* The menus of images, as they are written. */
#include "menu_esxi.h"
#include "menu_grub.h"
#include "menu_loader.h"
#include "menu_syslinux.h"
#include "menus.h"

#include <stdlib.h>

#include "test.h"

/* Pairs of path and text. */
static const char *const *tree;

static const char *
text_of(const void *context, const char *path)
{
	(void)context;
	for (const char *const *p = tree; *p; p += 2)
		if (strcmp(*p, path) == 0)
			return p[1];
	return NULL;
}

static bool
exists(const void *context, const char *path)
{
	return text_of(context, path) != NULL;
}

static const struct menu_files files = { text_of, exists, NULL };

/* What the first file of the tree and those that it includes have. */
static const char *
menu_of(const char *const *from, void (*read)(const struct menu_files *, const char *, struct menu *))
{
	static char out[65536];
	struct menu m = { 0 };
	size_t n = 0;

	tree = from;
	read(&files, from[0], &m);
	out[0] = '\0';
	for (size_t i = 0; i < m.n && n < sizeof(out); i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s%s|%s|%s|%s\n", m.entry[i].preferred ? "*" : "",
		    m.entry[i].way == MENU_MULTIBOOT ? "M " : "", m.entry[i].title, m.entry[i].kernel,
		    m.entry[i].initrd, m.entry[i].args);
	menu_free(&m);
	return out;
}

static void
of_syslinux(void)
{
	static const char *const debian[] = { "isolinux/isolinux.cfg",
		"# D-I config\npath \ninclude menu.cfg\ndefault vesamenu.c32\nprompt 0\n", "isolinux/menu.cfg",
		"menu title x\ninclude gtk.cfg\r\nmenu begin advanced\n    menu title ^Advanced options\n\tinclude txt.cfg\n"
		"menu end\n",
		"isolinux/gtk.cfg",
		"label installgui\n\tmenu label ^Graphical install\n\tmenu default\n\tkernel /install.amd/vmlinuz\n"
		"\tappend vga=788 initrd=/install.amd/gtk/initrd.gz --- quiet \n",
		"isolinux/txt.cfg",
		"LABEL install\nMENU LABEL ^Install\nLINUX /install.amd/vmlinuz\nINITRD /install.amd/initrd.gz,../extra.cpio\n"
		"TEXT HELP\nLABEL no\nkernel no\nENDTEXT\nAPPEND quiet\n",
		NULL };
	static const char *const append[] = { "syslinux.cfg",
		"DEFAULT second\nAPPEND console=tty0\nLABEL first\nKERNEL a/bzImage root=x\nLABEL second\nKERNEL ::/b\nAPPEND -\n"
		"LABEL disk\nLOCALBOOT 0\nLABEL mem\nKERNEL memdisk\nAPPEND initrd=x.img\nLABEL sub\nKERNEL vesamenu.c32\n"
		"APPEND deep/other.cfg ~\n",
		"deep/other.cfg", "label deep\ncom32 linux.c32\nappend /k initrd=one,two x=y", NULL };
	static const char *const xen[] = { "boot/isolinux/isolinux.cfg",
		"label install\nkernel mboot.c32\nappend /boot/xen.gz dom0_mem=max:8192M console=com1,vga --- /boot/vmlinuz "
		"console=hvc0 console=tty0 --- /install.img\nlabel esx\nkernel mboot.c32\nappend -c boot.cfg\n",
		NULL };
	static const char *const pxe[] = { "amd64/pxelinux.cfg/default",
		"label a\nkernel linux\ninitrd initrd\nappend x", NULL };
	static const char *const loop[] = { "isolinux.cfg",
		"include isolinux.cfg\nlabel a\nkernel k\ninclude isolinux.cfg\n", NULL };

	CHECK_STR(menu_of(debian, menu_syslinux),
	    "*Graphical install|install.amd/vmlinuz|install.amd/gtk/initrd.gz|vga=788 --- quiet\n"
	    "Install|install.amd/vmlinuz|install.amd/initrd.gz,extra.cpio|quiet\n");
	CHECK_STR(
	    menu_of(append, menu_syslinux), "first|a/bzImage||root=x console=tty0\n*second|b||\ndeep|k|one,two|x=y\n");
	CHECK_STR(menu_of(xen, menu_syslinux),
	    "M install|boot/xen.gz|boot/vmlinuz,install.img|dom0_mem=max:8192M console=com1,vga --- console=hvc0 "
	    "console=tty0 ---\n");
	CHECK_STR(menu_of(pxe, menu_syslinux), "a|amd64/linux|amd64/initrd|x\n");
	CHECK(strncmp(menu_of(loop, menu_syslinux), "a|k||\n", 6) == 0);
}

static void
of_grub(void)
{
	static const char *const one[] = { "boot/grub/grub.cfg",
		"set default=\"0\"\nif loadfont $prefix/font.pf2 ; then\n  set gfxmode=800x600\nfi\nsource $prefix/vars.cfg\n"
		"menuentry \"Start ${name}\" --class x --hotkey=s {\n\tset gfxpayload=keep\n"
		"\tlinux  /live/vmlinuz boot=live ${loopback} \"dummy\" label=\"a b\" \\\n\t  quiet # comment\n"
		"\tinitrd ($root)/live/initrd.img /boot/ucode.img\n}\n"
		"submenu 'Advanced' --class y {\n\tmenuentry 'Failsafe' { linuxefi (cd0)/live/vmlinuz nomodeset; initrdefi "
		"/live/initrd.img }\n}\nif [ \"$grub_platform\" = \"efi\" ]; then\n\tmenuentry 'Firmware' { fwsetup }\nelse\n"
		"\tmenuentry 'BIOS' { linux16 /mt }\nfi\nfunction f {\n\tmenuentry 'No' { linux /no }\n}\n",
		"boot/grub/vars.cfg", "set name='Some Linux'\nunset loopback\n", NULL };
	static const char *const xen[] = { "EFI/xenserver/grub.cfg",
		"menuentry 'install' {\n multiboot2 /boot/xen.gz dom0_mem=max:8192M watchdog\n module2 /boot/vmlinuz console=hvc0\n"
		" module2 /install.img\n}",
		NULL };
	static const char *const conditions[] = { "grub.cfg",
		"if [ -e /here -a ! -f /there ]; then set a=1; else set a=2; fi\n"
		"if test -z \"$none\" ; then\n if false; then set b=1; elif true; then set b=2; else set b=3; fi\nfi\n"
		"if [ x != x -o y == y ]\nthen set c=1\nelse set c=2\nfi\n"
		"for i in one two; do set d=$i; done\nmenuentry t { linux /k a=$a b=${b} c=$c d=$d }",
		"here", "", NULL };
	/* as GRUB reads them: a syntax error, blanks in variables, a backslash in quotes */
	static const char *const words[] = { "grub.cfg",
		"if true && false; then\nmenuentry no { linux /no }\nfi\nmenuentry no { linux /k $ }\nv='a  b'\nw=$v more\n"
		"menuentry yes{ linux /k $v x=\"$v\" \"c\\d\" $w '{' }\nmenuentry & { linux /no }\nmenuentry z { linux /z\n}\n",
		NULL };
	static const char *const odd[] = { "grub.cfg", "}}} fi done else menuentry { linux\n} menuentry x { linux '/k",
		NULL };

	CHECK_STR(menu_of(one, menu_grub),
	    "Start Some Linux|live/vmlinuz|live/initrd.img,boot/ucode.img|boot=live dummy label=\"a b\" quiet\n"
	    "Failsafe|live/vmlinuz|live/initrd.img|nomodeset\n");
	CHECK_STR(menu_of(xen, menu_grub),
	    "M install|boot/xen.gz|boot/vmlinuz,install.img|dom0_mem=max:8192M watchdog --- console=hvc0 ---\n");
	CHECK_STR(menu_of(conditions, menu_grub), "t|k||a=1 b=2 c=1 d=one\n");
	CHECK_STR(menu_of(words, menu_grub), "yes|k||a b x=\"a  b\" c\\d a {\nz|z||\n");
	CHECK_STR(menu_of(odd, menu_grub), "");
}

static void
of_systemd_boot(void)
{
	struct menu m = { 0 };

	menu_loader(
	    "# x\ntitle   Some OS\r\nlinux\t/EFI/os/vmlinuz\ninitrd /ucode.img\ninitrd /EFI/os/initrd\noptions a=b \n"
	    "options c\n",
	    &m);
	CHECK(m.n == 1);
	CHECK_STR(m.entry[0].title, "Some OS");
	CHECK_STR(m.entry[0].kernel, "EFI/os/vmlinuz");
	CHECK_STR(m.entry[0].initrd, "ucode.img,EFI/os/initrd");
	CHECK_STR(m.entry[0].args, "a=b c");
	menu_free(&m);
}

static void
of_a_served_directory(void)
{
	static const char *const grub[] = { "amd64/grub/grub.cfg",
		"menuentry n { linux linux a\ninitrd initrd }\nmenuentry t { linux /top b }", "amd64/linux", "", "top",
		"", NULL };

	CHECK_STR(menu_of(grub, menu_grub), "n|amd64/linux|amd64/initrd|a\nt|top||b\n");
}

static void
of_esxi(void)
{
	char text[8192] = "kernel=/k\r\nmodules=/a";
	struct menu m = { 0 };

	menu_esxi("title=Loading ESXi\r\nkernel=b.b00\nkernelopt=x y\nkernelopt=z\nmodules=/a.gz --- c.v00 n=1 --- d\n",
	    "efi/boot.cfg", &m);
	CHECK(m.n == 1 && m.entry[0].way == MENU_MULTIBOOT);
	CHECK_STR(m.entry[0].title, "Loading ESXi");
	CHECK_STR(m.entry[0].kernel, "efi/b.b00");
	CHECK_STR(m.entry[0].initrd, "a.gz,efi/c.v00,efi/d");
	CHECK_STR(m.entry[0].args, "x y --- --- n=1 ---");
	menu_free(&m);
	m = (struct menu){ 0 };
	menu_esxi("prefix=x\nkernelopt=y\n", "boot.cfg", &m);
	CHECK(m.n == 0);
	/* more modules than there is room for: none is left out in silence */
	for (int i = 0; i < 600; i++)
		strcat(text, " --- /module");
	menu_esxi(text, "boot.cfg", &m);
	CHECK(m.n == 0);
	menu_free(&m);
}

static void
without_disc(void)
{
	char out[MENU_TEXT], gone[MENU_TEXT];

	menus_without_disc("quiet root=live:CDLABEL=X rd.live.image cdrom cdromlike k=\"a b\" archisolabel=Y --- ", out,
	    sizeof(out), gone, sizeof(gone));
	CHECK_STR(out, "quiet rd.live.image cdromlike k=\"a b\" ---");
	CHECK_STR(gone, "root=live:CDLABEL=X cdrom archisolabel=Y");
}

int
main(void)
{
	RUN(of_syslinux);
	RUN(of_grub);
	RUN(of_systemd_boot);
	RUN(of_a_served_directory);
	RUN(of_esxi);
	RUN(without_disc);
	return TEST_EXIT();
}
