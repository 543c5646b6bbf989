package report

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	folder := t.TempDir()
	write := func(name string) string {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	input, other, recorded := write("conformance.yaml"), write("old.json"), write("session/401.yaml")
	session := filepath.Dir(recorded)
	link := filepath.Join(folder, "link.json")
	if err := os.Symlink(input, link); err != nil {
		t.Fatal(err)
	}
	const replaces = "would take the place of what "
	for _, row := range []struct {
		file   string
		inputs []string
		want   string
	}{
		{"", []string{""}, ""},
		{filepath.Join(folder, "new.json"), nil, ""},
		{other, []string{input, session, ""}, ""},
		{os.DevNull, []string{os.DevNull}, ""},
		{folder, nil, "that is a folder"},
		{filepath.Join(folder, "no", "new.json"), nil, "there is no folder " + filepath.Join(folder, "no")},
		{filepath.Join(other, "new.json"), nil, "there is no folder " + other},
		{input, []string{other, input}, replaces + input},
		{folder + "/./conformance.yaml", []string{input}, replaces + input},
		{link, []string{input}, replaces + input},
		{input, []string{link}, replaces + link},
		{recorded, []string{session}, replaces + session},
		{filepath.Join(session, "404.yaml"), []string{session}, ""},
		{filepath.Join(session, "report.json"), []string{session}, ""},
	} {
		err := CheckAll([]Destination{{JSON, row.file}}, row.inputs...)
		if row.want == "" && err != nil || !strings.Contains(errorText(err), row.want) {
			t.Errorf("%s with %s: %v, want %q", row.file, row.inputs, err, row.want)
		}
	}
	if runtime.GOOS == "linux" {
		if err := CheckAll([]Destination{{JSON, "/proc/self/report.json"}}); !strings.Contains(errorText(err), "nothing can be written into the folder /proc/self: ") {
			t.Errorf("where nothing can be written: %v", err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 4 {
		t.Errorf("something was left behind: %v, %v", left, err)
	}
}
