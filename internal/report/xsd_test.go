package report

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// xmllint is the command that holds XML against a schema: there is no Go library that does. Where
// CONFORMANCE_REQUIRE_TOOLS is set, as in CI, the test fails without it.
func xmllint(t *testing.T) string {
	t.Helper()
	command, err := exec.LookPath("xmllint")
	if err != nil {
		const advice = "there is no xmllint: install the Debian package libxml2-utils"
		if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
			t.Fatal(advice)
		}
		t.Skip(advice)
	}
	return command
}

// valid says whether a JUnit report is what Jenkins takes, and if not, why.
func valid(t *testing.T, command, report string) (bool, string) {
	t.Helper()
	lint := exec.CommandContext(t.Context(), command, "--noout", "--nonet", "--schema", "testdata/jenkins-junit.xsd", "-")
	lint.Stdin = strings.NewReader(report)
	said, err := lint.CombinedOutput()
	return err == nil, string(said)
}

func TestJUnitIsWhatJenkinsTakes(t *testing.T) {
	command := xmllint(t)
	for name, run := range sampleRuns(t) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeJUnit(&out, run); err != nil {
				t.Fatal(err)
			}
			if ok, why := valid(t, command, out.String()); !ok {
				t.Error(why)
			}
		})
	}
}

// TestJenkinsSchemaRefuses: the schema does not take everything.
func TestJenkinsSchemaRefuses(t *testing.T) {
	command := xmllint(t)
	const report = `<testsuites><testsuite name="401" tests="1" failures="0" errors="0"><testcase classname="c" name="a" time="0.1"/></testsuite></testsuites>`
	if ok, why := valid(t, command, report); !ok {
		t.Fatalf("the report that the others are made of: %s", why)
	}
	for name, change := range map[string][2]string{
		"no count":          {` failures="0"`, ``},
		"no name":           {` name="a"`, ``},
		"a time in words":   {`time="0.1"`, `time="soon"`},
		"unknown element":   {`<testcase `, `<note/><testcase `},
		"unknown attribute": {`<testcase `, `<testcase file="a" `},
		"a name twice":      {`<testcase `, `<testcase classname="c" name="a"/><testcase `},
	} {
		broken := strings.Replace(report, change[0], change[1], 1)
		if ok, _ := valid(t, command, broken); broken == report || ok {
			t.Errorf("%s is taken: %s", name, broken)
		}
	}
}
