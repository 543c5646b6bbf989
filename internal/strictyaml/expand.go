package strictyaml

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// expansion is a value after its ${NAME} were replaced.
type expansion struct {
	text string
	// variables are the names of the variables that went into it, in order.
	variables []string
}

var (
	// variableName is what a shell lets a variable be called (POSIX XBD 3.216, Name).
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	errBraces    = errors.New("${ begins the name of an environment variable, such as ${NAME}; write $${ for the two characters themselves")
)

// IsVariableName tells whether an environment variable can be called so.
func IsVariableName(name string) bool { return variableName.MatchString(name) }

// expand replaces ${NAME} by the environment variable of that name, and $${ by ${. It
// returns an error that names the variable when it is not set, and one that explains the
// notation when the braces hold no name.
func (d *Document) expand(value string) (expansion, error) {
	if d.environ == nil || !strings.Contains(value, "${") {
		return expansion{text: value}, nil
	}
	var result expansion
	var text strings.Builder
	for {
		before, after, found := strings.Cut(value, "${")
		if !found {
			text.WriteString(value)
			result.text = text.String()
			return result, nil
		}
		if escaped, yes := strings.CutSuffix(before, "$"); yes {
			text.WriteString(escaped + "${")
			value = after
			continue
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed || !IsVariableName(name) {
			return expansion{}, errBraces
		}
		set, exists := d.environ(name)
		if !exists {
			return expansion{}, fmt.Errorf("the environment variable %s is not set; set it or remove the key", name)
		}
		text.WriteString(before + set)
		result.variables = append(result.variables, name)
		value = rest
	}
}
