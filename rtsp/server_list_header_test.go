package rtsp_test

import (
	"bytes"
	"testing"
	"testing/synctest"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/rtsp"
)

// Who does not say that it knows EndOfStream is described a first entry of a list whose
// header does not say where its packets end: it may get more in the same timeline. Of a
// list of one entry, and of a film, it is told.
func TestHeaderForWhoKnowsNoOther(t *testing.T) {
	const known = "Supported: com.microsoft.wm.eosmsg"
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		s.PublishList("one", fronttest.Unpaced(), fronttest.ListItem{Clip: a})
		for _, test := range []struct {
			name  string
			words []string
			want  []byte
		}{
			{"list", []string{"User-Agent: WMPlayer/11.0.5721.5145", known}, a.Header},
			{"list", []string{"User-Agent: WMPlayer/9.0.0.2980", known}, a.Header},
			{"list", []string{"User-Agent: Lavf/59.27.100"}, asf.OpenEnded(a.Header)},
			{"list", []string{isGStreamer}, asf.OpenEnded(a.Header)},
			{"list", []string{"User-Agent: Stub/1.0"}, asf.OpenEnded(a.Header)},
			{"list", nil, asf.OpenEnded(a.Header)},
			{"one", []string{"User-Agent: Lavf/59.27.100"}, a.Header},
			{"one", []string{isGStreamer}, a.Header},
			{"clip.wmv", []string{"User-Agent: Lavf/59.27.100"}, shortClip().Header},
		} {
			sdp, err := rtsp.ParseSDP(s.connect().must("DESCRIBE", s.url(test.name), test.words...).Body)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(sdp.Header, test.want) {
				t.Errorf("%s for %q has another header", test.name, test.words)
			}
		}
	})
}
