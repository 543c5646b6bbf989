package session

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// A cassette is read in pieces: one for each interaction, cut where the lines of a list
// begin an item. That needs no YAML: in the layout in which this package and every version
// of go-vcr writes, each line of an item is indented further than the dash before it. A
// cassette laid out in any other way is parsed as one document.

const (
	// chunkSize is how much of a cassette is read at once.
	chunkSize = 256 << 10
	// MaxForeignSize is the most bytes of a cassette that is parsed as one document, and of
	// one interaction.
	MaxForeignSize = 256 << 20
	// headSize is how long the part of a cassette before its interactions may be.
	headSize = 32 << 10
)

// piece is one interaction of a cassette, not yet decoded.
type piece struct {
	// text is the item of the list, unless the piece has one of the following.
	text string
	// document is the interaction where the cassette was parsed as one document.
	document *interaction
	// archive decodes the interaction in a file of another format.
	archive archive
	// redactor puts labels in the place of secrets; nil where there are none, or who reads the
	// interaction does it.
	redactor *redact.Traffic
	// clean is what the redactor made of the interaction, as long as it is needed.
	clean *exchange.Exchange
	// offset is where the text begins in the file, and size how long it is, in bytes.
	offset int64
	size   uint32
	// line is where the item begins, from 1.
	line int
	// number is its place in the cassette, from 1.
	number int
	// ours says that the cassette begins as those that this package writes.
	ours bool
	// cut says that the file ends with the item and before the end of a line.
	cut bool
}

// batch is some interactions of a cassette that follow one another.
type batch struct {
	pieces []piece
	// last says that the cassette ends with them. It can have none.
	last bool
	// fragment is the line at which the cassette is cut off behind its last interaction, or
	// before its first; 0 when it is not.
	fragment int
}

// splitter reads a cassette in pieces.
type splitter struct {
	in     *io.SectionReader
	ours   bool
	dash   string // what stands before an item: its indentation
	buffer []byte // what was read and not handed out
	offset int64  // where the buffer begins in the file
	ended  bool   // nothing follows the buffer

	checked int     // up to here the lines of the buffer are known
	line    int     // of the place checked
	starts  []start // the items that begin in the buffer
	number  int     // the interactions handed out
}

// start is where an item begins in the buffer, and its line.
type start struct{ at, line int }

// machineHead is what this package and go-vcr write before the first interaction.
var machineHead = regexp.MustCompile(`^(?:#[^\n]*\n)*(?:---\n)?version: [12]\n(?:session:\n(?:  [^\n]*\n)+)?interactions:\n`)

// split reads a cassette in pieces, with memory for about two chunks. The errors are of
// type *Error without a file name; after one there is nothing more.
func split(in *io.SectionReader) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		s := &splitter{in: in, line: 1}
		for done := false; !done; {
			b, err := s.next()
			if !yield(b, err) || err != nil {
				return
			}
			done = b.last
		}
	}
}

// next is the next batch.
func (s *splitter) next() (batch, error) {
	if s.line == 1 {
		if done, b, err := s.begin(); done {
			return b, err
		}
	}
	for {
		if !s.check() {
			return s.document()
		}
		if s.ended {
			return s.finish()
		}
		if last := len(s.starts) - 1; last > 0 && len(s.buffer) >= chunkSize {
			b := batch{pieces: s.cutUp(s.starts[last].at, s.starts[:last])}
			s.starts = []start{{0, s.starts[last].line}}
			return b, nil
		}
		if len(s.buffer) > MaxForeignSize {
			return batch{}, &Error{Line: s.starts[0].line, Message: fmt.Sprintf(
				"this interaction is larger than %d MiB, the most that is read; leave it out of the cassette", MaxForeignSize>>20)}
		}
		if err := s.read(chunkSize); err != nil {
			return batch{}, err
		}
	}
}

// begin reads the head. It reports true when that is all, or the layout is another.
func (s *splitter) begin() (bool, batch, error) {
	if err := s.read(headSize); err != nil {
		return true, batch{}, err
	}
	if s.ended && strings.HasPrefix(cassetteHead, string(s.buffer)) && len(s.buffer) < len(cassetteHead) {
		return true, batch{last: true, fragment: 1}, nil
	}
	s.ours = bytes.HasPrefix(s.buffer, []byte(cassetteMark))
	head := len(machineHead.Find(s.buffer))
	spaces := 0
	for head+spaces < len(s.buffer) && s.buffer[head+spaces] == ' ' {
		spaces++
	}
	rest := s.buffer[min(head+spaces, len(s.buffer)):]
	if head == 0 || len(rest) > 0 && rest[0] != '-' {
		b, err := s.document()
		return true, b, err
	}
	s.dash = strings.Repeat(" ", spaces)
	s.line += bytes.Count(s.buffer[:head], []byte("\n"))
	s.checked = head
	return false, batch{}, nil
}

// read reads more, up to a number of bytes.
func (s *splitter) read(most int) error {
	s.buffer = append(s.buffer, make([]byte, most)...)
	n, err := io.ReadFull(s.in, s.buffer[len(s.buffer)-most:])
	s.buffer = s.buffer[:len(s.buffer)-most+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		s.ended = true
		return nil
	}
	return err
}

// check goes through the lines that were read. It reports false at one that does not fit
// the layout.
func (s *splitter) check() bool {
	for {
		length := bytes.IndexByte(s.buffer[s.checked:], '\n')
		if length < 0 {
			return true
		}
		if !s.checkLine(s.buffer[s.checked : s.checked+length]) {
			return false
		}
		s.checked += length + 1
		s.line++
	}
}

func (s *splitter) checkLine(line []byte) bool {
	depth := 0
	for depth < len(line) && line[depth] == ' ' && depth <= len(s.dash) {
		depth++
	}
	if depth > len(s.dash) {
		return len(s.starts) > 0 || isBlank(line)
	}
	rest := line[depth:]
	if depth == len(s.dash) && len(rest) > 0 && rest[0] == '-' && (len(rest) == 1 || rest[1] == ' ') {
		s.starts = append(s.starts, start{s.checked, s.line})
		return true
	}
	return isBlank(rest)
}

func isBlank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// cutUp hands out the pieces that begin at the starts, up to a place in the buffer.
func (s *splitter) cutUp(end int, starts []start) []piece {
	text := string(s.buffer[:end])
	pieces := make([]piece, len(starts))
	for i, begin := range starts {
		until := end
		if i+1 < len(starts) {
			until = starts[i+1].at
		}
		s.number++
		pieces[i] = piece{
			text: text[begin.at:until], offset: s.offset + int64(begin.at), size: uint32(until - begin.at),
			line: begin.line, number: s.number, ours: s.ours,
		}
	}
	s.buffer = append(s.buffer[:0], s.buffer[end:]...)
	s.offset += int64(end)
	s.checked -= end
	return pieces
}

// finish hands out what is left at the end of the file. White space there that no line
// ends is the beginning of something that was cut off, and no part of the last item.
func (s *splitter) finish() (batch, error) {
	b := batch{last: true}
	end := len(s.buffer)
	cut := s.checked < end
	if rest := s.buffer[s.checked:]; cut && isBlank(rest) {
		end, cut = s.checked, false
		if s.ours {
			b.fragment = s.line
		}
	} else if cut && !s.checkLine(rest) {
		return s.document()
	}
	b.pieces = s.cutUp(end, s.starts)
	if cut && len(b.pieces) > 0 {
		b.pieces[len(b.pieces)-1].cut = true
	}
	return b, nil
}

// document parses the whole cassette, and hands out what was not handed out before.
func (s *splitter) document() (batch, error) {
	if s.in.Size() > MaxForeignSize {
		return batch{}, &Error{Line: s.line, Message: fmt.Sprintf(
			"the layout is one that must be read in one piece, and the file is larger than %d MiB, the most that is read so; split the cassette", MaxForeignSize>>20)}
	}
	text := make([]byte, s.in.Size())
	if n, err := s.in.ReadAt(text, 0); err != nil && err != io.EOF {
		return batch{}, err
	} else if text = text[:n]; isBlank(text) {
		return batch{}, &Error{Message: "the file is empty; expected a cassette; record the session again"}
	}
	parsed, err := parse(text)
	if err != nil {
		return batch{}, err
	}
	b := batch{last: true}
	for i := s.number; i < len(parsed); i++ {
		b.pieces = append(b.pieces, piece{document: &parsed[i], line: parsed[i].line, number: i + 1, ours: s.ours})
	}
	return b, nil
}
