package report

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file as a whole, or leaves it as it was.
func writeFile(file string, write func(io.Writer) error) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		// A pipe or a device, such as /dev/stderr, must stay what it is.
		return writeInPlace(file, write)
	default:
		// A link to a file stays a link.
		if file, err = filepath.EvalSymlinks(file); err != nil {
			return err
		}
	}
	return replace(file, write)
}

// replace writes a report next to its file and then puts it in the file's place.
func replace(file string, write func(io.Writer) error) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			temporary.Close()
			os.Remove(temporary.Name())
		}
	}()
	if err := writeBuffered(temporary, write); err != nil {
		return err
	}
	if err := temporary.Chmod(0o644); err != nil {
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

func writeInPlace(file string, write func(io.Writer) error) error {
	return writeOpened(file, os.O_WRONLY, write)
}

// appendFile writes behind what a file holds, and makes the file where there is none.
func appendFile(file string, write func(io.Writer) error) error {
	return writeOpened(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, write)
}

func writeOpened(file string, flags int, write func(io.Writer) error) error {
	out, err := os.OpenFile(file, flags, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(writeBuffered(out, write), out.Close())
}

func writeBuffered(out io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriter(out)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
