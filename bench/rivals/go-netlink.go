// SPDX-License-Identifier: GPL-2.0-or-later

// What vishvananda/netlink takes for the same:
//
//	go-netlink links PARENT COUNT   makes PARENT's slaves s00000...
//	go-netlink endpoints PARENT COUNT   makes namespaces web0..., each with a slave, two addresses, two default
//	                                    routes, lo up
//	go-netlink dump                 counts the ipvlan links
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

func makeLinks(parentName string, count int) error {
	parent, err := netlink.LinkByName(parentName)
	if err != nil {
		return err
	}
	for i := 0; i < count; i++ {
		link := &netlink.IPVlan{
			LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("s%05d", i), ParentIndex: parent.Attrs().Index},
			Mode:      netlink.IPVLAN_MODE_L2,
		}
		if err := netlink.LinkAdd(link); err != nil {
			return err
		}
	}
	return nil
}

func prepare(there *netlink.Handle, number int) error {
	slave, err := there.LinkByName("ipvl0")
	if err != nil {
		return err
	}
	lo, err := there.LinkByName("lo")
	if err != nil {
		return err
	}
	for _, link := range []netlink.Link{lo, slave} {
		if err := there.LinkSetUp(link); err != nil {
			return err
		}
	}
	ipv4 := fmt.Sprintf("10.1.%d.%d/16", (number+2)/256, (number+2)%256)
	ipv6 := fmt.Sprintf("fd00:1::%x/64", number+2)
	for _, text := range []string{ipv4, ipv6} {
		address, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		if err := there.AddrAdd(slave, address); err != nil {
			return err
		}
	}
	for _, gateway := range []string{"10.1.0.1", "fd00:1::1"} {
		route := &netlink.Route{LinkIndex: slave.Attrs().Index, Gw: net.ParseIP(gateway)}
		if err := there.RouteAdd(route); err != nil {
			return err
		}
	}
	return nil
}

func makeEndpoint(home *netlink.Handle, parent, number int) error {
	ns, err := netns.NewNamed(fmt.Sprintf("web%d", number))
	if err != nil {
		return err
	}
	defer ns.Close()
	link := &netlink.IPVlan{
		LinkAttrs: netlink.LinkAttrs{Name: "ipvl0", ParentIndex: parent, Namespace: netlink.NsFd(ns)},
		Mode:      netlink.IPVLAN_MODE_L2,
	}
	if err := home.LinkAdd(link); err != nil {
		return err
	}
	// In that namespace the thread is.
	there, err := netlink.NewHandle(netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	defer there.Delete()
	return prepare(there, number)
}

func makeEndpoints(parentName string, count int) error {
	runtime.LockOSThread()
	home, err := netlink.NewHandle(netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	parent, err := home.LinkByName(parentName)
	if err != nil {
		return err
	}
	for i := 0; i < count; i++ {
		if err := makeEndpoint(home, parent.Attrs().Index, i); err != nil {
			return err
		}
	}
	return nil
}

func dump() error {
	links, err := netlink.LinkList()
	count := 0
	for _, link := range links {
		if link.Type() == "ipvlan" {
			count++
		}
	}
	fmt.Println(count)
	return err
}

func run(words []string) error {
	makers := map[string]func(string, int) error{"links": makeLinks, "endpoints": makeEndpoints}
	if len(words) == 3 && makers[words[0]] != nil {
		count, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		return makers[words[0]](words[1], count)
	}
	if len(words) == 1 && words[0] == "dump" {
		return dump()
	}
	return fmt.Errorf("usage: go-netlink links|endpoints PARENT COUNT | dump")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
