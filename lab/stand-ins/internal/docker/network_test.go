// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"encoding/json"
	"maps"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/providertest"
)

type props = providertest.Props

func network(t *testing.T) *providertest.Resource {
	return providertest.New(t, Identity, Provider(), networkToken)
}

func with(base, change props) props {
	all := maps.Clone(base)
	maps.Copy(all, change)
	return all
}

var planned = props{
	"name":        "fleet",
	"driver":      "bridge",
	"labels":      []props{{"label": "z", "value": "1"}, {"label": "a", "value": "2"}},
	"options":     props{"com.docker.network.bridge.name": "br-fleet"},
	"ipamConfigs": []props{{"subnet": "172.30.0.0/16", "ipRange": "172.30.1.0/24", "gateway": "172.30.0.1"}},
}

func TestCreateAsksForEverything(t *testing.T) {
	fake := startFake(t)
	n := network(t)
	n.Create(with(planned, props{
		"internal": true, "attachable": true, "ingress": true, "ipv6": true, "ipamDriver": "own",
		"ipamOptions": props{"k": "v"},
		"ipamConfigs": []props{
			{"subnet": "172.30.0.0/16", "auxAddress": props{"host": "172.30.9.9"}}, {"subnet": "fd00:30::/64", "gateway": "fd00:30::1"},
		},
	}))
	assert.JSONEq(t, `{
		"Name": "fleet", "CheckDuplicate": true, "Driver": "bridge", "Internal": true, "Attachable": true, "Ingress": true,
		"EnableIPv6": true, "Labels": {"a": "2", "z": "1"}, "Options": {"com.docker.network.bridge.name": "br-fleet"},
		"IPAM": {"Driver": "own", "Options": {"k": "v"}, "Config": [
			{"Subnet": "172.30.0.0/16", "AuxiliaryAddresses": {"host": "172.30.9.9"}},
			{"Subnet": "fd00:30::/64", "Gateway": "fd00:30::1"}]}}`, text(t, fake.created[0]))
}

func TestCreateAsksForLittle(t *testing.T) {
	fake := startFake(t)
	network(t).Create(props{"name": "fleet"})
	assert.JSONEq(t, `{"Name": "fleet", "CheckDuplicate": true, "Internal": false, "Attachable": false, "Ingress": false,
		"IPAM": {"Driver": "default"}}`, text(t, fake.created[0]))
}

func TestNewEngineIsNotAskedAboutDuplicates(t *testing.T) {
	fake := startFake(t)
	fake.version = newestAPI
	network(t).Create(props{"name": "fleet"})
	assert.NotContains(t, fake.created[0], "CheckDuplicate")
}

func TestOutputsAreTheEngines(t *testing.T) {
	startFake(t)
	made := network(t).Create(planned)
	assert.Len(t, made.ID, 64)
	want := with(planned, props{
		"labels":   []props{{"label": "a", "value": "2"}, {"label": "z", "value": "1"}},
		"internal": false, "attachable": false, "ingress": false, "ipv6": false, "ipamDriver": "default", "scope": "local",
	})
	assert.Equal(t, providertest.Map(t, want), made.Properties)

	bare := network(t).Create(props{"name": "other"}).Properties
	assert.Equal(t, providertest.Map(t, props{
		"name": "other", "driver": "bridge", "options": props{}, "scope": "local", "ipamDriver": "default",
		"internal": false, "attachable": false, "ingress": false, "ipv6": false,
		"ipamConfigs": []props{{"subnet": "172.18.0.0/16", "gateway": "172.18.0.1"}},
	}), bare)
}

func TestPreviewTouchesNothing(t *testing.T) {
	fake := startFake(t)
	out := network(t).Preview(planned)
	assert.Empty(t, fake.created)
	for _, name := range []string{"scope", "internal"} {
		assert.Truef(t, out.Get(name).IsComputed(), "%s", name)
	}
	assert.Equal(t, "fleet", out.Get("name").AsString())
	assert.Equal(t, 1, out.Get("ipamConfigs").AsArray().Len())
	t.Setenv("DOCKER_HOST", "unix:///no/such/socket")
	network(t).Preview(planned)
}

func TestNameInUse(t *testing.T) {
	startFake(t)
	n := network(t)
	n.Create(planned)
	_, err := n.TryCreate(planned)
	require.ErrorContains(t, err, `docker network "fleet": network with name fleet already exists (HTTP 409)`)
}

func TestInspectFailsAfterCreate(t *testing.T) {
	fake := startFake(t)
	fake.broken = "GET"
	res, err := network(t).TryCreate(planned)
	require.Error(t, err)
	assert.Len(t, res.ID, 64, "the network must get into the state, or it leaks")
	require.NotNil(t, res.PartialState)
	assert.Contains(t, res.PartialState.Reasons[0], "the fake is broken (HTTP 500)")
}

func TestCancelDoesNotLoseTheNetwork(t *testing.T) {
	fake := startFake(t)
	n := network(t)
	fake.creating = func() { assert.NoError(t, n.Server.Cancel()) }
	made := n.Create(planned)
	assert.Contains(t, fake.networks, made.ID)
}

func TestNoEngine(t *testing.T) {
	for host, want := range map[string]string{
		"unix:///no/such/socket": "no docker engine answers at unix:///no/such/socket",
		"ssh://root@far":         "knows unix:// and plain tcp://",
		"://":                    "docker host",
	} {
		t.Setenv("DOCKER_HOST", host)
		_, err := network(t).TryCreate(planned)
		assert.ErrorContains(t, err, want)
		_, err = network(t).Read("id", property.Map{}, property.Map{})
		assert.ErrorContains(t, err, want, "a refresh must not take silence for absence")
		assert.ErrorContains(t, network(t).Delete("id", stateOf(t)), want)
	}
}

func stateOf(t *testing.T) property.Map {
	return providertest.Map(t, props{
		"name": "fleet", "driver": "bridge", "internal": false, "options": props{}, "ipamConfigs": []props{}, "scope": "local",
	})
}

func TestConfiguredHostWins(t *testing.T) {
	fake := startFake(t)
	socket := Config{}.host()
	t.Setenv("DOCKER_HOST", "unix:///no/such/socket")
	n := network(t)
	require.NoError(t, n.Server.Configure(p.ConfigureRequest{Args: providertest.Map(t, props{"host": socket})}))
	n.Create(planned)
	assert.Len(t, fake.created, 1)
	t.Setenv("DOCKER_HOST", "")
	assert.Equal(t, "unix:///var/run/docker.sock", Config{}.host())
}

func TestDiff(t *testing.T) {
	startFake(t)
	n := network(t)
	state := n.Create(planned).Properties
	for name, test := range map[string]struct {
		change props
		want   string
	}{
		"nothing":             {nil, ""},
		"labels out of order": {props{"labels": []props{{"label": "a", "value": "2"}, {"label": "z", "value": "1"}}}, ""},
		"defaults in full":    {props{"internal": false, "attachable": false, "ingress": false, "ipv6": false, "ipamDriver": "default"}, ""},
		"name":                {props{"name": "other"}, "name"},
		"driver":              {props{"driver": "macvlan"}, "driver"},
		"internal":            {props{"internal": true}, "internal"},
		"attachable":          {props{"attachable": true}, "attachable"},
		"ingress":             {props{"ingress": true}, "ingress"},
		"ipv6":                {props{"ipv6": true}, "ipv6"},
		"a label":             {props{"labels": []props{{"label": "a", "value": "2"}}}, "labels"},
		"options":             {props{"options": props{"k": "v"}}, "options"},
		"empty options":       {props{"options": props{}}, ""},
		"ipam driver":         {props{"ipamDriver": "own"}, "ipamDriver"},
		"ipam options":        {props{"ipamOptions": props{"k": "v"}}, "ipamOptions"},
		"subnet":              {props{"ipamConfigs": []props{{"subnet": "172.31.0.0/16", "ipRange": "172.30.1.0/24", "gateway": "172.30.0.1"}}}, "ipamConfigs"},
		"no gateway":          {props{"ipamConfigs": []props{{"subnet": "172.30.0.0/16", "ipRange": "172.30.1.0/24"}}}, "ipamConfigs"},
		"subnet not known":    {props{"ipamConfigs": []props{{"subnet": providertest.Unknown}}}, "ipamConfigs"},
		"configs not known":   {props{"ipamConfigs": providertest.Unknown}, "ipamConfigs"},
	} {
		t.Run(name, func(t *testing.T) {
			diff := n.Diff(state, with(planned, test.change))
			assert.Equal(t, test.want != "", diff.HasChanges)
			assert.Equal(t, test.want != "" && test.want != "name", diff.DeleteBeforeReplace)
			for property, kind := range providertest.Kinds(diff) {
				assert.Equal(t, test.want, property)
				assert.Contains(t, string(kind), "&replace")
			}
		})
	}
	t.Run("what the engine filled in may stay out of the inputs", func(t *testing.T) {
		assert.False(t, n.Diff(n.Create(props{"name": "bare"}).Properties, props{"name": "bare"}).HasChanges)
	})
}

func TestAutonaming(t *testing.T) {
	startFake(t)
	n := network(t)
	first := n.Check(props{}).Get("name").AsString()
	assert.Regexp(t, `^it-[0-9a-f]{7}$`, first)
	assert.NotEqual(t, first, n.Check(props{}).Get("name").AsString())
	again, err := n.Server.Check(p.CheckRequest{Urn: n.URN, State: providertest.Map(t, props{"name": first})})
	require.NoError(t, err)
	assert.Equal(t, first, again.Inputs.Get("name").AsString())

	state := n.Create(props{"name": first}).Properties
	diff := n.Diff(state, props{"name": first, "internal": true})
	assert.True(t, diff.HasChanges)
	assert.False(t, diff.DeleteBeforeReplace, "the next network gets another name")
}

func TestRefresh(t *testing.T) {
	fake := startFake(t)
	n := network(t)
	inputs := n.Check(planned)
	made := n.Create(planned)

	same, err := n.Read(made.ID, made.Properties, inputs)
	require.NoError(t, err)
	assert.Equal(t, made.ID, same.ID)
	assert.Equal(t, made.Properties, same.Properties)
	assert.False(t, n.Diff(same.Properties, planned).HasChanges)

	fake.networks[made.ID].IPAM.Config[0].Subnet = "10.0.0.0/8"
	drifted, err := n.Read(made.ID, made.Properties, inputs)
	require.NoError(t, err)
	assert.Equal(t, "10.0.0.0/8", drifted.Properties.Get("ipamConfigs").AsArray().Get(0).AsMap().Get("subnet").AsString())
	assert.True(t, n.Diff(drifted.Properties, planned).HasChanges)
	_, set := drifted.Inputs.GetOk("ipv6")
	assert.False(t, set, "what was not an input does not become one")

	fake.broken = "GET"
	_, err = n.Read(made.ID, made.Properties, inputs)
	require.ErrorContains(t, err, "the fake is broken")
	fake.broken = ""

	delete(fake.networks, made.ID)
	gone, err := n.Read(made.ID, made.Properties, inputs)
	require.NoError(t, err)
	assert.Empty(t, gone.ID)
}

func TestImport(t *testing.T) {
	startFake(t)
	n := network(t)
	made := n.Create(planned)
	read, err := n.Read(made.ID, property.Map{}, property.Map{})
	require.NoError(t, err)
	assert.Equal(t, made.Properties, read.Properties)
	assert.Equal(t, "fleet", read.Inputs.Get("name").AsString())
	assert.Equal(t, 1, read.Inputs.Get("ipamConfigs").AsArray().Len())
}

func TestCheckRefusesTheUnknownAndTheWrong(t *testing.T) {
	n := network(t)
	for name, inputs := range map[string]props{
		"checkDuplicate": {"name": "x", "checkDuplicate": true}, // gone since 5.0
		"internal":       {"name": "x", "internal": []string{"yes"}},
	} {
		failures := n.Failures(inputs)
		require.Len(t, failures, 1)
		assert.Equal(t, name, failures[0].Property)
	}
}

func TestSchema(t *testing.T) {
	res, err := network(t).Server.GetSchema(p.GetSchemaRequest{})
	require.NoError(t, err)
	var schema struct {
		Version, Description string
		Types                map[string]any
		Resources            map[string]struct {
			InputProperties, Properties map[string]any
			Required                    []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(res.Schema), &schema))
	assert.Equal(t, "5.2.0", schema.Version)
	assert.Contains(t, schema.Description, "stand-in")
	n := schema.Resources[networkToken]
	assert.Len(t, n.InputProperties, 11)
	assert.Len(t, n.Properties, 12)
	assert.ElementsMatch(t, []string{"driver", "internal", "ipamConfigs", "name", "options", "scope"}, n.Required)
	assert.Contains(t, schema.Types, "docker:index/NetworkIpamConfig:NetworkIpamConfig")
	assert.Contains(t, schema.Types, "docker:index/NetworkLabel:NetworkLabel")
}

func text(t *testing.T, value any) string {
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	return string(encoded)
}
