package config

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// CheckEncrypted refuses to send credentials over a network in clear. Plain http is only for
// this machine, that is for localhost and loopback addresses, unless insecure allows it. It
// returns an *Error that names the key.
func (c *Config) CheckEncrypted(insecure bool) error {
	const message = "plain http to another machine would send the credentials in clear; use https, or allow it with --insecure-http"
	if insecure {
		return nil
	}
	if inClear(c.Target.URL) {
		if c.overridden {
			return &Error{Key: "--target", Message: message}
		}
		return c.source.Problem(path{"target", "url"}, message)
	}
	grants := c.ClientCredentials()
	for _, name := range slices.Sorted(maps.Keys(grants)) {
		if inClear(grants[name].TokenURL) {
			return c.source.Problem(path{"credentials", name, "clientCredentials", "tokenURL"}, message)
		}
	}
	return nil
}

// inClear says whether what is sent to the URL can be read on the network.
func inClear(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err != nil || !address.Unmap().IsLoopback()
}
