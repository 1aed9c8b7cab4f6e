/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ipvlan-cni does without a kernel: requests, configurations, results of all versions, records. */
#include "../../cni/config.h"
#include "../../cni/delegate.h"
#include "../../cni/record-text.h"

#include <check.h>
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- memory: jansson's allocations fail, in turn */

static long countdown = -1; /* allocations that still succeed; below 0: all of them */
static bool failed;

static void *allocate(size_t size)
{
	if (countdown == 0) {
		failed = true;
		return NULL;
	}
	countdown -= countdown > 0;
	return malloc(size);
}

/* ---- requests */

static const char *const *variables; /* "NAME=VALUE", NULL at the end */

static char *look_up(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; variables[i]; i++)
		if (strncmp(variables[i], name, length) == 0 && variables[i][length] == '=')
			return (char *)variables[i] + length + 1;
	return NULL;
}

#define ID    "CNI_CONTAINERID=one-1.a_b"
#define NETNS "CNI_NETNS=/run/netns/c1"
#define LINK  "CNI_IFNAME=eth0"

static const struct {
	const char *variables[6];
	int code; /* 0: fine */
	const char *says;
} requests[] = {
	{{"CNI_COMMAND=ADD", ID, NETNS, LINK}, 0, ""},
	{{"CNI_COMMAND=DEL", ID, LINK}, 0, ""},
	{{"CNI_COMMAND=VERSION", "CNI_CONTAINERID=", "CNI_IFNAME=//"}, 0, ""},
	{{"CNI_COMMAND=STATUS"}, 0, ""},
	{{"CNI_COMMAND=GC"}, 0, ""},
	{{"CNI_COMMAND="}, CNI_ENVIRONMENT, "unknown CNI_COMMAND: ''"},
	{{ID, NETNS, LINK}, CNI_ENVIRONMENT, "unknown CNI_COMMAND"},
	{{"CNI_COMMAND=add", ID, NETNS, LINK}, CNI_ENVIRONMENT, "unknown CNI_COMMAND: 'add'"},
	{{"CNI_COMMAND=ADD"}, CNI_ENVIRONMENT, "CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME"},
	{{"CNI_COMMAND=ADD", ID, LINK}, CNI_ENVIRONMENT, "too: CNI_NETNS"},
	{{"CNI_COMMAND=CHECK", ID, NETNS}, CNI_ENVIRONMENT, "too: CNI_IFNAME"},
	{{"CNI_COMMAND=DEL", LINK}, CNI_ENVIRONMENT, "too: CNI_CONTAINERID"},
	{{"CNI_COMMAND=ADD", "CNI_CONTAINERID=../one", NETNS, LINK}, CNI_ENVIRONMENT, "no container id"},
	{{"CNI_COMMAND=ADD", "CNI_CONTAINERID=.one", NETNS, LINK}, CNI_ENVIRONMENT, "no container id"},
	{{"CNI_COMMAND=ADD", "CNI_CONTAINERID=one/two", NETNS, LINK}, CNI_ENVIRONMENT, "no container id"},
	{{"CNI_COMMAND=ADD", "CNI_CONTAINERID=one@two", NETNS, LINK}, CNI_ENVIRONMENT, "no container id"},
	{{"CNI_COMMAND=ADD", "CNI_CONTAINERID=\xc3\xa9", NETNS, LINK}, CNI_ENVIRONMENT, "no container id"},
	{{"CNI_COMMAND=DEL", ID, "CNI_IFNAME=../eth0"}, CNI_ENVIRONMENT, "not the name of a link"},
	{{"CNI_COMMAND=DEL", ID, "CNI_IFNAME=.."}, CNI_ENVIRONMENT, "not the name of a link"},
	{{"CNI_COMMAND=DEL", ID, "CNI_IFNAME=eth 0"}, CNI_ENVIRONMENT, "not the name of a link"},
	{{"CNI_COMMAND=DEL", ID, "CNI_IFNAME=sixteen-letters-"}, CNI_ENVIRONMENT, "not the name of a link"},
};

START_TEST(requests_are_judged)
{
	struct cni_error error = {0};
	struct request request;

	variables = requests[_i].variables;
	ck_assert_int_eq(request_read(&request, look_up, &error), requests[_i].code ? -EINVAL : 0);
	ck_assert_int_eq(error.code, requests[_i].code);
	ck_assert_msg(strstr(error.msg, requests[_i].says), "%s", error.msg);
}
END_TEST

START_TEST(arguments_are_searched)
{
	static const char *const with[] = {"CNI_COMMAND=ADD", ID, NETNS, LINK, "CNI_ARGS=XMAC=1;MAC=2;A=B", NULL};
	static const char *const without[] = {"CNI_COMMAND=ADD", ID, NETNS, LINK, "CNI_ARGS=XMAC=1;MAC;MAC=;=", NULL};
	struct cni_error error = {0};
	struct request request;

	variables = with;
	ck_assert_int_eq(request_read(&request, look_up, &error), 0);
	ck_assert_str_eq(request.mac, "2;A=B");
	variables = without;
	ck_assert_int_eq(request_read(&request, look_up, &error), 0);
	ck_assert_ptr_null(request.mac);
}
END_TEST

/* The longest container's name still makes a file's name. */
START_TEST(longest_name_fits)
{
	char id[CONTAINER_LENGTH + 2];

	memset(id, 'a', sizeof(id));
	id[CONTAINER_LENGTH] = '\0';
	ck_assert(request_is_container(id));
	id[CONTAINER_LENGTH] = 'a';
	id[CONTAINER_LENGTH + 1] = '\0';
	ck_assert(!request_is_container(id));
}
END_TEST

/* ---- configurations */

#define HEAD "{\"cniVersion\": \"1.1.0\", \"name\": \"net1\", \"type\": \"ipvlan-cni\""

static const struct {
	enum command command;
	const char *text;
	int code;
	const char *says;
} configs[] = {
	{COMMAND_ADD, HEAD "}", 0, ""},
	{COMMAND_ADD, "{\"name\": \"net1\"}", 0, ""},
	{COMMAND_ADD, HEAD ", \"capabilities\": {\"ips\": true}, \"args\": {}, \"ipMasq\": false, \"mode\": \"\"}", 0,
	 ""},
	{COMMAND_ADD, HEAD ", \"mtu\": null, \"dns\": null, \"ipam\": null, \"prevResult\": null, \"what\": null}", 0,
	 ""},
	{COMMAND_ADD, HEAD ", \"cni.dev/valid-attachments\": 1, \"ipam\": {}, \"mtu\": 0, \"flags\": \"0x2\"}", 0, ""},
	{COMMAND_ADD, "", CNI_DECODING, "no JSON"},
	{COMMAND_ADD, "{", CNI_DECODING, "line 1"},
	{COMMAND_ADD, "[]", CNI_DECODING, "no JSON object"},
	{COMMAND_ADD, "null", CNI_DECODING, "no JSON"},
	{COMMAND_ADD, HEAD "} {}", CNI_DECODING, "no JSON"},
	{COMMAND_ADD, HEAD ", \"name\": \"net2\"}", CNI_DECODING, "duplicate"},
	{COMMAND_ADD, "{\"cniVersion\": 1, \"name\": \"net1\"}", CNI_DECODING, "cniVersion"},
	{COMMAND_ADD, "{\"cniVersion\": \"1.2.0\", \"name\": \"net1\"}", CNI_INCOMPATIBLE_VERSION, "incompatible"},
	{COMMAND_CHECK, "{\"cniVersion\": \"0.3.1\", \"name\": \"net1\"}", CNI_INCOMPATIBLE_VERSION, "0.4.0 and later"},
	{COMMAND_STATUS, "{\"cniVersion\": \"1.0.0\", \"name\": \"net1\"}", CNI_INCOMPATIBLE_VERSION,
	 "1.1.0 and later"},
	{COMMAND_GC, "{\"cniVersion\": \"1.0.0\", \"name\": \"net1\"}", CNI_INCOMPATIBLE_VERSION, "1.1.0 and later"},
	{COMMAND_ADD, "{\"cniVersion\": \"1.1.0\"}", CNI_CONFIG, "no \"name\""},
	{COMMAND_DEL, "{\"cniVersion\": \"1.1.0\", \"name\": 7}", CNI_CONFIG, "no \"name\""},
	{COMMAND_DEL, "{\"name\": \"../net1\"}", CNI_CONFIG, "not the name of a network"},
	{COMMAND_ADD, HEAD ", \"master\": \"../eth0\"}", CNI_CONFIG, "not the name of a link"},
	{COMMAND_ADD, HEAD ", \"master\": 7}", CNI_CONFIG, "\"master\" is not of its type"},
	{COMMAND_ADD, HEAD ", \"mode\": \"l4\"}", CNI_CONFIG, "not l2, l3 or l3s"},
	{COMMAND_ADD, HEAD ", \"flags\": \"open\"}", CNI_CONFIG, "not bridge, private or vepa"},
	{COMMAND_ADD, HEAD ", \"mtu\": 67}", CNI_CONFIG, "67 is not in 68..65535"},
	{COMMAND_ADD, HEAD ", \"mtu\": -1}", CNI_CONFIG, "-1 is not in"},
	{COMMAND_ADD, HEAD ", \"mtu\": 65536}", CNI_CONFIG, "65536 is not in"},
	{COMMAND_ADD, HEAD ", \"mtu\": 1e3}", CNI_CONFIG, "\"mtu\" is not of its type"},
	{COMMAND_ADD, HEAD ", \"linkInContainer\": \"yes\"}", CNI_CONFIG, "\"linkInContainer\" is not of its type"},
	{COMMAND_ADD, HEAD ", \"ipam\": []}", CNI_CONFIG, "\"ipam\" is"},
	{COMMAND_DEL, HEAD ", \"ipam\": {\"type\": \"../static\"}}", CNI_CONFIG, "not the name of a plugin"},
	{COMMAND_DEL, HEAD ", \"ipam\": {\"type\": \"..\"}}", CNI_CONFIG, "not the name of a plugin"},
	{COMMAND_ADD, HEAD ", \"flag\": \"private\"}", CNI_UNSUPPORTED_FIELD, "\"flag\": \"private\" is not supported"},
	{COMMAND_ADD, HEAD ", \"mode\": \"l3\", \"ipam\": {\"type\": \"dhcp\"}}", CNI_CONFIG, "DHCP"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": true}", 0, ""},
	{COMMAND_ADD, HEAD ", \"hostAccess\": \"10.0.0.254\", \"flags\": \"bridge\"}", 0, ""},
	{COMMAND_ADD, HEAD ", \"hostAccess\": [\"10.0.0.254\", \"fd00::fe\"]}", 0, ""},
	{COMMAND_ADD, HEAD ", \"hostAccess\": [7]}", CNI_CONFIG, "\"hostAccess\" is true, an address"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": {}}", CNI_CONFIG, "\"hostAccess\" is true, an address"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": \"here\"}", CNI_CONFIG, "\"hostAccess\" is true, an address"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": true, \"flags\": \"vepa\"}", CNI_CONFIG,
	 "does not go with the flags vepa"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": true, \"linkInContainer\": true}", CNI_CONFIG, "not in the container"},
	{COMMAND_ADD, HEAD ", \"hostAccess\": false, \"flags\": \"vepa\"}", 0, ""},
	{COMMAND_ADD, HEAD ", \"ipMasq\": true}", CNI_UNSUPPORTED_FIELD, "\"ipMasq\": true"},
	{COMMAND_ADD, HEAD ", \"runtimeConfig\": {\"mac\": \"02::1\"}}", CNI_UNSUPPORTED_FIELD, "\"mac\": \"02::1\""},
	{COMMAND_ADD, HEAD ", \"dns\": {\"nameservers\": [7]}}", CNI_DECODING, "\"dns\""},
	{COMMAND_ADD, HEAD ", \"runtimeConfig\": {\"dns\": 7}}", CNI_DECODING, "\"dns\" of runtimeConfig"},
	{COMMAND_ADD, HEAD ", \"prevResult\": {\"ips\": 7}}", CNI_DECODING, "\"ips\""},
	{COMMAND_ADD, HEAD ", \"prevResult\": {\"cniVersion\": \"2\"}}", CNI_INCOMPATIBLE_VERSION, "version \"2\""},
	/* What takes down asks for less. */
	{COMMAND_DEL, HEAD ", \"mode\": \"l4\", \"flag\": 1, \"mtu\": -1, \"dns\": 7, \"prevResult\": 7}", 0, ""},
	{COMMAND_GC, HEAD ", \"mode\": \"l4\", \"cni.dev/valid-attachments\": null}", 0, ""},
	{COMMAND_GC, HEAD ", \"cni.dev/valid-attachments\": [{\"containerID\": \"a\", \"ifname\": \"b\"}]}", 0, ""},
	/* A missing list is no empty one. */
	{COMMAND_GC, HEAD "}", CNI_CONFIG, "cni.dev/valid-attachments"},
	{COMMAND_GC, HEAD ", \"cni.dev/valid-attachments\": {}}", CNI_CONFIG, "cni.dev/valid-attachments"},
	{COMMAND_GC, HEAD ", \"cni.dev/valid-attachments\": [{\"ifname\": \"b\"}]}", CNI_CONFIG, "no \"containerID\""},
	{COMMAND_GC, HEAD ", \"cni.dev/valid-attachments\": [7]}", CNI_CONFIG, "no \"containerID\""},
	{COMMAND_VERSION, "{\"cniVersion\": \"0.4.0\"}", 0, ""},
};

START_TEST(configs_are_judged)
{
	struct cni_error error = {0};
	struct config config;

	ck_assert_msg(config_read(configs[_i].text, strlen(configs[_i].text), configs[_i].command, &config, &error) ==
			      (configs[_i].code ? -EINVAL : 0),
		      "%s", error.msg);
	ck_assert_int_eq(error.code, configs[_i].code);
	ck_assert_msg(strstr(error.msg, configs[_i].says), "%s", error.msg);
	config_free(&config);
}
END_TEST

static const char whole_config[] =
	"{\"cniVersion\": \"1.0.0\", \"name\": \"net1\", \"type\": \"ipvlan-cni\", \"master\": \"eth0\", \"mode\": "
	"\"l3s\","
	" \"flags\": \"vepa\", \"mtu\": 1400, \"linkInContainer\": true,"
	" \"ipam\": {\"type\": \"host-local\"}, \"dns\": {\"nameservers\": [\"a\"], \"domain\": \"own\"},"
	" \"runtimeConfig\": {\"dns\": {\"servers\": [\"b\", \"a\"], \"searches\": [\"s\"]}},"
	" \"prevResult\": {\"cniVersion\": \"0.2.0\", \"ip4\": {\"ip\": \"10.0.0.2/24\", \"gateway\": \"10.0.0.1\","
	" \"routes\": [{\"dst\": \"0.0.0.0/0\"}]}, \"ip6\": {\"ip\": \"fd00::2/64\"}}}";

START_TEST(config_is_understood)
{
	struct cni_error error = {0};
	struct config config;
	char *dns;

	ck_assert_int_eq(config_read(whole_config, strlen(whole_config), COMMAND_ADD, &config, &error), 0);
	ck_assert_int_eq(config.spec, SPEC_1_0_0);
	ck_assert_str_eq(config.network, "net1");
	ck_assert_str_eq(config.master, "eth0");
	ck_assert_str_eq(config.ipam, "host-local");
	ck_assert_int_eq(config.mode, IPVLAN_MODE_L3S);
	ck_assert_int_eq(config.flags, IPVLAN_F_VEPA);
	ck_assert_uint_eq(config.mtu, 1400);
	ck_assert(config.link_in_container);
	dns = json_dumps(config.dns, JSON_COMPACT | JSON_SORT_KEYS);
	ck_assert_str_eq(dns, "{\"domain\":\"own\",\"nameservers\":[\"b\",\"a\"],\"search\":[\"s\"]}");
	free(dns);
	ck_assert_uint_eq(json_array_size(json_object_get(config.prev_result, "ips")), 2);
	ck_assert_str_eq(result_gateway(config.prev_result, AF_INET), "10.0.0.1");
	ck_assert_ptr_null(result_gateway(config.prev_result, AF_INET6));
	config_free(&config);
}
END_TEST

START_TEST(config_defaults)
{
	static const char text[] = "{\"name\": \"net1\"}";
	struct cni_error error = {0};
	struct config config;

	ck_assert_int_eq(config_read(text, strlen(text), COMMAND_ADD, &config, &error), 0);
	ck_assert_int_eq(config.spec, SPEC_0_1_0);
	ck_assert_int_eq(config.mode, IPVLAN_MODE_L2);
	ck_assert_int_eq(config.flags, IPVLAN_FLAGS_UNSET);
	ck_assert(!config.master && !config.ipam && !config.prev_result && !config.mtu);
	ck_assert(!config.link_in_container && !config.host_access);
	config_free(&config);
}
END_TEST

/* Every allocation of jansson fails once: the answer is the one for it, or right. */
START_TEST(config_without_memory)
{
	for (long i = 0; i < 10000; i++) {
		struct cni_error error = {0};
		struct config config;
		int err;

		failed = false;
		countdown = i;
		err = config_read(whole_config, strlen(whole_config), COMMAND_ADD, &config, &error);
		countdown = -1;
		config_free(&config);
		if (!failed) {
			ck_assert_int_eq(err, 0);
			return;
		}
		/* The parser does not always tell that it was memory. */
		ck_assert_msg(err && (error.code == CNI_TRY_LATER || error.code == CNI_DECODING),
			      "allocation %ld: code %d, %s", i, error.code, error.msg);
	}
	ck_abort_msg("there is no end of allocations");
}
END_TEST

/* ---- results */

#define RESULT                                                                                                     \
	"{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"02:00:00:00:00:01\",\"mtu\":1400," \
	"\"sandbox\":\"/run/netns/c1\"}],\"ips\":[{\"address\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\","          \
	"\"interface\":0},{\"address\":\"fd00::2/64\",\"interface\":0},{\"address\":\"10.1.0.2/24\","              \
	"\"interface\":0}],\"routes\":[{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"fd09::/16\",\"gw\":\"fd00::1\","         \
	"\"priority\":7}],\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}"

static const struct {
	enum spec spec;
	const char *text;
} written[] = {
	{SPEC_0_1_0,
	 "{\"cniVersion\":\"0.1.0\",\"ip4\":{\"ip\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\",\"routes\":[{\"dst\":"
	 "\"0.0.0.0/0\"}]},\"ip6\":{\"ip\":\"fd00::2/64\",\"routes\":[{\"dst\":\"fd09::/16\",\"gw\":\"fd00::1\"}]},"
	 "\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}"},
	{SPEC_0_3_1,
	 "{\"cniVersion\":\"0.3.1\",\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"02:00:00:00:00:01\",\"sandbox\":"
	 "\"/run/netns/c1\"}],\"ips\":[{\"address\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\",\"interface\":0,"
	 "\"version\":\"4\"},{\"address\":\"fd00::2/64\",\"interface\":0,\"version\":\"6\"},{\"address\":"
	 "\"10.1.0.2/24\",\"interface\":0,\"version\":\"4\"}],\"routes\":[{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"fd09::/"
	 "16\","
	 "\"gw\":\"fd00::1\"}],\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}"},
	{SPEC_1_0_0,
	 "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"02:00:00:00:00:01\",\"sandbox\":"
	 "\"/run/netns/c1\"}],\"ips\":[{\"address\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\",\"interface\":0},"
	 "{\"address\":\"fd00::2/64\",\"interface\":0},{\"address\":\"10.1.0.2/24\",\"interface\":0}],\"routes\":["
	 "{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"fd09::/"
	 "16\",\"gw\":\"fd00::1\"}],\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}"},
	{SPEC_1_1_0, RESULT},
};

static json_t *read_text(const char *text, struct cni_error *error)
{
	json_t *json = json_loads(text, 0, NULL), *result = NULL;

	if (result_read(json, SPEC_NEWEST, &result, error))
		ck_assert_ptr_null(result);
	json_decref(json);
	return result;
}

START_TEST(results_are_written)
{
	struct cni_error error = {0};
	json_t *result = read_text(RESULT, &error), *json = result_write(result, written[_i].spec), *again;
	char *text = json_dumps(json, JSON_COMPACT);

	ck_assert_str_eq(text, written[_i].text);
	/* What was written can be read, and is then the same. */
	again = read_text(text, &error);
	ck_assert_msg(again, "%s", error.msg);
	free(text);
	json_decref(json);
	json = result_write(again, written[_i].spec);
	text = json_dumps(json, JSON_COMPACT);
	ck_assert_str_eq(text, written[_i].text);
	free(text);
	json_decref(json);
	json_decref(again);
	json_decref(result);
}
END_TEST

static const struct {
	const char *text;
	const char *says; /* NULL: fine */
} results[] = {
	{"{}", NULL},
	{"{\"ips\": null, \"dns\": null}", NULL},
	{"{\"ips\": [{\"address\": \"10.0.0.2/24\", \"interface\": 3}]}", NULL},
	{"[]", "no object"},
	{"{\"ips\": {}}", "\"ips\""},
	{"{\"ips\": [{}]}", "no address"},
	{"{\"ips\": [{\"address\": \"10.0.0.2\"}]}", "\"10.0.0.2\" is no address"},
	{"{\"ips\": [{\"address\": \"10.0.0.2/33\"}]}", "no address"},
	{"{\"ips\": [{\"address\": \"10.0.0.2/255.255.255.0\"}]}", "no address"},
	{"{\"routes\": [{\"dst\": \"10.0.0.0/255.0.0.0\"}]}", "in full"},
	{"{\"routes\": [{\"dst\": \"any\"}]}", "in full"},
	{"{\"ips\": [{\"address\": \"10.0.0.2/24\", \"gateway\": \"10.0.0.1/24\"}]}", "no gateway"},
	{"{\"ips\": [{\"address\": \"10.0.0.2/24\", \"interface\": -1}]}", "none of the interfaces"},
	{"{\"interfaces\": [{\"name\": \"a\"}], \"ips\": [{\"address\": \"10.0.0.2/24\", \"interface\": 1}]}",
	 "none of the"},
	{"{\"interfaces\": [{}]}", "has no name"},
	{"{\"interfaces\": [{\"name\": \"a\", \"mtu\": -1}]}", "out of range"},
	{"{\"routes\": [{\"dst\": \"10.0.0.0\"}]}", "no destination"},
	{"{\"routes\": [{\"dst\": \"default\"}]}", "no destination"},
	{"{\"routes\": [{\"dst\": \"10/8\"}]}", "\"10/8\" is no destination of a route, which is a network in full"},
	{"{\"routes\": [{\"dst\": \"10.1.2/24\"}]}", "no destination"},
	{"{\"routes\": [{\"dst\": \"::ffff:10.0.0.0/104\"}]}", NULL},
	{"{\"routes\": [{\"dst\": \"fd00::/8\"}, {\"dst\": \"::/0\"}, {\"dst\": \"0.0.0.0/0\"}]}", NULL},
	{"{\"routes\": [{\"gw\": \"10.0.0.1\"}]}", "no destination"},
	{"{\"routes\": [{\"dst\": \"10.0.0.0/8\", \"gw\": \"fd00::1\"}]}", "no gateway"},
	{"{\"routes\": [{\"dst\": \"10.0.0.0/8\", \"priority\": 4294967296}]}", "out of range"},
	{"{\"routes\": [{\"dst\": \"10.0.0.0/8\", \"scope\": 256}]}", "out of range"},
	{"{\"routes\": [7]}", "a route is no object"},
	{"{\"cniVersion\": \"0.2.0\", \"ip4\": {\"gateway\": \"10.0.0.1\"}}", "no address"},
	{"{\"cniVersion\": \"0.2.0\", \"ip4\": []}", "\"ip4\""},
	{"{\"dns\": {\"search\": \"one\"}}", "\"search\""},
};

START_TEST(results_are_judged)
{
	struct cni_error error = {0};
	json_t *result = read_text(results[_i].text, &error);

	if (results[_i].says)
		ck_assert_msg(!result && error.code == CNI_DECODING && strstr(error.msg, results[_i].says), "%s",
			      error.msg);
	else
		ck_assert_msg(result, "%s", error.msg);
	json_decref(result);
}
END_TEST

START_TEST(writing_without_memory)
{
	struct cni_error error = {0};
	json_t *result = read_text(RESULT, &error), *json;

	for (long i = 0;; i++) {
		failed = false;
		countdown = i;
		json = result_write(result, written[_i].spec);
		countdown = -1;
		ck_assert(failed == !json);
		json_decref(json);
		if (!failed)
			break;
	}
	json_decref(result);
}
END_TEST

/* ---- errors */

START_TEST(errors_are_json)
{
	struct cni_error error;
	json_t *json;

	cni_fail(&error, CNI_CONFIG, "what \"it\" is: %s", "\xff\n");
	json = cni_error_json(&error, "1.0.0");
	ck_assert_str_eq(json_string_value(json_object_get(json, "msg")), "what \"it\" is: ?\n");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "code")), CNI_CONFIG);
	ck_assert_ptr_null(json_object_get(json, "details"));
	json_decref(json);
	cni_details(&error, "why");
	json = cni_error_json(&error, "1.0.0");
	ck_assert_str_eq(json_string_value(json_object_get(json, "details")), "why");
	json_decref(json);
}
END_TEST

/* ---- other plugins */

/* Were this program run, that would be the end of it: see main(). */
START_TEST(nobody_delegates_to_himself)
{
	struct delegation delegation = {.command = "DEL", .container = "one", .netns = "", .ifname = "eth0"};
	char path[PATH_MAX] = "";
	json_t *config, *answer = NULL;
	struct cni_error error;
	bool refused;
	char *name;

	/* As lab/cross sets it: the program that runs is the emulator. */
	if (getenv("IPVLAN_EMULATED")) {
		fprintf(stderr, "left out: who delegates to himself: the emulator is the program that runs\n");
		return;
	}
	config = json_object();
	ck_assert_int_gt(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
	name = strrchr(path, '/');
	*name++ = '\0';
	delegation.path = path;
	delegation.plugin = name;
	ck_assert_int_eq(delegate(&delegation, config, &answer, &refused, &error), -EINVAL);
	ck_assert_msg(error.code == CNI_CONFIG && strstr(error.msg, "is this plugin itself"), "%s", error.msg);
	json_decref(config);
}
END_TEST

/* ---- records */

static char folder[] = "/tmp/test-cni-XXXXXX";
static char records[sizeof(folder) + 8];

static void make_folder(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(records, sizeof(records), "%s/records", folder);
}

static void remove_folder(void)
{
	rmdir(records);
	ck_assert_int_eq(rmdir(folder), 0);
}

static struct record some_record(const char *container, const char *network)
{
	struct record record = {
		.netns_inode = 4026532152, .netns_cookie = UINT64_MAX - 1, .ifindex = 7, .host_access = true};

	snprintf(record.container, sizeof(record.container), "%s", container);
	snprintf(record.network, sizeof(record.network), "%s", network);
	strcpy(record.ifname, "eth0");
	strcpy(record.netns, "/run/netns/c1");
	strcpy(record.parent, "eth1");
	return record;
}

static int count(const struct record *record, void *data)
{
	ck_assert_str_eq(record->network, "net1");
	++*(int *)data;
	return 0;
}

START_TEST(records_are_kept)
{
	struct record record = some_record("one", "net1"), back;
	struct cni_error error;
	int counted = 0;

	make_folder();
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), 0);
	ck_assert_str_eq(back.container, "one");
	ck_assert_str_eq(back.ifname, "eth0");
	ck_assert_str_eq(back.network, "net1");
	ck_assert_str_eq(back.netns, "/run/netns/c1");
	ck_assert_str_eq(back.parent, "eth1");
	ck_assert_uint_eq(back.netns_inode, 4026532152);
	ck_assert_uint_eq(back.netns_cookie, UINT64_MAX - 1);
	ck_assert_int_eq(back.ifindex, 7);
	ck_assert(back.host_access);
	record = some_record("two", "net2");
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	ck_assert_int_eq(record_each(records, "net1", count, &counted), 0);
	ck_assert_int_eq(counted, 1);
	record_remove(records, "one", "eth0");
	record_remove(records, "one", "eth0");
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	record_remove(records, "two", "eth0");
	remove_folder();
}
END_TEST

static const struct {
	const char *text;
	int err;
} record_texts[] = {
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"ifindex\":7,\"parent\":\"eth1\",\"hostAccess\":true}", 0},
	{"{\"network\":\"n\",\"netns\":\"\",\"inode\":9,\"ifindex\":7,\"parent\":\"eth1\"}", 0},
	/* As an int that is 7. */
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"ifindex\":4294967303,\"parent\":\"eth1\"}", -ENOENT},
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"ifindex\":\"7\",\"parent\":\"eth1\"}", -ENOENT},
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"ifindex\":0,\"parent\":\"eth1\"}", -ENOENT},
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"parent\":\"eth1\"}", -ENOENT},
	{"{\"network\":\"n\",\"netns\":\"/x\",\"ifindex\":7,\"parent\":\"eth1\"}", -ENOENT},
	{"{\"network\":\"n\",\"netns\":\"/x\",\"inode\":9,\"ifindex\":7,\"parent\":\"a-name-too-long-for-a-link\"}",
	 -ENOENT},
	{"{\"network\":1,\"netns\":\"/x\",\"inode\":9,\"ifindex\":7,\"parent\":\"eth1\"}", -ENOENT},
	{"[]", -ENOENT},
};

/* By the numbers of a damaged one, GC could take another link for its own. */
START_TEST(records_are_whole)
{
	json_t *json = json_loads(record_texts[_i].text, 0, NULL);
	struct record record;

	ck_assert_ptr_nonnull(json);
	ck_assert_int_eq(record_take_name(&record, "one@eth0"), 0);
	ck_assert_int_eq(record_decode(&record, json), record_texts[_i].err);
	json_decref(json);
}
END_TEST

/* What a record, or the one in the making, leads to is neither read nor written. */
START_TEST(records_are_no_links)
{
	struct record record = some_record("one", "net1"), back;
	char path[sizeof(records) + 16], other[sizeof(records) + 16];
	struct cni_error error;
	struct stat st;

	make_folder();
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	snprintf(path, sizeof(path), "%s/one@eth0", records);
	snprintf(other, sizeof(other), "%s/other", folder);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(rename(path, other), 0);
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(truncate(other, 0), 0);
	snprintf(path, sizeof(path), "%s/.one@eth0", records);
	ck_assert_int_eq(symlink(other, path), 0);
	record_write(records, &record, &error);
	ck_assert_int_eq(stat(other, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	unlink(path);
	unlink(other);
	record_remove(records, "one", "eth0");
	remove_folder();
}
END_TEST

/* A record that nobody could look at is not one that there is not. */
START_TEST(records_that_cannot_be_read_are_told)
{
	struct record record = some_record("one", "net1"), back;
	struct rlimit before, none;
	struct cni_error error;
	int counted = 0, read, each, removed;

	make_folder();
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	/* 0: not even the folder can be opened; else the folder, and nothing in it. */
	for (int room = 0; room < 2; room++) {
		none = before;
		none.rlim_cur = (rlim_t)(dup(0) + room);
		close((int)none.rlim_cur - room);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
		read = record_read(records, "one", "eth0", &back);
		each = record_each(records, "net1", count, &counted);
		removed = room ? -EMFILE : record_remove(records, "one", "eth0");
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
		ck_assert_int_eq(read, -EMFILE);
		ck_assert_int_eq(each, -EMFILE);
		ck_assert_int_eq(removed, -EMFILE);
		ck_assert_int_eq(counted, 0);
	}
	ck_assert_int_eq(record_fail(records, -EMFILE, &error), -EINVAL);
	ck_assert_int_eq(error.code, CNI_TRY_LATER);
	ck_assert_int_eq(record_fail(records, -EIO, &error), -EINVAL);
	ck_assert_int_eq(error.code, CNI_IO);
	ck_assert_int_eq(record_remove(records, "one", "eth0"), 0);
	ck_assert_int_eq(record_each(records, "net1", count, &counted), 0);
	remove_folder();
}
END_TEST

/* One that was not written by us in full is none, whatever else is in the folder. */
START_TEST(what_is_no_record_is_none)
{
	struct record record = some_record("two", "net1"), back;
	char path[sizeof(records) + 16];
	struct cni_error error;
	int counted = 0;
	FILE *file;

	make_folder();
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	snprintf(path, sizeof(path), "%s/one@eth0", records);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs("{\"network\": \"net1\", ", file);
	fclose(file);
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	ck_assert_int_eq(truncate(path, 1000000), 0);
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	ck_assert_int_eq(record_each(records, "net1", count, &counted), 0);
	ck_assert_int_eq(counted, 1);
	ck_assert_int_eq(record_remove(records, "one", "eth0"), 0);
	ck_assert_int_eq(record_remove(records, "two", "eth0"), 0);
	remove_folder();
}
END_TEST

/* Whoever may write there could have GC delete what he likes. */
START_TEST(folder_of_others_is_refused)
{
	struct record record = some_record("one", "net1"), back;
	char target[sizeof(records)];
	struct cni_error error;

	make_folder();
	ck_assert_int_eq(record_write(records, &record, &error), 0);
	ck_assert_int_eq(chmod(records, 0720), 0);
	ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
	ck_assert_int_eq(record_write(records, &record, &error), -EINVAL);
	ck_assert_int_eq(error.code, CNI_IO);
	ck_assert_int_eq(chmod(records, 0700), 0);
	/* Only root can make it somebody else's. */
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(records, 65534, 0), 0);
		ck_assert_int_eq(record_read(records, "one", "eth0", &back), -ENOENT);
		ck_assert_int_eq(record_write(records, &record, &error), -EINVAL);
		ck_assert_int_eq(chown(records, 0, 0), 0);
	}
	record_remove(records, "one", "eth0");
	/* A link leads to a folder in which everything is as it should be. */
	snprintf(target, sizeof(target), "%s/target", folder);
	ck_assert_int_eq(rename(records, target), 0);
	ck_assert_int_eq(symlink(target, records), 0);
	ck_assert_int_eq(record_write(records, &record, &error), -EINVAL);
	ck_assert_int_eq(unlink(records), 0);
	ck_assert_int_eq(rmdir(target), 0);
	remove_folder();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cni");
	TCase *tcase = tcase_create("cni");
	SRunner *runner;
	int failures;

	/* As a plugin that is asked for something. */
	if (getenv("CNI_COMMAND"))
		return EXIT_FAILURE;
	json_set_alloc_funcs(allocate, free);
	tcase_add_loop_test(tcase, requests_are_judged, 0, COUNT_OF(requests));
	tcase_add_test(tcase, arguments_are_searched);
	tcase_add_test(tcase, longest_name_fits);
	tcase_add_loop_test(tcase, configs_are_judged, 0, COUNT_OF(configs));
	tcase_add_test(tcase, config_is_understood);
	tcase_add_test(tcase, config_defaults);
	tcase_add_test(tcase, config_without_memory);
	tcase_add_loop_test(tcase, results_are_written, 0, COUNT_OF(written));
	tcase_add_loop_test(tcase, results_are_judged, 0, COUNT_OF(results));
	tcase_add_loop_test(tcase, writing_without_memory, 0, COUNT_OF(written));
	tcase_add_test(tcase, errors_are_json);
	tcase_add_test(tcase, nobody_delegates_to_himself);
	tcase_add_test(tcase, records_are_kept);
	tcase_add_loop_test(tcase, records_are_whole, 0, COUNT_OF(record_texts));
	tcase_add_test(tcase, records_are_no_links);
	tcase_add_test(tcase, records_that_cannot_be_read_are_told);
	tcase_add_test(tcase, what_is_no_record_is_none);
	tcase_add_test(tcase, folder_of_others_is_refused);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
