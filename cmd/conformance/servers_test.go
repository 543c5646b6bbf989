package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"conformance/internal/outcome"
)

// running is a server command in a process of its own.
type running struct {
	command *exec.Cmd
	// url is where it says that it listens.
	url    string
	mutex  sync.Mutex
	stdout strings.Builder
	stderr bytes.Buffer
	ended  chan struct{} // closed at the end of standard output
}

// startServer starts a command that serves, on a free port unless the arguments say otherwise,
// and waits for the line that says where.
func startServer(t *testing.T, dir string, arguments ...string) *running {
	t.Helper()
	return startProgram(t, dir, append([]string{os.Args[0]}, arguments...)...)
}

// startProgram is startServer for another program than this one, which its arguments begin with.
func startProgram(t *testing.T, dir string, arguments ...string) *running {
	t.Helper()
	r := &running{command: exec.CommandContext(t.Context(), arguments[0], arguments[1:]...), ended: make(chan struct{})}
	r.command.Dir = dir
	r.command.Env = []string{"CONFORMANCE_TEST_MAIN=1", "GORACE=halt_on_error=1", "PATH=" + os.Getenv("PATH")}
	r.command.Stderr = &r.stderr
	stdout, err := r.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	first := make(chan string, 1)
	go func() {
		defer close(r.ended)
		defer close(first)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			r.mutex.Lock()
			r.stdout.WriteString(lines.Text() + "\n")
			r.mutex.Unlock()
			select {
			case first <- lines.Text():
			default:
			}
		}
	}()
	line := <-first
	found := regexp.MustCompile(`^listening on (https?://127\.0\.0\.1:\d+)$`).FindStringSubmatch(line)
	if found == nil {
		_ = r.command.Wait()
		t.Fatalf("%s: the first line is %q\n%s", strings.Join(arguments, " "), line, r.stderr.String())
	}
	r.url = found[1]
	return r
}

// wait waits for the end and returns what the command left behind.
func (r *running) wait() ran {
	<-r.ended
	_ = r.command.Wait() // the exit code tells
	return ran{code: r.command.ProcessState.ExitCode(), stdout: r.stdout.String(), stderr: r.stderr.String()}
}

// stop ends the command, which has to end well and to have said nothing but where it listened.
func (r *running) stop(t *testing.T) ran {
	t.Helper()
	if err := r.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	left := r.wait()
	if left.code != outcome.ExitConformant || left.stdout != "listening on "+r.url+"\n" {
		t.Errorf("exit %d\n%s%s", left.code, left.stdout, left.stderr)
	}
	return left
}

// assertNowhere fails for each file below a folder that holds a secret, plain, in base64 or
// escaped, but for those that are allowed to.
func assertNowhere(t *testing.T, dir, secret string, allowed ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		for _, name := range allowed {
			if entry.Name() == name {
				return nil
			}
		}
		text, err := os.ReadFile(file)
		assertFree(t, file, string(text), secret)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// assertFree fails when a text holds a secret, plain, in base64 or escaped.
func assertFree(t *testing.T, where, text, secret string) {
	t.Helper()
	for _, spelling := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), url.QueryEscape(secret)} {
		if strings.Contains(text, spelling) {
			t.Errorf("%s holds a secret: %.300s", where, spelling)
		}
	}
}
