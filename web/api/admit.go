package api

import "net/http"

// Admit says who asks, for what the console shows beside the API. It has answered if
// there is an error.
func (a *API) Admit(w http.ResponseWriter, r *http.Request) (Identity, error) {
	c := &call{API: a, w: w, r: r}
	err := c.admit(&route{})
	if err != nil {
		writeError(w, err)
	}
	return c.who, err
}
