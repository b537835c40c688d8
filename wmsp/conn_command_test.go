package wmsp

import (
	"testing"

	"caracal/internal/point"
)

// A response that begins a body has to end it when the stream is gone.
func TestSelectAfterTheEndEndsItsBody(t *testing.T) {
	benchSender(t, true, nil, func(s *sender, w *swallow, start point.Start) {
		s.stream = nil
		w.bytes = 0
		head := []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		s.selectStreams(choice{}, head, nil)
		if want := len(head) + len(lastChunk); w.bytes != want {
			t.Errorf("%d bytes, want %d", w.bytes, want)
		}
	})
}
