package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// alive is the file that is added to the package. It tells which mutant is alive, and stops one
// that takes all the memory there is.
const alive = `package %s

import (
	"os"
	"runtime"
	"strconv"
	"time"
)

var aliveMutant = func() int {
	number, _ := strconv.Atoi(os.Getenv("MUTANT"))
	if number > 0 {
		go func() {
			for memory := (runtime.MemStats{}); memory.Sys < 1<<30; time.Sleep(20 * time.Millisecond) {
				runtime.ReadMemStats(&memory)
			}
			os.Exit(3)
		}()
	}
	return number
}()
`

// loaded is the package, parsed and with its types.
type loaded struct {
	files  *token.FileSet
	paths  []string
	syntax []*ast.File
	info   *types.Info
	pkg    *types.Package
}

// build makes a test binary with all mutants of a package in it. A line that does not compile
// with its mutants is left as it is.
func build(ctx context.Context, dir, scratch string) (binary string, mutants []mutant, err error) {
	l, err := load(ctx, dir)
	if err != nil {
		return "", nil, err
	}
	skip := map[string]map[int]bool{}
	for range 50 {
		mutants = nil
		overlay, err := l.overlay(scratch, skip, &mutants)
		if err != nil {
			return "", nil, err
		}
		binary = filepath.Join(scratch, "contract.test")
		command := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", overlay, "-o", binary, "./"+filepath.ToSlash(dir))
		output, err := command.CombinedOutput()
		if err == nil {
			return binary, mutants, nil
		}
		if !l.learn(output, skip) {
			return "", nil, fmt.Errorf("build the mutants: %w\n%s", err, output)
		}
	}
	return "", nil, fmt.Errorf("the mutants of %s do not compile", dir)
}

// wrongLine is where the compiler found an error.
var wrongLine = regexp.MustCompile(`(?m)^(?:.*/)?(\w+\.go):(\d+):.*$`)

// learn notes the lines that did not compile. It reports false when there is nothing to learn.
func (l *loaded) learn(output []byte, skip map[string]map[int]bool) bool {
	learned := false
	for _, match := range wrongLine.FindAllSubmatch(output, -1) {
		line, _ := strconv.Atoi(string(match[2]))
		if name := string(match[1]); !skip[name][line] {
			if skip[name] == nil {
				skip[name] = map[int]bool{}
			}
			skip[name][line], learned = true, true
			fmt.Fprintf(os.Stderr, "mutation: %s:%d stays as it is: %s\n", name, line, match[0])
		}
	}
	return learned
}

// overlay writes the files with the mutants, and the list of them for the go command.
func (l *loaded) overlay(scratch string, skip map[string]map[int]bool, mutants *[]mutant) (string, error) {
	replace := map[string]string{}
	put := func(original string, text []byte) error {
		absolute, err := filepath.Abs(original)
		if err != nil {
			return err
		}
		replace[absolute] = filepath.Join(scratch, filepath.Base(original))
		return os.WriteFile(replace[absolute], text, 0o600)
	}
	for i, path := range l.paths {
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		m := &mutator{path: path, source: source, files: l.files, info: l.info, pkg: l.pkg,
			imports: l.imports(l.syntax[i]), taken: map[string]int{}, skip: skip[filepath.Base(path)], mutants: mutants}
		m.mutate(l.syntax[i])
		if err := put(path, render(source, m.sites)); err != nil {
			return "", err
		}
	}
	if err := put(filepath.Join(filepath.Dir(l.paths[0]), "alive_mutant.go"), fmt.Appendf(nil, alive, l.pkg.Name())); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(scratch, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}

// imports are the packages that a file can write the names of.
func (l *loaded) imports(file *ast.File) map[*types.Package]bool {
	known := map[*types.Package]bool{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		for _, imported := range l.pkg.Imports() {
			known[imported] = known[imported] || imported.Path() == path
		}
	}
	return known
}

// load reads a package and its types, those of its dependencies from what the go command built.
func load(ctx context.Context, dir string) (*loaded, error) {
	exported := map[string]string{}
	output, err := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}", "./"+filepath.ToSlash(dir)).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s (call this from the root of the module): %w", dir, err)
	}
	for line := range strings.Lines(string(output)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		exported[path] = file
	}
	l := &loaded{files: token.NewFileSet(), info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}}
	matches, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range matches {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(l.files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		l.paths, l.syntax = append(l.paths, path), append(l.syntax, file)
	}
	config := types.Config{Importer: importer.ForCompiler(l.files, "gc", func(path string) (io.ReadCloser, error) {
		data, err := os.ReadFile(exported[path])
		return io.NopCloser(bytes.NewReader(data)), err
	})}
	l.pkg, err = config.Check(dir, l.files, l.syntax, l.info)
	return l, err
}
