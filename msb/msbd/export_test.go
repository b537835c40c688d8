package msbd

// Times that tests wait for.
const (
	PingTime  = pingTime
	LeaveTime = leaveTime
	TurnGrace = turnGrace
	Silence   = clientSilence
	Answer    = clientAnswerTimeout
)

// MaxGap is the largest gap that is believed.
const MaxGap = maxGap
