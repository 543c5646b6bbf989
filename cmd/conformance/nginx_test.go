package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"conformance/internal/outcome"
)

// nginxConfig puts nginx with TLS and HTTP/2 before the reference. It limits one token, which the
// reference would limit later. What it answers then is still open.
const nginxConfig = `
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_body_buffer_size 64k; # a larger body goes into a file, for which nginx needs a folder of its user's
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  map_hash_bucket_size 4096; # a token is long
  map $http_authorization $limited { default ""; "Bearer %s" throttled; }
  limit_req_zone $limited zone=token:1m rate=1r/s;
  server {
    listen %s ssl http2;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    location / {
      limit_req zone=token burst=9 nodelay;
      limit_req_status 429;
      %s
      proxy_pass %s;
    }
    %s
  }
}
`

// limitedInJSON has nginx say over the limit what the page says.
const (
	limitedInJSON     = "error_page 429 @limited;"
	limitedInJSONHere = `location @limited {
      default_type application/json;
      add_header Retry-After 1 always;
      add_header X-Limited-By nginx always;
      return 429 '{"message": " Rate Limit Exceeded "}';
    }`
)

// nginx serves the reference through nginx, and returns a config for it.
func nginx(t *testing.T, dir, limited, elsewhere string) (config string) {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
			t.Fatal("nginx is not installed, and CONFORMANCE_REQUIRE_TOOLS asks for it: apt-get install nginx-light")
		}
		t.Skip("nginx is not installed: apt-get install nginx-light")
	}
	reference := startReference(t)
	t.Cleanup(reference.stop)
	token := regexp.MustCompile(`throttled: \{token: "(.*)"\}`).FindStringSubmatch(reference.config)
	if token == nil {
		t.Fatal("the printed config has no throttled token")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	authority := newAuthority(t)
	certificate, key := authority.issuePEM(t, "127.0.0.1", time.Hour)
	home := t.TempDir()
	writeFile(t, home, "server.pem", certificate)
	writeFile(t, home, "server.key", key)
	writeFile(t, home, "nginx.conf", fmt.Sprintf(nginxConfig, token[1], listener.Addr(), limited, reference.url, elsewhere))
	command := exec.CommandContext(t.Context(), program, "-p", home, "-c", "nginx.conf", "-e", "error.log")
	// The socket listens already: nobody else gets the port, and nobody has to wait for nginx.
	command.ExtraFiles = []*os.File{socket}
	command.Env = []string{"NGINX=3;"}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // the worker ends with its master
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait() // it was told to end
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(home, "error.log"))
			t.Logf("nginx: %s%.4000s", output.String(), log)
		}
	})
	writeFile(t, dir, "ca.pem", authority.pem)
	config = strings.ReplaceAll(reference.config, reference.url, "https://"+listener.Addr().String())
	return strings.Replace(config, "target:\n", "target:\n  tls: {caFile: ca.pem}\n", 1)
}

// limitedBy counts the exchanges with 429: those that nginx answered by itself, and others.
func limitedBy(t *testing.T, report jsonReport) (byNginx, byOthers int) {
	t.Helper()
	for _, text := range report.Exchanges {
		var e struct {
			Response struct {
				Status  int         `json:"status"`
				Proto   string      `json:"proto"`
				Headers http.Header `json:"headers"`
			} `json:"response"`
		}
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Response.Proto != "HTTP/2.0":
			t.Fatalf("an exchange by %s", e.Response.Proto)
		case e.Response.Headers.Get("Server") == "":
			t.Fatal("an answer that did not come through nginx")
		case e.Response.Status != http.StatusTooManyRequests:
		case e.Response.Headers.Get("X-Limited-By") == "nginx", e.Response.Headers.Get("Content-Type") == "text/html":
			byNginx++
		default:
			byOthers++
		}
	}
	return byNginx, byOthers
}

// TestBehindNginx: with a limit whose answers say what the page says, the reference behind
// nginx is conformant.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, dir, "conformance.yaml", nginx(t, dir, limitedInJSON, limitedInJSONHere))
	r := conformance(t, dir, nil, "run", "--config", "conformance.yaml", "--report", "json=r.json")
	if r.code != outcome.ExitConformant {
		t.Fatalf("exit %d\n%.8000s%.2000s", r.code, r.stdout, r.stderr)
	}
	report := readReport(t, filepath.Join(dir, "r.json"))
	if byNginx, byOthers := limitedBy(t, report); byNginx == 0 || byOthers > 0 {
		t.Errorf("%d answers with 429 came from nginx, %d from elsewhere", byNginx, byOthers)
	}
	if !report.Statuses["429"].Exercised {
		t.Error("status path 429 was not exercised")
	}
	// nginx refuses a zero byte in a path by itself, with a page of its own. That is before the
	// operation, and so a warning.
	own := map[string]bool{}
	for _, result := range report.Results {
		if result.Requirement == "any-media-type" && result.Outcome == string(outcome.Warn) && result.Actual == `"text/html"` {
			own[result.Case] = true
		}
	}
	if !own["hostile-account-near-nul"] || !own["hostile-account-near-nul-more"] {
		t.Errorf("nginx's own pages were seen in %v", own)
	}
}

// TestNginxOwnLimitPage: nginx's own page for 429 is not what the page of the operation says,
// and is named for what it is.
func TestNginxOwnLimitPage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, dir, "conformance.yaml", nginx(t, dir, "", ""))
	r := conformance(t, dir, nil, "run", "--config", "conformance.yaml", "--report", "json=r.json")
	if r.code != outcome.ExitNonconformant {
		t.Fatalf("exit %d\n%.4000s%.2000s", r.code, r.stdout, r.stderr)
	}
	report := readReport(t, filepath.Join(dir, "r.json"))
	if byNginx, byOthers := limitedBy(t, report); byNginx == 0 || byOthers > 0 {
		t.Errorf("%d answers with 429 came from nginx, %d from elsewhere", byNginx, byOthers)
	}
	seen := map[string]string{}
	for _, result := range report.Results {
		if result.Case == "burst" && result.Outcome != string(outcome.Pass) {
			seen[result.Requirement] = result.Actual
		}
	}
	for requirement, actual := range map[string]string{
		"any-media-type":  `"text/html"`,
		"any-json":        "invalid character '<'",
		"429-retry-after": "no Retry-After",
	} {
		if got, failed := seen[requirement]; !failed || !strings.Contains(got, actual) {
			t.Errorf("%s: seen %q, expected %q; all: %v", requirement, got, actual, seen)
		}
	}
	if !strings.Contains(r.stdout, "text/html") {
		t.Error("the console does not name the page's media type")
	}
}
