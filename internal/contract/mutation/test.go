package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// fate is what became of a mutant.
type fate int

const (
	survived fate = iota
	killed
	unbuildable
	unobservable
)

// laboratory is where mutants are tested: a temporary directory with a build cache of its own,
// so that a thousand builds leave nothing behind.
type laboratory struct {
	scratch string
	pkg     string
}

// testAll runs the tests on every mutant. It returns an error when they fail without one.
func testAll(ctx context.Context, o options, mutants []mutant, out io.Writer) ([]fate, error) {
	scratch, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	l := laboratory{scratch: scratch, pkg: "./" + filepath.ToSlash(o.dir)}
	if output, err := l.test(ctx); err != nil {
		return nil, fmt.Errorf("the tests fail without any mutant: %w\n%s", err, output)
	}
	fates := make([]fate, len(mutants))
	work := make(chan int)
	var mutex sync.Mutex
	var group sync.WaitGroup
	done, problem := 0, error(nil)
	for range max(1, o.workers) {
		group.Go(func() {
			for i := range work {
				fate, err := l.try(ctx, i, mutants[i])
				mutex.Lock()
				fates[i] = fate
				if err != nil && problem == nil {
					problem = err
				}
				if done++; done%50 == 0 {
					fmt.Fprintf(out, "%d of %d\n", done, len(mutants))
				}
				mutex.Unlock()
			}
		})
	}
	for i := range mutants {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	group.Wait()
	return fates, problem
}

// try tests one mutant.
func (l laboratory) try(ctx context.Context, number int, m mutant) (fate, error) {
	file := filepath.Join(l.scratch, strconv.Itoa(number)+".go")
	overlay := filepath.Join(l.scratch, strconv.Itoa(number)+".json")
	defer os.Remove(file)
	defer os.Remove(overlay)
	original, err := filepath.Abs(m.path)
	if err != nil {
		return survived, err
	}
	replacement, err := json.Marshal(map[string]any{"Replace": map[string]string{original: file}})
	if err != nil {
		return survived, err
	}
	for path, data := range map[string][]byte{file: m.source, overlay: replacement} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return survived, err
		}
	}
	output, err := l.test(ctx, "-overlay", overlay)
	switch {
	case err == nil:
		return survived, nil
	case strings.Contains(string(output), "[build failed]"):
		return unbuildable, nil
	default:
		return killed, nil
	}
}

// test runs the package's tests, without what does not judge: vet, examples and the cache of
// results. A mutant that loops for ever is stopped, and so noticed.
func (l laboratory) test(ctx context.Context, flags ...string) ([]byte, error) {
	arguments := append([]string{"test", "-vet=off", "-count=1", "-failfast", "-timeout=60s", "-ldflags=-s -w"}, flags...)
	command := exec.CommandContext(ctx, "go", append(arguments, l.pkg)...)
	command.Env = append(os.Environ(), "GOCACHE="+filepath.Join(l.scratch, "cache"))
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	return output.Bytes(), err
}
