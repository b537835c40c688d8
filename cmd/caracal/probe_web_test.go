package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"caracal/internal/sample"
)

// What a web server has is described as the same file on disk is.
func TestProbeOnAWebServer(t *testing.T) {
	name := filepath.Join(t.TempDir(), sample.Name)
	if err := os.WriteFile(name, sample.Welcome, 0o644); err != nil {
		t.Fatal(err)
	}
	want, err := probeFile(name)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, sample.Name, time.Time{}, bytes.NewReader(sample.Welcome))
	}))
	defer web.Close()
	got, err := probeURL(web.URL + "/" + sample.Name)
	if err != nil {
		t.Fatal(err)
	}
	a, b := new(strings.Builder), new(strings.Builder)
	printReport(a, got)
	printReport(b, want)
	if strings.ReplaceAll(a.String(), web.URL+"/"+sample.Name, name) != b.String() || !reflect.DeepEqual(got.Streams, want.Streams) {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

func TestProbeOnAWebServerWithoutRanges(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(sample.Welcome) }))
	defer web.Close()
	if _, err := probeURL(web.URL + "/film.wmv"); err == nil || !strings.Contains(err.Error(), "download it") {
		t.Errorf("got %v", err)
	}
}
