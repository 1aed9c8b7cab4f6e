// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// EventKind is what an event is about.
type EventKind int

// The kinds; a newer library may have more.
const (
	EventResync  EventKind = C.IPVLAN_EVENT_RESYNC // the kernel dropped messages; the differences follow
	EventLink    EventKind = C.IPVLAN_EVENT_LINK
	EventPort    EventKind = C.IPVLAN_EVENT_PORT
	EventAddress EventKind = C.IPVLAN_EVENT_ADDRESS
	EventRoute   EventKind = C.IPVLAN_EVENT_ROUTE
	EventNetns   EventKind = C.IPVLAN_EVENT_NETNS
)

func (k EventKind) String() string {
	return named(C.ipvlan_event_kind_to_string(C.enum_ipvlan_event_kind(k)), int(k))
}

// EventAction is what happened to it.
type EventAction int

// The actions.
const (
	Added   EventAction = C.IPVLAN_EVENT_ADDED
	Removed EventAction = C.IPVLAN_EVENT_REMOVED
	Changed EventAction = C.IPVLAN_EVENT_CHANGED
)

func (a EventAction) String() string {
	return named(C.ipvlan_event_action_to_string(C.enum_ipvlan_event_action(a)), int(a))
}

func named(name *C.char, number int) string {
	if name == nil {
		return fmt.Sprint(number)
	}
	return C.GoString(name)
}

// PropertyChange is what a property was, and what it is now.
type PropertyChange struct{ Property, Old, New string }

func (c PropertyChange) String() string { return c.Property + " " + c.Old + " -> " + c.New }

// Event is one event.
type Event struct {
	Kind       EventKind
	Action     EventAction
	Initial    bool // it tells of what was there when the monitor began
	Time       time.Time
	Netns      string // a name of the namespace where it happened; for a port the parent's
	NetnsInode uint64
	NetnsPID   int
	Link       *Link // the slave that it happened to, or that has the address or the route; without addresses
	Address    *Address
	Route      *Route
	Parent     string
	Mode       Mode // of the port
	Flags      Flags
	SlaveCount int // of the port, as far as they are watched
	Changes    []PropertyChange
}

func (e Event) String() string {
	words := []string{e.Kind.String(), e.Action.String()}
	switch {
	case e.Link != nil:
		words = append(words, e.Link.Name)
	case e.Parent != "":
		words = append(words, e.Parent)
	default:
		words = append(words, e.Netns)
	}
	if e.Address != nil {
		words = append(words, e.Address.String())
	}
	if e.Route != nil {
		words = append(words, e.Route.String())
	}
	for _, change := range e.Changes {
		words = append(words, change.String())
	}
	return strings.Join(words, " ")
}

func event(e *C.struct_ipvlan_event) Event {
	at := C.ipvlan_event_get_time(e)
	read := Event{
		Kind:       EventKind(C.ipvlan_event_get_kind(e)),
		Action:     EventAction(C.ipvlan_event_get_action(e)),
		Initial:    bool(C.ipvlan_event_is_initial(e)),
		Time:       time.Unix(int64(at.tv_sec), int64(at.tv_nsec)),
		Netns:      C.GoString(C.ipvlan_event_get_netns(e)),
		NetnsInode: uint64(C.ipvlan_event_get_netns_inode(e)),
		NetnsPID:   int(C.ipvlan_event_get_netns_pid(e)),
		Parent:     C.GoString(C.ipvlan_event_get_parent_name(e)),
		Mode:       KernelMode(int(C.ipvlan_event_get_mode(e))),
		Flags:      KernelFlags(int(C.ipvlan_event_get_flags(e))),
		SlaveCount: int(C.ipvlan_event_get_slave_count(e)),
	}
	if l := C.ipvlan_event_get_link(e); l != nil {
		copied := link(l)
		read.Link = &copied
	}
	if a := C.ipvlan_event_get_address(e); a != nil {
		copied := address(a)
		read.Address = &copied
	}
	if r := C.ipvlan_event_get_route(e); r != nil {
		copied := route(r)
		read.Route = &copied
	}
	for i := C.size_t(0); i < C.ipvlan_event_get_change_count(e); i++ {
		property := C.ipvlan_event_get_change_property(e, i)
		read.Changes = append(read.Changes, PropertyChange{
			Property: named(C.ipvlan_property_to_string(property), int(property)),
			Old:      C.GoString(C.ipvlan_event_get_change_old(e, i)),
			New:      C.GoString(C.ipvlan_event_get_change_new(e, i)),
		})
	}
	return read
}

// MonitorOptions say what to watch. What is zero is the library's own choice.
type MonitorOptions struct {
	Netns         *Netns // the namespace to watch; nil is the calling thread's
	Everywhere    bool   // all namespaces that can be found and entered, also those that come later
	Kinds         []EventKind
	ReceiveBuffer int           // bytes of each socket's
	ScanInterval  time.Duration // between two looks for namespaces that nothing announces, rounded up to ms; below 0: never
}

// A Monitor tells what changes. It has a context of its own, so that nobody else waits for it.
type Monitor struct {
	mutex       sync.Mutex
	ctx         *C.struct_ipvlan_ctx
	monitor     *C.struct_ipvlan_monitor
	woken, wake *os.File // a pipe that ends a wait
}

// NewMonitor begins to watch. What is there comes first, as events that are Initial.
func NewMonitor(options MonitorOptions) (m *Monitor, err error) {
	m = new(Monitor)
	if rc := C.ipvlan_ctx_new(&m.ctx); rc != 0 {
		return nil, plainError(rc, "cannot make a context")
	}
	runtime.SetFinalizer(m, (*Monitor).Close)
	defer func() {
		if err != nil {
			m.Close()
			m = nil
		}
	}()
	if m.woken, m.wake, err = os.Pipe(); err != nil {
		return m, err
	}
	if options.Netns != nil {
		err = options.Netns.use(func(netns *C.struct_ipvlan_netns) error {
			return m.told(C.ipvlan_ctx_set_netns(m.ctx, netns))
		})
		if err != nil {
			return m, err
		}
	}
	if err = m.told(C.ipvlan_monitor_new(m.ctx, &m.monitor)); err != nil {
		return m, err
	}
	m.configure(options)
	return m, m.told(C.ipvlan_monitor_start(m.monitor))
}

// most is as much as C has room for.
func most(number int64) C.uint {
	if number > math.MaxUint32 {
		return math.MaxUint32
	}
	return C.uint(number)
}

func (m *Monitor) configure(options MonitorOptions) {
	C.ipvlan_monitor_set_everywhere(m.monitor, C.bool(options.Everywhere))
	if options.Kinds != nil {
		var kinds C.uint32_t
		for _, kind := range options.Kinds {
			kinds |= 1 << uint(kind)
		}
		C.ipvlan_monitor_set_kinds(m.monitor, kinds)
	}
	if options.ReceiveBuffer > 0 {
		C.ipvlan_monitor_set_receive_buffer(m.monitor, most(int64(options.ReceiveBuffer)))
	}
	switch {
	case options.ScanInterval > 0:
		// 0 would be never.
		milliseconds := (options.ScanInterval + time.Millisecond - 1).Milliseconds()
		C.ipvlan_monitor_set_scan_interval(m.monitor, most(milliseconds))
	case options.ScanInterval < 0:
		C.ipvlan_monitor_set_scan_interval(m.monitor, 0)
	}
}

func (m *Monitor) told(rc C.int) error {
	if rc == 0 {
		return nil
	}
	return lastError(m.ctx, rc)
}

// Read reads one event without waiting; false when there is none now.
func (m *Monitor) Read() (Event, bool, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.read()
}

func (m *Monitor) read() (Event, bool, error) {
	var e *C.struct_ipvlan_event
	if m.monitor == nil {
		return Event{}, false, os.ErrClosed
	}
	switch rc := C.ipvlan_monitor_read(m.monitor, &e); rc {
	case 0:
		defer C.ipvlan_event_free(e)
		return event(e), true, nil
	case -C.EAGAIN:
		return Event{}, false, nil
	default:
		return Event{}, false, m.told(rc)
	}
}

// Next waits for the next event, or until ctx is done, whose error it then gives.
func (m *Monitor) Next(ctx context.Context) (Event, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for {
		e, found, err := m.read()
		if err != nil || found {
			return e, err
		}
		if err := m.wait(ctx); err != nil {
			return Event{}, err
		}
	}
}

// wait ends when there is something to read, or to do on the way, or when ctx is done.
func (m *Monitor) wait(ctx context.Context) error {
	over, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-ctx.Done():
			m.wake.Write([]byte{0})
		case <-over:
		}
	}()
	C.shim_wait(C.ipvlan_monitor_get_fd(m.monitor), C.int(m.woken.Fd()))
	close(over)
	<-gone
	if err := ctx.Err(); err != nil {
		// The goroutine may have written, or have seen the other channel first.
		for C.shim_drain(C.int(m.woken.Fd())) != 0 {
		}
		return err
	}
	return nil
}

// Watch hands each event to fn, until fn or the monitor fails, or ctx is done.
func (m *Monitor) Watch(ctx context.Context, fn func(Event) error) error {
	for {
		e, err := m.Next(ctx)
		if err == nil {
			err = fn(e)
		}
		if err != nil {
			return err
		}
	}
}

// NetnsCount is how many namespaces are watched now.
func (m *Monitor) NetnsCount() int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.monitor == nil {
		return 0
	}
	return int(C.ipvlan_monitor_get_netns_count(m.monitor))
}

// Close closes all that it has open. It waits for a Next that is under way: end that by its context.
func (m *Monitor) Close() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	runtime.SetFinalizer(m, nil)
	C.ipvlan_monitor_free(m.monitor)
	C.ipvlan_ctx_free(m.ctx)
	m.monitor, m.ctx = nil, nil
	m.woken.Close()
	m.wake.Close()
	return nil
}

// Condition is what Wait waits for.
type Condition int

// The conditions.
const (
	Exists       Condition = C.IPVLAN_CONDITION_EXISTS
	Gone         Condition = C.IPVLAN_CONDITION_GONE
	IsUp         Condition = C.IPVLAN_CONDITION_UP            // and has carrier
	AddressReady Condition = C.IPVLAN_CONDITION_ADDRESS_READY // up, carrier, and no address tentative any more
)

// Wait waits, by events, until a link of the context's namespace is ready, or ctx is done, which is seen within half a
// second. The Context serves no other call meanwhile. EADDRINUSE: duplicate address detection found another holder.
func (c *Context) Wait(ctx context.Context, name string, condition Condition) error {
	for {
		err := c.on(name, func(inner *C.struct_ipvlan_ctx, name *C.char) C.int {
			return C.ipvlan_link_wait(inner, name, C.enum_ipvlan_condition(condition), 500)
		})
		if !errors.Is(err, syscall.ETIMEDOUT) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
