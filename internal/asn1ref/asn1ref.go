// Package asn1ref has Erlang's asn1 application encode values, for tests that compare
// it with our own encoders.
package asn1ref

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Value is one to be encoded: a type of the notation, and Erlang's term for the value:
// records for SEQUENCE, pairs for CHOICE, asn1_NOVALUE for what is OPTIONAL and missing.
type Value struct{ Type, Term string }

// patience is how long Erlang may take to compile a notation and encode.
const patience = 2 * time.Minute

// program compiles a notation in its folder and prints each value, or why not.
const program = `
[File, Rules] = init:get_plain_arguments(),
ok = asn1ct:compile(File, [list_to_atom(Rules), {outdir, "."}, {i, "."}, noobj]),
Module = list_to_atom(filename:rootname(filename:basename(File))),
{ok, Module} = compile:file(Module, [{outdir, "."}]),
{module, Module} = code:load_file(Module),
{ok, Values} = file:consult("values"),
lists:foreach(fun({Type, Value}) ->
  case Module:encode(Type, Value) of
    {ok, B} -> io:format("= ~s~n", [[io_lib:format("~2.16.0b", [X]) || <<X>> <= iolist_to_binary(B)]]);
    E -> io:format("! ~0p~n", [E])
  end
end, Values),
halt(0).
`

// Encode returns the encodings of values of a notation, a file, by "per" (aligned) or
// "ber".
func Encode(t testing.TB, notation, rules string, values []Value) [][]byte {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(notation)
	if err != nil {
		t.Fatal(err)
	}
	var terms strings.Builder
	for _, v := range values {
		fmt.Fprintf(&terms, "{'%s', %s}.\n", v.Type, v.Term)
	}
	for name, content := range map[string]string{filepath.Base(notation): string(text), "values": terms.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "timeout", "-s", "KILL", fmt.Sprint(int(patience.Seconds())),
		"erl", "-noshell", "-noinput", "-eval", program, "-extra", filepath.Base(notation), rules)
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("erl (Debian: erlang-asn1): %v: %s", err, said)
	}
	return answers(t, string(said), values)
}

// answers takes the lines that the program prints.
func answers(t testing.TB, said string, values []Value) (list [][]byte) {
	t.Helper()
	for line := range strings.Lines(said) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "! "):
			t.Fatalf("erl: %+v: %s", values[len(list)], line)
		case strings.HasPrefix(line, "= "), line == "=":
			b, err := hex.DecodeString(strings.TrimSpace(line[1:]))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, b)
		}
	}
	if len(list) != len(values) {
		t.Fatalf("erl: %d of %d values: %s", len(list), len(values), said)
	}
	return list
}
