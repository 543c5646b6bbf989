package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"conformance/internal/smallfile"
)

// largestAuthorities bounds, in bytes, a file of certificates. A system's own has about 200 KiB.
const largestAuthorities = 8 << 20

// ClientConfig reads the authority and the client certificate that the files hold; nil when
// none is named. The error names the key and the file.
func (t TLS) ClientConfig() (*tls.Config, error) {
	if t == (TLS{}) {
		return nil, nil
	}
	made := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		text, err := smallfile.Read(t.CAFile, largestAuthorities)
		if err != nil {
			return nil, fmt.Errorf("target.tls.caFile: %s cannot be read: %w", t.CAFile, err)
		}
		made.RootCAs = x509.NewCertPool()
		if !made.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("target.tls.caFile: %s holds no certificate in PEM form", t.CAFile)
		}
	}
	if t.CertFile != "" || t.KeyFile != "" {
		certificate, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("target.tls.certFile and keyFile: %w", err)
		}
		made.Certificates = []tls.Certificate{certificate}
	}
	return made, nil
}
