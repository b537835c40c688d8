package conf

import (
	"slices"
	"unicode/utf8"
)

// Kind is what an object of the whiteboard is.
type Kind uint8

// The kinds, with how many points they have.
const (
	Polyline  Kind = iota + 1 // 1 to MaxPoints: freehand too
	Straight                  // 2
	Rectangle                 // 2: opposite corners
	Ellipse                   // 2: of the rectangle around it
	Text                      // 1 or 2: where it begins, and what it has to fit in
	Bitmap                    // 2: where it is drawn
	Pointer                   // 1; it is its author's, and goes with him
)

// The bounds of an object.
const (
	MaxPoints = 4096
	MaxText   = 4096 // bytes
	MaxNative = 4096 // bytes
	MaxPages  = 256
	maxFont   = 64
)

// Point is in pixels of the page, the top left corner is 0, 0.
type Point struct{ X, Y int32 }

// Pen draws lines.
type Pen struct {
	Colour uint32 // 0xAARRGGBB
	Width  uint16 // pixels
	Dash   uint8  // 0 is solid; others are the front-ends' to agree on
}

// Object is one of the whiteboard. It is never changed: Changed has another one.
type Object struct {
	ID     uint64 // of the event that drew it
	Page   uint32
	Kind   Kind
	Author MemberID
	Name   string // the author's, as it was shown
	Z      int64  // the higher lies above

	Points []Point
	Pen    Pen
	Fill   uint32 // 0xAARRGGBB; 0 is none
	Text   string
	Font   string
	Size   uint16 // of the text, pixels
	Format string // of Data: "image/png", "image/jpeg", "image/gif" or "image/bmp"
	Data   []byte // of a bitmap

	// What one protocol says of it beyond that, for its own front-end.
	Protocol string
	Native   []byte
}

// points are the fewest and the most of a kind.
func (k Kind) points() (least, most int) {
	switch k {
	case Polyline:
		return 1, MaxPoints
	case Straight, Rectangle, Ellipse, Bitmap:
		return 2, 2
	case Text:
		return 1, 2
	case Pointer:
		return 1, 1
	}
	return 1, 0
}

var formats = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/bmp": true}

// check says why it cannot be on a whiteboard: ErrObject, ErrTooLong.
func (o *Object) check(bitmap int) error {
	least, most := o.Kind.points()
	switch {
	case len(o.Points) < least || len(o.Points) > most || o.Page >= MaxPages || len(o.Protocol) > maxProtocol || len(o.Font) > maxFont:
		return ErrObject
	case !utf8.ValidString(o.Font) || !utf8.ValidString(o.Protocol):
		return ErrObject
	case (o.Kind == Bitmap) != (len(o.Data) > 0) || o.Kind == Bitmap && !formats[o.Format] || o.Kind != Bitmap && o.Format != "":
		return ErrObject
	case (o.Kind == Text) != (o.Text != ""):
		return ErrObject
	case len(o.Text) > MaxText || len(o.Native) > MaxNative || len(o.Data) > bitmap:
		return ErrTooLong
	}
	return nil
}

// clone is the object on its own, its text tamed.
func (o *Object) clone() *Object {
	p := *o
	p.Points, p.Data, p.Native = slices.Clone(o.Points), slices.Clone(o.Data), slices.Clone(o.Native)
	p.Text, p.Font = tame(o.Text), tame(o.Font)
	return &p
}

const objectSize = 256 // bytes of one without what it points to

func (o *Object) size() int {
	return objectSize + 8*len(o.Points) + len(o.Text) + len(o.Font) + len(o.Data) + len(o.Native)
}
