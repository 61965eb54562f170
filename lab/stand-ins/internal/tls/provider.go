// SPDX-License-Identifier: Apache-2.0

// Package tls stands in for pulumi-tls 5.6.1: keys, certificate requests and certificates, without the functions.
//
// The published plugin bridges terraform-provider-tls. What it does beyond plain X.509 is kept: every change replaces,
// except earlyRenewalHours; defaults are outputs and not inputs; a certificate within its renewal window is replaced by
// the next preview or up; maxPathLength 0 leaves the path length out.
package tls

import (
	"context"
	"fmt"
	"slices"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"istio-fleet/lab/stand-ins/internal/serve"
	"istio-fleet/lab/stand-ins/internal/state"
)

const (
	privateKeyToken        = "tls:index/privateKey:PrivateKey"
	certRequestToken       = "tls:index/certRequest:CertRequest"
	selfSignedCertToken    = "tls:index/selfSignedCert:SelfSignedCert"
	locallySignedCertToken = "tls:index/locallySignedCert:LocallySignedCert"
)

// Identity is what the plugin reports.
var Identity = serve.Identity{
	Name:      "tls",
	Version:   "5.6.1",
	Resources: []string{privateKeyToken, certRequestToken, selfSignedCertToken, locallySignedCertToken},
}

// now is the clock; tests move it.
var now = time.Now

// Provider makes the plugin.
func Provider() p.Provider {
	provider := state.KeepUnknowns(infer.Provider(infer.Options{
		Metadata: Identity.Metadata(),
		Resources: []infer.InferredResource{
			infer.Resource(&PrivateKey{}),
			infer.Resource(&CertRequest{}),
			infer.Resource(&SelfSignedCert{}),
			infer.Resource(&LocallySignedCert{}),
		},
	}))
	provider.Diff = diff
	check := provider.Check
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		res, err := check(ctx, req)
		own := invalid(req.Inputs)
		// The library only calls a write-only key unrecognised; what we say of it helps more.
		res.Failures = slices.DeleteFunc(res.Failures, func(theirs p.CheckFailure) bool {
			return slices.ContainsFunc(own, func(ours p.CheckFailure) bool { return ours.Property == theirs.Property })
		})
		res.Failures = append(res.Failures, own...)
		return res, err
	}
	return Identity.Announce(serve.Bridged(provider))
}

var subjectRules = map[string]state.Rule{
	"dnsNames":    {},
	"ipAddresses": {},
	"uris":        {},
	"subject":     {},
}

var certificateRules = map[string]state.Rule{
	"allowedUses":         {},
	"validityPeriodHours": {},
	"isCaCertificate":     {Default: property.New(false)},
	"setSubjectKeyId":     {Default: property.New(false)},
	"maxPathLength":       {Computed: true},
	"earlyRenewalHours":   {Default: property.New(0.0), InPlace: true},
}

var rules = map[string]map[string]state.Rule{
	privateKeyToken: {
		"algorithm":  {},
		"ecdsaCurve": {Default: property.New(defaultCurve)},
		"rsaBits":    {Default: property.New(float64(defaultBits))},
	},
	certRequestToken: merge(subjectRules, map[string]state.Rule{"privateKeyPem": {}}),
	selfSignedCertToken: merge(subjectRules, certificateRules, map[string]state.Rule{
		"privateKeyPem":     {},
		"setAuthorityKeyId": {Default: property.New(false)},
	}),
	locallySignedCertToken: merge(certificateRules, map[string]state.Rule{
		"caCertPem":       {},
		"caPrivateKeyPem": {},
		"certRequestPem":  {},
	}),
}

func merge(maps ...map[string]state.Rule) map[string]state.Rule {
	all := map[string]state.Rule{}
	for _, m := range maps {
		for name, rule := range m {
			all[name] = rule
		}
	}
	return all
}

// diff compares inputs and state, and looks at the clock: a certificate that is due for renewal is replaced.
func diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	known, ok := rules[string(req.Urn.Type())]
	if !ok {
		return p.DiffResponse{}, fmt.Errorf("%s: the tls stand-in knows only %v", req.Urn.Type(), Identity.Resources)
	}
	res := state.Diff(req.State, req.Inputs, known, req.IgnoreChanges)
	end, early := state.Plain(req.State.Get("validityEndTime")), state.Plain(req.Inputs.Get("earlyRenewalHours"))
	if !end.IsString() || early.IsComputed() {
		return res, nil
	}
	hours := 0
	if early.IsNumber() {
		hours = int(early.AsNumber())
	}
	due, err := renewalDue(end.AsString(), hours)
	if due {
		res.HasChanges = true
		res.DetailedDiff["readyForRenewal"] = p.PropertyDiff{Kind: p.UpdateReplace}
	}
	return res, err
}

// renewalDue says whether the certificate's end, less the early hours, has come.
func renewalDue(end string, early int) (bool, error) {
	at, err := time.Parse(time.RFC3339, end)
	if err != nil {
		return false, fmt.Errorf("validityEndTime %q in the state is not a time: %w", end, err)
	}
	return !now().Before(at.Add(-time.Duration(early) * time.Hour)), nil
}
