package subject

import (
	"net/http"

	"conformance/internal/config"
	"conformance/internal/redact"
	"conformance/internal/target"
)

// grants puts together the tokens, the token files and the client credentials of a config.
func grants(c *config.Config, tokens map[string]string, environ func(string) (string, bool), transport http.RoundTripper, secrets *redact.Secrets) (target.Credentials, error) {
	configured := map[string]target.Grant{}
	for name, entry := range c.ClientCredentials() {
		secret, err := c.ClientSecret(name, environ)
		if err != nil {
			return nil, err
		}
		configured[name] = target.Grant{
			TokenURL: entry.TokenURL, ClientID: entry.ClientID, ClientSecret: secret, Scopes: entry.Scopes,
		}
	}
	files := map[string]target.TokenFile{}
	for name, file := range c.TokenFiles() {
		files[name] = target.TokenFile{Name: file, Read: func() (string, error) { return c.ReadTokenFile(name) }}
	}
	return target.NewTokenFiles(target.NewGrants(tokens, configured, transport, secrets), files, secrets), nil
}
