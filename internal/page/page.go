// Package page writes reports as one HTML file that needs nothing else: no network, no
// second file. It knows the looks of a report, not what a report is about: whoever has one
// to show fills a Page.
package page

import "time"

// Page is a report. All its texts are plain text, and foreign: whatever they hold, they are
// shown and never become markup. Make control characters visible before.
type Page struct {
	// Title is the heading, and the name of the window.
	Title string
	// Verdict is what the report comes to.
	Verdict Verdict
	// Facts say what the report is about: the target, the time.
	Facts []Field
	// Summary counts the entries; its cells can filter them.
	Summary Table
	// Sections stand between the summary and the entries, Appendix after the entries.
	Sections, Appendix []Section
	// Noun is what one entry is called, such as "result".
	Noun string
	// Facets are what entries can be filtered by. The first is the one that the tone of an
	// entry goes with, such as the outcome.
	Facets []Facet
	// Entries are listed in this order. Put first what matters most: without a script, only
	// the first StaticEntries of the tone Bad can be read.
	Entries []Entry
}

// Verdict is the result of a report in a word and a sentence.
type Verdict struct {
	Word     string
	Sentence string
	Tone     Tone
}

// Tone is how good or bad something is. It is never told by colour alone: the text beside it
// says the same.
type Tone string

// The tones.
const (
	Neutral Tone = "neutral"
	Good    Tone = "good"
	Warning Tone = "warning"
	Bad     Tone = "bad"
)

// Field is a name and its value.
type Field struct{ Name, Value string }

// Section is a part of the page with a heading.
type Section struct {
	Title  string
	Blocks []*Block
}

// Facet is one thing that entries differ in.
type Facet struct {
	// Name is what the facet is called, such as "outcome".
	Name string
	// Values are in the order in which they are offered. Others that entries have follow, in
	// the order in which they come up.
	Values []string
}

// Choice is one value of a facet, by name.
type Choice struct{ Facet, Value string }

// Entry is one line of the report, which opens to its blocks.
type Entry struct {
	Title string
	// Text goes on where the title ends, in one line.
	Text string
	Tone Tone
	// Values are the entry's values of the page's facets, in their order.
	Values []string
	// Blocks are shown when the entry is opened. Entries can share a block: it is then
	// written once.
	Blocks []*Block
}

// Block is one piece of a section or of an opened entry.
type Block struct {
	// Title stands above the body; it may be empty.
	Title string
	Body  Body
}

// Body is the content of a block: Text, List, Fields, Code, Command, Table or Timeline.
type Body interface {
	// template names the template that the body is written with.
	template() string
}

// Text is a paragraph.
type Text string

// List is some sentences.
type List []string

// Fields are names with values.
type Fields []Field

// Code is text whose line feeds and spaces count, in pieces, of which some are marked.
type Code []Piece

// Piece is some of a text. A marked one is the place to look at.
type Piece struct {
	Text   string
	Marked bool
}

// Command is a line for a shell, with a button to copy it.
type Command string

// Table has a row of column names; the first cell of each row names the row.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]Cell
}

// Cell is one cell of a table.
type Cell struct {
	Text string
	Tone Tone
	// Filter makes the cell a link that shows only the entries with these values.
	Filter []Choice
}

// Timeline shows what happened when, as bars below each other. It is folded until it is opened.
type Timeline struct {
	// Summary is what is seen while it is folded.
	Summary string
	Bars    []Bar
}

// Bar is something that took its time.
type Bar struct {
	Name string
	// Text says what came of it.
	Text string
	Tone Tone
	// Start counts from the start of the report's subject.
	Start, Length time.Duration
}

func (Text) template() string     { return "text" }
func (List) template() string     { return "list" }
func (Fields) template() string   { return "fields" }
func (Code) template() string     { return "code" }
func (Command) template() string  { return "command" }
func (Table) template() string    { return "table" }
func (Timeline) template() string { return "timeline" }
