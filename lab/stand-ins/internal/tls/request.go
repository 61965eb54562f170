// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"context"
	"crypto/rand"
	"crypto/x509"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// CertRequest implements tls:index/certRequest:CertRequest.
type CertRequest struct{}

// CertRequestArgs are the inputs.
type CertRequestArgs struct {
	Names
	PrivateKeyPem string `pulumi:"privateKeyPem" provider:"secret"`
}

// CertRequestState is the inputs and the request.
type CertRequestState struct {
	CertRequestArgs
	KeyAlgorithm   string `pulumi:"keyAlgorithm"`
	CertRequestPem string `pulumi:"certRequestPem"`
}

// Annotate sets the published token.
func (r *CertRequest) Annotate(a infer.Annotator) {
	a.SetToken("index/certRequest", "CertRequest")
	a.Describe(&r, "A certificate signing request in PEM format (stand-in).")
}

// WireDependencies keeps the key secret.
func (*CertRequest) WireDependencies(f infer.FieldSelector, _ *CertRequestArgs, out *CertRequestState) {
	f.OutputField(&out.PrivateKeyPem).AlwaysSecret()
}

// Create signs a request with the key that the certificate will belong to.
func (*CertRequest) Create(
	_ context.Context, req infer.CreateRequest[CertRequestArgs],
) (res infer.CreateResponse[CertRequestState], err error) {
	res.Output.CertRequestArgs = req.Inputs
	if req.DryRun {
		return res, nil
	}
	key, algorithm, err := parseKey("privateKeyPem", req.Inputs.PrivateKeyPem)
	if err != nil {
		return res, err
	}
	template := x509.CertificateRequest{Subject: req.Inputs.Subject.name(), DNSNames: orZero(req.Inputs.DNSNames)}
	if template.IPAddresses, err = req.Inputs.ips(); err != nil {
		return res, err
	}
	if template.URIs, err = req.Inputs.uris(); err != nil {
		return res, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	if err != nil {
		return res, err
	}
	res.ID = hash(der)
	res.Output.KeyAlgorithm = algorithm
	res.Output.CertRequestPem = armour("CERTIFICATE REQUEST", der)
	return res, nil
}
