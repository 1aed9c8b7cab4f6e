// SPDX-License-Identifier: GPL-2.0-or-later
/* A fuzzer's main() for those without libFuzzer: runs every file of its corpus, or those that are named. */
#include "fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	int err = 1;

	if (!file || stat(path, &st) < 0)
		goto leave;
	data = malloc(st.st_size ? (size_t)st.st_size : 1);
	if (!data || fread(data, 1, (size_t)st.st_size, file) != (size_t)st.st_size)
		goto leave;
	/* Named first, so that a crash tells its file. */
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	err = 0;
leave:
	if (err)
		perror(path);
	free(data);
	if (file)
		fclose(file);
	return err;
}

static int replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int err = 0, count = 0;

	if (!dir) {
		perror(folder);
		return 1;
	}
	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		err = replay(path);
		count++;
	}
	closedir(dir);
	if (!count)
		fprintf(stderr, "%s: nothing to replay\n", folder);
	return err || !count;
}

int main(int argc, char *argv[])
{
	const char *srcdir = getenv("srcdir");
	char folder[2048];
	int i, err = 0;

	for (i = 1; !err && i < argc; i++)
		err = replay(argv[i]);
	if (argc > 1)
		return err;
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".", CORPUS);
	return replay_folder(folder);
}
