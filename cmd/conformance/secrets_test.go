package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"conformance/internal/outcome"
)

// canaries are secrets of every kind that a run is handed. None may come out of it.
var canaries = map[string]string{
	"a token in the config":           "canary-token-literal-0123456789",
	"a token in the environment":      "canary-token-variable-0123456789",
	"a token in a file":               "canary-token-file-0123456789",
	"a header from the environment":   "canary-header-0123456789",
	"a header with a telling name":    "canary-api-key-0123456789",
	"a client secret":                 "canary-client-secret-0123456789",
	"a token from the token endpoint": "canary-granted-0123456789",
	"a cookie":                        "canary-cookie-0123456789",
}

// TestNoSecretComesOut runs against a target that repeats whatever it is sent, in its bodies,
// its headers and its cookies, and searches everything that the run left behind.
func TestNoSecretComesOut(t *testing.T) {
	for _, test := range []struct {
		name, arguments string
		// answers is how many requests the target answers before it falls silent; 0 for all.
		answers int64
		// session says that the recording was finished.
		session bool
	}{
		{"a failing run", "", 0, true},
		{"a verbose run", "-v", 0, true},
		{"a very verbose run", "-vv", 0, true},
		{"a run that ends at its first failure", "-vv --fail-fast", 0, false},
		{"a run that is ended", "-vv --timeout 2s", 40, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			left, report := canaryRun(t, echoTarget(t, test.answers), strings.Fields(test.arguments))
			searchCanaries(t, left)
			if text := left["session/400.yaml"]; test.session && !strings.Contains(text, "Bearer <orgAdmin>") {
				t.Errorf("the session does not hold the label of a credential:\n%.2000s", text)
			}
			if verbose := strings.Contains(test.arguments, "-v"); verbose != strings.Contains(left["standard error"], "as orgAdmin") {
				t.Errorf("standard error: %.2000s", left["standard error"])
			}
			if test.session && !report.broken()["any-no-credentials"] {
				t.Error("a target that repeats credentials is not blamed for it")
			}
		})
	}
}

// echoTarget repeats whatever it is sent. After so many requests it answers no more.
func echoTarget(t *testing.T, answers int64) *httptest.Server {
	t.Helper()
	var asked atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, canaries["a token from the token endpoint"])
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		if answers > 0 && asked.Add(1) > answers {
			<-request.Context().Done()
			return
		}
		sent, _ := json.Marshal(request.Header)
		authorization := request.Header.Get("Authorization")
		w.Header().Set("X-Echo", authorization+" "+request.Header.Get("X-Env")+" "+request.Header.Get("X-Api-Key"))
		w.Header().Set("Set-Cookie", "session="+canaries["a cookie"])
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"detailCode":%q,"trackingId":%q,"messages":[{"text":%q}],"echo":%s}`, authorization,
			url.QueryEscape(authorization), base64.StdEncoding.EncodeToString([]byte(authorization)), sent)
	}))
	t.Cleanup(target.Close)
	return target
}

// canaryRun runs with a canary in every place of the config, and returns all that the run left
// behind, by the name of the file.
func canaryRun(t *testing.T, target *httptest.Server, arguments []string) (left map[string]string, report jsonReport) {
	t.Helper()
	dir, inputs := t.TempDir(), t.TempDir()
	writeFile(t, inputs, "token.txt", canaries["a token in a file"]+"\n")
	config := writeFile(t, inputs, "conformance.yaml", fmt.Sprintf(`
target: {url: %s, headers: {X-Env: "${HEADER}", X-Api-Key: %s}}
accounts: {unlockable: consented}
credentials:
  orgAdmin: {token: %s}
  helpdesk: {tokenEnv: TOKEN}
  expired: {tokenFile: token.txt}
  unprivileged: {clientCredentials: {tokenURL: %s/token, clientID: me, clientSecretEnv: SECRET}}
provoke: {internalFault: {headers: {X-Env: "${HEADER}"}}}
`, target.URL, canaries["a header with a telling name"], canaries["a token in the config"], target.URL))
	environment := []string{
		"TOKEN=" + canaries["a token in the environment"], "HEADER=" + canaries["a header from the environment"],
		"SECRET=" + canaries["a client secret"],
	}
	r := conformance(t, dir, environment, append([]string{"run", "--config", config, "--record", "session", "--report", "json=r.json", "--report", "junit=r.xml"}, arguments...)...)
	if r.code != outcome.ExitNonconformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	left = map[string]string{"standard output": r.stdout, "standard error": r.stderr}
	if err := filepath.Walk(dir, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file) // file is below dir
		left[name] = string(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return left, readReport(t, filepath.Join(dir, "r.json"))
}

// searchCanaries fails for each canary in any of the texts, plain, in base64 and escaped.
func searchCanaries(t *testing.T, texts map[string]string) {
	t.Helper()
	if len(texts["r.json"]) == 0 || len(texts["r.xml"]) == 0 || len(texts["standard output"]) == 0 {
		t.Fatalf("the run left only %v", slices.Collect(maps.Keys(texts)))
	}
	for where, text := range texts {
		for what, canary := range canaries {
			for _, spelling := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary)), url.QueryEscape(canary)} {
				if strings.Contains(text, spelling) {
					t.Errorf("%s holds %s", where, what)
				}
			}
		}
	}
}

// TestNoSecretInComplaints: a wrong config is told without what it holds.
func TestNoSecretInComplaints(t *testing.T) {
	const canary = "canary-0123456789"
	for name, config := range map[string]string{
		"a token of two words":   "target: {url: http://127.0.0.1:1}\ncredentials: {orgAdmin: {token: \"" + canary + " two\"}}",
		"a token in the URL":     "target: {url: http://me:" + canary + "@127.0.0.1:1}",
		"a header with a break":  "target: {url: http://127.0.0.1:1, headers: {X-Key: \"" + canary + "\\n\"}}",
		"a token as a map":       "target: {url: http://127.0.0.1:1}\ncredentials: {orgAdmin: {token: {x: " + canary + "}}}",
		"a missing space":        "target: {url: http://127.0.0.1:1}\ncredentials: {orgAdmin: {token:" + canary + "}}",
		"a token for its key":    "target: {url: http://127.0.0.1:1}\ncredentials: {orgAdmin: {" + canary + "}}",
		"a token for its name":   "target: {url: http://127.0.0.1:1}\ncredentials: {" + canary + ": {token: x}}",
		"a header in one word":   "target: {url: http://127.0.0.1:1, headers: {X-Key:" + canary + "}}",
		"a variable that is off": "target: {url: \"${CANARY}\"}",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", config)
			r := conformance(t, dir, []string{"CANARY=ftp://" + canary}, "run", "--config", "c.yaml")
			if r.code != outcome.ExitUsage || strings.Contains(r.stderr+r.stdout, canary) {
				t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}
