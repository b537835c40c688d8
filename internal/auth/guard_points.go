package auth

import "maps"

// SetPoints says what holds for all points at once; those that are not there have nothing
// of their own.
func (g *Guard) SetPoints(points map[string]*Rules) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := maps.Clone(points)
	maps.DeleteFunc(all, func(_ string, r *Rules) bool { return r == nil })
	g.points.Store(&all)
}
