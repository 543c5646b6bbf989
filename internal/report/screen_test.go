package report

import (
	"fmt"
	"strconv"
	"strings"
)

// screen is a terminal of a fixed size, as far as a console report asks for one: it takes lines,
// the cursor up, erasing to the end of the screen, and colours. Anything else is an error.
type screen struct {
	width, height int
	lines         []string
	row           int
	column        int
	// scrolled holds the lines that went off at the top.
	scrolled []string
	err      error
}

func newScreen(width, height int) *screen {
	return &screen{width: width, height: height, lines: make([]string, height)}
}

func (s *screen) Write(text []byte) (int, error) {
	rest := string(text)
	for rest != "" {
		switch {
		case strings.HasPrefix(rest, "\x1b["):
			rest = s.control(rest[2:])
		case rest[0] == '\n':
			s.feed()
			rest = rest[1:]
		case rest[0] == '\r':
			s.column = 0
			rest = rest[1:]
		case rest[0] < ' ':
			s.fail("control character %q", rest[0])
			rest = rest[1:]
		default:
			s.put(rest[0])
			rest = rest[1:]
		}
	}
	return len(text), s.err
}

// control follows an escape sequence and gives back what comes behind it.
func (s *screen) control(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 {
		s.fail("escape sequence %q without an end", text)
		return ""
	}
	switch text[end] {
	case 'm':
	case 'A':
		n, err := strconv.Atoi(text[:end])
		if err != nil || n < 1 || n > s.row {
			s.fail("cursor up by %q from line %d", text[:end], s.row)
			n = 0
		}
		s.row -= n
	case 'J':
		s.lines[s.row] = s.lines[s.row][:s.column]
		for i := s.row + 1; i < s.height; i++ {
			s.lines[i] = ""
		}
	default:
		s.fail("escape sequence %q", text[:end+1])
	}
	return text[end+1:]
}

func (s *screen) feed() {
	s.column = 0
	if s.row++; s.row == s.height {
		s.scrolled = append(s.scrolled, s.lines[0])
		s.lines = append(s.lines[1:], "")
		s.row--
	}
}

func (s *screen) put(b byte) {
	if s.column == s.width {
		s.fail("line %d is wider than the screen: %s", s.row, s.lines[s.row])
		return
	}
	line := s.lines[s.row]
	s.lines[s.row] = line[:s.column] + string(b) + line[min(len(line), s.column+1):]
	s.column++
}

func (s *screen) fail(format string, values ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, values...)
	}
}

// text is what the screen shows, without the empty lines at its end.
func (s *screen) text() string {
	return strings.TrimRight(strings.Join(s.lines, "\n"), "\n")
}
