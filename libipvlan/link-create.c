// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Making a slave: the link, straight in its namespace, then everything inside in one batch. A failure at any point
 * deletes the link, which takes its addresses and routes along, and puts lo back down if it was this that raised it.
 */
#include "link-ask.h"
#include "link-change.h"
#include "port.h"
#include "settings.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* In ns: less than the scheduler's least slice. */
#define NEWS_AGE 1000000

struct creation {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_settings *settings;
	struct transport *here;	       /* in the parent's namespace; the context's */
	struct transport *there;       /* in the slave's; the same one when it is the same namespace */
	struct ipvlan_netns *target;   /* owned; NULL: the context's namespace */
	struct ipvlan_link parent;     /* bare */
	bool parent_is_brief;	       /* of it only name and index are known, since a slave of it was seen */
	bool sibling_is_known;	       /* to the context, for the next slave of this parent */
	struct station sibling;	       /* where it is, when it is asked there */
	struct port_news news;	       /* what that sibling says */
	uint64_t began;		       /* when, by the clock of the news */
	int mode, flags;	       /* what is sent */
	int mode_before, flags_before; /* what siblings have that this changes, as was agreed; else unset */
	bool port_is_settled;	       /* the caller has seen to it that no sibling changes */
	char name[IFNAMSIZ];	       /* the name it is made under */
	bool needs_name;	       /* that name is a temporary one */
	bool was_sent;		       /* it exists, or the kernel's answer was lost */
	int ifindex;		       /* in its namespace; 0 until it is known */
	int raised_loopback;	       /* index of the lo that was brought up; 0: none */
};

static const struct ipvlan_netns *target_of(const struct creation *c)
{
	return c->target ? c->target : c->ctx->netns;
}

static const char *shown_name(const struct creation *c)
{
	return c->settings->name ? c->settings->name : "an ipvlan link";
}

static int check_settings(struct creation *c)
{
	const struct ipvlan_settings *s = c->settings;

	if (s->error) {
		fail(c->ctx, s->error, IPVLAN_STAGE_SETTINGS, "cannot make %s", shown_name(c));
		fail_because(c->ctx, "%s", s->culprit);
		return s->error;
	}
	if (s->parent || s->parent_index)
		return 0;
	fail(c->ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "cannot make %s", shown_name(c));
	fail_because(c->ctx, "no parent was given");
	return -EINVAL;
}

/* What a slave was seen of lately is a parent, and need not be read when its number has the name that is meant. */
static bool knows_parent(struct creation *c)
{
	const struct known_slave *known = &c->ctx->known_slave;
	const struct ipvlan_settings *s = c->settings;

	if (!known->ifindex || known->parent_place != c->ctx->netns->inode ||
	    link_ask_name(c->here, known->parent_index, c->parent.name))
		return false;
	c->parent.ifindex = known->parent_index;
	return s->parent_index ? s->parent_index == known->parent_index : strcmp(s->parent, c->parent.name) == 0;
}

static int read_parent(struct creation *c)
{
	const struct ipvlan_settings *s = c->settings;
	char where[112], number[24];
	struct ack ack;
	int err;

	c->parent_is_brief = false;
	err = link_query(c->here, s->parent_index, s->parent, -1, &c->parent, &ack);
	if (!err)
		return 0;
	snprintf(number, sizeof(number), "number %d", s->parent_index);
	fail_ack(c->ctx, err, &ack, IPVLAN_STAGE_PARENT, "cannot make %s on parent %s", shown_name(c),
		 s->parent_index ? number : s->parent);
	if (err == -ENODEV) {
		fail_because(c->ctx, "there is no such link%s", ctx_where(c->ctx, where, sizeof(where)));
		fail_hint(c->ctx, "the parent is looked up where the command works (ipvlanctl: -n NAME for another "
				  "namespace)");
	}
	return err;
}

static int find_parent(struct creation *c)
{
	c->parent_is_brief = knows_parent(c);
	return c->parent_is_brief ? 0 : read_parent(c);
}

static int open_named_target(struct creation *c)
{
	const struct ipvlan_settings *s = c->settings;

	switch (s->netns_by) {
	case NETNS_BY_NAME:
		return ipvlan_netns_open_name(c->ctx, s->netns_text, &c->target);
	case NETNS_BY_PATH:
		return ipvlan_netns_open_path(c->ctx, s->netns_text, &c->target);
	case NETNS_BY_PID:
		return ipvlan_netns_open_pid(c->ctx, s->netns_pid, &c->target);
	case NETNS_BY_FD:
		return ipvlan_netns_open_fd(c->ctx, s->netns_fd, &c->target);
	case NETNS_BY_NOTHING:
		break;
	}
	return 0;
}

static int open_target(struct creation *c)
{
	int err = open_named_target(c);

	if (!err && c->target && ipvlan_netns_is_equal(c->target, c->ctx->netns)) {
		ipvlan_netns_free(c->target);
		c->target = NULL;
	}
	if (!err && !c->target)
		c->there = c->here;
	return err;
}

/* Whether there is anything to do in the target; else it need not be entered, which costs a thread. */
static bool has_interior(const struct creation *c, struct ipvlan_link **link)
{
	const struct ipvlan_settings *s = c->settings;

	return link || !s->name || s->up || s->loopback_up || s->address_count || s->route_count;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static bool is_recent(uint64_t then, uint64_t now)
{
	return then && now - then < NEWS_AGE;
}

/*
 * Between a sibling's answer and the request there is always time for somebody else to change the port: as long as the
 * scheduler likes. What is younger than that may serve several slaves that are made one after the other.
 */
static bool has_news(const struct creation *c, uint64_t now)
{
	const struct ipvlan_settings *s = c->settings;
	const struct port_news *news = &c->ctx->news;
	bool asks_for_flags = s->flags != IPVLAN_FLAGS_UNSET || s->mode == IPVLAN_MODE_UNSET;

	return news->parent_index == c->parent.ifindex && news->parent_place == c->ctx->netns->inode &&
	       is_recent(news->mode_at, now) && (!asks_for_flags || is_recent(news->flags_at, now)) &&
	       news->last_request == transport_last_request(c->here);
}

/* Who goes to the target may as well go on to the sibling that will be asked. */
static int open_target_transport(struct creation *c)
{
	struct port_id id = {.netns = c->ctx->netns, .parent_index = c->parent.ifindex};

	if (c->parent_is_brief && !c->port_is_settled && !has_news(c, now()))
		c->sibling.netns = port_open_known(c->ctx, &id);
	if (!c->sibling.netns)
		return netns_transport(c->target, &c->there);
	return netns_transport_two(c->target, &c->there, c->sibling.netns, &c->sibling.transport);
}

static void leave_sibling(struct creation *c)
{
	transport_close(c->sibling.transport);
	ipvlan_netns_free(c->sibling.netns);
	c->sibling = (struct station){0};
}

static int enter_target(struct creation *c)
{
	char place[96];
	int err = c->there ? 0 : open_target_transport(c);

	if (err) {
		fail(c->ctx, err, IPVLAN_STAGE_NETNS, "cannot enter %s",
		     netns_describe(c->target, place, sizeof(place)));
		explain_entry(c->ctx, c->target);
	}
	return err;
}

static int refuse_siblings(struct creation *c, const struct port_id *id, int port_mode, int port_flags)
{
	char siblings[300], mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];
	struct ipvlan_link_list all = {0};
	int err = port_read_slaves(c->ctx, id, false, &all);

	if (err)
		return err;
	port_describe_slaves(&all, NULL, siblings, sizeof(siblings));
	port_clear_slaves(&all);
	fail(c->ctx, -EBUSY, IPVLAN_STAGE_CONSENT, "cannot make %s on %s", shown_name(c), c->parent.name);
	fail_because(c->ctx,
		     "mode and flags belong to the parent, which is in use with mode %s, %s; these would change "
		     "too: %s",
		     ipvlan_mode_format(port_mode, mode, sizeof(mode)),
		     ipvlan_flags_format(port_flags, flags, sizeof(flags)), siblings);
	fail_holder(c->ctx, "%s", siblings);
	fail_hint(c->ctx, "leave mode and flags out to join them, or agree to the change with --force (in C: "
			  "change_siblings)");
	return -EBUSY;
}

/* Without IFLA_IPVLAN_MODE the kernel switches the whole port to l3, so a slave that joins must name the mode. */
static int join(struct creation *c, const struct port_id *id, int port_mode, int port_flags)
{
	const struct ipvlan_settings *s = c->settings;
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];
	bool differs = (s->mode != IPVLAN_MODE_UNSET && s->mode != port_mode) ||
		       (s->flags != IPVLAN_FLAGS_UNSET && s->flags != port_flags);

	if (differs && !s->change_siblings)
		return refuse_siblings(c, id, port_mode, port_flags);
	if (differs) {
		c->mode_before = port_mode;
		c->flags_before = port_flags;
	}
	if (s->mode != IPVLAN_MODE_UNSET)
		return 0;
	c->mode = port_mode;
	ctx_log(c->ctx, IPVLAN_LOG_NOTICE, "%s joins the slaves that %s has: mode %s, %s", shown_name(c),
		c->parent.name, ipvlan_mode_format(c->mode, mode, sizeof(mode)),
		ipvlan_flags_format(s->flags == IPVLAN_FLAGS_UNSET ? port_flags : s->flags, flags, sizeof(flags)));
	return 0;
}

static int find_port(struct creation *c, struct port_id *id)
{
	int err = port_id_of(c->ctx, &c->parent, id);

	if (err) {
		fail(c->ctx, err, IPVLAN_STAGE_PARENT, "cannot find the parent of %s", c->parent.name);
		if (err == -ENOENT) {
			fail_because(c->ctx, "it is in a namespace that cannot be seen from here");
			fail_hint(c->ctx, "a slave's slave is its sibling, so make it where their parent is");
		}
	}
	return err;
}

static int join_anybody(struct creation *c)
{
	struct ipvlan_link_list slaves = {0};
	struct port_id id;
	int err = find_port(c, &id);

	if (err)
		return err;
	err = port_read_slaves(c->ctx, &id, true, &slaves);
	if (!err && slaves.count)
		err = join(c, &id, slaves.links[0].mode, slaves.links[0].ipvlan_flags);
	port_clear_slaves(&slaves);
	port_id_clear(&id);
	return err;
}

/* Returns whether there is a sibling that was seen lately, and thereby proof that the parent is one. */
static bool hear_sibling(struct creation *c, const struct port_id *id)
{
	struct ipvlan_link_list slaves = {0};
	bool found = true;

	if (has_news(c, c->began)) {
		c->news = c->ctx->news;
	} else {
		found = port_ask_known(c->ctx, id, &c->sibling, &slaves);
		if (found)
			c->news = (struct port_news){.mode = slaves.links[0].mode,
						     .flags = slaves.links[0].ipvlan_flags,
						     .mode_at = c->began,
						     .flags_at = c->began};
		port_clear_slaves(&slaves);
	}
	return found;
}

/* For the next slave. That this one was made says what its port has as well as a sibling does. */
static void pass_on_news(struct creation *c)
{
	struct port_news *news = &c->ctx->news;

	*news = c->news;
	news->parent_index = c->parent.ifindex;
	news->parent_place = c->ctx->netns->inode;
	if (c->mode != IPVLAN_MODE_UNSET) {
		news->mode = c->mode;
		news->mode_at = c->began;
	}
	if (c->flags != IPVLAN_FLAGS_UNSET) {
		news->flags = c->flags;
		news->flags_at = c->began;
	}
	news->last_request = transport_last_request(c->here);
}

static int settle_mode(struct creation *c)
{
	struct port_id id = {.netns = c->ctx->netns, .parent_index = c->parent.ifindex};
	int err = 0;

	c->mode = c->settings->mode;
	c->flags = c->settings->flags;
	c->mode_before = IPVLAN_MODE_UNSET;
	c->flags_before = IPVLAN_FLAGS_UNSET;
	if (c->port_is_settled)
		return 0;
	c->began = now();
	c->sibling_is_known = c->parent_is_brief && hear_sibling(c, &id);
	leave_sibling(c);
	if (c->sibling_is_known)
		return join(c, &id, c->news.mode, c->news.flags);
	if (c->parent_is_brief)
		err = read_parent(c);
	return err ? err : join_anybody(c);
}

static int use_temporary_name(struct creation *c)
{
	uint32_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -errno;
	snprintf(c->name, sizeof(c->name), "ipvl%08x", number);
	c->needs_name = true;
	return 0;
}

static int send_create(struct creation *c, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct link_request request = LINK_REQUEST_INIT;
	int err;

	request.name = c->name;
	request.kind = "ipvlan";
	request.parent_index = c->parent.ifindex;
	request.mode = c->mode;
	request.flags = c->flags;
	request.mtu = c->settings->mtu;
	request.has_group = c->settings->group != 0;
	request.group = c->settings->group;
	request.netns_fd = c->target ? c->target->fd : -1;
	codec_link_create(buf, sizeof(buf), &request);
	err = transport_request(c->here, (struct nlmsghdr *)buf, NULL, NULL, ack);
	c->was_sent = !ack->error;
	return err;
}

/*
 * Kernels before 6.15 look a new link's name up where the request comes from, though the link shall be elsewhere. A
 * clash there is no clash: the link is then made under another name and gets its own inside.
 */
static bool is_false_clash(struct creation *c)
{
	struct ipvlan_link other;
	struct ack ack;

	return c->target && !c->needs_name && enter_target(c) == 0 &&
	       link_query(c->there, 0, c->name, -1, &other, &ack) == -ENODEV;
}

static int create_link(struct creation *c)
{
	struct ack ack = {0};
	int err = 0;

	if (c->settings->name)
		strcpy(c->name, c->settings->name);
	else
		err = use_temporary_name(c);
	if (!err)
		err = send_create(c, &ack);
	if (err == -EEXIST && is_false_clash(c)) {
		err = use_temporary_name(c);
		if (!err)
			err = send_create(c, &ack);
	}
	if (!err)
		return 0;
	fail_ack(c->ctx, err, &ack, IPVLAN_STAGE_CREATE, "cannot make %s on %s", shown_name(c), c->parent.name);
	/* Whom the parent belongs to, and whether it is up, may be why. */
	if (c->parent_is_brief)
		link_query(c->here, c->parent.ifindex, NULL, -1, &c->parent, &ack);
	explain_create(c->ctx, &c->parent, target_of(c), c->settings->name, c->mode, c->flags);
	return err;
}

static int find_created(struct creation *c)
{
	struct ipvlan_link link;
	struct ack ack;
	int err = link_ask_index(c->there, c->name, &c->ifindex);

	if (!err)
		return 0;
	err = link_query(c->there, 0, c->name, -1, &link, &ack);
	if (err)
		return fail_ack(c->ctx, err, &ack, IPVLAN_STAGE_CREATE, "cannot find %s after making it", c->name);
	c->ifindex = link.ifindex;
	return 0;
}

/* What a request of the batch was for, by its place. */
struct step {
	enum ipvlan_stage stage;
	unsigned int index;
};

struct interior {
	struct batch batch;
	struct step *steps;
};

static int add_step(struct interior *in, int length, enum ipvlan_stage stage, unsigned int index)
{
	int err = batch_commit(&in->batch, length);

	if (!err)
		in->steps[in->batch.count - 1] = (struct step){.stage = stage, .index = index};
	return err;
}

static int add_set(struct interior *in, const struct link_request *request, enum ipvlan_stage stage)
{
	void *room = batch_reserve(&in->batch);

	return room ? add_step(in, codec_link_set(room, CODEC_REQUEST_SIZE, request), stage, 0) : -ENOMEM;
}

static int add_up(struct creation *c, struct interior *in)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = c->ifindex;
	request.device_flags = request.device_change = IFF_UP;
	return add_set(in, &request, IPVLAN_STAGE_UP);
}

static int add_name(struct creation *c, struct interior *in)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = c->ifindex;
	/* The kernel puts a number in the place of %d. */
	request.name = c->settings->name ? c->settings->name : "ipvlan%d";
	return add_set(in, &request, IPVLAN_STAGE_RENAME);
}

static int add_address(struct creation *c, struct interior *in, unsigned int i)
{
	void *room = batch_reserve(&in->batch);
	int length;

	if (!room)
		return -ENOMEM;
	length = codec_address_encode(room, CODEC_REQUEST_SIZE, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL,
				      &c->settings->addresses[i], c->ifindex);
	return add_step(in, length, IPVLAN_STAGE_ADDRESS, i);
}

static int add_route(struct creation *c, struct interior *in, unsigned int i)
{
	void *room = batch_reserve(&in->batch);
	int length;

	if (!room)
		return -ENOMEM;
	length = route_encode(room, CODEC_REQUEST_SIZE, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
			      &c->settings->routes[i], c->ifindex);
	return add_step(in, length, IPVLAN_STAGE_ROUTE, i);
}

/* A gateway may be within reach only by another of these routes, so those behind gateways come last. */
static int add_routes(struct creation *c, struct interior *in)
{
	const struct ipvlan_settings *s = c->settings;
	unsigned int i, pass;
	int err = 0;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; !err && i < s->route_count; i++) {
			if (s->routes[i].has_gateway == (pass == 1))
				err = add_route(c, in, i);
		}
	}
	return err;
}

/* Up comes before the addresses, as in the HOWTO: IPv6 makes an address's prefix route only on a link that is up. */
static int gather(struct creation *c, struct interior *in)
{
	const struct ipvlan_settings *s = c->settings;
	unsigned int i;
	int err = 0;

	if (c->needs_name)
		err = add_name(c, in);
	if (!err && (s->up || s->route_count))
		err = add_up(c, in);
	for (i = 0; !err && i < s->address_count; i++)
		err = add_address(c, in, i);
	return err ? err : add_routes(c, in);
}

static int fail_step_of(struct creation *c, int err, const struct ack *ack, const struct step *step)
{
	char text[ROUTE_TEXT_SIZE], place[112];
	const struct ipvlan_settings *s = c->settings;
	struct port_id id = {0};

	ctx_describe(c->ctx, target_of(c), place, sizeof(place));
	switch (step->stage) {
	case IPVLAN_STAGE_ADDRESS:
		fail_ack(c->ctx, err, ack, step->stage, "cannot make %s in %s: address %s", shown_name(c), place,
			 ipvlan_address_format_prefix(&s->addresses[step->index], text, sizeof(text)));
		explain_address(c->ctx, target_of(c), port_id_of(c->ctx, &c->parent, &id) ? NULL : &id,
				&s->addresses[step->index]);
		port_id_clear(&id);
		break;
	case IPVLAN_STAGE_ROUTE:
		fail_ack(c->ctx, err, ack, step->stage, "cannot make %s in %s: route %s", shown_name(c), place,
			 route_describe(&s->routes[step->index], text, sizeof(text)));
		explain_route(c->ctx, target_of(c));
		break;
	case IPVLAN_STAGE_RENAME:
		fail_ack(c->ctx, err, ack, step->stage, "cannot make %s in %s: name", shown_name(c), place);
		explain_change(c->ctx, target_of(c));
		break;
	default:
		fail_ack(c->ctx, err, ack, step->stage, "cannot make %s in %s: link up", shown_name(c), place);
		explain_change(c->ctx, target_of(c));
	}
	fail_step(c->ctx, step->index);
	return err;
}

static int send_interior(struct creation *c, struct interior *in)
{
	unsigned int failed;
	struct ack ack;
	int err = in->batch.count ? transport_batch(c->there, &in->batch, &failed, &ack) : 0;

	if (!err)
		return 0;
	return failed < in->batch.count ? fail_step_of(c, err, &ack, &in->steps[failed])
					: fail(c->ctx, err, IPVLAN_STAGE_SOCKET, "cannot configure %s", shown_name(c));
}

static int configure(struct creation *c)
{
	size_t most = 2 + c->settings->address_count + c->settings->route_count;
	struct interior in = {.steps = calloc(most, sizeof(*in.steps))};
	int err;

	err = in.steps ? gather(c, &in) : -ENOMEM;
	if (err)
		fail(c->ctx, err, IPVLAN_STAGE_CREATE, "cannot configure %s", shown_name(c));
	else
		err = send_interior(c, &in);
	batch_free(&in.batch);
	free(in.steps);
	return err;
}

static int find_loopback(struct creation *c, int *ifindex, bool *up)
{
	struct ipvlan_link lo;
	struct ack ack;
	int err;

	if (link_ask_up(c->there, "lo", up) == 0 && link_ask_index(c->there, "lo", ifindex) == 0)
		return 0;
	err = link_query(c->there, 0, "lo", -1, &lo, &ack);
	if (err)
		return err;
	*ifindex = lo.ifindex;
	*up = lo.device_flags & IFF_UP;
	return 0;
}

/* After everything that the kernel may refuse: going down again alone does not take away what lo got on the way up. */
static int raise_loopback(struct creation *c)
{
	char place[112];
	int ifindex, err;
	bool up;

	if (!c->settings->loopback_up)
		return 0;
	err = find_loopback(c, &ifindex, &up);
	if (!err && up)
		return 0;
	if (!err) {
		/* It may be up even when this fails. */
		c->raised_loopback = ifindex;
		err = link_set_state(c->there, ifindex, true);
	}
	if (!err)
		return 0;
	fail(c->ctx, err, IPVLAN_STAGE_LOOPBACK, "cannot make %s in %s: lo up", shown_name(c),
	     ctx_describe(c->ctx, target_of(c), place, sizeof(place)));
	explain_change(c->ctx, target_of(c));
	return err;
}

static int read_back(struct creation *c, struct ipvlan_link **link)
{
	struct place place = {.netns = target_of(c), .transport = c->there};
	struct ipvlan_link bare;
	struct ack ack = {0};
	int err;

	if (!link)
		return 0;
	err = link_query_all(c->there, c->ifindex, NULL, &bare, &ack);
	if (!err)
		err = link_complete(c->ctx, &place, &bare, link);
	if (err)
		fail_ack(c->ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read %s after making it", shown_name(c));
	return err;
}

static void restore_port(struct creation *c)
{
	struct port_id id;

	if ((c->mode_before == IPVLAN_MODE_UNSET && c->flags_before == IPVLAN_FLAGS_UNSET) ||
	    port_id_of(c->ctx, &c->parent, &id))
		return;
	if (port_restore(c->ctx, &id, c->mode_before, c->flags_before))
		ctx_log(c->ctx, IPVLAN_LOG_NOTICE, "the slaves of %s could not be given back their mode and flags",
			c->parent.name);
	port_id_clear(&id);
}

/* Where the answer was lost: the kernel may have refused, since somebody else's link had this name already. */
static bool is_like_made(const struct creation *c, const struct ipvlan_link *link)
{
	int parent = ipvlan_link_is_slave(&c->parent) ? c->parent.parent_index : c->parent.ifindex;

	return ipvlan_link_is_slave(link) && link->parent_index == parent && !(link->device_flags & IFF_UP);
}

static bool is_the_kernels(const struct ipvlan_address *address)
{
	static const uint8_t local[] = {127, 0, 0, 1};

	return address->prefix_length == 8 && memcmp(address->local, local, sizeof(local)) == 0;
}

/* Down again it keeps the address that the kernel gave it, as it will again when there is none. */
static void lower_loopback(struct creation *c)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ipvlan_address *addresses;
	struct ack ack;
	size_t count;

	link_set_state(c->there, c->raised_loopback, false);
	if (addresses_read(c->there, AF_INET, c->raised_loopback, &addresses, &count, &ack))
		return;
	if (count == 1 && is_the_kernels(&addresses[0])) {
		codec_address_encode(buf, sizeof(buf), RTM_DELADDR, 0, &addresses[0], c->raised_loopback);
		transport_request(c->there, (struct nlmsghdr *)buf, NULL, NULL, &ack);
	}
	free(addresses);
}

/*
 * The error stays that of the step that failed. The port comes first, while somebody is sure to be on it. A refusal
 * of the link itself may have changed the port too: the in-tree driver sets flags before it looks at the mode.
 */
static void undo(struct creation *c)
{
	struct ipvlan_error first = c->ctx->error;
	struct ipvlan_link link;
	struct ack ack;

	restore_port(c);
	if (c->was_sent && !c->ifindex && enter_target(c) == 0 &&
	    link_query(c->there, 0, c->name, -1, &link, &ack) == 0 && is_like_made(c, &link))
		c->ifindex = link.ifindex;
	if (c->ifindex)
		link_delete_quietly(c->there, c->ifindex);
	if (c->raised_loopback)
		lower_loopback(c);
	c->ctx->error = first;
}

static int prepare(struct creation *c, struct ipvlan_link **link)
{
	int err = check_settings(c);

	if (!err)
		err = ctx_transport(c->ctx, &c->here);
	if (!err)
		err = find_parent(c);
	if (!err && !c->there)
		err = open_target(c);
	if (!err && has_interior(c, link))
		err = enter_target(c);
	return err ? err : settle_mode(c);
}

/* The next slave on this parent finds its sibling at once. */
static void remember(struct creation *c)
{
	struct port_id id = {.netns = c->ctx->netns, .parent_index = c->parent.ifindex};

	if (!ipvlan_link_is_slave(&c->parent))
		port_remember_slave(c->ctx, &id, target_of(c), c->ifindex);
}

/* Whether nothing is left to do to a link that was made, and the next slave would find a sibling without it. */
static bool is_all_there_is(const struct creation *c, struct ipvlan_link **link)
{
	bool sibling_is_known = c->port_is_settled ? c->parent_is_brief : c->sibling_is_known;

	return !has_interior(c, link) && !c->needs_name && (!c->there || sibling_is_known);
}

static int create(struct creation *c, struct ipvlan_link **link)
{
	int err = prepare(c, link);

	if (err)
		return err;
	err = create_link(c);
	if (!err && is_all_there_is(c, link)) {
		pass_on_news(c);
		return 0;
	}
	if (!err)
		err = find_created(c);
	if (!err)
		err = configure(c);
	if (!err)
		err = raise_loopback(c);
	if (!err)
		err = read_back(c, link);
	if (err) {
		undo(c);
		return err;
	}
	remember(c);
	pass_on_news(c);
	return 0;
}

IPVLAN_API int ipvlan_link_create(struct ipvlan_ctx *ctx, const struct ipvlan_settings *settings,
				  struct ipvlan_link **link)
{
	struct creation c = {.ctx = ctx, .settings = settings};
	int err = create(&c, link);

	leave_sibling(&c);
	if (c.target)
		transport_close(c.there);
	ipvlan_netns_free(c.target);
	return err;
}

int link_create_at(struct ipvlan_ctx *ctx, const struct ipvlan_settings *settings, struct ipvlan_netns *target,
		   struct transport *there)
{
	struct creation c = {
		.ctx = ctx, .settings = settings, .target = target, .there = there, .port_is_settled = true};

	return create(&c, NULL);
}
