package reference

import (
	"regexp"
	"strconv"
	"testing"
)

func TestMint(t *testing.T) {
	one := newVisit(request("POST", "a", "{}"))
	other := newVisit(request("POST", "a", "{ }"))
	first, again := newMinter("seed"), newMinter("seed")
	ids := []string{
		first.mint("task", one), first.mint("task", one), first.mint("task", other), first.mint("tracking", one),
		newMinter("another seed").mint("task", one), newMinter("").mint("task", one), newMinter("").mint("task", one),
	}
	seen := map[string]bool{}
	for i, id := range ids {
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
			t.Errorf("id %d is %q, want 32 hexadecimal digits", i, id)
		}
		if seen[id] {
			t.Errorf("id %d is there twice", i)
		}
		seen[id] = true
	}
	// The order of different requests does not matter, only that of equal ones.
	if got := again.mint("task", other); got != ids[2] {
		t.Errorf("the other request's id is %s, want %s", got, ids[2])
	}
	if got := again.mint("task", one); got != ids[0] {
		t.Errorf("the first id is %s, want %s", got, ids[0])
	}
	if got := again.mint("task", one); got != ids[1] {
		t.Errorf("the second id is %s, want %s", got, ids[1])
	}
}

func TestMinterIsBounded(t *testing.T) {
	m := newMinter("seed")
	for i := range maxRequestsSeen {
		digest := requestDigest("seed", strconv.Itoa(i), newVisit(request("POST", "a", "")))
		m.seen[digest] = 1
	}
	v := newVisit(request("POST", "b", ""))
	if first, second := m.mint("task", v), m.mint("task", v); first == second {
		t.Error("a full minter gives an id twice")
	}
	if len(m.seen) != maxRequestsSeen {
		t.Errorf("%d requests are kept, want %d", len(m.seen), maxRequestsSeen)
	}
}
