package session

import "fmt"

// OnExhausted says what a request gets when every answer to it has been used. It is a
// value for a command line's flag (pflag.Value).
type OnExhausted string

// What a request can get: a failure, the last answer again, or the answers from the first
// again. The empty OnExhausted is ExhaustedError.
const (
	ExhaustedError OnExhausted = "error"
	ExhaustedLast  OnExhausted = "last"
	ExhaustedCycle OnExhausted = "cycle"
)

// String is the word for it: error, last or cycle.
func (o *OnExhausted) String() string {
	if *o == "" {
		return string(ExhaustedError)
	}
	return string(*o)
}

// Set reads the word. It returns an error for any other.
func (o *OnExhausted) Set(word string) error {
	switch policy := OnExhausted(word); policy {
	case ExhaustedError, ExhaustedLast, ExhaustedCycle:
		*o = policy
		return nil
	}
	return fmt.Errorf("found %q, expected error, last or cycle", word)
}

// Type is what help texts show for the value.
func (o *OnExhausted) Type() string { return "error|last|cycle" }
