#include "arch.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
arch_name(const char *name)
{
	static const struct {
		const char *name, *arch;
	} table[] = { { "efi-x64", "x86_64" }, { "x86_64", "x86_64" }, { "amd64", "x86_64" }, { "x64", "x86_64" },
		{ "x86-64", "x86_64" }, { "efi-ia32", "i386" }, { "i386", "i386" }, { "i486", "i386" },
		{ "i586", "i386" }, { "i686", "i386" }, { "386", "i386" }, { "ia32", "i386" }, { "efi-arm64", "arm64" },
		{ "arm64", "arm64" }, { "aarch64", "arm64" }, { "aa64", "arm64" }, { "efi-arm32", "arm" },
		{ "armhf", "arm" }, { "armv7", "arm" }, { "efi-riscv64", "riscv64" }, { "riscv64", "riscv64" },
		{ "efi-loong64", "loong64" }, { "loongarch64", "loong64" }, { "loong64", "loong64" },
		{ "ppc64le", "ppc64le" }, { "ppc64el", "ppc64le" }, { "s390x", "s390x" } };

	for (size_t i = 0; name && i < sizeof(table) / sizeof(table[0]); i++)
		if (strcasecmp(name, table[i].name) == 0)
			return table[i].arch;
	return NULL;
}

const char *
arch_in_path(const char *path)
{
	char word[64];

	for (size_t n; *path; path += n + (path[n] != '\0')) {
		const char *arch;

		n = strcspn(path, "/.-");
		snprintf(word, sizeof(word), "%.*s", (int)n, path);
		arch = strcmp(word, "amd") == 0 ? "x86_64" : arch_name(word);
		if (arch)
			return arch;
	}
	return NULL;
}
