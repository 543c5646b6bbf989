package report

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// answered is an exchange of a case.
func answered(name string, status int) exchange.Exchange {
	return exchange.Exchange{Case: name, Response: &exchange.Response{Status: status}}
}

func TestLiveView(t *testing.T) {
	screen := newScreen(100, 30)
	time := clock.NewVirtual(conformantRun(t).Started)
	c := NewConsole(screen, ConsoleOptions{Live: true, Height: 30, Clock: time, Color: true})
	c.Expect("202", about["202"], 2)
	c.Expect("401", about["401"], 4)
	c.Begin("http://localhost", outcome.Live)
	shows := func(want string) {
		t.Helper()
		if screen.err != nil {
			t.Fatal(screen.err)
		}
		const heading = "conformance of http://localhost (live)\n                                   pass  fail  warn known  skip\n"
		if diff := cmp.Diff(heading+want, screen.text()); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
	shows("  run   202 Async task details     [                    ] 0 of 2\n" +
		"  wait  401 Unauthorized           [                    ] 0 of 4\n" +
		"  0 of 6 cases, 0 exchanges/s, 0.0 s")

	time.Advance(FrameTime - 1)
	c.Exchange(1, "202", answered("org-admin", 202))
	shows("  run   202 Async task details     [                    ] 0 of 2\n" +
		"  wait  401 Unauthorized           [                    ] 0 of 4\n" +
		"  0 of 6 cases, 0 exchanges/s, 0.0 s")

	time.Advance(FrameTime)
	c.Tick()
	shows("  run   202 Async task details     [##########          ] 1 of 2\n" +
		"  wait  401 Unauthorized           [                    ] 0 of 4\n" +
		"  1 of 6 cases, 5 exchanges/s, 0.2 s  #1 202 org-admin: 202 Accepted")

	c.Path("202", about["202"], outcome.StatusSummary{Exercised: true, Pass: 7, Fail: 1}, "")
	shows("  FAIL  202 Async task details        7     1     -     -     -\n" +
		"  run   401 Unauthorized           [                    ] 0 of 4\n" +
		"  2 of 6 cases, 5 exchanges/s, 0.2 s  #1 202 org-admin: 202 Accepted")

	time.Advance(FrameTime)
	hostile := answered("x", 200)
	hostile.Case = hostileText
	c.Exchange(2, "401", hostile)
	if line := strings.Split(screen.text(), "\n")[4]; !strings.Contains(line, `#2 401 \x1b]0;title\x07`) {
		t.Errorf("the last line is %q", line)
	}
}

// TestLiveViewEnds has each kind of run end on a terminal of 100 x 30, and leave there what a pipe
// gets.
func TestLiveViewEnds(t *testing.T) {
	for name, run := range sampleRuns(t) {
		if name == "empty" || name == "hostile" || name == "strict" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			screen := newScreen(100, 30)
			got := console(run, ConsoleOptions{Live: true, Height: 30, Width: 100, Clock: clock.NewVirtual(run.Started)})
			if _, err := screen.Write([]byte(got)); err != nil {
				t.Fatal(err)
			}
			whole := strings.Join(append(screen.scrolled, screen.text()), "\n") + "\n"
			if diff := cmp.Diff(console(run, ConsoleOptions{Width: 100}), whole); diff != "" && name != "interrupted" {
				t.Errorf("-pipe +terminal:\n%s", diff)
			}
			if name != "nonconformant" && len(screen.scrolled) > 0 {
				t.Errorf("%d lines scrolled off", len(screen.scrolled))
			}
			if n := strings.Count(whole, "\n"); name == "conformant" && n > 12 {
				t.Errorf("a passing run takes %d lines", n)
			}
		})
	}
}

// TestLiveViewNeedsRoom: on a terminal of few lines the rows are written one by one.
func TestLiveViewNeedsRoom(t *testing.T) {
	plain := console(conformantRun(t), ConsoleOptions{})
	for height, fits := range map[int]bool{0: false, 10: false, 11: true} {
		got := console(conformantRun(t), ConsoleOptions{Live: true, Height: height})
		if live := got != plain; live != fits {
			t.Errorf("on %d lines the view is drawn: %v", height, live)
		}
		screen := newScreen(100, max(height, 1))
		if _, err := screen.Write([]byte(got)); err != nil {
			t.Errorf("on %d lines: %v", height, err)
		}
	}
}

// TestLiveViewNeedsColumns: on a terminal that breaks the rows they are written one by one.
func TestLiveViewNeedsColumns(t *testing.T) {
	for width, fits := range map[int]bool{40: false, minWidth - 1: false, minWidth: true} {
		plain := console(conformantRun(t), ConsoleOptions{Width: width})
		got := console(conformantRun(t), ConsoleOptions{Live: true, Height: 30, Width: width})
		if live := got != plain; live != fits {
			t.Errorf("on %d columns the view is drawn: %v", width, live)
		}
	}
}

// TestLiveViewFits: no line reaches the last column, where some terminals break it.
func TestLiveViewFits(t *testing.T) {
	time := clock.NewVirtual(conformantRun(t).Started)
	for _, width := range []int{minWidth, 80} {
		screen := newScreen(width-1, 30)
		c := NewConsole(screen, ConsoleOptions{Live: true, Height: 30, Width: width, Clock: time})
		c.Expect("401", strings.Repeat("long ", 20), 100000)
		c.Expect("403", "Forbidden", 100000)
		c.Begin("", outcome.Live)
		time.Advance(FrameTime)
		c.Exchange(100000, "401", answered(strings.Repeat("long ", 50), 200))
		c.Path("401", "", outcome.StatusSummary{Pass: 99999}, strings.Repeat("long ", 50))
		if screen.err != nil {
			t.Errorf("width %d: %v", width, screen.err)
		}
	}
}

func TestConsoleAnimates(t *testing.T) {
	screen := newScreen(100, 30)
	frames := &countingClock{Virtual: clock.NewVirtual(conformantRun(t).Started), left: 5}
	c := NewConsole(screen, ConsoleOptions{Live: true, Height: 30, Clock: frames})
	c.Expect("202", about["202"], 2)
	c.Begin("http://localhost", outcome.Live)
	c.Animate(t.Context())
	if !strings.Contains(screen.text(), " 0.5 s") {
		t.Errorf("after five frames:\n%s", screen.text())
	}
}

// countingClock ends a wait after some.
type countingClock struct {
	*clock.Virtual
	left int
}

func (c *countingClock) Sleep(ctx context.Context, d time.Duration) error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return c.Virtual.Sleep(ctx, d)
}

// TestConsoleTakesCallsAtOnce shows under the race detector what is not guarded.
func TestConsoleTakesCallsAtOnce(t *testing.T) {
	run := conformantRun(t)
	c := NewConsole(newScreen(100, 30), ConsoleOptions{Live: true, Height: 30, Clock: clock.NewVirtual(run.Started)})
	c.Expect("202", about["202"], 2)
	c.Begin(run.Target, run.Mode)
	var group sync.WaitGroup
	for _, call := range []func(){
		func() { c.Exchange(1, "202", answered("a", 202)) }, c.Tick, func() { c.Path("202", "", *run.Statuses["202"], "") }, func() { c.End(run) },
		func() { _ = c.Err() },
	} {
		group.Go(call)
	}
	group.Wait()
	if err := c.Err(); err != nil {
		t.Error(err)
	}
}
