// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"time"
)

var keyUsages = map[string]x509.KeyUsage{
	"cert_signing":       x509.KeyUsageCertSign,
	"content_commitment": x509.KeyUsageContentCommitment,
	"crl_signing":        x509.KeyUsageCRLSign,
	"data_encipherment":  x509.KeyUsageDataEncipherment,
	"decipher_only":      x509.KeyUsageDecipherOnly,
	"digital_signature":  x509.KeyUsageDigitalSignature,
	"encipher_only":      x509.KeyUsageEncipherOnly,
	"key_agreement":      x509.KeyUsageKeyAgreement,
	"key_encipherment":   x509.KeyUsageKeyEncipherment,
}

var extendedKeyUsages = map[string]x509.ExtKeyUsage{
	"any_extended":                      x509.ExtKeyUsageAny,
	"client_auth":                       x509.ExtKeyUsageClientAuth,
	"code_signing":                      x509.ExtKeyUsageCodeSigning,
	"email_protection":                  x509.ExtKeyUsageEmailProtection,
	"ipsec_end_system":                  x509.ExtKeyUsageIPSECEndSystem,
	"ipsec_tunnel":                      x509.ExtKeyUsageIPSECTunnel,
	"ipsec_user":                        x509.ExtKeyUsageIPSECUser,
	"microsoft_commercial_code_signing": x509.ExtKeyUsageMicrosoftCommercialCodeSigning,
	"microsoft_kernel_code_signing":     x509.ExtKeyUsageMicrosoftKernelCodeSigning,
	"microsoft_server_gated_crypto":     x509.ExtKeyUsageMicrosoftServerGatedCrypto,
	"netscape_server_gated_crypto":      x509.ExtKeyUsageNetscapeServerGatedCrypto,
	"ocsp_signing":                      x509.ExtKeyUsageOCSPSigning,
	"server_auth":                       x509.ExtKeyUsageServerAuth,
	"timestamping":                      x509.ExtKeyUsageTimeStamping,
}

// CertificateArgs are the inputs that both kinds of certificate have.
type CertificateArgs struct {
	AllowedUses         []string `pulumi:"allowedUses"`
	ValidityPeriodHours int      `pulumi:"validityPeriodHours"`
	EarlyRenewalHours   *int     `pulumi:"earlyRenewalHours,optional"`
	IsCaCertificate     *bool    `pulumi:"isCaCertificate,optional"`
	MaxPathLength       *int     `pulumi:"maxPathLength,optional"`
	SetSubjectKeyID     *bool    `pulumi:"setSubjectKeyId,optional"`
}

// CertificateState are the outputs that both kinds have: the inputs with their defaults, and the certificate.
type CertificateState struct {
	AllowedUses         []string `pulumi:"allowedUses"`
	ValidityPeriodHours int      `pulumi:"validityPeriodHours"`
	EarlyRenewalHours   int      `pulumi:"earlyRenewalHours"`
	IsCaCertificate     bool     `pulumi:"isCaCertificate"`
	MaxPathLength       *int     `pulumi:"maxPathLength,optional"`
	SetSubjectKeyID     bool     `pulumi:"setSubjectKeyId"`
	CertPem             string   `pulumi:"certPem"`
	ReadyForRenewal     bool     `pulumi:"readyForRenewal"`
	ValidityStartTime   string   `pulumi:"validityStartTime"`
	ValidityEndTime     string   `pulumi:"validityEndTime"`
}

func (a CertificateArgs) state() CertificateState {
	return CertificateState{
		AllowedUses:         a.AllowedUses,
		ValidityPeriodHours: a.ValidityPeriodHours,
		EarlyRenewalHours:   orZero(a.EarlyRenewalHours),
		IsCaCertificate:     orZero(a.IsCaCertificate),
		MaxPathLength:       a.MaxPathLength,
		SetSubjectKeyID:     orZero(a.SetSubjectKeyID),
	}
}

func orZero[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}

// issue signs the template for the public key. A nil parent means that the certificate signs itself.
func (s *CertificateState) issue(
	template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer, setAuthorityKeyID bool,
) (id string, err error) {
	if err := s.fill(template, public); err != nil {
		return "", err
	}
	if parent == nil {
		parent = template
	}
	if setAuthorityKeyID {
		if len(parent.SubjectKeyId) == 0 {
			return "", errors.New("setAuthorityKeyId: the certificate has no subject key id; " +
				"set isCaCertificate or setSubjectKeyId too")
		}
		template.AuthorityKeyId = parent.SubjectKeyId
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return "", err
	}
	s.CertPem = armour("CERTIFICATE", der)
	s.ValidityStartTime = template.NotBefore.Format(time.RFC3339Nano)
	s.ValidityEndTime = template.NotAfter.Format(time.RFC3339Nano)
	return template.SerialNumber.String(), nil
}

// fill sets what the inputs say, beyond the names.
func (s *CertificateState) fill(template *x509.Certificate, public crypto.PublicKey) (err error) {
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return fmt.Errorf("serial number: %w", err)
	}
	template.NotBefore = now()
	template.NotAfter = template.NotBefore.Add(time.Duration(s.ValidityPeriodHours) * time.Hour)
	for _, use := range s.AllowedUses {
		template.KeyUsage |= keyUsages[use]
		if extended, ok := extendedKeyUsages[use]; ok {
			template.ExtKeyUsage = append(template.ExtKeyUsage, extended)
		}
	}
	template.BasicConstraintsValid = true
	template.IsCA = s.IsCaCertificate
	if s.IsCaCertificate && reflect.DeepEqual(template.Subject, pkix.Name{}) {
		return errors.New("isCaCertificate: the certificate of an authority needs a subject; " +
			"set subject.commonName or another part of it")
	}
	// MaxPathLenZero stays false, as in the published plugin: with 0 the certificate has no path length at all.
	if s.MaxPathLength != nil && *s.MaxPathLength > 0 {
		template.MaxPathLen = *s.MaxPathLength
	}
	if s.IsCaCertificate || s.SetSubjectKeyID {
		template.SubjectKeyId, err = subjectKeyID(public)
	}
	return err
}

// subjectKeyID is the hash of the key's bits (RFC 5280, 4.2.1.2, method 1).
func subjectKeyID(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("subject key id: %w", err)
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, fmt.Errorf("subject key id: %w", err)
	}
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:], nil
}

// refresh says whether renewal is due, as a refresh finds it.
func (s *CertificateState) refresh() error {
	due, err := renewalDue(s.ValidityEndTime, s.EarlyRenewalHours)
	s.ReadyForRenewal = s.ReadyForRenewal || due
	return err
}
