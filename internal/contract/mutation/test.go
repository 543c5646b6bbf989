package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
)

// laboratory is where mutants are tested: a test binary, and a directory for it to run in.
type laboratory struct{ binary, dir string }

// newLaboratory makes a directory with the test data of the package, as it is now: what is
// edited while the mutants are tested does not disturb them.
func newLaboratory(binary, dir, scratch string) (laboratory, error) {
	l := laboratory{binary: binary, dir: filepath.Join(scratch, "laboratory")}
	if err := os.Mkdir(l.dir, 0o700); err != nil {
		return l, err
	}
	data := filepath.Join(dir, "testdata")
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	return l, os.CopyFS(filepath.Join(l.dir, "testdata"), os.DirFS(data))
}

// testAll runs the tests on every mutant and tells which of them survived. It returns an error
// when the tests fail without any.
func testAll(ctx context.Context, l laboratory, workers int, mutants []mutant, out io.Writer) ([]bool, error) {
	if output, err := l.test(ctx, 0); err != nil {
		return nil, fmt.Errorf("the tests fail without any mutant: %w\n%s", err, output)
	}
	survived := make([]bool, len(mutants))
	work := make(chan int)
	var group sync.WaitGroup
	for range max(1, workers) {
		group.Go(func() {
			for i := range work {
				_, err := l.test(ctx, mutants[i].number)
				survived[i] = err == nil
			}
		})
	}
	for i := range mutants {
		if ctx.Err() != nil {
			break
		}
		work <- i
		if i > 0 && i%200 == 0 {
			fmt.Fprintf(out, "%d of %d\n", i, len(mutants))
		}
	}
	close(work)
	group.Wait()
	return survived, nil
}

// test runs the tests with one mutant alive; 0 for none. One that loops for ever is stopped,
// and so noticed.
func (l laboratory) test(ctx context.Context, number int) ([]byte, error) {
	command := exec.CommandContext(ctx, l.binary, "-test.failfast", "-test.timeout=60s", "-test.count=1")
	command.Dir = l.dir
	command.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(number))
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	return output.Bytes(), err
}
