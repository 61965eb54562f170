package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestRequests(t *testing.T) {
	cases := []struct {
		name string
		args []string
		want []request
	}{
		{"create", []string{"--root", "/r", "create", "--bundle", "/b", "id"}, []request{{"/b/config.json", true}}},
		{"short", []string{"run", "-b", "/b", "id"}, []request{{"/b/config.json", true}}},
		{"joined", []string{"create", "--bundle=/b", "id"}, []request{{"/b/config.json", true}}},
		{"exec", []string{"exec", "--process", "/p.json", "id"}, []request{{"/p.json", false}}},
		{"neither", []string{"kill", "--all", "id", "9"}, nil},
	}
	for _, c := range cases {
		if got := requests(c.args); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSpecKeepsEverythingElse(t *testing.T) {
	spec := `{"ociVersion":"1.0.2","process":{"args":["sh"],"capabilities":{"bounding":["CAP_SYS_ADMIN","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"]},"rlimits":[{"hard":18446744073709551615}]},"linux":{"a":1.50}}`
	want := `{"linux":{"a":1.50},"ociVersion":"1.0.2","process":{"args":["sh"],"capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":[]},"rlimits":[{"hard":18446744073709551615}]}}`
	got, err := request{"config.json", true}.without([]byte(spec))
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

func TestProcessAlone(t *testing.T) {
	got, err := request{"process.json", false}.without([]byte(`{"capabilities":{"bounding":["CAP_SYS_RESOURCE","CAP_KILL"]}}`))
	if err != nil || string(got) != `{"capabilities":{"bounding":["CAP_KILL"]}}` {
		t.Errorf("got %s (%v)", got, err)
	}
}

func TestWithoutCapabilities(t *testing.T) {
	for _, spec := range []string{`{"process":{"args":["sh"]}}`, `{"process":{"capabilities":null}}`, `{"process":null}`, `{}`} {
		got, err := request{"config.json", true}.without([]byte(spec))
		if err != nil || !sameJSON(t, string(got), spec) {
			t.Errorf("%s became %s (%v)", spec, got, err)
		}
	}
	if _, err := (request{"config.json", true}).without([]byte("not JSON")); err == nil {
		t.Error("text that is not JSON was accepted")
	}
}

func TestRewriteKeepsTheMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte(`{"process":{"capabilities":{"bounding":["CAP_SYS_RESOURCE"]}}}`), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(request{path, true}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	info, _ := os.Stat(path)
	if string(text) != `{"process":{"capabilities":{"bounding":[]}}}` || info.Mode().Perm() != 0o640 {
		t.Errorf("got %s, mode %v", text, info.Mode())
	}
	if err := rewrite(request{filepath.Join(t.TempDir(), "none"), true}); err != nil {
		t.Errorf("a file that is not there: %v", err)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		t.Fatalf("not JSON: %s, %s", a, b)
	}
	return reflect.DeepEqual(x, y)
}
