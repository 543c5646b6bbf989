package session

import (
	"io"
	"strings"

	"conformance/internal/exchange"
)

// section is a text as if it were a file.
func section(text string) *io.SectionReader {
	return io.NewSectionReader(strings.NewReader(text), 0, int64(len(text)))
}

// decodeCassette reads the text of a cassette as Open does.
func decodeCassette(text string) (exchanges []exchange.Exchange, warnings []string, err error) {
	warn := func(warning string) { warnings = append(warnings, warning) }
	source := &Source{}
	for b, err := range batches("c.yaml", section(text), warn) {
		if err != nil {
			return nil, nil, err
		}
		for _, p := range b.pieces {
			e, err := source.item("c.yaml", p).Exchange()
			if err != nil {
				return nil, nil, err
			}
			exchanges = append(exchanges, e)
		}
	}
	return exchanges, warnings, nil
}

// scanAll reads a cassette by scanning alone. It reports false when that cannot be done.
func scanAll(text string) ([]interaction, bool) {
	if !strings.HasPrefix(text, cassetteHead) {
		return nil, false
	}
	var items []interaction
	for b, err := range split(section(text)) {
		if err != nil {
			return nil, false
		}
		for _, p := range b.pieces {
			item, ok := scan(p.text)
			if !ok || p.cut {
				return nil, false
			}
			items = append(items, interaction{line: p.line, complete: true, exchange: item.whole()})
		}
	}
	return items, true
}
