package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
)

var version = "unknown"

func main() {
	listen := flag.String("listen", ":8000", "the address to listen on")
	flag.Parse()
	router := chi.NewRouter()
	router.Get("/health", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"status": "ok", "version": %q}`, version)
	})
	router.Post("/orders", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, uuid.NewString())
	})
	log.Fatal(http.ListenAndServe(*listen, router))
}
