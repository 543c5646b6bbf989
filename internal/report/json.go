package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// schemaVersion counts up whenever a script that reads the JSON report could break.
const schemaVersion = 1

// document is the JSON report. The order of its members is part of the format.
type document struct {
	SchemaVersion int             `json:"schemaVersion"`
	Tool          tool            `json:"tool"`
	Target        string          `json:"target"`
	Mode          outcome.Mode    `json:"mode"`
	Started       time.Time       `json:"started"`
	DurationMs    int64           `json:"durationMs"`
	Verdict       outcome.Verdict `json:"verdict"`
	ExitCode      int             `json:"exitCode"`
	Strict        bool            `json:"strict"`
	Shard         string          `json:"shard,omitempty"`
	Filtered      string          `json:"filtered,omitempty"`
	Ended         string          `json:"ended,omitempty"`
	Reasons       []string        `json:"reasons"`
	Notes         []string        `json:"notes"`

	Summary   summary                 `json:"summary"`
	Statuses  statuses                `json:"statuses"`
	Results   lines[outcome.Result]   `json:"results"`
	Exchanges lines[documentExchange] `json:"exchanges"`
}

// lines is a list with one item a line: easy to compare, to search, and to write fast.
type lines[T any] []T

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type summary struct {
	Pass   int `json:"pass"`
	Fail   int `json:"fail"`
	Warn   int `json:"warn"`
	Skip   int `json:"skip"`
	Waived int `json:"waived"`
	Known  int `json:"known"`
}

type documentExchange struct {
	Number     int    `json:"number"`
	Case       string `json:"case"`
	Attempt    int    `json:"attempt"`
	Credential string `json:"credential,omitempty"`
	// StartedMs counts from the start of the session.
	StartedMs  float64           `json:"startedMs"`
	DurationMs float64           `json:"durationMs"`
	Request    documentRequest   `json:"request"`
	Response   *documentResponse `json:"response,omitempty"`
	Failure    *documentFailure  `json:"failure,omitempty"`
}

type documentRequest struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers http.Header `json:"headers"`
	Body    body        `json:"body"`
}

type documentResponse struct {
	Status  int         `json:"status"`
	Proto   string      `json:"proto"`
	Headers http.Header `json:"headers"`
	Body    body        `json:"body"`
}

type documentFailure struct {
	Kind    exchange.FailureKind `json:"kind"`
	Message string               `json:"message"`
}

// writeJSON writes the JSON report. A byte that is not UTF-8 becomes U+FFFD, except in
// bodies, which are kept to the byte.
func writeJSON(w io.Writer, run *outcome.Run) error {
	document := newDocument(run)
	members := reflect.ValueOf(document)
	before := "{\n"
	for i := range members.NumField() {
		name, omitted, _ := strings.Cut(members.Type().Field(i).Tag.Get("json"), ",")
		if omitted != "" && members.Field(i).IsZero() {
			continue
		}
		_, err := fmt.Fprintf(w, "%s  %q: ", before, name)
		before = ",\n"
		if err != nil {
			return err
		}
		if err := writeMember(w, members.Field(i).Interface()); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n}\n")
	return err
}

// writeMember writes a value on one line, or a list with a line for each item.
func writeMember(w io.Writer, value any) error {
	if list, is := value.(interface{ write(io.Writer) error }); is {
		return list.write(w)
	}
	text, err := encode(value)
	if err != nil {
		return err
	}
	_, err = w.Write(bytes.TrimSuffix(text, []byte("\n")))
	return err
}

func (l lines[T]) write(w io.Writer) error {
	separator := "[\n    "
	for _, item := range l {
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		if err := writeMember(w, item); err != nil {
			return err
		}
		separator = ",\n    "
	}
	end := "\n  ]"
	if len(l) == 0 {
		end = "[]"
	}
	_, err := io.WriteString(w, end)
	return err
}

func newDocument(run *outcome.Run) document {
	exchanges := make([]documentExchange, 0, len(run.Exchanges))
	for i, e := range run.Exchanges {
		exchanges = append(exchanges, newDocumentExchange(i+1, e))
	}
	return document{
		SchemaVersion: schemaVersion,
		Tool:          tool{Name: "conformance", Version: run.Tool},
		Target:        run.Target,
		Mode:          run.Mode,
		Started:       run.Started.UTC(),
		DurationMs:    run.Duration.Milliseconds(),
		Verdict:       run.Verdict,
		ExitCode:      run.ExitCode,
		Strict:        run.Strict,
		Shard:         run.Shard,
		Filtered:      run.Filtered,
		Ended:         run.Ended,
		Reasons:       listed(run.Reasons),
		Notes:         listed(run.Notes),
		Summary: summary{
			Pass:   run.Summary[outcome.Pass],
			Fail:   run.Summary[outcome.Fail],
			Warn:   run.Summary[outcome.Warn],
			Skip:   run.Summary[outcome.Skip],
			Waived: run.Summary[outcome.Waived],
			Known:  run.Summary[outcome.Known],
		},
		Statuses:  run.Statuses,
		Results:   run.Results,
		Exchanges: exchanges,
	}
}

func newDocumentExchange(number int, e exchange.Exchange) documentExchange {
	entry := documentExchange{
		Number:     number,
		Case:       e.Case,
		Attempt:    e.Attempt,
		Credential: e.Credential,
		StartedMs:  milliseconds(e.Started),
		DurationMs: milliseconds(e.Duration),
		Request:    documentRequest{e.Request.Method, e.Request.URL, headers(e.Request.Header), e.Request.Body},
	}
	if r := e.Response; r != nil {
		entry.Response = &documentResponse{r.Status, r.Proto, headers(r.Header), r.Body}
	}
	if f := e.Failure; f != nil {
		entry.Failure = &documentFailure{f.Kind, f.Message}
	}
	return entry
}

// statuses encodes as an object with all status paths in the order of the page.
type statuses map[string]*outcome.StatusSummary

// MarshalJSON writes a path that the run knows nothing of as not exercised.
func (s statuses) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	for i, status := range outcome.Statuses {
		found := s[status]
		if found == nil {
			found = &outcome.StatusSummary{}
		}
		value, err := encode(struct {
			Exercised bool   `json:"exercised"`
			Pass      int    `json:"pass"`
			Fail      int    `json:"fail"`
			Warn      int    `json:"warn"`
			Skip      int    `json:"skip"`
			Known     int    `json:"known,omitempty"`
			Waived    string `json:"waived,omitempty"`
		}{found.Exercised, found.Pass, found.Fail, found.Warn, found.Skip, found.Known, found.Waived})
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + status + `":`)
		out.Write(value)
	}
	return []byte("{" + out.String() + "}"), nil
}

// body encodes as a string where it is UTF-8, and as {"base64": "..."} where it is not.
type body []byte

// MarshalJSON keeps every byte of the body.
func (b body) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return encode(string(b))
	}
	return encode(map[string]string{"base64": base64.StdEncoding.EncodeToString(b)})
}

// encode leaves < and > as they are, which json.Marshal does not, and escapes what a terminal
// would obey, which it does for the controls of ASCII alone.
func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return escapeHidden(out.Bytes()), err
}

// WriteJSON writes a value as JSON that people can read too, with nothing in it that a terminal
// would obey. The error is the writer's, or says what of the value is none of JSON's.
func WriteJSON(w io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escapeHidden(text.Bytes()))
	return err
}

// escapeHidden spells characters that cannot be told from their looks, such as the controls
// above ASCII and the marks that turn text around, as JSON escapes. In JSON they can only stand
// within strings.
func escapeHidden(text []byte) []byte {
	isHidden := func(r rune) bool { return r != '\n' && hidden(r) }
	if bytes.IndexFunc(text, isHidden) < 0 {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) {
		if !isHidden(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.Bytes()
}

func headers(h http.Header) http.Header {
	if h == nil {
		return http.Header{}
	}
	return h
}

// listed makes a list encode as [] rather than null.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// milliseconds keeps the microseconds, since a local target answers in a fraction of one.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
