package session

import (
	"fmt"
	"path/filepath"

	"conformance/internal/exchange"
)

// Item is one recorded interaction, not yet decoded. It is small, and safe for concurrent
// use: pass items to as many goroutines as there are cores and decode them there.
type Item struct {
	// File is the file that it stands in, as the caller named it or below that.
	File string
	// Cassette is the name of the file without folder and suffix, such as "401".
	Cassette string
	// Number is its place in the file, from 1.
	Number int
	// Line is where it begins, from 1; 0 in a file that is not read by lines.
	Line int
	// Foreign says that the traffic was recorded by another program: it may hold secrets. Clean
	// them away (see redact.Traffic) before anything of it is shown or written.
	Foreign bool

	decode func() (exchange.Exchange, error)
}

// Exchange decodes the interaction. The error is an *Error with the file and the line,
// when it is damaged or the file has changed.
func (i Item) Exchange() (exchange.Exchange, error) {
	e, err := i.decode()
	if err != nil {
		return exchange.Exchange{}, inFile(i.File, err)
	}
	return e, nil
}

// String is the item's place, as in "interaction 3 of 401.yaml".
func (i Item) String() string {
	return fmt.Sprintf("interaction %d of %s", i.Number, filepath.Base(i.File))
}
