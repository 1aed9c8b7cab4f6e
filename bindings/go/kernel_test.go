// SPDX-License-Identifier: GPL-2.0-or-later

//go:build lab

package ipvlan_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"libipvlan/ipvlan"
)

// kernel is for tests in a guest (build tag lab), in which tests/lab/go.lab has made the wire:
//
//	here: eth0 ------ eth0 in namespace router: 10.0.0.1/24, fd00::1/64
//
// All that a test makes is gone at its end.
func kernel(t testing.TB, names ...string) *ipvlan.Context {
	t.Helper()
	ctx := newContext(t)
	t.Cleanup(func() { clean(t, ctx) })
	for _, name := range names {
		netns, err := ctx.CreateNetns(name)
		must(t, err)
		netns.Close()
	}
	return ctx
}

func clean(t testing.TB, ctx *ipvlan.Context) {
	t.Helper()
	must(t, ctx.SetNetns(nil))
	links, err := ctx.Links(ipvlan.Everywhere)
	must(t, err)
	for _, link := range links {
		inside(t, ctx, link.Netns, func() { must(t, ctx.Delete(link.Name)) })
	}
	for _, name := range named(t, ctx) {
		must(t, ctx.DeleteNetns(name))
	}
}

func named(t testing.TB, ctx *ipvlan.Context) (names []string) {
	t.Helper()
	infos, err := ctx.NetnsList()
	must(t, err)
	for _, info := range infos {
		if info.Name != "" && info.Name != "router" {
			names = append(names, info.Name)
		}
	}
	return names
}

func inside(t testing.TB, ctx *ipvlan.Context, name string, work func()) {
	t.Helper()
	if name != "" {
		netns, err := ctx.OpenNetns(name)
		must(t, err)
		defer netns.Close()
		must(t, ctx.SetNetns(netns))
		defer func() { must(t, ctx.SetNetns(nil)) }()
	}
	work()
}

func slave(name, netns, prefix string) ipvlan.Settings {
	return ipvlan.Settings{
		Parent: "eth0", Name: name, Netns: netns, Mode: ipvlan.ModeL2, Up: true,
		Addresses: []ipvlan.Address{ipvlan.MustAddress(prefix)},
	}
}

func TestCreate(t *testing.T) {
	ctx := kernel(t, "a")
	settings := slave("s0", "a", "10.0.0.2/24")
	settings.Flags = ipvlan.FlagsPrivate
	settings.MTU = 1400
	settings.Gateways = []netip.Addr{netip.MustParseAddr("10.0.0.1")}
	settings.Routes = []ipvlan.Route{{Destination: netip.MustParsePrefix("10.9.0.0/16"), Metric: 7}}
	link, err := ctx.Create(settings)
	must(t, err)
	same(t, link.Kind, "ipvlan")
	same(t, link.Parent, "eth0")
	same(t, link.Mode, ipvlan.ModeL2)
	same(t, link.Flags, ipvlan.FlagsPrivate)
	same(t, link.MTU, 1400)
	same(t, link.Addresses[0].Prefix.String(), "10.0.0.2/24")
	eth0, err := ctx.Link("eth0")
	must(t, err)
	same(t, link.MAC.String(), eth0.MAC.String())
	inside(t, ctx, "a", func() {
		routes, err := ctx.Routes("s0", ipvlan.IPv4, ipvlan.TableMain)
		must(t, err)
		texts := fmt.Sprint(routes)
		if !strings.Contains(texts, "default via 10.0.0.1") || !strings.Contains(texts, "10.9.0.0/16") {
			t.Error(texts)
		}
	})
	port, err := ctx.Port("eth0")
	must(t, err)
	same(t, port.Mode, ipvlan.ModeL2)
	same(t, port.Slaves[0].Netns, "a")
	must(t, ctx.ChangePort("eth0", ipvlan.ModeL3, ipvlan.FlagsUnset, false))
}

func TestPlaces(t *testing.T) {
	ctx := kernel(t, "a")
	netns, err := ctx.OpenNetns("a")
	must(t, err)
	eth0, err := ctx.Link("eth0")
	must(t, err)
	for i, place := range []ipvlan.Settings{{Netns: "a"}, {NetnsPath: "/run/netns/a"}, {InNetns: netns}, {NetnsPID: os.Getpid()}} {
		place.ParentIndex = eth0.Index
		place.Name = fmt.Sprint("p", i)
		_, err := ctx.Create(place)
		must(t, err)
	}
	links, err := ctx.Links(ipvlan.Everywhere)
	must(t, err)
	places := map[string]string{}
	for _, link := range links {
		places[link.Name] = link.Netns
	}
	same(t, fmt.Sprint(places), "map[p0:a p1:a p2:a p3:]")
}

func TestCounters(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s0", Netns: "a", Mode: ipvlan.ModeL2, Up: true,
		Addresses: []ipvlan.Address{ipvlan.MustAddress("10.0.0.2/24")}})
	must(t, err)
	loaded, err := ctx.ModuleLoaded()
	must(t, err)
	links, err := ctx.Counters()
	must(t, err)
	if len(links) != 1 || links[0].Name != "s0" || links[0].Netns != "a" || links[0].Addresses != nil {
		t.Fatal(links)
	}
	if (links[0].Drops != nil) != loaded {
		t.Error(loaded, links[0].Drops)
	}
}

func TestChange(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s0"})
	must(t, err)
	must(t, ctx.SetUp("s0"))
	must(t, ctx.SetMTU("s0", 1300))
	must(t, ctx.Change("s0", ipvlan.ModeL3S, ipvlan.FlagsVEPA, false))
	must(t, ctx.SetDown("s0"))
	must(t, ctx.Rename("s0", "s1"))
	link, err := ctx.Link("s1")
	must(t, err)
	same(t, link.Mode, ipvlan.ModeL3S)
	same(t, link.Flags, ipvlan.FlagsVEPA)
	same(t, link.MTU, 1300)
	if err = ctx.SetMAC("s1", net.HardwareAddr{2, 0, 0, 0, 0, 1}); !errors.Is(err, syscall.EOPNOTSUPP) {
		t.Error(err)
	}
	netns, err := ctx.OpenNetns("a")
	must(t, err)
	must(t, ctx.Move("s1", netns, "s2"))
	inside(t, ctx, "a", func() {
		link, err = ctx.Link("s2")
		must(t, err)
		same(t, link.Parent, "eth0")
		must(t, ctx.Delete("s2"))
	})
	for _, name := range []string{"d0", "d1", "d2"} {
		_, err := ctx.Create(ipvlan.Settings{Parent: "eth0", Name: name})
		must(t, err)
	}
	if err = ctx.Delete("d0", "nix"); !errors.Is(err, syscall.ENODEV) {
		t.Error(err)
	}
	must(t, ctx.Delete("d0", "d1", "d2"))
}

func TestAddressesAndRoutes(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(slave("s0", "a", "10.0.0.2/24"))
	must(t, err)
	inside(t, ctx, "a", func() {
		must(t, ctx.AddAddress("s0", ipvlan.Address{
			Prefix: netip.MustParsePrefix("10.0.1.2/32"), Peer: netip.MustParseAddr("10.0.1.9"), Label: "s0:x",
		}))
		must(t, ctx.ReplaceAddress("s0", ipvlan.MustAddress("10.0.0.2/24")))
		if err := ctx.AddAddress("s0", ipvlan.MustAddress("10.0.0.2/24")); !errors.Is(err, os.ErrExist) {
			t.Error(err)
		}
		route := ipvlan.Route{Destination: netip.MustParsePrefix("10.9.0.0/16"), Gateway: netip.MustParseAddr("10.0.0.1")}
		must(t, ctx.AddRoute("", route))
		must(t, ctx.ReplaceRoute("s0", route))
		way, err := ctx.RouteTo(netip.MustParseAddr("10.9.0.1"), netip.MustParseAddr("10.0.0.2"), "s0")
		must(t, err)
		if way.Gateway != route.Gateway || way.Destination.Addr() != netip.MustParseAddr("10.9.0.1") || way.Index == 0 {
			t.Error("the way is", way)
		}
		if _, err = ctx.RouteTo(netip.MustParseAddr("192.0.2.1"), netip.Addr{}, ""); !errors.Is(err, syscall.ENETUNREACH) {
			t.Error(err)
		}
		must(t, ctx.ChangeRoute("s0", route))
		beside := route
		beside.Gateway = netip.MustParseAddr("10.0.0.3")
		must(t, ctx.AppendRoute("s0", beside))
		must(t, ctx.DeleteRoute("s0", beside))
		must(t, ctx.PrependRoute("s0", beside))
		must(t, ctx.DeleteRoute("s0", beside))
		routes, err := ctx.Routes("s0", ipvlan.AnyFamily, ipvlan.TableAll)
		must(t, err)
		for _, r := range routes {
			if r.Protocol == 3 {
				must(t, ctx.DeleteRoute("s0", r))
			}
		}
		if err = ctx.DeleteRoute("s0", route); !errors.Is(err, syscall.ESRCH) {
			t.Error(err)
		}
		addresses, err := ctx.Addresses("s0", ipvlan.IPv4)
		must(t, err)
		same(t, len(addresses), 2)
		for _, a := range addresses {
			must(t, ctx.DeleteAddress("s0", a))
		}
	})
}

func TestErrors(t *testing.T) {
	ctx := kernel(t, "a", "b")
	_, err := ctx.Create(slave("s0", "a", "10.0.0.2/24"))
	must(t, err)
	settings := slave("s1", "b", "10.0.0.3/24")
	settings.Addresses = append(settings.Addresses, ipvlan.MustAddress("10.0.0.2/24"))
	_, err = ctx.Create(settings)
	var e *ipvlan.Error
	if !errors.Is(err, syscall.EADDRINUSE) || !errors.As(err, &e) {
		t.Fatal(err)
	}
	same(t, e.Stage, ipvlan.StageAddress)
	same(t, e.Step, 1)
	same(t, e.Holder, "s0 in namespace a")
	_, err = ctx.Create(ipvlan.Settings{Parent: "eth0", Mode: ipvlan.ModeL3})
	if !errors.Is(err, syscall.EBUSY) || !errors.As(err, &e) || e.Hint == "" {
		t.Fatal(err)
	}
	same(t, e.Stage, ipvlan.StageConsent)
	if err = ctx.SetMTU("eth0", 70000); !errors.As(err, &e) || e.Extack == "" {
		t.Error(err)
	}
	_, err = ctx.Create(slave("s0", "a", "10.0.0.9/24"))
	if !errors.Is(err, os.ErrExist) {
		t.Error(err)
	}
}

func TestLog(t *testing.T) {
	ctx := kernel(t)
	var lines []string
	_, err := ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s0", Mode: ipvlan.ModeL2})
	must(t, err)
	must(t, ctx.SetLog(ipvlan.LogNotice, func(level ipvlan.LogLevel, text string) { lines = append(lines, text) }))
	_, err = ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s1"})
	must(t, err)
	must(t, ctx.SetLog(ipvlan.LogNotice, nil))
	_, err = ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s2"})
	must(t, err)
	if len(lines) != 1 || !strings.Contains(lines[0], "s1 joins") {
		t.Error(lines)
	}
	// A panic comes out, and the call that it came from is no half one.
	must(t, ctx.SetLog(ipvlan.LogNotice, func(ipvlan.LogLevel, string) { panic("enough") }))
	func() {
		defer func() {
			if thrown := recover(); thrown != "enough" {
				t.Error(thrown)
			}
		}()
		ctx.Create(ipvlan.Settings{Parent: "eth0", Name: "s3"})
	}()
	must(t, ctx.SetLog(ipvlan.LogNotice, nil))
	_, err = ctx.Link("s3")
	must(t, err)
}

// Who waits to close a namespace keeps nobody who is inside from using it.
func TestCloseWaits(t *testing.T) {
	ctx := kernel(t, "a")
	netns, err := ctx.OpenNetns("a")
	must(t, err)
	closed := make(chan struct{})
	must(t, ctx.Call(netns, func() error {
		go func() {
			netns.Close()
			close(closed)
		}()
		select {
		case <-closed:
			t.Error("closed in the midst of a call")
		case <-time.After(100 * time.Millisecond):
		}
		if netns.Inode() == 0 || !netns.Equal(netns) {
			t.Error("not open")
		}
		return nil
	}))
	<-closed
	if netns.Inode() != 0 {
		t.Error("still open")
	}
	must(t, netns.Close())
}

func TestInside(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(slave("s0", "a", "10.0.0.2/24"))
	must(t, err)
	netns, err := ctx.OpenNetns("a")
	must(t, err)
	var conn net.PacketConn
	must(t, ctx.Call(netns, func() (err error) {
		conn, err = net.ListenPacket("udp4", "10.0.0.2:4711")
		return err
	}))
	conn.Close()
	if _, err = net.ListenPacket("udp4", "10.0.0.2:4711"); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Error(err)
	}
	own := errors.New("of our own")
	if err = ctx.Call(netns, func() error { return own }); err != own {
		t.Error(err)
	}
	func() {
		defer func() { same(t, recover().(string), "inside") }()
		_ = ctx.Call(netns, func() error { panic("inside") })
	}()
	status, err := ctx.Exec(netns, "sh", "-c", "exit 7")
	must(t, err)
	same(t, status.ExitStatus(), 7)
	if _, err = ctx.Exec(netns, "no-such-command"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// One context for many goroutines, and one for each: both serve.
func TestGoroutines(t *testing.T) {
	shared := kernel(t)
	_, err := shared.Create(ipvlan.Settings{Parent: "eth0", Name: "first", Mode: ipvlan.ModeL2})
	must(t, err)
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		ctx := shared
		if i >= 4 {
			ctx = newContext(t)
		}
		group.Add(1)
		go func(settings ipvlan.Settings) {
			defer group.Done()
			for turn := 0; turn < 3; turn++ {
				_, err := ctx.Create(settings)
				if err == nil {
					err = ctx.Delete(settings.Name)
				}
				if err != nil {
					t.Error(err)
				}
			}
		}(slave(fmt.Sprint("g", i), "", fmt.Sprintf("10.0.1.%d/24", i+1)))
	}
	group.Wait()
}

func described(t testing.TB, count int) *ipvlan.Topology {
	t.Helper()
	topology := ipvlan.NewTopology()
	must(t, topology.AddParent("eth0", ipvlan.ModeL2, ipvlan.FlagsUnset))
	for i := 1; i <= count; i++ {
		must(t, topology.AddSlave(slave(fmt.Sprint("s", i), fmt.Sprint("n", i), fmt.Sprintf("10.0.0.%d/24", 10+i))))
	}
	return topology
}

func TestPlan(t *testing.T) {
	ctx := kernel(t)
	plan, err := ctx.Plan(described(t, 3), false)
	must(t, err)
	same(t, len(plan.Steps), 6)
	same(t, plan.Steps[0].String(), "+ netns n1")

	// Done while it is on its way: all the way back.
	stop, cancel := context.WithCancel(context.Background())
	undone := 0
	err = plan.Apply(stop, func(p ipvlan.Progress) {
		if p.Undoing {
			undone++
		} else if p.Done == 4 {
			cancel()
		}
	})
	if !errors.Is(err, syscall.ECANCELED) {
		t.Error(err)
	}
	same(t, undone, 4)
	same(t, len(named(t, ctx)), 0)

	func() {
		defer func() { same(t, recover().(string), "enough") }()
		_ = plan.Apply(context.Background(), func(p ipvlan.Progress) {
			if p.Done == 2 {
				panic("enough")
			}
		})
	}()
	same(t, len(named(t, ctx)), 0)

	must(t, plan.Apply(context.Background(), nil))
	read, err := ctx.ReadTopology()
	must(t, err)
	same(t, len(read.Slaves()), 3)
	plan, err = ctx.Plan(described(t, 3), false)
	must(t, err)
	same(t, len(plan.Steps), 0)
	plan, err = ctx.Plan(described(t, 1), true)
	must(t, err)
	same(t, plan.Steps[0].Change, ipvlan.Remove)
	must(t, plan.Apply(context.Background(), nil))
	plan.Close()
	if err = plan.Apply(context.Background(), nil); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

// What is not closed is closed by the collector.
func TestDescriptors(t *testing.T) {
	kernel(t, "a")
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		must(t, err)
		return len(entries)
	}
	turn := func() {
		ctx, err := ipvlan.NewContext()
		must(t, err)
		netns, err := ctx.OpenNetns("a")
		must(t, err)
		must(t, ctx.SetNetns(netns))
		_, err = ctx.Links(ipvlan.AnyKind)
		must(t, err)
	}
	collect := func() int {
		for i := 0; i < 10; i++ {
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
		}
		return count()
	}
	before := collect()
	for i := 0; i < 20; i++ {
		turn()
	}
	after := collect()
	// It has no time of its own in which it must be done.
	for i := 0; i < 50 && after > before; i++ {
		after = collect()
	}
	if after > before {
		t.Errorf("%d descriptors, and %d before", after, before)
	}
}

func next(t *testing.T, m *ipvlan.Monitor, kind ipvlan.EventKind, action ipvlan.EventAction) ipvlan.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		event, err := m.Next(ctx)
		must(t, err)
		if event.Kind == kind && event.Action == action {
			return event
		}
	}
}

func TestMonitor(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(slave("ipvl0", "a", "10.0.0.2/24"))
	must(t, err)
	m, err := ipvlan.NewMonitor(ipvlan.MonitorOptions{Everywhere: true, ScanInterval: -1})
	must(t, err)
	defer m.Close()
	first := next(t, m, ipvlan.EventLink, ipvlan.Added)
	if !first.Initial || first.Link.Name != "ipvl0" || first.Netns != "a" || first.Mode != ipvlan.ModeL2 {
		t.Error("the first event is", first)
	}
	if m.NetnsCount() < 3 {
		t.Error("only", m.NetnsCount(), "namespaces are watched")
	}
	inside(t, ctx, "a", func() { must(t, ctx.SetMTU("ipvl0", 1400)) })
	change := next(t, m, ipvlan.EventLink, ipvlan.Changed)
	for change.Changes[0].Property != "mtu" {
		change = next(t, m, ipvlan.EventLink, ipvlan.Changed)
	}
	if change.Changes[0] != (ipvlan.PropertyChange{Property: "mtu", Old: "1500", New: "1400"}) {
		t.Error("the change is", change)
	}
	inside(t, ctx, "a", func() { must(t, ctx.AddAddress("ipvl0", ipvlan.MustAddress("10.0.0.9/24"))) })
	if added := next(t, m, ipvlan.EventAddress, ipvlan.Added); added.Address == nil {
		t.Error("an address event has no address")
	}
}

func TestMonitorEnds(t *testing.T) {
	kernel(t)
	m, err := ipvlan.NewMonitor(ipvlan.MonitorOptions{Kinds: []ipvlan.EventKind{ipvlan.EventLink}})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	err = m.Watch(ctx, func(event ipvlan.Event) error { return fmt.Errorf("unexpected: %v", event) })
	if !errors.Is(err, context.Canceled) {
		t.Error("a canceled watch gives", err)
	}
	// What ended one wait does not end the next one.
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := m.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error("a wait in vain gives", err)
	}
	must(t, m.Close())
	if _, _, err := m.Read(); !errors.Is(err, os.ErrClosed) {
		t.Error("a closed monitor gives", err)
	}
}

func TestWait(t *testing.T) {
	ctx := kernel(t)
	_, err := ctx.Create(slave("ipvl0", "", "fd00::2/64"))
	must(t, err)
	must(t, ctx.Wait(context.Background(), "ipvl0", ipvlan.AddressReady))
	short, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := ctx.Wait(short, "ipvl0", ipvlan.Gone); !errors.Is(err, context.DeadlineExceeded) {
		t.Error("a wait in vain gives", err)
	}
}

func TestTransaction(t *testing.T) {
	ctx := kernel(t)
	todo, err := ipvlan.NewTransaction()
	must(t, err)
	defer todo.Close()
	must(t, todo.AddNetns("a"))
	must(t, todo.Create("", slave("ipvl0", "a", "10.0.0.2/24")))
	must(t, todo.SetMTU("a", "ipvl0", 1400))
	eth0, err := ctx.Link("eth0")
	must(t, err)
	must(t, todo.SetMAC("", "eth0", eth0.MAC))
	if err := todo.SetMAC("", "eth0", eth0.MAC[:2]); err == nil {
		t.Error("two bytes are taken for a hardware address")
	}
	must(t, todo.SetUp("a", "ipvl0", true))
	must(t, todo.AddAddress("a", "ipvl0", ipvlan.MustAddress("10.1.0.3/24")))
	must(t, todo.ReplaceAddress("a", "ipvl0", ipvlan.MustAddress("10.1.0.4/24")))
	route := ipvlan.Route{Destination: netip.MustParsePrefix("10.9.0.0/16")}
	must(t, todo.ReplaceRoute("a", "ipvl0", route))
	route.MTU = 1300
	must(t, todo.ChangeRoute("a", "ipvl0", route))
	must(t, todo.DeleteAddress("a", "ipvl0", ipvlan.MustAddress("10.0.0.2/24")))
	must(t, todo.ChangePort("", "eth0", ipvlan.ModeUnset, ipvlan.FlagsPrivate, true))
	must(t, todo.Change("a", "ipvl0", ipvlan.ModeUnset, ipvlan.FlagsBridge, true))
	if steps := todo.Steps(); len(steps) != 12 || steps[0].Kind != "netns" {
		t.Error("the steps are", steps)
	}
	told := 0
	must(t, todo.Commit(context.Background(), ctx, func(ipvlan.Progress) {
		told++
		if len(todo.Steps()) != 12 {
			t.Error("while they are taken the steps are", todo.Steps())
		}
		if err := todo.AddNetns("b"); !errors.Is(err, syscall.EBUSY) {
			t.Error("a transaction that is carried out takes another step:", err)
		}
	}))
	if told != 12 {
		t.Error("progress was told", told, "times")
	}
	must(t, todo.AddNetns("b"))
	inside(t, ctx, "a", func() {
		link, err := ctx.Link("ipvl0")
		must(t, err)
		if link.MTU != 1400 || link.Flags != ipvlan.FlagsBridge {
			t.Error("the link is", link, link.MTU, link.Flags)
		}
		routes, err := ctx.Routes("ipvl0", ipvlan.IPv4, ipvlan.TableMain)
		must(t, err)
		for _, r := range routes {
			if r.Destination == route.Destination && r.MTU != route.MTU {
				t.Error("the route is", r, r.MTU)
			}
		}
	})
	back, err := ipvlan.NewTransaction()
	must(t, err)
	must(t, back.Move("a", "ipvl0", "", "moved"))
	must(t, back.Delete("", "moved"))
	must(t, back.DeleteNetns("a"))
	must(t, back.SetLine(7))
	must(t, back.Create("", slave("x", "no-such-namespace", "10.0.0.2/24")))
	err = back.Commit(context.Background(), ctx, func(ipvlan.Progress) { must(t, back.Close()) })
	var e *ipvlan.Error
	if !errors.As(err, &e) || e.LeftCount != 0 {
		t.Error("the transaction gives", err)
	}
	inside(t, ctx, "a", func() { _, err = ctx.Link("ipvl0") })
	must(t, err)
	must(t, back.Close())
	if err := back.Delete("", "x"); !errors.Is(err, os.ErrClosed) {
		t.Error("a closed transaction gives", err)
	}
}

func TestDiagnose(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(slave("ipvl0", "a", "10.0.0.2/24"))
	must(t, err)
	known := map[string]bool{}
	for _, kind := range ipvlan.FaultKinds() {
		known[kind.ID] = true
	}
	faults, err := ctx.Diagnose("eth0", nil)
	must(t, err)
	if len(faults) == 0 {
		t.Error("nothing is found")
	}
	for _, fault := range faults {
		if !known[fault.ID] || fault.Evidence == "" || fault.Remedy == "" || fault.Section == "" {
			t.Errorf("%+v", fault)
		}
	}
	topology := ipvlan.NewTopology()
	must(t, topology.AddParent("eth0", ipvlan.ModeL3, ipvlan.FlagsUnset))
	more, err := ctx.Diagnose("eth0", topology)
	must(t, err)
	if len(more) <= len(faults) {
		t.Error("the difference from a topology is not found:", more)
	}
	if _, err := ctx.Diagnose("no-such-link", nil); !errors.Is(err, syscall.ENODEV) {
		t.Error("no link gives", err)
	}
}

func TestHostAccess(t *testing.T) {
	ctx := kernel(t, "a")
	_, err := ctx.Create(slave("ipvl0", "a", "10.0.0.2/24"))
	must(t, err)
	must(t, ctx.EnableHostAccess("eth0", netip.MustParseAddr("10.0.0.250")))
	access, err := ctx.HostAccess("eth0")
	must(t, err)
	if access.Link == nil || len(access.Routes) != 1 || access.MissingCount != 0 {
		t.Errorf("%+v", access)
	}
	must(t, ctx.EnableHostAccess("eth0"))
	must(t, ctx.DisableHostAccess("eth0"))
	access, err = ctx.HostAccess("eth0")
	must(t, err)
	if access.Link != nil {
		t.Error("it is still there")
	}
}

func TestModule(t *testing.T) {
	ctx := kernel(t)
	_, err := ctx.Create(slave("ipvl0", "", "10.0.0.2/24"))
	must(t, err)
	address := netip.MustParseAddr("10.0.0.2")
	options := ipvlan.ModuleOptions{
		Options:    map[ipvlan.ModuleOption]bool{ipvlan.SourceCheck: true},
		QueueLimit: 100,
		Gateways:   []netip.Addr{netip.MustParseAddr("10.0.0.1")},
	}
	topology := ipvlan.NewTopology()
	must(t, topology.AddParent("eth0", ipvlan.ModeUnset, ipvlan.FlagsUnset))
	must(t, topology.SetParentOptions("eth0", ipvlan.ModuleOptions{QueueLimit: 50, Gateways: []netip.Addr{}}))
	loaded, err := ctx.ModuleLoaded()
	must(t, err)
	if !loaded {
		_, err = ctx.ModulePort("eth0")
		_, planned := ctx.Plan(topology, false)
		for _, err := range []error{
			err, planned, ctx.ChangeModulePort("eth0", options), ctx.LockAddress("eth0", address, "ipvl0", nil),
			ctx.UnlockAddress("eth0", address), ctx.Announce("eth0", "", nil),
		} {
			if !errors.Is(err, syscall.EOPNOTSUPP) {
				t.Error("without the module it is", err)
			}
		}
		return
	}
	must(t, ctx.ChangeModulePort("eth0", options))
	must(t, ctx.LockAddress("eth0", address, "ipvl0", nil))
	port, err := ctx.ModulePort("eth0")
	must(t, err)
	if !port.Options[ipvlan.SourceCheck] || port.QueueLimit != 100 || len(port.Gateways) != 1 || len(port.Counters) == 0 {
		t.Errorf("%+v", port)
	}
	must(t, ctx.Announce("eth0", "ipvl0", nil))
	must(t, ctx.UnlockAddress("eth0", address))

	plan, err := ctx.Plan(topology, false)
	must(t, err)
	same(t, plan.Steps[0].Kind, "options")
	must(t, plan.Apply(context.Background(), nil))
	read, err := ctx.ReadTopology()
	must(t, err)
	found := read.Parents()[0].Options
	if !found.Options[ipvlan.SourceCheck] || found.QueueLimit != 50 || found.Gateways != nil {
		t.Errorf("%+v", found)
	}
	transaction, err := ipvlan.NewTransaction()
	must(t, err)
	must(t, transaction.ChangeModulePort("", "eth0", ipvlan.ModuleOptions{QueueLimit: 60}))
	must(t, transaction.Commit(context.Background(), ctx, nil))
	port, err = ctx.ModulePort("eth0")
	must(t, err)
	same(t, port.QueueLimit, 60)
}
