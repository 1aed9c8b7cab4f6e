// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import "net/netip"

// Severity is how bad a fault is.
type Severity int

// The severities.
const (
	Warning Severity = C.IPVLAN_SEVERITY_WARNING // it can be done, but is hardly what is wanted
	Failure Severity = C.IPVLAN_SEVERITY_ERROR   // it cannot be done, or does not work
	Info    Severity = C.IPVLAN_SEVERITY_INFO    // good to know
)

// Fault is one fault that Diagnose found: what it is about, what was seen, what to do.
type Fault struct {
	ID         string // such as "duplicate-address"; later versions keep it
	Severity   Severity
	Title      string
	Link       string // "" when it is about none
	Netns      string
	NetnsInode uint64
	Subject    string // link and namespace for people
	Evidence   string // what was seen
	Remedy     string // commands, a line each; one that begins with "#" is for people
	Section    string // of ipvlan-doctor(7)
}

func (f Fault) String() string { return f.Subject + ": " + f.Title }

func fault(f *C.struct_ipvlan_finding) Fault {
	return Fault{
		ID:         C.GoString(C.ipvlan_finding_get_id(f)),
		Severity:   Severity(C.ipvlan_finding_get_severity(f)),
		Title:      C.GoString(C.ipvlan_finding_get_title(f)),
		Link:       C.GoString(C.ipvlan_finding_get_link(f)),
		Netns:      C.GoString(C.ipvlan_finding_get_netns(f)),
		NetnsInode: uint64(C.ipvlan_finding_get_netns_inode(f)),
		Subject:    C.GoString(C.ipvlan_finding_get_subject(f)),
		Evidence:   C.GoString(C.ipvlan_finding_get_evidence(f)),
		Remedy:     C.GoString(C.ipvlan_finding_get_remedy(f)),
		Section:    C.GoString(C.ipvlan_finding_get_section(f)),
	}
}

// Diagnose looks for faults of a port, named by its parent or a slave, or of all (""), and for differences from a
// topology, which may be nil. The worst come first.
func (c *Context) Diagnose(name string, topology *Topology) (faults []Fault, err error) {
	look := func(topology *C.struct_ipvlan_topology) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			var diagnosis *C.struct_ipvlan_diagnosis
			rc := C.ipvlan_diagnosis_new(ctx, s.optional(name), topology, &diagnosis)
			if rc == 0 {
				defer C.ipvlan_diagnosis_free(diagnosis)
				for i := C.size_t(0); i < C.ipvlan_diagnosis_get_count(diagnosis); i++ {
					faults = append(faults, fault(C.ipvlan_diagnosis_get_finding(diagnosis, i)))
				}
			}
			return rc
		})
	}
	if topology == nil {
		err = look(nil)
	} else {
		err = topology.use(func(topology *C.struct_ipvlan_topology, _ *scratch) error { return look(topology) })
	}
	return faults, err
}

// FaultKind is a sort of fault that this version can find.
type FaultKind struct{ ID, Title, Section string }

// FaultKinds are all of them.
func FaultKinds() (kinds []FaultKind) {
	for i := C.size_t(0); ; i++ {
		kind := C.ipvlan_finding_kind_get(i)
		if kind == nil {
			return kinds
		}
		kinds = append(kinds, FaultKind{C.GoString(kind.id), C.GoString(kind.title), C.GoString(kind.section)})
	}
}

// HostAccess is the host's own way to the slaves of a parent.
type HostAccess struct {
	Link         *Link // the host's own slave; nil when there is no host access
	Routes       []Route
	MissingCount int // addresses of slaves that have no such route
}

// HostAccess reads the host access of a parent.
func (c *Context) HostAccess(parent string) (access HostAccess, err error) {
	err = c.on(parent, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		var a *C.struct_ipvlan_host_access
		rc := C.ipvlan_host_access_get(ctx, name, &a)
		if rc != 0 {
			return rc
		}
		defer C.ipvlan_host_access_free(a)
		if l := C.ipvlan_host_access_get_link(a); l != nil {
			copied := link(l)
			access.Link = &copied
		}
		for i := C.size_t(0); i < C.ipvlan_host_access_get_route_count(a); i++ {
			access.Routes = append(access.Routes, route(C.ipvlan_host_access_get_route(a, i)))
		}
		access.MissingCount = int(C.ipvlan_host_access_get_missing_count(a))
		return 0
	})
	return access, err
}

// EnableHostAccess gives the host a way to all slaves of a parent, or brings it up to date. The addresses are those of
// the host's own slave; none leaves those that it has.
func (c *Context) EnableHostAccess(parent string, addresses ...netip.Addr) error {
	var texts []string
	for _, address := range addresses {
		texts = append(texts, address.String())
	}
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var list **C.char
		if texts != nil {
			list = s.words(texts)
		}
		return C.ipvlan_host_access_enable(ctx, s.text(parent), list)
	})
}

// DisableHostAccess takes it away.
func (c *Context) DisableHostAccess(parent string) error {
	return c.on(parent, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int {
		return C.ipvlan_host_access_disable(ctx, name)
	})
}
