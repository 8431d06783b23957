/*
 * The firmwares that can be played, as data: what each sends, which offers it
 * takes, where it looks for the file name, how it then asks for the file.
 */
#ifndef PERSONA_H
#define PERSONA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERSONA_CLASS 40 /* room for option 60's text */
#define PERSONA_MAX 32

/* How offers are told apart and which one wins. */
enum persona_rule {
	RULE_ROM,       /* BIOS ROM (PXE 2.1, 2.2): combined, proxy, plain */
	RULE_EDK2_PXE,  /* NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c */
	RULE_EDK2_HTTP, /* NetworkPkg/HttpBootDxe/HttpBootDhcp4.c */
	RULE_IPXE,      /* src/net/udp/dhcp.c */
	RULE_PI,        /* Raspberry Pi: option 43 says "Raspberry Pi Boot" */
	RULE_PLAIN,     /* the first offer that names a file */
	RULE_ADDRESS    /* the first offer: it needs no file's name */
};

/* Where the boot file's name is read from. */
enum persona_name { NAME_67_FIRST, NAME_FILE_FIRST, NAME_FILE_ONLY };

/* What a machine does once DHCP is over. */
enum persona_then {
	THEN_BOOTFILE, /* loads the file it was told */
	THEN_UBOOT,    /* its own script first, then the file, as UEFI firmware */
	THEN_PXELINUX, /* this loader runs already, from wherever */
	THEN_SHIM,
	THEN_GRUB
};

/* What a DHCP client sends.  Lists of options end in 0. */
struct persona_dhcp {
	const uint8_t *discover, *request;      /* options, in this order */
	const uint8_t *binl;                    /* the same to port 4011; NULL: never asks there */
	const uint8_t *params, *request_params; /* option 55; the second NULL: the same */
	uint16_t max_size, request_max_size;    /* option 57; the second 0: the same */
	const uint8_t *features;                /* option 175 */
	size_t features_len;
	const char *file; /* in the header's file field; NULL: nothing */
	bool broadcast;   /* wants broadcast replies */
};

/* How a program asks a TFTP server: options as "tsize=0 blksize=1468", in
 * this order. */
struct persona_tftp {
	const char *probe; /* asks for the size first and breaks off with an ERROR; NULL: does not */
	const char *read;  /* "": plain RFC 1350 */
	bool need_oack;    /* cannot do with a server that ignores options */
	bool need_tsize;
	uint16_t probe_error;   /* code of the ERROR that ends the probe */
	const char *probe_text; /* its message */
};

/* How a program asks an HTTP server, and what it can bear. */
struct persona_http {
	/* Its header lines, as "Name: value\n...": %a stands for host and port
	 * (a port that is not the scheme's), %h for the host alone. */
	const char *headers;
	bool speaks10; /* its requests are HTTP/1.0 */
	bool head_first;
	bool efi_type; /* wants application/efi or a name in .efi */
	bool redirects, chunked, http10, no_length;
	bool exact_case; /* compares "Content-Length: " byte by byte */
	/* TLS: RSA keys shorter than this are refused; by newer versions those
	 * shorter than that. */
	unsigned rsa_bits, new_rsa_bits;
};

struct persona {
	const char *name;
	const char *text;             /* for people: "UEFI x64, PXE" */
	const char *machine;          /* of lib/pxe.h, what its boot file must be made for */
	uint16_t arch;                /* option 93 */
	bool bootp;                   /* no DHCP at all */
	bool ipxe;                    /* takes iPXE scripts */
	bool secure;                  /* Secure Boot is on: what is not signed does not start */
	const char *vendor;           /* option 60; "%" stands for Arch:... ; NULL: none */
	uint8_t ndi_major, ndi_minor; /* option 94 */
	const struct persona_dhcp *dhcp;
	enum persona_rule rule;
	enum persona_name name_rule;
	uint16_t binl_port; /* local port when asking 4011 */
	uint32_t gather_ms; /* how long it waits for offers before it chooses */
	enum persona_then then;
	const struct persona_tftp *tftp;
	const struct persona_http *http; /* NULL: TFTP alone */
};

const struct persona *persona_table(size_t *n);
const struct persona *persona_find(const char *name);
/* Firmware, not a loader that runs already? */
bool persona_is_machine(const struct persona *p);
/* The one that takes over when `from` has loaded iPXE: made in *out, with
 * the architecture that `from` has. */
void persona_become_ipxe(const struct persona *from, struct persona *out);
/* U-Boot's second DHCP round, as the UEFI firmware that it can be. */
void persona_become_efi(const struct persona *from, struct persona *out);
/* GRUB's own DHCP round ("net_bootp"), on the machine that `from` is. */
void persona_become_grub(const struct persona *from, struct persona *out);
/* Gives a copy another architecture (-a); false when its machine is unknown. */
bool persona_set_arch(struct persona *p, uint16_t code);
/* Option 60's text; returns its length, 0 for none. */
size_t persona_class(const struct persona *p, char out[PERSONA_CLASS]);
/* Is this option in the list? */
bool persona_sends(const uint8_t *list, uint8_t code);

/* The programs that a boot file turns the machine into. */
extern const struct persona_tftp persona_tftp_ipxe, persona_tftp_grub, persona_tftp_pxelinux, persona_tftp_shim;
extern const struct persona_http persona_http_ipxe, persona_http_grub, persona_http_pxelinux, persona_http_shim;

#endif
