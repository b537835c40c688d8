package rtsp

import (
	"errors"
	"testing"
	"testing/synctest"

	"caracal/internal/head"
	"caracal/internal/memnet"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// A cache asks as the one of [MS-RTSP] 2.2.7.4 does, and says for whom.
func TestClientContentInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := startFake(t, memnet.New())
		f.answers[MethodGetParameter] = func(r *Request) *Response {
			resp := r.Answer(200)
			resp.Add("Server", "WMServer/9.1.1.3814")
			resp.Add("Cache-Control", "must-revalidate, proxy-revalidate, max-age=86399")
			resp.Add("Cache-Control", `x-wms-content-size=23180160, x-wms-event-subscription="remote-log"`)
			resp.Add("ETag", `"{1}"`)
			resp.Add("Last-Modified", "Fri, 30 Jun 2000 09:37:24 GMT")
			resp.Add("Via", "RTSP/1.0 upstream")
			return resp
		}
		c := f.client()
		c.Agent, c.Schemes = "WMCacheProxy/9.0.0.3191", "Negotiate, NTLM, Digest"
		c.Proxy = &pull.Proxy{Name: "edge", Via: []string{"HTTP/1.1 a"}, ClientAgent: "NSPlayer/11.0", ClientVerb: "GET", MaxForwards: 5}
		info, err := c.ContentInfo(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		if !info.Control.MayStore() || !info.Control.Subscribes("remote-log") || info.Control.ContentSize != 23180160 ||
			info.ETag != `"{1}"` || info.Modified().IsZero() || len(info.Via) != 1 {
			t.Errorf("%+v", info)
		}
		r := f.last(MethodGetParameter)
		if r.Kind != GetContentInfo || string(r.Body) != "\x00" || !r.Agent.Is(pull.ProxyToken) || r.Agent.GUID == "" {
			t.Errorf("%v %q of %s", r.Kind, r.Body, r.Agent.Raw)
		}
		for name, want := range map[string]string{
			"Via": "HTTP/1.1 a, RTSP/1.0 edge (WMCacheProxy/9.0.0.3191)", "Max-Forwards": "4",
			"X-Proxy-Client-Agent": "NSPlayer/11.0", "X-Proxy-Client-Verb": "GET",
			"X-Accept-Authentication": c.Schemes, "X-Accept-Proxy-Authentication": c.Schemes,
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	})
}

func TestClientProxyDescribesAndSendsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := startFake(t, memnet.New())
		c := f.client()
		c.Proxy = &pull.Proxy{}
		d, err := c.Describe(t.Context(), fakeURL)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		r := f.last(MethodDescribe)
		if !r.Supported.Has(head.FeatureLocID) || r.Header.Has("X-Proxy-Client-Agent") || !r.Agent.Is(pull.ProxyToken) {
			t.Errorf("%v", r.Header)
		}
		if err := c.SendEvent(t.Context(), fakeURL, remote.NewLog("NSPlayer/11.0", "{1}", fakeURL, "<XML/>")); err != nil {
			t.Fatal(err)
		}
		r = f.last(MethodSetParameter)
		if e, err := remote.Parse(r.Body); err != nil || r.Kind != SendEvent || e.RenderingLog() != "<XML/>" {
			t.Errorf("%v %+v, %v", r.Kind, e, err)
		}
	})
}

// A 305 names a proxy, which is asked for the same URL; a second one is too many.
func TestClientIsSentToAProxyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := startFake(t, memnet.New())
		asked, most := 0, 1
		f.answers[MethodGetParameter] = func(r *Request) *Response {
			if asked++; asked > most {
				return nil
			}
			resp := r.Answer(305)
			resp.Add("Location", "rtsp://192.0.2.1:9554/")
			return resp
		}
		c := f.client()
		if info, err := c.ContentInfo(t.Context(), fakeURL); err != nil || info.URL != fakeURL || asked != 2 {
			t.Errorf("%+v, %v after %d", info, err, asked)
		}
		if got := f.last(MethodGetParameter).Target.Raw; got != fakeURL {
			t.Errorf("the proxy was asked for %s", got)
		}
		asked, most = 0, 9
		var refused *StatusError
		if _, err := c.ContentInfo(t.Context(), fakeURL); !errors.As(err, &refused) || asked != 2 {
			t.Errorf("%v after %d", err, asked)
		}
	})
}
