// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// unsupported are inputs of the published plugin whose values never enter the state. The stand-in could not tell that
// they changed, and the program does not use them.
var unsupported = []string{
	"caPrivateKeyPemWo", "caPrivateKeyPemWoVersion", "privateKeyPemWo", "privateKeyPemWoVersion",
}

// minimum is the least value of a number.
var minimum = map[string]float64{"validityPeriodHours": 0, "earlyRenewalHours": 0, "maxPathLength": -1}

// choices are the values that an input, or each of its items, can have.
func choices() map[string][]string {
	uses := append(slices.Collect(maps.Keys(keyUsages)), slices.Collect(maps.Keys(extendedKeyUsages))...)
	slices.Sort(uses)
	return map[string][]string{
		"algorithm":   {"RSA", "ECDSA", "ED25519"},
		"ecdsaCurve":  {"P224", "P256", "P384", "P521"},
		"allowedUses": uses,
	}
}

// invalid lists what is wrong with the inputs as far as they are known.
func invalid(inputs property.Map) []p.CheckFailure {
	var failures []p.CheckFailure
	fail := func(name, format string, args ...any) {
		failures = append(failures, p.CheckFailure{Property: name, Reason: fmt.Sprintf(format, args...)})
	}
	for _, name := range unsupported {
		if _, set := inputs.GetOk(name); set {
			fail(name, "the tls stand-in of istio-fleet's lab has no write-only keys; give %s",
				strings.TrimSuffix(strings.TrimSuffix(name, "Version"), "Wo"))
		}
	}
	for name, least := range minimum {
		if v := inputs.Get(name); v.IsNumber() && v.AsNumber() < least {
			fail(name, "%v is less than %v", v.AsNumber(), least)
		}
	}
	for name, allowed := range choices() {
		for _, value := range words(inputs.Get(name)) {
			if !slices.Contains(allowed, value) {
				fail(name, "%q is none of %s", value, strings.Join(allowed, ", "))
			}
		}
	}
	return failures
}

// words are the known strings of a string or a list.
func words(v property.Value) []string {
	switch {
	case v.IsString():
		return []string{v.AsString()}
	case v.IsArray():
		var all []string
		for _, item := range v.AsArray().All {
			all = append(all, words(item)...)
		}
		return all
	default:
		return nil
	}
}
