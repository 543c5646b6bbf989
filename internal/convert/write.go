package convert

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"reflect"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/har"
	"conformance/internal/session"
)

// writeFolder writes the folder of a session.
func (c *conversion) writeFolder(path string) error {
	writer, err := session.Create(path, c.bundle.Manifest, session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		return err
	}
	if err := c.each(writer.Append); err != nil {
		return errors.Join(err, writer.Abort())
	}
	return writer.Close()
}

// writeCassette writes a single cassette.
func (c *conversion) writeCassette(path string) error {
	return writeFile(path, func(out io.Writer) error {
		writer, err := session.NewCassetteWriter(out, c.bundle)
		if err != nil {
			return err
		}
		return c.each(func(_ string, e exchange.Exchange) error { return writer.Append(e) })
	})
}

// writeArchive writes an HTTP archive.
func (c *conversion) writeArchive(path string) error {
	manifest, err := c.bundle.JSON()
	if err != nil {
		return err
	}
	return writeFile(path, func(out io.Writer) error {
		writer, err := har.NewWriter(out, har.Info{
			Creator:  har.Creator{Name: "conformance", Version: c.options.Version},
			Recorded: c.bundle.Manifest.Recorded, Session: manifest,
		})
		if err != nil {
			return err
		}
		if err := c.each(func(_ string, e exchange.Exchange) error { return writer.Write(e) }); err != nil {
			return err
		}
		return writer.Close()
	})
}

// writeFile writes a file that only its owner may read, as all recorded traffic.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	err = write(buffer)
	if err == nil {
		err = errors.Join(buffer.Flush(), file.Sync())
	}
	return errors.Join(err, file.Close())
}

// dateOf is when an answer came, by its own account; the zero value when it does not tell.
func dateOf(e exchange.Exchange) time.Time {
	if e.Response == nil {
		return time.Time{}
	}
	date, _ := http.ParseTime(e.Response.Header.Get("Date")) // zero with an error
	return date.UTC()
}

// changed says whether cleaning has replaced anything.
func changed(e, clean exchange.Exchange) bool {
	e.Credential, clean.Credential = "", ""
	return !reflect.DeepEqual(e, clean)
}
