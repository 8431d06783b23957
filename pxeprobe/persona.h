/*
 * The firmwares that can be played, as data: what each sends, which offers it
 * accepts, where it reads the file name, how it then fetches the file.
 */
#ifndef PERSONA_H
#define PERSONA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERSONA_CLASS 40 /* room for option 60's text */
#define PERSONA_MAX 32

/* How offers are classified, and which one wins. */
enum persona_rule {
	RULE_ROM,       /* BIOS ROM (PXE 2.1, 2.2): combined, proxy, plain */
	RULE_EDK2_PXE,  /* NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c */
	RULE_EDK2_HTTP, /* NetworkPkg/HttpBootDxe/HttpBootDhcp4.c */
	RULE_IPXE,      /* src/net/udp/dhcp.c */
	RULE_PI,        /* Raspberry Pi: option 43 says "Raspberry Pi Boot" */
	RULE_PLAIN,     /* the first offer that names a file */
	RULE_ADDRESS    /* the first offer: it needs no file name */
};

/* Where the boot file name is read from. */
enum persona_name { NAME_67_FIRST, NAME_FILE_FIRST, NAME_FILE_ONLY };

/* What a machine does once DHCP is over. */
enum persona_then {
	THEN_BOOTFILE, /* loads the file it was told */
	THEN_UBOOT,    /* its own script first, then the file, as UEFI firmware */
	THEN_PXELINUX, /* this loader runs already, from wherever */
	THEN_SHIM,
	THEN_GRUB
};

/* What a DHCP client sends.  Lists of options end with 0. */
struct persona_dhcp {
	const uint8_t *discover, *request;      /* options, in this order */
	const uint8_t *binl;                    /* to port 4011; NULL: never asks there */
	const uint8_t *params, *request_params; /* option 55; the second NULL: the same */
	uint16_t max_size, request_max_size;    /* option 57; the second 0: the same */
	const uint8_t *features;                /* option 175 */
	size_t features_len;
	const char *file; /* in the header's file field; NULL: nothing */
	bool broadcast;   /* wants broadcast replies */
};

/* The same over IPv6.  Lists end with 0. */
struct persona_dhcp6 {
	const uint16_t *options; /* of SOLICIT and REQUEST, in this order */
	const uint16_t *params;  /* option 6 */
	bool stack;              /* where a router says M, its IP stack asks for an address of its own first */
	bool by_router;          /* asks nobody before a router is heard, and then as that says (M, O) */
	bool duid_uuid;          /* otherwise DUID-LLT */
	bool refuses_params;     /* gives up on a reply with option 60 */
	uint32_t gather_ms;      /* how long it gathers ADVERTISEs; 0: takes the first */
};

/* How a program asks a TFTP server: options such as "tsize=0 blksize=1468", in
 * the order they are sent. */
struct persona_tftp {
	const char *probe; /* asks for the size first and aborts with an ERROR; NULL: does not */
	const char *read;  /* "": plain RFC 1350 */
	bool need_oack;    /* fails with a server that ignores options */
	bool need_tsize;
	uint16_t probe_error;   /* code of the ERROR that ends the probe */
	const char *probe_text; /* its message */
};

/* What a program takes of an https server. */
struct persona_tls {
	const char *who;      /* "UEFI firmware" */
	bool tls12;           /* TLS 1.2 alone, else up to that */
	const char *ciphers;  /* as OpenSSL names them */
	bool address_in_name; /* an address may be the subject's name, too, not in subjectAltName alone */
	/* The shortest RSA key accepted, and by newer versions. */
	unsigned rsa_bits, new_rsa_bits;
};

/* How a program asks an HTTP server, and what it accepts in an answer. */
struct persona_http {
	/* Its header lines, "Name: value\n...": %a stands for the host and, unless
	 * it is the scheme's, the port; %h for the host alone. */
	const char *headers;
	bool speaks10; /* its requests are HTTP/1.0 */
	bool head_first;
	bool efi_type; /* wants application/efi or a name in .efi */
	bool redirects, chunked, http10, no_length;
	bool exact_case;               /* compares "Content-Length: " byte by byte */
	const struct persona_tls *tls; /* NULL: it has none, or none that is known */
};

struct persona {
	const char *name;
	const char *text;    /* for people: "UEFI x64, PXE" */
	const char *machine; /* what its boot file must be built for, a name of lib/machine.h */
	uint16_t arch;       /* option 93 */
	bool bootp;          /* no DHCP at all */
	bool ipxe;           /* takes iPXE scripts */
	bool secure;         /* Secure Boot is on: what is not signed does not start */
	const char *vendor;  /* option 60; "%" stands for Arch:..., "*" for the architecture alone; NULL: none */
	uint8_t ndi_major, ndi_minor; /* option 94 */
	const struct persona_dhcp *dhcp;
	const struct persona_dhcp6 *dhcp6; /* not NULL: it boots over IPv6, by this */
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
/* True for firmware over IPv4 (-k all), false for a loader that is already running. */
bool persona_is_machine(const struct persona *p);
/* What takes over once `from` has loaded iPXE, with the architecture of
 * `from`. */
void persona_become_ipxe(const struct persona *from, struct persona *out);
/* U-Boot in its second DHCP round, as UEFI firmware. */
void persona_become_efi(const struct persona *from, struct persona *out);
/* GRUB in its own DHCP round ("net_bootp"), on the machine of `from`. */
void persona_become_grub(const struct persona *from, struct persona *out);
/* Changes the architecture (-a); false when no such machine runs this program. */
bool persona_set_arch(struct persona *p, uint16_t code);
/* Option 60's text; returns its length, 0 for none. */
size_t persona_class(const struct persona *p, char out[PERSONA_CLASS]);
/* True if the list has this option. */
bool persona_sends(const uint8_t *list, uint8_t code);

/* The loaders that a boot file may turn the machine into. */
extern const struct persona_tftp persona_tftp_ipxe, persona_tftp_grub, persona_tftp_pxelinux, persona_tftp_shim;
extern const struct persona_http persona_http_ipxe, persona_http_grub, persona_http_pxelinux, persona_http_shim;

#endif
