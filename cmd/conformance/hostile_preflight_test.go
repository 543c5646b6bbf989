package main

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"conformance/internal/hostile"
	"conformance/internal/outcome"
)

// TestUnreachableTargets: a target that cannot be reached is told in one sentence, with what to
// do, and nothing else is said or written.
func TestUnreachableTargets(t *testing.T) {
	own, foreign := newAuthority(t), newAuthority(t)
	silent, _ := hostile.Find("silent")
	for _, test := range []struct {
		name string
		// serve starts a target and returns its URL.
		serve func(t *testing.T) string
		says  []string
	}{
		{"refused", func(t *testing.T) string { return "http://" + closedPort(t) }, []string{"nothing listens on", "target.url"}},
		{"unknown host", func(*testing.T) string { return "https://no-such-host.invalid" }, []string{"the host name of no-such-host.invalid is not known", "target.url"}},
		{"unknown authority", func(t *testing.T) string {
			return serveTLS(t, &tls.Config{Certificates: []tls.Certificate{foreign.issue(t, "127.0.0.1", time.Hour)}})
		}, []string{"signed by an authority that this machine does not know", "target.tls.caFile"}},
		{"another name", func(t *testing.T) string {
			return serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t, "other.example", time.Hour)}})
		}, []string{"made out to another name", "target.url"}},
		{"expired certificate", func(t *testing.T) string {
			return serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t, "127.0.0.1", -time.Hour)}})
		}, []string{"has expired", "renew it"}},
		{"client certificate wanted", func(t *testing.T) string {
			return serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t, "127.0.0.1", time.Hour)},
				ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: own.pool()})
		}, []string{"broke off the TLS handshake", "target.tls.certFile"}},
		{"TLS too old", func(t *testing.T) string {
			return serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t, "127.0.0.1", time.Hour)},
				MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
		}, []string{"TLS"}},
		{"http to a port with TLS", func(t *testing.T) string {
			url := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t, "127.0.0.1", time.Hour)}})
			return strings.Replace(url, "https:", "http:", 1)
		}, []string{"https://"}},
		{"https to a port without TLS", func(t *testing.T) string {
			server := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(server.Close)
			return strings.Replace(server.URL, "http:", "https:", 1)
		}, []string{"does not speak TLS", "http://"}},
		{"silent", func(t *testing.T) string {
			server, err := hostile.Listen(silent, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			return "http://" + server.Address()
		}, []string{"no answer from", "within 1s", "target.timeout"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			url := test.serve(t)
			timeout := 30 * time.Second
			if test.name == "silent" {
				timeout = time.Second
			}
			writeFile(t, dir, "ca.pem", own.pem)
			config := strings.Replace(hostileConfig(url, timeout), "target: {", "target: {tls: {caFile: ca.pem}, ", 1)
			writeFile(t, dir, "c.yaml", config)
			r := conformance(t, dir, nil, "run", "--config", "c.yaml", "--report", "json=r.json", "--report", "junit=r.xml", "--record", "session")
			if r.code != outcome.ExitNoVerdict || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("exit %d; expected %d and one sentence\n%s%s", r.code, outcome.ExitNoVerdict, r.stdout, r.stderr)
			}
			for _, says := range test.says {
				if !strings.Contains(r.stderr, says) {
					t.Errorf("%q does not say %q", r.stderr, says)
				}
			}
			for _, file := range []string{"r.json", "r.xml", "session"} {
				if _, err := os.Stat(dir + "/" + file); err == nil {
					t.Errorf("%s was written", file)
				}
			}
		})
	}
}

// closedPort is an address on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// serveTLS serves nothing in particular with TLS.
func serveTLS(t *testing.T, config *tls.Config) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}
