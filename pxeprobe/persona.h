/*
 * The firmwares that can be played, as data: what each sends, which offers it
 * takes, where it looks for the file name, how it then asks for the file.
 */
#ifndef PERSONA_H
#define PERSONA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERSONA_CLASS 40      /* room for option 60's text */
#define PERSONA_MAX 32

/* How offers are told apart and which one wins. */
enum persona_rule {
	RULE_ROM,             /* BIOS ROM (PXE 2.1, 2.2): combined, proxy, plain */
	RULE_EDK2_PXE,        /* NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c */
	RULE_EDK2_HTTP,       /* NetworkPkg/HttpBootDxe/HttpBootDhcp4.c */
	RULE_IPXE,            /* src/net/udp/dhcp.c */
	RULE_PI,              /* Raspberry Pi: option 43 says "Raspberry Pi Boot" */
	RULE_PLAIN            /* the first offer that names a file */
};

/* Where the boot file's name is read from. */
enum persona_name { NAME_67_FIRST, NAME_FILE_FIRST, NAME_FILE_ONLY };

/* How a program asks a TFTP server. */
struct persona_tftp {
	bool probe;           /* asks for the size first and breaks off with an ERROR */
	bool tsize;           /* sends tsize=0 in the real request */
	bool need_oack;       /* cannot do with a server that ignores options */
	bool need_tsize;
	uint16_t blksize;     /* 0: does not ask, 512 it is */
	uint16_t window;      /* 0: does not ask */
	uint8_t timeout_s;    /* 0: does not ask */
	uint16_t probe_error; /* code of the ERROR that ends the probe */
};

/* How a program asks an HTTP server, and what it can bear. */
struct persona_http {
	const char *agent;    /* User-Agent */
	bool head_first;
	bool efi_type;        /* wants application/efi or a name in .efi */
	bool redirects, chunked, http10, no_length;
	bool exact_case;      /* compares "Content-Length: " byte by byte */
};

struct persona {
	const char *name;
	const char *text;     /* for people: "UEFI x64, PXE" */
	const char *machine;  /* of lib/pxe.h, what its boot file must be made for */
	uint16_t arch;        /* option 93 */
	bool bootp;           /* no DHCP at all */
	bool broadcast;       /* asks for broadcast replies */
	bool ipxe;            /* sends 77, 175, and takes scripts */
	bool client_id;       /* sends option 61: 1 and the MAC */
	bool wants_arch;      /* sends 93, 94 and 97 */
	const char *vendor;   /* option 60; "%" stands for Arch:... ; NULL: none */
	bool class_once;      /* no option 60 in the REQUEST */
	uint8_t ndi_major, ndi_minor;   /* option 94 */
	uint16_t max_size;    /* option 57; 0: not sent */
	const uint8_t *params;          /* option 55 */
	size_t params_len;
	enum persona_rule rule;
	enum persona_name name_rule;
	uint16_t binl_port;   /* local port when asking 4011 */
	uint32_t gather_ms;   /* how long it waits for offers before it chooses */
	const struct persona_tftp *tftp;
	const struct persona_http *http;     /* NULL: TFTP alone */
};

const struct persona *persona_table(size_t *n);
const struct persona *persona_find(const char *name);
/* The one that takes over when `from` has loaded iPXE: made in *out, with
 * the architecture that `from` has. */
void persona_become_ipxe(const struct persona *from, struct persona *out);
/* Gives a copy another architecture (-a); false when its machine is unknown. */
bool persona_set_arch(struct persona *p, uint16_t code);
/* Option 60's text; returns its length, 0 for none. */
size_t persona_class(const struct persona *p, char out[PERSONA_CLASS]);

/* The programs that a boot file turns the machine into. */
extern const struct persona_tftp persona_tftp_ipxe, persona_tftp_grub,
    persona_tftp_pxelinux, persona_tftp_shim;
extern const struct persona_http persona_http_ipxe, persona_http_grub,
    persona_http_pxelinux, persona_http_shim;

#endif
