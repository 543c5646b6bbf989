package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// click clicks the first element of a CSS selector.
func click(b *tab, selector string) {
	b.tb.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func TestHTMLFilters(t *testing.T) {
	run := nonconformantRun(t)
	b := openHTML(t, run, nil)
	all := len(run.Results)
	if got, want := b.count(), fmt.Sprintf("%d of %d results", all, all); got != want {
		t.Errorf("at first: %q, want %q", got, want)
	}
	if got := b.shown(); got[0] != "401-expired-token" || got[len(got)-1] != "any-media-type" {
		t.Errorf("not failures first and passes last: %v", got)
	}
	matching := func(keep func(outcome.Result) bool) string {
		n := 0
		for _, result := range run.Results {
			if keep(result) {
				n++
			}
		}
		return fmt.Sprintf("%d of %d results", n, all)
	}
	for _, step := range []struct {
		name string
		do   func()
		keep func(outcome.Result) bool
	}{
		{"outcome", func() { click(b, `input[name="outcome"][value="fail"]`) },
			func(r outcome.Result) bool { return r.Outcome == outcome.Fail }},
		{"and status", func() { click(b, `input[name="status"][value="500"]`) },
			func(r outcome.Result) bool { return r.Outcome == outcome.Fail && r.Status == "500" }},
		{"or another status", func() { click(b, `input[name="status"][value="401"]`) },
			func(r outcome.Result) bool {
				return r.Outcome == outcome.Fail && (r.Status == "500" || r.Status == "401")
			}},
		{"and words", func() { b.do(chromedp.SendKeys(chromedp.CSS("#text"), "TOKEN body")) },
			func(r outcome.Result) bool { return r.Case == "expired-token-bad-body" }},
		{"cleared", func() { click(b, "#clear") }, func(outcome.Result) bool { return true }},
		{"level", func() { click(b, `input[name="level"][value="SHOULD"]`) },
			func(r outcome.Result) bool { return r.Level == outcome.Should }},
		{"cell of the matrix", func() { click(b, `a[href="#outcome=known&status=403"]`) },
			func(r outcome.Result) bool { return r.Outcome == outcome.Known }},
	} {
		step.do()
		if got, want := b.count(), matching(step.keep); got != want {
			t.Errorf("%s: %q, want %q", step.name, got, want)
		}
	}
	b.assertQuiet()
}

func TestHTMLOpensAResult(t *testing.T) {
	run := nonconformantRun(t)
	b := openHTML(t, run, nil)
	if got := evaluate[int](b, `document.querySelectorAll("#entries .block").length`); got != 0 {
		t.Errorf("%d blocks were made before anything was opened", got)
	}
	click(b, "#entries summary")
	b.do(chromedp.WaitVisible(chromedp.CSS("#entries .command")))
	text := evaluate[string](b, `document.querySelector("#entries .blocks").innerText`)
	for _, want := range []string{
		run.Requirements["401-expired-token"].Sentence, "Authorization: Bearer <expired>", "HTTP/1.1 202 Accepted",
		`"forceProvisioning": true`, "curl -sS -i", "conformance explain 401-expired-token", `\x1b]0;owned`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the opened result does not show %q:\n%s", want, text)
		}
	}
	if got := evaluate[[]string](b, `[...document.querySelectorAll("#entries mark")].map(m => m.textContent)`); !slices.Equal(got, []string{"HTTP/1.1 202 Accepted"}) {
		t.Errorf("marked %q", got)
	}
	click(b, "#entries .copy")
	b.do(chromedp.WaitReady(chromedp.CSS("#entries .copy")))
	if got, want := evaluate[string](b, `getSelection().toString()`), Curl(run.Exchanges[2]); got != want {
		t.Errorf("selected to copy %q, want %q", got, want)
	}
	b.assertQuiet()
}

// TestHTMLByKeyboard goes through the page with the Tab key and does everything without a mouse.
func TestHTMLByKeyboard(t *testing.T) {
	b := openHTML(t, nonconformantRun(t), nil)
	const focused = `(() => { const e = document.activeElement;
		return e.id || e.name && e.name + "=" + e.value || e.getAttribute("href") || e.tagName + " " + e.textContent.slice(0, 24) })()`
	var order []string
	for range 100 {
		b.press(kb.Tab)
		order = append(order, evaluate[string](b, focused))
		if strings.HasPrefix(order[len(order)-1], "SUMMARY") {
			break
		}
	}
	var inOrder []string
	wanted := []string{
		"#entries-title", "theme", "#status=202", "#outcome=pass&status=500", "text", "clear", "outcome=fail", "outcome=pass",
		"status=202", "status=500", "level=MUST", "level=SHOULD", "SUMMARY fail 401 MUST 401-expire",
	}
	for _, one := range order {
		if slices.Contains(wanted, one) {
			inOrder = append(inOrder, one)
		}
	}
	if diff := cmp.Diff(wanted, inOrder); diff != "" {
		t.Errorf("-wanted +in the order of the focus:\n%s\nall: %q", diff, order)
	}
	// The focus is on the first result.
	b.press(kb.Enter)
	b.do(chromedp.WaitVisible(chromedp.CSS("#entries .copy")))
	b.press(kb.Tab)
	if got := evaluate[string](b, focused); got != "BUTTON Copy" {
		t.Errorf("after the opened result the focus is on %q", got)
	}
	for range 2 { // Back over the result, to the last box.
		b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	}
	b.press(" ")
	if got, want := b.count(), "1 of 28 results"; got != want {
		t.Errorf("the space key on %q leaves %q, want %q", evaluate[string](b, focused), got, want)
	}
	// The first link of the page skips what stands before the results.
	b.do(chromedp.Reload())
	b.press(kb.Tab + kb.Enter + kb.Tab)
	if got := evaluate[string](b, focused); got != "text" {
		t.Errorf("the link that skips leads to %q, not to the filter of the results", got)
	}
	b.assertQuiet()
}

func TestHTMLIsAccessible(t *testing.T) {
	earlier := &Earlier{target: "http://other.test", verdict: outcome.Nonconformant, results: nonconformantRun(t).Results[3:16]}
	b := openHTML(t, nonconformantRun(t), earlier)
	click(b, "#entries summary")
	click(b, ".timeline summary")
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			b.tb = t
			b.colorScheme(scheme)
			dark := evaluate[string](b, `getComputedStyle(document.body).backgroundColor`) == "rgb(21, 24, 28)"
			if dark != (scheme == "dark") {
				t.Errorf("dark is %t", dark)
			}
			b.assertAccessible()
		})
	}
	b.tb = t
	click(b, "#theme")
	if got := evaluate[string](b, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("the theme light has the background %s", got)
	}
}

// TestHTMLPrints: on paper every failure is open, and nothing is there to click.
func TestHTMLPrints(t *testing.T) {
	b := openHTML(t, nonconformantRun(t), nil)
	evaluate[chromedp.Void](b, `addEventListener("afterprint", () => { window.open_after = document.querySelectorAll("#entries details[open]").length });
		addEventListener("beforeprint", () => { window.open_before = document.querySelectorAll("#entries details.bad[open] mark").length })`)
	if pdf := b.printed(); len(pdf) == 0 {
		t.Error("nothing was printed")
	}
	if got, want := evaluate[int](b, `window.open_before`), 12; got != want {
		t.Errorf("%d failures are open on paper, want %d", got, want)
	}
	if got := evaluate[int](b, `window.open_after`); got != 0 {
		t.Errorf("%d results stay open", got)
	}
}

func TestHTMLWithoutScripts(t *testing.T) {
	b := openHTML(t, nonconformantRun(t), nil)
	b.withoutScripts()
	click(b, "#entries summary")
	b.do(chromedp.WaitVisible(chromedp.CSS("#entries details[open] mark")))
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nonconformant", "16 more results need JavaScript", "401-expired-token", "no longer fails: remove it"} {
		if !strings.Contains(text, want) {
			t.Errorf("without scripts %q is not to be read", want)
		}
	}
	if strings.Contains(text, "Clear") {
		t.Error("without scripts the filter is there, and does nothing")
	}
}

// TestHTMLHostileInBrowser: what a target says cannot make the page do anything.
func TestHTMLHostileInBrowser(t *testing.T) {
	b := openHTML(t, markupRun(t), nil)
	evaluate[chromedp.Void](b, `for (const s of document.querySelectorAll("summary")) s.click()`)
	b.do(chromedp.WaitVisible(chromedp.CSS("#entries .command")))
	if got := evaluate[bool](b, `"owned" in window || document.querySelector("img, iframe, object, script[src], style:nth-of-type(2)") !== null`); got {
		t.Error("a text of the target became part of the page")
	}
	if text := evaluate[string](b, `document.getElementById("entries").innerText`); !strings.Contains(text, hostileMarkup) {
		t.Errorf("the hostile text is not shown as it is:\n%s", text)
	}
	b.assertQuiet()
}
