//go:build unix

package session

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// recordInto names the folder that this program records into when it is started again as
// the recording that gets killed; recordAt says at which side of a proxy.
const (
	recordInto = "CONFORMANCE_TEST_RECORD_INTO"
	recordAt   = "CONFORMANCE_TEST_RECORD_AT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(recordInto); dir != "" {
		fmt.Fprintln(os.Stderr, recordUntilKilled(dir, os.Getenv(recordAt)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// recordUntilKilled serves and records, and prints where. It returns only on an error.
func recordUntilKilled(dir, at string) error {
	writer, err := Create(dir, manifest())
	if err != nil {
		return err
	}
	capture := Capture{Sink: writer.Sink(func(err error) { fmt.Fprintln(os.Stderr, err) })}
	var handler http.Handler = http.HandlerFunc(echo)
	if at == "handler" {
		handler = Tap(handler, capture)
	} else {
		origin := httptest.NewServer(handler)
		to, err := url.Parse(origin.URL)
		if err != nil {
			return err
		}
		handler = &httputil.ReverseProxy{
			Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
			Transport: NewRecorder(&http.Transport{DisableCompression: true}, capture),
		}
	}
	server := httptest.NewServer(handler)
	fmt.Println(server.URL)
	_, err = io.Copy(io.Discard, os.Stdin) // open until this process is killed
	return errors.Join(err, errors.New("the recording was not killed"))
}

// echo answers with the request's body in each of the ways in which an answer can end.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch len(body) % 4 {
	case 0:
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write(body[len(body)/2:])
		_ = http.NewResponseController(w).Flush()
	case 1:
		_, _ = w.Write(body)
		_ = http.NewResponseController(w).Flush()
	default:
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write(body)
	}
}

// Whatever moment a recording is killed in, it is a session afterwards, and has every answer
// that a client received.
func TestAKilledRecordingHasEveryAnswer(t *testing.T) {
	const workers = 2
	kills := 100
	if testing.Short() {
		kills = 6
	}
	parent := t.TempDir()
	numbers := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for number := range numbers {
				killOnce(t, filepath.Join(parent, fmt.Sprint(number)), number)
			}
		})
	}
	for number := range kills {
		numbers <- number
	}
	close(numbers)
	group.Wait()
}

// killOnce starts a recording and kills it when the clients have received as many answers as
// the number says.
func killOnce(t *testing.T, dir string, number int) {
	at := []string{"handler", "transport"}[number%2]
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), recordInto+"="+dir, recordAt+"="+at)
	program.Stderr = os.Stderr
	output, err := program.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	input, err := program.StdinPipe()
	if err != nil {
		t.Error(err)
		return
	}
	defer input.Close()
	if err := program.Start(); err != nil {
		t.Error(err)
		return
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Errorf("recording %d does not start: %v", number, err)
	}
	received := receive(strings.TrimSpace(line), 1+number, func() { _ = program.Process.Kill() })
	_ = program.Wait()

	recording, err := Open(dir)
	if err != nil {
		t.Errorf("recording %d: %v", number, err)
		return
	}
	defer recording.Close()
	exchanges, err := recording.Exchanges()
	if err != nil {
		t.Errorf("recording %d: %v", number, err)
	}
	recorded := map[string]string{}
	for _, e := range exchanges {
		if e.Response != nil {
			recorded[string(e.Request.Body)] = string(e.Response.Body)
		}
	}
	for body := range received {
		if recorded[body] != body {
			t.Errorf("recording %d, at the %s: the answer %.20q was received, but %.20q is recorded", number, at, body, recorded[body])
		}
	}
	if len(received) <= number {
		t.Errorf("recording %d: only %d answers were received", number, len(received))
	}
}

// receive sends requests from several clients until all fail, and calls kill when the count
// of answers is reached. It returns all that arrived whole.
func receive(target string, count int, kill func()) map[string]bool {
	received := map[string]bool{}
	var mutex sync.Mutex
	var clients sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	defer transport.CloseIdleConnections()
	for client := range 4 {
		clients.Go(func() {
			for i := 0; ; i++ {
				body := fmt.Sprintf("client %d, request %d %s", client, i, strings.Repeat("x", i*i*97%5_000))
				response, err := (&http.Client{Transport: transport}).Post(target, "text/plain", strings.NewReader(body))
				if err != nil {
					return
				}
				answer, err := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if err != nil || string(answer) != body {
					return
				}
				mutex.Lock()
				received[body] = true
				if len(received) == count {
					kill()
				}
				mutex.Unlock()
			}
		})
	}
	clients.Wait()
	return received
}
