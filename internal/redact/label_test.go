package redact

import (
	"strconv"
	"testing"
)

func TestCutLabel(t *testing.T) {
	for recorded, want := range map[string][3]string{
		"Bearer <orgAdmin>":       {"Bearer ", "orgAdmin", "true"},
		"<orgAdmin:bare>":         {"", "orgAdmin:bare", "true"},
		"Bearer <a> <b>":          {"Bearer <a> ", "b", "true"},
		"Bearer token":            {"Bearer token", "", "false"},
		"Bearer token>":           {"Bearer token>", "", "false"},
		"Bearer <orgAdmin> token": {"Bearer <orgAdmin> token", "", "false"},
		"":                        {"", "", "false"},
	} {
		scheme, name, labelled := CutLabel(recorded)
		if got := [3]string{scheme, name, strconv.FormatBool(labelled)}; got != want {
			t.Errorf("%q: %q, want %q", recorded, got, want)
		}
	}
}
