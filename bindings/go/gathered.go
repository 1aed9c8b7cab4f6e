// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"os"
	"sync"
)

// gathered is what a Topology and a Transaction are: an object of the library's that is filled by one call at a time.
type gathered[P comparable] struct {
	mutex  sync.Mutex
	object P       // nil once it is closed
	free   func(P) // gives the object back
	lent   int     // calls that carry it out, and tell others of it meanwhile: it cannot change or go under them
	kept   P       // what is given back when the last of these calls ends, for it has been closed in between
}

// look makes a call that reads.
func (g *gathered[P]) look(call func(object P, s *scratch) error) (err error) {
	var none P
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.object == none {
		return os.ErrClosed
	}
	var s scratch
	defer s.free(&err)
	return call(g.object, &s)
}

// use makes a call that changes it.
func (g *gathered[P]) use(call func(object P, s *scratch) error) error {
	return g.look(func(object P, s *scratch) error {
		if g.lent > 0 {
			return plainError(-C.EBUSY, "it is being carried out")
		}
		return call(object, s)
	})
}

// lend makes a call of some length, during which others look.
func (g *gathered[P]) lend(call func(object P) error) error {
	var object P
	if err := g.look(func(o P, _ *scratch) error {
		object = o
		g.lent++
		return nil
	}); err != nil {
		return err
	}
	defer g.giveBack()
	return call(object)
}

func (g *gathered[P]) giveBack() {
	var none P
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.lent--; g.lent == 0 && g.kept != none {
		g.free(g.kept)
		g.kept = none
	}
}

// close gives the object back, now or when nobody carries it out any more.
func (g *gathered[P]) close() {
	var none P
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.lent > 0 && g.object != none {
		g.kept = g.object
	} else {
		g.free(g.object)
	}
	g.object = none
}

// slave makes settings and has them added; what a setter refused is told in its words.
func (s *scratch) slave(settings Settings, add func(made *C.struct_ipvlan_settings) C.int) error {
	made := s.settings(settings)
	defer C.ipvlan_settings_free(made)
	rc := add(made)
	if problem := C.ipvlan_settings_get_problem(made); rc != 0 && problem != nil {
		return settingsError("%s", C.GoString(problem))
	}
	return refused(rc, "the slave", settings.Name)
}
