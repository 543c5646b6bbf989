package main

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// madeUpHost is a host that no name server knows.
const madeUpHost = "tenant.example.invalid"

// way is a way to reach the reference implementation.
type way struct {
	name string
	// host is where the reference listens, "127.0.0.1" when empty; path is its base path.
	host, path string
	// plain does without TLS; http2 has the server speak HTTP/2, which needs TLS.
	plain, http2 bool
	// clientCertificate has the server ask for one.
	clientCertificate bool
	// url makes the target's URL of the server's; nil for the same.
	url func(string) string
	// around wraps the reference; nil for nothing.
	around func(http.Handler) http.Handler
	// proxy has the run reach madeUpHost through a proxy.
	proxy     bool
	arguments []string
	// proto is the protocol of every exchange.
	proto string
}

var ways = []way{
	{name: "own authority, HTTP/1.1", proto: "HTTP/1.1"},
	{name: "own authority, HTTP/2", http2: true, proto: "HTTP/2.0"},
	{name: "client certificate, HTTP/1.1", clientCertificate: true, proto: "HTTP/1.1"},
	{name: "client certificate, HTTP/2", clientCertificate: true, http2: true, proto: "HTTP/2.0"},
	{name: "IPv6", host: "::1", plain: true, proto: "HTTP/1.1"},
	{name: "IPv6 with TLS", host: "::1", http2: true, proto: "HTTP/2.0"},
	{name: "a path", plain: true, path: "/v2025", proto: "HTTP/1.1"},
	{name: "a path and a slash", plain: true, path: "/v2025", url: func(url string) string { return url + "/" }, proto: "HTTP/1.1"},
	{name: "a slash alone", plain: true, url: func(url string) string { return url + "/" }, proto: "HTTP/1.1"},
	{name: "a deep path, HTTP/2", http2: true, path: "/gateway/tenant-1/v2025", proto: "HTTP/2.0"},
	{name: "a proxy, CONNECT, HTTP/1.1", proxy: true, proto: "HTTP/1.1"},
	{name: "a proxy, CONNECT, HTTP/2", proxy: true, http2: true, proto: "HTTP/2.0"},
	{name: "a proxy, plain HTTP", proxy: true, plain: true, arguments: []string{"--insecure-http"}, proto: "HTTP/1.1"},
	{name: "interim responses, HTTP/1.1", plain: true, around: interim, proto: "HTTP/1.1"},
	{name: "interim responses, HTTP/2", http2: true, around: interim, proto: "HTTP/2.0"},
}

// interim sends interim responses before each answer, which change nothing (RFC 9110 section 15.2).
func interim(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
		for range 20 {
			w.WriteHeader(http.StatusProcessing)
		}
		next.ServeHTTP(w, request)
	})
}

// TestEveryWayToReachATarget: the reference is conformant however it is reached, and by the
// protocol that was meant.
func TestEveryWayToReachATarget(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			config, environment, proxy := way.serve(t, dir)
			writeFile(t, dir, "conformance.yaml", config)
			arguments := append([]string{"run", "--config", "conformance.yaml", "--report", "json=r.json"}, way.arguments...)
			r := conformance(t, dir, environment, arguments...)
			if r.code != outcome.ExitConformant {
				t.Fatalf("exit %d\n%.4000s%.2000s", r.code, r.stdout, r.stderr)
			}
			exchanges := wireExchanges(t, readReport(t, filepath.Join(dir, "r.json")))
			if len(exchanges) < 200 {
				t.Errorf("only %d exchanges", len(exchanges))
			}
			for i, e := range exchanges {
				if e.Response == nil || e.Response.Proto != way.proto {
					t.Fatalf("exchange %d, case %s: %+v; expected %s", i+1, e.Case, e.Response, way.proto)
				}
			}
			if proxy != nil {
				proxy.assertUsed(t, r, dir)
			}
		})
	}
}

// serve starts the reference, and the proxy if there is to be one, and makes the config and the
// environment for the run.
func (w way) serve(t *testing.T, dir string) (config string, environment []string, through *forwardProxy) {
	t.Helper()
	implementation, err := reference.New(reference.Options{Clock: clock.System{}, BasePath: w.path})
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = implementation
	if w.around != nil {
		handler = w.around(handler)
	}
	host := w.host
	if host == "" {
		host = "127.0.0.1"
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = w.http2
	server.Listener.Close()
	if server.Listener, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
		if w.host == "::1" {
			t.Skipf("this machine has no IPv6: %v", err)
		}
		t.Fatal(err)
	}
	name := host
	if w.proxy {
		name = madeUpHost
	}
	files := w.start(t, dir, server, name)
	t.Cleanup(server.Close)
	url := server.URL
	if w.proxy {
		through = startProxy(t, server.Listener.Addr().String())
		environment = through.environment()
		scheme, _, _ := strings.Cut(url, ":")
		url = scheme + "://" + madeUpHost
	}
	config = string(implementation.Config(url))
	if w.url != nil {
		config = strings.Replace(config, url+w.path, w.url(url+w.path), 1)
	}
	return strings.Replace(config, "target:\n", "target:\n"+files, 1), environment, through
}

// start starts the server, with TLS if it is to have it, and returns the lines of the config
// that a client of it needs.
func (w way) start(t *testing.T, dir string, server *httptest.Server, name string) (lines string) {
	t.Helper()
	if w.plain {
		server.Start()
		return ""
	}
	servers, clients := newAuthority(t), newAuthority(t)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{servers.issue(t, name, time.Hour)}}
	writeFile(t, dir, "ca.pem", servers.pem)
	files := "caFile: ca.pem"
	if w.clientCertificate {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, clients.pool()
		certificate, key := clients.issuePEM(t, "client", time.Hour)
		writeFile(t, dir, "client.pem", certificate)
		writeFile(t, dir, "client.key", key)
		files += ", certFile: client.pem, keyFile: client.key"
	}
	server.StartTLS()
	return "  tls: {" + files + "}\n"
}
