// Package lint pins the linter that CI builds from the Go module proxy.
package lint
