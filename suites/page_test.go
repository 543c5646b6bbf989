package suites

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// pageEntry is one sentence of the page and what holds it.
type pageEntry struct {
	Sentence     string   `yaml:"sentence"`
	Requirements []string `yaml:"requirements"`
	Excluded     string   `yaml:"excluded"`
}

func readPage(t *testing.T) []pageEntry {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(requirementsFile))
	decoder.KnownFields(true)
	var requirements []any
	if err := decoder.Decode(&requirements); err != nil {
		t.Fatal(err)
	}
	var entries []pageEntry
	if err := decoder.Decode(&entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestEverySentenceOfThePage takes the published page apart, from its first word to its last,
// by the sentences that requirements.yaml accounts for.
func TestEverySentenceOfThePage(t *testing.T) {
	text, err := os.ReadFile("testdata/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	entries := readPage(t)
	slices.SortFunc(entries, func(a, b pageEntry) int { return len(oneLine(b.Sentence)) - len(oneLine(a.Sentence)) })
	found := map[string]bool{}
	for rest := oneLine(string(text)); rest != ""; {
		at := slices.IndexFunc(entries, func(e pageEntry) bool { return strings.HasPrefix(rest+" ", oneLine(e.Sentence)+" ") })
		if at < 0 {
			t.Fatalf("no entry accounts for the page's words %.120q", rest)
		}
		sentence := oneLine(entries[at].Sentence)
		found[sentence] = true
		rest = strings.TrimPrefix(rest, sentence)
		rest = strings.TrimPrefix(rest, " ")
	}
	for _, entry := range entries {
		if !found[oneLine(entry.Sentence)] {
			t.Errorf("the page does not have the sentence %q", entry.Sentence)
		}
	}
}

// TestEveryRequirementHasItsSentence: each entry names requirements that exist or a reason, and
// each requirement of the page is named by a sentence.
func TestEveryRequirementHasItsSentence(t *testing.T) {
	requirements, err := LoadRequirements()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, entry := range readPage(t) {
		if (len(entry.Requirements) == 0) == (entry.Excluded == "") {
			t.Errorf("%q: expected either requirements or a reason to exclude it", entry.Sentence)
		}
		for _, id := range entry.Requirements {
			named[id] = true
			if _, known := requirements.Find(id); !known {
				t.Errorf("%q: no requirement is called %s", entry.Sentence, id)
			}
		}
	}
	for _, requirement := range requirements.All() {
		if !named[requirement.ID] && !strings.HasPrefix(requirement.Source, "RFC") {
			t.Errorf("no sentence of the page names %s", requirement.ID)
		}
	}
}
