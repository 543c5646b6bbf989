package reference

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"conformance/internal/clock"
)

// serve runs a reference on a port of its own until the test ends. It returns its base
// URL, its tokens, and what stops it and waits.
func serve(t *testing.T, fault string) (base string, tokens map[string]string, stop func() error) {
	t.Helper()
	r, err := New(Options{Clock: clock.NewVirtual(noon), Seed: "test", Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, listener, r) }()
	return "http://" + listener.Addr().String(), r.Credentials(), func() error { cancel(); return <-done }
}

// post sends one request over the wire.
func post(t *testing.T, base, segment, token, body string) (*http.Response, []byte, error) {
	t.Helper()
	made, err := http.NewRequest("POST", base+"/accounts/"+segment+"/unlock", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	made.Header.Set("Content-Type", "application/json")
	made.Header.Set("Authorization", "Bearer "+token)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}, Timeout: time.Minute}
	answer, err := client.Do(made)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	return answer, got, err
}

func TestServe(t *testing.T) {
	base, tokens, stop := serve(t, "")
	answer, body, err := post(t, base, UnlockableAccount, tokens["orgAdmin"], "{}")
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 202 || answer.ContentLength != int64(len(body)) {
		t.Errorf("status %d, Content-Length %d; want 202, %d", answer.StatusCode, answer.ContentLength, len(body))
	}
	if got := answer.Header.Values("Date"); len(got) != 1 || got[0] != "Fri, 17 May 2030 12:00:00 GMT" {
		t.Errorf("Date is %q, not the clock's", got)
	}
	if err := stop(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, _, err := post(t, base, UnlockableAccount, tokens["orgAdmin"], "{}"); err == nil {
		t.Error("still answers after it was stopped")
	}
}

func TestServeOnAClosedListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, http.NotFoundHandler()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
}

// TestDelivery sees the faults of the network on a real connection.
func TestDelivery(t *testing.T) {
	tests := []struct {
		fault   string
		segment string
		token   string
		body    string
		check   func(answer *http.Response, body []byte, err error) bool
	}{
		{"202-closed", UnlockableAccount, "orgAdmin", "{}",
			func(answer *http.Response, _ []byte, err error) bool { return answer == nil && errors.Is(err, io.EOF) }},
		{"400-cut-off", UnlockableAccount, "orgAdmin", "",
			func(answer *http.Response, body []byte, err error) bool {
				return answer.StatusCode == 400 && len(body) > 0 && int64(len(body)) < answer.ContentLength && errors.Is(err, io.ErrUnexpectedEOF)
			}},
		{"403-garbled", UnlockableAccount, "unprivileged", "{}",
			func(answer *http.Response, _ []byte, err error) bool {
				return answer == nil && err != nil && strings.Contains(err.Error(), "malformed HTTP")
			}},
		{"202-as-204", UnlockableAccount, "orgAdmin", "{}",
			func(answer *http.Response, body []byte, err error) bool {
				return err == nil && answer.StatusCode == 204 && len(body) == 0 && answer.Header["Content-Length"] == nil
			}},
		{"401-media-type-missing", UnlockableAccount, "expired", "{}",
			func(answer *http.Response, _ []byte, err error) bool {
				return err == nil && answer.Header["Content-Type"] == nil
			}},
		{"404-media-type-twice", MissingAccount, "orgAdmin", "{}",
			func(answer *http.Response, _ []byte, err error) bool {
				return err == nil && len(answer.Header["Content-Type"]) == 2
			}},
		{"chunked", UnlockableAccount, "orgAdmin", "{}",
			func(answer *http.Response, body []byte, err error) bool {
				return err == nil && answer.ContentLength == -1 && bytes.HasSuffix(body, []byte("}"))
			}},
		{"date-missing", UnlockableAccount, "orgAdmin", "{}",
			func(answer *http.Response, _ []byte, err error) bool {
				return err == nil && answer.Header["Date"] == nil
			}},
		{"connection-close", UnlockableAccount, "orgAdmin", "{}",
			func(answer *http.Response, _ []byte, err error) bool { return err == nil && answer.Close }},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			base, tokens, stop := serve(t, test.fault)
			answer, body, err := post(t, base, test.segment, tokens[test.token], test.body)
			if !test.check(answer, body, err) {
				t.Errorf("answer %+v, body %q, error %v", answer, body, err)
			}
			if err := stop(); err != nil {
				t.Errorf("stopped with %v", err)
			}
		})
	}
}
