// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"context"
	"net"
	"runtime"
)

// A Transaction gathers changes, in the order in which Commit carries them out: all or not at all. Namespaces go by
// name or by path; "" is the one in which the context works that commits.
type Transaction struct {
	gathered[*C.struct_ipvlan_transaction]
}

// NewTransaction begins an empty one.
func NewTransaction() (*Transaction, error) {
	t := &Transaction{gathered[*C.struct_ipvlan_transaction]{
		object: C.ipvlan_transaction_new(),
		free:   func(transaction *C.struct_ipvlan_transaction) { C.ipvlan_transaction_free(transaction) },
	}}
	if t.object == nil {
		return nil, plainError(-C.ENOMEM, "no memory for a transaction")
	}
	runtime.SetFinalizer(t, (*Transaction).Close)
	return t, nil
}

// Close frees it now instead of some time later; while it is carried out, when that has ended.
func (t *Transaction) Close() error {
	runtime.SetFinalizer(t, nil)
	t.close()
	return nil
}

// on adds a step about something of a name in a namespace.
func (t *Transaction) on(netns, name string, call func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		return refused(call(transaction, s.optional(netns), s.text(name)), "this step of a transaction", name)
	})
}

// SetLine says from which line of a file the changes come that are added from here on; 0 for none.
func (t *Transaction) SetLine(line uint) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, _ *scratch) error {
		C.ipvlan_transaction_set_line(transaction, C.uint(line))
		return nil
	})
}

// Create makes a slave, whose parent is in netns; its own namespace goes by name or not at all.
func (t *Transaction) Create(netns string, settings Settings) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		return s.slave(settings, func(made *C.struct_ipvlan_settings) C.int {
			return C.ipvlan_transaction_create(transaction, s.optional(netns), made)
		})
	})
}

// Delete deletes a slave.
func (t *Transaction) Delete(netns, name string) error {
	return t.on(netns, name, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_delete(t, netns, name)
	})
}

// SetUp brings a link up, or down.
func (t *Transaction) SetUp(netns, name string, up bool) error {
	return t.on(netns, name, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_set_up(t, netns, name, C.bool(up))
	})
}

// SetMTU sets a link's MTU.
func (t *Transaction) SetMTU(netns, name string, mtu uint32) error {
	return t.on(netns, name, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_set_mtu(t, netns, name, C.uint32_t(mtu))
	})
}

// SetMAC sets a link's hardware address.
func (t *Transaction) SetMAC(netns, name string, mac net.HardwareAddr) error {
	if len(mac) != 6 {
		return settingsError("a hardware address has 6 bytes, not %d", len(mac))
	}
	return t.on(netns, name, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_set_mac(t, netns, name, (*C.uint8_t)(&mac[0]))
	})
}

// Move moves a slave to another namespace, under another name unless newName is "".
func (t *Transaction) Move(netns, name, target, newName string) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		rc := C.ipvlan_transaction_move(transaction, s.optional(netns), s.text(name), s.optional(target),
			s.optional(newName))
		return refused(rc, "the name", newName)
	})
}

// Change changes mode or flags through one slave.
func (t *Transaction) Change(netns, name string, mode Mode, flags Flags, changeSiblings bool) error {
	return t.on(netns, name, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_change(t, netns, name, mode.number(), flags.number(), C.bool(changeSiblings))
	})
}

// ChangePort changes mode or flags of a port.
func (t *Transaction) ChangePort(netns, parent string, mode Mode, flags Flags, changeSiblings bool) error {
	return t.on(netns, parent, func(t *C.struct_ipvlan_transaction, netns, name *C.char) C.int {
		return C.ipvlan_transaction_change_port(t, netns, name, mode.number(), flags.number(), C.bool(changeSiblings))
	})
}

// ChangeModulePort changes options of a port, as Context.ChangeModulePort does.
func (t *Transaction) ChangeModulePort(netns, parent string, options ModuleOptions) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		rc := s.withOptions(options, func(o *C.struct_ipvlan_module_options) C.int {
			return C.ipvlan_transaction_change_options(transaction, s.optional(netns), s.text(parent), o)
		})
		return refused(rc, "options of the parent", parent)
	})
}

// withAddress adds a step about an address of a link.
func (t *Transaction) withAddress(netns, link string, address Address,
	call func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_address) C.int) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		made := s.address(address)
		defer C.ipvlan_address_free(made)
		return refused(call(transaction, s.optional(netns), s.text(link), made), "the address", address)
	})
}

// AddAddress adds an address to a link.
func (t *Transaction) AddAddress(netns, link string, address Address) error {
	return t.withAddress(netns, link, address,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_address) C.int {
			return C.ipvlan_transaction_add_address(t, netns, link, made)
		})
}

// ReplaceAddress adds an address to a link, or updates it.
func (t *Transaction) ReplaceAddress(netns, link string, address Address) error {
	return t.withAddress(netns, link, address,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_address) C.int {
			return C.ipvlan_transaction_replace_address(t, netns, link, made)
		})
}

// DeleteAddress deletes an address from a link.
func (t *Transaction) DeleteAddress(netns, link string, address Address) error {
	return t.withAddress(netns, link, address,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_address) C.int {
			return C.ipvlan_transaction_delete_address(t, netns, link, made)
		})
}

// withRoute adds a step about a route through a link, or with "" through the one that the kernel chooses.
func (t *Transaction) withRoute(netns, link string, route Route,
	call func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_route) C.int) error {
	return t.use(func(transaction *C.struct_ipvlan_transaction, s *scratch) error {
		made := s.route(route)
		defer C.ipvlan_route_free(made)
		return refused(call(transaction, s.optional(netns), s.optional(link), made), "the route", route)
	})
}

// AddRoute adds a route through a link; with "" the kernel chooses one by the gateway.
func (t *Transaction) AddRoute(netns, link string, route Route) error {
	return t.withRoute(netns, link, route,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_route) C.int {
			return C.ipvlan_transaction_add_route(t, netns, link, made)
		})
}

// ReplaceRoute adds a route, or puts it in the place of the one with that destination and metric.
func (t *Transaction) ReplaceRoute(netns, link string, route Route) error {
	return t.withRoute(netns, link, route,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_route) C.int {
			return C.ipvlan_transaction_replace_route(t, netns, link, made)
		})
}

// ChangeRoute puts a route in the place of the one with that destination and metric, which must be there.
func (t *Transaction) ChangeRoute(netns, link string, route Route) error {
	return t.withRoute(netns, link, route,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_route) C.int {
			return C.ipvlan_transaction_change_route(t, netns, link, made)
		})
}

// DeleteRoute deletes a route.
func (t *Transaction) DeleteRoute(netns, link string, route Route) error {
	return t.withRoute(netns, link, route,
		func(t *C.struct_ipvlan_transaction, netns, link *C.char, made *C.struct_ipvlan_route) C.int {
			return C.ipvlan_transaction_delete_route(t, netns, link, made)
		})
}

// AddNetns makes a namespace.
func (t *Transaction) AddNetns(name string) error {
	return t.on("", name, func(t *C.struct_ipvlan_transaction, _, name *C.char) C.int {
		return C.ipvlan_transaction_add_netns(t, name)
	})
}

// DeleteNetns takes the name from a namespace.
func (t *Transaction) DeleteNetns(name string) error {
	return t.on("", name, func(t *C.struct_ipvlan_transaction, _, name *C.char) C.int {
		return C.ipvlan_transaction_delete_netns(t, name)
	})
}

// Steps are what was gathered so far.
func (t *Transaction) Steps() (steps []Step) {
	_ = t.look(func(transaction *C.struct_ipvlan_transaction, _ *scratch) error {
		plan := C.ipvlan_transaction_get_plan(transaction)
		for i := C.size_t(0); i < C.ipvlan_plan_get_step_count(plan); i++ {
			steps = append(steps, step(C.ipvlan_plan_get_step(plan, i)))
		}
		return nil
	})
	return steps
}

// Commit carries it out in a context, as Plan.Apply does. What would change the transaction meanwhile gets EBUSY.
func (t *Transaction) Commit(ctx context.Context, in *Context, progress func(Progress)) error {
	return t.lend(func(transaction *C.struct_ipvlan_transaction) error {
		return in.carryOut(ctx, C.ipvlan_transaction_get_plan(transaction), progress)
	})
}
