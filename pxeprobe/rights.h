/* What a probe gives up before it reads the first byte that came from the network. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>

#define RIGHTS_ERROR 256

enum rights_left {
	RIGHTS_READ, /* frames that come in, or a capture */
	RIGHTS_CREW, /* what processes of ours find, and ending them */
	RIGHTS_PLAY  /* machines with addresses of their own, and their connections */
};

/* To be called when the interface or the capture is open: root becomes another
 * user, no file can be opened any more, and only the system calls that are needed
 * are made.  False, and a sentence. */
bool rights_drop(enum rights_left left, char error[RIGHTS_ERROR]);

#endif
