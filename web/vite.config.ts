import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The gateway embeds what this builds, and the result is committed: the same sources must give the same bytes on every
// machine. File names carry a hash of the content alone, there are no source maps (they hold paths), and nothing
// depends on the time of the build.
export default defineConfig({
  plugins: [react()],
  base: "./",
  build: {
    target: "es2022",
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  server: {
    // A gateway that runs already: FUNDTRACE_URL=http://127.0.0.1:8080 npm run dev
    proxy: { "/api": { target: process.env["FUNDTRACE_URL"] ?? "http://127.0.0.1:8080" } },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
