package target

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/redact"
)

const clientSecret = "canary+secret/of=the&client"

// granted makes credentials of one grant, orgAdmin, at a token endpoint.
func granted(tokenURL string, transport http.RoundTripper, secrets *redact.Secrets) *Grants {
	return NewGrants(Tokens{"helpdesk": "known-token"}, map[string]Grant{
		"orgAdmin": {TokenURL: tokenURL, ClientID: "client", ClientSecret: clientSecret, Scopes: []string{"a", "b"}},
	}, transport, secrets)
}

// endpoint is a token endpoint that counts what it is asked, and gives a new token each time.
type endpoint struct {
	asked     atomic.Int64
	expiresIn int
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	id, secret, _ := r.BasicAuth()
	if id != "client" || secret != "canary%2Bsecret%2Fof%3Dthe%26client" || r.Form.Get("grant_type") != "client_credentials" || r.Form.Get("scope") != "a b" {
		return answer(400, `{"error":"invalid_request"}`, "Content-Type", "application/json"), nil
	}
	body := fmt.Sprintf(`{"access_token":"granted-%d","token_type":"Bearer","expires_in":%d}`, e.asked.Add(1), e.expiresIn)
	return answer(200, body, "Content-Type", "application/json"), nil
}

func TestATokenIsAskedForOnceByAllCases(t *testing.T) {
	set := loadFixtures(t)
	tokens := &endpoint{expiresIn: 3600}
	credentials := granted("http://token.test/oauth/token", tokens, &redact.Secrets{})
	var tokenless atomic.Int64
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != "Bearer granted-1" {
			tokenless.Add(1)
		}
		return accepted(r)
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) { o.Credentials, o.Concurrency = credentials, 32 })
	var cases []fixtures.Case
	for _, c := range singleCases(set) {
		if c.Credential == "orgAdmin" && c.Authorization == fixtures.Bearer {
			cases = append(cases, c)
		}
	}
	for _, trial := range drive(t.Context(), d, cases) {
		last, sent := trial.Last()
		if !sent || last.Request.Header.Get("Authorization") != "Bearer <orgAdmin>" {
			t.Errorf("case %s: unexercised %q, kept %q", trial.Case.Name, trial.Unexercised, last.Request.Header.Get("Authorization"))
		}
	}
	if tokens.asked.Load() != 1 || tokenless.Load() != 0 {
		t.Errorf("%d cases asked for %d tokens; %d went without", len(cases), tokens.asked.Load(), tokenless.Load())
	}
}

func TestATokenIsAskedForAgainBeforeItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secrets := &redact.Secrets{}
		credentials := granted("http://token.test/oauth/token", &endpoint{expiresIn: 3600}, secrets)
		for _, step := range []struct {
			after time.Duration
			want  string
		}{{0, "granted-1"}, {59 * time.Minute, "granted-1"}, {59 * time.Second, "granted-2"}, {time.Hour, "granted-3"}} {
			time.Sleep(step.after)
			token, err := credentials.Token(t.Context(), "orgAdmin")
			if err != nil || token != step.want {
				t.Errorf("%s later: token %q, error %v, want %q", step.after, token, err, step.want)
			}
			if got := secrets.Text("token " + token); got != "token <orgAdmin>" {
				t.Errorf("the token is not known as a secret: %s", got)
			}
		}
	})
}

func TestKnownTokensNeedNoEndpoint(t *testing.T) {
	credentials := granted("http://token.test/oauth/token", nil, &redact.Secrets{})
	if token, err := credentials.Token(t.Context(), "helpdesk"); token != "known-token" || err != nil {
		t.Errorf("token %q, error %v", token, err)
	}
	if !credentials.Has("helpdesk") || !credentials.Has("orgAdmin") || credentials.Has("nobody") {
		t.Error("has the wrong names")
	}
}

// basic is the header that carries the client's secret.
func basic() string {
	return base64.StdEncoding.EncodeToString([]byte("client:canary%2Bsecret%2Fof%3Dthe%26client"))
}

func TestARefusalIsToldInOneSentenceAndRemembered(t *testing.T) {
	const json = "application/json"
	tests := []struct {
		name                string
		status              int
		contentType, body   string
		location            string
		want, doesNotRepeat string
	}{
		{"a wrong secret", 401, json, `{"error":"invalid_client","error_description":"no such client"}`, "",
			`it answered 401 Unauthorized and said "invalid_client: no such client"; check its clientID and client secret`, ""},
		{"an echo of the secret", 400, json, `{"error":"invalid_client","error_description":"not ` + clientSecret + ` nor ` + basic() + `"}`, "",
			`"invalid_client: not <orgAdmin client secret> nor `, basic()[12:]},
		{"a long speech", 400, json, `{"error":"e","error_description":"` + strings.Repeat("word\\n", 1000) + `"}`, "",
			`it answered 400 Bad Request and said "e: word\nword`, strings.Repeat("word\\n", 70)},
		{"a page", 502, "text/html", "<html>canary</html>", "", "it answered 502 Bad Gateway, which is no answer of a token endpoint; check its tokenURL", "html"},
		{"a redirect", 307, "", "", "http://elsewhere.test/", "it answered 307 Temporary Redirect, which is no answer of a token endpoint", "elsewhere"},
		{"no token", 200, json, `{"token_type":"Bearer"}`, "", "gave no token: server response missing access_token", ""},
		{"a token for a number", 200, json, `{"access_token":"granted-0123456789","expires_in":"granted-0123456789"}`, "", "gave no token: cannot parse json", "granted-0"},
		{"no JSON", 200, json, `token=canary`, "", "gave no token: cannot parse json", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			asked := map[string]int{}
			transport := carrier(func(r *http.Request) (*http.Response, error) {
				asked[r.URL.Host]++
				return answer(test.status, test.body, "Content-Type", test.contentType, "Location", test.location), nil
			})
			credentials := granted("http://token.test/oauth/token", transport, &redact.Secrets{})
			_, err := credentials.Token(t.Context(), "orgAdmin")
			if err == nil {
				t.Fatal("no error")
			}
			message, once := err.Error(), asked["token.test"]
			if !strings.HasPrefix(message, "credentials.orgAdmin: the token endpoint gave no token: ") || !strings.Contains(message, test.want) {
				t.Errorf("error %q, want %q", message, test.want)
			}
			if test.doesNotRepeat != "" && strings.Contains(message, test.doesNotRepeat) {
				t.Errorf("error %q holds %q", message, test.doesNotRepeat)
			}
			checkNoise(t, message)
			var cases sync.WaitGroup
			for range 50 {
				cases.Go(func() {
					if _, again := credentials.Token(t.Context(), "orgAdmin"); again == nil || again.Error() != message {
						t.Errorf("asked again: %v", again)
					}
				})
			}
			cases.Wait()
			// Two requests: the secret in a header, and then in the body, as some endpoints want it.
			if asked["token.test"] != once || once > 2 || len(asked) != 1 {
				t.Errorf("asked %v, at first %d", asked, once)
			}
		})
	}
}

func TestASilentTokenEndpointIsToldApart(t *testing.T) {
	unused := httptest.NewServer(http.NotFoundHandler())
	unused.Close()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer encrypted.Close()
	mute := listen(t, says(""))
	tests := []struct{ name, url, want string }{
		{"nobody there", unused.URL, "nothing listens on " + strings.TrimPrefix(unused.URL, "http://")},
		{"unknown authority", encrypted.URL, "give it in target.tls.caFile"},
		{"hangs up", "http://" + mute, mute + " closed the connection"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := granted(test.url+"/oauth/token", newTransport(t), &redact.Secrets{}).Token(t.Context(), "orgAdmin")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "target.url") {
				t.Errorf("the wrong line of the config: %v", err)
			}
			checkNoise(t, err.Error())
		})
	}
}

func TestAnEndpointThatNeverAnswersIsNotWaitedForTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := carrier(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		credentials := granted("http://token.test/oauth/token", silent, &redact.Secrets{})
		begun := time.Now()
		for range 10 {
			if _, err := credentials.Token(t.Context(), "orgAdmin"); err == nil || !strings.Contains(err.Error(), "no answer from token.test within 15s") {
				t.Fatalf("error %v", err)
			}
		}
		if took := time.Since(begun); took != 2*grantTimeout {
			t.Errorf("took %s", took)
		}
	})
}

func TestAnInterruptionIsNoRefusal(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	tokens := &endpoint{expiresIn: 3600}
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return tokens.RoundTrip(r)
	})
	credentials := granted("http://token.test/oauth/token", transport, &redact.Secrets{})
	if _, err := credentials.Token(ctx, "orgAdmin"); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v", err)
	}
	if token, err := credentials.Token(t.Context(), "orgAdmin"); token != "granted-1" || err != nil {
		t.Errorf("afterwards: token %q, error %v", token, err)
	}
}
