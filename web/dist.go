// Package web holds the built page, so that the gateway serves it without Node.js on the machine. The sources are in
// src; "npm ci && npm run build" makes dist again, byte for byte.
package web

import "embed"

// Dist is the built page: dist/index.html and what it references.
//
//go:embed all:dist
var Dist embed.FS
