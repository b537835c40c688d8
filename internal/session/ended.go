package session

import "errors"

// ErrByAdministrator is why a session ends that somebody who looks after the server has ended.
var ErrByAdministrator = errors.New("session: ended by the administrator")
