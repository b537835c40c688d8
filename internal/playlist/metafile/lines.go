package metafile

import (
	"iter"
	"strconv"
	"strings"

	"caracal/internal/playlist/markup"
)

// start is where what is missing in a file is told of.
var start = markup.Pos{Line: 1, Column: 1}

// lines gives the lines of a text that are not empty, with their numbers.
func lines(text string) iter.Seq2[markup.Pos, string] {
	return func(yield func(markup.Pos, string) bool) {
		n := 0
		for s := range strings.SplitSeq(text, "\n") {
			n++
			if s = strings.TrimSpace(s); s != "" && !yield(markup.Pos{Line: n, Column: 1}, s) {
				return
			}
		}
	}
}

// numbered splits a key such as "Ref1" or "File12" behind its name.
func numbered(key, name string) (n int, ok bool) {
	if len(key) <= len(name) || !equalFold(key[:len(name)], name) {
		return 0, false
	}
	n, err := strconv.Atoi(key[len(name):])
	return n, err == nil && n >= 0
}
