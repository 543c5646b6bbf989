package session

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"conformance/internal/har"
)

// IsTraffic tells whether something is meant as recorded traffic: the folder of a session, a
// cassette in any layout, an HTTP archive, or what can be no document either. OpenSource says what
// is wrong with it. The error is that of the file system.
func IsTraffic(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || strings.EqualFold(filepath.Ext(path), ".har") {
		return true, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, headSize))
	if err != nil {
		return false, err
	}
	return har.Packed(head) != "" || har.Detect(head) || beginsCassette(head), nil
}

var (
	// blockList matches the key of a cassette's list in its usual layout, flowList in that of
	// JSON. A document can have the latter as the name of a member, but has documentKey, too.
	blockList   = regexp.MustCompile(`(?m)^["']?interactions["']?[ \t]*:`)
	flowList    = regexp.MustCompile(`[{,]\s*["']?interactions["']?\s*:`)
	documentKey = regexp.MustCompile(`["']?(openapi|swagger)["']?\s*:`)
)

// beginsCassette tells whether a file begins as a cassette does, in whatever encoding YAML allows.
func beginsCassette(head []byte) bool {
	decoder := unicode.BOMOverride(transform.Nop)
	if text, _, err := transform.Bytes(decoder, head); err == nil {
		head = text
	}
	head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	return blockList.Match(head) || flowList.Match(head) && !documentKey.Match(head)
}
