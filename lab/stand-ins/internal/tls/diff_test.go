// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"maps"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/providertest"
)

func TestCertificateDiff(t *testing.T) {
	c := of(t, selfSignedCertToken)
	inputs := with(rootInputs(t), props{"dnsNames": []string{"a", "b"}})
	state := c.Create(inputs).Properties
	replaced := func(name string, kind p.DiffKind) map[string]p.DiffKind { return map[string]p.DiffKind{name: kind} }
	for name, test := range map[string]struct {
		change props
		want   map[string]p.DiffKind
	}{
		"nothing":               {nil, map[string]p.DiffKind{}},
		"a default in full":     {props{"setSubjectKeyId": false, "earlyRenewalHours": 0}, map[string]p.DiffKind{}},
		"early renewal":         {props{"earlyRenewalHours": 24}, replaced("earlyRenewalHours", p.Update)},
		"subject":               {props{"subject": props{"organization": "istio-fleet", "commonName": "r2"}}, replaced("subject", p.UpdateReplace)},
		"order of names":        {props{"dnsNames": []string{"b", "a"}}, replaced("dnsNames", p.UpdateReplace)},
		"uses":                  {props{"allowedUses": []string{"cert_signing"}}, replaced("allowedUses", p.UpdateReplace)},
		"validity":              {props{"validityPeriodHours": 1}, replaced("validityPeriodHours", p.UpdateReplace)},
		"path length":           {props{"maxPathLength": 2}, replaced("maxPathLength", p.UpdateReplace)},
		"key":                   {props{"privateKeyPem": newKey(t, ecdsa256).Get("privateKeyPem")}, replaced("privateKeyPem", p.UpdateReplace)},
		"a key not known yet":   {props{"privateKeyPem": providertest.Unknown}, replaced("privateKeyPem", p.UpdateReplace)},
		"uses not known yet":    {props{"allowedUses": providertest.Unknown}, replaced("allowedUses", p.UpdateReplace)},
		"subject not known yet": {props{"subject": providertest.Unknown}, replaced("subject", p.UpdateReplace)},
		"part of it not known":  {props{"subject": props{"organization": "istio-fleet", "commonName": providertest.Unknown}}, replaced("subject", p.UpdateReplace)},
		"authority no more":     {props{"isCaCertificate": false}, replaced("isCaCertificate", p.UpdateReplace)},
		"names not known yet":   {props{"uris": providertest.Unknown}, replaced("uris", p.AddReplace)},
		"an expiry that passed": {props{"earlyRenewalHours": 87600}, map[string]p.DiffKind{"earlyRenewalHours": p.Update, "readyForRenewal": p.UpdateReplace}},
	} {
		t.Run(name, func(t *testing.T) {
			diff := c.Diff(state, with(inputs, test.change))
			assert.Equal(t, test.want, providertest.Kinds(diff))
			assert.False(t, diff.DeleteBeforeReplace)
		})
	}
	t.Run("path length left out keeps it", func(t *testing.T) {
		without := maps.Clone(inputs)
		delete(without, "maxPathLength")
		assert.False(t, c.Diff(state, without).HasChanges)
	})
	t.Run("names left out", func(t *testing.T) {
		without := maps.Clone(inputs)
		delete(without, "dnsNames")
		assert.Equal(t, replaced("dnsNames", p.DeleteReplace), providertest.Kinds(c.Diff(state, without)))
	})
}

func TestLocallySignedDiff(t *testing.T) {
	root := of(t, selfSignedCertToken).Create(rootInputs(t)).Properties
	_, state := intermediate(t, root, newKey(t, ecdsa256), nil)
	inputs := props{"isCaCertificate": true, "setSubjectKeyId": true}
	for _, name := range []string{"caCertPem", "caPrivateKeyPem", "certRequestPem", "validityPeriodHours", "allowedUses"} {
		inputs[name] = state.Get(name)
	}
	l := of(t, locallySignedCertToken)
	assert.False(t, l.Diff(state, inputs).HasChanges)
	for _, name := range []string{"caCertPem", "caPrivateKeyPem", "certRequestPem"} {
		assert.Equal(t, map[string]p.DiffKind{name: p.UpdateReplace}, providertest.Kinds(l.Diff(state, with(inputs, props{name: "x"}))))
		assert.Equal(t, map[string]p.DiffKind{name: p.UpdateReplace},
			providertest.Kinds(l.Diff(state, with(inputs, props{name: providertest.Unknown}))))
	}
}

// at moves the clock for one test.
func at(t *testing.T, moment time.Time) {
	now = func() time.Time { return moment }
	t.Cleanup(func() { now = time.Now })
}

func TestRenewal(t *testing.T) {
	c := of(t, selfSignedCertToken)
	inputs := with(rootInputs(t), props{"validityPeriodHours": 100, "earlyRenewalHours": 10})
	made := c.Create(inputs)
	begin, err := time.Parse(time.RFC3339, made.Properties.Get("validityStartTime").AsString())
	require.NoError(t, err)
	for _, test := range []struct {
		after time.Duration
		due   bool
	}{{0, false}, {90*time.Hour - time.Second, false}, {90 * time.Hour, true}, {200 * time.Hour, true}} {
		at(t, begin.Add(test.after))
		diff := c.Diff(made.Properties, inputs)
		assert.Equal(t, test.due, diff.HasChanges, "after %s", test.after)
		assert.Equal(t, test.due, diff.DetailedDiff["readyForRenewal"].Kind == p.UpdateReplace, "after %s", test.after)
		read, err := c.Read(made.ID, made.Properties, c.Check(inputs))
		require.NoError(t, err)
		assert.Equal(t, test.due, read.Properties.Get("readyForRenewal").AsBool(), "after %s", test.after)
		assert.True(t, read.Properties.Get("privateKeyPem").Secret())
	}
	at(t, begin.Add(95*time.Hour))
	diff := c.Diff(made.Properties, with(inputs, props{"earlyRenewalHours": 1}))
	assert.Equal(t, map[string]p.DiffKind{"earlyRenewalHours": p.Update}, providertest.Kinds(diff), "the new hours count")
}

func TestUpdateKeepsTheCertificate(t *testing.T) {
	root := of(t, selfSignedCertToken)
	inputs := rootInputs(t)
	state := root.Create(inputs).Properties
	changed := with(inputs, props{"earlyRenewalHours": 24})
	for _, dryRun := range []bool{true, false} {
		out, err := root.TryUpdate(state, changed, dryRun)
		require.NoError(t, err)
		assert.Equal(t, state.Set("earlyRenewalHours", property.New(24.0)), out, "dry run %v", dryRun)
	}
	_, cert := intermediate(t, state, newKey(t, ecdsa256), nil)
	signed := of(t, locallySignedCertToken)
	next := props{"isCaCertificate": true, "setSubjectKeyId": true, "earlyRenewalHours": 24}
	for _, name := range []string{"caCertPem", "caPrivateKeyPem", "certRequestPem", "validityPeriodHours", "allowedUses"} {
		next[name] = cert.Get(name)
	}
	for _, dryRun := range []bool{true, false} {
		out, err := signed.TryUpdate(cert, next, dryRun)
		require.NoError(t, err)
		assert.Equal(t, cert.Set("earlyRenewalHours", property.New(24.0)), out, "dry run %v", dryRun)
	}
}

func TestPreviewKnowsOnlyInputs(t *testing.T) {
	out := of(t, selfSignedCertToken).Preview(with(rootInputs(t), props{
		"privateKeyPem": providertest.Unknown, "uris": providertest.Unknown,
	}))
	assert.True(t, out.Get("privateKeyPem").Secret())
	for _, name := range []string{"uris", "certPem", "validityEndTime", "keyAlgorithm", "privateKeyPem"} {
		assert.Truef(t, out.Get(name).HasComputed(), "%s", name)
	}
	assert.Equal(t, 87600.0, out.Get("validityPeriodHours").AsNumber())
	assert.True(t, out.Get("isCaCertificate").AsBool())
}
