package conf

import (
	"strings"
	"testing"
	"testing/synctest"
)

func TestBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := one(t, Options{Limits: Limits{Objects: 3, ObjectBytes: 3000}})
		x, _ := join(t, c, guest("x"))
		y, _ := join(t, c, guest("y"))
		points := []Point{{1, 2}, {3, 4}}
		line, err := x.Draw(Object{Kind: Straight, Points: points, Native: []byte("n"), Protocol: "t120"})
		if err != nil {
			t.Fatal(err)
		}
		points[0].X = 99 // the conference has its own
		drain(t, y)
		refuse(t, "another's", y.Change(Object{ID: line, Kind: Straight, Points: []Point{{5, 6}, {7, 8}}}), nil)
		refuse(t, "another kind", y.Change(Object{ID: line, Kind: Ellipse, Points: points}), ErrObject)
		arrow, err := x.Draw(Object{Kind: Pointer, Points: points[:1]})
		if err != nil {
			t.Fatal(err)
		}
		refuse(t, "another's pointer", y.Erase(arrow), ErrNotAllowed)
		refuse(t, "nothing", y.Erase(4711), ErrNoObject)
		text, err := y.Draw(Object{Kind: Text, Points: points[:1], Text: "a\x1b\r\nb", Page: 2})
		if err != nil {
			t.Fatal(err)
		}
		_, err = y.Draw(Object{Kind: Text, Points: points[:1], Text: "x"})
		refuse(t, "a fourth", err, ErrBoardFull)
		refuse(t, "down", y.Restack(text, false), nil)
		s, _ := y.Snapshot()
		if o := s.Objects; len(o) != 3 || o[0].Points[0] != (Point{5, 6}) || o[0].Author != x.ID() || o[2].Text != "a\nb" || o[2].Z >= o[0].Z {
			t.Errorf("%+v", o)
		}
		x.Leave("")
		expect(t, "a pointer goes with its author", drain(t, y), "Erased; Left 1")
		_, err = y.Draw(Object{Kind: Polyline, Points: make([]Point, 400)})
		refuse(t, "too many bytes", err, ErrBoardFull)
		refuse(t, "clear", y.Clear(2), nil)
		s, _ = y.Snapshot()
		expect(t, "objects", len(s.Objects), 1)
		expect(t, "bytes", c.board.bytes, s.Objects[0].size())
	})
}

func TestObjectsThatAreNone(t *testing.T) {
	p := make([]Point, MaxPoints+1)
	for what, o := range map[string]Object{
		"no kind": {Points: p[:1]}, "another kind": {Kind: 99, Points: p[:1]}, "no points": {Kind: Polyline}, "too many": {Kind: Polyline, Points: p},
		"three corners": {Kind: Rectangle, Points: p[:3]}, "a page": {Kind: Pointer, Points: p[:1], Page: MaxPages},
		"no text": {Kind: Text, Points: p[:1]}, "a line's text": {Kind: Straight, Points: p[:2], Text: "x"},
		"no bitmap": {Kind: Bitmap, Points: p[:2], Format: "image/png"}, "SVG": {Kind: Bitmap, Points: p[:2], Format: "image/svg+xml", Data: []byte("x")},
		"data": {Kind: Straight, Points: p[:2], Data: []byte("x")}, "font": {Kind: Text, Points: p[:1], Text: "x", Font: "\xff"},
	} {
		refuse(t, what, o.check(100), ErrObject)
	}
	for what, o := range map[string]Object{
		"text":   {Kind: Text, Points: p[:1], Text: strings.Repeat("x", MaxText+1)},
		"bitmap": {Kind: Bitmap, Points: p[:2], Format: "image/png", Data: make([]byte, 101)},
		"native": {Kind: Straight, Points: p[:2], Native: make([]byte, MaxNative+1)},
	} {
		refuse(t, what, o.check(100), ErrTooLong)
	}
}
