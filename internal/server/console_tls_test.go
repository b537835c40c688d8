package server

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"caracal/internal/certtest"
	"caracal/internal/config"
)

// The console over TLS: the session's cookie goes over nothing else, and what streams
// to the page does.
func TestConsoleOverTLS(t *testing.T) {
	certificate, key := certtest.New(t, certtest.Options{}).Files(t)
	w, _ := consoleServer(t, config.Setting{Key: "admin.tls.certificate", Value: certificate, From: "--set"},
		config.Setting{Key: "admin.tls.key", Value: key, From: "--set"})
	b := browse(t, w.Server)
	b.logIn()
	b.see("evening")
	b.do(chromedp.Evaluate(`document.querySelector("summary").click()`, nil))
	b.see("Certificate " + certificate)
	b.shoot("tls")
	if list := w.apiServer().Certificates; len(list) != 1 || list[0].File != certificate || !list[0].NotAfter.After(w.started) {
		t.Errorf("the certificates are %v", list)
	}
	var cookies []*network.Cookie
	b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		cookies, err = network.GetCookies().Do(ctx)
		return err
	}))
	if len(cookies) == 0 {
		t.Error("there is no session")
	}
	for _, c := range cookies {
		if !c.Secure || !c.HTTPOnly {
			t.Errorf("cookie %s: Secure %t, HttpOnly %t", c.Name, c.Secure, c.HTTPOnly)
		}
	}
	for _, fault := range b.faults() {
		t.Error(fault)
	}
}
