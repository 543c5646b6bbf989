package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// about is what the page calls each status.
var about = map[string]string{
	"202": "Async task details", "400": "Client Error", "401": "Unauthorized", "403": "Forbidden",
	"404": "Not Found", "429": "Too Many Requests", "500": "Internal Server Error",
}

// console is the whole console report of a run.
func console(run *outcome.Run, options ConsoleOptions) string {
	var out bytes.Buffer
	c := NewConsole(&out, options)
	c.Begin(run.Target, run.Mode)
	for _, status := range outcome.Statuses {
		detail := ""
		if status == "403" && run.Verdict == outcome.Incomplete {
			detail = "needs credentials.unprivileged"
		}
		c.Path(status, about[status], *run.Statuses[status], detail)
	}
	c.End(run)
	return out.String()
}

func TestConsoleGolden(t *testing.T) {
	strict := nonconformantRun(t)
	strict.Strict = true
	tests := []struct {
		name    string
		run     *outcome.Run
		options ConsoleOptions
	}{
		{"conformant", conformantRun(t), ConsoleOptions{}},
		{"conformant-color", conformantRun(t), ConsoleOptions{Color: true}},
		{"nonconformant", nonconformantRun(t), ConsoleOptions{}},
		{"nonconformant-strict", strict, ConsoleOptions{Strict: true}},
		{"incomplete", incompleteRun(t), ConsoleOptions{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := console(test.run, test.options)
			file := filepath.Join("testdata", test.name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the console report changed; if that is right, run go test -update (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConsoleFitsTheTerminal(t *testing.T) {
	for _, run := range []*outcome.Run{conformantRun(t), nonconformantRun(t), incompleteRun(t), hostileRun(t)} {
		for _, width := range []int{60, 80, 100} {
			for i, line := range strings.Split(console(run, ConsoleOptions{Width: width}), "\n") {
				if n := columns(line); n > width {
					t.Errorf("%s, width %d: line %d has %d columns: %s", run.Verdict, width, i+1, n, line)
				}
			}
		}
	}
	if n := strings.Count(console(conformantRun(t), ConsoleOptions{}), "\n"); n > 12 {
		t.Errorf("a passing run takes %d lines", n)
	}
}

func TestConsoleKeepsEscapeCodesOut(t *testing.T) {
	text := console(hostileRun(t), ConsoleOptions{})
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && hidden(r) }); i >= 0 {
		t.Errorf("%q got through to the terminal", text[i:min(len(text), i+20)])
	}
	if !strings.Contains(text, `\x1b]0;`) {
		t.Error("the escape code does not show at all")
	}
}

// TestConsoleColorIsItsOwn holds two consoles of one process apart, which the colour
// package's global switch would not.
func TestConsoleColorIsItsOwn(t *testing.T) {
	plain := console(conformantRun(t), ConsoleOptions{})
	colored := console(conformantRun(t), ConsoleOptions{Color: true})
	if strings.ContainsFunc(plain, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		t.Error("the plain report has control characters")
	}
	if !strings.Contains(colored, "\x1b[32mok") {
		t.Error("the coloured report has no green ok")
	}
}

func TestConsoleKeepsTheFirstWriteError(t *testing.T) {
	full := errors.New("disk full")
	c := NewConsole(&failingOnce{full}, ConsoleOptions{})
	c.Begin("http://localhost", outcome.Live)
	c.End(conformantRun(t))
	if !errors.Is(c.Err(), full) {
		t.Errorf("Err() = %v, want %v", c.Err(), full)
	}
}

// failingOnce fails in its first write and takes the others.
type failingOnce struct{ err error }

func (f *failingOnce) Write(text []byte) (int, error) {
	err := f.err
	f.err = nil
	return len(text), err
}

func TestPathMarks(t *testing.T) {
	tests := []struct {
		name    string
		summary outcome.StatusSummary
		detail  string
		strict  bool
		want    string
	}{
		{"passed", outcome.StatusSummary{Exercised: true, Pass: 38}, "", false,
			"  ok    401 Unauthorized              38 passed"},
		{"failed", outcome.StatusSummary{Exercised: true, Fail: 2, Pass: 36}, "", false,
			"  FAIL  401 Unauthorized              2 failed, 36 passed"},
		{"warned", outcome.StatusSummary{Exercised: true, Warn: 1, Pass: 3, Skip: 2}, "", false,
			"  warn  401 Unauthorized              1 warning, 3 passed, 2 not exercised"},
		{"warned, strict", outcome.StatusSummary{Exercised: true, Warn: 2, Pass: 3}, "", true,
			"  FAIL  401 Unauthorized              2 warnings, 3 passed"},
		{"not exercised", outcome.StatusSummary{Skip: 4}, "needs credentials.orgAdmin", false,
			"  skip  401 Unauthorized              not exercised: needs credentials.orgAdmin"},
		{"waived", outcome.StatusSummary{Waived: "no faults here"}, "", false,
			"  skip  401 Unauthorized              waived: no faults here"},
		{"a failure where nothing was exercised", outcome.StatusSummary{Fail: 1}, "", false,
			"  FAIL  401 Unauthorized              1 failed, 0 passed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			NewConsole(&out, ConsoleOptions{Strict: test.strict}).Path("401", "Unauthorized", test.summary, test.detail)
			if diff := cmp.Diff(test.want+"\n", out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWantColor(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if WantColor(file, func(string) string { return "" }) {
		t.Error("colour was wanted in a file")
	}
	tests := []struct {
		environment map[string]string
		want        bool
	}{
		{map[string]string{"TERM": "xterm"}, true},
		{map[string]string{"TERM": "dumb"}, false},
		{map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false},
		{map[string]string{"TERM": "xterm", "CI": "true"}, false},
		{map[string]string{"TERM": "xterm", "CI": "false"}, true},
	}
	for _, test := range tests {
		got := environmentWantsColor(func(name string) string { return test.environment[name] })
		if got != test.want {
			t.Errorf("%v: colour is %v, want %v", test.environment, got, test.want)
		}
	}
}
