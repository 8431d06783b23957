#include "library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

bool
library_load(struct library *l, char error[LIBRARY_ERROR])
{
	void *handle;

	if (l->loaded)
		return true;
	handle = dlopen(l->soname, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; handle && i < l->n; i++) {
		void *address = dlsym(handle, l->names[i]);

		if (!address) {
			dlclose(handle);
			handle = NULL;
		} else {
			memcpy((char *)l->functions + i * sizeof(address), &address, sizeof(address));
		}
	}
	l->loaded = handle != NULL;
	if (!handle)
		snprintf(error, LIBRARY_ERROR, "%s cannot be loaded: %s", l->what, dlerror());
	return l->loaded;
}
