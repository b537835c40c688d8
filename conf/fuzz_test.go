package conf

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"a.txt", `..\..\con.txt`, "a/b/.", "C:x", "NUL .txt", strings.Repeat("é", 200) + ".tar.gz", "x\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := FileName(s)
		if err != nil {
			return
		}
		again, err := FileName(name)
		if err != nil || again != name {
			t.Errorf("%q becomes %q, and that %q, %v", s, name, again, err)
		}
		if name == "" || len(name) > maxFileName || strings.ContainsAny(name, `/\:`) || !utf8.ValidString(name) || name == ".." || isDevice(name) {
			t.Errorf("%q becomes %q", s, name)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"ada", " a\u200bda ", "\xff", "a\u0301\u0301\u0301\u0301\u0301\u0301", "👩\u200d💻", `D\ada@x`, strings.Repeat("日", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := claim(s)
		if len(name) > maxName || !utf8.ValidString(name) || strings.TrimSpace(name) != name {
			t.Errorf("%q becomes %q", s, name)
		}
		for _, r := range name {
			if unicode.IsControl(r) || explicitBidi(r) {
				t.Errorf("%q becomes %q", s, name)
			}
		}
		if len(lookalikes(name)) > 3 {
			t.Errorf("%q looks like %q", name, lookalikes(name))
		}
		if CheckName(s) == nil && (CheckNumber(s) == nil || strings.ContainsAny(s, "/\\ ?#%")) {
			t.Errorf("%q is a name", s)
		}
	})
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"hello", "a\r\nb\rc", "\x1b[2J", "\u202eabc", "𝄞", "\xff\xfe", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line, err := checkLine(s, 100)
		if err != nil {
			return
		}
		if len(line) > 100 || !utf8.ValidString(line) || tame(line) != line || strings.ContainsAny(line, "\r\x00\x1b\u2028") {
			t.Errorf("%q becomes %q", s, line)
		}
	})
}
