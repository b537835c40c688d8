package point

// Create publishes p, unless its name is taken.
func (r *Registry) Create(p *Point) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.points[p.Name] != nil {
		return false
	}
	r.points[p.Name] = p
	return true
}

// Remove ends what Create began. Players that play p already go on with it.
func (r *Registry) Remove(p *Point) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.points[p.Name] == p {
		delete(r.points, p.Name)
	}
}
