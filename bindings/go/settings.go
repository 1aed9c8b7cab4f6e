// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"net/netip"
	"runtime"
)

// Settings say what a slave shall be. What is zero is left to the kernel, or taken from the siblings.
type Settings struct {
	Parent      string // the parent's name, or
	ParentIndex int    // its index
	Name        string // "" has the kernel choose one
	Mode        Mode   // unset joins the siblings, and means l3 for a parent's first slave
	Flags       Flags
	MTU         uint32 // 0 is the parent's

	// Where to make it; at most one of these.
	Netns     string // the name of a namespace
	NetnsPath string // a file such as /proc/PID/ns/net
	NetnsPID  int    // a process in it
	InNetns   *Netns // opened before

	Addresses []Address
	Gateways  []netip.Addr // default routes, one for each family
	Routes    []Route

	Up             bool // settings with a route bring it up in any case
	LoopbackUp     bool // bring lo up in its namespace, too
	ChangeSiblings bool // agree to mode and flags of siblings being changed
}

// settings makes the library's object, which the caller frees.
func (s *scratch) settings(set Settings) *C.struct_ipvlan_settings {
	made := C.ipvlan_settings_new(s.optional(set.Parent), s.optional(set.Name))
	if made == nil {
		panic(wrong{plainError(-C.ENOMEM, "no memory for settings")})
	}
	complete := false
	defer func() {
		if !complete {
			C.ipvlan_settings_free(made)
		}
	}()
	s.fillSettings(made, set)
	complete = true
	return made
}

func (s *scratch) fillSettings(made *C.struct_ipvlan_settings, set Settings) {
	if set.ParentIndex != 0 {
		s.must(refused(C.ipvlan_settings_set_parent_index(made, s.cInt(set.ParentIndex, "the parent's index")), "the parent's index", set.ParentIndex))
	}
	s.must(refused(C.ipvlan_settings_set_mode(made, set.Mode.number()), "the mode", set.Mode))
	s.must(refused(C.ipvlan_settings_set_flags(made, set.Flags.number()), "the flags", set.Flags))
	s.must(refused(C.ipvlan_settings_set_mtu(made, C.uint32_t(set.MTU)), "the MTU", set.MTU))
	s.place(made, set)
	for _, a := range set.Addresses {
		s.addAddress(made, a)
	}
	for _, gateway := range set.Gateways {
		s.must(refused(C.ipvlan_settings_set_gateway(made, s.text(gateway.String())), "the gateway", gateway))
	}
	for _, r := range set.Routes {
		object := s.route(r)
		rc := C.ipvlan_settings_add_route_object(made, object)
		C.ipvlan_route_free(object)
		s.must(refused(rc, "the route", r))
	}
	C.ipvlan_settings_set_up(made, C.bool(set.Up))
	C.ipvlan_settings_set_loopback_up(made, C.bool(set.LoopbackUp))
	C.ipvlan_settings_set_change_siblings(made, C.bool(set.ChangeSiblings))
}

func (s *scratch) place(made *C.struct_ipvlan_settings, set Settings) {
	if set.Netns != "" {
		s.must(refused(C.ipvlan_settings_set_netns_name(made, s.text(set.Netns)), "the namespace", set.Netns))
	}
	if set.NetnsPath != "" {
		s.must(refused(C.ipvlan_settings_set_netns_path(made, s.text(set.NetnsPath)), "the namespace", set.NetnsPath))
	}
	if set.NetnsPID != 0 {
		s.must(refused(C.ipvlan_settings_set_netns_pid(made, C.pid_t(s.cInt(set.NetnsPID, "the process"))), "the process", set.NetnsPID))
	}
	if set.InNetns != nil {
		s.must(set.InNetns.use(func(netns *C.struct_ipvlan_netns) error {
			return refused(C.ipvlan_settings_set_netns_fd(made, C.ipvlan_netns_get_fd(netns)), "the namespace", set.InNetns)
		}))
		runtime.KeepAlive(set.InNetns)
	}
}

func (s *scratch) addAddress(made *C.struct_ipvlan_settings, a Address) {
	object := s.address(a)
	rc := C.ipvlan_settings_add_address_object(made, object)
	C.ipvlan_address_free(object)
	s.must(refused(rc, "the address", a))
}
