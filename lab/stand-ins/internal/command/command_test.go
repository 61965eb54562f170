// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/providertest"
)

type props = providertest.Props

func command(t *testing.T) *providertest.Resource {
	return providertest.New(t, Identity, Provider(), "command:local:Command")
}

func TestCreate(t *testing.T) {
	for name, test := range map[string]struct {
		inputs         props
		stdout, stderr string
	}{
		"both streams":                {inputs: props{"create": "echo out; echo err >&2"}, stdout: "out", stderr: "err"},
		"one newline is trimmed":      {inputs: props{"create": `printf 'a\n\n'`}, stdout: "a\n"},
		"other space is kept":         {inputs: props{"create": `printf ' a '`}, stdout: " a "},
		"no create":                   {inputs: props{"delete": "false"}},
		"empty create":                {inputs: props{"create": ""}},
		"environment":                 {inputs: props{"create": "echo $A$B", "environment": props{"A": "1", "B": "2"}}, stdout: "12"},
		"the engine's environment":    {inputs: props{"create": "echo $FROM_ENGINE"}, stdout: "yes"},
		"environment wins":            {inputs: props{"create": "echo $FROM_ENGINE", "environment": props{"FROM_ENGINE": "no"}}, stdout: "no"},
		"stdin":                       {inputs: props{"create": "cat; echo .", "stdin": "in"}, stdout: "in."},
		"no stdin is empty":           {inputs: props{"create": "cat"}},
		"interpreter":                 {inputs: props{"create": "x y", "interpreter": []string{"printf", "[%s][%s]", "arg"}}, stdout: "[arg][x y]"},
		"an empty one is the default": {inputs: props{"create": "echo $((1+1))", "interpreter": []string{}}, stdout: "2"},
		"dir":                         {inputs: props{"create": "pwd", "dir": "/"}, stdout: "/"},
		"large output":                {inputs: props{"create": "head -c 1000000 /dev/zero | tr '\\0' x", "logging": "none"}, stdout: strings.Repeat("x", 1000000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("FROM_ENGINE", "yes")
			out := command(t).Create(test.inputs).Properties
			assert.Equal(t, test.stdout, out.Get("stdout").AsString())
			assert.Equal(t, test.stderr, out.Get("stderr").AsString())
		})
	}
}

func TestCreateIDStartsWithTheName(t *testing.T) {
	c := command(t)
	first, second := c.Create(props{"create": "true"}), c.Create(props{"create": "true"})
	assert.Regexp(t, `^it[0-9a-f]{8}$`, first.ID)
	assert.NotEqual(t, first.ID, second.ID)
}

func TestCreateFailure(t *testing.T) {
	for name, test := range map[string]struct {
		inputs props
		want   string
	}{
		"exit code":             {props{"create": "echo out; echo more; exit 3", "logging": "none"}, "exit status 3: running \"echo out; echo more; exit 3\":\nout\nmore\n"},
		"no interpreter":        {props{"create": "x", "interpreter": []string{"no-such-program"}}, "no-such-program"},
		"no dir":                {props{"create": "true", "dir": "/no/such/dir"}, "/no/such/dir"},
		"killed by a signal":    {props{"create": "kill -9 $$"}, "signal: killed"},
		"environment too large": {props{"create": "true", "environment": props{"A": strings.Repeat("x", 200000)}}, "argument list too long"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := command(t).TryCreate(test.inputs)
			require.ErrorContains(t, err, test.want)
			assert.Nil(t, res.PartialState, "a failed create leaves nothing in the state")
			assert.Empty(t, res.ID)
		})
	}
}

func TestUpdate(t *testing.T) {
	c := command(t)
	state := c.Create(props{"create": "echo made; echo warned >&2"}).Properties
	for name, test := range map[string]struct {
		inputs         props
		stdout, stderr string
	}{
		"update":             {props{"create": "echo made", "update": "echo updated"}, "updated", ""},
		"create without it":  {props{"create": "echo again"}, "again", ""},
		"neither":            {props{"delete": "true"}, "made", "warned"},
		"the output before":  {props{"update": "echo $PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"}, "made/warned", ""},
		"not if not wanted":  {props{"update": "echo $PULUMI_COMMAND_STDOUT", "addPreviousOutputInEnv": false}, "", ""},
		"wanted by word":     {props{"update": "echo $PULUMI_COMMAND_STDOUT", "addPreviousOutputInEnv": true}, "made", ""},
		"new environment":    {props{"update": "echo $A", "environment": props{"A": "new"}}, "new", ""},
		"it wins over A too": {props{"update": "echo $PULUMI_COMMAND_STDOUT", "environment": props{"PULUMI_COMMAND_STDOUT": "own"}}, "made", ""},
	} {
		t.Run(name, func(t *testing.T) {
			out := c.Update(state, test.inputs)
			assert.Equal(t, test.stdout, out.Get("stdout").AsString())
			assert.Equal(t, test.stderr, out.Get("stderr").AsString())
		})
	}
	_, err := c.TryUpdate(state, props{"update": "echo no; false"}, false)
	require.ErrorContains(t, err, "running \"echo no; false\":\nno\n")
}

func TestDiff(t *testing.T) {
	c := command(t)
	base := func(change props) props {
		all := props{"create": "true", "delete": "true", "triggers": []string{"a"}, "environment": props{"A": "1"}, "dir": "/"}
		for name, value := range change {
			all[name] = value
		}
		return all
	}
	state := c.Create(base(nil)).Properties
	for name, test := range map[string]struct {
		change props
		want   map[string]p.DiffKind
	}{
		"nothing":           {nil, map[string]p.DiffKind{}},
		"create":            {props{"create": "date"}, map[string]p.DiffKind{"create": p.Update}},
		"delete":            {props{"delete": "date"}, map[string]p.DiffKind{"delete": p.Update}},
		"environment":       {props{"environment": props{"A": "2"}}, map[string]p.DiffKind{"environment.A": p.Update}},
		"dir":               {props{"dir": "/tmp"}, map[string]p.DiffKind{"dir": p.Update}},
		"logging":           {props{"logging": "none"}, map[string]p.DiffKind{"logging": p.Add}},
		"stdin":             {props{"stdin": "x"}, map[string]p.DiffKind{"stdin": p.Add}},
		"update":            {props{"update": "x"}, map[string]p.DiffKind{"update": p.Add}},
		"unknown":           {props{"stdin": providertest.Unknown}, map[string]p.DiffKind{"stdin": p.Add}},
		"secret all along":  {props{"create": providertest.Secret("true")}, map[string]p.DiffKind{"create": p.Update}},
		"another trigger":   {props{"triggers": []string{"b"}}, map[string]p.DiffKind{"triggers[0]": p.Update}},
		"one trigger more":  {props{"triggers": []string{"a", "b"}}, map[string]p.DiffKind{"triggers[1]": p.Add}},
		"interpreter added": {props{"interpreter": []string{"sh"}}, map[string]p.DiffKind{"interpreter": p.Add}},
	} {
		t.Run(name, func(t *testing.T) {
			diff := c.Diff(state, base(test.change))
			assert.Equal(t, test.want, providertest.Kinds(diff))
			assert.False(t, diff.DeleteBeforeReplace)
		})
	}
	t.Run("first triggers", func(t *testing.T) {
		plain := c.Create(props{"create": "true"}).Properties
		diff := c.Diff(plain, props{"create": "true", "triggers": []string{"a"}})
		assert.Equal(t, map[string]p.DiffKind{"triggers": p.AddReplace}, providertest.Kinds(diff))
	})
}

func TestTriggersOfAnyKind(t *testing.T) {
	c := command(t)
	inputs := props{"create": "true", "triggers": []any{"text", 3, true, []string{"x"}}}
	state := c.Create(inputs).Properties
	assert.Equal(t, 4, state.Get("triggers").AsArray().Len())
	assert.False(t, c.Diff(state, inputs).HasChanges)
}

func TestDelete(t *testing.T) {
	c := command(t)
	file := filepath.Join(t.TempDir(), "deleted")
	state := c.Create(props{
		"create":      "echo made",
		"delete":      `echo "$PULUMI_COMMAND_STDOUT $A" > ` + file,
		"environment": props{"A": "old"},
	})
	require.NoError(t, c.Delete(state.ID, state.Properties))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "made old\n", string(written))

	none := c.Create(props{"create": "true"})
	require.NoError(t, c.Delete(none.ID, none.Properties))
	fails := c.Create(props{"delete": "echo why; exit 7"})
	require.ErrorContains(t, c.Delete(fails.ID, fails.Properties), "exit status 7: running \"echo why; exit 7\":\nwhy\n")
}

func TestRefreshKeepsTheState(t *testing.T) {
	c := command(t)
	inputs := props{"create": "date +%N"}
	state := c.Create(inputs)
	res, err := c.Read(state.ID, state.Properties, c.Check(inputs))
	require.NoError(t, err)
	assert.Equal(t, state.ID, res.ID)
	assert.Equal(t, state.Properties, res.Properties)
}

func TestPreview(t *testing.T) {
	c := command(t)
	file := filepath.Join(t.TempDir(), "ran")
	out := c.Preview(props{"create": "touch " + file})
	assert.True(t, out.Get("stdout").IsComputed())
	assert.True(t, out.Get("stderr").IsComputed())
	assert.Equal(t, "touch "+file, out.Get("create").AsString())
	assert.NoFileExists(t, file)

	state := c.Create(props{"create": "true"}).Properties
	updated, err := c.TryUpdate(state, props{"create": "touch " + file}, true)
	require.NoError(t, err)
	assert.True(t, updated.Get("stdout").IsComputed())
	assert.NoFileExists(t, file)

	unknown := c.Preview(props{"create": providertest.Unknown})
	assert.True(t, unknown.Get("create").IsComputed())
}

// A secret input stays one where it is repeated as an output. Whether stdout is secret is the program's to say, by
// additionalSecretOutputs: the library tells no secrecy from inputs to other outputs, neither here nor in 1.2.1.
func TestSecrets(t *testing.T) {
	c := command(t)
	out := c.Create(props{
		"create":      "echo $TOKEN",
		"stdin":       providertest.Secret("s"),
		"environment": props{"TOKEN": providertest.Secret("t")},
	}).Properties
	assert.True(t, out.Get("stdin").Secret())
	assert.True(t, out.Get("environment").HasSecrets())
	assert.Equal(t, "t", out.Get("stdout").AsString())
	assert.False(t, out.Get("stdout").Secret())
}

func TestAssetsAreRefused(t *testing.T) {
	for _, name := range []string{"assetPaths", "archivePaths"} {
		failures := command(t).Failures(props{"create": "true", name: []string{"*"}})
		require.Len(t, failures, 1)
		assert.Equal(t, name, failures[0].Property)
		assert.Contains(t, failures[0].Reason, "stand-in")
	}
}

func TestWrongTypeIsRefused(t *testing.T) {
	failures := command(t).Failures(props{"create": []string{"a"}})
	require.Len(t, failures, 1)
	assert.Equal(t, "create", failures[0].Property)
}

// The schema must have the tokens and the properties of the published one.
func TestSchema(t *testing.T) {
	res, err := command(t).Server.GetSchema(p.GetSchemaRequest{})
	require.NoError(t, err)
	var schema struct {
		Version, Description string
		Resources            map[string]struct {
			InputProperties, Properties map[string]struct {
				ReplaceOnChanges bool
				Ref              string `json:"$ref"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(res.Schema), &schema))
	assert.Equal(t, "1.2.1", schema.Version)
	assert.Contains(t, schema.Description, "stand-in")
	c := schema.Resources["command:local:Command"]
	assert.Len(t, c.InputProperties, 12)
	assert.Len(t, c.Properties, 14)
	assert.True(t, c.InputProperties["triggers"].ReplaceOnChanges)
	assert.Equal(t, "#/types/command:local:Logging", c.InputProperties["logging"].Ref)
}
