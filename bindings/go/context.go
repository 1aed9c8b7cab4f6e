// SPDX-License-Identifier: LGPL-2.1-or-later

// Package ipvlan makes, reads, changes and moves Linux ipvlan links across network namespaces, by libipvlan.
//
// The way in is a Context:
//
//	ctx, err := ipvlan.NewContext()
//	...
//	defer ctx.Close()
//	link, err := ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "ipvl0", Netns: "ns0"})
//
// What is read is a value of its own and outlives the context. Errors are of type *Error, which tells the whole story;
// errors.Is knows the kernel's number.
package ipvlan

// #cgo pkg-config: libipvlan
// #include "shim.h"
import "C"

import (
	"os"
	"runtime"
	"runtime/cgo"
	"sync"
	"unsafe"
)

// Version is the version of the library that is running.
func Version() string { return C.GoString(C.ipvlan_version()) }

// LogLevel says how much a log line matters.
type LogLevel int

// The levels, the more important one first.
const (
	LogNotice LogLevel = C.IPVLAN_LOG_NOTICE
	LogDebug  LogLevel = C.IPVLAN_LOG_DEBUG
)

// A Context is what everything is done with. It works in one namespace at a time; a link's name means the link there.
//
// Any number of goroutines may use it: one call is served after the other. A function that a call of it calls back
// (a log function, the progress of a plan, what Call runs) must not use the same Context: it would wait for itself.
type Context struct {
	mutex sync.Mutex
	ctx   *C.struct_ipvlan_ctx
	log   *logging // nil for silence
}

// logging is a function that lines are told to, and what it has thrown.
type logging struct {
	function func(level LogLevel, text string)
	handle   cgo.Handle
	panicked any
}

// NewContext makes a context in the network namespace of the calling thread. A goroutine that has changed its thread's
// namespace must be locked to it, see runtime.LockOSThread.
func NewContext() (*Context, error) {
	c := new(Context)
	if rc := C.ipvlan_ctx_new(&c.ctx); rc != 0 {
		return nil, plainError(rc, "cannot make a context")
	}
	runtime.SetFinalizer(c, (*Context).Close)
	return c, nil
}

// Close closes the context's socket and lets its namespace go.
func (c *Context) Close() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	runtime.SetFinalizer(c, nil)
	C.ipvlan_ctx_free(c.ctx)
	c.ctx = nil
	c.forgetLog()
	return nil
}

func (c *Context) forgetLog() {
	if c.log != nil {
		c.log.handle.Delete()
		c.log = nil
	}
}

// SetLog has log lines delivered; nil for silence. What the function panics with comes out of the call that it was told
// of, when that is done.
func (c *Context) SetLog(level LogLevel, log func(level LogLevel, text string)) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ctx == nil {
		return os.ErrClosed
	}
	c.forgetLog()
	var handle cgo.Handle
	if log != nil {
		c.log = &logging{function: log}
		handle = cgo.NewHandle(c.log)
		c.log.handle = handle
	}
	C.shim_set_log(c.ctx, C.uintptr_t(handle), C.enum_ipvlan_log_level(level))
	return nil
}

//export goLog
func goLog(level C.int, text *C.char, handle C.uintptr_t) {
	l := cgo.Handle(handle).Value().(*logging)
	if l.panicked != nil {
		return
	}
	// A panic must not unwind C; and one is enough.
	defer func() { l.panicked = recover() }()
	l.function(LogLevel(level), C.GoString(text))
}

// rethrow lets out what the log function threw during a call.
func (c *Context) rethrow() {
	if c.log == nil || c.log.panicked == nil {
		return
	}
	thrown := c.log.panicked
	c.log.panicked = nil
	panic(thrown)
}

// do makes one call, alone in the context, and tells its error before anybody else can make another one.
func (c *Context) do(call func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int) (err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ctx == nil {
		return os.ErrClosed
	}
	var s scratch
	defer s.free(&err)
	rc := call(c.ctx, &s)
	c.rethrow()
	if rc != 0 {
		return lastError(c.ctx, rc)
	}
	return nil
}

// on makes a call that wants nothing but a name.
func (c *Context) on(name string, call func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int) error {
	return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int { return call(ctx, s.text(name)) })
}

// scratch keeps what C reads during one call.
type scratch struct{ texts []unsafe.Pointer }

// wrong is thrown by what fills a scratch, and becomes the call's error.
type wrong struct{ err error }

func (s *scratch) text(text string) *C.char {
	for i := 0; i < len(text); i++ {
		if text[i] == 0 {
			panic(wrong{settingsError("a text cannot hold a NUL: %q", text)})
		}
	}
	copied := C.CString(text)
	s.texts = append(s.texts, unsafe.Pointer(copied))
	return copied
}

// optional is NULL for "".
func (s *scratch) optional(text string) *C.char {
	if text == "" {
		return nil
	}
	return s.text(text)
}

func (s *scratch) must(err error) {
	if err != nil {
		panic(wrong{err})
	}
}

// cInt is for numbers that C has no room for: cut, they would be other ones.
func (s *scratch) cInt(value int, what string) C.int {
	if int(C.int(value)) != value {
		panic(wrong{settingsError("%s cannot be %d", what, value)})
	}
	return C.int(value)
}

func (s *scratch) free(err *error) {
	for _, text := range s.texts {
		C.free(text)
	}
	switch thrown := recover().(type) {
	case nil:
	case wrong:
		*err = thrown.err
	default:
		panic(thrown)
	}
}
