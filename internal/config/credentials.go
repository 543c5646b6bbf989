package config

import (
	"maps"
	"slices"
	"strings"

	"conformance/fixtures"
	"conformance/internal/strictyaml"
)

// Credential is where one bearer token comes from: exactly one of its members is set.
type Credential struct {
	// Token is the token itself.
	Token string `yaml:"token"`
	// TokenEnv is the environment variable that holds it.
	TokenEnv string `yaml:"tokenEnv"`
	// TokenFile is the file that holds it.
	TokenFile string `yaml:"tokenFile"`
	// ClientCredentials is the OAuth 2.0 grant that yields it.
	ClientCredentials *ClientCredentials `yaml:"clientCredentials"`
}

// ClientCredentials is a client credentials grant (RFC 6749 section 4.4). Exactly one of
// ClientSecretEnv and ClientSecretFile is set.
type ClientCredentials struct {
	TokenURL         string   `yaml:"tokenURL"`
	ClientID         string   `yaml:"clientID"`
	ClientSecretEnv  string   `yaml:"clientSecretEnv"`
	ClientSecretFile string   `yaml:"clientSecretFile"`
	Scopes           []string `yaml:"scopes"`
}

// ResolveCredentials looks up the tokens of all credentials but those with client
// credentials, by name. It returns an *Error, or several joined, that name the key and
// its line when a variable is unset or empty, a file cannot be read or is larger than
// 64 KiB, or what they hold cannot be a bearer token. No error repeats a token.
func (c *Config) ResolveCredentials(environ func(name string) (string, bool)) (map[string]string, error) {
	tokens := map[string]string{}
	var problems []*Error
	for _, name := range slices.Sorted(maps.Keys(c.Credentials)) {
		credential := c.Credentials[name]
		at := path{"credentials", name}
		var token, problem string
		switch {
		case credential.ClientCredentials != nil:
			continue
		case credential.TokenEnv != "":
			at = at.With("tokenEnv")
			token, problem = c.secretFromVariable(at, credential.TokenEnv, environ)
		case credential.TokenFile != "":
			at = at.With("tokenFile")
			token, problem = secretFromFile(credential.TokenFile)
		default:
			at = at.With("token")
			token = credential.Token
		}
		if problem == "" {
			problem = checkToken(token)
		}
		if problem != "" {
			problems = append(problems, c.source.Problem(at, "%s", problem))
			continue
		}
		tokens[name] = token
	}
	if err := strictyaml.Join(problems); err != nil {
		return nil, err
	}
	return tokens, nil
}

// TokenFiles are the files of the credentials that stand in one, by name.
func (c *Config) TokenFiles() map[string]string {
	files := map[string]string{}
	for name, credential := range c.Credentials {
		if credential.TokenFile != "" {
			files[name] = credential.TokenFile
		}
	}
	return files
}

// ReadTokenFile reads the token of the credential called name from its file. It returns an
// *Error like those of ResolveCredentials.
func (c *Config) ReadTokenFile(name string) (string, error) {
	token, problem := secretFromFile(c.Credentials[name].TokenFile)
	if problem == "" {
		problem = checkToken(token)
	}
	if problem != "" {
		return "", c.source.Problem(path{"credentials", name, "tokenFile"}, "%s", problem)
	}
	return token, nil
}

// ClientCredentials are the credentials whose tokens a grant yields, by name. Their
// secrets are still to be looked up with ClientSecret.
func (c *Config) ClientCredentials() map[string]ClientCredentials {
	grants := map[string]ClientCredentials{}
	for name, credential := range c.Credentials {
		if credential.ClientCredentials != nil {
			grants[name] = *credential.ClientCredentials
		}
	}
	return grants
}

// ClientSecret looks up the secret of the client credentials called name. It returns an
// *Error like those of ResolveCredentials.
func (c *Config) ClientSecret(name string, environ func(name string) (string, bool)) (string, error) {
	at := path{"credentials", name, "clientCredentials"}
	grant := c.Credentials[name].ClientCredentials
	if grant == nil {
		return "", c.source.Problem(at, "not given")
	}
	var secret, problem string
	if grant.ClientSecretEnv != "" {
		at = at.With("clientSecretEnv")
		secret, problem = c.secretFromVariable(at, grant.ClientSecretEnv, environ)
	} else {
		at = at.With("clientSecretFile")
		secret, problem = secretFromFile(grant.ClientSecretFile)
	}
	if problem != "" {
		return "", c.source.Problem(at, "%s", problem)
	}
	return secret, nil
}

// checkCredentials reports unknown names and sources that are missing, doubled or wrong.
func (c *Config) checkCredentials(known []fixtures.Credential) {
	var names []string
	for _, credential := range known {
		names = append(names, credential.Name)
	}
	for name, credential := range c.Credentials {
		at := path{"credentials", name}
		if !slices.Contains(names, name) {
			c.source.ReportKey(path{"credentials"}, name, names, "unknown credential")
			continue
		}
		c.checkOneOf(at, "token", "tokenEnv", "tokenFile", "clientCredentials")
		if c.source.Has(at.With("token")) {
			c.report(at.With("token"), checkToken(credential.Token))
		}
		c.checkVariable(at.With("tokenEnv"), credential.TokenEnv)
		c.checkGiven(at.With("tokenFile"), credential.TokenFile, "expected the name of a file")
		if credential.ClientCredentials != nil {
			c.checkGrant(at.With("clientCredentials"), *credential.ClientCredentials)
		}
	}
}

func (c *Config) checkGrant(at path, grant ClientCredentials) {
	c.report(at.With("tokenURL"), checkURL(grant.TokenURL, true))
	if grant.ClientID == "" {
		c.source.Report(at.With("clientID"), "missing; expected the id of the client")
	}
	c.checkOneOf(at, "clientSecretEnv", "clientSecretFile")
	c.checkVariable(at.With("clientSecretEnv"), grant.ClientSecretEnv)
	c.checkGiven(at.With("clientSecretFile"), grant.ClientSecretFile, "expected the name of a file")
	if slices.ContainsFunc(grant.Scopes, func(s string) bool { return checkToken(s) != "" }) {
		c.source.Report(at.With("scopes"), "expected a list of scopes, each of them one word")
	}
}

// checkOneOf reports a mapping that has none or several of the keys.
func (c *Config) checkOneOf(at path, keys ...string) {
	var given []string
	for _, key := range keys {
		if c.source.Has(at.With(key)) {
			given = append(given, key)
		}
	}
	choice := strings.Join(keys[:len(keys)-1], ", ") + " or " + keys[len(keys)-1]
	switch len(given) {
	case 0:
		c.source.Report(at, "expected one of %s", choice)
	case 1:
	default:
		c.source.Report(at, "found %s; expected only one of them", strings.Join(given, " and "))
	}
}

// checkVariable reports what cannot be called an environment variable, such as a token.
func (c *Config) checkVariable(at path, name string) {
	if c.source.Has(at) && !strictyaml.IsVariableName(name) {
		c.source.Report(at, "expected the name of an environment variable, such as ORG_ADMIN")
	}
}
