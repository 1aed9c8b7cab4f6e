// SPDX-License-Identifier: GPL-2.0-or-later

//go:build lab

package ipvlan_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"syscall"

	"libipvlan/ipvlan"
)

// A whole endpoint in one call, and who stands in the way of a second one. It wants a device eth0, and ns0.
func Example() {
	ctx, err := ipvlan.NewContext()
	if err != nil {
		log.Fatal(err)
	}
	defer ctx.Close()

	netns, err := ctx.CreateNetns("ns0")
	if err != nil {
		log.Fatal(err)
	}
	defer netns.Close()
	settings := ipvlan.Settings{
		Parent: "eth0", Name: "ipvl0", InNetns: netns, Mode: ipvlan.ModeL2, Up: true,
		Addresses: []ipvlan.Address{ipvlan.MustAddress("10.0.0.2/24")},
	}
	link, err := ctx.Create(settings)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s on %s: %s\n", link, link.Parent, link.Mode)

	settings.Name = "ipvl1"
	_, err = ctx.Create(settings)
	var e *ipvlan.Error
	if errors.Is(err, syscall.EADDRINUSE) && errors.As(err, &e) {
		fmt.Println("10.0.0.2/24 is held by", e.Holder)
	}

	// Output:
	// ipvl0 on eth0: l2
	// 10.0.0.2/24 is held by ipvl0 in namespace ns0
}

// A plan is shown first, and then carried out whole or not at all.
func ExampleContext_Plan() {
	ctx, err := ipvlan.NewContext()
	if err != nil {
		log.Fatal(err)
	}
	defer ctx.Close()

	topology := ipvlan.NewTopology()
	if err := topology.AddParent("eth0", ipvlan.ModeUnset, ipvlan.FlagsUnset); err != nil {
		log.Fatal(err)
	}
	plan, err := ctx.Plan(topology, true)
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range plan.Steps {
		fmt.Println(step)
	}
	if err := plan.Apply(context.Background(), nil); err != nil {
		log.Fatal(err)
	}
	if err := ctx.DeleteNetns("ns0"); err != nil {
		log.Fatal(err)
	}

	// Output:
	// - ipvl0 @ eth0 (l2, bridge) in ns0 10.0.0.2/24 mtu 1500 up
}
