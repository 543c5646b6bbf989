package drift

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ignoring(t *testing.T, text string) (*Ignore, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ignore.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ignore, err := LoadIgnore(path)
	return ignore, err
}

func TestIgnoreFileIsStrict(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"unknown rule":  {"status-droped: {reason: x}", `line 1: status-droped: unknown rule "status-droped"; did you mean "status-dropped"?`},
		"foreign rule":  {"zzzzzzzzzzzz 404: {reason: x}", `a report names the rule of each change`},
		"no reason":     {"status-added: {until: 2027-01-31}", "status-added.reason: missing or empty; say why the change is accepted"},
		"no date":       {"status-added: {reason: x, until: soon}", "status-added.until: expected a date such as 2027-01-31"},
		"unknown key":   {"status-added: {reason: x, untill: 2027-01-31}", `status-added.untill: unknown key; did you mean "until"?`},
		"not a mapping": {"- status-added", "expected keys with values, found a list"},
	} {
		if _, err := ignoring(t, row.text); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
	if _, err := LoadIgnore(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestIgnoreExcuses(t *testing.T) {
	now := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	change := func(rule, section, at string) Change {
		return Change{Rule: rule, Grade: Breaking, Where: Place{section, at}}
	}
	changes := []Change{
		change("member-removed", "400", "/trackingId"),
		change("member-removed", "403", "/trackingId"),
		change("member-removed", "403", "/causes/*/text"),
		change("status-dropped", "404", ""),
	}
	for name, row := range map[string]struct {
		text          string
		left, excused []string
		stale         string
		exit          int
	}{
		"a rule everywhere":    {"member-removed: {reason: x}", []string{"404"}, []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text"}, "", 1},
		"a rule in one place":  {"member-removed 403 /trackingId: {reason: x}", []string{"400 /trackingId", "403 /causes/*/text", "404"}, []string{"403 /trackingId"}, "", 1},
		"a pattern":            {"member-removed 403*: {reason: x}", []string{"400 /trackingId", "404"}, []string{"403 /trackingId", "403 /causes/*/text"}, "", 1},
		"all":                  {"member-removed: {reason: x}\nstatus-dropped 404: {reason: y}", nil, []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text", "404"}, "", 0},
		"its last day":         {"status-dropped: {reason: x, until: 2027-02-01}", []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text"}, []string{"404"}, "", 1},
		"the day after":        {"status-dropped: {reason: x, until: 2027-01-31}", []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text", "404"}, nil, `ignore file: "status-dropped" excused until 2027-01-31 and does not any more: x`, 1},
		"nothing to excuse":    {"status-added: {reason: x}", []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text", "404"}, nil, `ignore file: "status-added" matches no change; remove it`, 1},
		"the place is another": {"status-dropped 40: {reason: x}", []string{"400 /trackingId", "403 /trackingId", "403 /causes/*/text", "404"}, nil, `ignore file: "status-dropped 40" matches no change; remove it`, 1},
	} {
		ignore, err := ignoring(t, row.text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := &Report{FailOn: OnBreaking, Changes: append([]Change(nil), changes...)}
		ignore.Apply(r, now)
		var left, excused []string
		for _, c := range r.Changes {
			left = append(left, c.Where.String())
		}
		for _, c := range r.Ignored {
			excused = append(excused, c.Where.String())
		}
		if diff := cmp.Diff([][]string{row.left, row.excused}, [][]string{left, excused}); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
		if got := strings.Join(r.Stale, "; "); got != row.stale {
			t.Errorf("%s: stale: got %q, want %q", name, got, row.stale)
		}
		if r.ExitCode() != row.exit {
			t.Errorf("%s: exit %d, want %d", name, r.ExitCode(), row.exit)
		}
	}
	var none *Ignore
	r := &Report{Changes: changes}
	if none.Apply(r, now); len(r.Changes) != len(changes) {
		t.Error("no ignore file must excuse nothing")
	}
}
