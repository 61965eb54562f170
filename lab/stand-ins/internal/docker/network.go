// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Network implements docker:index/network:Network.
type Network struct{}

// createDeadline is how long the engine has to make a network and report it.
const createDeadline = time.Minute

// How long Delete waits for the last container to leave, and how often it looks. Tests shorten both.
var (
	leaveDeadline = 30 * time.Second
	leaveInterval = 500 * time.Millisecond
)

// Label is one label.
type Label struct {
	Label string `pulumi:"label"`
	Value string `pulumi:"value"`
}

// IpamConfig is one subnet.
type IpamConfig struct {
	Subnet     *string            `pulumi:"subnet,optional"`
	IPRange    *string            `pulumi:"ipRange,optional"`
	Gateway    *string            `pulumi:"gateway,optional"`
	AuxAddress *map[string]string `pulumi:"auxAddress,optional"`
}

// NetworkArgs are the inputs. Check names a network that has no name, so there always is one.
type NetworkArgs struct {
	Name        *string            `pulumi:"name,optional"`
	Driver      *string            `pulumi:"driver,optional"`
	Internal    *bool              `pulumi:"internal,optional"`
	Attachable  *bool              `pulumi:"attachable,optional"`
	Ingress     *bool              `pulumi:"ingress,optional"`
	IPv6        *bool              `pulumi:"ipv6,optional"`
	Labels      *[]Label           `pulumi:"labels,optional"`
	Options     *map[string]string `pulumi:"options,optional"`
	IpamDriver  *string            `pulumi:"ipamDriver,optional"`
	IpamOptions *map[string]string `pulumi:"ipamOptions,optional"`
	IpamConfigs *[]IpamConfig      `pulumi:"ipamConfigs,optional"`
}

// NetworkState is the network as the engine reports it.
type NetworkState struct {
	Name        string             `pulumi:"name"`
	Driver      string             `pulumi:"driver"`
	Internal    bool               `pulumi:"internal"`
	Attachable  *bool              `pulumi:"attachable,optional"`
	Ingress     *bool              `pulumi:"ingress,optional"`
	IPv6        *bool              `pulumi:"ipv6,optional"`
	Labels      *[]Label           `pulumi:"labels,optional"`
	Options     map[string]string  `pulumi:"options"`
	IpamDriver  *string            `pulumi:"ipamDriver,optional"`
	IpamOptions *map[string]string `pulumi:"ipamOptions,optional"`
	IpamConfigs []IpamConfig       `pulumi:"ipamConfigs"`
	Scope       string             `pulumi:"scope"`
}

// Annotate sets the published token.
func (n *Network) Annotate(a infer.Annotator) {
	a.SetToken("index/network", "Network")
	a.Describe(&n, "A network of a docker engine (stand-in).")
}

// Annotate sets the published token.
func (l *Label) Annotate(a infer.Annotator) { a.SetToken("index/NetworkLabel", "NetworkLabel") }

// Annotate sets the published token.
func (c *IpamConfig) Annotate(a infer.Annotator) {
	a.SetToken("index/NetworkIpamConfig", "NetworkIpamConfig")
}

// Create makes the network. Its id is the engine's.
func (*Network) Create(
	ctx context.Context, req infer.CreateRequest[NetworkArgs],
) (res infer.CreateResponse[NetworkState], err error) {
	if req.DryRun {
		res.Output = req.Inputs.planned()
		return res, nil
	}
	client, err := newEngine(ctx, infer.GetConfig[Config](ctx).host())
	if err != nil {
		return res, err
	}
	// Giving up now, on Ctrl-C, would leave a network that nobody knows of and whose name is taken.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createDeadline)
	defer cancel()
	if res.ID, err = client.create(ctx, req.Inputs.request()); err != nil {
		return res, fmt.Errorf("docker network %q: %w", orZero(req.Inputs.Name), err)
	}
	found, err := client.inspect(ctx, res.ID)
	if err != nil {
		// The network is there: it must get into the state, or nobody will ever delete it.
		res.Output = req.Inputs.planned()
		return res, infer.ResourceInitFailedError{Reasons: []string{"made, but then: " + err.Error()}}
	}
	res.Output = found.state()
	return res, nil
}

// Read reports the network as it is now. A network that is gone has no id any more.
func (*Network) Read(
	ctx context.Context, req infer.ReadRequest[NetworkArgs, NetworkState],
) (res infer.ReadResponse[NetworkArgs, NetworkState], err error) {
	client, err := newEngine(ctx, infer.GetConfig[Config](ctx).host())
	if err != nil {
		return res, err
	}
	found, err := client.inspect(ctx, req.ID)
	if hasStatus(err, http.StatusNotFound) {
		return res, nil
	}
	if err != nil {
		return res, err
	}
	res.ID, res.State = found.ID, found.state()
	res.Inputs = req.Inputs.after(res.State)
	return res, nil
}

// Delete removes the network, waits while containers leave it, and names those that stay.
func (*Network) Delete(ctx context.Context, req infer.DeleteRequest[NetworkState]) (infer.DeleteResponse, error) {
	var done infer.DeleteResponse
	client, err := newEngine(ctx, infer.GetConfig[Config](ctx).host())
	if err != nil {
		return done, err
	}
	for deadline := time.Now().Add(leaveDeadline); ; {
		err := client.remove(ctx, req.ID)
		switch {
		case err == nil || hasStatus(err, http.StatusNotFound):
			return done, nil
		case !strings.Contains(err.Error(), "active endpoints"):
			return done, fmt.Errorf("docker network %q: %w", req.State.Name, err)
		case time.Now().After(deadline):
			return done, client.occupied(ctx, req, err)
		}
		select {
		case <-ctx.Done():
			return done, errors.Join(ctx.Err(), client.occupied(context.WithoutCancel(ctx), req, err))
		case <-time.After(leaveInterval):
		}
	}
}

// occupied is the error of a network that cannot be deleted, with the containers that are in it.
func (e *engine) occupied(ctx context.Context, req infer.DeleteRequest[NetworkState], cause error) error {
	inside := "unknown"
	if found, err := e.inspect(ctx, req.ID); err == nil {
		var names []string
		for _, container := range found.Containers {
			names = append(names, container.Name)
		}
		slices.Sort(names)
		inside = strings.Join(names, ", ")
	}
	return fmt.Errorf("docker network %q still has containers: %s; remove or disconnect them and run it again: %w",
		req.State.Name, inside, cause)
}

// request is what the engine is asked for.
func (a NetworkArgs) request() createRequest {
	req := createRequest{
		Name:       orZero(a.Name),
		Driver:     orZero(a.Driver),
		Internal:   orZero(a.Internal),
		Attachable: orZero(a.Attachable),
		Ingress:    orZero(a.Ingress),
		EnableIPv6: a.IPv6,
		Options:    orZero(a.Options),
		Labels:     map[string]string{},
		IPAM:       ipam{Driver: cmp.Or(orZero(a.IpamDriver), "default"), Options: orZero(a.IpamOptions)},
	}
	for _, label := range orZero(a.Labels) {
		req.Labels[label.Label] = label.Value
	}
	for _, config := range orZero(a.IpamConfigs) {
		req.IPAM.Config = append(req.IPAM.Config, ipamConfig{
			Subnet: orZero(config.Subnet), IPRange: orZero(config.IPRange), Gateway: orZero(config.Gateway),
			AuxiliaryAddresses: orZero(config.AuxAddress),
		})
	}
	return req
}

// planned is the state as far as the inputs tell it.
func (a NetworkArgs) planned() NetworkState {
	return NetworkState{
		Name: orZero(a.Name), Driver: orZero(a.Driver), Internal: orZero(a.Internal), Attachable: a.Attachable,
		Ingress: a.Ingress, IPv6: a.IPv6, Labels: a.Labels, Options: orZero(a.Options), IpamDriver: a.IpamDriver,
		IpamOptions: a.IpamOptions, IpamConfigs: orZero(a.IpamConfigs),
	}
}

// after is the inputs that would lead to the state: an import's all, a refresh's those that were given.
func (a NetworkArgs) after(s NetworkState) NetworkArgs {
	all := NetworkArgs{
		Name: &s.Name, Driver: &s.Driver, Internal: &s.Internal, Attachable: s.Attachable, Ingress: s.Ingress,
		IPv6: s.IPv6, Labels: s.Labels, Options: &s.Options, IpamDriver: s.IpamDriver, IpamOptions: s.IpamOptions,
		IpamConfigs: &s.IpamConfigs,
	}
	if a.Name == nil {
		return all
	}
	keep(&all.Driver, a.Driver)
	keep(&all.Internal, a.Internal)
	keep(&all.Attachable, a.Attachable)
	keep(&all.Ingress, a.Ingress)
	keep(&all.IPv6, a.IPv6)
	keep(&all.Labels, a.Labels)
	keep(&all.Options, a.Options)
	keep(&all.IpamDriver, a.IpamDriver)
	keep(&all.IpamOptions, a.IpamOptions)
	keep(&all.IpamConfigs, a.IpamConfigs)
	return all
}

// keep leaves out what was not given before.
func keep[T any](value **T, given *T) {
	if given == nil {
		*value = nil
	}
}

// state is what the engine reports, lists in a fixed order.
func (n inspected) state() NetworkState {
	labels := []Label{}
	for _, name := range slices.Sorted(maps.Keys(n.Labels)) {
		labels = append(labels, Label{Label: name, Value: n.Labels[name]})
	}
	configs := []IpamConfig{}
	for _, config := range n.IPAM.Config {
		configs = append(configs, IpamConfig{
			Subnet: orNil(config.Subnet), IPRange: orNil(config.IPRange), Gateway: orNil(config.Gateway),
			AuxAddress: filled(config.AuxiliaryAddresses),
		})
	}
	if n.Options == nil {
		n.Options = map[string]string{}
	}
	s := NetworkState{
		Name: n.Name, Driver: n.Driver, Internal: n.Internal, Attachable: &n.Attachable, Ingress: &n.Ingress,
		IPv6: &n.EnableIPv6, Options: n.Options, IpamDriver: orNil(n.IPAM.Driver), IpamOptions: filled(n.IPAM.Options),
		IpamConfigs: configs, Scope: n.Scope,
	}
	if len(labels) > 0 {
		s.Labels = &labels
	}
	return s
}

func orZero[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func filled(m map[string]string) *map[string]string {
	if len(m) == 0 {
		return nil
	}
	return &m
}
