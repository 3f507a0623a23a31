/** Every part in every state, side by side: for who works on the dashboard, and for its tests. */
import { useState } from "preact/hooks";
import { Refused } from "../api/client";
import { Days } from "../charts/days";
import { Donut } from "../charts/donut";
import { Heat } from "../charts/heat";
import { Share } from "../charts/share";
import { Trend } from "../charts/trend";
import type { Amounts } from "../model/types";
import { Dialog } from "../parts/dialog";
import { Icon, type Sign } from "../parts/icons";
import { Menu } from "../parts/menu";
import { Empty, Failed, Waiting } from "../parts/states";
import { Table } from "../parts/table";
import { tell, tellWrong } from "../parts/told";
import { Agent, Cost, Count, Folder, Lines, Productive, Span, State, Tokens, Unknown, Usd, When } from "../parts/values";
import { Head } from "../shell/page";
import { Figure } from "./sessions/figures";

const USAGE = { input: 1200, output: 340, cache_read: 98_000, cache_write_5m: 4000, cache_write_1h: null, reasoning: null, web_searches: null };
const AMOUNTS: Amounts = { calls: 12, tool_calls: 9, errors: 1, unpriced_calls: 0, usage: USAGE, cost_usd: "1.2345", cost_basis: "priced", recorded_usd: null };
const COLOURS = ["paper", "raised", "sunk", "ink", "ink-2", "ink-3", "hair", "hair-2", "accent", "accent-wash", "good", "bad", "care", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];
const SIGNS: Sign[] = ["star", "search", "cross", "down", "columns", "load", "hide", "pen", "copy", "sun", "moon", "half", "menu", "save", "swap", "again"];
const DAYS = ["12.5", "3", "0", null, "41.25", "8.1", "0.004"].map((cost_usd, index) => ({ key: `2026-11-${15 + index}`, cost_usd, unpriced_calls: index === 2 ? 4 : 0, sessions: index, prompts: index * 3, tool_calls: index * 20 }));
const SLICES = ["41.25", "12.5", "8.1", "3", "1.2", "0.9", "0.4", "0.2", "0.1"].map((value, index) => ({ key: `model-${index}`, name: `model-${index}`, value, unpriced: index === 1 ? 2 : 0, colour: (index % 7) + 1 }));
const LONG = "A title that is much longer than any column can be, with <b>markup</b> & \"quotes\" in it, so that it has to be cut somewhere";

function Part({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return <section data-part={name}><h2>{name}</h2>{children}</section>;
}

export function StylePage() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Head name="Style" about="Every part in every state" />
      <Part name="Colours"><div class="samples">{COLOURS.map((name) => <span class="sample-colour" key={name}><i style={{ background: `var(--${name})` }} />{name}</span>)}</div></Part>
      <Part name="Type"><p class="figures-sample value">$1,234.50</p><h1>Page 16/24</h1><h2>Section 13/20</h2><h3>Part 12/20</h3><p>Text 13/20. <a href="/style">A link</a>, <code>code</code>, <kbd>k</kbd></p><p class="note">A note, small and quiet.</p></Part>
      <Part name="Signs"><div class="samples">{SIGNS.map((name) => <span key={name} title={name}><Icon name={name} /></span>)}<Icon name="star" full /></div></Part>
      <Part name="Buttons">
        <div class="samples">
          <button type="button" class="button">Button</button><button type="button" class="button first">First</button><button type="button" class="button" disabled>Disabled</button>
          <button type="button" class="icon-button" aria-label="Again"><Icon name="again" /></button><button type="button" class="icon-button" aria-label="Starred" aria-pressed="true"><Icon name="star" full /></button><button type="button" class="link">Link</button>
          <Menu label="Menu">{() => <ul class="options"><li><label><input type="checkbox" checked /> <span>Chosen</span><span class="num">12</span></label></li></ul>}</Menu>
          <Menu label="Agent" chosen="two of them" onClear={() => undefined}>{() => <p class="none">None here.</p>}</Menu>
          <span class="ranges" role="group" aria-label="Time"><button type="button" aria-pressed="false">Today</button><button type="button" aria-pressed="true">7 days</button></span>
          <button type="button" class="button" onClick={() => setOpen(true)}>Dialog</button><button type="button" class="button" onClick={() => tell("Something was done", () => undefined)}>Tell</button><button type="button" class="button" onClick={() => tellWrong(new Error("it did not work"))}>Tell wrong</button>
        </div>
      </Part>
      <Part name="Values">
        <dl class="facts">
          <div><dt>Cost</dt><dd><Cost of={AMOUNTS} /></dd></div><div><dt>with a hole</dt><dd><Cost of={{ ...AMOUNTS, unpriced_calls: 2 }} /></dd></div><div><dt>no price</dt><dd><Cost of={{ ...AMOUNTS, cost_usd: null, unpriced_calls: 12 }} /></dd></div><div><dt>no calls</dt><dd><Cost of={{ ...AMOUNTS, calls: 0, cost_usd: null }} /></dd></div><div><dt>tiny</dt><dd><Usd value="0.0004" why="" /></dd></div>
          <div><dt>Count</dt><dd><Count value={12345} /></dd></div><div><dt>none</dt><dd><Count value={0} quiet /></dd></div><div><dt>unknown</dt><dd><Unknown why="the reason stands here" /></dd></div><div><dt>Tokens</dt><dd><Tokens usage={USAGE} /></dd></div>
          <div><dt>Lines</dt><dd><Lines added={120} removed={8} /></dd></div><div><dt>no lines</dt><dd><Lines added={0} removed={0} /></dd></div><div><dt>no patch</dt><dd><Lines added={null} removed={null} /></dd></div>
          <div><dt>Span</dt><dd><Span seconds={7512} /></dd></div><div><dt>When</dt><dd><When at="2020-01-02T03:04:05Z" /></dd></div><div><dt>no time</dt><dd><When at={null} /></dd></div>
          <div><dt>Productive</dt><dd><Productive of /></dd></div><div><dt>not</dt><dd><Productive of={false} /></dd></div><div><dt>not asked</dt><dd><Productive of={null} /></dd></div><div><dt>Folder</dt><dd><Folder path="/home/dev/demo" /></dd></div><div><dt>none</dt><dd><Folder path={null} /></dd></div>
        </dl>
        <div class="samples">{["running", "waiting", "idle", "ended", "interrupted", "killed", "unknown"].map((state) => <State key={state} of={state} />)}<span class="chip">label</span><Agent name="someone" /><Agent name="another" brief /></div>
      </Part>
      <Part name="Figures"><div class="figures"><dl><Figure name="Cost" value="≥$1,234.50"><p class="change"><b>▲ 12 %</b> <span>was $1,102.23</span></p></Figure><Figure name="Sessions" value="0"><p class="change">before: 0</p></Figure><Figure name="Productive" value={<Unknown why="nothing to ask" />} /></dl><Days days={DAYS} href={() => "/style"} /></div></Part>
      <Part name="Trend"><Trend points={DAYS.map((day) => ({ key: day.key, value: day.cost_usd, unpriced: day.unpriced_calls, words: `${day.sessions} sessions` }))} /></Part>
      <div class="two"><Part name="Donut"><Donut slices={SLICES} label="Models" /></Part><Part name="Heat map"><Heat caption="Cost by weekday and hour" cells={[0, 1, 2, 3, 4].map((index) => ({ weekday: index, hour: 8 + index, value: index * index, words: `$${index * index}` }))} /></Part></div>
      <Part name="Table">
        <Table caption="A table" rows={[{ name: LONG, value: 3 }, { name: "Short", value: null }]} id={(row) => row.name} sort={{ key: "value", down: true }}
          columns={[{ key: "name", name: "Name", wide: true, by: (row) => row.name, cell: (row) => row.name }, { key: "share", name: "Share", unsaid: true, cell: (row) => <Share of={row.value ?? 0} top={4} /> }, { key: "value", name: "Value", right: true, by: (row) => row.value, cell: (row) => <Count value={row.value} /> }]} />
      </Part>
      <Part name="No rows"><Table caption="No rows" rows={[]} columns={[]} id={String} none="Nothing here." /></Part>
      <Part name="Loading"><Waiting lines={4} /></Part>
      <Part name="Empty"><Empty title="Nothing is here"><p>What to do so that something is.</p><a href="/style">A way out</a></Empty></Part>
      <Part name="Error"><Failed error={new Refused(422, "the log of this session cannot be read", "agent-trace doctor says more")} again={() => undefined} /></Part>
      <Part name="Events"><p><a class="link" href="/style/events">Every kind of event of a replay</a></p></Part>
      {open && <Dialog label="A dialog" onClose={() => setOpen(false)}><header class="dialog-head"><h2>A dialog</h2><form method="dialog"><button class="button">Close</button></form></header><p>{LONG}</p></Dialog>}
    </>
  );
}
