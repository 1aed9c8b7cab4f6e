// SPDX-License-Identifier: GPL-2.0-or-later

// What vishvananda/netlink takes for the same:
//
//	go-netlink links PARENT COUNT   makes PARENT's slaves s00000...
//	go-netlink dump                 counts the ipvlan links
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/vishvananda/netlink"
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
	if len(words) == 3 && words[0] == "links" {
		count, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		return makeLinks(words[1], count)
	}
	if len(words) == 1 && words[0] == "dump" {
		return dump()
	}
	return fmt.Errorf("usage: go-netlink links PARENT COUNT | dump")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
