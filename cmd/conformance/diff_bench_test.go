package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"
)

// BenchmarkDiffRecordings times the whole process that compares two sessions of 100 000
// interactions, beside go-vcr loading one of them. "MB" is the most memory that a process held.
func BenchmarkDiffRecordings(b *testing.B) {
	old, new := recordBench(b, 100_000), recordBench(b, 100_000)
	// Before go-vcr fills this process: a child's peak is at least what its parent had at its birth.
	b.Run("diff", func(b *testing.B) { benchmarkDiff(b, old, new) })
	b.Run("go-vcr loads one", func(b *testing.B) {
		for b.Loop() {
			if _, err := cassette.Load(filepath.Join(old, "202")); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDiffDocument times the whole process that holds a vendor's document of two million
// bytes and six hundred operations against the contract. It is to take less than a second.
func BenchmarkDiffDocument(b *testing.B) {
	file := filepath.Join(b.TempDir(), "vendor.yaml")
	if err := os.WriteFile(file, largeDocument(b), 0o600); err != nil {
		b.Fatal(err)
	}
	benchmarkDiff(b, "contract", file)
}

// benchmarkDiff runs the command as its users do. Nothing must have changed.
func benchmarkDiff(b *testing.B, old, new string) {
	program := filepath.Join(b.TempDir(), "conformance")
	if output, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build the command: %v\n%s", err, output)
	}
	var most int64
	for b.Loop() {
		command := exec.CommandContext(b.Context(), program, "diff", old, new, "--fail-on", "any")
		if output, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, output)
		}
		if usage, is := command.ProcessState.SysUsage().(*syscall.Rusage); is {
			most = max(most, usage.Maxrss)
		}
	}
	b.ReportMetric(float64(most)/1024, "MB")
}

// largeDocument is a vendor's document of a whole API around the one operation.
func largeDocument(b *testing.B) []byte {
	b.Helper()
	text, err := os.ReadFile("../../internal/drift/testdata/vendor.yaml")
	if err != nil {
		b.Fatal(err)
	}
	const operations, members = 600, 50
	var paths, schemas strings.Builder
	for i := range operations {
		fmt.Fprintf(&paths, "  /things/%d:\n    post:\n      operationId: thing%d\n      responses:\n        '200':\n          description: Fine\n"+
			"          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Thing%d'\n", i, i, i)
		fmt.Fprintf(&schemas, "    Thing%d:\n      type: object\n      properties:\n", i)
		for member := range members {
			fmt.Fprintf(&schemas, "        member%d:\n          type: string\n          description: One of them\n", member)
		}
	}
	whole := strings.Replace(string(text), "paths:\n", "paths:\n"+paths.String(), 1)
	whole = strings.Replace(whole, "  schemas:\n", "  schemas:\n"+schemas.String(), 1)
	if len(whole) < 2_000_000 {
		b.Fatalf("%d bytes", len(whole))
	}
	return []byte(whole)
}
