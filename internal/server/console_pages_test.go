package server

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"caracal/internal/config"
)

// consoleFile is the configuration of a console's test: some films, and a playlist as if
// live.
const consoleFile = `version: 1
state: state.json
data: data
access: {admin: ["group:admins"]}
reload: {watch: false}
points:
- {name: films, path: DIR/films}
- {name: evening, broadcast: {source: "playlist:DIR/evening.wsx"}}
`

// consoleServer is a server with a console and an account for it, and what its file says;
// settings are flags.
func consoleServer(t *testing.T, settings ...config.Setting) (w *written, file string) {
	t.Helper()
	dir := films(t, "films/one.wmv", "films/two.wmv", "films/three.wmv")
	write(t, dir, "evening.wsx", wsxOf(`<media src="films/one.wmv"/>`, `<media src="films/two.wmv"/>`, `<media src="films/three.wmv"/>`))
	file = strings.ReplaceAll(consoleFile, "DIR", dir)
	w = startWritten(t, file, settings...)
	if err := w.access.Accounts.Add(t.Context(), "admin", consolePassword, "admins"); err != nil {
		t.Fatal(err)
	}
	return w, file
}

// The console in a browser does what the API offers.
func TestConsoleInBrowser(t *testing.T) {
	w, file := consoleServer(t)
	s := w.Server
	b := browse(t, s)
	b.size(1280, 900, false)
	b.logIn()
	b.makeBroadcast()
	b.seeChartMove()
	b.endPlayer(s)
	b.editPlaylist()
	b.watchPreview()
	b.changeLimits(s)
	b.changeAccounts(s)
	b.changeAccess(s)
	b.publishAllKinds(s)
	b.checkConfiguration()
	b.reload(w, file)
	b.loseServer()
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
	b.do(chromedp.Focus(`//button[text()="End"]`, chromedp.BySearch), chromedp.KeyEvent(kb.Enter))
	b.see("End this player?")
	b.shoot("players-end")
	b.answer("End")
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
	b.settle()
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
