package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.tmpl
var markup string

//go:embed page.css
var style string

//go:embed page.js
var script string

var templates = template.Must(template.New("").Parse(markup))

// StaticEntries is how many entries of the tone Bad can be read without a script.
const StaticEntries = 100

// policy lets the browser run and apply only the script and the style of this package, and
// load nothing: whatever a report quotes stays text, even if an escape were forgotten.
var policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'",
	hash(script), hash(style))

// hash names an inline script or style in a Content-Security-Policy (CSP Level 3, section 2.3.1).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// view is a page as the template takes it.
type view struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Page     Page
	Summary  template.HTML
	Sections []sectionView
	Appendix []sectionView
	Facets   []facetView
	// Static are the entries that can be read without a script, Unread the number of those
	// that cannot.
	Static []entryView
	Unread int
	// Prototype is an empty entry, which the script copies.
	Prototype entryView
	Data      data
}

type sectionView struct {
	ID     string
	Title  string
	Blocks []template.HTML
}

type facetView struct {
	Name   string
	Values []facetValue
}

type facetValue struct {
	Text  string
	Count int
}

type entryView struct {
	Entry
	Blocks []template.HTML
}

// Write writes a page. The same page always gives the same bytes. The error is that of writing.
func Write(w io.Writer, page Page) error {
	blocks := newPool()
	v := view{
		Policy: policy, Style: template.CSS(style), Script: template.JS(script), Page: page,
		Prototype: entryView{Entry: Entry{Values: make([]string, len(page.Facets))}},
	}
	var err error
	if v.Summary, err = render(page.Summary); err != nil {
		return err
	}
	if v.Sections, err = sections("section", page.Sections); err != nil {
		return err
	}
	if v.Appendix, err = sections("appendix", page.Appendix); err != nil {
		return err
	}
	if v.Data, err = newData(page, blocks); err != nil {
		return err
	}
	v.Facets = v.Data.facets()
	for i, entry := range page.Entries {
		if entry.Tone == Bad && len(v.Static) < StaticEntries {
			v.Static = append(v.Static, entryView{entry, blocks.of(v.Data.Entries[i].Blocks)})
		}
	}
	v.Unread = len(page.Entries) - len(v.Static)
	return templates.ExecuteTemplate(w, "page", v)
}

// sections renders sections and gives each an id that is unique in the page.
func sections(prefix string, list []Section) ([]sectionView, error) {
	var views []sectionView
	for i, section := range list {
		v := sectionView{ID: fmt.Sprintf("%s-%d", prefix, i+1), Title: section.Title}
		for _, block := range section.Blocks {
			text, err := renderBlock(block)
			if err != nil {
				return nil, err
			}
			v.Blocks = append(v.Blocks, text)
		}
		views = append(views, v)
	}
	return views, nil
}

// renderBlock is the markup of a block, its texts escaped.
func renderBlock(block *Block) (template.HTML, error) {
	body, err := render(block.Body)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = templates.ExecuteTemplate(&out, "block", struct {
		Title string
		Body  template.HTML
	}{block.Title, body})
	return template.HTML(out.String()), err
}

func render(body Body) (template.HTML, error) {
	var out strings.Builder
	if err := templates.ExecuteTemplate(&out, body.template(), body); err != nil {
		return "", fmt.Errorf("write a %T: %w", body, err)
	}
	return template.HTML(out.String()), nil
}
