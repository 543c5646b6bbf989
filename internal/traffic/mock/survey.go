package mock

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"conformance/internal/contract"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// survey is what a mock knows of a recording as a whole.
type survey struct {
	operation contract.Operation
	// authorizations are the values of recorded Authorization fields.
	authorizations map[string]*reception
	// bases are what stood before the operation's path in recorded requests: in all of the path,
	// and in what is below the target's base.
	bases map[string]bool
	// usual is the base that takes the place of one that is not among them.
	usual string
}

// reception is how the requests with one Authorization were received.
type reception struct {
	value string
	// first is the number of the first such request.
	first              int
	accepted, rejected int
}

// surveyOf reads the whole recording once.
func surveyOf(recording *session.Recording, operation contract.Operation) (survey, error) {
	s := survey{operation: operation, authorizations: map[string]*reception{}, bases: map[string]bool{}}
	target := strings.TrimSuffix(pathOf(recording.Manifest.Target), "/")
	relative := map[string]bool{}
	number := 0
	for item := range recording.Items() {
		e, err := item.Exchange()
		if err != nil {
			return s, err
		}
		number++
		if base, is := s.base(pathOf(e.Request.URL)); is {
			relative[strings.TrimPrefix(base, target)] = true
			s.bases[base] = true
		}
		value := authorizationOf(e.Request.Header)
		if value == "" {
			continue
		}
		r, known := s.authorizations[value]
		if !known {
			r = &reception{value: value, first: number}
			s.authorizations[value] = r
		}
		switch status := e.Status(); {
		case status >= 200 && status < 300:
			r.accepted++
		case status == http.StatusUnauthorized:
			r.rejected++
		}
	}
	maps.Copy(s.bases, relative)
	// Without a target a recording is asked for by any end of its paths, so also without a base.
	if recording.Manifest.Target != "" && len(relative) > 0 {
		s.usual = slices.MinFunc(slices.Sorted(maps.Keys(relative)), func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	}
	return s, nil
}

// authorizationOf is the only Authorization field of a header; empty when there is none, or
// several. Recordings of HTTP/2 have the name in small letters.
func authorizationOf(header http.Header) string {
	for _, name := range []string{"Authorization", "authorization"} {
		if values := header[name]; len(values) == 1 {
			return values[0]
		}
	}
	return ""
}

// pathOf is the path of a URL as it is escaped there.
func pathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.EscapedPath()
}

// has tells whether a request with that Authorization was recorded.
func (s *survey) has(authorization string) bool {
	_, known := s.authorizations[authorization]
	return known
}

// best are the recorded bearers for one that is not known: those that were accepted most often
// before others, then those that were rejected least often, then the first. Where no request
// has a credential, as in an archive that a browser cleaned, those without count.
func (s *survey) best() []string {
	var all []*reception
	for value, r := range s.authorizations {
		if _, is := tokenOf(value); is {
			all = append(all, r)
		}
	}
	if len(s.authorizations) == 0 {
		return []string{""}
	}
	slices.SortFunc(all, func(a, b *reception) int {
		return cmp.Or(cmp.Compare(b.accepted, a.accepted), cmp.Compare(a.rejected, b.rejected), cmp.Compare(a.first, b.first))
	})
	values := make([]string, len(all))
	for i, r := range all {
		values[i] = r.value
	}
	return values
}

// advice names the labels of the recording, if it has a few.
func (s *survey) advice() string {
	const most = 20
	var names []string
	for value := range s.authorizations {
		if _, name, labelled := redact.CutLabel(value); labelled {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "it has no labels of bearer tokens at all; leave the flag out"
	}
	slices.Sort(names)
	names = slices.Compact(names) // the scheme may be spelt in several ways
	return fmt.Sprintf("expected one of %s", strings.Join(names[:min(most, len(names))], ", "))
}

// base is what stands before the operation's path; false when the path is another's.
func (s *survey) base(path string) (string, bool) {
	segment, is := s.operation.Segment(path)
	if !is {
		return "", false
	}
	return path[:len(path)-len(s.operation.Prefix)-len(segment)-len(s.operation.Suffix)], true
}

// known is the URL with a base before the operation's path that was recorded.
func (s *survey) known(asked *url.URL) *url.URL {
	path := asked.EscapedPath()
	base, is := s.base(path)
	if !is || s.bases[base] {
		return asked
	}
	moved := *asked
	moved.RawPath = s.usual + strings.TrimPrefix(path, base)
	moved.Path, _ = url.PathUnescape(moved.RawPath) // EscapedPath escapes without mistakes
	return &moved
}
