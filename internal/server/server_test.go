package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serving is a server under test.
type serving struct {
	address string
	stop    context.CancelFunc
	ended   chan error
}

func start(t *testing.T, options Options) serving {
	t.Helper()
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := serving{address: URL(listener, false), stop: cancel, ended: make(chan error, 1)}
	go func() { s.ended <- Serve(ctx, listener, options) }()
	return s
}

// get asks the server, and hands over the body of the answer or the error when it is there.
func (s serving) get() <-chan string {
	got := make(chan string, 1)
	go func() {
		response, err := http.Get(s.address)
		if err != nil {
			got <- "no answer"
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body) // what is missing is missed by the test
		got <- string(body)
	}()
	return got
}

// What is under way when the server is told to stop comes to its end, if the grace allows it.
func TestStops(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		// finish says that the request comes to an end by itself.
		finish bool
		want   string
	}{
		{"within the grace", Options{Grace: time.Minute}, true, "whole"},
		{"when the grace is over", Options{Grace: time.Millisecond}, false, "no answer"},
		{"at once", Options{Grace: time.Minute, StopAtOnce: true}, false, "no answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			begun, finish := make(chan bool), make(chan bool)
			test.options.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(begun)
				select {
				case <-finish:
					_, _ = io.WriteString(w, "whole")
				case <-r.Context().Done():
					panic(http.ErrAbortHandler)
				}
			})
			s := start(t, test.options)
			got := s.get()
			<-begun
			s.stop()
			if test.finish {
				// It takes no more connections, and waits for the one that it has.
				for {
					connection, err := net.Dial("tcp", strings.TrimPrefix(s.address, "http://"))
					if err != nil {
						break
					}
					connection.Close()
				}
				close(finish)
			}
			if answer := <-got; answer != test.want {
				t.Errorf("the client got %q, want %q", answer, test.want)
			}
			if err := <-s.ended; err != nil {
				t.Errorf("stopped with %v", err)
			}
		})
	}
}

// A handler that heeds nothing holds up neither the server nor its client.
func TestStopsByForce(t *testing.T) {
	begun, finish := make(chan bool), make(chan bool)
	defer close(finish)
	s := start(t, Options{Grace: time.Millisecond, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(begun)
		<-finish
	})})
	got := s.get()
	<-begun
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("stopped with %v", err)
	}
	select {
	case answer := <-got:
		if answer != "no answer" {
			t.Errorf("the client got %q", answer)
		}
	case <-time.After(time.Minute): // it would wait for ever
		t.Error("the connection is still open")
	}
}

func TestServeOnAClosedListener(t *testing.T) {
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, Options{Handler: http.NotFoundHandler()}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
}

func TestListenRefuses(t *testing.T) {
	taken, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for address, says := range map[string]string{
		taken.Addr().String(): "address already in use", "nonsense": "missing port", "127.0.0.1:99999": "invalid port",
	} {
		if _, err := Listen(address); err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "--listen "+address+": ") {
			t.Errorf("%s: %v, want %s", address, err, says)
		}
	}
}
