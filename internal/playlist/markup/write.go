package markup

import "strings"

// indent is for each element that another is in.
const indent = "  "

// Append writes nodes, each on a line of its own. Parsed again they are the
// same ones.
func Append(b []byte, nodes []*Node) []byte { return appendNodes(b, nodes, "") }

func appendNodes(b []byte, nodes []*Node, before string) []byte {
	for _, n := range nodes {
		b = append(appendNode(append(b, before...), n, before), '\n')
	}
	return b
}

func appendNode(b []byte, n *Node, before string) []byte {
	switch n.Kind {
	case Text:
		return append(b, EscapeText(n.Text)...)
	case Comment:
		return append(append(append(b, "<!-- "...), Clean(n.Text)...), " -->"...)
	case Instruction:
		return append(append(append(b, "<?"...), strings.Trim(n.Name+" "+Clean(n.Text), spaces)...), "?>"...)
	}
	b = append(append(b, '<'), n.Name...)
	for _, a := range n.Attributes {
		b = append(append(append(b, ' '), a.Name...), `="`...)
		b = append(append(b, EscapeAttribute(a.Value)...), '"')
	}
	switch {
	case len(n.Children) == 0:
		return append(b, "/>"...)
	case len(n.Children) == 1 && n.Children[0].Kind == Text:
		b = appendNode(append(b, '>'), n.Children[0], before)
	default:
		b = appendNodes(append(b, ">\n"...), n.Children, before+indent)
		b = append(b, before...)
	}
	return append(append(append(b, "</"...), n.Name...), '>')
}

// Equal says whether nodes say the same; their places do not count.
func Equal(a, b []*Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i, n := range a {
		m := b[i]
		if n.Kind != m.Kind || n.Name != m.Name || n.Text != m.Text || len(n.Attributes) != len(m.Attributes) {
			return false
		}
		for j, at := range n.Attributes {
			if at.Name != m.Attributes[j].Name || at.Value != m.Attributes[j].Value {
				return false
			}
		}
		if !Equal(n.Children, m.Children) {
			return false
		}
	}
	return true
}
