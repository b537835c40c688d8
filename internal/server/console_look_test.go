package server

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lookEverywhere opens each page in each size and colour.
func (b *browser) lookEverywhere() {
	b.t.Helper()
	pages := []struct{ name, address, has string }{
		{"points", "/points", "films"}, {"live", "/points/test", "Bit rate, last 5 minutes"}, {"playlist", "/points/evening/playlist", "three.wmv"},
		{"preview", "/points/films/preview", "Play"}, {"links", "/points/films/links", "Copy"}, {"header", "/points/films/header", "Streams"},
		{"definition", "/points/test/definition", "Save"}, {"access", "/points/films/access", "Who may play"}, {"players", "/players", "Nobody"}, {"accounts", "/accounts", "Accounts"},
		{"limits", "/limits", "limits.players"}, {"log", "/log", "New entries appear"}, {"configuration", "/configuration", "In force"}, {"new", "/new", "Step 1"},
	}
	for _, dark := range []bool{false, true} {
		for _, width := range []int64{1280, 360} {
			b.size(width, 900, dark)
			for _, p := range pages {
				b.open(p.address)
				b.see(p.has)
				b.settle()
				b.shoot(p.name + map[bool]string{true: "-dark", false: "-light"}[dark] + map[bool]string{true: "-360", false: "-1280"}[width == 360])
				b.sound(p.name)
				if !dark {
					b.walk(p.name)
				}
			}
		}
	}
	b.size(1280, 900, false)
}

// sound checks what a page has to be for the keyboard, readers of screens and phones.
func (b *browser) sound(page string) {
	b.t.Helper()
	b.drawn()
	for _, fault := range evaluate[[]string](b, soundness) {
		b.t.Errorf("%s: %s", page, fault)
	}
}

// walk goes over a page with the tab key alone: it comes to all that can be used, in the
// order of the page, and each shows that it has the focus.
func (b *browser) walk(page string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(fromTop, nil))
	const most = 400
	for range most {
		b.do(chromedp.KeyEvent(kb.Tab))
		fault := evaluate[string](b, step)
		if fault == "over" {
			break
		}
		if fault != "" {
			b.t.Errorf("%s: %s", page, fault)
		}
	}
	for _, missed := range evaluate[[]string](b, walked) {
		b.t.Errorf("%s: the tab key never comes to %s", page, missed)
	}
}

// fromTop has the next tab key come to the first of a page.
const fromTop = `(() => {
	document.querySelectorAll("[data-walked]").forEach(e => delete e.dataset.walked);
	const top = document.createElement("span");
	top.tabIndex = -1;
	document.body.prepend(top);
	top.focus();
	top.remove();
})()`

// step looks at what has the focus.
const step = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body || e.dataset.walked) return "over";
	e.dataset.walked = "yes";
	const drawn = e.closest(".choice") ?? e, style = getComputedStyle(drawn), box = drawn.getBoundingClientRect();
	if (style.outlineStyle === "none" || !(parseFloat(style.outlineWidth) > 0)) return "shows no focus: " + e.outerHTML.slice(0, 120);
	if (box.bottom < 0 || box.top > innerHeight) return "has the focus out of sight: " + e.outerHTML.slice(0, 120);
	return "";
})()`

// walked is what step has not come to, though it can be used. Of the choices of one group
// the keyboard comes to one.
const walked = `(() => {
	const groups = new Set([...document.querySelectorAll("input[type=radio][data-walked]")].map(e => e.name));
	return [...document.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary")]
		.filter(e => e.checkVisibility() && !e.dataset.walked && !(e.type === "radio" && groups.has(e.name)))
		.map(e => e.outerHTML.slice(0, 120));
})()`

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
	for (const e of document.querySelectorAll("#app *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.offsetParent || e.closest(":disabled, .unseen, .chart, option")) continue;
		let under = e;
		while (under && (rgb(getComputedStyle(under).backgroundColor)[3] === 0)) under = under.parentElement;
		const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(rgb(getComputedStyle(under ?? document.body).backgroundColor).slice(0, 3));
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) faults.push("is hard to read (" + contrast.toFixed(1) + "): " + e.outerHTML.slice(0, 120));
	}
	return faults;
})()`
