package wsx

import (
	"slices"

	"caracal/internal/playlist/markup"
)

// Append writes the playlist in UTF-8, in the dialect's spelling. Parsed again
// it is Equal.
func (d *Document) Append(b []byte) []byte {
	v := d.Version
	if v == "" {
		v = Version
	}
	b = append(b, `<?wsx version="`+markup.EscapeAttribute(v)+"\"?>\n"...)
	return markup.Append(b, slices.Concat(d.Before, []*markup.Node{d.Root.markup()}, d.After))
}

// Equal says whether playlists say the same; how they are spelled, and where
// things stand in the file, does not count.
func Equal(a, b *Document) bool {
	return a.Version == b.Version && markup.Equal(a.Before, b.Before) && markup.Equal(a.After, b.After) &&
		markup.Equal([]*markup.Node{a.Root.markup()}, []*markup.Node{b.Root.markup()})
}

func (n *Node) markup() *markup.Node {
	m := &markup.Node{Name: n.Name, Text: n.Text}
	switch n.Kind {
	case Text:
		m.Kind = markup.Text
	case Comment:
		m.Kind = markup.Comment
	case Instruction:
		m.Kind = markup.Instruction
	}
	for _, a := range n.Attributes {
		m.Attributes = append(m.Attributes, markup.Attribute{Name: a.Name, Value: a.Value})
	}
	for _, child := range n.Children {
		m.Children = append(m.Children, child.markup())
	}
	return m
}
