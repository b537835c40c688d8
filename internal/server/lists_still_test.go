package server

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
)

// A picture in a list is shown for as long as that says, the same content for all; what
// is none, or of a kind that is not streamed, is passed over with an event.
func TestListPictures(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	dir := films(t, "a.wmv")
	write(t, dir, "logo.jpg", b.String())
	write(t, dir, "broken.jpg", "nothing")
	write(t, dir, "logo.bmp", b.String())
	file := write(t, dir, "list.wsx", wsxOf(`<img src="broken.jpg" dur="5s"/>`, `<img src="logo.bmp" dur="5s"/>`,
		`<img src="logo.jpg" dur="7s"/>`, `<media src="logo.jpg"/>`, `<media src="a.wmv"/>`))
	s, _ := start(t, testConfig(config.Point{Name: "list", Path: file}))
	events := s.bus.Subscribe(1000)
	defer events.Close()
	for range 3 {
		_, e, err := s.points.Open("list")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []time.Duration{7 * time.Second, 10 * time.Second} {
			if info := e.Info(); info.Duration != want || info.Packets == 0 || len(info.Header.Streams()) != 1 {
				t.Errorf("a picture lasts %v, not %v", info.Duration, want)
			}
			next, err := e.(*point.Listed).Beside(t.Context(), 1, point.Position{})
			if err != nil {
				t.Fatal(err)
			}
			e.Close()
			e = next
		}
		if got := e.(*point.Listed).Item().Source; got != "a.wmv" {
			t.Errorf("behind the pictures is %s", got)
		}
		e.Close()
		for _, name := range []string{"broken.jpg", "logo.bmp"} {
			if got := await(t, events, func(event.EntrySkipped) bool { return true }); got.Source != name {
				t.Errorf("passed over is %s, not %s: %v", got.Source, name, got.Err)
			}
		}
	}
	if n := len(s.lists.stills.kept); n != 2 {
		t.Errorf("%d pictures are kept", n)
	}
}
