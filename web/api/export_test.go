package api

// Route is a route, for the tests that compare it with the document.
type Route struct{ Method, Path, Query string }

// Routes are all.
func Routes() (list []Route) {
	for _, r := range routes() {
		list = append(list, Route{r.method, r.path, r.query})
	}
	return list
}
