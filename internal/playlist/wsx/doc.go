// Package wsx reads, checks and writes the server-side playlists of Windows
// Media Services, .wsx: the elements and attributes of the Windows Media
// Services 9 Series SDK, "Playlist Reference", with the times of [SMIL20]
// chapter 10. It knows what a playlist says, not how it is played.
package wsx

import "caracal/internal/playlist/markup"

// Maxima, besides those of package markup.
const (
	MaxClock   = 100_000 // hours in a time
	MaxMoments = 32      // times in a begin or an end
	MaxRepeat  = 1 << 30
	MaxSource  = 4096 // bytes of a src
)

// Version is the only one of the dialect.
const Version = "1.0"

// The codes of what Check finds.
const (
	NoVersion        = "version"
	UnknownElement   = "unknown-element"
	UnknownAttribute = "unknown-attribute"
	Spelling         = "spelling"
	Nesting          = "nesting"
	NoSource         = "no-source"
	BadSource        = "source"
	BadTime          = "time"
	BadValue         = "value"
	BadID            = "id"
	BadReference     = "reference"
	Ignored          = "ignored"
	Empty            = "empty"
)

// Document is a playlist.
type Document struct {
	Version string         // of the dialect; Version is written if it is empty
	Before  []*markup.Node // comments and instructions before the root
	Root    *Node          // a Smil
	After   []*markup.Node // and those behind it

	declared bool
	faults   []markup.Fault
}

// Kind is what a Node is.
type Kind int

const (
	Other         Kind = iota // an element that is not of the dialect
	Smil                      // the root; it plays like a Seq
	Seq                       // one after the other
	Excl                      // one at a time, each from its begin on
	PriorityClass             // in an Excl: who may interrupt whom
	Switch                    // the first one that can be had
	Media                     // media, ref, audio, video or img: what is played
	ClientData                // what players are told of the element around it
	Text
	Comment
	Instruction
)

// Node is an element, or a text, a comment or an instruction in one.
type Node struct {
	Kind       Kind
	Name       string // of an element, as the dialect spells it; of an instruction
	Attributes []Attribute
	Children   []*Node
	Text       string // of a Text, a Comment and an Instruction
	Pos        markup.Pos

	spelled string // by the file
}

// Attribute is one of an element.
type Attribute struct {
	Name, Value string // the name as the dialect spells it
	Pos         markup.Pos

	spelled string
}

// Attribute gives an attribute's value, by its name as the dialect spells it.
func (n *Node) Attribute(name string) (value string, ok bool) {
	for _, a := range n.Attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Set gives an attribute a value; one that is not there yet becomes the last.
func (n *Node) Set(name, value string) {
	for i := range n.Attributes {
		if n.Attributes[i].Name == name {
			n.Attributes[i].Value = value
			return
		}
	}
	n.Attributes = append(n.Attributes, Attribute{Name: name, Value: value, spelled: name})
}

// Add puts an element behind the others in n and returns it.
func (n *Node) Add(kind Kind) *Node {
	name := kind.name()
	child := &Node{Kind: kind, Name: name, spelled: name}
	n.Children = append(n.Children, child)
	return child
}

// New returns a playlist with nothing in it.
func New() *Document {
	return &Document{Version: Version, Root: &Node{Kind: Smil, Name: "smil", spelled: "smil"}, declared: true}
}
