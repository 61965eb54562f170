// SPDX-License-Identifier: Apache-2.0

// A stand-in for the published tls plugin; see internal/tls.
package main

import (
	"istio-fleet/lab/stand-ins/internal/serve"
	"istio-fleet/lab/stand-ins/internal/tls"
)

func main() {
	serve.Main(tls.Identity, tls.Provider())
}
