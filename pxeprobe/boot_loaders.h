/* What each firmware and loader does once it runs: one file each, boot_NAME.c. */
#ifndef BOOT_LOADERS_H
#define BOOT_LOADERS_H

#include "boot_steps.h"

/* What a Raspberry Pi asks a TFTP server for. */
enum boot_next boot_pi(struct attempt *a, uint32_t server);
/* U-Boot's ways to boot from a network, one after the other. */
enum boot_next boot_uboot(struct attempt *a, uint32_t server);

/* `at`: where the loader came from. */
/* iPXE: a script that it has inside, or a DHCP conversation of its own. */
enum boot_next boot_ipxe(struct attempt *a, const struct url *at, const struct fetched *f);
enum boot_next boot_ipxe_script(struct attempt *a, const struct url *at, const char *text, size_t len);
enum boot_next boot_grub(struct attempt *a, const struct url *at, const struct bootprog *info);
enum boot_next boot_pxelinux(struct attempt *a, const struct url *at, const struct bootprog *info);
enum boot_next boot_shim(struct attempt *a, const struct url *at, const struct bootprog *info);

#endif
