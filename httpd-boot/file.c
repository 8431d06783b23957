#include "file.h"

#include <stdlib.h>
#include <unistd.h>

struct file *
file_make(int fd)
{
	struct file *f = malloc(sizeof(*f));

	if (f)
		*f = (struct file){ .fd = fd, .users = 1 };
	else
		close(fd);
	return f;
}

struct file *
file_share(struct file *f)
{
	f->users++;
	return f;
}

void
file_leave(struct file *f)
{
	if (!f || --f->users > 0)
		return;
	if (f->known)
		*f->known = NULL;
	close(f->fd);
	free(f);
}
