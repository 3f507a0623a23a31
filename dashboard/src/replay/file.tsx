/** A session in one file: finds the data in the page, and shows them in place of the summary. */
import { render } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { tellAgents } from "../api/agents";
import { store, useStore } from "../api/store";
import type { Passage, Shared } from "../model/replay";
import { count, many } from "../model/counts";
import { shortId, title } from "../model/words";
import { Icon } from "../parts/icons";
import { ToldLine } from "../parts/told";
import { useClock } from "../parts/values";
import { Help } from "../shell/help";
import { listenToKeys, useKeys } from "../shell/keys";
import { applyTheme, theme, turnTheme } from "../shell/theme";
import "../style/tokens.css";
import "../style/shell.css";
import "../style/parts.css";
import "../style/tables.css";
import "../style/pages.css";
import "../style/replay.css";
import "../style/file.css";
import "../style/print.css";
import { anchor, anchored, filed, type Source, unpacked } from "./source";
import { Viewer } from "./viewer";

const here = store(anchored(location.hash));

/** Kinds of what is masked, where their own words do not say it: as the page without scripts has them (`reports/_shared.py`). */
const WHO: Readonly<Record<string, string>> = { home: "home folder", user: "account name", host: "machine name", email: "e-mail address" };

/** What was taken out before the file was made. */
export function maskedWords(passage: Passage): string {
  if (!passage.redacted) return "nothing: look at it before you hand it to anybody";
  const all = Object.entries(passage.masked);
  return all.length ? all.map(([kind, number]) => `${count(number)} × ${WHO[kind] ?? kind.toLowerCase().replaceAll("_", " ")}`).join(", ") : "nothing had to be masked";
}

function Masked({ of }: { of: Passage }) {
  const whole = Object.values(of.masked).reduce((sum, one) => sum + one, 0);
  const left = [!of.images && "images", !of.raw && "raw records", !of.full && "the middle of long texts"].filter(Boolean).join(", ");
  return (
    <details class="passage">
      <summary>{of.redacted ? `${many(whole, "value")} masked` : "not masked"}</summary>
      <div class="sheet"><p>In this file: {of.holds}.</p><p>Masked in it: {maskedWords(of)}.</p>{left && <p class="ink2">Left out: {left}.</p>}</div>
    </details>
  );
}

/** The session that an address names, else the first. */
function shownOf(shared: Shared, source: Source, session: string): string {
  return session && source.canOpen(session) ? session : shared.root;
}

function File({ shared, source }: { shared: Shared; source: Source }) {
  const at = useStore(here);
  const { session } = at;
  const [help, setHelp] = useState(false);
  const now = useStore(theme);
  useClock();
  useLayoutEffect(() => listenToKeys(), []);
  useKeys([{ key: "?", words: "this list", run: () => setHelp(true) }]);
  const shown = shownOf(shared, source, session);
  const root = shared.documents.find((one) => one.session === shared.root)?.head?.session;
  const move = (number: number) => history.replaceState(null, "", `#${anchor(shown === shared.root ? "" : shown, number)}`);
  return (
    <div class="filed">
      <header class="top">
        <span class="brand"><i class="logo" aria-hidden="true" /> agent-trace</span>
        <Masked of={shared.passage} />
        <span class="grow" />
        <button type="button" class="button" onClick={() => setHelp(true)} title="The list of keys (?)">Keys</button>
        <button type="button" class="icon-button" onClick={turnTheme} aria-label={`Colours: ${now}`} title={`Colours: ${now}`}><Icon name={now === "dark" ? "moon" : now === "light" ? "sun" : "half"} /></button>
      </header>
      <main id="content" tabIndex={-1}>
        <Viewer
          key={shown} source={source} session={shown} at={at} onMove={move}
          crumbs={shown === shared.root ? null : <p class="crumbs"><a href="#e1">{root ? title(root) : shortId(shared.root)}</a> / sub-agent</p>}
        />
      </main>
      <footer class="made-by ink2">Made by agent-trace {shared.made_by}. This file asks nobody for anything.</footer>
      <ToldLine />
      {help && <Help onClose={() => setHelp(false)} palette={false} />}
    </div>
  );
}

/** The summary's looks are not the viewer's: one of both is used. */
function dress(viewer: boolean): void {
  for (const sheet of document.styleSheets) {
    const own = (sheet.ownerNode?.textContent ?? "").includes(".replay-bar");
    sheet.disabled = own !== viewer;
    if (own) sheet.media.mediaText = viewer ? "all" : "not all";
  }
}

async function start(): Promise<void> {
  const [data, mount, summary] = ["agent-trace-data", "agent-trace-viewer", "agent-trace-summary"].map((id) => document.getElementById(id));
  if (!data || !mount) return;
  applyTheme();
  addEventListener("hashchange", () => here.set(anchored(location.hash)));
  try {
    const shared = await unpacked(data.textContent ?? "");
    tellAgents(shared.agents ?? []);
    const source = filed(shared);
    await source.tape(shownOf(shared, source, here.value.session)).open();  // until it is all here, the summary is what is printed
    if (summary) summary.hidden = true;
    dress(true);
    document.documentElement.classList.replace("scripted", "viewed");
    render(<File shared={shared} source={source} />, mount);
    mount.dataset.ready = "true";
  } catch (error) {
    const said = document.createElement("p");
    said.className = "broken";
    said.textContent = `The viewer could not show this session (${error instanceof Error ? error.message : String(error)}); what follows is its summary.`;
    mount.replaceChildren(said);
    if (summary) summary.hidden = false;
    dress(false);
    document.documentElement.classList.remove("scripted", "viewed");
  }
}

void start();
