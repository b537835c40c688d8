/*
 * mmsdump URL FILE [SECONDS]: stores what libmms receives from URL in FILE,
 * from SECONDS on if that is given. It ends with 1 when it cannot.
 */
#include <stdio.h>
#include <stdlib.h>

#include <libmms/mmsx.h>

/* So much that libmms chooses the best streams, bit/s. */
#define BANDWIDTH (100 * 1000 * 1000)

static int fail(const char *what)
{
	fprintf(stderr, "mmsdump: %s\n", what);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4)
		return fail("usage: mmsdump URL FILE [SECONDS]");

	mmsx_t *mms = mmsx_connect(NULL, NULL, argv[1], BANDWIDTH);
	if (!mms)
		return fail("cannot connect");
	if (argc == 4 && !mmsx_time_seek(NULL, mms, atof(argv[3])))
		return fail("cannot seek");

	FILE *out = fopen(argv[2], "wb");
	if (!out)
		return fail("cannot write");

	static char buffer[1 << 16];
	int n;
	while ((n = mmsx_read(NULL, mms, buffer, sizeof buffer)) > 0)
		if (fwrite(buffer, 1, n, out) != (size_t)n)
			return fail("cannot write");
	mmsx_close(mms);
	return fclose(out) ? fail("cannot write") : 0;
}
