// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tables of nftables see packets, as a kernel tells it. */
#include "diagnosis.h"
#include "support.h"
#include "transport.h"
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEW_CHAIN (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN)

/* In the order of the kernel's own messages. */
static struct nlmsghdr *put_chain(void *buf, uint8_t family, const char *table, const char *name, bool is_base)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *header = mnl_nlmsg_put_extra_header(nlh, sizeof(*header));
	struct nlattr *hook;

	nlh->nlmsg_type = NEW_CHAIN;
	nlh->nlmsg_flags = NLM_F_MULTI;
	nlh->nlmsg_seq = 1;
	header->nfgen_family = family;
	if (table)
		mnl_attr_put_strz(nlh, NFTA_CHAIN_TABLE, table);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_NAME, name);
	if (is_base) {
		hook = mnl_attr_nest_start(nlh, NFTA_CHAIN_HOOK);
		mnl_attr_put_u32(nlh, NFTA_HOOK_HOOKNUM, 0);
		mnl_attr_nest_end(nlh, hook);
	}
	return nlh;
}

START_TEST(chains_are_read)
{
	_Alignas(struct nlmsghdr) uint8_t buf[512];
	struct filter_chain chain;
	struct nlmsghdr *nlh;

	ck_assert_int_eq(codec_filter_decode(put_chain(buf, NFPROTO_INET, "fw", "input", true), &chain), 0);
	ck_assert_str_eq(chain.family, "inet");
	ck_assert_str_eq(chain.table, "fw");
	ck_assert(chain.is_base);
	ck_assert_int_eq(codec_filter_decode(put_chain(buf, NFPROTO_IPV6, "nat", "mine", false), &chain), 0);
	ck_assert(!chain.is_base);
	ck_assert_int_eq(codec_filter_decode(put_chain(buf, NFPROTO_BRIDGE, "fw", "input", true), &chain),
			 -EAFNOSUPPORT);
	ck_assert_int_eq(codec_filter_decode(put_chain(buf, NFPROTO_INET, NULL, "input", true), &chain), -EBADMSG);
	nlh = put_chain(buf, NFPROTO_INET, "fw", "input", true);
	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg) - 1;
	ck_assert_int_eq(codec_filter_decode(nlh, &chain), -EBADMSG);
	nlh = put_chain(buf, NFPROTO_INET, "fw", "input", true);
	nlh->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELCHAIN;
	ck_assert_int_eq(codec_filter_decode(nlh, &chain), -EBADMSG);
	ck_assert_int_eq(codec_filter_dump(buf, MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg) - 1), -EMSGSIZE);
	ck_assert_int_eq(codec_filter_dump(buf, sizeof(buf)), MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg));
}
END_TEST

/* What a kernel sends, before it is asked; and what becomes of a place. */
static struct fact_place hear(uint8_t *bytes, size_t used, int code)
{
	struct fact_place place = {.tables = "iptables nat"};
	struct nlmsghdr *done = mnl_nlmsg_put_header(bytes + used);
	struct transport *transport;
	int fds[2];

	done->nlmsg_type = code ? NLMSG_ERROR : NLMSG_DONE;
	done->nlmsg_flags = code ? 0 : NLM_F_MULTI;
	done->nlmsg_seq = 1;
	memcpy(mnl_nlmsg_put_extra_header(done, sizeof(struct nlmsgerr)), &code, sizeof(code));
	used += done->nlmsg_len;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	ck_assert_int_eq(transport_adopt(fds[0], &transport), 0);
	ck_assert_int_eq(send(fds[1], bytes, used, 0), (ssize_t)used);
	filters_read_over(transport, &place);
	transport_close(transport);
	close(fds[1]);
	return place;
}

START_TEST(tables_with_base_chains_are_listed_once)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[4096];
	struct fact_place place;
	size_t used = 0;

	used += put_chain(bytes + used, NFPROTO_INET, "fw", "input", true)->nlmsg_len;
	used += put_chain(bytes + used, NFPROTO_INET, "fw", "mine", false)->nlmsg_len;
	used += put_chain(bytes + used, NFPROTO_INET, "fw", "forward", true)->nlmsg_len;
	used += put_chain(bytes + used, NFPROTO_NETDEV, "dev", "ingress", true)->nlmsg_len;
	used += put_chain(bytes + used, NFPROTO_IPV4, "empty", "mine", false)->nlmsg_len;
	used += put_chain(bytes + used, NFPROTO_IPV4, "fw", "output", true)->nlmsg_len;
	place = hear(bytes, used, 0);
	ck_assert_str_eq(place.tables, "iptables nat, nft inet fw, nft ip fw");
	ck_assert(!place.tables_unread);
}
END_TEST

static const struct {
	int code;
	bool is_unread;
} refusals[] = {{-EPERM, true}, {-ENOMEM, true}, {-EINVAL, false}, {-EOPNOTSUPP, false}};

START_TEST(who_may_not_ask_knows_nothing)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[256];
	struct fact_place place = hear(bytes, 0, refusals[_i].code);

	ck_assert_str_eq(place.tables, "iptables nat");
	ck_assert(place.tables_unread == refusals[_i].is_unread);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("filter");
	TCase *tcase = tcase_create("all");

	tcase_add_test(tcase, chains_are_read);
	tcase_add_test(tcase, tables_with_base_chains_are_listed_once);
	tcase_add_loop_test(tcase, who_may_not_ask_knows_nothing, 0, COUNT(refusals));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
