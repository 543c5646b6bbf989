package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, canaries["a token from the token endpoint"])
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
	defer target.Close()
	dir := t.TempDir()
	inputs := t.TempDir()
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
	r := conformance(t, dir, environment, "run", "--config", config, "--record", "session", "--report", "json=r.json", "--report", "junit=r.xml")
	if r.code != outcome.ExitNonconformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	left := map[string]string{"standard output": r.stdout, "standard error": r.stderr}
	if err := filepath.Walk(dir, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		left[file] = string(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(left) < 2+2+7 { // the output, the reports, the session of all paths but 429
		t.Fatalf("the run left only %d files", len(left)-2)
	}
	for where, text := range left {
		for what, canary := range canaries {
			for _, spelling := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary)), url.QueryEscape(canary)} {
				if strings.Contains(text, spelling) {
					t.Errorf("%s holds %s", where, what)
				}
			}
		}
	}
	if !strings.Contains(left[filepath.Join(dir, "session", "400.yaml")], "Bearer <orgAdmin>") {
		t.Error("the session does not hold the label of a credential")
	}
	report := readReport(t, filepath.Join(dir, "r.json"))
	if !report.broken()["any-no-credentials"] {
		t.Error("a target that repeats credentials is not blamed for it")
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
