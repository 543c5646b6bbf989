package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"conformance/internal/hostile"
	"conformance/internal/outcome"
)

// proxyPassword must come out nowhere.
const proxyPassword = "canary-proxy-password-0123456789"

// forwardProxy leads every host to one address.
type forwardProxy struct {
	server  *httptest.Server
	address string
	mutex   sync.Mutex
	// asked counts the hosts that it was asked for, strangers the requests without the password.
	asked     map[string]int
	strangers int
}

func startProxy(t *testing.T, address string) *forwardProxy {
	t.Helper()
	p := &forwardProxy{address: address, asked: map[string]int{}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

// environment is what makes a program use the proxy.
func (p *forwardProxy) environment() []string {
	url := strings.Replace(p.server.URL, "http://", "http://me:"+proxyPassword+"@", 1)
	return []string{"HTTP_PROXY=" + url, "HTTPS_PROXY=" + url}
}

func (p *forwardProxy) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	wanted := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+proxyPassword))
	p.mutex.Lock()
	p.asked[request.Host]++
	if request.Header.Get("Proxy-Authorization") != wanted {
		p.strangers++
	}
	p.mutex.Unlock()
	if request.Method != http.MethodConnect {
		forward := &httputil.ReverseProxy{
			Rewrite: func(*httputil.ProxyRequest) {}, // the request names its target
			Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, p.address)
			}},
		}
		forward.ServeHTTP(w, request)
		return
	}
	target, err := net.Dial("tcp", p.address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer target.Close()
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(target, client) // until either side hangs up
		target.Close()
	}()
	_, _ = io.Copy(client, target)
}

// assertUsed: all went through the proxy, by the target's name and with the password, which
// came out nowhere.
func (p *forwardProxy) assertUsed(t *testing.T, r ran, dir string) {
	t.Helper()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for host := range p.asked {
		if name, _, _ := strings.Cut(host, ":"); name != madeUpHost {
			t.Errorf("the proxy was asked for %s", host)
		}
	}
	if len(p.asked) != 1 || p.strangers > 0 {
		t.Errorf("the proxy was asked for %v, and without the password %d times", p.asked, p.strangers)
	}
	assertNoSecrets(t, dir, []string{proxyPassword, base64.StdEncoding.EncodeToString([]byte("me:" + proxyPassword))}, r.stdout+r.stderr)
}

// TestUnreachableProxies: what is wrong with a proxy is not told of the target, and what a
// proxy says does not reach the terminal as it is.
func TestUnreachableProxies(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer connection.Close()
		fmt.Fprintf(connection, "HTTP/1.1 407 Log in first%s\r\nContent-Length: 0\r\n\r\n", hostile.Escapes)
	}))
	t.Cleanup(refusing.Close) // after the parallel tests
	for _, test := range []struct {
		name, proxy string
		says        []string
	}{
		{"refused", "http://" + closedPort(t), []string{"the proxy", "HTTPS_PROXY", "nothing listens there"}},
		{"unknown host", "http://no-such-proxy.invalid:3128", []string{"the proxy", "HTTPS_PROXY", "host name is not known"}},
		{"refusing", refusing.URL, []string{"no answer from " + madeUpHost, "Log in first"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", "target: {url: \"https://"+madeUpHost+"\"}")
			r := conformance(t, dir, []string{"HTTPS_PROXY=" + test.proxy}, "run", "--config", filepath.Join(dir, "c.yaml"))
			if r.code != outcome.ExitNoVerdict || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("exit %d; expected %d and one sentence\n%s%s", r.code, outcome.ExitNoVerdict, r.stdout, r.stderr)
			}
			for _, says := range test.says {
				if !strings.Contains(r.stderr, says) {
					t.Errorf("%+q does not say %q", r.stderr, says)
				}
			}
			if i := strings.IndexFunc(r.stderr, obeyed); i >= 0 {
				t.Errorf("standard error holds %+q", r.stderr[i:])
			}
		})
	}
}
