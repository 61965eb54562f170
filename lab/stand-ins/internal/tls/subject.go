// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"net/url"
)

// emailAddress is PKCS#9's attribute.
var emailAddress = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

// Subject is a distinguished name. Its list is a pointer, as every optional list here: infer forgets that an optional
// plain slice is not known yet.
type Subject struct {
	CommonName         *string   `pulumi:"commonName,optional"`
	Country            *string   `pulumi:"country,optional"`
	EmailAddress       *string   `pulumi:"emailAddress,optional"`
	Locality           *string   `pulumi:"locality,optional"`
	Organization       *string   `pulumi:"organization,optional"`
	OrganizationalUnit *string   `pulumi:"organizationalUnit,optional"`
	PostalCode         *string   `pulumi:"postalCode,optional"`
	Province           *string   `pulumi:"province,optional"`
	SerialNumber       *string   `pulumi:"serialNumber,optional"`
	StreetAddresses    *[]string `pulumi:"streetAddresses,optional"`
}

// name is empty for no subject.
func (s *Subject) name() pkix.Name {
	var n pkix.Name
	if s == nil {
		return n
	}
	for list, value := range map[*[]string]*string{
		&n.Country: s.Country, &n.Locality: s.Locality, &n.Organization: s.Organization,
		&n.OrganizationalUnit: s.OrganizationalUnit, &n.PostalCode: s.PostalCode, &n.Province: s.Province,
	} {
		if value != nil {
			*list = []string{*value}
		}
	}
	if s.CommonName != nil {
		n.CommonName = *s.CommonName
	}
	if s.SerialNumber != nil {
		n.SerialNumber = *s.SerialNumber
	}
	n.StreetAddress = orZero(s.StreetAddresses)
	if s.EmailAddress != nil {
		n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{
			Type:  emailAddress,
			Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(*s.EmailAddress)},
		})
	}
	return n
}

// Names are a subject and its alternative names.
type Names struct {
	Subject     *Subject  `pulumi:"subject,optional"`
	DNSNames    *[]string `pulumi:"dnsNames,optional"`
	IPAddresses *[]string `pulumi:"ipAddresses,optional"`
	URIs        *[]string `pulumi:"uris,optional"`
}

func (n Names) ips() ([]net.IP, error) {
	var ips []net.IP
	for _, text := range orZero(n.IPAddresses) {
		ip := net.ParseIP(text)
		if ip == nil {
			return nil, fmt.Errorf("ipAddresses: %q is not an IP address", text)
		}
		ips = append(ips, ip)
	}
	return ips, nil
}

func (n Names) uris() ([]*url.URL, error) {
	var uris []*url.URL
	for _, text := range orZero(n.URIs) {
		uri, err := url.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("uris: %w", err)
		}
		uris = append(uris, uri)
	}
	return uris, nil
}
