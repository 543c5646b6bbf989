package contract

import (
	"reflect"
	"strconv"
	"testing"

	"conformance/fixtures"
	"conformance/schemas"
)

// A judge remembers so many ids, and tells when there were more.
func TestMemoryIsBounded(t *testing.T) {
	j := NewJudge()
	for i := range MaxRemembered {
		remember(&j.memory, j.memory.trackingIDs, digestOf(strconv.Itoa(i)), i)
	}
	if j.Full() {
		t.Error("full before there were more")
	}
	remember(&j.memory, j.memory.trackingIDs, digestOf("one more"), 0)
	if len(j.memory.trackingIDs) != MaxRemembered || !j.Full() {
		t.Errorf("%d ids are remembered, full %t", len(j.memory.trackingIDs), j.Full())
	}
}

// Texts that are put together alike are not the same texts.
func TestDigestsTellTextsApart(t *testing.T) {
	seen := map[digest][]string{}
	for _, texts := range [][]string{{}, {""}, {"", ""}, {"ab"}, {"ba"}, {"a", "b"}, {"b", "a"}, {"ab", ""}, {"", "ab"}, {"1:a"}, {"1:a", "b"}, {"a1:b"}} {
		key := digestOf(texts...)
		if before, is := seen[key]; is {
			t.Errorf("%q and %q have one digest", before, texts)
		}
		seen[key] = texts
	}
}

// What is looked at ahead, answer by answer, leaves nothing behind that another could be compared
// with: each rule that does is among those that wait for the judge.
func TestInspectingRemembersNothing(t *testing.T) {
	set, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	reader := NewReader(Unlock, set)
	for _, status := range []int{202, 400, 401, 403, 404, 429, 500} {
		r := right(status)
		m := &memory{innocent: map[string]bool{}}
		a := reader.Read(1, &fixtures.Case{}, r.e)
		a.inspect(m)
		if len(a.findings) == 0 || !reflect.DeepEqual(*m, memory{innocent: m.innocent}) {
			t.Errorf("%d: %d findings, and remembered %+v", status, len(a.findings), *m)
		}
	}
}
