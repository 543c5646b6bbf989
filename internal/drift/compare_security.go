package drift

import (
	"maps"
	"slices"
	"strings"
)

// security compares the ways to authenticate. In documents a way is known by the name of its
// scheme. The contract and a vendor's document name them differently: there, a way is known by
// what it asks for.
func (c *comparison) security(old, new *Description) {
	at := Place{SecuritySection, ""}
	before, now := old.Security.demands(), new.Security.demands()
	switch {
	case before && !now:
		c.add("security-removed", at, alternativesText(old.Security), "no credential", old.Support, new.Support)
		return
	case !before && now:
		c.add("security-added", at, "no credential", alternativesText(new.Security), old.Support, new.Support)
		return
	}
	pairs, gone, added := pairAlternatives(old.Security.Alternatives, new.Security.Alternatives, c.measure)
	for _, pair := range pairs {
		c.alternative(pair[0], pair[1])
	}
	for _, one := range gone {
		c.add("security-alternative-removed", Place{SecuritySection, one.Name}, one.String(), "", one.Support, new.Support)
	}
	for _, one := range added {
		c.add("security-alternative-added", Place{SecuritySection, one.Name}, "", one.String(), old.Support, one.Support)
	}
}

// demands says whether a credential is asked for. An alternative without a scheme asks for none.
func (s *Security) demands() bool {
	return len(s.Alternatives) > 0 && !slices.ContainsFunc(s.Alternatives, func(a Alternative) bool { return a.Type == "" })
}

// pairAlternatives brings together the alternatives of both sides that stand for the same: of
// the same name, then of the same type, then in order. Against the contract, several that ask
// for the same count as one, unless both sides have as many.
func pairAlternatives(old, new []Alternative, measure Measure) (pairs [][2]Alternative, gone, added []Alternative) {
	gone, added = slices.Clone(old), slices.Clone(new)
	likeness := []func(a, b Alternative) bool{
		func(a, b Alternative) bool { return a.Name == b.Name },
		func(a, b Alternative) bool { return a.Type == b.Type && slices.Equal(a.Scopes, b.Scopes) },
	}
	if measure == Contradiction {
		likeness = []func(a, b Alternative) bool{
			func(a, b Alternative) bool { return a.asks() == b.asks() },
			func(a, b Alternative) bool { return a.family() == b.family() },
		}
		if len(old) != len(new) {
			gone, added = distinctAlternatives(gone), distinctAlternatives(added)
		}
	}
	if len(gone) == len(added) {
		likeness = append(likeness, func(Alternative, Alternative) bool { return true })
	}
	for _, like := range likeness {
		gone = slices.DeleteFunc(gone, func(one Alternative) bool {
			at := slices.IndexFunc(added, func(other Alternative) bool { return like(one, other) })
			if at < 0 {
				return false
			}
			pairs = append(pairs, [2]Alternative{one, added[at]})
			added = slices.Delete(added, at, at+1)
			return true
		})
	}
	return pairs, gone, added
}

func distinctAlternatives(all []Alternative) []Alternative {
	var kept []Alternative
	for _, one := range all {
		if !slices.ContainsFunc(kept, func(other Alternative) bool { return one.asks() == other.asks() }) {
			kept = append(kept, one)
		}
	}
	return kept
}

// alternative compares two descriptions of one way to authenticate.
func (c *comparison) alternative(old, new Alternative) {
	at := Place{SecuritySection, new.Name}
	if old.Name != new.Name {
		c.add("security-scheme-renamed", at, old.Name, new.Name, old.Support, new.Support)
	}
	if old.Type != new.Type && (c.measure != Contradiction || old.family() != new.family()) {
		c.add("security-scheme-retyped", at, old.Type, new.Type, old.Support, new.Support)
	}
	// Only OAuth and OpenID Connect have scopes: where another scheme stands for the same token,
	// the document cannot say which it needs.
	if c.measure == Contradiction && strings.HasPrefix(new.Type, "http ") {
		return
	}
	for _, scope := range missing(new.Scopes, old.Scopes) {
		c.add("scope-added", at, "", scope, old.Support, new.Support)
	}
	for _, scope := range missing(old.Scopes, new.Scopes) {
		c.add("scope-removed", at, scope, "", old.Support, new.Support)
	}
	for _, flow := range slices.Sorted(maps.Keys(old.Flows)) {
		address, kept := new.Flows[flow]
		switch {
		case !kept:
			c.add("security-flow-removed", at, flow, "", old.Support, new.Support)
		case address != old.Flows[flow]:
			c.add("token-url-changed", at, old.Flows[flow], address, old.Support, new.Support)
		}
	}
	for _, flow := range slices.Sorted(maps.Keys(new.Flows)) {
		if _, was := old.Flows[flow]; !was {
			c.add("security-flow-added", at, "", flow, old.Support, new.Support)
		}
	}
}

// family is the kind of credential: OAuth, OpenID Connect and HTTP bearer are three ways to
// describe one bearer token.
func (a Alternative) family() string {
	switch a.Type {
	case "oauth2", "openIdConnect", "http bearer":
		return "bearer token"
	}
	return a.Type
}

// asks is what a client must have.
func (a Alternative) asks() string { return a.family() + " " + strings.Join(a.Scopes, " ") }

// String is the type and the scopes.
func (a Alternative) String() string {
	if len(a.Scopes) == 0 {
		return a.Type
	}
	return a.Type + " with " + strings.Join(a.Scopes, ", ")
}

func alternativesText(s *Security) string {
	var texts []string
	for _, one := range s.Alternatives {
		texts = append(texts, one.String())
	}
	return strings.Join(texts, ", or ")
}

func (c *comparison) authorities(old, new *Security) {
	at := Place{SecuritySection, "authorities"}
	before, now := old.AuthoritiesSupport, new.AuthoritiesSupport
	switch {
	case len(old.Authorities) == 0 && len(new.Authorities) == 0:
		return
	case len(old.Authorities) == 0:
		c.add("authorities-documented", at, "", strings.Join(new.Authorities, ", "), before, now)
		return
	case len(new.Authorities) == 0:
		c.add("authorities-undocumented", at, strings.Join(old.Authorities, ", "), "", before, now)
		return
	}
	for _, authority := range missing(old.Authorities, new.Authorities) {
		c.add("authority-removed", at, authority, "", before, now)
	}
	for _, authority := range missing(new.Authorities, old.Authorities) {
		c.add("authority-added", at, "", authority, before, now)
	}
}

// missing is what is in a list and not in another.
func missing(from, in []string) []string {
	var list []string
	for _, one := range from {
		if !slices.Contains(in, one) {
			list = append(list, one)
		}
	}
	return list
}
