package schemas

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBoundedReplacesOnlyCostlyNumbers(t *testing.T) {
	digits := strings.Repeat("7", 1_000_000)
	tests := []struct {
		about string
		value any
		want  json.Number
	}{
		{"an integer", json.Number("12"), "12"},
		{"a fraction as it was written", json.Number("-0.50"), "-0.50"},
		{"twenty characters", json.Number("12345678901234567890"), "12345678901234567890"},
		{"a small exponent", json.Number("1e2"), "100"},
		{"a huge exponent", json.Number("1e999999999"), "1.7976931348623157e+308"},
		{"a huge negative number", json.Number("-1E+999999999"), "-1.7976931348623157e+308"},
		{"a tiny exponent", json.Number("1e-999999999"), "0"},
		{"an exponent that is no int", json.Number("1e" + digits), "1.7976931348623157e+308"},
		{"a million digits", json.Number(digits), "1.7976931348623157e+308"},
		{"a million decimals", json.Number("0." + digits), "0.7777777777777778"},
		{"a float64", 1.5, "1.5"},
		{"not a number", math.NaN(), "0"},
	}
	for _, test := range tests {
		got, _ := bounded(test.value).(json.Number)
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.about, got, test.want)
		}
		if _, ok := new(big.Rat).SetString(string(got)); !ok {
			t.Errorf("%s: %s is not a number to gojsonschema", test.about, got)
		}
	}
}

func TestBoundedLeavesTheDocumentAlone(t *testing.T) {
	const text = `{"a":[1,{"b":1e999999999},[1e999999999]],"c":1e999999999,"d":{"e":[]}}`
	document := decode(t, text)
	got := bounded(document)
	if diff := cmp.Diff(decode(t, text), document); diff != "" {
		t.Errorf("the document was changed:\n%s", diff)
	}
	want := decode(t, strings.ReplaceAll(text, "1e999999999", "1.7976931348623157e+308"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the copy (-want +got):\n%s", diff)
	}
}

func TestValidateTakesAnyNumber(t *testing.T) {
	for _, number := range []string{"1e999999999", "-1e-999999999", strings.Repeat("1", 1_000_000)} {
		document := decode(t, `{"id":`+number+`,"other":[`+number+`]}`)
		want := []Problem{{"/id", notBlankString, "number " + cut(number), "invalid_type"}}
		if diff := cmp.Diff(want, MustLoad().Validate(Task, document)); diff != "" {
			t.Errorf("%.20s (-want +got):\n%s", number, diff)
		}
	}
	// gojsonschema by itself lets a float64 pass as a string.
	want := []Problem{{"/id", notBlankString, "number 12", "invalid_type"}}
	if diff := cmp.Diff(want, MustLoad().Validate(Task, map[string]any{"id": 12.0})); diff != "" {
		t.Errorf("float64 (-want +got):\n%s", diff)
	}
}

func TestValidateTakesDeepNesting(t *testing.T) {
	var deep any = json.Number("1e400")
	for range 100_000 {
		deep = []any{map[string]any{"messages": deep}}
	}
	want := []Problem{{"/id", notBlankString, "array of 1 element", "invalid_type"}}
	if diff := cmp.Diff(want, MustLoad().Validate(Task, map[string]any{"id": deep})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
