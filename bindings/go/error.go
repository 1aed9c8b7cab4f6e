// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"fmt"
	"strconv"
	"syscall"
)

// Stage is the part of an operation in which it failed.
type Stage int

// The stages; a newer library may have more, which print as a number.
const (
	StageNone     Stage = C.IPVLAN_STAGE_NONE
	StageSettings Stage = C.IPVLAN_STAGE_SETTINGS
	StageSocket   Stage = C.IPVLAN_STAGE_SOCKET
	StageNetns    Stage = C.IPVLAN_STAGE_NETNS
	StageParent   Stage = C.IPVLAN_STAGE_PARENT
	StageConsent  Stage = C.IPVLAN_STAGE_CONSENT
	StageCreate   Stage = C.IPVLAN_STAGE_CREATE
	StageRename   Stage = C.IPVLAN_STAGE_RENAME
	StageLoopback Stage = C.IPVLAN_STAGE_LOOPBACK
	StageAddress  Stage = C.IPVLAN_STAGE_ADDRESS
	StageUp       Stage = C.IPVLAN_STAGE_UP
	StageRoute    Stage = C.IPVLAN_STAGE_ROUTE
	StageRead     Stage = C.IPVLAN_STAGE_READ
	StageChange   Stage = C.IPVLAN_STAGE_CHANGE
	StageMove     Stage = C.IPVLAN_STAGE_MOVE
	StageDelete   Stage = C.IPVLAN_STAGE_DELETE
	StageExec     Stage = C.IPVLAN_STAGE_EXEC
)

func (s Stage) String() string {
	if name := C.ipvlan_stage_to_string(C.enum_ipvlan_stage(s)); name != nil {
		return C.GoString(name)
	}
	return strconv.Itoa(int(s))
}

// An Error tells why a call failed. errors.Is(err, syscall.EADDRINUSE) asks for the kernel's number, and
// errors.Is(err, fs.ErrExist), fs.ErrNotExist and fs.ErrPermission work as well.
type Error struct {
	Errno     syscall.Errno
	Stage     Stage
	Step      int    // which of several like things failed, or which step of a plan; counted from 0
	Message   string // what was tried and what was wrong
	Extack    string // the kernel's own words; "" when it gave none
	Attribute string // the attribute that the kernel objected to, such as IFLA_MTU
	Holder    string // who stands in the way, such as "ipvl0 in namespace ns0"
	Hint      string // what to do about it
	LeftCount int    // steps of a plan or transaction that could not be undone
	text      string
}

// Error is the whole story as one text.
func (e *Error) Error() string { return e.text }

// Unwrap gives the kernel's number.
func (e *Error) Unwrap() error { return e.Errno }

// lastError is what the context tells of the call that returned rc.
func lastError(ctx *C.struct_ipvlan_ctx, rc C.int) error {
	e := C.ipvlan_ctx_get_error(ctx)
	// The story of an earlier call is not this one's.
	if C.ipvlan_error_get_code(e) != rc {
		return plainError(rc, "the call failed")
	}
	return &Error{
		Errno:     syscall.Errno(-rc),
		Stage:     Stage(C.ipvlan_error_get_stage(e)),
		Step:      int(C.ipvlan_error_get_step(e)),
		Message:   C.GoString(C.ipvlan_error_get_message(e)),
		Extack:    C.GoString(C.ipvlan_error_get_extack(e)),
		Attribute: C.GoString(C.ipvlan_error_get_attribute(e)),
		Holder:    C.GoString(C.ipvlan_error_get_holder(e)),
		Hint:      C.GoString(C.ipvlan_error_get_hint(e)),
		LeftCount: int(C.ipvlan_error_get_left_count(e)),
		text:      C.GoString(C.ipvlan_ctx_strerror(ctx)),
	}
}

// plainError is one that no context tells of.
func plainError(rc C.int, message string) *Error {
	errno := syscall.Errno(-rc)
	return &Error{Errno: errno, Message: message, text: message + ": " + errno.Error()}
}

// settingsError is about a request that makes no sense.
func settingsError(format string, values ...any) *Error {
	message := fmt.Sprintf(format, values...)
	return &Error{Errno: syscall.EINVAL, Stage: StageSettings, Message: message, text: message}
}

// refused is settingsError for a setter's -EINVAL, and what else it returned as it is.
func refused(rc C.int, what string, value any) error {
	switch {
	case rc == 0:
		return nil
	case rc == -C.EINVAL:
		return settingsError("%s cannot be %v", what, value)
	}
	return plainError(rc, what)
}
