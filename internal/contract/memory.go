package contract

import (
	"crypto/sha256"
	"strconv"
	"strings"
)

// memory is what earlier answers have shown, for the rules that compare answers. Of ids and texts
// it has digests, so that it stays small however much traffic there is.
type memory struct {
	// trackingIDs tells which exchange carried a tracking id first.
	trackingIDs map[digest]int
	// tasks tells which submission a task id was given to first.
	tasks map[digest]taskGiven
	// defaultLocale is the first locale that was called the system's default.
	defaultLocale string
	// languages tells in which locale a text was first given.
	languages map[digest]string
	// innocent holds texts that were searched for internals, in vain.
	innocent map[string]bool
	// refusals holds the text of the first 401 of each kind of refused request.
	refusals map[refused]string
	// full says that one of the maps had no room for something new.
	full bool
}

// MaxRemembered bounds how many ids of a kind, and how many texts, a judge remembers to compare
// later answers with.
const MaxRemembered = 1 << 18

// remember puts something into one of the maps, if there is room.
func remember[K comparable, V any](m *memory, into map[K]V, key K, value V) {
	if len(into) >= MaxRemembered {
		m.full = true
		return
	}
	into[key] = value
}

// digest stands for a text: half of its SHA-256, so that two different texts with the same one are
// not to be expected.
type digest [16]byte

// digestOf is the digest of some texts in their order.
func digestOf(texts ...string) digest {
	var all strings.Builder
	for _, text := range texts {
		all.WriteString(strconv.Itoa(len(text)) + ":" + text)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return digest(sum[:len(digest{})])
}
