package server

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"caracal/internal/event"
	"caracal/internal/session"
)

// Names that people give: from right to left, with pictures, and too long for any column.
var oddNames = []string{"רדיו ירושלים", "🎵 музыка 電台", strings.Repeat("endless", 35)}

// fullHouse has players come, as many as a small station has.
func fullHouse(t *testing.T, s *Server, n int) []*session.Session {
	t.Helper()
	var all []*session.Session
	for i := range n {
		p := event.Player{
			Protocol: []string{"rtsp", "mms", "http"}[i%3], Target: "/films/one.wmv", Point: "/films",
			Address: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), uint16(1024+i)),
			Agent:   fmt.Sprintf("NSPlayer/%d %s", i, oddNames[i%len(oddNames)]),
		}
		ses, err := s.sessions.Admit(p, func(error) {})
		if err != nil {
			t.Fatal(err)
		}
		if i < len(oddNames) {
			if err := ses.SetAccount(oddNames[i]); err != nil {
				t.Fatal(err)
			}
		}
		ses.SetState(session.Streaming)
		all = append(all, ses)
	}
	return all
}

// Five hundred players are on pages of a hundred, names in any script stay where they are,
// and times are those of who looks.
func TestConsoleWithManyPlayers(t *testing.T) {
	w, _ := consoleServer(t)
	s := w.Server
	dir := films(t, "a.wmv")
	for _, name := range oddNames {
		if _, err := (apiPoints{s.published}).Create(t.Context(), name, json.RawMessage(`{"path": `+quotedJSON(dir)+`}`)); err != nil {
			t.Fatal(err)
		}
	}
	all := fullHouse(t, s, 500)
	b := browse(t, s)
	b.do(emulation.SetTimezoneOverride("Asia/Kathmandu"))
	b.size(1280, 900, false)
	b.logIn()
	b.see(oddNames[0])
	b.sound("points")
	b.shoot("names-points")
	b.open("/players")
	b.see("NSPlayer/99 ")
	kathmandu := time.FixedZone("", (5*60+45)*60)
	if at := all[0].Started.In(kathmandu).Format(time.TimeOnly); !strings.Contains(evaluate[string](b, `document.querySelector("tbody tr").innerText`), at) {
		t.Errorf("the first does not play since %s", at)
	}
	b.turnPages()
	for _, width := range []int64{1280, 360} {
		b.size(width, 900, width == 360)
		b.settle()
		b.sound("players")
		b.shoot(fmt.Sprintf("names-players-%d", width))
	}
	for _, ses := range all[100:] {
		ses.Close("")
	}
	b.see("Nobody is playing") // on a page that there is no more
	b.press("First page")
	b.see("NSPlayer/0 ")
	b.wait("there are more pages", `document.querySelector(".pager") === null`)
	b.open("/points/" + strings.NewReplacer("%", "%25", " ", "%20").Replace(oddNames[1]) + "/links")
	b.see("Copy")
	b.sound("links")
	b.shoot("names-links")
	for _, ses := range all[:100] {
		ses.Close("")
	}
	for _, fault := range b.faults() {
		t.Error(fault)
	}
}

// turnPages goes through the pages of five hundred players.
func (b *browser) turnPages() {
	b.t.Helper()
	const shown = `document.querySelectorAll("tbody tr").length`
	total := evaluate[int](b, shown)
	for page := 2; page <= 5; page++ {
		b.press("Next page")
		b.see(fmt.Sprintf("Page %d", page))
		b.see(fmt.Sprintf("NSPlayer/%d ", page*100-1))
		total += evaluate[int](b, shown)
	}
	if last := evaluate[bool](b, `[...document.querySelectorAll("button")].find(e => e.innerText === "Next page").disabled`); !last || total != 500 {
		b.t.Errorf("there are %d players, at the end: %v", total, last)
	}
}
