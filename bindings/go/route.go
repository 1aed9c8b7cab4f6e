// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import "net/netip"

// The tables that have names; 0 is main in a Route, and all tables for Routes.
const (
	TableAll   = 0
	TableMain  = 254
	TableLocal = 255
)

// Route is a route: described, or read. The zero Destination is the default route.
type Route struct {
	Destination netip.Prefix
	Gateway     netip.Addr
	Source      netip.Addr // the preferred source address
	Family      Family     // for a default route; the gateway's, or IPv4, where nothing tells
	Metric      uint32     // 0 leaves it to the kernel
	Table       uint32     // 0 is main
	Scope       *uint8     // RT_SCOPE_ number; nil leaves it to the library
	Protocol    uint8      // RTPROT_ number: who made it; 0 is boot
	OnLink      bool       // the gateway is taken as reachable
	Type        uint8      // RTN_ number: what becomes of packets, such as RTN_BLACKHOLE; 0 is RTN_UNICAST
	MTU         uint32     // how long packets may be; 0 leaves it to the link
	AdvMSS      uint32     // the segment size that TCP asks for; 0 is what the MTU leaves

	// What only the kernel says.
	Flags      uint32 // RTNH_F_ flags
	Preference uint8  // of an IPv6 router (RFC 4191)
	Index      int    // of the link; 0 for a route that was only described
}

func (r Route) String() string {
	text := r.destination()
	if r.Gateway.IsValid() {
		text += " via " + r.Gateway.String()
	}
	return text
}

func (r Route) destination() string {
	if !r.Destination.IsValid() {
		return "default"
	}
	return r.Destination.String()
}

func route(r *C.struct_ipvlan_route) Route {
	text := func(write func(*C.struct_ipvlan_route, *C.char, C.size_t) *C.char) string {
		return formatOptional(func(b *C.char, n C.size_t) *C.char { return write(r, b, n) })
	}
	destination := text(func(r *C.struct_ipvlan_route, b *C.char, n C.size_t) *C.char {
		return C.ipvlan_route_format_destination(r, b, n)
	})
	gateway, _ := netip.ParseAddr(text(func(r *C.struct_ipvlan_route, b *C.char, n C.size_t) *C.char {
		return C.ipvlan_route_format_gateway(r, b, n)
	}))
	source, _ := netip.ParseAddr(text(func(r *C.struct_ipvlan_route, b *C.char, n C.size_t) *C.char {
		return C.ipvlan_route_format_source(r, b, n)
	}))
	scope := uint8(C.ipvlan_route_get_scope(r))
	flags := uint32(C.ipvlan_route_get_flags(r))
	return Route{
		Destination: parseDestination(destination),
		Gateway:     gateway,
		Source:      source,
		Family:      Family(C.ipvlan_route_get_family(r)),
		Metric:      uint32(C.ipvlan_route_get_metric(r)),
		Table:       uint32(C.ipvlan_route_get_table(r)),
		Scope:       &scope,
		Protocol:    uint8(C.ipvlan_route_get_protocol(r)),
		OnLink:      flags&C.RTNH_F_ONLINK != 0,
		Type:        uint8(C.ipvlan_route_get_type(r)),
		MTU:         uint32(C.ipvlan_route_get_mtu(r)),
		AdvMSS:      uint32(C.ipvlan_route_get_advmss(r)),
		Flags:       flags,
		Preference:  uint8(C.ipvlan_route_get_preference(r)),
		Index:       int(C.ipvlan_route_get_ifindex(r)),
	}
}

// A whole address comes without a length, the default route as a word.
func parseDestination(text string) netip.Prefix {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	prefix, _ := netip.ParsePrefix(text)
	return prefix
}

// route makes the library's object, which the caller frees.
func (s *scratch) route(r Route) *C.struct_ipvlan_route {
	var made *C.struct_ipvlan_route
	s.must(refused(C.ipvlan_route_new(s.text(r.destination()), &made), "the destination", r.destination()))
	if err := s.fillRoute(made, r); err != nil {
		C.ipvlan_route_free(made)
		panic(wrong{err})
	}
	return made
}

func (s *scratch) fillRoute(made *C.struct_ipvlan_route, r Route) error {
	// First: an IPv4 default route may have an IPv6 gateway.
	if r.Family != AnyFamily {
		if rc := C.ipvlan_route_set_family(made, C.int(r.Family)); rc != 0 {
			return refused(rc, "the family", r.Family)
		}
	}
	if r.Gateway.IsValid() {
		if rc := C.ipvlan_route_set_gateway(made, s.text(r.Gateway.String())); rc != 0 {
			return refused(rc, "the gateway", r.Gateway)
		}
	}
	if r.Source.IsValid() {
		if rc := C.ipvlan_route_set_source(made, s.text(r.Source.String())); rc != 0 {
			return refused(rc, "the source", r.Source)
		}
	}
	C.ipvlan_route_set_metric(made, C.uint32_t(r.Metric))
	if r.Table != 0 {
		C.ipvlan_route_set_table(made, C.uint32_t(r.Table))
	}
	if r.Scope != nil {
		C.ipvlan_route_set_scope(made, C.uint8_t(*r.Scope))
	}
	if r.Protocol != 0 {
		C.ipvlan_route_set_protocol(made, C.uint8_t(r.Protocol))
	}
	if r.Type != 0 {
		if rc := C.ipvlan_route_set_type(made, C.uint8_t(r.Type)); rc != 0 {
			return refused(rc, "the type", r.Type)
		}
	}
	C.ipvlan_route_set_mtu(made, C.uint32_t(r.MTU))
	C.ipvlan_route_set_advmss(made, C.uint32_t(r.AdvMSS))
	C.ipvlan_route_set_onlink(made, C.bool(r.OnLink))
	return nil
}

// Routes reads the routes of a table through a link, or with "" through any.
func (c *Context) Routes(link string, family Family, table uint32) (routes []Route, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var list *C.struct_ipvlan_route_list
		rc := C.ipvlan_route_list(ctx, s.optional(link), C.int(family), C.uint32_t(table), &list)
		if rc == 0 {
			defer C.ipvlan_route_list_free(list)
			for i := C.size_t(0); i < C.ipvlan_route_list_get_count(list); i++ {
				routes = append(routes, route(C.ipvlan_route_list_get(list, i)))
			}
		}
		return rc
	})
	return routes, err
}

// RouteTo asks which way the kernel would send a packet to an address, from one and by a link if these are not zero: its
// Index is that of the link.
func (c *Context) RouteTo(address, source netip.Addr, link string) (way Route, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var made *C.struct_ipvlan_route
		var from *C.char
		if source.IsValid() {
			from = s.text(source.String())
		}
		rc := C.ipvlan_route_get(ctx, s.text(address.String()), from, s.optional(link), &made)
		if rc == 0 {
			defer C.ipvlan_route_free(made)
			way = route(made)
		}
		return rc
	})
	return way, err
}

// AddRoute adds a route through a link; with "" the kernel chooses one by the gateway.
func (c *Context) AddRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_add(ctx, s.optional(link), made)
	})
}

// ReplaceRoute adds a route in the place of one of that destination and metric.
func (c *Context) ReplaceRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_replace(ctx, s.optional(link), made)
	})
}

// ChangeRoute puts a route in the place of one of that destination and metric, which must be there.
func (c *Context) ChangeRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_change(ctx, s.optional(link), made)
	})
}

// AppendRoute adds a route behind those of that destination and metric; for IPv6 those with gateways become one.
func (c *Context) AppendRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_append(ctx, s.optional(link), made)
	})
}

// PrependRoute adds a route before those of that destination and metric; for IPv6 it is AppendRoute.
func (c *Context) PrependRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_prepend(ctx, s.optional(link), made)
	})
}

// DeleteRoute deletes a route.
func (c *Context) DeleteRoute(link string, r Route) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.route(r)
		defer C.ipvlan_route_free(made)
		return C.ipvlan_route_delete(ctx, s.optional(link), made)
	})
}
