package proxy

// report is a remote event for the origin, [MS-WMSP] 2.2.5.
type report struct {
	kind int // 28 remote-open, 29 remote-close, 30 remote-log
	log  string
	user string // User-Agent of the player
	guid string // its own id
}
