// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
)

const (
	defaultCurve = "P224"
	defaultBits  = 2048
)

// PrivateKey implements tls:index/privateKey:PrivateKey.
type PrivateKey struct{}

// PrivateKeyArgs are the inputs.
type PrivateKeyArgs struct {
	Algorithm  string  `pulumi:"algorithm"`
	EcdsaCurve *string `pulumi:"ecdsaCurve,optional"`
	RsaBits    *int    `pulumi:"rsaBits,optional"`
}

// PrivateKeyState is the key in all its spellings.
type PrivateKeyState struct {
	Algorithm                  string `pulumi:"algorithm"`
	EcdsaCurve                 string `pulumi:"ecdsaCurve"`
	RsaBits                    int    `pulumi:"rsaBits"`
	PrivateKeyPem              string `pulumi:"privateKeyPem" provider:"secret"`
	PrivateKeyPemPkcs8         string `pulumi:"privateKeyPemPkcs8" provider:"secret"`
	PrivateKeyOpenssh          string `pulumi:"privateKeyOpenssh" provider:"secret"`
	PublicKeyPem               string `pulumi:"publicKeyPem"`
	PublicKeyOpenssh           string `pulumi:"publicKeyOpenssh"`
	PublicKeyFingerprintMd5    string `pulumi:"publicKeyFingerprintMd5"`
	PublicKeyFingerprintSha256 string `pulumi:"publicKeyFingerprintSha256"`
}

// Annotate sets the published token.
func (k *PrivateKey) Annotate(a infer.Annotator) {
	a.SetToken("index/privateKey", "PrivateKey")
	a.Describe(&k, "A private key, in PEM and OpenSSH format (stand-in).")
}

// WireDependencies keeps the private spellings secret.
func (*PrivateKey) WireDependencies(f infer.FieldSelector, _ *PrivateKeyArgs, out *PrivateKeyState) {
	f.OutputField(&out.PrivateKeyPem).AlwaysSecret()
	f.OutputField(&out.PrivateKeyPemPkcs8).AlwaysSecret()
	f.OutputField(&out.PrivateKeyOpenssh).AlwaysSecret()
}

// Create makes a new key. Its id is the hash of the public half.
func (*PrivateKey) Create(
	_ context.Context, req infer.CreateRequest[PrivateKeyArgs],
) (res infer.CreateResponse[PrivateKeyState], err error) {
	out := &res.Output
	*out = PrivateKeyState{Algorithm: req.Inputs.Algorithm, EcdsaCurve: defaultCurve, RsaBits: defaultBits}
	if req.Inputs.EcdsaCurve != nil {
		out.EcdsaCurve = *req.Inputs.EcdsaCurve
	}
	if req.Inputs.RsaBits != nil {
		out.RsaBits = *req.Inputs.RsaBits
	}
	if req.DryRun {
		return res, nil
	}
	key, err := generate(out.Algorithm, out.EcdsaCurve, out.RsaBits)
	if err != nil {
		return res, err
	}
	if err := out.spellPrivate(key); err != nil {
		return res, err
	}
	res.ID, err = out.spellPublic(key.Public())
	return res, err
}

func generate(algorithm, curve string, bits int) (crypto.Signer, error) {
	switch algorithm {
	case "RSA":
		return rsa.GenerateKey(rand.Reader, bits)
	case "ECDSA":
		curves := map[string]elliptic.Curve{
			"P224": elliptic.P224(), "P256": elliptic.P256(), "P384": elliptic.P384(), "P521": elliptic.P521(),
		}
		chosen, ok := curves[curve]
		if !ok {
			return nil, fmt.Errorf("ecdsaCurve %q is none of P224, P256, P384, P521", curve)
		}
		return ecdsa.GenerateKey(chosen, rand.Reader)
	case "ED25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	default:
		return nil, fmt.Errorf("algorithm %q is none of RSA, ECDSA, ED25519", algorithm)
	}
}

// spellPrivate writes RSA as PKCS#1, ECDSA as SEC1 and ED25519 as PKCS#8.
func (s *PrivateKeyState) spellPrivate(key crypto.Signer) error {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("PKCS#8: %w", err)
	}
	s.PrivateKeyPemPkcs8 = armour("PRIVATE KEY", pkcs8)
	switch k := key.(type) {
	case *rsa.PrivateKey:
		s.PrivateKeyPem = armour("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k))
	case *ecdsa.PrivateKey:
		sec1, err := x509.MarshalECPrivateKey(k)
		if err != nil {
			return fmt.Errorf("SEC1: %w", err)
		}
		s.PrivateKeyPem = armour("EC PRIVATE KEY", sec1)
	default:
		s.PrivateKeyPem = s.PrivateKeyPemPkcs8
	}
	// OpenSSH has no P-224: the published plugin leaves all of its spellings empty then.
	if _, err := ssh.NewPublicKey(key.Public()); err != nil {
		return nil
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		return fmt.Errorf("OpenSSH: %w", err)
	}
	s.PrivateKeyOpenssh = string(pem.EncodeToMemory(block))
	return nil
}

func (s *PrivateKeyState) spellPublic(key crypto.PublicKey) (id string, err error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("public key: %w", err)
	}
	s.PublicKeyPem = armour("PUBLIC KEY", der)
	if public, err := ssh.NewPublicKey(key); err == nil {
		s.PublicKeyOpenssh = string(ssh.MarshalAuthorizedKey(public))
		s.PublicKeyFingerprintMd5 = ssh.FingerprintLegacyMD5(public)
		s.PublicKeyFingerprintSha256 = ssh.FingerprintSHA256(public)
	}
	return hash(der), nil
}

func armour(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func hash(der []byte) string {
	sum := sha1.Sum(der)
	return hex.EncodeToString(sum[:])
}

// parseKey reads any spelling of a private key except OpenSSH's and names its algorithm.
func parseKey(property, text string) (key crypto.Signer, algorithm string, err error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, "", fmt.Errorf("%s is not PEM", property)
	}
	var parsed any
	switch block.Type {
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		err = fmt.Errorf("%q is none of RSA PRIVATE KEY, EC PRIVATE KEY, PRIVATE KEY", block.Type)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", property, err)
	}
	switch k := parsed.(type) {
	case *rsa.PrivateKey:
		return k, "RSA", nil
	case *ecdsa.PrivateKey:
		return k, "ECDSA", nil
	case ed25519.PrivateKey:
		return k, "ED25519", nil
	default:
		return nil, "", fmt.Errorf("%s: %T can sign nothing here", property, parsed)
	}
}
