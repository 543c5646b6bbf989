package strictyaml

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemsAreSentencesWithTheirPlace(t *testing.T) {
	const aliases = "anchors (&) and aliases (*) are not allowed; quote a value that begins with one of them"
	for name, row := range map[string]struct{ text, want string }{
		"empty":                {"", `house.yaml: the file is empty; expected YAML keys`},
		"comments only":        {"# name: x\n", `house.yaml: the file is empty; expected YAML keys`},
		"null":                 {"~\n", `house.yaml: the file is empty; expected YAML keys`},
		"too large":            {strings.Repeat("#", limit+1), `house.yaml: larger than 4096 bytes, the most that is read`},
		"a mistyped key":       {"name: x\nromos: 3\n", `house.yaml: line 2: romos: unknown key; did you mean "rooms"?`},
		"a key in capitals":    {"NAME: x\n", `house.yaml: line 1: NAME: unknown key; did you mean "name"?`},
		"an unknown key":       {"floor:\n  color: red\n", `house.yaml: line 2: floor.color: unknown key; expected one of height`},
		"an ignored field":     {"Ignored: x\nfloor: {height: 1}\n", `house.yaml: line 1: Ignored: unknown key; expected one of name, rooms, small, doors, heated, waits, built, words, floor, floors, labels`},
		"a duplicate key":      {"name: x\nrooms: 1\nname: y\n", `house.yaml: line 3: name: duplicate key; it stands in line 1 already`},
		"a key in a map":       {"floors: {a: {}, a: {}}\n", `house.yaml: line 1: floors.a: duplicate key; it stands in line 1 already`},
		"a strange key":        {"labels: {\"a.b\\n\": [1]}\n", `house.yaml: line 1: labels."a.b\n": expected text, found a list`},
		"a long key":           {strings.Repeat("k", 80) + ": 1\n", `house.yaml: line 1: ` + strings.Repeat("k", 60) + `…: unknown key; expected one of name, rooms, small, doors, heated, waits, built, words, floor, floors, labels`},
		"a key that is none":   {"labels:\n  ? [a]\n  : b\n", `house.yaml: line 2: labels: expected keys that are plain text`},
		"a field that is none": {"floor:\n  ? [a]\n  : b\n", `house.yaml: line 2: floor: expected keys that are plain text`},
		"a duplicate, wrong":   {"name: x\nname: [1]\n", `house.yaml: line 2: name: duplicate key; it stands in line 1 already`},
		"a null key":           {"labels:\n  ~: b\n", `house.yaml: line 2: labels: expected keys that are plain text`},
		"a list for keys":      {"- a\n", `house.yaml: line 1: expected keys with values, found a list`},
		"text for keys":        {"floor: 3\n", `house.yaml: line 1: floor: expected keys with values, found a single value`},
		"nothing for keys":     {"floor:\nrooms: 3\n", `house.yaml: line 1: floor: expected keys with values, found nothing`},
		"nothing for text":     {"name:\n", `house.yaml: line 1: name: expected text, found nothing`},
		"keys for a list":      {"words: {a: b}\n", `house.yaml: line 1: words: expected a list, found keys with values`},
		"keys for an item":     {"words:\n  - a\n  - {b: c}\n", `house.yaml: line 3: words[1]: expected text, found keys with values`},
		"text for a number":    {"rooms: three\n", `house.yaml: line 1: rooms: expected a whole number, found "three"`},
		"a quoted number":      {"rooms: \"3\"\n", `house.yaml: line 1: rooms: expected a whole number, found "3"`},
		"a fraction":           {"rooms: 1.5\n", `house.yaml: line 1: rooms: expected a whole number, found "1.5"`},
		"hexadecimal":          {"rooms: 0x10\n", `house.yaml: line 1: rooms: expected a whole number, found "0x10"`},
		"a large number":       {"small: 128\n", `house.yaml: line 1: small: expected a whole number, found "128"`},
		"a negative count":     {"doors: -1\n", `house.yaml: line 1: doors: expected a whole number, not negative, found "-1"`},
		"a word for a truth":   {"heated: yes\n", `house.yaml: line 1: heated: expected true or false, found "yes"`},
		"a bare duration":      {"waits: 10\n", `house.yaml: line 1: waits: expected a duration such as 10s, found "10"`},
		"a long value":         {"waits: " + strings.Repeat("x", 41) + "\n", `house.yaml: line 1: waits: expected a duration such as 10s, found a text of 41 bytes`},
		"a date for a time":    {"built: 2027-01-31\n", `house.yaml: line 1: built: expected a time such as 2027-01-31T12:00:00Z, found "2027-01-31"`},
		"an unset variable":    {"name: a ${NOWHERE} b\n", `house.yaml: line 1: name: the environment variable NOWHERE is not set; set it or remove the key`},
		"open braces":          {"name: ${NAME\n", `house.yaml: line 1: name: ${ begins the name of an environment variable, such as ${NAME}; write $${ for the two characters themselves`},
		"no name in braces":    {"name: ${a-b}\n", `house.yaml: line 1: name: ${ begins the name of an environment variable, such as ${NAME}; write $${ for the two characters themselves`},
		"a secret number":      {"rooms: ${NAME}\n", `house.yaml: line 1: rooms: expected a whole number, found something else in the environment variable NAME`},
		"a secret duration":    {"waits: ${COUNT}${EMPTY}\n", `house.yaml: line 1: waits: expected a duration such as 10s, found something else in the environment variable COUNT, EMPTY`},
		"an anchor":            {"name: &hunter2 x\n", "house.yaml: line 1: name: " + aliases},
		"an alias":             {"name: &a x\nwords: [*a]\n", "house.yaml: line 1: name: " + aliases + "\nhouse.yaml: line 2: words[0]: " + aliases},
		"an anchored mapping":  {"floor: &a {height: !!int 3}\n", "house.yaml: line 1: floor: " + aliases},
		"a tagged mapping":     {"floor: !a {height: &a 3}\n", "house.yaml: line 1: floor: tags (!) are not allowed; quote a value that begins with an exclamation mark"},
		"an anchored key":      {"labels: {&a b: c}\n", `house.yaml: line 1: labels: expected keys that are plain text`},
		"a tagged key":         {"labels: {!a b: c}\n", `house.yaml: line 1: labels: expected keys that are plain text`},
		"a key with a dot":     {"labels: {a.b: [1]}\n", `house.yaml: line 1: labels."a.b": expected text, found a list`},
		"a key with a quote":   {"labels: {'a\"b': [1]}\n", `house.yaml: line 1: labels."a\"b": expected text, found a list`},
		"a key with a space":   {"labels: {a b: [1]}\n", `house.yaml: line 1: labels."a b": expected text, found a list`},
		"an invisible key":     {"labels: {\"a\\u200bb\": [1]}\n", `house.yaml: line 1: labels."a\u200bb": expected text, found a list`},
		"a key of 60 letters":  {strings.Repeat("k", 60) + ": 1\n", `house.yaml: line 1: ` + strings.Repeat("k", 60) + `: unknown key; expected one of name, rooms, small, doors, heated, waits, built, words, floor, floors, labels`},
		"a value of 40 bytes":  {"waits: " + strings.Repeat("x", 40) + "\n", `house.yaml: line 1: waits: expected a duration such as 10s, found "` + strings.Repeat("x", 40) + `"`},
		"a shouted truth":      {"heated: TRUE\n", `house.yaml: line 1: heated: expected true or false, found "TRUE"`},
		"a truth from nowhere": {"heated: ${NAME}\n", `house.yaml: line 1: heated: expected true or false, found something else in the environment variable NAME`},
		"a broken last line":   {"name: x\nrooms: 2\nwords: [", `house.yaml: line 3: broken YAML: did not find expected node content`},
		"a broken first line":  {"\tname: x\nrooms: 2\n", `house.yaml: line 1: broken YAML: a tab in the indentation; YAML wants spaces`},
		"an alias to none":     {"name: x\nwords: [a]\nlabels: {password: *hunter2}\n", `house.yaml: line 3: broken YAML: an alias that stands for nothing; quote a value that begins with *`},
		"a merge":              {"floor: {<<: {height: 3}}\n", `house.yaml: line 1: floor.<<: unknown key; expected one of height`},
		"a tag":                {"rooms: !!int 3\n", "house.yaml: line 1: rooms: tags (!) are not allowed; quote a value that begins with an exclamation mark"},
		"a second document":    {"name: x\n---\nname: y\n", `house.yaml: line 2: a second document begins here; one file holds one document`},
		"broken afterwards":    {"name: x\n---\n{\n", `house.yaml: line 3: broken YAML: did not find expected node content`},
		"a colon missing":      {"name: x\nfloor:\n  height: 3\n  width 4\nrooms: 2\nwords: []\n", `house.yaml: line 4: broken YAML: could not find expected ':'`},
		"a wrong indent":       {"name: x\n\n\nfloor:\n    height: 3\n  width: 4\nrooms: 2\n", `house.yaml: line 6: broken YAML: did not find expected key`},
		"an open quote":        {"name: x\nwords: [a, b]\nlabels: {a: \"b}\nrooms: 2\n", `house.yaml: line 3: broken YAML: found unexpected end of stream`},
		"a tab":                {"floor:\n\theight: 3\n", `house.yaml: line 2: broken YAML: a tab in the indentation; YAML wants spaces`},
		"a tab before keys":    {"name: x\nfloor:\n\t\theight: 3\nrooms: 2\n", `house.yaml: line 3: broken YAML: a tab in the indentation; YAML wants spaces`},
		"a control character":  {"name: \"\x01\"\n", `house.yaml: line 1: broken YAML: control characters are not allowed`},
		"not UTF-8":            {"rooms: 1\nname: \xff\n", `house.yaml: line 2: broken YAML: invalid leading UTF-8 octet`},
		"far too deep":         {strings.Repeat("[", 4000), `house.yaml: line 1: broken YAML: did not find expected node content`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := decodeHouse(row.text)
			if err == nil {
				t.Fatal("no problem found")
			}
			if err.Error() != row.want {
				t.Errorf("got  %s\nwant %s", err, row.want)
			}
			var problem *Error
			if !errors.As(err, &problem) {
				t.Errorf("got a %T, want an *Error", err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats a secret: %s", err)
			}
		})
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, brackets := range []struct{ open, close string }{{"[", "]"}, {"{a: ", "}"}} {
		for levels, want := range map[int]int{31: 0, 40: 1} {
			text := "words: " + strings.Repeat(brackets.open, levels) + "x" + strings.Repeat(brackets.close, levels)
			_, _, err := decodeHouse(text)
			if got := strings.Count(err.Error(), "nested more than 32 levels deep"); got != want {
				t.Errorf("%d levels of %s: got %v", levels, brackets.open, err)
			}
		}
	}
}

func TestTheLimitIsTheLastSizeThatIsRead(t *testing.T) {
	text := "name: x\n" + strings.Repeat("#", limit-8)
	if got, _, err := decodeHouse(text); err != nil || got.Name != "x" {
		t.Errorf("%d bytes: got %+v, %v", len(text), got, err)
	}
	if _, _, err := decodeHouse(text + "#"); err == nil {
		t.Errorf("%d bytes were read", len(text)+1)
	}
}

// A large document is not parsed again and again to find the line.
func TestBrokenLineOfALargeDocument(t *testing.T) {
	text := strings.Repeat("# a comment\n", 10_000) + "name: \"\\q\"\n"
	_, err := Parse("house.yaml", []byte(text), len(text))
	if want := "house.yaml: line 10001: broken YAML: found unknown escape character"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAllProblemsAreReportedInTheOrderOfTheirLines(t *testing.T) {
	_, _, err := decodeHouse("rooms: three\nname: &x y\nfloor: [1]\nname: z\nfloors:\n  a: {width: 1}\nwaits: 1\n")
	want := `house.yaml: line 1: rooms: expected a whole number, found "three"
house.yaml: line 2: name: anchors (&) and aliases (*) are not allowed; quote a value that begins with one of them
house.yaml: line 3: floor: expected keys with values, found a list
house.yaml: line 4: name: duplicate key; it stands in line 2 already
house.yaml: line 6: floors.a.width: unknown key; expected one of height
house.yaml: line 7: waits: expected a duration such as 10s, found "1"`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestManyProblemsAreCutShort(t *testing.T) {
	_, _, err := decodeHouse(strings.Repeat("a: 1\n", 300))
	lines := strings.Split(err.Error(), "\n")
	if last := lines[len(lines)-1]; len(lines) != 101 || last != "house.yaml: 200 more problems" {
		t.Errorf("%d lines, the last of them %q", len(lines), last)
	}
}
