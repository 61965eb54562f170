// SPDX-License-Identifier: Apache-2.0

// Package docker stands in for pulumi-docker 5.2.0: docker:index/network:Network and nothing else.
//
// The published plugin bridges terraform-provider-docker. Kept of it: every change replaces; what the engine reports is
// the state, so a refresh shows drift; a network whose program gives its name is deleted before it is replaced; deleting
// waits half a minute for containers to leave. Not kept: the published one takes any failure to inspect a network for
// its absence; here only the engine's 404 is one.
package docker

import (
	"context"
	"fmt"
	"os"
	"regexp"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"istio-fleet/lab/stand-ins/internal/serve"
	"istio-fleet/lab/stand-ins/internal/state"
)

const networkToken = "docker:index/network:Network"

// Identity is what the plugin reports.
var Identity = serve.Identity{Name: "docker", Version: "5.2.0", Resources: []string{networkToken}}

// defaultHost is where the engine listens if nobody says otherwise.
const defaultHost = "unix:///var/run/docker.sock"

// Config is the provider's configuration. Contexts, certificates and ssh are the published plugin's.
type Config struct {
	Host *string `pulumi:"host,optional"`
}

// Annotate takes the host from the environment, as the published schema does.
func (c *Config) Annotate(a infer.Annotator) {
	a.Describe(&c.Host, "The docker engine's address. Defaults to $DOCKER_HOST, or "+defaultHost+".")
}

func (c Config) host() string {
	if c.Host != nil && *c.Host != "" {
		return *c.Host
	}
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return host
	}
	return defaultHost
}

// Provider makes the plugin.
func Provider() p.Provider {
	provider := state.KeepUnknowns(infer.Provider(infer.Options{
		Metadata:  Identity.Metadata(),
		Config:    infer.Config(Config{}),
		Resources: []infer.InferredResource{infer.Resource(&Network{})},
	}))
	check := provider.Check
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		inputs, err := named(req)
		if err != nil {
			return p.CheckResponse{}, err
		}
		req.Inputs = inputs
		return check(ctx, req)
	}
	provider.Diff = diff
	return Identity.Announce(serve.Bridged(provider))
}

// named gives a network without a name the one that it had, or a new one.
func named(req p.CheckRequest) (property.Map, error) {
	if _, set := req.Inputs.GetOk("name"); set {
		return req.Inputs, nil
	}
	if before := req.State.Get("name"); before.IsString() {
		return req.Inputs.Set("name", before), nil
	}
	name, err := resource.NewUniqueHex(req.Urn.Name()+"-", 7, 0)
	return req.Inputs.Set("name", property.New(name)), err
}

var rules = map[string]state.Rule{
	"name":        {},
	"labels":      {Unordered: true},
	"driver":      {Computed: true},
	"options":     {Computed: true},
	"internal":    {Computed: true},
	"attachable":  {Default: property.New(false)},
	"ingress":     {Default: property.New(false)},
	"ipv6":        {Default: property.New(false)},
	"ipamDriver":  {Default: property.New("default")},
	"ipamOptions": {},
	"ipamConfigs": {Computed: true, Unordered: true},
}

// diff replaces for every change. A given name must be free before the next network can have it.
func diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	if string(req.Urn.Type()) != networkToken {
		return p.DiffResponse{}, fmt.Errorf("%s: the docker stand-in knows only %v", req.Urn.Type(), Identity.Resources)
	}
	res := state.Diff(req.State, req.Inputs, rules, req.IgnoreChanges)
	before, after := state.Plain(req.State.Get("name")), state.Plain(req.Inputs.Get("name"))
	made := regexp.MustCompile("^" + regexp.QuoteMeta(req.Urn.Name()) + "-[0-9a-f]{7}$")
	res.DeleteBeforeReplace = res.HasChanges && before.IsString() && before.Equals(after) &&
		!made.MatchString(before.AsString())
	return res, nil
}
