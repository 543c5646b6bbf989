package reference

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestConfig(t *testing.T) {
	r, err := New(Options{BasePath: "/v2025"})
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(r.Config("http://127.0.0.1:8080"), &config); err != nil {
		t.Fatal(err)
	}
	credentials, _ := config["credentials"].(map[string]any)
	for _, name := range []string{
		"orgAdmin", "sourceAdmin", "sourceSubadmin", "helpdesk", "provisioner",
		"noProvisioning", "unprivileged", "expired", "throttled",
	} {
		entry, _ := credentials[name].(map[string]any)
		token, _ := entry["token"].(string)
		if _, err := r.tokens.verify(token); (err != nil) != (name == "expired") {
			t.Errorf("the token of %s: %v", name, err)
		}
		delete(credentials, name)
	}
	want := map[string]any{
		"target":      map[string]any{"url": "http://127.0.0.1:8080/v2025", "timeout": "10s"},
		"accounts":    map[string]any{"unlockable": UnlockableAccount, "missing": MissingAccount},
		"credentials": map[string]any{},
		"provoke": map[string]any{
			"rateLimit":     map[string]any{"requests": 60, "concurrency": 8, "maxWait": "15s"},
			"internalFault": map[string]any{"account": FaultAccount},
		},
	}
	if diff := cmp.Diff(want, config); diff != "" {
		t.Errorf("config, without credentials (-want +got):\n%s", diff)
	}
}
