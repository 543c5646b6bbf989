package reference

import (
	"maps"
	"slices"
	"testing"
)

func TestChooseLanguage(t *testing.T) {
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		header string
		locale string
		origin string
	}{
		{"", "en-US", "DEFAULT"},
		{"fr-FR, fr;q=0.9", "fr-FR", "REQUEST"},
		{"fr", "fr-FR", "REQUEST"},
		{"fr-CA", "fr-FR", "REQUEST"},
		{"FR-fr", "fr-FR", "REQUEST"},
		{"de-CH;q=0.9, en;q=0.4", "de-DE", "REQUEST"},
		{"de;q=0.4, en;q=0.9", "en-US", "REQUEST"},
		{"en-GB", "en-US", "REQUEST"},
		{"tlh, de;q=0.1", "de-DE", "REQUEST"},
		{"tlh", "en-US", "DEFAULT"},
		{"gsw", "en-US", "DEFAULT"},
		{"*", "en-US", "DEFAULT"},
		{"*, fr;q=0.5", "fr-FR", "REQUEST"},
		{"fr;q=0, de;q=0", "en-US", "DEFAULT"},
		{";;q=,--", "en-US", "DEFAULT"},
		{"fr;q=high", "en-US", "DEFAULT"},
		{"und", "en-US", "DEFAULT"},
	}
	for _, test := range tests {
		got := texts.choose(test.header, "en-US")
		if got.text != test.locale || got.locale != test.locale || got.origin != test.origin {
			t.Errorf("%q: %+v, want %s as %s", test.header, got, test.locale, test.origin)
		}
	}
}

// TestErrorsInFrench follows a language into the answer.
func TestErrorsInFrench(t *testing.T) {
	r, _ := newReference(t, "")
	got := ask(r, request("POST", UnlockableAccount, "", "Authorization", "Bearer "+r.Credentials()["helpdesk"], "Accept-Language", "fr-CH"))
	want := `{"detailCode":"400.1 Bad Request Content","trackingId":"ID","messages":[{"locale":"fr-FR","localeOrigin":"REQUEST",` +
		`"text":"La syntaxe de la requête est correcte mais son contenu n'a pas de sens valide."}],` +
		`"causes":[{"locale":"fr-FR","localeOrigin":"REQUEST","text":"La requête n'a pas de corps."}]}`
	if body := id.ReplaceAllString(got.Body, `"ID"`); body != want {
		t.Errorf("body\n%s\nwant\n%s", body, want)
	}
	if language := got.Header.Get("Content-Language"); language != "fr-FR" {
		t.Errorf("Content-Language is %q, want fr-FR", language)
	}
}

// TestTexts holds every locale to the same keys and to texts of its own.
func TestTexts(t *testing.T) {
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"de-DE", "en-US", "fr-FR"}; !slices.Equal(texts.locales, want) {
		t.Fatalf("locales %v, want %v", texts.locales, want)
	}
	english := texts.byName["en-US"]
	owner := map[string]string{}
	for _, locale := range texts.locales {
		own := texts.byName[locale]
		if !slices.Equal(slices.Sorted(maps.Keys(own.Messages)), slices.Sorted(maps.Keys(english.Messages))) ||
			!slices.Equal(slices.Sorted(maps.Keys(own.Causes)), slices.Sorted(maps.Keys(english.Causes))) {
			t.Errorf("%s does not have the keys of en-US", locale)
		}
		for _, text := range slices.Concat(slices.Collect(maps.Values(own.Messages)), slices.Collect(maps.Values(own.Causes))) {
			if owner[text] != "" {
				t.Errorf("%q is a text of %s and of %s", text, owner[text], locale)
			}
			owner[text] = locale
		}
	}
	for status := range detailCodes {
		if english.Messages[status] == "" {
			t.Errorf("there is no text for status %d", status)
		}
	}
}
