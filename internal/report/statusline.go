package report

import (
	"io"
	"sync"
)

// eraseLine takes the cursor to the beginning of its line and erases that (ECMA-48).
const eraseLine = "\r\x1b[K"

// NarrowColumns is how many columns of a status line fit on any terminal.
const NarrowColumns = 79

// StatusLine is a line of a terminal that is written over and over. What cannot be written is lost.
// It is safe for concurrent use.
type StatusLine struct {
	mutex sync.Mutex
	w     io.Writer
	width int
	shown bool
}

// NewStatusLine makes one of at most width columns that shows nothing yet.
func NewStatusLine(w io.Writer, width int) *StatusLine { return &StatusLine{w: w, width: width} }

// Show writes a text in place of the one before, cut to the width.
func (s *StatusLine) Show(text string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	io.WriteString(s.w, eraseLine+cut(text, s.width))
	s.shown = true
}

// Say writes a line that stays, above what is shown next.
func (s *StatusLine) Say(line string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.erase()
	io.WriteString(s.w, line+"\n")
}

// Clear takes away what is shown.
func (s *StatusLine) Clear() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.erase()
}

func (s *StatusLine) erase() {
	if s.shown {
		io.WriteString(s.w, eraseLine)
		s.shown = false
	}
}
