package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"conformance/internal/smallfile"
)

// largestAuthorities bounds, in bytes, a file of certificates. A system's own has about 200 KiB.
const largestAuthorities = 8 << 20

// OverrideAuthority puts the file of --ca-file in the place of target.tls.caFile.
func (c *Config) OverrideAuthority(file string) {
	c.Target.TLS.CAFile, c.authorityOverridden = file, true
}

// ClientTLS reads the authority and the client certificate that target.tls names; nil when it names
// neither. The error is an *Error.
func (c *Config) ClientTLS() (*tls.Config, error) {
	files := c.Target.TLS
	if files == (TLS{}) {
		return nil, nil
	}
	made := &tls.Config{MinVersion: tls.VersionTLS12}
	if files.CAFile != "" {
		text, err := smallfile.Read(files.CAFile, largestAuthorities)
		if err != nil {
			return nil, c.authorityProblem("%s cannot be read: %v", files.CAFile, err)
		}
		made.RootCAs = x509.NewCertPool()
		if !made.RootCAs.AppendCertsFromPEM(text) {
			return nil, c.authorityProblem("%s holds no certificate in PEM form", files.CAFile)
		}
	}
	if files.CertFile != "" || files.KeyFile != "" {
		certificate, err := tls.LoadX509KeyPair(files.CertFile, files.KeyFile)
		if err != nil {
			return nil, c.source.Problem(path{"target", "tls"}, "certFile and keyFile: %v", err)
		}
		made.Certificates = []tls.Certificate{certificate}
	}
	return made, nil
}

// authorityProblem is an error about the file of the authority, wherever its name comes from.
func (c *Config) authorityProblem(format string, values ...any) error {
	if c.authorityOverridden {
		return &Error{Key: "--ca-file", Message: fmt.Sprintf(format, values...)}
	}
	return c.source.Problem(path{"target", "tls", "caFile"}, format, values...)
}
