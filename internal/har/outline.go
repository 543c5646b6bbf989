package har

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// outline finds the entries of an archive, without decoding them.
type outline struct {
	archive *Archive
	decoder *jsontext.Decoder
	budget  *budget
	// limit is MaxEntrySize, but for tests.
	limit int
	// skipped is the length of the byte order mark, which the decoder does not see.
	skipped int64
	// inLog says that the member "log" was found.
	inLog bool
	// infoOnly says that nothing is read from the entries on.
	infoOnly bool
}

// read walks through the whole text. The error is an *Error.
func (o *outline) read(source io.Reader) error {
	buffered := bufio.NewReaderSize(source, 64<<10)
	if problem := encoded(peeked(buffered)); problem != "" {
		return o.explain(&Error{Message: problem})
	}
	if head, _ := buffered.Peek(len(byteOrderMark)); string(head) == byteOrderMark {
		// What was peeked at can be discarded.
		discarded, _ := buffered.Discard(len(byteOrderMark))
		o.skipped = int64(discarded)
	}
	o.budget = &budget{source: buffered, limit: o.limit, left: o.limit}
	o.decoder = jsontext.NewDecoder(o.budget, tolerant, jsontext.AllowDuplicateNames(true))
	err := o.object(func(name string) error {
		if name != "log" || o.decoder.PeekKind() != '{' {
			return o.decoder.SkipValue()
		}
		o.inLog = true
		return o.object(o.logMember)
	})
	if errors.Is(err, errInfoRead) {
		return nil
	}
	if err == nil {
		_, err = o.decoder.ReadToken()
		if errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			err = &Error{Message: "something follows after the end of the archive; remove it"}
		}
	}
	if err == nil && !o.inLog {
		err = o.notArchive()
	}
	if errors.Is(err, io.EOF) && o.decoder.InputOffset() == 0 {
		err = &Error{Message: "the file is empty; export the archive again"}
	}
	return o.explain(err)
}

// object reads an object, and leaves the value of each of its members to the function.
func (o *outline) object(member func(name string) error) error {
	start, err := o.decoder.ReadToken()
	if err != nil {
		return err
	}
	if start.Kind() != '{' {
		return o.notArchive()
	}
	return o.members(member)
}

// members is object after the opening brace.
func (o *outline) members(member func(name string) error) error {
	for o.decoder.PeekKind() == '"' {
		name, err := o.decoder.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := o.decoder.ReadToken()
	return err
}

// logMember reads a member of the log.
func (o *outline) logMember(name string) error {
	o.budget.refill()
	switch name {
	case "version":
		return o.version()
	case "creator":
		if o.decoder.PeekKind() != '{' {
			return o.decoder.SkipValue() // it is not worth refusing the rest
		}
		return o.value(&o.archive.info.Creator)
	case "entries":
		if o.infoOnly {
			return errInfoRead
		}
		return o.entries()
	case "_conformance":
		var own ownLog
		if err := o.value(&own); err != nil {
			return err
		}
		if own.FormatVersion != FormatVersion {
			return &Error{Member: "log." + name + ".formatVersion", Message: fmt.Sprintf(
				"found version %d, expected %d; read the archive with the version of this program that wrote it", own.FormatVersion, FormatVersion)}
		}
		o.archive.own, o.archive.info.Recorded, o.archive.info.Session = true, own.Recorded, own.Session
		return nil
	default:
		return o.decoder.SkipValue()
	}
}

// version refuses archives of another major version than 1.
func (o *outline) version() error {
	value, err := o.decoder.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() == '"' && !strings.HasPrefix(string(value), `"1.`) && string(value) != `""` {
		return &Error{Member: "log.version", Message: fmt.Sprintf("found %.20s, expected 1.2; export the archive as HAR 1.2", value)}
	}
	return nil
}

// value reads a small member of the log.
func (o *outline) value(into any) error {
	if err := json.UnmarshalDecode(o.decoder, into); err != nil {
		if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
			return decodeError(wrong)
		}
		return err
	}
	return nil
}

// entries notes where each entry stands.
func (o *outline) entries() error {
	start, err := o.decoder.ReadToken()
	if err != nil {
		return err
	}
	if start.Kind() != '[' {
		return &Error{Member: "log.entries", Message: "is no array; expected one entry for each request"}
	}
	for {
		kind := o.decoder.PeekKind()
		if kind == ']' {
			_, err := o.decoder.ReadToken()
			return err
		}
		o.budget.refill()
		number := len(o.archive.entries) + 1
		if kind != '{' && kind != 0 {
			return &Error{Entry: number, Message: "is no object; expected the members request and response"}
		}
		at, err := o.entry(number)
		if err != nil {
			return o.inEntry(number, err)
		}
		o.archive.entries = append(o.archive.entries, at)
	}
}

// entry reads the date of an entry, and skips the rest of it.
func (o *outline) entry(number int) (place, error) {
	if _, err := o.decoder.ReadToken(); err != nil {
		return place{}, err
	}
	at := place{number: number, start: o.decoder.InputOffset() - int64(len("{")) + o.skipped}
	var started scalar
	err := o.members(func(name string) error {
		if name != "startedDateTime" {
			return o.decoder.SkipValue()
		}
		return started.UnmarshalJSONFrom(o.decoder)
	})
	if err != nil {
		return at, err
	}
	at.end = o.decoder.InputOffset() + o.skipped
	if started == "" {
		return at, &Error{Member: "startedDateTime", Message: "is missing; expected a date such as 2026-01-31T12:00:00.000Z"}
	}
	at.started, err = parseDate(string(started))
	if err != nil {
		return at, &Error{Member: "startedDateTime", Message: fmt.Sprintf("found %.40q, expected a date such as 2026-01-31T12:00:00.000Z", started)}
	}
	return at, nil
}

// dateLayouts are the ways in which programs write ISO 8601.
var dateLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999"}

func parseDate(text string) (date time.Time, err error) {
	for _, layout := range dateLayouts {
		if date, err = time.Parse(layout, text); err == nil {
			return date, nil
		}
	}
	return date, err
}

// inEntry puts the number of the entry on an error, unless it has one.
func (o *outline) inEntry(number int, err error) error {
	problem, ok := errors.AsType[*Error](err)
	if !ok {
		problem = &Error{Message: syntaxProblem(err), Cause: readCause(err)}
	}
	problem.Entry = number
	return problem
}

// explain makes an *Error of what the decoder says.
func (o *outline) explain(err error) error {
	if err == nil {
		return nil
	}
	problem, ok := errors.AsType[*Error](err)
	if !ok {
		problem = &Error{Message: syntaxProblem(err), Cause: readCause(err)}
	}
	problem.File = o.archive.name
	return problem
}

// readCause is what reading the source failed with, nil when its text is at fault.
func readCause(err error) error {
	if _, ok := errors.AsType[*jsontext.SyntacticError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

func (o *outline) notArchive() error {
	return &Error{Message: `this is no HTTP archive; expected a JSON object with the member "log"`}
}

// errEntryTooLarge ends the reading of an entry that is larger than MaxEntrySize.
var errEntryTooLarge = errors.New("entry too large")

// budget reads no more than the limit between two refills, so that no value can take
// all memory.
type budget struct {
	source      io.Reader
	limit, left int
}

func (b *budget) refill() { b.left = b.limit }

func (b *budget) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEntryTooLarge
	}
	n, err := b.source.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}
