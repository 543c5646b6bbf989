package hostile

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func start(t *testing.T, behaviour Behaviour, honest int) *Server {
	t.Helper()
	server, err := Listen(behaviour, honest)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func ask(t *testing.T, server *Server) (*http.Response, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+server.Address()+"/", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err == nil {
		t.Cleanup(func() { response.Body.Close() })
	}
	return response, err
}

func TestNamesAreUniqueAndTold(t *testing.T) {
	seen := map[string]bool{}
	for _, behaviour := range Behaviours() {
		if behaviour.Name == "" || behaviour.About == "" || seen[behaviour.Name] {
			t.Errorf("behaviour %+v is without a name or a sentence, or a second one", behaviour.Name)
		}
		seen[behaviour.Name] = true
		if found, has := Find(behaviour.Name); !has || found.About != behaviour.About {
			t.Errorf("%s is not found", behaviour.Name)
		}
	}
	if _, has := Find("no such behaviour"); has {
		t.Error("a behaviour that is not there was found")
	}
}

// Each behaviour but the interim responses gives a plain client something else than an honest
// answer. The slow ones are no different until time has passed.
func TestBehavioursAreNotHonest(t *testing.T) {
	for _, behaviour := range Behaviours()[len(silences()):] {
		t.Run(behaviour.Name, func(t *testing.T) {
			t.Parallel()
			server := start(t, behaviour, 0)
			response, err := ask(t, server)
			honest := err == nil && response.StatusCode == http.StatusUnauthorized
			if interim := strings.Contains(behaviour.About, "before an honest answer"); honest != interim {
				t.Errorf("honest: %v, %v", honest, err)
			}
			if server.Requests() != 1 {
				t.Errorf("%d requests were counted", server.Requests())
			}
		})
	}
}

func TestTheFirstAnswersAreHonest(t *testing.T) {
	closes, _ := Find("early close")
	server := start(t, closes, 2)
	for i := range 4 {
		response, err := ask(t, server)
		if honest := err == nil && response.StatusCode == http.StatusUnauthorized; honest != (i < 2) {
			t.Errorf("answer %d: honest %v, %v", i, honest, err)
		}
	}
	if server.Requests() != 4 {
		t.Errorf("%d requests were counted", server.Requests())
	}
}

func TestEveryOtherConnectionIsServed(t *testing.T) {
	behaviour, _ := Find("every other closed")
	server := start(t, behaviour, 0)
	for i := range 4 {
		if _, err := ask(t, server); (err == nil) != (i%2 == 1) {
			t.Errorf("connection %d: %v", i, err)
		}
	}
}

// Close ends what would go on for ever; without it this test would not end.
func TestCloseEndsEverything(t *testing.T) {
	for _, name := range []string{"silent", "slow body", "endless body"} {
		behaviour, _ := Find(name)
		server, err := Listen(behaviour, 0)
		if err != nil {
			t.Fatal(err)
		}
		connection, err := net.Dial("tcp", server.Address())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		server.Close()
		if _, err := io.Copy(io.Discard, connection); errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error(err)
		}
		connection.Close()
		if _, err := net.Dial("tcp", server.Address()); err == nil {
			t.Errorf("%s: the port still listens", name)
		}
	}
}
