package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"conformance/internal/exchange"
)

// streamed reads what must be readable through a Source.
func streamed(t *testing.T, path string) []exchange.Exchange {
	t.Helper()
	source, err := OpenSource(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []exchange.Exchange
	for item, err := range source.Items() {
		if err != nil {
			t.Fatal(err)
		}
		e, err := item.Exchange()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	same(t, []string(nil), source.Warnings())
	return all
}

func TestASourceReadsWhatOpenReads(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(700))
	same(t, open(t, dir).Exchanges(), streamed(t, dir))
	file := filepath.Join(dir, "401.yaml")
	same(t, open(t, file).Exchanges(), streamed(t, file))
	source, err := OpenSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	same(t, open(t, dir).Manifest, source.Manifest)
}

// Items know their place, and can be read again from the beginning.
func TestItemsKnowTheirPlace(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(30))
	source, err := OpenSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var places []string
		for item, err := range source.Items() {
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Split(files(t, dir)[item.Cassette+".yaml"], "\n")
			if line := text[item.Line-1]; line != fmt.Sprintf("  - id: %d", item.Number-1) {
				t.Errorf("%s begins in line %d with %q", item, item.Line, line)
			}
			same(t, filepath.Join(dir, item.Cassette+".yaml"), item.File)
			if places = append(places, item.String()); len(places) == 6 {
				break
			}
		}
		same(t, "interaction 5 of 202.yaml, interaction 1 of 400.yaml", strings.Join(places[4:], ", "))
	}
}

func TestItemsAreDecodedConcurrently(t *testing.T) {
	dir := t.TempDir()
	session := run(400)
	record(t, dir, session)
	source, err := OpenSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	items := make(chan Item)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for item := range items {
				e, err := item.Exchange()
				if err != nil {
					t.Error(err)
				}
				same(t, session[item.Cassette][item.Number-1], e)
			}
		})
	}
	for item, err := range source.Items() {
		if err != nil {
			t.Fatal(err)
		}
		items <- item
	}
	close(items)
	group.Wait()
}

// The memory that a Source needs does not grow with the file: 64 MiB are read with less
// than 8.
func TestASourceHasBoundedMemory(t *testing.T) {
	e := answered("a", 1, 202)
	e.Response.Body = []byte(strings.Repeat("long ", 10_000))
	text := []byte(cassetteHead)
	for i := range 1_350 {
		text = appendInteraction(text, i, e)
	}
	file := filepath.Join(t.TempDir(), "202.yaml")
	write(t, file, string(text))
	size := len(text)
	text = nil
	source, err := OpenSource(file)
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	most, count := before, 0
	for item, err := range source.Items() {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%300 == 0 {
			most = max(most, heap())
		}
		runtime.KeepAlive(item)
	}
	if size < 64<<20 || most-before > 8<<20 {
		t.Errorf("a file of %d bytes needed %d bytes", size, most-before)
	}
}

func TestASourceTellsOfDamage(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(60))
	file := filepath.Join(dir, "400.yaml")
	write(t, file, strings.Replace(files(t, dir)["400.yaml"], "method: POST", "method: [", 1))
	source, err := OpenSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for item, err := range source.Items() {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := item.Exchange(); err != nil {
			damaged++
			same(t, "interaction 1 of 400.yaml", item.String())
			mustContain(t, err.Error(), file+": line 1", "this is not YAML")
		}
	}
	same(t, 1, damaged)
	_, err = Open(dir)
	if err == nil {
		t.Fatal("Open finds nothing wrong")
	}
	mustContain(t, err.Error(), file+": line 1", "this is not YAML")
}

func TestAMissingCassetteEndsTheItems(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(60))
	if err := os.Remove(filepath.Join(dir, "400.yaml")); err != nil {
		t.Fatal(err)
	}
	source, err := OpenSource(dir)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for item, err := range source.Items() {
		if last != nil || err == nil && item.Cassette != "202" {
			t.Fatalf("%s follows %v", item, last)
		}
		last = err
	}
	if !errors.Is(last, fs.ErrNotExist) {
		t.Errorf("got %v", last)
	}
}

// A recording that was killed leaves a manifest that says so, cassettes that end anywhere,
// and files that were just begun.
func TestAKilledRecordingIsRead(t *testing.T) {
	dir := t.TempDir()
	session := map[string][]exchange.Exchange{"202": {answered("a", 1, 202)}, "401": {answered("b", 1, 401), answered("b", 2, 401)}}
	record(t, dir, session)
	text := files(t, dir)
	cut := strings.Index(text["401.yaml"], "  - id: 1")
	write(t, filepath.Join(dir, "401.yaml"), text["401.yaml"][:cut+100])
	write(t, filepath.Join(dir, "404.yaml"), "")
	write(t, filepath.Join(dir, "429.yaml"), cassetteHead[:70])
	write(t, filepath.Join(dir, ".session.yaml-1"), "formatVersion")
	want := []exchange.Exchange{session["202"][0], session["401"][0]}
	warnings := []string{
		dir + ": the recording did not come to its end, or is still going on; what it has so far was read",
		filepath.Join(dir, "401.yaml") + fmt.Sprintf(": line %d: the last interaction is cut off and was left out", 1+strings.Count(text["401.yaml"][:cut], "\n")),
		filepath.Join(dir, "404.yaml") + ": line 1: the cassette is cut off before its first interaction",
		filepath.Join(dir, "429.yaml") + ": line 1: the cassette is cut off before its first interaction",
	}
	for name, manifest := range map[string]string{
		"with a manifest":    "formatVersion: 1\nunfinished: true\ntarget: http://t\ncassettes: []\n",
		"without a manifest": "",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, filepath.Join(dir, ManifestName), manifest)
			if manifest == "" {
				if err := os.Remove(filepath.Join(dir, ManifestName)); err != nil {
					t.Fatal(err)
				}
			}
			recording := open(t, dir)
			same(t, want, recording.Exchanges())
			same(t, warnings, recording.Warnings())
			source, err := OpenSource(dir)
			if err != nil {
				t.Fatal(err)
			}
			count := 0
			for item, err := range source.Items() {
				if err != nil {
					t.Fatal(err)
				}
				e, err := item.Exchange()
				if err != nil {
					t.Fatal(err)
				}
				same(t, want[count], e)
				count++
			}
			same(t, len(want), count)
			same(t, warnings, source.Warnings())
		})
	}
}

// numbers is an archive for tests.
type numbers int

func (n numbers) Len() int { return int(n) }

func (n numbers) Exchange(i int) (exchange.Exchange, error) {
	if i == 2 {
		return exchange.Exchange{}, errors.New("numbers.txt: entry 3: is missing")
	}
	return answered("number", i, 200+i), nil
}

func TestArchivesAreReadAsCassettesAre(t *testing.T) {
	for i, p := range batchOf(numbers(3)).pieces {
		e, err := new(Source).item("a/numbers.txt", p).Exchange()
		if i == 2 {
			if err == nil || err.Error() != "a/numbers.txt: numbers.txt: entry 3: is missing" && !strings.Contains(err.Error(), "entry 3") {
				t.Errorf("got %v", err)
			}
			continue
		}
		if err != nil {
			t.Error(err)
		}
		same(t, 200+i, e.Status())
	}
}
