// Package sample holds the clip that a server without content of its own
// serves: 24 seconds of picture and sound in ASF packets of 1400 bytes, Windows
// Media Video 8 and Windows Media Audio 2. scripts/sample.sh makes it.
package sample

import _ "embed"

// Name is the file name under which the clip is served.
const Name = "welcome.wmv"

// Welcome is the clip, a whole ASF file. It is not to be written to.
//
//go:embed welcome.wmv
var Welcome []byte
