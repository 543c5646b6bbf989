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
// and the environment, asked through getenv, has no NO_COLOR (no-color.org), no CI, and
// no TERM=dumb.
func WantColor(file *os.File, getenv func(string) string) bool {
	return term.IsTerminal(int(file.Fd())) && environmentWantsColor(getenv)
}

func environmentWantsColor(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && environmentWantsLive(getenv)
}

// WantLive says whether a console report to file should redraw itself in place: file is a terminal,
// and the environment, asked through getenv, has no CI and no TERM=dumb.
func WantLive(file *os.File, getenv func(string) string) bool {
	return term.IsTerminal(int(file.Fd())) && environmentWantsLive(getenv)
}

func environmentWantsLive(getenv func(string) string) bool {
	ci := getenv("CI")
	return getenv("TERM") != "dumb" && (ci == "" || ci == "false")
}

// IsTerminal says whether a file is a terminal, which can show what moves.
func IsTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
