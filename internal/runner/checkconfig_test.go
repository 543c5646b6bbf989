package runner

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

// tokenAlone is an environment with one token.
func tokenAlone(name string) (string, bool) { return "a-token", name == "TOKEN" }

func TestCheckConfigRefuses(t *testing.T) {
	for config, says := range map[string]string{
		"targit: {}": `unknown key; did you mean "target"?`,
		"credentials: {orgAdmin: {tokenEnv: NOWHERE}}":                                                                          "NOWHERE is not set",
		"credentials: {orgAdmin: {clientCredentials: {tokenURL: \"https://h/t\", clientID: x, clientSecretEnv: NOWHERE}}}":      "NOWHERE is not set",
		"target: {url: \"https://h\", tls: {caFile: nowhere.pem}}":                                                              "line 1: target.tls.caFile: ",
		"target: {url: \"https://h\", tls: {certFile: nowhere.pem, keyFile: nowhere.pem}}\ncredentials: {orgAdmin: {token: t}}": "line 1: target.tls: certFile and keyFile: ",
	} {
		reach, err := CheckConfig(writeFile(t, "c.yaml", config), tokenAlone)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), says) || reach != nil {
			t.Errorf("%s: %v, %v; want %s", config, reach, err, says)
		}
	}
}

// TestCheckConfigTellsWhatCanBeSent: of each path how much, what the rest needs, once, and why it
// may be left out.
func TestCheckConfigTellsWhatCanBeSent(t *testing.T) {
	reach, err := CheckConfig(writeFile(t, "c.yaml", `
target: {url: "https://h"}
accounts: {unlockable: u}
credentials: {orgAdmin: {tokenEnv: TOKEN}}
waive: {"500": we have no faults}
`), tokenAlone)
	if err != nil {
		t.Fatal(err)
	}
	set, _, err := load()
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]string{}
	for i, one := range reach {
		says[one.Status] = one.Says
		if one.Status != set.Paths[i].Status {
			t.Errorf("place %d has %s, want %s", i, one.Status, set.Paths[i].Status)
		}
	}
	if len(says) != len(outcome.Statuses) {
		t.Errorf("tells of %v", says)
	}
	for status, parts := range map[string][]string{
		"202": {" cases; ", "credentials.helpdesk"},
		"404": {" cases"},
		"500": {"0 of ", ", waived: we have no faults; ", "provoke.internalFault"},
	} {
		for _, part := range parts {
			if strings.Count(says[status], part) != 1 {
				t.Errorf("%s: %q does not say %q once", status, says[status], part)
			}
		}
	}
	if strings.Contains(says["404"], "waived") || strings.Contains(says["202"], "accounts.unlockable") {
		t.Errorf("%q, %q", says["404"], says["202"])
	}
}

// TestCheckConfigOfEverything: a config that lacks nothing is told of in a few words.
func TestCheckConfigOfEverything(t *testing.T) {
	set, _, err := load()
	if err != nil {
		t.Fatal(err)
	}
	config := "target: {url: \"https://h\"}\naccounts: {unlockable: 2c9180835d2e5168015d32f890ca1581}\nprovoke: {internalFault: {account: boom}}\ncredentials:\n"
	for _, credential := range set.Credentials[1:] {
		config += "  " + credential.Name + ": {token: a.b.token-of-" + credential.Name + "}\n"
	}
	config += "  " + set.Credentials[0].Name + ": {clientCredentials: {tokenURL: \"https://h/t\", clientID: x, clientSecretEnv: TOKEN}}\n"
	reach, err := CheckConfig(writeFile(t, "c.yaml", config), tokenAlone)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range reach {
		if n := len(set.Paths[i].Cases); one.Says != fmt.Sprintf("%d of %d cases", n, n) {
			t.Errorf("%s: %s", one.Status, one.Says)
		}
	}
}
