// Package software says which program computed a result.
package software

import (
	"runtime/debug"
	"strings"
)

// Version answers the version of the program, as the build recorded it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "fundtrace"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (version == "" || version == "(devel)") {
			version = s.Value
		}
	}
	return strings.TrimSpace("fundtrace " + version)
}
