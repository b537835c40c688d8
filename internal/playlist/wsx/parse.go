package wsx

import (
	"regexp"
	"slices"
	"strings"

	"caracal/internal/playlist/markup"
)

// version finds the version in <?wsx version="1.0"?>.
var version = regexp.MustCompile(`version\s*=\s*["']\s*([0-9A-Za-z.]{1,16})\s*["']`)

// Parse reads a playlist as it is, with whatever is wrong in it; Check says
// what that is. The error is a *markup.Error: the file is beyond a maximum.
func Parse(b []byte) (*Document, error) {
	s, faults, err := markup.Decode(b)
	if err != nil {
		return nil, err
	}
	nodes, more, err := markup.Parse(s, markup.Options{Closes: closes})
	if err != nil {
		return nil, err
	}
	d := &Document{faults: append(faults, more...)}
	d.read(nodes)
	return d, nil
}

func (d *Document) fault(at markup.Pos, code, reason, instead string) {
	d.faults = append(d.faults, markup.Fault{Pos: at, Code: code, Reason: reason, Instead: instead})
}

// read finds the root. What stands beside it and is more than a comment is put
// into it, so that nothing is lost.
func (d *Document) read(nodes []*markup.Node) {
	root := -1
	for i, n := range nodes {
		if n.Kind == markup.Element && strings.EqualFold(n.Name, "smil") {
			root = i
			break
		}
	}
	var before, after []*Node
	for i, n := range nodes {
		content := n.Kind == markup.Element || n.Kind == markup.Text
		switch {
		case i == root:
			d.Root = node(n)
		case n.Kind == markup.Instruction && strings.EqualFold(n.Name, "wsx"):
			d.declare(n)
		case content && i < root || content && root < 0:
			before = append(before, node(n))
		case content:
			after = append(after, node(n))
		case d.Root == nil && len(before) == 0:
			d.Before = append(d.Before, n)
		default:
			d.After = append(d.After, n)
		}
	}
	d.close(before, after)
}

// close completes a playlist that has no root, no version, or more than a root.
func (d *Document) close(before, after []*Node) {
	if d.Root == nil {
		d.Root = &Node{Kind: Smil, Name: "smil", spelled: "smil", Pos: markup.Pos{Line: 1, Column: 1}}
		if len(before) > 0 {
			d.Root.Pos = before[0].Pos
		}
		d.fault(d.Root.Pos, Nesting, "there is no <smil>", "<smil> around all of it")
	} else {
		for _, n := range slices.Concat(before, after) {
			d.fault(n.Pos, Nesting, "this is not in <smil>", "it before </smil>")
		}
	}
	d.Root.Children = joinTexts(slices.Concat(before, d.Root.Children, after))
	if d.Version == "" {
		d.Version = Version
	}
}

// joinTexts makes one text of those that nothing is between.
func joinTexts(nodes []*Node) (joined []*Node) {
	for len(nodes) > 0 {
		n, run := nodes[0], 1
		if n.Kind == Text {
			texts := []string{n.Text}
			for ; run < len(nodes) && nodes[run].Kind == Text; run++ {
				texts = append(texts, nodes[run].Text)
			}
			n.Text = strings.Join(texts, "\n")
		}
		joined, nodes = append(joined, n), nodes[run:]
	}
	return joined
}

// declare reads <?wsx version="1.0"?>.
func (d *Document) declare(n *markup.Node) {
	if d.declared {
		d.fault(n.Pos, NoVersion, "there is more than one <?wsx?>", "only the first one")
		return
	}
	d.declared = true
	if m := version.FindStringSubmatch(n.Text); m != nil {
		d.Version = m[1]
	}
	if d.Version != Version {
		d.fault(n.Pos, NoVersion, "this is no version of the dialect", `<?wsx version="1.0"?>`)
	}
}

// node makes a Node of the dialect.
func node(m *markup.Node) *Node {
	n := &Node{Name: m.Name, Text: m.Text, Pos: m.Pos, spelled: m.Name}
	switch m.Kind {
	case markup.Text:
		n.Kind = Text
		return n
	case markup.Comment:
		n.Kind = Comment
		return n
	case markup.Instruction:
		n.Kind = Instruction
		return n
	}
	e, known := find(m.Name)
	if known {
		n.Kind, n.Name = e.kind, e.name
	}
	for _, a := range m.Attributes {
		name, _ := e.spell(a.Name)
		n.Attributes = append(n.Attributes, Attribute{Name: name, Value: a.Value, Pos: a.Pos, spelled: a.Name})
	}
	for _, child := range m.Children {
		n.Children = append(n.Children, node(child))
	}
	return n
}
