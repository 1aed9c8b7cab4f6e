/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology-files.h"
#include "output.h"
#include "session.h"
#include "topology-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Some hundred bytes describe a slave, and a parent has 65,535 at the most. /dev/zero has no end. */
#define LARGEST (64UL * 1024 * 1024)

static int copy_all(FILE *in, FILE *out)
{
	size_t got, all = 0;
	char buf[16384];

	while ((got = fread(buf, 1, sizeof(buf), in)) > 0) {
		all += got;
		if (all > LARGEST)
			return -EFBIG;
		if (fwrite(buf, 1, got, out) != got)
			return -ENOMEM;
	}
	return ferror(in) ? -errno : 0;
}

static int read_stream(FILE *in, char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);
	int err = out ? copy_all(in, out) : -errno;

	if (!out)
		return err;
	/* Of what was written in vain only now, or not even now, is that said: then there is no text. */
	if ((fclose(out) || !*text) && !err)
		err = -ENOMEM;
	if (err)
		free(*text);
	return err;
}

static int read_path(const char *path, char **text, size_t *size)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *in = is_input ? stdin : fopen(path, "re");
	int err;

	if (!in)
		return -errno;
	err = read_stream(in, text, size);
	if (!is_input)
		fclose(in);
	return err;
}

static const char *shown_path(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Room for one more file's columns, none known yet. */
static unsigned int *add_columns(struct topology_files *files, size_t i)
{
	size_t before = files->first_lines[i] - 1, all = files->first_lines[i + 1] - 1;
	unsigned int *room = realloc(files->columns, all * sizeof(*room));

	if (!room)
		return NULL;
	files->columns = room;
	memset(room + before, 0, (all - before) * sizeof(*room));
	return room + before;
}

static void add_problem(json_t *problems, const char *path, const struct yaml_error *error)
{
	json_array_append_new(problems, json_pack("{s:s, s:o, s:i, s:i, s:o}", "severity", "error", "file",
						  document_text(shown_path(path)), "line", (int)error->line, "column",
						  (int)error->column, "text", document_text(error->message.text)));
}

static int read_one(struct session *session, struct topology_files *files, size_t i)
{
	const char *path = files->paths->text[i];
	struct yaml_errors errors;
	unsigned int *columns;
	char *text = NULL;
	size_t size = 0;
	int err = read_path(path, &text, &size);

	files->first_lines[i + 1] = files->first_lines[i];
	if (err) {
		session_error(session, "cannot read %s: %s", shown_path(path), strerror(-err));
		return STATUS_REFUSED;
	}
	files->first_lines[i + 1] += (unsigned int)yaml_count_lines(text, size);
	columns = add_columns(files, i);
	err = columns ? topology_file_read(text, size, files->first_lines[i], columns, files->topology, &errors)
		      : -ENOMEM;
	free(text);
	if (err == -EINVAL) {
		for (size_t k = 0; k < errors.count; k++)
			add_problem(files->problems, path, &errors.list[k]);
		return STATUS_USAGE;
	}
	if (err)
		session_error(session, "cannot read %s: %s", shown_path(path), strerror(-err));
	return err ? STATUS_REFUSED : STATUS_DONE;
}

int topology_files_open(struct session *session, const struct texts *paths, struct topology_files *files)
{
	int status = STATUS_DONE;

	*files = (struct topology_files){.topology = ipvlan_topology_new(), .paths = paths, .problems = json_array()};
	files->first_lines = calloc(paths->count + 1, sizeof(*files->first_lines));
	if (!files->topology || !files->first_lines || !files->problems) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	files->first_lines[0] = 1;
	for (size_t i = 0; i < paths->count; i++) {
		int one = read_one(session, files, i);

		status = status == STATUS_DONE ? one : status;
	}
	return status;
}

void topology_files_close(struct topology_files *files)
{
	ipvlan_topology_free(files->topology);
	free(files->first_lines);
	free(files->columns);
	json_decref(files->problems);
}

static const char *find(const struct topology_files *files, unsigned int line, unsigned int *in_file)
{
	size_t i = files->paths->count;

	if (!line || !i)
		return NULL;
	while (--i && files->first_lines[i] > line)
		;
	*in_file = line - files->first_lines[i] + 1;
	return shown_path(files->paths->text[i]);
}

void topology_files_set_place(const struct topology_files *files, unsigned int line, json_t *object)
{
	unsigned int in_file;
	const char *path = find(files, line, &in_file);

	if (!path)
		return;
	json_object_set_new(object, "file", document_text(path));
	json_object_set_new(object, "line", json_integer(in_file));
	if (files->columns[line - 1])
		json_object_set_new(object, "column", json_integer(files->columns[line - 1]));
}

static json_t *new_finding(const struct topology_files *files, size_t i)
{
	const struct ipvlan_topology *t = files->topology;
	bool is_error = ipvlan_topology_get_finding_severity(t, i) == IPVLAN_SEVERITY_ERROR;
	json_t *finding = json_pack("{s:s}", "severity", is_error ? "error" : "warning"), *other;

	topology_files_set_place(files, ipvlan_topology_get_finding_line(t, i), finding);
	json_object_set_new(finding, "text", document_text(ipvlan_topology_get_finding_text(t, i)));
	if (ipvlan_topology_get_finding_other_line(t, i)) {
		other = json_object();
		topology_files_set_place(files, ipvlan_topology_get_finding_other_line(t, i), other);
		json_object_set_new(finding, "other", other);
	}
	return finding;
}

json_t *topology_files_findings(const struct topology_files *files)
{
	json_t *findings = json_array();

	json_array_extend(findings, files->problems);
	for (size_t i = 0; i < ipvlan_topology_get_finding_count(files->topology); i++)
		json_array_append_new(findings, new_finding(files, i));
	return findings;
}
