// Package markup reads and writes the files of playlists that look like XML:
// .wsx, .asx, .wpl. It reads what players read, unclosed elements and unquoted
// values too, and says what of it is no XML; it writes XML. There are no
// document type definitions, no entities of one's own and nothing that is
// fetched.
package markup

import (
	"errors"
	"fmt"
)

// Maxima of a file.
const (
	MaxBytes      = 4 << 20
	MaxDepth      = 32
	MaxNodes      = 50_000 // elements, texts, comments and instructions
	MaxAttributes = 64     // of an element
	MaxName       = 128    // bytes of the name of an element or attribute
	MaxFaults     = 64     // that are remembered
)

// ErrLimit is what an Error wraps when a file is beyond a maximum.
var ErrLimit = errors.New("markup: too much")

// Pos is a place in a file. Both count from 1; a column is a character, not a
// byte.
type Pos struct{ Line, Column int }

// Error is why a file is not read at all.
type Error struct {
	Pos  Pos
	What string // "more than 32 elements within each other"
	Err  error
}

func (e *Error) Error() string {
	return fmt.Sprintf("markup: line %d, column %d: %s", e.Pos.Line, e.Pos.Column, e.What)
}

func (e *Error) Unwrap() error { return e.Err }

// Fault is something that is wrong in a file that was read all the same.
type Fault struct {
	Pos     Pos
	Code    string // short and stable: NotXML, NotText, and those of the dialects
	Warning bool   // it does no harm, or none that is sure
	Reason  string
	Instead string // what to write, "" where that cannot be said
}

// The codes of this package's own faults.
const (
	NotXML  = "not-xml"
	NotText = "encoding"
)

func (f Fault) String() string {
	s := fmt.Sprintf("line %d, column %d: %s", f.Pos.Line, f.Pos.Column, f.Reason)
	if f.Instead != "" {
		s += "; write " + f.Instead
	}
	return s
}

// Kind is what a Node is.
type Kind int

const (
	Element Kind = iota
	Text
	Comment
	Instruction
)

// Node is an element with what is in it, or a text, a comment or an
// instruction.
type Node struct {
	Kind       Kind
	Name       string // of an element or an instruction, as the file spells it
	Attributes []Attribute
	Children   []*Node
	Text       string // of all that is no element, without the spaces around it
	Pos        Pos
}

// Attribute is one of an element.
type Attribute struct {
	Name, Value string
	Pos         Pos
}
