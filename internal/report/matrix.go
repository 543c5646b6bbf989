package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/outcome"
)

// row is one status path in the matrix of status paths and outcomes.
type row struct {
	status, about string
	// cases is how many are expected, seen those of which there was an exchange.
	cases int
	seen  map[string]bool
	// done says that summary and detail are known.
	done    bool
	summary outcome.StatusSummary
	detail  string
}

// The columns of the matrix.
const (
	markColumns   = 4
	pathColumns   = 25
	numberColumns = 6
	rowIndent     = 2 + markColumns + 2
)

// matrixHeading names the columns of the numbers.
var matrixHeading = strings.Repeat(" ", rowIndent+pathColumns) + "  pass  fail  warn known  skip"

// row writes a row of the matrix, and its detail below.
func (c *Console) row(r row) {
	line, detail := c.rowText(r)
	c.println(line)
	unexplained := r.summary.Exercised || r.summary.Waived != "" || r.summary.Fail > 0
	if detail != "" && unexplained {
		// Why a path was not exercised is told among the reasons for the verdict.
		c.wrapped(rowIndent, detail)
	}
}

// rowText is a row of the matrix, and what is worth adding.
func (c *Console) rowText(r row) (line, detail string) {
	word, paint, detail := c.mark(r)
	numbers := ""
	for _, cell := range []struct {
		n     int
		paint *color.Color
	}{
		{r.summary.Pass, nil}, {r.summary.Fail, c.colors.fail}, {r.summary.Warn, c.colors.warn},
		{r.summary.Known, c.colors.warn}, {r.summary.Skip, c.colors.skip},
	} {
		text := "-"
		if cell.n > 0 {
			text = strconv.Itoa(cell.n)
		}
		text = fmt.Sprintf("%*s", numberColumns, text)
		if cell.n > 0 && cell.paint != nil {
			text = cell.paint.Sprint(text)
		}
		numbers += text
	}
	return "  " + paint.Sprint(pad(word, markColumns)) + "  " + pathName(r) + numbers, detail
}

func pathName(r row) string { return pad(cut(r.status+" "+r.about, pathColumns), pathColumns) }

// mark is the word that stands for a status path, its colour, and what is worth adding.
func (c *Console) mark(r row) (string, *color.Color, string) {
	switch s := r.summary; {
	case s.Fail > 0 || c.options.Strict && s.Warn > 0:
		return "FAIL", c.colors.fail, r.detail
	case !s.Exercised && s.Waived != "":
		return "skip", c.colors.skip, "waived: " + s.Waived
	case !s.Exercised && r.detail != "":
		return "skip", c.colors.skip, "not exercised: " + r.detail
	case !s.Exercised:
		return "skip", c.colors.skip, ""
	case s.Warn > 0:
		return "warn", c.colors.warn, r.detail
	}
	return "ok", c.colors.pass, r.detail
}
