// SPDX-License-Identifier: Apache-2.0

// Package providertest drives a stand-in the way the engine does, without an engine.
package providertest

import (
	"context"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/serve"
)

// Props are properties as a test writes them.
type Props = map[string]any

// Resource is one resource of one provider.
type Resource struct {
	T      *testing.T
	Server integration.Server
	URN    resource.URN
}

// New serves the provider and names a resource of it "it".
func New(t *testing.T, id serve.Identity, provider p.Provider, token string) *Resource {
	return NewWithContext(t.Context(), t, id, provider, token)
}

// NewWithContext is New with a context of the test's own.
func NewWithContext(
	ctx context.Context, t *testing.T, id serve.Identity, provider p.Provider, token string,
) *Resource {
	t.Helper()
	server, err := integration.NewServer(ctx, id.Name, semver.MustParse(id.Version), integration.WithProvider(provider))
	require.NoError(t, err)
	require.NoError(t, server.Configure(p.ConfigureRequest{}))
	return &Resource{T: t, Server: server, URN: resource.NewURN("test", "test", "", tokens.Type(token), "it")}
}

// Map makes a property map.
func Map(t *testing.T, props Props) property.Map {
	t.Helper()
	return value(t, props).AsMap()
}

// value takes the literals that read well in a test.
func value(t *testing.T, literal any) property.Value {
	t.Helper()
	switch v := literal.(type) {
	case property.Value:
		return v
	case int:
		return property.New(float64(v))
	case []string:
		return list(t, v)
	case []Props:
		return list(t, v)
	case []any:
		return list(t, v)
	case Props:
		members := map[string]property.Value{}
		for key, member := range v {
			members[key] = value(t, member)
		}
		return property.New(members)
	default:
		known, err := property.Any(literal)
		require.NoError(t, err)
		return known
	}
}

func list[T any](t *testing.T, literals []T) property.Value {
	t.Helper()
	items := []property.Value{}
	for _, item := range literals {
		items = append(items, value(t, item))
	}
	return property.New(items)
}

// Secret is a secret string.
func Secret(text string) property.Value { return property.New(text).WithSecret(true) }

// Unknown is a value that a preview does not know.
var Unknown = property.New(property.Computed)

// Failures are what Check says against the inputs.
func (r *Resource) Failures(inputs Props) []p.CheckFailure {
	r.T.Helper()
	res, err := r.Server.Check(p.CheckRequest{Urn: r.URN, Inputs: Map(r.T, inputs)})
	require.NoError(r.T, err)
	return res.Failures
}

// Check is the inputs as Check returns them; the test fails if it refuses them.
func (r *Resource) Check(inputs Props) property.Map {
	r.T.Helper()
	res, err := r.Server.Check(p.CheckRequest{Urn: r.URN, Inputs: Map(r.T, inputs)})
	require.NoError(r.T, err)
	require.Empty(r.T, res.Failures)
	return res.Inputs
}

// TryCreate checks the inputs and creates.
func (r *Resource) TryCreate(inputs Props) (p.CreateResponse, error) {
	r.T.Helper()
	return r.Server.Create(p.CreateRequest{Urn: r.URN, Properties: r.Check(inputs)})
}

// Create is TryCreate that must not fail.
func (r *Resource) Create(inputs Props) p.CreateResponse {
	r.T.Helper()
	res, err := r.TryCreate(inputs)
	require.NoError(r.T, err)
	require.NotEmpty(r.T, res.ID)
	return res
}

// Preview is a dry run of Create.
func (r *Resource) Preview(inputs Props) property.Map {
	r.T.Helper()
	res, err := r.Server.Create(p.CreateRequest{Urn: r.URN, Properties: r.Check(inputs), DryRun: true})
	require.NoError(r.T, err)
	return res.Properties
}

// Diff compares a state with new inputs.
func (r *Resource) Diff(state property.Map, inputs Props) p.DiffResponse {
	r.T.Helper()
	res, err := r.Server.Diff(p.DiffRequest{ID: "id", Urn: r.URN, State: state, Inputs: r.Check(inputs)})
	require.NoError(r.T, err)
	return res
}

// Kinds are the differences, by property.
func Kinds(diff p.DiffResponse) map[string]p.DiffKind {
	kinds := map[string]p.DiffKind{}
	for name, d := range diff.DetailedDiff {
		kinds[name] = d.Kind
	}
	return kinds
}

// TryUpdate updates in place.
func (r *Resource) TryUpdate(state property.Map, inputs Props, dryRun bool) (property.Map, error) {
	r.T.Helper()
	res, err := r.Server.Update(p.UpdateRequest{
		ID: "id", Urn: r.URN, State: state, Inputs: r.Check(inputs), DryRun: dryRun,
	})
	return res.Properties, err
}

// Update is TryUpdate for real, that must not fail.
func (r *Resource) Update(state property.Map, inputs Props) property.Map {
	r.T.Helper()
	res, err := r.TryUpdate(state, inputs, false)
	require.NoError(r.T, err)
	return res
}

// Read refreshes.
func (r *Resource) Read(id string, state, inputs property.Map) (p.ReadResponse, error) {
	return r.Server.Read(p.ReadRequest{ID: id, Urn: r.URN, Properties: state, Inputs: inputs})
}

// Delete deletes.
func (r *Resource) Delete(id string, state property.Map) error {
	return r.Server.Delete(p.DeleteRequest{ID: id, Urn: r.URN, Properties: state})
}
