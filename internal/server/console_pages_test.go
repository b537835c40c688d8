package server

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"caracal/internal/config"
)

// consoleServer publishes some films, and a playlist as if live.
func consoleServer(t *testing.T) *Server {
	t.Helper()
	return consoleServerWith(t, config.AdminTLS{})
}

func consoleServerWith(t *testing.T, secure config.AdminTLS) *Server {
	t.Helper()
	dir := films(t, "films/one.wmv", "films/two.wmv", "films/three.wmv")
	list := write(t, dir, "evening.wsx", wsxOf(`<media src="films/one.wmv"/>`, `<media src="films/two.wmv"/>`, `<media src="films/three.wmv"/>`))
	cfg := testConfig(config.Point{Name: "films", Path: filepath.Join(dir, "films")}, broadcastPoint("evening", "playlist:"+list))
	cfg.Admin.TLS = secure
	cfg.State = filepath.Join(dir, "state.json")
	cfg.Console = config.Console{Enabled: true, Previews: 2}
	cfg.Data = filepath.Join(dir, "data")
	cfg.Access.Admin = []string{"group:admins"}
	s, _ := start(t, cfg)
	if err := s.access.Accounts.Add(t.Context(), "admin", consolePassword, "admins"); err != nil {
		t.Fatal(err)
	}
	return s
}

func broadcastPoint(name, from string) config.Point {
	b := config.DefaultBroadcast()
	b.Source = from
	return config.Point{Name: name, Broadcast: b}
}

// The console in a browser does what the API offers.
func TestConsoleInBrowser(t *testing.T) {
	s := consoleServer(t)
	b := browse(t, s)
	b.size(1280, 900, false)
	b.logIn()
	b.makeBroadcast()
	b.seeChartMove()
	b.endPlayer(s)
	b.editPlaylist()
	b.watchPreview()
	b.lookEverywhere()
	b.press("Log out")
	b.wait("it is not logged out", `document.querySelector("#password") !== null`)
	for _, fault := range b.faults() {
		t.Error(fault)
	}
}

// makeBroadcast publishes a test picture with the wizard.
func (b *browser) makeBroadcast() {
	b.t.Helper()
	b.press("Publish something")
	b.see("Step 1 of 4")
	b.shoot("wizard-what")
	b.press("Broadcast")
	b.press("Next")
	b.see("Step 2 of 4")
	b.press("Test picture")
	b.shoot("wizard-from-where")
	b.press("Next")
	b.see("Step 3 of 4")
	b.fill("Name", "test")
	b.press("Script commands can be sent to players")
	b.press("Next")
	b.see(`"ffmpeg:test"`)
	b.shoot("wizard-publish")
	b.press("Publish")
	b.wait("the point has no page", `location.hash === "#/points/test"`)
	b.wait("nothing is live", `document.querySelector("h1 + .badge")?.textContent === "Live"`)
}

const chartTime = `document.querySelector("figure[data-until]")?.dataset.until`

// seeChartMove waits until the chart shows bits that come in, and later ones.
func (b *browser) seeChartMove() {
	b.t.Helper()
	b.wait("the chart shows nothing", `/in [1-9][0-9.]* [km]bit/i.test(document.querySelector("figcaption")?.innerText)`)
	before := evaluate[string](b, chartTime)
	b.wait("the chart stands still", chartTime+" > "+quote(before))
	if n := evaluate[int](b, `document.querySelectorAll(".chart canvas").length`); n != 1 {
		b.t.Errorf("%d charts are drawn", n)
	}
	b.fill("Parameter", "http://example.org/")
	b.press("Send to players")
	b.see("URL went out.")
	b.shoot("live-light")
}

func quote(s string) string { return `"` + s + `"` }

// endPlayer lets FFmpeg play, and ends it.
func (b *browser) endPlayer(s *Server) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 2*patience)
	defer cancel()
	player := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-loglevel", "quiet", "-i", "mmsh://"+s.Addr().String()+"/test", "-f", "null", "-")
	if err := player.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.open("/players")
	b.see("streaming")
	b.shoot("players")
	b.do(chromedp.Click(`//button[text()="End"]`, chromedp.BySearch))
	b.see("End this player?")
	b.shoot("players-end")
	b.do(chromedp.Click(`//dialog//button[text()="End"]`, chromedp.BySearch))
	player.Wait()
	if ctx.Err() != nil {
		b.t.Error("the player was not ended")
	}
	b.see("Nobody is playing")
}

const itemNames = `[...document.querySelectorAll(".items .name")].map(n => n.textContent.replace(/.*\//, ""))`

// editPlaylist moves an item with the keyboard and another by dragging.
func (b *browser) editPlaylist() {
	b.t.Helper()
	b.open("/points/evening/playlist")
	b.want("one.wmv", "two.wmv", "three.wmv")
	b.do(chromedp.Focus(".items .grip", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowDown))
	b.want("two.wmv", "one.wmv", "three.wmv")
	b.wait("the focus went elsewhere", `document.activeElement === document.querySelectorAll(".grip")[1]`)
	at := evaluate[[]float64](b, `[0, 2].flatMap(i => { const r = document.querySelectorAll(".grip")[i].getBoundingClientRect(); return [r.x + 8, r.y + 8] })`)
	b.do(
		input.DispatchMouseEvent(input.MousePressed, at[0], at[1]).WithButton(input.Left).WithClickCount(1),
		input.DispatchMouseEvent(input.MouseMoved, at[0], (at[1]+at[3])/2).WithButton(input.Left),
		input.DispatchMouseEvent(input.MouseMoved, at[2], at[3]).WithButton(input.Left),
	)
	b.shoot("playlist-dragging")
	b.do(input.DispatchMouseEvent(input.MouseReleased, at[2], at[3]).WithButton(input.Left).WithClickCount(1))
	b.want("one.wmv", "three.wmv", "two.wmv")
	b.shoot("playlist")
}

// want waits until the playlist has these items in this order, after it was read anew.
func (b *browser) want(names ...string) {
	b.t.Helper()
	b.wait("the items are not "+strings.Join(names, " "), itemNames+`.join(" ") === `+quote(strings.Join(names, " ")))
	var kept []string
	b.do(chromedp.Evaluate(`fetch("/api/points/evening/playlist").then(a => a.json()).then(p => p.items.map(i => i.name.replace(/.*\//, "")))`, &kept, awaited))
	for range 50 {
		if slices.Equal(kept, names) {
			return
		}
		b.do(chromedp.Evaluate(`new Promise(done => setTimeout(done, 100)).then(() => fetch("/api/points/evening/playlist")).then(a => a.json()).then(p => p.items.map(i => i.name.replace(/.*\//, "")))`, &kept, awaited))
	}
	b.t.Errorf("the server has %v, want %v", kept, names)
}

// watchPreview sees that a picture plays, and that it is not black.
func (b *browser) watchPreview() {
	b.t.Helper()
	b.open("/points/test/preview")
	b.press("Play")
	b.wait("the preview does not play", `document.querySelector("video")?.currentTime > 1`)
	bright := evaluate[float64](b, `(() => {
		const v = document.querySelector("video"), c = document.createElement("canvas");
		c.width = 64; c.height = 48;
		const g = c.getContext("2d");
		g.drawImage(v, 0, 0, 64, 48);
		const d = g.getImageData(0, 0, 64, 48).data;
		let lit = 0;
		for (let i = 0; i < d.length; i += 4) if (d[i] + d[i+1] + d[i+2] > 96) lit++;
		return lit / (64 * 48);
	})()`)
	if bright < 0.3 {
		b.t.Errorf("%.0f %% of the preview is not black", bright*100)
	}
	b.shoot("preview")
	b.press("End the preview")
	b.wait("it still plays", `document.querySelector("video") === null`)
}

// lookEverywhere opens each page in each size and colour.
func (b *browser) lookEverywhere() {
	b.t.Helper()
	pages := []struct{ name, address, has string }{
		{"points", "/points", "films"}, {"live", "/points/test", "Bit rate, last 5 minutes"}, {"playlist", "/points/evening/playlist", "three.wmv"},
		{"preview", "/points/films/preview", "Play"}, {"links", "/points/films/links", "Copy"}, {"header", "/points/films/header", "Streams"},
		{"definition", "/points/test/definition", "Save"}, {"players", "/players", "Nobody"}, {"accounts", "/accounts", "Accounts"},
		{"limits", "/limits", "sessions.max"}, {"log", "/log", "New entries appear"}, {"configuration", "/configuration", "In force"}, {"new", "/new", "Step 1"},
	}
	for _, dark := range []bool{false, true} {
		for _, width := range []int64{1280, 360} {
			b.size(width, 900, dark)
			for _, p := range pages {
				b.open(p.address)
				b.see(p.has)
				b.do(chromedp.Sleep(settle))
				b.shoot(p.name + map[bool]string{true: "-dark", false: "-light"}[dark] + map[bool]string{true: "-360", false: "-1280"}[width == 360])
				b.sound(p.name)
			}
		}
	}
	b.size(1280, 900, false)
}

// sound checks what a page has to be for the keyboard, readers of screens and phones.
func (b *browser) sound(page string) {
	b.t.Helper()
	for _, fault := range evaluate[[]string](b, soundness) {
		b.t.Errorf("%s: %s", page, fault)
	}
}

const soundness = `(() => {
	const faults = [], root = document.documentElement;
	if (root.scrollWidth > innerWidth) faults.push("is wider than the window: " + root.scrollWidth + " pixels");
	if (document.querySelectorAll("h1").length !== 1) faults.push("has not one title");
	if (document.querySelectorAll("main").length !== 1) faults.push("has not one main part");
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push("has two #" + id);
	for (const e of document.querySelectorAll("button, a, input, select, textarea, [role=img], [role=meter]")) {
		const named = e.getAttribute("aria-label") || e.innerText?.trim() || [...(e.labels ?? [])].some(l => l.innerText.trim());
		if (!named && e.offsetParent) faults.push("has something without a name: " + e.outerHTML.slice(0, 120));
		if (e.tabIndex > 0) faults.push("has an order of its own: " + e.outerHTML.slice(0, 120));
	}
	const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
	const rgb = s => s.match(/[\d.]+/g).map(Number);
	for (const e of document.querySelectorAll("main *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.offsetParent || e.closest(":disabled, .unseen, .chart, option")) continue;
		let under = e;
		while (under && (rgb(getComputedStyle(under).backgroundColor)[3] === 0)) under = under.parentElement;
		const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(rgb(getComputedStyle(under ?? document.body).backgroundColor).slice(0, 3));
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) faults.push("is hard to read (" + contrast.toFixed(1) + "): " + e.outerHTML.slice(0, 120));
	}
	return faults;
})()`
