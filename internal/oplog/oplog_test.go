package oplog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
)

type holder struct{ URL string }

type valuer struct{}

func (valuer) LogValue() slog.Value { return slog.StringValue("http://ada:s3cretpass@h/") }

// No way into the log lets a secret through, in either format.
func TestSecrets(t *testing.T) {
	const url = "rtsp://ada:s3cretpass@h/a"
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		log := New(&b, "debug", format)
		log.Info("pulling " + url)
		log.With("from", url).WithGroup("g").With("b", url).Info("x", "a", url)
		log.Info("x", "error", errors.Join(errors.New(url), io.EOF), "holder", holder{url}, "pointer", &holder{url}, "list", []string{url},
			"bytes", []byte(url), "map", map[string]any{"x": url}, "valuer", valuer{}, slog.Group("group", "a", url))
		log.Info("x", "password", "s3cretpass", "Secret", "s3cretpass", "authorization", "Basic s3cretpass", "token", 5)
		log.Info("x", "target", "/live?key=s3cretpass")
		if strings.Contains(b.String(), "s3cret") || strings.Count(b.String(), "ada:xxxxx@h") < 11 {
			t.Errorf("%s:\n%s", format, b.String())
		}
	}
}

// What is no secret is written as it is, a line for each record.
func TestFormats(t *testing.T) {
	var b bytes.Buffer
	New(&b, "info", "json").Warn("gone\x1b[2J\nlevel=ERROR", "n", 5, "ok", true, "addr", netip.MustParseAddr("192.0.2.1"), "f", 1.5)
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || strings.Count(b.String(), "\n") != 1 || strings.Contains(b.String(), "\x1b") {
		t.Fatalf("%q: %v", b.String(), err)
	}
	for k, want := range map[string]any{"level": "WARN", "msg": "gone\x1b[2J\nlevel=ERROR", "n": 5.0, "ok": true, "addr": "192.0.2.1", "f": 1.5} {
		if got[k] != want {
			t.Errorf("%s is %v", k, got[k])
		}
	}
	b.Reset()
	New(&b, "info", "text").Info("a\nb", "agent", "\x1b]0;x\x07")
	if strings.Count(b.String(), "\n") != 1 || strings.ContainsAny(b.String(), "\x1b\x07") || !strings.Contains(b.String(), "level=INFO") {
		t.Errorf("%q", b.String())
	}
}

func TestLevels(t *testing.T) {
	var b bytes.Buffer
	log := New(&b, "loud", "text")
	child := log.With("proto", "mms").WithGroup("g")
	child.Debug("one")
	if Level(log) != "info" || b.Len() != 0 {
		t.Errorf("it begins with %s: %q", Level(log), b.String())
	}
	if err := SetLevel(log, "debug"); err != nil {
		t.Fatal(err)
	}
	child.Debug("two")
	if !strings.Contains(b.String(), "two") || Level(child) != "debug" {
		t.Errorf("the level does not reach %q", b.String())
	}
	if err := SetLevel(log, "loud"); err == nil || Level(log) != "debug" {
		t.Errorf("an unknown level: %v", err)
	}
	if other := slog.New(slog.DiscardHandler); !errors.Is(SetLevel(other, "info"), ErrNotOurs) || Level(other) != "" {
		t.Error("a foreign logger has a level")
	}
}
