package observe

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is what was seen of a JSON value in one place of many bodies, and of all below it.
type Value struct {
	// Tally counts the bodies, or the arrays' elements, in which it was there.
	Tally
	// Types are the names of JSON Schema: "integer" for a number without a fraction.
	Types Tallies
	// Forms are those of its strings.
	Forms Tallies
	// Words are its strings where they could be one of a few that programs compare.
	Words Distinct
	// Objects is how often it was an object.
	Objects int
	// Members are those of the objects, by name.
	Members map[string]*Value
	// Missing are the first places at which the object around it did not have it.
	Missing Examples
	// Elements are those of the arrays; nil when there were none.
	Elements *Value
	// Dictionary says that the objects have so many different members that their names are data:
	// Members has one for all of them, with the name "*".
	Dictionary bool

	objectsAt Examples
	// last is the object in which it was seen last, of its worker.
	last int
}

// Bounds of what is looked at.
const (
	// mostMembers is how many different names the members of an object have at most.
	mostMembers = 100
	// deepest is how deep values are looked at.
	deepest = 12
	// longestWord bounds, in bytes, the strings that are counted one by one.
	longestWord = 40
)

func newValue() *Value { return &Value{Types: Tallies{}, Forms: Tallies{}} }

// walker folds the values of a body into what was seen before.
type walker struct {
	decoder *jsontext.Decoder
	source  bytes.Reader
	at      Sighting
	// objects counts all objects that the worker has seen.
	objects int
	// signature is a hash of the shape of the body.
	signature uint64
}

var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

func newWalker() *walker { return &walker{decoder: jsontext.NewDecoder(&bytes.Reader{}, lenient...)} }

// body folds a whole body in. It reports false, and does nothing, when the body is not one JSON value.
func (w *walker) body(into *Value, body []byte, at Sighting) bool {
	body = bytes.TrimSpace(body)
	if !jsontext.Value(body).IsValid(lenient...) {
		return false
	}
	w.at, w.signature = at, 0
	w.source.Reset(body)
	w.decoder.Reset(&w.source, lenient...)
	w.value(into, "", 0)
	return true
}

// sign adds something to the signature of the body.
func (w *walker) sign(what uint64) { w.signature = joined(w.signature, what) }

// value folds the next value in. The text was found to be valid before.
func (w *walker) value(v *Value, name string, depth int) {
	if depth > deepest {
		_ = w.decoder.SkipValue()
		return
	}
	v.Tally.Add(w.at)
	token, err := w.decoder.ReadToken()
	if err != nil {
		return
	}
	switch token.Kind() {
	case '{':
		v.Types.add("object", w.at)
		w.object(v, depth)
	case '[':
		v.Types.add("array", w.at)
		w.sign('[')
		for w.decoder.PeekKind() != ']' {
			if v.Elements == nil {
				v.Elements = newValue()
			}
			w.value(v.Elements, name, depth+1)
		}
		_, _ = w.decoder.ReadToken()
	case '"':
		v.Types.add("string", w.at)
		w.text(v, name, token.String())
	case '0':
		kind := "integer"
		if strings.ContainsAny(token.String(), ".eE") {
			kind = "number"
		}
		v.Types.add(kind, w.at)
		w.sign(hashOf(kind))
	case 'n':
		v.Types.add("null", w.at)
		w.sign('n')
	default:
		v.Types.add("boolean", w.at)
		w.sign('b')
	}
}

// object folds the members of an object in, and notes which of those that others had it lacks.
func (w *walker) object(v *Value, depth int) {
	w.objects++
	serial, seen := w.objects, 0
	w.sign('{')
	for w.decoder.PeekKind() == '"' {
		token, err := w.decoder.ReadToken()
		if err != nil {
			return
		}
		name := token.String()
		w.sign(hashOf(name))
		member := v.member(name)
		if member.last == serial && !v.Dictionary {
			_ = w.decoder.SkipValue() // of a name that stands twice the first value counts
			continue
		}
		seen++
		member.last = serial
		w.value(member, name, depth+1)
	}
	_, _ = w.decoder.ReadToken()
	v.Objects++
	v.objectsAt.add(w.at)
	if seen < len(v.Members) {
		for _, member := range v.Members {
			if member.last != serial {
				member.Missing.add(w.at)
			}
		}
	}
}

// member is the member of a name. One that is new was missing in all objects before.
func (v *Value) member(name string) *Value {
	if v.Dictionary {
		return v.Members[anyName]
	}
	if v.Members == nil {
		v.Members = map[string]*Value{}
	}
	member := v.Members[name]
	if member == nil {
		name = strings.Clone(name)
		member = newValue()
		member.Missing = slices.Clone(v.objectsAt)
		v.Members[name] = member
		if v.settle(); v.Dictionary {
			return v.Members[anyName]
		}
	}
	return member
}

// anyName stands for all names of a dictionary.
const anyName = "*"

// settle makes a dictionary of an object whose members have too many names.
func (v *Value) settle() {
	if v.Dictionary || len(v.Members) <= mostMembers {
		return
	}
	all := newValue()
	for _, name := range slices.Sorted(maps.Keys(v.Members)) {
		all.merge(v.Members[name])
	}
	all.Missing = nil
	v.Dictionary, v.Members = true, map[string]*Value{anyName: all}
}

// text notes a string.
func (w *walker) text(v *Value, name, text string) {
	form := formOf(text)
	v.Forms.add(form, w.at)
	w.sign(hashOf(form))
	if form == Text {
		w.sign(uint64(bitsOf(len(text))))
	}
	if compared(name, form) && len(text) <= longestWord {
		v.Words.add(strings.Clone(text), w.at)
	}
	if form == Word || form == "language tag" {
		w.sign(hashOf(text))
	}
}

// compared says whether programs are likely to compare a string with ones that they know: it is
// a word, or its name says that it is a code.
func compared(name, form string) bool {
	return form == Word || strings.HasSuffix(name, "Code") || name == "code"
}

// bitsOf is how many bits a number takes.
func bitsOf(n int) (bits int) {
	for ; n > 0; n >>= 1 {
		bits++
	}
	return bits
}

// merge adds what was seen elsewhere.
func (v *Value) merge(other *Value) {
	v.Tally.merge(other.Tally)
	v.Types.merge(other.Types)
	v.Forms.merge(other.Forms)
	v.Words.merge(other.Words)
	v.Missing.merge(other.Missing)
	if other.Elements != nil {
		if v.Elements == nil {
			v.Elements = newValue()
		}
		v.Elements.merge(other.Elements)
	}
	v.mergeMembers(other)
	v.Objects += other.Objects
	v.objectsAt.merge(other.objectsAt)
}

// mergeMembers adds the members of objects that were seen elsewhere. What only one side has was
// missing in all objects of the other.
func (v *Value) mergeMembers(other *Value) {
	switch {
	case other.Dictionary && !v.Dictionary:
		all := newValue()
		for _, member := range v.Members {
			all.merge(member)
		}
		v.Dictionary, v.Members = true, map[string]*Value{anyName: all}
		fallthrough
	case v.Dictionary:
		for _, member := range other.Members {
			v.Members[anyName].merge(member)
		}
		v.Members[anyName].Missing = nil
		return
	}
	for name, member := range v.Members {
		if other.Members[name] == nil {
			member.Missing.merge(other.objectsAt)
		}
	}
	for name, member := range other.Members {
		if v.Members == nil {
			v.Members = map[string]*Value{}
		}
		mine := v.Members[name]
		if mine == nil {
			mine = newValue()
			mine.Missing = slices.Clone(v.objectsAt)
			v.Members[name] = mine
		}
		mine.merge(member)
	}
	v.settle()
}
