// SPDX-License-Identifier: Apache-2.0

// A stand-in for the published command plugin; see internal/command.
package main

import (
	"istio-fleet/lab/stand-ins/internal/command"
	"istio-fleet/lab/stand-ins/internal/serve"
)

func main() {
	serve.Main(command.Identity, command.Provider())
}
