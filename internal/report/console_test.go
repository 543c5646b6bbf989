package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strconv"
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
	for _, status := range outcome.Statuses {
		c.Expect(status, about[status], 1)
	}
	c.Begin(run.Target, run.Mode)
	for _, status := range outcome.Statuses {
		detail := ""
		if status == "403" && run.Statuses[status].Skip > 0 {
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
		{"interrupted", interruptedRun(t), ConsoleOptions{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden(t, test.name+".golden", console(test.run, test.options))
		})
	}
}

func TestConsoleFitsTheTerminal(t *testing.T) {
	for _, run := range []*outcome.Run{conformantRun(t), nonconformantRun(t), incompleteRun(t), interruptedRun(t), hostileRun(t)} {
		for _, width := range []int{minWidth, 80, 100} {
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

func TestPathRows(t *testing.T) {
	tests := []struct {
		name    string
		summary outcome.StatusSummary
		detail  string
		strict  bool
		want    string
	}{
		{"passed", outcome.StatusSummary{Exercised: true, Pass: 38}, "", false,
			"  ok    401 Unauthorized             38     -     -     -     -\n"},
		{"failed", outcome.StatusSummary{Exercised: true, Fail: 2, Pass: 36}, "", false,
			"  FAIL  401 Unauthorized             36     2     -     -     -\n"},
		{"warned", outcome.StatusSummary{Exercised: true, Warn: 1, Pass: 3, Skip: 2}, "", false,
			"  warn  401 Unauthorized              3     -     1     -     2\n"},
		{"warned, strict", outcome.StatusSummary{Exercised: true, Warn: 2, Pass: 3}, "", true,
			"  FAIL  401 Unauthorized              3     -     2     -     -\n"},
		{"known", outcome.StatusSummary{Exercised: true, Known: 5, Pass: 3}, "a remark", false,
			"  ok    401 Unauthorized              3     -     -     5     -\n        a remark\n"},
		{"not exercised", outcome.StatusSummary{Skip: 4}, "needs credentials.orgAdmin", false,
			"  skip  401 Unauthorized              -     -     -     -     4\n"},
		{"waived", outcome.StatusSummary{Waived: "no faults here"}, "", false,
			"  skip  401 Unauthorized              -     -     -     -     -\n        waived: no faults here\n"},
		{"a failure where nothing was exercised", outcome.StatusSummary{Fail: 1}, "", false,
			"  FAIL  401 Unauthorized              -     1     -     -     -\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			NewConsole(&out, ConsoleOptions{Strict: test.strict}).Path("401", "Unauthorized", test.summary, test.detail)
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestConsoleQuiet(t *testing.T) {
	for name, want := range map[string]string{
		"conformant":    "conformant: 14 checks passed in 7 cases, 7 of 7 status paths exercised (0.31 s)\n",
		"nonconformant": "NONCONFORMANT: 12 of 28 checks failed on 2 requirements, 7 of 7 status paths exercised (0.31 s)\n",
	} {
		run := conformantRun(t)
		if name == "nonconformant" {
			run = nonconformantRun(t)
		}
		if diff := cmp.Diff(want, console(run, ConsoleOptions{Quiet: true, Live: true, Height: 30, Guard: "word"})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestConsoleGuard: between the guard's lines, and nowhere else, GitHub follows no command of a
// target.
func TestConsoleGuard(t *testing.T) {
	run := nonconformantRun(t)
	run.Exchanges[2].Response.Body = []byte("\n::add-mask::a\n")
	lines := strings.Split(strings.TrimSuffix(console(run, ConsoleOptions{Guard: "word"}), "\n"), "\n")
	if first, last := lines[0], lines[len(lines)-1]; first != "::stop-commands::word" || last != "::word::" {
		t.Errorf("the report begins with %q and ends with %q", first, last)
	}
	if !strings.Contains(strings.Join(lines, "\n"), "::add-mask::a") {
		t.Error("the body does not show at all")
	}
}

// TestConsoleRowsOfAnInterruptedRun: what the run did not get to has its row too.
func TestConsoleRowsOfAnInterruptedRun(t *testing.T) {
	run := interruptedRun(t)
	var out bytes.Buffer
	c := NewConsole(&out, ConsoleOptions{})
	for _, status := range outcome.Statuses {
		c.Expect(status, about[status], 1)
	}
	c.Begin(run.Target, run.Mode)
	c.Path("202", about["202"], *run.Statuses["202"], "")
	c.End(run)
	for _, status := range outcome.Statuses {
		if n := strings.Count(out.String(), " "+status+" "+about[status]); n != 1 {
			t.Errorf("%d rows for %s:\n%s", n, status, out.String())
		}
	}
}

// TestVerdictTakesOneLine: where there is no room for the time, it goes first.
func TestVerdictTakesOneLine(t *testing.T) {
	run := conformantRun(t)
	for i := range 5000 {
		result := run.Results[i%7]
		if result.Case = strconv.Itoa(i); i < 3 {
			result.Outcome = outcome.Known
		}
		run.Results = append(run.Results, result)
	}
	for width, want := range map[int]string{
		DefaultWidth: "conformant: 5011 checks passed in 5007 cases, 3 known failures, 7 of 7 status paths exercised\n",
		120:          "conformant: 5011 checks passed in 5007 cases, 3 known failures, 7 of 7 status paths exercised (0.31 s)\n",
	} {
		if diff := cmp.Diff(want, console(run, ConsoleOptions{Quiet: true, Width: width})); diff != "" {
			t.Errorf("width %d (-want +got):\n%s", width, diff)
		}
	}
}

// TestConsoleRowsAfterTheBaseline: what the baseline excuses changes a row that was written already.
func TestConsoleRowsAfterTheBaseline(t *testing.T) {
	const before, after = "  FAIL  202 Async task details        1     1     -     -     -\n", "  ok    202 Async task details        1     -     -     1     -\n"
	for _, live := range []bool{false, true} {
		screen := newScreen(100, 30)
		run := conformantRun(t)
		c := NewConsole(screen, ConsoleOptions{Live: live, Height: 30})
		c.Begin(run.Target, run.Mode)
		c.Path("202", about["202"], outcome.StatusSummary{Exercised: true, Pass: 1, Fail: 1}, "")
		run.Statuses = map[string]*outcome.StatusSummary{"202": {Exercised: true, Pass: 1, Known: 1}}
		c.End(run)
		heading := matrixHeading + "\n"
		want := heading + before + "\n" + heading + after
		if live {
			want = heading + after
		}
		if !strings.Contains(screen.text(), want) || strings.Count(screen.text(), "202 Async") != strings.Count(want, "202 Async") {
			t.Errorf("live %v: there is no\n%s\nin\n%s", live, want, screen.text())
		}
	}
}

func TestWantLive(t *testing.T) {
	for environment, want := range map[string]bool{"TERM=xterm": true, "TERM=dumb": false, "CI=true": false, "CI=false": true, "NO_COLOR=1": true} {
		name, value, _ := strings.Cut(environment, "=")
		if got := environmentWantsLive(func(asked string) (string, bool) {
			if asked == name {
				return value, true
			}
			return "", false
		}); got != want {
			t.Errorf("%s: a live view is wanted: %v", environment, got)
		}
	}
}

func TestWantColor(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if WantColor(file, func(string) (string, bool) { return "", false }) {
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
		got := environmentWantsColor(func(name string) (string, bool) { value, set := test.environment[name]; return value, set })
		if got != test.want {
			t.Errorf("%v: colour is %v, want %v", test.environment, got, test.want)
		}
	}
}
