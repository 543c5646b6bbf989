package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"conformance/internal/failure"
	"conformance/internal/redact"

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
	sources map[string]*source
	secrets *redact.Secrets
}

// NewGrants makes credentials of known tokens and of grants, by name. The transport carries
// the requests to the token endpoints.
func NewGrants(tokens Tokens, grants map[string]Grant, transport http.RoundTripper, secrets *redact.Secrets) *Grants {
	g := &Grants{Tokens: tokens, sources: map[string]*source{}, secrets: secrets}
	client := &http.Client{
		Transport: transport, Timeout: grantTimeout,
		// A redirect could carry the client secret to anybody.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for name, grant := range grants {
		// In a header the secret is escaped before it is encoded (RFC 6749 section 2.3.1).
		label := redact.Label(name + " client secret")
		secrets.Add(grant.ClientSecret, label)
		secrets.Add(url.QueryEscape(grant.ClientSecret), label)
		g.sources[name] = &source{client: client, config: clientcredentials.Config{
			TokenURL: grant.TokenURL, ClientID: grant.ClientID, ClientSecret: grant.ClientSecret, Scopes: grant.Scopes,
		}}
	}
	return g
}

// Has says whether there is a token or a grant of that name.
func (g *Grants) Has(name string) bool {
	_, granted := g.sources[name]
	return granted || g.Tokens.Has(name)
}

// Token is the known token of that name, or one that its grant gives. An error of the token
// endpoint is told in one sentence, without the secret; it stays the same from then on.
func (g *Grants) Token(ctx context.Context, name string) (string, error) {
	granting, granted := g.sources[name]
	if !granted {
		return g.Tokens.Token(ctx, name)
	}
	token, err := granting.get(ctx)
	if err != nil {
		return "", fmt.Errorf("credentials.%s: the token endpoint gave no token: %s", name, g.reason(err, name))
	}
	g.secrets.Add(token.AccessToken, redact.Label(name))
	// Nothing is done with what else the endpoint gives, but the target could know it.
	g.secrets.Add(token.RefreshToken, "<"+name+" refresh token>")
	if identity, is := token.Extra("id_token").(string); is {
		g.secrets.Add(identity, "<"+name+" id token>")
	}
	return token.AccessToken, nil
}

// source lets only one caller at a time ask the endpoint, and remembers a refusal: a wrong
// secret must not be tried once for every case.
type source struct {
	client *http.Client
	config clientcredentials.Config
	mutex  sync.Mutex
	token  *oauth2.Token
	failed error
}

func (s *source) get(ctx context.Context) (*oauth2.Token, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.failed != nil || s.token.Valid() {
		return s.token, s.failed
	}
	token, err := s.config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.client))
	if err == nil {
		s.token = token
	} else if ctx.Err() == nil {
		s.failed = err
	}
	return token, err
}

// longestReason bounds, in bytes, what is repeated of a token endpoint's words.
const longestReason = 300

// reason is what the token endpoint said, as RFC 6749 section 5.2 has it, or why it said nothing.
func (g *Grants) reason(err error, name string) string {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return g.secrets.Text(g.silence(err, name))
	}
	status := fmt.Sprintf("it answered %d %s", refused.Response.StatusCode, http.StatusText(refused.Response.StatusCode))
	if refused.ErrorCode == "" {
		return status + ", which is no answer of a token endpoint; check its tokenURL"
	}
	said := refused.ErrorCode
	if refused.ErrorDescription != "" {
		said += ": " + refused.ErrorDescription
	}
	said = g.secrets.Text(said)
	return status + " and said " + strconv.Quote(said[:min(len(said), longestReason)]) + "; check its clientID and client secret"
}

// silence says why a token endpoint gave no answer, or none that is one.
func (g *Grants) silence(err error, name string) string {
	var transport *url.Error
	if !errors.As(err, &transport) {
		return notUnderstood(err)
	}
	from := failure.Peer{Timeout: grantTimeout, URLKey: "credentials." + name + ".clientCredentials.tokenURL"}
	if endpoint, err := url.Parse(g.sources[name].config.TokenURL); err == nil {
		from.Host = endpoint.Host
	}
	return failure.Of(transport.Err, from, false).Message
}

// notUnderstood says what is wrong with an answer that brings no token. The error's own text can
// repeat anything of the answer, and so a token that nobody knows yet: it is told up to there.
func notUnderstood(err error) string {
	text := err.Error()
	for _, known := range []string{"server response missing access_token", "cannot parse json", "cannot parse response", "cannot fetch token"} {
		if strings.Contains(text, known) {
			return known
		}
	}
	return "its answer is not understood"
}
