package asf

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// vector is one file of testdata/header: the fields of an object line by line,
// put together without this package's writers, and what they mean.
type vector struct {
	name    string
	bytes   []byte
	expects []string
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/header/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	var list []vector
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v := vector{name: strings.TrimSuffix(filepath.Base(file), ".txt")}
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			if err := v.line(lines.Text()); err != nil {
				t.Fatalf("%s: %q: %v", file, lines.Text(), err)
			}
		}
		list = append(list, v)
	}
	return list
}

func (v *vector) line(s string) error {
	if e, ok := strings.CutPrefix(s, "expect: "); ok {
		v.expects = append(v.expects, e)
		return nil
	}
	s, _, _ = strings.Cut(s, "#")
	kind, value, _ := strings.Cut(strings.TrimSpace(s), " ")
	value = strings.TrimSpace(value)
	switch kind {
	case "":
		return nil
	case "guid":
		b, err := hex.DecodeString(strings.ReplaceAll(value, "-", ""))
		if err != nil || len(b) != 16 {
			return fmt.Errorf("not a GUID: %v", err)
		}
		for _, i := range []int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
			v.bytes = append(v.bytes, b[i])
		}
	case "hex":
		b, err := hex.DecodeString(strings.ReplaceAll(value, " ", ""))
		v.bytes = append(v.bytes, b...)
		return err
	case "text", "bare", "ascii":
		return v.text(kind, value)
	default:
		return v.number(kind, value)
	}
	return nil
}

func (v *vector) text(kind, value string) error {
	s, err := strconv.Unquote(value)
	if kind == "ascii" {
		v.bytes = append(v.bytes, s...)
		return err
	}
	if kind == "text" {
		s += "\x00"
	}
	for _, u := range utf16.Encode([]rune(s)) {
		v.bytes = binary.LittleEndian.AppendUint16(v.bytes, u)
	}
	return err
}

func (v *vector) number(kind, value string) error {
	size, ok := map[string]int{"u8": 1, "u16": 2, "u32": 4, "u64": 8}[kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", kind)
	}
	n, err := strconv.ParseUint(value, 0, 8*size)
	v.bytes = append(v.bytes, binary.LittleEndian.AppendUint64(nil, n)[:size]...)
	return err
}

// evaluate follows a path of fields, methods without arguments and indexes.
func evaluate(o any, path string) (string, error) {
	if path == "type" {
		return fmt.Sprintf("%T", o), nil
	}
	length := false
	if p, ok := strings.CutPrefix(path, "len("); ok {
		length, path = true, strings.TrimSuffix(p, ")")
	}
	at := reflect.ValueOf(o)
	for step := range strings.SplitSeq(path, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		var err error
		if at, err = member(at, name); err != nil {
			return "", err
		}
		if indexed {
			i, err := strconv.Atoi(index)
			if err != nil || i >= at.Len() {
				return "", fmt.Errorf("%s of %d", step, at.Len())
			}
			at = at.Index(i)
		}
	}
	if length {
		return fmt.Sprint(at.Len()), nil
	}
	return fmt.Sprint(at.Interface()), nil
}

func member(at reflect.Value, name string) (reflect.Value, error) {
	if at.Kind() == reflect.Interface {
		at = at.Elem()
	}
	if method, ok := strings.CutSuffix(name, "()"); ok {
		m := at.MethodByName(method)
		if !m.IsValid() {
			return at, fmt.Errorf("no method %s", method)
		}
		out := m.Call(nil)
		if len(out) == 2 && !out[1].Bool() {
			return at, fmt.Errorf("%s is not ok", name)
		}
		return out[0], nil
	}
	if at.Kind() == reflect.Pointer {
		at = at.Elem()
	}
	at = at.FieldByName(name)
	if !at.IsValid() {
		return at, fmt.Errorf("no field %s", name)
	}
	return at, nil
}

func TestObjectVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.name, func(t *testing.T) {
			o, n, err := ParseObject(v.bytes)
			if err != nil || n != len(v.bytes) {
				t.Fatalf("parsed %d of %d bytes: %v", n, len(v.bytes), err)
			}
			if len(v.expects) == 0 {
				t.Fatal("nothing is expected")
			}
			for _, e := range v.expects {
				path, want, _ := strings.Cut(e, " = ")
				got, err := evaluate(o, path)
				if err != nil || got != want {
					t.Errorf("%s = %q (%v), want %q", path, got, err, want)
				}
			}
			if got := o.Append([]byte("x")); string(got) != "x"+string(v.bytes) {
				t.Errorf("appended\n%x, want\n%x", got[1:], v.bytes)
			}
			if o.Size() != len(v.bytes) {
				t.Errorf("size %d, want %d", o.Size(), len(v.bytes))
			}
		})
	}
}

// TestObjectVectorsCover makes sure that every object type has a vector.
func TestObjectVectorsCover(t *testing.T) {
	seen := map[GUID]bool{IDHeader: true, IDData: true}
	for _, v := range readVectors(t) {
		seen[GUID(v.bytes[:16])] = true
	}
	for _, n := range objectNames {
		if !seen[n.id] {
			t.Errorf("no vector of the %s Object", n.name)
		}
		if typed := newObject(n.id); n.id != IDHeader && n.id != IDData && (typed == nil || typed.ID() != n.id) {
			t.Errorf("no type for the %s Object", n.name)
		}
	}
}

// TestObjectCutShort cuts every vector everywhere, with its size put right: it
// must parse as something that writes the same bytes.
func TestObjectCutShort(t *testing.T) {
	for _, v := range readVectors(t) {
		for n := range v.bytes {
			b := bytes.Clone(v.bytes[:n])
			if n < ObjectHeadSize {
				if _, _, err := ParseObject(b); err == nil {
					t.Fatalf("%s cut to %d bytes was parsed", v.name, n)
				}
				continue
			}
			binary.LittleEndian.PutUint64(b[16:], uint64(n))
			o, _, err := ParseObject(b)
			if err != nil {
				t.Fatalf("%s cut to %d bytes: %v", v.name, n, err)
			}
			if got := o.Append(nil); !bytes.Equal(got, b) || o.Size() != n {
				t.Fatalf("%s cut to %d bytes: wrote %x, want %x", v.name, n, got, b)
			}
		}
	}
}

func TestParseObjectErrors(t *testing.T) {
	head := func(size uint64) []byte {
		return binary.LittleEndian.AppendUint64(bytes.Clone(IDPadding[:]), size)
	}
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"empty", nil, ErrNeedMore},
		{"half a head", head(24)[:20], ErrNeedMore},
		{"size below head", head(23), ErrInvalid},
		{"size beyond input", head(25), ErrNeedMore},
		{"size beyond limit", head(MaxIndexSize + 1), ErrLimit},
		{"size beyond int64", head(1<<64 - 1), ErrLimit},
	} {
		if _, _, err := ParseObject(tc.b); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func FuzzParseObject(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(v.bytes)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, n, err := ParseObject(b)
		if err != nil {
			return
		}
		got := o.Append(nil)
		if !bytes.Equal(got, b[:n]) {
			t.Fatalf("wrote %x, want %x", got, b[:n])
		}
		if o.Size() != n {
			t.Fatalf("size %d, want %d", o.Size(), n)
		}
		canonical := Typed(o).Append(nil)
		if Typed(o).Size() != len(canonical) {
			t.Fatalf("canonical size %d, want %d", Typed(o).Size(), len(canonical))
		}
		if again, _, err := ParseObject(canonical); err != nil || !bytes.Equal(again.Append(nil), canonical) {
			t.Fatalf("canonical form is not stable: %v", err)
		}
	})
}
