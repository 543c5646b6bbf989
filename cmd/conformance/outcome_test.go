package main

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// TestFaultIsNamed: a failure names the requirement, its sentence, what was sent, what came
// back, and a curl line without the token.
func TestFaultIsNamed(t *testing.T) {
	dir := t.TempDir()
	r := conformance(t, dir, nil, "run", "--fault", faultForReplay, "--report", "json=report.json", "--report", "junit=report.xml")
	if r.code != outcome.ExitNonconformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for _, expected := range []string{
		"401-expired-token", "no authorization header", "HTTP/1.1 202 Accepted", "expected  401",
		"curl ", "$EXPIRED", "conformance explain 401-expired-token", "NONCONFORMANT",
	} {
		if !strings.Contains(r.stdout, expected) {
			t.Errorf("the report does not hold %q:\n%s", expected, r.stdout)
		}
	}
	if strings.Contains(r.stdout, "eyJ") {
		t.Error("the report holds a token")
	}
	report := readReport(t, filepath.Join(dir, "report.json"))
	if !report.broken()["401-expired-token"] || report.Verdict != "nonconformant" || report.ExitCode != 1 {
		t.Errorf("verdict %s, exit code %d, broken %v", report.Verdict, report.ExitCode, report.broken())
	}
	assertJUnit(t, filepath.Join(dir, "report.xml"), report)
}

// assertJUnit: there is a test case for each result, and a failure for each that failed.
func assertJUnit(t *testing.T, file string, report jsonReport) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if token == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, begins := token.(xml.StartElement); begins {
			counts[element.Name.Local]++
		}
	}
	if counts["testcase"] != len(report.Results) || counts["failure"] != report.Summary["fail"] || counts["failure"] == 0 {
		t.Errorf("JUnit has %v; the report has %d results and %v", counts, len(report.Results), report.Summary)
	}
}

// TestStrict: a broken SHOULD warns, and fails with --strict.
func TestStrict(t *testing.T) {
	const fault = faultOfAShould
	if r := conformance(t, t.TempDir(), nil, "run", "--fault", fault); r.code != outcome.ExitConformant || !strings.Contains(r.stdout, "401-www-authenticate") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r := conformance(t, t.TempDir(), nil, "run", "--fault", fault, "--strict"); r.code != outcome.ExitNonconformant {
		t.Errorf("with --strict: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestBaseline: a known failure does not fail the run, until its date; one that no longer
// fails does.
func TestBaseline(t *testing.T) {
	for _, test := range []struct {
		name, fault, baseline string
		code                  int
	}{
		{"excused", faultForReplay, "401-expired-token: {reason: fixed in 2.4}\n401-before-account: {reason: same}\n401-before-body: {reason: same}", outcome.ExitConformant},
		{"excused no longer", faultForReplay, "401-expired-token: {reason: fixed in 2.4, until: 2020-01-31}\n401-before-account: {reason: same}\n401-before-body: {reason: same}", outcome.ExitNonconformant},
		{"another failure", faultForReplay, "401-tampered-token: {reason: fixed in 2.4}", outcome.ExitNonconformant},
		{"stale", "", "401-expired-token: {reason: fixed in 2.4}", outcome.ExitNonconformant},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "baseline.yaml", test.baseline)
			r := conformance(t, dir, nil, "run", "--fault", test.fault, "--baseline", "baseline.yaml")
			if r.code != test.code {
				t.Errorf("exit %d, expected %d\n%s%s", r.code, test.code, r.stdout, r.stderr)
			}
		})
	}
}

// TestWaiver: a path that is waived by name and with a reason leaves the verdict whole.
func TestWaiver(t *testing.T) {
	reference := startReference(t)
	defer reference.stop()
	dir := t.TempDir()
	config, _, _ := strings.Cut(reference.config, "\nprovoke:")
	if config == reference.config {
		t.Fatal("the printed config has no provoke section to leave out")
	}
	provoke := "\nprovoke: {rateLimit: {requests: 60}}\n"
	writeFile(t, dir, "without.yaml", config+provoke)
	writeFile(t, dir, "waived.yaml", config+provoke+"waive: {\"500\": the tenant cannot inject faults}\n")
	if r := conformance(t, dir, nil, "run", "--config", "without.yaml"); r.code != outcome.ExitNoVerdict || !strings.Contains(r.stdout, "provoke.internalFault") {
		t.Errorf("without a provocation: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	r := conformance(t, dir, nil, "run", "--config", "waived.yaml", "--report", "json=report.json")
	if r.code != outcome.ExitConformant || !strings.Contains(r.stdout, "cannot inject faults") {
		t.Errorf("waived: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if report := readReport(t, filepath.Join(dir, "report.json")); report.Summary["waived"] == 0 || report.Summary["skip"] != 0 {
		t.Errorf("summary %v", report.Summary)
	}
}

// TestInterruptedAfterAFailure: what was answered before an interruption is judged all the same, so
// that a failure in the path that was under way outranks it.
func TestInterruptedAfterAFailure(t *testing.T) {
	implementation, err := reference.New(reference.Options{Clock: clock.System{}, Fault: "malformed-json-accepted"})
	if err != nil {
		t.Fatal(err)
	}
	seen, done := make(chan struct{}, 1000), make(chan struct{})
	const answered = 50 // of the cases of 202 and 400, with more of 400 to come
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > answered {
			seen <- struct{}{}
			<-done
			return
		}
		implementation.ServeHTTP(w, r)
	}))
	defer server.Close()
	defer close(done)
	dir := t.TempDir()
	config := writeFile(t, dir, "conformance.yaml", string(implementation.Config(server.URL)))
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		requests.Store(0)
		command := exec.CommandContext(t.Context(), os.Args[0], "run", "--config", config, "--concurrency", "1", "--report", "json=report.json")
		command.Dir, command.Env = dir, []string{"CONFORMANCE_TEST_MAIN=1"}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		<-seen
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		report := readReport(t, filepath.Join(dir, "report.json"))
		if code := command.ProcessState.ExitCode(); code != outcome.ExitNonconformant || !report.broken()["400-malformed-json"] {
			t.Errorf("%s: exit %d, broken %v", signal, code, report.broken())
		}
	}
}

// TestInterruption: a run that is interrupted says what it knows, and has no verdict.
func TestInterruption(t *testing.T) {
	asked := make(chan struct{}, 1000)
	target := silentTarget(t, asked)
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), os.Args[0], "run", "--target", target, "--report", "json=report.json")
	command.Dir = dir
	command.Env = []string{"CONFORMANCE_TEST_MAIN=1"}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked // the preflight, which is answered
	<-asked // the first case, which is not
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != outcome.ExitNoVerdict {
		t.Errorf("exit %d, expected %d: %s", code, outcome.ExitNoVerdict, stderr.String())
	}
	if report := readReport(t, filepath.Join(dir, "report.json")); report.Verdict != "incomplete" {
		t.Errorf("verdict %s", report.Verdict)
	}
}

// TestExplainAndList: each requirement that is listed can be explained.
func TestExplainAndList(t *testing.T) {
	r := conformance(t, t.TempDir(), nil, "explain", "403-provisioning-scope")
	for _, expected := range []string{"MUST", "idn:accounts-provisioning:manage", "force-without-scope", "catches"} {
		if r.code != outcome.ExitConformant || !strings.Contains(r.stdout, expected) {
			t.Errorf("exit %d, no %q in\n%s%s", r.code, expected, r.stdout, r.stderr)
		}
	}
	if r := conformance(t, t.TempDir(), nil, "explain", "403-provisoning-scope"); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "403-provisioning-scope") {
		t.Errorf("a mistyped id: exit %d, %s", r.code, r.stderr)
	}
	if r := conformance(t, t.TempDir(), nil, "run", "--list", "--filter", "401 && MUST"); r.code != outcome.ExitConformant ||
		!strings.Contains(r.stdout, "401-expired-token") || strings.Contains(r.stdout, "403-no-authority") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}
