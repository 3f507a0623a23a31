import { defineConfig } from "vite";

/** Where a server runs while the dashboard is developed. */
const server = "http://127.0.0.1:3100";

export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/agent_trace/web/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { host: "127.0.0.1", proxy: { "/api": { target: server }, "/openapi.json": { target: server } } },
});
