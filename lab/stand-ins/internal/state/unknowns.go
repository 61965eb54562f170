// SPDX-License-Identifier: Apache-2.0

package state

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// KeepUnknowns makes Check and previews of Create return the inputs that are not known yet. The library loses a list
// that is not known as a whole, and what follows would take it for absent.
func KeepUnknowns(provider p.Provider) p.Provider {
	check, create := provider.Check, provider.Create
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		res, err := check(ctx, req)
		res.Inputs = unknownsOf(req.Inputs, res.Inputs)
		return res, err
	}
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		res, err := create(ctx, req)
		if req.DryRun && err == nil {
			res.Properties = unknownsOf(req.Properties, res.Properties)
		}
		return res, err
	}
	return provider
}

func unknownsOf(from, to property.Map) property.Map {
	for name, v := range from.All {
		if v.HasComputed() {
			to = to.Set(name, v.WithSecret(v.Secret() || to.Get(name).Secret()))
		}
	}
	return to
}
