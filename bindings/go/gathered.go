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
	object P // nil once it is closed
}

func (g *gathered[P]) use(call func(object P, s *scratch) error) (err error) {
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

// take gives the object back, for the caller to free.
func (g *gathered[P]) take() (object P) {
	var none P
	g.mutex.Lock()
	defer g.mutex.Unlock()
	object, g.object = g.object, none
	return object
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
