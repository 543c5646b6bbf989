package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// CheckAll says, before anything is done, which report could not be written anyway, and which would
// take the place of an input: of a file that the call reads, or of one in a session's folder that
// it reads. Inputs that are empty are none.
func CheckAll(destinations []Destination, inputs ...string) error {
	for _, d := range destinations {
		if d.File == "" {
			continue
		}
		if problem := d.problem(); problem != "" {
			return fmt.Errorf("report %s=%s: %s", d.Kind, d.File, problem)
		}
		for _, input := range inputs {
			if d.replaces(input) {
				return fmt.Errorf("report %s=%s: the report would take the place of what %s holds; name another file", d.Kind, d.File, input)
			}
		}
	}
	return nil
}

// problem is why the report cannot be written: there is no such folder, nothing can be written into
// it, or the file is itself a folder.
func (d Destination) problem() string {
	folder := filepath.Dir(d.File)
	existing, err := os.Stat(d.File)
	switch {
	case err == nil && existing.IsDir():
		return "that is a folder: name a file in it"
	case err == nil && !existing.Mode().IsRegular():
		return ""
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Sprintf("there is no folder %s: make it first", folder)
	}
	// Only trying tells: permissions alone say nothing of a file system that cannot be written to.
	probe, err := os.CreateTemp(folder, "."+filepath.Base(d.File)+".*")
	if err != nil {
		if reason, is := errors.AsType[*fs.PathError](err); is {
			err = reason.Err
		}
		return fmt.Sprintf("nothing can be written into the folder %s: %v", folder, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return ""
}

// replaces says whether writing the report would destroy an input. In a folder only sessions'
// files are one.
func (d Destination) replaces(input string) bool {
	file, err := os.Stat(d.File)
	if err != nil || !file.Mode().IsRegular() {
		return false
	}
	read, err := os.Stat(input)
	if err != nil {
		return false
	}
	if !read.IsDir() {
		return os.SameFile(file, read)
	}
	folder, err := os.Stat(filepath.Dir(d.File))
	return err == nil && os.SameFile(folder, read) && strings.HasSuffix(d.File, ".yaml")
}
