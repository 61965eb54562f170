// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/providertest"
)

type props = providertest.Props

func of(t *testing.T, token string) *providertest.Resource {
	return providertest.New(t, Identity, Provider(), token)
}

// newKey is a key's outputs.
func newKey(t *testing.T, inputs props) property.Map {
	t.Helper()
	return of(t, privateKeyToken).Create(inputs).Properties
}

var ecdsa256 = props{"algorithm": "ECDSA", "ecdsaCurve": "P256"}

func TestPrivateKeySpellings(t *testing.T) {
	for name, test := range map[string]struct {
		inputs         props
		preamble, text string
		ssh            string
	}{
		"RSA":      {props{"algorithm": "RSA"}, "RSA PRIVATE KEY", "Private-Key: (2048 bit", "ssh-rsa"},
		"RSA 3072": {props{"algorithm": "RSA", "rsaBits": 3072}, "RSA PRIVATE KEY", "Private-Key: (3072 bit", "ssh-rsa"},
		"ECDSA":    {props{"algorithm": "ECDSA"}, "EC PRIVATE KEY", "secp224r1", ""},
		"P256":     {ecdsa256, "EC PRIVATE KEY", "prime256v1", "ecdsa-sha2-nistp256"},
		"P384":     {props{"algorithm": "ECDSA", "ecdsaCurve": "P384"}, "EC PRIVATE KEY", "secp384r1", "ecdsa-sha2-nistp384"},
		"P521":     {props{"algorithm": "ECDSA", "ecdsaCurve": "P521"}, "EC PRIVATE KEY", "secp521r1", "ecdsa-sha2-nistp521"},
		"ED25519":  {props{"algorithm": "ED25519"}, "PRIVATE KEY", "ED25519 Private-Key", "ssh-ed25519"},
	} {
		t.Run(name, func(t *testing.T) {
			out := newKey(t, test.inputs)
			get := func(name string) string { return out.Get(name).AsString() }
			assert.True(t, strings.HasPrefix(get("privateKeyPem"), "-----BEGIN "+test.preamble+"-----\n"))
			assert.True(t, strings.HasPrefix(get("privateKeyPemPkcs8"), "-----BEGIN PRIVATE KEY-----\n"))
			assert.True(t, strings.HasSuffix(get("privateKeyPem"), "-----\n"))
			assert.Contains(t, openssl(t, "pkey -in $1 -noout -text", get("privateKeyPem")), test.text)
			for _, spelling := range []string{"privateKeyPem", "privateKeyPemPkcs8"} {
				assert.Equal(t, get("publicKeyPem"), openssl(t, "pkey -in $1 -pubout", get(spelling)), "%s", spelling)
			}
			if test.ssh == "" {
				for _, name := range []string{"privateKeyOpenssh", "publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256"} {
					assert.Equal(t, "", get(name))
				}
				return
			}
			assert.True(t, strings.HasPrefix(get("publicKeyOpenssh"), test.ssh+" "))
			assert.Regexp(t, `^SHA256:\S{43}$`, get("publicKeyFingerprintSha256"))
			assert.Regexp(t, `^([0-9a-f]{2}:){15}[0-9a-f]{2}$`, get("publicKeyFingerprintMd5"))
			sshKeygenAgrees(t, get("privateKeyOpenssh"), get("publicKeyOpenssh"))
		})
	}
}

func sshKeygenAgrees(t *testing.T, private, public string) {
	t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Log("no ssh-keygen here: the OpenSSH spelling is only checked for its beginning")
		assert.True(t, strings.HasPrefix(private, "-----BEGIN OPENSSH PRIVATE KEY-----\n"))
		return
	}
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(private), 0o600))
	out, err := exec.Command("ssh-keygen", "-y", "-f", file).CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	assert.Equal(t, strings.TrimSpace(public), strings.TrimSpace(string(out)))
}

func TestPrivateKeyDefaultsAreOutputs(t *testing.T) {
	k := of(t, privateKeyToken)
	assert.Equal(t, providertest.Map(t, props{"algorithm": "ED25519"}), k.Check(props{"algorithm": "ED25519"}))
	out := k.Create(props{"algorithm": "ED25519"})
	assert.Equal(t, "P224", out.Properties.Get("ecdsaCurve").AsString())
	assert.Equal(t, 2048.0, out.Properties.Get("rsaBits").AsNumber())
	assert.Regexp(t, `^[0-9a-f]{40}$`, out.ID)
}

func TestPrivateKeySecrets(t *testing.T) {
	for name, v := range newKey(t, ecdsa256).All {
		assert.Equalf(t, strings.HasPrefix(name, "privateKey"), v.Secret(), "%s", name)
	}
	for name, v := range of(t, privateKeyToken).Preview(ecdsa256).All {
		if strings.HasPrefix(name, "p") {
			assert.Truef(t, v.IsComputed(), "%s", name)
		}
	}
}

func TestPrivateKeyDiff(t *testing.T) {
	k := of(t, privateKeyToken)
	state := k.Create(props{"algorithm": "ECDSA"}).Properties
	for name, test := range map[string]struct {
		inputs props
		want   map[string]p.DiffKind
	}{
		"nothing":                   {props{"algorithm": "ECDSA"}, map[string]p.DiffKind{}},
		"the default in full":       {props{"algorithm": "ECDSA", "ecdsaCurve": "P224", "rsaBits": 2048}, map[string]p.DiffKind{}},
		"curve":                     {ecdsa256, map[string]p.DiffKind{"ecdsaCurve": p.UpdateReplace}},
		"algorithm":                 {props{"algorithm": "RSA"}, map[string]p.DiffKind{"algorithm": p.UpdateReplace}},
		"bits of a key without any": {props{"algorithm": "ECDSA", "rsaBits": 4096}, map[string]p.DiffKind{"rsaBits": p.UpdateReplace}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, providertest.Kinds(k.Diff(state, test.inputs)))
		})
	}
}

func TestRefreshKeepsTheKey(t *testing.T) {
	k := of(t, privateKeyToken)
	made := k.Create(ecdsa256)
	read, err := k.Read(made.ID, made.Properties, k.Check(ecdsa256))
	require.NoError(t, err)
	assert.Equal(t, made.Properties, read.Properties)
	assert.Equal(t, made.ID, read.ID)
	require.NoError(t, k.Delete(made.ID, made.Properties))
}

func TestCheck(t *testing.T) {
	root := props{"privateKeyPem": "x", "validityPeriodHours": 1, "allowedUses": []string{}}
	for name, test := range map[string]struct {
		token    string
		inputs   props
		property string
		reason   string
	}{
		"algorithm":   {privateKeyToken, props{"algorithm": "DSA"}, "algorithm", `"DSA" is none of RSA, ECDSA, ED25519`},
		"curve":       {privateKeyToken, props{"algorithm": "ECDSA", "ecdsaCurve": "P-256"}, "ecdsaCurve", `"P-256" is none of P224`},
		"use":         {selfSignedCertToken, with(root, props{"allowedUses": []string{"cert_signing", "any"}}), "allowedUses", `"any" is none of any_extended, cert_signing`},
		"validity":    {selfSignedCertToken, with(root, props{"validityPeriodHours": -1}), "validityPeriodHours", "-1 is less than 0"},
		"path length": {selfSignedCertToken, with(root, props{"maxPathLength": -2}), "maxPathLength", "-2 is less than -1"},
		"missing":     {certRequestToken, props{}, "privateKeyPem", "privateKeyPem"},
		"write-only":  {certRequestToken, props{"privateKeyPem": "x", "privateKeyPemWo": "x"}, "privateKeyPemWo", "give privateKeyPem"},
	} {
		t.Run(name, func(t *testing.T) {
			failures := of(t, test.token).Failures(test.inputs)
			require.Len(t, failures, 1)
			assert.Equal(t, test.property, failures[0].Property)
			assert.Contains(t, failures[0].Reason, test.reason)
		})
	}
	assert.Empty(t, of(t, privateKeyToken).Failures(props{"algorithm": providertest.Unknown}))
}
