/* Menus and scripts: what boots when nobody touches a key. */
#include "test.h"

#include "scripts/scripts.h"

/* Runs a reader; what it asked for, as "K name; I name; ..." */
static char trace[4096];

static void
note(const struct script_action *f)
{
	static const char letter[] = { [SCRIPT_CONFIG] = 'S',
		[SCRIPT_TRY] = 'T',
		[SCRIPT_KERNEL] = 'K',
		[SCRIPT_INITRD] = 'I',
		[SCRIPT_FILE] = 'F',
		[SCRIPT_CHAIN] = 'C',
		[SCRIPT_DISK] = 'R',
		[SCRIPT_BOOT] = 'B',
		[SCRIPT_LOCAL] = 'L',
		[SCRIPT_STOP] = 'X',
		[SCRIPT_DHCP] = 'D' };

	snprintf(trace + strlen(trace), sizeof(trace) - strlen(trace), "%s%c%s%s", trace[0] ? "; " : "",
	    letter[f->kind], f->name[0] ? " " : "", f->name);
}

/* A file whose name has "no" in it is not there. */
static bool
there(const struct script_action *f)
{
	return !strstr(f->name, "no");
}

static const char *lacking = "";

static const char *
ipxe(const char *text)
{
	struct script *i = script_ipxe();
	struct script_action f;

	trace[0] = '\0';
	script_set(i, "mac", "52:54:00:aa:bb:cc");
	script_set(i, "next-server", "10.0.0.1");
	script_set(i, " option 51", "00000e10");
	script_set(i, " option 54", "0a000001");
	script_set(i, " option 175.190", "68656c6c6f");
	script_set(i, " lacks", lacking);
	script_push(i, text, strlen(text));
	for (int n = 0; n < 50; n++) {
		script_next(i, &f);
		note(&f);
		if (script_ended(&f))
			break;
		if (strcmp(f.name, "sub.ipxe") == 0)
			script_push(i, "#!ipxe\nkernel sub\n", 18);
		else if (strcmp(f.name, "bad.ipxe") == 0)
			script_push(i, "#!ipxe\nexit 1\n", 14);
		else
			script_result(i, there(&f));
	}
	script_free(i);
	return trace;
}

static void
ipxe_boots(void)
{
	CHECK_STR(ipxe("#!ipxe\nkernel a b=c initrd=i\ninitrd i\nboot\n"), "K a; I i; B");
	CHECK_STR(ipxe("#!ipxe\ndhcp\nchain tftp://${next-server}/${net0/mac:hexhyp}.ipxe\n"),
	    "D; C tftp://10.0.0.1/52-54-00-aa-bb-cc.ipxe; X");
	CHECK_STR(
	    ipxe("#!ipxe\nset base http://x\nset n base\nkernel ${${n}}/k \\\n  quiet\nboot\n"), "K http://x/k; B");
	CHECK_STR(ipxe("#!ipxe\nkernel --name k http://x/k\ninitrd -n i http://x/i\nboot k\n"),
	    "K http://x/k; I http://x/i; B");
}

static void
ipxe_conditions(void)
{
	CHECK_STR(ipxe("#!ipxe\nkernel none || goto other\nboot\n:other\nkernel k\nboot\n"), "K none; K k; B");
	CHECK_STR(ipxe("#!ipxe\nisset ${nothing} && kernel a || kernel b\nboot\n"), "K b; B");
	CHECK_STR(ipxe("#!ipxe\niseq ${next-server} 10.0.0.1 && kernel a || kernel b\nboot\n"), "K a; B");
	CHECK_STR(ipxe("#!ipxe\nimgfetch nope ||\nkernel k\nboot\n"), "F nope; K k; B");
	CHECK_STR(ipxe("#!ipxe\nkernel none\nkernel k\nboot\n"), "K none; X");
	CHECK_STR(
	    ipxe(
	        "#!ipxe\nset n 0\n:again\nkernel no${n} && goto end ||\ninc n\niseq ${n} 2 || goto again\n:end\nkernel k\nboot\n"),
	    "K no0; K no1; K k; B");
	CHECK_STR(ipxe("#!ipxe\nprompt --key 0x197 --timeout 2000 Menu && kernel a || kernel b\nboot\n"), "K b; B");
}

static void
ipxe_menus(void)
{
	CHECK_STR(
	    ipxe(
	        "#!ipxe\nmenu Choose\nitem --gap -- Systems\nitem a A\nitem b B\n"
	        "choose --default b --timeout 5000 target && goto ${target}\n:a\nkernel a\nboot\n:b\nkernel b\nboot\n"),
	    "K b; B");
	CHECK_STR(
	    ipxe(
	        "#!ipxe\nmenu\nitem --gap x\nitem a A\nitem b B\nchoose t || shell\ngoto ${t}\n:b\nkernel b\nboot\n:a\nkernel a\nboot\n"),
	    "K a; B");
	CHECK_STR(
	    ipxe("#!ipxe\nitem local Disk\nchoose t\ngoto ${t}\n:local\nsanboot --no-describe --drive 0x80\n"), "L");
}

static void
ipxe_scripts_in_scripts(void)
{
	CHECK_STR(ipxe("#!ipxe\nchain sub.ipxe || goto x\nboot\n:x\n"), "C sub.ipxe; K sub; B");
	CHECK_STR(ipxe("#!ipxe\nchain bad.ipxe || goto x\nboot\n:x\nkernel k\nboot\n"), "C bad.ipxe; K k; B");
}

static void
ipxe_settings(void)
{
	CHECK_STR(ipxe("#!ipxe\nset a b\nclear a\nisset ${a} || kernel k${mac:hexraw}\nboot\n"), "K k525400aabbcc; B");
	CHECK_STR(ipxe("#!ipxe\nset n 0x10\ninc n 5\nkernel ${n}${mac:string}\nboot\n"), "K 2152:54:00:aa:bb:cc; B");
	CHECK_STR(ipxe("#!ipxe\nset || set a b c\ninc ||\nclear\nkernel k # ${a}\nboot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nmenu\nitem --default b a A\nitem c\nchoose t && kernel ${t}\nboot\n"), "K b; B");
	/* "kernel imgload" in one word is not a command. */
	CHECK_STR(ipxe("#!ipxe\nset c kernel imgload\n${c} k\n"), "X");
}

static void
ipxe_option_forms(void)
{
	CHECK_STR(ipxe("#!ipxe\nchain -ar http://x/y\n"), "C http://x/y; X");
	CHECK_STR(ipxe("#!ipxe\nmenu\nitem a A\nitem b B\nchoose --default=b --timeout=9 t && kernel ${t}\nboot\n"),
	    "K b; B");
	CHECK_STR(ipxe("#!ipxe\nmenu\nitem a\nitem b\nchoose -k -db -t9 t && kernel ${t}\nboot\n"), "K b; B");
	CHECK_STR(
	    ipxe("#!ipxe\nmenu\nitem -k a a A\nitem --default --key b b B\nchoose t && kernel ${t}\nboot\n"), "K b; B");
	CHECK_STR(ipxe("#!ipxe\nmenu\nitem a\nitem b\nchoose -d gone t && kernel ${t}\nboot\n"), "K a; B");
	CHECK_STR(ipxe("#!ipxe\nkernel k -- --timeout 5 -n foo\nboot k\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nkernel --nothing k ||\nkernel -- -k\nboot\n"), "K -k; B");
	CHECK_STR(ipxe("#!ipxe\nkernel --name || kernel j\nboot j\n"), "K j; B");
	CHECK_STR(ipxe("#!ipxe\nread --timeout 500 x || kernel k\nboot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nsanboot -f x --drive 0x80 --keep iscsi:a\n"), "R iscsi:a; X");
}

/* Images go by their names. */
static void
ipxe_images(void)
{
	CHECK_STR(ipxe("#!ipxe\nimgfetch -n k http://x/v\nimgselect k\nimgargs k ro\nboot\n"),
	    "F http://x/v; K http://x/v; B");
	CHECK_STR(ipxe("#!ipxe\nimgfetch http://x/v\ninitrd http://x/i\nkernel v initrd=i\nboot\n"),
	    "F http://x/v; I http://x/i; K http://x/v; B");
	CHECK_STR(ipxe("#!ipxe\nimgfetch http://x/v\nboot v\n"), "F http://x/v; C http://x/v; X");
	CHECK_STR(ipxe("#!ipxe\nkernel k\nimgfree\nboot\n"), "K k; X");
	CHECK_STR(ipxe("#!ipxe\nkernel k\nimgfetch j\nimgfree j\nboot\n"), "K k; F j; B");
	CHECK_STR(ipxe("#!ipxe\nkernel no ||\nboot\n"), "K no; X");
	CHECK_STR(
	    ipxe("#!ipxe\nset platform efi\nset p initrd=i ip=dhcp\nkernel k ${p}\ninitrd i\nboot\n"), "K k; I i; B");
	CHECK_STR(ipxe("#!ipxe\nset platform efi\nkernel k\nimgargs k initrd=i\nboot\n"), "K k; X");
}

static void
ipxe_lines(void)
{
	CHECK_STR(ipxe("#!ipxe\ngoto no || kernel k ; boot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\ngoto a\nexit 1\n :a kernel k\nboot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\ntime time kernel k\nboot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nset net0/x:int32 5\ninc x:int8\nset p a b\nkernel ${x}${p:uristring}\nboot\n"),
	    "K 6a%20b; B");
	CHECK_STR(ipxe("#!ipxe\nautoboot\n"), "X");
}

static void
ipxe_hands_over(void)
{
	CHECK_STR(ipxe("#!ipxe\nkernel k\nboot http://x/y\n"), "K k; C http://x/y; X");
	CHECK_STR(ipxe("#!ipxe\nkernel k\nchain\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nkernel ||\nkernel -x\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nsanboot http://x/disk ||\nsanboot iscsi:x\n"), "K http://x/disk; R iscsi:x; X");
	CHECK_STR(ipxe("#!ipxe\nmodule m\nshim s\nchoose t\n"), "F m; F s; X");
}

/* Each answer is that of iPXE in QEMU's card. */
static const char *
ipxe_ok(const char *command)
{
	char text[400];

	snprintf(text, sizeof(text), "#!ipxe\nset ip 10.77.0.60\n%s && kernel k || kernel e\nboot\n", command);
	return strstr(ipxe(text), "K k;") ? "yes" : "no";
}

static void
ipxe_answers(void)
{
	static const char *const well[] = { "iseq a a", "isset ${mac}", "boot", "sleep 0", "cpuid --ext 29", "cpuid 25",
		"iseq ${ip:hexraw} 0a4d003c", "iseq ${ip:hex} 0a:4d:00:3c", "set n:int8 0x1f && iseq ${n} 31",
		"ifopen net0", "iseq ${54:ipv4} 10.0.0.1", "iseq ${net0/51:int32} 3600", "iseq ${51:hexraw} 00000e10",
		"iseq ${175.190:string} hello", "iseq ${51:uint32} 0x00000e10", "show mac", "ping 10.0.0.1" };
	static const char *const badly[] = { "isset x y", "iseq a a a", "sleep", "sleep x", "imgfree x", "ifopen net1",
		"isset ${net1/mac}", "dhcp net7", "choose t", "menu && item a && choose -t 9 t && choose -t 9 t",
		"show x", "sanhook", "iseq ${51:int32} 60", "isset ${250:string}", "autoboot net3", "cpuid 29",
		"time iseq a a", "console -x 1", "imgargs no x" };

	lacking = "time console";
	for (size_t i = 0; i < sizeof(well) / sizeof(well[0]); i++)
		if (strcmp(ipxe_ok(well[i]), "yes") != 0)
			CHECK_STR(well[i], "yes");
	for (size_t i = 0; i < sizeof(badly) / sizeof(badly[0]); i++)
		if (strcmp(ipxe_ok(badly[i]), "no") != 0)
			CHECK_STR(badly[i], "no");
	lacking = "";
}

static void
ipxe_stops(void)
{
	CHECK_STR(ipxe("#!ipxe\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nboot\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nkernel k\n"), "K k; X");
	CHECK_STR(ipxe("#!ipxe\n:a\ngoto a\n"), "X");
	CHECK_STR(ipxe("#!ipxe\ngoto nowhere\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nshell\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nfrobnicate\n"), "X");
	CHECK_STR(ipxe("#!ipxe\nfrobnicate ||\nmd5sum k ||\nfrobnicate && kernel no || kernel k\nboot\n"), "K k; B");
	CHECK_STR(ipxe("#!ipxe\nexit\n"), "L what the firmware tries next");
	CHECK_STR(ipxe("#!ipxe\n${nothing}\n"), "X");
}

static const char *
grub(const char *text)
{
	struct script *g = script_grub();
	struct script_action f;

	trace[0] = '\0';
	script_set(g, "root", "tftp,10.0.0.1");
	script_set(g, "prefix", "(tftp,10.0.0.1)/grub");
	script_push(g, text, strlen(text));
	for (int n = 0; n < 50; n++) {
		script_next(g, &f);
		note(&f);
		if (script_ended(&f))
			break;
		if (strstr(f.name, "sub.cfg"))
			script_push(g, "menuentry s {\nlinux /s\n}\n", 24);
		else if (strstr(f.name, "where.cfg"))
			script_push(g, "module $config_directory/x\n", 27);
		else
			script_result(g, there(&f));
	}
	script_free(g);
	return trace;
}

static void
grub_entries(void)
{
	CHECK_STR(
	    grub("menuentry 'a b' { linux /k quiet\n initrd /i }\n"), "K (tftp,10.0.0.1)/k; I (tftp,10.0.0.1)/i; B");
	CHECK_STR(grub("set default=1\nmenuentry a {\n linux /a\n}\nmenuentry b {\n linux /b\n initrd /i /j\n}\n"),
	    "K (tftp,10.0.0.1)/b; I (tftp,10.0.0.1)/i; I (tftp,10.0.0.1)/j; B");
	CHECK_STR(
	    grub("set default=\"Second one\"\nmenuentry a {\n linux /a\n}\nmenuentry \"Second one\" {\n linux /b\n}\n"),
	    "K (tftp,10.0.0.1)/b; B");
	CHECK_STR(grub("default=y\nmenuentry a {\n linux /a\n}\nmenuentry b --id y {\n linux /b # not this }\n}\n"),
	    "K (tftp,10.0.0.1)/b; B");
	CHECK_STR(
	    grub("set default=\"0>1\"\nsubmenu s {\nmenuentry a {\n linux /a\n}\nmenuentry b {\n linux /b\n}\n}\n"),
	    "K (tftp,10.0.0.1)/b; B");
	CHECK_STR(grub("linux (http,10.0.0.2)/k\nboot\n"), "K (http,10.0.0.2)/k; B");
	CHECK_STR(grub("set root=(http,10.0.0.2)\nlinux /k\nboot\n"), "K (http,10.0.0.2)/k; B");
}

static void
grub_conditions(void)
{
	CHECK_STR(grub("if [ -s $prefix/no.cfg ]; then\n source $prefix/no.cfg\nelse\n source $prefix/sub.cfg\nfi\n"),
	    "T (tftp,10.0.0.1)/grub/no.cfg; S (tftp,10.0.0.1)/grub/sub.cfg; K (tftp,10.0.0.1)/s; B");
	/* -e looks into the directory; a network has none. */
	CHECK_STR(grub("if [ -e $prefix/x.cfg ]; then\n linux /bad\nelse\n linux /good\nfi\nboot\n"),
	    "K (tftp,10.0.0.1)/good; B");
	CHECK_STR(grub("if [ ! -f /x ]; then\n net_bootp\nfi\nlinux /good\nboot\n"), "D; K (tftp,10.0.0.1)/good; B");
	CHECK_STR(
	    grub(
	        "if [ x$a = x ]; then b=1; fi\nif [ \"$b\" != 1 ]; then linux /bad; elif true; then linux /good; else linux /bad; fi\nboot\n"),
	    "K (tftp,10.0.0.1)/good; B");
	CHECK_STR(grub("if false; then if true; then linux /x; else linux /y; fi; fi\nmenuentry a {\n linux /a\n}\n"),
	    "K (tftp,10.0.0.1)/a; B");
	CHECK_STR(grub("if [ ! -s /no ]; then linux /k; fi\nboot\n"), "T (tftp,10.0.0.1)/no; K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("function f {\n linux /f$1$#\n}\nfor x in a b; do\n f $x y\ndone\nlinux /$x$1\nboot\n"),
	    "K (tftp,10.0.0.1)/fa2; K (tftp,10.0.0.1)/fb2; K (tftp,10.0.0.1)/b; B");
}

static void
grub_words(void)
{
	CHECK_STR(grub("a=b\nlinux /${a}x$a\\$'$a' \\\n -x \"q \\\"$a\"\nboot\n"), "K (tftp,10.0.0.1)/bxb$$a; B");
	CHECK_STR(grub("linux $none ${none}/k$?; boot\n"), "K (tftp,10.0.0.1)/k0; B");
	/* Syntax errors: a dollar without a name, and what other shells have. */
	CHECK_STR(grub("linux $ /no\nlinux /no & \nlinux '/k' ; boot\n"), "K (tftp,10.0.0.1)/k; B");
	/* Blanks in a variable end words, unless it is quoted. */
	CHECK_STR(grub("a='/x /y'\nlinux $a\ninitrd \"$a\" $a\nboot\n"),
	    "K (tftp,10.0.0.1)/x; I (tftp,10.0.0.1)/x /y; I (tftp,10.0.0.1)/x; I (tftp,10.0.0.1)/y; B");
	CHECK_STR(grub("linux \"/a\\b\\$\"; boot\n"), "K (tftp,10.0.0.1)/a\\b$; B");
	CHECK_STR(grub("function f\n{\n linux /f\n}\nmenuentry a{ f; }\n"), "K (tftp,10.0.0.1)/f; B");
	CHECK_STR(grub("menuentry a --id=x { # a '}'\n linux /a\"}\" '}' ${b} \\}\n}\ndefault=x\n"),
	    "K (tftp,10.0.0.1)/a}; B");
	CHECK_STR(grub("[ -z '' ]; true\nif [ -n x ]; then\nif [ a != b -a ]; then linux /k; fi; fi\nboot\n"),
	    "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("if ! test a == a; then linux /bad; elif ! search x; then chainloader /c; fi\n"),
	    "C (tftp,10.0.0.1)/c; X");
	CHECK_STR(grub("n=x\nwhile [ $n != xxx ]; do for i in a; do linux /$n; done; n=x$n; done; linux /k; reboot\n"),
	    "K (tftp,10.0.0.1)/x; K (tftp,10.0.0.1)/xx; K (tftp,10.0.0.1)/k; X");
	CHECK_STR(grub("set\nset x\ninitrd\nlinux\nmenuentry a { normal; boot; chainloader }\n"), "X");
}

static void
grub_commands(void)
{
	/* Foreman's way to the MAC address with hyphens. */
	CHECK_STR(
	    grub("set m=52:54:00:aa:bb:cc\nregexp --set=1:a --set=2:b '^([0-9a-f]{1,2})\\:([0-9a-f]{1,2})' \"$m\"\n"
	         "source $prefix/no-$a-$b.cfg\nlinux /k\nboot\n"),
	    "S (tftp,10.0.0.1)/grub/no-52-54.cfg; K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("if regexp -s r '^x(.*)$' xyz; then linux /$r; fi\nboot\n"), "K (tftp,10.0.0.1)/yz; B");
	CHECK_STR(grub("if regexp a b; then linux /no; else linux /k; fi\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(
	    grub("if [ a = b -o \\( 2 -lt 10 -a ! c = d \\) ]; then linux /k; fi\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("if [ -s /no -o -s /k ]; then linux /k; fi\nboot\n"),
	    "T (tftp,10.0.0.1)/no; T (tftp,10.0.0.1)/k; K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("if true; false; then linux /no; fi\nif false; true; then linux /k; fi\nboot\n"),
	    "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("eval \"linux /k\"\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("l='a b'\nfor i in $l c; do\n if [ $i = b ]; then break; fi\n linux /$i\ndone\nboot\n"),
	    "K (tftp,10.0.0.1)/a; B");
	CHECK_STR(grub("for i in \"a b\"; do linux \"/$i\"; done\nboot\n"), "K (tftp,10.0.0.1)/a b; B");
	CHECK_STR(grub("function f {\n return\n linux /no\n}\nf\nlinux /k\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("until true; do linux /no; done\nlinux /k\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("multiboot /x\nmodule /y\nboot\n"), "K (tftp,10.0.0.1)/x; F (tftp,10.0.0.1)/y; B");
	CHECK_STR(grub("regexp '(a*)*b' aaaaaaaaaaaaaaaaaaaaaaaaaaaa\nlinux /k\nboot\n"), "K (tftp,10.0.0.1)/k; B");
}

/* What a menu does whose default entry does not boot. */
static void
grub_failures(void)
{
	CHECK_STR(grub("menuentry a {\n linux /no\n linux /k\n}\n"), "K (tftp,10.0.0.1)/no; K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("menuentry a {\n linux /no\n initrd /i\n}\n"), "K (tftp,10.0.0.1)/no; X");
	CHECK_STR(
	    grub("menuentry a {\n linux /k\n initrd /no /i\n}\n"), "K (tftp,10.0.0.1)/k; I (tftp,10.0.0.1)/no; X");
	CHECK_STR(grub("if linux /no; then initrd /i; else linux /k; fi\nboot\n"),
	    "K (tftp,10.0.0.1)/no; K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("set fallback='x 2'\nmenuentry a {\n linux /no\n}\nmenuentry b --id x {\n linux /no2\n}\n"
	               "menuentry c {\n linux /c\n}\n"),
	    "K (tftp,10.0.0.1)/no; K (tftp,10.0.0.1)/no2; K (tftp,10.0.0.1)/c; B");
	CHECK_STR(grub("set fallback=0\nmenuentry a {\n linux /no\n}\n"), "K (tftp,10.0.0.1)/no; X");
}

static void
grub_names(void)
{
	/* A number is one, whatever ids there are; a title that begins with one is it, too. */
	CHECK_STR(grub("default=1\nmenuentry a --id 1 {\n linux /a\n}\nmenuentry b {\n linux /b\n}\n"),
	    "K (tftp,10.0.0.1)/b; B");
	CHECK_STR(grub("default='1 GB'\nmenuentry '1 GB' {\n linux /a\n}\nmenuentry b {\n linux /b\n}\n"),
	    "K (tftp,10.0.0.1)/b; B");
	CHECK_STR(grub("default=7\nmenuentry a {\n linux /a\n}\n"), "K (tftp,10.0.0.1)/a; B");
	CHECK_STR(grub("menuentry a --class x /k /i {\n linux $2\n initrd $3\n}\n"),
	    "K (tftp,10.0.0.1)/k; I (tftp,10.0.0.1)/i; B");
	CHECK_STR(grub("function f {\n shift\n linux /$1$#\n setparams y z\n linux /$2\n}\nf a b\nboot\n"),
	    "K (tftp,10.0.0.1)/b1; K (tftp,10.0.0.1)/z; B");
	CHECK_STR(grub("shift\nlinux /k\nboot\n"), "K (tftp,10.0.0.1)/k; B");
}

/* Each answer is that of GRUB 2.06 in QEMU to "if ...". */
static const char *
grub_if(const char *command)
{
	char text[300];

	snprintf(text, sizeof(text),
	    "set net_default_interface=pxe\nset ' option 12'=vm1\nfunction f { return 1; }\n"
	    "if %s; then linux /k; else linux /e; fi\nboot\n",
	    command);
	return strstr(grub(text), "/k") ? "yes" : "no";
}

static void
grub_answers(void)
{
	static const char *const well[] = { "test", "[ 08 -eq 8 ]", "[ 010 -eq 8 ]", "[ -d / ]", "[ ]", "keystatus",
		"cpuid -l", "cpuid --pae", "source /no.cfg", "net_get_dhcp_option q pxe 12 string", "nosuchcommand" };
	static const char *const badly[] = { "[ /a -nt /b ]", "set a", "set a = b", "sleep", "source", "[ -d /x ]",
		"keystatus --shift", "net_get_dhcp_option q efinet0 12 string", "net_get_dhcp_option q pxe 99 string",
		"f", "loopback l /no.iso" };

	for (size_t i = 0; i < sizeof(well) / sizeof(well[0]); i++)
		if (strcmp(grub_if(well[i]), "yes") != 0)
			CHECK_STR(well[i], "yes");
	for (size_t i = 0; i < sizeof(badly) / sizeof(badly[0]); i++)
		if (strcmp(grub_if(badly[i]), "no") != 0)
			CHECK_STR(badly[i], "no");
	CHECK_STR(grub("if false; then true; fi\nlinux /k$?\nboot\n"), "K (tftp,10.0.0.1)/k0; B");
}

static void
grub_files(void)
{
	CHECK_STR(grub("source $prefix/where.cfg\nlinux /k\nboot\n"),
	    "S (tftp,10.0.0.1)/grub/where.cfg; F (tftp,10.0.0.1)/grub/x; K (tftp,10.0.0.1)/k; B");
	/* What is in an image is not looked at, and not said to be missing either. */
	CHECK_STR(grub("loopback l /a.iso\nlinux (l)/k\nboot\n"), "F (tftp,10.0.0.1)/a.iso; K (l)/k; B");
}

/* A command that it has not does nothing, and is no failure. */
static void
grub_lacks(void)
{
	CHECK_STR(grub("set ' lacks'='linuxefi initrdefi'\nmenuentry a {\n linuxefi /k\n initrdefi /i\n}\n"), "X");
	CHECK_STR(grub("set ' lacks'='linux16'\nmenuentry a {\n linux16 /x\n linux /k\n}\n"), "K (tftp,10.0.0.1)/k; B");
}

static void
grub_stops(void)
{
	CHECK_STR(grub(""), "X");
	CHECK_STR(grub("fi\nelse\nelif true; then\nlinux /k\nfi\nboot\n"), "K (tftp,10.0.0.1)/k; B");
	CHECK_STR(grub("menuentry a {\n echo hello\n}\n"), "X");
	CHECK_STR(grub("menuentry a {\n exit\n}\n"), "L");
	CHECK_STR(grub("menuentry a {\n chainloader (hd0,gpt1)/EFI/a.efi\n}\n"), "L (hd0,gpt1)/EFI/a.efi");
	CHECK_STR(grub("menuentry a {\n set root=hd0\n chainloader +1\n}\n"), "L +1");
	CHECK_STR(grub("menuentry a {\n set root=(hd0,1)\n linux /k\n}\n"), "L (hd0,1)/k");
	CHECK_STR(grub("configfile $prefix/sub.cfg\nmenuentry a {\n linux /a\n}\n"),
	    "S (tftp,10.0.0.1)/grub/sub.cfg; K (tftp,10.0.0.1)/s; B");
}

static const char *
pxelinux(const char *text)
{
	struct script *p = script_pxelinux();
	struct script_action f;

	trace[0] = '\0';
	script_push(p, text, strlen(text));
	for (int n = 0; n < 50; n++) {
		script_next(p, &f);
		note(&f);
		if (script_ended(&f))
			break;
		if (f.kind == SCRIPT_CONFIG)
			script_push(p, "label inc\n menu default\n kernel inc.k\n", 38);
		else
			script_result(p, there(&f));
	}
	script_free(p);
	return trace;
}

static void
pxelinux_menus(void)
{
	CHECK_STR(pxelinux("DEFAULT l\nLABEL k\n KERNEL x\nLABEL l\n LINUX k\n APPEND initrd=i,j quiet\n"),
	    "K k; I i; I j; B");
	CHECK_STR(pxelinux("default linux/k initrd=i\n"), "K linux/k; I i; B");
	CHECK_STR(pxelinux("default vesamenu.c32\nlabel a\n kernel a\nlabel b\n menu default\n kernel b\n initrd i\n"),
	    "F vesamenu.c32; K b; I i; B");
	CHECK_STR(pxelinux("ui menu.c32\nlabel a\n kernel a\n"), "F menu.c32; K a; B");
	CHECK_STR(
	    pxelinux("ui menu.c32\ninclude more.cfg\nlabel a\n kernel a\n"), "S more.cfg; F menu.c32; K inc.k; B");
	CHECK_STR(pxelinux("default a\nontimeout b\nlabel a\n kernel a\nlabel b\n kernel b\n"), "K a; B");
	CHECK_STR(pxelinux("prompt 1\ntimeout 9\ndefault a\nontimeout b\nlabel a\n kernel a\nlabel b\n kernel b\n"),
	    "K b; B");
	CHECK_STR(pxelinux("label a\n localboot 0\n"), "L");
	CHECK_STR(pxelinux("label a\n append noinitrd=x\n kernel k\n"), "K k; B");
	CHECK_STR(pxelinux("label a\n append initrd= x\n kernel k\n"), "K k; B");
	CHECK_STR(pxelinux("default a\nlabel a\n config other.cfg\n"), "S other.cfg; K inc.k; B");
	CHECK_STR(pxelinux("# nothing\n label a \n pxe a/b.0\nDEFAULT a quiet\n"), "C a/b.0; B");
	CHECK_STR(pxelinux("default mboot.c32 x.gz a=b --- k c=d --- i\n"), "F mboot.c32; F x.gz; F k; F i; B");
	CHECK_STR(pxelinux("default linux.c32 k initrd=i\n"), "F linux.c32; K k; I i; B");
	CHECK_STR(pxelinux("default chain.c32 hd0 0\n"), "F chain.c32; L");
	CHECK_STR(pxelinux("default hdt.c32\n"), "F hdt.c32; X");
	CHECK_STR(pxelinux("default gone x=1\nlabel a\n kernel a\n"), "K gone; B");
	CHECK_STR(pxelinux("menu include more.cfg\n"), "S more.cfg; K inc.k; B");
	CHECK_STR(pxelinux(""), "X");
	CHECK_STR(pxelinux("label a\n menu label nothing\n kernel\n"), "X");
}

/* What else readconfig.c does with a label, and with what is none. */
static void
pxelinux_labels(void)
{
	CHECK_STR(pxelinux("default vmlinuz\nlabel vmlinuz\n append initrd=i\n"), "K vmlinuz; I i; B");
	CHECK_STR(pxelinux("default a\nappend initrd=i ro\nlabel a\n kernel k\n"), "K k; I i; B");
	CHECK_STR(pxelinux("default a\nappend initrd=i ro\nlabel a\n kernel k\n append -\n"), "K k; B");
	CHECK_STR(pxelinux("default A\nlabel a\n kernel k\n"), "K A; B");
	CHECK_STR(pxelinux("default a\nlabel a\n kernel k\n append initrd=i\n text help\n default b\n kernel x\n"
	                   "label y\n endtext\n"),
	    "K k; I i; B");
	/* The name says what it is, LINUX overrules it. */
	CHECK_STR(pxelinux("default a\nlabel a\n kernel x.kpxe\n"), "K x.kpxe; B");
	CHECK_STR(pxelinux("default a\nlabel a\n kernel x.bin\n"), "F x.bin; X");
	CHECK_STR(pxelinux("default a\nlabel a\n linux x.bin\n"), "K x.bin; B");
	CHECK_STR(pxelinux("default a\nlabel a\n com32 chain\n append hd0\n"), "F chain.c32; L");
	CHECK_STR(pxelinux("default a\nlabel a\n bss x\n"), "F x; X");
}

static void
pxelinux_submenus(void)
{
	CHECK_STR(
	    pxelinux("ui menu.c32\nlabel a\n kernel a\nmenu begin m\nlabel b\n menu default\n kernel b\nmenu end\n"),
	    "F menu.c32; K a; B");
	CHECK_STR(
	    pxelinux("ui menu.c32\ndefault b\nlabel a\n menu default\n kernel a\nmenu begin\nlabel b\n kernel b\n"),
	    "F menu.c32; K b; B");
	CHECK_STR(pxelinux("ui menu.c32\nlabel a\n kernel a\nmenu begin m\n menu start\nlabel b\n kernel b\n"),
	    "F menu.c32; K b; B");
	CHECK_STR(pxelinux("ui menu.c32\nlabel a\n menu hide\n kernel a\nlabel b\n kernel b\n"), "F menu.c32; K b; B");
	/* The timeout ends where the first entry cannot be chosen. */
	CHECK_STR(pxelinux("ui menu.c32\ntimeout 9\nmenu begin m\nlabel b\n kernel b\nmenu end\nlabel a\n kernel a\n"),
	    "F menu.c32; X");
	CHECK_STR(pxelinux("ui menu.c32\ntimeout 9\nlabel b\n menu disable\nlabel a\n kernel a\n"), "F menu.c32; X");
	/* A file is included where it stands; with a title it is a submenu. */
	CHECK_STR(pxelinux("ui menu.c32\nlabel a\n kernel a\nmenu include more.cfg Sub menu\nlabel b\n kernel b\n"),
	    "S more.cfg; F menu.c32; K a; B");
	CHECK_STR(pxelinux("include more.cfg\n kernel late\ndefault inc\n"), "S more.cfg; K late; B");
}

static void
pxelinux_mboot(void)
{
	struct script *p = script_pxelinux();
	struct script_action f;
	static const char menu[] = "default e\nlabel e\n kernel esx/mboot.c32\n append -c esx/boot.cfg\n";
	static const char cfg[] = "title=x\r\nprefix=esx\nkernel=b.b00\nkernelopt=\nmodules=a.gz --- b.v00 --- c.v00\n";

	trace[0] = '\0';
	script_push(p, menu, sizeof(menu) - 1);
	for (int n = 0; n < 20; n++) {
		script_next(p, &f);
		note(&f);
		if (script_ended(&f))
			break;
		if (f.kind == SCRIPT_CONFIG)
			script_push(p, cfg, sizeof(cfg) - 1);
		else
			script_result(p, true);
	}
	CHECK_STR(trace, "F esx/mboot.c32; S esx/boot.cfg; F esx/b.b00; F esx/a.gz; F esx/b.v00; F esx/c.v00; B");
	script_free(p);
}

/* What waits for a key before the first thing that is loaded; "" nothing. */
static const char *
waits(struct script *s, const char *text)
{
	static char out[200];
	struct script_action f;

	script_push(s, text, strlen(text));
	script_next(s, &f);
	snprintf(out, sizeof(out), "%s", f.waits ? f.waits : "");
	script_free(s);
	return out;
}

static void
menus_that_wait(void)
{
	CHECK_STR(waits(script_grub(), "menuentry a {\n linux /a\n}\n"), "GRUB's menu has no timeout");
	CHECK_STR(waits(script_grub(), "timeout=-1\nmenuentry a {\n linux /a\n}\n"), "GRUB's menu has no timeout");
	CHECK_STR(waits(script_grub(), "set timeout=0\nmenuentry a {\n linux /a\n}\n"), "");
	CHECK_STR(waits(script_grub(), "linux /a\nboot\n"), "");
	CHECK_STR(waits(script_grub(), "timeout=0\nsuperusers=root\nmenuentry a {\n linux /a\n}\n"),
	    "the entry that boots by default asks for a password");
	CHECK_STR(waits(script_grub(), "timeout=0\nsuperusers=root\nmenuentry a --unrestricted {\n linux /a\n}\n"), "");
	CHECK_STR(waits(script_pxelinux(), "default a\nlabel a\n kernel a\n"), "");
	CHECK_STR(waits(script_pxelinux(), "prompt 1\ndefault a\n"), "PROMPT 1, and no TIMEOUT");
	CHECK_STR(waits(script_pxelinux(), "prompt 1\ntimeout 50\ndefault a\n"), "");
	CHECK_STR(waits(script_pxelinux(), "label a\n kernel a\n"), "it has no DEFAULT, and no TIMEOUT");
	CHECK_STR(waits(script_ipxe(), "#!ipxe\nmenu\nitem a A\nchoose t\nkernel ${t}\n"),
	    "the menu (choose) has no timeout");
	CHECK_STR(waits(script_ipxe(), "#!ipxe\nmenu\nitem a A\nchoose --timeout 500 t\nkernel ${t}\n"), "");
	CHECK_STR(waits(script_ipxe(), "#!ipxe\nprompt Press a key\nkernel k\n"),
	    "the script (prompt) waits without a timeout");
	CHECK_STR(waits(script_ipxe(), "#!ipxe\nshell\n"), "iPXE waits at its prompt");
}

static void
config_names(void)
{
	static const unsigned char mac[6] = { 0x52, 0x54, 0, 0xaa, 0xbb, 0xcc };
	static const unsigned char uuid[16] = { 0x67, 0x45, 0x3e, 0x12, 0x9b, 0xe8, 0xd3, 0x12, 0xa4, 0x56, 0x42, 0x66,
		0x14, 0x17, 0x40, 0x00 };
	char name[64];

	CHECK(script_pxelinux_config(0, mac, uuid, 0x0a4d003c, name));
	CHECK_STR(name, "123e4567-e89b-12d3-a456-426614174000");
	CHECK(script_pxelinux_config(1, mac, uuid, 0x0a4d003c, name));
	CHECK_STR(name, "01-52-54-00-aa-bb-cc");
	CHECK(script_pxelinux_config(2, mac, uuid, 0x0a4d003c, name));
	CHECK_STR(name, "0A4D003C");
	CHECK(script_pxelinux_config(9, mac, uuid, 0x0a4d003c, name));
	CHECK_STR(name, "0");
	CHECK(script_pxelinux_config(10, mac, uuid, 0x0a4d003c, name));
	CHECK_STR(name, "default");
	CHECK(!script_pxelinux_config(11, mac, uuid, 0x0a4d003c, name));
	CHECK(script_grub_config(0, mac, 0x0a4d003c, name));
	CHECK_STR(name, "grub.cfg-01-52-54-00-aa-bb-cc");
	CHECK(script_grub_config(1, mac, 0x0a4d003c, name));
	CHECK_STR(name, "grub.cfg-0A4D003C");
	CHECK(script_grub_config(9, mac, 0x0a4d003c, name));
	CHECK_STR(name, "grub.cfg");
	CHECK(!script_grub_config(10, mac, 0x0a4d003c, name));
}

int
main(void)
{
	RUN(ipxe_boots);
	RUN(ipxe_conditions);
	RUN(ipxe_menus);
	RUN(ipxe_scripts_in_scripts);
	RUN(ipxe_settings);
	RUN(ipxe_option_forms);
	RUN(ipxe_images);
	RUN(ipxe_lines);
	RUN(ipxe_hands_over);
	RUN(ipxe_answers);
	RUN(ipxe_stops);
	RUN(grub_entries);
	RUN(grub_conditions);
	RUN(grub_words);
	RUN(grub_commands);
	RUN(grub_failures);
	RUN(grub_names);
	RUN(grub_answers);
	RUN(grub_files);
	RUN(grub_lacks);
	RUN(grub_stops);
	RUN(pxelinux_menus);
	RUN(pxelinux_labels);
	RUN(pxelinux_submenus);
	RUN(pxelinux_mboot);
	RUN(menus_that_wait);
	RUN(config_names);
	return TEST_EXIT();
}
