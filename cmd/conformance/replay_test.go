package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/cassettes"
	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/session"
)

// replayed runs the command inside this process.
func replayed(t *testing.T, environment map[string]string, arguments ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := execute(t.Context(), world{
		Args: append([]string{"replay"}, arguments...), Output: &stdout, Errors: &stderr,
		Environ: func(name string) (string, bool) { value, set := environment[name]; return value, set },
	})
	return ran{code: code, stdout: stdout.String(), stderr: stderr.String()}
}

// shippedFolder is the shipped session of the reference on the disk.
func shippedFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, cassettes.Reference); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "reference")
}

// referenceServer serves a reference and returns the file of its config.
func referenceServer(t *testing.T, fault string, around func(http.Handler) http.Handler) (config, url string) {
	t.Helper()
	implementation, err := reference.New(reference.Options{Clock: clock.System{}, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(around(implementation))
	t.Cleanup(server.Close)
	return writeFile(t, t.TempDir(), "conformance.yaml", string(implementation.Config(server.URL))), server.URL
}

func asItIs(handler http.Handler) http.Handler { return handler }

// TestReplayExitCodes: each way in which a replay can end has its exit code and its sentence.
func TestReplayExitCodes(t *testing.T) {
	good, url := referenceServer(t, "", asItIs)
	bad, _ := referenceServer(t, "202-as-200", asItIs)
	folder := shippedFolder(t)
	accepted := filepath.Join(folder, "202.yaml")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	mask := writeFile(t, t.TempDir(), "mask.yaml", "- {pointer: /a}\n")
	for name, test := range map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"the same server":        {[]string{accepted, "--config", good}, outcome.ExitConformant, "equal, 0 breaking"},
		"another server":         {[]string{accepted, "--config", bad}, outcome.ExitNonconformant, "was 202, is 200"},
		"nobody there":           {[]string{accepted, "--target", gone.URL}, outcome.ExitNoVerdict, "nothing listens on"},
		"no credentials":         {[]string{accepted, "--target", url}, outcome.ExitNoVerdict, "nothing could be sent"},
		"too little time":        {[]string{accepted, "--config", good, "--timeout", "1ns"}, outcome.ExitNoVerdict, "--timeout 1ns"},
		"no target":              {[]string{accepted}, outcome.ExitUsage, "name a target with --target URL"},
		"no session":             {[]string{"--config", good}, outcome.ExitUsage, "found no argument, expected one"},
		"no such session":        {[]string{"nowhere", "--config", good}, outcome.ExitUsage, "nowhere: there is no such session"},
		"no such flag":           {[]string{accepted, "--sped", "2"}, outcome.ExitUsage, "did you mean --speed?"},
		"no such config":         {[]string{accepted, "--config", "nowhere.yaml"}, outcome.ExitUsage, "nowhere.yaml"},
		"a rate and a speed":     {[]string{accepted, "--config", good, "--rate", "5", "--speed", "2"}, outcome.ExitUsage, "exclude each other"},
		"a speed that is none":   {[]string{accepted, "--config", good, "--speed", "-1"}, outcome.ExitUsage, "--speed -1"},
		"nobody at work":         {[]string{accepted, "--config", good, "--concurrency", "0"}, outcome.ExitUsage, "--concurrency 0"},
		"no such report":         {[]string{accepted, "--config", good, "--report", "xml=x"}, outcome.ExitUsage, "unknown kind of report"},
		"a mask without reason":  {[]string{accepted, "--config", good, "--mask", mask}, outcome.ExitUsage, "the reason is missing"},
		"somebody's account":     {[]string{accepted, "--config", good, "--map-account", "*=somebody"}, outcome.ExitUsage, "neither accounts.unlockable nor accounts.missing"},
		"noise of no session":    {[]string{accepted, "--config", good, "--noise", "nowhere"}, outcome.ExitUsage, "--noise: nowhere"},
		"credentials in clear":   {[]string{accepted, "--target", "http://tenant.example"}, outcome.ExitUsage, "--insecure-http"},
		"a part that is too far": {[]string{accepted, "--config", good, "--shard", "3/2"}, outcome.ExitUsage, "--shard 3/2"},
	} {
		t.Run(name, func(t *testing.T) {
			r := replayed(t, nil, test.arguments...)
			if r.code != test.code || !strings.Contains(r.stdout+r.stderr, test.says) {
				t.Errorf("exit %d, expected %d and %q\n%s%s", r.code, test.code, test.says, r.stdout, r.stderr)
			}
		})
	}
}

// TestReplayConsent replays at a server that counts: of whatever was recorded, only the consented
// account is ever unlocked, and without consent none.
func TestReplayConsent(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "session")
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://then.test", Accounts: map[string]string{"unlockable": "theirs"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, account := range []string{"theirs", "theirs", "somebody", reference.UnlockableAccount + "0", "theirs%00", "no%2Fsuch%2Faccount", reference.FaultAccount, "x/../" + reference.UnlockableAccount} {
		for _, method := range []string{"POST", "PUT", "GET"} {
			if err := writer.Append("202", exchange.Exchange{
				Request:  exchange.Request{Method: method, URL: "http://then.test/accounts/" + account + "/unlock", Header: http.Header{"Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}}, Body: []byte("{}")},
				Response: &exchange.Response{Proto: "HTTP/1.1", Status: 202, Header: http.Header{}, Body: fmt.Appendf(nil, `{"id":"%d"}`, i)},
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for name, consented := range map[string]bool{"with consent": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			count := &counted{accepted: map[string]int{}, asked: map[string]int{}}
			config, url := referenceServer(t, "", func(next http.Handler) http.Handler { count.next = next; return count })
			if !consented {
				text, err := os.ReadFile(config)
				if err != nil {
					t.Fatal(err)
				}
				line := "  unlockable: " + reference.UnlockableAccount + "\n"
				if !strings.Contains(string(text), line) {
					t.Fatalf("the config of %s has no line to take out", url)
				}
				config = writeFile(t, t.TempDir(), "conformance.yaml", strings.Replace(string(text), line, "", 1))
			}
			r := replayed(t, nil, folder, "--config", config)
			want := map[string]int{}
			if consented {
				want[reference.UnlockableAccount] = 2
			}
			if len(count.accepted) != len(want) || count.accepted[reference.UnlockableAccount] != want[reference.UnlockableAccount] {
				t.Errorf("accepted %v, expected %v\n%s", count.accepted, want, r.stdout)
			}
			if count.asked["somebody"] > 0 || len(count.asked) < 2 || !strings.Contains(r.stdout, "somebody") {
				t.Errorf("asked %v\n%s", count.asked, r.stdout)
			}
		})
	}
}

// TestReplayLeaksNothing replays at a server that repeats whatever it is sent, and searches
// everything that is left behind.
func TestReplayLeaksNothing(t *testing.T) {
	const token, key = "canary-token-0123456789", "canary-api-key-0123456789"
	received := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		echo := r.Header.Get("Authorization") + " " + r.Header.Get("X-Api-Key")
		select {
		case received <- echo:
		default:
		}
		w.Header().Set("X-Echo", echo)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(map[string]any{"detailCode": echo, "trackingId": string(body), "messages": echo})
	}))
	defer server.Close()
	dir := t.TempDir()
	config := writeFile(t, dir, "conformance.yaml", fmt.Sprintf(`
target: {url: %q, headers: {X-Api-Key: "${KEY}"}}
accounts: {unlockable: %s}
credentials: {orgAdmin: {tokenEnv: TOKEN}}
`, server.URL, reference.UnlockableAccount))
	arguments := []string{shippedFolder(t), "--config", config}
	files := map[string]string{}
	for _, kind := range []string{"json", "markdown", "junit"} {
		files[kind] = filepath.Join(dir, kind)
		arguments = append(arguments, "--report", kind+"="+files[kind])
	}
	r := replayed(t, map[string]string{"TOKEN": token, "KEY": key}, arguments...)
	if r.code != outcome.ExitNonconformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	<-received // the preflight, which has no credential
	if first := <-received; !strings.Contains(first, key) {
		t.Errorf("the server received %q", first)
	}
	left := map[string]string{"standard output": r.stdout, "standard error": r.stderr}
	for kind, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		left[kind] = string(text)
	}
	for name, text := range left {
		for _, secret := range []string{token, key} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
		if name != "standard error" && !strings.Contains(text, "orgAdmin") {
			t.Errorf("%s does not name the credential:\n%.1000s", name, text)
		}
	}
}
