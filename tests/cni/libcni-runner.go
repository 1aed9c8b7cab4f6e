// SPDX-License-Identifier: GPL-2.0-or-later

// An attachment's life, as a runtime leads it with libcni: a network list is checked, a container added, checked and
// deleted, twice. libcni 1.1 ends with CNI 1.0.0; what 1.1.0 has besides goes to the plugin by libcni's own exec.
//
// usage: CNI_PATH=... libcni-runner FILE CACHE NETNS LINK
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/containernetworking/cni/pkg/version"
)

const container = "libcni-1"

func must(err error, what string) {
	if err != nil {
		fmt.Printf("FAILED %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Println("ok", what)
}

func mustFail(err error, code uint, what string) {
	var said *types.Error

	if err == nil {
		must(errors.New("it succeeded"), what)
	}
	if !errors.As(err, &said) || said.Code != code {
		must(fmt.Errorf("not code %d: %w", code, err), what)
	}
	fmt.Println("ok", what, "is refused:", said.Msg, said.Details)
}

func inListsOwnVersion(cni *libcni.CNIConfig, list *libcni.NetworkConfigList, rt *libcni.RuntimeConf) {
	ctx := context.Background()

	_, err := cni.ValidateNetworkList(ctx, list)
	must(err, "ValidateNetworkList")
	result, err := cni.AddNetworkList(ctx, list, rt)
	must(err, "AddNetworkList")
	added, err := types100.NewResultFromResult(result)
	must(err, "NewResultFromResult")
	if len(added.Interfaces) != 1 || added.Interfaces[0].Name != rt.IfName || added.Interfaces[0].Sandbox != rt.NetNS {
		must(fmt.Errorf("%v", added), "the interfaces of the result")
	}
	cached, err := cni.GetNetworkListCachedResult(list, rt)
	must(err, "GetNetworkListCachedResult")
	// Every older version can be made of it, when there is an address.
	for _, to := range []string{"0.2.0", "0.3.1", "0.4.0", "1.0.0"} {
		if len(added.IPs) > 0 {
			_, err = cached.GetAsVersion(to)
			must(err, "GetAsVersion "+to)
		}
	}
	must(cni.CheckNetworkList(ctx, list, rt), "CheckNetworkList")
	_, err = cni.AddNetworkList(ctx, list, rt)
	mustFail(err, types.ErrInvalidEnvironmentVariables, "a second AddNetworkList")
	must(cni.CheckNetworkList(ctx, list, rt), "CheckNetworkList after it")
	must(cni.DelNetworkList(ctx, list, rt), "DelNetworkList")
	must(cni.DelNetworkList(ctx, list, rt), "DelNetworkList again")
}

// call has the plugin do something in 1.1.0, with more keys in its configuration.
func call(plugin *libcni.NetworkConfig, name string, rt *libcni.RuntimeConf, path, command string, keys map[string]interface{}) ([]byte, error) {
	conf := map[string]interface{}{}
	if err := json.Unmarshal(plugin.Bytes, &conf); err != nil {
		return nil, err
	}
	conf["name"], conf["cniVersion"] = name, "1.1.0"
	for key, value := range keys {
		conf[key] = value
	}
	stdin, err := json.Marshal(conf)
	if err != nil {
		return nil, err
	}
	program, err := invoke.FindInPath(plugin.Network.Type, filepath.SplitList(path))
	if err != nil {
		return nil, err
	}
	args := &invoke.Args{Command: command, ContainerID: rt.ContainerID, NetNS: rt.NetNS, IfName: rt.IfName, Path: path}
	if command == "GC" || command == "STATUS" {
		args.ContainerID, args.NetNS, args.IfName = "", "", ""
	}
	return (&invoke.RawExec{Stderr: os.Stderr}).ExecPlugin(context.Background(), program, stdin, args.AsEnv())
}

func inNewestVersion(list *libcni.NetworkConfigList, rt *libcni.RuntimeConf, path string) {
	plugin := list.Plugins[0]
	run := func(command string, keys map[string]interface{}) ([]byte, error) {
		return call(plugin, list.Name, rt, path, command, keys)
	}
	attachment := map[string]string{"containerID": rt.ContainerID, "ifname": rt.IfName}

	_, err := run("STATUS", nil)
	must(err, "STATUS")
	out, err := run("ADD", nil)
	must(err, "ADD in 1.1.0")
	var result struct {
		CNIVersion string
		Interfaces []struct {
			Name, Mac, Sandbox string
			Mtu                int
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	must(decoder.Decode(&result), "decoding its result")
	if result.CNIVersion != "1.1.0" || len(result.Interfaces) != 1 || result.Interfaces[0].Mtu < 68 {
		must(fmt.Errorf("%s", out), "the result of 1.1.0")
	}
	prev := map[string]interface{}{"prevResult": json.RawMessage(out)}
	_, err = run("CHECK", prev)
	must(err, "CHECK in 1.1.0")
	_, err = run("GC", map[string]interface{}{"cni.dev/valid-attachments": []interface{}{attachment}})
	must(err, "GC with the attachment")
	_, err = run("CHECK", prev)
	must(err, "CHECK after it")
	_, err = run("GC", map[string]interface{}{"cni.dev/valid-attachments": []interface{}(nil)})
	must(err, "GC without it")
	_, err = run("CHECK", prev)
	mustFail(err, types.ErrInternal, "CHECK after that")
	_, err = run("DEL", prev)
	must(err, "DEL in 1.1.0")
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: libcni-runner FILE CACHE NETNS LINK")
		os.Exit(2)
	}
	path := os.Getenv("CNI_PATH")
	rt := &libcni.RuntimeConf{ContainerID: container, NetNS: os.Args[3], IfName: os.Args[4]}
	cni := libcni.NewCNIConfigWithCacheDir(filepath.SplitList(path), os.Args[2], nil)

	list, err := libcni.ConfListFromFile(os.Args[1])
	must(err, "ConfListFromFile")
	info, err := cni.GetVersionInfo(context.Background(), list.Plugins[0].Network.Type)
	must(err, "GetVersionInfo")
	if versions := strings.Join(info.SupportedVersions(), " "); !strings.HasPrefix(versions, strings.Join(version.All.SupportedVersions(), " ")) {
		must(errors.New(versions), "the versions that libcni knows")
	}
	inListsOwnVersion(cni, list, rt)
	inNewestVersion(list, rt, path)
}
