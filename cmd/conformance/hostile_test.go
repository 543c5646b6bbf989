package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"conformance/internal/hostile"
	"conformance/internal/outcome"
)

// memoryLimit is what a run may hold at the most, in bytes, whatever the target does.
const memoryLimit = 200 << 20

// built is the command as it is shipped, without the race detector, which multiplies memory;
// and the command that measures it.
type built struct{ program, peak string }

func buildCommand(t *testing.T) built {
	t.Helper()
	dir := t.TempDir()
	for _, path := range []string{"conformance/cmd/conformance", "conformance/internal/hostile/peak"} {
		if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", dir+"/", path).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", path, err, output)
		}
	}
	return built{program: filepath.Join(dir, "conformance"), peak: filepath.Join(dir, "peak")}
}

// run runs the command in a folder and says how much memory it held at the most, in bytes, and
// how long it took.
func (b built) run(t *testing.T, dir string, arguments ...string) (r ran, memory int64, took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandDeadline)
	defer cancel()
	measured := filepath.Join(t.TempDir(), "peak")
	command := exec.CommandContext(ctx, b.peak, append([]string{measured, b.program}, arguments...)...)
	command.Dir = dir
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	begun := time.Now()
	err := command.Run()
	took = time.Since(begun)
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatalf("conformance %s: %v", strings.Join(arguments, " "), err)
	}
	text, err := os.ReadFile(measured)
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if memory, err = strconv.ParseInt(string(text), 10, 64); err != nil {
		t.Fatal(err)
	}
	return ran{code: command.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}, memory, took
}

// hostileConfig is a config with every credential, every provocation, and a small burst.
func hostileConfig(url string, timeout time.Duration) string {
	config := fmt.Sprintf("target: {url: %s, timeout: %s}\naccounts: {unlockable: ef38f94347e94562b5bb8424a56397d8}\n"+
		"provoke: {rateLimit: {requests: 8, maxWait: 100ms}, internalFault: {account: boom}}\ncredentials:\n", url, timeout)
	for _, name := range []string{"orgAdmin", "sourceAdmin", "sourceSubadmin", "helpdesk", "provisioner", "noProvisioning", "unprivileged", "expired", "throttled"} {
		config += fmt.Sprintf("  %s: {token: eyJhbGciOiJub25lIn0.eyJuYW1lIjoi%s.c2lnbmF0dXJlLW9m%s}\n", name, name, name)
	}
	return config
}

// wireExchange is the part of an exchange in the JSON report that the tests look at.
type wireExchange struct {
	Case       string  `json:"case"`
	DurationMs float64 `json:"durationMs"`
	Response   *struct {
		Status int    `json:"status"`
		Proto  string `json:"proto"`
	} `json:"response"`
	Failure *struct {
		Kind    string `json:"kind"`
		Message string `json:"message"`
	} `json:"failure"`
}

// ending is how an exchange ended: the kind of its failure, and its status.
func (e wireExchange) ending() ending {
	var end ending
	if e.Failure != nil {
		end.kind = e.Failure.Kind
	}
	if e.Response != nil {
		end.status = e.Response.Status
	}
	return end
}

type ending struct {
	kind   string
	status int
}

func wireExchanges(t *testing.T, report jsonReport) []wireExchange {
	t.Helper()
	all := make([]wireExchange, len(report.Exchanges))
	for i, text := range report.Exchanges {
		if err := json.Unmarshal(text, &all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestHostileServers runs against a server for each way of misbehaving, which answers the
// preflight and no more. However it ends an exchange, the exchange is judged and the run goes
// on to its end; the time, the memory and what comes out are bounded.
func TestHostileServers(t *testing.T) {
	command := buildCommand(t)
	rows := map[string]hostileRow{}
	for _, row := range hostileRows {
		rows[row.behaviour] = row
	}
	for _, behaviour := range append(hostile.Behaviours(), hostile.Behaviour{Name: "refused"}) {
		t.Run(behaviour.Name, func(t *testing.T) {
			t.Parallel()
			row, known := rows[behaviour.Name]
			if !known {
				t.Fatal("hostileRows does not say what is to come of this")
			}
			dir := t.TempDir()
			if row.sparing {
				behaviour = hostile.Sparing(8, behaviour)
				row.also = append(row.also, ending{"", 401})
			}
			server := startHostile(t, behaviour)
			timeout, concurrency := 20*time.Second, "8"
			if row.slow {
				timeout, concurrency = 500*time.Millisecond, "64"
				// On a busy machine even the header can take longer.
				row.also = append(row.also, ending{"timeout", 0})
			}
			writeFile(t, dir, "c.yaml", hostileConfig("http://"+server.Address(), timeout))
			r, memory, took := command.run(t, dir, "run", "--config", "c.yaml", "--concurrency", concurrency, "-vv",
				"--report", "json=r.json", "--report", "junit=r.xml", "--record", "session")
			if r.code != outcome.ExitNonconformant {
				t.Fatalf("exit %d\n%.3000s%.3000s", r.code, r.stdout, r.stderr)
			}
			report := readReport(t, filepath.Join(dir, "r.json"))
			assertJUnit(t, filepath.Join(dir, "r.xml"), report)
			exchanges := wireExchanges(t, report)
			row.assert(t, report, exchanges)
			if memory > memoryLimit {
				t.Errorf("the run held %d MiB of memory", memory>>20)
			}
			if worst := time.Duration(len(exchanges)+1) * timeout; took > worst {
				t.Errorf("the run took %s; timeout times cases is %s", took, worst)
			}
			// Nothing is followed, and nothing sent twice.
			if asked := server.Requests(); asked > len(exchanges)+1 {
				t.Errorf("%d requests for %d exchanges and a preflight", asked, len(exchanges))
			}
			assertPrintable(t, dir, r)
		})
	}
}

// startHostile starts a server that answers one request honestly. That named refused does not
// listen after it.
func startHostile(t *testing.T, behaviour hostile.Behaviour) *hostile.Server {
	t.Helper()
	server, err := hostile.Listen(behaviour, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	if behaviour.Serve == nil {
		server.StopAfter(1) // nobody gets as far as to be served
	}
	return server
}

// assertPrintable looks for characters that a terminal obeys, and for traces of a panic, in all
// that a run left behind.
func assertPrintable(t *testing.T, dir string, r ran) {
	t.Helper()
	left := map[string]string{"standard output": r.stdout, "standard error": r.stderr}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		left[filepath.Base(file)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(left) < 2+3+1 { // the output, the config, the reports, the session
		t.Fatalf("the run left only %d files", len(left)-2)
	}
	for where, text := range left {
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8", where)
		}
		if i := strings.IndexFunc(text, obeyed); i >= 0 {
			t.Errorf("%s holds %+q", where, text[max(0, i-40):min(len(text), i+10)])
		}
		if strings.Contains(text, "goroutine ") || strings.Contains(text, "panic:") {
			t.Errorf("%s tells of a panic", where)
		}
	}
}

// obeyed says whether a terminal does something else with a character than to show it: controls,
// and marks that turn text around.
func obeyed(r rune) bool {
	if r >= ' ' && r <= '~' {
		return false // nearly all of it
	}
	return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// assert checks that the exchanges ended as the row says, that the requirement was held against
// them in its words, and that the run went on to its last case.
func (row hostileRow) assert(t *testing.T, report jsonReport, exchanges []wireExchange) {
	t.Helper()
	seen := map[ending]int{}
	cases := map[string]bool{}
	for _, e := range exchanges {
		seen[e.ending()]++
		cases[e.Case] = true
	}
	usual := ending{row.kind, row.status}
	if seen[usual] == 0 {
		t.Errorf("no exchange ended with %+v, but %v", usual, seen)
	}
	for one, n := range seen {
		if one != usual && !slices.Contains(row.also, one) {
			t.Errorf("%d exchanges ended with %+v", n, one)
		}
	}
	for _, last := range []string{"org-admin", "internal-fault", "burst"} {
		if !cases[last] {
			t.Errorf("the run did not come to case %s", last)
		}
	}
	for _, result := range report.Results {
		if result.Requirement == row.requirement && result.Outcome == string(outcome.Fail) && strings.Contains(result.Message, row.says) {
			return
		}
	}
	t.Errorf("%s did not fail with %q; broken: %v", row.requirement, row.says, report.broken())
}
