package redact

import "strings"

// Label stands for the value of the credential or header of that name.
func Label(name string) string { return "<" + name + ">" }

// longestLabel bounds, in bytes, what is taken for a label.
const longestLabel = 100

// IsLabel tells whether a value is a label and nothing else: one word or so in angle brackets.
func IsLabel(value string) bool {
	return len(value) > len("<>") && len(value) <= longestLabel && value[0] == '<' && value[len(value)-1] == '>' &&
		!strings.ContainsAny(value[1:len(value)-1], "<>\"\r\n")
}

// CutLabel divides a recorded value that ends in a label, such as "Bearer <orgAdmin>", into what
// stands before it, "Bearer ", and the label's name; false when it ends in none.
func CutLabel(recorded string) (before, name string, labelled bool) {
	at := strings.LastIndexByte(recorded, '<')
	if at < 0 || !IsLabel(recorded[at:]) {
		return recorded, "", false
	}
	return recorded[:at], recorded[at+1 : len(recorded)-1], true
}
