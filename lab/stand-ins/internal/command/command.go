// SPDX-License-Identifier: Apache-2.0

// Package command stands in for pulumi-command 1.2.1: command:local:Command and nothing else.
//
// The published plugin is built on the same library, pulumi-go-provider 1.3.0, and leaves to it how inputs are
// compared, what a preview knows and which outputs are secret. So does this one, by declaring the same fields.
package command

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"istio-fleet/lab/stand-ins/internal/serve"
)

// Identity is what the plugin reports.
var Identity = serve.Identity{
	Name:      "command",
	Version:   "1.2.1",
	Resources: []string{"command:local:Command"},
}

// Provider makes the plugin.
func Provider() p.Provider {
	return Identity.Announce(infer.Provider(infer.Options{
		Metadata:  Identity.Metadata(),
		Resources: []infer.InferredResource{infer.Resource(&Command{})},
		// An enum cannot say its own token: it is in the module that its Go package maps to.
		ModuleMap: map[tokens.ModuleName]tokens.ModuleName{"command": "local"},
	}))
}

// Command implements command:local:Command. It has no Read: a refresh keeps the old outputs, as the published one does.
type Command struct{}

// Args are the inputs.
type Args struct {
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// State is the inputs and what the last command printed.
type State struct {
	Args
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Logging chooses which of the command's streams appear in the engine's log.
type Logging string

// The values of Logging.
const (
	LogStdout          Logging = "stdout"
	LogStderr          Logging = "stderr"
	LogStdoutAndStderr Logging = "stdoutAndStderr"
	LogNone            Logging = "none"
)

// Values tells the schema which values there are.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: LogStdout, Description: "Log stdout only."},
		{Name: "stderr", Value: LogStderr, Description: "Log stderr only."},
		{Name: "stdoutAndStderr", Value: LogStdoutAndStderr, Description: "Log both."},
		{Name: "none", Value: LogNone, Description: "Log nothing."},
	}
}

// streams says whether stdout and stderr are logged. Both are when nothing was chosen.
func (l *Logging) streams() (stdout, stderr bool) {
	if l == nil {
		return true, true
	}
	return *l == LogStdout || *l == LogStdoutAndStderr, *l == LogStderr || *l == LogStdoutAndStderr
}

// Annotate sets the published token.
func (c *Command) Annotate(a infer.Annotator) {
	a.SetToken("local", "Command")
	a.Describe(&c, "A command that runs on this machine when the resource is created, updated or deleted (stand-in).")
}

// Check refuses what the stand-in cannot do, rather than leaving an output empty.
func (*Command) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[Args], error) {
	args, failures, err := infer.DefaultCheck[Args](ctx, req.NewInputs)
	for _, name := range []string{"assetPaths", "archivePaths"} {
		if _, set := req.NewInputs.GetOk(name); set {
			failures = append(failures, p.CheckFailure{Property: name, Reason: "the command stand-in of istio-fleet's " +
				"lab reads no files after the command; print what is needed to stdout, or use the published plugin"})
		}
	}
	return infer.CheckResponse[Args]{Inputs: args, Failures: failures}, err
}

// Create runs `create`. A failure is a plain error: nothing enters the stack's state, so `delete` never runs.
func (*Command) Create(ctx context.Context, req infer.CreateRequest[Args]) (infer.CreateResponse[State], error) {
	state := State{Args: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = state.run(ctx, req.Inputs.Create)
	}
	return infer.CreateResponse[State]{ID: id, Output: state}, err
}

// Update runs `update`, or `create` when there is none, whichever input changed.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[Args, State],
) (infer.UpdateResponse[State], error) {
	state := State{Args: req.Inputs, Stdout: req.State.Stdout, Stderr: req.State.Stderr}
	if req.DryRun {
		return infer.UpdateResponse[State]{Output: state}, nil
	}
	script := req.Inputs.Update
	if script == nil {
		script = req.Inputs.Create
	}
	err := state.run(ctx, script)
	return infer.UpdateResponse[State]{Output: state}, err
}

// Delete runs the `delete` of the state, with the state's environment: a changed one that was never applied does not count.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.run(ctx, req.State.Args.Delete)
}
