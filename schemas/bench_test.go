package schemas

import "testing"

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := load(files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	set := MustLoad()
	documents := []struct {
		about    string
		document any
	}{
		{"right", readExample(b, "error-400-content.json")},
		{"wrong", decode(b, `{"detailCode":12,"trackingId":" ","messages":[{"text":null}],"causes":[]}`)},
	}
	for _, test := range documents {
		b.Run(test.about, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set.Validate(Error, test.document)
			}
		})
	}
}
