package resend

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
	"conformance/internal/target"
)

// planner makes a request to the target of a recorded one.
type planner struct {
	accounts accounts
	// base is the path of the recorded base URL; baseKnown tells whether there is one.
	base      string
	baseKnown bool
	cases     *fixtures.Set
	// methods are those that may be used on the operation's path.
	methods map[string]bool

	credentials target.Credentials
	// names gives the target's name for the recorded name of a credential.
	names map[string]string
	// configured are the fields that the config sends with every request: they take the place of
	// recorded ones. secrets are the values for fields whose recorded value is a label.
	configured map[string]bool
	secrets    map[string]string
}

// anyName maps each credential, or account, that is not mapped by its name.
const anyName = "*"

func newPlanner(a accounts, m session.Manifest, set *fixtures.Set, options plannerOptions) (*planner, error) {
	p := &planner{
		accounts: a, cases: set, methods: methodsOf(set), credentials: options.credentials, names: map[string]string{},
		configured: map[string]bool{}, secrets: map[string]string{},
	}
	if base, err := url.Parse(m.Target); err == nil && base.Host != "" {
		p.base, p.baseKnown = strings.TrimSuffix(base.EscapedPath(), "/"), true
	}
	for name := range options.headers {
		p.configured[http.CanonicalHeaderKey(name)] = true
	}
	for name := range m.Headers {
		p.configured[http.CanonicalHeaderKey(name)] = true
	}
	for _, headers := range []map[string]string{options.plan.BurstHeaders, options.plan.FaultHeaders} {
		for name, value := range headers {
			p.secrets[http.CanonicalHeaderKey(name)] = value
		}
	}
	for _, one := range options.mapCredentials {
		from, to, is := strings.Cut(one, "=")
		if !is || from == "" || to == "" {
			return nil, fmt.Errorf("--map-credential %q: expected RECORDED=NAME", one)
		}
		if !options.credentials.Has(to) {
			return nil, fmt.Errorf("--map-credential %s: the config has no credentials.%s", one, to)
		}
		p.names[from] = to
	}
	return p, nil
}

// plannerOptions are what a planner knows of the target.
type plannerOptions struct {
	credentials    target.Credentials
	mapCredentials []string
	headers        map[string]string
	plan           target.Plan
}

// refusal is why a recorded request is not sent again: a reason that many have in common, and
// what it is about.
type refusal struct{ reason, about string }

// The reasons that no line of the config's credentials changes.
const (
	noConsent = "no consent for the account: only accounts.unlockable, accounts.missing and the ids that a run asks for are; " +
		"map it with --map-account RECORDED=TARGET"
	otherOperation = "no consent: the request may change something, and is not one of the operation"
	noBase         = "the recording does not tell its base URL, and so not what stands below it"
	secretField    = "the recording holds no secrets, and the config has no value for this header field"
	noCookies      = "the recording holds no cookies"
	secretInQuery  = "the recording holds no secrets, and this query had one"
	noURL          = "the recorded URL cannot be read"
	noBody         = "the recording does not hold the body of the request"
)

// request makes a stimulus of a recorded exchange, and names the lane that it belongs to: requests
// for one account are sent one after the other. A request that is not to be sent has a refusal.
func (p *planner) request(ctx context.Context, e exchange.Exchange) (s target.Stimulus, lane string, no *refusal) {
	s = target.Stimulus{Case: e.Case, Attempt: e.Attempt, Method: e.Request.Method, Body: e.Request.Body}
	if s.Path, lane, no = p.path(e.Request); no != nil {
		return s, lane, no
	}
	if lacksBody(e.Request) {
		return s, lane, &refusal{noBody, e.Request.Header.Get("Content-Length") + " bytes"}
	}
	if no = p.header(&s, e.Request.Header); no != nil {
		return s, lane, no
	}
	if c, known := p.cases.Case(e.Case); known && c.Chunked {
		s.Chunked = true
	}
	recorded := s.Header.Get("Authorization")
	scheme, label, labelled := redact.CutLabel(recorded)
	if !labelled {
		return s, lane, nil
	}
	name, form, derived := strings.Cut(label, ":")
	if to, mapped := p.names[name]; mapped {
		name = to
	} else if to, mapped := p.names[anyName]; mapped {
		name = to
	}
	if label = name; derived {
		label += ":" + form
	}
	delete(s.Header, "Authorization")
	err := s.Authorize(ctx, p.credentials, scheme+redact.Label(label))
	switch {
	case errors.Is(err, target.ErrNoCredential):
		return s, lane, &refusal{fmt.Sprintf("needs credentials.%s in the config", name), redact.Label(label)}
	case err != nil:
		return s, lane, &refusal{err.Error(), redact.Label(label)}
	}
	return s, lane, nil
}

// lacksBody says whether a request announces a body that the recording has not got.
func lacksBody(r exchange.Request) bool {
	length, err := strconv.Atoi(strings.TrimSpace(exchange.Canonical(r.Header).Get("Content-Length")))
	return err == nil && length > 0 && len(r.Body) == 0
}

// path is what to ask for below the target's base URL.
func (p *planner) path(r exchange.Request) (path, lane string, no *refusal) {
	recorded, err := url.Parse(r.URL)
	if err != nil {
		return "", "", &refusal{noURL, r.Method}
	}
	if holdsLabel(recorded.RawQuery) {
		return "", "", &refusal{secretInQuery, recorded.EscapedPath()}
	}
	escaped := recorded.EscapedPath()
	segment, is := contract.Unlock.Segment(escaped)
	if is && !p.methods[r.Method] {
		return "", segment, &refusal{otherOperation, r.Method + " " + escaped}
	}
	if is {
		to, consented := p.accounts.lead(segment)
		if !consented {
			return "", segment, &refusal{noConsent, segment}
		}
		path = contract.Unlock.Path(to)
	} else if path, no = p.other(r.Method, escaped); no != nil {
		return "", escaped, no
	}
	if lane = segment; !is {
		lane = escaped
	}
	if recorded.RawQuery != "" {
		path += "?" + recorded.RawQuery
	}
	return path, lane, nil
}

// methodsOf are the methods that may be used on the operation's path: the operation's own, those that
// a run tries there, and those that change nothing. Nobody knows what others do to an account.
func methodsOf(set *fixtures.Set) map[string]bool {
	methods := map[string]bool{contract.Unlock.Method: true}
	for _, method := range safeMethods {
		methods[method] = true
	}
	for _, path := range set.Paths {
		for _, c := range path.Cases {
			methods[c.Method] = true
		}
	}
	return methods
}

// safeMethods change nothing (RFC 9110 section 9.2.1).
var safeMethods = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// other is the path of a request that is not the operation's: of those only what changes nothing
// is sent.
func (p *planner) other(method, escaped string) (string, *refusal) {
	if !slices.Contains(safeMethods, method) || strings.Contains(strings.ToLower(escaped), strings.Trim(contract.Unlock.Suffix, "/")) {
		return "", &refusal{otherOperation, method + " " + escaped}
	}
	if !p.baseKnown {
		return "", &refusal{noBase, escaped}
	}
	below, is := strings.CutPrefix(escaped, p.base)
	if !is || !strings.HasPrefix(below, "/") {
		return "", &refusal{noBase, escaped}
	}
	return below, nil
}

// dropped are the fields that concern one connection or one way (RFC 9110 section 7.6.1), that the
// sender makes by itself, or that ask a server or a proxy for another request than the one that
// was consented to.
var dropped = set("Connection", "Content-Length", "Expect", "Forwarded", "Host", "Keep-Alive", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Via",
	"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Http-Method",
	"X-Http-Method-Override", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url")

// header takes over the recorded header fields.
func (p *planner) header(s *target.Stimulus, recorded http.Header) *refusal {
	recorded = exchange.Canonical(recorded)
	s.Header = make(http.Header, len(recorded)+1)
	s.Chunked = strings.EqualFold(recorded.Get("Transfer-Encoding"), "chunked")
	named := strings.Join(recorded["Connection"], ",")
	for name, values := range recorded {
		if dropped[name] || p.configured[name] || strings.HasPrefix(name, ":") || named != "" && names(named, name) {
			continue
		}
		if name != "Authorization" && slices.ContainsFunc(values, redact.IsLabel) {
			value, has := p.secrets[name]
			if !has {
				return &refusal{secretField, name}
			}
			values = []string{value}
		}
		if name == "Cookie" && strings.Contains(strings.Join(values, ""), "<cookie>") {
			if recorded.Get("Authorization") != "" {
				continue // browsers send cookies with everything; that is who asks
			}
			return &refusal{noCookies, name}
		}
		s.Header[name] = values
	}
	if _, has := s.Header["Accept"]; !has {
		s.Header["Accept"] = nil // what was not asked then is not asked now
	}
	return nil
}

// names tells whether a Connection field names a field.
func names(connection, name string) bool {
	for option := range strings.SplitSeq(connection, ",") {
		if strings.EqualFold(strings.TrimSpace(option), name) {
			return true
		}
	}
	return false
}

// holdsLabel tells whether a query has a label in it, escaped or not.
func holdsLabel(query string) bool {
	plain, err := url.QueryUnescape(query)
	if err != nil {
		plain = query
	}
	_, value, _ := strings.Cut(plain, "=<")
	return strings.Contains(value, ">")
}
