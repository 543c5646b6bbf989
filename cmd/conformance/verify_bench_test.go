package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/session"
	"conformance/internal/traffic/verify"
)

// BenchmarkVerify verifies sessions of the reference's answers, in this process, beside decoding
// them on every core and doing nothing else. It reports interactions a second, and the most memory
// that the process had so far: run one size at a time for that to say something.
func BenchmarkVerify(b *testing.B) {
	for _, count := range []int{1_000, 100_000} {
		dir := generate(b, count)
		b.Run(fmt.Sprintf("decode/%d", count), func(b *testing.B) {
			measure(b, count, func() error { return decodeAll(dir) })
		})
		b.Run(fmt.Sprintf("verify/%d", count), func(b *testing.B) {
			measure(b, count, func() error {
				found, err := verify.Verify(b.Context(), verify.Options{Paths: []string{dir}, Now: time.Now})
				if err == nil && (found.ExitCode != 0 || found.Judged != count) {
					err = fmt.Errorf("exit %d, %d judged", found.ExitCode, found.Judged)
				}
				return err
			})
		})
	}
}

func measure(b *testing.B, count int, work func() error) {
	before := used(b)
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "interactions/s")
	after := used(b)
	cpu := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	b.ReportMetric(time.Duration(cpu).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(after.Maxrss)/1024, "MB-at-most")
}

// used is what the process has used up so far.
func used(b *testing.B) syscall.Rusage {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return usage
}

// decodeAll decodes a session on every core.
func decodeAll(dir string) error {
	source, err := session.OpenSource(dir)
	if err != nil {
		return err
	}
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 256
	var items []session.Item
	start := func() {
		todo := items
		items = nil
		workers.Go(func() error {
			for _, item := range todo {
				if _, err := item.Exchange(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for item, err := range source.Items() {
		if err != nil {
			return err
		}
		if items = append(items, item); len(items) == chunk {
			start()
		}
	}
	start()
	return workers.Wait()
}

// generate makes a session of so many of the reference's answers over and over, each with ids of
// its own, as those of a server are.
func generate(b *testing.B, count int) string {
	recording, err := session.Open(filepath.Join("..", "..", "cassettes", "reference"))
	if err != nil {
		b.Fatal(err)
	}
	defer recording.Close()
	exchanges, err := recording.Exchanges()
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Join(b.TempDir(), "session")
	writer, err := session.Create(dir, recording.Manifest, session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		b.Fatal(err)
	}
	for i := range count {
		e := withOwnIDs(exchanges[i%len(exchanges)], i/len(exchanges))
		if err := writer.Append("traffic", e); err != nil {
			b.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// withOwnIDs is an answer of another round, whose ids end in the round's number.
func withOwnIDs(e exchange.Exchange, round int) exchange.Exchange {
	if e.Response == nil {
		return e
	}
	response := *e.Response
	for _, member := range []string{`"trackingId":"`, `"id":"`} {
		at := bytes.Index(response.Body, []byte(member))
		if at < 0 || response.Header.Get("Content-Encoding") != "" {
			continue
		}
		at += len(member)
		response.Body = []byte(string(response.Body[:at]) + strconv.Itoa(round) + "-" + string(response.Body[at:]))
		response.Header = response.Header.Clone()
		response.Header.Set("Content-Length", strconv.Itoa(len(response.Body)))
	}
	e.Response = &response
	return e
}
