import { defineConfig, type Plugin } from "vite";

/** In a page, `<!--` before `<script` would turn the rest of it into something that no browser runs: it is written another way. */
const inPage: Plugin = {
  name: "in-page",
  generateBundle(_, bundle) {
    for (const one of Object.values(bundle)) if (one.type === "chunk") one.code = one.code.replaceAll("<!--", "\\x3c!--");
  },
};

/** The viewer alone, in one script and one style: what a shared file carries. */
export default defineConfig({
  publicDir: false,
  plugins: [inPage],
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "../src/agent_trace/web/static",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    lib: { entry: "src/replay/file.tsx", name: "agentTraceViewer", formats: ["iife"], fileName: () => "viewer.js", cssFileName: "viewer" },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
