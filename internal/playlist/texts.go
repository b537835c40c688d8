package playlist

import (
	"slices"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// The bounds of what a list tells of an item.
const (
	maxTexts = 32
	maxText  = 4096 // bytes
)

// texts are what clientData tells of the item, and of what it is in; the innermost
// counts.
func (c *cursor) texts() (list []point.Text) {
	for i := range c.frames {
		for _, n := range c.frames[i].node.Children {
			if n.Kind == wsx.ClientData {
				list = tell(list, n)
			}
		}
	}
	return list
}

// Told is what the list tells of itself.
func (l *List) Told() (list []point.Text) {
	for _, n := range l.now().root.Children {
		if n.Kind == wsx.ClientData {
			list = tell(list, n)
		}
	}
	return list
}

func tell(list []point.Text, n *wsx.Node) []point.Text {
	for _, a := range n.Attributes {
		if a.Name == "id" || a.Value == "" || len(a.Value) > maxText {
			continue
		}
		at := slices.IndexFunc(list, func(t point.Text) bool { return t.Name == a.Name })
		switch {
		case at >= 0:
			list[at].Value = a.Value
		case len(list) < maxTexts:
			list = append(list, point.Text{Name: a.Name, Value: a.Value})
		}
	}
	return list
}
