// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"math"
	"net/netip"
	"time"
)

// Family is an address family; the zero Family is any.
type Family int

// The families.
const (
	AnyFamily Family = 0
	IPv4      Family = C.AF_INET
	IPv6      Family = C.AF_INET6
)

// Address is an IPv4 or IPv6 address of a link: described, or read. Only Prefix must be said.
type Address struct {
	Prefix        netip.Prefix  // the address, with the length of its prefix (of the peer's, where there is one)
	Peer          netip.Addr    // the other end of a point-to-point link
	Broadcast     netip.Addr    // IPv4 only
	Label         string        // IPv4 only
	Scope         int           // RT_SCOPE_ number; 0 is universe
	NoDAD         bool          // used without duplicate address detection
	NoPrefixRoute bool          // makes no route to its prefix
	Valid         time.Duration // whole seconds; 0 for ever
	Preferred     time.Duration // of Valid; 0 for as long as Valid

	// What only the kernel says.
	Flags     uint32 // IFA_F_ flags
	Tentative bool
	Duplicate bool
	Index     int // of the link; 0 for an address that was only described
}

// MustAddress is for addresses that are known to be right.
func MustAddress(prefix string) Address { return Address{Prefix: netip.MustParsePrefix(prefix)} }

func (a Address) String() string { return a.Prefix.String() }

func address(a *C.struct_ipvlan_address) Address {
	prefix := formatOptional(func(b *C.char, n C.size_t) *C.char { return C.ipvlan_address_format(a, b, n) })
	addr, _ := netip.ParseAddr(prefix)
	peer, _ := netip.ParseAddr(formatOptional(func(b *C.char, n C.size_t) *C.char {
		return C.ipvlan_address_format_peer(a, b, n)
	}))
	broadcast, _ := netip.ParseAddr(formatOptional(func(b *C.char, n C.size_t) *C.char {
		return C.ipvlan_address_format_broadcast(a, b, n)
	}))
	flags := uint32(C.ipvlan_address_get_flags(a))
	return Address{
		Prefix:        netip.PrefixFrom(addr, int(C.ipvlan_address_get_prefix_length(a))),
		Peer:          peer,
		Broadcast:     broadcast,
		Label:         C.GoString(C.ipvlan_address_get_label(a)),
		Scope:         int(C.ipvlan_address_get_scope(a)),
		NoDAD:         flags&C.IFA_F_NODAD != 0,
		NoPrefixRoute: flags&C.IFA_F_NOPREFIXROUTE != 0,
		Valid:         lifetime(C.ipvlan_address_get_valid_lifetime(a)),
		Preferred:     lifetime(C.ipvlan_address_get_preferred_lifetime(a)),
		Flags:         flags,
		Tentative:     bool(C.ipvlan_address_is_tentative(a)),
		Duplicate:     bool(C.ipvlan_address_is_duplicate(a)),
		Index:         int(C.ipvlan_address_get_ifindex(a)),
	}
}

func lifetime(seconds C.uint32_t) time.Duration {
	if seconds == C.IPVLAN_LIFETIME_FOREVER {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// address makes the library's object, which the caller frees.
func (s *scratch) address(a Address) *C.struct_ipvlan_address {
	var made *C.struct_ipvlan_address
	s.must(refused(C.ipvlan_address_new(s.text(a.Prefix.String()), &made), "the address", a.Prefix))
	complete := false
	defer func() {
		if !complete {
			C.ipvlan_address_free(made)
		}
	}()
	s.must(s.fillAddress(made, a))
	complete = true
	return made
}

func (s *scratch) fillAddress(made *C.struct_ipvlan_address, a Address) error {
	if a.Peer.IsValid() {
		peer := netip.PrefixFrom(a.Peer, a.Prefix.Bits())
		if rc := C.ipvlan_address_set_peer(made, s.text(peer.String())); rc != 0 {
			return refused(rc, "the peer", peer)
		}
	}
	if a.Broadcast.IsValid() {
		if rc := C.ipvlan_address_set_broadcast(made, s.text(a.Broadcast.String())); rc != 0 {
			return refused(rc, "the broadcast address", a.Broadcast)
		}
	}
	if a.Label != "" {
		if rc := C.ipvlan_address_set_label(made, s.text(a.Label)); rc != 0 {
			return refused(rc, "the label", a.Label)
		}
	}
	if a.Scope < 0 || a.Scope > math.MaxUint8 {
		return settingsError("the scope cannot be %d", a.Scope)
	}
	if a.Scope != 0 {
		C.ipvlan_address_set_scope(made, C.uint8_t(a.Scope))
	}
	C.ipvlan_address_set_nodad(made, C.bool(a.NoDAD))
	C.ipvlan_address_set_noprefixroute(made, C.bool(a.NoPrefixRoute))
	return setLifetime(made, a)
}

func setLifetime(made *C.struct_ipvlan_address, a Address) error {
	if a.Valid == 0 && a.Preferred == 0 {
		return nil
	}
	valid, preferred := a.Valid, a.Preferred
	if valid < 0 || preferred < 0 {
		return settingsError("the lifetime cannot be %v", [2]time.Duration{valid, preferred})
	}
	if preferred == 0 {
		preferred = valid
	}
	rc := C.ipvlan_address_set_lifetime(made, seconds(valid), seconds(preferred))
	return refused(rc, "the lifetime", [2]time.Duration{a.Valid, a.Preferred})
}

func seconds(d time.Duration) C.uint32_t {
	if d == 0 || d/time.Second >= C.IPVLAN_LIFETIME_FOREVER {
		return C.IPVLAN_LIFETIME_FOREVER
	}
	return C.uint32_t(d / time.Second)
}

// Addresses reads the addresses of a link, or with "" of all links.
func (c *Context) Addresses(link string, family Family) (addresses []Address, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var list *C.struct_ipvlan_address_list
		rc := C.ipvlan_address_list(ctx, s.optional(link), C.int(family), &list)
		if rc == 0 {
			defer C.ipvlan_address_list_free(list)
			for i := C.size_t(0); i < C.ipvlan_address_list_get_count(list); i++ {
				addresses = append(addresses, address(C.ipvlan_address_list_get(list, i)))
			}
		}
		return rc
	})
	return addresses, err
}

// AddAddress adds an address to a link.
func (c *Context) AddAddress(link string, a Address) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.address(a)
		defer C.ipvlan_address_free(made)
		return C.ipvlan_address_add(ctx, s.text(link), made)
	})
}

// ReplaceAddress adds an address, or updates the one that is there.
func (c *Context) ReplaceAddress(link string, a Address) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.address(a)
		defer C.ipvlan_address_free(made)
		return C.ipvlan_address_replace(ctx, s.text(link), made)
	})
}

// DeleteAddress deletes an address from a link.
func (c *Context) DeleteAddress(link string, a Address) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		made := s.address(a)
		defer C.ipvlan_address_free(made)
		return C.ipvlan_address_delete(ctx, s.text(link), made)
	})
}
