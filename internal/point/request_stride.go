package point

import (
	"math"
	"slices"

	"caracal/asf"
	"caracal/internal/pace"
)

// prepareStride lays out the key frames that a fast forward or rewind shows.
func prepareStride(e Entry, r Request, s Start, video uint8) (Start, error) {
	points, err := e.CleanPoints(video)
	if err == nil && len(points) == 0 {
		err = asf.ErrNoCleanPoint
	}
	if err != nil {
		return s, err
	}
	from, err := stridePoint(e, r, video, points)
	if err != nil {
		return s, err
	}
	s.Rate, s.Speed = r.Rate, 1
	s.Schedule = pace.Schedule{Rate: math.Abs(r.Rate)}
	s.points, s.stream, s.index = points, video, from
	s.Packet = points[from].Packet
	return s, nil
}

func stridePoint(e Entry, r Request, video uint8, points []asf.CleanPoint) (int, error) {
	if r.Position.By == ByStart {
		if r.Rate < 0 {
			return len(points) - 1, nil
		}
		return 0, nil
	}
	n, _, err := locate(e, r.Position, video)
	if err != nil {
		return 0, err
	}
	i, found := slices.BinarySearchFunc(points, n, func(c asf.CleanPoint, n int64) int {
		return int(min(max(c.Packet-n, -1), 1))
	})
	if !found && (r.Rate < 0 || i == len(points)) {
		i--
	}
	return max(i, 0), nil
}
