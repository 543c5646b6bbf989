package har

import (
	"strings"
	"testing"
)

// What an archive says of itself is known without reading on.
func TestReadInfo(t *testing.T) {
	text := written(t, reference(t)...)
	head, _, _ := strings.Cut(string(text), "\n")
	info, own, err := ReadInfo("a.har", strings.NewReader(head))
	if err != nil || !own {
		t.Fatalf("own %t, %v", own, err)
	}
	same(t, outlined(t, text).Info(), info)
	_, own, err = ReadInfo("a.har", strings.NewReader(`{"log":{"version":"1.2","creator":{"name":"x"},"entries":[{`))
	if err != nil || own {
		t.Errorf("another program's: own %t, %v", own, err)
	}
	for _, wrong := range []string{"", "[]", `{"log":{"version":"2.0"}}`, `{"log":{"version":"1.2"`} {
		if _, _, err := ReadInfo("a.har", strings.NewReader(wrong)); err == nil || !strings.HasPrefix(err.Error(), "a.har: ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
