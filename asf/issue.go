package asf

import "fmt"

// Severity ranks what was found about a file.
type Severity uint8

// Info is worth knowing; at a Warning some players misbehave; at an Error some
// or all of the file cannot be played.
const (
	Info Severity = iota
	Warning
	Error
)

// String gives a lower-case word.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	}
	return "error"
}

// Issue is something about a file that a player would dislike, in plain words.
type Issue struct {
	Severity Severity
	Code     string // short and stable, such as "preroll-zero"
	Text     string
}

func (i Issue) String() string { return fmt.Sprintf("%s: %s (%s)", i.Severity, i.Text, i.Code) }

// issueList gathers issues.
type issueList []Issue

func (l *issueList) add(s Severity, code, format string, args ...any) {
	*l = append(*l, Issue{s, code, fmt.Sprintf(format, args...)})
}
