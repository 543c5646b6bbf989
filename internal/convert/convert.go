// Package convert rewrites recorded traffic: the folder of a session, a single cassette and an
// HTTP archive each become any of the others. Nothing of an exchange is lost on the way, and
// nothing of the session that it belongs to.
package convert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// Options say what to convert, and into what.
type Options struct {
	// In is the folder of a session, a cassette or an HTTP archive.
	In string
	// Out ends in .har for an archive and in .yaml or .yml for a cassette; anything else is the
	// folder of a session. It must not exist.
	Out string
	// Redact cleans sessions of this program too. The traffic of other programs is always cleaned.
	Redact bool
	// Redaction is what is known of the secrets.
	Redaction redact.TrafficOptions
	// KeepSuspects writes what still looks like a secret after the cleaning.
	KeepSuspects bool
	// Version is this program's version.
	Version string
}

// Result says what was converted.
type Result struct {
	Interactions int
	// Cleaned counts the interactions in which labels took the place of something.
	Cleaned  int
	Warnings []string
}

// Convert writes the traffic of In to Out: whole, or not at all. Its errors are a *session.Error
// for what is wrong with In, a *SuspectsError where secrets would be written, fs.ErrExist where Out
// is taken, and those of the file system.
func Convert(ctx context.Context, options Options) (*Result, error) {
	if _, err := os.Lstat(options.Out); err == nil {
		return nil, taken(options.Out)
	}
	if folder := filepath.Dir(options.Out); !isFolder(folder) {
		return nil, fmt.Errorf("%s: there is no folder %s; make it first", options.Out, folder)
	}
	if strings.EqualFold(filepath.Ext(options.Out), ".json") {
		return nil, fmt.Errorf("%s: nothing becomes a .json file; name an archive (.har), a cassette (.yaml) or a folder", options.Out)
	}
	source, err := session.OpenSource(options.In)
	if err != nil {
		return nil, err
	}
	redactor, err := redact.NewTraffic(options.Redaction)
	if err != nil {
		return nil, err
	}
	c := conversion{ctx: ctx, options: options, source: source, redactor: redactor, result: &Result{}}
	if err := c.survey(); err != nil {
		return nil, err
	}
	if err := c.publish(formatOf(options.Out)); err != nil {
		return nil, err
	}
	c.result.Warnings = source.Warnings()
	return c.result, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// taken is the error for a place where something is already.
func taken(path string) error {
	return fmt.Errorf("%s: %w: nothing is overwritten; name another file or folder, or remove this one", path, fs.ErrExist)
}

// conversion is the work in progress.
type conversion struct {
	ctx      context.Context
	options  Options
	source   *session.Source
	redactor *redact.Traffic
	bundle   session.Bundle
	result   *Result
	suspects SuspectsError
}

// survey reads once where the interactions stand: an archive and a cassette tell it before the
// first of them.
func (c *conversion) survey() error {
	c.bundle.Manifest = c.source.Manifest
	var names []string
	for item, err := range c.source.Items() {
		if err != nil {
			return err
		}
		name := cassetteName(item.Cassette) + ".yaml"
		if last := len(names) - 1; last < 0 || names[last] != name {
			names = append(names, name)
			c.bundle.Counts = append(c.bundle.Counts, 0)
		}
		c.bundle.Counts[len(names)-1]++
	}
	c.bundle.Manifest.Cassettes = names
	c.bundle.Manifest.Unfinished = false
	if c.bundle.Manifest.FormatVersion == 0 {
		return c.describeForeign()
	}
	return nil
}

// describeForeign makes a manifest for traffic that has none.
func (c *conversion) describeForeign() error {
	c.bundle.Manifest.FormatVersion = session.FormatVersion
	c.bundle.Manifest.Tool = "conformance " + c.options.Version
	if !c.bundle.Manifest.Recorded.IsZero() {
		return nil
	}
	for item, err := range c.source.Items() {
		if err != nil {
			return err
		}
		e, err := item.Exchange()
		if err != nil {
			return err
		}
		c.bundle.Manifest.Recorded = dateOf(e)
		break
	}
	return nil
}

// each hands every exchange to a writer, without secrets.
func (c *conversion) each(write func(cassette string, e exchange.Exchange) error) error {
	for item, err := range c.source.Items() {
		if err == nil {
			err = c.ctx.Err()
		}
		if err != nil {
			return err
		}
		e, err := item.Exchange()
		if err != nil {
			return err
		}
		foreign := item.Foreign || c.options.Redact
		if foreign {
			clean := c.redactor.Clean(e)
			if changed(e, clean) {
				c.result.Cleaned++
			}
			e = clean
			if !c.options.KeepSuspects {
				c.suspects.add(item, redact.Suspects(e))
			}
		}
		if len(c.suspects.places) > 0 {
			continue // what was written will not be kept
		}
		if err := write(cassetteName(item.Cassette), e); err != nil {
			return fmt.Errorf("%s: %w", item, err)
		}
		c.result.Interactions++
	}
	if len(c.suspects.places) > 0 {
		return &c.suspects
	}
	return nil
}

// cassetteName is the name of a file as that of a cassette in a session's folder.
func cassetteName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '.') {
			return r
		}
		return '-'
	}, strings.TrimLeft(name, "."))
	if name == "" || name+".yaml" == session.ManifestName {
		return "traffic"
	}
	return name
}

// format writes traffic in one form into a file or folder that does not exist yet.
type format func(c *conversion, path string) error

func formatOf(path string) format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".har":
		return (*conversion).writeArchive
	case ".yaml", ".yml":
		return (*conversion).writeCassette
	}
	return (*conversion).writeFolder
}

// publish has a format write into a temporary folder beside the place for the result, and then
// puts it there.
func (c *conversion) publish(write format) (err error) {
	out, err := filepath.Abs(c.options.Out)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(out), "."+filepath.Base(out)+".converting-*")
	if err != nil {
		return fmt.Errorf("make a temporary folder for %s: %w", c.options.Out, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	written := filepath.Join(work, filepath.Base(out))
	if err := write(c, written); err != nil {
		return err
	}
	return place(written, out, c.options.Out)
}

// place moves what was written to where it belongs, unless something is there. The name is that
// of errors.
func place(written, out, name string) error {
	info, err := os.Stat(written)
	if err != nil {
		return err
	}
	if !info.IsDir() && os.Link(written, out) == nil {
		return nil // a link is made only where nothing is
	}
	if _, err := os.Lstat(out); err == nil {
		return taken(name)
	}
	if err := os.Rename(written, out); err != nil {
		return fmt.Errorf("put %s in its place: %w", name, err)
	}
	return nil
}
