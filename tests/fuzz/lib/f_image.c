/* Any bytes as a boot file: a kind with a name, and a version that ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image image;

	image_identify(data, size, &image);
	if (!image_kind_name(image.kind))
		abort();
	if (strnlen(image.version, sizeof(image.version)) == sizeof(image.version))
		abort();
	if (image.kind == IMAGE_EFI && !image.efi)
		abort();
	return 0;
}
