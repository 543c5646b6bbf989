package mock

import (
	"testing"

	"conformance/internal/exchange"
	"conformance/internal/session"
)

func TestCredentials(t *testing.T) {
	traffic := []exchange.Exchange{
		recorded(1, "expired", "a", "{}", 401, "expired"),
		recorded(2, "unprivileged", "a", "{}", 403, "unprivileged"),
		recorded(3, "orgAdmin", "a", "{}", 202, "orgAdmin"),
		recorded(4, "provisioner", "a", "{}", 202, "provisioner"),
		recorded(5, "provisioner", "b", "{}", 202, "provisioner"),
		recorded(6, "", "a", "{}", 401, "none"),
		recorded(7, "expired", "c", "{}", 401, "expired"),
		recorded(8, "unprivileged", "c", "{}", 403, "unprivileged"),
		recorded(9, "", "d", "{}", 401, "none"),
	}
	tokens := map[string]string{"orgAdmin": "token-of-org-admin", "expired": "token-that-expired"}
	for _, test := range []struct {
		name, account, authorization, want string
		options                            Options
	}{
		{"the label itself", "a", "Bearer <unprivileged>", "403 unprivileged", Options{}},
		{"the name", "a", "Bearer orgAdmin", "202 orgAdmin", Options{}},
		{"the scheme in small letters", "a", "bearer orgAdmin", "202 orgAdmin", Options{}},
		{"a token of the config", "a", "Bearer token-that-expired", "401 expired", Options{Credentials: tokens}},
		{"a token of the config before the flag", "a", "Bearer token-of-org-admin", "202 orgAdmin", Options{Credentials: tokens, Credential: "expired"}},
		{"the flag", "a", "Bearer whatever", "403 unprivileged", Options{Credential: "unprivileged"}},
		{"the flag, but not recorded with it", "b", "Bearer whatever", "501", Options{Credential: "unprivileged"}},
		{"the one accepted most often", "a", "Bearer whatever", "202 provisioner", Options{}},
		{"the one rejected least often", "c", "Bearer whatever", "403 unprivileged", Options{}},
		{"none", "a", "", "401 none", Options{}},
		{"none is not any", "d", "Bearer whatever", "501", Options{}},
		{"any is not none", "b", "", "501", Options{}},
		{"another scheme", "a", "Basic b3JnQWRtaW46eA==", "501", Options{}},
		{"a scheme alone", "a", "Bearer", "501", Options{}},
		{"a token alone", "a", "orgAdmin", "501", Options{}},
		{"several spaces", "a", "Bearer   orgAdmin", "202 orgAdmin", Options{}},
		{"ignored", "a", "Basic b3JnQWRtaW46eA==", "401 expired", Options{IgnoreCredentials: true}},
		{"ignored, none", "b", "", "202 provisioner", Options{IgnoreCredentials: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := serve(t, test.options, traffic...).unlock(test.account, test.authorization, "{}"); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A token that is not known has one sequence and does not fall through to others' answers.
func TestUnknownTokenKeepsToOneCredential(t *testing.T) {
	a := serve(t, Options{OnExhausted: session.ExhaustedError},
		recorded(1, "orgAdmin", "a", "{}", 202, "first"), recorded(2, "expired", "a", "{}", 401, "not this"), recorded(3, "orgAdmin", "a", "{}", 202, "second"))
	for _, want := range []string{"202 first", "202 second", "501"} {
		if got := a.unlock("a", "Bearer whatever", "{}"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Browsers take credentials out of the archives that they export.
func TestRecordingWithoutCredentials(t *testing.T) {
	a := serve(t, Options{}, recorded(1, "", "a", "{}", 202, "one"))
	if got := a.unlock("a", "Bearer whatever", "{}"); got != "202 one" {
		t.Errorf("got %s", got)
	}
}
