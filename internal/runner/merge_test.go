package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/shard"
)

// partsOf judges the parts of a run and returns the files of their reports.
func partsOf(t *testing.T, options Options, of int) []string {
	t.Helper()
	var files []string
	for number := 1; number <= of; number++ {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("part-%d.json", number))
		options.Shard, options.Reports = shard.Part{Number: number, Of: of}, []report.Destination{{Kind: report.JSON, File: file}}
		if part := judged(t, options); part.Shard != options.Shard.String() {
			t.Errorf("part %s calls itself %q", options.Shard, part.Shard)
		}
		files = append(files, file)
	}
	return files
}

func merge(options MergeOptions) (*outcome.Run, string, error) {
	var printed strings.Builder
	options.Output, options.Now = &printed, func() time.Time { return today }
	run, err := Merge(options)
	return run, printed.String(), err
}

// table is the lines of the paths in what a run printed.
func table(printed string) string {
	lines, _, _ := strings.Cut(printed, "\n\n")
	return lines
}

// TestMergedRun: parts, merged, are reported as the whole is.
func TestMergedRun(t *testing.T) {
	whole, said, err := judge(t, Options{Fault: accepting})
	if err != nil {
		t.Fatal(err)
	}
	files := partsOf(t, Options{Fault: accepting}, 2)
	merged, printed, err := merge(MergeOptions{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(whole.Summary, merged.Summary); difference != "" || merged.Verdict != whole.Verdict {
		t.Errorf("%s, summary -whole +merged:\n%s", merged, difference)
	}
	if difference := cmp.Diff(whole.Requirements, merged.Requirements); difference != "" {
		t.Errorf("requirements -whole +merged:\n%s", difference)
	}
	if difference := cmp.Diff(table(said), table(printed)); difference != "" || !strings.Contains(printed, "NONCONFORMANT") {
		t.Errorf("-whole +merged:\n%s\n%s", difference, printed)
	}
	known := writeFile(t, "b.yaml", "401-expired-token: {reason: r}\n401-before-account: {reason: r}\n401-before-body: {reason: r}\n202-org-admin: {reason: r}\n")
	file := filepath.Join(t.TempDir(), "merged.json")
	options := MergeOptions{Files: files, Options: Options{Baseline: known, Reports: []report.Destination{{Kind: report.JSON, File: file}}}}
	excused, _, err := merge(options)
	if err != nil || excused.Summary[outcome.Fail] != 0 || excused.Summary[outcome.Known] == 0 || len(excused.Reasons) != 1 || !strings.Contains(excused.Reasons[0], "202-org-admin no longer fails") {
		t.Errorf("%s, %v, %q, %v", excused, excused.Summary, excused.Reasons, err)
	}
	if read, err := report.ReadRun(file); err != nil || read.Verdict != excused.Verdict || len(read.Results) != len(merged.Results) {
		t.Errorf("%v, %v", read, err)
	}
}

// TestMergedStrictRun: the parts say whether a warning fails.
func TestMergedStrictRun(t *testing.T) {
	for strict, verdict := range map[bool]outcome.Verdict{false: outcome.Conformant, true: outcome.Nonconformant} {
		_, whole, err := judge(t, Options{Fault: "challenge-missing", Strict: strict})
		if err != nil {
			t.Fatal(err)
		}
		merged, printed, err := merge(MergeOptions{Files: partsOf(t, Options{Fault: "challenge-missing", Strict: strict}, 2)})
		if difference := cmp.Diff(table(whole), table(printed)); difference != "" {
			t.Errorf("strict %v: -whole +merged:\n%s", strict, difference)
		}
		if err != nil || merged.Verdict != verdict || merged.Strict != strict || !strings.Contains(printed, "401-www-authenticate") {
			t.Errorf("strict %v: %s, %v\n%s", strict, merged, err, printed)
		}
	}
}

func TestMergeRunRefuses(t *testing.T) {
	part := partsOf(t, Options{}, 1)[0]
	for _, test := range []struct {
		options MergeOptions
		says    string
	}{
		{MergeOptions{Files: []string{"nowhere.json"}}, "nowhere.json: no such file"},
		{MergeOptions{Files: []string{part, part}}, "part 1/1 is given twice"},
		{MergeOptions{Options: Options{Baseline: "nowhere.yaml"}}, "nowhere.yaml"},
		{MergeOptions{Options: Options{Reports: []report.Destination{{Kind: report.JSON, File: "nowhere/r.json"}}}}, "there is no folder nowhere"},
	} {
		run, printed, err := merge(test.options)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), test.says) || run != nil || printed != "" {
			t.Errorf("%v, %v, printed %q; want %q", run, err, printed, test.says)
		}
	}
}

// deaf is an output that takes nothing.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("nobody listens") }

// TestMergeThatCannotBeWritten has a result, and says what could not be written.
func TestMergeThatCannotBeWritten(t *testing.T) {
	options := Options{Output: io.Discard, Now: time.Now}
	unheard, full := options, options
	unheard.Output = deaf{}
	full.Reports = []report.Destination{{Kind: report.JSON, File: "/dev/full"}}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no full device")
	}
	files := partsOf(t, Options{}, 2)
	for says, options := range map[string]Options{"nobody listens": unheard, "write the json report to /dev/full": full} {
		run, err := Merge(MergeOptions{Files: files, Options: options})
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), says) || run == nil {
			t.Errorf("%v, %v; want %q", run, err, says)
		}
	}
}
