package page

import (
	"html/template"
	"slices"
)

// data is what the script works on. A browser is slow with ten thousand lists of elements,
// and quick with ten thousand lines of data: the script makes elements of what is looked at.
type data struct {
	// Noun is what one entry is called.
	Noun    string      `json:"noun"`
	Facets  []dataFacet `json:"facets"`
	Entries []dataEntry `json:"entries"`
	// Blocks are markup, escaped already.
	Blocks []template.HTML `json:"blocks"`
}

type dataFacet struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

type dataEntry struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Tone  Tone   `json:"tone"`
	// Values are indexes into the values of the facets, Blocks into the blocks of the data.
	Values []int `json:"values"`
	Blocks []int `json:"blocks"`
}

// newData turns the entries of a page into data.
func newData(page Page, blocks *pool) (data, error) {
	d := data{Noun: page.Noun, Facets: make([]dataFacet, len(page.Facets)), Entries: make([]dataEntry, len(page.Entries))}
	for f, facet := range page.Facets {
		d.Facets[f] = dataFacet{facet.Name, slices.Clone(facet.Values)}
	}
	for i, entry := range page.Entries {
		e := dataEntry{entry.Title, entry.Text, entry.Tone, make([]int, len(entry.Values)), make([]int, len(entry.Blocks))}
		for f, value := range entry.Values {
			e.Values[f] = d.Facets[f].index(value)
		}
		for b, block := range entry.Blocks {
			var err error
			if e.Blocks[b], err = blocks.index(block); err != nil {
				return data{}, err
			}
		}
		d.Entries[i] = e
	}
	d.Blocks = blocks.rendered
	return d, nil
}

// index is the place of a value; a new one is put at the end.
func (f *dataFacet) index(value string) int {
	i := slices.Index(f.Values, value)
	if i < 0 {
		i = len(f.Values)
		f.Values = append(f.Values, value)
	}
	return i
}

// facets are the facets with the number of entries of each value.
func (d data) facets() []facetView {
	views := make([]facetView, len(d.Facets))
	for f, facet := range d.Facets {
		views[f] = facetView{facet.Name, make([]facetValue, len(facet.Values))}
		for v, value := range facet.Values {
			views[f].Values[v].Text = value
		}
	}
	for _, entry := range d.Entries {
		for f, v := range entry.Values {
			views[f].Values[v].Count++
		}
	}
	return views
}

// pool renders each block once, however many entries share it.
type pool struct {
	rendered []template.HTML
	places   map[*Block]int
}

func newPool() *pool { return &pool{rendered: []template.HTML{}, places: map[*Block]int{}} }

// index is the place of a block among the rendered ones.
func (p *pool) index(block *Block) (int, error) {
	if i, found := p.places[block]; found {
		return i, nil
	}
	text, err := renderBlock(block)
	if err != nil {
		return 0, err
	}
	i := len(p.rendered)
	p.places[block] = i
	p.rendered = append(p.rendered, text)
	return i, nil
}

// of are the rendered blocks at some places.
func (p *pool) of(places []int) []template.HTML {
	list := make([]template.HTML, len(places))
	for i, place := range places {
		list[i] = p.rendered[place]
	}
	return list
}
