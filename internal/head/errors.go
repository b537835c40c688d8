package head

import "fmt"

// SyntaxError says that a message cannot be used. A server answers a request
// with Status. If it is the head that cannot be read, the connection has to be
// closed then: what follows in the input has no meaning any more.
type SyntaxError struct {
	Status int    // 4xx or 5xx
	Text   string // for the operator; nothing of the input is in it
}

// NewSyntaxError is for faults that a protocol finds beyond those of this
// package.
func NewSyntaxError(status int, text string) *SyntaxError {
	return &SyntaxError{Status: status, Text: text}
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("head: %s (answer %d)", e.Text, e.Status)
}

// Statuses that both protocols have.
const (
	statusBadRequest    = 400
	statusTargetTooLong = 414
)
