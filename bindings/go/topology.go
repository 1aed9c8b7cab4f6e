// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import "runtime"

// A Topology describes what a whole machine shall look like: parents, namespaces, slaves. Nothing of it touches the
// kernel.
type Topology struct {
	gathered[*C.struct_ipvlan_topology]
}

// NewTopology makes an empty one.
func NewTopology() *Topology {
	made := C.ipvlan_topology_new()
	if made == nil {
		panic("ipvlan: out of memory")
	}
	return wrapTopology(made)
}

func wrapTopology(topology *C.struct_ipvlan_topology) *Topology {
	t := &Topology{gathered[*C.struct_ipvlan_topology]{
		object: topology,
		free:   func(topology *C.struct_ipvlan_topology) { C.ipvlan_topology_free(topology) },
	}}
	runtime.SetFinalizer(t, (*Topology).Close)
	return t
}

// ReadTopology reads what lives, in the same form.
func (c *Context) ReadTopology() (*Topology, error) {
	var topology *C.struct_ipvlan_topology
	err := c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var read *C.struct_ipvlan_topology
		rc := C.ipvlan_topology_read(ctx, &read)
		topology = read
		return rc
	})
	if err != nil {
		return nil, err
	}
	return wrapTopology(topology), nil
}

// Close frees it now instead of some time later.
func (t *Topology) Close() error {
	runtime.SetFinalizer(t, nil)
	t.close()
	return nil
}

// SetLine says from which line of a file the things come that are added from here on; 0 for none.
func (t *Topology) SetLine(line int) error {
	return t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		C.ipvlan_topology_set_line(topology, C.uint(line))
		return nil
	})
}

// AddParent describes a parent, which must exist when a plan is made.
func (t *Topology) AddParent(name string, mode Mode, flags Flags) error {
	return t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		rc := C.ipvlan_topology_add_parent(topology, s.text(name), mode.number(), flags.number())
		return refused(rc, "the parent", name)
	})
}

// SetParentOptions describes what the port of a parent that was added shall have of our own module's options; a plan is
// EOPNOTSUPP without that module.
func (t *Topology) SetParentOptions(name string, options ModuleOptions) error {
	return t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		rc := s.withOptions(options, func(o *C.struct_ipvlan_module_options) C.int {
			return C.ipvlan_topology_set_parent_options(topology, s.text(name), o)
		})
		return refused(rc, "options of the parent", name)
	})
}

// AddNetns describes a namespace; those that slaves name are described by that already.
func (t *Topology) AddNetns(name string, mustExist bool) error {
	return t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		return refused(C.ipvlan_topology_add_netns(topology, s.text(name), C.bool(mustExist)), "the namespace", name)
	})
}

// AddSlave describes a slave: with a name, its parent by name, and its namespace by name or not at all.
func (t *Topology) AddSlave(settings Settings) error {
	return t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		return s.slave(settings, func(made *C.struct_ipvlan_settings) C.int {
			return C.ipvlan_topology_add_slave(topology, made)
		})
	})
}

// Finding is what a check has found.
type Finding struct {
	IsError   bool // it cannot be done; else it is hardly what is wanted
	Text      string
	Line      int // 0 for none
	OtherLine int // where two things contradict each other
}

// Check checks the rules that need no kernel.
func (t *Topology) Check() (findings []Finding, err error) {
	err = t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		if rc := C.ipvlan_topology_check(topology); rc < 0 {
			return plainError(rc, "the topology cannot be checked")
		}
		for i := C.size_t(0); i < C.ipvlan_topology_get_finding_count(topology); i++ {
			findings = append(findings, Finding{
				IsError:   C.ipvlan_topology_get_finding_severity(topology, i) == C.IPVLAN_SEVERITY_ERROR,
				Text:      C.GoString(C.ipvlan_topology_get_finding_text(topology, i)),
				Line:      int(C.ipvlan_topology_get_finding_line(topology, i)),
				OtherLine: int(C.ipvlan_topology_get_finding_other_line(topology, i)),
			})
		}
		return nil
	})
	return findings, err
}

// TopologyParent is a parent of a topology.
type TopologyParent struct {
	Name    string
	Mode    Mode
	Flags   Flags
	Options *ModuleOptions // of our own module; nil when nothing is said of them
}

// Parents are the parents that it describes.
func (t *Topology) Parents() (parents []TopologyParent) {
	_ = t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		for i := C.size_t(0); i < C.ipvlan_topology_get_parent_count(topology); i++ {
			parents = append(parents, TopologyParent{
				Name:    C.GoString(C.ipvlan_topology_get_parent_name(topology, i)),
				Mode:    KernelMode(int(C.ipvlan_topology_get_parent_mode(topology, i))),
				Flags:   KernelFlags(int(C.ipvlan_topology_get_parent_flags(topology, i))),
				Options: describedOptions(C.ipvlan_topology_get_parent_options(topology, i)),
			})
		}
		return nil
	})
	return parents
}

// Slaves are the slaves that it describes, as settings.
func (t *Topology) Slaves() (slaves []Settings) {
	_ = t.use(func(topology *C.struct_ipvlan_topology, s *scratch) error {
		for i := C.size_t(0); i < C.ipvlan_topology_get_slave_count(topology); i++ {
			slaves = append(slaves, topologySlave(C.ipvlan_topology_get_slave(topology, i)))
		}
		return nil
	})
	return slaves
}

func topologySlave(slave *C.struct_ipvlan_topology_slave) Settings {
	settings := Settings{
		Name:       C.GoString(C.ipvlan_topology_slave_get_name(slave)),
		Parent:     C.GoString(C.ipvlan_topology_slave_get_parent(slave)),
		Netns:      C.GoString(C.ipvlan_topology_slave_get_netns(slave)),
		MTU:        uint32(C.ipvlan_topology_slave_get_mtu(slave)),
		Up:         bool(C.ipvlan_topology_slave_is_up(slave)),
		LoopbackUp: bool(C.ipvlan_topology_slave_has_loopback_up(slave)),
	}
	for i := C.size_t(0); ; i++ {
		a := C.ipvlan_topology_slave_get_address(slave, i)
		if a == nil {
			break
		}
		settings.Addresses = append(settings.Addresses, address(a))
	}
	for i := C.size_t(0); ; i++ {
		r := C.ipvlan_topology_slave_get_route(slave, i)
		if r == nil {
			break
		}
		settings.Routes = append(settings.Routes, route(r))
	}
	return settings
}
