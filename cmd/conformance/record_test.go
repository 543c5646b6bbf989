package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"conformance/internal/outcome"
	"conformance/internal/session"
)

// ask sends a request and returns the status and body of the answer.
func ask(t *testing.T, method, address string, header http.Header, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// TestRecordKeepsSecrets: the client gets what the target says, secrets and all, and nothing
// that the proxy leaves behind holds any of them.
func TestRecordKeepsSecrets(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing is missed in the answer
		token := r.Header.Get("Authorization")
		w.Header().Set("Set-Cookie", "session="+canaries["a cookie"]+"; HttpOnly")
		w.Header().Set("X-Echo", token+" "+url.QueryEscape(token)+" "+base64.StdEncoding.EncodeToString([]byte(token)))
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"sent":%q,"cookie":%q,"access_token":%q,"echo":%q,"coded":%q}`, body, r.Header.Get("Cookie"), canaries["a token from the token endpoint"],
			token, base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(token, "Bearer "))))
	}))
	defer target.Close()
	dir := t.TempDir()
	const pin = "canary-pin-0123456789"
	proxy := startServer(t, dir, "record", "--target", target.URL, "--out", "session", "--secret-member", "pin", "--secret-header", "X-Desk")
	header := http.Header{"X-Desk": {pin}, "Authorization": {"Bearer " + canaries["a token in the config"]}, "Cookie": {"session=" + canaries["a cookie"]},
		"X-Api-Key": {canaries["a header with a telling name"]}}
	status, answer := ask(t, "POST", proxy.url+"/oauth/token?access_token="+canaries["a token in a file"], header, `{"client_secret":"`+canaries["a client secret"]+`","pin":"`+pin+`"}`)
	for _, secret := range []string{canaries["a token in the config"], canaries["a cookie"], canaries["a client secret"]} {
		if status != http.StatusBadRequest || !strings.Contains(answer, secret) {
			t.Errorf("the client does not see what the target says: %d %s", status, answer)
		}
	}
	left := proxy.stop(t)
	assertNowhere(t, dir, pin)
	for name, secret := range canaries {
		assertFree(t, "the output, of "+name, left.stdout+left.stderr, secret)
		assertNowhere(t, dir, secret)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "session", "400.yaml")); err != nil || !strings.Contains(string(text), "Bearer <credential-1>") {
		t.Errorf("the session does not hold the label of the credential: %v\n%s", err, text)
	}
}

// TestRecordGoesOn: whatever becomes of the recording, the client sees what the target says; and
// the exit code tells that the recording is not whole.
func TestRecordGoesOn(t *testing.T) {
	answer := strings.Repeat("abcdefgh", 1000)
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	defer target.Close()
	for _, test := range []struct {
		name string
		// start is put before the command's own arguments.
		start []string
		spoil func(folder string) error
		says  string
		// notes are how often standard error says that nothing more is recorded.
		notes int
	}{
		{"a full disk", []string{"/bin/sh", "-c", `trap '' XFSZ; ulimit -f 24; exec "$0" "$@"`}, func(string) error { return nil }, "file too large", 1},
		{"a folder that vanishes", nil, os.RemoveAll, "the recording is not whole", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			proxy := startProgram(t, dir, append(test.start, os.Args[0], "record", "--target", target.URL, "--out", "session", "--sync", "none")...)
			for i := range 6 {
				if i == 1 {
					if err := test.spoil(filepath.Join(dir, "session")); err != nil {
						t.Fatal(err)
					}
				}
				if status, got := ask(t, "GET", proxy.url+"/"+strconv.Itoa(i), nil, ""); status != http.StatusOK || got != answer {
					t.Errorf("request %d: %d, %d bytes", i, status, len(got))
				}
			}
			if err := proxy.command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			left := proxy.wait()
			if left.code != outcome.ExitUsage || !strings.Contains(left.stderr, test.says) || strings.Count(left.stderr, "is not recorded") != test.notes {
				t.Errorf("exit %d\n%s", left.code, left.stderr)
			}
			if test.notes > 0 {
				recording, err := session.Open(filepath.Join(dir, "session"))
				if err != nil || recording.Len() == 0 {
					t.Fatalf("what was recorded before is not readable: %v", err)
				}
				recording.Close()
			}
		})
	}
}

// TestRecordKilled: every answer that a client has received is in the session, however the proxy
// ended.
func TestRecordKilled(t *testing.T) {
	var asked sync.Map
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Path, true)
		_, _ = io.WriteString(w, "answer to "+r.URL.Path)
	}))
	defer target.Close()
	dir := t.TempDir()
	proxy := startServer(t, dir, "record", "--target", target.URL, "--out", "session")
	var received sync.Map
	var clients sync.WaitGroup
	enough := make(chan bool, 1)
	for client := range 8 {
		clients.Go(func() {
			for i := 0; ; i++ {
				path := fmt.Sprintf("/%d-%d", client, i)
				response, err := http.Get(proxy.url + path)
				if err != nil {
					return
				}
				_, err = io.ReadAll(response.Body)
				response.Body.Close()
				if err != nil {
					return
				}
				received.Store(path, true)
				if i == 50 {
					select {
					case enough <- true:
					default:
					}
				}
			}
		})
	}
	<-enough
	if err := proxy.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	proxy.wait()
	clients.Wait()
	recording, err := session.Open(filepath.Join(dir, "session"))
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Close()
	recorded := map[string]bool{}
	for item := range recording.Items() {
		e, err := item.Exchange()
		if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(e.Request.URL, target.URL)
		recorded[path] = string(e.Response.Body) == "answer to "+path
	}
	received.Range(func(path, _ any) bool {
		if !recorded[path.(string)] {
			t.Errorf("%s was received and is not recorded", path)
		}
		return true
	})
}

// TestRecordFinishesWhatIsUnderWay: told to stop, the proxy lets an answer come to its end, and
// records it.
func TestRecordFinishesWhatIsUnderWay(t *testing.T) {
	begun, finish := make(chan bool), make(chan bool)
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "one ")
		_ = http.NewResponseController(w).Flush()
		begun <- true
		<-finish
		_, _ = io.WriteString(w, "two")
	}))
	defer target.Close()
	dir := t.TempDir()
	proxy := startServer(t, dir, "record", "--target", target.URL, "--out", "session")
	response, err := http.Get(proxy.url + "/slow")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	<-begun
	if err := proxy.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// The proxy has heard the signal once it takes no more connections.
	for {
		connection, err := net.Dial("tcp", strings.TrimPrefix(proxy.url, "http://"))
		if err != nil {
			break
		}
		connection.Close()
	}
	finish <- true
	if body, err := io.ReadAll(response.Body); string(body) != "one two" || err != nil {
		t.Errorf("the client got %q: %v", body, err)
	}
	if left := proxy.wait(); left.code != outcome.ExitConformant || !strings.Contains(left.stderr, "1 of 1 exchanges went to the recording in session: 200 x 1") {
		t.Errorf("exit %d\n%s", left.code, left.stderr)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "session", "200.yaml")); err != nil || !bytes.Contains(text, []byte("one two")) {
		t.Errorf("recorded %v\n%s", err, text)
	}
}

// TestRecordWithAConfig takes the target from it, and its tokens get the names of its credentials.
func TestRecordWithAConfig(t *testing.T) {
	target := startReference(t)
	defer target.stop()
	dir := t.TempDir()
	config := writeFile(t, dir, "conformance.yaml", target.config)
	proxy := startServer(t, dir, "record", "--config", config, "--out", "session", "--only", "/accounts/*/unlock")
	post(t, http.DefaultClient, proxy.url, target.tokens[0], "{}")
	ask(t, "GET", proxy.url+"/other", nil, "")
	if left := proxy.stop(t); !strings.Contains(left.stderr, "1 of 2 exchanges went to the recording") {
		t.Error(left.stderr)
	}
	recording, err := session.Open(filepath.Join(dir, "session"))
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Close()
	exchanges, err := recording.Exchanges()
	if err != nil || len(exchanges) != 1 || exchanges[0].Credential == "" || strings.HasPrefix(exchanges[0].Credential, "credential-") {
		t.Errorf("recorded %+v: %v", exchanges, err)
	}
	if told, err := json.Marshal(recording.Manifest); err != nil || !bytes.Contains(told, []byte("orgAdmin")) {
		t.Errorf("the manifest is %s", told)
	}
}

// TestRecordHTTPS reaches a target whose authority the flag names, and no other.
func TestRecordHTTPS(t *testing.T) {
	target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "whole") }))
	defer target.Close()
	dir := t.TempDir()
	authority := writeFile(t, dir, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: target.Certificate().Raw})))
	for _, test := range []struct {
		flag, want string
		status     int
	}{{"--ca-file=" + authority, "whole", 200}, {"--sync=none", "certificate", 502}} {
		proxy := startServer(t, dir, "record", "--target", target.URL, "--out", "session", test.flag)
		if status, body := ask(t, "GET", proxy.url+"/", nil, ""); status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: %d %s", test.flag, status, body)
		}
		proxy.stop(t)
	}
}

// TestRecordKeepsTheOldSession: a recording of nothing takes the place of no other.
func TestRecordKeepsTheOldSession(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "whole") }))
	defer target.Close()
	dir := t.TempDir()
	record := []string{"record", "--target", target.URL, "--out", "session", "--only", "/unlock"}
	proxy := startServer(t, dir, record...)
	ask(t, "GET", proxy.url+"/unlock", nil, "")
	proxy.stop(t)
	before, err := os.ReadFile(filepath.Join(dir, "session", "200.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	proxy = startServer(t, dir, record...)
	ask(t, "GET", proxy.url+"/other", nil, "")
	if left := proxy.stop(t); left.code != outcome.ExitConformant || !strings.Contains(left.stderr, "nothing was recorded, so that the session in session stays as it was") {
		t.Errorf("exit %d\n%s", left.code, left.stderr)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "session", "200.yaml")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the old session is not what it was: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("something was left behind: %v, %v", entries, err)
	}
}

func TestRecordRefuses(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "notes.txt", "not a session")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	const target = "--target=http://127.0.0.1:1"
	for says, arguments := range map[string]string{
		"--out is missing":                  target,
		"--target is missing":               "--out session",
		"--target: ":                        "--out session --target ftp://nowhere",
		"with --insecure-http":              "--out session --target http://example.com",
		"no such file":                      "--out session --config nowhere.yaml",
		"nowhere.pem":                       "--out session --ca-file nowhere.pem " + target,
		"is no pattern":                     "--out session --only unlock " + target,
		"expected a number of bytes":        "--out session --max-body much " + target,
		"expected always, interval or none": "--out session --sync often " + target,
		"address already in use":            "--out session --listen " + taken.Addr().String() + " " + target,
		"expected HOST:PORT":                "--out session --listen nonsense " + target,
		"allow it with --public":            "--out session --listen 0.0.0.0:0 " + target,
		"listen on 127.0.0.1":               "--out session --listen [::]:0 " + target,
		"which is no part of a session":     "--out . " + target,
	} {
		r := conformance(t, dir, nil, append([]string{"record"}, strings.Fields(arguments)...)...)
		if r.code != outcome.ExitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, says) {
			t.Errorf("record %s: exit %d, want %q\n%s%s", arguments, r.code, says, r.stdout, r.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "session")); err == nil {
		t.Error("a refused call leaves a folder behind")
	}
}

// TestRecordListensHere: an address without a host is one of this machine.
func TestRecordListensHere(t *testing.T) {
	proxy := startServer(t, t.TempDir(), "record", "--target", "http://127.0.0.1:1", "--out", "session", "--listen", ":0")
	if status, body := ask(t, "GET", proxy.url+"/", nil, ""); status != http.StatusBadGateway || !strings.Contains(body, "nothing listens on 127.0.0.1:1") {
		t.Errorf("%d %s", status, body)
	}
	proxy.stop(t)
}
