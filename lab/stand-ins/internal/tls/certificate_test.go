// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func with(base, change props) props {
	all := maps.Clone(base)
	maps.Copy(all, change)
	return all
}

// rootInputs are those of a mesh's root.
func rootInputs(t *testing.T) props {
	return props{
		"privateKeyPem":       newKey(t, ecdsa256).Get("privateKeyPem"),
		"subject":             props{"organization": "istio-fleet", "commonName": "root"},
		"validityPeriodHours": 87600,
		"allowedUses":         []string{"cert_signing", "crl_signing"},
		"isCaCertificate":     true,
		"maxPathLength":       1,
	}
}

// intermediate is a cluster's certificate under the root.
func intermediate(t *testing.T, root, key property.Map, change props) (request, cert property.Map) {
	t.Helper()
	request = of(t, certRequestToken).Create(props{
		"privateKeyPem": key.Get("privateKeyPem"),
		"subject":       props{"organization": "istio-fleet", "commonName": "intermediate c1"},
		"dnsNames":      []string{"istiod.istio-system.svc"},
		"ipAddresses":   []string{"10.1.2.3", "fd00::1"},
		"uris":          []string{"spiffe://cluster.local/ns/istio-system/sa/istiod"},
	}).Properties
	cert = of(t, locallySignedCertToken).Create(with(props{
		"caCertPem":           root.Get("certPem"),
		"caPrivateKeyPem":     root.Get("privateKeyPem"),
		"certRequestPem":      request.Get("certRequestPem"),
		"validityPeriodHours": 17520,
		"allowedUses":         []string{"digital_signature", "key_encipherment", "cert_signing", "crl_signing"},
		"isCaCertificate":     true,
		"setSubjectKeyId":     true,
	}, change)).Properties
	return request, cert
}

// upperHex is a decimal number the way openssl prints a serial number.
func upperHex(t *testing.T, decimal string) string {
	t.Helper()
	number, ok := new(big.Int).SetString(decimal, 10)
	require.Truef(t, ok, "%s is no number", decimal)
	return strings.ToUpper(number.Text(16))
}

func show(t *testing.T, cert property.Map) string {
	return openssl(t, "x509 -in $1 -noout -text", cert.Get("certPem").AsString())
}

func TestChain(t *testing.T) {
	for name, algorithm := range map[string]props{
		"ECDSA P256": ecdsa256, "RSA": {"algorithm": "RSA"}, "ED25519": {"algorithm": "ED25519"},
	} {
		t.Run(name, func(t *testing.T) {
			root := of(t, selfSignedCertToken).Create(with(rootInputs(t), props{
				"privateKeyPem": newKey(t, algorithm).Get("privateKeyPem"),
			})).Properties
			key := newKey(t, algorithm)
			request, middle := intermediate(t, root, key, nil)
			leafKey := newKey(t, algorithm)
			leaf := of(t, locallySignedCertToken).Create(props{
				"caCertPem":           middle.Get("certPem"),
				"caPrivateKeyPem":     key.Get("privateKeyPem"),
				"validityPeriodHours": 24,
				"allowedUses":         []string{"digital_signature", "server_auth", "client_auth"},
				"certRequestPem": of(t, certRequestToken).Create(props{
					"privateKeyPem": leafKey.Get("privateKeyPem"), "subject": props{"commonName": "leaf"},
				}).Properties.Get("certRequestPem"),
			}).Properties

			pem := func(m property.Map) string { return m.Get("certPem").AsString() }
			assert.Contains(t, openssl(t, "req -in $1 -noout -verify", request.Get("certRequestPem").AsString()), "OK")
			openssl(t, "verify -x509_strict -CAfile $1 $1", pem(root))
			openssl(t, "verify -CAfile $1 $2", pem(root), pem(middle))
			openssl(t, "verify -CAfile $1 -untrusted $2 -purpose sslserver $3", pem(root), pem(middle), pem(leaf))
			openssl(t, "verify -CAfile $1 -untrusted $2 -purpose sslclient $3", pem(root), pem(middle), pem(leaf))
			assert.Equal(t, leafKey.Get("publicKeyPem").AsString(), openssl(t, "x509 -in $1 -noout -pubkey", pem(leaf)))
		})
	}
}

func TestRootSaysWhatItShould(t *testing.T) {
	out := of(t, selfSignedCertToken).Create(rootInputs(t))
	text := show(t, out.Properties)
	assert.Equal(t, "critical CA:TRUE, pathlen:1", extension(t, text, "X509v3 Basic Constraints"))
	assert.Equal(t, "critical Certificate Sign, CRL Sign", extension(t, text, "X509v3 Key Usage"))
	assert.NotEmpty(t, extension(t, text, "X509v3 Subject Key Identifier"), "an authority always has one")
	assert.Empty(t, extension(t, text, "X509v3 Authority Key Identifier"))
	assert.Contains(t, text, "Subject: O = istio-fleet, CN = root\n")
	assert.Contains(t, text, "Issuer: O = istio-fleet, CN = root\n")

	serial := strings.TrimSpace(strings.TrimPrefix(openssl(t, "x509 -in $1 -noout -serial", out.Properties.Get("certPem").AsString()), "serial="))
	assert.Equal(t, strings.TrimLeft(serial, "0"), upperHex(t, out.ID))
	start, err := time.Parse(time.RFC3339, out.Properties.Get("validityStartTime").AsString())
	require.NoError(t, err)
	end, err := time.Parse(time.RFC3339, out.Properties.Get("validityEndTime").AsString())
	require.NoError(t, err)
	assert.Equal(t, 87600*time.Hour, end.Sub(start))
	assert.WithinDuration(t, time.Now(), start, time.Minute)
	assert.Contains(t, text, "Not After : "+end.UTC().Format("Jan _2 15:04:05 2006")+" GMT")
	for name, want := range map[string]any{
		"keyAlgorithm": "ECDSA", "readyForRenewal": false, "earlyRenewalHours": 0.0,
		"setSubjectKeyId": false, "setAuthorityKeyId": false, "isCaCertificate": true, "maxPathLength": 1.0,
	} {
		got, err := property.Any(want)
		require.NoError(t, err)
		assert.Truef(t, got.Equals(out.Properties.Get(name)), "%s is %v", name, out.Properties.Get(name))
	}
}

func TestIntermediateSaysWhatItShould(t *testing.T) {
	root := of(t, selfSignedCertToken).Create(rootInputs(t)).Properties
	request, cert := intermediate(t, root, newKey(t, ecdsa256), nil)
	names := "DNS:istiod.istio-system.svc, IP Address:10.1.2.3, IP Address:FD00:0:0:0:0:0:0:1, URI:spiffe://cluster.local/ns/istio-system/sa/istiod"
	asked := openssl(t, "req -in $1 -noout -text", request.Get("certRequestPem").AsString())
	assert.Equal(t, names, extension(t, asked, "X509v3 Subject Alternative Name"))
	assert.Equal(t, "ECDSA", request.Get("keyAlgorithm").AsString())

	text := show(t, cert)
	assert.Equal(t, names, extension(t, text, "X509v3 Subject Alternative Name"))
	assert.Equal(t, "critical CA:TRUE", extension(t, text, "X509v3 Basic Constraints"))
	assert.Equal(t, "critical Digital Signature, Key Encipherment, Certificate Sign, CRL Sign", extension(t, text, "X509v3 Key Usage"))
	assert.Contains(t, text, "Issuer: O = istio-fleet, CN = root\n")
	assert.Contains(t, text, "Subject: O = istio-fleet, CN = intermediate c1\n")
	assert.Equal(t, extension(t, show(t, root), "X509v3 Subject Key Identifier"), extension(t, text, "X509v3 Authority Key Identifier"))
	assert.Equal(t, "ECDSA", cert.Get("caKeyAlgorithm").AsString())
	_, set := cert.GetOk("maxPathLength")
	assert.False(t, set)
}

func TestMaxPathLength(t *testing.T) {
	for length, want := range map[int]string{-1: "", 0: "", 1: ", pathlen:1", 2: ", pathlen:2"} {
		out := of(t, selfSignedCertToken).Create(with(rootInputs(t), props{"maxPathLength": length})).Properties
		assert.Equal(t, "critical CA:TRUE"+want, extension(t, show(t, out), "X509v3 Basic Constraints"), "maxPathLength %d", length)
	}
}

func TestKeyIDs(t *testing.T) {
	c := of(t, selfSignedCertToken)
	server := with(rootInputs(t), props{"isCaCertificate": false, "maxPathLength": nil, "allowedUses": []string{"server_auth"}})
	delete(server, "maxPathLength")
	text := show(t, c.Create(server).Properties)
	assert.Equal(t, "critical CA:FALSE", extension(t, text, "X509v3 Basic Constraints"))
	assert.Equal(t, "TLS Web Server Authentication", extension(t, text, "X509v3 Extended Key Usage"))
	assert.Empty(t, extension(t, text, "X509v3 Subject Key Identifier"))

	text = show(t, c.Create(with(server, props{"setSubjectKeyId": true, "setAuthorityKeyId": true})).Properties)
	id := extension(t, text, "X509v3 Subject Key Identifier")
	assert.Regexp(t, `^([0-9A-F]{2}:){19}[0-9A-F]{2}$`, id)
	assert.Equal(t, id, extension(t, text, "X509v3 Authority Key Identifier"))

	_, err := c.TryCreate(with(server, props{"setAuthorityKeyId": true}))
	require.ErrorContains(t, err, "setSubjectKeyId")
}

// Openssl knows each use by a name of its own; all names that the schema allows must come through.
func TestAllowedUses(t *testing.T) {
	key := slices.Sorted(maps.Keys(keyUsages))
	extended := slices.Sorted(maps.Keys(extendedKeyUsages))
	text := show(t, of(t, selfSignedCertToken).Create(with(rootInputs(t), props{"allowedUses": append(key, extended...)})).Properties)
	assert.Equal(t, "critical Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, Key Agreement, "+
		"Certificate Sign, CRL Sign, Encipher Only, Decipher Only", extension(t, text, "X509v3 Key Usage"))
	assert.Equal(t, "Any Extended Key Usage, TLS Web Client Authentication, Code Signing, E-mail Protection, "+
		"IPSec End System, IPSec Tunnel, IPSec User, Microsoft Commercial Code Signing, 1.3.6.1.4.1.311.61.1.1, "+
		"Microsoft Server Gated Crypto, Netscape Server Gated Crypto, OCSP Signing, TLS Web Server Authentication, "+
		"Time Stamping", extension(t, text, "X509v3 Extended Key Usage"))
}

func TestWholeSubject(t *testing.T) {
	out := of(t, selfSignedCertToken).Create(with(rootInputs(t), props{"subject": props{
		"commonName": "cn", "country": "XX", "emailAddress": "a@b.c", "locality": "l", "organization": "o",
		"organizationalUnit": "ou", "postalCode": "pc", "province": "st", "serialNumber": "sn",
		"streetAddresses": []string{"s1", "s2"},
	}})).Properties
	subject := openssl(t, "x509 -in $1 -noout -subject -nameopt multiline", out.Get("certPem").AsString())
	for _, want := range []string{
		"commonName                = cn\n", "countryName               = XX\n", "emailAddress              = a@b.c\n",
		"localityName              = l\n", "organizationName          = o\n", "organizationalUnitName    = ou\n",
		"postalCode                = pc\n", "stateOrProvinceName       = st\n", "serialNumber              = sn\n",
		"streetAddress             = s1 + streetAddress             = s2\n",
	} {
		assert.Contains(t, subject, want)
	}
}

func TestBadInputsNameTheProperty(t *testing.T) {
	c := of(t, selfSignedCertToken)
	for want, change := range map[string]props{
		"privateKeyPem is not PEM":         {"privateKeyPem": "x"},
		`ipAddresses: "1.2.3" is not an`:   {"ipAddresses": []string{"1.2.3"}},
		"uris: ":                           {"uris": []string{"%zz"}},
		"isCaCertificate: the certificate": {"subject": props{}},
	} {
		_, err := c.TryCreate(with(rootInputs(t), change))
		assert.ErrorContains(t, err, want)
	}
	root := c.Create(rootInputs(t)).Properties
	l := of(t, locallySignedCertToken)
	request, _ := intermediate(t, root, newKey(t, ecdsa256), nil)
	good := props{
		"caCertPem": root.Get("certPem"), "caPrivateKeyPem": root.Get("privateKeyPem"),
		"certRequestPem": request.Get("certRequestPem"), "validityPeriodHours": 1, "allowedUses": []string{},
	}
	for want, change := range map[string]props{
		"certRequestPem is not a PEM block of type CERTIFICATE REQUEST": {"certRequestPem": root.Get("certPem")},
		"caCertPem is not a PEM block of type CERTIFICATE":              {"caCertPem": "x"},
		"caPrivateKeyPem is not PEM":                                    {"caPrivateKeyPem": ""},
		"doesn't match parent's PublicKey":                              {"caPrivateKeyPem": newKey(t, ecdsa256).Get("privateKeyPem")},
	} {
		_, err := l.TryCreate(with(good, change))
		assert.ErrorContains(t, err, want)
	}
}

func TestCertificateSecrets(t *testing.T) {
	inputs := rootInputs(t)
	inputs["privateKeyPem"] = inputs["privateKeyPem"].(property.Value).WithSecret(false)
	root := of(t, selfSignedCertToken).Create(inputs).Properties
	request, cert := intermediate(t, root, newKey(t, ecdsa256), nil)
	for _, out := range []property.Map{root, request, cert} {
		for name, v := range out.All {
			assert.Equalf(t, name == "privateKeyPem" || name == "caPrivateKeyPem", v.HasSecrets(), "%s", name)
		}
	}
}

func TestSchema(t *testing.T) {
	res, err := of(t, privateKeyToken).Server.GetSchema(p.GetSchemaRequest{})
	require.NoError(t, err)
	var schema struct {
		Version, Description string
		Resources            map[string]struct {
			RequiredInputs              []string
			InputProperties, Properties map[string]struct{ Secret bool }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(res.Schema), &schema))
	assert.Equal(t, "5.6.1", schema.Version)
	assert.Contains(t, schema.Description, "stand-in")
	for token, want := range map[string]struct {
		inputs, outputs int
		secrets         []string
	}{
		privateKeyToken:        {3, 10, []string{"privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"}},
		certRequestToken:       {5, 7, []string{"privateKeyPem"}},
		selfSignedCertToken:    {12, 17, []string{"privateKeyPem"}},
		locallySignedCertToken: {9, 14, []string{"caPrivateKeyPem"}},
	} {
		r := schema.Resources[token]
		assert.Lenf(t, r.InputProperties, want.inputs, "%s", token)
		assert.Lenf(t, r.Properties, want.outputs, "%s", token)
		var secrets []string
		for name, property := range r.Properties {
			if property.Secret {
				secrets = append(secrets, name)
			}
		}
		slices.Sort(secrets)
		assert.Equal(t, want.secrets, secrets, "%s", token)
	}
}
