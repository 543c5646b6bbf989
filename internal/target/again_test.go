package target

import (
	"errors"
	"net/http"
	"testing"

	"conformance/fixtures"
)

// TestAuthorize: a recorded value becomes the token in the form that was recorded.
func TestAuthorize(t *testing.T) {
	const token = "a-token"
	for recorded, want := range map[string]string{
		"Bearer <orgAdmin>":           "Bearer " + token,
		"BEARER <orgAdmin>":           "BEARER " + token,
		"Bearer <orgAdmin:shortened>": "Bearer a-tok",
		"<orgAdmin:bare>":             token,
		"Bearer not-a-token":          "",
	} {
		s := Stimulus{Header: http.Header{}}
		if err := s.Authorize(t.Context(), Tokens{"orgAdmin": token}, recorded); err != nil || s.authorization.value != want {
			t.Errorf("%s: %q, %v; expected %q", recorded, s.authorization.value, err, want)
		}
	}
	for _, recorded := range []string{"Bearer <helpdesk>", "Bearer <orgAdmin:unheard-of>", "Basic <orgAdmin:shortened>"} {
		s := Stimulus{Header: http.Header{}}
		if err := s.Authorize(t.Context(), Tokens{"orgAdmin": token}, recorded); !errors.Is(err, ErrNoCredential) {
			t.Errorf("%s: %v; expected that there is no such credential", recorded, err)
		}
	}
}

// TestSegments: the ids that a plan allows, and no id that could be somebody else's.
func TestSegments(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	short := Plan{Unlockable: "a b", Missing: "nobody"}.Segments(set)
	for name, want := range map[string]string{
		fixtures.Unlockable: "a%20b", fixtures.Missing: "nobody", fixtures.Fault: "",
		"quotes": "no'such%22account%27--", "near-nul": "a%20b%00", "near-head": "",
	} {
		if short[name] != want {
			t.Errorf("%s: %q, expected %q", name, short[name], want)
		}
	}
	long := Plan{Unlockable: "V1StGXR8_Z5jdHi6B-my_", Missing: "nobody"}.Segments(set)
	for name, want := range map[string]string{
		"near-head": "V1StGXR8_Z5jdHi6B-my", "near-tail": "1StGXR8_Z5jdHi6B-my_", "near-half": "V1StGXR8_Z",
		"near-glob": "V1StGXR8_Z5jdHi6B-my*", "near-like": "", // which would be the id itself
	} {
		if long[name] != want {
			t.Errorf("%s: %q, expected %q", name, long[name], want)
		}
	}
	if near := (Plan{Missing: "nobody"}).Segments(set)["near-nul"]; near != "" {
		t.Errorf("without consent: %q", near)
	}
}

// TestIDsThatAreCountedHaveNeighbours: an id like that of the consented account is only asked for
// where it cannot be another's.
func TestIDsThatAreCountedHaveNeighbours(t *testing.T) {
	for id, want := range map[string]bool{
		"ef38f94347e94562b5bb8424a56397d8":     true,
		"0190a6e1-5d1b-7c3e-9f00-1a2b3c4d5e6f": true,
		"507f1f77bcf86cd799439011":             true,
		"00u1a2b3c4d5E6f7G8h9":                 true,
		"V1StGXR8_Z5jdHi6B-myT":                true,
		"Tenant-42-User-0017-Acct-0001":        false,
		"42":                                   false,
		"a1b2c3d4e5f6a7b8c9d":                  false,
		"employee-000000000012":                false,
		"employee000000000000012":              false,
		"00000000000000000000000000000012":     false,
		"20261123160000000012":                 false,
		"john.smith.42@corp.example":           false,
		"site-1-unit-2-desk-3-user-4":          false,
		"CN=a1b2c3d4e5f6,OU=x":                 false,
	} {
		_, sent := Plan{Unlockable: id}.Segments(loadFixtures(t))["near-longer"]
		if sent != want {
			t.Errorf("an id near %s is asked for: %v, expected %v", id, sent, want)
		}
	}
}
