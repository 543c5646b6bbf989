package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

func TestBadge(t *testing.T) {
	for name, test := range map[string]struct {
		run  *outcome.Run
		text string
	}{
		"conformant":    {conformantRun(t), "conformant 2/"},
		"nonconformant": {nonconformantRun(t), "nonconformant 1/"},
		"incomplete":    {incompleteRun(t), "incomplete 2/"},
		"hostile":       {hostileRun(t), "nonconformant 2/"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeBadge(&out, test.run); err != nil {
				t.Fatal(err)
			}
			text := test.text + fmt.Sprint(len(test.run.Requirements))
			if !strings.Contains(out.String(), ">conformance</text>") || !strings.Contains(out.String(), ">"+text+"</text>") ||
				!strings.Contains(out.String(), "<title>conformance: "+string(test.run.Verdict)+", ") {
				t.Errorf("no %q in\n%s", text, out.String())
			}
			for _, asked := range []string{"href", "url(", "@import", "<script", "<style"} {
				if strings.Contains(out.String(), asked) {
					t.Errorf("the badge holds %s", asked)
				}
			}
			decoder := xml.NewDecoder(&out)
			for {
				if _, err := decoder.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestBadgeOfAStrangeVerdict: whatever the words, the picture is XML.
func TestBadgeOfAStrangeVerdict(t *testing.T) {
	var out bytes.Buffer
	if err := writeBadge(&out, &outcome.Run{Verdict: `"<&>` + hostileText}); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(out.Bytes(), new(struct{})); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestBadgeCanBeRead: white on each colour has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3).
func TestBadgeCanBeRead(t *testing.T) {
	for _, color := range []string{
		badgeLabelColor, badgeColors[outcome.Conformant], badgeColors[outcome.Nonconformant], badgeColors[outcome.Incomplete],
	} {
		var red, green, blue uint8
		if _, err := fmt.Sscanf(color, "#%02x%02x%02x", &red, &green, &blue); err != nil {
			t.Fatalf("%s: %v", color, err)
		}
		luminance := 0.2126*linear(red) + 0.7152*linear(green) + 0.0722*linear(blue)
		if contrast := 1.05 / (luminance + 0.05); contrast < 4.5 {
			t.Errorf("white on %s has a contrast of %.2f", color, contrast)
		}
	}
}

// linear is the light of a channel of sRGB.
func linear(channel uint8) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
