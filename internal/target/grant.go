package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Grant is an OAuth 2.0 client credentials grant (RFC 6749 section 4.4).
type Grant struct {
	TokenURL     string
	ClientID     string
	ClientSecret string
	Scopes       []string
}

// grantTimeout bounds one request to a token endpoint.
const grantTimeout = 15 * time.Second

// Grants are credentials of which some are got from a token endpoint when they are first
// needed, and again shortly before they expire. It is safe for concurrent use.
type Grants struct {
	Tokens
	sources map[string]oauth2.TokenSource
	secrets *Secrets
}

// NewGrants makes credentials of known tokens and of grants, by name. The transport carries
// the requests to the token endpoints.
func NewGrants(tokens Tokens, grants map[string]Grant, transport http.RoundTripper, secrets *Secrets) *Grants {
	g := &Grants{Tokens: tokens, sources: map[string]oauth2.TokenSource{}, secrets: secrets}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Transport: transport, Timeout: grantTimeout})
	for name, grant := range grants {
		secrets.Add(grant.ClientSecret, "<"+name+" client secret>")
		config := clientcredentials.Config{
			TokenURL: grant.TokenURL, ClientID: grant.ClientID, ClientSecret: grant.ClientSecret, Scopes: grant.Scopes,
		}
		g.sources[name] = &source{source: config.TokenSource(ctx)}
	}
	return g
}

// Has says whether there is a token or a grant of that name.
func (g *Grants) Has(name string) bool {
	_, granted := g.sources[name]
	return granted || g.Tokens.Has(name)
}

// Token is the known token of that name, or one that its grant gives. An error of the token
// endpoint is told in one sentence, without the secret.
func (g *Grants) Token(ctx context.Context, name string) (string, error) {
	granting, granted := g.sources[name]
	if !granted {
		return g.Tokens.Token(ctx, name)
	}
	token, err := granting.Token()
	if err != nil {
		return "", fmt.Errorf("credentials.%s: the token endpoint gave no token: %s", name, g.secrets.Text(reason(err)))
	}
	g.secrets.Add(token.AccessToken, label(name))
	return token.AccessToken, nil
}

// source lets only one caller at a time ask the endpoint, and remembers a refusal: a wrong
// secret must not be tried once for every case.
type source struct {
	mutex  sync.Mutex
	source oauth2.TokenSource
	failed error
}

func (s *source) Token() (*oauth2.Token, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.failed != nil {
		return nil, s.failed
	}
	token, err := s.source.Token()
	s.failed = err
	return token, err
}

// reason is what the token endpoint said, as RFC 6749 section 5.2 has it, or why it said nothing.
func reason(err error) string {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return innermost(err)
	}
	said := refused.ErrorCode
	if refused.ErrorDescription != "" {
		said += ": " + refused.ErrorDescription
	}
	if said == "" {
		said = "no reason given"
	}
	if refused.Response != nil {
		return fmt.Sprintf("%s (%s)", refused.Response.Status, said)
	}
	return said
}
