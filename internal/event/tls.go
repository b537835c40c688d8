package event

import "time"

// HandshakeFailed says that a connection did not become one of TLS.
type HandshakeFailed struct {
	Player Player
	Class  string // what it is counted as, one of few: "version", "timeout" ...
	Reason string
}

// CertificateLoaded says that a listener's certificate was taken up in another's place.
type CertificateLoaded struct {
	File     string
	NotAfter time.Time
}

// CertificateFailed says that the files of a certificate have changed and cannot be
// used: the one before stays.
type CertificateFailed struct {
	File string
	Err  error
}

func (HandshakeFailed) isEvent()   {}
func (CertificateLoaded) isEvent() {}
func (CertificateFailed) isEvent() {}
