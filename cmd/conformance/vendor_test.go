package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// vendorModules is the folder node_modules with the vendor's client. The test is skipped without
// it, unless CONFORMANCE_REQUIRE_TOOLS is set.
func vendorModules(t *testing.T) string {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
		missing = t.Fatalf
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing("the vendor's client needs node: %v", err)
	}
	modules := os.Getenv("CONFORMANCE_NODE_MODULES")
	if _, err := os.Stat(filepath.Join(modules, "sailpoint-api-client")); modules == "" || err != nil {
		missing("CONFORMANCE_NODE_MODULES must name the node_modules with sailpoint-api-client: %q", modules)
	}
	return modules
}

// vendorCall is one call of the vendor's client.
type vendorCall struct {
	Token string         `json:"token"`
	ID    string         `json:"id"`
	Body  map[string]any `json:"body"`
}

// vendorCalls has the vendor's client make the calls, and returns what each came to.
func vendorCalls(t *testing.T, modules, address string, calls []vendorCall) []string {
	t.Helper()
	var input bytes.Buffer
	for _, call := range calls {
		if err := json.NewEncoder(&input).Encode(call); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "vendor-client.js"), address)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "NODE_PATH=" + modules}
	command.Stdin = &input
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	return strings.Split(strings.TrimSpace(string(output)), "\n")
}

// verdictLine is the line of a verification that counts, without the time that it took.
func verdictLine(output string) string {
	for line := range strings.Lines(output) {
		if counts, _, found := strings.Cut(line, " of the operation, "); found {
			return counts
		}
	}
	return ""
}

// TestVendorClient: the vendor's own client sees the same of the reference, of the recording proxy
// before it, and of the mock that answers from what was recorded.
func TestVendorClient(t *testing.T) {
	modules := vendorModules(t)
	implementation, err := reference.New(reference.Options{Clock: clock.System{}, BasePath: "/v2024"})
	if err != nil {
		t.Fatal(err)
	}
	target := httptest.NewServer(implementation)
	defer target.Close()
	tokens := implementation.Credentials()
	call := func(credential, id string, body map[string]any) vendorCall {
		return vendorCall{Token: tokens[credential], ID: id, Body: body}
	}
	calls := []vendorCall{
		call("orgAdmin", reference.UnlockableAccount, map[string]any{}),
		call("orgAdmin", reference.UnlockableAccount, map[string]any{"unlockIDNAccount": false, "externalVerificationId": "3f9180835d2e5168015d32f890ca1581"}),
		call("noProvisioning", reference.UnlockableAccount, map[string]any{"forceProvisioning": true}),
		call("provisioner", reference.UnlockableAccount, map[string]any{"forceProvisioning": true}),
		call("expired", reference.UnlockableAccount, map[string]any{}),
		call("unprivileged", reference.UnlockableAccount, map[string]any{}),
		call("orgAdmin", reference.MissingAccount, map[string]any{}),
		call("orgAdmin", reference.FaultAccount, map[string]any{}),
		call("orgAdmin", "../"+reference.UnlockableAccount, map[string]any{}),
	}
	dir := t.TempDir()
	config := writeFile(t, dir, "conformance.yaml", string(implementation.Config(target.URL)))
	recording := startServer(t, dir, "record", "--config", config, "--target", target.URL, "--out", "session")
	recorded := vendorCalls(t, modules, recording.url, calls)
	recording.stop(t)
	for i, status := range []int{202, 202, 403, 202, 401, 403, 404, 500, 404} {
		if want := fmt.Sprintf(`{"status":%d,`, status); !strings.HasPrefix(recorded[i], want) {
			t.Errorf("call %d came to %s, want status %d", i+1, recorded[i], status)
		}
	}

	mocking := startServer(t, dir, "mock", "session", "--config", config)
	if diff := cmp.Diff(recorded, vendorCalls(t, modules, mocking.url, calls)); diff != "" {
		t.Errorf("the mock answers otherwise (-recorded +mocked):\n%s", diff)
	}
	mocking.stop(t)

	// What was recorded is judged, sent again and converted, and stays what it is.
	verified := conformance(t, dir, nil, "verify", "session")
	if verified.code != outcome.ExitConformant {
		t.Errorf("verify: exit %d\n%s%s", verified.code, verified.stdout, verified.stderr)
	}
	replayed := conformance(t, dir, nil, "replay", "session", "--config", config)
	if replayed.code != outcome.ExitConformant {
		t.Errorf("replay: exit %d\n%s%s", replayed.code, replayed.stdout, replayed.stderr)
	}
	for _, step := range [][2]string{{"session", "traffic.har"}, {"traffic.har", "back"}, {"back", "single.yaml"}} {
		if r := conformance(t, dir, nil, "convert", step[0], step[1]); r.code != outcome.ExitConformant {
			t.Fatalf("convert %s: exit %d\n%s%s", step, r.code, r.stdout, r.stderr)
		}
		r := conformance(t, dir, nil, "verify", step[1])
		if verdictLine(r.stdout) != verdictLine(verified.stdout) || r.code != verified.code {
			t.Errorf("verify %s: exit %d\n%s%s", step[1], r.code, r.stdout, r.stderr)
		}
		again := startServer(t, dir, "mock", step[1], "--config", config)
		if diff := cmp.Diff(recorded, vendorCalls(t, modules, again.url, calls)); diff != "" {
			t.Errorf("the mock of %s answers otherwise (-recorded +mocked):\n%s", step[1], diff)
		}
		again.stop(t)
	}
	for _, token := range tokens {
		assertNowhere(t, dir, token, filepath.Base(config))
	}
}
