package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJSONLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	r := &result{Label: "a", Kind: "mmsh", N: 3, CPUmsPerCS: 0.5, SilenceMs99: 7}
	for range 2 {
		if err := r.appendJSON(file); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"label": "a", "kind": "mmsh", "n": 3.0, "cpu_ms_per_client_s": 0.5, "silence_ms_p99": 7.0, "gaps": 0.0,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if err := r.appendJSON(t.TempDir()); err == nil {
		t.Error("no error for a folder")
	}
}

func TestText(t *testing.T) {
	full := result{Label: "x", Kind: "mmsh", N: 2, Connected: 2, FirstError: "why", FirstMsMax: 1,
		Gaps: 41, Stalled: 1, StormConnects: 43, SilenceMs99: 44, CPUmsPerCS: 0.45, RSSKBPerClient: 46.5, measured: true}
	tests := []struct {
		name    string
		change  func(*result)
		with    []string
		without []string
	}{
		{"all", func(*result) {}, []string{"x, mmsh", "why", "gaps 41", "stalled", "43 connects", "p99 44 ms", "0.4500 ms per client-second", "46.5 KB"}, nil},
		{"no server", func(r *result) { r.measured = false }, []string{"gaps 41"}, []string{"per client"}},
		{"only a storm", func(r *result) { r.N = 0 }, []string{"43 connects"}, []string{"gaps"}},
		{"silent", func(r *result) { r.FirstMsMax = 0 }, []string{"nothing"}, []string{"gaps"}},
	}
	for _, tt := range tests {
		r := full
		tt.change(&r)
		var out bytes.Buffer
		r.print(&out)
		for _, want := range tt.with {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, &out)
			}
		}
		for _, other := range tt.without {
			if strings.Contains(out.String(), other) {
				t.Errorf("%s: %q in\n%s", tt.name, other, &out)
			}
		}
	}
}
