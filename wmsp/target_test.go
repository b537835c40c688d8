package wmsp

import (
	"errors"
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestTargets(t *testing.T) {
	for _, v := range vector.Read(t, "targets.txt") {
		got, err := parseTarget(v.Unquoted(t, "in"))
		if status, bad := v["error"]; bad {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || fmt.Sprint(syntax.Status) != status {
				t.Errorf("%s: %+v, %v, want status %s", v["name"], got, err, status)
			}
			continue
		}
		if text := fmt.Sprintf("\"%s\" \"%s\" \"%s\"", got.host, got.path, got.query); err != nil || text != v["expect"] {
			t.Errorf("%s: %s, %v, want %s", v["name"], text, err, v["expect"])
		}
	}
}
