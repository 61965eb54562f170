// SPDX-License-Identifier: Apache-2.0

// Package serve is the part that all stand-in plugins share: who they say that they are, and their main.
package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
)

// Identity names the published plugin whose place a stand-in takes.
type Identity struct {
	// Name is the Pulumi package, "tls" say.
	Name string
	// Version is the published plugin's version; the engine accepts no other for the npm package.
	Version string
	// Resources are the type tokens that the stand-in knows.
	Resources []string
}

// Sentence tells a person what this program is.
func (id Identity) Sentence() string {
	return fmt.Sprintf("pulumi-resource-%s: a stand-in for the published %s plugin %s, made by istio-fleet's lab "+
		"for machines that cannot download it. It knows only %v. Never use it where the published plugin can be had.",
		id.Name, id.Name, id.Version, id.Resources)
}

// Metadata is the schema's, with the sentence as its description.
func (id Identity) Metadata() schema.Metadata {
	return schema.Metadata{
		DisplayName: id.Name + " (stand-in)",
		Description: id.Sentence(),
		Keywords:    []string{"pulumi", id.Name, "stand-in"},
		License:     "Apache-2.0",
	}
}

// Announce makes the provider say at its configuration what it is, at debug level: `pulumi --debug` shows it.
func (id Identity) Announce(provider p.Provider) p.Provider {
	configure := provider.Configure
	provider.Configure = func(ctx context.Context, req p.ConfigureRequest) error {
		p.GetLogger(ctx).Debug(id.Sentence())
		if configure == nil {
			return nil
		}
		return configure(ctx, req)
	}
	return provider
}

// Bridged adds to the schema how a bridged plugin's tokens are read: "index/network" is the module index. Without it
// `pulumi package get-schema` refuses them.
func Bridged(provider p.Provider) p.Provider {
	getSchema := provider.GetSchema
	provider.GetSchema = func(ctx context.Context, req p.GetSchemaRequest) (p.GetSchemaResponse, error) {
		res, err := getSchema(ctx, req)
		if err != nil {
			return res, err
		}
		var all map[string]any
		if err := json.Unmarshal([]byte(res.Schema), &all); err != nil {
			return res, err
		}
		all["meta"] = map[string]string{"moduleFormat": "(.*)(?:/[^/]*)"}
		encoded, err := json.Marshal(all)
		res.Schema = string(encoded)
		return res, err
	}
	return provider
}

// Main serves the provider to the engine, or answers --help and --version.
func Main(id Identity, provider p.Provider) {
	for _, arg := range os.Args[1:] {
		switch arg {
		case "-h", "-help", "--help":
			fmt.Println(id.Sentence())
			return
		case "-version", "--version":
			fmt.Printf("%s (stand-in)\n", id.Version)
			return
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// Without an argument it is attached to by hand, and its parent is some shell.
	if len(os.Args) > 1 {
		go func() {
			awaitOrphaned(os.Getppid, parentInterval)
			cancel()
		}()
	}
	if err := provider.Run(ctx, id.Name, id.Version); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-%s (stand-in): %s\n", id.Name, err)
		os.Exit(1)
	}
}

// parentInterval is how often a plugin looks whether its engine still lives.
const parentInterval = time.Second

// awaitOrphaned returns when the process has another parent than it began with: the engine is gone. An engine that was
// killed tells nobody, and pulumi-go-provider 1.3.0 does not act on its own health check, so its plugins would stay.
func awaitOrphaned(parent func() int, interval time.Duration) {
	for first := parent(); parent() == first; {
		time.Sleep(interval)
	}
}
