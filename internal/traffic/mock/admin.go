package mock

import (
	"net/http"

	"conformance/internal/server"
)

// adminPath begins the paths that the mock itself answers.
const adminPath = "/__conformance/"

// health is the answer of GET /__conformance/health.
type health struct {
	Status       string `json:"status"`
	Interactions int    `json:"interactions"`
	Answered     int64  `json:"answered"`
	Unmatched    int    `json:"unmatched"`
}

// unmatchedList is the answer of GET /__conformance/unmatched.
type unmatchedList struct {
	// Total counts all requests that found no answer; Requests has the last 100 of them.
	Total    int                `json:"total"`
	Requests []unmatchedRequest `json:"requests"`
}

// adminHandler answers what is asked of the mock and not of the server that it stands in for.
func (m *Mock) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+adminPath+"health", func(w http.ResponseWriter, _ *http.Request) {
		total, _ := m.unmatched.list()
		server.WriteJSON(w, http.StatusOK, health{Status: "ok", Interactions: m.recording.Len(), Answered: m.answered.Load(), Unmatched: total})
	})
	mux.HandleFunc("GET "+adminPath+"unmatched", func(w http.ResponseWriter, _ *http.Request) {
		total, requests := m.unmatched.list()
		server.WriteJSON(w, http.StatusOK, unmatchedList{Total: total, Requests: requests})
	})
	mux.HandleFunc("POST "+adminPath+"reset", func(w http.ResponseWriter, _ *http.Request) {
		m.reset()
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}
