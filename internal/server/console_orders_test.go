package server

import (
	"strconv"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"caracal/internal/auth"
)

// changeLimits gives a limit another value, a wrong one first, and takes that back.
func (b *browser) changeLimits(s *Server) {
	b.t.Helper()
	b.open("/limits")
	b.press("Change limits.players")
	b.refill("Allowed", "many")
	b.press("Save")
	b.see("is not a whole number")
	b.shoot("limits-wrong")
	b.refill("Allowed", "5")
	b.answer("Save")
	b.see("5 players")
	b.see("configuration: none")
	if got := s.published.configuration().Limits.Players; got != 5 {
		b.t.Errorf("the server allows %d players", got)
	}
	b.shoot("limits-changed")
	b.press("Change limits.players")
	b.answer("As in the configuration: none")
	b.wait("it is still said to be changed", `!document.body.innerText.includes("configuration: none")`)
	if got := s.published.configuration().Limits.Players; got != 0 {
		b.t.Errorf("the server allows %d players", got)
	}
}

// changeAccounts makes an account, changes it, and removes it with the keyboard.
func (b *browser) changeAccounts(s *Server) {
	b.t.Helper()
	b.open("/accounts")
	b.press("Add an account")
	b.fill("Name", "ann")
	b.fill("Password", "short")
	b.press("Add")
	b.see("too short")
	b.shoot("accounts-wrong")
	b.refill("Password", "ann has a password")
	b.fill("Groups", "friends, night shift")
	b.answer("Add")
	b.see("friends, night shift")
	b.press("Groups of ann")
	b.refill("Groups", "friends")
	b.answer("Save")
	b.wait("the groups are as they were", `!document.body.innerText.includes("night shift")`)
	b.press("Password of ann")
	b.fill("Password", "another for ann")
	b.fill("The same again", "another for anna")
	b.press("Save")
	b.see("The two are not the same.")
	b.refill("The same again", "another for ann")
	b.answer("Save")
	if _, err := s.access.Guard.Login(b.ctx, auth.Ask{Right: auth.Play}, "ann", "another for ann"); err != nil {
		b.t.Errorf("ann has another password: %v", err)
	}
	b.removeByKeyboard("ann")
	b.wait("ann is still there", `[...document.querySelectorAll("tbody tr")].every(r => !r.innerText.includes("ann\n"))`)
	if _, err := s.access.Accounts.Get(b.ctx, "ann"); err == nil {
		b.t.Error("ann is still there")
	}
}

// removeByKeyboard opens the dialog, leaves it with Escape, and comes back to its button.
func (b *browser) removeByKeyboard(name string) {
	b.t.Helper()
	b.settle() // it has the account as it was changed
	button := `button[aria-label="Remove ` + name + `"]`
	b.do(chromedp.Focus(button, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	b.see("Remove " + name + "?")
	b.sound("the dialog")
	b.shoot("accounts-remove")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.wait("Escape does not close the dialog", `document.querySelector("dialog") === null`)
	b.wait("the focus is not where it was", `document.activeElement === document.querySelector(`+strconv.Quote(button)+`)`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.see("Remove " + name + "?")
	b.do(chromedp.Focus("dialog button[type=submit]", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	b.wait("the dialog stays", `document.querySelector("dialog") === null`)
}

// changeAccess closes a point to all but a group, while it goes on.
func (b *browser) changeAccess(s *Server) {
	b.t.Helper()
	there := s.pointNamed("films")
	b.open("/points/films/access")
	b.choose("Who may play", "Only these")
	b.fill("Who may play: these", "group:friends")
	b.fill("Bandwidth of one player", "slow")
	b.press("Save")
	b.see("is not a bandwidth")
	b.refill("Bandwidth of one player", "5M")
	b.press("Save")
	b.see("Saved. It holds already.")
	b.shoot("access-saved")
	if s.pointNamed("films") != there || !there.Guarded.Load() {
		b.t.Error("the point was started anew, or is open")
	}
	b.open("/limits")
	b.see("5 Mbit/s")
	b.open("/points/films/access")
	b.choose("Who may play", "As the server")
	b.press("Save")
	b.see("Saved. It holds already.")
	if there.Guarded.Load() {
		b.t.Error("the point is not open")
	}
}

// publishAllKinds goes through the wizard for what is no broadcast of a test picture.
func (b *browser) publishAllKinds(s *Server) {
	b.t.Helper()
	for _, kind := range []struct {
		button, name string
		from, more   func()
	}{
		{"Multicast", "group", func() { b.press("An encoder sends it") }, func() {
			b.refill("Group", "239.255.77.8")
			b.refill("UDP port", strconv.Itoa(freePort(b.t)))
			b.refill("Interface", "127.0.0.1")
		}},
		{"Redirect", "moved", func() { b.fill("URL", "http://other.example/film.wmv") }, func() {}},
		{"Proxy", "far", func() { b.fill("URL of the other server", "http://127.0.0.1:9/films") }, func() {}},
	} {
		b.open("/new")
		b.press(kind.button)
		b.press("Next")
		b.see("Step 2 of 4")
		kind.from()
		b.press("Next")
		b.see("Step 3 of 4")
		b.fill("Name", kind.name)
		kind.more()
		b.shoot("wizard-" + kind.name)
		b.press("Next")
		b.see("Step 4 of 4")
		b.press("Publish")
		b.wait(kind.name+" has no page", `location.hash === "#/points/`+kind.name+`"`)
		b.wait(kind.name+" is not shown", `document.querySelector("h1 + .badge") !== null`)
		if s.pointNamed(kind.name) == nil {
			b.t.Errorf("%s is not published", kind.name)
		}
		b.settle()
		b.shoot("point-" + kind.name)
	}
	if m := s.multicastNamed("group"); m == nil {
		b.t.Error("the multicast is sent to no group")
	}
}

// checkConfiguration has the server look at a text with a mistake.
func (b *browser) checkConfiguration() {
	b.t.Helper()
	b.open("/configuration")
	b.fill("Configuration", "version: 1\npints: []\n")
	b.press("Check")
	b.see("Line 2:")
	b.see("did you mean \"points\"")
	b.shoot("configuration-wrong")
	b.refill("Configuration", "version: 1\n")
	b.press("Check")
	b.see("Nothing is wrong with it.")
}

// reload has the server read a file with a mistake, which changes nothing, and then one that
// changes something at once and something with a restart.
func (b *browser) reload(w *written, file string) {
	b.t.Helper()
	b.open("/configuration")
	w.write("version: 1\npints: []\n")
	b.press("Reload the file")
	b.see("The file is wrong: all stays as it was")
	b.see("Line 2:")
	b.shoot("reload-wrong")
	w.write(file + "limits: {players: 99}\nhttp: {max_connections: 77}\n")
	b.press("Reload the file")
	b.see("2 keys have changed")
	b.see("1 change holds at once")
	b.see("1 change wants a restart of the server")
	b.settle()
	b.sound("the reload")
	b.shoot("reload")
	if got := w.published.configuration().Limits.Players; got != 99 {
		b.t.Errorf("the server allows %d players", got)
	}
	b.press("Reload the file")
	b.see("1 key has changed") // which still waits
}

// loseServer has the page be without a server for a while: it says so, and goes on by
// itself.
func (b *browser) loseServer() {
	b.t.Helper()
	offline := func(yes bool) chromedp.Action {
		return network.EmulateNetworkConditions(yes, 0, -1, -1)
	}
	b.open("/points")
	b.see("films")
	b.do(offline(true))
	b.see("The server does not answer.")
	b.see("films") // what was read stays
	b.shoot("server-gone")
	b.sound("without a server")
	b.open("/limits")
	b.do(offline(false))
	b.wait("it does not come back", `!document.body.innerText.includes("The server does not answer.")`)
	b.see("limits.players")
}
