package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"conformance/internal/smallfile"
)

// JUnitParts are the JUnit reports of several parts of one run, put together.
type JUnitParts struct{ root testSuites }

// ReadJUnit reads JUnit reports that this program wrote, and puts them together: suites of one
// name become one, and of a test case that several parts have the worst is kept. The error is one
// sentence that names the file.
func ReadJUnit(files []string) (*JUnitParts, error) {
	suites := map[string]*TestSuite{}
	var names []string
	merged := &JUnitParts{}
	for _, file := range files {
		part, err := readJUnit(file)
		if err != nil {
			return nil, err
		}
		merged.root.Name = part.Name
		for _, suite := range part.Suites {
			known := suites[suite.Name]
			if known == nil {
				known = &TestSuite{Name: suite.Name, Timestamp: suite.Timestamp, Properties: suite.Properties}
				suites[suite.Name] = known
				names = append(names, suite.Name)
			}
			known.Cases = append(known.Cases, suite.Cases...)
		}
	}
	for _, name := range names {
		merged.root.add(suites[name].worst())
	}
	return merged, nil
}

// Tests counts the test cases.
func (p *JUnitParts) Tests() int { return p.root.Tests }

// Failures counts those that failed.
func (p *JUnitParts) Failures() int { return p.root.Failures }

// Write writes one JUnit report.
func (p *JUnitParts) Write(w io.Writer) error { return p.root.write(w) }

// WriteFile writes one JUnit report to a file, as a whole or not at all.
func (p *JUnitParts) WriteFile(name string) error { return writeFile(name, p.Write) }

// worst is a suite with one test case of each name.
func (s *TestSuite) worst() TestSuite {
	at := map[string]int{}
	var kept []TestCase
	for _, c := range s.Cases {
		key := c.ClassName + "\x00" + c.Name
		i, seen := at[key]
		switch {
		case !seen:
			at[key] = len(kept)
			kept = append(kept, c)
		case c.gravity() > kept[i].gravity():
			kept[i] = c
		}
	}
	suite := TestSuite{Name: s.Name, Timestamp: s.Timestamp, Properties: s.Properties}
	for _, c := range kept {
		suite.Add(c)
	}
	return suite
}

// gravity orders a failure before a pass, and a pass before a test that was skipped.
func (c TestCase) gravity() int {
	switch {
	case c.Failure != nil, c.Error != nil:
		return 2
	case c.Skipped != nil:
		return 0
	}
	return 1
}

func readJUnit(name string) (*testSuites, error) {
	text, err := smallfile.Read(name, largestReport)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var part testSuites
	if err := xml.Unmarshal(text, &part); err != nil {
		return nil, fmt.Errorf("%s: this is no JUnit report (%v); give a file that --report junit=FILE wrote", name, err)
	}
	return &part, nil
}

// UnmarshalText reads seconds.
func (s *Seconds) UnmarshalText(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("%q is no number of seconds", text)
	}
	*s = Seconds(time.Duration(value*1e3+0.5) * time.Millisecond)
	return nil
}
