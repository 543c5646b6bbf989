package session

import (
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// fingerprint is what a Player knows of a recorded request without reading it again: the
// hashes of its parts. That two different requests of 100 000 have the same hash is less
// likely than one in a hundred million.
type fingerprint struct {
	method, query, body, authorization uint64
	// headers is the hash of all headers that are not incidental.
	headers uint64
	// name is that of the case, sent of the case and attempt; 0 when there is no case.
	name, sent uint64
	// path is the first under which the request can be asked for.
	path uint64
	// morePaths is where the others are in Recording.paths.
	morePaths span
}

// span is a part of a slice.
type span struct{ from, to uint32 }

// headerHash is one header of a request and the hash of its values.
type headerHash struct {
	name   string
	values uint64
}

// hasher makes the fingerprints of one recording.
type hasher struct {
	seed maphash.Seed
	// base is the path of the URL that the traffic was recorded under, if that is known.
	base    string
	hasBase bool
}

func newHasher(m Manifest) hasher {
	base, _ := pathAndQuery(m.Target)
	return hasher{seed: maphash.MakeSeed(), base: base, hasBase: m.Target != ""}
}

func (h hasher) text(text string) uint64 { return maphash.String(h.seed, text) }

// values is the hash of a header's values; 0 when it is absent.
func (h hasher) values(values []string) uint64 {
	if len(values) == 0 {
		return 0
	}
	var hash maphash.Hash
	hash.SetSeed(h.seed)
	for _, value := range values {
		hash.WriteString(value)
		hash.WriteByte(0)
	}
	return hash.Sum64()
}

// join is the hash of a sequence that begins with one hash and goes on with another.
func (h hasher) join(first, second uint64) uint64 {
	return maphash.Comparable(h.seed, [2]uint64{first, second})
}

func (h hasher) sent(sent sentCase) uint64 {
	if sent.name == "" {
		return 0
	}
	return h.join(h.text(sent.name), uint64(sent.attempt))
}

// fingerprinted is a fingerprint with the parts that are kept elsewhere.
type fingerprinted struct {
	fingerprint
	morePaths []uint64
	headers   []headerHash
	started   time.Duration
}

// fingerprint takes that of a recorded request, whose body is given as canonicalBody
// spells it.
func (h hasher) fingerprint(r exchange.Request, body string, sent sentCase) fingerprinted {
	paths, query := h.recordedPaths(r.URL)
	header := exchange.Canonical(r.Header)
	key := keyOf(r.Method, paths[0], query, header, nil)
	key.body = body
	f := fingerprinted{fingerprint: h.key(key), headers: h.headers(header)}
	if sent.name != "" {
		f.name, f.sent = h.text(sent.name), h.sent(sent)
	}
	for _, path := range paths[1:] {
		f.morePaths = append(f.morePaths, h.text(path))
	}
	f.fingerprint.headers = h.headerSet(f.headers)
	return f
}

// key takes the fingerprint of what two requests must have in common.
func (h hasher) key(key requestKey) fingerprint {
	return fingerprint{
		method: h.text(key.method), path: h.text(key.path), query: h.text(key.query),
		authorization: h.text(key.authorization), body: h.text(key.body),
	}
}

// headerSet is the hash of a request's headers.
func (h hasher) headerSet(headers []headerHash) uint64 {
	var set uint64
	for _, header := range headers {
		set = h.join(set, h.join(h.text(header.name), header.values))
	}
	return set
}

// recordedPaths are those under which a recorded request can be asked for: below the base
// of the recording, or where that is not known below every base that it may have had.
func (h hasher) recordedPaths(url string) (paths []string, query string) {
	path, query := pathAndQuery(url)
	if rest, under := below(h.base, path); h.hasBase && under {
		return []string{rest}, query
	}
	return tails(path), query
}

// headers are the hashes of the headers that are not incidental, sorted by name.
func (h hasher) headers(header http.Header) []headerHash {
	all := make([]headerHash, 0, len(header))
	for name, values := range header {
		if !incidentalHeaders[name] {
			all = append(all, headerHash{name, h.values(values)})
		}
	}
	slices.SortFunc(all, func(a, b headerHash) int { return strings.Compare(a.name, b.name) })
	return all
}
