// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"context"
	"os"
	"runtime"
	"runtime/cgo"
	"strconv"
	"sync"
)

// Change is what a step does.
type Change int

// The changes.
const (
	Add    Change = C.IPVLAN_CHANGE_ADD
	Remove Change = C.IPVLAN_CHANGE_REMOVE
	Set    Change = C.IPVLAN_CHANGE_SET
)

func (c Change) String() string {
	switch c {
	case Add:
		return "+"
	case Remove:
		return "-"
	case Set:
		return "~"
	}
	return strconv.Itoa(int(c))
}

// Step is a step of a plan.
type Step struct {
	Change       Change
	Kind         string // "netns", "port", "lo", "slave", "mtu", "up", "address", "route", "options", "move" or "mac"
	Name         string // the link or namespace that it is about
	Netns        string // where it happens; "" for the context's own namespace
	Line         int    // of the description that asks for it; 0 for none
	SiblingCount int    // slaves that it changes though nobody described them
	Text         string
}

func (s Step) String() string { return s.Change.String() + " " + s.Text }

func step(s *C.struct_ipvlan_step) Step {
	return Step{
		Change:       Change(C.ipvlan_step_get_change(s)),
		Kind:         C.GoString(C.ipvlan_step_get_kind(s)),
		Name:         C.GoString(C.ipvlan_step_get_name(s)),
		Netns:        C.GoString(C.ipvlan_step_get_netns(s)),
		Line:         int(C.ipvlan_step_get_line(s)),
		SiblingCount: int(C.ipvlan_step_get_sibling_count(s)),
		Text:         format(func(buf *C.char, size C.size_t) { C.ipvlan_step_format(s, buf, size) }),
	}
}

// A Plan leads from what lives to a topology.
type Plan struct {
	Steps   []Step // in the order in which they are taken
	context *Context
	mutex   sync.RWMutex
	plan    *C.struct_ipvlan_plan
}

// Plan plans the way from what lives to a topology. With prune the parents that it lists are described whole: their
// other slaves go, and so do other addresses and routes of the slaves that it describes. The kernel is only read.
func (c *Context) Plan(topology *Topology, prune bool) (*Plan, error) {
	p := &Plan{context: c}
	err := topology.use(func(topology *C.struct_ipvlan_topology, _ *scratch) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			var plan *C.struct_ipvlan_plan
			rc := C.ipvlan_plan_new(ctx, topology, C.bool(prune), &plan)
			p.plan = plan
			return rc
		})
	})
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(p, (*Plan).Close)
	for i := C.size_t(0); i < C.ipvlan_plan_get_step_count(p.plan); i++ {
		p.Steps = append(p.Steps, step(C.ipvlan_plan_get_step(p.plan, i)))
	}
	return p, nil
}

// Close frees it now instead of some time later.
func (p *Plan) Close() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	runtime.SetFinalizer(p, nil)
	C.ipvlan_plan_free(p.plan)
	p.plan = nil
	return nil
}

// Progress is told before each step, and while undoing.
type Progress struct {
	Done    int // steps done so far; when undoing: still to be undone
	Total   int
	Step    Step
	Undoing bool
}

type applying struct {
	ctx      context.Context
	progress func(Progress)
	panicked any
}

// Apply carries the plan out, all or nothing: when a step fails, those before it are undone in reverse order. So they
// are when ctx is done, which is looked at before each step; the error is then an *Error with ECANCELED. What progress
// panics with does the same and comes out here. progress may be nil.
func (p *Plan) Apply(ctx context.Context, progress func(Progress)) error {
	p.mutex.RLock()
	defer p.mutex.RUnlock()
	if p.plan == nil {
		return os.ErrClosed
	}
	return p.context.carryOut(ctx, p.plan, progress)
}

func (c *Context) carryOut(ctx context.Context, plan *C.struct_ipvlan_plan, progress func(Progress)) error {
	a := &applying{ctx: ctx, progress: progress}
	handle := cgo.NewHandle(a)
	defer handle.Delete()
	err := c.do(func(inner *C.struct_ipvlan_ctx, s *scratch) C.int {
		return C.shim_plan_apply(inner, plan, C.uintptr_t(handle))
	})
	if a.panicked != nil {
		panic(a.panicked)
	}
	return err
}

//export goProgress
func goProgress(done, total C.size_t, s *C.struct_ipvlan_step, undoing C.bool, handle C.uintptr_t) (stop C.int) {
	a := cgo.Handle(handle).Value().(*applying)
	// A panic must not unwind C; and one is enough.
	defer func() {
		if thrown := recover(); thrown != nil {
			a.panicked = thrown
			stop = 1
		}
	}()
	if a.progress != nil && a.panicked == nil {
		a.progress(Progress{int(done), int(total), step(s), bool(undoing)})
	}
	if a.ctx.Err() != nil {
		return 1
	}
	return 0
}
