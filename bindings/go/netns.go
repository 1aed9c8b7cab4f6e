// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"runtime/cgo"
	"sync"
	"syscall"
	"unsafe"
)

// Netns is a reference to a network namespace, which lives at least until the reference is closed.
type Netns struct {
	mutex sync.Mutex
	users int           // calls that are using it now
	idle  chan struct{} // closed when the last of them ends; nil while nobody waits for that
	netns *C.struct_ipvlan_netns
}

// opened makes a call that gives a reference.
func (c *Context) opened(call func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int) (*Netns, error) {
	n := new(Netns)
	err := c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var netns *C.struct_ipvlan_netns
		rc := call(ctx, s, &netns)
		n.netns = netns
		return rc
	})
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(n, (*Netns).Close)
	return n, nil
}

// OpenNetns opens a namespace by its name.
func (c *Context) OpenNetns(name string) (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_open_name(ctx, s.text(name), netns)
	})
}

// OpenNetnsPath opens a namespace by a file, such as /proc/PID/ns/net.
func (c *Context) OpenNetnsPath(path string) (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_open_path(ctx, s.text(path), netns)
	})
}

// OpenNetnsPID opens the namespace that a process is in.
func (c *Context) OpenNetnsPID(pid int) (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_open_pid(ctx, C.pid_t(s.cInt(pid, "the process")), netns)
	})
}

// OpenNetnsFile takes a namespace from an open file, which stays the caller's.
func (c *Context) OpenNetnsFile(file *os.File) (*Netns, error) {
	defer runtime.KeepAlive(file)
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_open_fd(ctx, C.int(file.Fd()), netns)
	})
}

// CurrentNetns opens the namespace that the calling thread is in; of interest to who is locked to it.
func (c *Context) CurrentNetns() (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_open_current(ctx, netns)
	})
}

// OpenNetnsInode opens a namespace that was listed, if it is still there.
func (c *Context) OpenNetnsInode(inode uint64) (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		var list *C.struct_ipvlan_netns_list
		if rc := C.ipvlan_netns_list(ctx, &list); rc != 0 {
			return rc
		}
		defer C.ipvlan_netns_list_free(list)
		for i := C.size_t(0); i < C.ipvlan_netns_list_get_count(list); i++ {
			info := C.ipvlan_netns_list_get(list, i)
			if uint64(C.ipvlan_netns_info_get_inode(info)) == inode {
				return C.ipvlan_netns_open_info(ctx, info, netns)
			}
		}
		panic(wrong{plainError(-C.ENOENT, fmt.Sprintf("no namespace with inode %d is found any more", inode))})
	})
}

// CreateNetns makes a namespace with a name.
func (c *Context) CreateNetns(name string) (*Netns, error) {
	return c.opened(func(ctx *C.struct_ipvlan_ctx, s *scratch, netns **C.struct_ipvlan_netns) C.int {
		return C.ipvlan_netns_create(ctx, s.text(name), netns)
	})
}

// DeleteNetns takes the name from a namespace; it goes when nobody holds it any more.
func (c *Context) DeleteNetns(name string) error {
	return c.on(name, func(ctx *C.struct_ipvlan_ctx, name *C.char) C.int { return C.ipvlan_netns_delete(ctx, name) })
}

// Close gives the reference back, once calls that use it have ended.
func (n *Netns) Close() error {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for n.users > 0 {
		n.waitForUsers()
	}
	runtime.SetFinalizer(n, nil)
	C.ipvlan_netns_free(n.netns)
	n.netns = nil
	return nil
}

// waitForUsers gives the mutex back meanwhile.
func (n *Netns) waitForUsers() {
	if n.idle == nil {
		n.idle = make(chan struct{})
	}
	idle := n.idle
	n.mutex.Unlock()
	<-idle
	n.mutex.Lock()
}

// use keeps the reference during a call. Who uses it may use it again within, though somebody waits to close it: with a
// sync.RWMutex both would wait for ever.
func (n *Netns) use(call func(netns *C.struct_ipvlan_netns) error) error {
	n.mutex.Lock()
	netns := n.netns
	if netns == nil {
		n.mutex.Unlock()
		return os.ErrClosed
	}
	n.users++
	n.mutex.Unlock()
	defer n.leave()
	return call(netns)
}

func (n *Netns) leave() {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.users--
	if n.users == 0 && n.idle != nil {
		close(n.idle)
		n.idle = nil
	}
}

// Inode identifies the namespace on this machine; 0 when the reference is closed.
func (n *Netns) Inode() (inode uint64) {
	_ = n.use(func(netns *C.struct_ipvlan_netns) error {
		inode = uint64(C.ipvlan_netns_get_inode(netns))
		return nil
	})
	return inode
}

// Name is the name it was opened by, or "".
func (n *Netns) Name() (name string) {
	_ = n.use(func(netns *C.struct_ipvlan_netns) error {
		name = C.GoString(C.ipvlan_netns_get_name(netns))
		return nil
	})
	return name
}

// String is the name, or what readlink says of a file of the namespace, such as net:[4026531840].
func (n *Netns) String() string {
	if n == nil {
		return "<nil>"
	}
	if name := n.Name(); name != "" {
		return name
	}
	return fmt.Sprintf("net:[%d]", n.Inode())
}

// Equal tells whether both refer to the same namespace.
func (n *Netns) Equal(other *Netns) (equal bool) {
	_ = n.use(func(a *C.struct_ipvlan_netns) error {
		return other.use(func(b *C.struct_ipvlan_netns) error {
			equal = bool(C.ipvlan_netns_is_equal(a, b))
			return nil
		})
	})
	return equal
}

// SetNetns chooses the namespace in which the context works; nil for the one that it was made in.
func (c *Context) SetNetns(netns *Netns) error {
	if netns == nil {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int { return C.ipvlan_ctx_set_netns(ctx, nil) })
	}
	return netns.use(func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int { return C.ipvlan_ctx_set_netns(ctx, netns) })
	})
}

// visit is what Call runs, and how it went.
type visit struct {
	function func() error
	err      error
	panicked any
}

// Call runs a function inside a namespace, on a thread of its own: a socket that it makes belongs there. The function
// must not start goroutines that are to run there, too: they run elsewhere.
func (c *Context) Call(netns *Netns, function func() error) error {
	v := &visit{function: function}
	handle := cgo.NewHandle(v)
	defer handle.Delete()
	err := netns.use(func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			return C.shim_netns_call(ctx, netns, C.uintptr_t(handle))
		})
	})
	if v.panicked != nil {
		panic(v.panicked)
	}
	if err != nil {
		return err
	}
	return v.err
}

//export goCall
func goCall(handle C.uintptr_t) {
	v := cgo.Handle(handle).Value().(*visit)
	// A panic must not unwind C.
	defer func() { v.panicked = recover() }()
	v.err = v.function()
}

// Exec runs a command inside a namespace and waits for it, as `ip netns exec` does.
func (c *Context) Exec(netns *Netns, argv ...string) (status syscall.WaitStatus, err error) {
	if len(argv) == 0 {
		return 0, settingsError("a command needs a name")
	}
	err = netns.use(func(netns *C.struct_ipvlan_netns) error {
		return c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
			var number C.int
			rc := C.ipvlan_netns_exec(ctx, netns, s.words(argv), &number)
			status = syscall.WaitStatus(number)
			return rc
		})
	})
	return status, err
}

// NetnsInfo is a namespace that was found on this machine.
type NetnsInfo struct {
	Name  string   // the first of its names
	Names []string // all of them
	Inode uint64
	NSID  int  // as the context's namespace knows it; -1 when it has none
	IsOwn bool // the one in which the context works
	PIDs  []int
	Path  string // such as /proc/42/fd/7, when neither a name nor a process leads to it
}

// NetnsList finds the namespaces of this machine, each once.
func (c *Context) NetnsList() (infos []NetnsInfo, err error) {
	err = c.do(func(ctx *C.struct_ipvlan_ctx, s *scratch) C.int {
		var list *C.struct_ipvlan_netns_list
		rc := C.ipvlan_netns_list(ctx, &list)
		if rc == 0 {
			defer C.ipvlan_netns_list_free(list)
			for i := C.size_t(0); i < C.ipvlan_netns_list_get_count(list); i++ {
				infos = append(infos, netnsInfo(C.ipvlan_netns_list_get(list, i)))
			}
		}
		return rc
	})
	return infos, err
}

func netnsInfo(info *C.struct_ipvlan_netns_info) NetnsInfo {
	var count C.size_t
	read := NetnsInfo{
		Name:  C.GoString(C.ipvlan_netns_info_get_name(info)),
		Inode: uint64(C.ipvlan_netns_info_get_inode(info)),
		NSID:  int(C.ipvlan_netns_info_get_nsid(info)),
		IsOwn: bool(C.ipvlan_netns_info_is_own(info)),
		Path:  C.GoString(C.ipvlan_netns_info_get_path(info)),
	}
	for i := C.size_t(0); i < C.ipvlan_netns_info_get_name_count(info); i++ {
		read.Names = append(read.Names, C.GoString(C.ipvlan_netns_info_get_name_at(info, i)))
	}
	pids := C.ipvlan_netns_info_get_pids(info, &count)
	for _, pid := range unsafe.Slice(pids, int(count)) {
		read.PIDs = append(read.PIDs, int(pid))
	}
	return read
}
