/* Names of machines: what boot records call them.  Pure. */
#ifndef ARCH_H
#define ARCH_H

/* x86_64 i386 arm64 arm riscv64 loong64 ppc64le s390x for any usual name of
 * that machine (amd64, efi-x64, aarch64 ...); NULL when it is not known. */
const char *arch_name(const char *name);

/* The same for a path that has such a name as a part of it: "install.amd/...",
 * "boot/x86_64/...". */
const char *arch_in_path(const char *path);

#endif
