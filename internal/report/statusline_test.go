package report

import (
	"strings"
	"testing"
)

func TestStatusLine(t *testing.T) {
	var out strings.Builder
	line := NewStatusLine(&out, NarrowColumns)
	line.Clear()
	line.Say("stays")
	line.Show("one\n" + strings.Repeat("x", 100))
	line.Say("stays, too")
	line.Show("two")
	line.Clear()
	line.Clear()
	want := "stays\n\r\x1b[Kone\\n" + strings.Repeat("x", 71) + "...\r\x1b[Kstays, too\n\r\x1b[Ktwo\r\x1b[K"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}
