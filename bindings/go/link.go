// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"net"
	"unsafe"
)

// Link is a link as it was when it was read.
type Link struct {
	Name    string
	Index   int
	Kind    string // "ipvlan", "veth", …; "" for a link without one, such as a network card
	IsSlave bool   // an ipvlan or ipvtap link
	Mode    Mode   // of its port; unset when it is no slave
	Flags   Flags  // of its port

	Parent           string // "" without a parent, or when the caller may not look at it
	ParentIndex      int    // in the parent's namespace
	ParentNSID       int    // as the link's namespace knows it; -1 when both are in the same one
	ParentNetns      string // a name of the parent's namespace, when that is another one
	ParentNetnsInode uint64

	Netns      string // a name of the namespace that it was found in, as far as that is known
	NetnsInode uint64
	NetnsPID   int    // a process in that namespace when it has no name
	NetnsPath  string // a path to it when neither a name nor a process leads there

	DeviceFlags     uint32 // IFF_ flags
	Up              bool
	OperState       uint8
	OperStateName   string // "UP", "DOWN", "UNKNOWN", …
	MTU             uint32
	MinMTU, MaxMTU  uint32 // 0 when the kernel does not say
	Type            uint16 // ARPHRD_ number
	MAC             net.HardwareAddr
	Broadcast       net.HardwareAddr
	ControllerIndex int // the bridge, bond, … that it belongs to
	Qdisc           string
	TxQueueLength   uint32
	Group           uint32
	LinkMode        uint8
	Promiscuity     uint32
	AllMulti        uint32
	TxQueues        uint32
	RxQueues        uint32

	Stats     Stats
	Addresses []Address
	Drops     map[string]uint64 // packets dropped, by reason; only Counters reads them, nil when nobody tells
}

func (l Link) String() string { return l.Name }

// Stats are counters since the link was made.
type Stats struct {
	RxPackets, TxPackets, RxBytes, TxBytes   uint64
	RxErrors, TxErrors, RxDropped, TxDropped uint64
	Multicast, RxOverErrors, RxMissed        uint64
	TxCarrierErrors, Collisions              uint64
}

// Scope says which links a list shall hold.
type Scope int

// The scopes.
const (
	IPVLAN     Scope = C.IPVLAN_LINKS_IPVLAN     // ipvlan and ipvtap links of the context's namespace
	AnyKind    Scope = C.IPVLAN_LINKS_ANY_KIND   // all links of the context's namespace
	Everywhere Scope = C.IPVLAN_LINKS_EVERYWHERE // ipvlan and ipvtap links of all namespaces that can be found
)

func stats(l *C.struct_ipvlan_link) Stats {
	get := func(stat C.enum_ipvlan_stat) uint64 { return uint64(C.ipvlan_link_get_stat(l, stat)) }
	return Stats{
		RxPackets:       get(C.IPVLAN_STAT_RX_PACKETS),
		TxPackets:       get(C.IPVLAN_STAT_TX_PACKETS),
		RxBytes:         get(C.IPVLAN_STAT_RX_BYTES),
		TxBytes:         get(C.IPVLAN_STAT_TX_BYTES),
		RxErrors:        get(C.IPVLAN_STAT_RX_ERRORS),
		TxErrors:        get(C.IPVLAN_STAT_TX_ERRORS),
		RxDropped:       get(C.IPVLAN_STAT_RX_DROPPED),
		TxDropped:       get(C.IPVLAN_STAT_TX_DROPPED),
		Multicast:       get(C.IPVLAN_STAT_MULTICAST),
		RxOverErrors:    get(C.IPVLAN_STAT_RX_OVER_ERRORS),
		RxMissed:        get(C.IPVLAN_STAT_RX_MISSED),
		TxCarrierErrors: get(C.IPVLAN_STAT_TX_CARRIER_ERRORS),
		Collisions:      get(C.IPVLAN_STAT_COLLISIONS),
	}
}

func link(l *C.struct_ipvlan_link) Link {
	var macSize, broadcastSize C.size_t
	mac := C.ipvlan_link_get_mac(l, &macSize)
	broadcast := C.ipvlan_link_get_broadcast(l, &broadcastSize)
	read := Link{
		Name:             C.GoString(C.ipvlan_link_get_name(l)),
		Index:            int(C.ipvlan_link_get_ifindex(l)),
		Kind:             C.GoString(C.ipvlan_link_get_kind(l)),
		IsSlave:          bool(C.ipvlan_link_is_slave(l)),
		Mode:             KernelMode(int(C.ipvlan_link_get_mode(l))),
		Flags:            KernelFlags(int(C.ipvlan_link_get_flags(l))),
		Parent:           C.GoString(C.ipvlan_link_get_parent_name(l)),
		ParentIndex:      int(C.ipvlan_link_get_parent_index(l)),
		ParentNSID:       int(C.ipvlan_link_get_parent_nsid(l)),
		ParentNetns:      C.GoString(C.ipvlan_link_get_parent_netns(l)),
		ParentNetnsInode: uint64(C.ipvlan_link_get_parent_netns_inode(l)),
		Netns:            C.GoString(C.ipvlan_link_get_netns(l)),
		NetnsInode:       uint64(C.ipvlan_link_get_netns_inode(l)),
		NetnsPID:         int(C.ipvlan_link_get_netns_pid(l)),
		NetnsPath:        C.GoString(C.ipvlan_link_get_netns_path(l)),
		DeviceFlags:      uint32(C.ipvlan_link_get_device_flags(l)),
		Up:               bool(C.ipvlan_link_is_up(l)),
		OperState:        uint8(C.ipvlan_link_get_operstate(l)),
		OperStateName:    C.GoString(C.ipvlan_link_get_operstate_name(l)),
		MTU:              uint32(C.ipvlan_link_get_mtu(l)),
		MinMTU:           uint32(C.ipvlan_link_get_min_mtu(l)),
		MaxMTU:           uint32(C.ipvlan_link_get_max_mtu(l)),
		Type:             uint16(C.ipvlan_link_get_type(l)),
		MAC:              bytesOf(mac, macSize),
		Broadcast:        bytesOf(broadcast, broadcastSize),
		ControllerIndex:  int(C.ipvlan_link_get_controller_index(l)),
		Qdisc:            C.GoString(C.ipvlan_link_get_qdisc(l)),
		TxQueueLength:    uint32(C.ipvlan_link_get_txqlen(l)),
		Group:            uint32(C.ipvlan_link_get_group(l)),
		LinkMode:         uint8(C.ipvlan_link_get_link_mode(l)),
		Promiscuity:      uint32(C.ipvlan_link_get_promiscuity(l)),
		AllMulti:         uint32(C.ipvlan_link_get_allmulti(l)),
		TxQueues:         uint32(C.ipvlan_link_get_tx_queues(l)),
		RxQueues:         uint32(C.ipvlan_link_get_rx_queues(l)),
		Stats:            stats(l),
	}
	for i := C.size_t(0); i < C.ipvlan_link_get_address_count(l); i++ {
		read.Addresses = append(read.Addresses, address(C.ipvlan_link_get_address(l, i)))
	}
	return read
}

// one makes a call that gives one link.
func (c *Context) one(call func(ctx *C.struct_ipvlan_ctx, s *scratch, l **C.struct_ipvlan_link) C.int) (read Link, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var l *C.struct_ipvlan_link
		rc := call(ctx, s, &l)
		if rc == 0 {
			read = link(l)
			C.ipvlan_link_free(l)
		}
		return rc
	})
	return read, err
}

// Create makes a slave, all or nothing: the link, straight in its namespace, its addresses, its routes, up.
func (c *Context) Create(settings Settings) (Link, error) {
	return c.one(func(ctx *C.struct_ipvlan_ctx, s *scratch, l **C.struct_ipvlan_link) C.int {
		made := s.settings(settings)
		defer C.ipvlan_settings_free(made)
		return C.ipvlan_link_create(ctx, made, l)
	})
}

// Link reads one link of any kind.
func (c *Context) Link(name string) (Link, error) {
	return c.one(func(ctx *C.struct_ipvlan_ctx, s *scratch, l **C.struct_ipvlan_link) C.int {
		return C.ipvlan_link_get(ctx, s.text(name), l)
	})
}

// LinkByIndex reads one link of any kind.
func (c *Context) LinkByIndex(index int) (Link, error) {
	return c.one(func(ctx *C.struct_ipvlan_ctx, s *scratch, l **C.struct_ipvlan_link) C.int {
		return C.ipvlan_link_get_by_index(ctx, s.cInt(index, "the index"), l)
	})
}

// Links reads many links, with their addresses.
func (c *Context) Links(scope Scope) (links []Link, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var list *C.struct_ipvlan_link_list
		rc := C.ipvlan_link_list(ctx, C.enum_ipvlan_link_scope(scope), &list)
		if rc == 0 {
			defer C.ipvlan_link_list_free(list)
			for i := C.size_t(0); i < C.ipvlan_link_list_get_count(list); i++ {
				links = append(links, link(C.ipvlan_link_list_get(list, i)))
			}
		}
		return rc
	})
	return links, err
}

// Counters reads the counters of all slaves of the machine, for programs that do so again and again: as Links with
// Everywhere, but without addresses, and with Drops where our own module tells them.
func (c *Context) Counters() (links []Link, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, _ *scratch) C.int {
		var list *C.struct_ipvlan_link_list
		rc := C.ipvlan_link_list_counters(ctx, &list)
		if rc == 0 {
			defer C.ipvlan_link_list_free(list)
			for i := C.size_t(0); i < C.ipvlan_link_list_get_count(list); i++ {
				l := C.ipvlan_link_list_get(list, i)
				read := link(l)
				read.Drops = drops(list, l)
				links = append(links, read)
			}
		}
		return rc
	})
	return links, err
}

// drops is nil when the list has no reasons.
func drops(list *C.struct_ipvlan_link_list, l *C.struct_ipvlan_link) map[string]uint64 {
	count := C.ipvlan_link_list_get_reason_count(list)
	if count == 0 {
		return nil
	}
	read := make(map[string]uint64, int(count))
	for i := C.size_t(0); i < count; i++ {
		read[C.GoString(C.ipvlan_link_list_get_reason(list, i))] = uint64(C.ipvlan_link_get_drops(l, i))
	}
	return read
}

// SetUp brings a link up.
func (c *Context) SetUp(name string) error {
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int { return C.ipvlan_link_set_up(ctx, name) })
}

// SetDown brings a link down.
func (c *Context) SetDown(name string) error {
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int { return C.ipvlan_link_set_down(ctx, name) })
}

// Delete deletes links, all or none.
func (c *Context) Delete(names ...string) error {
	if len(names) == 1 {
		return c.on(names[0], func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
			return C.ipvlan_link_delete(ctx, name)
		})
	}
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		return C.ipvlan_link_delete_many(ctx, s.words(names), C.size_t(len(names)))
	})
}

// words is an array for C, in C's memory, with NULL behind its last text.
func (s *scratch) words(words []string) **C.char {
	memory := C.calloc(C.size_t(len(words)+1), C.size_t(unsafe.Sizeof((*C.char)(nil))))
	s.texts = append(s.texts, memory)
	array := unsafe.Slice((**C.char)(memory), len(words)+1)
	for i, word := range words {
		array[i] = s.text(word)
	}
	return &array[0]
}

// SetMTU sets the MTU in bytes.
func (c *Context) SetMTU(name string, mtu uint32) error {
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		return C.ipvlan_link_set_mtu(ctx, name, C.uint32_t(mtu))
	})
}

// SetMAC sets the hardware address, six bytes; a slave has its parent's and refuses.
func (c *Context) SetMAC(name string, mac net.HardwareAddr) error {
	if len(mac) != 6 {
		return settingsError("a hardware address has 6 bytes, not %d", len(mac))
	}
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		return C.ipvlan_link_set_mac(ctx, name, (*C.uint8_t)(&mac[0]))
	})
}

// Rename gives a link another name.
func (c *Context) Rename(name, newName string) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		return C.ipvlan_link_rename(ctx, s.text(name), s.text(newName))
	})
}

// Move moves a link to another namespace, under a new name unless that is "". It loses its addresses and routes.
func (c *Context) Move(name string, target *Netns, newName string) error {
	return target.use(func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			return C.ipvlan_link_move(ctx, s.text(name), netns, s.optional(newName))
		})
	})
}

// Change changes mode or flags through one slave. They belong to its port: all siblings change with it, which must be
// agreed to.
func (c *Context) Change(name string, mode Mode, flags Flags, changeSiblings bool) error {
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		return C.ipvlan_link_change(ctx, name, mode.number(), flags.number(), C.bool(changeSiblings))
	})
}

// Port is a parent with its mode, its flags and all its slaves, in whatever namespace they live.
type Port struct {
	Parent Link
	Mode   Mode // unset while there is no slave
	Flags  Flags
	Slaves []Link
}

// Port reads a parent with all its slaves.
func (c *Context) Port(parent string) (port Port, err error) {
	err = c.on(parent, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		var p *C.struct_ipvlan_port
		rc := C.ipvlan_port_get(ctx, name, &p)
		if rc == 0 {
			defer C.ipvlan_port_free(p)
			port.Parent = link(C.ipvlan_port_get_parent(p))
			port.Mode = KernelMode(int(C.ipvlan_port_get_mode(p)))
			port.Flags = KernelFlags(int(C.ipvlan_port_get_flags(p)))
			for i := C.size_t(0); i < C.ipvlan_port_get_slave_count(p); i++ {
				port.Slaves = append(port.Slaves, link(C.ipvlan_port_get_slave(p, i)))
			}
		}
		return rc
	})
	return port, err
}

// ChangePort changes mode or flags of a port and so of all its slaves.
func (c *Context) ChangePort(parent string, mode Mode, flags Flags, changeSiblings bool) error {
	return c.on(parent, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		return C.ipvlan_port_change(ctx, name, mode.number(), flags.number(), C.bool(changeSiblings))
	})
}
