package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const consolePassword = "correct horse"

// browser is a headless Chromium with the console open.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu    sync.Mutex
	wrong []string // what the page did that it must not
}

// browse opens the console of a server.
func browse(t *testing.T, s *Server) *browser {
	t.Helper()
	secure := s.AdminScheme() == "https"
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // Chromium has none for root
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.WindowSize(1280, 900), chromedp.Flag("ignore-certificate-errors", secure))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf)) // of events that Chromium is newer than the library for
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 20*patience)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, base: s.AdminScheme() + "://" + s.AdminAddr().String()}
	chromedp.ListenTarget(ctx, b.hear)
	if err := chromedp.Run(ctx); err != nil { // the browser ends with the context of the first
		t.Fatal("Chromium does not start: ", err)
	}
	b.do(network.Enable(), log.Enable(), chromedp.Navigate(b.base+"/"))
	return b
}

// hear notes exceptions, what the policy refused, complaints and requests to elsewhere.
func (b *browser) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, "exception: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning || e.Type == runtime.APITypeAssert {
			b.wrong = append(b.wrong, fmt.Sprintf("the page complains: %s", e.Args[0].Value))
		}
	case *log.EventEntryAdded: // of the network are answers that a page asks for to be refused
		if e.Entry.Source == log.SourceSecurity || strings.Contains(e.Entry.Text, "Content Security Policy") ||
			e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork {
			b.wrong = append(b.wrong, "refused: "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		own := strings.HasPrefix(e.Request.URL, b.base+"/") || strings.HasPrefix(e.Request.URL, "data:") // Chromium's own buttons of a video
		if !own {
			b.wrong = append(b.wrong, "asked elsewhere: "+e.Request.URL)
		}
	}
}

func (b *browser) faults() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wrong
}

func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.shoot("failed")
		b.t.Fatal(err)
	}
}

// wait returns when an expression of the page is true.
func (b *browser) wait(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(0))); err != nil {
		b.shoot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// see waits for a text on the page.
func (b *browser) see(text string) {
	b.t.Helper()
	b.wait(fmt.Sprintf("the page does not show %q", text), fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// press clicks the button or link that shows a text, or is labelled so, when the page
// stands still.
func (b *browser) press(text string) {
	b.t.Helper()
	b.settle()
	quoted := fmt.Sprintf("%q", text)
	x := `//*[self::button or self::a or self::label][normalize-space()=` + quoted + ` or @aria-label=` + quoted + ` or .//strong[text()=` + quoted + `]]`
	b.do(chromedp.Click(x, chromedp.BySearch, chromedp.NodeVisible))
}

// fill types into the field with a label.
func (b *browser) fill(label, text string) {
	b.t.Helper()
	x := fmt.Sprintf(`//div[contains(@class,"field")][label[text()=%q]]//*[self::input or self::textarea]`, label)
	b.do(chromedp.SendKeys(x, text, chromedp.BySearch, chromedp.NodeVisible))
}

// refill types into the field with a label in the place of what it has.
func (b *browser) refill(label, text string) {
	b.t.Helper()
	x := fmt.Sprintf(`//div[contains(@class,"field")][label[text()=%q]]//*[self::input or self::textarea]`, label)
	b.do(chromedp.Focus(x, chromedp.BySearch, chromedp.NodeVisible), chromedp.Evaluate(`document.activeElement.select()`, nil),
		chromedp.KeyEvent(kb.Delete), chromedp.SendKeys(x, text, chromedp.BySearch))
}

// choose chooses what begins with a text in the list with a label, as by the keyboard.
func (b *browser) choose(label, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(fmt.Sprintf(`//div[contains(@class,"field")][label[text()=%q]]//select`, label), text, chromedp.BySearch, chromedp.NodeVisible))
}

// answer presses a button of the dialog that is open, which closes it.
func (b *browser) answer(text string) {
	b.t.Helper()
	b.settle()
	b.do(chromedp.Click(fmt.Sprintf(`//dialog//button[text()=%q]`, text), chromedp.BySearch, chromedp.NodeVisible))
	b.wait("the dialog stays", `document.querySelector("dialog") === null`)
}

// open goes to a page of the console.
func (b *browser) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + "/#" + address))
}

func (b *browser) size(width, height int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.do(emulation.SetDeviceMetricsOverride(width, height, 1, width < 500),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// shoot keeps a picture of the page among the test's artefacts.
func (b *browser) shoot(name string) {
	b.t.Helper()
	var png []byte
	if err := chromedp.Run(b.ctx, chromedp.FullScreenshot(&png, 100)); err != nil {
		b.t.Errorf("picture of %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), png, 0o644); err != nil {
		b.t.Error(err)
	}
}

// evaluate returns what an expression of the page gives.
func evaluate[T any](b *browser, expression string) (v T) {
	b.t.Helper()
	b.do(chromedp.Evaluate(expression, &v))
	return v
}

// logIn passes the first page.
func (b *browser) logIn() {
	b.t.Helper()
	b.fill("Account", "admin")
	b.fill("Password", "wrong")
	b.press("Log in")
	b.see("The name or the password is wrong.")
	b.settle()
	b.shoot("login-wrong")
	b.refill("Password", consolePassword)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.see("Players now")
}

// settle returns when all of a page has been read and drawn.
func (b *browser) settle() {
	b.t.Helper()
	b.drawn()
	b.wait("the page still reads", `document.fonts.status === "loaded" &&
		document.querySelector(".loading, .button[aria-busy=true], [data-asking]") === null`)
	b.drawn()
}

// drawn returns when what is to be seen is, and nothing moves any more.
func (b *browser) drawn() {
	b.t.Helper()
	var done bool
	b.do(chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
		.then(() => Promise.allSettled(document.getAnimations().map(a => a.finished))).then(() => true)`, &done, awaited))
}

// awaited has Evaluate wait for what a promise gives.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
