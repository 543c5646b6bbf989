package report

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestHTMLScreenshot keeps the picture in the README: with -update it is taken anew, of the report of
// a run in which an expired token is accepted.
func TestHTMLScreenshot(t *testing.T) {
	const file = "testdata/report.png"
	if !*update {
		if info, err := os.Stat(file); err != nil || info.Size() > 200<<10 {
			t.Errorf("%s is missing or larger than 200 KiB: %v", file, err)
		}
		return
	}
	report := filepath.Join(t.TempDir(), "report.html")
	run := exec.Command("go", "run", "conformance/cmd/conformance", "run", "--fault", "expired-token-accepted", "--report", "html="+report)
	if output, err := run.CombinedOutput(); err == nil {
		t.Fatalf("the run found nothing:\n%s", output)
	}
	b := openFile(t, report)
	b.do(chromedp.EmulateViewport(1200, 1480))
	click(b, "#entries summary")
	b.do(chromedp.WaitVisible(chromedp.CSS("#entries .command")))
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, smaller(t, picture), 0o644); err != nil {
		t.Fatal(err)
	}
}

// smaller is a PNG with only its 256 most frequent colours, which the eye does not miss.
func smaller(t *testing.T, picture []byte) []byte {
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bounds := decoded.Bounds()
	pixels := map[color.Color]int{}
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			pixels[decoded.At(x, y)]++
		}
	}
	frequent := slices.SortedFunc(maps.Keys(pixels), func(a, b color.Color) int { return pixels[b] - pixels[a] })
	paletted := image.NewPaletted(bounds, frequent[:min(256, len(frequent))])
	draw.Draw(paletted, bounds, decoded, bounds.Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, paletted); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
