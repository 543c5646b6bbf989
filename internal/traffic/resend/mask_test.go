package resend

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// maskFile is a file with the text.
func maskFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mask.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestMasks: what the user masks is left out, and nothing else.
func TestMasks(t *testing.T) {
	changed := strings.NewReplacer(`"detailCode":"404 Not found",`, "", "The server", "We")
	target := &answers{answer: func(int, *http.Request) (*http.Response, error) {
		return said(404, changed.Replace(notFound), "X-Version", "2"), nil
	}}
	all := []string{
		"breaking requirement-broken 404 /detailCode", "breaking member-removed 404 /detailCode",
		"tolerable text-changed 404 /messages/*/text", "tolerable header-added 404 header X-Version",
	}
	for name, test := range map[string]struct {
		text string
		left []string
		exit int
	}{
		"nothing":            {`- {pointer: /other, reason: r}`, all, outcome.ExitNonconformant},
		"a member":           {`- {pointer: /detailCode, reason: r}`, all[2:], outcome.ExitConformant},
		"any element's text": {`- {pointer: /messages/*/text, reason: r}`, []string{all[0], all[1], all[3]}, outcome.ExitNonconformant},
		"all below":          {`- {pointer: /messages, reason: r}`, []string{all[0], all[1], all[3]}, outcome.ExitNonconformant},
		"a header field":     {`- {header: x-version, reason: r}`, all[:3], outcome.ExitNonconformant},
	} {
		t.Run(name, func(t *testing.T) {
			r := target.replayed(t, then, Options{MaskFile: maskFile(t, test.text)}, missing(nil))
			got, want := rules(r), slices.Clone(test.left)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || r.ExitCode() != test.exit {
				t.Errorf("exit %d, %q; expected %d, %q", r.ExitCode(), got, test.exit, want)
			}
		})
	}
}

// TestMasksCover: a pointer hides its place and what is below it; only a header's name hides that
// header, and nothing hides the status.
func TestMasksCover(t *testing.T) {
	m, err := loadMasks(maskFile(t, "[{pointer: /*, reason: r}, {pointer: /a/*/b, reason: r}, {header: x-a, reason: r}]"))
	if err != nil {
		t.Fatal(err)
	}
	one, err := loadMasks(maskFile(t, "[{pointer: /a/*/b, reason: r}]"))
	if err != nil {
		t.Fatal(err)
	}
	for where, hidden := range map[string][2]bool{
		"/a": {true, false}, "/x/y": {true, false}, "/a/1": {true, false}, "/a/1/b": {true, true}, "/a/1/b/c": {true, true}, "/a/1/c": {true, false},
		"status": {}, "body": {}, "header X-A": {true, false}, "header X-B": {},
	} {
		if got := [2]bool{m.hides(where), one.hides(where)}; got != hidden {
			t.Errorf("%s is hidden: %v, want %v", where, got, hidden)
		}
	}
}

// TestVolatile: two texts of one form that is another each time are taken for equal.
func TestVolatile(t *testing.T) {
	const uuid, hexadecimal, moment = "2c918084-7468-3da6-0174-68693c260195", "2c91808474683da6", "2026-01-31T12:00:00Z"
	for _, test := range []struct {
		was, is string
		want    bool
	}{
		{uuid, strings.ToUpper(strings.Replace(uuid, "2", "3", 1)), true},
		{uuid, uuid + "0", false},
		{uuid, "x" + uuid, false},
		{uuid, strings.Replace(uuid, "-", "", 1), false},
		{uuid, uuid[1:], false},
		{uuid, uuid[:len(uuid)-1], false},
		{uuid, "2c918084-7468-3da6-01746869-3c2601950000", false},
		{hexadecimal, strings.ToUpper(hexadecimal) + "00", true},
		{hexadecimal, hexadecimal[1:], false},
		{hexadecimal, "x" + hexadecimal, false},
		{hexadecimal, hexadecimal + "x", false},
		{hexadecimal[1:], hexadecimal, false},
		{moment, "2027-12-31T23:59:59.5+01:00", true},
		{moment, "2027-12-31", false},
		{moment, uuid, false},
		{"one", "two", false},
	} {
		if m := (&masks{}); m.volatile("/x", test.was, test.is) != test.want || !m.volatile("/id", test.was, test.is) || !m.volatile("/trackingId", test.was, test.is) {
			t.Errorf("%q and %q: expected %v, and any at /id and /trackingId", test.was, test.is, test.want)
		}
	}
}

// TestWrongMasks: a file of masks that is wrong is told with its line and what was expected.
func TestWrongMasks(t *testing.T) {
	for text, says := range map[string]string{
		"- {pointer: /a, header: b, reason: r}": "line 1: 0: expected either a pointer or a header",
		"- {reason: r}":                         "line 1: 0: expected either a pointer or a header",
		"- {pointer: a, reason: r}":             `found the pointer "a", expected a JSON Pointer such as /messages/*/text`,
		"- {pointer: /a}":                       "the reason is missing",
		"- {pionter: /a, reason: r}":            `did you mean "pointer"`,
		"pointer: /a":                           "expected a list",
	} {
		_, err := loadMasks(maskFile(t, text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; expected %q", text, err, says)
		}
	}
	if _, err := loadMasks("no-such-file.yaml"); err == nil || !strings.Contains(err.Error(), "no-such-file.yaml") {
		t.Errorf("no file: %v", err)
	}
}

// TestNoise: what differs between two recordings of one server is noise, and only that.
func TestNoise(t *testing.T) {
	reworded := func(text string) func(*exchange.Exchange) {
		return func(e *exchange.Exchange) {
			e.Response.Body = []byte(strings.Replace(notFound, "The server", text, 1))
		}
	}
	target := &answers{answer: func(int, *http.Request) (*http.Response, error) {
		return said(404, strings.NewReplacer("The server", "Nobody", `"localeOrigin":"DEFAULT",`, "").Replace(notFound)), nil
	}}
	twin := written(t, then, missing(reworded("We")))
	r := target.replayed(t, then, Options{Noise: twin}, missing(nil))
	want := []string{"breaking requirement-broken 404 /messages/*/localeOrigin", "breaking member-removed 404 /messages/*/localeOrigin", "noise text-changed 404 /messages/*/text"}
	if got := rules(r); !slices.Equal(got, want) {
		t.Errorf("%q; expected %q", got, want)
	}
	options := Options{Noise: written(t, then, unlock("another", 404, notFound, nil)), Path: written(t, then, missing(nil)),
		Concurrency: 1, Now: func() time.Time { return epoch }}
	if _, err := replay(t.Context(), target.at(), options); err == nil || !strings.Contains(err.Error(), "--noise: ") {
		t.Errorf("another recording altogether: %v", err)
	}
}

// TestNoisyStatus: that a server once gave another status says nothing of a third one.
func TestNoisyStatus(t *testing.T) {
	recorded, changed := exchange.Exchange{Response: &exchange.Response{Status: 404}}, Difference{Rule: statusChanged, Where: whereStatus, Was: "404", Is: "410"}
	learnt := noise{noisyPlaceOf(recorded, changed): true}
	for is, noisy := range map[string]bool{"410": true, "500": false} {
		changed.Is = is
		if got := learnt.without(recorded, []Difference{changed}); got[0].learnt != noisy {
			t.Errorf("%s: %+v", is, got)
		}
	}
}
