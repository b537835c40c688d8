package session

import "errors"

// ErrEnded is why a session ends that somebody who looks after the server has ended.
var ErrEnded = errors.New("session: ended by the administrator")
