package report

import (
	"os"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// palette is the colours of the console. What a colour says is always said in words too.
type palette struct {
	pass, fail, warn, skip, faint, strong *color.Color
}

// newPalette makes colours that are on or off for this console alone; the package's global
// switch looks at the process's own standard output, which need not be where we write.
func newPalette(on bool) palette {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return palette{
		pass:   paint(color.FgGreen),
		fail:   paint(color.FgRed, color.Bold),
		warn:   paint(color.FgYellow),
		skip:   paint(color.FgCyan),
		faint:  paint(color.Faint),
		strong: paint(color.Bold),
	}
}

// WantColor says whether a console report to file should be in colour: file is a terminal,
// and the environment has no NO_COLOR (no-color.org), no CI, and no TERM=dumb. Environ looks up an
// environment variable.
func WantColor(file *os.File, environ func(name string) (string, bool)) bool {
	return IsTerminal(file) && environmentWantsColor(environ)
}

func environmentWantsColor(environ func(name string) (string, bool)) bool {
	noColor, _ := environ("NO_COLOR")
	return noColor == "" && environmentWantsLive(environ)
}

// WantLive says whether a console report to file should redraw itself in place: file is a terminal,
// and the environment has no CI and no TERM=dumb.
func WantLive(file *os.File, environ func(name string) (string, bool)) bool {
	return IsTerminal(file) && environmentWantsLive(environ)
}

func environmentWantsLive(environ func(name string) (string, bool)) bool {
	ci, _ := environ("CI")
	terminal, _ := environ("TERM")
	return terminal != "dumb" && (ci == "" || ci == "false")
}

// IsTerminal says whether a file is a terminal, which can show what moves.
func IsTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
