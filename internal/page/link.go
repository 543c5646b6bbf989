package page

import "net/url"

// Href is a link to the entries with the values of the cell's filter, sorted by facet.
func (c Cell) Href() string {
	values := url.Values{}
	for _, choice := range c.Filter {
		values.Add(choice.Facet, choice.Value)
	}
	return "#" + values.Encode()
}
