// SPDX-License-Identifier: GPL-2.0-or-later

package ipvlan_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"libipvlan/ipvlan"
)

func newContext(t testing.TB) *ipvlan.Context {
	t.Helper()
	ctx, err := ipvlan.NewContext()
	must(t, err)
	t.Cleanup(func() { ctx.Close() })
	return ctx
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T comparable](t testing.TB, got, wanted T) {
	t.Helper()
	if got != wanted {
		t.Errorf("got %v, wanted %v", got, wanted)
	}
}

func refused(t testing.TB, err error, words string) {
	t.Helper()
	if !errors.Is(err, syscall.EINVAL) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, wanted EINVAL and %q", err, words)
	}
}

func TestModes(t *testing.T) {
	for _, mode := range []ipvlan.Mode{ipvlan.ModeL2, ipvlan.ModeL3, ipvlan.ModeL3S, ipvlan.KernelMode(7)} {
		parsed, err := ipvlan.ParseMode(mode.String())
		must(t, err)
		same(t, parsed, mode)
	}
	for _, flags := range []ipvlan.Flags{ipvlan.FlagsBridge, ipvlan.FlagsPrivate, ipvlan.FlagsVEPA} {
		parsed, err := ipvlan.ParseFlags(flags.String())
		must(t, err)
		same(t, parsed, flags)
	}
	same(t, ipvlan.ModeL3S.String(), "l3s")
	same(t, ipvlan.ModeUnset.String(), "unset")
	same(t, ipvlan.KernelFlags(6).String(), "0x6")
	_, err := ipvlan.ParseMode("l4")
	refused(t, err, `the mode cannot be "l4"`)
	_, err = ipvlan.ParseFlags("l2\x00")
	refused(t, err, "NUL")
}

func TestTopology(t *testing.T) {
	topology := ipvlan.NewTopology()
	must(t, topology.AddParent("eth0", ipvlan.ModeL2, ipvlan.FlagsUnset))
	must(t, topology.AddNetns("ns1", true))
	wanted := ipvlan.Settings{
		Parent: "eth0", Name: "a", Netns: "ns0", MTU: 1400, Up: true,
		Addresses: []ipvlan.Address{
			{Prefix: netip.MustParsePrefix("10.0.0.2/24"), Valid: time.Minute, Broadcast: netip.MustParseAddr("10.0.0.255")},
			{Prefix: netip.MustParsePrefix("10.0.1.2/32"), Peer: netip.MustParseAddr("10.0.1.9"), Label: "a:1"},
			{Prefix: netip.MustParsePrefix("fd00::2/64"), NoDAD: true, NoPrefixRoute: true},
		},
		Gateways: []netip.Addr{netip.MustParseAddr("10.0.0.1")},
		Routes: []ipvlan.Route{
			{Destination: netip.MustParsePrefix("10.9.0.0/16"), Gateway: netip.MustParseAddr("10.0.0.1"), Metric: 7, MTU: 1400, AdvMSS: 1300},
			{Family: ipvlan.IPv6, Protocol: 4},
		},
	}
	must(t, topology.SetLine(3))
	must(t, topology.AddSlave(wanted))
	same(t, topology.Parents()[0], ipvlan.TopologyParent{Name: "eth0", Mode: ipvlan.ModeL2})
	got := topology.Slaves()[0]
	same(t, got.Netns, "ns0")
	same(t, got.MTU, 1400)
	same(t, len(got.Addresses), 3)
	for i, a := range wanted.Addresses {
		same(t, got.Addresses[i].Prefix, a.Prefix)
		same(t, got.Addresses[i].Peer, a.Peer)
		same(t, got.Addresses[i].Broadcast, a.Broadcast)
		same(t, got.Addresses[i].Label, a.Label)
		same(t, got.Addresses[i].Valid, a.Valid)
		same(t, got.Addresses[i].NoDAD, a.NoDAD)
		same(t, got.Addresses[i].NoPrefixRoute, a.NoPrefixRoute)
	}
	same(t, len(got.Routes), 3)
	found := 0
	for _, r := range got.Routes {
		same(t, r.Type, 1)
		if r.Metric == 7 && r.MTU == 1400 && r.AdvMSS == 1300 {
			found++
		}
	}
	same(t, found, 1)
	findings, err := topology.Check()
	must(t, err)
	same(t, len(findings), 0)
	must(t, topology.SetLine(5))
	must(t, topology.AddSlave(ipvlan.Settings{Parent: "eth0", Name: "b", Addresses: []ipvlan.Address{ipvlan.MustAddress("10.0.0.2/24")}}))
	findings, err = topology.Check()
	must(t, err)
	same(t, len(findings), 1)
	same(t, findings[0].IsError, true)
	same(t, findings[0].Line+findings[0].OtherLine, 8)
	topology.Close()
	if _, err = topology.Check(); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

func TestChangeString(t *testing.T) {
	same(t, ipvlan.Remove.String(), "-")
	// What a newer library may have.
	same(t, ipvlan.Change(7).String(), "7")
}

func TestTopologyOptions(t *testing.T) {
	topology := ipvlan.NewTopology()
	gateways := []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}
	guard := ipvlan.ModuleOptions{
		Options:    map[ipvlan.ModuleOption]bool{ipvlan.Guard: true, ipvlan.DHCP: false},
		QueueLimit: 100,
		Gateways:   gateways,
	}
	if err := topology.SetParentOptions("eth0", guard); !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
	must(t, topology.AddParent("eth0", ipvlan.ModeUnset, ipvlan.FlagsUnset))
	must(t, topology.AddParent("eth1", ipvlan.ModeUnset, ipvlan.FlagsUnset))
	must(t, topology.AddParent("eth2", ipvlan.ModeUnset, ipvlan.FlagsUnset))
	must(t, topology.SetParentOptions("eth0", guard))
	must(t, topology.SetParentOptions("eth1", ipvlan.ModuleOptions{Gateways: []netip.Addr{}}))
	refused(t, topology.SetParentOptions("eth2", ipvlan.ModuleOptions{QueueLimit: 1}), "the queue's limit cannot be 1")
	parents := topology.Parents()
	same(t, fmt.Sprint(*parents[0].Options), fmt.Sprint(guard))
	same(t, parents[1].Options.Gateways != nil, true)
	same(t, len(parents[1].Options.Gateways)+len(parents[1].Options.Options), 0)
	same(t, parents[2], ipvlan.TopologyParent{Name: "eth2"})
	topology.Close()
}

func TestRefusedSettings(t *testing.T) {
	topology := ipvlan.NewTopology()
	wide := 1 << 16
	wide *= wide
	v4, v6 := netip.MustParsePrefix("10.0.0.2/24"), netip.MustParsePrefix("fd00::2/64")
	for words, change := range map[string]func(*ipvlan.Settings){
		"the mode":    func(s *ipvlan.Settings) { s.Mode = ipvlan.KernelMode(70000) },
		"the flags":   func(s *ipvlan.Settings) { s.Flags = ipvlan.KernelFlags(3) },
		"the MTU":     func(s *ipvlan.Settings) { s.MTU = 67 },
		"a/b":         func(s *ipvlan.Settings) { s.Netns = "a/b" },
		"the slave":   func(s *ipvlan.Settings) { s.Name = "" },
		"to 15 bytes": func(s *ipvlan.Settings) { s.Name = "a/b" },
		"the address": func(s *ipvlan.Settings) { s.Addresses = []ipvlan.Address{{}} },
		"the label":   func(s *ipvlan.Settings) { s.Addresses = []ipvlan.Address{{Prefix: v6, Label: "x"}} },
		"the broadcast": func(s *ipvlan.Settings) {
			s.Addresses = []ipvlan.Address{{Prefix: v6, Broadcast: v4.Addr()}}
		},
		"the lifetime": func(s *ipvlan.Settings) {
			s.Addresses = []ipvlan.Address{{Prefix: v4, Valid: time.Second, Preferred: time.Minute}}
		},
		"the lifetime cannot be [-": func(s *ipvlan.Settings) {
			s.Addresses = []ipvlan.Address{{Prefix: v4, Valid: -time.Second}}
		},
		"the scope": func(s *ipvlan.Settings) { s.Addresses = []ipvlan.Address{{Prefix: v4, Scope: 256}} },
		// Cut to 32 bits, they would be l2, bridge, and 1.
		"the mode cannot":    func(s *ipvlan.Settings) { s.Mode = ipvlan.KernelMode(wide) },
		"the flags cannot":   func(s *ipvlan.Settings) { s.Flags = ipvlan.KernelFlags(wide) },
		"the process":        func(s *ipvlan.Settings) { s.NetnsPID = wide + 1 },
		"the parent's index": func(s *ipvlan.Settings) { s.ParentIndex = wide + 1 },
		"the gateway":        func(s *ipvlan.Settings) { s.Gateways = []netip.Addr{{}} },
		"the type":           func(s *ipvlan.Settings) { s.Routes = []ipvlan.Route{{Type: 2}} },
		"the destination":    func(s *ipvlan.Settings) { s.Routes = []ipvlan.Route{{Destination: v4}} },
	} {
		settings := ipvlan.Settings{Parent: "eth0", Name: "a"}
		change(&settings)
		refused(t, topology.AddSlave(settings), words)
	}
	same(t, len(topology.Slaves()), 0)
}

func TestEventText(t *testing.T) {
	address := ipvlan.MustAddress("10.0.0.2/24")
	event := ipvlan.Event{Kind: ipvlan.EventAddress, Action: ipvlan.Added, Link: &ipvlan.Link{Name: "ipvl0"}, Address: &address}
	same(t, event.String(), "address added ipvl0 10.0.0.2/24")
	event.Action = ipvlan.Changed
	event.Changes = []ipvlan.PropertyChange{{Property: "state", Old: "tentative", New: "permanent"}}
	same(t, event.String(), "address changed ipvl0 10.0.0.2/24 state tentative -> permanent")
	route := ipvlan.Route{Destination: netip.MustParsePrefix("10.9.0.0/16"), Gateway: netip.MustParseAddr("10.0.0.1")}
	event = ipvlan.Event{Kind: ipvlan.EventRoute, Action: ipvlan.Removed, Link: event.Link, Route: &route}
	same(t, event.String(), "route removed ipvl0 "+route.String())
}

func TestNetnsText(t *testing.T) {
	netns, err := newContext(t).CurrentNetns()
	must(t, err)
	link, err := os.Readlink("/proc/thread-self/ns/net")
	must(t, err)
	same(t, fmt.Sprint(netns), link)
	must(t, netns.Close())
	same(t, fmt.Sprint(netns), "net:[0]")
	same(t, fmt.Sprint((*ipvlan.Netns)(nil)), "<nil>")
}

func TestContext(t *testing.T) {
	ctx := newContext(t)
	lo, err := ctx.Link("lo")
	must(t, err)
	again, err := ctx.LinkByIndex(lo.Index)
	must(t, err)
	same(t, again.Name, "lo")
	same(t, lo.Mode, ipvlan.ModeUnset)
	_, err = ctx.Link("nix")
	var e *ipvlan.Error
	if !errors.As(err, &e) || !errors.Is(err, syscall.ENODEV) {
		t.Fatal(err)
	}
	same(t, e.Stage, ipvlan.StageRead)
	same(t, e.Stage.String(), "read")
	if e.Hint == "" || !strings.HasSuffix(e.Error(), e.Hint) {
		t.Error(e)
	}
	wide := 1 << 16
	wide *= wide
	_, err = ctx.OpenNetnsPID(wide + os.Getpid())
	refused(t, err, "the process")
	_, err = ctx.LinkByIndex(wide + 1)
	refused(t, err, "the index")
	if _, err = ctx.OpenNetns("no-such-namespace"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	refused(t, ctx.SetMAC("lo", nil), "6 bytes")
	here, err := ctx.OpenNetnsPID(os.Getpid())
	must(t, err)
	infos, err := ctx.NetnsList()
	must(t, err)
	for _, info := range infos {
		if info.IsOwn {
			same(t, info.Inode, here.Inode())
			found, err := ctx.OpenNetnsInode(info.Inode)
			must(t, err)
			same(t, found.Equal(here), true)
		}
	}
	here.Close()
	same(t, here.Inode(), 0)
	ctx.Close()
	if _, err = ctx.Links(ipvlan.IPVLAN); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}
