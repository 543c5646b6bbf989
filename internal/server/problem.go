package server

import (
	"encoding/json"
	"net/http"
)

// Problem is the body of an answer that is the server's own, and not one of the API that it stands
// in for or before.
type Problem struct {
	// Error is the problem in a few words, for programs.
	Error string `json:"error"`
	// Message is one sentence.
	Message string `json:"message"`
}

// WriteJSON answers with a value as JSON. That the client may be gone is no error.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
}
