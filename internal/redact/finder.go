package redact

import "strings"

// finder finds many values in a text in one pass, however many there are. The case of letters
// makes no difference: the values are in lower case, and so must the texts be.
type finder struct {
	// heads has a bit set for the first bytes of each value; it rules out nearly every place
	// of a text.
	heads [headBits / 64]uint64
	// values holds the values by their first bytes.
	values map[uint64][]string
	// short are the values that are too short for that.
	short []string
}

// headLength is how many bytes of a value find its place, headBits how many bits tell whether
// it can be one: so few that they stay in the fastest cache.
const (
	headLength = 8
	headBits   = 1 << 16
)

// headBit is the bit of the first bytes. Multiplied by this number, the golden ratio, they are
// spread over all bits (Knuth, The Art of Computer Programming, volume 3, section 6.4).
func headBit(head uint64) uint64 { return head * 0x9e3779b97f4a7c15 >> (64 - 16) }

// headOf reads the bytes of a text of at most that length.
func headOf(text string) (head uint64) {
	for i := range len(text) {
		head = nextHead(head, text[i])
	}
	return head
}

// nextHead moves on by one byte.
func nextHead(head uint64, next byte) uint64 { return head>>8 | uint64(next)<<56 }

// add makes a value be found, which must not be there yet and not be empty.
func (f *finder) add(value string) {
	if len(value) < headLength {
		f.short = append(f.short, value)
		return
	}
	if f.values == nil {
		f.values = map[uint64][]string{}
	}
	head := headOf(value[:headLength])
	bit := headBit(head)
	f.heads[bit/64] |= 1 << (bit % 64)
	f.values[head] = append(f.values[head], value)
}

// find calls found for every place of every value; places can overlap, but not those of one
// value. Where the text breaks off within a value, at its end or with an ellipsis, that is a place as
// well: its length is what there is of it, which is eight bytes at the least.
func (f *finder) find(text string, found func(start, length int, value string)) {
	for _, value := range f.short {
		for from := 0; ; {
			i := strings.Index(text[from:], value)
			if i < 0 {
				break
			}
			found(from+i, len(value), value)
			from += i + len(value)
		}
	}
	if len(text) < headLength || len(f.values) == 0 {
		return
	}
	// ends tells where the last place of a value ended.
	var ends map[string]int
	head := headOf(text[:headLength-1])
	for i := range len(text) - headLength + 1 {
		head = nextHead(head, text[i+headLength-1])
		bit := headBit(head)
		if f.heads[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		rest := text[i:]
		for _, value := range f.values[head] {
			length := inCommon(rest, value)
			if i < ends[value] || length < len(value) && !breaksOff(rest[length:]) {
				continue
			}
			if ends == nil {
				ends = map[string]int{}
			}
			ends[value] = i + length
			found(i, length, value)
		}
	}
}

// inCommon is how many bytes two texts have in common from their beginning.
func inCommon(a, b string) int {
	length := min(len(a), len(b))
	for i := range length {
		if a[i] != b[i] {
			return i
		}
	}
	return length
}

// breaksOff tells whether a text is the end of one that was cut.
func breaksOff(rest string) bool {
	return rest == "" || strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "...")
}

// lower is a text with the letters of ASCII in lower case, and so as long as before.
func lower(text string) string {
	for i := range len(text) {
		if isUpper(text[i]) {
			return lowerFrom(i, text)
		}
	}
	return text
}

func lowerFrom(first int, text string) string {
	made := []byte(text)
	for i := first; i < len(made); i++ {
		if isUpper(made[i]) {
			made[i] += 'a' - 'A'
		}
	}
	return string(made)
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
