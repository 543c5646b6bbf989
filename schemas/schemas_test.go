package schemas

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// examples are the examples on the page, and the statuses that they stand under there.
var examples = []struct {
	file     string
	statuses []int
}{
	{"task.json", []int{202}},
	{"error-400-content.json", []int{400, 403, 404, 500}},
	{"unauthorized-expired.json", []int{401}},
	{"error-403-forbidden.json", []int{403}},
	{"error-404-not-found.json", []int{404}},
	{"rate-limit-exceeded.json", []int{429}},
	{"error-500-internal-fault.json", []int{500}},
}

// right are documents that the page allows, beyond its examples.
var right = []struct {
	about  string
	schema Name
	text   string
}{
	{"no causes, no locale", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no"}]}`},
	{"no locale known", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no","locale":null,"localeOrigin":null}]}`},
	{"a new origin", Message, `{"text":"no","localeOrigin":"PROFILE"}`},
	{"an empty origin", Message, `{"text":"no","localeOrigin":""}`},
	{"a locale that is no language tag", Message, `{"text":"no","locale":"en_US!"}`},
	{"empty causes", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no"}],"causes":[]}`},
	{"several messages", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no"},{"text":"nein","locale":"de"}]}`},
	{"unknown members everywhere", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no","n":1e9}],"n":[{"text":1}],"":{}}`},
	{"unknown members of a task", Task, `{"id":"1","type":null}`},
	{"unknown members of a 401", Unauthorized, `{"error":"no","message":7}`},
	{"unknown members of a 429", RateLimit, `{"message":"slow down","error":7}`},
	{"a text that is mostly blank", RateLimit, `{"message":"\u00a0.\n"}`},
	{"an empty request", Request, `{}`},
	{"a full request", Request, `{"externalVerificationId":"1","unlockIDNAccount":true,"forceProvisioning":false}`},
	{"an empty verification id", Request, `{"externalVerificationId":""}`},
	{"an unknown member of a request", Request, `{"comment":null}`},
}

const notBlankString = "a string that is not blank"

// wrong are documents that break the contract, and all that is wrong with each.
var wrong = []struct {
	about  string
	schema Name
	text   string
	want   []Problem
}{
	{"task: no id", Task, `{}`, []Problem{{"/id", notBlankString, "nothing", "required"}}},
	{"task: empty id", Task, `{"id":""}`, []Problem{{"/id", notBlankString, `string ""`, "pattern"}}},
	{"task: blank id", Task, `{"id":" \t\n"}`, []Problem{{"/id", notBlankString, `string " \t\n"`, "pattern"}}},
	{"task: null id", Task, `{"id":null}`, []Problem{{"/id", notBlankString, "null", "invalid_type"}}},
	{"task: number as id", Task, `{"id":12}`, []Problem{{"/id", notBlankString, "number 12", "invalid_type"}}},
	{"task: id in another case", Task, `{"ID":"1"}`, []Problem{{"/id", notBlankString, "nothing", "required"}}},
	{"task: null", Task, `null`, []Problem{{"", "an object", "null", "invalid_type"}}},
	{"task: string", Task, `"id"`, []Problem{{"", "an object", `string "id"`, "invalid_type"}}},
	{"task: array", Task, `[{"id":"1"}]`, []Problem{{"", "an object", "array of 1 element", "invalid_type"}}},
	{"task: boolean", Task, `false`, []Problem{{"", "an object", "boolean false", "invalid_type"}}},
	{"error: empty", Error, `{}`, []Problem{
		{"/detailCode", notBlankString, "nothing", "required"},
		{"/messages", "an array of at least one object", "nothing", "required"},
		{"/trackingId", notBlankString, "nothing", "required"},
	}},
	{"error: every member wrong", Error, `{"detailCode":{"a":1,"b":2},"trackingId":[],"messages":[],"causes":{}}`, []Problem{
		{"/causes", "an array of objects", "object of 0 members", "invalid_type"},
		{"/detailCode", notBlankString, "object of 2 members", "invalid_type"},
		{"/messages", "an array of at least one object", "array of 0 elements", "array_min_items"},
		{"/trackingId", notBlankString, "array of 0 elements", "invalid_type"},
	}},
	{"error: messages are null", Error, `{"detailCode":"400","trackingId":"1","messages":null}`, []Problem{
		{"/messages", "an array of at least one object", "null", "invalid_type"},
	}},
	{"error: causes are null", Error, `{"detailCode":"400","trackingId":"1","messages":[{"text":"no"}],"causes":null}`, []Problem{
		{"/causes", "an array of objects", "null", "invalid_type"},
	}},
	{"error: one message for an array", Error, `{"detailCode":"400","trackingId":"1","messages":{"text":"no"}}`, []Problem{
		{"/messages", "an array of at least one object", "object of 1 member", "invalid_type"},
	}},
	{"error: wrong messages and causes", Error, `{"detailCode":"400","trackingId":"1",
		"messages":["no",{"text":"no"},{"locale":1,"localeOrigin":true}],
		"causes":[null,{"text":" ","locale":["de"],"localeOrigin":{}}]}`, []Problem{
		{"/causes/0", "an object", "null", "invalid_type"},
		{"/causes/1/locale", "a string or null", "array of 1 element", "invalid_type"},
		{"/causes/1/localeOrigin", "a string or null", "object of 0 members", "invalid_type"},
		{"/causes/1/text", notBlankString, `string " "`, "pattern"},
		{"/messages/0", "an object", `string "no"`, "invalid_type"},
		{"/messages/2/locale", "a string or null", "number 1", "invalid_type"},
		{"/messages/2/localeOrigin", "a string or null", "boolean true", "invalid_type"},
		{"/messages/2/text", notBlankString, "nothing", "required"},
	}},
	{"message: null text", Message, `{"text":null}`, []Problem{{"/text", notBlankString, "null", "invalid_type"}}},
	{"401: the 429's member", Unauthorized, `{"message":"no"}`, []Problem{{"/error", notBlankString, "nothing", "required"}}},
	{"401: error is an object", Unauthorized, `{"error":{"message":"no"}}`, []Problem{{"/error", notBlankString, "object of 1 member", "invalid_type"}}},
	{"429: the 401's member", RateLimit, `{"error":"no"}`, []Problem{{"/message", notBlankString, "nothing", "required"}}},
	{"429: blank message", RateLimit, `{"message":"  "}`, []Problem{{"/message", notBlankString, `string "  "`, "pattern"}}},
	{"request: null members", Request, `{"externalVerificationId":null,"unlockIDNAccount":null,"forceProvisioning":null}`, []Problem{
		{"/externalVerificationId", "a string", "null", "invalid_type"},
		{"/forceProvisioning", "a boolean", "null", "invalid_type"},
		{"/unlockIDNAccount", "a boolean", "null", "invalid_type"},
	}},
	{"request: other types", Request, `{"externalVerificationId":7.50,"unlockIDNAccount":"true","forceProvisioning":0}`, []Problem{
		{"/externalVerificationId", "a string", "number 7.50", "invalid_type"},
		{"/forceProvisioning", "a boolean", "number 0", "invalid_type"},
		{"/unlockIDNAccount", "a boolean", `string "true"`, "invalid_type"},
	}},
}

func TestValidateAcceptsTheExamplesOfThePage(t *testing.T) {
	set := MustLoad()
	listed := []string{}
	for _, example := range examples {
		listed = append(listed, filepath.Join("testdata", example.file))
		document := readExample(t, example.file)
		for _, status := range example.statuses {
			if problems := set.Validate(envelopes[status], document); len(problems) > 0 {
				t.Errorf("%s as the body of a %d: %+v", example.file, status, problems)
			}
		}
	}
	present, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	if diff := cmp.Diff(listed, present); diff != "" {
		t.Errorf("examples listed here (-) and present in testdata (+):\n%s", diff)
	}
}

func TestValidateAcceptsWhatThePageAllows(t *testing.T) {
	set := MustLoad()
	for _, test := range right {
		if problems := set.Validate(test.schema, decode(t, test.text)); problems != nil {
			t.Errorf("%s: %+v", test.about, problems)
		}
	}
}

func TestValidateFindsEverythingThatIsWrong(t *testing.T) {
	// gojsonschema keeps the members of a schema in the random order of a map, so that
	// only several sets show whether the order of the problems is fixed.
	for range 10 {
		set, err := load(files)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range wrong {
			got := set.Validate(test.schema, decode(t, test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", test.about, diff)
			}
		}
	}
}

// A schema's \S knows Unicode's spaces, which Go's \S does not.
func TestValidateKnowsBlankTexts(t *testing.T) {
	set := MustLoad()
	for _, char := range "\t\n\v\f\r \u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000\ufeff" {
		if set.Validate(Task, map[string]any{"id": string(char)}) == nil {
			t.Errorf("an id of only %U is accepted", char)
		}
	}
	for _, char := range "0_.é鍵🔓\u0000" {
		if problems := set.Validate(Task, map[string]any{"id": string(char)}); problems != nil {
			t.Errorf("an id of only %U: %+v", char, problems)
		}
	}
}

func TestValidateIsSafeForConcurrentUse(t *testing.T) {
	set := MustLoad()
	document := decode(t, `{"detailCode":1e400,"messages":[{"text":""},{"n":1e400}]}`)
	want := set.Validate(Error, document)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if diff := cmp.Diff(want, set.Validate(Error, document)); diff != "" {
					t.Errorf("another answer from another goroutine:\n%s", diff)
				}
			}
		})
	}
	group.Wait()
}

func TestValidatePanicsOnAnUnknownName(t *testing.T) {
	defer func() {
		if message, _ := recover().(string); !strings.Contains(message, `no schema "nosuch"`) {
			t.Errorf("panic %q, expected it to name the schema", message)
		}
	}()
	MustLoad().Validate("nosuch", nil)
}

func TestSourceIsTheFile(t *testing.T) {
	for _, name := range names {
		file, err := os.ReadFile(string(name) + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		source := MustLoad().Source(name)
		if !bytes.Equal(source, file) {
			t.Errorf("%s: the source is not what the file says", name)
		}
		clear(source)
		if !bytes.Equal(MustLoad().Source(name), file) {
			t.Errorf("%s: a caller can change the source", name)
		}
	}
}

func readExample(t testing.TB, file string) any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(data))
}

func decode(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return document
}
