package server

import "caracal/internal/oplog"

// SetLogLevel has the operator's log say more or less from now on: debug, info, warn or
// error.
func (s *Server) SetLogLevel(level string) error {
	if err := oplog.SetLevel(s.log, level); err != nil {
		return err
	}
	s.log.Info("the level of the log has changed", "to", level)
	return nil
}

// LogLevel is the level from which the operator's log says something; "" if its logger
// has none that can be told.
func (s *Server) LogLevel() string { return oplog.Level(s.log) }
