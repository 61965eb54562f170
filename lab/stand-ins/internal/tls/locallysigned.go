// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// LocallySignedCert implements tls:index/locallySignedCert:LocallySignedCert.
type LocallySignedCert struct{}

// LocallySignedCertArgs are the inputs.
type LocallySignedCertArgs struct {
	CertificateArgs
	CaCertPem       string `pulumi:"caCertPem"`
	CaPrivateKeyPem string `pulumi:"caPrivateKeyPem" provider:"secret"`
	CertRequestPem  string `pulumi:"certRequestPem"`
}

// LocallySignedCertState is the inputs and the certificate.
type LocallySignedCertState struct {
	CertificateState
	CaCertPem       string `pulumi:"caCertPem"`
	CaPrivateKeyPem string `pulumi:"caPrivateKeyPem" provider:"secret"`
	CertRequestPem  string `pulumi:"certRequestPem"`
	CaKeyAlgorithm  string `pulumi:"caKeyAlgorithm"`
}

// Annotate sets the published token.
func (c *LocallySignedCert) Annotate(a infer.Annotator) {
	a.SetToken("index/locallySignedCert", "LocallySignedCert")
	a.Describe(&c, "A certificate for a request, signed by a local authority, in PEM format (stand-in).")
}

// WireDependencies is SelfSignedCert's, for the authority's key.
func (*LocallySignedCert) WireDependencies(
	f infer.FieldSelector, in *LocallySignedCertArgs, out *LocallySignedCertState,
) {
	f.OutputField(out).DependsOn(f.InputField(&in.CaPrivateKeyPem).Computed())
	f.OutputField(&out.CaPrivateKeyPem).AlwaysSecret()
}

// Create signs the certificate: names from the request, everything else from the inputs. Its id is the serial number.
func (*LocallySignedCert) Create(
	ctx context.Context, req infer.CreateRequest[LocallySignedCertArgs],
) (res infer.CreateResponse[LocallySignedCertState], err error) {
	in, out := req.Inputs, &res.Output
	*out = LocallySignedCertState{
		CertificateState: in.CertificateArgs.state(),
		CaCertPem:        in.CaCertPem,
		CaPrivateKeyPem:  in.CaPrivateKeyPem,
		CertRequestPem:   in.CertRequestPem,
	}
	if req.DryRun {
		return res, nil
	}
	request, err := parse("certRequestPem", "CERTIFICATE REQUEST", in.CertRequestPem, x509.ParseCertificateRequest)
	if err != nil {
		return res, err
	}
	authority, err := parse("caCertPem", "CERTIFICATE", in.CaCertPem, x509.ParseCertificate)
	if err != nil {
		return res, err
	}
	if !authority.IsCA {
		p.GetLogger(ctx).Warning("caCertPem is not the certificate of an authority: what it signs may not be trusted")
	}
	key, algorithm, err := parseKey("caPrivateKeyPem", in.CaPrivateKeyPem)
	if err != nil {
		return res, err
	}
	out.CaKeyAlgorithm = algorithm
	template := x509.Certificate{
		Subject:     request.Subject,
		DNSNames:    request.DNSNames,
		IPAddresses: request.IPAddresses,
		URIs:        request.URIs,
	}
	res.ID, err = out.issue(&template, authority, request.PublicKey, key, false)
	return res, err
}

// Read notices that the time for renewal has come.
func (*LocallySignedCert) Read(
	_ context.Context, req infer.ReadRequest[LocallySignedCertArgs, LocallySignedCertState],
) (infer.ReadResponse[LocallySignedCertArgs, LocallySignedCertState], error) {
	err := req.State.refresh()
	return infer.ReadResponse[LocallySignedCertArgs, LocallySignedCertState](req), err
}

// Update keeps the certificate: only earlyRenewalHours changes in place.
func (*LocallySignedCert) Update(
	_ context.Context, req infer.UpdateRequest[LocallySignedCertArgs, LocallySignedCertState],
) (res infer.UpdateResponse[LocallySignedCertState], err error) {
	res.Output = req.State
	res.Output.EarlyRenewalHours = orZero(req.Inputs.EarlyRenewalHours)
	return res, nil
}

// parse reads the one PEM block of the kind that a property must be.
func parse[T any](property, kind, text string, der func([]byte) (T, error)) (parsed T, err error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != kind {
		return parsed, fmt.Errorf("%s is not a PEM block of type %s", property, kind)
	}
	if parsed, err = der(block.Bytes); err != nil {
		return parsed, fmt.Errorf("%s: %w", property, err)
	}
	return parsed, nil
}
