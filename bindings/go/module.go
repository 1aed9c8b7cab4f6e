// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import "net/netip"

// ModuleOption is an option that our own kernel module gives a port.
type ModuleOption int

// The options.
const (
	GroupIsolation ModuleOption = C.IPVLAN_MODULE_GROUP_ISOLATION
	SourceCheck    ModuleOption = C.IPVLAN_MODULE_SOURCE_CHECK
	Guard          ModuleOption = C.IPVLAN_MODULE_GUARD
	DHCP           ModuleOption = C.IPVLAN_MODULE_DHCP
	DirectARP      ModuleOption = C.IPVLAN_MODULE_DIRECT_ARP
)

func (o ModuleOption) String() string {
	return named(C.ipvlan_module_option_to_string(C.enum_ipvlan_module_option(o)), int(o))
}

// ModuleAddress is an address that a slave has, or that is locked to it.
type ModuleAddress struct {
	Address      netip.Addr
	Slave        string
	Index        int
	NSID         int // as the parent's namespace knows the slave's; -1 when they are the same
	Held, Locked bool
}

// ModulePort is a port as our module sees it.
type ModulePort struct {
	Options                 map[ModuleOption]bool
	QueueLength, QueueLimit uint32
	Gateways                []netip.Addr
	Counters                map[string]uint64 // packets dropped, by reason
	KnowsAddresses          bool              // they could be read, which wants CAP_NET_ADMIN
	Addresses               []ModuleAddress
}

// ModuleLoaded says whether the ipvlan module is the one that comes with the library.
func (c *Context) ModuleLoaded() (bool, error) {
	var loaded C.bool
	err := c.do(func(ctx *C.struct_ipvlan_ctx, _ *scratch) C.int { return C.ipvlan_module_is_loaded(ctx, &loaded) })
	return bool(loaded), err
}

// ModulePort reads a port as our module sees it; EOPNOTSUPP without the module.
func (c *Context) ModulePort(parent string) (port ModulePort, err error) {
	err = c.on(parent, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		var p *C.struct_ipvlan_module_port
		rc := C.ipvlan_module_port_get(ctx, name, &p)
		if rc == 0 {
			port = modulePort(p)
			C.ipvlan_module_port_free(p)
		}
		return rc
	})
	return port, err
}

func parsed(text *C.char) netip.Addr {
	address, _ := netip.ParseAddr(C.GoString(text))
	return address
}

func modulePort(p *C.struct_ipvlan_module_port) ModulePort {
	port := ModulePort{
		Options:        map[ModuleOption]bool{},
		QueueLength:    uint32(C.ipvlan_module_port_get_queue_length(p)),
		QueueLimit:     uint32(C.ipvlan_module_port_get_queue_limit(p)),
		Counters:       map[string]uint64{},
		KnowsAddresses: bool(C.ipvlan_module_port_knows_addresses(p)),
	}
	for option := ModuleOption(0); option < C.IPVLAN_MODULE_OPTION_COUNT; option++ {
		port.Options[option] = bool(C.ipvlan_module_port_has_option(p, C.enum_ipvlan_module_option(option)))
	}
	for i := C.size_t(0); i < C.ipvlan_module_port_get_gateway_count(p); i++ {
		port.Gateways = append(port.Gateways, parsed(C.ipvlan_module_port_get_gateway(p, i)))
	}
	for i := C.size_t(0); i < C.ipvlan_module_port_get_counter_count(p); i++ {
		port.Counters[C.GoString(C.ipvlan_module_port_get_counter_name(p, i))] =
			uint64(C.ipvlan_module_port_get_counter(p, i))
	}
	for i := C.size_t(0); i < C.ipvlan_module_port_get_address_count(p); i++ {
		port.Addresses = append(port.Addresses, ModuleAddress{
			Address: parsed(C.ipvlan_module_port_get_address(p, i)),
			Slave:   C.GoString(C.ipvlan_module_port_get_address_slave(p, i)),
			Index:   int(C.ipvlan_module_port_get_address_ifindex(p, i)),
			NSID:    int(C.ipvlan_module_port_get_address_nsid(p, i)),
			Held:    bool(C.ipvlan_module_port_is_address_held(p, i)),
			Locked:  bool(C.ipvlan_module_port_is_address_locked(p, i)),
		})
	}
	return port
}

// ModuleOptions are what of a port shall change; what is zero stays.
type ModuleOptions struct {
	Options    map[ModuleOption]bool
	QueueLimit uint32
	Gateways   []netip.Addr // come in the place of those that the port has; empty but not nil: none
}

func (s *scratch) moduleOptions(o *C.struct_ipvlan_module_options, options ModuleOptions) {
	for option, on := range options.Options {
		rc := C.ipvlan_module_options_set(o, C.enum_ipvlan_module_option(option), C.bool(on))
		s.must(refused(rc, "the option", option))
	}
	if options.QueueLimit != 0 {
		rc := C.ipvlan_module_options_set_queue_limit(o, C.uint32_t(options.QueueLimit))
		s.must(refused(rc, "the queue's limit", options.QueueLimit))
	}
	if options.Gateways != nil {
		C.ipvlan_module_options_clear_gateways(o)
	}
	for _, gateway := range options.Gateways {
		rc := C.ipvlan_module_options_add_gateway(o, s.text(gateway.String()))
		s.must(refused(rc, "the gateway", gateway))
	}
}

// withOptions makes a call with options that live as long as that.
func (s *scratch) withOptions(options ModuleOptions, call func(o *C.struct_ipvlan_module_options) C.int) C.int {
	o := C.ipvlan_module_options_new()
	if o == nil {
		return -C.ENOMEM
	}
	defer C.ipvlan_module_options_free(o)
	s.moduleOptions(o, options)
	return call(o)
}

// describedOptions are those of a topology's parent.
func describedOptions(o *C.struct_ipvlan_module_options) *ModuleOptions {
	if o == nil {
		return nil
	}
	options := &ModuleOptions{}
	for option := ModuleOption(0); option < C.IPVLAN_MODULE_OPTION_COUNT; option++ {
		on := C.ipvlan_module_options_get(o, C.enum_ipvlan_module_option(option))
		if on < 0 {
			continue
		}
		if options.Options == nil {
			options.Options = map[ModuleOption]bool{}
		}
		options.Options[option] = on > 0
	}
	options.QueueLimit = uint32(C.ipvlan_module_options_get_queue_limit(o))
	if C.ipvlan_module_options_has_gateways(o) {
		options.Gateways = []netip.Addr{}
	}
	for i := C.size_t(0); i < C.ipvlan_module_options_get_gateway_count(o); i++ {
		gateway, _ := netip.ParseAddr(format(func(buf *C.char, size C.size_t) {
			C.ipvlan_module_options_format_gateway(o, i, buf, size)
		}))
		options.Gateways = append(options.Gateways, gateway)
	}
	return options
}

// ChangeModulePort changes options of a port: all that are set, or none.
func (c *Context) ChangeModulePort(parent string, options ModuleOptions) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		return s.withOptions(options, func(o *C.struct_ipvlan_module_options) C.int {
			return C.ipvlan_module_port_change(ctx, s.text(parent), o)
		})
	})
}

// inNetns makes a call with a namespace, or with none.
func inNetns(netns *Netns, call func(netns *C.struct_ipvlan_netns) error) error {
	if netns == nil {
		return call(nil)
	}
	return netns.use(call)
}

// LockAddress locks an address to a slave: no other slave of the port can add it or send in its name. netns is where
// the slave is; nil when its name is enough.
func (c *Context) LockAddress(parent string, address netip.Addr, slave string, netns *Netns) error {
	return inNetns(netns, func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			return C.ipvlan_module_lock_address(ctx, s.text(parent), s.text(address.String()), s.text(slave), netns)
		})
	})
}

// UnlockAddress gives a locked address free.
func (c *Context) UnlockAddress(parent string, address netip.Addr) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		return C.ipvlan_module_unlock_address(ctx, s.text(parent), s.text(address.String()))
	})
}

// Announce tells the neighbours where the addresses of a slave are, or ("") those of all that are up.
func (c *Context) Announce(parent, slave string, netns *Netns) error {
	return inNetns(netns, func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			return C.ipvlan_module_announce(ctx, s.text(parent), s.optional(slave), netns)
		})
	})
}
