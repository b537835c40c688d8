package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogAccess(t *testing.T) {
	c := parse(t, "log:\n  access: {folder: /var/log/c, format: json, rotate: weekly, size: 0, keep: 0, keep_size: 0, points: both, roles: [AD, film], short_addresses: true}\n"+
		"points:\n- {name: a, path: /a, access_log: 'off'}\n")
	want := LogAccess{
		Folder: "/var/log/c", Format: LogJSON, Encoding: LogUTF8, Time: LogUTC, Rotate: LogWeekly, Points: LogBoth, Roles: []string{"AD", "film"},
		ShortAddresses: true,
	}
	got := c.Log.Access
	if len(got.Roles) != 2 || got.Roles[0] != "AD" || got.Roles[1] != "film" {
		t.Errorf("the roles are %q", got.Roles)
	}
	if got.Roles, want.Roles = nil, nil; got.Folder != want.Folder || got.Format != want.Format || got.Rotate != want.Rotate ||
		got.Points != want.Points || !got.ShortAddresses || got.Keep != 0 || got.Size != 0 || got.KeepSize != 0 || got.Encoding != want.Encoding {
		t.Errorf("%+v, want %+v", got, want)
	}
	if c.Points[0].AccessLog != Off {
		t.Errorf("the point's is %q", c.Points[0].AccessLog)
	}
}

func TestLogAccessProblems(t *testing.T) {
	tests := map[string]string{
		"format: xml":                   "log.access.format",
		"encoding: koi8":                "log.access.encoding",
		"time: mars":                    "log.access.time",
		"rotate: yearly":                "log.access.rotate",
		"points: none":                  "log.access.points",
		"size: 1KiB":                    "log.access.size",
		"{rotate: size, size: 0}":       "log.access.size",
		"keep: -1":                      "log.access.keep",
		"{size: 1GiB, keep_size: 1MiB}": "log.access.keep_size",
		"keep_size: 1KiB":               "log.access.keep_size",
		"roles: ['']":                   "log.access.roles",
		"folder: \"a\\0b\"":             "log.access.folder",
		"foldr: a":                      "log.access.foldr",
	}
	for text, key := range tests {
		if !strings.HasPrefix(text, "{") {
			text = "{" + text + "}"
		}
		_, err := Parse("c.yaml", []byte("log:\n  access: "+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), key+":") {
			t.Errorf("%s: %v, want a word on %s", text, err, key)
		}
	}
	if _, err := Parse("c.yaml", []byte("points:\n- {path: /a, access_log: mine}\n")); err == nil || !strings.Contains(err.Error(), "points[0].access_log") {
		t.Errorf("a point: %v", err)
	}
}

func TestLogFolderIsBesideTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("log: {access: {folder: ./logs}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil || c.Log.Access.Folder != filepath.Join(filepath.Dir(file), "logs") {
		t.Errorf("%v, %v", c, err)
	}
}
