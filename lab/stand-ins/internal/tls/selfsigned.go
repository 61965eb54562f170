// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"context"
	"crypto/x509"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// SelfSignedCert implements tls:index/selfSignedCert:SelfSignedCert.
type SelfSignedCert struct{}

// SelfSignedCertArgs are the inputs.
type SelfSignedCertArgs struct {
	Names
	CertificateArgs
	PrivateKeyPem     string `pulumi:"privateKeyPem" provider:"secret"`
	SetAuthorityKeyID *bool  `pulumi:"setAuthorityKeyId,optional"`
}

// SelfSignedCertState is the inputs and the certificate.
type SelfSignedCertState struct {
	Names
	CertificateState
	PrivateKeyPem     string `pulumi:"privateKeyPem" provider:"secret"`
	SetAuthorityKeyID bool   `pulumi:"setAuthorityKeyId"`
	KeyAlgorithm      string `pulumi:"keyAlgorithm"`
}

// Annotate sets the published token.
func (c *SelfSignedCert) Annotate(a infer.Annotator) {
	a.SetToken("index/selfSignedCert", "SelfSignedCert")
	a.Describe(&c, "A certificate that its own key signs, in PEM format (stand-in).")
}

// WireDependencies keeps the key secret. In place only earlyRenewalHours can change, so a preview knows all the rest.
func (*SelfSignedCert) WireDependencies(f infer.FieldSelector, in *SelfSignedCertArgs, out *SelfSignedCertState) {
	f.OutputField(out).DependsOn(f.InputField(&in.PrivateKeyPem).Computed())
	f.OutputField(&out.PrivateKeyPem).AlwaysSecret()
}

// Create signs the certificate. Its id is the serial number.
func (*SelfSignedCert) Create(
	_ context.Context, req infer.CreateRequest[SelfSignedCertArgs],
) (res infer.CreateResponse[SelfSignedCertState], err error) {
	in, out := req.Inputs, &res.Output
	*out = SelfSignedCertState{
		Names:             in.Names,
		CertificateState:  in.CertificateArgs.state(),
		PrivateKeyPem:     in.PrivateKeyPem,
		SetAuthorityKeyID: orZero(in.SetAuthorityKeyID),
	}
	if req.DryRun {
		return res, nil
	}
	key, algorithm, err := parseKey("privateKeyPem", in.PrivateKeyPem)
	if err != nil {
		return res, err
	}
	out.KeyAlgorithm = algorithm
	template := x509.Certificate{Subject: in.Subject.name(), DNSNames: orZero(in.DNSNames)}
	if template.IPAddresses, err = in.ips(); err != nil {
		return res, err
	}
	if template.URIs, err = in.uris(); err != nil {
		return res, err
	}
	res.ID, err = out.issue(&template, nil, key.Public(), key, out.SetAuthorityKeyID)
	return res, err
}

// Read notices that the time for renewal has come.
func (*SelfSignedCert) Read(
	_ context.Context, req infer.ReadRequest[SelfSignedCertArgs, SelfSignedCertState],
) (infer.ReadResponse[SelfSignedCertArgs, SelfSignedCertState], error) {
	err := req.State.refresh()
	return infer.ReadResponse[SelfSignedCertArgs, SelfSignedCertState](req), err
}

// Update keeps the certificate: only earlyRenewalHours changes in place.
func (*SelfSignedCert) Update(
	_ context.Context, req infer.UpdateRequest[SelfSignedCertArgs, SelfSignedCertState],
) (res infer.UpdateResponse[SelfSignedCertState], err error) {
	res.Output = req.State
	res.Output.EarlyRenewalHours = orZero(req.Inputs.EarlyRenewalHours)
	return res, nil
}
