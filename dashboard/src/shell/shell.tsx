/** What is around every page: the list of pages, the line at the top, keys, and what was just done. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { line } from "../api/live";
import { go, usePlace } from "../api/route";
import { useStore } from "../api/store";
import { Icon } from "../parts/icons";
import { ToldLine } from "../parts/told";
import { useClock } from "../parts/values";
import { Help } from "./help";
import { listenToKeys, useKeys } from "./keys";
import { Palette } from "./palette";
import { PAGES } from "./places";
import { theme, turnTheme } from "./theme";

const LINES = {
  wait: ["waits", "No answer to the request for changes yet"],
  live: ["live", "Changes show within a second"],
  lost: ["not live", "The line to the server is broken; it is tried again"],
} as const;

function isAt(path: string, page: string): boolean {
  return page === "/" ? path === "/" || path.startsWith("/sessions") : path.startsWith(page);
}

function Pages({ path, onGo }: { path: string; onGo: () => void }) {
  return (
    <nav aria-label="Pages">
      <ul>
        {PAGES.map((page) => (
          <li key={page.path}>
            <a href={page.path} aria-current={isAt(path, page.path) ? "page" : undefined} title={page.words} onClick={onGo}>
              {page.name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ThemeButton() {
  const now = useStore(theme);
  const sign = now === "light" ? "sun" : now === "dark" ? "moon" : "half";
  const words = now === "system" ? "as the system" : now;
  return (
    <button type="button" class="icon-button" onClick={turnTheme} aria-label={`Colours: ${words}`} title={`Colours: ${words}`}>
      <Icon name={sign} />
    </button>
  );
}

function Live() {
  const now = useStore(line);
  const [word, why] = LINES[now];
  return (
    <span class={`line ${now}`} title={why} role="status">
      <i aria-hidden="true" /> {word}
    </span>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = usePlace();
  const [open, setOpen] = useState<"palette" | "help" | "menu" | null>(null);
  useClock();
  // before it is painted: a key that follows at once must be heard
  useLayoutEffect(() => listenToKeys(), []);
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((now) => (now === "palette" ? null : "palette"));
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);
  useKeys([
    { key: "?", words: "this list", run: () => setOpen("help") },
    { key: "/", words: "search", run: () => (document.querySelector<HTMLInputElement>("[data-search]") ?? { focus: () => go("/search") }).focus() },
    { key: "\\", words: "light or dark", run: turnTheme },
    ...PAGES.map((page) => ({ key: `g ${page.key}`, words: page.name, run: () => go(page.path) })),
  ]);
  return (
    <div class={`shell ${open === "menu" ? "menu-open" : ""}`}>
      <a class="skip" href="#content">Skip to the content</a>
      <header class="top">
        <button type="button" class="icon-button menu-button" aria-label="Pages" aria-expanded={open === "menu"} onClick={() => setOpen(open === "menu" ? null : "menu")}>
          <Icon name="menu" />
        </button>
        <a class="brand" href="/"><img src="/icon.svg" alt="" width="20" height="20" /> agent-trace</a>
        <Live />
        <button type="button" class="button go" onClick={() => setOpen("palette")} aria-keyshortcuts="Meta+K Control+K">
          <Icon name="search" /> <span>Go to…</span> <kbd>⌘K</kbd>
        </button>
        <button type="button" class="icon-button" onClick={() => setOpen("help")} aria-label="Keys" title="Keys (?)">
          <b aria-hidden="true">?</b>
        </button>
        <ThemeButton />
      </header>
      <div class="side"><Pages path={path} onGo={() => setOpen(null)} /></div>
      <main id="content" tabIndex={-1}>{children}</main>
      <ToldLine />
      {open === "palette" && <Palette onClose={() => setOpen(null)} />}
      {open === "help" && <Help onClose={() => setOpen(null)} />}
    </div>
  );
}
