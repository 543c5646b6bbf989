package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"conformance/internal/outcome"
)

// badgeColors are behind white text, which they let be read (WCAG 2.2 criterion 1.4.3: 4.5 to 1).
var badgeColors = map[outcome.Verdict]string{
	outcome.Conformant:    "#1a7f37",
	outcome.Nonconformant: "#b3212c",
	outcome.Incomplete:    "#8a5a00",
}

const badgeLabelColor = "#4a4f55"

// badge is the picture. The texts are told their width, so that they fit whatever font is there.
const badge = `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" role="img" aria-label="%[2]s">
  <title>%[2]s</title>
  <rect width="%[3]d" height="20" fill="%[4]s"/>
  <rect x="%[3]d" width="%[5]d" height="20" fill="%[6]s"/>
  <g fill="#ffffff" font-family="Verdana,Geneva,'DejaVu Sans',sans-serif" font-size="11" aria-hidden="true">
    <text x="6" y="14" textLength="%[7]d">%[8]s</text>
    <text x="%[9]d" y="14" textLength="%[10]d">%[11]s</text>
  </g>
</svg>
`

// writeBadge writes a picture of the verdict, and of how many requirements were met of how many
// there are. It asks for nothing from the network, not even a font.
func writeBadge(w io.Writer, run *outcome.Run) error {
	const label, margin = "conformance", 6
	met, all := requirementsMet(run)
	word := cut(string(run.Verdict), 20)
	message := fmt.Sprintf("%s %d/%d", word, met, all)
	color := badgeColors[run.Verdict]
	if color == "" {
		color = badgeLabelColor
	}
	left, right := badgeTextWidth(label)+2*margin, badgeTextWidth(message)+2*margin
	title := fmt.Sprintf("conformance: %s, %d of %s met", word, met, Counted(all, "requirement"))
	_, err := fmt.Fprintf(w, badge, left+right, xmlText(title), left, badgeLabelColor, right, color,
		left-2*margin, label, left+margin, right-2*margin, xmlText(message))
	return err
}

// badgeTextWidth is about how wide a text is in 11 pixels of Verdana.
func badgeTextWidth(text string) int { return columns(text) * 7 }

func xmlText(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a builder takes everything
	return out.String()
}

// requirementsMet counts the requirements that were judged and held in every case, and all that
// there are.
func requirementsMet(run *outcome.Run) (met, all int) {
	judged, unmet := map[string]bool{}, map[string]bool{}
	known := map[string]bool{}
	for id := range run.Requirements {
		known[id] = true
	}
	for _, result := range run.Results {
		known[result.Requirement] = true
		switch {
		case result.Outcome == outcome.Pass:
			judged[result.Requirement] = true
		case !unexercised(result):
			unmet[result.Requirement] = true
		}
	}
	for id := range judged {
		if !unmet[id] {
			met++
		}
	}
	return met, len(known)
}
