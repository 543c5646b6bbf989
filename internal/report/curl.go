package report

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"conformance/internal/exchange"
)

// Curl is a line for a POSIX shell that repeats the request of an exchange. Where the
// request carried a credential, the line reads it from an environment variable that is
// named after the credential's label: orgAdmin is $ORG_ADMIN, orgAdmin:tampered is
// $ORG_ADMIN_TAMPERED. The line holds no character that a terminal would act upon.
func Curl(e exchange.Exchange) string { return strings.Join(curlWords(e), " ") }

// curlWords is the line in the pieces that it may be folded between: the words of the
// shell, an option together with its value.
func curlWords(e exchange.Exchange) []string {
	request := e.Request
	// -g keeps curl from reading braces and brackets in the URL as a pattern.
	words := []string{"curl", "-sS", "-i", "-g", "--path-as-is"}
	if request.Method == http.MethodHead {
		// With -X HEAD curl would wait for a body that never comes.
		words = append(words, "--head")
	} else {
		words = append(words, "-X "+shellWord(request.Method))
	}
	for _, name := range slices.Sorted(maps.Keys(request.Header)) {
		for _, value := range request.Header[name] {
			words = append(words, "-H "+headerWord(name, value))
		}
	}
	var pipe []string
	if sendsBody(request) {
		if request.Header.Get("Content-Type") == "" {
			// Otherwise curl would declare a form.
			words = append(words, "-H 'Content-Type:'")
		}
		if text := string(request.Body); strings.IndexFunc(text, hidden) < 0 {
			words = append(words, "--data-raw "+shellWord(text))
		} else {
			pipe = []string{"printf " + printfFormat(text) + " |"}
			words = append(words, "--data-binary @-")
		}
	}
	return append(append(pipe, words...), shellWord(request.URL))
}

// sendsBody says whether curl must be given a body. These methods say Content-Length: 0
// where they have none (RFC 9110 section 8.6), and curl says it only for a body.
func sendsBody(request exchange.Request) bool {
	switch request.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return true
	}
	return len(request.Body) > 0
}

// labelled matches a header whose value stands for a secret: a scheme, if any, and a label.
var labelled = regexp.MustCompile(`^([A-Za-z0-9-]+: (?:[A-Za-z]+ )?)<([A-Za-z][A-Za-z0-9:._-]*)>$`)

// headerWord is the argument of curl's -H.
func headerWord(name, value string) string {
	if value == "" {
		// To curl "Name:" means not to send the header, "Name;" to send it empty.
		return shellWord(name + ";")
	}
	// A line feed would begin another header; net/http sends a space for it.
	header := strings.NewReplacer("\r", " ", "\n", " ").Replace(name + ": " + value)
	if m := labelled.FindStringSubmatch(header); m != nil {
		return `"` + m[1] + "$" + variable(m[2]) + `"`
	}
	return shellWord(header)
}

// variable is the environment variable for a credential's label: orgAdmin is ORG_ADMIN.
func variable(label string) string {
	var out strings.Builder
	var before rune
	for _, r := range label {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			out.WriteByte('_')
		}
		before = r
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(unicode.ToUpper(r))
		default:
			out.WriteByte('_')
		}
	}
	return out.String()
}

// shellWord quotes a text so that the shell passes it on as one argument, unchanged. Only
// line feeds at its end would be lost, and NUL, which no argument can hold.
func shellWord(text string) string {
	switch {
	case strings.IndexFunc(text, hidden) >= 0:
		return `"$(printf ` + printfFormat(text) + `)"`
	case text != "" && strings.IndexFunc(text, needsQuotes) < 0:
		return text
	}
	return `'` + strings.ReplaceAll(text, `'`, `'\''`) + `'`
}

func needsQuotes(r rune) bool {
	plain := r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./", r))
	return !plain
}

// printfFormat quotes bytes as a format from which printf makes the same bytes again.
func printfFormat(text string) string {
	var out strings.Builder
	for i := range len(text) {
		switch b := text[i]; {
		case b == '%':
			out.WriteString("%%")
		case b == '\\':
			out.WriteString(`\\`)
		case b == '\'', b < ' ', b > '~', b == '-' && i == 0:
			// A format that begins with a hyphen would be taken for an option.
			fmt.Fprintf(&out, `\%03o`, b)
		default:
			out.WriteByte(b)
		}
	}
	return `'` + out.String() + `'`
}

// foldWords lays the words of a command out in lines of at most limit columns, behind an
// indent, so that the lines together are still the same command. Inside a word that is too
// wide the shell allows no indent: such lines begin in the first column.
func foldWords(words []string, indent string, limit int) []string {
	const next = ` \`
	limit = max(limit, len(indent)+20)
	var lines []string
	line := indent
	for i, word := range words {
		separator := ""
		if i > 0 {
			separator = " "
		}
		if i > 0 && columns(line)+columns(separator+word)+len(next) > limit {
			lines = append(lines, line+next)
			line, separator = indent+"  ", ""
		}
		line += separator + word
		for columns(line)+len(next) > limit {
			at := foldPoint(line, limit-len(next))
			if at == 0 {
				break
			}
			lines = append(lines, line[:at]+`'\`)
			line = `'` + line[at:]
		}
	}
	return append(lines, line)
}

// foldPoint is the last place within limit columns at which a line can be broken inside
// single quotes, or 0.
func foldPoint(line string, limit int) int {
	const quotedQuote = `'\''`
	point, quoted := 0, false
	for i := 0; i < len(line) && columns(line[:i]) <= limit; {
		switch {
		case quoted && strings.HasPrefix(line[i:], quotedQuote):
			i += len(quotedQuote)
			continue
		case line[i] == '\'':
			quoted = !quoted
			i++
			continue
		case quoted && i > 0 && line[i-1] != '\'':
			point = i
		}
		i += len(head(line[i:], 1))
	}
	return point
}
