package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"conformance/internal/outcome"
	"conformance/internal/page"
)

// browserTimeout bounds one test in a browser.
const browserTimeout = 3 * time.Minute

// tab is a page in a real browser.
type tab struct {
	tb  testing.TB
	ctx context.Context

	mu sync.Mutex
	// complaints are what the browser has to say against the page; requests are what it loaded.
	complaints, requests []string
}

// requireTool ends a test for want of a tool: as a failure where CONFORMANCE_REQUIRE_TOOLS is set,
// which it is in CI.
func requireTool(tb testing.TB, reason string) {
	tb.Helper()
	if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
		tb.Fatal(reason + ", and CONFORMANCE_REQUIRE_TOOLS asks for it")
	}
	tb.Skip(reason)
}

// openHTML writes the report of a run and opens it from its file.
func openHTML(tb testing.TB, run *outcome.Run, earlier *Earlier) *tab {
	tb.Helper()
	var text bytes.Buffer
	if err := page.Write(&text, htmlPage(run, earlier)); err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "report.html")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return openFile(tb, file)
}

// openFile opens a file in a browser of its own.
func openFile(tb testing.TB, file string) *tab {
	tb.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		requireTool(tb, "chromium is not installed (apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(program), chromedp.WindowSize(1200, 1000),
		// In a container the tests run as root, whom Chromium gives no sandbox.
		chromedp.NoSandbox, chromedp.CombinedOutput(io.Discard))
	parent, cancel := context.WithTimeout(context.Background(), browserTimeout)
	tb.Cleanup(cancel)
	allocator, cancel := chromedp.NewExecAllocator(parent, options...)
	tb.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	tb.Cleanup(cancel)
	b := &tab{tb: tb, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		tb.Fatal(err)
	}
	b.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))
	return b
}

// listen collects what must not happen.
func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprintf("console.%s", e.Type))
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		// A violation of the Content-Security-Policy comes here too.
		b.complaints = append(b.complaints, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// assertQuiet fails the test if the page made the browser complain, or load anything but itself.
func (b *tab) assertQuiet() {
	b.tb.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, complaint := range b.complaints {
		b.tb.Errorf("the browser complains: %s", complaint)
	}
	for _, address := range b.requests {
		if !strings.HasPrefix(address, "file:") && !strings.HasPrefix(address, "data:,") {
			b.tb.Errorf("the page loaded %s", address)
		}
	}
	if len(b.requests) == 0 {
		b.tb.Error("no request was seen, not even the page's")
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.tb.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.tb.Fatal(err)
	}
}

// evaluate is the value of a JavaScript expression in the page.
func evaluate[T any](b *tab, expression string) T {
	b.tb.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.tb.Fatalf("%s: %v", firstLine(expression), err)
	}
	return value
}

func firstLine(text string) string { return head(strings.TrimSpace(text), 100) }

// press types keys, such as kb.Tab.
func (b *tab) press(keys string) { b.tb.Helper(); b.do(chromedp.KeyEvent(keys)) }

// colorScheme makes the page believe that the user wants light or dark.
func (b *tab) colorScheme(scheme string) {
	b.tb.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

// shown are the titles of the results in the list.
func (b *tab) shown() []string {
	b.tb.Helper()
	return evaluate[[]string](b, `[...document.querySelectorAll("#entries .title")].map(e => e.textContent)`)
}

func (b *tab) count() string {
	b.tb.Helper()
	return evaluate[string](b, `document.getElementById("count").textContent`)
}

// withoutScripts reloads the page in a browser that runs none.
func (b *tab) withoutScripts() {
	b.tb.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}), chromedp.Reload())
}

// printed is the page as PDF.
func (b *tab) printed() []byte {
	b.tb.Helper()
	var pdf []byte
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		result, err := cdp.Call(ctx, target, devtools.PrintToPDF, devtools.PrintToPDFParams{})
		pdf = []byte(result.Data)
		return err
	}))
	return pdf
}

// axeViolation is what axe-core finds against a page.
type axeViolation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// assertAccessible fails the test for what axe-core calls serious or critical. The file of axe-core
// is axe.min.js of the npm package axe-core, version 4; CONFORMANCE_AXE holds its path.
func (b *tab) assertAccessible() {
	b.tb.Helper()
	file := os.Getenv("CONFORMANCE_AXE")
	if file == "" {
		requireTool(b.tb, "CONFORMANCE_AXE does not name axe.min.js (npm install axe-core@4)")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		b.tb.Fatal(err)
	}
	evaluate[chromedp.Void](b, string(axe))
	found := evaluate[json.RawMessage](b, `axe.run().then(r => r)`)
	var result struct{ Violations, Passes []axeViolation }
	if err := json.Unmarshal(found, &result); err != nil {
		b.tb.Fatal(err)
	}
	if len(result.Passes) == 0 {
		b.tb.Error("axe-core looked at nothing")
	}
	for _, v := range result.Violations {
		if v.Impact != "serious" && v.Impact != "critical" {
			b.tb.Logf("axe-core: %s: %s: %s", v.Impact, v.ID, v.Help)
			continue
		}
		for _, node := range v.Nodes {
			b.tb.Errorf("axe-core: %s: %s: %s: %s\n%s", v.Impact, v.ID, v.Help, node.HTML, node.FailureSummary)
		}
	}
}
