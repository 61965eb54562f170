// SPDX-License-Identifier: Apache-2.0

// A stand-in for the published docker plugin; see internal/docker.
package main

import (
	"istio-fleet/lab/stand-ins/internal/docker"
	"istio-fleet/lab/stand-ins/internal/serve"
)

func main() {
	serve.Main(docker.Identity, docker.Provider())
}
