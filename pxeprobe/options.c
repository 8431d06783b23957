#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "log.h"
#include "num.h"

#define DEFAULT_PERSONAS "bios,efi-x64"
#define DEFAULT_SECONDS 10

static const char usage[] =
    "usage: pxeprobe [-jvwW] [-i IFACE] [-o FILE.pcapng] [-d FILE.svg|-] [-M FILE] [-k PERSONA,...|all] [-a ARCH] [-m MAC|FILE] [-U UUID] [-n CLIENTS] [-c CONCURRENT] [-R TIMES] [-t SEC] [-g]\n"
    "       pxeprobe [-jW] [-M FILE] -r FILE.pcap [FILE.pcap...]\n"
    "       pxeprobe [-j] -D A B\n"
    "\n"
    "Plays a firmware on the network and says why a machine would not boot.\n"
    "\n"
    "  -a ARCH     another architecture in option 93: a name (efi-x64) or a number\n"
    "  -c NUMBER   machines at once (with -n; default 50)\n"
    "  -d FILE     draw what happened: SVG, or text on standard output for -\n"
    "  -D A B      what differs between two runs: captures, saved reports, or machines (MAC) to play\n"
    "  -g          ask as a relay agent at this interface's address would\n"
    "  -i IFACE    the interface (default: the only one that is up)\n"
    "  -j          JSON lines\n"
    "  -k LIST     firmwares to play (default " DEFAULT_PERSONAS "), or all\n"
    "  -m MAC      hardware address to use (default: made up from the interface's), or a file of them\n"
    "  -M FILE     write the outcome as numbers for Prometheus\n"
    "  -n NUMBER   that many machines boot, and the times are measured\n"
    "  -o FILE     write all that passes meanwhile as a capture (pcapng), with comments where faults were seen\n"
    "  -r FILE     read captures (pcap, pcapng, .gz): what boots there, and what stalls\n"
    "  -R TIMES    a machine that fails starts over, so often (with -n; default 0)\n"
    "  -t SEC      patience for each step (default 10; with -n as long as the firmware's)\n"
    "  -U UUID     machine identifier in option 97\n"
    "  -v          say more\n"
    "  -w          watch: a line for each machine that boots on this network\n"
    "  -W          exit 1 for a warning, too\n";

static void
read_number(int letter, const char *text, uint64_t high, uint64_t *out)
{
	if (!num_uint(text, 1, high, out))
		cli_wrong(NAME, "-%c %s: not a number from 1 to %llu", letter, text, (unsigned long long)high);
}

bool
options_mac(const char *text, uint8_t mac[6])
{
	return num_mac(text, mac) && !(mac[0] & 1);
}

static bool
add_mac(struct options *o, const char *text)
{
	uint8_t(*more)[6] = reallocarray(o->mac, o->macs + 1, sizeof(*more));

	if (!more)
		die(EXIT_SYSTEM, "out of memory");
	o->mac = more;
	if (!options_mac(text, more[o->macs]))
		return false;
	o->macs++;
	return true;
}

/* A MAC address, or a file with one at the beginning of each line. */
static void
read_macs(struct options *o, const char *text)
{
	char line[512];
	FILE *f;

	if (add_mac(o, text))
		return;
	f = strchr(text, ':') ? NULL : asuser_fopen(text);
	if (!f)
		cli_wrong(NAME, "-m %s: neither a machine's MAC address, such as 02:00:00:00:00:01, nor a file of them",
		    text);
	for (unsigned n = 1; fgets(line, sizeof(line), f); n++) {
		char *word = line + strspn(line, " \t\r\n");

		word[strcspn(word, " \t\r\n#")] = '\0';
		if (word[0] && !add_mac(o, word))
			cli_wrong(NAME, "%s:%u: \"%.40s\" is not a machine's MAC address", text, n, word);
	}
	fclose(f);
	if (!o->macs)
		cli_wrong(NAME, "-m %s: there is no MAC address in it", text);
}

/* Options that are a word, and those that are just there. */
static bool
simple_option(struct options *o, int letter)
{
	const struct {
		int letter;
		bool *flag;
		const char **word;
	} table[] = { { 'a', NULL, &o->arch }, { 'D', NULL, &o->side[0] }, { 'd', NULL, &o->picture },
		{ 'M', NULL, &o->numbers }, { 'g', &o->relay, NULL }, { 'i', NULL, &o->ifname },
		{ 'j', &o->json, NULL }, { 'k', NULL, &o->personas }, { 'o', NULL, &o->record },
		{ 'r', NULL, &o->file }, { 'v', &o->verbose, NULL }, { 'w', &o->watch, NULL },
		{ 'W', &o->strict, NULL } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].letter != letter)
			continue;
		if (table[i].flag)
			*table[i].flag = true;
		else
			*table[i].word = optarg;
		return true;
	}
	return false;
}

/* What does not go together, and defaults that depend on other options. */
static void
options_settle(struct options *o)
{
	if (o->file && (o->ifname || o->watch || o->clients))
		cli_wrong(NAME, "-r reads a file: -i, -w and -n do not go with it");
	if (o->file && o->record)
		cli_wrong(NAME, "-r reads a capture and -o writes one: one of them");
	if (o->side[0] && (o->file || o->watch || o->clients || o->macs || o->picture || o->numbers || o->record))
		cli_wrong(NAME, "-D compares two runs: -d, -m, -M, -n, -o, -r and -w do not go with it");
	if (o->watch && o->clients)
		cli_wrong(NAME, "-w watches and -n asks: one of them");
	if ((o->concurrent || o->restarts) && !o->clients)
		cli_wrong(NAME, "-%c goes with -n", o->concurrent ? 'c' : 'R');
	if (!o->personas)
		o->personas = o->clients ? "bios" : DEFAULT_PERSONAS;
}

void
options_read(int argc, char **argv, struct options *o)
{
	int c;

	*o = (struct options){ .seconds = DEFAULT_SECONDS };
	while ((c = cli_getopt(argc, argv, "a:c:d:D:gi:jk:m:M:n:o:r:R:t:U:vwW", NAME, usage)) != -1) {
		if (simple_option(o, c))
			continue;
		switch (c) {
		case 'c':
			read_number(c, optarg, 20000, &o->concurrent);
			break;
		case 'm':
			read_macs(o, optarg);
			break;
		case 'n':
			read_number(c, optarg, 1000000, &o->clients);
			break;
		case 'R':
			read_number(c, optarg, 1000, &o->restarts);
			break;
		case 't':
			read_number(c, optarg, 3600, &o->seconds);
			o->patience = true;
			break;
		case 'U':
			if (!num_uuid(optarg, o->uuid))
				cli_wrong(
				    NAME, "-U %s: not a UUID, such as 123e4567-e89b-12d3-a456-426614174000", optarg);
			o->has_uuid = true;
			break;
		}
	}
	/* Of the captures, the first is -r's own. */
	if (o->file) {
		argv[optind - 1] = (char *)(uintptr_t)o->file;
		o->files = &argv[optind - 1];
		o->file_count = (size_t)(argc - optind + 1);
	} else if (o->side[0]) {
		if (optind + 1 != argc)
			cli_wrong(NAME, "-D A B: two runs are compared");
		o->side[1] = argv[optind];
	} else if (optind != argc)
		cli_wrong(NAME, "what is \"%s\"?", argv[optind]);
	options_settle(o);
}
