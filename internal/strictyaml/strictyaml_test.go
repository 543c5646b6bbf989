package strictyaml

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// house has a field of every type that Decode fills in.
type house struct {
	Name    string            `yaml:"name,omitempty"`
	Rooms   int               `yaml:"rooms"`
	Small   int8              `yaml:"small"`
	Doors   uint              `yaml:"doors"`
	Heated  bool              `yaml:"heated"`
	Waits   time.Duration     `yaml:"waits"`
	Built   time.Time         `yaml:"built"`
	Words   []string          `yaml:"words"`
	Floor   *floor            `yaml:"floor"`
	Floors  map[string]floor  `yaml:"floors"`
	Labels  map[string]string `yaml:"labels"`
	Ignored string            `yaml:"-"`
}

type floor struct {
	Height int `yaml:"height"`
}

const limit = 4096

func environ(name string) (string, bool) {
	value, set := map[string]string{"NAME": "hunter2", "COUNT": "12", "EMPTY": "", "WAIT": "3s"}[name]
	return value, set
}

func decodeHouse(text string) (house, *Document, error) {
	var h house
	document, err := Parse("house.yaml", []byte(text), limit)
	if err != nil {
		return h, nil, err
	}
	document.Decode(&h, environ)
	return h, document, document.Err()
}

func TestDecodeFillsEveryType(t *testing.T) {
	got, document, err := decodeHouse(`
name: "a ${NAME} in $${this} for $5"
rooms: ${COUNT}
small: -7
doors: 3
heated: true
waits: 1m30s
built: 2027-01-31T12:00:00+01:00
words: [00000000000000000000000000000000, yes, 1e5, "", 2027-01-31]
floor: {height: 3}
floors: {ground: {height: 4}, "1": {height: 2}}
labels:
  text: |
    two
    lines
  "$NAME": '${EMPTY}'
`)
	if err != nil {
		t.Fatal(err)
	}
	want := house{
		Name: "a hunter2 in ${this} for $5", Rooms: 12, Small: -7, Doors: 3, Heated: true, Waits: 90 * time.Second,
		Built: time.Date(2027, 1, 31, 11, 0, 0, 0, time.UTC),
		Words: []string{"00000000000000000000000000000000", "yes", "1e5", "", "2027-01-31"},
		Floor: &floor{3}, Floors: map[string]floor{"ground": {4}, "1": {2}},
		Labels: map[string]string{"text": "two\nlines\n", "$NAME": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for path, want := range map[string]bool{"name": true, "rooms": true, "doors": false, "words": false} {
		if got := document.FromEnvironment(Path{path}); got != want {
			t.Errorf("%s from the environment: got %t, want %t", path, got, want)
		}
	}
	if !document.FromEnvironment(Path{"labels", "$NAME"}) || document.FromEnvironment(Path{"labels", "text"}) {
		t.Error("of the labels, only $NAME came from the environment")
	}
	if !document.Has(Path{"words", "[1]"}) || document.Has(Path{"words", "[5]"}) {
		t.Error("words has the elements 0 to 4")
	}
}

func TestDecodeLeavesTheEnvironmentAloneWithoutOne(t *testing.T) {
	document, err := Parse("house.yaml", []byte(`name: "${NAME} $${x} ${"`), limit)
	if err != nil {
		t.Fatal(err)
	}
	var h house
	document.Decode(&h, nil)
	if err := document.Err(); err != nil || h.Name != "${NAME} $${x} ${" {
		t.Errorf("got %q, %v", h.Name, err)
	}
}

func TestReportAddsToTheProblemsOfTheDocument(t *testing.T) {
	document, err := Parse("house.yaml", []byte("name: x\nrooms: a\nfloor: 3\nfloors:\n  low: {}\n"), limit)
	if err != nil {
		t.Fatal(err)
	}
	var h house
	document.Decode(&h, environ)
	document.Report(Path{"name"}, "too short: %d letter", 1)
	document.Report(Path{"rooms"}, "follows from what is reported already")
	document.Report(Path{"floor", "height"}, "follows from what is reported already")
	document.Report(Path{"floors", "low", "height"}, "missing")
	want := `house.yaml: line 1: name: too short: 1 letter
house.yaml: line 2: rooms: expected a whole number, found "a"
house.yaml: line 3: floor: expected keys with values, found a single value
house.yaml: line 5: floors.low.height: missing`
	if diff := cmp.Diff(want, document.Err().Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestANilDocumentKnowsNoPlaces(t *testing.T) {
	var none *Document
	if got := none.Problem(Path{"a", "b"}, "wrong").Error(); got != "a.b: wrong" {
		t.Errorf("got %q", got)
	}
	if none.Has(Path{"a"}) || none.FromEnvironment(Path{"a"}) {
		t.Error("a nil document has no values")
	}
}

func TestRead(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "house.yaml")
	if err := os.WriteFile(path, []byte("name: x\nromos: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	document, err := Read(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	document.Decode(&house{}, nil)
	if got, want := document.Err().Error(), path+`: line 2: romos: unknown key; did you mean "rooms"?`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := Read(path, 3); err == nil || err.Error() != path+": larger than 3 bytes, the most that is read" {
		t.Errorf("a large file: got %v", err)
	}
	if _, err := Read(folder, limit); err == nil || err.Error() != folder+": cannot be read: is a directory" {
		t.Errorf("a folder: got %v", err)
	}
	missing := filepath.Join(folder, "none.yaml")
	if _, err := Read(missing, limit); !errors.Is(err, fs.ErrNotExist) || err.Error() != missing+": cannot be read: no such file or directory" {
		t.Errorf("a missing file: got %v", err)
	}
}
